"""Scores out: CSV, NDJSON or Parquet."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Protocol

import orjson
import pyarrow as pa
from pyarrow import parquet

from service.batch.engine.cases import Output, Values
from service.batch.engine.engine import Judged

_FORMULA = frozenset("=+-@\t\r")
_SPECIAL = re.compile(r'[",\r\n]')
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?", re.ASCII)


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
        references = [_cell(_harmless(one)) for one in texts_of(judged.references)]
        told = {row: b",%b\n" % _cell(problem) for row, problem in judged.problems.items()}
        noted = [
            [b"," + _cell(_written(value)) for value in column.to_pylist()]
            for column in judged.noted.values()
        ]
        return _lines(judged, repeat(b""), references, noted, told, _cells, b",\n")

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
        references = _json_texts(judged.references.to_pylist())
        told = {
            row: b',"problem":%b}\n' % orjson.dumps(problem)
            for row, problem in judged.problems.items()
        }
        none, before = b',"problem":null}\n', repeat(b'{"reference":')
        noted = [
            [b',"%b":%b' % (name.encode(), orjson.dumps(value)) for value in column.to_pylist()]
            for name, column in judged.noted.items()
        ]
        return _lines(judged, before, references, noted, told, _members, none)

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
    texts = ([_cell(_harmless(_written(one))) for one in row.values()] for row in rows)
    return b"".join(b",".join(cells) + b"\n" for cells in texts)


def _lines(
    judged: Judged,
    before: Iterable[bytes],
    references: Iterable[bytes],
    noted: Iterable[Iterable[bytes]],
    problems: Mapping[int, bytes],
    write: Callable[[Sequence[Output], Values], bytes],
    no_problem: bytes,
) -> bytes:
    """Return a line for each row: what a case comes to is written once."""
    ends = [no_problem] * judged.n_rows
    for row, problem in problems.items():
        ends[row] = problem
    told = (
        map(meanings.texts(write).__getitem__, numbers.tolist())
        for numbers, meanings in judged.cases
    )
    return b"".join(chain.from_iterable(zip(before, references, *told, *noted, ends, strict=False)))


def _members(outputs: Sequence[Output], values: Values) -> bytes:
    """Return the members of a case, a comma before each."""
    members = {one.name: _plain(value) for one, value in zip(outputs, values, strict=True)}
    return b"," + orjson.dumps(members)[1:-1]


def _cells(_: Sequence[Output], values: Values) -> bytes:
    """Return the cells of a case, a comma before each."""
    return b"".join(b"," + _cell(_written(value)) for value in values)


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
    if text is None:
        return b""
    if _SPECIAL.search(text) is None:
        return text.encode()
    return b'"%b"' % text.replace('"', '""').encode()


def _harmless(text: str | None) -> str | None:
    """Return a cell that is no formula to a spreadsheet; numbers stay as they are."""
    if text is None or not text or text[0] not in _FORMULA or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"
