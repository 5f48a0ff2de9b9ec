"""Files of a survey tool in, through a mapping: each line a payload, or a row of CSV that is a flat
one. What is made of each is what `POST /v1/batch?mapping=` makes of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from service.batch.engine.columns import Columns, UnusableTable
from service.batch.engine.engine import DECLARED, WARNINGS, Asked
from service.batch.engine.problems import problem_of_payload
from service.batch.files.block import Part
from service.batch.files.csv_file import CsvBlock, CsvTable, open_table
from service.batch.files.ndjson_file import BrokenLine, NdjsonBlock, blocks_of, read_line
from service.scoring.answers import Submission
from service.scoring.form.submission import perspective_faults
from service.scoring.instrument import Perspective
from service.scoring.issue import InvalidSubmission
from service.sources.mapping import SourceMapping
from service.sources.reading import ReadPayload, read_response, response_id_of
from service.sources.remarks import remark

_REFERENCE = "response id"
_KINDS = (
    "A mapping reads .csv, .ndjson and .jsonl; an export in one JSON document becomes NDJSON with "
    "jq -c '.[]', or '.results[]', whatever holds its responses."
)


class Payload(NamedTuple):
    """What one line or row holds, as far as it could be read, and what is wrong with it."""

    members: Mapping[str, Any]
    problem: str | None = None


class Payloads(Protocol):
    """A file of payloads, block by block."""

    @property
    def size(self) -> int:
        """Its bytes."""

    def blocks(self) -> Iterator[Any]:
        """Yield the blocks of the file in order."""

    def payloads(self, block: Any) -> Iterator[Payload]:
        """Yield what each line of a block holds."""


@dataclass(frozen=True, slots=True)
class CsvPayloads:
    """Rows of CSV as payloads: each column is a key, an empty cell nothing."""

    table: CsvTable

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return self.table.size

    def blocks(self) -> Iterator[CsvBlock]:
        """Yield the records after the header."""
        return self.table.blocks()

    def payloads(self, block: CsvBlock) -> Iterator[Payload]:
        """Yield what each row of a block holds."""
        rows, broken = self.table.rows(block)
        for at, cells in enumerate(rows):
            filled = (cell or None for cell in cells)
            yield Payload(dict(zip(self.table.header, filled, strict=True)), broken.get(at))


@dataclass(frozen=True, slots=True)
class NdjsonPayloads:
    """Lines of JSON as payloads."""

    path: Path
    size: int

    def blocks(self) -> Iterator[NdjsonBlock]:
        """Yield the lines of the file, many at a time."""
        return blocks_of(self.path)

    def payloads(self, block: NdjsonBlock) -> Iterator[Payload]:
        """Yield what each line of a block holds."""
        for number, line in enumerate(block.content.split(b"\n"), block.first_line):
            if not line.strip():
                continue
            try:
                yield Payload(read_line(line, number))
            except BrokenLine as fault:
                yield Payload({}, f"line {number}: {fault}")


class _Form(NamedTuple):
    """One payload, read: answers by item, whose it is, and what is said of it."""

    answers: Mapping[str, Any]
    reference: str | None
    perspective: Perspective | None = None
    declared: int = 0
    warnings: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class MappedSource:
    """A file of payloads that a mapping reads.

    `strict`: a key that the mapping does not name is a fault; `allow_partial`: responses that are
    not finished are scored too.
    """

    payloads: Payloads
    mapping: SourceMapping
    strict: bool = False
    allow_partial: bool = False
    columns: Columns = field(init=False)

    def __post_init__(self) -> None:
        """Name the columns of the items, which no column of the file can be mistaken for."""
        instrument = self.mapping.entry.instrument
        names = {item: f"item {item}" for item in instrument.item_ids}
        columns = Columns(names, _REFERENCE, clocks=instrument.clock_items)
        object.__setattr__(self, "columns", columns)

    @property
    def schema(self) -> Any:
        """The answers to every item, the source's own id of the response, and remarks."""
        return pa.schema(
            [
                *((name, self._type(item)) for item, name in self.columns.items.items()),
                (_REFERENCE, pa.string()),
                (DECLARED, pa.int32()),
                (WARNINGS, pa.string()),
            ]
        )

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return self.payloads.size

    def _type(self, item: str) -> Any:
        """Return the type of an item's column: text where it asks for a clock time."""
        return pa.string() if item in self.columns.clocks else pa.float64()

    def asked(self, asked: Asked) -> Asked:
        """Return what is asked for, with the remarks; who answered is what the mapping says."""
        instrument = self.mapping.entry.instrument
        usual = next(iter(instrument.perspectives), None)
        return Asked(
            asked.norms,
            asked.extras,
            self.mapping.perspective or usual,
            noted=(DECLARED, WARNINGS),
        )

    def blocks(self) -> Iterator[Any]:
        """Yield the blocks of the file."""
        return self.payloads.blocks()

    def read(self, block: Any) -> Iterator[Part]:
        """Yield the rows of a block; those of different raters in parts of their own."""
        forms = map(self._form, self.payloads.payloads(block))
        for perspective, together in groupby(forms, lambda form: form.perspective):
            yield self._part(list(together), perspective)

    def _part(self, forms: list[_Form], perspective: Perspective | None) -> Part:
        columns = {
            name: pa.array([form.answers.get(item) for form in forms], self._type(item))
            for item, name in self.columns.items.items()
        }
        columns[_REFERENCE] = _words(form.reference for form in forms)
        columns[DECLARED] = pa.array([form.declared for form in forms], pa.int32())
        columns[WARNINGS] = pa.array([form.warnings for form in forms], pa.string())
        broken = {at: form.problem for at, form in enumerate(forms) if form.problem is not None}
        return Part(pa.record_batch(columns, self.schema), broken, perspective)

    def _form(self, payload: Payload) -> _Form:
        """Return what the mapping makes of a payload."""
        mapping, members = self.mapping, payload.members
        if payload.problem is not None:
            return _Form({}, response_id_of(mapping, members), problem=payload.problem)
        read = read_response(mapping, members, strict=self.strict, allow_partial=self.allow_partial)
        about = read.about
        faults = read.faults or [*self._rater_faults(about.perspective)]
        if faults:
            return _Form({}, about.response_id, problem=problem_of_payload(faults))
        return _Form(
            read.answers,
            about.response_id,
            about.perspective,
            len(read.missing),
            self._warnings(read),
        )

    def _rater_faults(self, perspective: Perspective | None) -> Iterator[Any]:
        instrument = self.mapping.entry.instrument
        if perspective is not None or instrument.perspectives:
            yield from perspective_faults(instrument, perspective)

    def _warnings(self, read: ReadPayload) -> str | None:
        """Return the codes of what has to be said of a payload, None where nothing has."""
        if not read.supplied:
            codes = [one.code for one in read.warnings]
            codes += ["declared_missing"] if read.missing else []
        else:
            try:
                report = self.mapping.entry.scorer.score(
                    Submission(read.answers, perspective=read.about.perspective)
                )
            except InvalidSubmission:  # the row has a problem, which says more
                return None
            codes = [one["code"] for one in remark(read, report)]
        return " ".join(dict.fromkeys(codes)) or None


def open_payloads(path: Path, mapping: SourceMapping) -> Payloads:
    """Return a file of payloads, by the end of its name. Raises UnusableTable where it is none that
    the mapping reads.
    """
    suffix = path.suffix.lower()
    if suffix in (".ndjson", ".jsonl"):
        return NdjsonPayloads(path, path.stat().st_size)
    if suffix != ".csv":
        raise UnusableTable([_KINDS])
    if not mapping.is_flat:
        raise UnusableTable(
            ["Rows of CSV are flat, and this mapping looks for members in members: use NDJSON."]
        )
    table, header = open_table(path, mapping.table.header_rows)
    faults = [*_header_faults(header, mapping)]
    if faults:
        raise UnusableTable(faults)
    return CsvPayloads(table)


def _header_faults(header: list[list[str]], mapping: SourceMapping) -> Iterator[str]:
    """Yield why a header is not the one that the mapping describes: without the mark of its last
    row, rows of respondents could be taken for rows of the header.
    """
    names, mark = header[0], mapping.table.header_mark
    seen = set[str]()
    for place, name in enumerate(names, 1):
        if name in seen:
            yield f"Column {place} comes twice."
        seen.add(name)
    if mark is not None and not all(mark in cell for cell in header[-1]):
        n = len(header)
        yield f"Row {n} is not the last of the {n} header rows that the mapping tells."
    if not any(mapping.leads(mapping.container.shorten(name)) for name in names):
        known = ", ".join([*mapping.items, *mapping.boxes.keys])
        yield f"No column is a key that the mapping leads to an item; it knows {known}."


def _words(texts: Iterable[str | None]) -> Any:
    """Return a column of text; one that is no Unicode is as JSON escapes it."""
    safe = [
        None if text is None else text.encode("utf-8", "backslashreplace").decode("utf-8")
        for text in texts
    ]
    return pa.array(safe, pa.string())
