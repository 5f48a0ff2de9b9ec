"""Going through a course session by session. What is said of a session rests on it and earlier ones
only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from service.alliance.course import INTAKE, PERSPECTIVES, Course, Session
from service.alliance.finding import RANK, STRAINED, Finding, shared, unknown, worst
from service.alliance.judging.episodes import (
    PARTIAL,
    UNRESOLVED,
    Episode,
    Outcome,
    open_episode,
    relapse,
)
from service.alliance.judging.signal import lift, own_level
from service.alliance.judging.tracks import Partial, Scored, Tracks, Transition, settle
from service.alliance.rules import direct, dyad, subscale
from service.alliance.rules.findings import judge
from service.alliance.rules.sudden import may_complete, sudden_change
from service.alliance.series.series import Series
from service.alliance.series.symptoms import Changes, SymptomSeries, co_deterioration

NO_SYMPTOMS = unknown("no_symptom_scores")
NOT_SILENT = shared(Finding(False))

Causes = tuple[str, ...]

ECHOES = frozenset({"R03", "R04", "R06", "R07", "R08", "R09", "R14", "R15", "R16"})
"""Rules that go on firing, or add to what fired, while a score comes back."""


class Judged(NamedTuple):
    """What one rule says, of which rater and on which series (None: on no single one)."""

    rule: str
    perspective: str
    series: Series | SymptomSeries | None
    finding: Finding


@dataclass(slots=True)
class SessionView:
    """What was found in one session."""

    session: Session
    phase: int
    transitions: list[Transition]
    scored: list[Scored]
    outcomes: list[Outcome]
    signal: dict[str, str]
    others: list[Judged] = field(default_factory=list)  # findings that rest on more than one series
    sudden: list[Judged] = field(default_factory=list)

    @property
    def judged(self) -> Iterator[Judged]:
        """Every finding of the session."""
        for one in self.scored:
            for rule, finding in one.findings.items():
                yield Judged(rule, one.series.key.perspective, one.series, finding)
        yield from self.others


@dataclass(slots=True)
class Side:
    """One rater: the scores of the session at hand, what the session before said, and the episodes
    so far.
    """

    perspective: str
    scored: list[Scored] = field(default_factory=list)
    has_form: bool = False  # in this session, scored or not
    is_judged: bool = False  # a fall could be judged in this session
    signal: str = "none"  # this and the next four: of the session before
    session: int | None = None
    had_form: bool = False
    was_judged: bool = False
    seen: bool = False  # in that session or an earlier one
    episodes: list[Episode] = field(default_factory=list)
    silences: list[int] = field(
        default_factory=list
    )  # sessions without a form right after a signal

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

    def take(self, session: Session, scored: list[Scored]) -> None:
        """Turn to the next session with its judged scores."""
        self.scored = scored
        self.has_form = bool(scored) or _has_form(session, self.perspective)
        self.is_judged = any(dyad.can_judge_fall(one.findings) for one in scored)

    def leave(self, session: int, signal: str) -> None:
        """Keep what the session said for the next one."""
        self.signal, self.session = signal, session
        self.had_form, self.was_judged = self.has_form, self.is_judged
        self.seen = self.seen or self.had_form

    def forget(self) -> None:
        """Forget the session before: what another therapist's dyad said is not of this one."""
        self.signal, self.had_form, self.was_judged = "none", False, False


class Monitor:
    """Follows one course as it goes: it hears one session after the other, and what it said of the
    earlier ones stays as it is. `views`, `tracks` and `sides` show where it stands.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        self.tracks = Tracks(course)
        self.sides: dict[str, Side] = {
            perspective: Side(perspective) for perspective in PERSPECTIVES
        }
        self.views: list[SessionView] = []

    def hear(self, session: Session) -> SessionView:
        """Judge the next session and return what is said of it; its number is above the last."""
        view = self._note(session) if session.number == INTAKE else self._judge(session)
        self.views.append(view)
        return view

    def _note(self, session: Session) -> SessionView:
        """Take the scores of an intake, which no rule of the alliance is about."""
        self.tracks.arrive(session)
        self.tracks.symptom_changes(session)
        silent = {"client": "none", "therapist": "none"}
        return SessionView(session, self.tracks.phase, [], [], [], silent)

    def _judge(self, session: Session) -> SessionView:
        tracks = self.tracks
        ended, transitions = [], []
        if tracks.therapist_changed(session):
            ended = self._end_episodes(session)
            transitions = tracks.begin_phase(session)
            for side in self.sides.values():
                side.forget()
        scored, partial = tracks.arrive(session)
        view = SessionView(
            session,
            tracks.phase,
            transitions,
            scored,
            ended,
            {"client": "none", "therapist": "none"},
        )
        for one in scored:
            one.findings, one.gain = judge(one.point, one.series, one.parts, one.n_noted)
            one.level = own_level(one.point, one.series, one.findings)
        changes = tracks.symptom_changes(session)
        for rater, side in self.sides.items():
            side.take(session, [one for one in scored if one.series.key.perspective == rater])
        diverging = self._compare_sides(view)
        for rater in (
            "therapist",
            "client",
        ):  # the therapist's side can add to the patient's signal
            self._conclude(self.sides[rater], view, partial, changes, diverging)
        settle(scored)
        self._find_sudden(view, changes)
        if "treatment_ended" in session.events:
            for outcome in self._end_episodes(session):
                view.outcomes.append(outcome)
                if outcome.state == "P04":
                    rater = outcome.episode.perspective
                    view.signal[rater] = worst(view.signal[rater], outcome.episode.severity)
        self._start_anew(session)
        for rater, side in self.sides.items():
            side.leave(session.number, view.signal[rater])
        return view

    def _end_episodes(self, session: Session) -> list[Outcome]:
        ends = [
            side.open.end(session.number) for side in self.sides.values() if side.open is not None
        ]
        return [outcome for outcome in ends if outcome is not None]

    def _compare_sides(self, view: SessionView) -> bool:
        """Add the rules about both raters; return whether the therapist's score fails to share a
        patient's fall.
        """
        diverging = False
        policy = self.course.policy
        clients, therapists = self.sides["client"].scored, self.sides["therapist"].scored
        for client, therapist, pair in self.tracks.pairs(clients, therapists):
            gap = pair.discrepancy(client.point, therapist.point, policy)
            falls = client.findings["R03"], client.findings["R04"]
            apart = pair.divergence(client.point, therapist.point, falls, policy)
            view.others.append(Judged("R13", "client", client.series, gap))
            view.others.append(Judged("R14", "client", client.series, apart))
            diverging = diverging or bool(apart.fired)
            if gap.fired or apart.fired:
                view.signal["client"] = "info"
        return diverging

    def _conclude(
        self,
        side: Side,
        view: SessionView,
        partial: list[Partial],
        changes: Changes,
        diverging: bool,
    ) -> None:
        """Work out a rater's signal and carry the episode on."""
        perspective, lead = side.perspective, side.lead
        signal = (
            worst(view.signal[perspective], lead.level.severity)
            if lead
            else view.signal[perspective]
        )
        causes = lead.level.causes if lead and signal in STRAINED else ()
        extra: tuple[str, ...] = ()
        if perspective == "therapist":
            for one in side.scored:
                fell = dyad.therapist_drop(one.findings)
                view.others.append(Judged("R15", "therapist", one.series, fell))
                signal = worst(signal, "info") if fell.fired else signal
        else:
            signal, extra = self._lifted(signal, view, lead, changes, diverging)
        silent = _silence(side)
        if side.seen or side.has_form:
            view.others.append(Judged("R19", perspective, lead.series if lead else None, silent))
        if silent.fired:
            signal, extra = worst(signal, "watch"), (*extra, "R19")
            side.silences.append(view.session.number)
        if partial and self._part_fell(perspective, view, partial):
            signal, extra = worst(signal, "watch"), (*extra, "R10")
        view.signal[perspective] = self._carry_on(side, view, lead, signal, (*causes, *extra))

    def _part_fell(self, perspective: str, view: SessionView, partial: list[Partial]) -> bool:
        """Judge the subscales of forms without a total, and tell whether one of a rater's fell
        (R10).
        """
        fell = False
        for parts, n_noted in partial:
            series = parts[0][1]
            if series.key.perspective == perspective:
                found = subscale.drop(parts, n_noted)
                view.others.append(Judged("R10", perspective, series, found))
                fell = fell or bool(found.fired)
        return fell

    def _lifted(
        self, signal: str, view: SessionView, lead: Scored | None, changes: Changes, diverging: bool
    ) -> tuple[str, Causes]:
        """Return the patient's signal with what therapist and symptoms add, and the rules that
        added.

        Both may come one session late: then they add to the signal of the session before.
        """
        side, other = self.sides["client"], self.sides["therapist"]
        joined = dyad.joined(
            signal, side.signal, view.signal["therapist"], other.signal, side.session
        )
        if not joined.fired and not (_could_judge(side) and _could_judge(other)):
            joined = unknown("one_side_not_judged")
        if other.seen or other.scored:
            view.others.append(Judged("R15", "client", lead.series if lead else None, joined))
        worsening = NO_SYMPTOMS
        if changes:
            on, worsening = co_deterioration(changes, signal, side.signal, side.session)
            view.others.append(Judged("R16", "client", on, worsening))
        if joined.fired or worsening.fired:
            signal = worst(signal, "info")
        now = signal in STRAINED
        reached = signal if now or side.open is None else side.signal
        if reached not in STRAINED:
            return signal, ()
        grounds = {
            "R14": now and diverging,
            "R15": bool(joined.fired),
            "R16": bool(worsening.fired),
        }
        lifted = lift(reached, grounds)
        if lifted == reached:
            return signal, ()
        return lifted, tuple(rule for rule, holds in grounds.items() if holds)

    def _carry_on(
        self, side: Side, view: SessionView, lead: Scored | None, signal: str, causes: Causes
    ) -> str:
        """Open, update or follow the rater's episode; return the signal that the session shows."""
        episode = side.open
        if episode is None:
            if signal in STRAINED and lead is not None:
                self._open(side, view, lead, signal, causes)
            return signal
        current = next((one for one in side.scored if one.series is episode.series), None)
        if signal in STRAINED:
            others_call = lead is not current and bool(
                causes
            )  # another form's own signal, not an echo of this one's
            if current is not None and not others_call and _only_echoes(episode, current, causes):
                signal = "info"
                episode.update(view.session.number, episode.severity, causes)
            else:
                episode.update(view.session.number, signal, causes)
        outcome = episode.follow(current.point) if current is not None else None
        if outcome is not None:
            view.outcomes.append(outcome)
            if outcome.state == "P04":
                signal = worst(signal, episode.severity)
        for one in side.scored:
            mended = direct.resolution(one.point.rating, episode.told_before(view.session.number))
            view.others.append(Judged("P06", side.perspective, one.series, mended))
            if mended.fired and episode.reported is None:
                episode.reported = view.session.number
                episode.denied = direct.denies(one.point.rating)
        return signal

    def _open(
        self, side: Side, view: SessionView, lead: Scored, signal: str, causes: Causes
    ) -> None:
        number, earlier = view.session.number, side.latest
        opened = open_episode(side.perspective, lead.point, lead.series, causes, signal, number)
        if earlier is not None and earlier.confirmed is not None:
            again = relapse(earlier, number, causes)
            view.others.append(Judged("P05", side.perspective, lead.series, again))
            opened.relapse_of = earlier.id if again.fired else None
        side.episodes.append(opened)

    def _start_anew(self, session: Session) -> None:
        """Where an episode ended without a full return, judge later scores by the level that it
        ended on.
        """
        for side in self.sides.values():
            episode = side.latest
            if (
                episode is None
                or episode.closed != session.number
                or episode.opened.phase != self.tracks.phase
            ):
                continue
            if episode.status in (PARTIAL, UNRESOLVED):
                episode.series.restart(episode.later)

    def _find_sudden(self, view: SessionView, changes: Changes) -> None:
        """Add sudden gains in the alliance, and sudden gains and losses in symptoms."""
        for one in view.scored:
            if one.gain is not None:
                view.sudden.append(Judged("R17", one.series.key.perspective, one.series, one.gain))
        for series, _ in changes:
            if not may_complete(series.scores, view.session.number, series.cutoff):
                continue
            found = sudden_change(series.scores, view.session.number, series.cutoff)
            if found.fired:
                view.sudden.append(Judged("R17", series.key.perspective, series, found))


def _could_judge(side: Side) -> bool:
    return side.is_judged or side.was_judged


def _has_form(session: Session, perspective: str) -> bool:
    """Tell whether a rater's alliance form came, even if too few answers were given to score it."""
    return any(
        rating.perspective == perspective and rating.instrument.alerts for rating in session.ratings
    )


def _silence(side: Side) -> Finding:
    """Look for a missing form right after a session that ended in a watch or alert (R19)."""
    if not side.seen:
        return unknown("no_earlier_form")
    if side.has_form or not side.had_form or side.signal not in STRAINED:
        return NOT_SILENT
    evidence = {"after_session": side.session, "signal": side.signal}
    return Finding(True, None, None, None, None, evidence, None, side.session)


def _only_echoes(episode: Episode, current: Scored, causes: Causes) -> bool:
    """Tell whether the firings of a session only echo an earlier fall, from which the score is on
    its way back.
    """
    on_its_way = episode.is_recovering(current.point) or episode.is_back(current.point)
    return on_its_way and ECHOES.issuperset(causes)
