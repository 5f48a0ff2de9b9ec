"""Every threshold of the alert rules, in one place, and how a family-wise error rate sets them.

The literature settles few of these numbers: those marked engineering choice were set by simulation
(docs/calibration.md).
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from service.alliance.rates import cusum_threshold

DEFAULT_PLANNED_SESSIONS = 12
MOST_PLANNED_SESSIONS = 60
DEFAULT_KAPPA = 1.5

MOST_PER_SESSION = 0.1
"""The highest error rate per session, however few sessions are planned."""

WITHIN_SHARE = 0.48
"""Session-to-session SD over total SD, √(1 − .77): .77 is the dependability of one alliance score
(Crits-Christoph 2011).
"""

ASSUMED_SHARE_OF_RANGE = 0.08
"""Session-to-session SD over the scale's range where nothing is known: an engineering choice."""

EXPECTED_GAP = 0.41
"""How much higher patients rate than therapists, in SDs: g = 0.41 over 40 studies (Lev Ari 2025).
"""


class Slope(NamedTuple):
    """What is expected of a slope before a dyad has shown its own: normal with this mean and SD, in
    session-to-session SDs a unit of `Policy.time`.
    """

    mean: float
    sd: float


OWN_TREND, GROWTH = Slope(0.05, 0.5), Slope(0.13, 0.13)


@dataclass(frozen=True, slots=True)
class Policy:
    """The thresholds that one course is judged with. `a_*` are one-sided error rates per
    session.
    """

    z_reliable: float = 1.96  # Jacobson and Truax 1991
    z_low: float = -1.5  # engineering choice: 6.7 % of a normal population
    a_watch: float = 0.025  # this and the next two: engineering choices
    a_alert: float = 0.01
    a_strong: float = 0.001
    baseline_needed: int = 1  # earlier scores that a fall is judged by: engineering choice
    prior_df: int = (
        4  # weight of the expected session-to-session SD, in sessions: engineering choice
    )
    growth_span: float = 10.0  # sessions in which growth levels off: engineering choice
    own_trend: Slope = OWN_TREND  # what R06 expects of this dyad: engineering choice
    growth: Slope = GROWTH  # what R08 expects of dyads: engineering choice
    chart_limit: float = 3.0  # conventional for individuals charts
    cusum_slack: float = 0.5  # aimed at a shift of one SD
    cusum_limit: float = 3.7  # this and the next three: engineering choices
    cusum_gap: float = 1.5  # slack after g sessions: this / g, less what makes it 1 at g = 1
    cusum_cap: float = 1.0  # share of the limit that one score's T counts for at most
    cusum_earlier: float = 0.25  # share of the limit that earlier scores must have brought
    cusum_fall: float = 1.0  # session-to-session SDs below the mean that a lasting fall stands
    trend_z: float = 1.645  # one-sided 5 %
    early_z: float = -1.0  # engineering choice
    gap_low: float = -1.0  # therapist higher: 7.5 % of ordinary dyads
    gap_high: float = 2.5  # engineering choice
    expected_gap: float = EXPECTED_GAP
    unmoved_therapist: float = 0.5  # in SEMs: engineering choice
    ceiling_run: int = 3
    repair_window: int = 5  # sessions; three to five are often quoted
    relapse_window: int = 3
    own_sessions: int = 8  # a dyad's own sessions before an assumed SD can carry an alert
    assumed_kappa: float = DEFAULT_KAPPA  # session-to-session SD over SEM of a stable dyad
    cutoff_alone: str = "info"
    alpha_family: float | None = None
    planned_sessions: int | None = None
    persistent_low: int = 6  # of the last persistent_window scores: engineering choices
    persistent_window: int = 8
    lasting_gap_low: float = -25.0  # percent of maximum, therapist higher: engineering choice
    lasting_gap_high: float = 37.5  # patient higher: 2.5 SDs of 15, as gap_high
    variable_ratio: float = 2.0  # own SD over the expected one: engineering choice
    leave_out_alerts: bool = (
        True  # sessions that were alerts by their drop stay out of the baseline
    )
    reset_cusum: bool = True  # after signalling

    def time(self, in_phase: int) -> float:
        """Return how far growth has come by a session of the phase, 0 at its first: c (1 − e^(−(j −
        1) / c)) with c = `growth_span`, so that early sessions count in full and late ones hardly.
        """
        return -self.growth_span * math.expm1(-(in_phase - 1) / self.growth_span)

    def setting(self, name: str) -> object:
        """Return a threshold as an answer shows it."""
        value = getattr(self, name)
        return value._asdict() if isinstance(value, Slope) else value

    def slack(self, gap: int) -> float:
        """Return what a score's T must exceed to add to the cumulative sum, `gap` sessions after
        the last one: k max(0, q / g − (q − 1)) with q = `cusum_gap`, so that missed sessions cost
        less.
        """
        q = self.cusum_gap
        return self.cusum_slack * max(0.0, q / gap - (q - 1))


def policy_for(
    alpha_family: float | None = None,
    planned_sessions: int | None = None,
    assumed_kappa: float | None = None,
    cutoff_alone: str = "info",
) -> Policy:
    """Return the thresholds for a course.

    With `alpha_family` (0 to 1) the error rate per session is a = 1 − (1 − alpha)^(1/n) over n
    planned sessions (Šidák 1967), and the limit of the cumulative sum follows from simulation, so
    that alerts on stable courses stay within alpha_family over those sessions. Watch is 2.5 times
    and strong a tenth of that rate, as in the default policy.
    """
    policy = Policy(
        assumed_kappa=assumed_kappa or DEFAULT_KAPPA,
        cutoff_alone=cutoff_alone,
        alpha_family=alpha_family,
        planned_sessions=planned_sessions,
    )
    if alpha_family is None:
        return policy
    n = planned_sessions or DEFAULT_PLANNED_SESSIONS
    a = session_rate(alpha_family, n)
    return replace(
        policy,
        planned_sessions=n,
        a_watch=2.5 * a,
        a_alert=a,
        a_strong=a / 10,
        cusum_limit=cusum_threshold(alpha_family, n),
    )


def session_rate(alpha_family: float, n_sessions: int) -> float:
    """Return the error rate per session that makes alpha_family over n: a = min(1 − (1 −
    alpha)^(1/n), 0.1).
    """
    a: float = 1 - (1 - alpha_family) ** (1 / n_sessions)
    return min(a, MOST_PER_SESSION)
