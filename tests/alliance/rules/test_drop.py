"""Falls from the last session and from the dyad's own mean: R03 to R06, at their limits."""

import math

import pytest

from service.alliance.course import Errors
from service.scoring.instrument import Precision
from tests.alliance.courses import alliance_form, finding, judged, policy

ROUNDING = 1e-6
NO_ERRORS = Errors()
UNKNOWN_RANGE = {"terms": ()}


# R03: z sqrt(2) SEM = 1.96 x 1.414214 x 0.2 = 0.554372.
@pytest.mark.parametrize(
    ("fall", "fires"),
    [(0.554372, True), (0.554371, False), (0.6, True), (0.0, False), (-0.8, False)],
)
def test_r03_fires_from_1_96_errors_of_a_difference(fall, fires):
    found = finding(judged([4, 4 - fall]), "R03")
    assert found.fired is fires
    assert (found.statistic, found.threshold) == (pytest.approx(fall / 0.2828427), 1.96)


def test_r03_counts_decimals_as_they_are_written():
    """With SEM = 0.7 / (1.96 sqrt(2)) the limit is 0.7, which 3.4 - 2.7 reaches although its binary
    falls short.
    """
    assert 3.4 - 2.7 < 0.7
    monitor = judged([3.4, 2.7], errors=Errors(sem=0.7 / (1.96 * math.sqrt(2))))
    assert finding(monitor, "R03").fired is True


def test_r03_looks_at_the_last_score_there_is():
    """Session 3 follows session 1: the gap is two sessions, and said."""
    found = finding(judged([4, None, 3.3]), "R03")
    assert found.fired is True
    assert found.evidence["previous_session"] == 1
    assert (found.evidence["previous"], found.evidence["gap"]) == (4, 2)
    assert found.evidence["s_diff"] == pytest.approx(0.2828427)


def test_r03_needs_a_score_before():
    assert finding(judged([4]), "R03")[:2] == (None, "no_previous_score")


@pytest.mark.parametrize("rule", ["R03", "R04"])
def test_without_a_standard_error_nothing_is_reliable(rule):
    assert finding(judged([4, 4, 4, 1], errors=NO_ERRORS), rule)[:2] == (None, "no_sem")


# R04 after 4, 4, 4: 1.96 x 0.2 x sqrt(4/3) = 0.452643.
@pytest.mark.parametrize(
    ("score", "fires"), [(4 - 0.452643, True), (4 - 0.452641, False), (3.5, True), (4.5, False)]
)
def test_r04_fires_from_1_96_errors_of_a_score_and_a_mean_of_three(score, fires):
    found = finding(judged([4, 4, 4, score]), "R04")
    assert found.fired is fires
    assert found.statistic == pytest.approx((4 - score) / (0.2 * math.sqrt(4 / 3)))
    assert (found.evidence["m"], found.evidence["baseline"], found.threshold) == (3, 4, 1.96)


@pytest.mark.parametrize("rule", ["R04", "R06", "R08"])
def test_three_earlier_scores_make_a_baseline(rule):
    for scores in ([1], [4, 1], [4, 4, 1], [4, 4, None, 1]):
        assert finding(judged(scores), rule)[:2] == (None, "baseline_too_short")
    assert finding(judged([4, 4, 4, 3.9]), rule).fired is False


FIXED = alliance_form(
    alerts={"parameters": {"total": {"fixed_drop": {"value": 1, "source": "invented"}}}}
)


@pytest.mark.parametrize(
    ("scores", "fires"), [([4.2, 3.2], True), ([4.2, 3.3], False), ([4.2, 4.2], False)]
)
def test_r05_fires_from_the_points_that_the_definition_gives(scores, fires):
    """4.2 - 3.2 is 1 on paper and a little less in binary."""
    found = finding(judged(scores, form=FIXED), "R05")
    assert (found.fired, found.threshold) == (fires, 1)


def test_r05_is_off_unless_the_definition_has_it():
    assert finding(judged([4, 1]), "R05")[:2] == (None, "not_configured")
    assert finding(judged([4], form=FIXED), "R05")[:2] == (None, "no_previous_score")


# R06 after 4, 4, 4 with s = 0: s_p = sqrt(4 x 0.09 / 6) = 0.244949, error = s_p sqrt(4/3) =
# 0.282843, df = 6. t(.025; 6) = 2.446912, t(.01; 6) = 3.142668, t(.001; 6) = 5.207626 (printed
# tables: 2.447, 3.143, 5.208).
@pytest.mark.parametrize(
    ("t", "fires", "level"),
    [
        (2.446911, False, None),
        (2.446913, True, "watch"),
        (3.142667, True, "watch"),
        (3.142669, True, "alert"),
        (5.207625, True, "alert"),
        (5.207627, True, "strong"),
        (-3.0, False, None),
    ],
)
def test_r06_grades_how_unusual_a_score_is(t, fires, level):
    found = finding(judged([4, 4, 4, 4 - t * math.sqrt(0.08)]), "R06")
    assert (found.fired, found.evidence["level"]) == (fires, level)
    assert found.statistic == pytest.approx(t, abs=ROUNDING / 2)
    assert (found.evidence["df"], found.evidence["s_p"]) == (
        6,
        pytest.approx(0.244949, abs=ROUNDING),
    )
    assert found.threshold == pytest.approx(2.446912, abs=ROUNDING)


def test_r06_widens_with_the_dyads_own_variation():
    """After 3.5, 4, 4.5: s = 0.5, s_p = sqrt((4 x 0.09 + 2 x 0.25) / 6) = 0.378594, T = 0.9 / (s_p
    1.1547) = 2.0587.
    """
    found = finding(judged([3.5, 4, 4.5, 3.1]), "R06")
    assert found.evidence["s_p"] == pytest.approx(0.378594, abs=ROUNDING)
    assert (found.fired, found.statistic) == (False, pytest.approx(2.0587, abs=1e-4))
    assert finding(judged([4, 4, 4, 3.1]), "R06").fired is True


def test_r06_keeps_the_standard_error_as_the_least_variation():
    """sqrt(4 x 0.01 / 6) = 0.0816 is less than SEM 0.2."""
    found = finding(judged([4, 4, 4, 3.5], errors=Errors(sem=0.2, within_person_sd=0.1)), "R06")
    assert found.evidence["s_p"] == pytest.approx(0.2)


def test_r06_without_a_standard_error_keeps_the_sd_over_kappa():
    """0.48 / 1.5 = 0.32: with s = 0 the shrunk SD sqrt(4 x 0.2304 / 6) = 0.3919 is more, with 12
    sessions less.
    """
    errors = Errors(within_person_sd=0.48)
    assert finding(judged([4, 4, 4, 3.5], errors=errors), "R06").evidence["s_p"] == pytest.approx(
        0.391918, abs=1e-6
    )
    assert finding(judged([4] * 12 + [3.5], errors=errors), "R06").evidence["s_p"] == pytest.approx(
        0.32
    )


def test_r06_says_when_no_variation_is_known():
    """A form whose key is not public has no range to assume one from."""
    form = alliance_form(total=UNKNOWN_RANGE)
    monitor = judged([4, 4, 4, 1], form=form, errors=NO_ERRORS)
    assert finding(monitor, "R06")[:2] == (None, "no_within_person_sd")
    assert finding(monitor, "R08")[:2] == (None, "no_within_person_sd")
    assert judged([4] * 5 + [1], form=form, errors=NO_ERRORS).views[-1].signal["client"] == "none"
    only_fours = alliance_form(low=4, high=4)
    monitor = judged([4, 4, 4, 4], form=only_fours, errors=NO_ERRORS)
    assert finding(monitor, "R06")[:2] == (None, "no_within_person_sd")


def test_an_error_without_a_variation_tells_falls_but_nothing_unusual():
    """The definition has a standard error, but there is no range to assume a variation from."""
    known = {"precision": Precision(0.2, None, "conditional", "invented")}
    form = alliance_form(total=UNKNOWN_RANGE | known)
    monitor = judged([4, 4, 4, 1], form=form, errors=NO_ERRORS)
    assert [finding(monitor, rule).fired for rule in ("R03", "R04")] == [True, True]
    assert finding(monitor, "R06")[:2] == (None, "no_within_person_sd")


def test_thresholds_come_from_the_policy():
    """At z = 1 a fall of sqrt(2) SEM is reliable; at a = .10 a T of 1.440 is unusual (t(.10; 6) =
    1.4398).
    """
    rules = policy(z_reliable=1.0, a_watch=0.1)
    assert finding(judged([4, 4 - 0.2829], rules=rules), "R03").fired is True
    scores = [4, 4, 4, 4 - 1.45 * math.sqrt(0.08)]
    assert finding(judged(scores, rules=rules), "R06").fired is True
    assert finding(judged(scores), "R06").fired is False
