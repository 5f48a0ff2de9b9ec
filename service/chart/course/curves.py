"""Drawing curves, the mean of earlier sessions and the range expected from it within one panel."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from service.chart.course.axis import Axis
from service.chart.course.marks import spot
from service.chart.course.traces import Score, Trace
from service.chart.scale import figure
from service.chart.svg import element, number, tip, words
from service.scoring.wording.words import Words

ROOM_FOR_SPOTS = 7.0
"""Sessions nearer to each other than this, in pixels, get dots in place of shapes."""


class Frame(NamedTuple):
    """The place of a panel on the page."""

    sessions: Axis
    top: float
    bottom: float

    def y(self, share: float) -> float:
        """Return the height of a share of the range, 0 at the bottom to 1 at the top."""
        return self.bottom - share * (self.bottom - self.top)


def draw_curve(trace: Trace, frame: Frame, language: Words) -> Iterator[str]:
    """Yield one curve. Only adjacent sessions are joined; over a gap it is dotted, over a new
    therapist open.
    """
    places = [
        (frame.sessions.x(score.session), frame.y(trace.span.share(score.value)))
        for score in trace.scores
    ]
    joined: list[str] = []
    dotted: list[str] = []
    pen = None
    for (one, here), (other, there) in pairwise(zip(trace.scores, places, strict=True)):
        if one.phase != other.phase:
            continue
        adjacent = other.session - one.session <= 1
        path = joined if adjacent else dotted
        if not adjacent or pen != here:
            path.append(f"M{_pair(here)}")
        path.append(f"L{_pair(there)}")
        pen = there if adjacent else None
    if dotted:
        yield element("path", f"gap {trace.kind}", d="".join(dotted))
    if joined:
        yield element("path", f"course {trace.kind} {trace.dash}".rstrip(), d="".join(joined))
    yield from _spots(trace, places, frame.sessions, language)


def _pair(place: tuple[float, float]) -> str:
    return f"{number(place[0])} {number(place[1])}"


def _spots(
    trace: Trace, places: list[tuple[float, float]], sessions: Axis, language: Words
) -> Iterator[str]:
    if sessions.pitch < ROOM_FOR_SPOTS:
        dots = "".join(f"M{_pair(place)}H{number(place[0])}" for place in places)
        yield element("path", f"dots {trace.kind}", d=dots)
        return
    for score, place in zip(trace.scores, places, strict=True):
        value = f"{score.beyond or ''}{figure(score.value, language)}"
        said = {"session": score.session, "value": value, "label": trace.label}
        told = tip(language.say("drawn.spot", **said))
        yield spot(trace.shape, trace.spot, *place, told)
        if score.beyond is not None:
            yield words(score.beyond, place[0] + 7, place[1] + 4, "strong")


def draw_expected(trace: Trace, frame: Frame) -> Iterator[str]:
    """Yield the range expected at each session, one step per session: what a score met when it
    arrived.
    """
    for run in _runs(trace.scores, lambda score: score.low is not None and score.high is not None):
        upper = [(score.session, frame.y(trace.span.share(score.high or 0))) for score in run]
        lower = [(score.session, frame.y(trace.span.share(score.low or 0))) for score in run]
        back = "".join(
            f"V{number(y)}H{number(frame.sessions.x(session - 0.5))}"
            for session, y in reversed(lower)
        )
        yield element("path", "usual", d=f"{_steps(upper, frame.sessions)}{back}Z")


def draw_mean(trace: Trace, frame: Frame) -> Iterator[str]:
    """Yield the mean of earlier sessions, one step per session."""
    for run in _runs(trace.scores, lambda score: score.baseline is not None):
        steps = [(score.session, frame.y(trace.span.share(score.baseline or 0))) for score in run]
        yield element("path", "mean", d=_steps(steps, frame.sessions))


def _runs(scores: Iterable[Score], has: Callable[[Score], bool]) -> Iterator[list[Score]]:
    """Yield the scores of adjacent sessions of one phase that have what is to be drawn."""
    run: list[Score] = []
    for score in scores:
        if run and not (
            has(score) and score.session - run[-1].session == 1 and score.phase == run[-1].phase
        ):
            yield run
            run = []
        if has(score):
            run.append(score)
    if run:
        yield run


def _steps(places: list[tuple[int, float]], sessions: Axis) -> str:
    (first, start), *_ = places
    path = [f"M{number(sessions.x(first - 0.5))} {number(start)}"]
    for session, y in places:
        path.append(f"V{number(y)}H{number(sessions.x(session + 0.5))}")
    return "".join(path)
