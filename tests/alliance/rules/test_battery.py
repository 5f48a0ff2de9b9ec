"""A rule is one record: nothing else in the monitor has to know it."""

from dataclasses import fields

import pytest

from service.alliance.finding import Finding
from service.alliance.judging.monitor import Monitor
from service.alliance.report.report import report_course
from service.alliance.rules.battery import BATTERY, Battery
from service.alliance.rules.rule import RepairRule, Role, ScoreRule, SideRule
from service.alliance.rules.sources import SOURCES
from tests.alliance.courses import KNOWN, course
from tests.alliance.rules.records import RECORDS


def _below_three(point, series):
    return Finding(point.value < 3, None, point.value, 3, None, {"earlier": point.summary.m})


def with_rule(**members):
    """Return the battery with a rule R91 that fires below 3."""
    words = dict.fromkeys(("name", "title", "formula", "minimum_data"), "below three")
    rule = ScoreRule(
        id="R91",
        **{**words, "severity": "watch", "provenance": "engineering", "evaluate": _below_three}
        | members,
    )
    return Battery((*BATTERY.rules, rule), BATTERY.repairs)


def heard(scores, battery, errors=KNOWN):
    monitor = Monitor(course(scores, errors=errors), battery)
    for session in monitor.course.sessions:
        monitor.hear(session)
    return monitor


def test_a_new_rule_needs_its_record_only():
    report = report_course(course([4, 2.9], errors=KNOWN), with_rule(settings=("a_watch",)))
    first, second = (
        next(one for one in session["rules"] if one["rule"] == "R91")
        for session in report["sessions"]
    )
    assert (first["fired"], second["fired"]) == (False, True)
    assert (second["severity"], second["params"]) == ("watch", {"a_watch": 0.025})
    assert second["evidence"] == {"earlier": 1}
    assert [session["signal"]["client"] for session in report["sessions"]] == ["none", "watch"]
    (alert,) = report["alerts"]
    assert (alert["rules"], alert["repair"]["baseline"]) == (["R91"], None)


def test_its_severity_makes_the_signal():
    monitor = heard([4, 2.9], with_rule(severity="info"))
    assert monitor.views[-1].signal["client"] == "info"
    assert heard([4, 2.9], with_rule(severity="alert")).views[-1].signal["client"] == "alert"


def test_its_roles_say_what_becomes_of_the_episode():
    (opened,) = heard([4, 2.9], with_rule(roles=frozenset({Role.DROP}))).sides["client"].episodes
    assert (opened.opened_by_fall, opened.baseline) == (True, 4)


def test_a_rule_that_lacks_what_it_needs_is_not_asked():
    battery = with_rule(lacking=lambda standard: "no_moon", evaluate=None)
    found = heard([4, 2.9], battery).views[-1].scored[0].findings["R91"]
    assert (found.fired, found.reason) == (None, "no_moon")


def test_a_rule_about_a_side_is_one_record_as_well():
    asked = []

    def evaluate(hearing):
        asked.append(hearing.rater.perspective)
        yield hearing.lead, Finding(hearing.rater.perspective == "client")

    words = dict.fromkeys(("name", "title", "formula", "minimum_data"), "always")
    rule = SideRule(
        id="R92", **words, severity="watch", provenance="engineering", evaluate=evaluate
    )
    monitor = heard([4], Battery((*BATTERY.rules, rule), BATTERY.repairs))
    assert asked == ["therapist", "client"]
    assert monitor.views[-1].signal == {"client": "watch", "therapist": "none"}


@pytest.mark.parametrize("rule", [*BATTERY.rules, *BATTERY.repairs], ids=lambda one: one.id)
def test_every_record_is_whole(rule):
    """Words, a way to judge, and sources that are known."""
    for name in ("id", "name", "title", "formula", "minimum_data"):
        assert getattr(rule, name).strip(), name
    assert set(rule.sources) <= SOURCES.keys()
    assert isinstance(rule, RepairRule) or callable(rule.evaluate)
    assert set(rule.figures) <= {"sem", "within_person_sd", "sd", "margin"}
    assert "evaluate" in {one.name for one in fields(rule)} or isinstance(rule, RepairRule)


def test_every_source_is_named_in_full():
    """By a DOI, but for a paper known by its PMC number, one whose DOI was not read, and our own
    simulation.
    """
    without = {name for name, source in SOURCES.items() if "doi" not in source}
    assert without == {"zilcha-mano-2019", "tryon-2007", "simulation"}
    for name, source in SOURCES.items():
        assert source.keys() == {"citation", "doi"} - ({"doi"} if name in without else set())
        assert source.get("doi", "10.").startswith("10.")
    cited = {name for rule in BATTERY.rule.values() for name in rule.sources}
    assert cited == SOURCES.keys()


def test_every_rule_has_a_row_of_prose(request):
    prose = (request.config.rootpath / "docs" / "methods.md").read_text(encoding="utf-8")
    missing = [
        rule.id for rule in (*BATTERY.rules, *BATTERY.repairs) if f"| {rule.id} " not in prose
    ]
    assert not missing


def test_ids_are_unique_and_in_order():
    ids = [rule.id for rule in BATTERY.rules]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("name", BATTERY.rule)
def test_what_each_rule_amounts_to(name):
    """`lacking`: why it can say nothing of a scale of which neither errors nor norms, cut-offs or
    settings are known.
    """
    rule, stated = BATTERY.rule[name], RECORDS[name]
    found = {
        "name": rule.name,
        "severity": rule.severity,
        "provenance": rule.provenance,
        "roles": " ".join(sorted(role.name for role in rule.roles)),
        "figures": " ".join(rule.figures),
        "settings": " ".join(rule.settings),
        "sources": " ".join(rule.sources),
    }
    if isinstance(rule, ScoreRule):
        (bare,) = heard([4], BATTERY, errors=None).tracks.series.values()
        found["lacking"] = rule.lacking(bare)
    assert {part: value for part, value in found.items() if value} == stated


def test_every_record_stated_is_a_rule():
    assert list(RECORDS) == list(BATTERY.rule)


def test_some_rules_count_more_beside_others_and_less_from_the_therapist():
    beside = {rule.id: set(rule.watch_beside) for rule in BATTERY.of_score if rule.watch_beside}
    less = {rule.id: rule.therapist_severity for rule in BATTERY.rules if rule.therapist_severity}
    assert (beside, less) == ({"R09": {"R04"}}, {"R20": "info"})
