"""Checks of items, gates, rules, risks and perspectives against each other."""

from collections.abc import Iterator

from service.definitions.checks.attainable import AttainableScores, exact, is_number
from service.definitions.checks.parts import (
    Comparison,
    Json,
    Parts,
    comparisons,
    member_object,
    objects,
    rules,
    scale_items,
    strings,
)
from service.scoring.instrument import OLDEST
from service.scoring.issue import Issue, Path


def check_items(parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    """Yield a fault for every item, gate, rule or risk that contradicts the rest of the
    definition.
    """
    yield from _perspectives(parts.document)
    yield from _item_members(parts)
    yield from _promised_texts(parts.document)
    yield from _items_of_no_scale(parts)
    yield from _form_minimum(parts)
    yield from _gates(parts, attainable)
    for path, rule in rules(parts.document):
        yield from _counts(rule, path)
        for comparison in comparisons(rule, path):
            yield from _compared_value(comparison, attainable, parts)
    alerts = member_object(parts.document, "alerts")
    for where, flag in (
        *objects(parts.document, "risks"),
        *objects(alerts, "direct_report", ("alerts",)),
    ):
        yield from _flagged_value(flag, where, attainable, parts)


def _flagged_value(
    flag: Json, where: Path, attainable: AttainableScores, parts: Parts
) -> Iterator[Issue]:
    """Compare the value of a flag with the answers of its items, up to the first that lacks it."""
    named = [flag["item"]] if isinstance(flag.get("item"), str) else []
    named += [name for _, name in strings(flag, "items", where)]
    for name in named:
        compared = Comparison(where, "item", name, flag.get("op"), flag.get("value"))
        faults = list(_compared_value(compared, attainable, parts))
        yield from faults
        if faults:
            return


def _perspectives(document: Json) -> Iterator[Issue]:
    several = document.get("perspectives")
    if isinstance(several, list):
        if document.get("perspective") is not None:
            yield Issue(
                ("perspective",),
                "perspective_conflict",
                "must be null where perspectives lists several",
            )
        if len(set(map(str, several))) < len(several):
            yield Issue(("perspectives",), "duplicate_value", "must not name a perspective twice")
    if isinstance(document.get("id"), str) and document.get("counterpart") == document["id"]:
        yield Issue(("counterpart",), "not_allowed", "must be the id of another form, or null")


def _item_members(parts: Parts) -> Iterator[Issue]:
    document = parts.document
    licence = document.get("licence")
    is_overlaid = "+" in str(document.get("version"))
    no_text = (
        isinstance(licence, dict) and licence.get("text_included") is False and not is_overlaid
    )
    for where, item in objects(document, "items"):
        if item.get("reverse") is True and document.get("submitted_as") == "scores":
            text = "must be false: with submitted_as scores nothing is reversed"
            yield Issue((*where, "reverse"), "reverse_unexpected", text)
        response_set = parts.response_sets.get(str(item.get("response_set")))
        if (
            item.get("mirrored") is True
            and isinstance(response_set, dict)
            and response_set.get("step", 1) is None
        ):
            yield Issue(
                (*where, "mirrored"),
                "mirrored_line",
                "must be false: a line has no printed columns",
            )
        if "text" in item and no_text:
            text = "must be left out: licence.text_included is false"
            yield Issue((*where, "text"), "text_not_licensed", text)


def _promised_texts(document: Json) -> Iterator[Issue]:
    texts = [item for _, item in objects(document, "items") if "text" in item]
    if member_object(document, "licence").get("text_included") is True and not texts:
        text = "must be false: no item has a text"
        yield Issue(("licence", "text_included"), "text_missing", text)


def _items_of_no_scale(parts: Parts) -> Iterator[Issue]:
    scales = parts.document.get("scales")
    if not isinstance(scales, list) or parts.key_required:
        return
    used: set[str] = set()
    for where, scale in objects(parts.document, "scales"):
        for path, name in scale_items(scale, where):
            used.add(name)
            if parts.items.get(name, {}).get("scored") is False:
                text = f'item "{name}" says scored false, so no scale may name it'
                yield Issue(path, "item_not_scored", text)
    if not all(map(_lists_its_items, scales)):
        return  # any item may belong to a scale with a fault
    for where, item in objects(parts.document, "items"):
        if _is_scored(item) and item["id"] not in used:
            text = "belongs to no scale; if that is meant, say scored false"
            yield Issue(where, "item_in_no_scale", text)


def _is_scored(item: Json) -> bool:
    return isinstance(item.get("id"), str) and item.get("scored", True) is True


def _lists_its_items(scale: object) -> bool:
    return isinstance(scale, dict) and isinstance(scale.get("items", []), list)


def _form_minimum(parts: Parts) -> Iterator[Issue]:
    rule, items = parts.document.get("min_answered"), parts.document.get("items")
    if (
        isinstance(rule, dict)
        and isinstance(items, list)
        and is_number(rule.get("items"))
        and rule["items"] > len(items)
    ):
        yield Issue(
            ("min_answered", "items"),
            "out_of_range",
            f"must be at most {len(items)}, the number of items",
        )


def _gates(parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    for where, gate in objects(parts.document, "gates"):
        compared = list(comparisons(gate.get("when"), (*where, "when")))
        asked = {one.subject for one in compared if one.kind == "item"}
        for path, name in strings(gate, "items", where):
            if name in asked:
                text = f'must not be item "{name}": whether it applies would rest on its own answer'
                yield Issue(path, "circular_gate", text)
        for comparison in compared:
            if comparison.kind == "scale":
                text = "a gate decides before scales are scored, so it cannot compare one"
                yield Issue(comparison.path, "scale_in_gate", text)
        value = gate.get("treat_as")
        for _, name in strings(gate, "items", where):
            scores = attainable.of_item(name)
            if scores and is_number(value) and not scores.low <= exact(value) <= scores.high:
                text = (
                    f'must lie in the range of item "{name}", {float(scores.low):g} to '
                    f"{float(scores.high):g}"
                )
                yield Issue((*where, "treat_as"), "out_of_range", text)
                break


def _counts(rule: object, path: Path) -> Iterator[Issue]:
    if not isinstance(rule, dict):
        return
    for name in ("all", "any"):
        for where, part in objects(rule, name, path):
            yield from _counts(part, where)
    yield from _counts(rule.get("not"), (*path, "not"))
    count, where = rule.get("count"), (*path, "count")
    if isinstance(count, dict) and isinstance(count.get("of"), list):
        for part_where, part in objects(count, "of", where):
            yield from _counts(part, part_where)
        yield from _bounds(count, where)


def _bounds(count: Json, where: Path) -> Iterator[Issue]:
    """Compare the bounds of a count with each other and with how many rules are counted."""
    counted = 0
    for _, part in objects(count, "of"):
        names = member_object(part, "each").get("items")
        counted += len(names) if isinstance(names, list) else 1
    low, high = count.get("at_least"), count.get("at_most")
    if is_number(low) and low > counted:
        yield Issue(
            (*where, "at_least"),
            "out_of_range",
            f"must be at most {counted}, the number of rules counted",
        )
    if low == 0 and not is_number(high):
        text = "must be at least 1: so many rules always hold"
        yield Issue((*where, "at_least"), "never_decides", text)
    if is_number(high) and is_number(low) and high < low:
        yield Issue((*where, "at_most"), "wrong_order", "must not be less than at_least")


def _compared_age(age: float, path: Path) -> Iterator[Issue]:
    if not 0 <= age <= OLDEST:
        text = f"is compared with {age:g}, but ages go from 0 to {OLDEST} years"
        yield Issue(path, "out_of_range", text)


def _compared_value(
    comparison: Comparison, attainable: AttainableScores, parts: Parts
) -> Iterator[Issue]:
    """Refuse a comparison with a number that the item or scale can never have: it would never (or
    always) hold.
    """
    if not is_number(comparison.value):
        return
    name = comparison.subject
    if comparison.kind == "respondent":
        yield from _compared_age(comparison.value, comparison.path)
        return
    if comparison.kind == "item":
        possible = attainable.submitted(name)
    elif comparison.kind == "scale" and name in parts.scales:
        possible = attainable.headline(name)
    else:
        return
    if possible is None:
        return
    value = exact(comparison.value)
    if not possible.low <= value <= possible.high:
        text = (
            f'is compared with {float(value):g}, but {comparison.kind} "{name}" goes '
            f"{possible.wording()}"
        )
        yield Issue(comparison.path, "out_of_range", text)
    elif comparison.op in ("==", "!=") and value not in possible:
        text = f'is compared with {float(value):g}, which {comparison.kind} "{name}" never is'
        yield Issue(comparison.path, "out_of_range", text)
    elif (always := possible.always(comparison.op, value)) is not None:
        text = (
            f"{comparison.op} {float(value):g} holds for {'every' if always else 'no'} answer: "
            f'{comparison.kind} "{name}" goes {possible.wording()}'
        )
        yield Issue(comparison.path, "never_decides", text)
