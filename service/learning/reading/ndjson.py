"""Courses as NDJSON: each line a body of POST /v1/monitor, checked as that route checks it."""

from collections.abc import Iterable, Iterator

from service.alliance.policy import Policy
from service.alliance.reading import read_course
from service.api.asked import load_envelope
from service.api.envelopes import MonitorEnvelope
from service.api.problems import Problem
from service.learning.reading.lines import FaultyLine, Finder, Read, faulty
from service.scoring.issue import InvalidSubmission
from service.scoring.scales import Respondent
from service.strict.reader import UnreadableJSON, loads

LONGEST_LINE = 1 << 22
"""Bytes: 300 sessions of 20 forms with their answers."""


def read_ndjson(lines: Iterable[bytes], find: Finder) -> Iterator[Read]:
    """Yield the course of every line, or its faults; empty lines are passed over."""
    envelope = MonitorEnvelope()
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _read(number, line, envelope, find)


def _read(number: int, line: bytes, envelope: MonitorEnvelope, find: Finder) -> Read:
    if len(line) > LONGEST_LINE:
        return FaultyLine(number, "too_large")
    try:
        document = loads(line)
    except UnreadableJSON as unreadable:
        return FaultyLine(number, unreadable.code)
    if not isinstance(document, dict):
        return FaultyLine(number, "wrong_type")
    try:
        body = load_envelope(envelope, document)
        respondent = body.get("respondent") or {}
        return read_course(
            body["sessions"],
            find,
            Policy(),
            Respondent(respondent.get("age"), respondent.get("sex")),
        )
    except Problem as problem:
        return faulty(number, list(problem.errors))
    except InvalidSubmission as invalid:
        return faulty(number, list(invalid.issues))
