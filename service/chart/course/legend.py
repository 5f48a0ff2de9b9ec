"""Legends: samples with words, in as many rows as they need."""

from collections.abc import Iterable
from typing import NamedTuple

from service.chart.course.lanes import Lane
from service.chart.course.marks import RETURNS, SIGNALS, meaning, sign, spot
from service.chart.course.traces import Panel, Trace
from service.chart.svg import element, line, shorten, width_of, words
from service.scoring.wording.words import Words

ROW = 18.0
SAMPLE = 26.0
"""Room for a sample of a curve."""


class Entry(NamedTuple):
    """What is drawn about (SAMPLE / 2, 0), and what it means."""

    sample: str
    text: str


def curve_entry(trace: Trace, language: Words, says_way: bool = False) -> Entry:
    """Return the entry of a curve; `says_way` adds which way is better."""
    better = language.say("drawn.lower" if trace.is_lower_better else "drawn.higher")
    way = f", {better}" if says_way else ""
    stroke = line(f"course {trace.kind} {trace.dash}".rstrip(), 0, 0, SAMPLE, 0)
    return Entry(stroke + spot(trace.shape, trace.spot, SAMPLE / 2, 0), trace.label + way)


def mean_entry(language: Words) -> Entry:
    """Return the entry of the mean of earlier sessions."""
    return Entry(line("mean", 0, 0, SAMPLE, 0), language.say("drawn.mean"))


def expected_entry(trace: Trace, language: Words, names_form: bool = False) -> Entry:
    """Return the entry of the range expected from earlier sessions; `names_form` adds on which
    form.
    """
    usual = language.say(f"drawn.usual {'client' if trace.kind == 'client' else 'therapist'}")
    form = f",{trace.label.partition(',')[2]}" if names_form else ""
    return Entry(
        element("rect", "usual", x=0, y=-6, width=SAMPLE, height=12),
        f"{usual}{form}",
    )


def cutoff_entry(panel: Panel, language: Words) -> Entry:
    """Return the entry of the cut-offs; where there are several forms with the form of each."""
    texts = [
        f"{trace.name} {text}" for trace in panel.traces for text, _ in dict.fromkeys(trace.cutoffs)
    ]
    several = len({trace.form for trace in panel.traces}) > 1
    listed = f": {', '.join(dict.fromkeys(texts))}" if several else ""
    text = shorten(language.say("drawn.cutoff") + listed, 80)
    return Entry(line("cutoff", 0, 0, SAMPLE, 0), text)


def beyond_entry(language: Words) -> Entry:
    """Return the entry of scores beyond the published percentiles."""
    return Entry(words("< >", SAMPLE / 2, 4, "strong", "middle"), language.say("drawn.beyond"))


def gap_entry(language: Words) -> Entry:
    """Return the entry of a gap."""
    return Entry(line("gap dark", 0, 0, SAMPLE, 0), language.say("drawn.gap"))


def sign_entries(rows: Iterable[Lane], language: Words) -> list[Entry]:
    """Return an entry for each kind of sign in the chart, and for the bar where signs stand for
    several sessions.
    """
    marks = [mark for lane in rows for mark in lane.marks]
    names = {mark.name for mark in marks}
    found = [
        Entry(sign(name, SAMPLE / 2, 0), meaning(name, language))
        for name in (*SIGNALS, *RETURNS)
        if name in names
    ]
    if any(mark.first != mark.last for mark in marks):
        found.append(Entry(line("sign dark", 4, 4, SAMPLE, 4), language.say("drawn.several")))
    return found


def draw_legend(
    entries: Iterable[Entry], left: float, right: float, y: float
) -> tuple[list[str], float]:
    """Return the legend with the middle of its first row at y, and where its last row ends."""
    parts: list[str] = []
    x = left
    for sample, text in entries:
        wide = SAMPLE + 5 + width_of(text)
        if x > left and x + wide > right:
            x, y = left, y + ROW
        parts.append(element("g", body=sample, transform=f"translate({x:.1f} {y:.1f})"))
        parts.append(words(text, x + SAMPLE + 5, y + 4))
        x += wide + 14
    return parts, y + ROW / 2
