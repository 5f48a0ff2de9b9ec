"""Score Spark DataFrames: the same function from record batch to record batch, on every executor.

Nothing that a cell holds raises: an exception in a worker would print the cell into the logs of
driver and executors.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

from service.alliance.policy import Policy
from service.batch.courses import CourseColumns, alerts_of, alerts_schema
from service.batch.engine.columns import Columns
from service.batch.engine.engine import Asked, BatchScorer
from service.scoring.report import Scorer


@dataclass(frozen=True, slots=True)
class ScoreBatches:
    """What executors are given: an instrument, its columns, what is asked for, and the names of the
    columns in the order in which they come.
    """

    scorer: Scorer
    columns: Columns
    asked: Asked
    names: Sequence[str] = ()

    def engine(self, schema: Any) -> BatchScorer:
        """Return what scores batches of a schema. Raises UnusableTable."""
        return BatchScorer(self.scorer, self.columns, schema, self.asked)

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield the scores of a partition's batches."""
        engine = None
        for batch in batches:
            named = batch.rename_columns(self.names)
            if engine is None:
                engine = self.engine(named.schema)
            yield plain(engine.score(named))


def score(frame: Any, work: ScoreBatches) -> Any:
    """Return the scores of a Spark DataFrame with a row for each form, as a DataFrame.

    Lazy, by `mapInArrow`; the columns are those of `questionnaire_scoring.score`, words as strings.
    Raises UnusableTable before anything runs.
    """
    frame = _selected(frame, work.columns.names())
    engine = work.engine(to_arrow_schema(frame.schema))
    told = from_arrow_schema(plain_schema(engine.schema))
    return _numbered(frame).mapInArrow(replace(work, names=frame.columns), told)


def monitor(frame: Any, scorer: Scorer, columns: CourseColumns, policy: Policy) -> Any:
    """Return the alerts in the courses of a Spark DataFrame, by `applyInArrow` for each person.

    The columns are those of `questionnaire_scoring.monitor`. Raises UnusableTable before anything
    runs.
    """
    frame = _selected(frame, columns.names())
    schema = to_arrow_schema(frame.schema)
    columns.check(schema, scorer.instrument)
    names = frame.columns

    def watch(course: Any) -> Any:
        """Return the alerts of one person."""
        return alerts_of(course.rename_columns(names), scorer, columns, policy)

    told = from_arrow_schema(alerts_schema(schema.field(columns.person).type))
    numbered = _numbered(frame)
    return numbered.groupBy(numbered.columns[names.index(columns.person)]).applyInArrow(watch, told)


def _selected(frame: Any, names: Sequence[str]) -> Any:
    """Return the columns of a DataFrame that are looked at, as far as it has them."""
    quoted = [f"`{name.replace('`', '``')}`" for name in names if name in frame.columns]
    return frame.select(*quoted)


def _numbered(frame: Any) -> Any:
    """Return a DataFrame with other names of its columns: `mapInArrow` and `applyInArrow` of Spark
    do not find a column whose name has a dot.
    """
    return frame.toDF(*(f"column{at}" for at in range(len(frame.columns))))


def plain(batch: Any) -> Any:
    """Return a record batch with words as strings: Spark has no dictionaries."""
    columns = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    return pa.record_batch(columns, schema=plain_schema(batch.schema))


def plain_schema(schema: Any) -> Any:
    """Return a schema with words as strings."""
    return pa.schema(
        [
            (
                field.name,
                field.type.value_type if pa.types.is_dictionary(field.type) else field.type,
            )
            for field in schema
        ]
    )
