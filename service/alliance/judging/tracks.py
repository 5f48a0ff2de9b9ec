"""Sorting a course's scores into series: by rater, instrument, timing and scale, anew with each
phase.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from service.alliance.course import INTAKE, OBSERVER, PERSPECTIVES, Course, Errors, Rating, Session
from service.alliance.finding import Finding
from service.alliance.judging.findings import plan
from service.alliance.rules.battery import BATTERY, Battery
from service.alliance.series.error_model import error_model
from service.alliance.series.pair import Pair
from service.alliance.series.scored import Scored
from service.alliance.series.series import Parts, Point, Series
from service.alliance.series.symptoms import PERSONALITY, SymptomSeries
from service.alliance.series.watched_scale import Key, Standard
from service.scoring.instrument import Instrument, Scale

TOTAL = "total"


def settle(scored: list[Scored]) -> None:
    """Take a session's judged scores into what later ones are compared with, a subscale of several
    scales once.
    """
    points: dict[int, tuple[Point, Series]] = {}
    for one in scored:
        one.point.fell, one.point.dropped = one.level.fell, one.level.dropped
        one.series.settle(one.point)
        # the same ones with every watched scale of a form
        for point, series in one.point.parts.judged:
            point.dropped = point.dropped or one.level.dropped
            points[id(point)] = point, series
    for point, series in points.values():
        series.settle(point)


@dataclass(frozen=True, slots=True)
class Transition:
    """What a series stood at when its phase ended: the mean of its m scores."""

    series: Series
    mean: float
    m: int


class Tracks:
    """Every series of a course. A change of therapist begins a phase."""

    def __init__(self, course: Course, battery: Battery = BATTERY) -> None:
        self.course = course
        self.battery = battery
        self.series: dict[Key, Series] = {}
        self.symptoms: dict[Key, SymptomSeries] = {}
        self.phase = 1
        self.phase_start = 1
        self._forms: dict[tuple[str, str | None, str], dict[str, Series | None]] = {}
        self._symptom_forms: dict[tuple[str, str | None, str], dict[str, SymptomSeries | None]] = {}
        self._circumstances: dict[str, tuple[Any, ...]] = {}  # by instrument
        self._pairs: dict[
            tuple[int, int], Pair | None
        ] = {}  # by two series, None for no counterparts
        self._therapist: str | None = None
        self._has_begun = False

    def therapist_changed(self, session: Session) -> bool:
        """Tell whether a session is the first with another therapist: by its events, or by who is
        named.
        """
        before, self._therapist = self._therapist, session.therapist or self._therapist
        first, self._has_begun = not self._has_begun, True
        if "therapist_change" in session.events:
            self._therapist = (
                session.therapist
            )  # where nobody is named, the next name is no further change
            return not first
        return before is not None and session.therapist is not None and session.therapist != before

    def begin_phase(self, session: Session) -> list[Transition]:
        """Begin a phase with this session; return where each series stood before."""
        self.phase += 1
        self.phase_start = session.number
        transitions = []
        for series in self.series.values():
            summary = series.summary()
            if summary.m and series.is_watched:
                transitions.append(Transition(series, summary.mean, summary.m))
            series.begin_phase(self.phase, self.phase_start)
        return transitions

    def arrive(self, session: Session) -> tuple[list[Scored], list[Parts]]:
        """Take a session's alliance scores into their series; return the watched ones, and
        subscales without one. Scores at intake and an observer's are noted and not returned.
        """
        scored: list[Scored] = []
        partial: list[Parts] = []
        for rating in session.ratings:
            if rating.instrument.alerts and rating.perspective in (*PERSPECTIVES, OBSERVER):
                self._arrive(session.number, rating, scored, partial)
        return scored, partial

    def _arrive(
        self, number: int, rating: Rating, scored: list[Scored], partial: list[Parts]
    ) -> None:
        values = rating.values
        watched: list[tuple[Point, Series]] = []
        parts: list[tuple[Point, Series]] = []
        n_noted = 0
        of_form = self._series_of(rating)
        for name, series in of_form.items():
            value = values.get(name)
            if value is not None:
                if series is None:
                    series = of_form[name] = self._begin_series(rating, name)
                if not series.is_judged or number == INTAKE:
                    series.noted.append((number, series.phase, value))
                    n_noted += 1
                    continue
                found = series.arrive(number, rating, value), series
                (watched if series.is_watched else parts).append(found)
        beside = Parts(parts, n_noted)
        for point, series in watched:
            point.parts = beside
            scored.append(Scored(point, series))
        if parts and not watched:
            partial.append(beside)
            for point, series in parts:
                series.settle(point)

    def _series_of(self, rating: Rating) -> dict[str, Series | None]:
        """Return a form's series by scale, in the order of the definition, None where none has
        begun.
        """
        form = rating.instrument.id, rating.perspective, rating.timing
        found = self._forms.get(form)
        if found is None:
            found = self._forms[form] = dict.fromkeys(rating.instrument.scale)
        return found

    def _begin_series(self, rating: Rating, scale: str) -> Series:
        standard = self._standard(rating, rating.instrument.scale[scale])
        series = self.series[standard.key] = Series(standard, self.phase, self.phase_start)
        return series

    def _standard(self, rating: Rating, scale: Scale) -> Standard:
        """Return what a scale's scores are held against, remembered where the caller adds nothing
        to it.
        """
        given = self.course.errors.get(rating.instrument.id, {}).get(scale.id)
        key = Key(rating.perspective or "", rating.instrument.id, rating.timing, scale.id)
        if given is not None or rating.memory is None:
            return self._make_standard(key, rating, scale, given or Errors())
        circumstances = key, self._circumstances_of(rating.instrument)
        standard: Standard | None = rating.memory.recall(circumstances)
        if standard is None:
            standard = self._make_standard(key, rating, scale, Errors())
            rating.memory.keep(circumstances, standard)
        return standard

    def _circumstances_of(self, instrument: Instrument) -> tuple[Any, ...]:
        """Return all that the standards of an instrument rest on in this course."""
        found = self._circumstances.get(instrument.id)
        if found is None:
            course, misfits = self.course, instrument.misfits(*self.course.respondent)
            found = instrument.digest, course.norms, misfits, course.policy, self.battery
            self._circumstances[instrument.id] = found
        return found

    def _make_standard(self, key: Key, rating: Rating, scale: Scale, given: Errors) -> Standard:
        course, instrument = self.course, rating.instrument
        circumstances = (
            course.norms,
            course.respondent,
            rating.perspective,
            course.policy.assumed_kappa,
        )
        model = error_model(instrument, scale, rating.range_of(scale), given, *circumstances)
        standard = Standard(key, instrument, scale, model, course.policy, course.respondent)
        standard.plan = plan(standard, self.battery) if standard.is_watched else None
        return standard

    def symptom_changes(self, session: Session) -> list[tuple[SymptomSeries, Finding]]:
        """Take a session's symptom scores into their series; return how each changed since the
        score before, whoever rated them: of a child it is often a parent. Those of personality are
        noted and not returned.
        """
        changes = []
        for rating in session.ratings:
            if rating.instrument.alerts:
                continue
            form = rating.instrument.id, rating.perspective, rating.timing
            tells = rating.instrument.construct != PERSONALITY
            of_form = self._symptom_forms.get(form)
            if of_form is None:
                of_form = self._symptom_forms[form] = dict.fromkeys(
                    symptom_scales(rating.instrument)
                )
            for name, series in of_form.items():
                value = rating.values.get(name)
                if value is not None:
                    if series is None:
                        series = of_form[name] = self._begin_symptoms(rating, name)
                    change = series, series.arrive(session.number, value)
                    if tells:
                        changes.append(change)
        return changes

    def _begin_symptoms(self, rating: Rating, scale: str) -> SymptomSeries:
        standard = self._standard(rating, rating.instrument.scale[scale])
        series = self.symptoms[standard.key] = SymptomSeries(standard)
        return series

    def pairs(
        self, clients: list[Scored], therapists: list[Scored]
    ) -> Iterator[tuple[Scored, Scored, Pair]]:
        """Yield patient's and therapist's scores of one session on counterpart forms of the same
        timing.
        """
        for client in clients:
            for therapist in therapists:
                both = id(client.series), id(therapist.series)
                if both not in self._pairs:
                    matching = _are_counterparts(client.series, therapist.series)
                    self._pairs[both] = Pair(client.series, therapist.series) if matching else None
                pair = self._pairs[both]
                if pair is not None:
                    yield client, therapist, pair


def symptom_scales(instrument: Instrument) -> tuple[str, ...]:
    """Return the scales of an outcome instrument that tell deterioration: the total, or else every
    scale.
    """
    return (TOTAL,) if TOTAL in instrument.scale else tuple(instrument.scale)


def _are_counterparts(client: Series, therapist: Series) -> bool:
    ours, theirs = client.key, therapist.key
    same_form = (
        ours.instrument == theirs.instrument or client.instrument.counterpart == theirs.instrument
    )
    return same_form and (ours.timing, ours.scale) == (theirs.timing, theirs.scale)
