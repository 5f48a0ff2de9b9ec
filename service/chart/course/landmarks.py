"""What is published of the scores of a panel: bands behind the curves, cut-offs across them."""

from collections.abc import Iterator
from itertools import pairwise

from service.chart.course.curves import Frame
from service.chart.course.traces import Panel, Trace
from service.chart.svg import element, line, tip, words

LABEL_ROOM = 12.0
"""Height that the label of a band or a cut-off needs."""


def banded(panel: Panel) -> Trace | None:
    """Return the curve whose bands are drawn: the only one of its panel, if it has any."""
    alone = len(panel.traces) == 1 and panel.span is not None
    return panel.traces[0] if alone and panel.traces[0].bands else None


def draw_bands(panel: Panel, frame: Frame) -> Iterator[str]:
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
        told = tip(f"{label}: from {minimum:g}")
        yield element(
            "rect", f"band{at % 2}", told, x=left, y=top, width=right - left, height=bottom - top
        )
        if bottom - top >= LABEL_ROOM:
            yield words(label, right - 4, top + 10, "quiet", "end")


def draw_cutoffs(panel: Panel, frame: Frame) -> Iterator[str]:
    """Yield a line for each cut-off of the curves, with its number where that has room: which form
    it is of, too, where there are several.
    """
    several = len({trace.form for trace in panel.traces}) > 1
    written: dict[str, list[float]] = {"start": [], "end": []}
    places = {"start": frame.sessions.left + 3, "end": frame.sessions.right - 3}
    for trace in panel.traces:
        for text, value in dict.fromkeys(trace.cutoffs):
            if not trace.span.low <= value <= trace.span.high:
                continue
            y = frame.y(trace.span.share(value))
            label = f"{trace.name} {text}" if several else text
            yield line("cutoff", frame.sessions.left, y, frame.sessions.right, y)
            for side, x in places.items():
                if all(abs(y - other) >= LABEL_ROOM for other in written[side]):
                    yield words(label, x, y - 3, "note", side)
                    written[side].append(y)
                    break
