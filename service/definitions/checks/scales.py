"""Checks of how a scale is put together: terms, aggregation, metric, missing answers and
composites.
"""

from collections.abc import Iterator

from service.definitions.checks.parts import (
    Json,
    Parts,
    items_of_ratio,
    member_object,
    objects,
    scale_items,
    strings,
)
from service.scoring.issue import Issue, Path
from service.scoring.missing import MissingMethod, method_named


def check_scales(parts: Parts) -> Iterator[Issue]:
    """Yield a fault for every scale whose members contradict each other."""
    yield from _supplied_key(parts)
    for where, scale in objects(parts.document, "scales"):
        yield from _terms(scale, where, parts)
        yield from _metric(scale, where)
        yield from _weights(scale, where)
        yield from _thresholds(scale, where)
        yield from _missing(scale, where, parts)
        yield from _directions(scale, where, parts)
        yield from _cycle(scale, where, parts)


def _supplied_key(parts: Parts) -> Iterator[Issue]:
    """Refuse items and examples beside a key that is still required: nobody would score them."""
    if not parts.key_required:
        return
    supplied = [scale["id"] for scale in parts.scales.values() if scale.get("items")]
    if supplied:
        text = (
            f'is still "required", although items are given for {", ".join(supplied)}: say '
            '"key": "included" with them'
        )
        yield Issue(("key",), "key_still_required", text)
    elif parts.document.get("examples"):
        text = 'must be left out while the key is "required": nothing can be scored without it'
        yield Issue(("examples",), "key_still_required", text)


def _allowed_only_with(
    scale: Json, where: Path, member: str, needed: bool, condition: str
) -> Iterator[Issue]:
    path = (*where, member)
    if needed and member not in scale:
        yield Issue(path, "required", f"is required with {condition}")
    elif not needed and member in scale:
        yield Issue(path, "not_allowed", f"is only allowed with {condition}")


def _terms(scale: Json, where: Path, parts: Parts) -> Iterator[Issue]:
    """What a scale is made of: items, scales, a ratio, or nothing while the key is required."""
    aggregation = scale.get("aggregation")
    if not isinstance(aggregation, str):
        return
    for member in ("composite", "count", "ratio"):
        needed = aggregation == member
        yield from _allowed_only_with(scale, where, member, needed, f"aggregation {member}")
    items = (*where, "items")
    of_items = aggregation not in ("composite", "ratio")
    if not of_items and "items" in scale:
        yield Issue(items, "not_allowed", f"is not allowed: {_MADE_OF[aggregation]}")
    elif of_items and "items" not in scale:
        yield Issue(items, "required", "is required save for a composite or ratio")
    elif scale.get("items") == [] and not parts.key_required:
        yield Issue(items, "wrong_length", "must name an item; it is empty only with key required")
    yield from _repeats(scale_items(scale, where), "item")
    composite = member_object(scale, "composite")
    yield from _repeats(strings(composite, "of", (*where, "composite")), "scale")
    yield from _groups(scale, where)


_MADE_OF = {
    "composite": "a composite is of scales, not of items",
    "ratio": "a ratio names its items itself",
}


def _groups(scale: Json, where: Path) -> Iterator[Issue]:
    for path, group in objects(scale, "items", where):
        names, least = group.get("max_of"), group.get("min_answered", 1)
        if isinstance(names, list) and type(least) is int and least > len(names):
            yield Issue(
                (*path, "min_answered"),
                "out_of_range",
                f"must be at most {len(names)}, the group's items",
            )


def _repeats(named: Iterator[tuple[Path, str]], kind: str) -> Iterator[Issue]:
    seen = set()
    for path, name in named:
        if name in seen:
            yield Issue(path, f"repeated_{kind}", f'{kind} "{name}" is already in this scale')
        seen.add(name)


def _metric(scale: Json, where: Path) -> Iterator[Issue]:
    aggregation, metric = scale.get("aggregation"), scale.get("metric")
    if not isinstance(aggregation, str) or not isinstance(metric, str):
        return
    natural = (
        member_object(scale, "composite").get("method")
        if aggregation == "composite"
        else aggregation
    )
    is_plain = aggregation in ("sum", "mean", "ratio")
    allowed = [str(natural)] + (["transformed"] if is_plain else [])
    if isinstance(natural, str) and metric not in allowed:
        text = f"must be {' or '.join(allowed)} with aggregation {aggregation}"
        yield Issue((*where, "metric"), "metric_mismatch", text)
    yield from _allowed_only_with(
        scale, where, "transform", metric == "transformed", "metric transformed"
    )
    transform = member_object(scale, "transform")
    of, path = transform.get("of"), (*where, "transform")
    if isinstance(of, str) and (of == "ratio") != (aggregation == "ratio"):
        allowed_of = "ratio" if aggregation == "ratio" else "sum or mean"
        text = f"must be {allowed_of} with aggregation {aggregation}"
        code, member = ("metric_mismatch", "of")
        if aggregation == "ratio" and transform.get("type") != "steps":
            text, member = "must be steps: nothing else converts a ratio", "type"
        yield Issue((*path, member), code, text)


def _weights(scale: Json, where: Path) -> Iterator[Issue]:
    weights = member_object(scale, "weights")
    if "weights" in scale and scale.get("aggregation") in ("max", "count", "composite", "ratio"):
        yield Issue(
            (*where, "weights"), "not_allowed", "is only allowed with aggregation sum or mean"
        )
        return
    single = scale.get("items")
    if not isinstance(single, list):
        return
    named = {name for name in single if isinstance(name, str)}
    grouped = {
        name for _, group in objects(scale, "items") for _, name in strings(group, "max_of", ())
    }
    for name in weights:
        if name in grouped:
            yield Issue(
                (*where, "weights", name),
                "not_allowed",
                "an item of a max_of group has no weight of its own",
            )
        elif name not in named:
            yield Issue(
                (*where, "weights", name), "unknown_item", f'item "{name}" is not in this scale'
            )


def _thresholds(scale: Json, where: Path) -> Iterator[Issue]:
    if scale.get("aggregation") != "count":
        return
    for path, _ in objects(scale, "items", where):
        yield Issue(path, "not_allowed", "a count is of single items, not of groups")
    thresholds, items = member_object(scale, "count").get("at_least"), scale.get("items")
    if not isinstance(thresholds, dict) or not isinstance(items, list):
        return
    path = (*where, "count", "at_least")
    named = [name for name in items if isinstance(name, str)]
    for name in named:
        if name not in thresholds:
            yield Issue((*path, name), "required", f'is required: the threshold of item "{name}"')
    for name in thresholds.keys() - set(named):
        yield Issue((*path, name), "unknown_item", f'item "{name}" is not in this scale')


def _missing(scale: Json, where: Path, parts: Parts) -> Iterator[Issue]:
    missing, path = member_object(scale, "missing"), (*where, "missing")
    aggregation, method = scale.get("aggregation"), _method(missing)
    terms, kind = _counted(scale)
    least = missing.get("min_answered")
    if not isinstance(terms, list) or type(least) is not int or (parts.key_required and not terms):
        return
    yield from _least_answered(least, len(terms), kind, method, (*path, "min_answered"))
    if not isinstance(aggregation, str):
        return
    if method is not None and aggregation not in method.aggregations:
        text = f"must not be {method.name} with aggregation {aggregation}"
        yield Issue((*path, "method"), "missing_rule", text)
    if missing.get("round") is True and aggregation != "sum":
        yield Issue((*path, "round"), "missing_rule", "only a sum is rounded")


def _counted(scale: Json) -> tuple[object, str]:
    """Return what `min_answered` counts, None where it cannot be known, and what that is called."""
    if scale.get("aggregation") == "composite":
        return member_object(scale, "composite").get("of"), "scales"
    if scale.get("aggregation") != "ratio":
        return scale.get("items"), "terms"
    ratio = member_object(scale, "ratio")
    named = items_of_ratio(ratio)
    is_whole = len(named) == (2 if isinstance(ratio.get("to"), str) else 3)
    return named if is_whole else None, "items"


def _least_answered(
    least: int, n_terms: int, kind: str, method: MissingMethod | None, path: Path
) -> Iterator[Issue]:
    if least < 1:
        yield Issue(path, "out_of_range", "must be at least 1")
    elif least > n_terms:
        yield Issue(path, "out_of_range", f"must be at most {n_terms}, the number of {kind}")
    elif method is not None and method.fill is None and least < n_terms:
        text = f"must be {n_terms}, the number of {kind}: method {method.name} needs them all"
        yield Issue(path, "missing_rule", text)


def _method(missing: Json) -> MissingMethod | None:
    """Return the method that a sound rule names."""
    name = missing.get("method")
    return method_named(name) if isinstance(name, str) else None


def _directions(scale: Json, where: Path, parts: Parts) -> Iterator[Issue]:
    """Refuse a composite of scales of which some point the other way."""
    for path, name in strings(member_object(scale, "composite"), "of", (*where, "composite")):
        direction = parts.scales.get(name, {}).get("direction")
        if isinstance(direction, str) and direction != scale.get("direction", direction):
            text = f'scale "{name}" says {direction}, this one {scale["direction"]}'
            yield Issue(path, "direction_conflict", text)


def _cycle(scale: Json, where: Path, parts: Parts) -> Iterator[Issue]:
    """Refuse a composite that contains itself, at whatever distance, and composites nested too
    deeply.
    """
    start = scale.get("id")
    seen: set[str] = set()
    ahead = _components(scale)
    while ahead:
        name = ahead.pop()
        if name == start:
            yield Issue(
                (*where, "composite", "of"),
                "composite_cycle",
                f'scale "{start}" would be a part of itself',
            )
            return
        if name in parts.scales and name not in seen:
            seen.add(name)
            ahead += _components(parts.scales[name])
    for index, name in enumerate(_components(scale)):
        inner = [
            part
            for part in _components(parts.scales.get(name, {}))
            if _components(parts.scales.get(part, {}))
        ]
        if inner:
            text = f'scale "{name}" is itself made of composites; at most two levels are allowed'
            yield Issue((*where, "composite", "of", index), "composite_too_deep", text)


def _components(scale: Json) -> list[str]:
    names = member_object(scale, "composite").get("of")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
