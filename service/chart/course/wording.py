"""The chart in words, for readers who cannot see it: what it holds, without any identifier of the
case.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.chart.course.notes import EVENTS, new_phases
from service.chart.course.traces import RATERS, Panel, Trace
from service.chart.scale import shown

Json = Mapping[str, Any]
TITLE = "Course of treatment"
MOST_NAMED = 12
"""More sessions or alerts than this are counted, not named."""

_STATUS = {
    "open": "open",
    "provisional": "back at the earlier level once",
    "repaired": "back at the earlier level twice running",
    "partial": "part of the way back",
    "unresolved": "not back",
}


def extent(report: Json) -> str:
    """Return how many sessions there are, and their numbers."""
    numbers = [one["number"] for one in report["sessions"]]
    if len(numbers) == 1:
        return f"1 session, number {numbers[0]}"
    return f"{len(numbers)} sessions, numbers {numbers[0]} to {numbers[-1]}"


def describe(report: Json, panels: Iterable[Panel]) -> str:
    """Return the description of the chart, in whole sentences."""
    sentences = [extent(report), *_phases(report), *_events(report)]
    for panel in panels:
        sentences += map(_curve, panel.traces)
    return " ".join(f"{sentence}." for sentence in [*sentences, *_alerts(report["alerts"])])


def _phases(report: Json) -> Iterator[str]:
    changes = new_phases(report)
    if changes:
        yield f"New therapist at {_sessions(changes)}"


def _events(report: Json) -> Iterator[str]:
    found: dict[str, list[int]] = {}
    for one in report["sessions"]:
        for name in one["events"]:
            if name in EVENTS:
                found.setdefault(EVENTS[name], []).append(one["number"])
    for text, numbers in found.items():
        yield f"{text[:1].upper()}{text[1:]} at {_sessions(numbers)}"


def _sessions(numbers: Sequence[int]) -> str:
    if len(numbers) > MOST_NAMED:
        return f"{len(numbers)} sessions"
    return f"session{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def _curve(trace: Trace) -> str:
    scores = trace.scores
    first, last = scores[0], scores[-1]
    if len(scores) == 1:
        return f"{trace.label}: one score, {shown(first.value)} at session {first.session}"
    low, high = (min, max) if not trace.is_lower_better else (max, min)
    worst = low(scores, key=lambda score: score.value)
    best = high(scores, key=lambda score: score.value)
    if worst.value == best.value:
        return f"{trace.label}: {len(scores)} scores, all {shown(first.value)}"
    poles = ("highest", "lowest") if trace.is_lower_better else ("lowest", "highest")
    extremes = (
        f"{name} {shown(score.value)} at session {score.session}"
        for name, score in zip(poles, (worst, best), strict=True)
    )
    ends = (
        f"from {shown(first.value)} at session {first.session} to {shown(last.value)} at "
        f"session {last.session}"
    )
    better = " (lower is better)" if trace.is_lower_better else ""
    return f"{trace.label}{better}: {len(scores)} scores, {ends}; {', '.join(extremes)}"


def _alerts(alerts: Sequence[Json]) -> Iterator[str]:
    if not alerts:
        yield "No alerts"
    elif len(alerts) > MOST_NAMED:
        ongoing = sum(one["closed_session"] is None for one in alerts)
        yield f"{len(alerts)} alerts, {ongoing} of them still followed"
    else:
        for one in alerts:
            form = f" on {one['instrument'].upper()}" if one["instrument"] else ""
            opened = (
                f"{RATERS[one['perspective']]}{form}, {one['severity']} from session "
                f"{one['opened_session']}"
            )
            closed = (
                f" by session {one['closed_session']}" if one["closed_session"] is not None else ""
            )
            yield f"{opened}: {_STATUS[one['status']]}{closed}"
