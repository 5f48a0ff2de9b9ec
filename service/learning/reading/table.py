"""Courses as a long table (CSV): a row for each score, or for each answer to an item.

Columns, in any order: patient, session, instrument, perspective, value, and either scale or item.
The perspective is empty on a form of one rater. Rows of a patient may stand anywhere.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from service.alliance.course import Course
from service.alliance.policy import Policy
from service.alliance.reading import read_course
from service.learning.reading.lines import FaultyLine, Finder, Read, faulty
from service.scoring.issue import InvalidSubmission

COLUMNS = frozenset({"patient", "session", "instrument", "perspective", "value"})
KINDS = {"scale": "scores", "item": "answers"}
_WHOLE = re.compile(r"[0-9]{1,5}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)

LONGEST_ROW = 4096
"""Characters: six short cells."""

Form = dict[str, Any]
FormKey = tuple[int, str, str]


class _Patient(NamedTuple):
    forms: dict[FormKey, Form]
    lines: dict[FormKey, int]


def read_table(lines: Iterable[str], find: Finder) -> Iterator[Read]:
    """Yield the course of every patient, and the faults of rows and forms that were left out."""
    rows = _rows(lines)
    _, first = next(rows, (1, []))
    header = [name.strip() for name in first] if isinstance(first, list) else []
    kind = next((name for name in KINDS if name in header), None)
    if kind is None or {*header} != {*COLUMNS, kind} or len(header) != len(COLUMNS) + 1:
        yield FaultyLine(1, "wrong_columns")
        return
    patients: dict[str, _Patient] = {}
    for number, row in rows:
        code = _take(row, header, kind, number, patients) if isinstance(row, list) else row
        if code is not None:
            yield FaultyLine(number, code)
    for patient in patients.values():
        yield from _course(patient, find)


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | str]]:
    """Yield number and cells of every line that is not empty, or the code of its fault.

    A row is a line: a quotation mark that is never closed spoils no other.
    """
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_ROW:
            yield number, "too_large"
            continue
        try:
            for row in csv.reader([line.rstrip("\r\n")], strict=True):
                if row:
                    yield number, row
        except csv.Error:
            yield number, "bad_csv"


def _take(
    row: list[str], header: list[str], kind: str, number: int, patients: dict[str, _Patient]
) -> str | None:
    """Put a row into its patient's form; return the code of its fault, if it has one."""
    if len(row) != len(header):
        return "wrong_columns"
    cell = {name: value.strip() for name, value in zip(header, row, strict=True)}
    if not cell["value"]:
        return None  # not given
    if not _NUMBER.fullmatch(cell["value"]) or not _WHOLE.fullmatch(cell["session"]):
        return "wrong_type"
    if not cell["patient"]:
        return "required"
    patient = patients.setdefault(cell["patient"], _Patient({}, {}))
    key = int(cell["session"]), cell["instrument"], cell["perspective"]
    form = patient.forms.setdefault(key, {"instrument": key[1], KINDS[kind]: {}})
    if key[2]:
        form["perspective"] = key[2]
    patient.lines.setdefault(key, number)
    given = form[KINDS[kind]]
    if cell[kind] in given:
        return "repeated_value"
    value = cell["value"]
    given[cell[kind]] = float(value) if "." in value else int(value)
    return None


def _course(patient: _Patient, find: Finder) -> Iterator[Read]:
    """Yield the faults of a patient's forms and the course of the others."""
    sessions: dict[int, list[Form]] = {}
    for key, form in sorted(patient.forms.items()):
        try:
            _read([{"number": key[0], "forms": [form]}], find)
        except InvalidSubmission as invalid:
            yield faulty(patient.lines[key], list(invalid.issues))
        else:
            sessions.setdefault(key[0], []).append(form)
    if not sessions:
        return
    try:
        yield _read([{"number": at, "forms": forms} for at, forms in sessions.items()], find)
    except InvalidSubmission as invalid:
        yield faulty(min(patient.lines.values()), list(invalid.issues))


def _read(sessions: list[dict[str, Any]], find: Finder) -> Course:
    return read_course(sessions, find, Policy())
