"""How a dyad's scores move in the simulated worlds, and what the rules are told of it. Unit: the
session-to-session SD of dyads.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from service.alliance.course import Errors

MID_COURSE = 6.5
"""The middle of twelve sessions."""

PATHS: Mapping[str, Callable[[float], float]] = {
    "line": lambda session: session - 1,
    "to_7": lambda session: min(session, 7) - 1,
    "to_12": lambda session: min(session, 12) - 1,
    "saturating": lambda session: -math.expm1(-(session - 1) / 4),
    "sudden": lambda session: float(session >= 6),
}
"""How far growth has come by a session: without end, until a session, slower and slower (to 1), or
in one step to 1.
"""


class Growth(NamedTuple):
    """How scores rise by themselves: dyads' slopes (mean and SD, in SDs a unit of the path), and
    the session at which a dyad stands at its level.
    """

    mean: float = 0.0
    sd: float = 0.0
    path: str = "line"
    level_at: float = 1.0

    def risen(self, slope: float, n_sessions: int) -> list[float]:
        """Return by how much a dyad with some slope stands above its level in each session."""
        path = PATHS[self.path]
        start = path(self.level_at)
        return [slope * (path(session) - start) for session in range(1, n_sessions + 1)]


class Unevenness(NamedTuple):
    """How dyads' SDs differ: variances are scaled inverse chi-square, ν₀ scale² / χ²(ν₀)."""

    nu0: float
    scale: float

    def draw(self, rng: Random) -> float:
        """Return one dyad's SD."""
        return self.scale * math.sqrt(self.nu0 / rng.gammavariate(self.nu0 / 2, 2))


class Form(NamedTuple):
    """A form in points: dyads' levels (mean and SD), how many points one SD is, the smallest
    difference of two scores, its range, and whether the engine knows of its answers.
    """

    level: float
    level_sd: float
    sd: float
    step: float
    lowest: float
    highest: float
    has_answers: bool = False

    def shown(self, level: float, deviation: float) -> float:
        """Return the score that the form shows of a dyad's level and a deviation in SDs."""
        exact = (level + self.sd * deviation) / self.step
        return min(self.highest, max(self.lowest, round(exact) * self.step))


FIVE_POINTS = Form(4.0, 0.5, 0.30, 1 / 12, 1, 5, has_answers=True)
"""Twelve answers from 1 to 5, their mean as the score."""
IN_TWELFTHS = FIVE_POINTS._replace(level_sd=0.0)
NEAR_CEILING = FIVE_POINTS._replace(level=4.6, level_sd=0.35)
ONE_ANSWER = FIVE_POINTS._replace(step=1)
"""The same where everybody gives one answer throughout."""
FITTED_SDS = Unevenness(4.3, 0.245 / FIVE_POINTS.sd)
UNEVEN = Unevenness(4.3, math.sqrt(2.3 / 4.3))  # mean of the variances 1
FITTED_GROWTH = Growth(0.036 / FIVE_POINTS.sd, 0.025 / FIVE_POINTS.sd, "to_12", MID_COURSE)


LEVEL = Growth()


@dataclass(frozen=True, slots=True)
class World:
    """How a stable dyad's scores move, and what the rules are told of it.

    `kappa` is the session-to-session SD over the SEM, `told_sd` the session-to-session SD that the
    rules expect (1 is the truth, on average over dyads) and `assumed` that it is another
    population's, so that it holds alerts back; `phi` the correlation of successive deviations,
    `skew` their skewness (only where they are independent), `missing` the share of sessions without
    a form.
    """

    kappa: float = 1.5
    told_sd: float = 1.0
    sem_known: bool = True
    assumed: bool = False
    phi: float = 0.0
    skew: float = 0.0
    growth: Growth = LEVEL
    uneven: Unevenness | None = None
    form: Form | None = None
    missing: float = 0.0
    parts: bool = False

    @property
    def errors(self) -> Errors:
        """Return what the rules are told, in the metric of the scores."""
        unit = self.form.sd if self.form is not None else 1.0
        return Errors(unit / self.kappa if self.sem_known else None, unit * self.told_sd)
