"""Student's t against published critical values and the closed forms of one and two degrees of
freedom.
"""

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.alliance.student import critical_value, upper_tail

TAILS = st.floats(0.0001, 0.49)
FREEDOM = st.integers(1, 60)

# One-sided level, degrees of freedom, value: the three of sudden gains to 6 decimals, then the
# usual printed table.
PUBLISHED = [
    (0.025, 4, 2.776445, 6),
    (0.025, 3, 3.182446, 6),
    (0.025, 2, 4.302653, 6),
    (0.025, 1, 12.706, 3),
    (0.05, 1, 6.314, 3),
    (0.05, 5, 2.015, 3),
    (0.025, 6, 2.447, 3),
    (0.025, 10, 2.228, 3),
    (0.01, 8, 2.896, 3),
    (0.01, 15, 2.602, 3),
    (0.005, 20, 2.845, 3),
    (0.001, 10, 4.144, 3),
    (0.001, 30, 3.385, 3),
    (0.025, 30, 2.042, 3),
    (0.1, 7, 1.415, 3),
]


@pytest.mark.parametrize(("a", "df", "value", "places"), PUBLISHED)
def test_published_critical_values(a, df, value, places):
    assert round(critical_value(a, df), places) == value
    assert upper_tail(critical_value(a, df), df) == pytest.approx(a, rel=1e-9)


@given(a=TAILS)
def test_one_degree_of_freedom_is_the_cauchy_distribution(a):
    assert critical_value(a, 1) == pytest.approx(math.tan(math.pi * (0.5 - a)), rel=1e-9)


@given(a=TAILS)
def test_two_degrees_of_freedom_have_a_closed_form(a):
    """t = (1 - 2a) sqrt(2 / (4 a (1 - a)))."""
    assert critical_value(a, 2) == pytest.approx(
        (1 - 2 * a) * math.sqrt(2 / (4 * a * (1 - a))), rel=1e-9
    )


@given(t=st.floats(-50, 50), df=FREEDOM)
def test_the_two_tails_make_one(t, df):
    assert upper_tail(t, df) + upper_tail(-t, df) == pytest.approx(1, abs=1e-12)
    assert 0 <= upper_tail(t, df) <= 1


@given(df=FREEDOM)
def test_half_lies_above_the_middle(df):
    assert upper_tail(0.0, df) == 0.5


@given(t=st.floats(0, 20), step=st.floats(0.01, 5), df=FREEDOM)
def test_the_tail_shrinks_outwards(t, step, df):
    assert upper_tail(t + step, df) <= upper_tail(t, df) + 1e-15


@given(t=st.floats(0.5, 6), df=st.integers(1, 59))
def test_tails_get_thinner_with_degrees_of_freedom(t, df):
    assert upper_tail(t, df + 1) <= upper_tail(t, df) + 1e-14


@pytest.mark.parametrize("a", [0.05, 0.025, 0.01])
def test_many_degrees_of_freedom_come_close_to_the_normal_distribution(a):
    """To first order t = z + (z + z^3) / (4 df) (Abramowitz and Stegun 1964, 26.7.5)."""
    z = NormalDist().inv_cdf(1 - a)
    assert critical_value(a, 300) == pytest.approx(z + (z + z**3) / 1200, abs=2e-4)


@pytest.mark.parametrize("df", [1, 2, 7, 300])
@pytest.mark.parametrize("t", [1e9, math.inf, -math.inf, -1e9])
def test_far_out_the_tail_is_empty_or_full(df, t):
    assert upper_tail(t, df) == pytest.approx(0 if t > 0 else 1, abs=1e-9)


@pytest.mark.parametrize("a", [-0.1, 0, 0.5, 0.7, 1, math.nan])
def test_a_probability_that_is_no_small_one_has_no_critical_value(a):
    with pytest.raises(ValueError, match=r"between 0 and 0\.5"):
        critical_value(a, 5)
