"""Change between two administrations: reliable change and clinical significance."""

import math
from statistics import NormalDist

from service.scoring.instrument import ChangeRule, MinimalImportantDifference, Number, Scale
from service.scoring.report_shape import (
    Category,
    ChangeResult,
    ImportantDifferenceResult,
    Significance,
)
from service.scoring.scales import Respondent
from service.scoring.sums import meets


def standard_error_of_measurement(sd: Number, reliability: Number) -> float:
    """Return SEM = SD √(1 − r), in the metric of the SD (Lord and Novick 1968)."""
    return sd * math.sqrt(1 - reliability)


def standard_error_of_difference(sd: Number, reliability: Number) -> float:
    """Return S_diff = √2 · SEM, the standard error of a difference of two scores (Jacobson and
    Truax 1991).
    """
    return math.sqrt(2) * standard_error_of_measurement(sd, reliability)


def critical_value(level: float) -> float:
    """Return the two-sided normal quantile for a confidence level, 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def judge_change(
    scale: Scale,
    baseline: Number | None,
    value: Number | None,
    respondent: Respondent,
    shortened: bool = False,
) -> ChangeResult:
    """Compare a score with its baseline.

    Fixed rule: reliable when |difference| ≥ the published value. Jacobson–Truax: reliable when
    |RCI| = |difference / S_diff| exceeds the normal quantile of the rule's level. A scale that is
    `shortened` on either occasion, because an item does not apply, is not judged: published values
    are for the whole scale.
    """
    rule = scale.change or ChangeRule(None)
    result: ChangeResult = {
        "baseline": baseline,
        "difference": None,
        "rci": None,
        "category": None,
        "clinically_significant": None,
        "method": rule.method,
        "level": rule.level,
        "threshold": None,
        "minimal_important": [],
        "note": None,
        "source": rule.source,
    }
    if baseline is None or value is None:
        result["note"] = "not_scored" if value is None else "baseline_not_scored"
        return result
    if shortened:
        result["note"] = "items_not_applicable"
        return result
    difference = value - baseline
    result["difference"] = difference
    result["minimal_important"] = [
        _compare_with(known, abs(difference)) for known in rule.minimal_important
    ]
    reliable = _judge_reliability(rule, difference, result)
    if reliable is None:
        result["note"] = "no_reliable_change_parameters"
        return result
    better = difference > 0 if scale.direction == "higher_is_better" else difference < 0
    category: Category = (
        ("reliably_improved" if better else "reliably_deteriorated") if reliable else "unchanged"
    )
    result["category"] = category
    result["clinically_significant"] = _clinical_significance(
        scale, rule, baseline, value, respondent, category
    )
    return result


def _compare_with(known: MinimalImportantDifference, size: Number) -> ImportantDifferenceResult:
    met = meets(size, ">=", known.value)
    return {"name": known.name, "value": known.value, "met": met, "source": known.source}


def _judge_reliability(rule: ChangeRule, difference: Number, result: ChangeResult) -> bool | None:
    if rule.reliable_change is not None:
        result["threshold"] = rule.reliable_change
        return meets(abs(difference), ">=", rule.reliable_change)
    if rule.standard_error_of_difference is not None and rule.level is not None:
        critical = critical_value(rule.level)
        rci = difference / rule.standard_error_of_difference
        result["rci"] = rci
        result["threshold"] = critical * rule.standard_error_of_difference
        return abs(rci) > critical
    return None


def _clinical_significance(
    scale: Scale,
    rule: ChangeRule,
    baseline: Number,
    value: Number,
    respondent: Respondent,
    category: Category,
) -> Significance | None:
    """Return Jacobson and Truax's outcome: recovered needs reliable improvement and a crossed
    cut-off.
    """
    named = [
        cutoff
        for cutoff in scale.cutoffs
        if cutoff.system == rule.clinical_cutoff and cutoff.applies_to.fits(*respondent)
    ]
    if not named:
        return None
    if category != "reliably_improved":
        return "unchanged" if category == "unchanged" else "deteriorated"
    op, threshold = named[0].op, named[0].value
    crossed = meets(baseline, op, threshold) and not meets(value, op, threshold)
    return "recovered" if crossed else "improved"
