"""One rater's scores on one scale, session by session, and the view of each that the rules
share.
"""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from service.alliance.course import Rating
from service.alliance.policy import Policy
from service.alliance.series.baseline import (
    Baseline,
    Prediction,
    Spread,
    Summary,
    control_limit,
    predict,
    unusual_level,
)
from service.alliance.series.watched_scale import Standard
from service.scoring.instrument import Number

WHOLE = 1e-9
ROUNDING = 20
"""Forms with one answer throughout move by whole steps: their variance is larger by step² over
this, an engineering choice near the 12 of plain rounding (Sheppard 1898).
"""
RECENT = 4
"""Scores that rules look back on: three falls in a row."""
EARLY_SESSIONS = range(1, 6)
EARLY_CORE = range(3, 6)


class Parts(NamedTuple):
    """The subscale scores of a form beside a watched score; `n_unjudged` more have no SEM."""

    judged: "list[tuple[Point, Series]]"
    n_unjudged: int


NO_PARTS = Parts([], 0)


@dataclass(slots=True)
class Point:
    """One score in its series. `y` is the score with higher always better, so that a drop is a
    decrease of y.
    """

    session: int
    phase: int
    in_phase: int  # the session's number counted from the phase's start
    time: float  # how far growth has come by then, see Policy.time
    value: Number
    y: float
    previous: "Point | None"  # the previous available score of the phase
    summary: Summary
    prediction: Prediction | None  # against the dyad's own trend
    unusual: str | None  # for this dyad: `watch`, `alert` or `strong`
    growth: Prediction | None  # against the growth that dyads show
    control_limit: float | None  # of the individuals chart, higher always better
    cusum: float | None
    cusum_before: float
    rating: Rating
    straight: bool  # all answers are the same one, so that the score moves by whole answers
    parts: Parts = NO_PARTS
    fell: bool = False  # unusual, and a fall beyond measurement error
    dropped: bool = False  # an alert by its drop, so that it stays out of the baseline

    @property
    def drop(self) -> float | None:
        """How far the score fell since the previous one."""
        return self.previous.y - self.y if self.previous is not None else None

    @property
    def gap(self) -> int:
        """How many session numbers after the previous score it stands, 1 for the first."""
        return self.session - self.previous.session if self.previous is not None else 1


def no_prediction(point: Point, series: "Series") -> str:
    """Return why a score could not be held against what earlier ones let expect."""
    if point.summary.m < series.policy.baseline_needed:
        return "baseline_too_short"
    return "no_within_person_sd"


Noted = tuple[int, int, Number]
"""Session, phase and value of a score that no rule can judge, or that came at intake."""


class Series(Standard):
    """Follows one series: call `arrive` with each score, then `settle` once its level is known."""

    def __init__(self, standard: Standard, phase: int = 1, phase_start: int = 1) -> None:
        self._adopt(standard)
        self.points: list[Point] = []
        self.noted: list[Noted] = []
        self.scores: dict[int, float] = {}  # of the phase, by session
        self.recent: deque[Point] = deque(maxlen=RECENT)
        self.early: list[Point] = []
        self.at_best = 0
        self.phase = phase
        self.phase_start = phase_start
        self.own_scores = 0  # of the phase before the one at hand, whatever they are compared with
        self.compared: list[Point] = []  # those that the next score is compared with
        self.not_yet_back: float | None = None  # target of a fall that has not come back to it
        self.before: Summary | None = None  # where the phase before stood
        self._n_straight = self._n_forms = 0  # of the phase
        self._spread = _spread(standard)
        self._baseline = Baseline()
        self._cusum = 0.0

    def summary(self) -> Summary:
        """Return the sessions that the next score will be compared with, in figures."""
        return self._baseline.summary()

    def begin_phase(self, phase: int, session: int) -> None:
        """Forget what earlier sessions were compared with: another therapist is another
        relationship.
        """
        summary = self.summary()
        self.before = summary if summary.m else self.before
        self.not_yet_back = None
        self.own_scores = 0
        self.phase = phase
        self.phase_start = session
        self.recent.clear()
        self.scores = {}
        self.early = []
        self.at_best = 0
        self._n_straight = self._n_forms = 0
        self.restart(())

    def restart(self, points: "tuple[Point, ...] | list[Point]") -> None:
        """Compare later sessions with these ones only."""
        self._baseline = Baseline()
        self._cusum = 0.0
        self.compared = list(points)
        for point in points:
            self._baseline.add(point.session, point.time, point.y)

    def fell_below(self, target: float) -> None:
        """Remember the score, higher always better, from which a fall counts as made good."""
        known = self.not_yet_back
        self.not_yet_back = target if known is None else max(known, target)

    def came_back(self, target: float) -> None:
        """Forget the falls that a return to this score makes good."""
        if self.not_yet_back is not None and target >= self.not_yet_back:
            self.not_yet_back = None

    @property
    def ends(self) -> tuple[tuple[int, Number], tuple[int, Number]]:
        """Session and value of the first score and of the last, judged or only noted."""
        scores = [(session, value) for session, _, value in self.noted]
        scores += [(point.session, point.value) for point in self.points]  # noted: only at intake
        return scores[0], scores[-1]

    def arrive(self, session: int, rating: Rating, value: Number) -> Point:
        """Return the view of a new score. Everything in it rests on this session and earlier
        ones.
        """
        recent = self.recent
        in_phase = session - self.phase_start + 1
        point = Point(
            session,
            self.phase,
            in_phase,
            self.policy.time(in_phase),
            value,
            self.sign * value,
            recent[-1] if recent else None,
            self._baseline.summary(),
            None,
            None,
            None,
            None,
            None,
            self._cusum,
            rating,
            self.is_watched and self.step is not None and is_straight(rating, self),
        )
        if point.summary.m >= self.policy.baseline_needed and not self.only_direct:
            self._compare(point)
        self._n_forms += 1
        self._n_straight += point.straight
        self.points.append(point)
        recent.append(point)
        self.scores[session] = point.y
        if in_phase in EARLY_SESSIONS:
            self.early.append(point)
        self.at_best = self.at_best + 1 if self.best is not None and value == self.best else 0
        return point

    def _compare(self, point: Point) -> None:
        """Hold a score against the earlier ones of its phase."""
        policy, margin, summary = self.policy, self.model.margin, point.summary
        if margin is None:
            return
        point.control_limit = control_limit(summary, policy.chart_limit, margin)
        spread = self._spread[point.straight and 2 * self._n_straight >= self._n_forms]
        if spread is None:
            return
        now = summary, point.time, point.y
        point.prediction = predict(*now, policy.own_trend, spread, policy.prior_df)
        if not self.is_watched:  # R10 asks no more of a subscale
            return
        point.unusual = unusual_level(point.prediction, policy)
        point.growth = predict(*now, policy.growth, spread, policy.prior_df)
        point.cusum = cusum(self._cusum, point.growth.t, point.gap, policy)

    def settle(self, point: Point) -> None:
        """Take the judged score into what later ones are compared with."""
        self.own_scores += 1
        if not (point.dropped and self.policy.leave_out_alerts):
            self._baseline.add(point.session, point.time, point.y)
            self.compared.append(point)
        if point.cusum is not None:
            signalled = point.cusum > self.policy.cusum_limit
            self._cusum = 0.0 if signalled and self.policy.reset_cusum else point.cusum


def cusum(before: float, t: float, gap: int, policy: Policy) -> float:
    """Return the cumulative sum after a score: max(0, C + min(T, cap) − slack), with less slack
    after missed sessions.

    A score that takes the sum over its limit almost alone leaves it at the limit: the next low one
    completes it, so that one score is never called lasting.
    """
    limit = policy.cusum_limit
    total = max(0.0, before + min(t, policy.cusum_cap * limit) - policy.slack(gap))
    return min(total, limit) if before < policy.cusum_earlier * limit else total


def is_straight(rating: Rating, standard: Standard) -> bool:
    """Tell whether all answers that were given to a scale are the same one; of a score without
    answers, whether it is one that such forms have. The scale must have a step.
    """
    answers, scale = rating.answers, standard.scale
    if answers is not None:
        first = None
        for place in scale.items:
            answer = answers[place]
            if first is None:
                first = answer
            elif answer is not None and answer != first:
                return False
        return first is not None
    limits, step, value = standard.model.limits, standard.step, rating.values[scale.id]
    assert limits is not None
    assert step is not None
    assert value is not None
    steps = (value - limits[0]) / step
    return abs(steps - round(steps)) < WHOLE


def _spread(standard: Standard) -> tuple[Spread | None, Spread | None]:
    """Return how much scores move by themselves, and the same while forms are straight."""
    within, margin = standard.within_person_sd, standard.model.margin
    if within is None or margin is None:
        return None, None
    plain, step = Spread(within, margin), standard.step
    if step is None:
        return plain, plain
    return plain, plain._replace(coarse=step * step / ROUNDING)
