"""Sudden gains and losses (R17) against criteria 1 and 3 of Tang and DeRubeis (1999), written out
the slow way.
"""

import math
from statistics import fmean, stdev

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.alliance.course import Errors
from service.alliance.finding import Finding
from service.alliance.rules.sudden import sudden_change
from tests.alliance.courses import alliance_form, finding, fired, judged, signals, view
from tests.alliance.series.test_symptoms import MOOD, with_symptoms

T_975 = {2: 4.302653, 3: 3.182446, 4: 2.776445}
"""Two-sided 5 % by degrees of freedom, as the literature on sudden gains prints them."""


def criteria(scores, before, end, cutoff):
    """Return whether the step from session `before` is sudden, judged when `end` was the last
    session; None: no saying.

    Up to three sessions before and after the step, at least two of each.
    """
    pre = [scores[one] for one in (before - 2, before - 1, before) if one in scores]
    post = [
        scores[one] for one in (before + 1, before + 2, before + 3) if one in scores and one <= end
    ]
    if before not in scores or before + 1 not in scores or len(pre) < 2 or len(post) < 2:
        return None
    step = scores[before + 1] - scores[before]
    pooled = math.sqrt(
        ((len(pre) - 1) * stdev(pre) ** 2 + (len(post) - 1) * stdev(post) ** 2)
        / (len(pre) + len(post) - 2)
    )
    limit = T_975[len(pre) + len(post) - 2] * pooled
    difference = fmean(post) - fmean(pre)
    assume(abs(abs(difference) - limit) > 1e-5)  # the printed values end at the sixth decimal
    return abs(step) >= cutoff and abs(difference) > limit and step * difference > 0


def expected(scores, latest, cutoff):
    """Return (fired, step) for what session `latest` completes: a step that it shows for the first
    time.
    """
    newer, older = (criteria(scores, latest - gap, latest, cutoff) for gap in (2, 3))
    if newer:
        return True, latest - 2
    if older and not criteria(scores, latest - 3, latest - 1, cutoff):
        return True, latest - 3
    return (None, None) if newer is None and older is None else (False, None)


COURSES = st.lists(st.one_of(st.none(), st.integers(0, 27)), min_size=4, max_size=14)


@given(COURSES, st.sampled_from([2, 4, 7]))
def test_every_session_completes_the_steps_that_the_criteria_name(course, cutoff):
    scores = {number: score for number, score in enumerate(course, 1) if score is not None}
    for latest in scores:
        known = {number: score for number, score in scores.items() if number <= latest}
        found = sudden_change(known, latest, cutoff)
        fires, step = expected(known, latest, cutoff)
        assert found.fired is fires
        if fires:
            assert (found.about, found.evidence["from_session"]) == (step + 1, step)
            assert found.statistic == scores[step + 1] - scores[step]


@given(COURSES)
def test_no_step_is_reported_twice(course):
    scores = {number: score for number, score in enumerate(course, 1) if score is not None}
    reported = []
    for latest in scores:
        found = sudden_change(
            {one: score for one, score in scores.items() if one <= latest}, latest, 4
        )
        reported += [found.about] if found.fired else []
    assert len(reported) == len(set(reported))


# 20, 21, 20 then 10, 11: pooled SD = sqrt((2/3 + 1/2) / 3) = 0.6236, limit 3.182446 x 0.6236 =
# 1.9846; means differ by 20.3333 - 10.5 = 9.8333.
def test_the_figures_of_a_sudden_fall():
    found = sudden_change({1: 20, 2: 21, 3: 20, 4: 10, 5: 11}, 5, 7)
    assert (found.fired, found.statistic, found.threshold, found.about) == (True, -10, 7, 4)
    evidence = found.evidence
    assert (evidence["n_before"], evidence["n_after"]) == (3, 2)
    assert evidence["mean_before"] == pytest.approx(61 / 3)
    assert evidence["mean_after"] == pytest.approx(10.5)
    assert evidence["limit"] == pytest.approx(1.9846, abs=1e-4)


def test_a_step_may_become_sudden_with_the_third_score_after_it():
    """20, 20 then 10, 15: SD sqrt(12.5 / 2) = 2.5, limit 4.302653 x 2.5 = 10.76 > 7.5. With 12 as
    well: mean 37/3, SD sqrt((0 + 38/3) / 3) = 2.0548, limit 3.182446 x 2.0548 = 6.54 < 7.67. The
    step from 10 to 15 is no large one.
    """
    scores = {1: 20, 2: 20, 3: 10, 4: 15}
    assert sudden_change(scores, 4, 7).fired is False
    found = sudden_change(scores | {5: 12}, 5, 7)
    assert (found.fired, found.about, found.statistic) == (True, 3, -10)
    assert found.evidence["limit"] == pytest.approx(6.54, abs=0.01)


@pytest.mark.parametrize(("after", "fires"), [(13, True), (14, False)])
def test_the_step_has_to_reach_the_cutoff(after, fires):
    assert sudden_change({1: 20, 2: 20, 3: after, 4: after}, 4, 7).fired is fires


@pytest.mark.parametrize("high", [18.3, 21.1, 24.6, 30.2, 33.7])
def test_the_cutoff_counts_decimals_as_they_are_written(high):
    """From x to x - 5.1 is a step of 5.1."""
    low = round(high - 5.1, 1)
    assert sudden_change({1: high, 2: high, 3: low, 4: low}, 4, 5.1).fired is True


def test_two_scores_on_each_side_are_needed():
    for scores, latest in (
        ({1: 20}, 1),
        ({1: 20, 2: 20, 3: 1}, 3),
        ({2: 20, 3: 1, 4: 1}, 4),
        ({1: 20, 2: 20, 4: 1, 5: 1}, 5),
    ):
        assert sudden_change(scores, latest, 7)[:2] == (None, "too_few_adjacent_sessions")
    assert sudden_change({1: 20, 2: 20, 3: 1, 4: 1}, 4, None)[:2] == (None, "no_sem")


def test_r17_reports_a_loss_with_the_session_that_completes_it():
    """1.96 sqrt(2) x 0.2 = 0.554: the fall of session 6 is known to last in session 7."""
    monitor = judged([4, 4.1, 4, 4.1, 4, 3, 3, 3])
    assert finding(monitor, "R17", 6).fired is False
    found = finding(monitor, "R17", 7)
    assert (found.fired, found.about, found.statistic) == (True, 6, pytest.approx(-1))
    assert "R17" not in fired(monitor, 8)


def test_r17_makes_no_signal():
    """A fall so early that no baseline existed: sessions 1 and 2 against 3 and 4."""
    monitor = judged([4, 4, 3, 3])
    assert "R17" in fired(monitor, 4)
    assert signals(monitor)[-1] == "info"
    assert monitor.sides["client"].episodes == []


def test_a_sudden_gain_is_told_and_is_no_alarm():
    monitor = judged([3, 3, 4, 4])
    (gain,) = view(monitor, 4).sudden
    assert (gain.rule, gain.perspective, gain.finding.statistic) == ("R17", "client", 1)
    assert finding(monitor, "R17", 4).fired is False
    assert signals(monitor) == ["none"] * 4


def test_another_therapist_is_no_sudden_loss():
    monitor = judged([4, 4, 4, 2, 2, 2], events={4: ["therapist_change"]})
    assert all("R17" not in fired(monitor, number) for number in range(1, 7))


@pytest.mark.parametrize(("after", "kind"), [(10, 1), (26, -1)])
def test_symptoms_have_sudden_gains_and_losses_too(after, kind):
    """Fewer symptoms are the gain; the cut-off is the published reliable change of 6."""
    monitor = with_symptoms([4] * 5, [18, 18, 18, after, after], MOOD)
    (found,) = view(monitor, 5).sudden
    assert (found.finding.statistic, found.finding.about, found.finding.threshold) == (
        8 * kind,
        4,
        6,
    )
    assert found.series.key.instrument == "mood"


def test_three_sessions_before_a_step_count_and_no_more():
    found = sudden_change({1: 0, 2: 20, 3: 21, 4: 20, 5: 10, 6: 11}, 6, 7)
    assert (found.fired, found.evidence["n_before"]) == (True, 3)
    assert found.evidence["mean_before"] == pytest.approx(61 / 3)


def test_a_step_that_is_too_small_is_no_step_and_known_to_be_none():
    found = sudden_change({1: 20, 2: 20, 3: 19, 4: 19}, 4, 7)
    assert found == Finding(
        False, None, -1, 7, None, {"from_session": 2, "n_before": 2, "n_after": 2}, None, 3
    )


@pytest.mark.parametrize("of", ["alliance", "symptoms"])
def test_a_gain_that_shows_with_the_third_score_is_told_then(of):
    """The losses of 20, 20, 10, 15, 12 upside down: the means differ enough with the last only."""
    gain = [10, 10, 20, 15, 18]
    if of == "alliance":
        form = alliance_form(low=0, high=30)
        errors = Errors(sem=7 / (1.96 * math.sqrt(2)), within_person_sd=3)
        monitor = judged(gain, form=form, errors=errors)
    else:
        monitor = with_symptoms([4] * 5, [27 - one for one in gain], MOOD)
    assert [len(one.sudden) for one in monitor.views] == [0, 0, 0, 0, 1]
    (found,) = monitor.views[-1].sudden
    assert (found.finding.statistic, found.finding.about) == (10, 3)


def test_of_two_steps_that_a_session_completes_the_later_is_told():
    """20, 20 | 12, 3, 3: mean 6, SD sqrt(54 / 3), limit 13.5 < 14; with 12, 3 alone the limit is
    19.4. 20, 20, 12 | 3, 3: SD sqrt(42.67 / 3), limit 12.0 < 14.33.
    """
    scores = {1: 20, 2: 20, 3: 12, 4: 3, 5: 3}
    found = sudden_change(scores, 5, 7)
    assert (found.fired, found.about, found.statistic) == (True, 4, -9)
    assert found.evidence["limit"] == pytest.approx(12.0, abs=0.01)
