"""Rules about the two sides of the relationship: how far apart they are, and whether one sees what
the other feels.
"""

import math
from collections.abc import Mapping

from service.alliance.finding import STRAINED, Finding, shared, unknown
from service.alliance.policy import Policy
from service.alliance.series.series import Point, Series
from service.scoring.sums import meets

PAIRS_NEEDED = 2
NOT_JOINED = shared(Finding(False))
NOT_FALLEN = shared(Finding(False, evidence={"rules": []}))
THERAPIST_RULES = ("R03", "R04", "R05", "R06", "R07", "R08", "R09")


class Pair:
    """A patient's and a therapist's series on counterpart forms, compared where both rated the same
    session.
    """

    def __init__(self, client: Series, therapist: Series) -> None:
        self.client = client
        self.therapist = therapist
        self._has_ranges = client.model.limits is not None and therapist.model.limits is not None
        self._pooled_sd = _pooled_sd(client, therapist)
        self._before: tuple[int, float | None] | None = (
            None  # phase and gap of the previous paired session
        )
        self._n_paired = 0  # in the phase, the latest session included

    def gap(self, client: Point, therapist: Point) -> float | None:
        """Return patient minus therapist in percent of the maximum possible, None where a range is
        not known.
        """
        ours, theirs = (
            _percent(client.value, self.client),
            _percent(therapist.value, self.therapist),
        )
        return ours - theirs if ours is not None and theirs is not None else None

    def discrepancy(self, client: Point, therapist: Point, policy: Policy) -> Finding:
        """Ask for an unusual gap G = D / SD in two paired sessions running, in either direction."""
        gap = self.gap(client, therapist) if self._pooled_sd is not None else None
        before, self._before = self._before, (client.phase, gap)
        self._n_paired = (
            self._n_paired + 1 if before is not None and before[0] == client.phase else 1
        )
        if self._pooled_sd is None:
            return unknown("no_sd" if self._has_ranges else "no_range")
        if gap is None:
            return unknown("no_range")
        if before is None or before[0] != client.phase or before[1] is None:
            return unknown("too_few_paired_sessions")
        standardised, earlier = gap / self._pooled_sd, before[1] / self._pooled_sd
        now, then = _side(standardised, policy), _side(earlier, policy)
        evidence = {
            "gap_percent": gap,
            "standardised_gap": standardised,
            "previous_standardised_gap": earlier,
            "higher": "client" if gap > 0 else "therapist" if gap < 0 else None,
            "expected": policy.expected_gap,
        }
        threshold = policy.gap_low if standardised < policy.expected_gap else policy.gap_high
        return Finding(
            now is not None and now == then, None, standardised, threshold, None, evidence
        )

    def divergence(
        self, client: Point, therapist: Point, falls: tuple[Finding, Finding], policy: Policy
    ) -> Finding:
        """Ask for a reliable fall of the patient's score that the therapist's score does not share.

        Call it after `discrepancy`, which counts the paired sessions.
        """
        if therapist.previous is None or client.previous is None or self._n_paired < PAIRS_NEEDED:
            return unknown("too_few_paired_sessions")
        sem = self.therapist.sem
        if sem is None or all(fall.fired is None for fall in falls):
            return unknown("no_sem")
        ours, theirs = client.previous.y, therapist.previous.y
        if (
            falls[1].fired and not falls[0].fired and therapist.summary.m
        ):  # low as before: compare with earlier means
            ours, theirs = client.summary.mean, therapist.summary.mean
        change = therapist.y - theirs
        threshold = -policy.unmoved_therapist * sem
        evidence = {"client_change": client.y - ours, "therapist_change": change}
        fired = any(fall.fired for fall in falls) and meets(change, ">=", threshold)
        return Finding(fired, None, change, threshold, None, evidence)


def therapist_drop(findings: Mapping[str, Finding]) -> Finding:
    """Tell whether any drop rule fired on the therapist's form."""
    fired = [rule for rule in THERAPIST_RULES if findings[rule].fired]
    if fired:
        return Finding(True, None, None, None, None, {"rules": fired})
    return (
        NOT_FALLEN
        if can_judge_fall(findings)
        else unknown(findings[THERAPIST_RULES[0]].reason or "")
    )


def can_judge_fall(findings: Mapping[str, Finding]) -> bool:
    """Tell whether any drop rule can say something; the others need what these three need, and
    more.
    """
    one, two, three = findings["R06"].fired, findings["R03"].fired, findings["R05"].fired
    return one is not None or two is not None or three is not None


def joined(
    now: str, before: str, theirs_now: str, theirs_before: str, session_before: int | None
) -> Finding:
    """Tell whether patient's and therapist's signals both reached watch within one session of each
    other.

    `now` and `before` are the patient's signals of this session and the one before; where only the
    latter did, the finding is about that session.
    """
    fell, fell_before = now in STRAINED, before in STRAINED
    if theirs_now in STRAINED and (fell or fell_before):
        both = {"client_signal": now if fell else before, "therapist_signal": theirs_now}
        return Finding(True, None, None, None, None, both, None, None if fell else session_before)
    if fell and theirs_before in STRAINED:
        earlier = {
            "client_signal": now,
            "therapist_signal": theirs_before,
            "therapist_session": session_before,
        }
        return Finding(True, None, None, None, None, earlier)
    return NOT_JOINED


def _side(standardised: float, policy: Policy) -> str | None:
    if meets(standardised, "<=", policy.gap_low):
        return "therapist"
    return "client" if meets(standardised, ">=", policy.gap_high) else None


def _percent(value: float, series: Series) -> float | None:
    """Return a score in percent of the maximum possible, higher always better."""
    limits = series.model.limits
    if limits is None or limits[0] == limits[1]:
        return None
    share = 100 * (value - limits[0]) / (limits[1] - limits[0])
    return share if series.sign > 0 else 100 - share


def _pooled_sd(*sides: Series) -> float | None:
    variances = []
    for series in sides:
        sd, limits = series.model.sd, series.model.limits
        if sd is None or limits is None or limits[0] == limits[1]:
            return None
        variances.append((100 * sd.value / (limits[1] - limits[0])) ** 2)
    return math.sqrt(sum(variances) / len(variances))
