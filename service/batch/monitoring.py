"""`python -m service monitor`: a file of forms of many courses in, a report of each course out."""

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from service import __version__
from service.alliance.course import Course
from service.alliance.policy import Policy
from service.alliance.reading import UnknownForm, read_course
from service.alliance.report.report import judge_course, write_report
from service.batch.command import (
    FINE,
    SOME_PROBLEMS,
    find_scorer,
    guarded,
    items_of,
    named_mapping,
    open_table,
    pairs_of,
    with_codes,
)
from service.batch.courses import CourseColumns, forms_of, is_somebody, session_numbers
from service.batch.engine.columns import Columns, UnusableTable
from service.batch.engine.problems import (
    UNKNOWN_PERSON,
    problem_in_course,
    problem_of_payload,
)
from service.batch.files.mapped import Payload, open_payloads
from service.batch.saying import tell
from service.definitions.catalog import Catalog
from service.scoring.instrument import Instrument
from service.scoring.issue import InvalidSubmission
from service.scoring.report import Scorer
from service.sources.mapping import SourceMapping
from service.sources.reading import ReadPayload, read_response

OUTPUTS = (".ndjson", ".jsonl")

Form = dict[str, Any]


@dataclass(slots=True)
class Gathered:
    """The forms of one person by session, and what is wrong with rows that hold none."""

    sessions: dict[Any, list[Form]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Row:
    """Whose a row of the file is, in which session, its forms, and what is wrong with it."""

    __slots__ = ("forms", "person", "problem", "session")

    def __init__(
        self,
        person: object,
        session: object = None,
        forms: Sequence[Form] = (),
        problem: str | None = None,
    ) -> None:
        self.person = person
        self.session = session
        self.forms = forms
        self.problem = problem


def monitor(options: Namespace, catalog: Catalog, directories: Sequence[Path | None]) -> int:
    """Write a line for each course of a file: its report, or its problem. Return 0 where every
    course could be judged, 1 where some have a problem, 2 where the file or what is asked cannot be
    used; then there is no output.
    """
    n_courses = n_problems = 0

    def work(output: Path) -> None:
        """Gather the courses and judge each."""
        nonlocal n_courses, n_problems
        if options.output.suffix.lower() not in OUTPUTS:
            raise UnusableTable([f"The name of the output must end in {' or '.join(OUTPUTS)}."])
        rows = _rows(options, catalog, directories)
        with output.open("wb") as file:
            for person, course in _gathered(rows).items():
                line = _judged(person, course, catalog)
                n_courses += 1
                n_problems += "problem" in line
                file.write(orjson.dumps(line) + b"\n")

    code = guarded(options, work)
    if code != FINE:
        return code
    tell(f"{options.output} written: {n_courses} courses, {n_problems} with a problem")
    return SOME_PROBLEMS if n_problems else FINE


def _gathered(rows: Iterable[Row]) -> dict[Any, Gathered]:
    """Return the courses of people, in the order in which they first appear. Rows that do not tell
    whose they are are nobody's course.
    """
    courses: dict[Any, Gathered] = {}
    for row in rows:
        person = row.person if is_somebody(row.person) else None
        course = courses.setdefault(person, Gathered())
        if row.problem is not None:
            course.problems.append(row.problem)
        elif person is None:
            course.problems.append(UNKNOWN_PERSON)
        else:
            course.sessions.setdefault(row.session, []).extend(row.forms)
    return courses


def _judged(person: Any, gathered: Gathered, catalog: Catalog) -> dict[str, Any]:
    """Return the report of a course, or what is wrong with it."""
    told = None if person is None else str(person)
    problems = list(dict.fromkeys(gathered.problems))
    if not problems and not all(type(number) is int for number in gathered.sessions):
        problems = ["session: wrong_type, a whole number is needed"]
    if problems:
        return {"reference": told, "problem": "; ".join(problems)}
    numbers = sorted(gathered.sessions)
    sessions = [{"number": number, "forms": gathered.sessions[number]} for number in numbers]
    try:
        course = read_course(sessions, _finder(catalog), Policy(), reference=told)
    except InvalidSubmission as invalid:
        return {"reference": told, "problem": problem_in_course(invalid.issues, numbers)}
    head = {"instruments": _used(course), "service_version": __version__}
    return head | write_report(judge_course(course), "fired")


def _finder(catalog: Catalog) -> Any:
    def find(name: str, version: str | None) -> Scorer:
        """Return the scorer of a form, which was looked up before."""
        if not catalog.versions(name):
            raise UnknownForm("instrument", "unknown_instrument", "There is no such form.", None)
        return catalog.get(name, version).scorer

    return find


def _used(course: Course) -> list[dict[str, str]]:
    used = {
        (one.instrument.id, one.instrument.version, one.instrument.digest)
        for session in course.sessions
        for one in session.ratings
    }
    names = ("id", "version", "digest")
    return [dict(zip(names, one, strict=True)) for one in sorted(used)]


def _rows(
    options: Namespace, catalog: Catalog, directories: Sequence[Path | None]
) -> Iterator[Row]:
    """Return the rows of a file. Raises UnusableTable before the first is read."""
    if options.mapping:
        mapping = named_mapping(options.mapping, catalog, directories)
        return _mapped_rows(options, with_codes(mapping, options.missing))
    columns = _columns(options, catalog)
    numbers = {name for one, _ in columns for name in one.names()}
    clocks = frozenset(name for one, form in columns for name in one.clock_times(form))
    names = {name: name for name in sorted(numbers - {options.by})}
    named = Columns(names, options.by, text=True, clocks=clocks)
    source, _ = open_table(options.input, named, "", ())
    for one, instrument in columns:
        one.check(source.schema, instrument)
    return _table_rows(source, columns)


def _columns(options: Namespace, catalog: Catalog) -> list[tuple[CourseColumns, Instrument]]:
    """Return for each instrument the columns of its answers or scores. Raises UnusableTable."""
    is_text = options.input.suffix.lower() != ".parquet"
    person, session = options.by, options.session
    if options.scores is None:
        instrument = find_scorer(catalog, options.instrument, None).instrument
        items = Columns.named(instrument, items_of(options.items, instrument)).items
        found = CourseColumns(person, session, items, {}, options.perspective, is_text)
        return [(found, instrument)]
    by_instrument: dict[str, dict[str, str]] = {}
    for column, told in pairs_of(options.scores, "--scores", "SCALE").items():
        name, _, scale = told.rpartition(":")
        if not name and options.instrument is None:
            raise UnusableTable(["--scores: name the instrument, COLUMN=INSTRUMENT:SCALE, or -i."])
        by_instrument.setdefault(name or options.instrument, {})[scale] = column
    return [
        (
            CourseColumns(person, session, {}, scales, options.perspective, is_text),
            find_scorer(catalog, name, None).instrument,
        )
        for name, scales in by_instrument.items()
    ]


def _table_rows(source: Any, columns: Sequence[tuple[CourseColumns, Instrument]]) -> Iterator[Row]:
    """Yield the rows of a table."""
    usual = columns[0][0]
    for block in source.blocks():
        for part in source.read(block):
            table = pa.Table.from_batches([part.batch])
            by_form = [forms_of(table, one, instrument) for one, instrument in columns]
            people, sessions = table[usual.person].to_pylist(), session_numbers(table, usual)
            for at, forms in enumerate(zip(*by_form, strict=True)):
                given = [form for form in forms if form is not None]
                yield Row(people[at], sessions[at], given, part.broken.get(at))


def _mapped_rows(options: Namespace, mapping: SourceMapping) -> Iterator[Row]:
    """Return the rows of a file that a mapping reads. Raises UnusableTable."""
    if mapping.meta.session is None:
        raise UnusableTable(["The mapping does not say which session a response is of (`meta`)."])
    payloads = open_payloads(options.input, mapping)
    rows = (
        _mapped_row(payload, mapping, options.by)
        for block in payloads.blocks()
        for payload in payloads.payloads(block)
    )
    return (row for row in rows if row is not None)


def _mapped_row(payload: Payload, mapping: SourceMapping, by: str | None) -> Row | None:
    """Return what a payload is of a course, None where it is of other forms alone."""
    read = read_response(mapping, payload.members, strict=False, allow_partial=False)
    person = read.about.response_id if by is None else _plain(payload.members.get(by))
    if payload.problem is not None:
        return Row(person, problem=payload.problem)
    if _is_of_other_forms(read):
        return None
    if read.faults:
        return Row(person, problem=problem_of_payload(read.faults))
    instrument = mapping.entry.instrument
    form: Form = {"instrument": instrument.id, "version": instrument.version}
    if read.about.perspective is not None:
        form["perspective"] = read.about.perspective
    forms = [form | {"answers": dict[str, Any](read.answers)}] if read.answers else []
    return Row(person, read.about.session, forms)


def _is_of_other_forms(read: ReadPayload) -> bool:
    """Tell whether a payload has neither an answer nor a session and is not called finished, as the
    rows in which REDCap exports the other forms of a person.
    """
    is_faultless = all(fault.code == "not_finished" for fault in read.faults)
    has_form = read.answers or read.about.session is not None or read.about.finished
    return is_faultless and not has_form


def _plain(value: object) -> str | None:
    """Return what names a person, a text or whole number."""
    return str(value) if isinstance(value, str) or type(value) is int else None
