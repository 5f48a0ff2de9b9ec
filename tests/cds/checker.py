"""The twelve invariants of CDS Hooks 3.0 (HL7/cds-hooks, input/fsh/invariants), and what the
specification says of cards, suggestions and discovery, as far as this service has it.

Each check returns the names of what does not hold, none where all is well.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TASK_STATUSES = {"draft", "requested", "received", "accepted"}
TASK_INTENTS = {"unknown", "proposal", "plan", "order", "original-order", "reflex-order"} | {
    "filler-order",
    "instance-order",
    "option",
}


def of_request(body: Json) -> list[str]:
    """Check a call."""
    return list(_request(body))


def of_response(answer: Json) -> list[str]:
    """Check the answer to a call."""
    return [*_empty(answer, "cards"), *_shape(answer), *_response(answer)]


def of_feedback(body: Json) -> list[str]:
    """Check a report of outcomes."""
    return list(_feedback(body))


def of_discovery(answer: Json) -> list[str]:
    """Check the answer to discovery."""
    return [*_empty(answer, "services"), *_discovery(answer)]


def _request(body: Json) -> Iterator[str]:
    authorization = body.get("fhirAuthorization")
    if authorization is not None and "fhirServer" not in body:
        yield "cds-r-1"
    if authorization and "patient/" in authorization["scope"] and "patient" not in authorization:
        yield "cds-r-2"


def _response(answer: Json) -> Iterator[str]:
    for card in answer["cards"]:
        suggestions = card.get("suggestions", [])
        recommended = sum(one.get("isRecommended", False) for one in suggestions)
        if card.get("selectionBehavior") == "at-most-one" and recommended > 1:
            yield "cds-resp-1"
        if suggestions and "selectionBehavior" not in card:
            yield "cds-resp-6"
        if any("display" not in reason for reason in card.get("overrideReasons", [])):
            yield "cds-resp-4"
        if any(one["type"] != "smart" and "appContext" in one for one in card.get("links", [])):
            yield "cds-resp-3"
        yield from _suggestions(suggestions)
    for action in answer.get("systemActions", []):
        yield from _action(action)


def _suggestions(suggestions: list[Json]) -> Iterator[str]:
    for suggestion in suggestions:
        if any("description" not in action for action in suggestion.get("actions", [])):
            yield "cds-resp-5"
        behaviour = suggestion.get("actionSelectionBehavior")
        if behaviour not in (None, "all", "any", "at-most-one"):
            yield "cds-resp-7"
        for action in suggestion.get("actions", []):
            yield from _action(action)


def _action(action: Json) -> Iterator[str]:
    if action["type"] == "delete" and ("resource" in action or "resourceId" not in action):
        yield "cds-resp-2"


def _feedback(body: Json) -> Iterator[str]:
    for one in body["feedback"]:
        if one["outcome"] not in ("accepted", "overridden"):
            yield "cds-fb-1"
        if one["outcome"] == "accepted" and "acceptedSuggestions" not in one:
            yield "cds-fb-2"
        reason = one.get("overrideReason")
        if reason is not None and not {"reason", "userComment"} & reason.keys():
            yield "cds-fb-3"


def _shape(answer: Json) -> Iterator[str]:
    """Yield what the tables of cards, suggestions, actions and links ask for beyond that."""
    for card in answer["cards"]:
        if not (isinstance(card["summary"], str) and 0 < len(card["summary"]) < 140):
            yield "summary"
        if card["indicator"] not in ("info", "warning", "critical"):
            yield "indicator"
        if not card["source"].get("label"):
            yield "source"
        if card.get("selectionBehavior", "any") not in ("any", "at-most-one"):
            yield "selectionBehavior"
        if re.search(r"<[A-Za-z/!?]", card.get("detail", "")):
            yield "detail"
        for link in card.get("links", []):
            if link["type"] not in ("absolute", "smart") or not link["label"] or not link["url"]:
                yield "link"
        suggestions = card.get("suggestions", [])
        uuids = [card.get("uuid"), *(one.get("uuid") for one in suggestions)]
        if not all(one is not None and UUID.fullmatch(one) for one in uuids):
            yield "uuid"
        for suggestion in suggestions:
            if not suggestion.get("label"):
                yield "label"
            for action in suggestion["actions"]:
                yield from _task(action)


def _task(action: Json) -> Iterator[str]:
    """Yield what R4 asks of the one kind of resource that is created here."""
    if action["type"] not in ("create", "update", "delete"):
        yield "action"
    resource = action.get("resource", {})
    if action["type"] == "create":
        if resource.get("resourceType") != "Task" or "id" in resource:
            yield "resource"
        if resource.get("status") not in TASK_STATUSES:
            yield "status"
        if resource.get("intent") not in TASK_INTENTS:
            yield "intent"
        if not resource.get("for", {}).get("reference", "").startswith("Patient/"):
            yield "for"


def _empty(value: Any, but: str, name: str = "") -> Iterator[str]:
    """Yield members that are null or empty; one array may be."""
    if value is None or (value in ("", [], {}) and name != but):
        yield f"empty {name}"
    children = value.items() if isinstance(value, dict) else ()
    for below, member in children:
        yield from _empty(member, but, below)
    for member in value if isinstance(value, list) else ():
        yield from _empty(member, but, name)


TOKENS = {"context.patientId", "context.userId", "context.encounterId"}
TOKENS_OF_USERS = {
    "userPractitionerId",
    "userPractitionerRoleId",
    "userPatientId",
    "userRelatedPersonId",
}
# Parameters that a client is recommended to support: token equality, _count and _sort.
TOKEN_PARAMETERS = {"patient", "status", "category"}


def _discovery(answer: Json) -> Iterator[str]:
    seen = set()
    for service in answer["services"]:
        if not {"hook", "id", "description"} <= service.keys():
            yield "required"
        if (service.get("hook"), service.get("id")) in seen:
            yield "twice"
        seen.add((service.get("hook"), service.get("id")))
        if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", service.get("version", "0.0.0")):
            yield "version"
        for template in service.get("prefetch", {}).values():
            yield from _template(template)


def _template(template: str) -> Iterator[str]:
    for token in re.findall(r"\{\{(.*?)\}\}", template):
        if token not in TOKENS | TOKENS_OF_USERS:
            yield "token"
    path, mark, query = re.sub(r"\{\{.*?\}\}", "x", template).partition("?")
    if not mark:
        if not re.fullmatch(r"[A-Z][A-Za-z]+/x", path):
            yield "read"
        return
    if not re.fullmatch(r"[A-Z][A-Za-z]+", path):
        yield "search"
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "_count":
            fits = value.isdigit()
        elif name == "_sort":
            fits = re.fullmatch(r"-?[a-z-]+", value) is not None
        else:
            fits = name in TOKEN_PARAMETERS and re.fullmatch(r"[a-z,x-]+", value) is not None
        if not fits:
            yield "parameter"
