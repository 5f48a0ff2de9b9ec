"""Checks of norms: numbers that no group of respondents could have."""

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from service.definitions.checks.attainable import AttainableScores, exact, is_number, shown
from service.definitions.checks.bands import worse_side
from service.definitions.checks.parts import UNSOUND, Json, Parts, member_object, objects
from service.scoring.issue import Issue, Path

_NOT_PATIENTS = ("general population", "community", "healthy", "non-clinical", "nonclinical")

Range = tuple[Fraction, Fraction]


def check_norms(parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    """Yield a fault for every norm that contradicts itself or its scale."""
    for where, norm in objects(parts.document, "norms"):
        if norm.get("digital") is True and norm.get("default") is True:
            text = "must be false: a digital-therapy cohort can never be a default norm"
            yield Issue((*where, "default"), "digital_default", text)
        yield from _rater(norm, where, parts.document.get("perspectives"))
        yield from _years(norm, where)
        for scale_where, numbers in objects(norm, "scales", where):
            yield from _percentiles(norm.get("percentile_model"), numbers, scale_where)
            scale, metric = parts.scales.get(str(scale_where[-1])), numbers.get("metric")
            if scale is None or not isinstance(metric, str):
                continue
            if metric != "value" and not _reports(scale, metric):
                text = f'must be value: this scale reports no "{metric}"'
                yield Issue((*scale_where, "metric"), "metric_mismatch", text)
                continue
            limits = _reported_range(str(scale_where[-1]), scale, metric, attainable)
            if limits:
                yield from _against_range(numbers, scale_where, limits, metric, norm.get("n"))
            if metric == "value" or metric == scale.get("metric"):
                yield from _against_cutoffs(norm, numbers, scale, scale_where)


def _rater(norm: Json, where: Path, raters: Any) -> Iterator[Issue]:
    """A rater is named on a form of several, and is one of them: no other is compared."""
    rater = norm.get("perspective")
    if isinstance(rater, str) and rater not in (raters if isinstance(raters, list) else ()):
        text = "must be one of perspectives, the raters that this form is for"
        yield Issue((*where, "perspective"), "not_allowed", text)


def _years(norm: Json, where: Path) -> Iterator[Issue]:
    """Nobody publishes what is not yet collected."""
    collected, published = norm.get("collected"), norm.get("published")
    if is_number(collected) and is_number(published) and collected > published:
        text = "must not lie after published, the year in which the numbers came out"
        yield Issue((*where, "collected"), "out_of_range", text)


def _reports(scale: Json, metric: str) -> bool:
    """Tell whether a scale reports a sum or a mean beside its headline value."""
    if scale.get("aggregation") == "composite":
        return bool(member_object(scale, "composite").get("method") == metric)
    return scale.get("aggregation") in ("sum", "mean", UNSOUND)


def _reported_range(
    scale_id: str, scale: Json, metric: str, attainable: AttainableScores
) -> Range | None:
    scores = attainable.headline(scale_id) if metric == "value" else attainable.raw(scale_id)
    divisor = attainable.total_weight(scale) if metric == "mean" else 1
    if scores is None or not divisor:
        return None
    return Fraction(scores.low) / divisor, Fraction(scores.high) / divisor


def _against_range(
    numbers: Json, where: Path, limits: Range, metric: str, n: Any
) -> Iterator[Issue]:
    low, high = limits
    mean, sd = numbers.get("mean"), numbers.get("sd")
    between = f"must lie between {shown(low)} and {shown(high)}, the range of the metric {metric}"
    if is_number(mean) and not low <= exact(mean) <= high:
        yield Issue((*where, "mean"), "out_of_range", between)
        return
    if is_number(mean) and is_number(sd):
        largest = _largest_sd(float(low), float(high), mean, n)
        if sd > largest:
            text = (
                f"must be at most {largest:.3g}: no scores from {shown(low)} to {shown(high)} with "
                f"a mean of {shown(mean)} vary more"
            )
            yield Issue((*where, "sd"), "out_of_range", text)
        else:
            yield from _quantiles_near(numbers, where, mean, sd)
    for place, (_, value) in _pairs(numbers, where):
        if not low <= exact(value) <= high:
            yield Issue((*place, 1), "out_of_range", between)


def _largest_sd(low: float, high: float, mean: float, n: Any) -> float:
    """Return the largest sample SD of scores between two limits with a mean, with 2 of 100 for
    rounding (Bhatia and Davis 2000, American Mathematical Monthly 107, 353-357).
    """
    sample = n / (n - 1) if type(n) is int and n > 1 else 1.1
    return 1.02 * math.sqrt((high - mean) * (mean - low) * sample)


def _quantiles_near(numbers: Json, where: Path, mean: float, sd: float) -> Iterator[Issue]:
    """Refuse a quantile farther from the mean than any distribution allows (Cantelli 1928), with a
    tenth of an SD for rounding.
    """
    for place, (percentile, value) in _pairs(numbers, where):
        if not 0 < percentile < 100:
            continue
        odds = percentile / (100 - percentile)
        low, high = mean - sd * (math.sqrt(1 / odds) + 0.1), mean + sd * (math.sqrt(odds) + 0.1)
        if not low <= value <= high:
            text = (
                f"must lie between {low:.4g} and {high:.4g}: mean and SD of this group allow no "
                f"other percentile {shown(percentile)}"
            )
            yield Issue((*place, 1), "contradicts_mean", text)


def _against_cutoffs(norm: Json, numbers: Json, scale: Json, where: Path) -> Iterator[Issue]:
    """The average of people who are no patients is not beyond a cut-off."""
    described = f"{norm.get('population')} {norm.get('setting')}".casefold()
    mean = numbers.get("mean")
    if not is_number(mean) or not any(words in described for words in _NOT_PATIENTS):
        return
    for _, cutoff in objects(scale, "cutoffs"):
        if worse_side(cutoff, mean):
            text = (
                f'is beyond the cut-off "{cutoff.get("system")}", although these people are no '
                "patients: mean, cut-off or direction is wrong"
            )
            yield Issue((*where, "mean"), "direction_conflict", text)
            return


def _pairs(numbers: Json, where: Path) -> Iterator[tuple[Path, tuple[Any, Any]]]:
    """Yield path, percentile and value of every sound quantile."""
    quantiles = numbers.get("quantiles")
    for index, pair in enumerate(quantiles if isinstance(quantiles, list) else ()):
        if isinstance(pair, list) and len(pair) == 2 and all(map(is_number, pair)):
            yield (*where, "quantiles", index), (pair[0], pair[1])


def _percentiles(model: object, numbers: Json, where: Path) -> Iterator[Issue]:
    quantiles, path = numbers.get("quantiles", []), (*where, "quantiles")
    ranked = model in ("quantiles", "cumulative")
    if ranked and quantiles == []:
        yield Issue(path, "required", f"is required with percentile_model {model}")
    if model == "quantiles" and isinstance(quantiles, list) and len(quantiles) == 1:
        yield Issue(path, "wrong_length", "must have at least 2 element(s) to lie between")
    if model in (None, "normal") and quantiles != []:
        text = "is only allowed with percentile_model quantiles or cumulative"
        yield Issue(path, "not_allowed", text)
    yield from _moments(model, numbers, where, ranked=ranked)
    yield from _ascending(list(_pairs(numbers, where)), path)


def _moments(model: object, numbers: Json, where: Path, *, ranked: bool) -> Iterator[Issue]:
    """Mean and SD may be null only where the ranks do not rest on them."""
    if numbers.get("mean", 0) is None and (not ranked or numbers.get("sd", 0) is not None):
        text = "must be a number, save beside quantiles without an sd"
        yield Issue((*where, "mean"), "required", text)
    if model == "normal" and numbers.get("sd", 0) is None:
        yield Issue((*where, "sd"), "required", "must be a number with percentile_model normal")


def _ascending(pairs: list[tuple[Path, tuple[Any, Any]]], path: Path) -> Iterator[Issue]:
    if pairs and all(0 < percentile < 1 for _, (percentile, _) in pairs):
        text = "must have percentiles from 0 to 100, such as 25; these are fractions"
        yield Issue(path, "percentiles_as_fractions", text)
    for place, (percentile, _) in pairs:
        if not 0 < percentile < 100:
            yield Issue((*place, 0), "out_of_range", "must be between 0 and 100")
    for (_, lower), (place, upper) in pairwise(pairs):
        if upper[0] <= lower[0] or upper[1] < lower[1]:
            text = "must ascend: percentiles strictly, values without falling"
            yield Issue(place, "quantiles_not_ascending", text)
