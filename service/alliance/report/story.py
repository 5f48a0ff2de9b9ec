"""What is known of an episode when it is told: how it began, and where it stands."""

from itertools import takewhile
from typing import NamedTuple

from service.alliance.finding import RANK
from service.alliance.judging.episodes import OPEN, PARTIAL, PROVISIONAL, REPAIRED, Episode
from service.alliance.rules import subscale
from service.alliance.series.series import Point
from service.scoring.instrument import Cutoff
from service.scoring.sums import meets

BESIDE = frozenset({"R14", "R15", "R16", "R18", "R19", "R23"})
"""Rules about what stands beside an alliance score: said of an episode, never how it began."""
TOLD = frozenset(f"R{number:02}" for number in (*range(1, 21), 23))
"""Rules that have words of their own; later ones are told by their titles."""
SAME_ANSWERS = 5
"""Answers of a form from which on it is told that all were the same."""

NEW_THERAPIST = 5
"""Sessions with another therapist in which that is told as an event."""
CHANGED = "therapist_change"


class Standing(NamedTuple):
    """Where an episode stands: the name of the wording, and the sessions and score it takes."""

    kind: str
    session: int = 0
    first: int = 0
    score: float | None = None


def opening_rules(episode: Episode) -> set[str]:
    """Return the rules that fired in the session that opened an episode."""
    return {rule for rule, sessions in episode.rules.items() if episode.opened_session in sessions}


def opening(episode: Episode) -> str:
    """Return the name of the wording of how an episode began; `rule` for one told by its title."""
    rules = opening_rules(episode)
    found = _of_fall(episode, rules) if episode.opened_by_fall else _without_fall(rules)
    return found or ("rule" if opening_title(episode) else "signal")


def _without_fall(rules: set[str]) -> str | None:
    kinds = {
        "R12": "level.early",
        "R20": "direct.tension",
        "R24": "ceiling.symptoms",
        "R01": "level.cutoff",
    }
    return next((kind for rule, kind in kinds.items() if rule in rules), None)


def _of_fall(episode: Episode, rules: set[str]) -> str | None:
    point = episode.opened
    if point.unusual and rules & {"R03", "R04"}:
        return "fall.unusual"
    if point.unusual and episode.series.sem is None:
        return "fall.no_sem"
    if "R08" in rules and n_running_below(episode, episode.baseline) > 1:
        return "fall.several"
    kinds = {"R09": "fall.decline", "R10": "fall.part", "R07": "fall.range"}
    return next((kind for rule, kind in kinds.items() if rule in rules), None)


def opening_title(episode: Episode) -> str | None:
    """Return the title of the rule that opened an episode: the most severe one, which is not about
    what stands beside the score.
    """
    known = [
        episode.battery.rule[rule]
        for rule in episode.rules
        if rule in opening_rules(episode) and rule not in BESIDE
    ]
    first = max(known, key=lambda rule: RANK[rule.severity_of(episode.perspective)], default=None)
    return first.title if first is not None else None


def also(episode: Episode) -> list[tuple[str, int]]:
    """Return title and first session of the rules of an episode that have no words of their own,
    without the one that stands for how it began.
    """
    known, kind = episode.battery.rule, opening(episode)
    began = opening_title(episode) if kind in ("rule", "ceiling.symptoms") else None
    return [
        (known[rule].title, sessions[0])
        for rule, sessions in episode.rules.items()
        if rule not in TOLD and known[rule].title != began
    ]


def n_running_below(episode: Episode, line: float | None) -> int:
    """Return how many scores up to the opening one, without a break, lie below a line (higher is
    better).
    """
    if line is None:
        return 0
    return sum(1 for _ in takewhile(lambda point: point.y < line, reversed(upto_opening(episode))))


def upto_opening(episode: Episode) -> list[Point]:
    """Return the scores of the series, in the phase of the opening, up to the opening one."""
    opened = episode.opened
    return [
        point
        for point in episode.series.points
        if point.session <= opened.session and point.phase == opened.phase
    ]


def only_one_is_low(episode: Episode) -> bool:
    """Tell whether the score that opened an episode is the only low one that it is about: below
    the level at which it would be back.
    """
    if not episode.opened_by_fall or not all(map(episode.is_back, episode.later)):
        return False
    line = episode.target if episode.target is not None else episode.baseline
    return n_running_below(episode, line) < 2


def later_fall(episode: Episode) -> int | None:
    """Return the session in which a score fell more than usual, in an episode that began with a
    low level or a report.
    """
    if episode.opened_by_fall:
        return None
    return next(
        (session for session in episode.rules.get("R06", ()) if session > episode.opened_session),
        None,
    )


def symptoms_worsened(episode: Episode) -> int | None:
    """Return the session in which symptoms worsened reliably beside an episode, None where they did
    not or where how it began says so.
    """
    sessions = [session for rule in ("R16", "R23") for session in episode.rules.get(rule, ())]
    if opening(episode) == "ceiling.symptoms":
        return None
    return min(sessions, default=None)


def fallen_sides(episode: Episode) -> list[str]:
    """Return the titles of the subscales that fell when an episode opened (R10)."""
    found = subscale.of_parts(episode.opened.parts).evidence.get("subscales", ())
    scales = episode.series.instrument.scale
    return [scales[one["scale"]].title for one in found if one["fired"]]


def cutoff_met(episode: Episode) -> Cutoff | None:
    """Return the cut-off that the opening score is beyond, if any: the primary one first."""
    series, value = episode.series, episode.opened.value
    return next((one for one in series.cutoffs if meets(value, one.op, one.value)), None)


def fell_from_previous(episode: Episode) -> bool:
    """Tell whether the previous score shows the fall better than the earlier mean: on a rising
    course the score falls and is hardly below that, at least twice as far below the previous one.
    """
    point = episode.opened
    if episode.baseline is None or point.previous is None or point.summary.m < 2:
        return False
    return point.previous.y > point.y and point.previous.y - point.y >= 2 * (
        point.summary.mean - point.y
    )


def events(episode: Episode) -> list[tuple[int, str]]:
    """Return the events shortly before an episode, by session; a new therapist is one even where
    only the name tells.
    """
    found, point = list(episode.events), episode.opened
    start = point.session - point.in_phase + 1
    is_new = point.phase > 1 and point.in_phase <= NEW_THERAPIST
    if is_new and all(event != CHANGED for _, event in found):
        found.insert(0, (start, CHANGED))
    return found


def standing(episode: Episode) -> Standing | None:
    """Return where an episode stands, None where no score is there to tell."""
    up = "back" if episode.opened_by_fall else "up"
    if episode.late_return is not None:
        return Standing(f"{up} late", episode.late_return)
    latest = episode.later[-1] if episode.later else None
    if episode.status == OPEN:
        return _still_open(episode, latest)
    return _with_status(episode, latest, up)


def _with_status(episode: Episode, latest: Point | None, up: str) -> Standing:
    if episode.status == REPAIRED:
        assert episode.confirmed is not None
        return Standing(up, episode.confirmed)
    if episode.status == PROVISIONAL and latest is not None:
        return Standing(f"{up} once", latest.session)
    if latest is None:
        return Standing("unknown")
    if episode.first_back is not None:
        return Standing(f"{up}, then lower", latest.session, episode.first_back)
    assert episode.closed is not None
    kind = "half" if episode.status == PARTIAL else "not"
    return Standing(f"{kind} {up}", episode.closed)


def _still_open(episode: Episode, latest: Point | None) -> Standing | None:
    series = episode.series
    if latest is None or series.only_direct:
        return None
    return Standing("now", latest.session, 0, series.natural(latest.y))


def straightlined(episode: Episode) -> tuple[int, int]:
    """Return in how many forms up to the opening, of how many with enough answers, all answers
    were the same as they were submitted.
    """
    forms = [
        {answer for answer in point.rating.answers if answer is not None}
        for point in upto_opening(episode)
        if point.rating.answers is not None and _n_answered(point) >= SAME_ANSWERS
    ]
    return sum(len(given) == 1 for given in forms), len(forms)


def _n_answered(point: Point) -> int:
    return sum(answer is not None for answer in point.rating.answers or ())
