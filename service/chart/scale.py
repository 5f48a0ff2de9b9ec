"""From scores to places on the page, and the ticks of their axis."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from service.scoring.wording.words import Words

TICK_STEPS = (1, 2, 2.5, 5, 10)


class Span(NamedTuple):
    """A range of scores, `low` below `high`."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Return where a value lies, 0 at the low end to 1 at the high end; what is outside lies at
        the end.

        Halving first keeps ranges as wide as the largest numbers finite.
        """
        return min(max((value / 2 - self.low / 2) / (self.high / 2 - self.low / 2), 0.0), 1.0)


def span_of(values: Iterable[float]) -> Span:
    """Return the range of the data; about a single value there is as much room above as below."""
    known = list(values) or [0.0]
    low, high = float(min(known)), float(max(known))
    if low < high:
        return Span(low, high)
    room = max(1.0, abs(low) / 10)
    return Span(low - room, high + room)


def ticks(span: Span, count: int) -> list[float]:
    """Return round values within a range, about as many as asked for, and both of its ends."""
    step = _round_step((span.high / 2 - span.low / 2) / count * 2)
    first = math.ceil(span.low / step)
    inner = [position * step for position in range(first, math.floor(span.high / step) + 1)]
    apart = 0.55 * step
    return [
        span.low,
        *(value for value in inner if value - span.low > apart and span.high - value > apart),
        span.high,
    ]


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next((step for step in TICK_STEPS if step * power >= rough * 0.999), 10)


_OPERATORS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def compared(op: str, value: float, language: Words) -> str:
    """Write a cut-off, as ≥ 10."""
    return f"{_OPERATORS.get(op, op)} {figure(value, language)}"


def figure(value: float, language: Words) -> str:
    """Write a score as a person who speaks a language does."""
    return language.number(shown(value))


def shown(value: float) -> str:
    """Write a score as a person does: at most four digits."""
    return f"{value:.4g}" if abs(value) < 1000 or abs(value) >= 100_000 else f"{value:.0f}"
