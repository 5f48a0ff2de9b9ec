"""One series, score by score: what it remembers, what it compares a score with, what it forgets."""

import math
from dataclasses import replace

import pytest

from service.alliance.course import Errors
from service.alliance.policy import Policy
from service.alliance.series.series import (
    EARLY_CORE,
    EARLY_SESSIONS,
    Series,
    cusum,
    no_prediction,
)
from service.scoring.instrument import Precision
from tests.alliance.courses import BOND, alliance_form, judged, policy, rating
from tests.scoring.forms import listed, steps

SINGLE = ("session", "phase", "in_phase", "value", "y", "gap", "drop", "fell", "dropped")


def series_of(form=BOND, scale="total", **members):
    """Return a series of a scale with an SEM of 0.2 and an SD of 0.3 to which nothing has come."""
    values = {"total": 3, scale: 3}
    monitor = judged([values], form=form, **members)
    (standard,) = (one for key, one in monitor.tracks.series.items() if key.scale == scale)
    return Series(standard)


def take(series, *scores, first=1, dropped=()):
    """Take scores of sessions that follow one another, each judged; return their points."""
    points = []
    for session, score in enumerate(scores, first):
        point = series.arrive(session, rating(series.instrument, score), score)
        point.dropped = session in dropped
        series.settle(point)
        points.append(point)
    return points


def test_a_point_knows_where_it_stands():
    """As it arrives nothing has been said of it."""
    series = series_of()
    first = series.arrive(1, rating(BOND, 4), 4)
    assert [getattr(first, name) for name in SINGLE] == [1, 1, 1, 4, 4, 1, None, False, False]
    series.settle(first)
    second = series.arrive(4, rating(BOND, 3.5), 3.5)
    assert [getattr(second, name) for name in SINGLE] == [4, 1, 4, 3.5, 3.5, 3, 0.5, False, False]
    assert second.previous is first
    assert tuple(second.parts) == ([], 0)
    assert (first.summary.m, second.summary.m, second.summary.mean) == (0, 1, 4)
    assert (first.cusum, first.cusum_before, first.prediction, first.growth) == (
        None,
        0,
        None,
        None,
    )


def test_where_higher_is_worse_a_rise_is_a_drop():
    series = series_of(alliance_form(direction="higher_is_worse"))
    first, second = take(series, 2, 2.5)
    assert (first.value, first.y, second.y, second.drop) == (2, -2, -2.5, 0.5)
    assert series.natural(series.summary().mean) == 2.25


@pytest.mark.parametrize("needed", [1, 3])
def test_a_score_is_compared_from_so_many_earlier_ones_on(needed):
    points = take(series_of(rules=policy(baseline_needed=needed)), 4, 4, 4, 4, 4)
    compared = [point.prediction is not None for point in points]
    assert compared == [number >= needed for number in range(5)]
    assert [point.cusum is not None for point in points] == compared
    assert [point.growth is not None for point in points] == compared


def test_where_a_score_is_not_compared_the_reason_is_told():
    """Two earlier scores are enough, if it is known how they move."""
    series = series_of(
        alliance_form(total={"terms": ()}), errors=None, rules=policy(baseline_needed=2)
    )
    reasons = [no_prediction(point, series) for point in take(series, 4, 4, 4, 4)]
    assert reasons == [*["baseline_too_short"] * 2, *["no_within_person_sd"] * 2]


def test_the_individuals_chart_needs_five_scores():
    """4 - 3 x 0.2: all are the same, so that the SEM is the least that they vary by."""
    points = take(series_of(), 4, 4, 4, 4, 4, 4)
    assert [point.control_limit for point in points] == [None] * 5 + [pytest.approx(3.4)]


def test_of_a_subscale_only_what_r10_asks_is_worked_out():
    series = series_of(scale="goal")
    for number in range(1, 6):
        point = series.arrive(number, rating(BOND, {"goal": 4}), 4)
        series.settle(point)
    assert (point.prediction is not None, point.unusual, point.growth, point.cusum) == (
        True,
        None,
        None,
        None,
    )
    assert point.straight is False


def test_scores_at_the_best_are_counted_as_long_as_they_last():
    series = series_of()
    counts = []
    for number, score in enumerate((5, 5, 4.9, 5, 5, 5), 1):
        series.arrive(number, rating(BOND, score), score)
        counts.append(series.at_best)
    assert counts == [1, 2, 0, 1, 2, 3]


def test_the_first_five_sessions_of_a_phase_are_early_ones():
    assert (tuple(EARLY_SESSIONS), tuple(EARLY_CORE)) == ((1, 2, 3, 4, 5), (3, 4, 5))
    series = series_of()
    take(series, *[4] * 7)
    assert [point.session for point in series.early] == [1, 2, 3, 4, 5]
    series.begin_phase(2, 8)
    take(series, *[4] * 6, first=8)
    assert [point.session for point in series.early] == [8, 9, 10, 11, 12]


def test_four_scores_are_looked_back_on():
    series = series_of()
    take(series, 1, 2, 3, 4, 5)
    assert [point.value for point in series.recent] == [2, 3, 4, 5]
    assert series.scores == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}


def test_another_phase_forgets_what_scores_were_compared_with():
    series = series_of()
    take(series, 4, 5, 5)
    series.fell_below(3.8)
    series.begin_phase(2, 4)
    assert (series.phase, series.phase_start, series.at_best, series.own_scores) == (2, 4, 0, 0)
    assert (series.early, series.scores, list(series.recent), series.compared) == ([], {}, [], [])
    assert (series.not_yet_back, series.summary().m) == (None, 0)
    assert (series.before.m, series.before.mean) == (3, pytest.approx(14 / 3))
    assert [point.session for point in series.points] == [1, 2, 3]
    (point,) = take(series, 3, first=4)
    assert (point.phase, point.in_phase, point.time, point.previous) == (2, 1, 0, None)
    assert (series.own_scores, point.prediction) == (1, None)


def test_a_phase_without_scores_leaves_the_one_before_it_to_compare_with():
    series = series_of()
    series.begin_phase(2, 2)
    assert series.before is None
    take(series, 4, first=2)
    series.begin_phase(3, 3)
    series.begin_phase(4, 4)
    assert (series.before.m, series.before.mean) == (1, 4)


def test_a_fall_is_made_good_by_the_highest_level_that_it_was_from():
    series = series_of()
    for target, known in ((3.5, 3.5), (3.8, 3.8), (3.6, 3.8)):
        series.fell_below(target)
        assert series.not_yet_back == known
    series.came_back(3.7)
    assert series.not_yet_back == 3.8
    series.came_back(3.8)
    assert series.not_yet_back is None
    series.came_back(3.8)
    assert series.not_yet_back is None


def test_scores_may_be_compared_with_these_ones_only():
    series = series_of()
    points = take(series, 4, 4, 3, 3.5)
    series.restart(points[2:])
    assert series.compared == points[2:]
    assert (series.summary().m, series.summary().mean) == (2, 3.25)
    point = series.arrive(5, rating(BOND, 3), 3)
    assert point.cusum_before == 0


@pytest.mark.parametrize(("leave_out", "m"), [(True, 3), (False, 4)])
def test_an_alert_stays_out_of_what_later_scores_are_compared_with(leave_out, m):
    series = series_of(rules=policy(leave_out_alerts=leave_out))
    points = take(series, 4, 4, 4, 2, dropped=(4,))
    assert (series.summary().m, len(series.compared)) == (m, m)
    assert series.own_scores == 4
    assert points[3] not in series.compared or not leave_out


@pytest.mark.parametrize("reset", [True, False])
def test_the_sum_begins_anew_once_it_has_signalled(reset):
    """After five 4s 3.4 has T = 2.58, and the sum is 2.58 - 0.5 = 2.08, within the limit."""
    series = series_of(rules=policy(reset_cusum=reset, cusum_limit=3.0))
    *_, point = take(series, 4, 4, 4, 4, 4, 3.4)
    assert point.cusum == pytest.approx(2.08199, abs=1e-5)
    (beyond,) = take(series, 3, first=7)
    assert beyond.cusum_before == point.cusum
    assert beyond.cusum > 3
    after = series.arrive(8, rating(BOND, 4), 4)
    assert after.cusum_before == (0 if reset else beyond.cusum)


def test_a_sum_at_its_limit_has_not_signalled():
    series = series_of(rules=policy(cusum_limit=2.0))
    (*_, point) = take(series, 4, 4, 4, 4)
    point.cusum = 2.0
    series.settle(point)
    assert series.arrive(5, rating(BOND, 4), 4).cusum_before == 2.0


@pytest.mark.parametrize(
    ("before", "t", "gap", "total"),
    [
        (0, 2, 1, 1.5),  # less 0.5
        (0, 9, 1, 3.5),  # a single score counts for the limit at most
        (0.9, 3.9, 1, 4),  # almost alone: left at the limit
        (0.9, 3.5, 1, 3.9),
        (1, 3.9, 1, 4.4),  # a quarter of the limit came from earlier ones
        (1.5, 0.25, 1, 1.25),
        (1, -2, 1, 0),
        (0, 0.5, 1, 0),
        (1, 1, 2, 1.875),  # 0.5 (1.5 / 2 - 0.5) = 0.125
        (1, 1, 3, 2),
    ],
)
def test_the_cumulative_sum_of_a_score(before, t, gap, total):
    """With a limit of 4."""
    rules = Policy(cusum_limit=4, cusum_slack=0.5, cusum_cap=1.0, cusum_earlier=0.25, cusum_gap=1.5)
    assert cusum(before, t, gap, rules) == pytest.approx(total)


# Three items from 1 to 5: forms with one answer throughout have the means 1, 2, 3, 4 and 5.
def of_steps(**members):
    form = alliance_form("steps", **members)
    items = tuple(replace(item, response_set=steps(1, 5)) for item in form.items)
    return replace(form, items=items)


@pytest.mark.parametrize(
    ("answers", "is_one"),
    [
        ((4, 4, 4), True),
        ((1, 1, 1), True),
        ((4, 4, 5), False),
        ((5, 4, 4), False),
        ((4, None, 4), True),
        ((None, 4, 4), True),
        ((None, 4, 5), False),
        ((None, None, None), False),
    ],
)
def test_a_form_with_one_answer_throughout_is_told_by_its_answers(answers, is_one):
    series = series_of(of_steps())
    point = series.arrive(1, rating(series.instrument, 4, answers=answers), 4)
    assert point.straight is is_one


@pytest.mark.parametrize(
    ("score", "is_one"), [(1, True), (4, True), (5, True), (3.5, False), (4 + 1 / 3, False)]
)
def test_without_answers_it_is_told_by_the_score(score, is_one):
    series = series_of(of_steps())
    assert series.arrive(1, rating(series.instrument, score), score).straight is is_one


def test_without_answers_the_steps_of_a_sum_are_as_wide_as_its_form_has_items():
    """Sums of 3, 6, 9, 12 and 15; 7 and 12.5 are none of them."""
    series = series_of(of_steps(metric="sum"))
    found = [
        series.arrive(number, rating(series.instrument, score), score).straight
        for number, score in enumerate((3, 6, 7, 12, 12.5, 15), 1)
    ]
    assert found == [True, True, False, True, False, True]


def test_steps_are_counted_from_the_lowest_score():
    """Answers of 1, 3 and 5: means of 2 and 4 are of different ones. A billionth is no step."""
    odd = alliance_form("odd")
    odd = replace(odd, items=tuple(replace(one, response_set=listed(1, 3, 5)) for one in odd.items))
    assert [is_told(odd, score) for score in (1, 2, 3, 4, 5)] == [True, False, True, False, True]
    from_none = alliance_form("from-none", low=0, high=4)
    answers = tuple(replace(one, response_set=steps(0, 4)) for one in from_none.items)
    from_none = replace(from_none, items=answers)
    assert [is_told(from_none, score) for score in (0, 1e-10, 1e-9)] == [True, True, False]


def is_told(form, score):
    return series_of(form).arrive(1, rating(form, score), score).straight


def test_where_answers_have_no_steps_no_form_is_called_one_answer_throughout():
    series = series_of()
    assert series.step is None
    assert series.arrive(1, rating(BOND, 4, answers=(4, 4, 4)), 4).straight is False


STRAIGHT, VARIED = (4, 4, 4), (3, 4, 5)
PLAIN, COARSE = 0.3 * math.sqrt(4 / 6), math.sqrt(4 * (0.09 + 1 / 20) / 6)


@pytest.mark.parametrize(
    ("earlier", "last", "sd"),
    [
        ([STRAIGHT] * 3, STRAIGHT, COARSE),
        ([STRAIGHT] * 3, VARIED, PLAIN),  # the form at hand is none
        ([VARIED] * 3, STRAIGHT, PLAIN),
        ([STRAIGHT, VARIED, VARIED], STRAIGHT, PLAIN),  # fewer than half
        ([STRAIGHT, STRAIGHT, VARIED], STRAIGHT, COARSE),
    ],
)
def test_forms_of_one_answer_vary_by_whole_steps_as_well(earlier, last, sd):
    """Three scores of 4, s0 = 0.3 and 4 degrees of freedom: sqrt(4 (0.09 + 1/20) / 6), a step of 1
    having the variance 1/20.
    """
    series = series_of(of_steps())
    for number, answers in enumerate((*earlier, last), 1):
        point = series.arrive(number, rating(series.instrument, 4, answers=answers), 4)
        series.settle(point)
    assert point.prediction.sd == pytest.approx(sd)


def test_half_of_the_forms_are_enough_and_another_phase_counts_anew():
    """Of 4 forms 2: never below sqrt(0.2^2 + 1/20) = 0.3; then of 3 of another
    therapist 1, and of 4 again 2."""
    series = series_of(of_steps())
    sds = []
    for number in range(1, 11):
        if number == 6:
            series.begin_phase(2, 6)
        answers = STRAIGHT if number in (1, 2, 5, 6, 9, 10) else VARIED
        point = series.arrive(number, rating(series.instrument, 4, answers=answers), 4)
        series.settle(point)
        sds.append(point.prediction and point.prediction.sd)
    assert sds[4] == pytest.approx(0.3)
    assert sds[8:] == [pytest.approx(PLAIN), pytest.approx(0.3)]


def test_where_nothing_is_known_of_how_scores_move_none_is_compared():
    """Of a scale without a range no SD is assumed; an SEM brings its own."""
    form = alliance_form(total={"terms": ()})
    own = alliance_form(total={"terms": (), "precision": Precision(0.2, None, None, "invented")})
    for known, errors, compared, charted in (
        (form, None, False, False),
        (own, None, False, True),  # the SEM of a definition says nothing of the SD
        (form, Errors(sem=0.2), True, True),
    ):
        *_, point = take(series_of(known, errors=errors), 4, 4, 4, 4, 4, 4)
        assert (point.prediction is not None) is compared
        assert (point.control_limit is not None) is charted


def test_the_ends_of_a_series_are_its_first_and_last_scores_noted_or_judged():
    series = series_of()
    take(series, 4, 3)
    assert series.ends == ((1, 4), (2, 3))
    series.noted.append((0, 1, 5))
    assert series.ends == ((0, 5), (2, 3))
