"""The policy beside other methods, on the same courses and at the same rate of false alarms."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from service.alliance.policy import Policy
from service.calibration.forms import course
from service.calibration.methods import KNOWN, METHODS
from service.calibration.model import SHAPES, changed, noise
from service.calibration.tally import Tally, hear
from service.calibration.worlds import World

N_SESSIONS = 12
POLICY = "policy"
GOAL_SHAPES = ("dip_3", "lasting_2")
FEWER = 4
"""Every fourth course has all changes."""


class Trial(NamedTuple):
    """One batch of courses: how often the policy alerted, and each method's highest statistic in
    each stable course.
    """

    policy: Tally
    highest: dict[str, list[float]]


def shapes_of(number: int) -> tuple[str, ...]:
    """Return the changes that a course of a batch is tried with."""
    return GOAL_SHAPES if number % FEWER else tuple(SHAPES)


def judge_batch(rng: Random, n_series: int, policy: Policy) -> Trial:
    """Try the policy on stable courses and on the same courses with a change; note the methods'
    statistics.
    """
    tally: Tally = Counter()
    highest: dict[str, list[float]] = {name: [] for name in METHODS}
    for number in range(n_series):
        deviations = noise(rng, N_SESSIONS)
        tally["stable", 0] += 1
        tally["alert", 0] += bool(hear(course(deviations, World(), policy)).sessions("alert"))
        for name in shapes_of(number):
            shape = SHAPES[name]
            scores = changed(deviations, shape)[: shape.window[-1]]
            tally[f"{name}_courses", 0] += 1
            tally[name, 0] += shape.noticed(hear(course(scores, World(), policy)).sessions("alert"))
        for name, method in METHODS.items():
            highest[name].append(max(method.statistics(deviations, math.inf)))
    return Trial(tally, highest)


def try_methods(rng: Random, n_series: int, limits: Mapping[str, float]) -> Tally:
    """Count in the same courses (the same seed) how often each method alarms in the window of each
    change.
    """
    tally: Tally = Counter()
    for number in range(n_series):
        deviations = noise(rng, N_SESSIONS)
        for name, limit in limits.items():
            tally[f"{name}:stable", 0] += any(
                value > limit for value in _statistics(name, deviations, limit)
            )
        for shape_name in shapes_of(number):
            shape = SHAPES[shape_name]
            scores = changed(deviations, shape)
            for name, limit in limits.items():
                alarms = [
                    at
                    for at, value in enumerate(_statistics(name, scores, limit), 1)
                    if value > limit
                ]
                tally[f"{name}:{shape_name}", 0] += shape.noticed(alarms)
    return tally


def _statistics(name: str, scores: Sequence[float], limit: float) -> list[float]:
    return METHODS[name].statistics(scores, limit)


def limit_for(highest: Iterable[float], share: float) -> float:
    """Return the least limit that at most a share (0 to 1) of stable courses ever exceed."""
    ordered = sorted(highest)
    return ordered[max(0, math.ceil((1 - share) * len(ordered)) - 1)]


class Ratio(NamedTuple):
    """The policy's detection over that of the best detector with known parameters, with its
    standard error.
    """

    value: float
    error: float
    best: str


def ratio_to_best(policy: Sequence[Tally], methods: Sequence[Tally], shape: str) -> Ratio:
    """Compare over batches of the same courses; the error is that of a ratio of means over
    batches.
    """
    best = max(KNOWN, key=lambda name: sum(batch[f"{name}:{shape}", 0] for batch in methods))
    pairs = [
        (ours[shape, 0], theirs[f"{best}:{shape}", 0])
        for ours, theirs in zip(policy, methods, strict=True)
    ]
    total = max(sum(theirs for _, theirs in pairs), 1)
    value = sum(ours for ours, _ in pairs) / total
    spread = math.sqrt(sum((ours - value * theirs) ** 2 for ours, theirs in pairs))
    return Ratio(value, spread / total, best)
