"""What one rule says of one session, every member with its value."""

import math
from itertools import pairwise

import pytest

from service.alliance.course import Course, Errors, Session
from service.alliance.report.report import report_course
from service.alliance.rules.battery import BATTERY
from tests.alliance.courses import (
    BOND,
    DIP,
    KNOWN,
    OPENED,
    alliance_form,
    course,
    norm,
    policy,
    rating,
)
from tests.alliance.series.test_symptoms import MOOD

about = pytest.approx
ON_BOND = {"instrument": "bond", "perspective": "client", "timing": "post", "scale": "total"}
NOTHING = {"statistic": None, "threshold": None, "p": None, "about_session": None, "evidence": {}}


def result(name, *args, perspective="client", **members):
    """Return what a rule says of the last session of a course."""
    given = args[0] if isinstance(args[0], Course) else course(*args, **members)
    rules = report_course(given)["sessions"][-1]["rules"]
    (found,) = (one for one in rules if (one["rule"], one["perspective"]) == (name, perspective))
    return found


def test_a_rule_that_fired():
    """From 4 to 3.2 with an SEM of 0.2."""
    found = result("R03", OPENED)
    assert found.pop("evidence").keys()
    assert found == {
        "rule": "R03",
        "name": "drop.reliable_previous",
        **ON_BOND,
        "fired": True,
        "reason": None,
        "statistic": about(0.8 / (math.sqrt(2) * 0.2)),
        "threshold": 1.96,
        "p": None,
        "severity": "info",
        "about_session": None,
        "params": {"z_reliable": 1.96, "sem": 0.2, "sem_provenance": "caller"},
        "provenance": "published",
        "sources": ["jacobson-truax-1991"],
    }


def test_a_rule_that_can_never_say_anything():
    assert result("R01", [4]) == {
        "rule": "R01",
        "name": "level.cutoff",
        **ON_BOND,
        **NOTHING,
        "fired": None,
        "reason": "no_cutoff",
        "severity": "info",
        "params": {},
        "provenance": "vendor",
        "sources": [],
    }


def test_a_rule_that_cannot_say_anything_yet():
    found = result("R06", [4])
    figures = found.pop("params")
    assert found == {
        "rule": "R06",
        "name": found["name"],
        **ON_BOND,
        **NOTHING,
        "fired": None,
        "reason": "baseline_too_short",
        "severity": "info",
        "provenance": "engineering",
        "sources": ["gumz-2012", "crits-christoph-2011", "simulation"],
    }
    assert figures["sem"] == 0.2
    assert "margin" not in figures  # the SEM itself


def test_a_rule_with_a_probability():
    """T = 3.443 with 8 degrees of freedom."""
    found = result("R06", OPENED)
    assert (found["fired"], found["p"]) == (True, about(0.004395, abs=1e-6))
    assert found["statistic"] == about(0.8 / math.sqrt(0.045 * 1.2))


def test_error_figures_are_told_with_where_they_come_from():
    told = {
        "known": result("R06", [4])["params"],
        "nothing": result("R06", [4], errors=None)["params"],
        "own": result("R06", [4], errors=Errors(within_person_sd=0.3))["params"],
    }
    figures = ("sem", "sem_provenance", "within_person_sd", "within_person_sd_provenance", "margin")
    assert {name: [found.get(one) for one in figures] for name, found in told.items()} == {
        "known": [0.2, "caller", 0.3, "caller", None],
        "nothing": [None, None, about(0.32), "assumed", about(0.32 / 1.5)],
        "own": [None, None, 0.3, "caller", about(0.2)],
    }


def test_a_finding_may_have_a_severity_of_its_own():
    """From one score alone a weak start is information; the rule is a watch."""
    form = alliance_form(norms=(norm(4, 0.8),))
    assert result("R12", [3], form=form)["severity"] == "info"
    assert result("R12", [3, 3, 3, 3], form=form)["severity"] == "watch"


def test_a_rule_about_symptoms_is_on_their_series():
    found = result("R23", [4, 4], (), [10, 16], symptom_form=MOOD)
    place = [found[name] for name in ("instrument", "perspective", "timing", "scale")]
    assert (found["fired"], place) == (True, ["mood", "client", "post", "total"])
    assert found["evidence"]["value"] == 16


def test_a_rule_about_no_form_is_on_no_series():
    found = result("R19", [*OPENED, None])
    place = [found[name] for name in ("instrument", "perspective", "timing", "scale")]
    assert place == [None, "client", None, None]
    assert (found["fired"], found["about_session"], found["severity"]) == (True, 6, "watch")


def test_what_one_session_says_is_not_what_another_said():
    """Findings that many sessions share are written once; others never are."""
    sessions = report_course(course(DIP))["sessions"]
    by_session = [
        {one["rule"]: (one["fired"], one["reason"], one["statistic"]) for one in session["rules"]}
        for session in sessions
    ]
    assert [one["R03"][0] for one in by_session] == [None, *[False] * 4, True, *[False] * 3]
    assert by_session[0]["R03"][1] == "no_previous_score"
    assert [one["R08"][1] for one in by_session] == ["baseline_too_short"] * 3 + [None] * 6
    falls = [one["R03"][2] for one in by_session[1:]]
    steps = [before - after for before, after in pairwise(DIP)]
    assert falls == [about(step / (math.sqrt(2) * 0.2)) for step in steps]
    of_score = [rule.id for rule in BATTERY.of_score]
    for one in sessions:
        assert [found["rule"] for found in one["rules"]][: len(of_score)] == of_score


def test_two_forms_of_one_session_are_told_apart():
    """One stays at 4, the other falls from 4 to 2."""
    other = alliance_form("other")
    sent = tuple(
        Session(number, (rating(BOND, 4), rating(other, score)))
        for number, score in enumerate((4, 2), 1)
    )
    errors = {name: {"total": KNOWN} for name in ("bond", "other")}
    rules = report_course(Course(sent, policy(), errors=errors))["sessions"][-1]["rules"]
    told = {one["instrument"]: one["statistic"] for one in rules if one["rule"] == "R03"}
    assert told == {"bond": 0, "other": about(2 / (math.sqrt(2) * 0.2))}
