"""Score a whole table, or watch the courses in it, and give back a table of the same kind."""

from typing import Any

from service.alliance.policy import Policy
from service.batch.courses import CourseColumns, alerts_of
from service.batch.engine.columns import Columns
from service.batch.engine.engine import Asked, BatchScorer
from service.batch.frames import kind_of, like, reader_of
from service.batch.long import LongColumns, widen
from service.scoring.report import Scorer


def score_wide(table: Any, scorer: Scorer, columns: Columns, asked: Asked) -> Any:
    """Return the scores of a table with a row for each form, in its order; a Spark DataFrame is
    scored where it lies.
    """
    if kind_of(table) == "pyspark":
        from service.batch import spark

        return spark.score(table, spark.ScoreBatches(scorer, columns, asked))
    reader = reader_of(table, columns.names())
    engine = BatchScorer(scorer, columns, reader.schema, asked)
    return like(table, engine.schema, engine.score_all(reader), row_by_row=True)


def score_long(
    table: Any, scorer: Scorer, columns: LongColumns, asked: Asked, text: bool = False
) -> Any:
    """Return the scores of a table with a row for each answer, a row for each reference."""
    read = reader_of(table, columns.names()).read_all()
    wide, named, problems = widen(read, columns, scorer.instrument, text)
    engine = BatchScorer(scorer, named, wide.schema, asked)
    return like(table, engine.schema, [engine.score(wide, problems)])


def monitor(table: Any, scorer: Scorer, columns: CourseColumns, policy: Policy) -> Any:
    """Return the alerts in the courses of a table; those of a Spark DataFrame where it lies."""
    if kind_of(table) == "pyspark":
        from service.batch import spark

        return spark.monitor(table, scorer, columns, policy)
    reader = reader_of(table, columns.names())
    columns.check(reader.schema, scorer.instrument)
    alerts = alerts_of(reader.read_all().select(columns.names()), scorer, columns, policy)
    return like(table, alerts.schema, alerts.to_batches())
