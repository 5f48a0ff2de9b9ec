"""Courses of treatment as tables: the alliance monitor for every person, one alert a row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from service.alliance.policy import Policy
from service.alliance.reading import UnknownForm, read_course
from service.alliance.report.alerts import describe_alert
from service.alliance.report.report import judge_course
from service.batch.engine.cells import read_cells, refusal
from service.batch.engine.columns import UnusableTable
from service.batch.engine.problems import UNKNOWN_PERSON, problem_in_course
from service.scoring.instrument import Instrument
from service.scoring.issue import InvalidSubmission
from service.scoring.report import Scorer

_TEXTS = ("alert", "instrument", "perspective", "scale")
_SESSIONS = ("opened_session", "updated_session", "closed_session")
_SAID = ("severity", "status", "rules", "summary", "message", "note")


@dataclass(frozen=True, slots=True)
class CourseColumns:
    """The columns of a table with a row for each form of a course: whose it is, in which session,
    and its answers by item or its scores by scale.
    """

    person: str
    session: str
    answers: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, str] = field(default_factory=dict)
    perspective: str | None = None
    text: bool = False

    def names(self) -> list[str]:
        """Return the name of every column that is looked at."""
        numbers = [*self.answers.values(), *self.scores.values()]
        return list(dict.fromkeys([self.person, self.session, *numbers]))

    def clock_times(self, instrument: Instrument) -> frozenset[str]:
        """Return the names of the columns of items that ask for a clock time."""
        return frozenset(
            name for item, name in self.answers.items() if item in instrument.clock_items
        )

    def check(self, schema: Any, instrument: Instrument) -> None:
        """Raise UnusableTable with every column that is missing or cannot be read."""
        missing = [name for name in self.names() if not schema.get_all_field_indices(name)]
        faults = [f"There is no column {name}." for name in missing]
        unknown = [scale for scale in self.scores if scale not in instrument.scale]
        faults += [f"The instrument has no scale {scale}." for scale in unknown]
        read = [name for name in self.names() if name not in missing and name != self.person]
        faults += self._unreadable(read, schema, instrument)
        if faults:
            raise UnusableTable(faults)

    def _unreadable(self, names: list[str], schema: Any, instrument: Instrument) -> Iterator[str]:
        clocks = self.clock_times(instrument)
        for name in names:
            clock = name in clocks
            if held := refusal(schema.field(name).type, text=self.text, clock=clock):
                needed = "texts such as 23:15" if clock else "numbers"
                yield f"Column {name} holds {held}; {needed} are needed."


def alerts_schema(person: Any) -> Any:
    """Return the schema of the alerts of people whose column has an Arrow type."""
    return pa.schema(
        [
            ("reference", person),
            *((name, pa.string()) for name in _TEXTS),
            *((name, pa.int64()) for name in _SESSIONS),
            *((name, pa.string()) for name in _SAID),
            ("problem", pa.string()),
        ]
    )


def alerts_of(table: Any, scorer: Scorer, columns: CourseColumns, policy: Policy) -> Any:
    """Return every alert in the courses of an Arrow table as a table, people in the order in which
    they first appear.

    A form without any answer or score was not filled in. A person whose course has a fault has one
    row, which says in `problem` what is wrong; so have all rows that do not say whose they are.
    """
    people = table[columns.person].to_pylist()
    sessions = session_numbers(table, columns)
    forms = forms_of(table, columns, scorer.instrument)
    courses: dict[Any, dict[Any, list[Any]]] = {}
    for person, session, form in zip(people, sessions, forms, strict=True):
        held = courses.setdefault(person, {}).setdefault(session, [])
        held += [] if form is None else [form]
    rows = [
        {"reference": person, **row}
        for person, course in courses.items()
        for row in (
            _told(course, scorer, policy) if is_somebody(person) else [{"problem": UNKNOWN_PERSON}]
        )
    ]
    return pa.Table.from_pylist(rows, alerts_schema(table.schema.field(columns.person).type))


def _told(
    course: Mapping[Any, list[Any]], scorer: Scorer, policy: Policy
) -> Iterator[dict[str, Any]]:
    if not all(type(number) is int for number in course):
        yield {"problem": "session: wrong_type"}
        return
    sessions = [{"number": number, "forms": course[number]} for number in sorted(course)]

    def find(name: str, version: str | None) -> Scorer:
        """Return the one scorer that there is."""
        if name != scorer.instrument.id:
            raise UnknownForm("instrument", "unknown_instrument", "There is no such form.", None)
        return scorer

    try:
        monitor = judge_course(read_course(sessions, find, policy))
    except InvalidSubmission as invalid:
        yield {"problem": problem_in_course(invalid.issues, sorted(course))}
        return
    for side in monitor.sides.values():
        for episode in side.episodes:
            alert = describe_alert(episode, policy)
            told = {name: alert[name] for name in (*_TEXTS[1:], *_SESSIONS, *_SAID)}
            yield {**told, "alert": alert["id"], "rules": " ".join(alert["rules"])}


def is_somebody(person: object) -> bool:
    """Tell whether a cell says whose a row is: null, NaN and blank text do not."""
    return person is not None and person == person and str(person).strip() != ""


def session_numbers(table: Any, columns: CourseColumns) -> list[object]:
    """Return the session of every row, a number that is whole as one."""
    return [_session_number(one) for one in _values(table, columns.session, columns.text)]


def forms_of(table: Any, columns: CourseColumns, instrument: Instrument) -> list[Any]:
    """Return the form of every row, None where nothing was filled in."""
    return list(_forms(table, columns, instrument))


def _forms(table: Any, columns: CourseColumns, instrument: Instrument) -> Iterator[Any]:
    kind, names = ("scores", columns.scores) if columns.scores else ("answers", columns.answers)
    clocks = columns.clock_times(instrument)
    by_name = [
        _values(table, column, columns.text, clock=column in clocks) for column in names.values()
    ]
    same = {"instrument": instrument.id, "version": instrument.version}
    if columns.perspective is not None:
        same["perspective"] = columns.perspective
    for values in zip(*by_name, strict=True):
        given = {
            name: value for name, value in zip(names, values, strict=True) if value is not None
        }
        yield {**same, kind: given} if given else None


def _values(table: Any, name: str, text: bool, *, clock: bool = False) -> Sequence[object]:
    cells = read_cells(table[name].combine_chunks(), text=text, clock=clock)
    return cells.python(np.arange(table.num_rows))


def _session_number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value
