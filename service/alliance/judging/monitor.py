"""Going through a course session by session. What is said of a session rests on it and earlier ones
only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from service.alliance.course import INTAKE, PERSPECTIVES, Course, Session
from service.alliance.finding import STRAINED, Finding, worst
from service.alliance.judging.episodes import (
    Episode,
    Outcome,
    open_episode,
    relapse,
)
from service.alliance.judging.findings import judge
from service.alliance.judging.side import Side
from service.alliance.judging.signal import lift, own_level
from service.alliance.judging.tracks import Tracks, Transition, settle
from service.alliance.rules import direct
from service.alliance.rules.battery import BATTERY, Battery
from service.alliance.rules.hearing import Hearing
from service.alliance.rules.sudden import SUDDEN_LOSS, is_gain, may_complete, sudden_change
from service.alliance.series.scored import Scored
from service.alliance.series.series import Parts, Series
from service.alliance.series.symptoms import Changes, SymptomSeries

Causes = tuple[str, ...]


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


class Monitor:
    """Follows one course as it goes: it hears one session after the other, and what it said of the
    earlier ones stays as it is. `views`, `tracks` and `sides` show where it stands.
    """

    def __init__(self, course: Course, battery: Battery = BATTERY) -> None:
        self.course = course
        self.battery = battery
        self.tracks = Tracks(course, battery)
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
            one.findings = judge(one.point, one.series)
            one.level = own_level(one.point, one.series, one.findings, self.battery)
        changes = tracks.symptom_changes(session)
        for rater, side in self.sides.items():
            own = [one for one in scored if one.series.key.perspective == rater]
            side.take(session, own, self.battery)
        apart = self._compare_sides(view)
        # the therapist's side can add to the patient's signal
        for rater in ("therapist", "client"):
            self._conclude(self.sides[rater], view, partial, changes, apart)
        settle(scored)
        self._find_sudden(view, changes)
        if "treatment_ended" in session.events:
            for outcome in self._end_episodes(session):
                view.outcomes.append(outcome)
                if outcome.state == "P04":
                    rater = outcome.episode.perspective
                    view.signal[rater] = worst(view.signal[rater], outcome.episode.severity)
        self._start_anew(view)
        for rater, side in self.sides.items():
            side.leave(session.number, view.signal[rater])
        return view

    def _end_episodes(self, session: Session) -> list[Outcome]:
        ends = [
            side.open.end(session.number) for side in self.sides.values() if side.open is not None
        ]
        return [outcome for outcome in ends if outcome is not None]

    def _compare_sides(self, view: SessionView) -> frozenset[str]:
        """Add the rules about both raters, on the patient's side, and return those that fired."""
        fired = set()
        clients, therapists = self.sides["client"].scored, self.sides["therapist"].scored
        for client, therapist, pair in self.tracks.pairs(clients, therapists):
            pair.arrive(client.point, therapist.point)
            for rule in self.battery.of_pair:
                found = rule.evaluate(pair, client, therapist)
                view.others.append(Judged(rule.id, "client", client.series, found))
                if found.fired:
                    fired.add(rule.id)
                    severity = found.severity or rule.severity
                    view.signal["client"] = worst(view.signal["client"], severity)
        return frozenset(fired)

    def _conclude(
        self,
        side: Side,
        view: SessionView,
        partial: list[Parts],
        changes: Changes,
        apart: frozenset[str],
    ) -> None:
        """Work out a rater's signal and carry the episode on."""
        perspective, lead = side.perspective, side.lead
        signal = view.signal[perspective]
        causes: Causes = ()
        if lead is not None:
            signal = worst(signal, lead.level.severity)
            causes = lead.level.causes if signal in STRAINED else ()
        beside = self._beside(side, view, signal, changes)
        signal, added = self._lifted(side, signal, beside, apart)
        for rule, finding in [*beside, *self._of_parts(perspective, view, partial)]:
            if finding.fired:
                described = self.battery.rule[rule]
                severity = finding.severity or described.severity_of(perspective)
                signal = worst(signal, severity)
                added += (rule,) if severity in STRAINED and rule not in added else ()
        self._follow_late(side, view)
        view.signal[perspective] = self._carry_on(side, view, lead, signal, (*causes, *added))
        self._note_beside(side, view, {rule for rule, found in beside if found.fired} | apart)

    def _beside(
        self, side: Side, view: SessionView, signal: str, changes: Changes
    ) -> list[tuple[str, Finding]]:
        """Add what the rules about a rater's session say, and return it."""
        other = next(one for one in self.sides.values() if one is not side)
        hearing = Hearing(
            side,
            other,
            side.lead.series if side.lead else None,
            signal,
            view.signal[other.perspective],
            changes,
            self.battery.drops_of_scale,
            view.session.number,
            side.open is not None,
            self.tracks.symptoms.values(),
        )
        found = []
        for rule in self.battery.of_side:
            for series, finding in rule.evaluate(hearing):
                view.others.append(Judged(rule.id, side.perspective, series, finding))
                found.append((rule.id, finding))
        return found

    def _of_parts(
        self, perspective: str, view: SessionView, partial: list[Parts]
    ) -> Iterator[tuple[str, Finding]]:
        """Judge the subscales of a rater's forms whose watched scales could not be scored."""
        for parts in partial:
            series = parts.judged[0][1]
            if series.key.perspective != perspective:
                continue
            for rule in self.battery.of_parts:
                assert rule.of_parts is not None
                found = rule.of_parts(parts)
                view.others.append(Judged(rule.id, perspective, series, found))
                yield rule.id, found

    def _lifted(
        self, side: Side, signal: str, beside: list[tuple[str, Finding]], apart: frozenset[str]
    ) -> tuple[str, Causes]:
        """Return the patient's signal with what therapist and symptoms add, and the rules that
        added.

        Both may come one session late: then they add to the signal of the session before.
        """
        if side.perspective != "client":
            return signal, ()
        lifting = self.battery.lifts_watch | self.battery.lifts_alert
        now = signal in STRAINED
        reached = signal if now or side.open is None else side.signal
        fired = {rule for rule, finding in beside if finding.fired} | (apart if now else set())
        grounds = lifting & fired
        promised = self.course.policy.alpha_family is not None
        lifted = reached
        if reached in STRAINED:
            lifted = lift(reached, grounds, self.battery, promised=promised)
        if lifted == reached:
            return signal, ()
        return lifted, tuple(sorted(grounds))

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
            if self._only_echoes(episode, current, lead, causes):
                signal = "info"
                episode.update(view.session.number, episode.severity, causes)
            else:
                episode.update(view.session.number, signal, causes)
        outcome = episode.follow(current.point) if current is not None else None
        if outcome is not None:
            view.outcomes.append(outcome)
            if outcome.state == "P04":
                signal = worst(signal, episode.severity)
        self._reported(side, view, episode)
        return signal

    def _note_beside(self, side: Side, view: SessionView, fired: set[str]) -> None:
        """Note in the patient's episode what was beside it, whatever it added to the signal."""
        episode = side.latest
        if side.perspective != "client" or episode is None:
            return
        is_open = episode.closed in (None, view.session.number)
        if is_open and episode.opened.phase == self.tracks.phase:
            episode.note(view.session.number, sorted(self.battery.noted & fired))

    def _follow_late(self, side: Side, view: SessionView) -> None:
        """Tell of scores that came back after an episode of the phase had ended without."""
        for episode in side.ended_low:
            current = next((one for one in side.scored if one.series is episode.series), None)
            outcome = episode.follow_late(current.point) if current is not None else None
            if outcome is not None:
                view.outcomes.append(outcome)
        side.ended_low = [one for one in side.ended_low if one.late_return is None]

    def _only_echoes(
        self, episode: Episode, current: Scored | None, lead: Scored | None, causes: Causes
    ) -> bool:
        """Tell whether the firings of a session only echo an earlier fall, from which the score is
        on its way back; another form's own signal is no echo.
        """
        if current is None or (lead is not current and causes):
            return False
        on_its_way = episode.is_recovering(current.point) or episode.is_back(current.point)
        return on_its_way and self.battery.echoes.issuperset(causes)

    def _reported(self, side: Side, view: SessionView, episode: Episode) -> None:
        """Take down whether a rater reported the tension as resolved (P06)."""
        for one in side.scored:
            mended = direct.resolution(one.point.rating, episode.told_before(view.session.number))
            view.others.append(Judged("P06", side.perspective, one.series, mended))
            if mended.fired and episode.reported is None:
                episode.reported = view.session.number
                episode.denied = direct.denies(one.point.rating)

    def _open(
        self, side: Side, view: SessionView, lead: Scored, signal: str, causes: Causes
    ) -> None:
        number, earlier = view.session.number, side.latest
        opened = open_episode(
            side.perspective, lead.point, lead.series, causes, signal, number, self.battery
        )
        if earlier is not None and earlier.confirmed is not None:
            again = relapse(earlier, number, opened)
            view.others.append(Judged("P05", side.perspective, lead.series, again))
            opened.relapse_of = earlier.id if again.fired else None
        opened.events = tuple(self._recent_events(view))
        side.episodes.append(opened)

    def _recent_events(self, view: SessionView) -> Iterator[tuple[int, str]]:
        """Yield the events of a session and the two before it, and an ending announced earlier."""
        recent = {one.session.number for one in (*self.views[-2:], view)}
        for session in (*(one.session for one in self.views), view.session):
            for event in session.events:
                if session.number in recent or event == "termination_announced":
                    yield session.number, event

    def _start_anew(self, view: SessionView) -> None:
        """Where a fall's episode ended without a full return, judge later scores by the level that
        it ended on; where the score came back after all, by the one from before the fall again.
        """
        for side in self.sides.values():
            episode = side.latest
            if episode is None or episode.closed != view.session.number:
                continue
            if episode.opened.phase == self.tracks.phase and episode.ended_low:
                side.ended_low.append(episode)
                if episode.opened_by_fall:
                    episode.series.restart(episode.later)
        for outcome in view.outcomes:
            if outcome.state == "P07" and outcome.episode.opened_by_fall:
                series = outcome.episode.series
                series.restart([*outcome.episode.before, *list(series.recent)[-2:]])

    def _find_sudden(self, view: SessionView, changes: Changes) -> None:
        """Add sudden gains in the alliance, and sudden gains and losses in symptoms."""
        number = view.session.number
        for one in view.scored:
            series = one.series
            if may_complete(series.scores, number, series.step_cutoff):
                found = sudden_change(series.scores, number, series.step_cutoff, series.sign)
                if is_gain(found):
                    view.sudden.append(
                        Judged(SUDDEN_LOSS.id, series.key.perspective, series, found)
                    )
        for symptoms, _ in changes:
            if not may_complete(symptoms.scores, number, symptoms.cutoff):
                continue
            found = sudden_change(symptoms.scores, number, symptoms.cutoff, symptoms.sign)
            if found.fired:
                view.sudden.append(
                    Judged(SUDDEN_LOSS.id, symptoms.key.perspective, symptoms, found)
                )
