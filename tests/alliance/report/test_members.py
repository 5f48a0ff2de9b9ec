"""Members of a report, each whole: every name with its value, worked out by hand."""

from dataclasses import replace

import pytest

from service.alliance.course import OBSERVER, Course, Session
from service.alliance.report.report import judge_course, report_course, write_report
from service.scoring.applicability import Applicability
from service.scoring.instrument import ChangeRule, ExpectedRates, Precision
from service.scoring.scales import Respondent
from tests.alliance.courses import (
    BOND,
    OPENED,
    alliance_form,
    course,
    cutoff,
    norm,
    policy,
    rating,
)
from tests.alliance.series.test_symptoms import MOOD, symptom_form
from tests.scoring.forms import instrument, items, scale

about = pytest.approx
BOTH = {"version": "1.0.0", "perspective": "client", "timing": "post", "scale": "total"}
IDENTITY = {"instrument": "bond", **BOTH}
SYMPTOMS = {"instrument": "mood", **BOTH}


def reported(*args, **members):
    return report_course(course(*args, **members))


def test_a_quiet_session():
    (session, _) = reported([4, 4], rules=policy())["sessions"]
    assert len(session.pop("rules")) > 0
    assert session == {
        "number": 1,
        "date": None,
        "phase": 1,
        "events": [],
        "forms": [
            {
                "instrument": "bond",
                "version": "1.0.0",
                "perspective": "client",
                "timing": "post",
                "scores": {"total": 4},
                "not_scored": {},
            }
        ],
        "scores": {"bond": {"total": 4}},
        "risks": [],
        "signal": {"client": "none", "therapist": "none"},
        "repairs": [],
        "transitions": [],
        "sudden_changes": [],
    }


def test_the_settings_of_a_course():
    rules = policy(
        alpha_family=0.1,
        planned_sessions=12,
        assumed_kappa=1.7,
        cutoff_alone="watch",
        a_watch=0.03,
        a_alert=0.02,
        a_strong=0.01,
        cusum_limit=5,
    )
    report = report_course(course([4], rules=rules)._replace(reference="r-1"))
    assert report["reference"] == "r-1"
    assert report["options"] == {
        "alpha_family": 0.1,
        "planned_sessions": 12,
        "assumed_kappa": 1.7,
        "cutoff_alone": "watch",
        "thresholds": {"watch": 0.03, "alert": 0.02, "strong": 0.01, "cusum_limit": 5},
    }


REPAIR = {
    "baseline": 4,
    "margin": 0.2,
    "target": about(3.8),
    "score_at_opening": 3.2,
    "latest_session": 8,
    "latest_score": 3.9,
    "recovered_fraction": about(0.875),
    "provisional_session": 7,
    "confirmed_session": 8,
    "sessions_to_repair": 2,
    "reported_session": None,
    "late_return_session": None,
    "n_sessions_observed": 2,
    "window": 5,
}


def test_a_repair_state():
    (repair,) = reported([*OPENED, 3.9, 3.9])["sessions"][7]["repairs"]
    assert repair == {
        "state": "P02",
        "name": "repair.confirmed",
        "episode": "client-6",
        "about_session": 6,
        **IDENTITY,
        "evidence": REPAIR,
        "provenance": "engineering",
        "sources": ["simulation"],
    }


def test_a_change_of_therapist():
    sessions = reported([4, 4.5, 3], events={3: ["therapist_change"]})["sessions"]
    assert sessions[2]["transitions"] == [
        {**IDENTITY, "mean_before": 4.25, "n_before": 2, "first_score": 3}
    ]
    assert sessions[2]["events"] == ["therapist_change"]
    without = reported([4, 4.5, None, 3], events={3: ["therapist_change"]})["sessions"]
    assert [one["first_score"] for one in without[2]["transitions"]] == [None]


def test_a_sudden_gain_and_a_sudden_loss():
    report = reported([3, 3, 4, 4], (), [10, 10, 18, 18], symptom_form=MOOD)
    gain, loss = report["sessions"][3]["sudden_changes"]
    counted = {"from_session": 2, "n_before": 2, "n_after": 2, "limit": 0}
    assert gain.pop("evidence") == {**counted, "mean_before": 3, "mean_after": 4}
    assert loss.pop("evidence") == {**counted, "mean_before": 10, "mean_after": 18}
    assert gain == {
        **IDENTITY,
        "kind": "gain",
        "about_session": 3,
        "step": 1,
        "cutoff": about(1.96 * 2**0.5 * 0.2),
        "sources": ["tang-derubeis-1999"],
    }
    assert loss == {
        **SYMPTOMS,
        "kind": "loss",
        "about_session": 3,
        "step": 8,
        "cutoff": 6,
        "sources": ["tang-derubeis-1999"],
    }


def test_a_small_sudden_loss_is_none_the_less_a_loss():
    """A mean of nine answers from 0 to 3 that rises by 0.8, of which 0.5 is reliable."""
    small = scale(range(9), "mean", changes=(ChangeRule("fixed", 0.5, source="invented"),))
    form = instrument(items(9), small, id="small")
    for scores, kind, step in (([1, 1, 1.8, 1.8], "loss", 0.8), ([1.8, 1.8, 1, 1], "gain", -0.8)):
        report = reported([4] * 4, (), scores, symptom_form=form)
        (found,) = report["sessions"][3]["sudden_changes"]
        assert (found["kind"], found["step"]) == (kind, about(step))


@pytest.mark.parametrize("rules", ["all", "fired", "none"])
def test_what_repairs_and_sudden_changes_rest_on_is_cited(rules):
    repaired = write_report(judge_course(course([*OPENED, 3.9, 3.9])), rules, latest=True)
    assert "simulation" in repaired["sources"]
    gained = write_report(judge_course(course([3, 3, 4, 4])), rules, latest=True)
    assert "tang-derubeis-1999" in gained["sources"]


def test_an_alert():
    (alert,) = reported([*OPENED, 3.9, 3.9], events={5: ["gap"], 6: ["modality_change"]})["alerts"]
    words = ("summary", "message", "note")
    assert alert.pop("repair") == {**REPAIR, "returns_by_chance": 0.77}
    assert alert.pop("false_alarm").pop("kappa") == 1.5
    assert {name: value for name, value in alert.items() if name not in words} == {
        "id": "client-6",
        **IDENTITY,
        "opened_session": 6,
        "updated_session": 6,
        "closed_session": 8,
        "severity": "alert",
        "status": "repaired",
        "rules": ["R03", "R04", "R06", "R07"],
        "evidence": {
            "score": 3.2,
            "baseline": 4,
            "n_baseline": 5,
            "previous": 4,
            "drop": about(0.8),
            "p": about(0.004395, abs=1e-6),
            "cutoff": None,
            "events": [
                {"session": 5, "event": "gap"},
                {"session": 6, "event": "modality_change"},
            ],
            "fired_in": {"R03": [6], "R04": [6], "R06": [6], "R07": [6]},
        },
        "relapse_of": None,
    }


def test_an_alert_that_rests_on_a_level():
    """A fall has a line that it came back over; of a level the cut-off is told."""
    form = alliance_form(total={"cutoffs": (cutoff("<", 3.6),)})
    (alert,) = reported([3.5], form=form, rules=policy(cutoff_alone="watch"))["alerts"]
    assert alert["evidence"] == {
        "score": 3.5,
        "baseline": None,
        "n_baseline": 0,
        "previous": None,
        "drop": None,
        "p": None,
        "cutoff": {"system": "line", "op": "<", "value": 3.6},
        "events": [],
        "fired_in": {"R01": [1]},
    }
    (fallen,) = reported(OPENED, form=form)["alerts"]
    assert fallen["evidence"]["cutoff"] is None


def test_how_far_an_alert_can_be_trusted():
    rules = policy(alpha_family=0.1, planned_sessions=12, assumed_kappa=1.7)
    (alert,) = reported(OPENED, rules=rules)["alerts"]
    assert alert["false_alarm"].pop("assumption").endswith("over the planned sessions.")
    assert alert["false_alarm"] == {
        "family_rate": 0.1,
        "reason": None,
        "n_sessions": 12,
        "severity": "alert",
        "rate_if_sd_half_again": None,
        "detection": None,
        "kappa": 1.7,
        "source": None,
    }


def test_a_series_of_the_alliance():
    """The first of five 4s has nothing before it; the sixth has T limits at s_p sqrt(6/5) =
    .232379, t(.025; 8) = 2.306004 and t(.01; 8) = 2.896459.
    """
    (series,) = reported([4] * 6)["series"]
    parameters = series.pop("parameters")
    first, *_, last = series.pop("points")
    assert series == {
        **IDENTITY,
        "title": "Total",
        "metric": "mean",
        "direction": "higher_is_better",
        "minimum": 1,
        "maximum": 5,
        "kind": "alliance",
        "watched": True,
    }
    assert parameters == {
        "sem": {
            "value": 0.2,
            "provenance": "caller",
            "source": None,
            "detail": "standard error of measurement",
        },
        "within_person_sd": {
            "value": 0.3,
            "provenance": "caller",
            "source": None,
            "detail": "session-to-session SD",
        },
        "sd": None,
        "margin": 0.2,
        "norm": None,
    }
    nothing = {"watch": None, "alert": None, "high": None}
    assert first == {
        "session": 1,
        "phase": 1,
        "value": 4,
        "baseline": None,
        "n_baseline": 0,
        "expected": None,
        "limits": nothing,
        "chart_limit": None,
        "cusum": None,
    }
    assert last == {
        "session": 6,
        "phase": 1,
        "value": 4,
        "baseline": 4,
        "n_baseline": 5,
        "expected": 4,
        "limits": {
            "watch": about(4 - 2.306004 * 0.232379, abs=1e-5),
            "alert": about(4 - 2.896459 * 0.232379, abs=1e-5),
            "high": about(4 + 2.306004 * 0.232379, abs=1e-5),
        },
        "chart_limit": about(3.4),
        "cusum": 0,
    }


def test_a_series_of_symptoms_and_its_change():
    report = reported([4] * 2, (), [16, 10], symptom_form=MOOD)
    _, series = report["series"]
    parameters = series.pop("parameters")
    assert (parameters["sem"], parameters["norm"], parameters["margin"]) == (
        None,
        None,
        about(0.08 * 27 / 1.5),
    )
    assert series == {
        **SYMPTOMS,
        "title": "Total",
        "metric": "sum",
        "direction": "higher_is_worse",
        "minimum": 0,
        "maximum": 27,
        "kind": "outcome",
        "watched": False,
        "points": [{"session": 1, "value": 16}, {"session": 2, "value": 10}],
    }
    assert report["change"] == [
        {
            **IDENTITY,
            "first": {"session": 1, "value": 4},
            "last": {"session": 2, "value": 4},
            "difference": 0,
            "rci": None,
            "category": None,
            "clinically_significant": None,
            "method": None,
            "level": None,
            "threshold": None,
            "source": None,
            "note": "no_reliable_change_parameters",
        },
        {
            **SYMPTOMS,
            "first": {"session": 1, "value": 16},
            "last": {"session": 2, "value": 10},
            "difference": -6,
            "rci": None,
            "category": "reliably_improved",
            "clinically_significant": None,
            "method": "fixed",
            "level": None,
            "threshold": 6,
            "source": "invented",
            "note": None,
        },
    ]


def test_a_change_of_one_score_is_none():
    (change,) = reported([4])["change"]
    assert (change["first"], change["last"]) == ({"session": 1, "value": 4},) * 2
    assert (change["difference"], change["category"], change["note"]) == (
        None,
        None,
        "only_one_score",
    )


def test_a_change_is_judged_by_its_standard_error():
    """RCI = -8 / 2 beyond z(.95) = 1.96 of a published error of the difference."""
    rule = ChangeRule("jacobson_truax", None, 2.0, 0.95, "invented")
    form = symptom_form(changes=(rule,))
    *_, change = reported([4, 4], (), [16, 8], symptom_form=form)["change"]
    assert (change["rci"], change["level"], change["threshold"], change["method"]) == (
        -4,
        0.95,
        about(2 * 1.959964),
        "jacobson_truax",
    )


def test_watched_series_come_before_their_subscales_and_symptoms_last():
    sent = [{"total": 4, "goal": 4, "task": 4, "bond": 4}] * 2
    report = reported(sent, (), [10, 10], symptom_form=MOOD)
    names = ["total", "goal", "task", "bond", "total"]
    assert [one["scale"] for one in report["series"]] == names
    assert [one["watched"] for one in report["series"]] == [True, False, False, False, False]
    assert [one["scale"] for one in report["change"]] == names
    assert report["series"][1]["points"][1] == {"session": 2, "phase": 1, "value": 4}


def test_scores_at_intake_are_marked_and_an_observers_only_noted():
    sent = [
        Session(
            number,
            (
                rating(BOND, 4, OBSERVER),
                rating(BOND, 3.5),
                rating(MOOD, 10),
            ),
        )
        for number in (0, 1)
    ]
    observed, own, mood = report_course(Course(tuple(sent), policy()))["series"]
    if observed["perspective"] == "client":
        observed, own = own, observed
    assert (observed["perspective"], observed["watched"]) == ("observer", False)
    intake = {"session": 0, "phase": 1, "value": 4, "intake": True}
    assert observed["points"] == [intake, {"session": 1, "phase": 1, "value": 4}]
    assert own["points"][0] == {**intake, "value": 3.5}
    assert "intake" not in own["points"][1]
    assert mood["points"] == [
        {"session": 0, "value": 10, "intake": True},
        {"session": 1, "value": 10},
    ]


def test_the_latest_session_tells_its_own_points_only():
    sent = course([4, 4.5, 4, 3.5], (), [10, 11, 12, None], symptom_form=MOOD)
    report = write_report(judge_course(sent), latest=True)
    bond, mood = report["series"]
    assert [point["value"] for point in bond["points"]] == [3.5]
    assert mood["points"] == []
    assert [one["number"] for one in report["sessions"]] == [4]


@pytest.mark.parametrize("name", ["sem", "within", "norm", "cutoff", "rates"])
def test_every_figure_of_a_series_cites_its_own_source(name):
    """Each in a report of its own, so that none cites for another."""
    rates = ExpectedRates((4, 12), {"watch": (0.1, 0.2)}, {}, 0.25, 0.2, "rates")
    known = {"within_person_sd": 0.25, "within_person_sd_source": "within"}
    total = {
        "sem": {"precision": Precision(0.2, None, None, "sem")},
        "within": known,
        "norm": {},
        "cutoff": {"cutoffs": (replace(cutoff("<", 3), source="cutoff"),)},
        "rates": known | {"precision": Precision(0.2, None, None, "sem"), "expected_rates": rates},
    }[name]
    norms = (replace(norm(4, 0.8), source="bond/norm"),) if name == "norm" else ()
    cited = {one: {"citation": one} for one in ("sem", "within", "norm", "cutoff", "rates", "no")}
    form = alliance_form(total=total, norms=norms, sources=cited)
    report = reported([4], form=form, errors=None)
    found = {one.removeprefix("bond/") for one in report["sources"] if one.startswith("bond/")}
    expected = {"rates", "sem", "within"} if name == "rates" else {name}
    assert found == expected
    assert report["sources"][f"bond/{name}"] == {"citation": name}


def test_the_sd_between_patients_cites_its_source_where_the_norm_is_not_for_the_rater():
    """The share of the norm's SD rests on a published dependability."""
    report = write_report(
        judge_course(course([4], form=alliance_form(norms=(norm(4, 0.8),)), errors=None)), "none"
    )
    assert "crits-christoph-2011" in report["sources"]


def test_a_norm_is_told_with_whom_it_is_of():
    form = alliance_form(norms=(norm(4, 0.8, n=57),))
    (series,) = reported([4], form=form)["series"]
    assert series["parameters"]["norm"] == {
        "id": "adults",
        "population": "Adults",
        "n": 57,
        "digital": False,
        "mean": 4,
        "sd": 0.8,
        "source": "invented",
    }


def test_forms_that_came_twice_are_named_by_what_tells_them_apart():
    """The patient's own names no rater."""
    twice = Session(
        1,
        (
            rating(BOND, 4, timing="pre"),
            rating(BOND, 3),
            rating(MOOD, 5, None, "pre"),
            rating(MOOD, 6, None),
            rating(symptom_form("worry"), 7, None),
        ),
    )
    (session,) = report_course(Course((twice,), policy()))["sessions"]
    assert session["scores"] == {
        "bond/client/pre": {"total": 4},
        "bond/client/post": {"total": 3},
        "mood/pre": {"total": 5},
        "mood/post": {"total": 6},
        "worry": {"total": 7},
    }


@pytest.mark.parametrize("rules", ["fired", "all"])
def test_why_a_form_was_not_scored(rules):
    bad = rating(BOND, {"total": None})._replace(reasons={"total": "missing_items"})
    sent = Course((Session(1, (bad,)), Session(2, (rating(BOND, 4),))), policy())
    first, second = write_report(judge_course(sent), rules)["sessions"]
    assert first["forms"][0]["not_scored"] == {"total": "missing_items"}
    assert ("not_scored" in second["forms"][0]) is (rules == "all")
    assert ("scores" in first["forms"][0]) is (rules == "all")


def test_the_change_of_a_course_is_judged_for_its_respondent():
    adults = ChangeRule("fixed", 6, source="a", applies_to=Applicability(minimum_age=18))
    children = ChangeRule("fixed", 3, source="c", applies_to=Applicability(maximum_age=17))
    form = symptom_form(changes=(adults, children))
    found = []
    for age in (40, 10):
        report = reported([4, 4], (), [10, 14], symptom_form=form, respondent=Respondent(age))
        found.append((report["change"][1]["threshold"], report["change"][1]["category"]))
    assert found == [(6, "unchanged"), (3, "reliably_deteriorated")]


def test_rules_that_fired_name_what_they_rest_on():
    """Of a fall R03, R04, R06 and R07; of a first score none."""
    cited = write_report(judge_course(course(OPENED)), "fired")["sources"]
    assert set(cited) == {
        "jacobson-truax-1991",
        "gumz-2012",
        "crits-christoph-2011",
        "simulation",
        "eubanks-carter-2012",
    }
    assert write_report(judge_course(course([4])), "fired")["sources"] == {}
    assert write_report(judge_course(course(OPENED)), "none")["sources"] == {}
