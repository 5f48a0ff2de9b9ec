"""The chart in words, for readers who cannot see it: what it holds, without any identifier of the
case.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.chart.course.notes import EVENTS, new_phases
from service.chart.course.traces import Panel, Trace
from service.chart.scale import figure
from service.scoring.wording.words import Words

Json = Mapping[str, Any]
MOST_NAMED = 12
"""More sessions or alerts than this are counted, not named."""


def extent(report: Json, language: Words) -> str:
    """Return how many sessions there are, and their numbers."""
    numbers = [one["number"] for one in report["sessions"]]
    if len(numbers) == 1:
        return language.say("drawn.one session", number=numbers[0])
    return language.say("drawn.sessions", n=len(numbers), first=numbers[0], last=numbers[-1])


def describe(report: Json, panels: Iterable[Panel], language: Words) -> str:
    """Return the description of the chart, in whole sentences."""
    sentences = [extent(report, language), *_phases(report, language), *_events(report, language)]
    for panel in panels:
        sentences += (_curve(trace, language) for trace in panel.traces)
    sentences += _alerts(report["alerts"], language)
    return " ".join(f"{sentence}." for sentence in sentences)


def _phases(report: Json, language: Words) -> Iterator[str]:
    changes = new_phases(report)
    if changes:
        yield language.say("drawn.new therapist at", sessions=_sessions(changes, language))


def _events(report: Json, language: Words) -> Iterator[str]:
    found: dict[str, list[int]] = {}
    for one in report["sessions"]:
        for name in one["events"]:
            if name in EVENTS:
                found.setdefault(name, []).append(one["number"])
    for name, numbers in found.items():
        event = language.say(f"drawn.event.{name}")
        said = language.say("drawn.event at", event=event, sessions=_sessions(numbers, language))
        yield said[:1].upper() + said[1:]


def _sessions(numbers: Sequence[int], language: Words) -> str:
    if len(numbers) > MOST_NAMED:
        return language.say("drawn.so many sessions", n=len(numbers))
    name = "drawn.named sessions" if len(numbers) > 1 else "drawn.named session"
    return language.say(name, numbers=", ".join(map(str, numbers)))


def _curve(trace: Trace, language: Words) -> str:
    scores = trace.scores
    first, last = scores[0], scores[-1]
    begun, ended = figure(first.value, language), figure(last.value, language)
    if len(scores) == 1:
        return language.say(
            "drawn.one score", label=trace.label, value=begun, session=first.session
        )
    low, high = (min, max) if not trace.is_lower_better else (max, min)
    worst = low(scores, key=lambda score: score.value)
    best = high(scores, key=lambda score: score.value)
    if worst.value == best.value:
        return language.say("drawn.all alike", label=trace.label, n=len(scores), value=begun)
    poles = ("highest", "lowest") if trace.is_lower_better else ("lowest", "highest")
    extremes = (
        language.say(f"drawn.{name}", value=figure(score.value, language), session=score.session)
        for name, score in zip(poles, (worst, best), strict=True)
    )
    return language.say(
        "drawn.curve",
        label=trace.label,
        better=language.say("drawn.lower, aside") if trace.is_lower_better else "",
        n=len(scores),
        first=begun,
        begun=first.session,
        last=ended,
        ended=last.session,
        extremes=", ".join(extremes),
    )


def _alerts(alerts: Sequence[Json], language: Words) -> Iterator[str]:
    if not alerts:
        yield language.say("drawn.no alerts")
    elif len(alerts) > MOST_NAMED:
        ongoing = sum(one["closed_session"] is None for one in alerts)
        yield language.say("drawn.so many alerts", n=len(alerts), ongoing=ongoing)
    else:
        yield from (_alert(one, language) for one in alerts)


def _alert(one: Json, language: Words) -> str:
    form, closed = one["instrument"], one["closed_session"]
    return language.say(
        "drawn.alert",
        rater=language.say(f"drawn.{one['perspective']}"),
        form=language.say("drawn.on form", form=form.upper()) if form else "",
        severity=language.say(f"drawn.sign.{one['severity']}"),
        opened=one["opened_session"],
        status=language.say(f"drawn.status.{one['status']}"),
        closed="" if closed is None else language.say("drawn.by session", session=closed),
    )
