"""The answer to a course: what each part says and where it comes from."""

import math

import pytest

from service.alliance.course import Course, Errors, Session
from service.alliance.report.data_quality import sufficiency
from service.alliance.report.report import report_course
from service.alliance.rules.battery import BATTERY
from service.alliance.rules.sources import SOURCES
from tests.alliance.courses import (
    BOND,
    KNOWN,
    OPENED,
    alliance_form,
    course,
    cutoff,
    judged,
    norm,
    policy,
    rating,
)
from tests.alliance.series.test_symptoms import MOOD


def reported(*args, **members):
    return report_course(course(*args, **members))


def rule(report, name, perspective="client"):
    """Return one rule of the last session."""
    (found,) = (
        one
        for one in report["sessions"][-1]["rules"]
        if (one["rule"], one["perspective"]) == (name, perspective)
    )
    return found


def test_every_session_is_told_in_order():
    report = reported([4, None, 4], [3], numbers=[1, 4, 9], events={4: ["gap"]})
    assert [one["number"] for one in report["sessions"]] == [1, 4, 9]
    assert [one["events"] for one in report["sessions"]] == [[], ["gap"], []]
    assert report["sessions"][0]["scores"] == {"bond": {"total": 4}, "bond-t": {"total": 3}}
    assert report["sessions"][1]["forms"] == []
    assert report["reference"] is None


def test_a_form_that_comes_twice_is_named_with_rater_and_time():
    forms = (rating(BOND, 4, timing="pre"), rating(BOND, 3, timing="post"))
    (session,) = report_course(Course((Session(1, forms),), policy()))["sessions"]
    assert session["scores"] == {"bond/client/pre": {"total": 4}, "bond/client/post": {"total": 3}}


def test_the_single_rules_of_the_battery_are_all_answered_for_a_score():
    """The others speak of pairs, symptoms, silence and the therapist."""
    answered = {one["rule"] for one in reported([4])["sessions"][0]["rules"]}
    assert answered == {one.id for one in BATTERY.rules} - {
        *("R13", "R14", "R15", "R16", "R23", "R24", "R25")
    }


@pytest.mark.parametrize("described", [*BATTERY.rules, *BATTERY.repairs], ids=lambda one: one.id)
def test_every_rule_names_known_sources_and_settings(described):
    assert set(described.sources) <= SOURCES.keys()
    assert all(hasattr(policy(), name) for name in described.settings)
    assert BATTERY.rule[described.id] is described


def test_a_rule_is_told_with_what_it_used():
    found = rule(reported(OPENED), "R03")
    assert found["name"] == "drop.reliable_previous"
    assert (found["instrument"], found["scale"], found["timing"]) == ("bond", "total", "post")
    assert (found["fired"], found["severity"], found["reason"], found["about_session"]) == (
        True,
        "info",
        None,
        None,
    )
    assert found["statistic"] == pytest.approx(0.8 / (math.sqrt(2) * 0.2))
    assert found["params"] == {"z_reliable": 1.96, "sem": 0.2, "sem_provenance": "caller"}
    assert (found["provenance"], found["sources"]) == ("published", ["jacobson-truax-1991"])


def test_the_parameters_say_when_nothing_was_known():
    params = rule(reported(OPENED, errors=None), "R06")["params"]
    assert (params["sem"], params["sem_provenance"]) == (None, None)
    assert (params["within_person_sd"], params["within_person_sd_provenance"]) == (
        pytest.approx(0.32),
        "assumed",
    )
    assert params["margin"] == pytest.approx(0.32 / 1.5)


def test_a_report_of_tension_weighs_less_from_the_therapist():
    severities = [
        rule(reported(*scores), "R20", perspective=rater)["severity"]
        for scores, rater in ((([4],), "client"), (((), [4]), "therapist"))
    ]
    assert severities == ["watch", "info"]


def test_findings_that_need_later_sessions_name_the_one_they_are_about():
    worsening = reported([4, 4, 4, 4, 4, 3.4, 3.7], (), [10] * 6 + [16], symptom_form=MOOD)
    assert rule(worsening, "R16")["about_session"] == 6
    assert rule(reported([4, 4, 4, 4, 4, 3, 3]), "R17")["about_session"] == 6
    assert rule(reported([*OPENED, None]), "R19")["about_session"] == 6


@pytest.mark.parametrize(
    ("scores", "kind", "step"), [([3, 3, 4, 4], "gain", 1), ([4, 4, 3, 3], None, None)]
)
def test_sudden_gains_are_told_apart_from_the_alarms(scores, kind, step):
    found = reported(scores)["sessions"][-1]["sudden_changes"]
    assert [(one["kind"], one["step"], one["about_session"]) for one in found] == (
        [(kind, step, 3)] if kind else []
    )


def test_sudden_losses_of_symptom_forms_step_in_the_forms_own_numbers():
    found = reported([4] * 4, (), [10, 10, 18, 18], symptom_form=MOOD)["sessions"][-1][
        "sudden_changes"
    ]
    assert [(one["instrument"], one["kind"], one["step"], one["cutoff"]) for one in found] == [
        ("mood", "loss", 8, 6)
    ]


def test_a_change_of_therapist_tells_both_sides():
    report = reported([4, 4.5, 3], events={3: ["therapist_change"]})
    (transition,) = report["sessions"][2]["transitions"]
    assert (transition["mean_before"], transition["n_before"], transition["first_score"]) == (
        4.25,
        2,
        3,
    )
    assert [one["phase"] for one in report["sessions"]] == [1, 1, 2]


def test_each_point_of_a_series_has_its_baseline_and_limits():
    """After five 4s: error .232379, t(.025; 8) = 2.306004, t(.01; 8) = 2.896459; chart limit 4 - 3
    x 0.2.
    """
    (series, *_) = reported(OPENED)["series"]
    assert (series["kind"], series["watched"], series["minimum"], series["maximum"]) == (
        "alliance",
        True,
        1,
        5,
    )
    assert series["parameters"]["sem"]["provenance"] == "caller"
    point = series["points"][5]
    assert (point["session"], point["value"], point["baseline"], point["n_baseline"]) == (
        6,
        3.2,
        4,
        5,
    )
    assert point["limits"] == pytest.approx(
        {
            "watch": 4 - 2.306004 * 0.232379,
            "alert": 4 - 2.896459 * 0.232379,
            "high": 4 + 2.306004 * 0.232379,
        },
        abs=1e-5,
    )
    assert point["chart_limit"] == pytest.approx(3.4)
    first = series["points"][0]
    assert (first["baseline"], first["limits"]["watch"], first["chart_limit"], first["cusum"]) == (
        None,
        None,
        None,
        None,
    )


def test_limits_lie_above_where_higher_is_worse():
    form = alliance_form(direction="higher_is_worse")
    (series, *_) = reported([2] * 6, form=form)["series"]
    limits = series["points"][5]["limits"]
    assert limits["high"] < 2 < limits["watch"] < limits["alert"]
    assert series["points"][5]["chart_limit"] == pytest.approx(2.6)


def test_change_is_from_the_first_to_the_last_score():
    report = reported([4, 3], (), [10, None], symptom_form=MOOD)
    alliance, mood = report["change"]
    assert (alliance["first"], alliance["last"]) == (
        {"session": 1, "value": 4},
        {"session": 2, "value": 3},
    )
    assert (alliance["difference"], alliance["category"], alliance["note"]) == (
        -1,
        None,
        "no_reliable_change_parameters",
    )
    assert (mood["difference"], mood["note"]) == (None, "only_one_score")
    (_, mood) = reported([4, 3], (), [16, 10], symptom_form=MOOD)["change"]
    assert (mood["difference"], mood["category"], mood["threshold"]) == (-6, "reliably_improved", 6)


def test_an_alert_of_a_cut_off_names_it():
    form = alliance_form(total={"cutoffs": (cutoff("<", 3.6),)})
    (alert,) = reported([3.5], form=form, rules=policy(cutoff_alone="watch"))["alerts"]
    assert (alert["evidence"]["cutoff"]["op"], alert["evidence"]["cutoff"]["value"]) == ("<", 3.6)
    assert alert["evidence"]["cutoff"].keys() == {"system", "op", "value"}


def test_an_alert_holds_its_whole_story():
    (alert,) = reported([*OPENED, 3.9, 3.9])["alerts"]
    assert (alert["id"], alert["instrument"], alert["perspective"], alert["scale"]) == (
        "client-6",
        "bond",
        "client",
        "total",
    )
    assert (alert["opened_session"], alert["closed_session"], alert["severity"]) == (6, 8, "alert")
    assert (alert["status"], alert["relapse_of"]) == ("repaired", None)
    assert alert["evidence"]["drop"] == pytest.approx(0.8)
    assert (
        alert["evidence"]["score"],
        alert["evidence"]["baseline"],
        alert["evidence"]["n_baseline"],
    ) == (3.2, 4, 5)
    assert alert["rules"] == list(alert["evidence"]["fired_in"])
    # T after five scores of 4: 0.8 / sqrt(0.045 x 1.2) = 3.443 with 8 degrees of freedom
    assert alert["evidence"]["p"] == pytest.approx(0.00439, abs=1e-5)
    assert (alert["evidence"]["previous"], alert["evidence"]["cutoff"]) == (4, None)
    assert alert["repair"]["sessions_to_repair"] == 2
    assert 0 < alert["repair"]["returns_by_chance"] < 1
    assert alert["false_alarm"]["kappa"] == 1.5


def test_repairs_are_told_in_their_session():
    report = reported([*OPENED, 3.9, 3.9])
    told = [
        (one["state"], one["episode"], one["about_session"])
        for one in report["sessions"][7]["repairs"]
    ]
    assert told == [("P02", "client-6", 6)]


def test_every_source_that_is_named_is_listed():
    form = alliance_form(
        norms=(norm(4, 0.8),),
        total={"cutoffs": (cutoff("<", 3.6),)},
        sources={"invented": {"citation": "Invented."}, "unused": {"citation": "Unused."}},
    )
    report = reported([3], form=form, errors=Errors())
    assert {key for key in report["sources"] if "/" in key} == {"bond/invented"}
    named = {source for one in report["sessions"][0]["rules"] for source in one["sources"]}
    assert named <= report["sources"].keys()


def test_the_quality_of_the_data_is_described():
    report = reported([5, 5, None, 4.5], numbers=[1, 2, 4, 6])
    (found,) = report["data_quality"]
    assert (found["n_scores"], found["n_sessions"], found["sessions_without_score"]) == (3, 4, [4])
    assert found["numbers_left_out"] == [3, 5]
    assert found["share_at_best"] == pytest.approx(2 / 3)
    assert found["notes"] == ["too_few_scores_for_change_rules", "ceiling"]
    assert found["own_sd"] == pytest.approx(
        math.sqrt(1 / 12)
    )  # 5, 5, 4.5: deviations 1/6, 1/6, -1/3


@pytest.mark.parametrize(
    ("scores", "noted"), [([5, 5, 4, 4], True), ([5, 4, 4, 4], False), ([5, 5], False)]
)
def test_half_of_three_or_more_scores_at_the_best_are_noted(scores, noted):
    (found,) = reported(scores)["data_quality"]
    assert ("ceiling" in found["notes"]) is noted


def test_the_quality_lists_a_hundred_numbers_that_were_left_out_and_no_more():
    (found,) = reported([4, 4], numbers=[1, 200])["data_quality"]
    assert found["numbers_left_out"] == list(range(2, 102))


@pytest.mark.parametrize(("planned", "n_sessions"), [(None, 6), (16, 16), (3, 6)])
def test_the_rate_of_false_alarms_is_for_the_planned_sessions_or_those_so_far(planned, n_sessions):
    (alert,) = reported(OPENED, rules=policy(planned_sessions=planned))["alerts"]
    assert alert["false_alarm"]["n_sessions"] == n_sessions


def test_the_quality_tells_of_silence_and_of_what_is_not_known():
    (found,) = reported([*OPENED, None])["data_quality"]
    assert found["silent_after_signal"] == [7]
    (found,) = reported([4] * 4, errors=None)["data_quality"]
    assert found["notes"] == ["no_sem", "within_person_sd_assumed"]
    (found,) = reported([4] * 4, errors=KNOWN)["data_quality"]
    assert found["notes"] == []


@pytest.mark.parametrize(
    ("scores", "numbers", "found"),
    [
        ([], None, "no_scores"),
        ([4, 4, 4], range(3), "too_few_scores"),  # of which one came at intake
        ([4], range(1), "no_scores"),
        ([4], None, "too_few_scores"),
        ([4] * 3, None, "too_few_scores"),
        ([4] * 4, None, "enough"),
    ],
)
def test_it_is_told_whether_there_was_enough_to_go_by(scores, numbers, found):
    assert sufficiency(judged(scores, numbers=numbers)) == found
