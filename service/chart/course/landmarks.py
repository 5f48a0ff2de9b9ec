"""What is published of the scores of a panel: bands behind the curves, cut-offs across them."""

from collections.abc import Iterator
from itertools import pairwise

from service.chart.course.curves import Frame
from service.chart.course.traces import Panel, Trace
from service.chart.svg import element, tip, words
from service.scoring.wording.words import Words

LABEL_ROOM = 12.0
"""Height that the label of a band or a cut-off needs."""


def banded(panel: Panel) -> Trace | None:
    """Return the curve whose bands are drawn: the only one of its panel, if it has any."""
    alone = len(panel.traces) == 1 and panel.span is not None
    return panel.traces[0] if alone and panel.traces[0].bands else None


def draw_bands(panel: Panel, frame: Frame, language: Words) -> Iterator[str]:
    """Yield the bands of a panel of one curve, each up to where the next begins, with their labels
    where they have room.
    """
    trace = banded(panel)
    if trace is None:
        return
    left, right = frame.sessions.left, frame.sessions.right
    low, high = trace.span
    starts = [low, *(minimum for _, minimum in trace.bands[1:]), high]
    for at, ((label, minimum), (start, end)) in enumerate(
        zip(trace.bands, pairwise(starts), strict=True)
    ):
        bottom, top = (frame.y(trace.span.share(edge)) for edge in (start, end))
        lowest = language.number(f"{minimum:g}")
        told = tip(language.say("drawn.from", label=label, low=lowest))
        yield element(
            "rect", f"band{at % 2}", told, x=left, y=top, width=right - left, height=bottom - top
        )
        if bottom - top >= LABEL_ROOM:
            yield from _label(label, trace, frame, top + 10)


def _label(label: str, trace: Trace, frame: Frame, y: float) -> Iterator[str]:
    """Yield the label of a band at the end of the panel where no score stands, if there is one."""
    first, last = (frame.y(trace.span.share(trace.scores[at].value)) for at in (0, -1))
    if abs(last - y + 4) > LABEL_ROOM:
        yield words(label, frame.sessions.right - 4, y, "quiet", "end")
    elif abs(first - y + 4) > LABEL_ROOM:
        yield words(label, frame.sessions.left + 4, y, "quiet")


def cutoff_places(panel: Panel, frame: Frame) -> Iterator[tuple[float, str, str]]:
    """Yield the height of each cut-off that lies within the axis, its text, and its form."""
    for trace in panel.traces:
        for text, value in dict.fromkeys(trace.cutoffs):
            if trace.span.low <= value <= trace.span.high:
                yield frame.y(trace.span.share(value)), text, trace.name


def labelled_cutoffs(panel: Panel, frame: Frame) -> list[tuple[float, str]]:
    """Return the height and the text of the cut-offs that are written beside the axis: of one form,
    so that nobody has to ask whose they are.
    """
    found = list(cutoff_places(panel, frame))
    return [(y, text) for y, text, _ in found] if len({name for _, _, name in found}) == 1 else []


def draw_cutoffs(panel: Panel, frame: Frame) -> Iterator[str]:
    """Yield a line for each cut-off of the curves, with its number beside the axis, where no score
    is, if that has room.
    """
    for y, text, name in cutoff_places(panel, frame):
        told = tip(f"{name}: {text}")
        place = {"x1": frame.sessions.left, "y1": y, "x2": frame.sessions.right, "y2": y}
        yield element("line", "cutoff", told, **place)
    written: list[float] = []
    for y, text in labelled_cutoffs(panel, frame):
        if all(abs(y - other) >= LABEL_ROOM for other in written):
            yield words(text, frame.sessions.left - 8, y + 4, "", "end")
            written.append(y)
