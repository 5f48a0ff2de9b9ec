"""The earlier sessions that a score is compared with: running mean, SD and moving ranges of one
phase.
"""

import math
from typing import NamedTuple

from service.alliance.policy import Policy
from service.alliance.series import student

BASELINE_NEEDED = 3
CHART_SESSIONS = 5
RANGES_NEEDED = 4

D2 = 2 / math.sqrt(math.pi)
"""Mean range of two normal values in SDs, so that mean moving range / d2 estimates the SD."""


class Summary(NamedTuple):
    """Earlier sessions in figures: number, mean, SD (None below two), mean moving range and how
    many ranges.
    """

    m: int
    mean: float
    sd: float | None
    mean_range: float | None
    n_ranges: int


class Baseline:
    """Collects earlier scores one by one (Welford 1962, so that constants stay constant and offsets
    cost nothing).
    """

    __slots__ = ("_last", "_mean", "_n", "_n_ranges", "_ranges", "_squares")

    def __init__(self) -> None:
        self._n = self._n_ranges = 0
        self._mean = self._squares = self._ranges = 0.0
        self._last: tuple[int, float] | None = None

    def add(self, session: int, score: float) -> None:
        """Add a session's score. A moving range needs adjacent session numbers: a gap breaks it."""
        last = self._last
        if last is not None and session == last[0] + 1:
            self._ranges += abs(score - last[1])
            self._n_ranges += 1
        self._last = session, score
        n = self._n = self._n + 1
        before = score - self._mean
        mean = self._mean = self._mean + before / n
        self._squares += before * (score - mean)

    def summary(self) -> Summary:
        """Return the figures so far."""
        n, n_ranges = self._n, self._n_ranges
        sd = math.sqrt(self._squares / (n - 1)) if n > 1 else None
        return Summary(n, self._mean, sd, self._ranges / n_ranges if n_ranges else None, n_ranges)


class Prediction(NamedTuple):
    """A score against the prediction limit of its dyad: t statistic, degrees of freedom, SD used,
    prediction error.
    """

    t: float
    df: int
    sd: float
    error: float

    @property
    def p(self) -> float:
        """The one-sided probability of a score this low or lower."""
        return student.upper_tail(self.t, self.df)


def pooled_sd(summary: Summary, within_sd: float, prior_df: int, margin: float) -> float:
    """Return the SD expected of this dyad: its own, shrunk towards the expected one and never below
    `margin`.

    s_p = max(margin, √((ν₀ s₀² + (m − 1) s²) / (ν₀ + m − 1))), with ν₀ = `prior_df` and s₀ =
    `within_sd`.
    """
    own, more = summary.sd or 0.0, summary.m - 1
    sd = math.sqrt((prior_df * within_sd * within_sd + more * own * own) / (prior_df + more))
    return sd if sd > margin else margin


def predict(
    summary: Summary, score: float, within_sd: float, prior_df: int, margin: float
) -> Prediction:
    """Compare a score (higher is better) with the earlier ones: T = (b − x) / (s_p √(1 + 1/m)), df
    = ν₀ + m − 1.
    """
    m = summary.m
    sd = pooled_sd(summary, within_sd, prior_df, margin)
    error = sd * math.sqrt(1 + 1 / m)
    return Prediction((summary.mean - score) / error, prior_df + m - 1, sd, error)


def unusual_level(prediction: Prediction, policy: Policy) -> str | None:
    """Return how unusual a score is for its dyad: `watch`, `alert` or `strong`, None for not
    unusual.
    """
    t, df = prediction.t, prediction.df
    if t <= student.critical_value(policy.a_watch, df):
        return None
    if t <= student.critical_value(policy.a_alert, df):
        return "watch"
    return "alert" if t <= student.critical_value(policy.a_strong, df) else "strong"


def control_limit(summary: Summary, lines: float, margin: float) -> float | None:
    """Return an individuals chart's lower limit b − L max(mR̄ / d₂, margin), None while there are
    too few sessions.
    """
    if summary.m < CHART_SESSIONS or summary.n_ranges < RANGES_NEEDED or summary.mean_range is None:
        return None
    sd = summary.mean_range / D2
    return summary.mean - lines * (sd if sd > margin else margin)
