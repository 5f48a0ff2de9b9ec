"""The earlier sessions that a score is compared with: running mean, SD, trend and moving ranges of
one phase.
"""

import math
from typing import NamedTuple

from service.alliance import student
from service.alliance.finding import Tail
from service.alliance.policy import Policy, Slope

CHART_SESSIONS = 5
RANGES_NEEDED = 4

D2 = 2 / math.sqrt(math.pi)
"""Mean range of two normal values in SDs, so that mean moving range / d2 estimates the SD."""


class Summary(NamedTuple):
    """Earlier sessions in figures: number, mean, SD (None below two), mean moving range and how
    many ranges.

    The next three serve the trend: mean time, and the sums of squares and products of time and
    score about their means.
    """

    m: int
    mean: float
    sd: float | None
    mean_range: float | None
    n_ranges: int
    squares: float
    mean_time: float
    time_squares: float
    products: float


class Baseline:
    """Collects earlier scores one by one (Welford 1962, so that constants stay constant and offsets
    cost nothing).
    """

    __slots__ = (
        "_last",
        "_mean",
        "_mean_time",
        "_n",
        "_n_ranges",
        "_products",
        "_ranges",
        "_squares",
        "_time_squares",
    )

    def __init__(self) -> None:
        self._n = self._n_ranges = 0
        self._mean = self._squares = self._ranges = 0.0
        self._mean_time = self._time_squares = self._products = 0.0
        self._last: tuple[int, float] | None = None

    def add(self, session: int, time: float, score: float) -> None:
        """Add a session's score. A moving range needs adjacent session numbers: a gap breaks it."""
        last = self._last
        if last is not None and session == last[0] + 1:
            self._ranges += abs(score - last[1])
            self._n_ranges += 1
        self._last = session, score
        n = self._n = self._n + 1
        above, later = score - self._mean, time - self._mean_time
        mean = self._mean = self._mean + above / n
        self._mean_time += later / n
        self._squares += above * (score - mean)
        self._products += later * (score - mean)
        self._time_squares += later * (time - self._mean_time)

    def summary(self) -> Summary:
        """Return the figures so far."""
        n, n_ranges = self._n, self._n_ranges
        return Summary(
            n,
            self._mean,
            math.sqrt(self._squares / (n - 1)) if n > 1 else None,
            self._ranges / n_ranges if n_ranges else None,
            n_ranges,
            self._squares,
            self._mean_time,
            self._time_squares,
            self._products,
        )


class Expected(NamedTuple):
    """What the dyad's earlier sessions let expect of the next score: level, variance of a new score
    about it in units of the residual variance, and the squares left about the trend.
    """

    level: float
    factor: float
    squares: float


def expect(summary: Summary, time: float, slope: Slope, within_sd: float) -> Expected:
    """Continue the trend of at least one earlier score to a time.

    Regression with a flat prior for the level and a normal one for the slope, of mean μ s₀ and SD τ
    in units of the residual SD: β = (C_uy + w μ s₀) / (C_uu + w) with w = 1/τ²; level = ȳ + β (u −
    ū), factor = 1 + 1/m + (u − ū)² / (C_uu + w), squares = C_yy + w (μ s₀)² − β² (C_uu + w)
    (Gelman and others 2013, Bayesian Data Analysis, section 14.8: prior information as a further
    observation). An SD of 0 holds the slope at its mean.
    """
    prior = slope.mean * within_sd
    later = time - summary.mean_time
    if slope.sd == 0:
        beta, total = prior, math.inf
        squares = summary.squares - beta * (2 * summary.products - beta * summary.time_squares)
    else:
        weight = 1 / (slope.sd * slope.sd)
        total = summary.time_squares + weight
        beta = (summary.products + weight * prior) / total
        squares = summary.squares + weight * prior * prior - beta * beta * total
    return Expected(
        summary.mean + beta * later,
        1 + 1 / summary.m + later * later / total,
        max(0.0, squares),
    )


class Spread(NamedTuple):
    """How much a dyad's scores are taken to move by themselves: the expected session-to-session SD,
    the least that is believed, and the variance that whole-number forms add to both.
    """

    within_sd: float
    margin: float
    coarse: float = 0.0


class Prediction(NamedTuple):
    """A score against what was expected of its dyad: t statistic, degrees of freedom, SD used,
    prediction error, expected level.
    """

    t: float
    df: int
    sd: float
    error: float
    expected: float

    @property
    def tail(self) -> Tail:
        """How likely a score this low or lower is."""
        return Tail(self.t, self.df)

    @property
    def p(self) -> float:
        """The one-sided probability of a score this low or lower."""
        return self.tail.p


def pooled_sd(squares: float, m: int, spread: Spread, prior_df: int) -> float:
    """Return the SD expected of this dyad: its own about its trend, shrunk towards the expected one
    and never below the margin.

    s_p = max(margin, √((ν₀ s₀² + squares) / (ν₀ + m − 1))), with ν₀ = `prior_df`; where a
    phase's forms have one answer throughout, s₀² and margin² are larger by `coarse`.
    """
    within = spread.within_sd * spread.within_sd + spread.coarse
    sd = math.sqrt((prior_df * within + squares) / (prior_df + m - 1))
    least = spread.margin
    if spread.coarse:
        least = math.sqrt(least * least + spread.coarse)
    return max(sd, least)


def predict(
    summary: Summary, time: float, score: float, slope: Slope, spread: Spread, prior_df: int
) -> Prediction:
    """Compare a score (higher is better) with what the trend of earlier ones lets expect: T =
    (expected − x) / (s_p √factor), df = ν₀ + m − 1.
    """
    level, factor, squares = expect(summary, time, slope, spread.within_sd)
    sd = pooled_sd(squares, summary.m, spread, prior_df)
    error = sd * math.sqrt(factor)
    return Prediction((level - score) / error, prior_df + summary.m - 1, sd, error, level)


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
    return summary.mean - lines * max(summary.mean_range / D2, margin)
