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
        raised = list(_raised(gathered.forms))
        if raised:
            yield self._writer.risk(request, raised, n_left_out)
        if gathered.parts:
            findings = Findings()
            respondent, norms = gathered.person
            how = self._how._replace(respondent=respondent, norms=norms)
            watched = watch(gathered.parts, how, findings)
            if watched is None:
                why = " ".join(dict.fromkeys(one.detail for one in findings.warnings))
                yield self._writer.not_judged(request, why, n_left_out)
            else:
                for alert in _followed(watched):
                    yield self._writer.alert(request, alert, watched, n_left_out)
        if request.prefetched.is_incomplete:
            yield self._writer.incomplete(request, n_left_out)


def _followed(watched: Watched) -> list[Alert]:
    """Return the alerts that are still followed, the most severe first."""
    alerts = [one for one in watched.alerts() if one.episode["closed_session"] is None]
    return sorted(alerts, key=lambda one: _RANK[one.episode["severity"]])


def _raised(forms: list[ScoredForm]) -> Iterator[Raised]:
    """Yield the safety items that are raised in the latest form of each instrument and rater, and
    in forms of no day: nothing says that a later one took them back.
    """
    latest: dict[tuple[str, str | None], str] = {}
    for form in forms:
        day, key = day_of(form.about), _kind(form)
        if day is not None and day > latest.get(key, ""):
            latest[key] = day
    for form in forms:
        if day_of(form.about) in (None, latest.get(_kind(form))):
            for risk in form.report["risks"]:
                if risk["raised"]:
                    yield form, risk


def _kind(form: ScoredForm) -> tuple[str, str | None]:
    return form.entry.instrument.id, form.about.rater
