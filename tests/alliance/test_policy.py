"""How a family-wise error rate sets the thresholds of a course."""

import math
from dataclasses import fields

import pytest

from service.alliance.calibrated import CUSUM_LIMITS
from service.alliance.policy import (
    ASSUMED_SHARE_OF_RANGE,
    DEFAULT_PLANNED_SESSIONS,
    MOST_PLANNED_SESSIONS,
    WITHIN_SHARE,
    Policy,
    Slope,
    policy_for,
)

PUBLISHED = {
    "z_reliable": 1.96,  # Jacobson and Truax 1991: two-sided 5 %
    "chart_limit": 3,  # Shewhart's three standard deviations
    "cusum_slack": 0.5,  # Page 1954: half of the shift that is looked for, one SD
    "trend_z": 1.645,  # one-sided 5 %
    "expected_gap": 0.41,  # Lev Ari 2025: patients rate higher than therapists
}
CHOSEN = {
    "z_low": -1.5,
    "a_watch": 0.025,
    "a_alert": 0.01,
    "a_strong": 0.001,
    "prior_df": 4,
    "baseline_needed": 1,
    "growth_span": 10,
    "own_trend": Slope(0.05, 0.5),
    "growth": Slope(0.13, 0.13),
    "cusum_limit": 3.7,
    "cusum_cap": 1,
    "cusum_gap": 1.5,
    "cusum_earlier": 0.25,
    "cusum_fall": 1,
    "early_z": -1,
    "gap_low": -1,
    "gap_high": 2.5,
    "unmoved_therapist": 0.5,
    "ceiling_run": 3,
    "repair_window": 5,
    "relapse_window": 3,
    "own_sessions": 8,
    "assumed_kappa": 1.5,
    "cutoff_alone": "info",
    "alpha_family": None,
    "planned_sessions": None,
    "persistent_low": 6,
    "persistent_window": 8,
    "lasting_gap_low": -25,
    "lasting_gap_high": 37.5,
    "variable_ratio": 2,
    "leave_out_alerts": True,
    "reset_cusum": True,
}


def test_the_service_judges_with_these_thresholds():
    """Published ones, and choices whose error rates docs/calibration.md gives.

    One that changes changes what is an alert: simulate anew and tell the users.
    """
    shipped = {field.name: getattr(Policy(), field.name) for field in fields(Policy)}
    assert shipped == PUBLISHED | CHOSEN


def test_shares_by_which_an_unknown_sd_is_derived():
    """The dependability of one alliance score is .77 (Crits-Christoph 2011): sqrt(1 - .77)."""
    assert pytest.approx(math.sqrt(1 - 0.77), abs=0.001) == WITHIN_SHARE
    assert ASSUMED_SHARE_OF_RANGE == 0.08


@pytest.mark.parametrize(
    ("alpha", "n", "a"),
    [(0.10, 12, 0.0087), (0.05, 10, 0.0051), (0.20, 16, 0.0138), (0.10, 1, 0.1)],
)
def test_the_rate_per_session_is_sidaks(alpha, n, a):
    """1 - (1 - alpha)^(1/n), so that n independent sessions together keep alpha: 1 - .9^(1/12) =
    .0087.
    """
    policy = policy_for(alpha_family=alpha, planned_sessions=n)
    assert policy.a_alert == pytest.approx(a, abs=5e-5)
    assert 1 - (1 - policy.a_alert) ** n == pytest.approx(alpha)


@pytest.mark.parametrize(
    ("alpha", "n", "watch", "alert", "strong"),
    [
        (0.10, 12, 0.021854, 0.008742, 0.0008742),  # 1 - .9^(1/12) = .0087416
        (0.05, 20, 0.0064034, 0.0025614, 0.00025614),  # 1 - .95^(1/20) = .0025614
        (0.30, 2, 0.25, 0.1, 0.01),  # 1 - sqrt(.7) = .1633 is more than .1 per session
    ],
)
def test_watch_and_strong_stand_to_the_alert_as_by_default(alpha, n, watch, alert, strong):
    """2.5 times and a tenth of it."""
    policy = policy_for(alpha_family=alpha, planned_sessions=n)
    assert (policy.a_watch, policy.a_alert, policy.a_strong) == pytest.approx(
        (watch, alert, strong), rel=1e-4
    )


def test_twelve_sessions_are_planned_unless_told():
    assert policy_for(0.1) == policy_for(0.1, 12)
    assert (policy_for(0.1).alpha_family, policy_for(0.1).planned_sessions) == (0.1, 12)
    assert DEFAULT_PLANNED_SESSIONS == 12


@pytest.mark.parametrize("alpha", [0.001, 0.05, 0.5, 0.99])
@pytest.mark.parametrize("n", [None, 1, 12, 60])
def test_levels_keep_their_order_and_are_probabilities(alpha, n):
    policy = policy_for(alpha_family=alpha, planned_sessions=n)
    assert 0 < policy.a_strong < policy.a_alert < policy.a_watch < 0.5
    assert policy.cusum_limit > 0
    assert policy.planned_sessions == (n or DEFAULT_PLANNED_SESSIONS)


def test_a_stricter_family_rate_or_more_sessions_are_stricter_in_each():
    assert policy_for(0.05, 12).a_alert < policy_for(0.1, 12).a_alert
    assert policy_for(0.1, 24).a_alert < policy_for(0.1, 12).a_alert
    assert policy_for(0.05, 12).cusum_limit > policy_for(0.1, 12).cusum_limit
    assert policy_for(0.1, 24).cusum_limit > policy_for(0.1, 12).cusum_limit


def test_without_a_family_rate_the_thresholds_are_the_services_own():
    assert policy_for() == Policy()
    shipped = Policy()
    assert (shipped.a_watch, shipped.a_strong) == pytest.approx(
        (2.5 * shipped.a_alert, shipped.a_alert / 10)
    )
    chosen = policy_for(planned_sessions=20, assumed_kappa=2.0, cutoff_alone="watch")
    assert (chosen.planned_sessions, chosen.assumed_kappa, chosen.cutoff_alone) == (
        20,
        2.0,
        "watch",
    )
    assert (chosen.a_alert, chosen.cusum_limit) == (Policy().a_alert, Policy().cusum_limit)


def test_no_more_sessions_can_be_planned_than_limits_were_simulated_for():
    assert MOST_PLANNED_SESSIONS == max(CUSUM_LIMITS) == 60


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("own_trend", {"mean": 0.05, "sd": 0.5}),
        ("growth", {"mean": 0.13, "sd": 0.13}),
        ("z_reliable", 1.96),
        ("alpha_family", None),
    ],
)
def test_an_answer_shows_what_is_expected_of_a_slope_by_name(name, shown):
    assert Policy().setting(name) == shown
