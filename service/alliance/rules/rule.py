"""What makes an alert rule: one record with its words, what it needs and the function that judges.

`provenance`: published (the formula is in the source), vendor (a product's rule) or engineering
(set by simulation). No rule claims to be a published study's rupture criterion: the thresholds of
those studies could not be read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from service.alliance.finding import Finding
from service.alliance.rules.hearing import Hearing
from service.alliance.series.pair import Pair
from service.alliance.series.scored import Scored
from service.alliance.series.series import Parts, Point, Series
from service.alliance.series.symptoms import SymptomSeries
from service.alliance.series.watched_scale import Standard

Severity = Literal["info", "watch", "alert"]
AnySeries = Series | SymptomSeries


class Role(Enum):
    """What a firing does to the signal of a session and to the episode, beyond its severity."""

    BEYOND_ERROR = "a fall beyond measurement error"
    DROP = "tells of a fall of the score: an episode that it opens has a baseline to come back to"
    ECHO = "goes on firing, or adds to what fired, while a score comes back"
    LOW = "makes an alert urgent"
    NOTED = "is noted in the patient's open episode, whatever it adds to the signal"
    LIFTS_WATCH = "makes a patient's watch an alert"
    LIFTS_ALERT = "makes a patient's alert urgent"
    OUTRIGHT = "said by the rater in so many words: it needs no score"
    LEVEL = "tells of a low level: the episode ends when the score is no longer low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule says of itself.

    `settings` names the members of the policy that it uses, `figures` the error figures of the
    series that its results show (sem, within_person_sd, sd, margin).
    """

    id: str
    name: str
    title: str
    formula: str
    minimum_data: str
    severity: Severity
    provenance: Literal["published", "vendor", "engineering"]
    settings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    figures: tuple[str, ...] = ()
    therapist_severity: Severity | None = None

    def severity_of(self, perspective: str) -> Severity:
        """Return the severity of a firing on the form of a rater."""
        return (
            self.severity if perspective == "client" else self.therapist_severity or self.severity
        )

    def is_full(self, perspective: str) -> bool:
        """Tell whether a rater's word counts in full: some rules give the therapist's less."""
        return perspective == "client" or self.therapist_severity is None


def _nothing_lacks(_: Standard) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRule(Rule):
    """A rule about one score in its series.

    `lacking` gives the reason why it can never say anything on a scale, None if it can: it is
    evaluated only on those. `watch_beside` names rules beside which it is a watch. `of_parts`
    judges the subscales of a form whose watched scale could not be scored.
    """

    evaluate: Callable[[Point, Series], Finding]
    lacking: Callable[[Standard], str | None] = _nothing_lacks
    watch_beside: frozenset[str] = frozenset()
    of_parts: Callable[[Parts], Finding] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRule(Rule):
    """A rule about a patient's and a therapist's score of one session on counterpart forms."""

    evaluate: Callable[[Pair, Scored, Scored], Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRule(Rule):
    """A rule about one rater's session: what is beside the scores, or missing.

    It yields its findings with the series that each is about, None for none.
    """

    evaluate: Callable[[Hearing], Iterable[tuple[AnySeries | None, Finding]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRule(Rule):
    """A state of an episode, reached as `judging.episodes` follows it."""


def without_sem(standard: Standard) -> str | None:
    """Return why a rule that needs the SEM cannot speak of a scale, None where it is known."""
    return None if standard.sem is not None else "no_sem"
