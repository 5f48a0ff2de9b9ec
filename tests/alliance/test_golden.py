"""The worked example: nine sessions with one deep dip, whose figures were worked out apart from
this service.

SEM 0.20, session-to-session SD 0.30, prior degrees of freedom 4. Once every earlier session is the
baseline and the cumulative sum never starts anew; once, as by default, the session that was an
alert leaves the baseline.
"""

import pytest

from tests.alliance.courses import (
    DIP,
    episodes,
    finding,
    fired,
    judged,
    outcomes,
    policy,
    signals,
    view,
)

EVERYTHING = policy(leave_out_alerts=False, reset_cusum=False)

# session, R03 rci, b, s, mean moving range, R04 z, b - 2.66 mR, lower limit with its floor, s_p, T,
# p, C
TABLE = [
    (4, -0.6010, 4.0833, 0.0850, 0.1300, -0.7217, 3.7375, 3.4833, 0.2498, -0.5778, 0.70778, 0),
    (5, 0.2828, 4.1250, 0.1085, 0.1433, -0.2012, 3.7437, 3.5250, 0.2376, -0.1694, 0.56485, 0),
    (6, 2.9698, 4.1340, 0.0961, 0.1275, 3.6697, 3.7948, 3.5340, 0.2227, 3.2950, 0.00547, 2.7950),
    (7, -2.0860, 4.0000, 0.3393, 0.2700, 0.3703, 3.2818, 3.2818, 0.3224, 0.2297, 0.41172, 2.5247),
    (8, -0.8839, 3.9886, 0.3112, 0.3233, -0.8486, 3.1285, 3.1285, 0.3068, -0.5532, 0.70387, 1.4715),
    (9, -0.2828, 4.0113, 0.2952, 0.3129, -1.1255, 3.1791, 3.1791, 0.2969, -0.7581, 0.76783, 0.2135),
]

# session, m, b, s, s_p, T, p, C
TABLE_WITHOUT_ALERTS = [
    (6, 5, 4.1340, 0.0961, 0.2227, 3.2950, 0.00547, 2.7950),
    (7, 5, 4.1340, 0.0961, 0.2227, 0.8770, 0.20302, 3.1721),
    (8, 6, 4.0983, 0.1225, 0.2199, -0.3018, 0.61516, 0),
    (9, 7, 4.1086, 0.1151, 0.2096, -0.6311, 0.72892, 0),
]


def about(value):
    return pytest.approx(value, abs=5.1e-5)


@pytest.fixture(scope="module")
def whole():
    return judged(DIP, rules=EVERYTHING)


@pytest.fixture(scope="module")
def default():
    return judged(DIP)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"session {row[0]}")
def test_every_figure_with_all_earlier_sessions_as_baseline(whole, row):
    session, rci, b, s, mean_range, z, own_limit, limit, s_p, t, p, c = row
    point = view(whole, session).scored[0].point
    summary, prediction = point.summary, point.prediction
    assert finding(whole, "R03", session).statistic == about(rci)
    assert (summary.m, summary.mean, summary.sd, summary.mean_range) == (
        session - 1,
        about(b),
        about(s),
        about(mean_range),
    )
    assert finding(whole, "R04", session).statistic == about(z)
    assert (prediction.sd, prediction.t, prediction.df) == (about(s_p), about(t), session + 2)
    assert prediction.p == pytest.approx(p, abs=5.1e-6)
    assert finding(whole, "R08", session).statistic == about(c)
    # The table's chart is drawn with 2.66 and its floor is 3 x 0.20, so the two columns check each
    # other.
    assert summary.mean - 2.66 * summary.mean_range == about(own_limit)
    assert min(own_limit, b - 0.6) == about(limit)


@pytest.mark.parametrize(
    ("session", "limit", "floor_used"),
    [
        (6, 4.134 - 0.6, True),  # 2.6587 x 0.1275 = 0.3390 < 3 x 0.20
        (7, 4.0 - 2.6587 * 0.27, False),  # 0.7178 > 0.6
        (8, 3.988571 - 2.6587 * 0.323333, False),
        (9, 4.01125 - 2.6587 * 0.312857, False),
    ],
)
def test_the_lower_control_limit_from_the_exact_constant(whole, session, limit, floor_used):
    """3 / d2 with d2 = 2 / sqrt(pi) = 1.12838 is 2.6587, where the table has the rounded 2.66."""
    evidence = finding(whole, "R07", session).evidence
    assert evidence["lower_control_limit"] == about(limit)
    assert evidence["floor_used"] is floor_used


def test_the_chart_waits_for_five_sessions(whole):
    """The table has limits for sessions 4 and 5 too, but a chart of three or four scores is
    none.
    """
    for session in (4, 5):
        one = view(whole, session).scored[0]
        assert one.point.control_limit is None
        assert finding(whole, "R07", session).reason == "baseline_too_short"


@pytest.mark.parametrize("row", TABLE_WITHOUT_ALERTS, ids=lambda row: f"session {row[0]}")
def test_every_figure_once_the_alert_has_left_the_baseline(default, row):
    session, m, b, s, s_p, t, p, c = row
    point = view(default, session).scored[0].point
    summary, prediction = point.summary, point.prediction
    assert (summary.m, summary.mean, summary.sd) == (m, about(b), about(s))
    assert (prediction.sd, prediction.t) == (about(s_p), about(t))
    assert prediction.p == pytest.approx(p, abs=5.1e-6)
    assert point.cusum == about(c)


@pytest.mark.parametrize("rules", [EVERYTHING, policy()], ids=["all", "without alerts"])
def test_the_dip_is_an_alert_by_four_rules(rules):
    """C = 2.795 stays below 3; T = 3.295 exceeds t(.01; 8) = 2.896 and not t(.001; 8) = 4.501."""
    monitor = judged(DIP, rules=rules)
    assert fired(monitor, 6) == {"R03", "R04", "R06", "R07"}
    assert finding(monitor, "R06", 6).evidence["level"] == "alert"
    assert signals(monitor)[:6] == ["none"] * 5 + ["alert"]
    assert [fired(monitor, session) for session in range(1, 6)] == [set()] * 5


def test_the_sum_that_passes_its_limit_on_the_way_back_is_no_second_alert(default):
    assert fired(default, 7) == {"R08"}
    (episode,) = episodes(default)
    assert episode.rules == {"R03": [6], "R04": [6], "R06": [6], "R07": [6], "R08": [7]}
    assert (episode.opened_session, episode.updated, episode.severity) == (6, 7, "alert")
    assert signals(default)[6:] == ["info", "none", "none"]


def test_without_a_new_start_the_sum_stays_below_its_limit(whole):
    assert fired(whole, 7) == set()
    assert signals(whole)[6:] == ["none"] * 3


@pytest.mark.parametrize("rules", [EVERYTHING, policy()], ids=["all", "without alerts"])
def test_the_dip_is_repaired_in_three_sessions(rules):
    """Back means 4.134 - 0.20 = 3.934 or more: 3.92 is not, 4.17 is once, 4.25 confirms it."""
    monitor = judged(DIP, rules=rules)
    assert outcomes(monitor) == [(8, "P01"), (9, "P02")]
    (episode,) = episodes(monitor)
    assert (episode.status, episode.closed, episode.severity) == ("repaired", 9, "alert")
    story = episode.repair()
    assert (story["baseline"], story["target"]) == (about(4.134), about(3.934))
    assert (story["score_at_opening"], story["latest_score"], story["latest_session"]) == (
        3.33,
        4.25,
        9,
    )
    assert (
        story["provisional_session"],
        story["confirmed_session"],
        story["sessions_to_repair"],
    ) == (8, 9, 3)
    assert story["recovered_fraction"] == about((4.25 - 3.33) / (4.134 - 3.33))
    assert (story["n_sessions_observed"], story["window"]) == (3, 5)
