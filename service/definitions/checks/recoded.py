"""Checks of what numbers are made into: recodings in steps, ratios, and the clock times that only a
ratio can be of.
"""

from collections.abc import Iterator
from itertools import pairwise

from service.definitions.checks.attainable import (
    AttainableScores,
    Scores,
    answers_of,
    placed_on,
    shown,
)
from service.definitions.checks.parts import (
    Json,
    Parts,
    comparisons,
    member_object,
    objects,
    rules,
    scale_items,
    strings,
)
from service.scoring.issue import Issue, Path


def check_recoded(parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    """Yield a fault for every recoding, ratio and clock time that could not be scored, or would say
    something else than is meant.
    """
    for where, answers in objects(parts.document, "response_sets"):
        if "recode" in answers:
            yield from _steps(answers["recode"], (*where, "recode"), answers_of(answers))
    for where, scale in objects(parts.document, "scales"):
        transform = member_object(scale, "transform")
        if transform.get("type") == "steps" and isinstance(scale.get("id"), str):
            raw = attainable.in_steps(scale["id"])
            yield from _steps(transform.get("steps"), (*where, "transform", "steps"), raw)
        if scale.get("aggregation") == "ratio":
            yield from _ratio(member_object(scale, "ratio"), (*where, "ratio"), parts, attainable)
    yield from _clock_times(parts)


def _steps(steps: object, path: Path, raw: Scores | None) -> Iterator[Issue]:
    """Every step is reached, and worth something else than the one before."""
    placed = [] if raw is None else placed_on(steps, raw)
    for place, (_, scores) in enumerate(placed):
        if raw is not None and not scores:
            text = f"is never reached: what is recoded goes {raw.wording()}"
            yield Issue((*path, place), "out_of_range", text)
    for place, ((before, _), (step, _)) in enumerate(pairwise(placed), 1):
        if step["worth"] == before["worth"]:
            text = f"is {shown(step['worth'])} like the step before: the limit changes nothing"
            yield Issue((*path, place, "worth"), "never_decides", text)


def _ratio(ratio: Json, path: Path, parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    """A ratio is of numbers that are not below 0, and hours are between two clock times."""
    clocks = list(strings(member_object(ratio, "to"), "hours_between", (*path, "to")))
    for where, name in clocks:
        if parts.response_set_of(name) is not None and not is_clock(parts, name):
            text = f'item "{name}" asks for no clock time: no hours can be counted from or to it'
            yield Issue(where, "no_clock_time", text)
    for where, name in scale_items({"ratio": ratio}, path[:-1]):
        scores = None if is_clock(parts, name) else attainable.of_item(name)
        if scores is not None and (where, name) not in clocks and not 0 <= scores.low < scores.high:
            text = f'item "{name}" goes {scores.wording()}: a ratio is of numbers from 0 on'
            yield Issue(where, "out_of_range", text)


def is_clock(parts: Parts, item: str) -> bool:
    """Tell whether an item asks for a clock time."""
    return "clock" in (parts.response_set_of(item) or {})


def _clock_times(parts: Parts) -> Iterator[Issue]:
    """A clock time is no number: only the hours between two of them are scored."""
    clocks = {name for name in parts.items if is_clock(parts, name)}
    if not clocks:
        return
    for where, name in _uses_as_number(parts):
        if name in clocks:
            text = f'item "{name}" asks for a clock time: only hours_between of a ratio is of such'
            yield Issue(where, "clock_time", text)
    for where, item in objects(parts.document, "items"):
        for member in ("reverse", "mirrored"):
            if item.get("id") in clocks and item.get(member) is True:
                text = "must be false: a clock time has neither a key nor printed columns"
                yield Issue((*where, member), "clock_time", text)


def _uses_as_number(parts: Parts) -> Iterator[tuple[Path, str]]:
    """Yield place and id of every item that something is concluded from as from a number."""
    document = parts.document
    for where, scale in objects(document, "scales"):
        for path, name in scale_items(scale, where):
            if "hours_between" not in path:
                yield path, name
    yield from _watched(parts)
    yield from _flagged(document)
    for path, rule in rules(document):
        for one in comparisons(rule, path):
            if one.kind == "item":
                yield one.path, one.subject
    for where, gate in objects(document, "gates"):
        yield from strings(gate, "items", where)


def _flagged(document: Json) -> Iterator[tuple[Path, str]]:
    flags = (
        *objects(document, "risks"),
        *objects(member_object(document, "alerts"), "direct_report", ("alerts",)),
    )
    for where, flag in flags:
        if isinstance(flag.get("item"), str):
            yield (*where, "item"), flag["item"]
        yield from strings(flag, "items", where)


def _watched(parts: Parts) -> Iterator[tuple[Path, str]]:
    """Yield the items of scales whose answers the alliance rules compare one by one: of a form that
    is watched all.
    """
    if "alerts" in parts.document:
        for scale in parts.scales.values():
            yield from ((("alerts",), name) for _, name in scale_items(scale, ()))
