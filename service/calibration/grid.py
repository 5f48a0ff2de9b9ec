"""The grid of simulated cells, and running them in several processes with the same result for any
number of them.
"""

import signal
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from random import Random
from typing import Any, NamedTuple

from service.alliance.policy import Policy, policy_for
from service.alliance.rates import cusum_threshold
from service.calibration import comparison, limits
from service.calibration.model import CHANGE, SHAPES
from service.calibration.progress import Progress
from service.calibration.tally import Tally, count_changed, count_dyads, count_stable
from service.calibration.worlds import (
    FITTED_GROWTH,
    FITTED_SDS,
    FIVE_POINTS,
    IN_TWELFTHS,
    NEAR_CEILING,
    ONE_ANSWER,
    UNEVEN,
    Form,
    Growth,
    World,
)

SEED = 20260607
SERIES = 2000
BATCH = 500
SESSIONS = (4, 6, 8, 12, 16, 24)
TIMES = {"main": 10, "comparison": 5, "limits": 40, "verified": 1}
"""How many times the usual number of series the cells that goals or limits rest on get."""

Cell = tuple[str, float]

FITTED = World(phi=0.2, growth=FITTED_GROWTH, uneven=FITTED_SDS, form=FIVE_POINTS)
"""As fitted to the courses of one trial: level N(4, .5) at mid-course, slope N(.036, .025) points a
session for twelve sessions, autocorrelation .2, variances scaled inverse chi-square (4.3, .245²).
"""
FITTED_MISSING = replace(FITTED, missing=0.15)
OF_40_POINTS = World(
    sem_known=False, told_sd=3.2 / 2, assumed=True, form=Form(36, 3, 2, 0.1, 0, 40)
)
"""A form of 0 to 40 near its best, whose SD is assumed to be .08 of the range and is 2."""

STABLE: dict[Cell, World] = {
    ("sem", 1.0): World(kappa=1.0),
    ("sem", 1.5): World(),
    ("sem", 2.0): World(kappa=2.0),
    ("no_sem", 1.5): World(sem_known=False),
    ("fitted", 1.5): FITTED,
    ("fitted_missing", 1.5): FITTED_MISSING,
    ("fitted_shipped", 1.5): replace(FITTED, kappa=0.30 / 0.197, told_sd=0.302 / 0.30),
    ("fitted_capped", 1.5): replace(FITTED, assumed=True),
    ("capped", 1.5): World(assumed=True),
    ("capped_no_sem", 1.5): World(sem_known=False, assumed=True),
    ("of_40", 1.5): OF_40_POINTS,
    ("growth", 1.5): World(growth=Growth(0.035 / 0.3, 0.025 / 0.3)),
    ("decline", 1.5): World(growth=Growth(-0.1)),
    ("uneven", 1.5): World(uneven=UNEVEN),
    ("missing", 1.5): World(missing=0.15),
    ("discrete", 1.5): World(form=IN_TWELFTHS),
    ("ceiling", 1.5): World(form=NEAR_CEILING),
    ("straight", 1.5): World(form=ONE_ANSWER),
    ("skewed", 1.5): World(skew=-1.4),
    ("correlated_2", 1.5): World(phi=0.2),
    ("autocorrelated", 1.5): World(phi=0.3),
    ("half_again", 1.0): World(kappa=1.5, told_sd=1 / 1.5),
    ("half_again", 1.5): World(kappa=2.25, told_sd=1 / 1.5),
    ("half_again", 2.0): World(kappa=3.0, told_sd=1 / 1.5),
    ("capped_half_again", 1.5): World(kappa=2.25, told_sd=1 / 1.5, assumed=True),
    ("parts", 1.5): World(parts=True),
}
"""Stable courses by what they are like and what is told of them, and by kappa (of `half_again`: the
assumed kappa, the true one is 1.5 times it).
"""

MAIN: Cell = ("sem", 1.5)
OFTEN: frozenset[Cell] = frozenset(
    (kind, 1.5) for kind in ("sem", "fitted", "fitted_missing", "correlated_2")
)
"""Cells whose goals are near."""
CHANGED: tuple[Cell, ...] = (
    ("sem", 1.0),
    MAIN,
    ("sem", 2.0),
    ("no_sem", 1.5),
    ("fitted", 1.5),
    ("fitted_missing", 1.5),
    ("fitted_shipped", 1.5),
    ("fitted_capped", 1.5),
    ("capped", 1.5),
    ("of_40", 1.5),
    ("growth", 1.5),
    ("uneven", 1.5),
    ("missing", 1.5),
    ("ceiling", 1.5),
    ("straight", 1.5),
    ("correlated_2", 1.5),
    ("half_again", 1.5),
)
NEAR = frozenset({"dip_3", "lasting_2", "erosion_3"})
"""Changes that goals are about."""
CHANGE_AT = (2, 3, 4, 5, 6, 8, 10, 12)
BY_CHANGE = ("dip_3", "lasting_2", "lasting_3")
BY_CHANGE_IN = ("sem", "fitted", "fitted_missing", "fitted_shipped", "capped")
EARLY_COLLAPSE = ("sem", "lasting_3", 3)

LONG_SESSIONS = (12, 24, 40)
LONG: dict[str, World] = {
    "flat": World(),
    "line": World(growth=Growth(0.12)),
    "to_7": World(growth=Growth(0.08 / 0.3, path="to_7")),
    "saturating": World(growth=Growth(2.0, path="saturating")),
    "sudden": World(growth=Growth(2.0, path="sudden")),
    "fitted": World(phi=0.2, growth=FITTED_GROWTH),
}
"""Undisturbed courses that rise, and mostly level off, by how they do."""
DYADS: dict[str, tuple[float | None, bool]] = {
    "patient": (None, False),
    "therapist_independent": (0.0, False),
    "therapist_correlated": (0.36, False),
    "symptoms": (None, True),
    "therapist_correlated_symptoms": (0.36, True),
}
DYAD_SESSIONS = 12
VERIFIED = ((6, 0.1), (10, 0.15), (12, 0.05), (12, 0.1), (12, 0.2), (24, 0.1), (48, 0.1), (60, 0.3))
"""Planned sessions and alpha whose limits are tried with the whole engine; two of them lie between
tabulated ones.
"""


class Task(NamedTuple):
    """One batch of one cell: `work(rng, n_series)`, with a seed of its own."""

    cell: Any
    work: Callable[[Random, int], Any]
    seed: str
    n_series: int


def _perform(task: Task) -> Any:
    return task.work(Random(task.seed), task.n_series)


def run(
    tasks: Iterable[Task], processes: int, progress: Progress | None = None
) -> dict[Any, list[Any]]:
    """Return the results of all batches by cell, in the order of the tasks."""
    ordered = list(tasks)
    found: dict[Any, list[Any]] = {}
    with get_context("spawn").Pool(
        processes, signal.signal, (signal.SIGINT, signal.SIG_IGN)
    ) as pool:
        for task, result in zip(ordered, pool.imap(_perform, ordered), strict=True):
            found.setdefault(task.cell, []).append(result)
            if progress is not None:
                progress.advance(task.n_series)
    return found


def batches(
    cell: Any, work: Callable[[Random, int], Any], n_series: int, name: str | None = None
) -> list[Task]:
    """Return a cell's tasks. Cells with one `name` get the same random numbers."""
    sizes = [min(BATCH, n_series - start) for start in range(0, n_series, BATCH)]
    return [
        Task(cell, work, f"{SEED}/{name or cell}/{number}", size)
        for number, size in enumerate(sizes)
    ]


def series_in(cell: Cell, series: int, shape: str | None = None, at: int = CHANGE) -> int:
    """Return how many courses a cell gets, stable or with a change."""
    near = cell in OFTEN and (shape is None or shape in NEAR)
    if at != CHANGE:
        near = (cell[0], shape, at) == EARLY_COLLAPSE
    return series * (TIMES["main"] if near else 1)


def tasks(series: int) -> list[Task]:
    """Return every batch of the grid, save the methods' second pass."""
    policy = Policy()
    listed: list[Task] = []
    for cell, world in STABLE.items():
        work = partial(count_stable, world=world, n_sessions=SESSIONS[-1], policy=policy)
        listed += batches(("stable", cell), work, series_in(cell, series))
    for cell in CHANGED:
        for shape in SHAPES:
            changed = partial(count_changed, world=STABLE[cell], shape_name=shape, policy=policy)
            n_series = series_in(cell, series, shape)
            listed += batches(("changed", cell, shape), changed, n_series)
    listed += _by_change(series, policy)
    for name, world in LONG.items():
        work = partial(count_stable, world=world, n_sessions=LONG_SESSIONS[-1], policy=policy)
        listed += batches(("long", name), work, series)
    for name, (correlation, symptoms) in DYADS.items():
        dyads = partial(
            count_dyads,
            n_sessions=DYAD_SESSIONS,
            policy=policy,
            correlation=correlation,
            symptoms=symptoms,
        )
        listed += batches(("dyads", name), dyads, series, "dyads")
    listed += compared(series * TIMES["comparison"])
    listed += batches(("limits",), partial(limits.paths, policy=policy), series * TIMES["limits"])
    return listed


def _by_change(series: int, policy: Policy) -> list[Task]:
    """Return the batches that tell when changes are noticed by the session in which they begin."""
    listed = []
    for kind in BY_CHANGE_IN:
        cell = kind, 1.5
        for shape in BY_CHANGE:
            for at in CHANGE_AT:
                if at == CHANGE:
                    continue  # among the changed cells
                work = partial(
                    count_changed, world=STABLE[cell], shape_name=shape, policy=policy, at=at
                )
                n_series = series_in(cell, series, shape, at)
                listed += batches(("by_change", kind, shape, at), work, n_series)
    return listed


def compared(n_series: int) -> list[Task]:
    """Return the batches of courses that the policy and the methods share."""
    return batches(
        ("comparison",), partial(comparison.judge_batch, policy=Policy()), n_series, "comparison"
    )


def method_tasks(n_series: int, cell: Any, at: Mapping[str, float]) -> list[Task]:
    """Return the methods' second pass over the courses of the comparison, at given limits."""
    return batches(cell, partial(comparison.try_methods, limits=at), n_series, "comparison")


def verification_tasks(
    series: int, limits_by_sessions: Mapping[int, tuple[float, ...]]
) -> list[Task]:
    """Return batches that try the limits for a wanted share of false alerts with the whole
    engine.
    """
    listed = []
    for planned, alpha in VERIFIED:
        policy = replace(
            policy_for(alpha, planned),
            cusum_limit=cusum_threshold(alpha, planned, limits_by_sessions),
        )
        work = partial(count_stable, world=World(), n_sessions=planned, policy=policy)
        listed += batches(("alpha", planned, alpha), work, series)
    return listed


def total(parts: Iterable[Tally]) -> Tally:
    """Return the sum of some tallies."""
    summed: Tally = Counter()
    for part in parts:
        summed.update(part)
    return summed
