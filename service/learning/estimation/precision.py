"""The standard error of measurement, from answers to single items."""

import math
from collections.abc import Sequence
from statistics import fmean

from service.learning.estimation.interval import (
    NO_ANSWERS,
    TOO_FEW_PATIENTS,
    Estimate,
    around_sd,
    refused,
)

FEWEST = 20
FEWEST_ITEMS = 3

Form = tuple[int, tuple[float, ...]]
"""Session number and keyed answers to all items of a scale."""


def standard_error(patients: Sequence[Sequence[Form]], n_items: int) -> Estimate:
    """Return the SEM of an item mean, from complete forms by patient.

    SEM = SD √(1 − alpha), with the variances of items and of their mean taken within sessions and
    pooled over them: then it is the root of the mean square of what neither patient nor item
    explains, over the number of items (Cronbach 1951; Hoyt 1941). What a patient always answers
    otherwise on one item counts as error, as it does in any alpha.
    """
    forms = [form for one in patients for form in one]
    answered = [one for one in patients if one]
    if n_items < FEWEST_ITEMS or not forms:
        return refused(NO_ANSWERS, 0, 0)
    if len(answered) < FEWEST:
        return refused(TOO_FEW_PATIENTS, len(answered), len(forms), FEWEST)
    return _pooled(answered, forms, n_items)


def _pooled(patients: Sequence[Sequence[Form]], forms: Sequence[Form], n_items: int) -> Estimate:
    by_session: dict[int, list[tuple[float, ...]]] = {}
    for session, answers in forms:
        by_session.setdefault(session, []).append(answers)
    usual = {
        session: [fmean(column) for column in zip(*rows, strict=True)]
        for session, rows in by_session.items()
    }
    free = {session: 1 - 1 / len(rows) for session, rows in by_session.items()}
    whole = sum(len(rows) - 1 for rows in by_session.values()) * n_items
    own = [
        (
            sum(_interaction(answers, usual[session]) for session, answers in one),
            sum(free[session] for session, _ in one),
        )
        for one in patients
    ]
    variance = sum(squares for squares, _ in own) / whole
    contributions = [(squares - n_items * variance * df) / whole for squares, df in own]
    return Estimate(
        math.sqrt(variance), around_sd(variance, contributions), len(patients), len(forms)
    )


def _interaction(answers: Sequence[float], usual: Sequence[float]) -> float:
    """Return the mean square of a form's answers beyond its own and the items' means."""
    shift = fmean(answers) - fmean(usual)
    squares = sum((one - mean - shift) ** 2 for one, mean in zip(answers, usual, strict=True))
    return squares / (len(answers) - 1)
