"""The axis of a course: by number, or true to time."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.chart.course.axis import MARGIN, axis_of


def dated(*dates: str | None) -> list[dict[str, Any]]:
    return [{"number": at, "date": one} for at, one in enumerate(dates, 1)]


def test_a_gap_is_as_long_as_it_was():
    """One week, then four: 400 px are 35 days."""
    axis = axis_of(dated("2026-01-05", "2026-01-12", "2026-02-09"), 0, 400 + 2 * MARGIN)
    assert [axis.x(number) for number in (1, 2, 3)] == pytest.approx(
        [MARGIN, MARGIN + 80, MARGIN + 400]
    )


@pytest.mark.parametrize(
    "dates",
    [
        ("2026-01-05", None, "2026-02-09"),
        ("2026-01-05", "2026-01-05", "2026-02-09"),
        ("2026-01-05",),
        (None, None),
    ],
    ids=["one unknown", "two on a day", "one session", "none"],
)
def test_without_a_date_for_each_session_numbers_make_the_axis(dates: Any):
    assert axis_of(dated(*dates), 0, 400).days is None


@given(st.lists(st.dates(date(1, 1, 1)), min_size=2, max_size=40, unique=True))
def test_dates_stand_in_order_with_room_between_them(days: list[date]):
    axis = axis_of(dated(*(day.isoformat() for day in sorted(days))), 66, 584)
    ticks = list(axis.dates())
    assert len(ticks) <= 11
    assert all(66 <= x <= 584 for x, _ in ticks)
    assert all(there - here >= len(label) * 6 for (here, label), (there, _) in pairwise(ticks))


def test_months_stand_at_their_first_day():
    """360 days on 360 px: 1 March, the 60th day of the year, stands 59 px from the start."""
    end = (date(2026, 1, 1) + timedelta(360)).isoformat()
    axis = axis_of(dated("2026-01-01", end), 0, 360 + 2 * MARGIN)
    assert ("2026-03", 59) in [(label, round(x - MARGIN)) for x, label in axis.dates()]
