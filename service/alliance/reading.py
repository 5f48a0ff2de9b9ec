"""Reading a course as it was sent: every fault at once, each with its place, and every form
scored.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.alliance.course import EVENTS, INTAKE, Course, Errors, Rating, Session
from service.alliance.policy import Policy
from service.scoring.answers import ENCODINGS
from service.scoring.instrument import Instrument
from service.scoring.issue import InvalidSubmission, Issue, Path, path_to_member
from service.scoring.ranges import score_range
from service.scoring.report import Rated, Scorer
from service.scoring.scales import ANYBODY, Respondent
from service.scoring.submission import perspective_faults, score_fault
from service.scoring.sums import whole

MOST_SESSIONS = 300
MOST_FORMS = 20
LARGEST_SESSION = 10_000
SMALLEST_ERROR, LARGEST_ERROR = 1e-9, 1e6
"""Bounds of an error figure: its square must not vanish, nor a score over it overflow."""
TIMINGS = ("pre", "post")
RATERS = ("client", "therapist", "observer")

_SESSION_MEMBERS = frozenset({"number", "date", "events", "therapist", "forms"})
_FORM_MEMBERS = frozenset(
    {
        "instrument",
        "version",
        "perspective",
        "timing",
        "answers",
        "scores",
        "not_applicable",
        "encoding",
    }
)
_USUAL_MEMBERS = {"instrument", "answers"}
_ERROR_MEMBERS = frozenset(Errors._fields)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]{1,64}")

Json = Mapping[str, Any]
FindScorer = Callable[[str, str | None], Scorer]


_FAULTY = Rated({}, {}, None)
"""Stands in for what could not be read, so that repeated forms and versions are looked at all the
same.
"""


class UnknownForm(LookupError):
    """Raised by the look-up of scorers: the code to report and what is allowed instead."""

    def __init__(self, member: str, code: str, detail: str, allowed: object) -> None:
        super().__init__(code)
        self.issue = member, code, detail, allowed


def read_course(
    sessions: object,
    find: FindScorer,
    policy: Policy,
    respondent: Respondent = ANYBODY,
    norms: Sequence[str] | None = None,
    errors: Json | None = None,
    reference: str | None = None,
) -> Course:
    """Check and score a course as it was sent.

    `find` returns the scorer of an instrument id in a version (None: its highest) or raises
    UnknownForm. Raises InvalidSubmission with every fault; pointers start at the document that
    holds `sessions`, `norms` and `options`.
    """
    reader = _Reader(find, respondent, None if norms is None else tuple(norms))
    read = reader.sessions(sessions)
    known = reader.errors(errors or {})
    reader.check_norms()
    if reader.issues:
        raise InvalidSubmission(reader.issues)
    return Course(tuple(read), policy, respondent, reader.norms, known, reference)


def _rating(scorer: Scorer, perspective: str | None, timing: str, values: Rated) -> Rating:
    instrument, (scores, reasons, answers) = scorer.instrument, values
    # A form that names no rater is the patient's own, whether or not the caller says so.
    rater = (perspective if instrument.perspectives else None) or instrument.perspective
    return Rating(
        instrument, rater, timing, scores, reasons, answers, scorer.ranges, scorer.recalled
    )


def _largest_sd(instrument: Instrument, scale_id: str) -> float:
    """Return the largest SD that scores of a scale can have: half their range (Popoviciu 1935)."""
    limits = score_range(instrument, instrument.scale[scale_id])
    return LARGEST_ERROR if limits is None else (limits[1] - limits[0]) / 2


def _is_error(value: object, largest: float) -> bool:
    if value is None:
        return True
    return type(value) in (int, float) and SMALLEST_ERROR <= value <= largest  # type: ignore[operator]


@dataclass
class _Reader:
    find: FindScorer
    respondent: Respondent
    norms: tuple[str, ...] | None
    issues: list[Issue] = field(default_factory=list)
    _used: dict[str, Instrument] = field(default_factory=dict)
    _scorers: dict[str, Scorer] = field(default_factory=dict)  # of answers read without a fault
    _versions: dict[tuple[str, str | None, str], str] = field(default_factory=dict)

    def _fault(self, path: Path, code: str, detail: str, allowed: object = None) -> None:
        self.issues.append(Issue(path, code, detail, allowed))

    def sessions(self, sent: object) -> list[Session]:
        """Read the sessions, noting every fault."""
        if not isinstance(sent, list) or not sent:
            self._fault(("sessions",), "wrong_type", "An array of at least one session is needed.")
            return []
        if len(sent) > MOST_SESSIONS:
            detail = f"{len(sent)} sessions came; a course may have at most {MOST_SESSIONS}."
            self._fault(("sessions",), "too_many_sessions", detail, {"maximum": MOST_SESSIONS})
            return []
        read: list[Session] = []
        seen: set[int] = set()
        last, latest = 0, ""
        for index, session in enumerate(sent):
            where = ("sessions", index)
            if not isinstance(session, dict):
                self._fault(where, "wrong_type", "An object is needed.")
                continue
            self._unknown_members(session, _SESSION_MEMBERS, where)
            number = self._number(session.get("number"), (*where, "number"))
            if number is not None and number in seen:
                self._fault(
                    (*where, "number"), "repeated_session", "An earlier session has this number."
                )
            elif number is not None and number < last:
                self._fault((*where, "number"), "unordered_session", "Session numbers must ascend.")
            if number is not None:
                seen.add(number)
                last = max(last, number)
            one = self._session(session, number or 0, where)
            if one.date is not None and one.date < latest:
                detail = "Dates must ascend with the session numbers; an earlier session is later."
                self._fault((*where, "date"), "unordered_date", detail)
            latest = max(latest, one.date or "")
            read.append(one)
        return read

    def _session(self, session: Json, number: int, where: Path) -> Session:
        forms, events = session.get("forms"), session.get("events")
        therapist, date = session.get("therapist"), session.get("date")
        return Session(
            number,
            self._forms(forms, (*where, "forms")) if forms is not None else (),
            self._events(events, (*where, "events")) if events is not None else (),
            self._text(therapist, (*where, "therapist")) if therapist is not None else None,
            self._date(date, (*where, "date")) if date is not None else None,
        )

    def _number(self, sent: object, where: Path) -> int | None:
        number = whole(sent)
        if number is not None and INTAKE <= number <= LARGEST_SESSION:
            return number
        allowed = {"minimum": INTAKE, "maximum": LARGEST_SESSION}
        code = "wrong_type" if number is None else "out_of_range"
        self._fault(
            where, code, f"A whole number from {INTAKE} to {LARGEST_SESSION} is needed.", allowed
        )
        return None

    def _events(self, sent: object, where: Path) -> tuple[str, ...]:
        if not isinstance(sent, list):
            self._fault(where, "wrong_type", "An array is needed.")
            return ()
        for index, event in enumerate(sent):
            if not isinstance(event, str) or event not in EVENTS:
                self._fault(
                    (*where, index), "unknown_event", "There is no such event.", sorted(EVENTS)
                )
        return tuple(event for event in sent if isinstance(event, str) and event in EVENTS)

    def _text(self, sent: object, where: Path) -> str | None:
        if not isinstance(sent, str) or not _PRINTABLE.fullmatch(sent):
            allowed = {"minimum": 1, "maximum": 64}
            detail = "A string of 1 to 64 printable characters is needed."
            self._fault(where, "wrong_type", detail, allowed)
            return None
        return sent

    def _date(self, sent: object, where: Path) -> str | None:
        match = _DATE.fullmatch(sent) if isinstance(sent, str) else None
        if isinstance(sent, str) and match is not None:
            year, month, day = map(int, match.groups())
            if year >= 1 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
                return sent
        self._fault(where, "wrong_date", "A date like 2026-01-05 is needed.")
        return None

    def _forms(self, sent: object, where: Path) -> tuple[Rating, ...]:
        if not isinstance(sent, list):
            self._fault(where, "wrong_type", "An array is needed.")
            return ()
        if len(sent) > MOST_FORMS:
            detail = f"{len(sent)} forms came; a session may have at most {MOST_FORMS}."
            self._fault(where, "too_many_forms", detail, {"maximum": MOST_FORMS})
            return ()
        ratings: list[Rating] = []
        seen: set[tuple[str, str | None, str]] = set()
        for index, form in enumerate(sent):
            if type(form) is not dict:
                self._fault((*where, index), "wrong_type", "An object is needed.")
                continue
            rating = self._usual_form(form) or self._form(form, (*where, index))
            if rating is None:
                continue
            instrument = rating.instrument
            series = instrument.id, rating.perspective, rating.timing
            if series in seen:
                detail = "The session holds this form twice from one rater at one time."
                self._fault((*where, index), "repeated_form", detail)
            first = self._versions.setdefault(series, instrument.version)
            if first != instrument.version:
                detail = (
                    "An earlier session has this form in another version; their scores do "
                    "not make one series."
                )
                self._fault((*where, index, "version"), "two_versions", detail, [first])
            seen.add(series)
            ratings.append(rating)
        return tuple(ratings)

    def _form(self, form: Json, where: Path) -> Rating | None:
        before = len(self.issues)
        self._unknown_members(form, _FORM_MEMBERS, where)
        form = {name: value for name, value in form.items() if value is not None}
        timing = form.get("timing", "post")
        if timing not in TIMINGS:
            detail = "Say whether the form was filled in before or after the session."
            self._fault((*where, "timing"), "not_allowed", detail, list(TIMINGS))
        perspective = form.get("perspective")
        if perspective is not None and perspective not in RATERS:
            self._fault(
                (*where, "perspective"), "not_allowed", "There is no such rater.", list(RATERS)
            )
            perspective = None
        scorer = self._scorer(form, where)
        values = None
        if (form.get("answers") is None) == (form.get("scores") is None):
            self._fault(
                where,
                "answers_or_scores",
                "Send the answers of the form or its scores, one of the two.",
            )
        elif scorer is not None:
            values = self._score(scorer, form, perspective, where)
        if (
            scorer is None
            or timing not in TIMINGS
            or (perspective is None and scorer.instrument.perspectives)
        ):
            return None  # not to be told from other forms
        if len(self.issues) == before and form.keys() == _USUAL_MEMBERS:
            self._scorers[form["instrument"]] = scorer
        return _rating(scorer, perspective, timing, values or _FAULTY)

    def _usual_form(self, form: Json) -> Rating | None:
        """Read answers to a form that an earlier session had; None leaves all else, and every
        fault, to `_form`.
        """
        name, answers = form.get("instrument"), form.get("answers")
        if len(form) != 2 or type(name) is not str or type(answers) is not dict:
            return None
        scorer = self._scorers.get(name)
        if scorer is None:
            return None
        try:
            scores, reasons, given = scorer.rate(answers, (), "value", self.respondent)
        except InvalidSubmission:
            return None
        instrument = scorer.instrument
        return Rating(
            instrument,
            instrument.perspective,
            "post",
            scores,
            reasons,
            given,
            scorer.ranges,
            scorer.recalled,
        )

    def _scorer(self, form: Json, where: Path) -> Scorer | None:
        name, version = form.get("instrument"), form.get("version")
        if not isinstance(name, str):
            self._fault((*where, "instrument"), "wrong_type", "The id of an instrument is needed.")
            return None
        if version is not None and not isinstance(version, str):
            self._fault((*where, "version"), "wrong_type", "A version is a string.")
            return None
        try:
            scorer = self.find(name, version)
        except UnknownForm as unknown:
            member, code, detail, allowed = unknown.issue
            self._fault((*where, member), code, detail, allowed)
            return None
        instrument = scorer.instrument
        if instrument.id not in self._used:
            self._used[instrument.id] = instrument
        if instrument.key_required and form.get("answers") is not None:
            self._fault(
                (*where, "instrument"),
                "key_required",
                instrument.key_instructions or "The key is not public.",
            )
            return None
        return scorer

    def _score(
        self, scorer: Scorer, form: Json, perspective: str | None, where: Path
    ) -> Rated | None:
        if form.get("answers") is None:
            return self._supplied(scorer.instrument, form["scores"], perspective, where)
        answers, not_applicable = form["answers"], form.get("not_applicable") or []
        encoding = form.get("encoding", "value")
        if not isinstance(answers, dict | list):
            self._fault(
                (*where, "answers"),
                "wrong_type",
                "An object by item or an array in item order is needed.",
            )
            return None
        if not isinstance(not_applicable, list):
            self._fault((*where, "not_applicable"), "wrong_type", "An array of item ids is needed.")
            return None
        if encoding not in ENCODINGS:
            detail = "There is no such encoding."
            self._fault((*where, "encoding"), "not_allowed", detail, list(ENCODINGS))
            return None
        if perspective is not None or scorer.instrument.perspectives:
            for one in perspective_faults(scorer.instrument, perspective):
                self._fault((*where, *one.path), one.code, one.detail, one.allowed)
        try:
            return scorer.rate(answers, not_applicable, encoding, self.respondent)
        except InvalidSubmission as invalid:
            for issue in invalid.issues:
                self._fault((*where, *issue.path), issue.code, issue.detail, issue.allowed)
            return None

    def _supplied(
        self, instrument: Instrument, scores: object, perspective: str | None, where: Path
    ) -> Rated | None:
        if isinstance(scores, dict):  # null stands for a score that is not given
            scores = {name: score for name, score in scores.items() if score is not None}
        if not isinstance(scores, dict) or not scores:
            self._fault(
                (*where, "scores"),
                "wrong_type",
                "An object with at least one score by scale is needed.",
            )
            return None
        faults = [
            score_fault(instrument, name, score, (*where, "scores"))
            for name, score in scores.items()
        ]
        faults += [
            Issue((*where, *one.path), one.code, one.detail, one.allowed)
            for one in perspective_faults(instrument, perspective)
        ]
        self.issues += [fault for fault in faults if fault is not None]
        return Rated(dict(scores), {}, None)

    def _unknown_members(self, sent: Json, known: frozenset[str], where: Path) -> None:
        allowed = sorted(known)
        for name in sent:
            if name not in known:
                path = path_to_member(where, name, known)
                self._fault(path, "unknown_member", "There is no such member.", allowed)

    def errors(self, sent: Json) -> dict[str, dict[str, Errors]]:
        """Read what the caller knows of errors, by instrument and scale."""
        where: Path = ("options", "parameters")
        read: dict[str, dict[str, Errors]] = {}
        for name, scales in sent.items():
            if scales is None:
                continue
            instrument = self._used.get(name) or self._known(name)
            if instrument is None:
                detail = "There is no such instrument; those of the course are listed."
                self._fault(where, "unknown_instrument", detail, sorted(self._used))
                continue
            below = (*where, name)
            if not isinstance(scales, dict):
                self._fault(below, "wrong_type", "An object by scale is needed.")
                continue
            read[name] = {
                scale: self._errors_of(instrument, scale, part, below)
                for scale, part in scales.items()
                if part is not None
            }
        return read

    def _known(self, name: str) -> Instrument | None:
        """Return an instrument that the course does not have, None where nobody knows it."""
        try:
            return self.find(name, None).instrument
        except UnknownForm:
            return None

    def _errors_of(self, instrument: Instrument, scale: str, part: object, where: Path) -> Errors:
        if scale not in instrument.scale:
            self._fault(
                where, "unknown_scale", "The instrument has no such scale.", list(instrument.scale)
            )
            return Errors()
        below = (*where, scale)
        if not isinstance(part, dict) or not _ERROR_MEMBERS.issuperset(part):
            detail = "An object with these members is needed."
            self._fault(below, "unknown_member", detail, sorted(_ERROR_MEMBERS))
            return Errors()
        largest = _largest_sd(instrument, scale)
        faulty = [name for name, value in part.items() if not _is_error(value, largest)]
        for name in faulty:
            detail = (
                "A number above 0 is needed, in the metric of the scale's score: no standard "
                "deviation exceeds half the range."
            )
            allowed = {"minimum": SMALLEST_ERROR, "maximum": largest}
            self._fault((*below, name), "out_of_range", detail, allowed)
        if faulty:
            return Errors()
        errors = Errors(**part)
        for name in ("within_person_sd", "sd"):
            limit = getattr(errors, name)
            if errors.sem is not None and limit is not None and errors.sem > limit:
                detail = (
                    f"Measurement error is part of what scores vary by: it cannot exceed {name}."
                )
                self._fault((*below, "sem"), "out_of_range", detail, {"maximum": limit})
        return errors

    def check_norms(self) -> None:
        """Find norm ids that no instrument of the course has."""
        if self.norms in (None, (), ("*",)):
            return
        known = sorted({norm.id for instrument in self._used.values() for norm in instrument.norms})
        for index, name in enumerate(self.norms or ()):
            if name not in known:
                detail = "No instrument of the course has this norm group."
                self._fault(("norms", index), "unknown_norm", detail, known)
