"""Which scores make one series, and what another therapist changes."""

import math

import pytest

from service.alliance.course import EVENTS, Course, Session
from tests.alliance.courses import (
    BOND,
    alliance_form,
    episodes,
    finding,
    judged,
    norm,
    policy,
    rating,
    run,
    signals,
    view,
)


def phases(monitor):
    return [one.phase for one in monitor.views]


CHANGES = {
    "event": {"events": {4: ["therapist_change"]}},
    "name": {"names": {1: "a", 2: "a", 3: "a", 4: "b", 5: "b"}},
    "name after silence": {"names": {1: "a", 4: "b"}},
    "both": {"events": {4: ["therapist_change"]}, "names": {1: "a", 4: "b"}},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_another_therapist_begins_a_phase_and_a_baseline(change):
    monitor = judged([4] * 5, **change)
    assert phases(monitor) == [1, 1, 1, 2, 2]
    assert [seen.scored[0].point.summary.m for seen in monitor.views] == [0, 1, 2, 0, 1]
    assert view(monitor, 4).scored[0].point.previous is None
    assert finding(monitor, "R03", 4).reason == "no_previous_score"
    assert finding(monitor, "R03", 5).fired is False


def test_another_therapist_begins_a_cumulative_sum_at_nothing():
    """T = 0.5 / sqrt(0.08) = 1.77 is the first that counts; C = T - 0.5."""
    four = [4, 4, 4, 3.5]
    monitor = judged(four * 2, events={5: ["therapist_change"]})
    for session in (4, 8):
        found = finding(monitor, "R08", session)
        assert found.evidence["before"] == 0
        assert found.statistic == pytest.approx(0.5 / math.sqrt(0.08) - 0.5)


@pytest.mark.parametrize("direction", ["higher_is_better", "higher_is_worse"])
def test_a_score_of_nothing_is_printed_as_nothing(direction):
    """Neither -0.0 nor any other number."""
    form = alliance_form(low=0, direction=direction)
    series = judged([0, 0, 0], form=form).views[-1].scored[0].series
    assert [repr(series.natural(y)) for y in (0, 0.0, -0.0)] == ["0.0"] * 3
    assert series.natural(None) is None


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"names": dict.fromkeys(range(1, 6), "a")},
        {"names": {1: "a", 5: "a"}},
        {"names": {3: "a"}},
        {"events": {1: ["therapist_change"]}},
        {"events": {3: ["gap", "frequency_change", "modality_change", "termination_announced"]}},
    ],
)
def test_nothing_else_begins_a_phase(same):
    assert phases(judged([4] * 5, **same)) == [1] * 5


def test_a_fall_between_therapists_is_no_alarm():
    monitor = judged([4.5] * 5 + [2.5] * 2, events={6: ["therapist_change"]})
    assert signals(monitor) == ["none"] * 5 + ["info"] * 2  # another level (R26)
    assert episodes(monitor) == []


def test_the_change_itself_is_told_with_both_sides():
    monitor = judged([4, 4.5, 4.25, 3], events={4: ["therapist_change"]})
    (transition,) = view(monitor, 4).transitions
    assert (transition.mean, transition.m, transition.series.key.scale) == (4.25, 3, "total")
    assert view(monitor, 3).transitions == []


def test_the_change_is_told_of_watched_scales_only():
    parts = {"total": 4, "goal": 4, "task": 4, "bond": 4}
    monitor = judged([parts, parts], events={2: ["therapist_change"]})
    assert [one.series.key.scale for one in view(monitor, 2).transitions] == ["total"]


def test_the_early_window_counts_from_the_therapists_first_session():
    """Sessions 8 to 10 are the third to fifth with the second therapist, who began in session 6."""
    form = alliance_form(norms=(norm(4, 0.8),))
    monitor = judged([4] * 5 + [3] * 6, form=form, events={6: ["therapist_change"]})
    found = {number: finding(monitor, "R12", number) for number in range(1, 12)}
    assert [found[number].fired for number in range(1, 12)] == [False] * 5 + [True] * 5 + [None]
    assert found[7].evidence["sessions"] == [6, 7]
    assert (found[8].evidence["provisional"], found[9].evidence["provisional"]) == (True, False)
    assert found[10].evidence["sessions"] == [8, 9, 10]
    assert found[11].reason == "outside_early_window"
    assert signals(monitor)[8] == "watch"


def test_a_therapist_without_a_first_form_began_all_the_same():
    """The change is in session 4, the first form in session 6: the third session of the phase."""
    form = alliance_form(norms=(norm(4, 0.8),))
    monitor = judged([4, 4, 4, None, None, 3], form=form, events={4: ["therapist_change"]})
    assert finding(monitor, "R12").evidence["sessions"] == [6]


def test_ratings_before_and_after_the_session_are_two_series():
    made = [
        Session(n, (rating(BOND, 4, timing="pre"), rating(BOND, 2, timing="post")))
        for n in range(1, 7)
    ]
    monitor = run(Course(tuple(made), policy()))
    assert sorted(key.timing for key in monitor.tracks.series) == ["post", "pre"]
    assert signals(monitor) == ["none"] * 6


def test_two_forms_of_one_rater_are_two_series():
    other = alliance_form("other")
    made = [Session(n, (rating(BOND, 4), rating(other, 2))) for n in range(1, 7)]
    monitor = run(Course(tuple(made), policy()))
    assert len(monitor.tracks.series) == 2
    assert signals(monitor) == ["none"] * 6


def test_a_form_that_could_not_be_scored_is_no_score():
    monitor = judged([4, {"total": None}, 4])
    assert view(monitor, 2).scored == []
    assert view(monitor, 3).scored[0].point.summary.m == 1


def test_an_observers_rating_is_not_judged():
    monitor = run(Course((Session(1, (rating(BOND, 4, "observer"),)),), policy()))
    assert (monitor.views[0].scored, signals(monitor)) == ([], ["none"])


def test_gaps_between_session_numbers_are_kept():
    monitor = judged([4, 4, 3], numbers=[1, 5, 9])
    assert finding(monitor, "R03", 9).evidence["gap"] == 4
    assert view(monitor, 9).scored[0].point.summary.n_ranges == 0


def test_a_change_that_names_nobody_is_not_counted_again_with_the_next_name():
    monitor = judged([4] * 6, events={4: ["therapist_change"]}, names={1: "a", 5: "b"})
    assert [one.phase for one in monitor.views] == [1, 1, 1, 2, 2, 2]


def test_these_events_can_be_named():
    """An event of any other name is refused, so that none is passed over by a misspelling."""
    assert {
        "therapist_change",
        "frequency_change",
        "gap",
        "modality_change",
        "termination_announced",
        "treatment_ended",
    } == EVENTS
