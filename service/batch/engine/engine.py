"""Score record batches: exactly what one form at a time would give, for many rows at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa

from service.batch.engine.cases import Cases, Meanings
from service.batch.engine.cells import Array, Cells, read_cells, without_codes
from service.batch.engine.columns import Columns, UnusableTable
from service.batch.engine.dependence import Dependence
from service.batch.engine.items import ItemTable, Tally
from service.batch.engine.outputs import EXTRAS, criterion_aspect, risk_aspect, scale_aspect
from service.batch.engine.respondents import RespondentReader
from service.batch.engine.rows import BatchRows
from service.scoring.answers import Submission
from service.scoring.form.submission import perspective_faults
from service.scoring.instrument import Instrument, Perspective
from service.scoring.report import Scorer
from service.sources.declared import declared_codes, numbers_of

MOST_ROWS = 1 << 16
"""Rows that are scored at a time: their columns stay near the processor."""

REFERENCE, PROBLEM = "reference", "problem"
DECLARED = "declared_missing"
"""The column that counts the answers of a row that are codes for missing."""
WARNINGS = "warnings"
"""The column with the codes of what has to be said of a row."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for beside the scores.

    `norms` are ids of norm groups, ("*",) all, ("default",) those that one form is compared with by
    default; `extras` what else is told, of `EXTRAS`; `perspective` whose answers they are.
    `missing` are codes that mean *not answered*; with them a column counts those of a row. `noted`
    are columns of the table that are handed on as they are.
    """

    norms: Sequence[str] = ()
    extras: Sequence[str] = ()
    perspective: Perspective | None = None
    missing: Sequence[str | float] = ()
    noted: Sequence[str] = ()


NOTHING_ELSE = Asked()


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows of one batch: for each scale, and for each criterion and safety flag, the number of
    every row's case, and what the cases mean; columns of remarks by name; what is wrong with rows
    that could not be scored, by row.
    """

    schema: Any
    n_rows: int
    references: Any
    scales: Sequence[tuple[Array, Meanings]]
    others: Sequence[tuple[Array, Meanings]]
    noted: Mapping[str, Any]
    problems: Mapping[int, str]

    def table(self) -> Any:
        """Return the rows as a record batch."""
        scales, others = (
            [column for numbers, meanings in cases for column in meanings.columns(numbers)]
            for cases in (self.scales, self.others)
        )
        problems = _problem_column(self.problems, self.n_rows)
        columns = [self.references, *scales, problems, *others, *self.noted.values()]
        return pa.record_batch(columns, schema=self.schema)


class BatchScorer:
    """An instrument ready to score tables of one schema.

    What was worked out for a case of answers is kept, so one engine serves all batches of a table.
    Threads that score with one take turns. Raises UnusableTable with every reason why such tables
    cannot be scored.
    """

    def __init__(
        self, scorer: Scorer, columns: Columns, schema: Any, asked: Asked = NOTHING_ELSE
    ) -> None:
        instrument = scorer.instrument
        self._codes, unusable_codes = declared_codes(asked.missing, numbers_of(instrument))
        faults = [*_unusable(instrument, asked)]
        faults += [f"Codes for missing: {fault.detail}" for fault in unusable_codes]
        try:
            self._columns = columns.within(schema, instrument)
        except UnusableTable as unusable:
            faults += unusable.faults
        if faults:
            raise UnusableTable(faults)
        self._turn = Lock()
        self._scorer = scorer
        self._norms = _chosen(instrument, asked.norms)
        self._noted = [(name, schema.field(name).type) for name in asked.noted]
        self._asked = Submission({}, norms=self._norms, perspective=asked.perspective)
        self._tally = Tally.for_instrument(instrument)
        self._tables = [ItemTable(item, self._tally) for item in instrument.items]
        self._respondents = RespondentReader(instrument)
        rests_on = Dependence(instrument, self._tally)
        self._scales = list(self._scale_cases(rests_on, asked.extras))
        self._others = list(self._other_cases(rests_on, asked.extras))
        self._reference = pa.string()
        if columns.reference is not None:
            self._reference = schema.field(columns.reference).type
        self.schema = self._schema()

    def score(self, batch: Any, broken: Mapping[int, str] | None = None) -> Any:
        """Return the scores of a record batch, a row for each of its rows, in order.

        Nothing that a cell holds raises: a row with a fault has no scores and says in `problem`
        what is wrong. `broken` holds rows that could not be read at all and what is said of them.
        """
        with self._turn:
            return self.judge(batch, broken).table()

    def judge(self, batch: Any, broken: Mapping[int, str] | None = None) -> "Judged":
        """Return what the rows of a record batch come to, of which `score` makes a table. What is
        done with it is for one thread at a time.
        """
        cells, declared = self._cells(batch)
        rows = self._rows(batch, cells, broken or {})
        scales, others = (
            [(numbers, one.meanings) for one in cases for numbers in (one.cases(rows),)]
            for cases in (self._scales, self._others)
        )
        noted = {name: batch.column(name) for name, _ in self._noted}
        if declared is not None:
            noted[DECLARED] = pa.array(declared)
        references = self._references(batch)
        return Judged(self.schema, rows.n, references, scales, others, noted, rows.problems())

    def score_all(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield the scores of every batch; large ones in slices."""
        for batch in batches:
            for start in range(0, batch.num_rows, MOST_ROWS):
                yield self.score(batch.slice(start, MOST_ROWS))

    def _cells(self, batch: Any) -> tuple[list[Cells | None], Array | None]:
        """Return the cells of every item, and how many codes for missing each row held; None:
        no code is declared.
        """
        columns = self._columns
        cells = [
            read_cells(
                batch.column(columns.items[item.id]),
                text=columns.text,
                clock=item.response_set.clock,
            )
            if item.id in columns.items
            else None
            for item in self._scorer.instrument.items
        ]
        if not self._codes:
            return cells, None
        counts = np.zeros(batch.num_rows, np.int32)
        for at, held in enumerate(cells):
            if held is not None:
                cells[at], declared = without_codes(held, self._codes)
                if declared is not None:
                    counts += declared
        return cells, counts

    def _rows(
        self, batch: Any, cells: Sequence[Cells | None], broken: Mapping[int, str]
    ) -> BatchRows:
        columns, n = self._columns, batch.num_rows
        age = None if columns.age is None else read_cells(batch.column(columns.age), text=True)
        sex = None if columns.sex is None else batch.column(columns.sex)
        people = self._respondents.read(age, sex, n)
        return BatchRows(self._scorer, self._tables, cells, people, broken, self._asked, n)

    def _references(self, batch: Any) -> Any:
        name = self._columns.reference
        return pa.nulls(batch.num_rows, pa.string()) if name is None else batch.column(name)

    def _scale_cases(self, rests_on: Dependence, extras: Collection[str]) -> Iterator[Cases]:
        instrument = self._scorer.instrument
        for scale in instrument.scales:
            aspect = scale_aspect(instrument, scale, self._norms, extras)
            yield rests_on.of_scale(scale, aspect)

    def _other_cases(self, rests_on: Dependence, extras: Collection[str]) -> Iterator[Cases]:
        instrument = self._scorer.instrument
        for criterion in instrument.criteria if "criteria" in extras else ():
            yield rests_on.of_criterion(criterion, criterion_aspect(criterion))
        for risk in instrument.risks if "risks" in extras else ():
            yield rests_on.of_risk(risk, risk_aspect(risk))

    def _schema(self) -> Any:
        scales, others = (
            [(one.name, one.type) for found in cases for one in found.aspect.outputs]
            for cases in (self._scales, self._others)
        )
        noted = [*self._noted, *([(DECLARED, pa.int32())] if self._codes else [])]
        reference, problem = (REFERENCE, self._reference), (PROBLEM, pa.string())
        return pa.schema([reference, *scales, problem, *others, *noted])


def _unusable(instrument: Instrument, asked: Asked) -> Iterator[str]:
    """Yield why no table of the instrument can be scored so."""
    if instrument.key_required:
        yield instrument.key_instructions or "The scoring key of this form is not public."
    for fault in perspective_faults(instrument, asked.perspective):
        yield f"{fault.detail} Allowed: {', '.join(fault.allowed)}."
    known = {norm.id for norm in instrument.norms}
    unknown = [norm for norm in asked.norms if norm not in known | {"*", "default"}]
    if unknown:
        has = ", ".join(sorted(known)) or "none"
        yield f"The instrument has no such norm group as {', '.join(unknown)}; it has {has}."
    beyond = [extra for extra in asked.extras if extra not in EXTRAS]
    if beyond:
        yield f"Nothing is told of {', '.join(beyond)}; allowed: {', '.join(EXTRAS)}."


def _chosen(instrument: Instrument, norms: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the norm groups that are asked for."""
    every = [norm for norm in instrument.norms if "*" in norms or norm.id in norms]
    if "default" in norms:
        every += [norm for norm in instrument.norms if norm.default and norm not in every]
    return tuple(norm.id for norm in every)


def _problem_column(problems: Mapping[int, str], n: int) -> Any:
    if not problems:
        return pa.nulls(n, pa.string())
    texts: list[str | None] = [None] * n
    for row, problem in problems.items():
        texts[row] = problem
    return pa.array(texts, pa.string())
