"""Rules about the data themselves: the ceiling (R18) and silence after a signal (R19)."""

from dataclasses import replace

import pytest

from service.alliance.course import Errors
from service.alliance.finding import Finding
from service.scoring.instrument import NormScale
from tests.alliance.courses import (
    alliance_form,
    course,
    episodes,
    finding,
    fired,
    judged,
    norm,
    rating,
    run,
    signals,
    view,
)
from tests.alliance.series.test_symptoms import ALERT, MOOD, WATCH, symptom_form
from tests.scoring.forms import instrument, items, scale, steps


@pytest.mark.parametrize(
    ("scores", "fires", "run"),
    [
        ([5, 5, 5], True, 3),
        ([4.9, 5, 5], False, 2),
        ([5, 5, 4.9], False, 0),
        ([1, 5, 5, 5], True, 3),
        ([4, 4, 4], False, 0),
    ],
)
def test_r18_is_a_run_of_three_scores_at_the_best(scores, fires, run):
    monitor = judged(scores)
    found = finding(monitor, "R18")
    assert (found.fired, found.statistic, found.threshold) == (fires, run, 3)
    assert (signals(monitor)[-1] == "info") is fires


def test_r18_looks_at_the_lowest_score_where_higher_is_worse():
    form = alliance_form(direction="higher_is_worse")
    assert finding(judged([1, 1, 1], form=form), "R18").fired is True
    assert finding(judged([5, 5, 5], form=form), "R18").fired is False


def test_r18_is_not_broken_by_a_session_without_form():
    assert finding(judged([5, 5, None, 5]), "R18").fired is True


def test_r18_needs_three_scores_and_a_range():
    assert finding(judged([5, 5]), "R18")[:2] == (None, "too_few_scores")
    without_range = alliance_form(total={"terms": ()})
    assert finding(judged([5, 5, 5], form=without_range), "R18")[:2] == (None, "no_range")


def test_r18_needs_three_scores_with_the_same_therapist():
    monitor = judged([5] * 6, events={4: ["therapist_change"]})
    assert [finding(monitor, "R18", number).fired for number in range(1, 7)] == [
        None,
        None,
        True,
        None,
        None,
        True,
    ]


def test_a_series_at_the_ceiling_is_no_error():
    monitor = judged([5] * 12, [5] * 12, errors=Errors())
    assert signals(monitor) == ["none", "none"] + ["info"] * 10
    assert episodes(monitor) == []


@pytest.mark.parametrize("scores", [WATCH, ALERT], ids=["watch", "alert"])
def test_r19_fires_where_no_form_follows_a_signal(scores):
    monitor = judged([*scores, None])
    found = finding(monitor, "R19")
    assert (found.fired, found.about) == (True, 6)
    assert found.evidence == {
        "after_session": 6,
        "signal": signals(monitor)[5],
        "missed": 1,
    }
    assert signals(monitor)[-1] == "watch"
    assert episodes(monitor)[0].rules["R19"] == [7]


def test_r19_counts_as_the_silence_grows():
    """Three sessions running are a watch, what follows is information; a form ends it."""
    monitor = judged([*WATCH, None, None, None, None, 4, None])
    assert signals(monitor)[6:] == ["watch", "watch", "watch", "info", "none", "none"]
    found = [finding(monitor, "R19", number) for number in range(7, 11)]
    assert [one.evidence["missed"] for one in found] == [1, 2, 3, 4]
    assert {one.about for one in found} == {6}
    assert finding(monitor, "R19", 11).fired is False
    assert finding(monitor, "R19", 12).fired is False


def test_r19_does_not_fire_without_a_signal():
    monitor = judged([4, 4, 4, None])
    assert finding(monitor, "R19").fired is False
    assert finding(judged([*WATCH, 4]), "R19").fired is False


def test_r19_needs_an_earlier_form():
    monitor = judged([None, 4], [4, 4])
    assert finding(monitor, "R19", 2)[:2] == (None, "no_earlier_form")
    assert "R19" not in {one.rule for one in view(monitor, 1).judged if one.perspective == "client"}


def test_r19_asks_nothing_of_another_therapist():
    monitor = judged([*ALERT, None], events={7: ["therapist_change"]})
    assert finding(monitor, "R19").fired is False
    assert signals(monitor)[-1] == "none"


def test_r19_looks_at_each_rater_alone():
    monitor = judged([4] * 7, [*ALERT, None])
    assert "R19" not in fired(monitor, 7)
    assert "R19" in fired(monitor, 7, "therapist")


def test_r19_of_the_therapist_is_the_therapists_signal():
    monitor = judged([4] * 7, [*WATCH, None])
    assert (signals(monitor)[-1], signals(monitor, "therapist")[-1]) == ("none", "watch")


def test_a_form_without_a_total_is_no_silence():
    """The form came; that an answer is missing from it does not make the patient silent."""
    form = alliance_form()
    partly = rating(form, {"total": None, "goal": None, "task": 3, "bond": 3})
    given = course([*ALERT, None], form=form)
    last = given.sessions[-1]._replace(ratings=(partly,))
    monitor = run(given._replace(sessions=(*given.sessions[:-1], last)))
    assert finding(monitor, "R19").fired is False
    assert signals(monitor)[-1] == "none"


def test_r29_tells_of_the_first_step_down_after_a_run_at_the_ceiling():
    monitor = judged([5, 5, 5, 4.75, 4.75])
    assert [finding(monitor, "R29", n).fired for n in range(1, 6)] == [False] * 3 + [True, False]
    found = finding(monitor, "R29", 4)
    assert found.evidence == {"scores_at_best_in_a_row": 3, "drop": pytest.approx(0.25)}
    assert signals(monitor)[3] == "info"
    assert finding(judged([4, 5, 5, 4]), "R29").fired is False
    assert finding(judged([5, 5, 5, 4], events={4: ["therapist_change"]}), "R29").fired is False


def test_r24_doubts_a_ceiling_beside_symptoms_that_worsen():
    """A watch once, information while it goes on. A step below the ceiling, and nothing is said."""
    monitor = judged([5] * 6, symptoms=[10, 10, 10, 10, 16, 16], symptom_form=MOOD)
    assert [one == "watch" for one in signals(monitor)] == [False] * 4 + [True, False]
    found = finding(monitor, "R24", 5)
    assert (found.evidence["scores_at_best_in_a_row"], found.evidence["agreeableness"]) == (5, None)
    assert found.evidence["symptoms"][0]["kind"] == "deterioration"
    below = judged([5] * 4 + [4.9], symptoms=[10, 10, 10, 10, 16], symptom_form=MOOD)
    assert finding(below, "R24").fired is False
    steady = judged([5] * 5, symptoms=[10] * 5, symptom_form=MOOD)
    assert finding(steady, "R24").fired is False


def test_r24_needs_two_scores_of_symptoms():
    monitor = judged([5] * 5, symptoms=[None, None, None, 10, 16], symptom_form=MOOD)
    assert finding(monitor, "R24").fired is True
    assert signals(monitor)[-1] == "watch"


@pytest.mark.parametrize(
    ("value", "high", "terms"),
    [
        (16, True, {}),
        (15.9, False, {}),
        (16, None, {"terms": ()}),  # without a range nothing is high
    ],
)
def test_r24_names_agreeableness_where_it_was_given(value, high, terms):
    """Four answers of 1 to 5: 16 of 4 to 20 are three quarters of the range, a mean of 4."""
    form = instrument(
        items(4, steps(1, 5)),
        scale(range(4), id="agreeableness", title="Agreeableness", **terms),
        id="traits",
        title="Traits",
        construct="personality",
    )
    given = course([5] * 5, symptoms=[10] * 4 + [16], symptom_form=MOOD)
    first = given.sessions[0]
    traits = rating(form, {"agreeableness": value})
    sessions = (first._replace(ratings=(*first.ratings, traits)), *given.sessions[1:])
    found = finding(run(given._replace(sessions=sessions)), "R24")
    assert found.evidence["agreeableness"] == {
        "instrument": "traits",
        "session": 1,
        "value": value,
        "z": None,
        "high": high,
    }


@pytest.mark.parametrize(
    ("values", "high", "z"),
    [([16], True, 1), ([15.9], False, 0.95), ([20, 13], False, -0.5), ([13, 20], True, 3)],
)
def test_r24_takes_the_latest_agreeableness_and_the_norm_where_there_is_one(values, high, z):
    """A norm of 14 and 2: one SD above is 16, whatever the range."""
    group = replace(norm(14, 2), scales={"agreeableness": NormScale(14, 2, "value")})
    form = instrument(
        items(4, steps(1, 5)),
        scale(range(4), id="agreeableness", title="Agreeableness"),
        id="traits",
        title="Traits",
        construct="personality",
        norms=(group,),
    )
    given = course([5] * 5, symptoms=[10] * 4 + [16], symptom_form=MOOD)
    made = list(given.sessions)
    for place, value in enumerate(values):
        traits = rating(form, {"agreeableness": value})
        made[place] = made[place]._replace(ratings=(*made[place].ratings, traits))
    found = finding(run(given._replace(sessions=tuple(made))), "R24").evidence["agreeableness"]
    assert (found["session"], found["value"], found["high"]) == (len(values), values[-1], high)
    assert found["z"] == pytest.approx(z)


def test_r24_is_new_where_either_the_run_or_a_worsening_is():
    """Worse since session 2, and three at the best by session 5; then another form worsens too."""
    worry = symptom_form("worry")
    given = course([4, 4, 5, 5, 5, 5, 5], symptoms=[10] + [16] * 6, symptom_form=MOOD)
    made = [
        one._replace(ratings=(*one.ratings, rating(worry, 20 if one.number == 7 else 10)))
        for one in given.sessions
    ]
    monitor = run(given._replace(sessions=tuple(made)))
    found = [finding(monitor, "R24", number) for number in range(2, 8)]
    assert [one.fired for one in found] == [False, False, False, True, True, True]
    assert [one.severity for one in found[3:]] == [None, "info", None]
    assert [one["instrument"] for one in found[-1].evidence["symptoms"]] == ["mood", "worry"]


def test_r24_is_asked_of_the_patient_and_only_beside_symptoms_that_can_be_judged():
    """The therapist's form is at its best as well."""
    monitor = judged([5] * 4, [5] * 4, symptoms=[None, None, 10, 16], symptom_form=MOOD)
    asked = [
        [one.perspective for one in seen.judged if one.rule == "R24"] for seen in monitor.views
    ]
    assert asked == [[], [], [], ["client"]]


def test_r18_tells_how_many_were_at_the_best():
    for scores, run_of in (([4, 4, 4], 0), ([4, 5, 5], 2), ([5, 5, 5, 5, 5], 5)):
        assert finding(judged(scores), "R18") == Finding(
            run_of >= 3, None, run_of, 3, None, {"scores_at_best_in_a_row": run_of}
        )


@pytest.mark.parametrize(
    ("scores", "run_of"),
    [([4], 0), ([5], 0), ([4, 5, 5, 4], 2), ([5] * 6 + [1], 6), ([5, 4, 3], 0)],
)
def test_r29_counts_the_scores_at_the_best_right_before(scores, run_of):
    found = finding(judged(scores), "R29")
    assert (found.fired, found.reason) == (run_of >= 3, None)
    assert (found.statistic, found.threshold) == ((run_of, 3) if run_of else (None, None))


def test_r29_needs_a_range():
    without_range = alliance_form(total={"terms": ()})
    assert finding(judged([5] * 4, form=without_range), "R29")[:2] == (None, "no_range")


def test_r19_tells_how_many_forms_were_missed_and_when_it_is_no_watch_any_more():
    monitor = judged([*WATCH, None, None, None, None])
    found = [finding(monitor, "R19", number) for number in range(7, 11)]
    assert [(one.statistic, one.threshold) for one in found] == [(n, 1) for n in (1, 2, 3, 4)]
    assert [one.severity for one in found] == [None, None, None, "info"]
