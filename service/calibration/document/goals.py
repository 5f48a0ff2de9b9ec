"""What the policy was asked to reach, and whether the simulation says that it does."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from service.calibration import grid
from service.calibration.model import CHANGE

AT_12 = grid.SESSIONS.index(12)
CLEAR = 2.0
"""Standard errors beyond which chance does not explain that a bound is missed."""


class Goal(NamedTuple):
    """One goal: a percentage with its standard error, and the bound that it must keep."""

    title: str
    value: float
    error: float
    bound: float
    at_most: bool = False

    @property
    def reached(self) -> bool:
        """Whether the figure keeps its bound."""
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    @property
    def margin(self) -> float:
        """How many standard errors lie between figure and bound; negative where it is missed.

        Infinite where a small simulation gave none or all, whose standard error is 0.
        """
        room = self.bound - self.value if self.at_most else self.value - self.bound
        return room / self.error if self.error else math.copysign(math.inf, room)

    @property
    def missed(self) -> bool:
        """Whether the bound is missed by more than chance explains."""
        return self.margin < -CLEAR

    @property
    def verdict(self) -> str:
        """How the figure stands to its bound, in words."""
        if self.missed:
            return "**not reached**"
        within = "" if self.margin > CLEAR else ", within chance"
        return f"{'reached' if self.reached else 'missed'}{within}"


def standard_error(percentage: float, n: int) -> float:
    """Return the standard error of a simulated percentage, in percentage points."""
    return 100 * math.sqrt(percentage / 100 * (1 - percentage / 100) / n)


_NOTICED = (
    ("sem", "Ideal world", (53, 62, 83)),
    ("fitted", "As fitted to real courses", (50, 43, 58)),
    ("fitted_missing", "As fitted, 15 % of forms missing", (40, 34, 50)),
)
_CHANGES = {
    "dip_3": "dip of 3 SD at session 8",
    "lasting_2": "lasting drop of 2 SD from session 8",
    "erosion_3": "erosion to 3 SD over sessions 5 to 12",
}
_FALSE = (
    ("sem", "Ideal world", "alert", 10),
    ("fitted", "As fitted to real courses", "alert", 9),
    ("fitted_missing", "As fitted, 15 % of forms missing", "alert", 9),
    ("uneven", "Dyads' SDs differ widely", "alert", 11),
    ("ceiling", "Near the ceiling", "alert", 11),
    ("discrete", "Scores in twelfths", "alert", 11),
    ("missing", "15 % of forms missing", "alert", 11),
    ("correlated_2", "Successive scores correlated .2", "alert", 13),
    ("straight", "One answer throughout", "alert", 18),
    ("straight", "One answer throughout", "urgent", 3),
    ("skewed", "Left-skewed scores (−1.4)", "alert", 24),
)


def goals(tables: Mapping[str, Any]) -> list[Goal]:
    """Return the goals: false alerts by session 12, and changes noticed in time."""
    return [*_false(tables), *_noticed(tables)]


def _false(tables: Mapping[str, Any]) -> Iterator[Goal]:
    series = tables["SERIES"]["usual"]
    for kind, world, severity, bound in _FALSE:
        cell = kind, 1.5
        found = tables["POLICY"][cell][severity][AT_12]
        error = standard_error(found, grid.series_in(cell, series))
        name = "an alert" if severity == "alert" else "an urgent signal"
        title = f"{world}: {name} on stable courses by session 12"
        yield Goal(title, found, error, bound, at_most=True)


def _noticed(tables: Mapping[str, Any]) -> Iterator[Goal]:
    series = tables["SERIES"]["usual"]
    for kind, world, bounds in _NOTICED:
        cell = kind, 1.5
        for (shape, change), bound in zip(_CHANGES.items(), bounds, strict=True):
            found = tables["DETECTION"][cell][shape]["alert"]
            error = standard_error(found, grid.series_in(cell, series, shape, CHANGE))
            yield Goal(f"{world}: {change}", found, error, bound)
    kind, shape, at = grid.EARLY_COLLAPSE
    found = tables["BY_CHANGE"][kind][shape][at]
    error = standard_error(found, grid.series_in((kind, 1.5), series, shape, at))
    yield Goal(f"Ideal world: lasting drop of 3 SD from session {at}", found, error, 55)
