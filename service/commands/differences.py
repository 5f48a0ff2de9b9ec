"""What differs between two versions of a definition, in a psychometrician's words: one sentence for
each member, under the part of the definition that it belongs to.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Json = Mapping[str, Any]
Steps = tuple[str, ...]

LONGEST_VALUE = 100
"""Characters of a value that are shown."""


class _Absent:
    """Stands for what one of the two does not have."""


ABSENT = _Absent()


class Difference(NamedTuple):
    """One member that differs: the part it belongs to, and a sentence."""

    part: str
    sentence: str


KEY, ITEMS, MISSING, SOURCES, TEXTS = "key", "items", "missing rule", "sources", "texts"
PRECISION, ALERTS, CODES, WHO = "precision and change", "alert rules", "codes", "for whom"

OF_ITEMS = {"codes": CODES, "text": TEXTS, "same_as": ITEMS}
OF_ANSWERS = {"label": TEXTS, "labels": TEXTS, "code": CODES, "other_codes": CODES}
OF_SCALES = {
    "title": TEXTS,
    "unit": TEXTS,
    "items": ITEMS,
    "weights": ITEMS,
    "count": ITEMS,
    "composite": ITEMS,
    "ratio": ITEMS,
    "aggregation": "aggregation",
    "metric": "aggregation",
    "missing": MISSING,
    "transform": "transform",
    "direction": "direction",
    "bands": "bands",
    "cutoffs": "cut-offs",
    "codes": CODES,
    "linked": "linked tables",
    "reliability": PRECISION,
    "precision": PRECISION,
    "change": PRECISION,
    "within_person_sd": ALERTS,
    "growth": ALERTS,
    "autocorrelation": ALERTS,
    "unevenness": ALERTS,
    "expected_rates": ALERTS,
}
OF_FORMS = {
    "norms": "norms",
    "gates": "skip rules",
    "criteria": "criteria",
    "risks": "safety flags",
    "min_answered": "least answers",
    "alerts": ALERTS,
    "codes": CODES,
    "sources": SOURCES,
    "key_sources": SOURCES,
    "key": KEY,
    "key_instructions": KEY,
    "examples": "examples",
    "assumed_age": WHO,
    "perspective": WHO,
    "perspectives": WHO,
    "counterpart": WHO,
}
OF_EVIDENCE = ("source", "verification", "confirmed_by")
ORDER = (
    *("items", "key", "aggregation", "missing rule", "transform", "direction", "skip rules"),
    *(
        "least answers",
        "bands",
        "cut-offs",
        "linked tables",
        "norms",
        "criteria",
        "safety flags",
        PRECISION,
    ),
    *(ALERTS, WHO, SOURCES, CODES, TEXTS, "examples"),
)
"""The parts, what decides scores first; those that `rescore` names have the same words here."""

_NAMES = ("id", "system", "name", "title", "kind", "value", "max_of", "source")
"""Members by which the elements of a list are told apart, the best first."""
_SAID = {
    "items": "item",
    "scales": "scale",
    "response_sets": "answers",
    "examples": "example",
    "norms": "norm",
    "risks": "safety flag",
    "criteria": "criterion",
    "gates": "skip rule",
    "sources": "source",
}
"""What an element of a list is called; a difference of the whole list has the list's own name."""
_UNSAID = ("cutoffs", "bands", "options", "scales")
_FLAGS = {
    "reverse": ("is reverse-keyed", "is not reverse-keyed"),
    "mirrored": ("has its printed columns mirrored", "has its printed columns as they are"),
    "scored": ("counts", "belongs to no scale"),
    "optional": ("may be left out", "is asked of everybody"),
}
_OF_NO_INTEREST = ("$schema", "extends", "version")


def differences(before: Json, after: Json) -> list[Difference]:
    """Return what differs between two resolved definitions, by part, then as it stands there."""
    found = [
        Difference(_part(steps, was, now), _sentence(steps, was, now))
        for steps, was, now in _walk(before, after, ())
        if steps[0] not in _OF_NO_INTEREST
    ]
    return sorted(found, key=lambda one: ORDER.index(one.part))


def _walk(before: Any, after: Any, steps: Steps) -> Iterator[tuple[Steps, Any, Any]]:
    """Yield every place where two documents differ, as deep as both have it."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _walk(before.get(name, ABSENT), after.get(name, ABSENT), (*steps, name))
    elif _are_objects(before) and _are_objects(after):
        was, now = _named(before, after)
        yield from _walk(was, now, steps)
        if _is_reordered(was, now):
            yield (*steps, "order"), list(was), list(now)
    elif type(before) is not type(after) or before != after:
        yield steps, before, after


def _is_reordered(was: Json, now: Json) -> bool:
    return [name for name in was if name in now] != [name for name in now if name in was]


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _named(before: Sequence[Json], after: Sequence[Json]) -> tuple[Json, Json]:
    """Return the elements of two lists by what tells them apart, by their place if nothing does."""
    for name in _NAMES:
        pair = [[_key(one.get(name)) for one in elements] for elements in (before, after)]
        if all(None not in keys and len(set(keys)) == len(keys) for keys in pair):
            was, now = pair
            return dict(zip(was, before, strict=True)), dict(zip(now, after, strict=True))  # type: ignore[arg-type]
    return (
        {str(place): one for place, one in enumerate(before, 1)},
        {str(place): one for place, one in enumerate(after, 1)},
    )


def _key(value: Any) -> str | None:
    return None if value is None else value if isinstance(value, str) else json.dumps(value)


def _part(steps: Steps, was: Any, now: Any) -> str:
    if steps[-1] in OF_EVIDENCE and steps[0] != "examples":
        return SOURCES
    if steps[0] == "items":
        return OF_ITEMS.get(steps[2], KEY) if len(steps) > 2 else ITEMS
    if steps[0] == "response_sets":
        return next((OF_ANSWERS[one] for one in steps[2:] if one in OF_ANSWERS), KEY)
    if steps[0] == "scales":
        return OF_SCALES.get(steps[2], TEXTS) if len(steps) > 2 else ITEMS
    return OF_FORMS.get(steps[0], TEXTS)


def _sentence(steps: Steps, was: Any, now: Any) -> str:
    first = _SAID.get(steps[0], steps[0]) if len(steps) > 1 else steps[0]
    *place, member = first, *steps[1:]
    where = " ".join(one for one in place if one not in _UNSAID)
    if steps[0] == "items" and member in _FLAGS and len(steps) == 3:
        given = now if isinstance(now, bool) else member == "scored"  # as left out
        return f"{where} {_FLAGS[member][not given]} now"
    return f"{where} {member}".strip() + _change(was, now, is_order=member == "order")


def _change(was: Any, now: Any, is_order: bool) -> str:
    if was is ABSENT:
        return " is new" + (f": {_shown(now)}" if _is_plain(now) else "")
    if now is ABSENT:
        return " is gone" + (f"; it was {_shown(was)}" if _is_plain(was) else "")
    if isinstance(was, list) and isinstance(now, list) and not is_order:
        return f": {_of_lists(was, now)}"
    return f" is {_shown(now)}, was {_shown(was)}"


def _is_plain(value: Any) -> bool:
    return not isinstance(value, Mapping)


def _of_lists(was: list[Any], now: list[Any]) -> str:
    """Tell what came and went, where that is all."""
    told = [
        f"{word} {', '.join(map(_shown, some))}"
        for word, some in (
            ("with", [one for one in now if one not in was]),
            ("without", [one for one in was if one not in now]),
        )
        if some
    ]
    return ", ".join(told) or f"in another order: {_shown(now)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
