"""What patient or therapist say outright: tension (R20) and its resolution (P06)."""

import pytest

from service.alliance.course import Course, Session
from tests.alliance.courses import (
    KNOWN,
    alliance_form,
    episodes,
    finding,
    fired,
    policy,
    rating,
    run,
    signals,
)

DIRECT = alliance_form(
    alerts={
        "direct_report": {
            "tension": {"item": "2", "op": ">=", "value": 3},
            "resolution": {"item": "3", "op": ">=", "value": 4},
        }
    }
)


def reported(*answers, perspective="client", form=DIRECT, scores=None):
    made = [
        Session(
            number, (rating(form, scores[number - 1] if scores else 4, perspective, answers=one),)
        )
        for number, one in enumerate(answers, 1)
    ]
    return run(Course(tuple(made), policy(), errors={form.id: {"total": KNOWN}}))


@pytest.mark.parametrize(("answer", "fires"), [(3, True), (5, True), (2.9, False)])
def test_r20_reads_the_item_that_the_definition_names(answer, fires):
    monitor = reported((5, answer, 1))
    found = finding(monitor, "R20")
    assert (found.fired, found.statistic, found.threshold, found.evidence) == (
        fires,
        answer,
        3,
        {"item": "2"},
    )
    assert signals(monitor) == ["watch" if fires else "none"]


def test_r20_of_the_therapist_is_information():
    monitor = reported((5, 4, 1), perspective="therapist")
    assert finding(monitor, "R20", perspective="therapist").fired is True
    assert signals(monitor, "therapist") == ["info"]
    assert episodes(monitor, "therapist") == []


def test_r20_needs_the_item_and_its_answer():
    assert finding(reported((5, 4, 1), form=alliance_form()), "R20")[:2] == (None, "not_configured")
    assert finding(reported(None), "R20")[:2] == (None, "no_answers")
    assert finding(reported((5, None, 1)), "R20")[:2] == (None, "not_answered")


@pytest.mark.parametrize(("answer", "fires"), [(4, True), (3, False)])
def test_p06_notes_a_resolution_beside_an_open_episode(answer, fires):
    monitor = reported((5, 4, 1), (5, 1, answer))
    assert finding(monitor, "P06", 2).fired is fires
    (episode,) = episodes(monitor)
    assert episode.reported == (2 if fires else None)
    assert episode.repair()["reported_session"] == (2 if fires else None)
    assert episode.closed is None


def test_p06_is_asked_of_open_episodes_only():
    monitor = reported((5, 1, 5), (5, 1, 5))
    assert {one.rule for view in monitor.views for one in view.judged}.isdisjoint({"P06"})


def test_p06_keeps_the_first_session():
    monitor = reported((5, 4, 1), (5, 1, 4), (5, 1, 5))
    assert episodes(monitor)[0].reported == 2


def test_an_episode_that_a_report_opened_ends_without_a_verdict_on_the_score():
    """The score never fell, so nothing can say whether it came back."""
    monitor = reported((5, 4, 1), *[(5, 1, 1)] * 5)
    (episode,) = episodes(monitor)
    assert (episode.status, episode.closed, episode.severity) == ("open", 6, "watch")
    assert [outcome.state for view in monitor.views for outcome in view.outcomes] == []


def test_a_report_of_tension_lifts_an_alert_to_urgent():
    scores = [4, 4, 4, 4, 4, 3.2]
    assert signals(reported(*[(5, 1, 1)] * 6, scores=scores))[-1] == "alert"
    monitor = reported(*[(5, 1, 1)] * 5, (5, 3, 1), scores=scores)
    assert signals(monitor)[-1] == "urgent"
    assert "R20" in fired(monitor, 6)
