"""The strip of notes above the main panel: the early sessions, a new therapist, other events."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from service.chart.course.axis import Axis
from service.chart.svg import width_of, words
from service.scoring.wording.words import Words

EARLY = (3, 5)
"""The sessions in which an early alliance is usually rated."""
ROW = 14.0
MOST_ROWS = 5
ABOVE = 11.0
"""How far the lowest note stands above the panel: a score at its upper end reaches over it."""
EVENTS = (
    *("gap", "frequency_change", "modality_change", "termination_announced", "treatment_ended"),
)
"""Events that have words; a new therapist begins a phase and is told as such."""


BESIDE = 3.0
"""How far a note stands from the line that it is about."""


class Note(NamedTuple):
    """A few words about a place on the axis of sessions: a line or, where `is_line` is false, the
    beginning of a window.
    """

    text: str
    x: float
    is_line: bool = True

    def start(self, right: float) -> float:
        """Return where the words begin: behind their place, or where that would reach over the
        right end, before their line.
        """
        wide = width_of(self.text)
        if self.x + BESIDE + wide <= right:
            return self.x + BESIDE
        return self.x - BESIDE - wide if self.is_line else right - wide


def early_window(report: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the first and the last early session of the first phase that the axis reaches."""
    numbers = [one["number"] for one in report["sessions"]]
    later = new_phases(report)
    first = max(EARLY[0], numbers[0])
    last = min(EARLY[1], later[0] - 1 if later else numbers[-1], numbers[-1])
    return (first, last) if first <= last else None


def new_phases(report: Mapping[str, Any]) -> list[int]:
    """Return the first session of every phase but the first."""
    found = report["sessions"]
    return [
        found[i]["number"]
        for i in range(1, len(found))
        if found[i]["phase"] != found[i - 1]["phase"]
    ]


def notes(report: Mapping[str, Any], sessions: Axis, language: Words) -> list[Note]:
    """Return the notes to write, from left to right."""
    early = early_window(report)
    window = sessions.x(early[0] - 0.5) if early else 0
    found = [Note(language.say("drawn.early"), window, is_line=False)] if early else []
    new = language.say("drawn.new therapist")
    found += [Note(new, sessions.x(first - 0.5)) for first in new_phases(report)]
    found += [
        Note(language.say(f"drawn.event.{name}"), sessions.x(at)) for at, name in events(report)
    ]
    return sorted(found, key=lambda note: note.x)


def events(report: Mapping[str, Any]) -> list[tuple[float, str]]:
    """Return the events but a new therapist, each with its place on the axis of sessions: a gap
    lies before its session.
    """
    return [
        (one["number"] - 0.5 if name == "gap" else one["number"], name)
        for one in report["sessions"]
        for name in one["events"]
        if name in EVENTS
    ]


def in_rows(found: list[Note], right: float) -> list[list[tuple[Note, float]]]:
    """Return the notes with their places, in rows in which none touches another; what has no room
    is left out.
    """
    rows: list[list[tuple[Note, float]]] = []
    ends: list[float] = []
    for note in found:
        start = note.start(right)
        row = next((at for at, end in enumerate(ends) if end + 8 <= start), len(rows))
        if row == MOST_ROWS:
            continue
        if row == len(rows):
            rows.append([])
            ends.append(0.0)
        rows[row].append((note, start))
        ends[row] = start + width_of(note.text)
    return rows


def draw_notes(rows: list[list[tuple[Note, float]]], bottom: float) -> list[str]:
    """Return the rows of notes, the first one lowest. One that stands before its place is set from
    its end, since letters are wider or narrower in another font.
    """
    parts = []
    for at, row in enumerate(rows):
        y = bottom - ABOVE - at * ROW
        for note, start in row:
            if start < note.x:
                end = start + width_of(note.text)
                parts.append(words(note.text, end, y, "quiet note", "end"))
            else:
                parts.append(words(note.text, start, y, "quiet note"))
    return parts
