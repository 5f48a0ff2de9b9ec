"""The rows of signs above the main panel: each rater's signals, and what became of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from service.chart.course.axis import Axis
from service.chart.course.marks import REACH, RETURNS, SIGNALS, meaning, sign, spot
from service.chart.course.notes import new_phases
from service.chart.course.traces import Trace
from service.chart.svg import line, tip, words
from service.scoring.wording.words import Words

Json = Mapping[str, Any]
HEIGHT, SPOTS = 22.0, 11.0
"""Heights of a row of signs, and of the marks of their forms below them."""
SPOT_ROOM = 9.0

Traces = tuple[Trace, ...]


class Told(NamedTuple):
    """What a session has a sign for, and the curves that it is about."""

    session: int
    name: str
    about: Traces


Choose = Callable[[Sequence[Told]], Told]


class Mark(NamedTuple):
    """A sign for a session, or for sessions `first` to `last` where there is no room for one each.

    It stands at `first`, so that signs never lie over each other; `session` is the one that it was
    chosen from, `about` the curves that it is about.
    """

    name: str
    session: int
    first: int
    last: int
    about: Traces = ()

    def text(self, language: Words) -> str:
        """Return what the sign says, in words."""
        forms = language.say("drawn.forms").join(dict.fromkeys(one.name for one in self.about))
        sign_said = meaning(self.name, language) + (f" ({forms})" if forms else "")
        told = {"session": self.session, "sign": sign_said}
        if self.first == self.last:
            return language.say("drawn.sign at", **told)
        return language.say("drawn.sign for", first=self.first, last=self.last, **told)


class Lane(NamedTuple):
    """One row of signs. Where the rater fills in several forms, `names_forms`: the marks of those
    that a sign is about stand below it.
    """

    label: str
    marks: tuple[Mark, ...]
    guides: bool
    names_forms: bool = False

    @property
    def height(self) -> float:
        """How high the row is."""
        return HEIGHT + SPOTS if self.names_forms else HEIGHT

    @property
    def reach(self) -> float:
        """How far down its signs reach from their middle."""
        return REACH + SPOTS if self.names_forms else REACH


def lanes(report: Json, sessions: Axis, traces: Sequence[Trace], language: Words) -> list[Lane]:
    """Return the rows that hold any sign: signals first, below them the returns of the same
    rater. `report` tells the rules that fired.
    """
    rows = []
    after = language.say("drawn.after that")
    for rater in ("client", "therapist"):
        name = language.say(f"drawn.{rater}")
        own = [trace for trace in traces if trace.kind == rater]
        several = len({trace.form for trace in own}) > 1
        signals, returns = list(_signals(report, rater, own)), list(_returns(report, rater, own))
        if signals:
            rows.append(Lane(name, _placed(signals, sessions, _worst), True, several))
        if returns:
            rows.append(Lane(after, _placed(returns, sessions, _latest), False, several))
    return rows


def _signals(report: Json, rater: str, traces: Sequence[Trace]) -> Iterator[Told]:
    for one in report["sessions"]:
        signal = one["signal"][rater]
        if signal in SIGNALS:
            fired = [
                rule for rule in one["rules"] if rule["fired"] and rule["perspective"] == rater
            ]
            strong = [rule for rule in fired if rule["severity"] in SIGNALS]
            yield Told(one["number"], signal, _about(strong or fired, traces))


def _returns(report: Json, rater: str, traces: Sequence[Trace]) -> Iterator[Told]:
    for number, one in zip(_ends(report), report["sessions"], strict=True):
        for repair in one["repairs"]:
            if repair["perspective"] == rater and repair["state"] in RETURNS:
                yield Told(number, repair["state"], _about([repair], traces))


def _about(results: Sequence[Json], traces: Sequence[Trace]) -> Traces:
    """Return the curves of the forms that results are about."""
    forms = {(one["instrument"], one["perspective"], one["timing"]) for one in results}
    return tuple(trace for trace in traces if trace.form in forms)


def _ends(report: Json) -> list[int]:
    """Return where what ended with each session stands: with another therapist, at the last session
    before.
    """
    numbers = [one["number"] for one in report["sessions"]]
    changes = set(new_phases(report))
    return [numbers[at - 1] if number in changes else number for at, number in enumerate(numbers)]


def _worst(found: Sequence[Told]) -> Told:
    return max(found, key=lambda one: SIGNALS.index(one.name))


def _latest(found: Sequence[Told]) -> Told:
    return found[-1]


def _placed(found: Sequence[Told], sessions: Axis, choose: Choose) -> tuple[Mark, ...]:
    """Return one sign for each session, or one for several where signs would lie over each
    other.
    """
    groups: list[list[Told]] = []
    for one in found:
        if groups and sessions.x(one.session) - sessions.x(groups[-1][0].session) < 2 * REACH:
            groups[-1].append(one)
        else:
            groups.append([one])
    marks = []
    for group in groups:
        session, name, about = choose(group)
        marks.append(Mark(name, session, group[0].session, group[-1].session, about))
    return tuple(marks)


def draw_lane(lane: Lane, sessions: Axis, y: float, language: Words) -> Iterator[str]:
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
        yield sign(mark.name, sessions.x(mark.first), y, tip(mark.text(language)))
        if lane.names_forms:
            yield from _spots(mark, sessions.x(mark.first), y + REACH + SPOTS / 2 + 1.5)


def _spots(mark: Mark, x: float, y: float) -> Iterator[str]:
    """Yield the marks of the curves that a sign is about, as many as have room below it."""
    shown = mark.about[:2]
    start = x - SPOT_ROOM * (len(shown) - 1) / 2
    for at, trace in enumerate(shown):
        yield spot(trace.shape, trace.spot, start + at * SPOT_ROOM, y)
    if len(mark.about) > len(shown):
        yield words("+", x + 2 * SPOT_ROOM - 5, y + 4, "quiet", "middle")
