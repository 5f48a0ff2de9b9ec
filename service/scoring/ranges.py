"""Which values a scale can have: its range, and what is left of it once some answers are given."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import repeat

from service.scoring.answers import Form
from service.scoring.instrument import Instrument, Number, Scale, Term
from service.scoring.recoding.ratio import Ratio
from service.scoring.scales import (
    ANYBODY,
    Respondent,
    combine,
    converted,
    count_reached,
    headline_of,
)

Range = tuple[Number, Number]
"""The lowest and the highest value, in the headline metric."""


def score_ranges(
    instrument: Instrument, excluded: Collection[int] = (), respondent: Respondent = ANYBODY
) -> dict[str, Range | None]:
    """Return the range of every scale, by id, for a form without the excluded items: every score
    lies in it, whether or not a missing-answer rule was used. None where nothing can be scored.
    """
    found: dict[str, Range | None] = {}
    for scale in instrument.scales:  # a composite comes after its components
        found[scale.id] = _range_of(instrument, scale, found, excluded, respondent)
    return found


def score_range(
    instrument: Instrument,
    scale: Scale,
    excluded: Collection[int] = (),
    respondent: Respondent = ANYBODY,
) -> Range | None:
    """Return the range of one scale, as `score_ranges` does of all."""
    components = {
        name: score_range(instrument, instrument.scale[name], excluded, respondent)
        for name in scale.components
    }
    return _range_of(instrument, scale, components, excluded, respondent)


def _range_of(
    instrument: Instrument,
    scale: Scale,
    components: Mapping[str, Range | None],
    excluded: Collection[int],
    respondent: Respondent,
) -> Range | None:
    if scale.aggregation == "composite":
        return _composite_range(scale, [components[name] for name in scale.components])
    n_items = sum(position not in excluded for position in scale.items)
    if n_items == 0:
        return None
    if scale.aggregation == "count":
        return 0, n_items
    if scale.needs_whole and n_items < len(scale.items):
        return None
    if scale.ratio is not None:
        return _ratio_range(instrument, scale, scale.ratio)
    if scale.transform is not None and scale.transform.tables:
        return _table_range(scale, respondent)
    return _between(scale, _ends(instrument, scale, excluded))


def _ends(
    instrument: Instrument, scale: Scale, excluded: Collection[int]
) -> list[tuple[Number, Number, Number]]:
    """Return the lowest and the highest score of each term that applies, and its weight."""
    return [
        (_lowest(instrument, term, left), max(instrument.items[at].highest for at in left), weight)
        for term, left, weight in _applying(scale, excluded)
    ]


def _applying(
    scale: Scale, excluded: Collection[int]
) -> Iterator[tuple[Term, Sequence[int], Number]]:
    """Yield each term that applies, with those of its items that do and its weight."""
    for term, weight in zip(scale.terms, scale.weights or repeat(1), strict=False):
        left = [position for position in term.items if position not in excluded]
        if left:
            yield term, left, weight


def _lowest(instrument: Instrument, term: Term, applying: Sequence[int]) -> Number:
    """Return the lowest score of a term: that of the lowest answers that are enough for it."""
    needed = min(term.min_answered, len(applying))
    return sorted(instrument.items[position].lowest for position in applying)[needed - 1]


def _composite_range(scale: Scale, ranges: Sequence[Range | None]) -> Range | None:
    """Return the range of a composite: between all its components at their lowest and highest or,
    where the mean of some stands for the others, between the lowest and highest of them.
    """
    known = [part for part in ranges if part is not None]
    if not known or (len(known) < len(ranges) and scale.missing.method.fill is None):
        return None
    lows, highs = zip(*known, strict=True)
    if len(known) < len(ranges) or _may_be_filled(scale):
        lows, highs = (min(lows),) * len(ranges), (max(highs),) * len(ranges)
    low, high = sum(lows), sum(highs)
    if scale.composite_method == "mean":
        return low / len(ranges), high / len(ranges)
    return low, high


def _may_be_filled(scale: Scale) -> bool:
    missing = scale.missing
    return missing.method.fill is not None and missing.min_answered < len(scale.components)


def _table_range(scale: Scale, respondent: Respondent) -> Range | None:
    """Return the lowest and highest value of the respondent's table, which need not stand at its
    ends.
    """
    tables = scale.transform.tables if scale.transform is not None else ()
    for table in tables:
        if table.applies_to.fits(*respondent):
            values = [value for value, _ in table.values.values()]
            return min(values), max(values)
    return None


def _ratio_range(instrument: Instrument, scale: Scale, ratio: Ratio) -> Range:
    lowest = [item.lowest for item in instrument.items]
    least = ratio.least(lowest, [item.highest for item in instrument.items])
    steps = scale.transform.steps if scale.transform is not None else None
    return (least, ratio.at_most) if steps is None else steps.between(least, ratio.at_most)


def _between(scale: Scale, ends: Sequence[tuple[Number, Number, Number]]) -> Range:
    """Return the range of a scale whose terms lie between a low and a high end, with a weight."""
    lows = [(low, weight) for low, _, weight in ends]
    highs = [(high, weight) for _, high, weight in ends]
    if scale.aggregation == "max":
        return max(lows)[0], max(highs)[0]
    raw_low, raw_high = (combine(scale, terms) for terms in (lows, highs))
    transform = scale.transform
    if transform is not None and transform.steps is not None:
        return transform.steps.between(*(converted(transform, raw) for raw in (raw_low, raw_high)))
    low, high = headline_of(scale, raw_low), headline_of(scale, raw_high)
    return min(low, high), max(low, high)


def possible_range(instrument: Instrument, scale: Scale, form: Form) -> Range | None:
    """Return the range in which an unscored scale's value must lie, whatever the unanswered items
    would have been.

    None where that is not known: composites, ratios, tables, and scales that lost an item.
    """
    if scale.aggregation in ("composite", "ratio") or not form.lost.isdisjoint(scale.items):
        return None
    if scale.transform is not None and scale.transform.tables:
        return None
    if scale.aggregation == "count":
        reached = count_reached(scale, form)
        return reached, reached + sum(form.values[position] is None for position in scale.items)
    given = form.scores
    lowest = [_or(given[at], item.lowest) for at, item in enumerate(instrument.items)]
    highest = [_or(given[at], item.highest) for at, item in enumerate(instrument.items)]
    ends = [
        (max(lowest[at] for at in left), max(highest[at] for at in left), weight)
        for _, left, weight in _applying(scale, form.excluded)
    ]
    return _between(scale, ends)


def _or(score: Number | None, otherwise: Number) -> Number:
    return otherwise if score is None else score
