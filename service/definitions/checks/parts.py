"""A definition's parts by name, as far as their shape is sound: references can be checked despite
other faults.
"""

import copy
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from service.scoring.issue import Issue, Path, Step

Json = dict[str, Any]

UNSOUND = type("Unsound", (), {"__deepcopy__": lambda self, memo: self})()
"""Stands in for a value that has a fault: it is of no JSON type, so nothing is concluded from it.
"""


class Comparison(NamedTuple):
    """One comparison inside a rule: where it stands, what it is about, and with what it is
    compared.
    """

    path: Path
    kind: str
    subject: str
    op: Any
    value: Any


def sound_parts(document: object, faults: Iterable[Issue]) -> Json:
    """Return a copy of the document in which every value that has a fault is UNSOUND."""
    if not isinstance(document, dict):
        return {}
    sound: Json = copy.deepcopy(document)
    for fault in faults:
        if not fault.path:
            continue
        *path, last = fault.path
        where: Any = sound
        for step in path:
            where = _member(where, step)
        if isinstance(where, dict) or _has_element(where, last):
            where[last] = UNSOUND
    return sound


def _has_element(where: Any, step: Step) -> bool:
    return isinstance(where, list) and isinstance(step, int) and step < len(where)


def _member(where: Any, step: Step) -> Any:
    if isinstance(where, dict):
        return where.get(step)
    return where[int(step)] if _has_element(where, step) else None


def objects(where: Json, member: str, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Yield path and object for each sound element of an array of objects, or value of an object
    of objects.
    """
    value = where.get(member)
    if isinstance(value, dict):
        pairs: Iterable[tuple[Any, Any]] = value.items()
    else:
        pairs = enumerate(value) if isinstance(value, list) else ()
    for step, element in pairs:
        if isinstance(element, dict):
            yield (*path, member, step), element


def change_rules(scale: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Yield path and object of each rule of change of a scale: one, or several by age or sex."""
    rule = scale.get("change")
    if isinstance(rule, dict):
        yield (*path, "change"), rule
    else:
        yield from objects(scale, "change", path)


def strings(where: Json, member: str, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield path and string for each sound element of an array of strings."""
    value = where.get(member)
    for index, element in enumerate(value if isinstance(value, list) else ()):
        if isinstance(element, str):
            yield (*path, member, index), element


def member_object(where: Json, member: str) -> Json:
    """Return a member that is a sound object, else an empty one."""
    value = where.get(member)
    return value if isinstance(value, dict) else {}


class Parts:
    """The named parts of a definition."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.items = self._by_id("items")
        self.scales = self._by_id("scales")
        self.response_sets = member_object(document, "response_sets")
        self._names = {
            kind: self._known(kind)
            for kind in ("items", "scales", "sources", "norms", "criteria", "risks", "gates")
        }

    @property
    def key_required(self) -> bool:
        """Whether the key is for an overlay to supply."""
        return self.document.get("key") == "required"

    def _by_id(self, member: str) -> dict[str, Json]:
        return {
            part["id"]: part
            for _, part in objects(self.document, member)
            if isinstance(part.get("id"), str)
        }

    def _known(self, member: str) -> frozenset[str] | None:
        """Return the ids of a collection, or None when they are not all known."""
        collection = self.document.get(member, [])
        if not isinstance(collection, list):
            return None
        ids = [element.get("id") for element in collection if isinstance(element, dict)]
        names = [name for name in ids if isinstance(name, str)]
        return frozenset(names) if len(names) == len(collection) else None

    def is_unknown(self, kind: str, name: str) -> bool:
        """Tell whether there certainly is no such part; a collection with faults may still hold
        it.
        """
        names = self._names[kind]
        return names is not None and name not in names

    def terms(self, scale: Json) -> list[list[str]] | None:
        """Return the item ids of each term of a scale, or None where they are not all known."""
        listed = scale.get("items")
        if scale.get("aggregation") == "ratio":
            listed = items_of_ratio(member_object(scale, "ratio"))
        if not isinstance(listed, list):
            return None
        terms = []
        for member in listed:
            group = (
                [member]
                if isinstance(member, str)
                else member_object({"of": member}, "of").get("max_of")
            )
            if not isinstance(group, list) or any(name not in self.items for name in group):
                return None
            terms.append(group)
        return terms

    def response_set_of(self, item_id: str) -> Json | None:
        """Return the response set of an item, or None where it is not known or not sound."""
        name = self.items.get(item_id, {}).get("response_set")
        found = self.response_sets.get(name) if isinstance(name, str) else None
        return found if isinstance(found, dict) else None


def scale_items(scale: Json, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield path and id of every item that a scale names as a term, in a group or in a ratio."""
    yield from strings(scale, "items", path)
    for where, group in objects(scale, "items", path):
        yield from strings(group, "max_of", where)
    ratio, below = member_object(scale, "ratio"), (*path, "ratio")
    for member in ("of", "to"):
        if isinstance(ratio.get(member), str):
            yield (*below, member), ratio[member]
    yield from strings(member_object(ratio, "to"), "hours_between", (*below, "to"))


def items_of_ratio(ratio: Json) -> list[str]:
    """Return the items of a ratio: what is divided, then what it is divided by."""
    return [name for _, name in scale_items({"ratio": ratio}, ())]


def comparisons(rule: Any, path: Path) -> Iterator[Comparison]:
    """Yield every sound comparison of a rule."""
    if not isinstance(rule, dict):
        return
    for name in ("all", "any"):
        for where, part in objects(rule, name, path):
            yield from comparisons(part, where)
    if "not" in rule:
        yield from comparisons(rule["not"], (*path, "not"))
    for where, part in objects(member_object(rule, "count"), "of", (*path, "count")):
        yield from comparisons(part, where)
    each = member_object(rule, "each")
    for where, name in strings(each, "items", (*path, "each")):
        yield Comparison(where, "item", name, each.get("op"), each.get("value"))
    compared = member_object(rule, "compare")
    for kind in ("item", "scale", "respondent"):
        if isinstance(compared.get(kind), str):
            where = (*path, "compare", kind)
            yield Comparison(where, kind, compared[kind], compared.get("op"), compared.get("value"))


def rules(document: Json) -> Iterator[tuple[Path, Any]]:
    """Yield path and rule for every rule of a definition."""
    for where, gate in objects(document, "gates"):
        yield (*where, "when"), gate.get("when")
    for where, criterion in objects(document, "criteria"):
        if "rule" in criterion:
            yield (*where, "rule"), criterion["rule"]
        for level_where, level in objects(criterion, "levels", where):
            yield (*level_where, "rule"), level.get("rule")
