"""CSV as it comes: a header, and rows that each become the document of one form.

Which column is what is said by the header alone: item ids, and `reference`, `age`, `sex`,
`perspective`. A cell is a number as JSON writes it, or empty: not answered.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from service.api.batch_routes.lines import LONGEST_LINE, Line, Sent, too_long_line
from service.api.problems import Problem, invalid_request
from service.scoring.instrument import Instrument, Number
from service.scoring.issue import Issue, Path
from service.strict.reader import DETAILS

ABOUT = ("reference", "perspective", "sex", "age")
"""Columns that say something of the form or the respondent; the others are items."""
SEPARATORS = (",", ";", "\t")
MOST_COLUMNS = 1000
_MOST_LINES = 20
"""Lines that one row may have: beyond, a quotation mark was never closed."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)


class Row(NamedTuple):
    """One row: its first line's number, and its cells or the problem that it has."""

    number: int
    cells: Sequence[str] | Problem


class CsvForms:
    """Rows of one instrument as documents of forms.

    Raises Problem 400 where the header cannot be read, 422 where it has columns that mean nothing.
    """

    def __init__(self, lines: Iterator[Line], instrument: Instrument) -> None:
        header = next(lines, None)
        if header is None:
            raise invalid_request([Issue((), "no_header", "The first line names the columns.")])
        text = _decoded((header.raw or b"").removeprefix(_BYTE_ORDER_MARK), header.number)
        self._separator = max(SEPARATORS, key=text.count)
        self._columns = _columns(_cells(text, self._separator, header.number), instrument)
        self._rows = _rows(lines, self._separator)

    def __iter__(self) -> Iterator[Sent]:
        """Yield what each row holds."""
        for number, cells in self._rows:
            if isinstance(cells, Problem):
                yield Sent(number, cells)
                continue
            named = dict(zip(self._columns, cells, strict=False))
            reference = named.get("reference")
            if len(cells) == len(self._columns):
                yield Sent(number, _document(named), reference)
            else:
                detail = f"The header has {len(self._columns)} columns and this row {len(cells)}."
                problem = invalid_request([Issue((), "wrong_length", detail)])
                yield Sent(number, problem, reference)


def _document(named: dict[str, str]) -> dict[str, Any] | Problem:
    """Return the document of a form from its cells by column."""
    faults: list[Issue] = []
    document: dict[str, Any] = {
        name: cell for name in ("reference", "perspective") if (cell := named.pop(name, ""))
    }
    respondent: dict[str, Any] = {}
    if sex := named.pop("sex", ""):
        respondent["sex"] = sex
    if age := named.pop("age", ""):
        respondent["age"] = _number(age, ("respondent", "age"), faults)
    answers = {name: _number(cell, ("answers", name), faults) for name, cell in named.items()}
    if faults:
        return invalid_request(faults)
    if respondent:
        document["respondent"] = respondent
    return {**document, "answers": answers}


def _number(cell: str, path: Path, faults: list[Issue]) -> Number | None:
    """Return the number that a cell is, None where it is empty; anything else is a fault."""
    if not cell:
        return None
    if _NUMBER.fullmatch(cell):
        return float(cell) if "." in cell else int(cell)
    detail = "A number as JSON writes it is needed, or an empty cell."
    faults.append(Issue(path, "wrong_type", detail))
    return None


def _columns(names: Sequence[str], instrument: Instrument) -> list[str]:
    """Return the columns of a header. Raises Problem 422 with every column that is not known."""
    known = [*ABOUT, *instrument.item_ids]
    faults, seen = [], set[str]()
    for place, name in enumerate(names):
        if name not in ABOUT and name not in instrument.known_items:
            detail = "This column is no item of the instrument, nor one that describes a form."
            faults.append(Issue((place,), "unknown_column", detail, known))
        elif name in seen:
            faults.append(Issue((place,), "repeated_column", "A column comes twice."))
        seen.add(name)
    if len(names) > MOST_COLUMNS:
        faults = [Issue((), "wrong_length", f"A header has at most {MOST_COLUMNS} columns.")]
    if faults:
        raise invalid_request(faults)
    return list(names)


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
        yield Row(first.number, _read_row(taken, separator))


def _marks(line: Line) -> int:
    return 0 if line.raw is None else line.raw.count(b'"')


def _read_row(taken: Sequence[Line], separator: str) -> Sequence[str] | Problem:
    number = taken[0].number
    if any(line.raw is None for line in taken):
        return too_long_line()
    try:
        text = "\n".join(_decoded(line.raw or b"", line.number) for line in taken)
        return _cells(text, separator, number)
    except Problem as problem:
        return problem


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
