"""How often steady courses give such an alert by chance, and where nobody knows."""

from collections.abc import Mapping
from typing import NamedTuple

from service.alliance.calibrated import SESSIONS
from service.alliance.judging.episodes import Episode
from service.alliance.policy import DEFAULT_PLANNED_SESSIONS, Policy
from service.alliance.rates import (
    family_rate,
    rate_in_decline,
    rate_of_rule,
    share_by_session,
)
from service.alliance.report import story
from service.alliance.series.error_model import NOT_OWN
from service.scoring.wording.words import Words


class Chance(NamedTuple):
    """How often steady courses give such a signal or worse by chance within some sessions, and what
    that rests on.

    `rate` (0 to 1) is None where none is known, for a `reason`; with `is_limit` thresholds were set
    to keep it, with `is_of_level` it is that of a weak start. Of a site's own rates `source` is the
    definition's, `detection` the shares of changes that are noticed as such a signal or worse.
    """

    severity: str
    n_sessions: int
    assumption: str
    rate: float | None = None
    rate_if_sd_half_again: float | None = None
    is_limit: bool = False
    reason: str | None = None
    is_of_level: bool = False
    source: str | None = None
    detection: Mapping[str, float] | None = None


def chance_of(episode: Episode, policy: Policy, words: Words) -> Chance:
    """Return how often steady courses give such a signal by chance, as far as that is known."""
    severity = "alert" if episode.severity == "urgent" else episode.severity
    planned = policy.planned_sessions or DEFAULT_PLANNED_SESSIONS
    n_scores = len(episode.series.points)
    n_followed = max(policy.planned_sessions or n_scores, n_scores)
    n_simulated = max(n_followed, SESSIONS[0])  # of fewer sessions no rate was simulated
    weak = _of_weak_start(episode, n_simulated)
    if weak is not None:
        return Chance(severity, n_simulated, words.say("assumption.level"), weak, is_of_level=True)
    reason = _why_unknown(episode, severity, policy, n_scores > planned)
    if reason is not None:
        plan = planned if reason == "set_for_alerts" else n_followed
        assumption = words.say(f"no rate.{reason}", planned=planned)
        return Chance(severity, plan, assumption, reason=reason)
    if policy.alpha_family is not None:
        assumption = f"{words.say('assumption')} {words.say('assumption.set')}"
        return Chance(severity, planned, assumption, policy.alpha_family, is_limit=True)
    of_site = _of_site(episode, severity, n_followed, words)
    if of_site is not None:
        return of_site
    return _of_default(episode, severity, n_simulated, policy, words)


def _of_default(
    episode: Episode, severity: str, n_sessions: int, policy: Policy, words: Words
) -> Chance:
    """Return how often simulated courses give such a signal."""
    held_back = severity == "alert" and _is_held_back(episode)
    family = family_rate(
        severity,
        n_sessions,
        policy.assumed_kappa,
        episode.series.sem is not None,
        held_back,
    )
    beside = words.say("assumption.held back", own=policy.own_sessions)
    if not held_back:
        share = 100 * rate_in_decline(severity, family.n_sessions)
        beside = words.say("assumption.decline", share=f"{share:.0f}")
    assumption = f"{words.say('assumption')} {beside}"
    return Chance(
        severity, family.n_sessions, assumption, family.rate, family.rate_if_sd_half_again
    )


def _of_site(episode: Episode, severity: str, n_followed: int, words: Words) -> Chance | None:
    """Return how often courses of this site give such a signal, None where its definition does not
    say.
    """
    series = episode.series
    rates = series.model.rates
    if rates is None:
        return None
    first, last = rates.sessions[0], rates.sessions[-1]
    n_sessions = min(max(n_followed, first), last)  # of fewer or more nothing was simulated
    return Chance(
        severity,
        n_sessions,
        words.say("assumption.site"),
        share_by_session(rates.sessions, rates.by_severity[severity], n_sessions),
        source=f"{series.instrument.id}/{rates.source}",
        detection={name: found[severity] for name, found in rates.detection.items()},
    )


def _of_weak_start(episode: Episode, n_sessions: int) -> float | None:
    """Return how often patients of the norm start so low, None for any other alert, or where a
    cut-off counts as well, which no population was simulated for.
    """
    series = episode.series
    weak = story.opening(episode) == "level.early" and series.model.norm is not None
    alone = episode.severity == "watch" and not series.cutoffs
    return rate_of_rule("R12", n_sessions) if weak and alone else None


def _why_unknown(episode: Episode, severity: str, policy: Policy, is_longer: bool) -> str | None:
    """Return why no rate fits an alert, None where one does."""
    if not episode.opened_by_fall:
        return "not_a_fall"
    if _is_raised_by_others(episode):
        return "raised_by_others"
    if policy.alpha_family is None:
        return None
    if severity != "alert":
        return "set_for_alerts"
    return "longer_than_planned" if is_longer else None


def _is_held_back(episode: Episode) -> bool:
    """Tell whether the session-to-session SD is another's, so that signals are capped for long."""
    within = episode.series.model.within_person_sd
    return within is not None and within.provenance in NOT_OWN


def _is_raised_by_others(episode: Episode) -> bool:
    """Tell whether therapist or symptoms may have made an alert of a watch: they fired, and no
    score was an alert by itself.
    """
    rater, known = episode.perspective, episode.battery.rule
    lifted = not episode.battery.lifts_watch.isdisjoint(episode.rules)
    own = any(known[rule].severity_of(rater) == "alert" for rule in episode.rules)
    dropped = any(one.dropped for one in (episode.opened, *episode.later))
    return episode.severity == "alert" and lifted and not own and not dropped
