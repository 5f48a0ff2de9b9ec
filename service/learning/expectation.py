"""How often the alert rules are wrong at a site, and what they notice, simulated with its figures.

Courses rise, differ and hang together as the site's do, are rounded to the steps of the form and
kept within its range; sessions are missing as often as there. The rules are told the site's own
session-to-session SD and SEM (the definition's, where the site has none).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from service.alliance.policy import Policy
from service.calibration.forms import course
from service.calibration.grid import Task, batches, total
from service.calibration.model import SHAPES
from service.calibration.tally import SEVERITIES, Tally, hear
from service.calibration.worlds import World
from service.learning.estimation.lines import REFERENCE
from service.learning.figures import SeriesFigures
from service.learning.gathering import Key, Series
from service.scoring.instrument import Scale

N_SESSIONS = 12
BY_SESSIONS = (4, 6, 8, 12)
STABLE = "stable"
CHANGES = ("dip_3", "lasting_2", "erosion_3")


@dataclass(frozen=True, slots=True)
class SiteWorld:
    """How the scores of a site's patients move, in the metric of the scale.

    `even`: all patients scatter alike (SD `within`); else their variances are scaled inverse
    chi-square (`nu0`, `scale`), but for a share of patients that is `still`. `step` is the
    smallest difference of two scores, 0 where unknown.
    """

    level: float
    level_sd: float
    growth: float
    within: float
    sem: float | None = None
    slope_sd: float = 0.0
    covariance: float = 0.0
    rho: float = 0.0
    even: bool = True
    nu0: float = 0.0
    scale: float = 0.0
    missing: float = 0.0
    still: float = 0.0
    lowest: float = -math.inf
    highest: float = math.inf
    step: float = 0.0

    def told(self) -> World:
        """Return what the rules are told, in units of the session-to-session SD."""
        if self.sem is None or self.sem >= self.within:
            return World(sem_known=False)
        return World(kappa=self.within / self.sem)


def site_world(figures: SeriesFigures, series: Series) -> SiteWorld | None:
    """Return the world of a series; None where level, scatter or growth were refused.

    What only larger sites tell (how patients differ in growth and scatter, correlation) is left
    out where it was refused.
    """
    first = [figures.value(name) for name in ("level", "level_sd", "growth", "within_person_sd")]
    level, level_sd, growth, within = first
    if level is None or level_sd is None or growth is None or not within:
        return None
    even = figures.value("nu0") is None or figures.value("scale") is None
    second = {
        member: figures.value(name) or 0.0
        for member, name in (
            ("slope_sd", "slope_sd"),
            ("covariance", "level_slope_covariance"),
            ("rho", "residual_autocorrelation"),
            ("nu0", "nu0"),
            ("scale", "scale"),
            ("missing", "missing"),
            ("still", "still_share"),
        )
    }
    low, high = series.limits or (-math.inf, math.inf)
    return SiteWorld(
        level,
        level_sd,
        growth,
        within,
        told_sem(figures, series.scale),
        even=even,
        lowest=low,
        highest=high,
        step=series.step,
        **second,
    )


def told_sem(figures: SeriesFigures, scale: Scale) -> float | None:
    """Return the SEM that the rules are told with a site's overlay: the site's, or else that of the
    definition.
    """
    if figures.sem is not None:
        return figures.sem
    return scale.precision.sem if scale.precision is not None else None


def scores(draw: Random, world: SiteWorld, shape: str | None = None) -> list[float | None]:
    """Return the scores of one course, None where a form is missing; with a change of some shape,
    in session-to-session SDs.
    """
    sigma, line = _scatter(draw, world), _line(draw, world)
    residual = draw.gauss(0, 1)
    fresh = math.sqrt(1 - world.rho * world.rho)
    found: list[float | None] = []
    for session in range(1, N_SESSIONS + 1):
        if session > 1:
            residual = world.rho * residual + fresh * draw.gauss(0, 1)
        value = line[0] + line[1] * (session - REFERENCE) + sigma * residual
        if shape is not None:
            value += world.within * SHAPES[shape].shift(session)
        if world.step:
            value = round(value / world.step) * world.step
        is_missing = draw.random() < world.missing
        found.append(None if is_missing else min(max(value, world.lowest), world.highest))
    return found


def _line(draw: Random, world: SiteWorld) -> tuple[float, float]:
    level = draw.gauss(0, 1)
    other = draw.gauss(0, 1)
    shared = 0.0
    if world.level_sd > 0 and world.slope_sd > 0:
        shared = world.covariance / (world.level_sd * world.slope_sd)
        shared = min(max(shared, -1.0), 1.0)
    slope = shared * level + math.sqrt(1 - shared * shared) * other
    return world.level + world.level_sd * level, world.growth + world.slope_sd * slope


def _scatter(draw: Random, world: SiteWorld) -> float:
    """Return one patient's SD; none exceeds half the range (Popoviciu 1935)."""
    if world.even:
        return world.within
    if draw.random() < world.still:
        return 0.0
    sigma = world.scale * math.sqrt(world.nu0 / draw.gammavariate(world.nu0 / 2, 2))
    return min(sigma, (world.highest - world.lowest) / 2)


def count(world: SiteWorld, shape: str | None, draw: Random, n_series: int) -> Tally:
    """Count the courses in which each severity came up: by its first session where nothing
    changes, else within the window of the change.
    """
    tally: Tally = Counter()
    told, policy = world.told(), Policy()
    for _ in range(n_series):
        shown = [None if one is None else one / world.within for one in scores(draw, world, shape)]
        heard = hear(course(shown, told, policy))
        tally["series", 0] += 1
        for severity in SEVERITIES:
            sessions = heard.sessions(severity)
            if shape is None and sessions:
                tally[severity, sessions[0]] += 1
            elif shape is not None:
                tally[severity, 0] += SHAPES[shape].noticed(sessions)
    return tally


def tasks(worlds: Mapping[Key, SiteWorld], n_series: int) -> list[Task]:
    """Return the batches of all series, stable and with each change, seeds of their own."""
    return [
        task
        for key, world in worlds.items()
        for shape in (None, *CHANGES)
        for task in batches((key, shape or STABLE), partial(count, world, shape), n_series)
    ]


def rates(key: Key, found: Mapping[Any, Iterable[Tally]]) -> dict[str, Any]:
    """Return the percentages of one series: false signals by session, and changes noticed."""
    stable = total(found[key, STABLE])
    changed = {shape: total(found[key, shape]) for shape in CHANGES}
    n_courses = stable["series", 0]
    return {
        "n_courses": n_courses,
        "stable": {
            severity: {str(by): _by(stable, severity, by) for by in BY_SESSIONS}
            for severity in SEVERITIES
        },
        "changes": {
            shape: {name: _percent(one[name, 0], n_courses) for name in SEVERITIES}
            for shape, one in changed.items()
        },
    }


def _by(tally: Tally, severity: str, session: int) -> float:
    met = sum(n for (name, first), n in tally.items() if name == severity and first <= session)
    return _percent(met, tally["series", 0])


def _percent(n: int, of: int) -> float:
    return round(100 * n / of, 1)
