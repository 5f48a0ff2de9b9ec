"""A rift reported in a form that asks of nothing else (RISQ): no baseline, no level, no verdict."""

import pytest

from service.alliance.course import Course, Session
from service.scoring.alert_settings import AlertSettings, DirectAnswer
from tests.alliance.courses import (
    BOND,
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

YES, NO = (0, 1, 0), (0, 0, 0)
ANY = {"items": ["1", "2", "3"], "op": "==", "value": 1, "every": False}
NONE = {"items": ["1", "2", "3"], "op": "==", "value": 0, "every": True}
RIFT = alliance_form(
    "rift",
    low=0,
    high=1,
    direction="higher_is_worse",
    metric="sum",
    alerts={"direct_report": {"tension": ANY, "resolution": NONE}, "only_direct_report": True},
)


def reported(*answers, **members):
    """Follow a course of rift forms; a score is the number of yes answers."""
    return run(
        Course(
            tuple(
                Session(number, (rating(RIFT, sum(map(bool, one)), answers=one),))
                for number, one in enumerate(answers, 1)
            ),
            policy(),
            **members,
        )
    )


def test_the_settings_are_built_by_position():
    assert RIFT.alerts == AlertSettings(
        watch=("total",),
        tension=DirectAnswer((0, 1, 2), "==", 1),
        resolution=DirectAnswer((0, 1, 2), "==", 0, every=True),
        only_direct=True,
    )


@pytest.mark.parametrize(
    ("answers", "fires", "met"),
    [(YES, True, ["2"]), ((1, 1, 1), True, ["1", "2", "3"]), (NO, False, [])],
)
def test_one_yes_in_the_first_session_is_a_report(answers, fires, met):
    monitor = reported(answers)
    found = finding(monitor, "R20")
    assert (found.fired, found.statistic, found.threshold) == (fires, len(met), 1)
    assert found.evidence == {"items": met}
    assert signals(monitor) == ["watch" if fires else "none"]
    assert [episode.rules for episode in episodes(monitor)] == [{"R20": [1]}] * fires


@pytest.mark.parametrize(("answers", "fires"), [((None, 1, 0), True), ((None, 0, 0), None)])
def test_a_blank_leaves_open_only_what_no_answer_decides(answers, fires):
    assert finding(reported(answers), "R20").fired is fires


def test_the_number_of_yes_answers_is_no_level_that_could_fall():
    """Nine sessions of no and one of three times yes: the report, and nothing about a drop."""
    monitor = reported(*[NO] * 9, (1, 1, 1), errors={"rift": {"total": KNOWN}})
    assert signals(monitor) == [*["none"] * 9, "watch"]
    assert fired(monitor, 10) == {"R20"}
    for rule in ("R03", "R06", "R08", "R18"):
        assert finding(monitor, rule, 10)[:2] == (None, "only_direct_report")


def test_four_times_no_is_the_end_of_a_rift_only_after_one_was_reported():
    monitor = reported(YES, NO, NO)
    assert finding(monitor, "P06", 2).fired is True
    (episode,) = episodes(monitor)
    assert (episode.reported, episode.denied) == (2, True)


def test_no_rift_beside_a_fall_of_the_alliance_is_no_repair():
    """The alliance fell and the rift form says no: there is nothing that could be mended."""
    scores = [4, 4, 4, 4, 4, 3, 3]
    monitor = run(
        Course(
            tuple(
                Session(number, (rating(BOND, score), rating(RIFT, 0, answers=NO)))
                for number, score in enumerate(scores, 1)
            ),
            policy(),
            errors={"bond": {"total": KNOWN}},
        )
    )
    (episode,) = episodes(monitor)
    assert (episode.opened_session, episode.reported) == (6, None)
    reasons = {one.finding.reason for one in monitor.views[-1].judged if one.rule == "P06"}
    assert reasons == {"not_configured", "no_tension_reported"}
