"""Several forms of one subject as a course of treatment, watched by the alert rules."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from service.alliance.course import Course, Errors
from service.alliance.judging.monitor import Monitor
from service.alliance.policy import Policy
from service.alliance.reading import UnknownForm, read_course
from service.alliance.report.report import judge_course, write_report
from service.alliance.report.words import IN_ENGLISH
from service.definitions.catalog import Entry
from service.fhir.datetimes import is_to_the_day
from service.fhir.findings import Findings
from service.fhir.reading.references import identity_of
from service.fhir.reading.response import Circumstances
from service.scoring.instrument import Answer, Number
from service.scoring.issue import InvalidSubmission
from service.scoring.report import Scorer
from service.scoring.scales import ANYBODY, Respondent
from service.scoring.wording.words import ENGLISH, Words

_DAY = len("2026-01-01")


def day_of(about: Circumstances) -> str | None:
    """Return the day on which a form was filled in, None where it is not told."""
    authored = about.authored
    return authored[:_DAY] if authored is not None and is_to_the_day(authored) else None


class Measured(NamedTuple):
    """One form of a course: its answers, or the scores that were supplied in their place, and
    references to its scores by scale.
    """

    entry: Entry
    about: Circumstances
    rater: str | None
    answers: Mapping[str, Answer] | None
    scores: Mapping[str, Number] | None
    references: Mapping[str, str]

    @property
    def day(self) -> str | None:
        """The day of the form, None where it is not told."""
        return day_of(self.about)


class Alert(NamedTuple):
    """An episode of a course, as the native report has it, with the forms that it is about: that
    of the session in which it opened, and that of its last change; `said` is the episode in the
    language of its reader, which ids do not depend on.
    """

    episode: Mapping[str, Any]
    opened: Measured
    updated: Measured
    said: Mapping[str, Any]

    @property
    def identity(self) -> str:
        """What tells it from the alerts of other requests."""
        forms = (self.opened, self.updated)
        return repr([self.episode, *((one.about.subject, one.references) for one in forms)])


class Watch(NamedTuple):
    """How a course is judged: whose it is, norms and error figures as a course has them, and the
    thresholds; and in which language it is told.
    """

    respondent: Respondent = ANYBODY
    norms: tuple[str, ...] | None = None
    errors: Mapping[str, Mapping[str, Errors]] = {}
    policy: Policy = Policy()
    words: Words = IN_ENGLISH


class Watched(NamedTuple):
    """A course that was judged: the native report without results of rules, the forms of each day,
    which is a session, and the alerts in the language of their reader.
    """

    monitor: Monitor
    report: Mapping[str, Any]
    by_day: Sequence[Sequence[Measured]]
    said: Sequence[Mapping[str, Any]]

    def alerts(self) -> Iterator[Alert]:
        """Yield the alerts with the forms that they are about."""
        for episode, said in zip(self.report["alerts"], self.said, strict=True):
            opened = _form_of(self.by_day, episode, "opened_session")
            updated = _form_of(self.by_day, episode, "updated_session")
            yield Alert(episode, opened, updated, said)


def judge(
    measured: Iterable[Measured],
    respondent: Respondent,
    findings: Findings,
    words: Words = IN_ENGLISH,
) -> Iterator[Watched]:
    """Yield the course of each subject with forms on two days at least.

    The forms of one day are one session; a day with a form twice from one rater leaves the order
    open, so that the course is not judged, with a warning.
    """
    by_subject: dict[str, list[Measured]] = {}
    for one in measured:
        if one.about.subject is not None and one.day is not None:
            by_subject.setdefault(identity_of(one.about.subject), []).append(one)
    how = Watch(respondent, words=words)
    for forms in by_subject.values():
        if len({one.day for one in forms}) > 1:
            course = watch(forms, how, findings)
            if course is not None:
                yield course


def watch(forms: Sequence[Measured], how: Watch, findings: Findings) -> Watched | None:
    """Judge the forms of one subject, each with its day, as a course with a session a day.

    None, with a warning, where they make no course that can be judged.
    """
    if not _is_in_order(forms, findings):
        return None
    of_day: dict[str, list[Measured]] = {}
    for one in forms:
        if one.day is not None:
            of_day.setdefault(one.day, []).append(one)
    by_day = [of_day[day] for day in sorted(of_day)]
    course = _read(by_day, how, findings)
    if course is None:
        return None
    monitor = judge_course(course)
    report = write_report(monitor, "none")
    told = report
    if how.words.language != ENGLISH:
        told = write_report(monitor, "none", words=how.words)
    return Watched(monitor, report, by_day, told["alerts"])


def _is_in_order(forms: Sequence[Measured], findings: Findings) -> bool:
    seen = set()
    for one in forms:
        told = one.entry.instrument.id, one.rater, one.day
        if told in seen:
            detail = "Another form of this kind is of the same day; the course was not judged."
            findings.warn(one.about.path, "two_forms_of_a_day", detail)
            return False
        seen.add(told)
    return True


def _form_of(
    by_day: Sequence[Sequence[Measured]], episode: Mapping[str, Any], member: str
) -> Measured:
    """Return the form that an episode is about in a session, or the first of that session where
    silence is what it is about.
    """
    number: int = episode[member]
    forms = list(by_day[number - 1])
    about = [one for one in forms if one.entry.instrument.id == episode["instrument"]]
    return (about or forms)[0]


def _read(by_day: Sequence[Sequence[Measured]], how: Watch, findings: Findings) -> Course | None:
    scorers: dict[tuple[str, str | None], Scorer] = {
        (one.entry.instrument.id, one.entry.instrument.version): one.entry.scorer
        for forms in by_day
        for one in forms
    }

    def find(name: str, version: str | None) -> Scorer:
        """Return the scorer of a form. Raises UnknownForm."""
        found = scorers.get((name, version))
        if found is None:
            raise UnknownForm("instrument", "unknown_instrument", "There is no such form.", None)
        return found

    sessions = [
        {"number": number, "date": forms[0].day, "forms": [_form(one) for one in forms]}
        for number, forms in enumerate(by_day, 1)
    ]
    try:
        course = read_course(sessions, find, how.policy, how.respondent, how.norms)
    except InvalidSubmission as invalid:
        detail = f"The forms make no course that can be judged: {invalid.issues[0].detail}"
        findings.warn(by_day[0][0].about.path, "course_not_judged", detail)
        return None
    return course._replace(errors=how.errors)


def _form(one: Measured) -> dict[str, object]:
    instrument = one.entry.instrument
    form: dict[str, object] = {"instrument": instrument.id, "version": instrument.version}
    if instrument.perspectives:
        form["perspective"] = one.rater
    if one.answers is not None:
        form["answers"] = dict(one.answers)
    else:
        form["scores"] = dict(one.scores or {})
    return form
