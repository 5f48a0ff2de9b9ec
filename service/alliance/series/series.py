"""One rater's scores on one scale, session by session, and the view of each that the rules
share.
"""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from service.alliance.course import Rating
from service.alliance.series.baseline import (
    BASELINE_NEEDED,
    Baseline,
    Prediction,
    Summary,
    control_limit,
    predict,
    unusual_level,
)
from service.alliance.series.watched_scale import Standard
from service.scoring.instrument import Number

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
    value: Number
    y: float
    previous: "Point | None"  # the previous available score of the phase
    summary: Summary
    prediction: Prediction | None
    unusual: str | None  # for this dyad: `watch`, `alert` or `strong`
    control_limit: float | None  # of the individuals chart, higher always better
    cusum: float | None
    cusum_before: float
    rating: Rating
    parts: Parts = NO_PARTS
    dropped: bool = False  # an alert by its drop, so that it stays out of the baseline

    @property
    def drop(self) -> float | None:
        """How far the score fell since the previous one."""
        return self.previous.y - self.y if self.previous is not None else None


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
        self.restart(())

    def restart(self, points: "tuple[Point, ...] | list[Point]") -> None:
        """Compare later sessions with these ones only."""
        self._baseline = Baseline()
        self._cusum = 0.0
        self.compared = list(points)
        for point in points:
            self._baseline.add(point.session, point.y)

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
        policy, margin, recent = self.policy, self.model.margin, self.recent
        y = self.sign * value
        summary = self._baseline.summary()
        prediction = unusual = limit = cusum = None
        if summary.m >= BASELINE_NEEDED and margin is not None and not self.only_direct:
            limit = control_limit(summary, policy.chart_limit, margin)
            if self.within_person_sd is not None:
                prediction = predict(summary, y, self.within_person_sd, policy.prior_df, margin)
                unusual = unusual_level(prediction, policy)
                cusum = max(0.0, self._cusum + prediction.t - policy.cusum_slack)
        in_phase = session - self.phase_start + 1
        previous = recent[-1] if recent else None
        point = Point(
            session,
            self.phase,
            in_phase,
            value,
            y,
            previous,
            summary,
            prediction,
            unusual,
            limit,
            cusum,
            self._cusum,
            rating,
        )
        self.points.append(point)
        recent.append(point)
        self.scores[session] = y
        if in_phase in EARLY_SESSIONS:
            self.early.append(point)
        self.at_best = self.at_best + 1 if self.best is not None and value == self.best else 0
        return point

    def settle(self, point: Point) -> None:
        """Take the judged score into what later ones are compared with."""
        self.own_scores += 1
        if not (point.dropped and self.policy.leave_out_alerts):
            self._baseline.add(point.session, point.y)
            self.compared.append(point)
        if point.cusum is not None:
            signalled = point.cusum > self.policy.cusum_limit
            self._cusum = 0.0 if signalled and self.policy.reset_cusum else point.cusum
