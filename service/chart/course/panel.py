"""One panel: its legend, its axes, its curves."""

from collections.abc import Iterator

from service.chart.course.axis import Axis
from service.chart.course.curves import Frame, draw_curve, draw_expected, draw_mean
from service.chart.course.landmarks import LABEL_ROOM, draw_cutoffs, labelled_cutoffs
from service.chart.course.legend import (
    Entry,
    beyond_entry,
    curve_entry,
    cutoff_entry,
    expected_entry,
    gap_entry,
    mean_entry,
)
from service.chart.course.traces import Panel
from service.chart.scale import Span, figure, ticks
from service.chart.svg import line, width_of, words
from service.scoring.wording.words import Words

PERCENT = Span(0, 100)
TICK_ROOM = 44.0
"""Height for each tick of the axis of scores."""
FOOT, DATES = 20.0, 14.0
"""Heights of the session numbers, and of the dates below them."""


def foot_of(sessions: Axis) -> float:
    """Return the height of what stands below a panel."""
    return FOOT if sessions.days is None else FOOT + DATES


def entries(panel: Panel, language: Words) -> list[Entry]:
    """Return the legend of a panel: its curves, and what else is drawn in it."""
    is_mixed = len({trace.is_lower_better for trace in panel.traces}) > 1
    found = [curve_entry(trace, language, is_mixed) for trace in panel.traces]
    found += _compared_with(panel, language)
    if any(trace.cutoffs for trace in panel.traces):
        found.append(cutoff_entry(panel, language))
    if any(score.beyond for trace in panel.traces for score in trace.scores):
        found.append(beyond_entry(language))
    if any(trace.has_gap for trace in panel.traces):
        found.append(gap_entry(language))
    return found


def _compared_with(panel: Panel, language: Words) -> Iterator[Entry]:
    """Yield what the leading curve is compared with."""
    lead = panel.lead
    if lead is None:
        return
    if any(score.baseline is not None for score in lead.scores):
        yield mean_entry(language)
    if any(None not in (score.low, score.high) for score in lead.scores):
        names_form = sum(trace.kind == lead.kind for trace in panel.traces) > 1
        yield expected_entry(lead, language, names_form)


def draw_limits(panel: Panel, frame: Frame) -> Iterator[str]:
    """Yield what the leading curve is compared with."""
    if panel.lead is not None:
        yield from draw_expected(panel.lead, frame)


def draw_axes(panel: Panel, frame: Frame, language: Words) -> Iterator[str]:
    """Yield a line for each tick of the scores, the ground line and the session numbers."""
    sessions = frame.sessions
    span = panel.span or PERCENT
    marked = [y for y, _ in labelled_cutoffs(panel, frame)]
    for value in (
        ticks(span, max(3, round((frame.bottom - frame.top) / TICK_ROOM))) if panel.traces else ()
    ):
        y = frame.y(span.share(value))
        yield line("grid", sessions.left, y, sessions.right, y)
        if any(abs(y - other) < LABEL_ROOM for other in marked):
            continue
        yield words(
            figure(value, language) + ("" if panel.span else " %"),
            sessions.left - 8,
            y + 4,
            "quiet",
            "end",
        )
    yield line("grid edge", sessions.left, frame.bottom, sessions.right, frame.bottom)
    yield from _numbers(sessions, frame.bottom + 17, language)


def _numbers(sessions: Axis, y: float, language: Words) -> Iterator[str]:
    yield words(language.say("drawn.session"), sessions.left - 8, y, "quiet", "end")
    for session in sessions.labelled():
        yield words(str(session), sessions.x(session), y, "quiet", "middle")
    if sessions.days is not None:
        yield words(language.say("drawn.date"), sessions.left - 8, y + DATES, "quiet", "end")
    for x, label in sessions.dates():
        yield line("grid edge", x, y - 17, x, y - 13)
        half = width_of(label) / 2
        x = min(max(x, sessions.left + half), sessions.right - half)
        yield words(label, x, y + DATES, "quiet", "middle")


def draw_curves(panel: Panel, frame: Frame, language: Words) -> Iterator[str]:
    """Yield the curves of a panel, the leading one on top, or a word in their place."""
    if not panel.traces:
        middle = (frame.sessions.left + frame.sessions.right) / 2
        yield words(
            language.say("drawn.no alliance score"),
            middle,
            (frame.top + frame.bottom) / 2 + 4,
            "quiet",
            "middle",
        )
    yield from draw_cutoffs(panel, frame)
    if panel.lead is not None:
        yield from draw_mean(panel.lead, frame)
    for trace in sorted(panel.traces, key=lambda trace: trace is panel.lead):
        yield from draw_curve(trace, frame, language)
