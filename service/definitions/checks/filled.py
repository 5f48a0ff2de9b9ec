"""Checks of what stands for blanks: whatever is left blank, the score stays within its range."""

from collections.abc import Iterator, Sequence

from service.definitions.checks.attainable import AttainableScores, Scores, shown
from service.definitions.checks.parts import Json, Parts, member_object, objects, scale_items
from service.scoring.issue import Issue, Path
from service.scoring.missing import MissingMethod, method_named


def check_filled(parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    """Yield a fault for every rule for blanks that could carry a score out of its range."""
    for where, scale in objects(parts.document, "scales"):
        missing, path = member_object(scale, "missing"), (*where, "missing")
        name = missing.get("method")
        if not isinstance(name, str) or not isinstance(scale.get("id"), str):
            continue
        method = method_named(name)
        if method.fill is not None and scale.get("aggregation") != "count":
            yield from _fillings(method, _ranges(scale, attainable), path)
        if missing.get("round") is True:
            yield from _rounding(attainable.raw(scale["id"]), path)


def _ranges(scale: Json, attainable: AttainableScores) -> list[Scores]:
    """Return the scores of the items or components of a scale, none where one is not known."""
    if scale.get("aggregation") == "composite":
        names = member_object(scale, "composite").get("of", [])
        found = [attainable.headline_or_none(name) for name in names]
    else:
        found = [attainable.of_item(name) for _, name in scale_items(scale, ())]
    known = [scores for scores in found if scores is not None]
    return known if len(known) == len(found) else []


def _fillings(method: MissingMethod, ranges: Sequence[Scores], path: Path) -> Iterator[Issue]:
    """Refuse a rule that puts something for a blank which is no possible score of its item, with
    the others as low or as high as any of them can be.
    """
    if method.fill is None or len(ranges) < 2:
        return
    ends = min(one.low for one in ranges), max(one.high for one in ranges)
    for low, high in dict.fromkeys((one.low, one.high) for one in ranges):
        for end in ends:
            filled = method.fill([(None, 1), (end, 1)])  # type: ignore[list-item]
            value = end if filled[0][0] is None else filled[0][0]
            if not low <= value <= high:
                text = (
                    f"must not be {method.name}: {shown(value)} could stand for a blank that can "
                    f"only be {shown(low)} to {shown(high)}, and the score leave its range"
                )
                yield Issue((*path, "method"), "missing_rule", text)
                return


def _rounding(raw: Scores | None, path: Path) -> Iterator[Issue]:
    if raw is not None and (raw.low.denominator > 1 or raw.high.denominator > 1):
        text = (
            f"must be false: the sum goes from {shown(raw.low)} to {shown(raw.high)}, and a "
            "rounded one could leave that range"
        )
        yield Issue((*path, "round"), "missing_rule", text)
