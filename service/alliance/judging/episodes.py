"""One open alert per rater: opened by a watch or alert, updated, and followed until mended or its
window ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from service.alliance.finding import Finding, worse, worst
from service.alliance.rules.battery import Battery
from service.alliance.rules.direct import TENSION
from service.alliance.rules.level import early_target, is_low
from service.alliance.series.series import Point, Series
from service.scoring.sums import meets

OPEN, PROVISIONAL, REPAIRED, PARTIAL, UNRESOLVED = (
    "open",
    "provisional",
    "repaired",
    "partial",
    "unresolved",
)
HALF = 0.5


@dataclass(slots=True)
class Outcome:
    """A repair state reached in a session."""

    state: str
    episode: "Episode"
    evidence: dict[str, Any]


@dataclass(slots=True)
class Episode:
    """An alert with its story. `baseline`, `target` and `low` are scores with higher always better.

    `target` is the score from which the alliance counts as back: baseline - margin after a drop,
    the early limit after a weak start (see `is_back` for a score right at it), None where only a
    direct report or silence opened the episode.
    """

    id: str
    perspective: str
    series: Series
    opened: Point
    opened_session: int
    severity: str
    baseline: float | None
    target: float | None
    updated: int
    opened_by_fall: bool  # not by the score's level, a report or silence
    battery: Battery  # the rules that it was judged by
    rules: dict[str, list[int]] = field(default_factory=dict)
    status: str = OPEN
    closed: int | None = None
    low: float = 0.0
    later: list[Point] = field(default_factory=list)
    first_back: int | None = None
    confirmed: int | None = None
    relapse_of: str | None = None
    reported: int | None = None
    denied: bool = False  # reported by denying tension, not by calling it mended
    events: tuple[tuple[int, str], ...] = ()  # shortly before or with the opening, by session
    before: tuple[Point, ...] = ()  # what the opening score was compared with
    back_late: Point | None = None  # the score before, where it was back after the end
    late_return: int | None = None

    @property
    def ended_low(self) -> bool:
        """Whether it ended without a full return."""
        return self.status in (PARTIAL, UNRESOLVED)

    def told_before(self, session: int) -> bool:
        """Tell whether tension was reported outright in an earlier session."""
        return any(earlier < session for earlier in self.rules.get(TENSION.id, ()))

    def is_recovering(self, point: Point) -> bool:
        """Tell whether a score is on its way back: risen, and at least half of the fall
        regained.
        """
        if self.baseline is None or point.previous is None or point.y <= point.previous.y:
            return False
        return meets(point.y, ">=", self.low + HALF * (self.baseline - self.low))

    def is_back(self, point: Point) -> bool:
        """Tell whether a score counts as back: at the target, or after a weak start no longer
        low.
        """
        if self.baseline is None:
            return self.target is not None and not is_low(point, self.series)
        return self.target is not None and meets(point.y, ">=", self.target)

    def update(self, session: int, severity: str, causes: tuple[str, ...]) -> None:
        """Add a session's firings."""
        self.updated = session
        self.severity = worst(self.severity, severity)
        for rule in causes:
            self.rules.setdefault(rule, []).append(session)

    def note(self, session: int, rules: Iterable[str]) -> None:
        """Add what was beside the score in a session, whether or not it changed the signal."""
        for rule in rules:
            sessions = self.rules.setdefault(rule, [])
            if session not in sessions:
                sessions.append(session)
                self.updated = session

    def follow(self, point: Point) -> Outcome | None:
        """Take a later score of the series and return the repair state that it completes, if
        any.
        """
        window = self.series.policy.repair_window
        was_back = bool(self.later) and self.is_back(self.later[-1])
        self.later.append(point)
        self.low = min(self.low, point.y)
        if self.is_back(point):
            if was_back:
                self.confirmed = point.session
                return self._close(REPAIRED, "P02", point)
            self.status = PROVISIONAL
            outcome = None
            if self.first_back is None:
                self.first_back = point.session
                outcome = self._outcome("P01", point)
            return (
                self._close(PROVISIONAL, None, point) or outcome
                if len(self.later) >= window
                else outcome
            )
        if self.status == PROVISIONAL:
            self.status = OPEN
        return self.end(point.session) if len(self.later) >= window else None

    def follow_late(self, point: Point) -> Outcome | None:
        """Take a score after an end without a full return, and return the late one (P07) that it
        completes: two running that are back.
        """
        earlier, self.back_late = self.back_late, point if self.is_back(point) else None
        if earlier is None or self.back_late is None:
            return None
        self.late_return = point.session
        self._came_back()
        return self._outcome("P07", point)

    def end(self, session: int) -> Outcome | None:
        """Close the episode where its window, phase or treatment ends, with the state it has
        reached.
        """
        last = self.later[-1] if self.later else self.opened
        if self.is_back(last):
            return self._close(PROVISIONAL, None, last, session)
        if self.first_back is not None:
            return self._close(PARTIAL, None, last, session)
        if (
            self.later
            and self.baseline is not None
            and meets(last.y, ">=", self.opened.y + HALF * (self.baseline - self.opened.y))
        ):
            return self._close(PARTIAL, "P03", last, session)
        if self.target is None:
            return self._close(OPEN, None, last, session)
        if self.opened_by_fall:  # a level that merely lasts is nothing new
            self.severity = worse(self.severity)
        self.updated = session
        return self._close(UNRESOLVED, "P04", last, session)

    def _close(
        self, status: str, state: str | None, point: Point, session: int | None = None
    ) -> Outcome | None:
        if status in (REPAIRED, PROVISIONAL):
            self._came_back()
        self.status = status
        self.closed = session if session is not None else point.session
        return self._outcome(state, point) if state is not None else None

    def _came_back(self) -> None:
        if self.opened_by_fall and self.target is not None:
            self.series.came_back(self.target)

    def _outcome(self, state: str, point: Point) -> Outcome:
        return Outcome(state, self, self.repair(point))

    def repair(self, point: Point | None = None) -> dict[str, Any]:
        """Return the evidence of the repair, as the scale prints its scores."""
        series, latest = self.series, point or (self.later[-1] if self.later else None)
        fall = self.baseline - self.opened.y if self.baseline is not None else None
        regained = None
        if latest is not None and fall:
            regained = (latest.y - self.opened.y) / fall
        return {
            "baseline": series.natural(self.baseline),
            "margin": series.model.margin,
            "target": series.natural(self.target),
            "score_at_opening": self.opened.value,
            "latest_session": latest.session if latest is not None else None,
            "latest_score": latest.value if latest is not None else None,
            "recovered_fraction": regained,
            "provisional_session": self.first_back,
            "confirmed_session": self.confirmed,
            "sessions_to_repair": self.confirmed - self.opened.session
            if self.confirmed is not None
            else None,
            "reported_session": self.reported,
            "late_return_session": self.late_return,
            "n_sessions_observed": len(self.later),
            "window": series.policy.repair_window,
        }


def open_episode(
    perspective: str,
    point: Point,
    series: Series,
    causes: tuple[str, ...],
    severity: str,
    session: int,
    battery: Battery,
) -> Episode:
    """Open an episode on the series whose signal, with what was added to it, reached watch."""
    fell = not battery.drops.isdisjoint(causes)
    margin = series.model.margin
    baseline = _earlier_level(point, margin or 0.0, series) if point.summary.m and fell else None
    target: float | None = None
    if baseline is not None and margin is not None:
        target = baseline - margin
    elif not battery.levels.isdisjoint(causes):
        target = early_target(series)
    identity = f"{perspective}-{session}"
    episode = Episode(
        identity,
        perspective,
        series,
        point,
        session,
        severity,
        baseline,
        target,
        session,
        fell,
        battery,
        low=point.y,
        before=tuple(series.compared) if fell else (),
    )
    episode.update(session, severity, causes)
    if fell and target is not None:
        series.fell_below(target)
    return episode


def _earlier_level(point: Point, margin: float, series: Series) -> float:
    """Return the level that a fall is measured from: the mean of the earlier scores, or where they
    had risen above it by more than the margin, what was expected less the margin. A trend can lead
    beyond the scale, where no score comes back to.
    """
    mean = point.summary.mean
    if point.prediction is None:
        return mean
    expected = point.prediction.expected
    if series.best is not None:
        expected = min(expected, series.sign * series.best)
    return max(mean, expected - margin)


def relapse(episode: Episode, session: int, opened: Episode) -> Finding:
    """Tell whether an episode that opens with a drop follows a confirmed repair within the relapse
    window (P05).
    """
    assert episode.confirmed is not None
    window = episode.series.policy.relapse_window
    soon = session - episode.confirmed <= window and opened.opened_by_fall
    evidence = {"episode": episode.id, "repaired_session": episode.confirmed}
    return Finding(soon, None, session - episode.confirmed, window, None, evidence)
