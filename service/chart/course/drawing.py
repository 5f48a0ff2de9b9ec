"""The chart of a course: where everything goes on the page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.chart.course.axis import Axis, axis_of
from service.chart.course.curves import Frame
from service.chart.course.landmarks import draw_bands
from service.chart.course.lanes import HEIGHT as LANE
from service.chart.course.lanes import Lane, draw_lane, lanes
from service.chart.course.legend import draw_legend, sign_entries
from service.chart.course.notes import (
    ABOVE,
    ROW,
    draw_notes,
    early_window,
    events,
    in_rows,
    new_phases,
    notes,
)
from service.chart.course.panel import draw_axes, draw_curves, draw_limits, entries, foot_of
from service.chart.course.traces import Panel, alliance_panel, outcome_panel
from service.chart.course.wording import describe, extent
from service.chart.document import WIDTH, document
from service.chart.english import IN_ENGLISH
from service.chart.style import Theme
from service.chart.svg import element, line, words
from service.chart.text import LINE, wrap
from service.scoring.wording.words import Words

Json = Mapping[str, Any]
EDGE = 16.0
LEFT = 66.0
MAIN, SECOND, EMPTY = 230.0, 110.0, 40.0
"""Heights of the alliance panel, of the symptom panel, and of an alliance panel without scores."""


def draw_course(
    report: Json,
    theme: Theme = "auto",
    remarks: Sequence[tuple[str, str]] = (),
    language: Words = IN_ENGLISH,
) -> str:
    """Return the chart of a course as SVG text, 600 px wide and as high as it needs.

    `report` is the dictionary of `service.alliance.report.report.report_course`, of at least one
    session, with the rules that fired. Its reference and the ids of its alerts do not appear.
    The same report gives the same text. Beside the members of the report a series may have
    `cutoffs` (`text`, `value`) and `bands` (`label`, `minimum`), and a point `beyond`; `remarks`
    are sentences about the series of a kind, alliance or outcome.
    """
    sessions = axis_of(report["sessions"], LEFT, WIDTH - EDGE)
    alliance, outcome = alliance_panel(report, language), outcome_panel(report, language)
    rows = lanes(report, sessions, alliance.traces, language)
    title = language.say("drawn.course")
    parts = [
        words(title, EDGE, 30, "head"),
        words(extent(report, language), WIDTH - EDGE, 30, "quiet", "end"),
    ]
    main, y = _main(report, alliance, rows, sessions, 56, language)
    parts += main
    said, y = _remarks(remarks, "alliance", y)
    parts += said
    if outcome.traces:
        second, y = _second(report, outcome, sessions, y + 22, language)
        parts += second
    said, y = _remarks(remarks, "outcome", y)
    parts += said
    if rows:
        signs, y = draw_legend(sign_entries(rows, language), EDGE, sessions.right, y + 22)
        parts += signs
    described = describe(report, (alliance, outcome), language)
    return document(parts, y + EDGE, title, described, theme)


def _main(
    report: Json, panel: Panel, rows: Sequence[Lane], sessions: Axis, y: float, language: Words
) -> tuple[list[str], float]:
    """Return the alliance panel with the signs and notes above it, and where it ends."""
    parts, y = _named(panel, sessions, y, language)
    placed = []
    for lane in rows:
        placed.append((lane, y + LANE / 2))
        y += lane.height
    remarks = in_rows(notes(report, sessions, language), sessions.right)
    above = y
    top = above + len(remarks) * ROW + ABOVE
    frame = Frame(sessions, top, top + (MAIN if panel.traces else EMPTY))
    parts += draw_bands(panel, frame, language)
    parts += _early(report, frame, above)
    parts += draw_limits(panel, frame)
    parts += draw_axes(panel, frame, language)
    parts += _phases(report, frame, above)
    parts += _guides(placed, frame)
    parts += draw_curves(panel, frame, language)
    for lane, middle in placed:
        parts += draw_lane(lane, sessions, middle, language)
    parts += draw_notes(remarks, top)
    return parts, frame.bottom + foot_of(sessions)


def _second(
    report: Json, panel: Panel, sessions: Axis, y: float, language: Words
) -> tuple[list[str], float]:
    """Return the symptom panel and where it ends."""
    parts, y = _named(panel, sessions, y, language)
    frame = Frame(sessions, y + 6, y + 6 + SECOND)
    parts += draw_bands(panel, frame, language)
    parts += draw_axes(panel, frame, language)
    parts += _phases(report, frame, frame.top)
    parts += draw_curves(panel, frame, language)
    return parts, frame.bottom + foot_of(sessions)


def _remarks(remarks: Sequence[tuple[str, str]], kind: str, y: float) -> tuple[list[str], float]:
    """Return the sentences about the series of a kind below y, and where they end."""
    parts: list[str] = []
    for row in (row for of, text in remarks if of == kind for row in wrap(text, WIDTH - 2 * EDGE)):
        y += LINE
        parts.append(words(row, EDGE, y, "quiet"))
    return parts, y


def _named(panel: Panel, sessions: Axis, y: float, language: Words) -> tuple[list[str], float]:
    """Return a panel's name on the line at y and its legend, and where the legend ends."""
    name = words(panel.name, EDGE, y, "name")
    if not panel.traces:
        return [name], y + 8
    legend, y = draw_legend(entries(panel, language), EDGE, sessions.right, y + 17)
    return [name, *legend], y + 2


def _early(report: Json, frame: Frame, top: float) -> Iterator[str]:
    window = early_window(report)
    if window is not None:
        left, right = (frame.sessions.x(edge) for edge in (window[0] - 0.5, window[1] + 0.5))
        yield element("rect", "early", x=left, y=top, width=right - left, height=frame.bottom - top)


def _phases(report: Json, frame: Frame, top: float) -> Iterator[str]:
    for first in new_phases(report):
        x = frame.sessions.x(first - 0.5)
        yield line("phase", x, top, x, frame.bottom)
    for at in sorted({at for at, _ in events(report)}):
        x = frame.sessions.x(at)
        yield line("event", x, top, x, frame.bottom)


def _guides(placed: Sequence[tuple[Lane, float]], frame: Frame) -> Iterator[str]:
    """Yield a line down from each signal to the scores and the number of its session."""
    for lane, middle in placed:
        for mark in lane.marks if lane.guides else ():
            x = frame.sessions.x(mark.session)
            yield line("guide", x, middle + lane.reach, x, frame.bottom)
