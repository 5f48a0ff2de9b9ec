"""Checks of published numbers against the scores that a scale can have: bands, cut-offs, conversion
tables, norms.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any

from service.definitions.checks.attainable import AttainableScores, Exact, Scores, exact, is_number
from service.definitions.checks.parts import Json, Parts, member_object, objects
from service.scoring.issue import Issue, Path


def check_numbers(parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    """Yield a fault for every published number that does not fit its scale."""
    for where, scale in objects(parts.document, "scales"):
        if not isinstance(scale.get("id"), str):
            continue
        scores = attainable.headline(scale["id"])
        yield from _bands(scale, where, scores)
        yield from _cutoffs(scale, where, scores)
        if member_object(scale, "transform").get("type") == "lookup":
            yield from _tables(scale, where, attainable.raw(scale["id"]))
    for where, norm in objects(parts.document, "norms"):
        yield from _norm(norm, where, parts, attainable)


def _shown(value: Any) -> str:
    return f"{float(value):g}"


def _some(values: Sequence[Exact]) -> str:
    return ", ".join(_shown(value) for value in values[:5]) + (" ..." if len(values) > 5 else "")


def _ends(age: Any) -> tuple[float, float]:
    low, high = (age.get("min"), age.get("max")) if isinstance(age, dict) else (None, None)
    return (low if is_number(low) else float("-inf")), (high if is_number(high) else float("inf"))


def _share_respondents(first: Json, second: Json) -> bool:
    """Tell whether one person can fit both."""
    if first.get("sex") and second.get("sex") and first["sex"] != second["sex"]:
        return False
    (low, high), (other_low, other_high) = _ends(first.get("age")), _ends(second.get("age"))
    return low <= other_high and other_low <= high


def _ambiguous(named: Sequence[tuple[Path, Json]], member: str | None) -> Iterator[Issue]:
    """Refuse two tables of one name that one respondent fits."""
    for (_, first), (where, second) in combinations(named, 2):
        same_name = member is None or (
            isinstance(first.get(member), str) and first.get(member) == second.get(member)
        )
        if same_name and _share_respondents(first, second):
            name = f' of {member} "{first[member]}"' if member else ""
            text = (
                f"must differ in age or sex from every other{name}: one respondent would fit both"
            )
            yield Issue(where, "overlapping_groups", text)


def _bands(scale: Json, where: Path, scores: Scores | None) -> Iterator[Issue]:
    systems = list(objects(scale, "bands", where))
    yield from _ambiguous(systems, "system")
    for system_where, system in systems:
        bands = list(objects(system, "bands", system_where))
        listed = system.get("bands")
        sound = all(is_number(band.get("min")) and is_number(band.get("max")) for _, band in bands)
        if (
            scores is None
            or not bands
            or not sound
            or not isinstance(listed, list)
            or len(bands) < len(listed)
        ):
            continue
        bands.sort(key=lambda place: (place[1]["min"], place[1]["max"]))
        if scores.bits is None:
            yield from _touching_bands(bands, scores)
        else:
            yield from _separate_bands(bands, scores, (*system_where, "bands"))


def _separate_bands(
    bands: Sequence[tuple[Path, Json]], scores: Scores, path: Path
) -> Iterator[Issue]:
    """Every score that can be listed lies in exactly one band."""
    ranges = [(where, exact(band["min"]), exact(band["max"])) for where, band in bands]
    for (_, _, first_high), (where, low, _) in pairwise(ranges):
        if low <= first_high:
            yield Issue(
                where,
                "band_overlap",
                f"must start above {_shown(first_high)}, where another band ends",
            )
    uncovered = scores.outside((low, high) for _, low, high in ranges)
    if uncovered:
        text = f"must cover every score that a form can have; {_some(uncovered)} lies in no band"
        yield Issue(path, "band_gap", text)


def _touching_bands(bands: Sequence[tuple[Path, Json]], scores: Scores) -> Iterator[Issue]:
    """Bands of a continuous scale share their ends; the shared score belongs to the upper band."""
    for (_, lower), (where, upper) in pairwise(bands):
        if upper["min"] != lower["max"]:
            code = "band_gap" if upper["min"] > lower["max"] else "band_overlap"
            text = (
                f"must be {_shown(lower['max'])}, the end of the band below: any number in "
                "the range is a score"
            )
            yield Issue((*where, "min"), code, text)
    (first_where, first), (last_where, last) = bands[0], bands[-1]
    if exact(first["min"]) > scores.low:
        yield Issue(
            (*first_where, "min"),
            "band_gap",
            f"must be at most {_shown(scores.low)}, the lowest score",
        )
    if exact(last["max"]) < scores.high:
        yield Issue(
            (*last_where, "max"),
            "band_gap",
            f"must be at least {_shown(scores.high)}, the highest score",
        )


def _cutoffs(scale: Json, where: Path, scores: Scores | None) -> Iterator[Issue]:
    cutoffs = list(objects(scale, "cutoffs", where))
    yield from _ambiguous(cutoffs, "system")
    for cutoff_where, cutoff in cutoffs:
        value = cutoff.get("value")
        if scores and is_number(value) and not scores.low <= exact(value) <= scores.high:
            text = (
                f"must lie between {_shown(scores.low)} and {_shown(scores.high)}, the scores "
                "of this scale"
            )
            yield Issue((*cutoff_where, "value"), "out_of_range", text)


def _tables(scale: Json, where: Path, raw: Scores | None) -> Iterator[Issue]:
    """Refuse a conversion table that lacks, repeats or invents a raw score."""
    path = (*where, "transform")
    tables = list(objects(scale["transform"], "tables", path))
    yield from _ambiguous(tables, None)
    if raw is not None and raw.bits is None:
        yield Issue(
            path,
            "lookup_continuous",
            "a table cannot convert a score that may be any number in a range",
        )
        return
    for table_where, table in tables:
        rows, entries = table.get("entries"), (*table_where, "entries")
        if not isinstance(rows, list) or not all(
            isinstance(row, list) and all(map(is_number, row)) for row in rows
        ):
            continue
        seen = set()
        for index, row in enumerate(rows):
            score = exact(row[0])
            if score in seen:
                yield Issue(
                    (*entries, index, 0), "duplicate_value", "is the raw score of an earlier row"
                )
            elif raw is not None and score not in raw:
                text = "is no raw score that a complete form can have"
                yield Issue((*entries, index, 0), "out_of_range", text)
            if len(row) == 3 and row[2] <= 0:
                yield Issue((*entries, index, 2), "out_of_range", "must be greater than 0")
            seen.add(score)
        lacking = raw.outside((score, score) for score in seen) if raw else []
        if lacking:
            yield Issue(
                entries,
                "lookup_gap",
                f"must have a row for every raw score; {_some(lacking)} has none",
            )


def _norm(norm: Json, where: Path, parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    if norm.get("digital") is True and norm.get("default") is True:
        text = "must be false: a digital-therapy cohort can never be a default norm"
        yield Issue((*where, "default"), "digital_default", text)
    for scale_where, numbers in objects(norm, "scales", where):
        scale_id = str(scale_where[-1])
        yield from _percentiles(norm.get("percentile_model"), numbers, scale_where)
        scale, metric = parts.scales.get(scale_id), numbers.get("metric")
        if scale is None or not isinstance(metric, str):
            continue
        if metric != "value" and not _reports(scale, metric):
            text = f'must be value: this scale reports no "{metric}"'
            yield Issue((*scale_where, "metric"), "metric_mismatch", text)
            continue
        low, high = _reported_range(scale_id, scale, metric, attainable)
        mean = numbers.get("mean")
        if (
            low is not None
            and high is not None
            and is_number(mean)
            and not low <= exact(mean) <= high
        ):
            text = (
                f"must lie between {_shown(low)} and {_shown(high)}, the range of the metric "
                f"{metric}"
            )
            yield Issue((*scale_where, "mean"), "out_of_range", text)


def _reports(scale: Json, metric: str) -> bool:
    """Tell whether a scale reports a sum or a mean beside its headline value."""
    if scale.get("aggregation") == "composite":
        return bool(member_object(scale, "composite").get("method") == metric)
    return scale.get("aggregation") in ("sum", "mean")


def _reported_range(
    scale_id: str, scale: Json, metric: str, attainable: AttainableScores
) -> tuple[Any, Any]:
    scores = attainable.headline(scale_id) if metric == "value" else attainable.raw(scale_id)
    divisor = attainable.total_weight(scale) if metric == "mean" else 1
    return (scores.low / divisor, scores.high / divisor) if scores and divisor else (None, None)


def _percentiles(model: object, numbers: Json, where: Path) -> Iterator[Issue]:
    quantiles = numbers.get("quantiles", [])
    path = (*where, "quantiles")
    if model == "quantiles" and quantiles == []:
        yield Issue(path, "required", "is required with percentile_model quantiles")
    if model == "normal" and numbers.get("sd", 0) is None:
        yield Issue((*where, "sd"), "required", "must be a number with percentile_model normal")
    if model != "quantiles" and quantiles != [] and (model is None or model == "normal"):
        yield Issue(path, "not_allowed", "is only allowed with percentile_model quantiles")
    pairs = (
        [pair for pair in quantiles if isinstance(pair, list)]
        if isinstance(quantiles, list)
        else []
    )
    if not all(len(pair) == 2 and all(map(is_number, pair)) for pair in pairs):
        return
    for index, (percentile, _) in enumerate(pairs):
        if not 0 < percentile < 100:
            yield Issue((*path, index, 0), "out_of_range", "must be between 0 and 100")
    for index, (lower, upper) in enumerate(pairwise(pairs), start=1):
        if upper[0] <= lower[0] or upper[1] < lower[1]:
            text = "must ascend: percentiles strictly, values without falling"
            yield Issue((*path, index), "quantiles_not_ascending", text)
