"""What an alert says to a clinician: what was seen, how sure that is, and what it does not say."""

from typing import NamedTuple

from service.alliance.judging.episodes import (
    OPEN,
    PARTIAL,
    PROVISIONAL,
    REPAIRED,
    UNRESOLVED,
    Episode,
)
from service.alliance.series.error_model import NOT_OWN
from service.alliance.series.series import Point, Series

_RATERS = {"client": "patient", "therapist": "therapist"}


class Chance(NamedTuple):
    """How often steady courses give such a signal or worse by chance within some sessions, and what
    that rests on.

    `rate` (0 to 1) is None where none is known; with `is_limit` thresholds were set to keep it.
    """

    severity: str
    n_sessions: int
    assumption: str
    rate: float | None = None
    rate_if_sd_half_again: float | None = None
    is_limit: bool = False


def describe(episode: Episode, chance: Chance) -> str:
    """Return the message of an alert, in whole sentences."""
    parts = [
        _seen(episode),
        *_added(episode),
        _status(episode),
        _surety(episode, chance),
        _limits(episode),
    ]
    return " ".join(part for part in parts if part)


def shown(value: float) -> str:
    """Return a score as a person writes it: at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _seen(episode: Episode) -> str:
    point, series = episode.opened, episode.series
    rules = {rule for rule, sessions in episode.rules.items() if episode.opened_session in sessions}
    scale = "" if series.key.scale == "total" else f", scale {series.scale.title}"
    when = ", filled in before the session," if series.key.timing == "pre" else ""
    who = f"the {_RATERS[episode.perspective]}'s score on {series.instrument.title}{scale}{when}"
    if not episode.opened_by_fall:
        return _seen_without_fall(episode, rules, who)
    start = f"At session {episode.opened_session} {who} was {shown(point.value)}"
    if episode.baseline is None:
        return f"{start}."
    mean = shown(series.sign * episode.baseline)
    fall = _fall(episode.baseline - point.y, series)
    m = point.summary.m
    earlier = f"{m} earlier sessions" if m > 1 else "1 earlier session"
    return f"{start}, {fall} the mean of {earlier} ({mean}). {_reason(rules, point, series)}"


def _fall(size: float, series: Series) -> str:
    distance = shown(abs(size))
    if distance == "0":
        return "the same as"
    return f"{distance} {'below' if size * series.sign > 0 else 'above'}"


def _reason(rules: set[str], point: Point, series: Series) -> str:
    unusual = point.prediction is not None and point.prediction.p < series.policy.a_watch
    chance = (
        f" (one-sided p {_p(point.prediction.p)})"
        if unusual and point.prediction is not None
        else ""
    )
    up = series.sign < 0  # on this form a higher score is worse
    dropped, lower = ("worsened", "worse") if up else ("dropped", "lower")
    by_error = f"{dropped} by more than measurement error"
    if rules & {"R03", "R04"} and unusual:
        return f"The alliance score {by_error} and more than usual for this dyad{chance}."
    if unusual and series.sem is None:
        return (
            f"The alliance score is {lower} than usual for this dyad{chance}; its measurement "
            "error is not known."
        )
    if "R08" in rules:
        return (
            f"The scores have been {lower} than usual for this dyad over several sessions, "
            "each by a little."
        )
    if rules & {"R03", "R04"} and not rules & {"R07", "R09", "R10"}:
        return f"The alliance score {by_error}, after others {lower} than usual for this dyad."
    if "R09" in rules:
        return (
            f"The score {'rose' if up else 'fell'} three times in a row, together by more "
            "than measurement error."
        )
    if "R10" in rules:
        return f"One side of the alliance {by_error} and more than usual for this dyad."
    return (
        f"The score lies {'above' if up else 'below'} the range in which this dyad's scores "
        "have moved."
    )


def _p(p: float) -> str:
    return f"= {p:.3f}" if p >= 0.001 else "< 0.001"


def _seen_without_fall(episode: Episode, rules: set[str], who: str) -> str:
    session = episode.opened_session
    if "R12" in rules:
        return (
            f"By session {session} {who} had been low in the early sessions, compared with "
            "the norm or cut-off."
        )
    if "R20" in rules:
        return (
            f"At session {session} the {_RATERS[episode.perspective]} reported tension in the "
            "relationship."
        )
    if "R01" in rules:
        return (
            f"At session {session} {who} was {shown(episode.opened.value)}, beyond the "
            "published cut-off."
        )
    return f"At session {session} {who} gave a signal."


def _added(episode: Episode) -> list[str]:
    parts = []
    if "R16" in episode.rules:
        worse = episode.rules["R16"]
        when = (
            "at the same time" if worse[0] == episode.opened_session else f"by session {worse[0]}"
        )
        parts.append(f"Symptoms worsened reliably {when}.")
    parts += _other_side(episode)
    if "R19" in episode.rules:
        sessions = ", ".join(map(str, episode.rules["R19"]))
        parts.append(f"No form came at session {sessions}, right after a signal.")
    if episode.reported is not None:
        said = "no tension any more" if episode.denied else "tension as resolved"
        rater = _RATERS[episode.perspective]
        parts.append(f"At session {episode.reported} the {rater} reported {said}.")
    if episode.relapse_of is not None:
        parts.append("It follows soon after an earlier drop from which the score had come back.")
    return parts


def _other_side(episode: Episode) -> list[str]:
    fell = "The therapist's score fell too"
    if "R14" not in episode.rules:
        return [f"{fell}."] if "R15" in episode.rules else []
    if "R15" in episode.rules:
        return [f"{fell}, but did not share the fall at session {episode.rules['R14'][0]}."]
    return ["The therapist's own rating does not share the fall."]


def _status(episode: Episode) -> str:
    series = episode.series
    latest = episode.later[-1] if episode.later else None
    back = "back at the earlier level" if episode.opened_by_fall else "no longer so low"
    if episode.status == REPAIRED:
        return f"By session {episode.confirmed} two scores running were {back}."
    if episode.status in (PARTIAL, UNRESOLVED):
        return _not_back(episode, latest, back)
    if episode.status == PROVISIONAL and latest is not None:
        return f"At session {latest.session} the score was {back}, once so far."
    if episode.status == OPEN and latest is not None:
        what = "it" if episode.opened_by_fall else "the score"
        return f"At session {latest.session} {what} was {shown(series.sign * latest.y)}."
    return ""


def _not_back(episode: Episode, latest: Point | None, back: str) -> str:
    if latest is None:
        return "No later score tells whether it came back."
    if episode.first_back is not None:
        since = "no longer" if episode.opened_by_fall else "it was low again"
        return (
            f"At session {episode.first_back} the score was {back}, but at session "
            f"{latest.session} {since}."
        )
    if episode.status == PARTIAL:
        return f"By session {episode.closed} the score had come part of the way back."
    return (
        f"By session {episode.closed} the score "
        f"{'had not come back' if episode.opened_by_fall else 'was still low'}."
    )


def _surety(episode: Episode, chance: Chance) -> str:
    if not episode.opened_by_fall:  # no rate was simulated for it
        return ""
    parts = []
    within = episode.series.model.within_person_sd
    if within is not None and within.provenance in NOT_OWN:
        parts.append("How much this score moves by itself is assumed, not known.")
    if chance.rate is not None:
        kind = "an alert" if chance.severity == "alert" else "a signal"
        parts.append(
            f"Thresholds were set so that at most {100 * chance.rate:g} of 100 steady courses "
            f"give {kind} within "
            f"{chance.n_sessions} sessions."
            if chance.is_limit
            else f"Of 100 steady courses, {_count(100 * chance.rate)} would show such {kind} "
            "within "
            f"{chance.n_sessions} sessions by chance."
        )
    return " ".join(parts)


def _count(share: float) -> str:
    return "fewer than 1" if share < 1 else f"about {share:.0f}"


def _limits(episode: Episode) -> str:
    if episode.status == REPAIRED:
        chance = (
            "Most chance dips come back in the same way"
            if episode.opened_by_fall
            else "Scores rise by chance too"
        )
        return f"{chance}, so this does not show that anything was mended."
    advice = "Consider a check-in about how you are working together. The score does not say why"
    lasting = (
        "R08" in episode.rules
        or episode.status in (PARTIAL, UNRESOLVED)
        or not episode.opened_by_fall
    )
    return f"{advice}." if lasting else f"{advice}, and one low session is not a pattern."
