"""What a session says where several forms, raters and rules meet."""

import pytest

from service.alliance.course import Course, Errors, Session
from tests.alliance.courses import (
    BOND,
    KNOWN,
    OPENED,
    alliance_form,
    course,
    episodes,
    finding,
    fired,
    judged,
    norm,
    outcomes,
    policy,
    rating,
    run,
    signals,
    view,
)
from tests.alliance.series.test_symptoms import MOOD

OTHER = alliance_form("other")


def beside(given, *forms):
    """Return a course with a score of other forms in every session, by form."""
    return given._replace(
        sessions=tuple(
            one._replace(
                ratings=(
                    *one.ratings,
                    *(rating(form, scores[place]) for form, scores in forms),
                )
            )
            for place, one in enumerate(given.sessions)
        )
    )


def test_a_rule_that_fires_on_two_forms_is_noted_once_for_the_session():
    """Both forms are at their best while symptoms worsen (R24)."""
    given = course([5] * 5, symptoms=[10] * 4 + [20], symptom_form=MOOD)
    monitor = run(beside(given, (OTHER, [5] * 5)))
    told = [one for one in monitor.views[-1].judged if one.rule == "R24" and one.finding.fired]
    assert [one.series.key.instrument for one in told] == ["bond", "other"]
    (episode,) = episodes(monitor)
    assert episode.rules["R24"] == [5]


def test_a_therapist_who_sees_no_fall_adds_nothing_to_a_session_without_a_signal():
    """At 3.55 the patient is below the mean (z = .45 / .219 = 2.05) and not unusually so; both
    sides fell in session 6.
    """
    monitor = judged([*OPENED, 3.55], [4, 4, 4, 4, 4, 3.2, 4], rules=policy(cusum_limit=1e9))
    assert {"R04", "R14"} <= fired(monitor, 7)
    assert signals(monitor)[5:] == ["alert", "info"]


def test_a_late_return_from_a_weak_start_changes_nothing_that_later_scores_meet():
    """There was no fall: every score is of the same dyad. z = -1 is 3.2."""
    monitor = judged([3] * 9 + [3.4, 3.4, 3.4], form=alliance_form(norms=(norm(4, 0.8),)))
    assert outcomes(monitor) == [(9, "P04"), (11, "P07")]
    assert view(monitor, 12).scored[0].point.summary.m == 11


def test_the_form_with_the_worse_level_makes_the_signal_and_the_episode():
    """Both fell: one to a watch, the other to an alert; whichever came first."""
    watch, alert = [4] * 5 + [3.4], [4] * 5 + [3.2]
    for first, second in ((watch, alert), (alert, watch)):
        given = Course(
            tuple(
                Session(number, (rating(BOND, one), rating(OTHER, two)))
                for number, (one, two) in enumerate(zip(first, second, strict=True), 1)
            ),
            policy(),
            errors={"bond": {"total": KNOWN}, "other": {"total": KNOWN}},
        )
        monitor = run(given)
        (episode,) = episodes(monitor)
        assert signals(monitor)[-1] == episode.severity == "alert"
        assert episode.series.key.instrument == ("bond" if first is alert else "other")


def test_of_two_equal_levels_that_of_the_open_episode_leads():
    """The other form fell first; then both are as low."""
    given = Course(
        tuple(
            Session(number, (rating(BOND, one), rating(OTHER, two)))
            for number, (one, two) in enumerate(
                zip([4] * 6 + [3.2], [*OPENED, 3.2], strict=True), 1
            )
        ),
        policy(cusum_limit=1e9),
        errors={"bond": {"total": KNOWN}, "other": {"total": KNOWN}},
    )
    monitor = run(given)
    (episode,) = episodes(monitor)
    assert episode.series.key.instrument == "other"
    assert monitor.sides["client"].lead.series is episode.series


def test_a_fall_on_another_form_is_no_echo_of_a_score_on_its_way_back():
    """The bond came back in session 7, while the other form fell to an alert."""
    given = Course(
        tuple(
            Session(number, (rating(BOND, one), rating(OTHER, two)))
            for number, (one, two) in enumerate(zip([*OPENED, 4], [4] * 6 + [3.2], strict=True), 1)
        ),
        policy(),
        errors={"bond": {"total": KNOWN}, "other": {"total": KNOWN}},
    )
    monitor = run(given)
    assert signals(monitor)[5:] == ["alert", "alert"]
    (episode,) = episodes(monitor)
    assert episode.rules["R06"] == [6, 7]


def test_silence_without_an_episode_to_follow_opens_none():
    """The first session has a form, and no signal; nobody has fallen."""
    monitor = judged([4, None, None])
    assert (signals(monitor), episodes(monitor)) == (["none"] * 3, [])


@pytest.mark.parametrize(("rater", "other"), [("client", "therapist"), ("therapist", "client")])
def test_the_end_of_treatment_is_told_of_the_rater_whose_fall_it_leaves_unresolved(rater, other):
    scores = {"client": (), "therapist": (), rater: OPENED}
    monitor = judged(scores["client"], scores["therapist"], events={6: ["treatment_ended"]})
    assert outcomes(monitor) == [(6, "P04")]
    assert (signals(monitor, rater)[-1], signals(monitor, other)[-1]) == ("urgent", "none")


def test_both_raters_falls_end_with_the_treatment():
    monitor = judged(OPENED, OPENED, events={6: ["treatment_ended"]})
    (view_,) = monitor.views[-1:]
    assert [one.episode.perspective for one in view_.outcomes] == ["client", "therapist"]
    assert signals(monitor, "client")[-1] == signals(monitor, "therapist")[-1] == "urgent"


def test_a_discrepancy_alone_is_information_about_the_patient():
    errors = Errors(sem=0.2, within_person_sd=0.3, sd=0.8)
    monitor = judged([2, 2], [4, 4], errors=errors)
    assert finding(monitor, "R13").fired is True
    assert (signals(monitor), signals(monitor, "therapist")) == (["none", "info"], ["none"] * 2)


def test_a_ceiling_is_found_on_each_form_whatever_the_others_say():
    """The bond, first by its name, is not at its best; the other form is."""
    given = course([4] * 5, symptoms=[10] * 4 + [20], symptom_form=MOOD)
    monitor = run(beside(given, (OTHER, [5] * 5)))
    told = {
        one.series.key.instrument: one.finding.fired
        for one in monitor.views[-1].judged
        if one.rule == "R24"
    }
    assert told == {"bond": False, "other": True}
