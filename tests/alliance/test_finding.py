"""What one finding holds, and the order of severities."""

import math

import pytest

from service.alliance.finding import (
    SHARED,
    STRAINED,
    Finding,
    Tail,
    at_most,
    shared,
    unknown,
    worse,
    worst,
)

ORDER = ["none", "info", "watch", "alert", "urgent"]


def test_a_finding_that_says_little_has_nothing_else():
    assert Finding(True)._asdict() == {
        "fired": True,
        "reason": None,
        "statistic": None,
        "threshold": None,
        "tail": None,
        "evidence": {},
        "severity": None,
        "about": None,
    }
    assert Finding(True).p is None


def test_a_tail_is_that_of_a_t_as_large_or_larger():
    """With one degree of freedom 1/2 - arctan(t) / pi: a quarter lies above 1."""
    assert Finding(True, tail=Tail(1, 1)).p == pytest.approx(0.25)
    assert Tail(math.sqrt(3), 1).p == pytest.approx(1 / 6)
    assert Tail(-1, 1).p == pytest.approx(0.75)


def test_what_the_data_cannot_say_is_one_finding_for_each_reason():
    found = unknown("no_moon")
    assert (found.fired, found.reason) == (None, "no_moon")
    assert unknown("no_moon") is found is SHARED[id(found)]


def test_shared_findings_are_known_by_identity():
    one, same = Finding(False), Finding(False)
    assert shared(one) is one
    assert SHARED.get(id(one)) is one
    assert SHARED.get(id(same)) is None


@pytest.mark.parametrize("rank", range(5))
def test_severities_are_ordered(rank):
    severity = ORDER[rank]
    assert worse(severity) == worse(severity, 1) == ORDER[min(rank + 1, 4)]
    assert worse(severity, 2) == ORDER[min(rank + 2, 4)]
    for place, other in enumerate(ORDER):
        assert worst(severity, other) == worst(other, severity) == ORDER[max(rank, place)]
        assert at_most(severity, other) == ORDER[min(rank, place)]
    assert (severity in STRAINED) is (rank >= 2)
