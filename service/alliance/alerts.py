"""Writing an alert: its message, its evidence, its repair, and how far it can be trusted."""

from typing import Any

from service.alliance import messages
from service.alliance.episodes import Episode
from service.alliance.policy import Policy
from service.alliance.rates import chance_of_return, family_rate
from service.alliance.rule_results import identity

Json = dict[str, Any]


def describe_alert(episode: Episode, policy: Policy) -> Json:
    """Describe an episode as it stands after the last session."""
    series, point = episode.series, episode.opened
    n_sessions = policy.planned_sessions or len(series.points)
    severity = "alert" if episode.severity == "urgent" else episode.severity
    family = None
    if policy.alpha_family is None and episode.opened_by_fall:
        family = family_rate(severity, n_sessions, policy.assumed_kappa, series.sem is not None)
    return {
        "id": episode.id,
        **identity(series),
        "opened_session": episode.opened_session,
        "updated_session": episode.updated,
        "closed_session": episode.closed,
        "severity": episode.severity,
        "status": episode.status,
        "message": messages.describe(episode, family, policy.alpha_family),
        "rules": list(episode.rules),
        "evidence": {
            "score": point.value,
            "baseline": series.natural(episode.baseline),
            "n_baseline": point.summary.m,
            "drop": episode.baseline - point.y if episode.baseline is not None else None,
            "p": point.prediction.p if point.prediction is not None else None,
            "fired_in": episode.rules,
        },
        "repair": {**episode.repair(), "returns_by_chance": chance_of_return(policy.assumed_kappa)},
        "relapse_of": episode.relapse_of,
        "false_alarm": _false_alarm(episode, policy, n_sessions),
    }


def _false_alarm(episode: Episode, policy: Policy, n_sessions: int) -> Json:
    series = episode.series
    severity = "alert" if episode.severity == "urgent" else episode.severity
    assumption = (
        "A patient whose scores vary about one level, independently from session to session, with the "
        "session-to-session SD given here; one watched scale. What the therapist's side and symptoms add "
        "(R14 to R16) is not in the rate."
    )
    if not episode.opened_by_fall:
        rate, half_again = None, None
        assumption = "Rates were simulated for falls of a score; this alert did not begin with one."
    elif policy.alpha_family is not None and severity == "alert":
        rate, half_again = policy.alpha_family, None
        assumption += " Thresholds were set for alpha_family over the planned sessions."
    elif policy.alpha_family is not None:
        rate, half_again = None, None
    else:
        family = family_rate(severity, n_sessions, policy.assumed_kappa, series.sem is not None)
        rate, half_again, n_sessions = family.rate, family.rate_if_sd_half_again, family.n_sessions
    return {
        "family_rate": rate,
        "n_sessions": n_sessions,
        "severity": severity,
        "rate_if_sd_half_again": half_again,
        "kappa": policy.assumed_kappa,
        "assumption": assumption,
    }
