"""Checks of bands and cut-offs against the scores that a scale can have, and against its
direction.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from service.definitions.checks.attainable import Scores, exact, is_number, shown, some
from service.definitions.checks.groups import refuse_shared_respondents
from service.definitions.checks.parts import Json, change_rules, objects
from service.scoring.issue import Issue, Path

Bands = Sequence[tuple[Path, Json]]

SEVERITY = {
    **dict.fromkeys(("none", "minimal", "normal", "healthy", "well", "subclinical"), 0),
    **dict.fromkeys(("subthreshold", "borderline"), 1),
    **dict.fromkeys(("mild", "mildly", "slight", "slightly"), 2),
    **dict.fromkeys(("moderate", "moderately"), 3),
    **dict.fromkeys(("marked", "markedly", "severe", "severely", "abnormal"), 4),
}
"""How bad a band is whose name or label has one of these words; of several words the worst
counts.
"""

_WORSE_SIDE = {"higher_is_worse": (">", ">="), "higher_is_better": ("<", "<=")}


def check_bands(scale: Json, where: Path, scores: Scores | None) -> Iterator[Issue]:
    """Yield a fault for every set of bands that does not fit the scale."""
    systems = list(objects(scale, "bands", where))
    yield from refuse_shared_respondents(systems, "system")
    for system_where, system in systems:
        bands = list(objects(system, "bands", system_where))
        yield from _repeated_labels(bands)
        listed = system.get("bands")
        sound = all(is_number(band.get("min")) and is_number(band.get("max")) for _, band in bands)
        if not bands or not sound or not isinstance(listed, list) or len(bands) < len(listed):
            continue
        bands.sort(key=lambda place: (place[1]["min"], place[1]["max"]))
        yield from _severity(bands, scale.get("direction"))
        if scores is None:
            continue
        if scores.bits is None:
            yield from _touching_bands(bands, scores)
        else:
            yield from _separate_bands(bands, scores, (*system_where, "bands"))


def _repeated_labels(bands: Bands) -> Iterator[Issue]:
    seen = set()
    for where, band in bands:
        label = str(band.get("label")).strip().casefold()
        if label in seen:
            text = "is also the label of another band of this system"
            yield Issue((*where, "label"), "duplicate_value", text)
        seen.add(label)


def _severity(bands: Bands, direction: object) -> Iterator[Issue]:
    """Refuse bands that get milder, by their own words, where the scale says that scores get
    worse.
    """
    if direction not in _WORSE_SIDE:
        return
    known = [(where, rank) for where, band in bands if (rank := _rank(band)) is not None]
    for (_, lower), (where, upper) in pairwise(known):
        if (upper < lower) if direction == "higher_is_worse" else (upper > lower):
            change = "milder" if upper < lower else "more severe"
            text = (
                f"is {change} than the band below it, but the scale says {direction}: one of the "
                "two is wrong"
            )
            yield Issue(where, "direction_conflict", text)


def _rank(band: Json) -> int | None:
    words = re.findall(r"[a-z]+", f"{band.get('id')} {band.get('label')}".casefold())
    return max((SEVERITY[word] for word in words if word in SEVERITY), default=None)


def _separate_bands(bands: Bands, scores: Scores, path: Path) -> Iterator[Issue]:
    """Every score that can be listed lies in exactly one band, and every band has a score."""
    ranges = [(where, exact(band["min"]), exact(band["max"])) for where, band in bands]
    for (_, _, first_high), (where, low, _) in pairwise(ranges):
        if low <= first_high:
            yield Issue(
                where,
                "band_overlap",
                f"must start above {shown(first_high)}, where another band ends",
            )
    uncovered = scores.outside((low, high) for _, low, high in ranges)
    if uncovered:
        text = f"must cover every score that a form can have; {some(uncovered)} lies in no band"
        yield Issue(path, "band_gap", text)
    for where, low, high in ranges:
        if not scores.reaches(low, high):
            text = f"holds no score of this scale, which goes {scores.wording()}"
            yield Issue(where, "band_without_scores", text)


def _touching_bands(bands: Bands, scores: Scores) -> Iterator[Issue]:
    """Bands of a continuous scale share their ends; the shared score belongs to the upper band."""
    for (_, lower), (where, upper) in pairwise(bands):
        if upper["min"] != lower["max"]:
            code = "band_gap" if upper["min"] > lower["max"] else "band_overlap"
            text = (
                f"must be {shown(lower['max'])}, the end of the band below: any number in "
                "the range is a score"
            )
            yield Issue((*where, "min"), code, text)
    (first_where, first), (last_where, last) = bands[0], bands[-1]
    if exact(first["min"]) > scores.low:
        yield Issue(
            (*first_where, "min"),
            "band_gap",
            f"must be at most {shown(scores.low)}, the lowest score",
        )
    if exact(last["max"]) < scores.high:
        yield Issue(
            (*last_where, "max"),
            "band_gap",
            f"must be at least {shown(scores.high)}, the highest score",
        )


def check_cutoffs(scale: Json, where: Path, scores: Scores | None) -> Iterator[Issue]:
    """Yield a fault for every cut-off that does not divide the scores, or marks the wrong side."""
    cutoffs = list(objects(scale, "cutoffs", where))
    yield from refuse_shared_respondents(cutoffs, "system")
    for cutoff_where, cutoff in cutoffs:
        yield from _side(cutoff, cutoff_where, scale)
        value = cutoff.get("value")
        if scores is None or not is_number(value):
            continue
        if not scores.low <= exact(value) <= scores.high:
            text = (
                f"must lie between {shown(scores.low)} and {shown(scores.high)}, the scores "
                "of this scale"
            )
            yield Issue((*cutoff_where, "value"), "out_of_range", text)
        elif (always := scores.always(cutoff.get("op"), exact(value))) is not None:
            text = f"divides nothing: {'every' if always else 'no'} score meets it"
            yield Issue((*cutoff_where, "value"), "never_decides", text)


def _side(cutoff: Json, where: Path, scale: Json) -> Iterator[Issue]:
    """The side that meets a cut-off is the worse one, unless the cut-off says the contrary."""
    worse, op = _WORSE_SIDE.get(str(scale.get("direction"))), cutoff.get("op")
    if worse is None or op not in ("<", "<=", ">", ">="):
        return
    marks, marked = cutoff.get("marks", "worse"), "worse" if op in worse else "better"
    if marks in ("worse", "better") and marks != marked:
        text = (
            f"marks the {marked} side of a scale that says {scale['direction']}; if that is "
            f'meant, say "marks": "{marked}"'
        )
        yield Issue((*where, "op"), "direction_conflict", text)
    clinical = [rule.get("clinical_cutoff") for _, rule in change_rules(scale)]
    if marks == "better" and cutoff.get("system") in clinical:
        text = "marks the better side, but meeting the clinical cut-off is the clinical side"
        yield Issue((*where, "marks"), "direction_conflict", text)


def worse_side(cutoff: Json, value: float) -> bool:
    """Tell whether a score meets a cut-off that marks the worse side."""
    limit, op = cutoff.get("value"), cutoff.get("op")
    if not is_number(limit) or cutoff.get("marks", "worse") != "worse":
        return False
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}.get(
        str(op), False
    )
