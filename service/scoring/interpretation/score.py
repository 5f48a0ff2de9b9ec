"""What can honestly be said about a scale's number: range, precision, norms, bands and cut-offs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

from service.scoring.applicability import why_none_fits
from service.scoring.instrument import (
    BandSystem,
    Cutoff,
    Instrument,
    NormGroup,
    NormScale,
    Number,
    Precision,
    Scale,
)
from service.scoring.interpretation.linked import linked_scores
from service.scoring.interpretation.norms import percentile_rank, t_score, z_score
from service.scoring.ranges import Range
from service.scoring.report_shape import (
    BandResult,
    CutoffResult,
    Interval,
    NormComparison,
    ScaleScore,
)
from service.scoring.report_shape import Precision as PrecisionResult
from service.scoring.scales import ANYBODY, Aggregate, Respondent
from service.scoring.sums import meets

INTERVAL_LEVEL = 0.95
_INTERVAL_Z = NormalDist().inv_cdf((1 + INTERVAL_LEVEL) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What a form's scores are compared with: the norm groups that were chosen and fit, and a
    respondent, who may stand for all whom no number of the instrument tells apart.

    `misfits` names the groups that were asked for by id and do not fit, each with its reason;
    `ranges` holds, by scale, the lowest and the highest value.
    """

    respondent: Respondent
    norms: tuple[NormGroup, ...]
    note: str | None
    misfits: tuple[tuple[str, str], ...] = ()
    ranges: Mapping[str, Range | None] = field(default_factory=dict)


def choose_norms(
    instrument: Instrument,
    requested: tuple[str, ...] | None,
    respondent: Respondent,
    rater: str | None = None,
) -> Comparison:
    """Choose the norm groups for a respondent.

    `requested` None takes the default groups (never digital-therapy cohorts), () none, ("*",) all;
    a group is used only for a respondent who is known to fit and, where a form serves two raters,
    for the rater whose ratings it holds. Unknown ids are the caller's to refuse.
    """
    wanted, empty_note = _wanted_norms(instrument.norms, requested)
    fitting = tuple(
        norm
        for norm in wanted
        if norm.applies_to.fits(*respondent) and norm.perspective in (None, rater)
    )
    note = None if fitting else "no_norm_fits" if wanted else empty_note
    by_name = wanted if requested not in (None, ("*",)) else []
    misfits = tuple(
        (norm.id, _misfit(norm, respondent, rater)) for norm in by_name if norm not in fitting
    )
    return Comparison(respondent, fitting, note, misfits)


def _wanted_norms(
    norms: Sequence[NormGroup], requested: tuple[str, ...] | None
) -> tuple[list[NormGroup], str]:
    """Return the groups that are asked for, whomever they fit, and what to note where there are
    none.
    """
    if requested is None:
        note = "no_default_norm" if norms else "no_norm_available"
        return [norm for norm in norms if norm.default], note
    if requested == ("*",):
        return list(norms), "no_norm_available"
    return [norm for norm in norms if norm.id in requested], "none_requested"


def _misfit(norm: NormGroup, respondent: Respondent, rater: str | None) -> str:
    if norm.perspective not in (None, rater):
        return "other_rater"
    reason = norm.applies_to.misfit(*respondent)
    return reason if reason in ("needs_sex", "needs_age") else "other_group"


def interpret(
    scale: Scale,
    found: Aggregate,
    comparison: Comparison,
    limits: Range | None,
    *,
    shortened: bool = False,
) -> ScaleScore:
    """Return everything that can be said about a scale's aggregate.

    `limits` are the lowest and the highest value that it could have. Where the scale is `shortened`
    by an item that it lost, norms, bands and cut-offs, which are for the whole scale, are left out.
    """
    found = found._replace(value=_within(limits, found.value))
    entry = _uncompared(scale, found, limits)
    scored = found.value is not None
    note = "not_scored" if not scored else "items_not_applicable" if shortened else None
    if scale.linked:
        entry["linked"] = linked_scores(scale, found, comparison.respondent, note)
    if note is not None:
        entry["precision_note"] = entry["norms_note"] = note
        entry["bands_note"] = entry["cutoffs_note"] = note
        return entry
    respondent = comparison.respondent
    entry["precision"], entry["precision_note"] = precision(scale, found, respondent)
    entry["norms"], entry["norms_note"] = compare_with_norms(scale, found, comparison)
    entry["bands"], entry["bands_note"] = find_bands(scale, found, respondent)
    entry["cutoffs"], entry["cutoffs_note"] = find_cutoffs(scale, found, respondent)
    return entry


def _uncompared(scale: Scale, found: Aggregate, limits: Range | None) -> ScaleScore:
    """Return an aggregate with the members of a report, compared with nothing yet."""
    return {
        "title": scale.title,
        "status": "not_scored" if found.value is None else "scored",
        "reason": found.reason,
        "value": found.value,
        "sum": found.total,
        "mean": found.mean,
        "metric": scale.metric,
        "unit": scale.unit,
        "minimum": limits[0] if limits else None,
        "maximum": limits[1] if limits else None,
        "n_answered": found.n_answered,
        "n_items": found.n_items,
        "prorated": found.prorated,
        "missing_rule": found.missing_rule,
        "direction": scale.direction,
        "precision": None,
        "precision_note": None,
        "norms": [],
        "norms_note": None,
        "bands": [],
        "bands_note": None,
        "cutoffs": [],
        "cutoffs_note": None,
        "change": None,
    }


def _within(limits: Range | None, value: Number | None) -> Number | None:
    """Return a value that the last digit of its arithmetic carried past an end of its range as that
    end, any other value as it is.
    """
    if value is None or limits is None:
        return value
    nearest = min(max(value, limits[0]), limits[1])
    return nearest if math.isclose(value, nearest, rel_tol=1e-12, abs_tol=1e-12) else value


def precision(
    scale: Scale, found: Aggregate, respondent: Respondent = ANYBODY
) -> tuple[PrecisionResult | None, str | None]:
    """Return the standard error of measurement and the 95 % interval value ± 1.96 SEM (Lord and
    Novick 1968).
    """
    value = found.value
    if found.standard_error is not None and scale.transform is not None:
        known = Precision(found.standard_error, None, "conditional", scale.transform.source or "")
    elif scale.precision is not None:
        known = scale.precision
    else:
        return None, "no_sd_and_reliability_of_one_sample"
    assert value is not None
    misfit = known.applies_to.misfit(*respondent)
    if misfit is not None:
        return None, why_none_fits([misfit])
    sem, reliability, kind, source = known.sem, known.reliability, known.kind, known.source
    half = _INTERVAL_Z * sem
    interval: Interval = {"level": INTERVAL_LEVEL, "low": value - half, "high": value + half}
    return {
        "sem": sem,
        "interval": interval,
        "reliability": reliability,
        "kind": kind,
        "source": source,
    }, None


def compare_with_norms(
    scale: Scale, found: Aggregate, comparison: Comparison
) -> tuple[list[NormComparison], str | None]:
    """Compare a score with each chosen norm group, in the metric that the group's numbers are
    in.
    """
    results = []
    for group in comparison.norms:
        norm = group.scales.get(scale.id)
        score = _in_metric(found, norm.metric) if norm is not None else None
        if norm is not None and score is not None:
            results.append(_compare(group, norm, score))
    note = None if results else comparison.note or "no_norm_for_scale"
    return results, note


def _in_metric(found: Aggregate, metric: str) -> Number | None:
    return {"sum": found.total, "mean": found.mean, "value": found.value}[metric]


def _compare(group: NormGroup, norm: NormScale, score: Number) -> NormComparison:
    z = None
    if norm.mean is not None and norm.sd is not None:
        z = z_score(score, norm.mean, norm.sd)
    rank = percentile_rank(group, norm, score, z)
    return {
        "id": group.id,
        "population": group.population,
        "n": group.n,
        "collected": group.collected,
        "published": group.published,
        "digital": group.digital,
        "mean": norm.mean,
        "sd": norm.sd,
        "metric": norm.metric,
        "z": z,
        "t": None if z is None else t_score(z),
        "percentile": rank.value,
        "percentile_note": rank.note,
        "warning": group.warning,
        "source": group.source,
    }


def find_bands(
    scale: Scale, found: Aggregate, respondent: Respondent
) -> tuple[list[BandResult], str | None]:
    """Return the band of each system that fits the respondent: the last whose lower end the score
    reaches.

    Published bands are printed for whole scores; a prorated score between two of them belongs to
    the lower.
    """
    value = found.value
    if value is None or not scale.bands:
        return [], "no_published_bands"
    results: list[BandResult] = []
    for system in scale.bands:
        if system.applies_to.fits(*respondent):
            reached = [band for band in system.bands if meets(value, ">=", band.minimum)]
            band = reached[-1] if reached else system.bands[0]
            results.append(
                {
                    "system": system.system,
                    "id": band.id,
                    "label": band.label,
                    "source": system.source,
                }
            )
    return results, None if results else _none_fits(scale.bands, respondent)


def find_cutoffs(
    scale: Scale, found: Aggregate, respondent: Respondent
) -> tuple[list[CutoffResult], str | None]:
    """Return every cut-off that fits the respondent and whether the score meets it."""
    value = found.value
    if value is None or not scale.cutoffs:
        return [], "no_published_cutoff"
    results: list[CutoffResult] = [
        {
            "system": cutoff.system,
            "label": cutoff.label,
            "value": cutoff.value,
            "op": cutoff.op,
            "met": meets(value, cutoff.op, cutoff.value),
            "source": cutoff.source,
        }
        for cutoff in scale.cutoffs
        if cutoff.applies_to.fits(*respondent)
    ]
    return results, None if results else _none_fits(scale.cutoffs, respondent)


def _none_fits(numbers: Sequence[BandSystem | Cutoff], respondent: Respondent) -> str:
    reasons = (number.applies_to.misfit(*respondent) for number in numbers)
    return why_none_fits([reason for reason in reasons if reason is not None])
