"""Writing an alert: its words, its evidence, its repair, and how far it can be trusted."""

from typing import Any

from service.alliance.judging.episodes import Episode
from service.alliance.policy import Policy
from service.alliance.rates import chance_of_return
from service.alliance.report import messages, notes, story
from service.alliance.report.chance import Chance, chance_of
from service.alliance.report.rule_results import identity
from service.alliance.report.words import IN_ENGLISH
from service.scoring.wording.words import Words

Json = dict[str, Any]


def describe_alert(episode: Episode, policy: Policy, words: Words = IN_ENGLISH) -> Json:
    """Describe an episode as it stands after the last session."""
    chance = chance_of(episode, policy, words)
    return {
        "id": episode.id,
        **identity(episode.series),
        "opened_session": episode.opened_session,
        "updated_session": episode.updated,
        "closed_session": episode.closed,
        "severity": episode.severity,
        "status": episode.status,
        "summary": messages.summary(episode, words),
        "message": messages.message(episode, chance, words),
        "note": notes.note(episode, words),
        "rules": list(episode.rules),
        "evidence": _evidence(episode),
        "repair": {
            **episode.repair(),
            "returns_by_chance": chance_of_return(policy.assumed_kappa)
            if episode.opened_by_fall
            else None,
        },
        "relapse_of": episode.relapse_of,
        "false_alarm": _false_alarm(chance, policy),
    }


def _evidence(episode: Episode) -> Json:
    """Return the figures that an alert rests on, as the scale prints its scores."""
    series, point = episode.series, episode.opened
    line = story.cutoff_met(episode) if not episode.opened_by_fall else None
    return {
        "score": point.value,
        "baseline": series.natural(episode.baseline),
        "n_baseline": point.summary.m,
        "previous": point.previous.value if point.previous is not None else None,
        "drop": episode.baseline - point.y if episode.baseline is not None else None,
        "p": point.prediction.p if point.prediction is not None else None,
        "cutoff": {"system": line.system, "op": line.op, "value": line.value} if line else None,
        "events": [
            {"session": session, "event": event} for session, event in story.events(episode)
        ],
        "fired_in": episode.rules,
    }


def _false_alarm(chance: Chance, policy: Policy) -> Json:
    return {
        "family_rate": chance.rate,
        "reason": chance.reason,
        "n_sessions": chance.n_sessions,
        "severity": chance.severity,
        "rate_if_sd_half_again": chance.rate_if_sd_half_again,
        "detection": chance.detection,
        "kappa": policy.assumed_kappa,
        "assumption": chance.assumption,
        "source": chance.source,
    }
