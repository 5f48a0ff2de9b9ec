"""Adding and comparing without the drift of binary fractions."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.scoring.sums import exact_sum, meets


@pytest.mark.parametrize(
    ("numbers", "total"),
    [
        ((), 0),
        ((1, 2, 3), 6),
        ((9.7, 9.6, 9.4, 7.3), 36),
        ((9.9, 9.8, 9.6, 6.7), 36),
        ((0.1,) * 10, 1),
        ((0.5, 0.5), 1),
        ((1.0,), 1),
        ((0.1, 0.2), 0.3),
        ((-0.5, 0.5), 0),
    ],
)
def test_decimals_add_up_to_what_they_are_written_as(numbers, total):
    """Added up one by one the first two would be 35.99999999999999 and 36.00000000000001."""
    found = exact_sum(numbers)
    assert found == pytest.approx(total, rel=1e-15)
    assert type(found) is type(total)


def test_a_generator_is_added_up_once():
    assert exact_sum(number / 10 for number in (1, 2, 3)) == 0.6


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=4))
def test_lines_marked_to_a_hundredth_add_up_to_the_last_digit(hundredths):
    found = exact_sum(number / 100 for number in hundredths)
    assert found == pytest.approx(float(Fraction(sum(hundredths), 100)), rel=3e-16)
    assert meets(found, "==", float(Fraction(sum(hundredths), 100)))


@given(st.lists(st.integers(-(10**6), 10**6), max_size=20))
def test_whole_numbers_stay_whole(numbers):
    found = exact_sum(numbers)
    assert found == sum(numbers)
    assert type(found) is int


def test_the_order_does_not_matter():
    numbers = [0.1, 0.7, 1e-9, 12.3, 0.2, 100.0]
    assert exact_sum(numbers) == exact_sum(reversed(numbers)) == math.fsum(numbers)


EQUAL = [
    (10, 10),
    (10.0, 10),
    (10.000000000000002, 10),
    (9.999999999999998, 10),
    (3.4 - 2.7, 0.7),
    (1e-15, 0),
]
BELOW = [(9, 10), (9.999, 10), (9.9999999, 10), (-1, 0), (0.69, 0.7)]


@pytest.mark.parametrize(("score", "threshold"), EQUAL)
def test_a_score_within_rounding_of_the_threshold_equals_it(score, threshold):
    met = {op: meets(score, op, threshold) for op in ("==", "!=", "<", "<=", ">", ">=")}
    assert met == {"==": True, "!=": False, "<": False, "<=": True, ">": False, ">=": True}


@pytest.mark.parametrize(("score", "threshold"), BELOW)
def test_a_score_below_the_threshold_is_below(score, threshold):
    met = {op: meets(score, op, threshold) for op in ("==", "!=", "<", "<=", ">", ">=")}
    assert met == {"==": False, "!=": True, "<": True, "<=": True, ">": False, ">=": False}
    met = {op: meets(threshold, op, score) for op in ("==", "!=", "<", "<=", ">", ">=")}
    assert met == {"==": False, "!=": True, "<": False, "<=": False, ">": True, ">=": True}
