"""What is shown and never judged: scores at intake, and those of an observer."""

import pytest

from service.alliance.course import Course, Errors, Session
from service.alliance.report.report import report_course
from tests.alliance.courses import (
    BOND,
    KNOWN,
    SUBSCALES,
    alliance_form,
    course,
    finding,
    judged,
    policy,
    rating,
    run,
    signals,
)
from tests.alliance.series.test_symptoms import MOOD

SEEN = alliance_form("seen", perspective="observer")
LOWEST_LAST = (4, 4, 4, 4, 4, 1)
EVERY_SCALE = dict.fromkeys(("total", *SUBSCALES), KNOWN)


def reported(*args, **members):
    return report_course(course(*args, **members))


def series(report, instrument="bond", scale="total"):
    (found,) = (
        one for one in report["series"] if (one["instrument"], one["scale"]) == (instrument, scale)
    )
    return found


def change(report, instrument="bond"):
    (found,) = (one for one in report["change"] if one["instrument"] == instrument)
    return found["first"], found["last"], found["difference"]


def from_intake(*scores):
    return {"client": scores, "numbers": range(len(scores))}


def after(report):
    """Return what is said of the alliance after intake, but for the marked points and the change
    since then.
    """
    points = [
        {**one, "points": [point for point in one["points"] if "intake" not in point]}
        for one in report["series"]
    ]
    sessions = [one for one in report["sessions"] if one["number"]]
    return sessions, points, report["alerts"], report["data_quality"]


@pytest.mark.parametrize("at_intake", [1, 3, 5])
def test_an_alliance_score_at_intake_changes_nothing_said_of_later_sessions(at_intake):
    with_intake = reported(**from_intake(at_intake, *LOWEST_LAST))
    assert after(with_intake) == after(reported(LOWEST_LAST))
    assert with_intake["sessions"][-1]["signal"]["client"] == "alert"


def test_a_score_at_intake_is_shown_with_a_mark():
    report = reported(**from_intake(2, 4, 4))
    at_intake = report["sessions"][0]
    assert at_intake["scores"] == {"bond": {"total": 2}}
    assert (at_intake["rules"], at_intake["signal"]["client"]) == ([], "none")
    assert series(report)["points"][0] == {"session": 0, "phase": 1, "value": 2, "intake": True}
    assert [point["session"] for point in series(report)["points"]] == [0, 1, 2]
    assert "intake" not in series(report)["points"][1]


def test_the_change_of_a_course_begins_at_intake():
    assert change(reported(**from_intake(2, 4, 3.5))) == (
        {"session": 0, "value": 2},
        {"session": 2, "value": 3.5},
        1.5,
    )


def test_subscales_at_intake_are_compared_with_nothing():
    low, usual = (dict.fromkeys(("total", *SUBSCALES), value) for value in (1, 4))
    with_intake = reported(**from_intake(low, usual, usual))
    assert after(with_intake) == after(reported((usual, usual)))
    assert series(with_intake, scale="goal")["points"][0]["intake"] is True


def test_an_intake_alone_says_nothing_and_is_shown():
    report = reported(**from_intake(1))
    assert [one["value"] for one in series(report)["points"]] == [1]
    assert (report["alerts"], report["data_quality"]) == ([], [])


def test_the_first_session_is_not_silent_after_intake():
    """A form at intake and none in session 1: there was no signal, and no session before."""
    monitor = run(Course((Session(0, (rating(BOND, 1),)), Session(1, ())), policy()))
    assert [one.rule for one in monitor.views[1].judged] == []


def test_whoever_holds_the_intake_is_not_the_therapist_before():
    monitor = judged(**from_intake(4, 4, 4), names={0: "a", 1: "b"})
    assert [one.phase for one in monitor.views] == [1, 1, 1]


@pytest.mark.parametrize(("last", "fires"), [(16, True), (15, False)])
def test_symptoms_worsen_since_intake(last, fires):
    """From 10 by 6 is reliable, by 5 is not; the next score is compared with the last one."""
    monitor = judged(
        [None, 4], (), [10, last], symptom_form=MOOD, numbers=[0, 1], norms=(), errors=KNOWN
    )
    found = finding(monitor, "R16").evidence["symptoms"][0]
    assert (found["since_session"], found["previous"], found["value"]) == (0, 10, last)
    assert finding(monitor, "R16").statistic == last - 10
    (_, changed), *_ = monitor.tracks.symptom_changes(Session(2, (rating(MOOD, 2 * last - 10),)))
    assert changed.fired is fires


def test_no_sudden_gain_begins_at_intake():
    """Two sessions before a step are needed, and intake is none of them."""
    scores = [20, 20, 8, 8]
    gains = [
        judged([4] * 4, (), scores, symptom_form=MOOD, numbers=numbers).views[-1].sudden
        for numbers in (range(1, 5), range(4))
    ]
    assert [len(found) for found in gains] == [1, 0]


def observed(*scores, symptoms=(), numbers=None):
    """Return a course of the patient's `LOWEST_LAST`, rated by an observer as well."""
    numbers = numbers or range(1, len(LOWEST_LAST) + 1)
    seen = [[rating(SEEN, score, "observer")] if score is not None else [] for score in scores] or [
        []
    ] * len(LOWEST_LAST)
    made = [
        Session(
            number,
            (rating(BOND, own), *others, *(rating(MOOD, mood, "observer") for mood in moods)),
        )
        for number, own, others, moods in zip(
            numbers, LOWEST_LAST, seen, symptoms or [()] * len(LOWEST_LAST), strict=True
        )
    ]
    known = {"bond": {"total": KNOWN}, "seen": dict(EVERY_SCALE), "mood": {"total": Errors()}}
    return report_course(Course(tuple(made), policy(), errors=known))


def judgements(report):
    return [
        {name: one[name] for name in ("signal", "rules", "repairs", "sudden_changes")}
        for one in report["sessions"]
    ]


def test_what_an_observer_rates_is_shown_and_touches_no_judgement():
    report = observed(5, 1, 5, 1, 5, None)
    assert judgements(report) == judgements(observed())
    assert report["alerts"] == observed()["alerts"]
    assert report["data_quality"] == observed()["data_quality"]
    shown = series(report, "seen")
    assert (shown["kind"], shown["watched"], shown["perspective"]) == (
        "alliance",
        False,
        "observer",
    )
    assert [(one["session"], one["value"]) for one in shown["points"]] == [
        *((1, 5), (2, 1), (3, 5), (4, 1), (5, 5))
    ]
    assert change(report, "seen")[2] == 0
    assert report["sessions"][0]["scores"]["seen"] == {"total": 5}


def test_a_childs_symptoms_count_whoever_rates_them():
    """From 5 to 20 is a reliable deterioration in the session of the alert."""
    report = observed(symptoms=[(5,)] * 5 + [(20,)])
    alone = observed()
    assert alone["sessions"][-1]["signal"]["client"] == "alert"
    assert report["sessions"][-1]["signal"]["client"] == "urgent"
    assert change(report, "mood")[2] == 15


def test_the_therapist_is_not_compared_with_an_observer():
    form = alliance_form("seen", perspective="observer", counterpart="bond")
    monitor = run(
        Course(
            (Session(1, (rating(BOND, 4), rating(form, 1, "observer"))),),
            policy(),
            errors={"bond": {"total": KNOWN}},
        )
    )
    assert {one.perspective for one in monitor.views[0].judged} == {"client"}
    assert signals(monitor, "therapist") == ["none"]
