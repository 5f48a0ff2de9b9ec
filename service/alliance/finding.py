"""What one rule says about one session."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from service.alliance.student import upper_tail

NOTHING: Mapping[str, Any] = MappingProxyType({})
SEVERITIES = ("none", "info", "watch", "alert", "urgent")
STRAINED = frozenset(SEVERITIES[2:])
RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


class Tail(NamedTuple):
    """A one-sided probability, worked out where it is told: that of a t as large or larger."""

    t: float
    df: int

    @property
    def p(self) -> float:
        """The probability."""
        return upper_tail(self.t, self.df)


class Finding(NamedTuple):
    """Fired, not fired, or None with the reason why the data cannot say.

    `about` is the session it speaks of where that is an earlier one; `severity` replaces the rule's
    own.
    """

    fired: bool | None
    reason: str | None = None
    statistic: float | None = None
    threshold: float | None = None
    tail: Tail | None = None
    evidence: Mapping[str, Any] = NOTHING
    severity: str | None = None
    about: int | None = None

    @property
    def p(self) -> float | None:
        """The one-sided probability that belongs to the statistic, where there is one."""
        return self.tail.p if self.tail is not None else None


SHARED: dict[int, Finding] = {}
"""Findings that many sessions have in common, by identity. They are kept for good and written once
for each series.
"""


def shared(finding: Finding) -> Finding:
    """Remember a finding as one that many sessions have in common."""
    SHARED[id(finding)] = finding
    return finding


@cache
def unknown(reason: str) -> Finding:
    """Return the finding that the data cannot say, with a reason code."""
    return shared(Finding(None, reason))


def worse(severity: str, by: int = 1) -> str:
    """Return the severity that many levels up, at most urgent."""
    return SEVERITIES[min(RANK[severity] + by, len(SEVERITIES) - 1)]


def worst(*severities: str) -> str:
    """Return the highest of some severities."""
    return max(severities, key=RANK.__getitem__)


def at_most(severity: str, limit: str) -> str:
    """Return a severity capped at a limit."""
    return min(severity, limit, key=RANK.__getitem__)
