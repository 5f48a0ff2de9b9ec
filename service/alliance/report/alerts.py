"""Writing an alert: its message, its evidence, its repair, and how far it can be trusted."""

from typing import Any

from service.alliance.judging.episodes import Episode
from service.alliance.policy import DEFAULT_PLANNED_SESSIONS, Policy
from service.alliance.rates import chance_of_return, family_rate
from service.alliance.report import messages
from service.alliance.report.messages import Chance
from service.alliance.report.rule_results import identity

Json = dict[str, Any]


_ASSUMPTION = (
    "A patient whose scores vary about one level, independently from session to session, with "
    "the session-to-session "
    "SD given here; one watched scale. What the therapist's side and symptoms add (R14 to R16) "
    "is not in the rate."
)


def describe_alert(episode: Episode, policy: Policy) -> Json:
    """Describe an episode as it stands after the last session."""
    series, point = episode.series, episode.opened
    chance = _chance(episode, policy)
    return {
        "id": episode.id,
        **identity(series),
        "opened_session": episode.opened_session,
        "updated_session": episode.updated,
        "closed_session": episode.closed,
        "severity": episode.severity,
        "status": episode.status,
        "message": messages.describe(episode, chance),
        "rules": list(episode.rules),
        "evidence": {
            "score": point.value,
            "baseline": series.natural(episode.baseline),
            "n_baseline": point.summary.m,
            "drop": episode.baseline - point.y if episode.baseline is not None else None,
            "p": point.prediction.p if point.prediction is not None else None,
            "fired_in": episode.rules,
        },
        "repair": {
            **episode.repair(),
            "returns_by_chance": chance_of_return(policy.assumed_kappa)
            if episode.opened_by_fall
            else None,
        },
        "relapse_of": episode.relapse_of,
        "false_alarm": {
            "family_rate": chance.rate,
            "n_sessions": chance.n_sessions,
            "severity": chance.severity,
            "rate_if_sd_half_again": chance.rate_if_sd_half_again,
            "kappa": policy.assumed_kappa,
            "assumption": chance.assumption,
        },
    }


def _chance(episode: Episode, policy: Policy) -> Chance:
    """Return how often steady courses give such a signal by chance, as far as that is known."""
    severity = "alert" if episode.severity == "urgent" else episode.severity
    n_scores = len(episode.series.points)
    n_sessions = max(policy.planned_sessions or 0, n_scores)
    if not episode.opened_by_fall:
        assumption = "Rates were simulated for falls of a score; this alert did not begin with one."
        return Chance(severity, n_sessions, assumption)
    if policy.alpha_family is None:
        family = family_rate(
            severity, n_sessions, policy.assumed_kappa, episode.series.sem is not None
        )
        return Chance(
            severity, family.n_sessions, _ASSUMPTION, family.rate, family.rate_if_sd_half_again
        )
    planned = policy.planned_sessions or DEFAULT_PLANNED_SESSIONS
    if severity != "alert":
        return Chance(
            severity,
            planned,
            f"{_ASSUMPTION} Thresholds were set by alpha_family, which is about alerts.",
        )
    if n_scores > planned:
        longer = (
            f"Thresholds were set for alpha_family over {planned} sessions; this course is longer."
        )
        return Chance(severity, n_scores, f"{_ASSUMPTION} {longer}")
    set_for = "Thresholds were set for alpha_family over the planned sessions."
    return Chance(
        severity, planned, f"{_ASSUMPTION} {set_for}", policy.alpha_family, None, is_limit=True
    )
