"""The individuals chart, the cumulative sum and the steady decline: R07 to R09."""

import math

import pytest

from service.alliance.course import Errors
from tests.alliance.courses import alliance_form, finding, fired, judged, policy, view

NO_ERRORS = Errors()


# R07 after 4, 4, 4, 4, 4 with SEM 0.2: the limit is its floor, 4 - 3 x 0.2 = 3.4.
@pytest.mark.parametrize(
    ("score", "fires"), [(3.4, False), (3.39, True), (3.6, False), (4.8, False)]
)
def test_r07_fires_below_the_floor_of_three_errors(score, fires):
    found = finding(judged([4] * 5 + [score]), "R07")
    assert (found.fired, found.evidence["floor_used"]) == (fires, True)
    assert (found.statistic, found.threshold) == (score, pytest.approx(3.4))


@pytest.mark.parametrize("level", [4.0, 4.1, 4.2, 4.3, 4.4, 4.6, 4.7])
def test_r07_does_not_fire_on_its_limit_in_decimals(level):
    """A score three errors of 0.1 below is on the limit, whatever binary fractions make of it."""
    monitor = judged([level] * 5 + [round(level - 0.3, 1)], errors=Errors(0.1, 0.1))
    assert finding(monitor, "R07").fired is False


# Ranges 0.4 throughout: the limit is 4.16 - 3 x 0.4 / 1.128379 = 4.16 - 1.063472 = 3.096528 (b =
# 20.8 / 5).
@pytest.mark.parametrize(("score", "fires"), [(3.0966, False), (3.0964, True)])
def test_r07_fires_below_three_sigma_of_the_moving_range(score, fires):
    found = finding(judged([4, 4.4, 4, 4.4, 4, score]), "R07")
    assert (found.fired, found.evidence["floor_used"]) == (fires, False)
    assert found.evidence["mean_moving_range"] == pytest.approx(0.4)
    assert found.threshold == pytest.approx(3.096528, abs=1e-6)


def test_r07_needs_five_scores_and_four_ranges_of_neighbours():
    assert finding(judged([4] * 4 + [1]), "R07")[:2] == (None, "baseline_too_short")
    assert finding(judged([4] * 5 + [1]), "R07").fired is True
    assert finding(judged([4, None, 4, 4, 4, 4, 1]), "R07")[:2] == (
        None,
        "too_few_adjacent_sessions",
    )
    assert finding(judged([4, None, 4, 4, 4, 4, 4, 1]), "R07").fired is True


def test_r07_says_when_no_variation_is_known():
    form = alliance_form(total={"terms": ()})
    assert finding(judged([4] * 5 + [1], form=form, errors=NO_ERRORS), "R07")[:2] == (
        None,
        "no_within_person_sd",
    )


def test_r07_without_a_standard_error_takes_the_sd_over_kappa_as_floor():
    """0.3 / 1.5 = 0.2: the limit is 3.4 again."""
    found = finding(judged([4] * 5 + [3.39], errors=Errors(within_person_sd=0.3)), "R07")
    assert (found.fired, found.threshold) == (True, pytest.approx(3.4))


# R08 after 4, 4, 4: error = sqrt(0.08), so a score of 4 - 2.3 sqrt(0.08) has T = 2.3 and C = 2.3 -
# 0.5 = 1.8.
def falls(*ts):
    """Return three scores of 4 and then, against a baseline that stays as it is, scores of these
    T.
    """
    return [4, 4, 4, *(4 - t * math.sqrt(0.08) for t in ts)]


@pytest.mark.parametrize(("t", "fires"), [(3.4999, False), (3.5001, True)])
def test_r08_fires_above_h(t, fires):
    """T - k passes 3 when T passes 3.5."""
    found = finding(judged(falls(t), rules=policy(a_alert=1e-9)), "R08")
    assert (found.fired, found.threshold, found.statistic) == (fires, 3.0, pytest.approx(t - 0.5))


def test_r08_adds_up_what_single_scores_do_not_show():
    """C = 1.8 first. The fall enters the baseline: b = 4 - 0.65054 / 4 = 3.837365, s^2 = 0.65054^2
    / 4 = 0.1058, df = 7, s_p = sqrt((0.36 + 3 x 0.1058) / 7) = 0.311081, error = s_p sqrt(5/4) =
    0.347799. A score of 3.2 has T = 0.637365 / 0.347799 = 1.832567, so C = 1.8 + 1.832567 - 0.5 =
    3.132567.
    """
    monitor = judged([*falls(2.3), 3.2])
    assert finding(monitor, "R08", 4).statistic == pytest.approx(1.8)
    last = finding(monitor, "R08", 5)
    assert last.evidence["before"] == pytest.approx(1.8)
    assert last.statistic == pytest.approx(3.132567, abs=1e-5)
    assert "R08" in fired(monitor, 5)
    assert "R06" not in fired(monitor, 5)
    assert monitor.views[-1].signal["client"] == "alert"


def test_r08_never_goes_below_zero():
    assert finding(judged([4, 4, 4, 5, 5, 5]), "R08").statistic == 0


@pytest.mark.parametrize(("reset", "before"), [(True, 0.0), (False, 3.2)])
def test_r08_starts_anew_after_a_signal(reset, before):
    monitor = judged([*falls(3.7), 4.0], rules=policy(reset_cusum=reset))
    assert finding(monitor, "R08", 4).fired is True
    assert finding(monitor, "R08", 5).evidence["before"] == pytest.approx(before)


# R09: 1.645 x 1.414214 x 0.2 = 0.4652763.
@pytest.mark.parametrize(
    ("scores", "fires"),
    [
        ([4, 3.9, 3.8, 4 - 0.465277], True),
        ([4, 3.9, 3.8, 4 - 0.465275], False),
        ([4, 3.9, 3.9, 3.4], False),  # two falls and a rest
        ([4, 3.7, 3.8, 3.4], False),  # a rise between
        ([4, 4, 3.7, 3.4], False),
        ([4, 3.7, 3.4, 3.4], False),
        ([4, 4.1, 3.7, 3.4], False),
        ([4, 3.6, 3.3, 3.4], False),
        ([3, 4, 3.9, 3.8, 3.5], True),  # only the last four count
    ],
)
def test_r09_needs_three_falls_running_that_add_up(scores, fires):
    found = finding(judged(scores), "R09")
    assert found.fired is fires
    assert found.threshold == pytest.approx(0.465276, abs=1e-6)
    assert found.statistic == pytest.approx(scores[-4] - scores[-1])


def test_r09_needs_four_neighbouring_sessions_and_an_error():
    assert finding(judged([4, 3.8, 3.4]), "R09")[:2] == (None, "too_few_adjacent_sessions")
    assert finding(judged([4, 3.8, None, 3.6, 3.2]), "R09")[:2] == (
        None,
        "too_few_adjacent_sessions",
    )
    assert finding(judged([4, 3.8, 3.6, 3.2], errors=NO_ERRORS), "R09")[:2] == (None, "no_sem")


def test_r09_names_where_the_decline_began():
    found = finding(judged([4, 4.2, 4, 3.8, 3.6]), "R09")
    assert found.evidence == {"since_session": 2, "falls_in_a_row": 3}


def test_the_limits_are_turned_round_where_higher_is_worse():
    """A form of the other direction with scores 6 - x has its limit above: 6 - 3.4 = 2.6."""
    form = alliance_form(direction="higher_is_worse")
    monitor = judged([2] * 5 + [2.61], form=form)
    found = finding(monitor, "R07")
    assert (found.fired, found.threshold) == (True, pytest.approx(2.6))
    assert finding(monitor, "R04").evidence["baseline"] == 2
    assert view(monitor, 6).signal["client"] == "watch"


def test_sessions_are_counted_since_the_score_before():
    monitor = judged([4, 4, 4], numbers=[2, 3, 7])
    assert [one.scored[0].point.gap for one in monitor.views] == [1, 1, 4]


def test_r08_tells_what_it_rests_on():
    """0.75 below the mean of 4 is 2.5 of the session-to-session SDs of 0.3."""
    evidence = finding(judged([4, 4, 4, 3.25]), "R08").evidence
    assert sorted(evidence) == ["before", "expected", "fall_in_sds", "t"]
    assert (evidence["before"], evidence["expected"]) == (0, 4)
    assert evidence["fall_in_sds"] == pytest.approx(2.5)


def test_r08_does_not_fire_on_its_limit():
    """Where earlier scores have brought nothing, one score takes the sum to its limit of 3 at
    most.
    """
    found = finding(judged(falls(6), rules=policy(cusum_earlier=0.25)), "R08")
    assert (found.fired, found.statistic) == (False, 3)


@pytest.mark.parametrize(("score", "fires"), [(3.7, True), (3.71, False)])
def test_r08_asks_for_a_score_that_stands_below_the_mean(score, fires):
    """One SD of 0.3 below 4 is 3.7, though 4 - 3.7 falls short of it in binary. Both sums pass 0.5:
    T = 1.0607 and 1.0253 less 0.5.
    """
    found = finding(judged([4, 4, 4, score], rules=policy(cusum_limit=0.5, cusum_fall=1)), "R08")
    assert found.statistic > found.threshold
    assert found.fired is fires


def test_r07_names_its_floor_only_where_that_lies_further_down():
    """Scores of 2 and 3 in turn have ranges of 1, which make an SD of 1 / 1.128379: the error."""
    scores = [2, 3, 2, 3, 2, 3]
    for error, used in ((1.001, True), (1, False), (0.999, False)):
        errors = Errors(sem=error / (2 / math.sqrt(math.pi)), within_person_sd=1)
        evidence = finding(
            judged(scores, errors=errors, rules=policy(chart_limit=1)), "R07"
        ).evidence
        assert evidence["floor_used"] is used


def test_r09_counts_decimals_as_they_are_written():
    """With SEM = 0.7 / (1.645 sqrt(2)) the limit is 0.7, which 3.4 - 2.7 reaches on paper."""
    assert 3.4 - 2.7 < 0.7
    errors = Errors(sem=0.7 / (1.645 * math.sqrt(2)))
    assert finding(judged([3.4, 3.2, 3, 2.7], errors=errors), "R09").fired is True
    assert finding(judged([3.4, 3.2, 3, 2.71], errors=errors), "R09").fired is False
