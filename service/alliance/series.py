"""One rater's scores on one scale, session by session, and the view of each that the rules share."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from service.alliance.baseline import Baseline, Prediction, Summary, predict
from service.alliance.course import Rating
from service.alliance.errors import ErrorModel
from service.alliance.policy import Policy
from service.scoring.instrument import Cutoff, Instrument, Number, Scale
from service.scoring.scales import Respondent

RANGES_NEEDED = 4
RECENT = 6
"""Scores that rules look back on: three before and three after a step."""
STEP_Z = 1.96
EARLY_SESSIONS = range(1, 6)
EARLY_CORE = range(3, 6)


class Key(NamedTuple):
    """What makes scores one series. Different timings and forms are never mixed."""

    perspective: str
    instrument: str
    timing: str
    scale: str


@dataclass(slots=True)
class Point:
    """One score in its series. `y` is the score with higher always better, so that a drop is a decrease of y."""

    session: int
    phase: int
    in_phase: int  # the session's number counted from the phase's start
    value: Number
    y: float
    previous: "Point | None"  # the previous available score of the phase
    summary: Summary
    prediction: Prediction | None
    cusum: float | None
    cusum_before: float
    rating: Rating
    level: str = "none"
    dropped: bool = False  # an alert by its drop, so that it stays out of the baseline

    @property
    def drop(self) -> float | None:
        """How far the score fell since the previous one."""
        return self.previous.y - self.y if self.previous is not None else None


class Noted(NamedTuple):
    """A score that no rule can judge."""

    session: int
    phase: int
    value: Number


class Series:
    """Follows one series: call `arrive` with each score, then `settle` once its level is known."""

    def __init__(
        self, key: Key, instrument: Instrument, scale: Scale, model: ErrorModel, policy: Policy, respondent: Respondent
    ) -> None:
        self.key = key
        self.instrument = instrument
        self.scale = scale
        self.is_watched = key.scale in watched_scales(instrument)
        self.model = model
        self.policy = policy
        self.sign = 1 if scale.direction == "higher_is_better" else -1
        self.sem = model.sem.value if model.sem is not None else None
        self.within_person_sd = model.within_person_sd.value if model.within_person_sd is not None else None
        self.best = model.limits[self.sign > 0] if model.limits is not None else None
        self.cutoffs = _low_cutoffs(instrument, scale, respondent)
        self.settings: dict[str, Any] = instrument.alerts.get("parameters", {}).get(scale.id, {})
        self.points: list[Point] = []
        self.noted: list[Noted] = []
        self.scores: dict[int, float] = {}  # of the phase, by session
        self.recent: deque[Point] = deque(maxlen=RECENT)
        self.early: list[Point] = []
        self.at_best = 0
        self.phase = 0
        self.phase_start = 1
        self._baseline = Baseline()
        self._cusum = 0.0
        self.step_cutoff = STEP_Z * math.sqrt(2) * self.sem if self.sem is not None else None
        self.is_judged = self.is_watched or self.sem is not None  # of a subscale R10 needs the SEM
        self.plan: Any = None  # which rules can speak on it, see signals.plan

    def summary(self) -> Summary:
        """Return the sessions that the next score will be compared with, in figures."""
        return self._baseline.summary()

    @property
    def last(self) -> Point | None:
        """The latest score of the current phase."""
        return self.recent[-1] if self.recent else None

    def begin_phase(self, phase: int, session: int) -> None:
        """Forget what earlier sessions were compared with: another therapist is another relationship."""
        self.phase = phase
        self.phase_start = session if phase > 1 else 1
        self.recent.clear()
        self.scores = {}
        self.early = []
        self.at_best = 0
        self.restart(())

    def restart(self, points: "tuple[Point, ...] | list[Point]") -> None:
        """Compare later sessions with these ones only."""
        self._baseline = Baseline()
        self._cusum = 0.0
        for point in points:
            self._baseline.add(point.session, point.y)

    @property
    def scored(self) -> "Sequence[Point | Noted]":
        """Every score, judged or only noted."""
        return self.points or self.noted

    def note(self, session: int, value: Number) -> None:
        """Keep a score that is not judged."""
        self.noted.append(Noted(session, self.phase, value))

    def arrive(self, session: int, rating: Rating, value: Number) -> Point:
        """Return the view of a new score. Everything in it rests on this session and earlier ones."""
        y = self.sign * value
        summary = self._baseline.summary()
        prediction = None
        cusum = None
        if summary.m >= 3 and self.within_person_sd is not None and self.model.margin is not None:
            prediction = predict(summary, y, self.within_person_sd, self.policy.prior_df, self.model.margin)
            cusum = max(0.0, self._cusum + prediction.t - self.policy.cusum_slack)
        in_phase = session - self.phase_start + 1
        point = Point(
            session, self.phase, in_phase, value, y, self.last, summary, prediction, cusum, self._cusum, rating
        )
        self.points.append(point)
        self.recent.append(point)
        self.scores[session] = y
        if in_phase in EARLY_SESSIONS:
            self.early.append(point)
        self.at_best = self.at_best + 1 if self.best is not None and value == self.best else 0
        return point

    def settle(self, point: Point) -> None:
        """Take the judged score into what later ones are compared with."""
        if not (point.dropped and self.policy.leave_out_alerts):
            self._baseline.add(point.session, point.y)
        if point.cusum is not None:
            signalled = point.cusum > self.policy.cusum_limit
            self._cusum = 0.0 if signalled and self.policy.reset_cusum else point.cusum

    def natural(self, y: float | None) -> float | None:
        """Return an oriented figure as the scale prints it."""
        return None if y is None else self.sign * y or 0.0  # never -0.0


def watched_scales(instrument: Instrument) -> tuple[str, ...]:
    """Return the scales of an alliance form that the rules watch: the total unless its definition names others."""
    return tuple(instrument.alerts.get("watch") or ("total",))


def _low_cutoffs(instrument: Instrument, scale: Scale, respondent: Respondent) -> list[Cutoff]:
    """Return the cut-offs that mark a poor score, of the system that the definition names or of all."""
    named = instrument.alerts.get("parameters", {}).get(scale.id, {}).get("cutoff")
    poor = ("<", "<=") if scale.direction == "higher_is_better" else (">", ">=")
    return [
        cutoff
        for cutoff in scale.cutoffs
        if cutoff.op in poor and named in (None, cutoff.system) and cutoff.applies_to.fits(*respondent)
    ]
