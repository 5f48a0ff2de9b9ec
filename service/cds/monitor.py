"""The service: from the call of a hook to its cards."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from service.cds.cards import CardWriter
from service.cds.evidence import Raised
from service.cds.gathering import Gathered, gather
from service.cds.request import HookRequest
from service.definitions.catalog import Catalog
from service.fhir.canonical import Names
from service.fhir.course import Alert, Watch, Watched, day_of, watch
from service.fhir.findings import Findings
from service.fhir.reading.response import Reading
from service.fhir.recognition import Recogniser
from service.fhir.scored import ScoredForm

Json = dict[str, Any]

_RANK = {"urgent": 0, "alert": 1, "watch": 2, "info": 3}


@dataclass(frozen=True, slots=True)
class Answer:
    """The cards, the most severe first, and how many forms were looked at."""

    cards: tuple[Json, ...]
    n_forms: int


class AllianceMonitor:
    """The service over one catalogue, with the cards of a site and how its courses are judged."""

    def __init__(self, catalog: Catalog, names: Names, writer: CardWriter, how: Watch) -> None:
        self._reading = Reading(Recogniser(catalog, names))
        self._writer = writer
        self._how = how

    def answer(self, request: HookRequest) -> Answer:
        """Return the cards of a call: none where there is nothing to say."""
        gathered = gather(request, self._reading)
        return Answer(tuple(self._cards(request, gathered)), len(gathered.forms))

    def _cards(self, request: HookRequest, gathered: Gathered) -> Iterator[Json]:
        n_left_out = gathered.n_left_out
        raised = _raised(gathered.forms)
        if raised:
            yield self._writer.risk(request, raised, n_left_out)
        if gathered.parts:
            findings = Findings()
            hows = [self._how._replace(respondent=one) for one in gathered.respondents]
            watched = [watch(gathered.parts, how, findings) for how in hows]
            courses = [one for one in watched if one is not None]
            if len(courses) < len(hows):
                why = " ".join(dict.fromkeys(one.detail for one in findings.warnings))
                yield self._writer.not_judged(request, why, n_left_out)
            else:
                for alert in _followed(courses):
                    yield self._writer.alert(request, alert, courses[0], n_left_out)
        if request.prefetched.is_incomplete:
            yield self._writer.incomplete(request, n_left_out)


def _followed(courses: list[Watched]) -> list[Alert]:
    """Return the alerts that are still followed, the most severe first. Where a course was judged
    for two ages, what only one of them brings is not certain, and left out.
    """
    first, *others = [
        {_told(one): one for one in course.alerts() if one.episode["closed_session"] is None}
        for course in courses
    ]
    certain = [alert for key, alert in first.items() if all(key in other for other in others)]
    return sorted(certain, key=lambda one: _RANK[one.episode["severity"]])


def _told(alert: Alert) -> tuple[str, ...]:
    episode = alert.episode
    return episode["id"], episode["severity"], episode["status"], episode["summary"]


def _raised(forms: list[ScoredForm]) -> list[Raised]:
    """Return the safety items that are raised in the latest form of each instrument and rater, and
    in forms of no day: nothing says that a later one took them back.
    """
    latest: dict[tuple[str, str], str] = {}
    for form in forms:
        day, key = day_of(form.about), _kind(form)
        if day is not None and day > latest.get(key, ""):
            latest[key] = day
    return [
        (form, risk)
        for form in sorted(forms, key=lambda one: (*_kind(one), one.about.authored or ""))
        if day_of(form.about) in (None, latest.get(_kind(form)))
        for risk in form.report["risks"]
        if risk["raised"]
    ]


def _kind(form: ScoredForm) -> tuple[str, str]:
    return form.entry.instrument.id, form.about.rater or ""
