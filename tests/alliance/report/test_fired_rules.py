"""The compact answer: only rules that fired, and the rest said once, without losing what was false
and what could not be said.
"""

import orjson
import pytest
from hypothesis import given, settings

from service.alliance.course import Course, Session
from service.alliance.report.report import judge_course, write_report
from service.alliance.rules.battery import BATTERY
from tests.alliance.courses import BOND, BOND_T, DIP, KNOWN, OPENED, course, policy, rating
from tests.alliance.plans import MOOD, PLAIN, plans

ONCE = {"name", "params", "provenance", "sources"}


def told(given, rules="fired", **members):
    """Return the report as its readers get it."""
    return orjson.loads(orjson.dumps(write_report(judge_course(given), rules, **members)))


def place(one):
    return one["instrument"], one["perspective"], one["timing"], one["scale"]


def every_result(whole):
    """Return what each rule says of each series and session, from a report with all results."""
    return {
        (session["number"], one["rule"], place(one)): (one["fired"], one["reason"])
        for session in whole["sessions"]
        for one in session["rules"]
    }


def rebuilt(compact):
    """Return the same from a report with the rules that fired."""
    fired = {
        (session["number"], one["rule"], place(one))
        for session in compact["sessions"]
        for one in session["rules"]
    }
    table = {}
    for series in compact["cannot_say"]:
        unsaid = {}
        for rule, reasons in series["rules"].items():
            for reason in reasons:
                for number in sessions_of(reason, when_asked(series, rule, compact)):
                    assert unsaid.setdefault((number, rule), reason["reason"]) == reason["reason"]
        for rules in series["asked"]:
            for rule in rules["rules"]:
                for number in sessions_of(rules, scored(series, compact)):
                    reason = unsaid.get((number, rule))
                    said = None if reason is not None else (number, rule, place(series)) in fired
                    assert (number, rule, place(series)) not in table
                    table[number, rule, place(series)] = said, reason
    assert fired <= table.keys()
    return table


def sessions_of(part, of_all):
    return of_all if part["sessions"] == "all" else part["sessions"]


def when_asked(series, rule, compact):
    (asked,) = (one for one in series["asked"] if rule in one["rules"])
    return sessions_of(asked, scored(series, compact))


def scored(one, compact):
    """Return the sessions in which a series has a score; of no series all of them."""
    if one["instrument"] is None:
        return [session["number"] for session in compact["sessions"] if session["number"]]
    (series,) = (
        series
        for series in compact["series"]
        if (series["instrument"], series["timing"], series["scale"])
        == (one["instrument"], one["timing"], one["scale"])
        and series["perspective"] in (None, one["perspective"])
    )
    return [point["session"] for point in series["points"] if "intake" not in point]


@settings(max_examples=80, deadline=None)
@given(plans())
def test_nothing_is_lost_by_telling_only_what_fired(plan):
    """Of every rule, series and session: fired, false or unknown with its reason."""
    given = PLAIN.course(plan)
    assert rebuilt(told(given)) == every_result(told(given, "all"))
    assert rebuilt(told(given, latest=True)) == every_result(told(given, "all", latest=True))


@settings(max_examples=40, deadline=None)
@given(plans())
def test_what_fired_is_told_in_the_same_words(plan):
    given = PLAIN.course(plan)
    compact, whole = told(given), told(given, "all")
    for short, long in zip(compact["sessions"], whole["sessions"], strict=True):
        fired = [one for one in long["rules"] if one["fired"]]
        assert short["rules"] == [
            {name: value for name, value in one.items() if name not in ONCE} for one in fired
        ]
        for one in fired:
            once = compact["rules"][one["rule"]]
            assert once.keys() == ONCE | {"title"}
            assert (once["name"], once["sources"]) == (one["name"], one["sources"])
            assert once["params"].items() <= one["params"].items()


@settings(max_examples=40, deadline=None)
@given(plans())
def test_the_rest_of_the_answer_does_not_depend_on_which_rules_are_told(plan):
    given = PLAIN.course(plan)
    whole, compact, bare = (told(given, rules) for rules in ("all", "fired", "none"))
    for other in (compact, bare):
        for part in ("reference", "options", "series", "change", "alerts", "data_quality"):
            assert other[part] == whole[part]
        for one, session in zip(other["sessions"], whole["sessions"], strict=True):
            for part in session.keys() - {"rules", "forms"}:
                assert one[part] == session[part]
            for form, of_all in zip(one["forms"], session["forms"], strict=True):
                repeated = {name: of_all[name] for name in ("scores", "not_scored")}
                assert form | repeated == of_all
                assert form.get("not_scored", {}) == of_all["not_scored"]
        assert other["sources"].items() <= whole["sources"].items()
    assert all(session["rules"] == [] for session in bare["sessions"])
    assert bare.keys() & {"rules", "cannot_say"} == whole.keys() & {"rules", "cannot_say"} == set()


def cited(answer):
    """Return every source that some member of an answer names."""
    if isinstance(answer, dict):
        own = [answer.get("source"), *(answer.get("sources") or [])]
        return {name for name in own if name}.union(*map(cited, answer.values()))
    return set().union(*map(cited, answer)) if isinstance(answer, list) else set()


@settings(max_examples=40, deadline=None)
@given(plans())
def test_every_source_that_the_answer_names_is_there_and_no_other_rules(plan):
    for rules in ("fired", "none"):
        for latest in (False, True):
            answer = told(PLAIN.course(plan), rules, latest=latest)
            named = cited({name: part for name, part in answer.items() if name != "sources"})
            of_rules = {name for rule in BATTERY.rule.values() for name in rule.sources}
            assert named & of_rules == answer["sources"].keys() & of_rules


def test_false_and_unknown_stay_apart():
    """The worked example: before the fourth score the cumulative sum cannot say, then it is false
    until the dip, and no therapist was heard.
    """
    compact = told(course(DIP, errors=KNOWN))
    (series,) = compact["cannot_say"]
    assert place(series) == ("bond", "client", "post", "total")
    assert series["rules"]["R08"] == [{"reason": "baseline_too_short", "sessions": [1, 2, 3]}]
    assert series["rules"]["R01"] == [{"reason": "no_cutoff", "sessions": "all"}]
    assert series["rules"]["P06"] == [{"reason": "not_configured", "sessions": "all"}]
    assert {"rules": ["P06"], "sessions": [7, 8, 9]} in series["asked"]
    asked = {rule for one in series["asked"] for rule in one["rules"]}
    assert not asked & {"R13", "R14", "R15", "R16"}
    dip = compact["sessions"][5]["rules"]
    assert [one["rule"] for one in dip] == ["R03", "R04", "R06", "R07"]
    assert compact["rules"]["R03"] == {
        "name": "drop.reliable_previous",
        "title": "Fall since the previous score beyond measurement error",
        "params": {"z_reliable": 1.96},
        "provenance": "published",
        "sources": ["jacobson-truax-1991"],
    }


def test_a_rule_may_lack_different_things_in_different_sessions():
    """A subscale needs an earlier score first, and three of them then."""
    parts = [{"total": 4.0, "goal": 4.0}] * 5
    forms = [Session(number, (rating(BOND, one),)) for number, one in enumerate(parts, 1)]
    known = {"bond": {"total": KNOWN, "goal": KNOWN}}
    (series,) = told(Course(tuple(forms), policy(), errors=known))["cannot_say"]
    assert series["rules"]["R10"] == [
        {"reason": "no_previous_score", "sessions": [1]},
        {"reason": "baseline_too_short", "sessions": [2, 3]},
    ]


def test_a_rule_on_no_series_is_told_of_the_rater_alone():
    """A session without a form after an alert."""
    compact = told(course([*OPENED, None]))
    (silent,) = compact["sessions"][6]["rules"]
    assert (silent["rule"], place(silent)) == ("R19", (None, "client", None, None))
    on_none = compact["cannot_say"][-1]
    assert place(on_none) == (None, "client", None, None)
    assert on_none["asked"] == [{"rules": ["R19"], "sessions": [7]}]
    assert on_none["rules"] == {}


def test_a_rule_on_no_series_is_asked_in_all_sessions_but_the_intake():
    """Only the therapist fills in forms."""
    made = tuple(Session(number, (rating(BOND_T, 4, "therapist"),)) for number in (0, 1, 2))
    on_none = told(Course(made, policy()))["cannot_say"][-1]
    assert place(on_none) == (None, "client", None, None)
    assert on_none["asked"] == [{"rules": ["R15"], "sessions": "all"}]


def test_the_latest_session_is_told_alone_with_the_course_as_it_stands():
    given = course(OPENED, symptoms=[10] * 6, symptom_form=MOOD)
    whole, latest = told(given), told(given, latest=True)
    assert latest["sessions"] == whole["sessions"][-1:]
    for part in ("change", "alerts", "data_quality", "options"):
        assert latest[part] == whole[part]
    for series, of_all in zip(latest["series"], whole["series"], strict=True):
        assert series == of_all | {"points": of_all["points"][-1:]}
    for entry in latest["cannot_say"]:
        assert {one["sessions"] for one in entry["asked"]} == {"all"}
    assert latest["rules"].keys() == {one["rule"] for one in latest["sessions"][0]["rules"]}


def test_the_latest_session_may_be_the_intake_or_have_no_form():
    for session in (Session(0, (rating(BOND, 4),)), Session(1, ())):
        answer = told(Course((session,), policy()), latest=True)
        assert [one["number"] for one in answer["sessions"]] == [session.number]
        assert answer["rules"] == {}
        assert all(one["asked"] == [] or one["instrument"] is None for one in answer["cannot_say"])


def test_symptoms_that_somebody_else_rated_name_their_sessions():
    """The rule counts for the patient, so that the entry could be of the patient's own form."""
    made = tuple(
        Session(number, (rating(BOND, 4), rating(MOOD, 10, "therapist"))) for number in (1, 2, 3)
    )
    entries = told(Course(made, policy()))["cannot_say"]
    (mood,) = (one for one in entries if one["instrument"] == "mood")
    assert mood["asked"] == [{"rules": ["R16", "R23"], "sessions": [1, 2, 3]}]


@pytest.mark.parametrize("rules", ["fired", "none"])
def test_nothing_is_written_of_rules_that_are_not_told(rules, monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr("service.alliance.report.rule_results.RuleWriter.rules", refuse)
    assert told(course(DIP), rules)["sessions"]
