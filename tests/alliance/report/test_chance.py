"""How far an alert can be trusted, and why that is sometimes not known."""

from dataclasses import replace

import pytest

from service.alliance.report.alerts import describe_alert
from tests.alliance.courses import policy
from tests.alliance.report.test_story import FALL


def trusted(episode=FALL, rules=None, **members):
    """Return how far an episode can be trusted: reason, severity, sessions."""
    label = describe_alert(replace(episode, **members), rules or policy())["false_alarm"]
    return label["reason"], label["severity"], label["n_sessions"]


PROMISED = policy(alpha_family=0.1, planned_sessions=12)


@pytest.mark.parametrize(
    ("members", "rules", "found"),
    [
        ({}, None, (None, "alert", 6)),
        ({"severity": "urgent"}, None, (None, "alert", 6)),
        ({"severity": "watch"}, None, (None, "watch", 6)),
        ({"opened_by_fall": False}, None, ("not_a_fall", "alert", 6)),
        ({"opened_by_fall": False}, policy(planned_sessions=9), ("not_a_fall", "alert", 9)),
        ({"severity": "watch"}, PROMISED, ("set_for_alerts", "watch", 12)),
        ({}, PROMISED, (None, "alert", 12)),
        ({"severity": "urgent"}, PROMISED, (None, "alert", 12)),
        ({}, policy(alpha_family=0.1, planned_sessions=6), (None, "alert", 6)),
        ({}, policy(alpha_family=0.1, planned_sessions=5), ("longer_than_planned", "alert", 6)),
        ({}, policy(alpha_family=0.1), (None, "alert", 12)),  # planned unless told
    ],
)
def test_why_no_rate_is_known(members, rules, found):
    assert trusted(rules=rules, **members) == found


UNDROPPED = replace(FALL, opened=replace(FALL.opened, dropped=False))


@pytest.mark.parametrize(
    ("rules", "members", "raised"),
    [
        (["R03", "R16"], {}, True),
        (["R03", "R15"], {}, True),
        (["R03", "R14"], {}, False),  # that lifts alerts
        (["R03"], {}, False),
        (["R08", "R16"], {}, False),  # an alert by itself
        (["R03", "R16"], {"severity": "watch"}, False),
        (["R03", "R16"], {"severity": "urgent"}, False),
        (["R03", "R16"], {"opened": FALL.opened}, False),
        (["R03", "R16"], {"later": [replace(FALL.opened, dropped=True)]}, False),
        (["R03", "R16"], {"later": [UNDROPPED.opened]}, True),
    ],
)
def test_an_alert_is_raised_by_others_where_neither_rule_nor_score_is_one(rules, members, raised):
    reason, *_ = trusted(replace(UNDROPPED, rules={rule: [6] for rule in rules}), **members)
    assert (reason == "raised_by_others") is raised
