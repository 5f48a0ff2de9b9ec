"""How far an alert can be trusted, and why that is sometimes not known."""

from dataclasses import replace

import pytest

from service.alliance.rates import family_rate, rate_in_decline, rate_of_rule
from service.alliance.report.alerts import describe_alert
from tests.alliance.courses import alliance_form, cutoff, episodes, judged, norm, policy
from tests.alliance.report.test_story import FALL, firing


def trusted(episode=FALL, rules=None, **members):
    """Return how far an episode can be trusted: reason, severity, sessions."""
    label = describe_alert(replace(episode, **members), rules or policy())["false_alarm"]
    return label["reason"], label["severity"], label["n_sessions"]


PROMISED = policy(alpha_family=0.1, planned_sessions=12)


@pytest.mark.parametrize(
    ("members", "rules", "found"),
    [
        ({}, None, (None, "alert", 6)),
        ({"severity": "urgent"}, None, (None, "alert", 6)),
        ({"severity": "watch"}, None, (None, "watch", 6)),
        ({"opened_by_fall": False}, None, ("not_a_fall", "alert", 6)),
        ({"opened_by_fall": False}, policy(planned_sessions=9), ("not_a_fall", "alert", 9)),
        ({"severity": "watch"}, PROMISED, ("set_for_alerts", "watch", 12)),
        ({}, PROMISED, (None, "alert", 12)),
        ({"severity": "urgent"}, PROMISED, (None, "alert", 12)),
        ({}, policy(alpha_family=0.1, planned_sessions=6), (None, "alert", 6)),
        ({}, policy(alpha_family=0.1, planned_sessions=5), ("longer_than_planned", "alert", 6)),
        ({}, policy(alpha_family=0.1), (None, "alert", 12)),  # planned unless told
    ],
)
def test_why_no_rate_is_known(members, rules, found):
    assert trusted(rules=rules, **members) == found


UNDROPPED = replace(FALL, opened=replace(FALL.opened, dropped=False))


@pytest.mark.parametrize(
    ("rules", "members", "raised"),
    [
        (["R03", "R16"], {}, True),
        (["R03", "R15"], {}, True),
        (["R03", "R14"], {}, False),  # that lifts alerts
        (["R03"], {}, False),
        (["R08", "R16"], {}, False),  # an alert by itself
        (["R03", "R16"], {"severity": "watch"}, False),
        (["R03", "R16"], {"severity": "urgent"}, False),
        (["R03", "R16"], {"opened": FALL.opened}, False),
        (["R03", "R16"], {"later": [replace(FALL.opened, dropped=True)]}, False),
        (["R03", "R16"], {"later": [UNDROPPED.opened]}, True),
    ],
)
def test_an_alert_is_raised_by_others_where_neither_rule_nor_score_is_one(rules, members, raised):
    reason, *_ = trusted(replace(UNDROPPED, rules={rule: [6] for rule in rules}), **members)
    assert (reason == "raised_by_others") is raised


ASSUMED = episodes(judged([4] * 5 + [1], errors=None))[0].series


@pytest.mark.parametrize(
    ("series", "severity", "held_back"),
    [
        (ASSUMED, "alert", True),
        (ASSUMED, "urgent", True),
        (ASSUMED, "watch", False),  # what is held back are alerts
        (FALL.series, "alert", False),
        (FALL.series, "watch", False),
    ],
)
def test_alerts_that_an_assumed_variation_holds_back_have_a_rate_of_their_own(
    series, severity, held_back
):
    label = describe_alert(replace(FALL, series=series, severity=severity), policy())["false_alarm"]
    shown = "watch" if severity == "watch" else "alert"
    known = family_rate(shown, 6, 1.5, series.sem is not None, held_back)
    assert label["family_rate"] == known.rate
    assert label["rate_if_sd_half_again"] == known.rate_if_sd_half_again
    said = label["assumption"]
    assert ("before the dyad has 8 sessions of its own" in said) is held_back
    share = f"a session {100 * rate_in_decline(shown, 6):.0f} of 100 have one by then."
    assert said.endswith(share) is not held_back


@pytest.mark.parametrize(
    ("kappa", "planned", "n"), [(1.5, None, 6), (2.0, None, 6), (1.5, 10, 10), (1.5, 4, 6)]
)
def test_a_rate_is_for_the_kappa_and_the_sessions_of_the_course(kappa, planned, n):
    rules = policy(assumed_kappa=kappa, planned_sessions=planned)
    label = describe_alert(FALL, rules)["false_alarm"]
    assert (label["family_rate"], label["n_sessions"], label["kappa"]) == (
        family_rate("alert", n, kappa, True).rate,
        n,
        kappa,
    )


def weak(form, **members):
    """Return how often an episode that a weak start opened is chance: rate, reason, sessions."""
    (found, *_) = episodes(judged([3] * 4, form=form))
    label = describe_alert(
        firing("R12", session=found.opened_session, episode=replace(found, **members)), policy()
    )["false_alarm"]
    return label["family_rate"], label["reason"], label["n_sessions"]


def test_only_a_weak_start_in_a_norm_alone_has_the_rate_of_that_rule():
    normed = alliance_form(norms=(norm(4, 0.8),))
    rate = rate_of_rule("R12", 4)
    assert weak(normed) == (rate, None, 4)
    assert weak(normed, severity="alert") == (None, "not_a_fall", 4)
    lines = {"total": {"cutoffs": (cutoff("<", 3.6),)}}
    assert weak(alliance_form(**lines)) == (None, "not_a_fall", 4)
    both = alliance_form(norms=(norm(4, 0.8),), **lines)
    assert weak(both) == (None, "not_a_fall", 4)
    (fall, *_) = episodes(judged([3] * 4, form=normed))
    cut = firing("R01", session=fall.opened_session, episode=fall)
    assert describe_alert(cut, policy())["false_alarm"]["reason"] == "not_a_fall"


def test_of_fewer_sessions_than_were_simulated_none_has_a_rate():
    """Four are the fewest."""
    first = replace(FALL, series=judged([4, 4]).tracks.series.popitem()[1])
    assert describe_alert(first, policy())["false_alarm"]["n_sessions"] == 4
