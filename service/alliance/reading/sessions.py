"""The sessions of a course: what each says of itself, and their order."""

import re
from calendar import monthrange

from service.alliance.course import EVENTS, INTAKE, Session
from service.alliance.reading.faults import Faults, Json
from service.alliance.reading.forms import FormReader
from service.alliance.reading.limits import LARGEST_SESSION, MOST_SESSIONS
from service.scoring.issue import Path
from service.scoring.sums import whole

_MEMBERS = frozenset({"number", "date", "events", "therapist", "forms"})
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]{1,64}")


class SessionReader:
    """Reads sessions in their order."""

    def __init__(self, forms: FormReader, faults: Faults) -> None:
        self._forms = forms
        self._faults = faults
        self._seen: set[int] = set()
        self._last = INTAKE  # the highest number, and the latest date, of earlier sessions
        self._latest = ""

    def read(self, sent: object) -> list[Session]:
        """Read the sessions of a course, noting every fault."""
        where: Path = ("sessions",)
        read: list[Session] = []
        if not isinstance(sent, list) or not sent:
            self._faults.add(where, "wrong_type", "An array of at least one session is needed.")
        elif len(sent) > MOST_SESSIONS:
            detail = f"{len(sent)} sessions came; a course may have at most {MOST_SESSIONS}."
            self._faults.add(where, "too_many_sessions", detail, {"maximum": MOST_SESSIONS})
        else:
            for index, session in enumerate(sent):
                if isinstance(session, dict):
                    read.append(self._session(session, (*where, index)))
                else:
                    self._faults.add((*where, index), "wrong_type", "An object is needed.")
        return read

    def _session(self, sent: Json, where: Path) -> Session:
        self._faults.add_unknown_members(sent, _MEMBERS, where)
        number = self._number(sent.get("number"), (*where, "number"))
        forms, events = sent.get("forms"), sent.get("events")
        therapist, date = sent.get("therapist"), sent.get("date")
        return Session(
            number or 0,
            self._forms.read(forms, (*where, "forms")) if forms is not None else (),
            self._events(events, (*where, "events")) if events is not None else (),
            self._text(therapist, (*where, "therapist")) if therapist is not None else None,
            self._date(date, (*where, "date")) if date is not None else None,
        )

    def _number(self, sent: object, where: Path) -> int | None:
        number = whole(sent)
        if number is None or not INTAKE <= number <= LARGEST_SESSION:
            allowed = {"minimum": INTAKE, "maximum": LARGEST_SESSION}
            code = "wrong_type" if number is None else "out_of_range"
            detail = f"A whole number from {INTAKE} to {LARGEST_SESSION} is needed."
            self._faults.add(where, code, detail, allowed)
            return None
        if number in self._seen:
            detail = "An earlier session has this number."
            self._faults.add(where, "repeated_session", detail)
        elif number < self._last:
            self._faults.add(where, "unordered_session", "Session numbers must ascend.")
        self._seen.add(number)
        self._last = max(self._last, number)
        return number

    def _events(self, sent: object, where: Path) -> tuple[str, ...]:
        known = []
        if not isinstance(sent, list):
            self._faults.add(where, "wrong_type", "An array is needed.")
        else:
            for index, event in enumerate(sent):
                if isinstance(event, str) and event in EVENTS:
                    known.append(event)
                else:
                    detail = "There is no such event."
                    self._faults.add((*where, index), "unknown_event", detail, sorted(EVENTS))
        return tuple(known)

    def _text(self, sent: object, where: Path) -> str | None:
        if isinstance(sent, str) and _PRINTABLE.fullmatch(sent):
            return sent
        detail = "A string of 1 to 64 printable characters is needed."
        self._faults.add(where, "wrong_type", detail, {"minimum": 1, "maximum": 64})
        return None

    def _date(self, sent: object, where: Path) -> str | None:
        if not isinstance(sent, str) or not _is_date(sent):
            self._faults.add(where, "wrong_date", "A date like 2026-01-05 is needed.")
            return None
        if sent < self._latest:
            detail = "Dates must ascend with the session numbers; an earlier session is later."
            self._faults.add(where, "unordered_date", detail)
        self._latest = max(self._latest, sent)
        return sent


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    return match is not None and _is_day(*map(int, match.groups()))


def _is_day(year: int, month: int, day: int) -> bool:
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
