"""Writing cards: a line that names no score and no answer, its evidence, and what can be done."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from service.alliance.report.words import clipped
from service.cds.codes import (
    ALLIANCE,
    DATA,
    OVERRIDE_REASONS,
    OVERRIDE_SYSTEM,
    RATERS,
    SAFETY,
    TOPICS,
)
from service.cds.evidence import INCOMPLETE, Raised, alert_detail, left_out, risk_detail
from service.cds.request import HookRequest
from service.fhir.canonical import Names
from service.fhir.course import Alert, Watched
from service.fhir.writing.parts import coding, urn

Json = dict[str, Any]

LONGEST_SUMMARY = 139
INFO, WARNING, CRITICAL = "info", "warning", "critical"
_INDICATORS = {"alert": WARNING, "urgent": CRITICAL}
PROVISIONAL = "provisional"
_TALK = "Talk about how we work together"
_REVIEW = "Go through the safety item that was raised"


class Site(NamedTuple):
    """What a site adds to every card: where to read about the service, and a link to a chart that
    is absolute or launches a SMART app.
    """

    source_url: str | None = None
    chart_link: str | None = None
    chart_link_type: str = "absolute"


class CardWriter:
    """Writes the cards of one site."""

    def __init__(self, names: Names, site: Site) -> None:
        self._tasks = names.code_system("cds-tasks")
        self._sources = {
            topic: self._source(site, coding(names.code_system("cds-topics"), topic, display))
            for topic, display in TOPICS.items()
        }
        reasons = names.code_system(OVERRIDE_SYSTEM)
        self._reasons = [coding(reasons, *reason) for reason in OVERRIDE_REASONS.items()]
        self._links = (
            {}
            if site.chart_link is None
            else {
                "links": [
                    {
                        "label": "Chart of the course",
                        "url": site.chart_link,
                        "type": site.chart_link_type,
                    }
                ]
            }
        )

    def _source(self, site: Site, topic: Json) -> Json:
        url = {} if site.source_url is None else {"url": site.source_url}
        return {"label": "Alliance monitor", **url, "topic": topic}

    def alert(self, request: HookRequest, alert: Alert, watched: Watched, n_left_out: int) -> Json:
        """Return the card of an episode that is followed; that of an incomplete course says so,
        and names no session, since the earliest ones may be missing.
        """
        episode, incomplete = alert.episode, request.prefetched.is_incomplete
        rater = RATERS[episode["perspective"]]
        card = self._card(
            _identity(request, repr(episode)),
            f"Incomplete course: signal about the alliance ({rater}) in the forms that came along"
            if incomplete
            else episode["summary"],
            _indicator(episode, incomplete=incomplete),
            alert_detail(alert, watched, incomplete=incomplete, n_left_out=n_left_out),
            ALLIANCE,
        )
        return self._with_task(card, request, _TALK, "talk-about-alliance", "routine")

    def risk(self, request: HookRequest, raised: Iterable[Raised], n_left_out: int) -> Json:
        """Return the card of safety items that were raised."""
        found = list(raised)
        card = self._card(
            _identity(request, *(form.report["result_id"] for form, _ in found)),
            "A safety item was raised when last answered: please go through it with the patient",
            CRITICAL,
            risk_detail(found, n_left_out),
            SAFETY,
        )
        return self._with_task(card, request, _REVIEW, "review-safety-item", "urgent")

    def incomplete(self, request: HookRequest, n_left_out: int) -> Json:
        """Return the card that says that the course is incomplete."""
        detail = f"{INCOMPLETE} That no other card is shown does not mean that there is no signal."
        return self._card(
            _identity(request, "incomplete"),
            "Incomplete course: not all forms came along, so it was not judged as a whole",
            INFO,
            "\n\n".join(filter(None, (detail, left_out(n_left_out)))),
            DATA,
        )

    def not_judged(self, request: HookRequest, why: str, n_left_out: int) -> Json:
        """Return the card that says that the latest session could not be judged."""
        return self._card(
            _identity(request, "not judged"),
            "The course of the alliance could not be judged up to the latest session",
            INFO,
            "\n\n".join(filter(None, (why, left_out(n_left_out)))),
            DATA,
        )

    def _card(self, identity: str, summary: str, indicator: str, detail: str, topic: str) -> Json:
        return {
            "uuid": _uuid(identity, "card"),
            "summary": clipped(summary, LONGEST_SUMMARY),
            "indicator": indicator,
            "detail": detail,
            "source": self._sources[topic],
            "overrideReasons": self._reasons,
            **self._links,
        }

    def _with_task(
        self, card: Json, request: HookRequest, what: str, code: str, priority: str
    ) -> Json:
        """Return a card with the one suggestion that can be accepted: a Task for the patient."""
        task: Json = {
            "resourceType": "Task",
            "status": "requested",
            "intent": "proposal",
            "priority": priority,
            "code": {"coding": [coding(self._tasks, code, what)], "text": what},
            "description": what,
            "for": {"reference": f"Patient/{request.patient}"},
        }
        if request.encounter is not None:
            task["encounter"] = {"reference": f"Encounter/{request.encounter}"}
        action = {"type": "create", "description": f"Create a task: {what}", "resource": task}
        suggestion = {"label": what, "uuid": _uuid(card["uuid"], "suggestion"), "actions": [action]}
        return {**card, "selectionBehavior": "at-most-one", "suggestions": [suggestion]}


def _indicator(episode: Mapping[str, Any], *, incomplete: bool) -> str:
    """Return how urgent an episode is: what may have passed is information, and what rests on an
    incomplete course never interrupts.
    """
    if episode["status"] == PROVISIONAL:
        return INFO
    indicator = _INDICATORS.get(episode["severity"], INFO)
    return WARNING if incomplete and indicator == CRITICAL else indicator


def _identity(request: HookRequest, *of_card: str) -> str:
    """Return what tells a card from every other, of other calls too."""
    return repr((request.hook, request.instance, request.patient, *of_card))


def _uuid(identity: str, role: str) -> str:
    return urn(identity, role).removeprefix("urn:uuid:")
