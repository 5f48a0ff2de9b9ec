"""Whether `python -m service learn` recovers what it estimates: sites of known figures, simulated.

Prints for each figure its bias (goal: 3 % at most) and how often the 95 % interval holds the truth
(goal: 93 to 97 %). Run `python -m benchmarks.learn` (1,000 sites, half an hour on two cores), or
with `--sites 40` for a first look; `--patients 20 60` for smaller sites than the claim is about.
"""

import argparse
import math
import os
import signal
from collections.abc import Iterator, Sequence
from functools import cache, partial
from multiprocessing import get_context
from random import Random
from statistics import fmean, stdev
from typing import NamedTuple

from benchmarks.measuring import print_table
from service.calibration.progress import Progress
from service.learning.estimation.course_model import course_estimates
from service.learning.estimation.gap import gap_estimates
from service.learning.estimation.interval import Estimate
from service.learning.estimation.lines import REFERENCE, Scores
from service.learning.estimation.precision import standard_error
from service.learning.estimation.scores import (
    missing_share,
    quantile,
    single_score_sd,
    windows,
)
from service.learning.estimation.starting import expected_courses, start_levels, start_of

# Near what the nine public WAI items of 57 patients show (doi 10.1016/j.ebiom.2015.11.049).
TRUTH = {
    "level": 3.83,
    "level_sd": 0.5,
    "growth": 0.036,
    "slope_sd": 0.026,
    "level_slope_covariance": -0.0026,
    "residual_autocorrelation": 0.2,
    "nu0": 4.3,
    "scale": 0.24,
    "sem": 0.195,
    "missing": 0.15,
    "gap: mean": 0.3,
    "gap: lasting_sd": 0.5,
    "gap: session_sd": 0.4,
}
N_ITEMS = 9
SESSIONS = range(6, 21)
WINDOW = (6, 8)
SEED = 20261129
NO_GOAL = {"level_slope_covariance": "near zero, so that a relative bias says little"}
MOST_BIAS, COVERAGE = 0.03, (0.93, 0.97)
LARGE = 40_000


class Site(NamedTuple):
    """One site: scores by patient, sessions held, complete forms, and differences by dyad."""

    patients: list[Scores]
    held: list[int]
    forms: list[list[tuple[int, tuple[float, ...]]]]
    dyads: list[list[float]]


def simulate(draw: Random, n_patients: int, *, only_scores: bool = False) -> Site:
    """Return a site of patients with at least three scores."""
    site = Site([], [], [], [])
    while len(site.patients) < n_patients:
        scores, held = _scores(draw)
        if len(scores.sessions) < 3:
            continue
        site.patients.append(scores)
        site.held.append(held)
        if not only_scores:
            pairs = zip(scores.sessions, scores.values, strict=True)
            site.forms.append([(at, _answers(draw, value)) for at, value in pairs])
            site.dyads.append(_differences(draw, len(scores.values)))
    return site


def _scores(draw: Random) -> tuple[Scores, int]:
    sigma = TRUTH["scale"] * math.sqrt(TRUTH["nu0"] / draw.gammavariate(TRUTH["nu0"] / 2, 2))
    level = TRUTH["level_sd"] * draw.gauss(0, 1)
    shared = TRUTH["level_slope_covariance"] / TRUTH["level_sd"] ** 2
    own = math.sqrt(TRUTH["slope_sd"] ** 2 - (shared * TRUTH["level_sd"]) ** 2)
    slope = shared * level + own * draw.gauss(0, 1)
    rho, residual = TRUTH["residual_autocorrelation"], draw.gauss(0, 1)
    held = draw.choice(SESSIONS)
    sessions, values = [], []
    for session in range(1, held + 1):
        if session > 1:
            residual = rho * residual + math.sqrt(1 - rho * rho) * draw.gauss(0, 1)
        if draw.random() >= TRUTH["missing"]:
            mean = TRUTH["level"] + level + (TRUTH["growth"] + slope) * (session - REFERENCE)
            sessions.append(session)
            values.append(mean + sigma * residual)
    return Scores(tuple(sessions), tuple(values)), held


def _answers(draw: Random, score: float) -> tuple[float, ...]:
    errors = [draw.gauss(0, TRUTH["sem"] * math.sqrt(N_ITEMS)) for _ in range(N_ITEMS)]
    shift = score - fmean(errors)
    return tuple(0.1 * at + shift + error for at, error in enumerate(errors))


def _differences(draw: Random, n: int) -> list[float]:
    lasting = draw.gauss(TRUTH["gap: mean"], TRUTH["gap: lasting_sd"])
    return [lasting + draw.gauss(0, TRUTH["gap: session_sd"]) for _ in range(n)]


@cache
def truths() -> dict[str, float]:
    """Return the truth of every figure; those without a formula are read off 40,000 patients."""
    nu0, scale = TRUTH["nu0"], TRUTH["scale"]
    within = scale * math.sqrt(nu0 / (nu0 - 2))
    many = simulate(Random(SEED), LARGE, only_scores=True).patients
    middle = sorted(v for one in many for v in _between(one, 3, 5))
    whole = math.hypot(TRUTH["gap: lasting_sd"], TRUTH["gap: session_sd"])
    found = TRUTH | {"within_person_sd": within, "gap: sd": whole}
    found["sd"] = single_score_sd(many).value or math.nan
    for percent in (5, 10, 25, 50, 75, 90):
        found[f"sessions 3-5: {percent} %"] = quantile(middle, percent / 100)
    return found


@cache
def expectation() -> tuple[float, float]:
    """Return the line of later means on start scores, as 40,000 patients show it."""
    many = simulate(Random(SEED), LARGE, only_scores=True).patients
    pairs = [
        (start, fmean(later))
        for one in many
        if (start := start_of(one)) is not None and (later := _between(one, *WINDOW))
    ]
    x, y = fmean(x for x, _ in pairs), fmean(y for _, y in pairs)
    slope = sum((a - x) * (b - y) for a, b in pairs) / sum((a - x) ** 2 for a, _ in pairs)
    return y - slope * x, slope


def _between(one: Scores, first: int, last: int) -> list[float]:
    pairs = zip(one.sessions, one.values, strict=True)
    return [value for session, value in pairs if first <= session <= last]


Found = dict[str, tuple[Estimate, float]]


def recover(sizes: tuple[int, int], number: int) -> Found:
    """Return the estimates of one simulated site, each with its truth."""
    draw = Random(f"{SEED}/{number}")
    site = simulate(draw, draw.randint(*sizes))
    estimates = course_estimates(site.patients)
    del estimates["still_share"]  # none is
    estimates["sd"] = single_score_sd(site.patients)
    estimates["sem"] = standard_error(site.forms, N_ITEMS)
    estimates["missing"] = missing_share(site.patients, site.held)
    estimates |= {f"gap: {name}": one for name, one in gap_estimates(site.dyads).items()}
    for window in windows(site.patients):
        if (window.first, window.last) == (3, 5):
            for percent, one in window.quantiles.items():
                estimates[f"sessions 3-5: {percent} %"] = one
    found = {name: (one, truths()[name]) for name, one in estimates.items()}
    base, slope = expectation()
    starts = start_levels(site.patients)
    for expected in expected_courses(site.patients):
        if (expected.first, expected.last) == WINDOW:
            for percent, one in expected.means.items():
                name = f"sessions 6-8 after a {percent} % start"
                found[name] = one, base + slope * starts[percent]
    return found


class Figure(NamedTuple):
    """What became of one figure over all sites."""

    name: str
    n: int
    bias: float
    error_of_bias: float
    coverage: float

    @property
    def reached(self) -> bool:
        """Whether bias and coverage are within their goals, give or take two standard errors."""
        error = math.sqrt(0.95 * 0.05 / self.n)
        low, high = COVERAGE[0] - 2 * error, COVERAGE[1] + 2 * error
        covered = low <= self.coverage <= high
        return covered and abs(self.bias) <= MOST_BIAS + 2 * self.error_of_bias


def figures(sites: Sequence[Found]) -> list[Figure]:
    """Return bias and coverage of every figure; refused estimates do not count."""
    found = []
    for name in dict.fromkeys(name for site in sites for name in site):
        made = [site[name] for site in sites if name in site and site[name][0].value is not None]
        if len(made) < 2:
            continue
        ratios = [(one.value or 0.0) / truth - 1 for one, truth in made]
        covered = fmean(holds(one, truth) for one, truth in made)
        error = stdev(ratios) / math.sqrt(len(made))
        found.append(Figure(name, len(made), fmean(ratios), error, covered))
    return found


def holds(one: Estimate, truth: float) -> bool:
    """Tell whether the interval of an estimate holds the truth."""
    assert one.interval is not None
    low, high = one.interval
    return (low is None or low <= truth) and (high is None or truth <= high)


def run(n_sites: int, sizes: tuple[int, int], processes: int) -> Iterator[Found]:
    """Yield what was found at each site."""
    work = partial(recover, sizes)
    if processes == 1:
        yield from map(work, range(n_sites))
        return
    with get_context("spawn").Pool(
        processes, signal.signal, (signal.SIGINT, signal.SIG_IGN)
    ) as pool:
        yield from pool.imap(work, range(n_sites))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--patients", type=int, nargs=2, default=(50, 500), metavar="N")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    progress = Progress(options.sites)
    sites = []
    for found in run(options.sites, tuple(options.patients), options.processes):
        sites.append(found)
        progress.advance(1)
    rows = [
        (
            one.name,
            one.n,
            f"{100 * one.bias:+.1f}",
            f"{100 * one.error_of_bias:.1f}",
            f"{100 * one.coverage:.1f}",
            "no goal" if one.name in NO_GOAL else "reached" if one.reached else "MISSED",
        )
        for one in figures(sites)
    ]
    title = f"{options.sites} sites of {options.patients[0]} to {options.patients[1]} patients"
    print_table(title, ("figure", "sites", "bias %", "s.e.", "coverage %", "goals"), rows)


if __name__ == "__main__":
    main()
