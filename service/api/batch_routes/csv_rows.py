"""CSV row by row: a header of one row or several, and the rows below it, each with its cells."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from service.api.batch_routes.lines import LONGEST_LINE, Line, too_long_line
from service.api.problems import Problem, invalid_request
from service.scoring.issue import Issue
from service.strict.reader import DETAILS

SEPARATORS = (",", ";", "\t")
MOST_COLUMNS = 1000
_MOST_LINES = 20
"""Lines that one row may have: beyond, a quotation mark was never closed."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """One row: its first line's number, its cells as far as they could be read, and the problem
    that it has.
    """

    number: int
    cells: Sequence[str]
    problem: Problem | None = None


class CsvTable:
    """The rows of CSV below its header. `columns` are the cells of the header's first row,
    `header` all its rows.

    Raises Problem 400 where the header cannot be read, 422 where there is none.
    """

    def __init__(self, lines: Iterator[Line], header_rows: int = 1) -> None:
        first = next(lines, None)
        if first is None:
            raise invalid_request([Issue((), "no_header", "The first line names the columns.")])
        raw = None if first.raw is None else first.raw.removeprefix(_BYTE_ORDER_MARK)
        text = _decoded(raw or b"", first.number)
        self._separator = max(SEPARATORS, key=text.count)
        self._rows = _rows(chain([Line(first.number, raw)], lines), self._separator)
        self.header = [self._header_row() for _ in range(header_rows)]
        self.columns = self.header[0]
        if len(self.columns) > MOST_COLUMNS:
            detail = f"A header has at most {MOST_COLUMNS} columns."
            raise invalid_request([Issue((), "wrong_length", detail)])

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows; one that has not as many cells as the header has a problem."""
        for row in self._rows:
            if row.problem is None and len(row.cells) != len(self.columns):
                told = f"The header has {len(self.columns)} columns and this row {len(row.cells)}."
                problem = invalid_request([Issue((), "wrong_length", told)])
                yield row._replace(problem=problem)
            else:
                yield row

    def _header_row(self) -> Sequence[str]:
        row = next(self._rows, None)
        if row is None:
            raise invalid_request([Issue((), "no_header", "The header has fewer rows than told.")])
        if row.problem is not None:
            raise row.problem
        return row.cells


def _rows(lines: Iterable[Line], separator: str) -> Iterator[Row]:
    """Yield the rows. One whose quotation marks do not close is its first line alone."""
    source, waiting = iter(lines), deque[Line]()
    while True:
        first = waiting.popleft() if waiting else next(source, None)
        if first is None:
            return
        taken = [first]
        n_marks, n_bytes = _marks(first), len(first.raw or b"")
        while n_marks % 2 and len(taken) < _MOST_LINES and n_bytes <= LONGEST_LINE:
            following = waiting.popleft() if waiting else next(source, None)
            if following is None:
                break
            taken.append(following)
            n_marks, n_bytes = n_marks + _marks(following), n_bytes + len(following.raw or b"")
        if n_marks % 2:
            waiting.extendleft(reversed(taken[1:]))
            taken = taken[:1]
        yield _read_row(taken, separator)


def _marks(line: Line) -> int:
    return 0 if line.raw is None else line.raw.count(b'"')


def _read_row(taken: Sequence[Line], separator: str) -> Row:
    number = taken[0].number
    if any(line.raw is None for line in taken):
        return Row(number, (), too_long_line())
    try:
        text = "\n".join(_decoded(line.raw or b"", line.number) for line in taken)
        return Row(number, _cells(text, separator, number))
    except Problem as problem:
        return Row(number, (), problem)


def _decoded(raw: bytes, number: int) -> str:
    """Return the text of a line. Raises Problem 400 that says where it is not UTF-8."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        column = len(raw[: fault.start].decode("utf-8", "replace")) + 1
        where = f"line {number}, column {column}"
        raise Problem(400, "bad_encoding", f"The text is not UTF-8 ({where}).") from None
    if "\0" in text:
        where = f"line {number}, column {text.index(chr(0)) + 1}"
        raise Problem(400, "bad_encoding", f"{DETAILS['bad_encoding'][:-1]} ({where}).")
    return text


def _cells(text: str, separator: str, number: int) -> Sequence[str]:
    """Return the cells of a row. Raises Problem 400 where it is no CSV (RFC 4180)."""
    try:
        return next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error:
        detail = f"The row is not CSV: a quotation mark stands where none may (line {number})."
        raise Problem(400, "bad_csv", detail) from None
