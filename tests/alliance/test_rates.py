"""Rates between those that were simulated."""

import math

import pytest

from service.alliance.calibrated import (
    CHANCE_REPAIR,
    CUSUM_ALPHAS,
    DETECTION,
    DYADS,
    POLICY,
    RULE_DETECTION,
    RULES,
    SESSIONS,
)
from service.alliance.rates import (
    KAPPA,
    chance_of_return,
    cusum_threshold,
    family_rate,
    rate_in_decline,
    rate_of_rule,
    rates_of_policy,
    rates_of_rule,
    share_by_session,
)


@pytest.mark.parametrize(
    ("session", "share"),
    [(1, 0), (4, 0.1), (10, 0.3), (15, 0.4), (20, 0.5), (21, 0.5), (90, 0.5)],
)
def test_a_share_grows_from_none_at_the_first_session_to_that_of_the_last_counted(session, share):
    assert share_by_session((10, 20), (0.3, 0.5), session) == pytest.approx(share)


def test_the_rate_of_a_rule_lies_between_those_of_the_kappas_beside_it():
    low, high, *_ = sorted(RULES["R03"])
    rates = [rate_of_rule("R03", SESSIONS[0], kappa) for kappa in (low, (low + high) / 2, high)]
    assert rates[0] == RULES["R03"][low][0] / 100
    assert rates[1] == pytest.approx((rates[0] + rates[2]) / 2)
    assert rate_of_rule("R03", SESSIONS[0], low / 2) == rates[0]


def test_the_rate_of_a_severity_is_read_from_the_table_of_its_kind():
    """By session 12, the fourth that was simulated, in percent there and as a share here."""
    place = SESSIONS.index(12)
    assert place == 3

    def of(kind, severity):
        return POLICY[kind, KAPPA][severity][place] / 100

    for severity in ("watch", "alert"):
        for held_back, sem_known, kind, half_again in (
            (False, True, "sem", "half_again"),
            (False, False, "no_sem", "half_again"),
            (True, True, "capped", "capped_half_again"),
            (True, False, "capped_no_sem", "capped_half_again"),
        ):
            found = family_rate(severity, 12, KAPPA, sem_known, held_back)
            assert found == (
                pytest.approx(of(kind, severity)),
                pytest.approx(max(of(kind, severity), of(half_again, severity))),
                12,
            )
        assert family_rate(severity, 12, KAPPA, True, held_back=False) == family_rate(
            severity, 12, KAPPA, True
        )
        assert rate_in_decline(severity, 12) == pytest.approx(of("decline", severity))


def test_no_rate_reaches_beyond_the_last_session_that_was_simulated():
    assert SESSIONS[-1] == 24
    assert family_rate("alert", 25, KAPPA, True) == family_rate("alert", 24, KAPPA, True)
    assert family_rate("alert", 23, KAPPA, True).n_sessions == 23


@pytest.mark.parametrize(
    ("alpha", "n", "limit"),
    [
        (0.1, 12, 3),
        (0.005, 12, 5),  # beyond the table its ends hold
        (0.5, 12, 1),
        (0.1, 2, 2.5),
        (0.1, 90, 6),
        (math.sqrt(0.1 * 0.2), 12, 2.5),  # half way between the logarithms
        (0.1, math.sqrt(12 * 48), 4.5),
        (math.sqrt(0.1 * 0.2), math.sqrt(12 * 48), 4),
    ],
)
def test_the_limit_of_the_sum_lies_between_those_simulated_on_logarithms(alpha, n, limit):
    assert CUSUM_ALPHAS == (0.01, 0.05, 0.1, 0.2, 0.3)
    limits = {4: (4.5, 3.5, 2.5, 1.5, 0.5), 12: (5, 4, 3, 2, 1), 48: (8, 7, 6, 5, 4)}
    assert cusum_threshold(alpha, n, limits) == pytest.approx(limit)


@pytest.mark.parametrize(
    ("rule", "lifted"),
    [
        ("R14", {"patient", "therapist_independent", "therapist_correlated"}),
        ("R15", {"patient", "therapist_independent", "therapist_correlated"}),
        ("R16", {"patient", "symptoms"}),
    ],
)
def test_a_rule_that_lifts_signals_tells_what_becomes_of_stable_courses(rule, lifted):
    """With both raters, or with symptoms, beside the patient alone."""
    assert rates_of_rule(rule) == {"kappa": 1.5, "lifted": {name: DYADS[name] for name in lifted}}


def test_rules_that_were_not_simulated_have_no_rates():
    assert [rates_of_rule(rule) for rule in ("R01", "R05", "R13", "R20", "P02")] == [None] * 5


def test_the_rates_of_a_simulated_rule_are_those_of_the_usual_kappa():
    shown = rates_of_rule("R08")
    assert shown == {
        "kappa": 1.5,
        "false_alarms": dict(
            zip(("4", "6", "8", "12", "16", "24"), RULES["R08"][1.5], strict=True)
        ),
        "detection": RULE_DETECTION["R08"],
    }


def test_the_rates_of_the_policy_are_those_of_the_usual_kappa():
    shown = rates_of_policy()
    assert shown.keys() == {"kappa", "false_alarms", "detection"}
    assert (shown["kappa"], shown["detection"]) == (1.5, DETECTION["sem", 1.5])
    assert shown["false_alarms"]["alert"] == dict(
        zip(("4", "6", "8", "12", "16", "24"), POLICY["sem", 1.5]["alert"], strict=True)
    )


@pytest.mark.parametrize(("kappa", "share"), [(0.5, 0), (1, 0), (1.25, 0.5), (1.5, 1), (9, 2)])
def test_the_chance_of_a_return_follows_kappa(kappa, share):
    """On the line through kappas of 1, 1.5 and 2; constant beyond them."""
    assert sorted(CHANCE_REPAIR) == [1, 1.5, 2]
    steps = [CHANCE_REPAIR[at] / 100 for at in (1, 1.5, 2)]
    below, above = steps[math.floor(share)], steps[math.ceil(share)]
    assert chance_of_return(kappa) == pytest.approx((below + above) / 2)
