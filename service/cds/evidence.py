"""What stands behind a card, for those who want to see it: Markdown with a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.alliance.report.words import figure, short_name
from service.alliance.rules.battery import BATTERY
from service.cds.markdown import plain, table
from service.fhir.course import Alert, Watched, day_of
from service.fhir.scored import ScoredForm
from service.scoring.report_shape import RiskResult
from service.scoring.wording.words import Words

Json = Mapping[str, Any]

_HEAD = ("session", "form", "value", "expected", "limit", "rule")
_RISK_HEAD = ("date", "form", "item", "severity")
_LATEST_ROWS = 4
"""Sessions of an alert that are shown beside the one in which it opened."""

Raised = tuple[ScoredForm, RiskResult]


def alert_detail(
    alert: Alert, watched: Watched, words: Words, *, incomplete: bool, n_left_out: int
) -> str:
    """Return the evidence of an alert: its message, the sessions in which it changed and the
    latest score, and how often such a signal is a false alarm.
    """
    said = alert.said
    return _paragraphs(
        words.say("cds.rests on these") if incomplete else "",
        plain(said["message"]),
        table(_head(_HEAD, words), _rows(alert, watched, words)),
        words.say("cds.false alarms", said=plain(_false_alarms(said, watched, words))),
        plain(said["note"] or ""),
        left_out(n_left_out, words),
    )


def risk_detail(raised: Iterable[Raised], n_left_out: int, words: Words) -> str:
    """Return which safety items were raised, and what the instruments say of that."""
    found = list(raised)
    messages = dict.fromkeys(risk["message"] for _, risk in found if risk["message"])
    return _paragraphs(
        *(plain(words.text(message)) for message in messages),
        table(_head(_RISK_HEAD, words), (_risk_row(form, risk, words) for form, risk in found)),
        left_out(n_left_out, words),
    )


def _head(names: Iterable[str], words: Words) -> Sequence[str]:
    return [words.say(f"cds.head.{name}") for name in names]


def left_out(number: int, words: Words) -> str:
    """Return the sentence about forms that were left out, "" where there are none."""
    if not number:
        return ""
    return words.say("cds.one left out" if number == 1 else "cds.left out", n=number)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _rows(alert: Alert, watched: Watched, words: Words) -> Iterator[Sequence[str]]:
    episode = alert.episode
    points = {point["session"]: point for point in _series_of(episode, watched)["points"]}
    fired: Json = episode["evidence"]["fired_in"]
    opened: int = episode["opened_session"]
    latest = episode["repair"]["latest_session"] or opened
    sessions = {latest, episode["updated_session"], *(n for found in fired.values() for n in found)}
    later = sorted(sessions - {opened})
    for session in (opened, *later[-_LATEST_ROWS:]):
        point = points.get(session, {})
        yield (
            f"{session} ({watched.by_day[session - 1][0].day})",
            _form(alert, words),
            _number(point.get("value"), words),
            _number(point.get("expected"), words),
            _number(_limit(point, episode["severity"]), words),
            "; ".join(_rule(rule, words) for rule, found in fired.items() if session in found),
        )


def _series_of(episode: Json, watched: Watched) -> Json:
    members = ("instrument", "version", "perspective", "timing", "scale")
    for series in watched.report["series"]:
        if all(series[member] == episode[member] for member in members):
            found: Json = series
            return found
    return {"points": ()}


def _form(alert: Alert, words: Words) -> str:
    episode, instrument = alert.episode, alert.opened.entry.instrument
    if instrument.id != episode["instrument"]:
        return str(episode["instrument"])
    scale = instrument.scale[episode["scale"]]
    rater = words.say(f"cds.{episode['perspective']}")
    named = "" if scale.id == "total" else f", {words.text(scale.title)}"
    return f"{short_name(instrument.title)}{named} ({rater})"


def _limit(point: Json, severity: str) -> float | None:
    limits: Mapping[str, float | None] = point.get("limits", {})
    return limits.get("watch" if severity in ("info", "watch") else "alert")


def _number(value: float | None, words: Words) -> str:
    return "" if value is None else figure(value, words)


def _rule(name: str, words: Words) -> str:
    return f"{words.text(BATTERY.rule[name].title)} ({name})"


def _false_alarms(episode: Json, watched: Watched, words: Words) -> str:
    """Return how often such a signal comes by chance, what that assumes, and the SD it is about."""
    said: Json = episode["false_alarm"]
    rate, assumption = said["family_rate"], said["assumption"]
    if rate is None:
        return words.say("cds.no rate", assumption=assumption)
    is_set = watched.report["options"]["alpha_family"] is not None
    share = figure(100 * rate, words)
    level = {"alert": "cds.an alert", "watch": "cds.a watch"}.get(said["severity"], "cds.one")
    return words.say(
        "cds.rate",
        count=words.say("cds.at most" if is_set else "cds.about", share=share),
        level=words.say(level),
        n=said["n_sessions"],
        assumption=assumption,
        spread=_spread(_series_of(episode, watched), words),
    )


def _spread(series: Json, words: Words) -> str:
    """Return the sentence about the session-to-session SD that limits and rates rest on."""
    within = series.get("parameters", {}).get("within_person_sd")
    if within is None:
        return ""
    sd = figure(within["value"], words)
    return words.say("cds.spread", sd=sd, provenance=within["provenance"])


def _risk_row(form: ScoredForm, risk: RiskResult, words: Words) -> Sequence[str]:
    title = short_name(form.entry.instrument.title)
    severity = words.say(f"cds.severity.{risk['severity']}")
    return day_of(form.about) or words.say("cds.no day"), title, risk["item"], severity
