"""Answers of a range in equal steps, computed in decimal so that 0.1 + 0.2 is 0.3."""

from decimal import Decimal
from fractions import Fraction

from service.scoring.instrument import Number

LONGEST_RESPONSE_SET = 201
"""Most answers that one response set may list: a line of 100 in steps of 0.5."""


def number_of_steps(low: Number, high: Number, step: Number) -> int | None:
    """Return how many answers there are from low to high; None where no step reaches high."""
    distance, remainder = divmod(Fraction(str(high)) - Fraction(str(low)), Fraction(str(step)))
    return None if remainder else distance + 1


def answers_in_steps(low: Number, high: Number, step: Number) -> list[Number]:
    """Return the answers from low to high; whole numbers are integers."""
    count = number_of_steps(low, high, step) or 0
    exact = (Decimal(str(low)) + index * Decimal(str(step)) for index in range(count))
    return [int(value) if value == value.to_integral_value() else float(value) for value in exact]
