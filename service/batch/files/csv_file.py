"""CSV in: separated by comma, semicolon or tab, quoted where need be, with or without a byte order
mark. A line that cannot be read spoils no other.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa

from service.batch.engine.columns import Columns, UnusableTable
from service.batch.files.block import LONGEST_LINE, MOST_BYTES, Part, not_utf8, once_each

DELIMITERS = (",", ";", "\t")
MOST_LINES = 1000
"""Lines that a quoted cell may run over; beyond that a quotation mark was not closed."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Record(NamedTuple):
    """One record: the number of its first line, and its bytes."""

    line: int
    content: bytes


class CsvBlock(NamedTuple):
    """Records that follow each other."""

    records: list[Record]
    n_bytes: int


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV file whose header was read."""

    path: Path
    delimiter: str
    header: tuple[str, ...]
    size: int
    header_rows: int = 1

    def blocks(self) -> Iterator[CsvBlock]:
        """Yield the records after the header."""
        with self.path.open("rb") as file:
            numbered = _Numbered(file)
            deque(islice(_records(numbered, self.delimiter, None), self.header_rows), maxlen=0)
            while records := self._next(numbered):
                yield CsvBlock(records, sum([len(one.content) for one in records]))

    def _next(self, lines: "_Numbered") -> list[Record]:
        """Return the next records of a file, none at its end."""
        taken = lines.take(MOST_BYTES)
        if not any(record.content.count(b'"') % 2 for record in taken):
            return taken
        lines.put_back(taken)
        return list(islice(_records(lines, self.delimiter, len(self.header)), len(taken)))

    def rows(self, block: CsvBlock) -> tuple[Sequence[Sequence[str | None]], dict[int, str]]:
        """Return the cells of every row of a block, and what is wrong with broken ones."""
        rows = self._all_well(block.records)
        return self._one_by_one(block.records) if rows is None else (rows, {})

    def _all_well(self, records: list[Record]) -> Sequence[Sequence[str | None]] | None:
        """Return the rows of records that are a line each and have all their cells, None where one
        is anything else.
        """
        try:
            text = b"".join([record.content for record in records]).decode()
            lines = text.split("\n")
            if lines[-1] == "":
                del lines[-1]
            rows = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except (UnicodeDecodeError, csv.Error):
            return None
        is_whole = (
            len(rows) == len(lines) == len(records)
            and {*map(len, rows)} == {len(self.header)}
            and max(len(one.content) for one in records) <= LONGEST_LINE
            and "\0" not in text
        )
        return rows if is_whole else None

    def _one_by_one(
        self, records: list[Record]
    ) -> tuple[Sequence[Sequence[str | None]], dict[int, str]]:
        """Return the rows of records of any kind, and what is wrong with those that are broken."""
        rows, broken = list[Sequence[str | None]](), dict[int, str]()
        for record in records:
            if not record.content.strip(b"\r\n"):
                continue
            try:
                rows.append([*_cells(record, self.delimiter, len(self.header))])
                continue
            except _Broken as fault:
                broken[len(rows)] = f"line {record.line}: {fault}"
            except UnicodeDecodeError as error:
                broken[len(rows)] = not_utf8(record.line, error)
            rows.append([None] * len(self.header))
        return rows, broken


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A CSV file with a column for each item."""

    table: CsvTable
    wanted: tuple[str, ...]
    reference: str | None

    @property
    def schema(self) -> Any:
        """All columns as text."""
        return pa.schema([(name, pa.string()) for name in self.wanted])

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return self.table.size

    def blocks(self) -> Iterator[CsvBlock]:
        """Yield the records after the header."""
        return self.table.blocks()

    def read(self, block: CsvBlock) -> Iterator[Part]:
        """Yield the rows of a block as columns of text."""
        rows, broken = self.table.rows(block)
        by_name = dict(zip(self.table.header, zip(*rows, strict=True), strict=True))
        if by_name:
            columns = {name: self._column(by_name, name) for name in self.wanted}
            yield Part(pa.record_batch(columns), broken)

    def _column(self, by_name: Mapping[str, tuple[str | None, ...]], name: str) -> Any:
        column = pa.array(by_name[name], pa.string())
        return column if name == self.reference else column.dictionary_encode()


def open_csv(path: Path, columns: Columns) -> CsvSource:
    """Return a CSV file after a look at its header. Raises UnusableTable, with line and column of
    what is no UTF-8.
    """
    table, header = open_table(path)
    names = [name.strip() for name in header[0]]
    wanted = once_each(columns.names(), names)
    # Columns that nobody asks for may bear any name, the same one too.
    renamed = tuple(name if name in wanted else f"{at}:" for at, name in enumerate(names))
    return CsvSource(replace(table, header=renamed), wanted, columns.reference)


def open_table(path: Path, header_rows: int = 1) -> tuple[CsvTable, list[list[str]]]:
    """Return a CSV file and the cells of the rows of its header, the first of which names the
    columns. Raises UnusableTable, with line and column of what is no UTF-8.
    """
    with path.open("rb") as lines:
        start = lines.readline(LONGEST_LINE)
    _check_start(start)
    delimiter = max(DELIMITERS, key=lambda one: start.count(one.encode()))
    with path.open("rb") as lines:
        records = list(islice(_records(_Numbered(lines), delimiter, None), header_rows))
    if len(records) < header_rows:
        raise UnusableTable([f"The header has fewer than {header_rows} rows."])
    try:
        rows = [_cells(record, delimiter, None) for record in records]
    except (UnicodeDecodeError, _Broken) as fault:
        why = not_utf8(1, fault) if isinstance(fault, UnicodeDecodeError) else fault
        raise UnusableTable([f"The header cannot be read: {why}."]) from None
    first = records[0].content
    if b"\r" in first.rstrip(b"\r\n") and b'"' not in first:
        raise UnusableTable(["The lines end in a carriage return alone; a line feed is needed."])
    size = path.stat().st_size
    return CsvTable(path, delimiter, tuple(rows[0]), size, header_rows), rows


def _check_start(start: bytes) -> None:
    """Raise UnusableTable where a file does not begin like text in UTF-8."""
    if not start.strip():
        raise UnusableTable(["The file has no header: its first line is empty."])
    for mark in _UTF_16:
        if start.startswith(mark):
            raise UnusableTable(["Line 1, column 1: the file is UTF-16; UTF-8 is needed."])
    if b"\0" in start:
        raise UnusableTable(["Line 1: the file is no text."])


class _Broken(ValueError):
    """A record that is none; says why, and never what it holds."""


class _Numbered:
    """The lines of a file with their numbers; lines can be put back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._number = 0
        self._back: deque[Record] = deque()

    def __iter__(self) -> Iterator[Record]:
        """Yield what was put back before what comes next."""
        while True:
            if not self._back:
                self._back.extend(self.take(1))
            if not self._back:
                return
            yield self._back.popleft()

    def take(self, n_bytes: int) -> list[Record]:
        """Return whole lines of about so many bytes, and what was put back; of one that is too long
        no more than shows that.
        """
        back, lines = list(self._back), BytesIO(self._read(n_bytes)).readlines()
        self._back.clear()
        first = self._number + 1
        self._number += len(lines)
        return [*back, *map(Record, range(first, first + len(lines)), lines)]

    def _read(self, n_bytes: int) -> bytes:
        """Return so many bytes, and what is left of their last line."""
        found = self._file.read(n_bytes)
        if not found.endswith(b"\n"):
            found += self._file.readline(LONGEST_LINE + 1)
        if not found.endswith(b"\n"):  # too long, or the last
            while (passed := self._file.readline(LONGEST_LINE)) and not passed.endswith(b"\n"):
                pass
        return found

    def put_back(self, records: Iterable[Record]) -> None:
        """Take lines back, which come next."""
        self._back.extendleft(reversed([*records]))


def _records(lines: _Numbered, delimiter: str, n_cells: int | None) -> Iterator[Record]:
    """Yield records: a line each, several where a quoted cell holds line breaks.

    A quotation mark that is never closed makes a record of its line alone.
    """
    for record in lines:
        line, content = record
        if line == 1:
            content = content.removeprefix(_BYTE_ORDER_MARK)
        if content.count(b'"') % 2 == 0:
            yield Record(line, content)
            continue
        following = _until_closed(iter(lines))
        joined = Record(line, b"".join([content, *(one.content for one in following)]))
        if following and _is_record(joined, delimiter, n_cells):
            yield joined
        else:
            lines.put_back(following)
            yield Record(line, content)


def _until_closed(lines: Iterator[Record]) -> list[Record]:
    """Take the lines up to the one in which a quoted cell can end."""
    taken, n_bytes = list[Record](), 0
    for record in lines:
        taken.append(record)
        n_bytes += len(record.content)
        ends = record.content.count(b'"') % 2 == 1
        if ends or len(taken) == MOST_LINES or n_bytes > LONGEST_LINE:
            break
    return taken


def _is_record(record: Record, delimiter: str, n_cells: int | None) -> bool:
    try:
        _cells(record, delimiter, n_cells)
    except (_Broken, UnicodeDecodeError):
        return False
    return True


def _cells(record: Record, delimiter: str, n_cells: int | None) -> list[str]:
    """Return the cells of a record. Raises _Broken or UnicodeDecodeError."""
    if len(record.content) > LONGEST_LINE:
        raise _Broken(f"too_large, at most {LONGEST_LINE} bytes are read")
    text = record.content.decode("utf-8").rstrip("\r\n")
    if "\0" in text:
        raise _Broken(f"bad_encoding, column {text.index(chr(0)) + 1} is the null character")
    if '"' not in text:
        cells = text.split(delimiter)
    else:
        try:
            (cells,) = csv.reader([text], delimiter=delimiter, strict=True)
        except (csv.Error, ValueError):
            raise _Broken(
                "bad_csv, a quotation mark is not closed or stands inside a cell"
            ) from None
    if n_cells is not None and len(cells) != n_cells:
        raise _Broken(f"wrong_columns, {len(cells)} cells came, {n_cells} are needed")
    return cells
