"""The parts in which two versions of an instrument can differ, each to be tried alone.

A reason why a result changes is a part of the definition: the old definition with that part of the
new one gives another result.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from service.scoring.instrument import Instrument

ITEM, SCALE, FORM = "item", "scale", "form"
OTHER = "several parts together"

PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "key": (ITEM, ("response_set", "reverse", "mirrored", "scored", "optional")),
    "items": (SCALE, ("terms", "weights", "at_least", "components", "composite_method", "ratio")),
    "aggregation": (SCALE, ("aggregation", "metric")),
    "missing rule": (SCALE, ("missing",)),
    "transform": (SCALE, ("transform",)),
    "bands": (SCALE, ("bands",)),
    "cut-offs": (SCALE, ("cutoffs",)),
    "linked tables": (SCALE, ("linked",)),
    "norms": (FORM, ("norms",)),
    "skip rules": (FORM, ("gates",)),
    "criteria": (FORM, ("criteria",)),
    "safety flags": (FORM, ("risks",)),
    "least answers": (FORM, ("min_answered",)),
}
"""What a reason may be: the members of items, of scales or of the whole form that it is about."""


def are_comparable(before: Instrument, after: Instrument) -> bool:
    """Tell whether two versions have the same items and scales, so that parts can be exchanged."""
    return before.item_ids == after.item_ids and [*before.scale] == [*after.scale]


def with_each_part(before: Instrument, after: Instrument) -> dict[str, Instrument]:
    """Return, for each part in which two comparable versions differ, the old one with that part of
    the new.
    """
    return {part: mixed for part in PARTS if (mixed := _with_part(before, after, part)) != before}


def _with_part(before: Instrument, after: Instrument, part: str) -> Instrument:
    kind, members = PARTS[part]
    if kind == FORM:
        whole: Instrument = _taking(before, after, members)
        return whole
    if kind == SCALE:
        scales = tuple(_taking(one, after.scale[one.id], members) for one in before.scales)
        return replace(before, scales=scales)
    pairs = zip(before.items, after.items, strict=True)
    return replace(before, items=tuple(_taking(old, new, members) for old, new in pairs))


def _taking(old: Any, new: Any, members: Sequence[str]) -> Any:
    return replace(old, **{name: getattr(new, name) for name in members})
