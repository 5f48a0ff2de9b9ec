"""The simulated courses: stable dyads and changes. Unit: the session-to-session SD of dyads."""

import math
from collections.abc import Iterable, Sequence
from random import Random
from typing import NamedTuple

from service.alliance.course import Course, Errors, Session
from service.alliance.policy import Policy
from service.calibration.forms import (
    ALLIANCE,
    NORM_SD,
    PARTS,
    SYMPTOMS,
    TOTAL,
    WITH_PARTS,
    course,
    rating,
)
from service.calibration.worlds import World

PARTS_CORRELATION = 0.6
SYMPTOM_MEAN, SYMPTOM_SD, SYMPTOM_MOST = 12, 2.5, 27
CHANGE = 8
SOON = 3
"""Sessions within which a lasting drop is to be noticed, the first included."""
EROSION = range(5, 13)


class Shape(NamedTuple):
    """A change in the course: its name, how far the score has fallen in the end, its kind and its
    first session.
    """

    title: str
    depth: float
    kind: str
    at: int = CHANGE

    @property
    def window(self) -> range:
        """The sessions that may notice it."""
        if self.kind == "erosion":
            return EROSION
        return range(self.at, self.at + (SOON if self.kind == "lasting" else 1))

    def shift(self, session: int) -> float:
        """Return the change of the score at a session, in SDs."""
        if self.kind == "dip":
            return -self.depth if session == self.at else 0.0
        if self.kind == "lasting":
            return -self.depth if session >= self.at else 0.0
        first, last = EROSION[0], EROSION[-1]
        return -self.depth * min(max(session - first + 1, 0) / (last - first + 1), 1)

    def noticed(self, sessions: Iterable[int]) -> bool:
        """Tell whether one of some sessions lies in the window."""
        return any(session in self.window for session in sessions)


SHAPES = {
    "dip_2": Shape("one-session dip of 2 SD", 2, "dip"),
    "dip_3": Shape("one-session dip of 3 SD", 3, "dip"),
    "dip_4": Shape("one-session dip of 4 SD", 4, "dip"),
    "lasting_2": Shape("lasting drop of 2 SD, within 3 sessions", 2, "lasting"),
    "lasting_3": Shape("lasting drop of 3 SD, within 3 sessions", 3, "lasting"),
    "erosion_3": Shape("slow erosion to 3 SD over sessions 5 to 12, by session 12", 3, "erosion"),
}


def noise(rng: Random, n: int, phi: float = 0.0, skew: float = 0.0) -> list[float]:
    """Return n deviations of mean 0 and SD 1: normal, each correlated `phi` with the one before
    (0: independent), or independent ones from a gamma distribution of this skewness.
    """
    if skew:
        shape = 4 / (skew * skew)
        sign = math.copysign(1 / math.sqrt(shape), skew)
        return [sign * (rng.gammavariate(shape, 1) - shape) for _ in range(n)]
    values: list[float] = []
    fresh = math.sqrt(1 - phi * phi)
    for at in range(n):
        new = rng.gauss(0, 1)
        values.append(phi * values[-1] + fresh * new if at else new)
    return values


def changed(deviations: Sequence[float], shape: Shape) -> list[float]:
    """Return the same deviations with a change in the course."""
    return [value + shape.shift(session) for session, value in enumerate(deviations, 1)]


def moved(rng: Random, world: World, n_sessions: int) -> list[float]:
    """Return the deviations of one dyad from its level, with what its scores rise by themselves."""
    deviations = noise(rng, n_sessions, world.phi, world.skew)
    if world.uneven is not None:
        sd = world.uneven.draw(rng)
        deviations = [sd * one for one in deviations]
    growth = world.growth
    if growth.mean or growth.sd:
        risen = growth.risen(rng.gauss(growth.mean, growth.sd), n_sessions)
        deviations = [one + more for one, more in zip(deviations, risen, strict=True)]
    return deviations


def observed(rng: Random, deviations: Sequence[float], world: World) -> list[float | None]:
    """Return what forms show of some deviations: in steps and within the range, and None where a
    form is missing.
    """
    scores: list[float | None] = list(deviations)
    form = world.form
    if form is not None:
        level = rng.gauss(form.level, form.level_sd)
        scores = [form.shown(level, one) for one in deviations]
    if world.missing:
        scores = [None if rng.random() < world.missing else score for score in scores]
    return scores


def stable_course(rng: Random, world: World, n_sessions: int, policy: Policy) -> Course:
    """Return a course in which nothing happens."""
    if world.parts:
        return course_with_parts(rng, world, n_sessions, policy)
    return course(observed(rng, moved(rng, world, n_sessions), world), world, policy)


def changed_course(
    rng: Random, world: World, n_sessions: int, shape: Shape, policy: Policy
) -> Course:
    """Return a course with a change."""
    deviations = changed(moved(rng, world, n_sessions), shape)
    return course(observed(rng, deviations, world), world, policy)


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
        sessions.append(Session(number, (rating(WITH_PARTS, "client", values),)))
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
        ratings = [rating(ALLIANCE, "client", {TOTAL: ours})]
        if correlation is not None:
            score = correlation * ours + math.sqrt(1 - correlation**2) * theirs
            ratings.append(rating(ALLIANCE, "therapist", {TOTAL: score}))
        if symptoms:
            points = min(SYMPTOM_MOST, max(0, round(SYMPTOM_MEAN + SYMPTOM_SD * symptom)))
            ratings.append(rating(SYMPTOMS, None, {TOTAL: points}))
        sessions.append(Session(number, tuple(ratings)))
    return Course(tuple(sessions), policy, norms=(), errors={"alliance": {TOTAL: world.errors}})
