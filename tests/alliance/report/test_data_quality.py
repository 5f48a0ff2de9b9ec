"""What the data of a series can bear: how many scores, which are missing, what is doubtful."""

import pytest

from service.alliance.course import Errors
from service.alliance.report.data_quality import data_quality, sufficiency
from tests.alliance.courses import OPENED, alliance_form, judged


def test_the_quality_of_a_series():
    """5, 5, 4.5 of the sessions 1, 2 and 6: 5 - 14.5/3 twice and 4.5 - 14.5/3, so SD sqrt(1/12)."""
    (found,) = data_quality(judged([5, 5, None, 4.5], numbers=[1, 2, 4, 6]))
    assert found == {
        "instrument": "bond",
        "perspective": "client",
        "timing": "post",
        "scale": "total",
        "n_scores": 3,
        "n_sessions": 4,
        "sessions_without_score": [4],
        "numbers_left_out": [3, 5],
        "silent_after_signal": [],
        "share_at_best": pytest.approx(2 / 3),
        "own_sd": pytest.approx((1 / 12) ** 0.5),
        "notes": ["too_few_scores_for_change_rules", "ceiling"],
    }


@pytest.mark.parametrize(
    ("scores", "notes"),
    [
        ([5, 4, 4], ["too_few_scores_for_change_rules"]),
        ([5, 5, 4], ["too_few_scores_for_change_rules", "ceiling"]),
        ([5, 5], ["too_few_scores_for_change_rules"]),
        ([4] * 3, ["too_few_scores_for_change_rules"]),
        ([4] * 4, []),
        ([5, 5, 4, 4], ["ceiling"]),
        ([5, 5, 4, 4, 4], []),
    ],
)
def test_what_is_noted_of_a_series(scores, notes):
    (found,) = data_quality(judged(scores))
    assert found["notes"] == notes


@pytest.mark.parametrize(
    ("errors", "notes"),
    [
        (Errors(0.3, 0.3), []),
        (Errors(0.31, 0.3), ["sem_above_within_person_sd"]),
        (Errors(within_person_sd=0.3), ["no_sem"]),
        (Errors(sem=0.3), []),
        (None, ["no_sem", "within_person_sd_assumed"]),
    ],
)
def test_what_is_noted_of_error_figures(errors, notes):
    (found,) = data_quality(judged([4] * 4, errors=errors))
    assert found["notes"] == notes


def test_the_best_score_is_the_lowest_where_higher_is_worse():
    form = alliance_form(direction="higher_is_worse")
    (found,) = data_quality(judged([1, 1, 5, 1], form=form))
    assert found["share_at_best"] == 0.75
    (found,) = data_quality(judged([1, 5], form=alliance_form(total={"terms": ()})))
    assert found["share_at_best"] == 0


@pytest.mark.parametrize(
    ("numbers", "left_out"),
    [
        ([1, 2], []),
        ([1, 3], [2]),
        ([5, 6, 9], [7, 8]),
        ([0, 2], []),  # an intake is no session, nor is one left out before the first
        ([1, 102], list(range(2, 102))),
        ([1, 103], list(range(2, 102))),
    ],
)
def test_session_numbers_that_were_not_sent(numbers, left_out):
    (found,) = data_quality(judged([4] * len(numbers), numbers=numbers))
    assert found["numbers_left_out"] == left_out
    assert found["n_sessions"] == len([number for number in numbers if number])


def test_silence_is_told_of_the_rater_who_was_silent():
    monitor = judged([*OPENED, None, None], [4] * 8)
    told = {one["perspective"]: one["silent_after_signal"] for one in data_quality(monitor)}
    assert told == {"client": [7, 8], "therapist": []}


def test_the_longest_series_tells_whether_there_was_enough_to_go_by():
    assert sufficiency(judged([4] * 4, [4])) == "enough"
    assert sufficiency(judged([4] * 3, [4] * 2)) == "too_few_scores"
