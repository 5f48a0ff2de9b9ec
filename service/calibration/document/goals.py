"""What the policy was asked to reach, and whether the simulation says that it does."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from service.calibration.comparison import GOAL_SHAPES
from service.calibration.methods import UNKNOWN
from service.calibration.model import SHAPES


class Goal(NamedTuple):
    """One goal: a figure with its standard error and unit, and the bound that it must keep."""

    title: str
    value: float
    error: float
    bound: float
    at_most: bool = False
    unit: str = " %"

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


def standard_error(percentage: float, n: int) -> float:
    """Return the standard error of a simulated percentage, in percentage points."""
    return 100 * math.sqrt(percentage / 100 * (1 - percentage / 100) / n)


def goals(tables: Mapping[str, Any]) -> list[Goal]:
    """Return the goals for kappa 1.5 with the right session-to-session SD."""
    ours, courses = tables["COMPARISON"]["policy"], tables["COMPARED_COURSES"]
    listed = [
        Goal(title, ours[what], standard_error(ours[what], courses[what]), bound, what == "stable")
        for title, what, bound in (
            ("Alerts on stable courses by session 12", "stable", 10.0),
            ("One-session dip of 3 SD", "dip_3", 55.0),
            ("Lasting drop of 2 SD, within 3 sessions", "lasting_2", 70.0),
        )
    ]
    for shape in GOAL_SHAPES:
        ratio, error, _ = tables["RATIO_TO_BEST"][shape]
        title = (
            f"Share of the best detector that knows the dyad's mean and SD: {SHAPES[shape].title}"
        )
        listed.append(Goal(title, 100 * ratio, 100 * error, 80.0))
    for shape in GOAL_SHAPES:
        best = max(tables["COMPARISON"][name][shape] for name in UNKNOWN)
        lead = ours[shape] - best
        error = math.hypot(
            standard_error(ours[shape], courses[shape]), standard_error(best, courses[shape])
        )
        title = (
            "Lead over the best other method at the same rate of false alarms: "
            f"{SHAPES[shape].title}"
        )
        listed.append(Goal(title, lead, error, 0.0, unit=" points"))
    return listed
