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
from service.calibration.model import SHAPES, World
from service.calibration.progress import Progress
from service.calibration.tally import Tally, count_changed, count_dyads, count_stable

SEED = 20260607
SERIES = 5000
BATCH = 500
SESSIONS = (4, 6, 8, 12, 16, 24)
TIMES = {"main": 4, "comparison": 8, "limits": 20, "verified": 1}
"""How many times the usual number of series the cells that goals or limits rest on get."""

Cell = tuple[str, float]

STABLE: dict[Cell, World] = {
    ("sem", 1.0): World(kappa=1.0),
    ("sem", 1.5): World(),
    ("sem", 2.0): World(kappa=2.0),
    ("no_sem", 1.5): World(sem_known=False),
    ("half_again", 1.0): World(kappa=1.5, told_sd=1 / 1.5),
    ("half_again", 1.5): World(kappa=2.25, told_sd=1 / 1.5),
    ("half_again", 2.0): World(kappa=3.0, told_sd=1 / 1.5),
    ("sem_as_sd", 1.5): World(told_sd=1 / 1.5),
    ("sem_as_sd", 2.0): World(kappa=2.0, told_sd=1 / 2.0),
    ("autocorrelated", 1.0): World(kappa=1.0, phi=0.3),
    ("autocorrelated", 1.5): World(phi=0.3),
    ("autocorrelated", 2.0): World(kappa=2.0, phi=0.3),
    ("autocorrelated_sem_as_sd", 1.5): World(told_sd=1 / 1.5, phi=0.3),
    ("ceiling", 1.5): World(ceiling=True),
    ("missing", 1.5): World(missing=0.15),
    ("parts", 1.5): World(parts=True),
}
"""Stable courses by what is assumed and by kappa (of `half_again`: the assumed kappa, the true one
is 1.5 times it).
"""

MAIN: Cell = ("sem", 1.5)
CHANGED: tuple[Cell, ...] = (
    ("sem", 1.0),
    MAIN,
    ("sem", 2.0),
    ("no_sem", 1.5),
    ("half_again", 1.5),
    ("autocorrelated", 1.5),
    ("ceiling", 1.5),
    ("missing", 1.5),
)
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


def series_in(cell: Cell, series: int) -> int:
    """Return how many courses a cell gets, stable or with each change."""
    return series * (TIMES["main"] if cell == MAIN else 1)


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
            listed += batches(("changed", cell, shape), changed, series_in(cell, series))
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
