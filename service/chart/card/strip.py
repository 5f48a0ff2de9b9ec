"""A score on its range: bands, cut-offs, the interval of measurement error and the baseline."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from service.chart.scale import Span, compared, figure, span_of
from service.chart.svg import element, line, tip, width_of, words
from service.scoring.wording.words import Words

Json = Mapping[str, Any]
LANE, BAR, TICKS = 20.0, 18.0, 17.0
"""Heights of the lane of the score, of a row of bands, and of the numbers below."""
PLAIN = 7.0
"""Height of the bar of a scale without bands."""


class Strip(NamedTuple):
    """The range of a scale between two places on the page."""

    span: Span
    left: float
    right: float

    def x(self, value: float) -> float:
        """Return the place of a value; what is beyond the range stands at its end."""
        return self.left + self.span.share(value) * (self.right - self.left)


class Segment(NamedTuple):
    """One band from its lower end to that of the next."""

    label: str
    low: float
    high: float
    holds: bool


def draw_strip(
    score: Json, systems: Sequence[Json], left: float, right: float, y: float, language: Words
) -> tuple[list[str], float]:
    """Return a score on its range with its top at y, and where it ends.

    `systems` are the published sets of bands that were used, whole: `{"system", "bands": [{"id",
    "label", "minimum", "maximum"}]}`.
    """
    strip = Strip(_span(score, systems), left, right)
    bar = y + LANE
    parts: list[str] = []
    bottom = bar
    for system in systems:
        rows, bottom = _draw_bands(_segments(system, score, strip.span), strip, bottom, language)
        parts += rows
    if not systems:
        bottom = bar + PLAIN
        parts.append(element("rect", "bar", x=left, y=bar, width=right - left, height=PLAIN))
    parts += _draw_cutoffs(score["cutoffs"], strip, bar, bottom, language)
    if score["value"] is not None:
        parts += _draw_score(score, strip, y + LANE / 2, bottom, language)
    parts += _draw_numbers(strip, bottom + 12, language)
    return parts, bottom + TICKS


def _span(score: Json, systems: Sequence[Json]) -> Span:
    low, high = score["minimum"], score["maximum"]
    if low is not None and high is not None and low < high:
        return Span(low, high)
    found = [one["value"] for one in score["cutoffs"]]
    found += [band["minimum"] for system in systems for band in system["bands"]]
    found += [score["value"]] if score["value"] is not None else []
    if score["precision"] is not None:
        found += [score["precision"]["interval"][end] for end in ("low", "high")]
    return span_of(found)


def _segments(system: Json, score: Json, span: Span) -> list[Segment]:
    """Return the bands of a set, each up to where the next begins: that is how a score between two
    of them is read.
    """
    here = next((one["id"] for one in score["bands"] if one["system"] == system["system"]), None)
    bands = system["bands"]
    starts = [span.low, *(band["minimum"] for band in bands[1:]), span.high]
    return [
        Segment(band["label"], low, high, band["id"] == here)
        for band, (low, high) in zip(bands, pairwise(starts), strict=True)
    ]


def _draw_bands(
    segments: Sequence[Segment], strip: Strip, top: float, language: Words
) -> tuple[list[str], float]:
    """Return one row of bands, and where it ends: with their labels, or with numbers and the labels
    below where one has no room.
    """
    rooms = [strip.x(one.high) - strip.x(one.low) for one in segments]
    fits = all(width_of(one.label) + 4 <= room for one, room in zip(segments, rooms, strict=True))
    parts = []
    for at, (one, room) in enumerate(zip(segments, rooms, strict=True)):
        x = strip.x(one.low)
        kind = f"band{at % 2}"
        low = figure(one.low, language)
        told = tip(language.say("drawn.from", label=one.label, low=low))
        parts.append(element("rect", kind, told, x=x, y=top, width=room, height=BAR))
        label = one.label if fits else str(at + 1)
        if room >= width_of(label):
            parts.append(
                words(label, x + room / 2, top + 13, "strong" if one.holds else "", "middle")
            )
    parts += [
        element("rect", "here", x=strip.x(one.low), y=top, width=room, height=BAR)
        for one, room in zip(segments, rooms, strict=True)
        if one.holds
    ]
    return parts, top + BAR


def _draw_cutoffs(
    cutoffs: Sequence[Json], strip: Strip, top: float, bottom: float, language: Words
) -> Iterator[str]:
    """Yield a line for each cut-off, with its number below where it has room."""
    end = strip.left + width_of(figure(strip.span.low, language))
    last = strip.right - width_of(figure(strip.span.high, language))
    places = dict.fromkeys(
        (strip.x(one["value"]), compared(one["op"], one["value"], language)) for one in cutoffs
    )
    for x, label in sorted(places):
        yield line("cutoff", x, top - 4, x, bottom + 3)
        half = width_of(label) / 2
        if x - half > end + 4 and x + half < last - 4:
            yield words(label, x, bottom + 14, "", "middle")
            end = x + half


def _draw_score(
    score: Json, strip: Strip, y: float, bottom: float, language: Words
) -> Iterator[str]:
    x = strip.x(score["value"])
    change, precision = score["change"], score["precision"]
    yield line("guide", x, y, x, bottom)
    if change is not None and change["baseline"] is not None:
        start = strip.x(change["baseline"])
        yield line("way", start, y, x, y)
        baseline = figure(change["baseline"], language)
        told = tip(language.say("drawn.baseline", value=baseline))
        yield element("circle", "mark dark hollow", told, cx=start, cy=y, r=4)
    if precision is not None:
        low, high = (strip.x(precision["interval"][end]) for end in ("low", "high"))
        yield element(
            "path",
            "whisker",
            d=f"M{low:.1f} {y - 5:.1f}v10M{high:.1f} {y - 5:.1f}v10M{low:.1f} {y:.1f}H{high:.1f}",
        )
    told = tip(language.say("drawn.score", value=figure(score["value"], language)))
    yield element("path", "mark dark full", told, d=f"M{x:.1f} {y - 6.5:.1f}l6 6.5l-6 6.5l-6 -6.5Z")


def _draw_numbers(strip: Strip, y: float, language: Words) -> Iterator[str]:
    yield words(figure(strip.span.low, language), strip.left, y + 2, "quiet")
    yield words(figure(strip.span.high, language), strip.right, y + 2, "quiet", "end")


def key_of_bands(
    systems: Sequence[Json], score: Json, left: float, right: float, language: Words
) -> Iterator[tuple[str, str]]:
    """Yield the name of each set of bands whose labels have no room on the strip, with its numbers
    in words.
    """
    strip = Strip(_span(score, systems), left, right)
    for system in systems:
        segments = _segments(system, score, strip.span)
        if any(width_of(one.label) + 4 > strip.x(one.high) - strip.x(one.low) for one in segments):
            said = "; ".join(
                language.say("drawn.key", n=at, label=one.label, low=figure(one.low, language))
                for at, one in enumerate(segments, 1)
            )
            yield system["system"], said
