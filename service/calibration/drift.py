"""A small part of the grid simulated again: does the engine still do what the committed tables
say?
"""

import math
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from service.alliance.policy import Policy, policy_for
from service.calibration import grid
from service.calibration.comparison import POLICY, try_methods
from service.calibration.tables import FROM_PARTS, Tables
from service.calibration.tally import (
    RULES,
    SEVERITIES,
    Tally,
    by_session,
    count_changed,
    count_dyads,
    count_stable,
)
from service.calibration.worlds import World

TOLERANCE = 4.0
"""Standard errors that a figure may differ by: chance exceeds this in 1 of 16,000 figures."""
LAST = 12
STABLE = (grid.MAIN, ("half_again", 1.5), ("fitted", 1.5), ("capped", 1.5))
CHANGED = (grid.MAIN, ("fitted", 1.5))
ALPHA = (12, 0.1)
CHANGES = ("dip_3", "lasting_2")


class Figure(NamedTuple):
    """A percentage found again in n courses, beside the one in the tables, from so many courses."""

    name: str
    found: float
    n: int
    expected: float
    of: int

    @property
    def differs(self) -> bool:
        """Whether chance does not explain the difference."""
        share = min(max(self.expected / 100, 1 / self.of), 1 - 1 / self.of)
        error = 100 * math.sqrt(share * (1 - share) * (1 / self.n + 1 / self.of))
        return (
            abs(self.found - self.expected) > TOLERANCE * error + 0.05
        )  # tables are rounded to 0.1


def figures(tables: Tables, series: int, processes: int) -> list[Figure]:
    """Simulate a small part of the grid, with other seeds, and return it beside the tables."""
    found = {
        cell: grid.total(parts)
        for cell, parts in grid.run(_tasks(tables, series), processes).items()
    }
    return (
        list(_stable(found, tables)) + list(_changed(found, tables)) + list(_others(found, tables))
    )


def _tasks(tables: Tables, series: int) -> list[grid.Task]:
    policy = Policy()
    work: dict[Any, Any] = {
        ("stable", cell): partial(
            count_stable, world=grid.STABLE[cell], n_sessions=LAST, policy=policy
        )
        for cell in STABLE
    }
    for cell in CHANGED:
        for shape in CHANGES:
            work["changed", cell, shape] = partial(
                count_changed, world=grid.STABLE[cell], shape_name=shape, policy=policy
            )
    correlation, symptoms = grid.DYADS["therapist_correlated_symptoms"]
    work["dyads"] = partial(
        count_dyads, n_sessions=LAST, policy=policy, correlation=correlation, symptoms=symptoms
    )
    work["alpha"] = partial(
        count_stable, world=World(), n_sessions=LAST, policy=policy_for(ALPHA[1], ALPHA[0])
    )
    work["methods"] = partial(try_methods, limits=tables["COMPARISON_LIMITS"])
    return [
        task
        for cell, count in work.items()
        for task in grid.batches(cell, count, series, f"again/{cell}")
    ]


def _stable(found: dict[Any, Tally], tables: Tables) -> Iterator[Figure]:
    at = grid.SESSIONS.index(LAST)
    series = tables["SERIES"]["usual"]
    for cell in STABLE:
        tally, of = found["stable", cell], grid.series_in(cell, series)
        for name in SEVERITIES:
            expected = tables["POLICY"][cell][name][at]
            yield _figure(f"{cell} {name}", tally, by_session(tally, name, LAST), expected, of)
    tally, main = found["stable", grid.MAIN], tables["SERIES"]["main"]
    for rule in RULES:
        if rule not in FROM_PARTS:
            expected = tables["RULES"][rule][grid.MAIN[1]][at]
            yield _figure(rule, tally, by_session(tally, rule, LAST), expected, main)


def _changed(found: dict[Any, Tally], tables: Tables) -> Iterator[Figure]:
    of = tables["SERIES"]["main"]
    for cell in CHANGED:
        for shape in CHANGES:
            tally, n = found["changed", cell, shape], found["changed", cell, shape]["series", 0]
            for name, expected in tables["DETECTION"][cell][shape].items():
                title = f"{cell} {shape} {name}"
                yield _figure(title, tally, 100 * tally[name, 0] / n, expected, of)
    for shape in CHANGES:
        tally, n = (
            found["changed", grid.MAIN, shape],
            found["changed", grid.MAIN, shape]["series", 0],
        )
        for rule, by_shape in tables["RULE_DETECTION"].items():
            yield _figure(f"{shape} {rule}", tally, 100 * tally[rule, 0] / n, by_shape[shape], of)


def _others(found: dict[Any, Tally], tables: Tables) -> Iterator[Figure]:
    usual, dyads, alpha = tables["SERIES"]["usual"], found["dyads"], found["alpha"]
    for name, expected in tables["DYADS"]["therapist_correlated_symptoms"].items():
        yield _figure(f"dyads {name}", dyads, by_session(dyads, name, LAST), expected, usual)
    reached, of = tables["ALPHA_REACHED"][ALPHA], tables["SERIES"]["verified"]
    yield _figure(f"alpha {ALPHA}", alpha, by_session(alpha, "alert", LAST), reached, of)
    tally, courses = found["methods"], tables["COMPARED_COURSES"]
    n = dyads["series", 0]
    for method, by_shape in tables["COMPARISON"].items():
        if method != POLICY:
            for what in ("stable", *CHANGES):
                share = 100 * tally[f"{method}:{what}", 0] / n
                yield Figure(f"{method} {what}", share, n, by_shape[what], courses[what])


def _figure(name: str, tally: Tally, found: float, expected: float, of: int) -> Figure:
    return Figure(name, found, tally["series", 0], expected, of)
