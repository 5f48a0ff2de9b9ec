"""From courses to series: the scores of each instrument, rater and scale, patient by patient.

Nothing else of a course is kept: no name, date, reference or event.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from service.alliance.course import Course, Rating, Session
from service.learning.estimation.lines import Scores
from service.learning.estimation.precision import Form
from service.scoring.instrument import Instrument, Number, Scale


class Key(NamedTuple):
    """What makes scores one series: the form, its rater, whether it was filled in before or after
    the session, and the scale.
    """

    instrument: str
    version: str
    perspective: str | None
    timing: str
    scale: str


class Pair(NamedTuple):
    """A scale that patient and therapist both rate, in the same metric and range."""

    client: Key
    therapist: Key


@dataclass
class Series:
    """One series by patient: scores, complete answers to the scale's items, sessions held."""

    instrument: Instrument
    scale: Scale
    limits: tuple[Number, Number] | None
    patients: list[Scores] = field(default_factory=list)
    forms: list[list[Form]] = field(default_factory=list)
    held: list[int] = field(default_factory=list)

    @property
    def n_scores(self) -> int:
        """Return how many scores the series has."""
        return sum(len(one.values) for one in self.patients)

    @property
    def n_items(self) -> int:
        """Return how many items an answer-based figure could rest on, 0 where the scale is no
        plain sum or mean of them.
        """
        plain = self.scale.is_plain and self.scale.transform is None
        return len(self.scale.items) if plain else 0

    @property
    def step(self) -> float:
        """Return the smallest difference of two scores of complete forms, 0 where unknown."""
        if not self.n_items:
            return 0.0
        return 1 / self.n_items if self.scale.metric == "mean" else 1.0


@dataclass
class Gathered:
    """All series of a site, and the differences of both raters by pair and dyad."""

    n_courses: int = 0
    series: dict[Key, Series] = field(default_factory=dict)
    dyads: dict[Pair, list[list[float]]] = field(default_factory=dict)

    def add(self, course: Course) -> None:
        """Take in the scores of one course, as far as it stays with its first therapist."""
        self.n_courses += 1
        sessions = with_first_therapist(course.sessions)
        if not sessions:
            return
        found: dict[Key, dict[int, Rating]] = {}
        for session in sessions:
            for rating in session.ratings:
                for scale, value in rating.values.items():
                    if value is not None:
                        found.setdefault(_key(rating, scale), {})[session.number] = rating
        held = sessions[-1].number - sessions[0].number + 1
        for key, ratings in found.items():
            self._add(key, ratings, held)
        self._add_dyads(found)

    def _add(self, key: Key, ratings: dict[int, Rating], held: int) -> None:
        first = next(iter(ratings.values()))
        scale = first.instrument.scale[key.scale]
        series = self.series.get(key)
        if series is None:
            series = Series(first.instrument, scale, first.range_of(scale))
            self.series[key] = series
        values = tuple(float(one.values[key.scale] or 0) for one in ratings.values())
        series.patients.append(Scores(tuple(ratings), values))
        answers = [
            (number, given)
            for number, rating in ratings.items()
            if series.n_items and (given := _answers(rating, scale)) is not None
        ]
        series.forms.append(answers)
        series.held.append(held)

    def _add_dyads(self, found: dict[Key, dict[int, Rating]]) -> None:
        for client, ours in found.items():
            for therapist, theirs in found.items():
                if not _comparable(client, ours, therapist, theirs):
                    continue
                gaps = [
                    float(ours[at].values[client.scale] or 0)
                    - float(theirs[at].values[therapist.scale] or 0)
                    for at in ours
                    if at in theirs
                ]
                if gaps:
                    self.dyads.setdefault(Pair(client, therapist), []).append(gaps)


def gather(courses: Iterable[Course]) -> Gathered:
    """Return the series of some courses."""
    gathered = Gathered()
    for course in courses:
        gathered.add(course)
    return gathered


def with_first_therapist(sessions: Sequence[Session]) -> list[Session]:
    """Return the sessions before the therapist changes, without the intake: another therapist
    means another level.
    """
    kept: list[Session] = []
    therapist = None
    for session in sessions:
        if session.number < 1:
            continue
        changed = session.therapist is not None and therapist not in (None, session.therapist)
        if kept and (changed or "therapist_change" in session.events):
            break
        therapist = session.therapist or therapist
        kept.append(session)
    return kept


def _key(rating: Rating, scale: str) -> Key:
    instrument = rating.instrument
    return Key(instrument.id, instrument.version, rating.perspective, rating.timing, scale)


def _answers(rating: Rating, scale: Scale) -> tuple[float, ...] | None:
    """Return the keyed answers to all items of a plain scale, None where one is missing."""
    if rating.answers is None:
        return None
    keyed = [rating.instrument.keying[at].get(rating.answers[at]) for at in scale.items]
    return None if None in keyed else tuple(float(one) for one in keyed if one is not None)


def _comparable(
    client: Key, ours: dict[int, Rating], therapist: Key, theirs: dict[int, Rating]
) -> bool:
    """Tell whether two series are the two raters' of one scale."""
    if (client.perspective, therapist.perspective) != ("client", "therapist"):
        return False
    if client.scale != therapist.scale:
        return False
    one, other = next(iter(ours.values())), next(iter(theirs.values()))
    if one.instrument.id != other.instrument.id and one.instrument.counterpart != therapist[0]:
        return False
    mine, its = one.instrument.scale[client.scale], other.instrument.scale[therapist.scale]
    same_range = one.range_of(mine) == other.range_of(its)
    return mine.metric == its.metric and same_range
