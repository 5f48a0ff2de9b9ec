"""Scores out: CSV, NDJSON or Parquet."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Protocol

import orjson
import pyarrow as pa
from pyarrow import parquet

from service.batch.engine.cases import Meanings, Output, Values
from service.batch.engine.cells import Array
from service.batch.engine.engine import Judged
from service.batch.engine.outputs import is_risk
from service.spreadsheet import cell, harmless


class Sink(Protocol):
    """Where scores go. It renders in the process that scored, and writes in one."""

    def render(self, judged: Judged) -> Any:
        """Return judged rows as they are to be written."""

    def open(self, path: Path, schema: Any) -> Any:
        """Return a context whose `write` takes what was rendered."""


class CsvSink:
    """CSV with a header; text that a spreadsheet would take for a formula starts with `'`."""

    def render(self, judged: Judged) -> bytes:
        """Return the lines of judged rows."""
        lines = _Lines(
            before=b"",
            references=[_cell(harmless(one)) for one in texts_of(judged.references)],
            write=_cells,
            unread=lambda text: b"," * text.count(b","),
            problems={row: b"," + _cell(problem) for row, problem in judged.problems.items()},
            no_problem=b",",
            noted=[
                [b"," + _cell(_written(value)) for value in column.to_pylist()]
                for column in judged.noted.values()
            ],
            after=b"\n",
        )
        return lines.of(judged)

    @contextmanager
    def open(self, path: Path, schema: Any) -> Iterator[Any]:
        """Write the header and yield the file."""
        with path.open("wb") as file:
            file.write(b",".join(map(_cell, schema.names)) + b"\n")
            yield file


class NdjsonSink:
    """NDJSON: a line for each row, with the columns as members."""

    def render(self, judged: Judged) -> bytes:
        """Return the lines of judged rows."""
        lines = _Lines(
            before=b'{"reference":',
            references=_json_texts(judged.references.to_pylist()),
            write=_members,
            unread=lambda text: text,
            problems={
                row: b',"problem":%b' % orjson.dumps(problem)
                for row, problem in judged.problems.items()
            },
            no_problem=b',"problem":null',
            noted=[
                [b',"%b":%b' % (name.encode(), orjson.dumps(value)) for value in column.to_pylist()]
                for name, column in judged.noted.items()
            ],
            after=b"}\n",
        )
        return lines.of(judged)

    @contextmanager
    def open(self, path: Path, schema: Any) -> Iterator[Any]:
        """Yield the file."""
        with path.open("wb") as file:
            yield file


class ParquetSink:
    """Parquet, a row group for each batch."""

    def render(self, judged: Judged) -> Any:
        """Return a record batch."""
        return judged.table()

    @contextmanager
    def open(self, path: Path, schema: Any) -> Iterator[Any]:
        """Yield what takes batches."""
        with parquet.ParquetWriter(path, schema) as writer:
            yield _Batches(writer)


class _Batches:
    def __init__(self, writer: Any) -> None:
        self.write = writer.write_batch


def render_rows(sink: Sink, batch: Any) -> Any:
    """Return a record batch of any schema as a sink writes it."""
    if isinstance(sink, ParquetSink):
        return batch
    rows = batch.to_pylist()
    if isinstance(sink, NdjsonSink):
        return b"".join(orjson.dumps(row) + b"\n" for row in rows)
    texts = ([_cell(harmless(_written(one))) for one in row.values()] for row in rows)
    return b"".join(b",".join(cells) + b"\n" for cells in texts)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The parts of lines: what stands before and after each; for each row its reference and what is
    noted of it; what is written of a case, and `unread` of it where the row could not be read.
    """

    before: bytes
    references: Iterable[bytes]
    write: Callable[[Sequence[Output], Values], bytes]
    unread: Callable[[bytes], bytes]
    problems: Mapping[int, bytes]
    no_problem: bytes
    noted: Iterable[Iterable[bytes]]
    after: bytes

    def of(self, judged: Judged) -> bytes:
        """Return a line for each row."""
        problems = [self.no_problem] * judged.n_rows
        for row, problem in self.problems.items():
            problems[row] = problem
        scales, others = (map(self._told, cases) for cases in (judged.scales, judged.others))
        parts = (self.references, *scales, problems, *others, *self.noted)
        rows = zip(repeat(self.before), *parts, repeat(self.after), strict=False)
        return b"".join(chain.from_iterable(rows))

    def _told(self, cases: tuple[Array, Meanings]) -> Iterator[bytes]:
        """Return what is told of every row: what a case comes to is written once."""
        numbers, meanings = cases
        unread, *texts = meanings.texts(self.write)
        return map([self.unread(unread), *texts].__getitem__, numbers.tolist())


def _members(outputs: Sequence[Output], values: Values) -> bytes:
    """Return the members of a case, a comma before each."""
    members = {one.name: _plain(value) for one, value in zip(outputs, values, strict=True)}
    return b"," + orjson.dumps(members)[1:-1]


def _cells(outputs: Sequence[Output], values: Values) -> bytes:
    """Return the cells of a case, a comma before each. A safety flag that is neither raised nor not
    is `unknown`: an empty cell would be taken for no.
    """
    texts = (
        "unknown" if value is None and is_risk(output) else _written(value)
        for output, value in zip(outputs, values, strict=True)
    )
    return b"".join(b"," + _cell(text) for text in texts)


def _written(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(_plain(value))


def _plain(value: Any) -> Any:
    """Return a whole number without a fraction, as a report of one form has it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def texts_of(column: Any) -> list[str | None]:
    """Return the cells of a column as text."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    held = column.to_pylist()
    return [one if one is None or isinstance(one, str) else str(one) for one in held]


def _json_texts(values: list[Any]) -> list[bytes]:
    """Return the JSON of every value: together, where no comma stands in one."""
    together = orjson.dumps(values, default=str)[1:-1]
    found = together.split(b",")
    if len(found) == len(values):
        return found
    return [orjson.dumps(value, default=str) for value in values]


def _cell(text: str | None) -> bytes:
    return cell(text).encode()
