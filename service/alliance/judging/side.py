"""One rater's side of a course, with the episodes so far."""

from dataclasses import dataclass, field

from service.alliance.course import Session
from service.alliance.finding import RANK, STRAINED
from service.alliance.judging import fit
from service.alliance.judging.episodes import UNRESOLVED, Episode
from service.alliance.rules import dyad
from service.alliance.rules.battery import Battery
from service.alliance.rules.hearing import Rater
from service.alliance.series.scored import Scored


@dataclass(slots=True)
class Side(Rater):
    """One rater: the scores of the session at hand, what the session before said, and the episodes
    so far.
    """

    episodes: list[Episode] = field(default_factory=list)
    ended_low: list[Episode] = field(default_factory=list)  # of the phase, not back since

    @property
    def open(self) -> Episode | None:
        """The open episode, if any."""
        return self.episodes[-1] if self.episodes and self.episodes[-1].closed is None else None

    @property
    def latest(self) -> Episode | None:
        """The latest episode, open or closed."""
        return self.episodes[-1] if self.episodes else None

    @property
    def lead(self) -> Scored | None:
        """The score with the worst level; of equals that of the open episode, else the first by its
        name.
        """
        if len(self.scored) < 2:
            return self.scored[0] if self.scored else None
        followed = self.open.series if self.open is not None else None
        return min(
            self.scored,
            key=lambda one: (-RANK[one.level.severity], one.series is not followed, one.series.key),
        )

    def take(self, session: Session, scored: list[Scored], battery: Battery) -> None:
        """Turn to the next session with its judged scores."""
        drops = battery.drops_of_scale
        self.scored = scored
        causes = {rule for one in scored for rule in one.level.causes if _is_strained(one)}
        self.only_low = bool(causes) and causes <= battery.levels
        self.has_form = bool(scored) or _has_form(session, self.perspective)
        fit.note_grounds(self.grounds, session.number, scored, self._n_unresolved())
        self.is_judged = any(dyad.can_judge_fall(one.findings, drops) for one in scored)

    def _n_unresolved(self) -> int:
        latest = self.scored[0].point.phase if self.scored else None
        return sum(one.status == UNRESOLVED and one.opened.phase == latest for one in self.episodes)

    def leave(self, session: int, signal: str) -> None:
        """Keep what the session said for the next one."""
        self.silent = self.silence()
        self.signal, self.session = signal, session
        self.had_form, self.was_judged = self.has_form, self.is_judged
        self.was_only_low = self.only_low
        self.seen = self.seen or self.had_form

    def forget(self) -> None:
        """Forget the session before: what another therapist's dyad said is not of this one."""
        self.signal, self.had_form, self.was_judged = "none", False, False
        self.was_only_low = False
        self.ended_low = []
        self.silent = None
        self.grounds = {}


def _is_strained(one: Scored) -> bool:
    return one.level.severity in STRAINED


def _has_form(session: Session, perspective: str) -> bool:
    """Tell whether a rater's alliance form came, even if too few answers were given to score it."""
    return any(
        rating.perspective == perspective and rating.instrument.alerts for rating in session.ratings
    )
