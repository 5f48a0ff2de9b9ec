"""What stands behind a card, for those who want to see it: Markdown with a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.alliance.report.words import short_name, shown
from service.alliance.rules.battery import BATTERY
from service.cds.codes import RATERS
from service.cds.markdown import plain, table
from service.fhir.course import Alert, Watched, day_of
from service.fhir.scored import ScoredForm
from service.scoring.report_shape import RiskResult

Json = Mapping[str, Any]

_HEAD = ("Session", "Form", "Value", "Expected", "Limit", "Rule")
_RISK_HEAD = ("Date", "Form", "Item", "Severity")
_LATEST_ROWS = 4
"""Sessions of an alert that are shown beside the one in which it opened."""

INCOMPLETE = (
    "**Incomplete course**: the client has more forms than those that came along. What is said "
    "here rests on these alone; sessions are counted from the earliest of them, and the others may "
    "change what is usual for this patient."
)

Raised = tuple[ScoredForm, RiskResult]


def alert_detail(alert: Alert, watched: Watched, *, incomplete: bool, n_left_out: int) -> str:
    """Return the evidence of an alert: its message, the sessions in which it changed and the
    latest score, and how often such a signal is a false alarm.
    """
    episode = alert.episode
    return _paragraphs(
        INCOMPLETE if incomplete else "",
        plain(episode["message"]),
        table(_HEAD, _rows(alert, watched)),
        f"**False alarms**: {plain(_false_alarms(episode, watched))}",
        plain(episode["note"] or ""),
        left_out(n_left_out),
    )


def risk_detail(raised: Iterable[Raised], n_left_out: int) -> str:
    """Return which safety items were raised, and what the instruments say of that."""
    found = list(raised)
    messages = dict.fromkeys(risk["message"] for _, risk in found if risk["message"])
    return _paragraphs(
        *map(plain, messages),
        table(_RISK_HEAD, (_risk_row(form, risk) for form, risk in found)),
        left_out(n_left_out),
    )


def left_out(number: int) -> str:
    """Return the sentence about forms that were left out, "" where there are none."""
    if not number:
        return ""
    forms = "One form or Observation was" if number == 1 else f"{number} forms or Observations were"
    return (
        f"{forms} left out: of no instrument that is known here, not readable, of no day, of one "
        "kind and day with different answers, or not of this patient."
    )


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _rows(alert: Alert, watched: Watched) -> Iterator[Sequence[str]]:
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
            _form(alert),
            _number(point.get("value")),
            _number(point.get("expected")),
            _number(_limit(point, episode["severity"])),
            "; ".join(_rule(rule) for rule, found in fired.items() if session in found),
        )


def _series_of(episode: Json, watched: Watched) -> Json:
    members = ("instrument", "version", "perspective", "timing", "scale")
    for series in watched.report["series"]:
        if all(series[member] == episode[member] for member in members):
            found: Json = series
            return found
    return {"points": ()}


def _form(alert: Alert) -> str:
    episode, instrument = alert.episode, alert.opened.entry.instrument
    if instrument.id != episode["instrument"]:
        return str(episode["instrument"])
    scale = instrument.scale[episode["scale"]]
    named = "" if scale.id == "total" else f", {scale.title}"
    return f"{short_name(instrument.title)}{named} ({RATERS[episode['perspective']]})"


def _limit(point: Json, severity: str) -> float | None:
    limits: Mapping[str, float | None] = point.get("limits", {})
    return limits.get("watch" if severity in ("info", "watch") else "alert")


def _number(value: float | None) -> str:
    return "" if value is None else shown(value)


def _rule(name: str) -> str:
    return f"{BATTERY.rule[name].title} ({name})"


def _false_alarms(episode: Json, watched: Watched) -> str:
    """Return how often such a signal comes by chance, what that assumes, and the SD it is about."""
    said: Json = episode["false_alarm"]
    rate, sessions = said["family_rate"], said["n_sessions"]
    if rate is None:
        return f"no rate is known. {said['assumption']}"
    is_set = watched.report["options"]["alpha_family"] is not None
    count = f"{'at most' if is_set else 'about'} {shown(100 * rate)} of 100"
    level = {"alert": "an alert", "watch": "a watch or worse"}.get(said["severity"], "one")
    return (
        f"{count} courses in which nothing happened show {level} within {sessions} sessions. "
        f"Assumed: {said['assumption']}{_spread(_series_of(episode, watched))}"
    )


def _spread(series: Json) -> str:
    """Return the sentence about the session-to-session SD that limits and rates rest on."""
    within = series.get("parameters", {}).get("within_person_sd")
    if within is None:
        return ""
    return f" The session-to-session SD is {shown(within['value'])} ({within['provenance']})."


def _risk_row(form: ScoredForm, risk: RiskResult) -> Sequence[str]:
    title = short_name(form.entry.instrument.title)
    return day_of(form.about) or "not told", title, risk["item"], risk["severity"]
