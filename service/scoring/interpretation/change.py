"""Change between two administrations: reliable change and clinical significance."""

import math
from collections.abc import Sequence
from statistics import NormalDist

from service.scoring.applicability import why_none_fits
from service.scoring.instrument import (
    ChangeRule,
    Cutoff,
    MinimalImportantDifference,
    Number,
    Scale,
)
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
    |RCI| = |difference / S_diff| exceeds the normal quantile of the rule's level. Of several rules
    the one for the respondent's age and sex is used. A scale that is `shortened` on either
    occasion, because an item does not apply, is not judged: published values are for the whole
    scale.
    """
    rule, misfit = change_rule(scale, respondent)
    result = _unjudged(baseline, rule)
    if baseline is None or value is None:
        result["note"] = "not_scored" if value is None else "baseline_not_scored"
        return result
    if shortened:
        result["note"] = "items_not_applicable"
        return result
    difference = value - baseline
    result["difference"] = difference
    better_by = difference if scale.direction == "higher_is_better" else -difference
    result["minimal_important"] = [
        _compare_with(known, better_by)
        for known in rule.minimal_important
        if known.applies_to.fits(*respondent)
    ]
    result["category"] = _judge_reliability(rule, difference, better_by, result)
    if result["category"] is None:
        result["note"] = misfit or "no_reliable_change_parameters"
        return result
    cutoffs = [cutoff for cutoff in scale.cutoffs if cutoff.system == rule.clinical_cutoff]
    result["clinically_significant"], result["note"] = _clinical_significance(
        cutoffs, baseline, value, respondent, result["category"]
    )
    return result


def _unjudged(baseline: Number | None, rule: ChangeRule) -> ChangeResult:
    return {
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


def change_rule(scale: Scale, respondent: Respondent) -> tuple[ChangeRule, str | None]:
    """Return the rule by which a respondent's change is judged; without one, a rule that says
    nothing and why none is for the respondent, None where the scale has none at all.
    """
    misfits = []
    for rule in scale.changes:
        misfit = rule.applies_to.misfit(*respondent)
        if misfit is None:
            return rule, None
        misfits.append(misfit)
    return ChangeRule(None), why_none_fits(misfits) if misfits else None


def _compare_with(
    known: MinimalImportantDifference, better_by: Number
) -> ImportantDifferenceResult:
    """Tell whether a change reaches a difference that was published for one direction or both."""
    size = {
        "improvement": better_by,
        "deterioration": -better_by,
        "either": abs(better_by),
    }[known.direction]
    return {
        "name": known.name,
        "value": known.value,
        "direction": known.direction,
        "met": meets(size, ">=", known.value),
        "source": known.source,
    }


def _judge_reliability(
    rule: ChangeRule, difference: Number, better_by: Number, result: ChangeResult
) -> Category | None:
    """Return the category of a difference, None without a rule; add how it was judged."""
    if rule.reliable_change is not None:
        result["threshold"] = rule.reliable_change
        reliable = meets(abs(difference), ">=", rule.reliable_change)
    elif rule.standard_error_of_difference is not None and rule.level is not None:
        critical = critical_value(rule.level)
        rci = difference / rule.standard_error_of_difference
        result["rci"] = rci
        result["threshold"] = critical * rule.standard_error_of_difference
        reliable = abs(rci) > critical
    else:
        return None
    if not reliable:
        return "unchanged"
    return "reliably_improved" if better_by > 0 else "reliably_deteriorated"


def _clinical_significance(
    cutoffs: Sequence[Cutoff],
    baseline: Number,
    value: Number,
    respondent: Respondent,
    category: Category,
) -> tuple[Significance | None, str | None]:
    """Return Jacobson and Truax's outcome, for which recovered needs reliable improvement and a
    crossed cut-off; None, with a note, where none of the cut-offs is for the respondent.
    """
    fitting = [cutoff for cutoff in cutoffs if cutoff.applies_to.fits(*respondent)]
    if not fitting:
        misfits = [cutoff.applies_to.misfit(*respondent) for cutoff in cutoffs]
        reasons = [misfit for misfit in misfits if misfit is not None]
        return None, f"clinical_cutoff_{why_none_fits(reasons)}" if reasons else None
    if category != "reliably_improved":
        return ("unchanged" if category == "unchanged" else "deteriorated"), None
    op, threshold = fitting[0].op, fitting[0].value
    crossed = meets(baseline, op, threshold) and not meets(value, op, threshold)
    return ("recovered" if crossed else "improved"), None
