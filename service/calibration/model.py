"""The simulated courses: stable dyads, changes, and what the rules are told. Unit: the true
session-to-session SD.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from service.alliance.course import Course, Errors, Rating, Session
from service.alliance.policy import WITHIN_SHARE, Policy
from service.scoring.alert_settings import AlertSettings
from service.scoring.instrument import (
    ChangeRule,
    Direction,
    Instrument,
    MissingRule,
    NormGroup,
    NormScale,
    Number,
    Scale,
)

TOTAL = "total"
PARTS = ("goal", "task", "bond")
PARTS_CORRELATION = 0.6
NORM_SD = 1 / WITHIN_SHARE
SYMPTOM_MEAN, SYMPTOM_SD, SYMPTOM_CHANGE, SYMPTOM_MOST = 12, 2.5, 6, 27
CEILING, CEILING_STEP, CEILING_MEAN, CEILING_SD = 5.0, 1 / 12, 4.8, 0.35


@dataclass(frozen=True, slots=True)
class World:
    """How a stable dyad's scores move, and what the rules are told of it.

    `kappa` is the true session-to-session SD over the SEM, `told_sd` the session-to-session SD that
    the rules expect (1 is the truth), `phi` the correlation of successive deviations, `missing` the
    share of sessions without a form.
    """

    kappa: float = 1.5
    told_sd: float = 1.0
    sem_known: bool = True
    phi: float = 0.0
    ceiling: bool = False
    missing: float = 0.0
    parts: bool = False

    @property
    def errors(self) -> Errors:
        """Return what the rules are told, in the metric of the scores."""
        unit = CEILING_SD if self.ceiling else 1.0
        return Errors(unit / self.kappa if self.sem_known else None, unit * self.told_sd)


class Shape(NamedTuple):
    """A change in the course: how far the score has fallen by session, the sessions that may notice
    it, a name.
    """

    title: str
    depth: float
    kind: str
    window: range

    def shift(self, session: int) -> float:
        """Return the change of the score at a session, in SDs."""
        if self.kind == "dip":
            return -self.depth if session == CHANGE else 0.0
        if self.kind == "lasting":
            return -self.depth if session >= CHANGE else 0.0
        first, last = EROSION[0], EROSION[-1]
        return -self.depth * min(max(session - first + 1, 0) / (last - first + 1), 1)

    def noticed(self, sessions: Iterable[int]) -> bool:
        """Tell whether one of some sessions lies in the window."""
        return any(session in self.window for session in sessions)


CHANGE = 8
EROSION = range(5, 13)
_AT_ONCE, _SOON = range(CHANGE, CHANGE + 1), range(CHANGE, CHANGE + 3)
SHAPES = {
    "dip_2": Shape("one-session dip of 2 SD", 2, "dip", _AT_ONCE),
    "dip_3": Shape("one-session dip of 3 SD", 3, "dip", _AT_ONCE),
    "dip_4": Shape("one-session dip of 4 SD", 4, "dip", _AT_ONCE),
    "lasting_2": Shape("lasting drop of 2 SD, within 3 sessions", 2, "lasting", _SOON),
    "lasting_3": Shape("lasting drop of 3 SD, within 3 sessions", 3, "lasting", _SOON),
    "erosion_3": Shape(
        "slow erosion to 3 SD over sessions 5 to 12, by session 12", 3, "erosion", EROSION
    ),
}


def _scale(name: str, change: ChangeRule | None = None) -> Scale:
    direction: Direction = "higher_is_better" if change is None else "higher_is_worse"
    changes = () if change is None else (change,)
    return Scale(
        id=name,
        title=name.capitalize(),
        aggregation="mean",
        metric="mean",
        direction=direction,
        missing=MissingRule(1),
        changes=changes,
    )


_ALERTS = AlertSettings(watch=(TOTAL,))
_NORM = NormGroup(
    "simulated",
    "simulated dyads",
    None,
    True,
    False,
    "normal",
    {TOTAL: NormScale(0, NORM_SD, "value")},
    "simulation",
)
ALLIANCE = Instrument(
    "alliance", "1", "", "Simulated alliance form", (), (_scale(TOTAL),), alerts=_ALERTS
)
WITH_PARTS = Instrument(
    "alliance",
    "1",
    "",
    "Simulated alliance form with subscales and a norm",
    (),
    (_scale(TOTAL), *map(_scale, PARTS)),
    norms=(_NORM,),
    alerts=_ALERTS,
)
SYMPTOMS = Instrument(
    "symptoms",
    "1",
    "",
    "Simulated symptom form",
    (),
    (_scale(TOTAL, ChangeRule("fixed", SYMPTOM_CHANGE)),),
)


def noise(rng: Random, n: int, phi: float = 0.0) -> list[float]:
    """Return n deviations of mean 0 and SD 1, each correlated `phi` with the one before (0:
    independent).
    """
    values: list[float] = []
    fresh = math.sqrt(1 - phi * phi)
    for at in range(n):
        new = rng.gauss(0, 1)
        values.append(phi * values[-1] + fresh * new if at else new)
    return values


def changed(deviations: Sequence[float], shape: Shape) -> list[float]:
    """Return the same deviations with a change in the course."""
    return [value + shape.shift(session) for session, value in enumerate(deviations, 1)]


def rounded(deviation: float) -> float:
    """Return a score of a form with answers 1 to 5 and 12 items, near its ceiling: in twelfths, at
    most 5.
    """
    return min(
        CEILING, round((CEILING_MEAN + CEILING_SD * deviation) / CEILING_STEP) * CEILING_STEP
    )


def course(scores: Sequence[float | None], world: World, policy: Policy) -> Course:
    """Return a course of one patient's form; None is a session without one."""
    sessions = tuple(
        Session(number, (_rating(ALLIANCE, "client", {TOTAL: score}),) if score is not None else ())
        for number, score in enumerate(scores, 1)
    )
    return Course(sessions, policy, norms=(), errors={"alliance": {TOTAL: world.errors}})


def observed(rng: Random, deviations: Sequence[float], world: World) -> list[float | None]:
    """Return what forms show of some deviations: cut at the ceiling, and None where a form is
    missing.
    """
    scores: list[float | None] = (
        [rounded(one) for one in deviations] if world.ceiling else list(deviations)
    )
    if world.missing:
        scores = [None if rng.random() < world.missing else score for score in scores]
    return scores


def stable_course(rng: Random, world: World, n_sessions: int, policy: Policy) -> Course:
    """Return a course in which nothing happens."""
    if world.parts:
        return course_with_parts(rng, world, n_sessions, policy)
    return course(observed(rng, noise(rng, n_sessions, world.phi), world), world, policy)


def course_with_parts(rng: Random, world: World, n_sessions: int, policy: Policy) -> Course:
    """Return a stable course of a form with three correlated subscales and a norm that the dyad
    belongs to.

    The total has SD 1 from session to session; its level is drawn so that single scores have the
    norm's SD.
    """
    common, own = PARTS_CORRELATION, 1 - PARTS_CORRELATION
    part_sd = 1 / math.sqrt(common + own / len(PARTS))
    level = rng.gauss(0, math.sqrt(NORM_SD**2 - 1))
    sessions = []
    for number in range(1, n_sessions + 1):
        shared = rng.gauss(0, math.sqrt(common))
        values = {name: level + part_sd * (shared + rng.gauss(0, math.sqrt(own))) for name in PARTS}
        values[TOTAL] = sum(values.values()) / len(PARTS)
        sessions.append(Session(number, (_rating(WITH_PARTS, "client", values),)))
    part = Errors(part_sd / world.kappa, part_sd * world.told_sd)
    errors = {"alliance": {TOTAL: world.errors, **dict.fromkeys(PARTS, part)}}
    return Course(tuple(sessions), policy, errors=errors)


def dyad_course(
    rng: Random,
    n_sessions: int,
    policy: Policy,
    correlation: float | None = None,
    symptoms: bool = False,
) -> Course:
    """Return a stable course with the therapist's form (correlated that much; None: without) and a
    symptom form.

    Everything is drawn whether it is used or not, so that one seed gives one patient's scores in
    every variant.
    """
    world = World()
    sessions = []
    for number in range(1, n_sessions + 1):
        ours, theirs, symptom = (rng.gauss(0, 1) for _ in range(3))
        ratings = [_rating(ALLIANCE, "client", {TOTAL: ours})]
        if correlation is not None:
            score = correlation * ours + math.sqrt(1 - correlation**2) * theirs
            ratings.append(_rating(ALLIANCE, "therapist", {TOTAL: score}))
        if symptoms:
            points = min(SYMPTOM_MOST, max(0, round(SYMPTOM_MEAN + SYMPTOM_SD * symptom)))
            ratings.append(_rating(SYMPTOMS, None, {TOTAL: points}))
        sessions.append(Session(number, tuple(ratings)))
    return Course(tuple(sessions), policy, norms=(), errors={"alliance": {TOTAL: world.errors}})


def _rating(instrument: Instrument, perspective: str | None, values: dict[str, float]) -> Rating:
    scores: dict[str, Number | None] = dict(values)
    return Rating(instrument, perspective, "post", scores, {})
