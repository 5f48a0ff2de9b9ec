"""What course follows on which start: the expected score of later sessions by the first one."""

import math
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from service.learning.estimation.interval import (
    NOT_DETERMINED,
    TOO_FEW_PATIENTS,
    Estimate,
    around,
    around_sd,
    refused,
)
from service.learning.estimation.lines import Scores
from service.learning.estimation.matrices import Singular, inverse
from service.learning.estimation.scores import WINDOWS, quantile, values_within

STARTS = (10, 25, 50, 75, 90)
"""Percentages of start scores below those that courses are given for."""
FIRST_SESSIONS = (1, 2)
LATER = WINDOWS[2:]
FEWEST = 30


class Expected(NamedTuple):
    """What a start score lets expect of the sessions from first to last: the mean, by percentage of
    the start score, and the SD of patients round it.
    """

    first: int
    last: int
    means: dict[int, Estimate]
    spread: Estimate


def start_of(patient: Scores) -> float | None:
    """Return the score of session 1, of session 2 where that is missing, or None."""
    started = values_within(patient, *FIRST_SESSIONS)
    return started[0] if started else None


def start_levels(patients: Sequence[Scores]) -> dict[int, float]:
    """Return the quantiles of start scores that expected courses are given for; none where fewer
    than 30 patients have one.
    """
    starts = sorted(start for one in patients if (start := start_of(one)) is not None)
    if len(starts) < FEWEST:
        return {}
    return {percent: quantile(starts, percent / 100) for percent in STARTS}


def expected_courses(patients: Sequence[Scores]) -> list[Expected]:
    """Return for each later window the expected mean score by start score: the least squares line
    of patients' means on their starts, which falls back towards the mean as it must.
    """
    levels = start_levels(patients)
    found = []
    for first, last in LATER:
        pairs = [
            (start, fmean(later))
            for one in patients
            if (start := start_of(one)) is not None and (later := values_within(one, first, last))
        ]
        if levels and pairs:
            found.append(_expected(first, last, pairs, levels))
    return found


def _expected(
    first: int, last: int, pairs: Sequence[tuple[float, float]], levels: dict[int, float]
) -> Expected:
    n = len(pairs)
    if n < FEWEST:
        none = refused(TOO_FEW_PATIENTS, n, n, FEWEST)
        return Expected(first, last, dict.fromkeys(levels, none), none)
    try:
        line = _Line(pairs)
    except Singular:
        none = refused(NOT_DETERMINED, n, n)
        return Expected(first, last, dict.fromkeys(levels, none), none)
    means = {
        percent: Estimate(line.at(start), around(line.at(start), line.contributions(start)), n, n)
        for percent, start in levels.items()
    }
    residuals = [y - line.at(x) for x, y in pairs]
    variance = sum(one * one for one in residuals) / (n - 2)
    of_variance = [(one * one - variance) / (n - 2) for one in residuals]
    spread = Estimate(math.sqrt(variance), around_sd(variance, of_variance), n, n)
    return Expected(first, last, means, spread)


class _Line:
    """The least squares line through pairs of a start and a later mean. Raises Singular where all
    starts are the same.
    """

    def __init__(self, pairs: Sequence[tuple[float, float]]) -> None:
        self.pairs = pairs
        s1, s2 = sum(x for x, _ in pairs), sum(x * x for x, _ in pairs)
        if len({x for x, _ in pairs}) < 2:
            raise Singular
        self.inverted = inverse([[len(pairs), s1], [s1, s2]])
        t0, t1 = sum(y for _, y in pairs), sum(x * y for x, y in pairs)
        self.base, self.slope = (row[0] * t0 + row[1] * t1 for row in self.inverted)

    def at(self, start: float) -> float:
        """Return the expected later mean."""
        return self.base + self.slope * start

    def contributions(self, start: float) -> list[float]:
        """Return what each pair contributes to the error there. A patient's own leverage makes the
        residual too small (HC3, MacKinnon and White 1985).
        """
        return [
            self._pull(x, start) * (y - self.at(x)) / (1 - self._pull(x, x)) for x, y in self.pairs
        ]

    def _pull(self, x: float, at: float) -> float:
        (one, both), (_, squared) = self.inverted
        return one + (x + at) * both + x * at * squared
