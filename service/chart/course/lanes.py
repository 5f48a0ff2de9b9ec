"""The rows of signs above the main panel: each rater's signals, and what became of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from service.chart.course.marks import REACH, RETURNS, SIGNALS, meaning, sign
from service.chart.course.notes import new_phases
from service.chart.course.traces import RATERS
from service.chart.scale import Sessions
from service.chart.svg import line, tip, words

HEIGHT = 22.0

Choose = Callable[[Sequence[tuple[int, str]]], tuple[int, str]]


class Mark(NamedTuple):
    """A sign for a session, or for sessions `first` to `last` where there is no room for one each.

    It stands at `first`, so that signs never lie over each other; `session` is the one that it was
    chosen from.
    """

    name: str
    session: int
    first: int
    last: int

    @property
    def text(self) -> str:
        """What the sign says, in words."""
        if self.first == self.last:
            return f"Session {self.session}: {meaning(self.name)}"
        return f"Sessions {self.first} to {self.last}; session {self.session}: {meaning(self.name)}"


class Lane(NamedTuple):
    """One row of signs."""

    label: str
    marks: tuple[Mark, ...]
    guides: bool


def lanes(report: Mapping[str, Any], sessions: Sessions) -> list[Lane]:
    """Return the rows that hold any sign: signals first, below them the returns of the same
    rater.
    """
    rows = []
    ends = _ends(report)
    for rater, name in RATERS.items():
        told = [(one["number"], one["signal"][rater]) for one in report["sessions"]]
        signals = [(number, signal) for number, signal in told if signal in SIGNALS]
        returns = [
            (number, repair["state"])
            for number, one in zip(ends, report["sessions"], strict=True)
            for repair in one["repairs"]
            if repair["perspective"] == rater and repair["state"] in RETURNS
        ]
        if signals:
            rows.append(Lane(name, _placed(signals, sessions, _worst), True))
        if returns:
            rows.append(Lane("after that", _placed(returns, sessions, _latest), False))
    return rows


def _ends(report: Mapping[str, Any]) -> list[int]:
    """Return where what ended with each session stands: with another therapist, at the last session
    before.
    """
    numbers = [one["number"] for one in report["sessions"]]
    changes = set(new_phases(report))
    return [numbers[at - 1] if number in changes else number for at, number in enumerate(numbers)]


def _worst(found: Sequence[tuple[int, str]]) -> tuple[int, str]:
    return max(found, key=lambda one: SIGNALS.index(one[1]))


def _latest(found: Sequence[tuple[int, str]]) -> tuple[int, str]:
    return found[-1]


def _placed(
    found: Sequence[tuple[int, str]], sessions: Sessions, choose: Choose
) -> tuple[Mark, ...]:
    """Return one sign for each session, or one for several where signs would lie over each
    other.
    """
    groups: list[list[tuple[int, str]]] = []
    for one in found:
        if groups and (one[0] - groups[-1][0][0]) * sessions.pitch < 2 * REACH:
            groups[-1].append(one)
        else:
            groups.append([one])
    marks = []
    for group in groups:
        number, name = choose(group)
        marks.append(Mark(name, number, group[0][0], group[-1][0]))
    return tuple(marks)


def draw_lane(lane: Lane, sessions: Sessions, y: float) -> Iterator[str]:
    """Yield one row of signs with its name before it; a bar spans the sessions that share a
    sign.
    """
    yield words(lane.label, sessions.left - 8, y + 4, "quiet", "end")
    for mark in lane.marks:
        if mark.first != mark.last:
            yield line(
                "sign dark",
                sessions.x(mark.first),
                y + REACH + 1.5,
                sessions.x(mark.last),
                y + REACH + 1.5,
            )
        yield sign(mark.name, sessions.x(mark.first), y, tip(mark.text))
