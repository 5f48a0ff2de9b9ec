"""Which scores a scale can have: the headline values of all complete forms, found without trying
every form.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise
from typing import Any, TypeGuard

from service.definitions.build.steps import (
    LONGEST_RESPONSE_SET,
    answers_in_steps,
    number_of_steps,
)
from service.definitions.checks.parts import Json, Parts, member_object, objects
from service.scoring.instrument import Number
from service.scoring.recoding.clock import MINUTES_OF_A_DAY

Exact = int | Fraction

# Sums over more steps than this are treated like a continuous scale.
_WIDEST = 20_000


class Scores:
    """Attainable scores: from `low` to `high`, in equal steps of which not every one need be a
    score.

    Bit k of `bits` says that low + k * unit is a score. Without bits any number in the range is
    one.
    """

    def __init__(self, low: Exact, high: Exact, unit: Exact = 1, bits: int | None = None) -> None:
        self.low, self.high, self.unit, self.bits = low, high, unit, bits

    @property
    def values(self) -> tuple[Exact, ...] | None:
        """The scores, ascending, where they can be listed."""
        return None if self.bits is None else tuple(self._listed(self.bits))

    def __contains__(self, value: Exact) -> bool:
        """Tell whether a form can have this score."""
        if self.bits is None or not self.low <= value <= self.high:
            return self.low <= value <= self.high
        steps = Fraction(value - self.low) / self.unit
        return steps.denominator == 1 and bool(self.bits >> int(steps) & 1)

    def outside(self, ranges: Iterable[tuple[Exact, Exact]], most: int = 6) -> list[Exact]:
        """Return the lowest scores, where they can be listed, that lie in none of the ranges (both
        ends inclusive).
        """
        left = self.bits or 0
        for low, high in ranges:
            first = max(0, math.ceil((low - self.low) / self.unit))
            last = math.floor((min(high, self.high) - self.low) / self.unit)
            if first <= last:
                left &= ~(((1 << (last - first + 1)) - 1) << first)
        return list(islice(self._listed(left), most))

    def reaches(self, low: Exact, high: Exact) -> bool:
        """Tell whether some score lies between two numbers, both inclusive."""
        if self.bits is None:
            return low <= self.high and high >= self.low
        first = max(0, math.ceil((low - self.low) / self.unit))
        last = math.floor((min(high, self.high) - self.low) / self.unit)
        return first <= last and bool(self.bits >> first & ((1 << (last - first + 1)) - 1))

    def around(self, limit: Exact, *, limit_is_above: bool) -> list[Exact]:
        """Return the scores next to a limit, which itself belongs to those above it or to those
        below; only the limit where scores cannot be listed.
        """
        if self.bits is None:
            return [limit]
        place = Fraction(limit - self.low) / self.unit
        first_above = math.ceil(place) if limit_is_above else math.floor(place) + 1
        first_above = min(max(first_above, 0), self.bits.bit_length())
        below = self.bits & ((1 << first_above) - 1)
        above = self.bits >> first_above << first_above
        lowest_above = (above & -above).bit_length() - 1
        found = [below.bit_length() - 1] if below else []
        found += [lowest_above] if above else []
        return [self.low + index * self.unit for index in found]

    def always(self, op: object, value: Exact) -> bool | None:
        """Return what a comparison says of every score, None where it divides them."""
        reached = {
            "<": (self.high < value, self.low >= value),
            "<=": (self.high <= value, self.low > value),
            ">": (self.low > value, self.high <= value),
            ">=": (self.low >= value, self.high < value),
        }
        every, none = reached.get(str(op), (False, False))
        return every if every or none else None

    def wording(self) -> str:
        """Return from where to where the scores go."""
        return f"from {shown(self.low)} to {shown(self.high)}"

    def scaled(self, factor: Exact) -> "Scores":
        """Return every score times a factor other than 0."""
        if factor > 0:
            return Scores(self.low * factor, self.high * factor, self.unit * factor, self.bits)
        # The lowest and the highest bit are set, so that turning the bits around keeps their
        # number.
        turned = None if self.bits is None else int(bin(self.bits)[:1:-1], 2)
        return Scores(self.high * factor, self.low * factor, -self.unit * factor, turned)

    def shifted(self, offset: Exact) -> "Scores":
        """Return every score plus an offset."""
        return Scores(self.low + offset, self.high + offset, self.unit, self.bits)

    def _listed(self, bits: int) -> Iterator[Exact]:
        for index, bit in enumerate(bin(bits)[:1:-1]):
            if bit == "1":
                yield self.low + index * self.unit


def exact(number: Any) -> Exact:
    """Return the fraction that a number is written as: 0.1 is 1/10."""
    return number if isinstance(number, int) else Fraction(str(number))


def shown(value: Any) -> str:
    """Return a number as an author would write it."""
    return f"{float(value):g}"


def some(values: Sequence[Exact]) -> str:
    """Return the first five of several numbers."""
    return ", ".join(shown(value) for value in values[:5]) + (" ..." if len(values) > 5 else "")


def is_number(value: object) -> TypeGuard[Number]:
    """Tell whether a value is a JSON number."""
    return type(value) in (int, float)


class AttainableScores:
    """The attainable scores of the items and scales of one definition; None where its faults leave
    them open.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._items: dict[tuple[int, bool], Scores | None] = {}
        self._submitted: dict[int, Scores | None] = {}
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
        if response_set is None:
            return None
        if id(response_set) not in self._submitted:
            self._submitted[id(response_set)] = _response_scores(response_set, "value")
        return self._submitted[id(response_set)]

    def raw(self, scale_id: str) -> Scores | None:
        """Return the sums of a scale's items or components, or its maxima or counts."""
        if scale_id not in self._raw:
            self._raw[scale_id] = None  # ends the recursion of a composite that contains itself
            self._raw[scale_id] = self._find_raw(self._parts.scales[scale_id])
        return self._raw[scale_id]

    def in_steps(self, scale_id: str) -> Scores | None:
        """Return the sums, means or ratios that a scale recodes in steps."""
        scale, raw = self._parts.scales[scale_id], self.raw(scale_id)
        if raw is None or member_object(scale, "transform").get("of") != "mean":
            return raw
        divisor = self.total_weight(scale)
        return raw.scaled(Fraction(1) / divisor) if divisor else None

    def headline(self, scale_id: str) -> Scores | None:
        """Return the values of a scale in its metric."""
        if scale_id not in self._headline:
            self._headline[scale_id] = self._find_headline(scale_id)
        return self._headline[scale_id]

    def headline_or_none(self, scale_id: object) -> Scores | None:
        """Return the same, None for what is no scale."""
        known = isinstance(scale_id, str) and scale_id in self._parts.scales
        return self.headline(str(scale_id)) if known else None

    def total_weight(self, scale: Json) -> Exact | None:
        """Return what the sum of a scale is divided by for its mean."""
        if scale.get("aggregation") == "composite":
            components = member_object(scale, "composite").get("of")
            return len(components) if isinstance(components, list) and components else None
        terms = self._weighted_terms(scale)
        return None if terms is None else sum(weight for _, weight in terms)

    def _weighted_terms(self, scale: Json) -> list[tuple[list[str], Exact]] | None:
        """Return the item ids of each term with its weight, None where they are not all known."""
        terms, weights = self._parts.terms(scale), member_object(scale, "weights")
        if not terms or not all(is_number(weight) for weight in weights.values()):
            return None
        return [(group, exact(weights.get(group[0], 1))) for group in terms]

    def _find_raw(self, scale: Json) -> Scores | None:
        aggregation = scale.get("aggregation")
        if aggregation == "composite":
            return self._of_components(member_object(scale, "composite").get("of"))
        if aggregation == "ratio":
            return self._of_ratio(member_object(scale, "ratio"))
        terms = self._weighted_terms(scale)
        if terms is None:
            return None
        if aggregation == "count":
            return _listed(range(len(terms) + 1))
        scores = []
        for term, (group, weight) in zip(scale["items"], terms, strict=True):
            highest = _highest([self.of_item(name) for name in group], _enough(term, len(group)))
            if highest is None:
                return None
            scores.append(highest.scaled(weight))
        return _highest(scores) if aggregation == "max" else _sums(scores)

    def _of_ratio(self, ratio: Json) -> Scores | None:
        """Return the ratios from the least to the highest that can be."""
        of, to, times = self.of_item(str(ratio.get("of"))), ratio.get("to"), ratio.get("times", 1)
        below = self.of_item(to) if isinstance(to, str) else None
        longest = Fraction(MINUTES_OF_A_DAY - 1, 60) if below is None else Fraction(below.high)
        high = ratio.get("at_most")
        if of is None or not longest > 0 or not (is_number(times) and is_number(high)):
            return None
        low = exact(times) * of.low / longest
        return Scores(low, exact(high)) if low < exact(high) else None

    def _of_components(self, names: object) -> Scores | None:
        if not isinstance(names, list) or any(name not in self._parts.scales for name in names):
            return None
        components = [self.headline(name) for name in names]
        return _sums([part for part in components if part]) if all(components) else None

    def _find_headline(self, scale_id: str) -> Scores | None:
        scale, raw = self._parts.scales[scale_id], self.raw(scale_id)
        is_ratio = scale.get("aggregation") == "ratio"
        divisor = 1 if is_ratio else self.total_weight(scale)
        if raw is None or not divisor:
            return None
        method = member_object(scale, "composite").get("method", scale.get("aggregation"))
        if member_object(scale, "transform").get("type") == "steps":
            recoded = self.in_steps(scale_id)
            return recoded and _worths(scale["transform"].get("steps"), recoded)
        if scale.get("metric") == "transformed":
            return _transformed(member_object(scale, "transform"), raw, divisor)
        return raw.scaled(Fraction(1) / divisor) if method == "mean" else raw


def _transformed(transform: Json, raw: Scores, divisor: Exact) -> Scores | None:
    """Return what a transform makes of sums, or of means, which are sums over the divisor."""
    if transform.get("type") != "linear":
        return _tabulated(transform)
    factor, offset, of = (transform.get(member) for member in ("factor", "offset", "of"))
    if not (is_number(factor) and is_number(offset)) or of not in ("sum", "mean"):
        return None
    whole = Fraction(exact(factor)) / (divisor if of == "mean" else 1)
    return raw.scaled(whole).shifted(exact(offset)) if whole else None


def _tabulated(transform: Json) -> Scores | None:
    """Return the values in all tables of a transform."""
    values: list[Exact] = []
    for _, table in objects(transform, "tables"):
        rows = table.get("entries")
        if not isinstance(rows, list):
            return None
        if not all(isinstance(row, list) and is_number(row[1]) for row in rows):
            return None
        values += [exact(row[1]) for row in rows]
    return _listed(values) if values else None


def _listed(values: Collection[Exact]) -> Scores:
    low, high = min(values), max(values)
    unit = _common_unit(value - low for value in values)
    if (high - low) / unit > _WIDEST:
        return Scores(low, high)
    bits = 0
    for value in values:
        bits |= 1 << int((value - low) / unit)
    return Scores(low, high, unit, bits)


def _common_unit(numbers: Iterable[Exact]) -> Fraction:
    """Return the largest number that divides them all; 1 where all are 0."""
    distances = [number for number in numbers if number]
    denominator = math.lcm(*(number.denominator for number in distances))
    return Fraction(
        math.gcd(*(int(number * denominator) for number in distances)) or 1, denominator
    )


def _response_scores(response_set: Json, member: str) -> Scores | None:
    """Return what a response set's answers are submitted as (`value`) or worth (`score`)."""
    options = response_set.get("options")
    if isinstance(options, list):
        return _option_scores(options, member)
    low, high, step = response_set.get("min"), response_set.get("max"), response_set.get("step", 1)
    if not (is_number(low) and is_number(high)) or low >= high:
        return None
    if step is None:
        every = Scores(exact(low), exact(high))
        recode = response_set.get("recode") if member == "score" else None
        return every if recode is None else _worths(recode, every)
    steps = number_of_steps(low, high, step) if is_number(step) else None
    if steps is None or steps > LONGEST_RESPONSE_SET:  # not told beside a fault of a label
        return None
    return _listed([exact(answer) for answer in answers_in_steps(low, high, step)])


def answers_of(response_set: Json) -> Scores | None:
    """Return the answers of a response set as they are submitted."""
    return _response_scores(response_set, "value")


def _worths(steps: object, raw: Scores) -> Scores | None:
    """Return what scores are worth that a recoding in steps converts."""
    placed = placed_on(steps, raw)
    reached = [exact(step["worth"]) for step, scores in placed if scores]
    return _listed(reached) if reached else None


def placed_on(steps: object, raw: Scores) -> list[tuple[Json, Sequence[Exact]]]:
    """Return each step of a recoding with the scores on it: where they cannot be listed one at
    most, none where no score is on it. None at all where a step is not sound.
    """
    if not isinstance(steps, list) or not all(map(_is_step, steps)):
        return []
    values = raw.values
    if values is None:
        limits = [exact(_limit(step)) for step in steps[1:]]
        middles = [(one + other) / Fraction(2) for one, other in pairwise(limits)]
        within = [at for at in (*limits, *middles) if raw.low <= at <= raw.high]
        values = tuple(sorted({raw.low, *within, raw.high}))
    found: list[list[Exact]] = [[] for _ in steps]
    for value in values:
        found[sum(_reaches(step, value) for step in steps[1:])].append(value)
    return list(zip(steps, found, strict=True))


def _is_step(step: object) -> TypeGuard[Json]:
    return isinstance(step, dict) and all(map(is_number, step.values())) and "worth" in step


def _limit(step: Json) -> Any:
    return step.get("above", step.get("at_least"))


def _reaches(step: Json, value: Exact) -> bool:
    limit = exact(_limit(step))
    return value > limit if "above" in step else value >= limit


def _option_scores(options: Sequence[Any], member: str) -> Scores | None:
    if not all(isinstance(option, dict) for option in options):
        return None
    counting = [option for option in options if option.get("missing") is not True]
    numbers = [option.get(member, option.get("value")) for option in counting]
    sound = bool(numbers) and all(is_number(number) for number in numbers)
    return _listed([exact(number) for number in numbers]) if sound else None


def _reversed(scores: Scores) -> Scores:
    return scores.scaled(-1).shifted(scores.low + scores.high)


def _highest(group: Sequence[Scores | None], least: int | None = None) -> Scores | None:
    """Return the attainable maxima of independent scores, of which `least` (all, unless told) are
    enough.
    """
    known = [scores for scores in group if scores is not None]
    if not known or len(known) < len(group):
        return None
    if len(known) == 1:
        return known[0]
    floor = sorted(scores.low for scores in known)[(least or len(known)) - 1]
    return _union(known, floor)


def _union(known: Sequence[Scores], floor: Exact) -> Scores:
    """Return all scores from a floor on that one of several has."""
    top = max(scores.high for scores in known)
    distances = [scores.low - floor for scores in known]
    unit = _common_unit([*(scores.unit for scores in known), *distances])
    if any(scores.bits is None for scores in known) or (top - floor) / unit > _WIDEST:
        return Scores(floor, top)
    reached = 0
    for scores, distance in zip(known, distances, strict=True):
        spread, start = _spread(scores.bits or 0, int(scores.unit / unit)), int(distance / unit)
        reached |= spread << start if start >= 0 else spread >> -start
    return Scores(floor, top, unit, reached)


def _enough(term: Any, n_items: int) -> int:
    """Return how many answers are enough for a term."""
    least = term.get("min_answered", 1) if isinstance(term, dict) else 1
    return min(least, n_items) if type(least) is int and least > 0 else n_items


def _spread(bits: int, stride: int) -> int:
    """Return bits with so many places from one to the next."""
    if stride == 1:
        return bits
    return sum(1 << at * stride for at, bit in enumerate(bin(bits)[:1:-1]) if bit == "1")


def _sums(terms: Sequence[Scores]) -> Scores:
    """Return the attainable sums of independent scores."""
    low, high = sum(scores.low for scores in terms), sum(scores.high for scores in terms)
    unit = _common_unit(scores.unit for scores in terms)
    if any(scores.bits is None for scores in terms) or (high - low) / unit > _WIDEST:
        return Scores(low, high)
    reached = 1
    for scores in terms:
        stride = int(scores.unit / unit)
        longer = 0
        for index, bit in enumerate(bin(scores.bits or 0)[:1:-1]):
            if bit == "1":
                longer |= reached << index * stride
        reached = longer
    return Scores(low, high, unit, reached)
