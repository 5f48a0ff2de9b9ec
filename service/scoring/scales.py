"""From keyed items to a scale's number: aggregation, missing-answer rules, transforms and ranges."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from service.scoring.answers import Form
from service.scoring.instrument import Instrument, Number, Scale, Transform


class Respondent(NamedTuple):
    """What is known about the person that a number may depend on."""

    age: Number | None = None
    sex: str | None = None


ANYBODY = Respondent()


class Aggregate(NamedTuple):
    """A scale before interpretation.

    `value` is the headline in the scale's metric (None: not scored, for `reason`); `total` and `mean` are the sum and
    mean of keyed, prorated items, None where the scale is neither; `standard_error` comes from a table that gives one.
    """

    value: Number | None
    total: Number | None
    mean: Number | None
    n_answered: int
    n_items: int
    prorated: bool
    reason: str | None
    standard_error: Number | None = None


def complete_aggregate(scale: Scale, total: Number, respondent: Respondent) -> Aggregate:
    """Return the aggregate of a plain scale whose items are all answered, from their sum alone."""
    n_items = len(scale.items)
    return _transformed(scale, total, total / n_items, n_items, n_items, False, respondent)


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
    n_missing = sum(score is None for score, _ in terms)
    if n_missing > len(scale.terms) - scale.missing.min_answered or n_missing == len(terms):
        reason = "missing_items" if scale.missing.method == "none" else "too_few_answered"
        return Aggregate(None, None, None, n_answered, len(items), False, reason)
    if scale.missing.method == "zero":
        terms = [(0 if score is None else score, weight) for score, weight in terms]
    if scale.aggregation == "count":
        return _count(scale, form, n_answered, len(items))
    if scale.aggregation == "max":
        highest = max(score for score, _ in terms if score is not None)
        return Aggregate(highest, None, None, n_answered, len(items), False, None)
    return _weighted(scale, terms, n_answered, len(items), respondent)


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


def _weighted(
    scale: Scale,
    terms: Sequence[tuple[Number | None, Number]],
    n_answered: int,
    n_items: int,
    respondent: Respondent,
) -> Aggregate:
    """Sum the weighted terms; each missing one counts as the (weighted) mean of those answered."""
    total: Number = sum(score * weight for score, weight in terms if score is not None)
    mean = total / sum(weight for score, weight in terms if score is not None)
    prorated = any(score is None for score, _ in terms)
    if prorated:
        # Multiplied first: 29 / 7 x 14 is 58.00000000000001, 29 x 14 / 7 is 58.
        total = total * sum(weight for _, weight in terms) / sum(weight for score, weight in terms if score is not None)
    if prorated and scale.missing.round:
        total = math.floor(total + 0.5)
    return _transformed(scale, total, mean, n_answered, n_items, prorated, respondent)


def _transformed(
    scale: Scale,
    total: Number,
    mean: Number,
    n_answered: int,
    n_items: int,
    prorated: bool,
    respondent: Respondent,
) -> Aggregate:
    standard_error: Number | None = None
    value: Number | None = mean if scale.aggregation == "mean" else total
    if scale.transform is not None:
        value, standard_error, reason = transformed(scale.transform, total, mean, respondent)
        if reason is not None:
            return Aggregate(None, None, None, n_answered, n_items, False, reason)
    return Aggregate(value, total, mean, n_answered, n_items, prorated, None, standard_error)


def transformed(
    transform: Transform, total: Number, mean: Number, respondent: Respondent
) -> tuple[Number | None, Number | None, str | None]:
    """Return a transform's value, its standard error where the table gives one, and a reason when there is no value."""
    raw = total if transform.of == "sum" else mean
    if not transform.tables:
        return transform.offset + transform.factor * raw, None, None
    for table in transform.tables:
        if table.applies_to.fits(respondent.age, respondent.sex):
            if raw in table.values:
                return (*table.values[raw], None)
            return None, None, "raw_score_not_in_table"
    return None, None, "no_table_fits"


def _count(scale: Scale, form: Form, n_answered: int, n_items: int) -> Aggregate:
    """Count the items at or above their threshold, on the value as submitted; a blank does not count."""
    pairs = zip(scale.items, scale.at_least, strict=True)
    reached = sum(
        value is not None and value >= threshold
        for position, threshold in pairs
        if position not in form.excluded
        for value in (form.values[position],)
    )
    return Aggregate(reached, None, None, n_answered, n_items, False, None)


def _composite(scale: Scale, components: Mapping[str, Number | None]) -> Aggregate:
    """Combine scales already scored; a missing one counts as the mean of the others where the rule allows."""
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
    instrument: Instrument, scale: Scale, excluded: Collection[int] = (), respondent: Respondent = ANYBODY
) -> tuple[Number, Number] | None:
    """Return the lowest and highest headline value that a form without the excluded items can have."""
    if scale.aggregation == "composite":
        ranges = [score_range(instrument, instrument.scale[name], excluded, respondent) for name in scale.components]
        bounds = [part for part in ranges if part is not None]
        if len(bounds) < len(ranges):
            return None
        low, high = sum(low for low, _ in bounds), sum(high for _, high in bounds)
        return (low / len(bounds), high / len(bounds)) if scale.composite_method == "mean" else (low, high)
    items = [position for position in scale.items if position not in excluded]
    if not items:
        return None
    if scale.aggregation == "count":
        return 0, len(items)
    lowest = [instrument.items[position].lowest for position in range(len(instrument.items))]
    highest = [instrument.items[position].highest for position in range(len(instrument.items))]
    return _range_from(scale, lowest, highest, excluded, respondent)


def possible_range(instrument: Instrument, scale: Scale, form: Form) -> tuple[Number, Number] | None:
    """Return the range in which an unscored sum or mean must lie, whatever the unanswered items would have been."""
    if scale.aggregation not in ("sum", "mean") or scale.transform is not None or form.excluded:
        return None
    pairs = list(zip(form.scores, instrument.items, strict=True))
    lowest = [item.lowest if score is None else score for score, item in pairs]
    highest = [item.highest if score is None else score for score, item in pairs]
    return _range_from(scale, lowest, highest, (), ANYBODY)


def _range_from(
    scale: Scale,
    lowest: Sequence[Number],
    highest: Sequence[Number],
    excluded: Collection[int],
    respondent: Respondent,
) -> tuple[Number, Number] | None:
    ends = []
    for scores in (lowest, highest):
        terms = [(score, weight) for score, weight in _terms(scale, scores, excluded) if score is not None]
        if scale.aggregation == "max":
            ends.append(max(score for score, _ in terms))
            continue
        total = sum(score * weight for score, weight in terms)
        mean = total / sum(weight for _, weight in terms)
        value: Number | None = mean if scale.aggregation == "mean" else total
        if scale.transform is not None:
            value = transformed(scale.transform, total, mean, respondent)[0]
        if value is None:
            return None
        ends.append(value)
    return min(ends), max(ends)
