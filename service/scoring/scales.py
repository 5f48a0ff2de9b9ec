"""From keyed items to a scale's number: aggregation, missing-answer rules, transforms and
ranges.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from service.scoring.answers import Form
from service.scoring.instrument import Number, Scale, Transform
from service.scoring.missing import Terms
from service.scoring.recoding.ratio import Ratio
from service.scoring.sums import exact_sum


class Respondent(NamedTuple):
    """What is known about the person that a number may depend on."""

    age: Number | None = None
    sex: str | None = None


ANYBODY = Respondent()


class Aggregate(NamedTuple):
    """A scale before interpretation.

    `value` is the headline in the scale's metric (None: not scored, for `reason`); `total` and
    `mean` are the sum and mean of keyed, prorated items, None where the scale is neither;
    `standard_error` comes from a table that gives one; `missing_rule` names the rule that filled
    in blanks, None where none did.
    """

    value: Number | None
    total: Number | None
    mean: Number | None
    n_answered: int
    n_items: int
    prorated: bool
    reason: str | None
    standard_error: Number | None = None
    missing_rule: str | None = None


def aggregate(
    scale: Scale, form: Form, components: Mapping[str, Number | None], respondent: Respondent
) -> Aggregate:
    """Return the aggregate of any scale and any form, applying the scale's missing-answer rule.

    `components` holds the headline values of scales already scored, for composites.
    """
    if scale.aggregation == "composite":
        return _composite(scale, components)
    terms = list(_terms(scale, form.scores, form.excluded))
    counts = _counts(scale, form)
    reason = _why_not_scored(scale, terms, form)
    if reason is not None:
        return counts._replace(reason=reason)
    if scale.ratio is not None:
        return _of_ratio(scale.ratio, scale.transform, form, counts)
    filled = _filled(scale, terms)
    if filled is not terms:
        counts = counts._replace(missing_rule=scale.missing.method.reported)
    if scale.aggregation == "count":
        return counts._replace(value=count_reached(scale, form))
    if scale.aggregation == "max":
        return counts._replace(value=max(score for score, _ in filled if score is not None))
    return _headline(scale, filled, counts, respondent)


def _counts(scale: Scale, form: Form) -> Aggregate:
    """Return an aggregate that knows only how many of a scale's items apply and are answered."""
    items = [position for position in scale.items if position not in form.excluded]
    n_answered = sum(form.values[position] is not None for position in items)
    return Aggregate(None, None, None, n_answered, len(items), False, None)


def _why_not_scored(scale: Scale, terms: Terms, form: Form) -> str | None:
    """Return the reason why the terms make no score, None where they do."""
    if not terms:
        return "not_applicable"
    if scale.needs_whole and not form.excluded.isdisjoint(scale.items):
        return "not_applicable"
    n_missing = sum(score is None for score, _ in terms)
    if n_missing > _most_missing(scale, len(scale.terms)) or n_missing == len(terms):
        return scale.missing.method.reason
    return None


def _most_missing(scale: Scale, n_terms: int) -> int:
    """Return how many of a scale's terms may be blank."""
    return n_terms - scale.missing.min_answered if scale.missing.method.fill else 0


def _filled(scale: Scale, terms: Terms) -> Terms:
    """Return terms with what their scale's rule puts for blanks; complete terms as they are."""
    fill = scale.missing.method.fill
    return list(fill(terms)) if fill is not None and _has_blank(terms) else terms


def _terms(
    scale: Scale, scores: Sequence[Number | None], excluded: Collection[int]
) -> Iterator[tuple[Number | None, Number]]:
    """Yield the score and weight of each term that applies; a group's score is its highest."""
    for index, term in enumerate(scale.terms):
        applying = [position for position in term.items if position not in excluded]
        if not applying:
            continue
        given = [score for position in applying if (score := scores[position]) is not None]
        weight = scale.weights[index] if scale.weights else 1
        yield (max(given) if len(given) >= min(term.min_answered, len(applying)) else None), weight


class RawScore(NamedTuple):
    """A scale's sum, prorated where need be, and its mean as the fraction numerator / weight.

    Fractions are divided last: 10 x (11 / 10) is not 11 for every such pair, 10 x 11 / 10 is.
    """

    total: Number
    numerator: Number
    weight: Number


def combine(scale: Scale, terms: Terms) -> RawScore:
    """Sum the weighted terms; one that is still blank counts as the weighted mean of the rest."""
    numerator = exact_sum(score * weight for score, weight in terms if score is not None)
    weight = exact_sum(weight for score, weight in terms if score is not None)
    if not _has_blank(terms):
        return RawScore(numerator, numerator, weight)
    total = numerator * exact_sum(weight for _, weight in terms) / weight
    return RawScore(_rounded_half_up(total) if scale.missing.round else total, numerator, weight)


def _rounded_half_up(total: Number) -> int:
    """Round to the nearest whole number, a half up; within 1e-9 of a half is a half, as in binary
    five times 3.1 falls short of 15.5.
    """
    return math.floor(total + 0.5 + 1e-9)


def _has_blank(terms: Terms) -> bool:
    return any(score is None for score, _ in terms)


def _headline(scale: Scale, terms: Terms, counts: Aggregate, respondent: Respondent) -> Aggregate:
    """Complete an aggregate, of which only the counts are known, with its numbers."""
    raw = combine(scale, terms)
    value, standard_error, reason = _value_of(scale, raw, respondent)
    if reason is not None:
        return counts._replace(missing_rule=None, reason=reason)
    return counts._replace(
        value=value,
        total=raw.total,
        mean=raw.numerator / raw.weight,
        prorated=_has_blank(terms),
        standard_error=standard_error,
    )


def _value_of(
    scale: Scale, raw: RawScore, respondent: Respondent
) -> tuple[Number | None, Number | None, str | None]:
    """Return the headline value, its standard error where a table gives one, and a reason when
    there is no value.
    """
    transform = scale.transform
    if transform is None or not transform.tables:
        return headline_of(scale, raw), None, None
    score = converted(transform, raw)
    for table in transform.tables:
        if table.applies_to.fits(respondent.age, respondent.sex):
            if score in table.values:
                return (*table.values[score], None)
            return None, None, "raw_score_not_in_table"
    return None, None, "no_table_fits"


def _of_ratio(
    ratio: Ratio, transform: Transform | None, form: Form, counts: Aggregate
) -> Aggregate:
    """Complete the aggregate of a ratio, of which only the counts are known."""
    value = ratio.value(form.scores)
    if value is None:
        return counts._replace(reason="impossible_ratio")
    if transform is not None and transform.steps is not None:
        value = transform.steps.worth_of(value)
    return counts._replace(value=value)


def converted(transform: Transform, raw: RawScore) -> Number:
    """Return the sum or mean that a transform is of."""
    return raw.total if transform.of == "sum" else raw.numerator / raw.weight


def headline_of(scale: Scale, raw: RawScore) -> Number:
    """Return the headline value of a sum or mean that no table converts."""
    transform = scale.transform
    if transform is None:
        return raw.numerator / raw.weight if scale.aggregation == "mean" else raw.total
    if transform.steps is not None:
        return transform.steps.worth_of(converted(transform, raw))
    if transform.of == "sum":
        return transform.offset + transform.factor * raw.total
    product = transform.factor * raw.numerator
    return transform.offset + (product if raw.weight == 1 else product / raw.weight)


def count_reached(scale: Scale, form: Form) -> int:
    """Count the items at or above their threshold, on the value as submitted; a blank does not
    count.
    """
    return sum(
        value is not None and value >= threshold  # type: ignore[operator]
        for position, threshold in zip(scale.items, scale.at_least, strict=True)
        if position not in form.excluded
        for value in (form.values[position],)
    )


def _composite(scale: Scale, components: Mapping[str, Number | None]) -> Aggregate:
    """Combine scales already scored; what stands for one that is not scored is the rule's to say,
    by default the mean of the others.
    """
    terms = [(components[name], 1) for name in scale.components]
    n_scored = sum(value is not None for value, _ in terms)
    counts = Aggregate(None, None, None, n_scored, len(terms), False, None)
    if not n_scored or len(terms) - n_scored > _most_missing(scale, len(terms)):
        return counts._replace(reason="component_not_scored")
    filled = _filled(scale, terms)
    values = [value for value, _ in filled if value is not None]
    mean = sum(values) / len(values)
    counts = counts._replace(
        prorated=_has_blank(filled),
        missing_rule=None if filled is terms else scale.missing.method.reported,
    )
    if scale.composite_method == "mean":
        return counts._replace(value=mean, mean=mean)
    total = mean * len(terms) if counts.prorated else sum(values)
    return counts._replace(value=total, total=total)
