"""Overlays: what a site's file adds to a definition, merged by plain rules."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

# Members for which null is a value of its own; anywhere else in an overlay null removes the member.
NULL_IS_A_VALUE = frozenset(
    {
        "age",
        "counterpart",
        "country",
        "level",
        "max",
        "mean",
        "min",
        "n",
        "percentile_model",
        "perspective",
        "sd",
        "setting",
        "sex",
        "step",
        "url",
        "when",
    }
)

OF_THE_FILE = ("$schema", "extends")
"""Members that say something of the file and not of the instrument."""


def merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Return the definition that an overlay makes of its base; neither is changed.

    Objects merge member by member. Arrays whose elements all have an `id` (or a `system`) merge by
    it: elements of the same name merge, new ones are appended. Any other array or value replaces,
    and null removes. `extends` and `$schema` are left out: the result stands on its own.
    """
    added = {name: value for name, value in overlay.items() if name not in OF_THE_FILE}
    return copy.deepcopy(_merge_objects(base, added))


def _merge_objects(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in overlay.items():
        if value is None and name not in NULL_IS_A_VALUE:
            merged.pop(name, None)
        else:
            merged[name] = _merge_values(merged.get(name), value)
    return merged


def _merge_values(base: Any, overlay: Any) -> Any:
    if isinstance(overlay, dict):
        return _merge_objects(base if isinstance(base, dict) else {}, overlay)
    if isinstance(base, list) and isinstance(overlay, list):
        for names in (("id",), ("system", "sex", "age")):
            keys, new_keys = _keys(base, names), _keys(overlay, names)
            if keys is not None and new_keys is not None:
                return _merge_arrays(
                    dict(zip(keys, base, strict=True)), dict(zip(new_keys, overlay, strict=True))
                )
    return overlay


def _merge_arrays(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> list[Any]:
    merged = dict(base)
    for key, element in overlay.items():
        merged[key] = _merge_values(merged.get(key), element)
    return list(merged.values())


def _keys(elements: Sequence[Any], names: Sequence[str]) -> list[str] | None:
    """Return the name of each element, or None where they do not all have one of their own.

    A `system` may come several times, for different respondents: sex and age belong to its name.
    """
    keys = []
    for element in elements:
        if not isinstance(element, dict) or not isinstance(element.get(names[0]), str):
            return None
        keys.append(repr([element.get(name) for name in names]))
    return keys if len(set(keys)) == len(keys) else None
