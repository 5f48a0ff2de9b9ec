"""Calls of hooks, and the forms that come along with them."""

from collections.abc import Iterable, Sequence
from typing import Any

from tests.fhir.payloads import OURS, item, ours, response

Json = dict[str, Any]

SERVICE = "/cds-services/alliance-monitor"
FEEDBACK = f"{SERVICE}/feedback"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
CARD = "4e0a3a1e-3283-4575-ab82-028d55fe2719"

HIGH = [4, 5, 4, 4, 5, 4, 5, 4, 4, 5, 4, 4]
LOW = [2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2, 2]
FALL = [HIGH, HIGH, HIGH, HIGH, LOW]
STEADY = [HIGH] * 5


def day_of(number: int) -> str:
    """Return a day of the course."""
    return f"2026-03-{number:02d}"


def form(instrument: str, day: str, answers: Sequence[int | None], **members: object) -> Json:
    """Return a form of a day by our own address."""
    items = [
        item(str(number), *([] if value is None else [{"valueInteger": value}]))
        for number, value in enumerate(answers, 1)
    ]
    about = {
        "id": f"{instrument}-{day}",
        "authored": f"{day}T10:00:00Z",
        "questionnaire": ours(instrument),
    }
    return response(items) | about | members


def course(answers: Iterable[Sequence[int]], **members: object) -> list[Json]:
    """Return a WAI-SR of each day, the latest first, as clients are asked to sort."""
    forms = [form("wai-sr", day_of(n), given, **members) for n, given in enumerate(answers, 1)]
    return forms[::-1]


def phq_9(day: str, last: int, **members: object) -> Json:
    """Return a PHQ-9 whose last item, the safety item, is answered so."""
    return form("phq-9", day, [1] * 8 + [last], **members)


def score(day: str, value: float, instrument: str = "wai-sr", **members: object) -> Json:
    """Return an Observation of a total score."""
    made: Json = {
        "resourceType": "Observation",
        "id": f"{instrument}-{day}",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": f"{OURS}:CodeSystem:{instrument}", "code": "total"}]},
        "effectiveDateTime": day,
        "valueQuantity": {"value": value},
    }
    return made | members


def searched(resources: Iterable[Any], **members: object) -> Json:
    """Return what a search found."""
    entries = [{"resource": one, "search": {"mode": "match"}} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries} | members


def call(hook: str = "patient-view", context: Json | None = None, **prefetch: object) -> Json:
    """Return a call with what was fetched."""
    about = {"userId": "Practitioner/t7", "patientId": "p1", "encounterId": "e1"}
    return {
        "hook": hook,
        "hookInstance": INSTANCE,
        "context": about if context is None else context,
        "prefetch": prefetch,
    }


def paged(resources: Iterable[Any]) -> Json:
    """Return the first page of what a search found."""
    return searched(resources, link=[{"relation": "next", "url": "https://ehr.example/next"}])


def overridden(**members: object) -> Json:
    """Return the outcome of a card that was set aside."""
    return {
        "card": CARD,
        "outcome": "overridden",
        "outcomeTimestamp": "2026-03-05T10:05:31Z",
    } | members


def accepted(**members: object) -> Json:
    """Return the outcome of a card whose suggestion was accepted."""
    suggestions = [{"id": "e56e1945-20b3-4393-8503-a1a20fd73152"}]
    return overridden(outcome="accepted", acceptedSuggestions=suggestions) | members
