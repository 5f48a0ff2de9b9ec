"""Rates between those that were simulated."""

import pytest

from service.alliance.calibrated import RULES, SESSIONS
from service.alliance.rates import rate_of_rule, share_by_session


@pytest.mark.parametrize(
    ("session", "share"),
    [(1, 0), (4, 0.1), (10, 0.3), (15, 0.4), (20, 0.5), (21, 0.5), (90, 0.5)],
)
def test_a_share_grows_from_none_at_the_first_session_to_that_of_the_last_counted(session, share):
    assert share_by_session((10, 20), (0.3, 0.5), session) == pytest.approx(share)


def test_the_rate_of_a_rule_lies_between_those_of_the_kappas_beside_it():
    low, high, *_ = sorted(RULES["R03"])
    rates = [rate_of_rule("R03", SESSIONS[0], kappa) for kappa in (low, (low + high) / 2, high)]
    assert rates[0] == RULES["R03"][low][0] / 100
    assert rates[1] == pytest.approx((rates[0] + rates[2]) / 2)
    assert rate_of_rule("R03", SESSIONS[0], low / 2) == rates[0]
