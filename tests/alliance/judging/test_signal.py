"""From findings to one signal: the table of levels, row by row, what is added to it and what holds
it down.
"""

import math

import pytest

from service.alliance.course import Errors
from service.alliance.finding import SEVERITIES, Finding, at_most, worse, worst
from service.alliance.judging.signal import lift, own_level
from service.alliance.rules.battery import BATTERY
from tests.alliance.courses import (
    SPEC,
    alliance_form,
    cutoff,
    finding,
    judged,
    norm,
    policy,
    signals,
    view,
)

RULES = [rule.id for rule in BATTERY.of_score]
# T after five sessions of 4: df 8, t(.025) = 2.306, t(.01) = 2.896, t(.001) = 4.501; error =
# sqrt(.045 x 1.2).
T = {None: 0.0, "watch": 2.5, "alert": 3.5, "strong": 5.0}


def combined(fires, unusual, *, rules=SPEC, perspective="client", unknown=(), provisional=False):
    """Return the level where exactly these rules fired and the score is that unusual for the
    dyad.
    """
    scores = [4] * 5 + [4 - T[unusual] * math.sqrt(0.045 * 1.2)]
    monitor = judged(
        scores if perspective == "client" else (),
        scores if perspective != "client" else (),
        rules=rules,
    )
    one = view(monitor, 6).scored[0]
    findings = {rule: Finding(None if rule in unknown else rule in fires) for rule in RULES}
    if provisional:
        findings["R12"] = Finding(True, severity="info")
    return own_level(one.point, one.series, findings, BATTERY)


TABLE = [
    # nothing, and any single rule
    ("", None, "none"),
    ("R01", None, "info"),
    ("R02", None, "info"),
    ("R03", None, "info"),
    ("R04", None, "info"),
    ("R05", None, "info"),
    ("R09", None, "info"),
    ("R11", None, "info"),
    ("R17", None, "info"),
    ("R18", None, "info"),
    ("R01 R02 R03 R04 R05 R11 R17 R18", None, "info"),
    # unusual for the dyad without a fall beyond measurement error is not enough
    ("R06", "watch", "info"),
    ("R06", "strong", "info"),
    ("R05 R06", "strong", "info"),
    # watch
    ("R03 R06", "watch", "watch"),
    ("R04 R06", "watch", "watch"),
    ("R07", None, "watch"),
    ("R10", None, "watch"),
    ("R12", None, "watch"),
    ("R20", None, "watch"),
    ("R04 R09", None, "watch"),
    ("R03 R09", None, "info"),
    ("R01 R02 R03 R06", "watch", "watch"),
    # alert
    ("R03 R06", "alert", "alert"),
    ("R04 R06", "alert", "alert"),
    ("R08", None, "alert"),
    ("R05 R08", None, "alert"),
    ("R07 R08 R12", None, "alert"),
    # urgent: an alert and one thing more
    ("R01 R03 R06", "alert", "urgent"),
    ("R02 R04 R06", "alert", "urgent"),
    ("R01 R08", None, "urgent"),
    ("R08 R20", None, "urgent"),
    ("R03 R06", "strong", "alert"),  # a single dip, however deep
    # one thing more without the alert
    ("R01 R07", None, "watch"),
    ("R01 R20", None, "watch"),
]


@pytest.mark.parametrize(("fires", "unusual", "severity"), TABLE)
def test_the_table_of_levels(fires, unusual, severity):
    assert combined(fires.split(), unusual).severity == severity


def test_a_report_of_the_therapist_alone_is_information():
    assert combined(["R20"], None, perspective="therapist").severity == "info"
    assert combined(["R08", "R20"], None, perspective="therapist").severity == "alert"


def test_a_provisional_early_weakness_is_information():
    assert combined(["R12"], None, provisional=True).severity == "info"


@pytest.mark.parametrize(("choice", "severity"), [("info", "info"), ("watch", "watch")])
def test_a_cut_off_alone_is_a_watch_only_where_the_caller_wants_it(choice, severity):
    form = alliance_form(total={"cutoffs": (cutoff("<", 3.6),)})
    assert signals(judged([3.5], form=form, rules=policy(cutoff_alone=choice))) == [severity]


@pytest.mark.parametrize(
    ("unusual", "severity"), [("watch", "watch"), ("alert", "alert"), ("strong", "alert")]
)
def test_where_no_standard_error_is_known_being_unusual_stands_alone(unusual, severity):
    assert combined(["R06"], unusual, unknown=("R03", "R04")).severity == severity
    assert combined(["R06"], unusual, unknown=("R03",)).severity == "info"


@pytest.mark.parametrize(
    ("unusual", "dropped"), [(None, False), ("watch", False), ("alert", True), ("strong", True)]
)
def test_only_an_alert_by_a_fall_leaves_the_baseline(unusual, dropped):
    assert combined(["R03", "R06"], unusual).dropped is dropped
    assert combined(["R06"], unusual).dropped is False
    assert combined(["R08"], None).dropped is False


@pytest.mark.parametrize(
    ("fires", "unusual", "causes"),
    [
        ("R03 R06", "watch", {"R03", "R06"}),
        ("R03 R04 R06 R07 R11", "alert", {"R03", "R04", "R06", "R07"}),
        ("R08 R11", None, {"R08"}),
        ("R03 R10", None, {"R10"}),
        ("R04 R09", None, {"R09"}),
    ],
)
def test_a_signal_names_the_rules_that_made_it(fires, unusual, causes):
    found = combined(fires.split(), unusual).causes
    assert set(found) == causes
    assert len(found) == len(causes)


@pytest.mark.parametrize(
    ("before", "grounds", "after"),
    [
        ("watch", "", "watch"),
        ("watch", "R14", "watch"),
        ("watch", "R15", "alert"),
        ("watch", "R16", "alert"),
        ("watch", "R14 R15 R16", "alert"),
        ("alert", "R14", "urgent"),
        ("alert", "R15", "alert"),
        ("alert", "R16", "urgent"),
        ("urgent", "R14 R15 R16", "urgent"),
        ("info", "R14 R15 R16", "info"),
        ("none", "R14 R15 R16", "none"),
    ],
)
def test_what_the_therapist_and_symptoms_add(before, grounds, after):
    assert lift(before, frozenset(grounds.split()), BATTERY) == after


@pytest.mark.parametrize(
    ("before", "after"), [("watch", "watch"), ("alert", "urgent"), ("urgent", "urgent")]
)
def test_a_promised_rate_of_alerts_covers_what_others_add(before, after):
    fired = frozenset({"R14", "R15", "R16"})
    assert lift(before, fired, BATTERY, promised=True) == after


def test_alpha_family_is_such_a_promise():
    """Both raters fall to a watch: an alert only where no rate was promised."""
    scores = [4] * 5 + [3.4]
    free = judged(scores, scores)
    held = judged(scores, scores, rules=policy(alpha_family=0.1))
    assert (signals(free)[-1], signals(held)[-1]) == ("alert", "watch")
    assert finding(held, "R15").fired


WATCH, ALERT = [4] * 5 + [3.4], [4] * 5 + [3.2]


def test_a_therapist_who_does_not_see_the_fall_makes_an_alert_urgent():
    assert signals(judged(ALERT, [4] * 6))[-1] == "urgent"
    assert signals(judged(ALERT, [4] * 5 + [3.8]))[-1] == "alert"
    assert signals(judged(WATCH, [4] * 6))[-1] == "watch"


@pytest.mark.parametrize(
    ("client", "therapist", "signal"),
    [
        (WATCH, WATCH, ["none"] * 5 + ["alert"]),
        (WATCH, [4] * 6, ["none"] * 5 + ["watch"]),
        (
            [4, *WATCH],
            [*WATCH, 3.7],
            ["none"] * 6 + ["alert"],
        ),  # the therapist's fall came one session before
    ],
)
def test_a_fall_on_both_sides_makes_a_watch_an_alert(client, therapist, signal):
    assert signals(judged(client, therapist)) == signal


def test_a_therapists_fall_one_session_later_lifts_the_patients_watch_then():
    """In session 7 the patient's form did not come; the therapist's watch is new."""
    monitor = judged([*WATCH, None], [4, *WATCH])
    assert signals(monitor)[5:] == ["watch", "alert"]
    assert "R15" in monitor.sides["client"].episodes[0].rules


RANGE_ONLY = alliance_form()  # 0.08 x 4 = 0.32 is assumed
DIGITAL = alliance_form(
    norms=(norm(4, 0.64, "app", digital=True, default=False),)
)  # 0.48 x 0.64 = 0.3072


@pytest.mark.parametrize("form", [RANGE_ONLY, DIGITAL], ids=["assumed", "digital"])
@pytest.mark.parametrize(("m", "highest"), [(5, "watch"), (7, "watch"), (8, "alert"), (9, "alert")])
def test_an_assumed_sd_carries_no_alert_before_eight_own_sessions(form, m, highest):
    monitor = judged([4] * m + [1], form=form, errors=None)
    assert finding(monitor, "R06").evidence["level"] == "strong"
    assert signals(monitor)[-1] == highest


@pytest.mark.parametrize("errors", [Errors(sem=0.2), Errors(sd=0.64), Errors(within_person_sd=0.3)])
def test_what_the_caller_knows_carries_an_alert_from_the_fourth_session(errors):
    assert signals(judged([4] * 3 + [1], errors=errors)) == ["none"] * 3 + ["alert"]


def test_the_order_of_severities():
    assert SEVERITIES == ("none", "info", "watch", "alert", "urgent")
    assert (
        worst("watch", "urgent", "info"),
        at_most("urgent", "watch"),
        at_most("info", "watch"),
    ) == (
        "urgent",
        "watch",
        "info",
    )
    assert (worse("watch"), worse("urgent"), worse("none", 2)) == ("alert", "urgent", "watch")


@pytest.mark.parametrize(("before", "now"), [(4, "alert"), (3.4, "urgent"), (3.2, "urgent")])
def test_a_strong_fall_is_urgent_only_right_after_another(before, now):
    """One dip needs a second source: 3.4 was a watch and 3.2 an alert (T = 2.58 and 3.44)."""
    assert signals(judged([4] * 5 + [before, 2]))[-1] == now


def test_a_fall_before_another_therapist_is_no_second_source():
    monitor = judged([4] * 5 + [3.2, 4, 4, 4, 2], events={7: ["therapist_change"]})
    assert signals(monitor)[-1] == "alert"
