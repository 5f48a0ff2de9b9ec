"""The axis of a course: where each session stands, by its number or, where all are dated, by its
date.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

Json = Mapping[str, Any]
MARGIN = 16.0
"""How far the first and the last session are from the ends of an axis of dates, in pixels."""
_DAY_STEPS = (1, 2, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 120_000)
_DAY_ROOM, _MONTH_ROOM = 70.0, 54.0
"""Room that a date and a month need, in pixels."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The places of sessions between two ends on the page. `numbers` and `places` ascend; between
    them places are in proportion. `pitch` is how far apart sessions are at least; `days` are the
    ordinals of their dates on an axis of dates.
    """

    numbers: tuple[int, ...]
    places: tuple[float, ...]
    left: float
    right: float
    pitch: float
    days: tuple[int, ...] | None = None

    @property
    def first(self) -> int:
        """Return the number of the first session."""
        return self.numbers[0]

    @property
    def last(self) -> int:
        """Return the number of the last session."""
        return self.numbers[-1]

    def x(self, session: float) -> float:
        """Return the place of a session, kept on the axis: half a session before the first is its
        left end.
        """
        numbers, places = self.numbers, self.places
        edge = self.pitch if self.days is None else 2 * MARGIN
        if session <= numbers[0]:
            return max(places[0] - (numbers[0] - session) * edge, self.left)
        if session >= numbers[-1]:
            return min(places[-1] + (session - numbers[-1]) * edge, self.right)
        at = bisect_right(numbers, session) - 1
        share = (session - numbers[at]) / (numbers[at + 1] - numbers[at])
        return places[at] + share * (places[at + 1] - places[at])

    def labelled(self) -> Iterator[int]:
        """Yield the session numbers to write below the axis: every one, or as many as have room,
        round ones where numbers are evenly spaced.
        """
        room = 7 * len(str(self.last)) + 8
        if self.days is None:
            yield from self._round(room)
            return
        end = float("-inf")
        for number, place in zip(self.numbers, self.places, strict=True):
            if place - end >= room:
                yield number
                end = place

    def _round(self, room: float) -> Iterator[int]:
        every = self._every(room)
        if (
            self.first % every
            and self.x(self.first - self.first % every + every) - self.x(self.first) >= room
        ):
            yield self.first
        yield from range(self.first + -self.first % every, self.last + 1, every)

    def _every(self, room: float) -> int:
        every = 1
        for power in range(len(str(self.last)) + 1):
            for step in (1, 2, 5):
                every = int(step * 10**power)
                if every * self.pitch >= room:
                    return every
        return every

    def dates(self) -> Iterator[tuple[float, str]]:
        """Yield the dates to write below an axis of dates, each with its place: days where they
        have room, else the first of months.
        """
        if self.days is None:
            return
        first, last = self.days[0], self.days[-1]
        scale = (self.places[-1] - self.places[0]) / (last - first)
        for day, label in _ticks(first, last, scale):
            yield self.places[0] + (day - first) * scale, label


def _ticks(first: int, last: int, scale: float) -> Iterator[tuple[int, str]]:
    for step in _DAY_STEPS:
        if step * scale >= _DAY_ROOM:
            for day in range(first, last + 1, step):
                yield day, date.fromordinal(day).isoformat()
            return
    months = next(one for one in _MONTH_STEPS if one * 28 * scale >= _MONTH_ROOM)
    begun = date.fromordinal(first)
    month = begun.year * 12 + begun.month - 1
    month += -month % months
    while month // 12 <= date.max.year:
        day = date(month // 12, month % 12 + 1, 1).toordinal()
        if day > last:
            return
        if day >= first:
            yield day, f"{month // 12:04}-{month % 12 + 1:02}"
        month += months


def axis_of(sessions: Sequence[Json], left: float, right: float) -> Axis:
    """Return the axis of a course: of dates where every session has a later one than that before,
    else of session numbers.
    """
    numbers = tuple(one["number"] for one in sessions)
    dates = [one["date"] for one in sessions]
    if len(dates) > 1 and None not in dates:
        days = tuple(date.fromisoformat(one).toordinal() for one in dates)
        if all(one < other for one, other in pairwise(days)):
            return _by_date(numbers, days, left, right)
    return by_number(numbers[0], numbers[-1], left, right)


def _by_date(numbers: tuple[int, ...], days: tuple[int, ...], left: float, right: float) -> Axis:
    scale = (right - left - 2 * MARGIN) / (days[-1] - days[0])
    places = tuple(left + MARGIN + (day - days[0]) * scale for day in days)
    pitch = min(there - here for here, there in pairwise(places))
    return Axis(numbers, places, left, right, pitch, days)


def by_number(first: int, last: int, left: float, right: float) -> Axis:
    """Return an axis of session numbers."""
    pitch = (right - left) / (last - first + 1)
    ends = (first, last) if last > first else (first,)
    places = tuple(left + (number - first + 0.5) * pitch for number in ends)
    return Axis(ends, places, left, right, pitch)
