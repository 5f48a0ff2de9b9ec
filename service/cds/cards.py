"""Writing cards: a line that names no score and no answer, its evidence, and what can be done."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from service.alliance.report.words import clipped
from service.cds.codes import (
    ALLIANCE,
    DATA,
    OVERRIDE_REASONS,
    OVERRIDE_SYSTEM,
    SAFETY,
    TOPICS,
)
from service.cds.evidence import Raised, alert_detail, left_out, risk_detail
from service.cds.request import HookRequest
from service.cds.wording import CARDS
from service.fhir.canonical import Names
from service.fhir.course import Alert, Watched
from service.fhir.writing.parts import coding, urn
from service.scoring.wording.words import Words

Json = dict[str, Any]

LONGEST_SUMMARY = 139
INFO, WARNING, CRITICAL = "info", "warning", "critical"
_INDICATORS = {"alert": WARNING, "urgent": CRITICAL}
PROVISIONAL = "provisional"
_TALK, _REVIEW = "cds.talk", "cds.review"


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
        self._site = site
        system = names.code_system("cds-topics")
        self._topics = {topic: coding(system, topic, said) for topic, said in TOPICS.items()}
        self._reasons = names.code_system(OVERRIDE_SYSTEM)

    def _source(self, topic: str, words: Words) -> Json:
        url = {} if self._site.source_url is None else {"url": self._site.source_url}
        return {"label": words.say("cds.source"), **url, "topic": self._topics[topic]}

    def _links(self, words: Words) -> Json:
        url, kind = self._site.chart_link, self._site.chart_link_type
        if url is None:
            return {}
        return {"links": [{"label": words.say("cds.chart"), "url": url, "type": kind}]}

    def alert(
        self, request: HookRequest, alert: Alert, watched: Watched, n_left_out: int, words: Words
    ) -> Json:
        """Return the card of an episode that is followed; that of an incomplete course says so,
        and names no session, since the earliest ones may be missing.
        """
        episode, incomplete = alert.episode, request.prefetched.is_incomplete
        rater = words.say(f"cds.{episode['perspective']}")
        card = self._card(
            _identity(request, repr(episode)),
            words.say("cds.alert of incomplete", rater=rater)
            if incomplete
            else alert.said["summary"],
            _indicator(episode, incomplete=incomplete),
            alert_detail(alert, watched, words, incomplete=incomplete, n_left_out=n_left_out),
            ALLIANCE,
            words,
        )
        return self._with_task(card, request, _TALK, "talk-about-alliance", "routine", words)

    def risk(
        self, request: HookRequest, raised: Iterable[Raised], n_left_out: int, words: Words
    ) -> Json:
        """Return the card of safety items that were raised."""
        found = list(raised)
        card = self._card(
            _identity(request, *(form.report["result_id"] for form, _ in found)),
            words.say("cds.risk"),
            CRITICAL,
            risk_detail(found, n_left_out, words),
            SAFETY,
            words,
        )
        return self._with_task(card, request, _REVIEW, "review-safety-item", "urgent", words)

    def incomplete(self, request: HookRequest, n_left_out: int, words: Words) -> Json:
        """Return the card that says that the course is incomplete."""
        detail = f"{words.say('cds.rests on these')} {words.say('cds.no other card')}"
        return self._card(
            _identity(request, "incomplete"),
            words.say("cds.incomplete"),
            INFO,
            "\n\n".join(filter(None, (detail, left_out(n_left_out, words)))),
            DATA,
            words,
        )

    def not_judged(self, request: HookRequest, why: str, n_left_out: int, words: Words) -> Json:
        """Return the card that says that the latest session could not be judged."""
        return self._card(
            _identity(request, "not judged"),
            words.say("cds.not judged"),
            INFO,
            "\n\n".join(filter(None, (why, left_out(n_left_out, words)))),
            DATA,
            words,
        )

    def _card(
        self,
        identity: str,
        summary: str,
        indicator: str,
        detail: str,
        topic: str,
        words: Words,
    ) -> Json:
        return {
            "uuid": _uuid(identity, "card"),
            "summary": clipped(summary, LONGEST_SUMMARY),
            "indicator": indicator,
            "detail": detail,
            "source": self._source(topic, words),
            "overrideReasons": [
                coding(self._reasons, code, words.say(f"cds.reason.{code}"))
                for code in OVERRIDE_REASONS
            ],
            **self._links(words),
        }

    def _with_task(
        self,
        card: Json,
        request: HookRequest,
        name: str,
        code: str,
        priority: str,
        words: Words,
    ) -> Json:
        """Return a card with the one suggestion that can be accepted: a Task for the patient."""
        what = words.say(name)
        task: Json = {
            "resourceType": "Task",
            "status": "requested",
            "intent": "proposal",
            "priority": priority,
            "code": {"coding": [coding(self._tasks, code, CARDS[name])], "text": what},
            "description": what,
            "for": {"reference": f"Patient/{request.patient}"},
        }
        if request.encounter is not None:
            task["encounter"] = {"reference": f"Encounter/{request.encounter}"}
        action = {
            "type": "create",
            "description": words.say("cds.task", what=what),
            "resource": task,
        }
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
