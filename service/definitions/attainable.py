"""Which scores a scale can have: the headline values of all complete forms, found without trying every form."""

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, TypeGuard

from service.definitions.parts import Json, Parts, member_object, objects
from service.definitions.steps import answers_in_steps
from service.scoring.instrument import Number

Exact = int | Fraction

# Sums over more steps than this are treated like a continuous scale.
_WIDEST = 5_000


class Scores:
    """Attainable scores: from `low` to `high`, and `values` ascending, or None where any number in between is one.

    The values are worked out when they are asked for: most checks only need the range.
    """

    def __init__(self, low: Exact, high: Exact, find: Callable[[], Iterable[Exact] | None] = lambda: None) -> None:
        self.low, self.high = low, high
        self._find = find

    @cached_property
    def values(self) -> tuple[Exact, ...] | None:
        """The scores that can be listed."""
        found = self._find()
        return None if found is None else tuple(sorted(set(found)))


def exact(number: Any) -> Exact:
    """Return the fraction that a number is written as: 0.1 is 1/10."""
    return number if isinstance(number, int) else Fraction(str(number))


def is_number(value: object) -> TypeGuard[Number]:
    """Tell whether a value is a JSON number."""
    return type(value) in (int, float)


class AttainableScores:
    """The attainable scores of the items and scales of one definition; None where its faults leave them open."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._items: dict[tuple[int, bool], Scores | None] = {}
        self._raw: dict[str, Scores | None] = {}
        self._headline: dict[str, Scores | None] = {}

    def of_item(self, item_id: str) -> Scores | None:
        """Return the keyed scores of an item."""
        response_set = self._parts.response_set_of(item_id)
        if response_set is None:
            return None
        reverse = self._parts.items[item_id].get("reverse") is True
        key = id(response_set), reverse
        if key not in self._items:
            scores = _response_scores(response_set, "score")
            self._items[key] = _reversed(scores) if scores and reverse else scores
        return self._items[key]

    def submitted(self, item_id: str) -> Scores | None:
        """Return the values that may be submitted for an item."""
        response_set = self._parts.response_set_of(item_id)
        return None if response_set is None else _response_scores(response_set, "value")

    def raw(self, scale_id: str) -> Scores | None:
        """Return the sums of a scale's items or components, or its maxima or counts."""
        if scale_id not in self._raw:
            self._raw[scale_id] = None  # ends the recursion of a composite that contains itself
            self._raw[scale_id] = self._find_raw(self._parts.scales[scale_id])
        return self._raw[scale_id]

    def headline(self, scale_id: str) -> Scores | None:
        """Return the values of a scale in its metric."""
        if scale_id not in self._headline:
            self._headline[scale_id] = self._find_headline(scale_id)
        return self._headline[scale_id]

    def total_weight(self, scale: Json) -> Exact | None:
        """Return what the sum of a scale is divided by for its mean."""
        if scale.get("aggregation") == "composite":
            components = member_object(scale, "composite").get("of")
            return len(components) if isinstance(components, list) and components else None
        terms, weights = self._parts.terms(scale), member_object(scale, "weights")
        if not terms or not all(is_number(weight) for weight in weights.values()):
            return None
        return sum(exact(weights.get(group[0], 1)) for group in terms)

    def _find_raw(self, scale: Json) -> Scores | None:
        if scale.get("aggregation") == "composite":
            names = member_object(scale, "composite").get("of")
            if not isinstance(names, list) or any(name not in self._parts.scales for name in names):
                return None
            components = [self.headline(name) for name in names]
            return _sums([part for part in components if part]) if all(components) else None
        terms, weights = self._parts.terms(scale), member_object(scale, "weights")
        if not terms or not all(is_number(weight) for weight in weights.values()):
            return None
        if scale.get("aggregation") == "count":
            return Scores(0, len(terms), lambda: range(len(terms) + 1))
        scores = []
        for group in terms:
            highest = _highest([self.of_item(name) for name in group])
            if highest is None:
                return None
            scores.append(_scaled(highest, exact(weights.get(group[0], 1))))
        return _highest(scores) if scale.get("aggregation") == "max" else _sums(scores)

    def _find_headline(self, scale_id: str) -> Scores | None:
        scale, raw = self._parts.scales[scale_id], self.raw(scale_id)
        divisor = self.total_weight(scale)
        if raw is None or not divisor:
            return None
        method = member_object(scale, "composite").get("method", scale.get("aggregation"))
        if scale.get("metric") == "transformed":
            return self._transformed(member_object(scale, "transform"), raw, divisor)
        return _scaled(raw, Fraction(1) / divisor) if method == "mean" else raw

    def _transformed(self, transform: Json, raw: Scores, divisor: Exact) -> Scores | None:
        if transform.get("type") == "linear":
            factor, offset = transform.get("factor"), transform.get("offset")
            if not (is_number(factor) and is_number(offset)) or transform.get("of") not in ("sum", "mean"):
                return None
            scaled = _scaled(raw, Fraction(exact(factor)) / (divisor if transform["of"] == "mean" else 1))
            return _shifted(scaled, exact(offset))
        values: list[Exact] = []
        for _, table in objects(transform, "tables"):
            rows = table.get("entries")
            for row in rows if isinstance(rows, list) else ():
                values += [exact(row[1])] if isinstance(row, list) and is_number(row[1]) else []
        return _listed(values) if values else None


def _listed(values: Sequence[Exact]) -> Scores:
    return Scores(min(values), max(values), lambda: values)


def _response_scores(response_set: Json, member: str) -> Scores | None:
    """Return what a response set's answers are submitted as (`value`) or worth (`score`)."""
    options = response_set.get("options")
    if isinstance(options, list):
        numbers = [option.get(member, option.get("value")) for option in options if isinstance(option, dict)]
        sound = len(numbers) == len(options) and all(is_number(number) for number in numbers)
        return _listed([exact(number) for number in numbers]) if sound else None
    low, high, step = response_set.get("min"), response_set.get("max"), response_set.get("step", 1)
    if not (is_number(low) and is_number(high)):
        return None
    if step is None:
        return Scores(exact(low), exact(high))
    return _listed([exact(answer) for answer in answers_in_steps(low, high, step)]) if is_number(step) else None


def _reversed(scores: Scores) -> Scores:
    return _shifted(_scaled(scores, -1), scores.low + scores.high)


def _scaled(scores: Scores, factor: Exact) -> Scores:
    if factor == 1:
        return scores
    low, high = sorted((scores.low * factor, scores.high * factor))
    return Scores(low, high, partial(_each, scores, lambda value: value * factor))


def _shifted(scores: Scores, offset: Exact) -> Scores:
    return Scores(scores.low + offset, scores.high + offset, partial(_each, scores, lambda value: value + offset))


def _each(scores: Scores, change: Callable[[Exact], Exact]) -> list[Exact] | None:
    return None if scores.values is None else [change(value) for value in scores.values]


def _highest(group: Sequence[Scores | None]) -> Scores | None:
    """Return the attainable maxima of independent scores."""
    known = [scores for scores in group if scores is not None]
    if not known or len(known) < len(group):
        return None
    if len(known) == 1:
        return known[0]
    floor = max(scores.low for scores in known)

    def find() -> list[Exact] | None:
        if any(scores.values is None for scores in known):
            return None
        return [value for scores in known for value in scores.values or () if value >= floor]

    return Scores(floor, max(scores.high for scores in known), find)


def _sums(terms: Sequence[Scores]) -> Scores:
    """Return the attainable sums of independent scores."""
    low, high = sum(scores.low for scores in terms), sum(scores.high for scores in terms)
    return Scores(low, high, lambda: _list_sums(terms, low, high))


def _list_sums(terms: Sequence[Scores], low: Exact, high: Exact) -> list[Exact] | None:
    """List the sums, with one bit of a long integer for each step above the lowest."""
    listed = [scores.values for scores in terms]
    denominator = math.lcm(*(value.denominator for values in listed for value in values or ()))
    if any(values is None for values in listed) or (high - low) * denominator > _WIDEST:
        return None
    reached = 1
    for values in listed:
        longer = 0
        for value in values or ():
            longer |= reached << int((value - (values or (0,))[0]) * denominator)
        reached = longer
    bits = bin(reached)[:1:-1]
    return [low + Fraction(index, denominator) for index, bit in enumerate(bits) if bit == "1"]
