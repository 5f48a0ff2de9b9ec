"""Estimates that need no model: SD of single scores, quantiles by session window, missing forms."""

import math
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import NamedTuple

from service.learning.estimation.interval import (
    TOO_FEW_PATIENTS,
    Estimate,
    around,
    around_sd,
    half_width,
    refused,
)
from service.learning.estimation.lines import Scores

WINDOWS = ((1, 1), (2, 2), (3, 5), (6, 8), (9, 12), (13, 18), (19, 30))
QUANTILES = (5, 10, 25, 50, 75, 90)
FEWEST = 20
FEWEST_BEYOND = 2.5
"""Patients to be expected beyond a quantile that is stated: 50 in all for the 5 % quantile."""


class Window(NamedTuple):
    """Single scores of the sessions from first to last: mean, SD and quantiles by percentage."""

    first: int
    last: int
    mean: Estimate
    sd: Estimate
    quantiles: dict[int, Estimate]


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of ascending values, 0 <= share <= 1, by linear interpolation (Hyndman and
    Fan 1996, definition 7).
    """
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def single_score_sd(patients: Sequence[Scores]) -> Estimate:
    """Return the SD of single scores in one session, pooled over sessions: the SD of norms."""
    by_session: dict[int, list[float]] = {}
    for session, value in _each(patients):
        by_session.setdefault(session, []).append(value)
    kept = {session: values for session, values in by_session.items() if len(values) > 1}
    n_scores = sum(map(len, kept.values()))
    if len(patients) < FEWEST or not kept:
        return refused(TOO_FEW_PATIENTS, len(patients), n_scores, FEWEST)
    means = {session: fmean(values) for session, values in kept.items()}
    free = n_scores - len(kept)
    squares = sum((value - means[at]) ** 2 for at, values in kept.items() for value in values)
    variance = squares / free
    contributions = [
        sum(
            (value - means[at]) ** 2 - variance * (1 - 1 / len(kept[at]))
            for at, value in zip(one.sessions, one.values, strict=True)
            if at in kept
        )
        / free
        for one in patients
    ]
    return Estimate(
        math.sqrt(variance), around_sd(variance, contributions), len(patients), n_scores
    )


def windows(patients: Sequence[Scores]) -> list[Window]:
    """Return every session window with its figures; those that nobody reached are left out."""
    found = []
    for first, last in WINDOWS:
        within = [values_within(one, first, last) for one in patients]
        values = [one for one in within if one]
        if values:
            found.append(_window(first, last, values))
    return found


def _window(first: int, last: int, patients: Sequence[Sequence[float]]) -> Window:
    n, n_scores = len(patients), sum(map(len, patients))
    if n < FEWEST:
        none = refused(TOO_FEW_PATIENTS, n, n_scores, FEWEST)
        return Window(first, last, none, none, dict.fromkeys(QUANTILES, none))
    ordered = sorted(value for one in patients for value in one)
    mean = fmean(ordered)
    variance = sum((value - mean) ** 2 for value in ordered) / (n_scores - 1)
    of_mean = [sum(value - mean for value in one) / n_scores for one in patients]
    of_variance = [
        sum((value - mean) ** 2 - variance for value in one) / n_scores for one in patients
    ]
    return Window(
        first,
        last,
        Estimate(mean, around(mean, of_mean), n, n_scores),
        Estimate(math.sqrt(variance), around_sd(variance, of_variance), n, n_scores),
        {percent: _quantile(patients, ordered, percent) for percent in QUANTILES},
    )


def _quantile(
    patients: Sequence[Sequence[float]], ordered: Sequence[float], percent: int
) -> Estimate:
    """Return a quantile with the interval of Woodruff (1952): that of the share of scores below it,
    read off the same scores.
    """
    n, n_scores = len(patients), len(ordered)
    needed = math.ceil(FEWEST_BEYOND * 100 / min(percent, 100 - percent))
    if n < needed:
        return refused(TOO_FEW_PATIENTS, n, n_scores, needed)
    share = percent / 100
    value = quantile(ordered, share)
    below = [sum((one <= value) - share for one in scores) / n_scores for scores in patients]
    half = half_width(below)
    low, high = max(share - half, 0.0), min(share + half, 1.0)
    return Estimate(value, (quantile(ordered, low), quantile(ordered, high)), n, n_scores)


def missing_share(patients: Sequence[Scores], held: Sequence[int]) -> Estimate:
    """Return the share of sessions without a score; `held` is how many each patient had."""
    n_scores, whole = sum(len(one.values) for one in patients), sum(held)
    if len(patients) < FEWEST:
        return refused(TOO_FEW_PATIENTS, len(patients), n_scores, FEWEST)
    share = 1 - n_scores / whole
    contributions = [
        (sessions - len(one.values) - share * sessions) / whole
        for one, sessions in zip(patients, held, strict=True)
    ]
    low, high = around(share, contributions)
    return Estimate(share, (max(low, 0.0), min(high, 1.0)), len(patients), n_scores)


def _each(patients: Iterable[Scores]) -> Iterable[tuple[int, float]]:
    for one in patients:
        yield from zip(one.sessions, one.values, strict=True)


def values_within(patient: Scores, first: int, last: int) -> list[float]:
    """Return a patient's scores of the sessions from first to last."""
    return [value for at, value in _each([patient]) if first <= at <= last]
