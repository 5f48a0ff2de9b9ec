"""JSON samples: payloads of tools, told apart by the shipped templates of mappings."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from service.sources.drafting.redcap import (
    checkbox_remarks,
    is_checkbox,
    is_record,
    record_layout,
)
from service.sources.drafting.sample import NoSample, Question, Sample
from service.sources.mapping import Container, SourceMapping, container_of
from service.sources.pointer import look_up, parse_pointer
from service.sources.walk import walk

Json = Mapping[str, Any]

_UNKNOWN = "JSON"
_FEWEST_SIGNS = 2
"""Signs by which a flat object is known to be of a tool: each a member that its template names."""
_ROWS = ("responses", "data", "value", "rows", "results", "items")
"""Members that hold the responses of an export."""
_MOST_ROWS = 50
"""Rows of an export that are looked at: not each has to be a form, as of the trials of jsPsych."""


def sample_of(document: object, templates: Iterable[SourceMapping]) -> Sample:
    """Return a JSON payload as a sample, of an export the first of its responses that is of a known
    shape. Raises NoSample.
    """
    known = [one for one in templates if one.document.get("template")]
    for payload in _payloads(document, _MOST_ROWS):
        if is_record(payload):
            return _flat(payload, "REDCap", record_layout(payload))
        fitting = [(signs, one) for one in known if (signs := _signs(one, payload))]
        if fitting:
            _, best = max(fitting, key=lambda found: found[0])
            return _of_template(best, payload)
    for payload in reversed(_payloads(document, 1)):
        if any(not isinstance(value, dict | list) for value in payload.values()) or _tables(
            payload
        ):
            return _flat(payload, _UNKNOWN, {})
    raise NoSample("The file holds no object with answers in a shape that is known.")


def _payloads(document: object, n_rows: int) -> list[dict[str, Any]]:
    """Return what may be a payload: the document, and the first elements of what holds several."""
    lists: list[object] = [document]
    found: list[dict[str, Any]] = []
    if isinstance(document, dict):
        found.append(document)
        lists = [document.get(name) for name in _ROWS]
    for one in lists:
        if isinstance(one, list):
            found += [row for row in one[:n_rows] if isinstance(row, dict)]
    return found


def _signs(template: SourceMapping, payload: Json) -> int:
    """Return how many signs a payload has of being of a template's tool; 0 where they are too few
    or no answers stand where the template looks.
    """
    where = template.container
    if not any(entry.found is not None for entry in _entries(where, payload)):
        return 0
    signs = len(_meta_found(template, payload))
    if where.at:
        return _FEWEST_SIGNS + signs
    ignored = template.document.get("ignore", ())
    signs += sum(name in ignored for name in payload)
    return signs if signs >= _FEWEST_SIGNS else 0


def _of_template(template: SourceMapping, payload: Json) -> Sample:
    document, container = template.document, template.container
    answers = dict(document["answers"])
    if template.is_flat and container.descend:
        answers["descend"] = list(dict.fromkeys(_groups(payload, template.ignored)))
        container = container._replace(descend=frozenset(answers["descend"]))
    layout: dict[str, Any] = {"answers": answers}
    if document.get("missing"):
        layout["missing"] = document["missing"]
    keys = {key for entry in _entries(container, payload) for key in entry.keys}
    if ignored := [name for name in document.get("ignore", ()) if name in keys]:
        layout["ignore"] = ignored
    if meta := _meta_found(template, payload):
        layout["meta"] = meta
    if document.get("signature"):
        layout["signature"] = document["signature"]
    counts_places = document["values"]["numeric"] == "position"
    questions = questions_of(container, payload)
    return Sample(document["tool"], questions, layout, counts_places=counts_places)


def _groups(payload: Json, ignored: Set[str]) -> Iterator[str]:
    """Yield the names of the groups in a payload, and of the groups in them."""
    for name, part in payload.items():
        if isinstance(part, dict) and part and name not in ignored:
            yield name
            yield from _groups(part, ignored)


def questions_of(container: Container, payload: Json) -> list[Question]:
    """Return the keys of a payload, each with what came for it."""
    answers: dict[str, list[object]] = {}
    for entry in _entries(container, payload):
        for key in entry.keys[:1]:
            came = answers.setdefault(key, [])
            if entry.found is not None and entry.found.value not in (None, ""):
                came.append(entry.found.value)
    return [Question(key, answers=tuple(came)) for key, came in answers.items()]


def _entries(container: Container, payload: Json) -> list[Any]:
    found = look_up(payload, container.at)
    return [] if found is None else list(walk(found.value, found.path, container))


def _meta_found(template: SourceMapping, payload: Json) -> dict[str, Any]:
    """Return the parts of a template's `meta` that lead to something in a payload."""
    told = template.document.get("meta", {})
    places = {name: one if isinstance(one, str) else one["at"] for name, one in told.items()}
    return {
        name: told[name]
        for name, place in places.items()
        if look_up(payload, parse_pointer(place)) is not None
    }


def _flat(payload: Json, tool: str, layout: Json) -> Sample:
    """Return a flat object as a sample, with the tables in it: questions of which each row has a
    member. A checkbox says that something was ticked, and of itself no answer.
    """
    answers: dict[str, Any] = {"kind": "map"}
    if tables := _tables(payload):
        answers["descend"] = tables
    container = container_of(
        {
            "at": "",
            "key": [],
            "row_key": None,
            "value": [],
            "descend": [],
            "strip_prefix": None,
            "last_segment": None,
            **answers,
        }
    )
    asked = {name: value for name, value in payload.items() if not is_checkbox(name)}
    return Sample(
        tool,
        questions_of(container, asked),
        {"answers": answers, **layout},
        is_known=tool != _UNKNOWN,
        remarks=checkbox_remarks(len(payload) - len(asked)),
    )


def _tables(payload: Json) -> list[str]:
    return [
        name
        for name, part in payload.items()
        if isinstance(part, dict)
        and part
        and not any(isinstance(one, dict | list) for one in part.values())
    ]
