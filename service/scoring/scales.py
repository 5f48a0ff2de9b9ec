"""From keyed items to a scale's number: aggregation, missing-answer rules, transforms and
ranges.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from service.scoring.answers import Form
from service.scoring.instrument import Instrument, Number, Scale
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
    `standard_error` comes from a table that gives one.
    """

    value: Number | None
    total: Number | None
    mean: Number | None
    n_answered: int
    n_items: int
    prorated: bool
    reason: str | None
    standard_error: Number | None = None
    blank_as_zero: bool = False


def aggregate(
    scale: Scale, form: Form, components: Mapping[str, Number | None], respondent: Respondent
) -> Aggregate:
    """Return the aggregate of any scale and any form, applying the scale's missing-answer rule.

    `components` holds the headline values of scales already scored, for composites.
    """
    if scale.aggregation == "composite":
        return _composite(scale, components)
    terms = list(_terms(scale, form.scores, form.excluded))
    items = [position for position in scale.items if position not in form.excluded]
    n_answered = sum(form.values[position] is not None for position in items)
    if not terms:
        return Aggregate(None, None, None, 0, 0, False, "not_applicable")
    counts = Aggregate(None, None, None, n_answered, len(items), False, None)
    if (
        scale.transform is not None
        and scale.transform.tables
        and not form.excluded.isdisjoint(scale.items)
    ):
        return counts._replace(reason="not_applicable")
    n_missing = sum(score is None for score, _ in terms)
    if n_missing > len(scale.terms) - scale.missing.min_answered or n_missing == len(terms):
        reason = "missing_items" if scale.missing.method == "none" else "too_few_answered"
        return counts._replace(reason=reason)
    as_zero = n_missing > 0 and scale.missing.method == "zero"
    if as_zero:
        terms = [(0 if score is None else score, weight) for score, weight in terms]
        counts = counts._replace(blank_as_zero=True)
    if scale.aggregation == "count":
        return counts._replace(value=_count(scale, form))
    if scale.aggregation == "max":
        return counts._replace(value=max(score for score, _ in terms if score is not None))
    counts = counts._replace(prorated=n_missing > 0 and not as_zero)
    return _headline(scale, _combine(scale, terms), counts, respondent)


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


class _Raw(NamedTuple):
    """A scale's sum, prorated where need be, and its mean as the fraction numerator / weight.

    Fractions are divided last: 10 x (11 / 10) is not 11 for every such pair, 10 x 11 / 10 is.
    """

    total: Number
    numerator: Number
    weight: Number


def _combine(scale: Scale, terms: Sequence[tuple[Number | None, Number]]) -> _Raw:
    """Sum the weighted terms; each missing one counts as the (weighted) mean of those answered."""
    numerator = exact_sum(score * weight for score, weight in terms if score is not None)
    weight = exact_sum(weight for score, weight in terms if score is not None)
    full_weight = exact_sum(weight for _, weight in terms)
    if all(score is not None for score, _ in terms):
        return _Raw(numerator, numerator, weight)
    total = numerator * full_weight / weight
    return _Raw(math.floor(total + 0.5) if scale.missing.round else total, numerator, weight)


def _headline(scale: Scale, raw: _Raw, counts: Aggregate, respondent: Respondent) -> Aggregate:
    """Complete an aggregate, of which only the counts are known, with its numbers."""
    mean = raw.numerator / raw.weight
    value, standard_error, reason = _value_of(scale, raw, respondent)
    if reason is not None:
        return counts._replace(prorated=False, reason=reason)
    return counts._replace(value=value, total=raw.total, mean=mean, standard_error=standard_error)


def _value_of(
    scale: Scale, raw: _Raw, respondent: Respondent
) -> tuple[Number | None, Number | None, str | None]:
    """Return the headline value, its standard error where a table gives one, and a reason when
    there is no value.
    """
    transform = scale.transform
    if transform is None:
        return (
            (raw.numerator / raw.weight if scale.aggregation == "mean" else raw.total),
            None,
            None,
        )
    numerator, divisor = (raw.total, 1) if transform.of == "sum" else (raw.numerator, raw.weight)
    if not transform.tables:
        product = transform.factor * numerator
        return transform.offset + (product if divisor == 1 else product / divisor), None, None
    score = numerator / divisor  # 8.0 finds the row of 8
    for table in transform.tables:
        if table.applies_to.fits(respondent.age, respondent.sex):
            if score in table.values:
                return (*table.values[score], None)
            return None, None, "raw_score_not_in_table"
    return None, None, "no_table_fits"


def _count(scale: Scale, form: Form) -> int:
    """Count the items at or above their threshold, on the value as submitted; a blank does not
    count.
    """
    return sum(
        value is not None and value >= threshold
        for position, threshold in zip(scale.items, scale.at_least, strict=True)
        if position not in form.excluded
        for value in (form.values[position],)
    )


def _composite(scale: Scale, components: Mapping[str, Number | None]) -> Aggregate:
    """Combine scales already scored; a missing one counts as the mean of the others where the rule
    allows.
    """
    values = [value for name in scale.components if (value := components[name]) is not None]
    n_scales, n_scored = len(scale.components), len(values)
    if not values or n_scored < scale.missing.min_answered:
        return Aggregate(None, None, None, n_scored, n_scales, False, "component_not_scored")
    prorated = n_scored < n_scales
    mean = sum(values) / n_scored
    if scale.composite_method == "mean":
        return Aggregate(mean, None, mean, n_scored, n_scales, prorated, None)
    total = mean * n_scales if prorated else sum(values)
    return Aggregate(total, total, None, n_scored, n_scales, prorated, None)


def score_range(
    instrument: Instrument,
    scale: Scale,
    excluded: Collection[int] = (),
    respondent: Respondent = ANYBODY,
) -> tuple[Number, Number] | None:
    """Return the lowest and highest headline value that a form without the excluded items can
    have.
    """
    if scale.aggregation == "composite":
        ranges = [
            score_range(instrument, instrument.scale[name], excluded, respondent)
            for name in scale.components
        ]
        bounds = [part for part in ranges if part is not None]
        if len(bounds) < len(ranges):
            return None
        low, high = sum(low for low, _ in bounds), sum(high for _, high in bounds)
        return (
            (low / len(bounds), high / len(bounds))
            if scale.composite_method == "mean"
            else (low, high)
        )
    items = [position for position in scale.items if position not in excluded]
    if not items:
        return None
    if scale.aggregation == "count":
        return 0, len(items)
    lowest = [instrument.items[position].lowest for position in range(len(instrument.items))]
    highest = [instrument.items[position].highest for position in range(len(instrument.items))]
    return _range_from(scale, lowest, highest, excluded, respondent)


def possible_range(
    instrument: Instrument, scale: Scale, form: Form
) -> tuple[Number, Number] | None:
    """Return the range in which an unscored scale's value must lie, whatever the unanswered items
    would have been.

    None where that is not known: composites, tables, and scales that lost an item.
    """
    if scale.aggregation == "composite" or not form.lost.isdisjoint(scale.items):
        return None
    if scale.transform is not None and scale.transform.tables:
        return None
    if scale.aggregation == "count":
        reached = _count(scale, form)
        return reached, reached + sum(form.values[position] is None for position in scale.items)
    pairs = list(zip(form.scores, instrument.items, strict=True))
    lowest = [item.lowest if score is None else score for score, item in pairs]
    highest = [item.highest if score is None else score for score, item in pairs]
    return _range_from(scale, lowest, highest, form.excluded, ANYBODY)


def _range_from(
    scale: Scale,
    lowest: Sequence[Number],
    highest: Sequence[Number],
    excluded: Collection[int],
    respondent: Respondent,
) -> tuple[Number, Number] | None:
    ends = []
    for scores in (lowest, highest):
        terms = list(_terms(scale, scores, excluded))
        if scale.aggregation == "max":
            value: Number | None = max(score for score, _ in terms if score is not None)
        else:
            value = _value_of(scale, _combine(scale, terms), respondent)[0]
        if value is None:
            return None
        ends.append(value)
    return min(ends), max(ends)
