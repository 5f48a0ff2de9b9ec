"""The curves to draw, read from the series of a report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from service.chart.english import named
from service.chart.scale import Span, figure, span_of
from service.chart.svg import shorten
from service.scoring.wording.words import Words

Json = Mapping[str, Any]
LONGEST_LABEL = 36
_STYLES = {
    "client": (
        *(("circle", ""), ("triangle", "dash3"), ("wedge", "dash2"), ("cross", "dash1")),
        *(("diamond", ""), ("square", "dash3")),
    ),
    "therapist": (
        *(("square", "dash1"), ("diamond", "dash2"), ("cross", "dash3"), ("wedge", "")),
        *(("triangle", "dash1"), ("circle", "dash2")),
    ),
    "outcome": (
        *(("circle", ""), ("square", "dash1"), ("triangle", "dash2"), ("diamond", "dash3")),
        *(("square", ""), ("triangle", "dash1"), ("diamond", "dash2"), ("circle", "dash3")),
    ),
}
"""Shape and dash of the first, second … curve of a kind, so that greyscale tells them apart."""


class Score(NamedTuple):
    """One score with what it was compared with, where that was known."""

    session: int
    phase: int
    value: float
    baseline: float | None = None
    low: float | None = None
    high: float | None = None
    beyond: str | None = None
    """`<` or `>` where the norm does not reach: the score lies on that side of its value."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One curve. `form` is the instrument, rater and timing; `kind` is client, therapist or outcome
    and its style class; `span` fills the height of its panel.
    """

    form: tuple[str, str | None, str]
    label: str
    kind: str
    dash: str
    shape: str
    is_hollow: bool
    is_lower_better: bool
    scores: tuple[Score, ...]
    span: Span
    cutoffs: tuple[tuple[str, float], ...] = ()
    bands: tuple[tuple[str, float], ...] = ()
    """Text and value of each cut-off; label and lower end of each band, ascending."""

    @property
    def spot(self) -> str:
        """The style classes of the marks of its scores."""
        return f"spot {self.kind} {'hollow' if self.is_hollow else 'full'}"

    @property
    def name(self) -> str:
        """The name of its form."""
        return self.form[0].upper()

    @property
    def has_gap(self) -> bool:
        """Whether a session without a score lies between two scores of one phase."""
        return any(
            later.session - earlier.session > 1 and later.phase == earlier.phase
            for earlier, later in pairwise(self.scores)
        )


class Panel(NamedTuple):
    """Curves that share an axis.

    `span` is the scale's own range, or None for percent of each scale's range; `lead` is the curve
    whose mean and limits are drawn.
    """

    name: str
    traces: tuple[Trace, ...]
    span: Span | None
    lead: Trace | None = None


def alliance_panel(report: Json, language: Words) -> Panel:
    """Return the watched alliance scales of both raters."""
    watched = [one for one in report["series"] if one["kind"] == "alliance" and one["watched"]]
    panel = _panel("alliance", watched, language)
    return panel._replace(lead=_lead(panel.traces))


def outcome_panel(report: Json, language: Words) -> Panel:
    """Return the symptom scales."""
    series = [one for one in report["series"] if one["kind"] == "outcome"]
    worse = all(one["direction"] == "higher_is_worse" for one in series)
    return _panel("symptoms" if worse else "outcome", series, language)


def _panel(kind: str, found: Sequence[Json], language: Words) -> Panel:
    title = language.say(f"drawn.panel.{kind}")
    series = [one for one in found if any(point["value"] is not None for point in one["points"])]
    scales = {(one["metric"], one["minimum"], one["maximum"]) for one in series}
    shared = _range(*series) if len(scales) == 1 else None
    traces: list[Trace] = []
    for one in series:
        alike = sum(trace.kind == _kind(one) for trace in traces)
        traces.append(_trace(one, alike, shared or _range(one), series, language))
    name = f"{title}: {_unit(series, shared, language)}" if series else title
    return Panel(name, tuple(traces), shared)


def _range(*series: Json) -> Span:
    """Return the possible range of a scale, or the range of what is drawn where that is not
    known.
    """
    low, high = series[0]["minimum"], series[0]["maximum"]
    if low is not None and high is not None and low < high:
        return Span(low, high)
    scores = [score for one in series for score in _scores(one)]
    return span_of(
        figure
        for score in scores
        for figure in (score.value, score.low, score.high)
        if figure is not None
    )


def _unit(series: Sequence[Json], shared: Span | None, language: Words) -> str:
    ways = {one["direction"] for one in series}
    way = "drawn.higher" if ways == {"higher_is_better"} else "drawn.lower"
    better = f"; {language.say(way)}" if len(ways) == 1 else ""
    if shared is None:
        known = all(one["minimum"] is not None for one in series)
        return language.say(f"drawn.percent{'' if known else ', where known'}") + better
    metric = shorten(named("metric", str(series[0]["metric"]), language), 32)
    if series[0]["minimum"] is None:
        return language.say("drawn.axis as wide", metric=metric) + better
    low, high = figure(shared.low, language), figure(shared.high, language)
    return language.say("drawn.axis", metric=metric, low=low, high=high) + better


def _trace(one: Json, alike: int, span: Span, shown_with: Iterable[Json], language: Words) -> Trace:
    kind = _kind(one)
    timings = {other["timing"] for other in shown_with if _form(other) == _form(one)}
    shape, dash = _STYLES[kind][alike % len(_STYLES[kind])]
    return Trace(
        form=(one["instrument"], one["perspective"], one["timing"]),
        label=_label(one, len(timings) > 1, language),
        kind=kind,
        dash=dash,
        shape=shape,
        is_hollow=len(timings) > 1 and one["timing"] == "pre",
        is_lower_better=one["direction"] == "higher_is_worse",
        scores=tuple(_scores(one)),
        span=span,
        cutoffs=tuple((cutoff["text"], cutoff["value"]) for cutoff in one.get("cutoffs", ())),
        bands=tuple((band["label"], band["minimum"]) for band in one.get("bands", ())),
    )


def _kind(one: Json) -> str:
    return "outcome" if one["kind"] == "outcome" else str(one["perspective"])


def _form(one: Json) -> tuple[Any, ...]:
    return one["instrument"], one["perspective"], one["scale"]


def _label(one: Json, both_timings: bool, language: Words) -> str:
    form = one["instrument"].upper()
    if one["scale"] != "total":
        form += f" {one['title']}"
    if one["kind"] == "alliance":
        form = f"{language.say(f'drawn.{_kind(one)}')}, {form}"
    elif one["perspective"] == "therapist":
        form += language.say("drawn.by the therapist")
    form = shorten(form, LONGEST_LABEL)
    if not both_timings:
        return form
    timing = "drawn.before" if one["timing"] == "pre" else "drawn.after"
    return f"{form}, {language.say(timing)}"


def _scores(one: Json) -> Iterable[Score]:
    for point in one["points"]:
        if point["value"] is not None:
            limits = point.get("limits") or {}
            yield Score(
                point["session"],
                point.get("phase", 1),
                point["value"],
                point.get("baseline"),
                *_ordered(limits.get("watch"), limits.get("high")),
                point.get("beyond"),
            )


def _ordered(one: float | None, other: float | None) -> tuple[float | None, float | None]:
    return (one, other) if one is None or other is None or one <= other else (other, one)


def _lead(traces: Iterable[Trace]) -> Trace | None:
    """Return the patient's curve with the most scores, else the therapist's."""
    return max(traces, key=lambda trace: (trace.kind == "client", len(trace.scores)), default=None)
