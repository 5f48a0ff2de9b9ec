"""One patient's scores as sums round a straight line, with correlated residuals taken out.

A residual at session t is correlated rho**|t - u| with that at session u. Subtracting from each
row what the row before foretells makes the rows independent (Prais and Winsten 1954, here with
gaps); what a line needs are then six sums, so that no later step looks at single scores again.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

REFERENCE = 4
"""Levels are those at session 4: the middle of sessions 3 to 5."""


class Scores(NamedTuple):
    """The scores of one patient on one scale: session numbers, ascending, and a score for each."""

    sessions: tuple[int, ...]
    values: tuple[float, ...]


class Sums(NamedTuple):
    """Sums over the independent rows of one patient: `a` of ones, `b` of times, `c` of their
    squares, `p` and `q` of scores with ones and times, `v` of squared scores; `logdet` of the
    correlation matrix of the residuals.
    """

    n: int
    a: float
    b: float
    c: float
    p: float
    q: float
    v: float
    logdet: float


class Line(NamedTuple):
    """A patient's own line: level at the reference session, slope, their covariance over the
    residual variance (`c00`, `c01`, `c11`), sum of squared residuals and degrees of freedom.
    """

    level: float
    slope: float
    c00: float
    c01: float
    c11: float
    squares: float
    df: int
    logdet: float


def sums(scores: Scores, rho: float = 0.0, centre: float = 0.0) -> Sums:
    """Return a patient's sums for residuals that are correlated rho (-1 to 1) from session to
    session. `centre` is taken off every score, for accuracy.
    """
    a = b = c = p = q = v = logdet = 0.0
    before, t0, y0 = 0, 0.0, 0.0
    for session, value in zip(scores.sessions, scores.values, strict=True):
        t, y = session - REFERENCE, value - centre
        kept = rho ** (session - before) if before and rho else 0.0
        fresh = 1 - kept * kept
        one, x, z = 1 - kept, t - kept * t0, y - kept * y0
        a += one * one / fresh
        b += one * x / fresh
        c += x * x / fresh
        p += one * z / fresh
        q += x * z / fresh
        v += z * z / fresh
        if kept:
            logdet += math.log(fresh)
        before, t0, y0 = session, t, y
    return Sums(len(scores.values), a, b, c, p, q, v, logdet)


def own_line(of: Sums) -> Line | None:
    """Return a patient's own line by generalised least squares, None for fewer than 3 scores."""
    if of.n < 3:
        return None
    n, a, b, c, p, q, v, logdet = of
    det = a * c - b * b
    level, slope = (c * p - b * q) / det, (a * q - b * p) / det
    squares = max(v - level * p - slope * q, 0.0)
    return Line(level, slope, c / det, -b / det, a / det, squares, n - 2, logdet + math.log(det))


def own_lines(patients: Sequence[Scores], rho: float, centre: float) -> list[Line]:
    """Return the own lines of all patients who have at least 3 scores."""
    lines = (own_line(sums(one, rho, centre)) for one in patients)
    return [line for line in lines if line is not None]
