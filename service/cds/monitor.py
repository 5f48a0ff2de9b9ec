"""The service: from the call of a hook to its cards."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from service.cds.cards import PROVISIONAL, CardWriter
from service.cds.evidence import Raised
from service.cds.gathering import Gathered, gather
from service.cds.request import HookRequest
from service.fhir.course import Alert, Watch, Watched, day_of, watch
from service.fhir.datetimes import is_later
from service.fhir.findings import Findings
from service.fhir.reading.response import Reading
from service.fhir.recognition import Recogniser
from service.fhir.scored import ScoredForm
from service.scoring.wording.words import Words

Json = dict[str, Any]

_RANK = {"urgent": 0, "alert": 1, "watch": 2, "info": 3}
_MILDEST = max(_RANK.values())


@dataclass(frozen=True, slots=True)
class Answer:
    """The cards, the most severe first, and the course as it was judged (for the younger of two
    ages); how many forms were scored, and how many left out.
    """

    cards: tuple[Json, ...]
    course: Watched | None
    n_forms: int
    n_left_out: int


class AllianceMonitor:
    """The service over one catalogue, with the cards of a site and how its courses are judged."""

    def __init__(self, recogniser: Recogniser, writer: CardWriter, how: Watch) -> None:
        self._reading = Reading(recogniser)
        self._writer = writer
        self._how = how

    def answer(self, request: HookRequest, words: Words) -> Answer:
        """Return the cards of a call in a language: none where there is nothing to say."""
        gathered = gather(request, self._reading)
        findings = Findings()
        courses = self._judge(gathered, findings, words)
        cards = tuple(self._cards(request, gathered, courses, findings, words))
        course = courses[0] if courses else None
        return Answer(cards, course, len(gathered.forms), gathered.n_left_out)

    def _judge(self, gathered: Gathered, findings: Findings, words: Words) -> list[Watched]:
        """Return the course, judged for each age that the patient may be of."""
        how = self._how._replace(words=words)
        hows = [how._replace(respondent=one) for one in gathered.respondents]
        watched = [watch(gathered.parts, how, findings) for how in hows if gathered.parts]
        return [one for one in watched if one is not None]

    def _cards(
        self,
        request: HookRequest,
        gathered: Gathered,
        courses: list[Watched],
        findings: Findings,
        words: Words,
    ) -> Iterator[Json]:
        n_left_out = gathered.n_left_out
        raised = _raised(gathered.forms)
        if raised:
            yield self._writer.risk(request, raised, n_left_out, words)
        for alert, course in _followed(courses):
            yield self._writer.alert(request, alert, course, n_left_out, words)
        if why := _why_not_judged(gathered, findings, words):
            yield self._writer.not_judged(request, why, n_left_out, words)
        if request.prefetched.is_incomplete:
            yield self._writer.incomplete(request, n_left_out, words)


def _why_not_judged(gathered: Gathered, findings: Findings, words: Words) -> str:
    """Return why the latest session, or the whole course, could not be judged, "" where it was."""
    latest = max((*gathered.contradictory, *(one.day or "" for one in gathered.parts)), default="")
    if latest in gathered.contradictory:
        return words.say("cds.twice", day=latest)
    return " ".join(dict.fromkeys(one.detail for one in findings.warnings))


def _followed(courses: list[Watched]) -> list[tuple[Alert, Watched]]:
    """Return the alerts that are still followed, the most severe first, each with its course.

    Where a course was judged for two ages, an alert that only one of them brings is not certain,
    and left out; what is certain of the others is the milder one.
    """
    found: dict[tuple[Any, ...], list[tuple[Alert, Watched]]] = {}
    for course in courses:
        for alert in course.alerts():
            if alert.episode["closed_session"] is None:
                found.setdefault(_which(alert), []).append((alert, course))
    certain = [max(both, key=_mildness) for both in found.values() if len(both) == len(courses)]
    return sorted(certain, key=_mildness)


def _which(alert: Alert) -> tuple[Any, ...]:
    members = ("perspective", "instrument", "scale", "timing", "opened_session")
    return tuple(alert.episode[member] for member in members)


def _mildness(one: tuple[Alert, Watched]) -> int:
    """Return how mild an alert is; one whose score is back once is among the mildest."""
    episode = one[0].episode
    return _MILDEST if episode["status"] == PROVISIONAL else _RANK[episode["severity"]]


def _raised(forms: list[ScoredForm]) -> list[Raised]:
    """Return the safety items that are raised in the latest form of each instrument and rater that
    answers them, and in forms of no day: nothing says that a later one took them back.
    """
    by_kind: dict[tuple[str, str], list[ScoredForm]] = {}
    for form in sorted(forms, key=lambda one: one.about.authored or "", reverse=True):
        by_kind.setdefault(_kind(form), []).append(form)
    return [
        (form, risk)
        for _, alike in sorted(by_kind.items())
        for form in reversed(alike)
        for risk in form.report["risks"]
        if risk["raised"]
        and not any(_answers(one, risk["id"]) and _is_after(one, form) for one in alike)
    ]


def _answers(one: ScoredForm, risk: str) -> bool:
    found = (told["raised"] for told in one.report["risks"] if told["id"] == risk)
    return next(found, None) is not None


def _is_after(one: ScoredForm, form: ScoredForm) -> bool:
    """Tell whether a form is later than another, and of a later day, whatever their zones."""
    day, other = day_of(one.about), day_of(form.about)
    return (
        day is not None
        and other is not None
        and day > other
        and is_later(one.about.authored or "", form.about.authored or "")
    )


def _kind(form: ScoredForm) -> tuple[str, str]:
    return form.entry.instrument.id, form.about.rater or ""
