"""Recodings in steps: which step a number is on, and what a range of numbers may be worth."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.scoring.form.working import steps_in_words
from service.scoring.recoding.clock import CLOCK, clock_of, hours_between
from service.scoring.recoding.ratio import Ratio
from service.scoring.recoding.steps import Step, Steps

MIXED = Steps(9, (Step(1, 5), Step(2, 7, above=True), Step(4, 0)))


@pytest.mark.parametrize(
    ("number", "worth"),
    [(-1, 9), (0.999, 9), (1, 5), (2, 5), (2.001, 7), (3.999, 7), (4, 0), (100, 0)],
)
def test_a_limit_is_on_the_step_that_it_is_named_for(number, worth):
    assert MIXED.worth_of(number) == worth


def test_binary_fractions_reach_the_limit_that_their_decimals_reach():
    """0.1 + 0.2 is 0.3, and 3.4 - 2.7 is 0.7, whichever side binary falls on."""
    assert Steps(0, (Step(0.3, 1, above=True),)).worth_of(0.1 + 0.2) == 0
    assert Steps(0, (Step(0.7, 1),)).worth_of(3.4 - 2.7) == 1


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 0.5, (9, 9)),
        (0, 1, (5, 9)),
        (1, 2, (5, 5)),
        (2, 2.5, (5, 7)),
        (2.5, 3, (7, 7)),
        (0, 100, (0, 9)),
        (1, 4, (0, 7)),
        (2, 4, (0, 7)),  # from 2 on there are numbers above 2
    ],
)
def test_the_least_and_the_most_of_a_range(low, high, expected):
    assert MIXED.between(low, high) == expected


numbers = st.fractions(0, 6, max_denominator=20).map(float)


@given(numbers, numbers, numbers)
def test_what_a_number_is_worth_lies_between_those_of_its_range(one, two, three):
    low, number, high = sorted([one, two, three])
    least, most = MIXED.between(low, high)
    assert least <= MIXED.worth_of(number) <= most


def test_every_minute_of_the_day_is_a_clock_time():
    assert list(CLOCK.values()) == list(range(1440))
    assert (CLOCK["00:00"], CLOCK["09:05"], CLOCK["23:59"]) == (0, 545, 1439)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23:15", "23:15"),
        ("23:15:00", "23:15"),
        ("00:00", "00:00"),
        ("23:15:01", None),
        ("23:15:00.0", None),
        ("24:00", None),
        ("7:05", None),
        ("07:5", None),
        ("07.05", None),
        ("11:30 pm", None),
        ("23:15:00Z", None),
        ("", None),
    ],
)
def test_a_text_is_a_clock_time_or_it_is_none(text, expected):
    assert clock_of(text) == expected


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_hours_go_round_the_clock_once_at_most(start, end):
    hours = hours_between(start, end)
    assert 0 <= hours < 24
    assert (start + round(60 * hours)) % 1440 == end
    assert (hours == 0) is (start == end)


def test_a_ratio_of_two_items():
    ratio = Ratio(0, (1,), 10, 25)
    assert ratio.value([3, 2]) == 15
    assert ratio.value([5, 2]) == 25
    assert ratio.value([5.01, 2]) is None
    assert ratio.value([0, 2]) == 0
    assert ratio.value([3, 0]) is None
    assert ratio.least([1, 0], [9, 5]) == 2
    assert Ratio(1, (0,), 10, 25).least([0, 3], [5, 9]) == 6


def test_a_ratio_over_hours():
    ratio = Ratio(0, (1, 2), 100, 100)
    assert ratio.value([8, 1380, 420]) == 100
    assert ratio.value([8, 420, 420]) is None
    assert ratio.value([8.01, 1380, 420]) is None
    assert ratio.least([0, 0, 0], [24, 1439, 1439]) == 0
    # At the longest 23 hours and 59 minutes, of which 4 are 16.678 %.
    assert ratio.least([4, 0, 0], [24, 1439, 1439]) == pytest.approx(16.678249)


@given(st.integers(1, 1439), st.integers(1, 24 * 60))
def test_a_ratio_over_hours_is_that_of_exact_fractions(minutes, slept):
    exact = 100 * Fraction(slept, 60) / Fraction(minutes, 60)
    found = Ratio(0, (1, 2), 100, 100).value([slept / 60, 0, minutes])
    assert (found is None) is (exact > 100)
    assert found is None or found == pytest.approx(float(exact), rel=1e-12)


def test_limits_are_told_to_their_last_digit():
    steps = Steps(0, (Step(1234567, 0.1234567), Step(12345678.5, 2, above=True)))
    told = "0 below, 0.1234567 from 1234567, 2 above 12345678.5"
    assert steps_in_words(steps) == told
