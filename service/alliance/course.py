"""What a course of treatment holds: sessions, the forms rated in them, and what the caller knows or
wants.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from service.alliance.policy import Policy
from service.scoring.instrument import Instrument, Number, Scale
from service.scoring.interpretation.criteria import CompiledRisk
from service.scoring.ranges import score_range
from service.scoring.remembering import Memory
from service.scoring.scales import Respondent

Perspective = Literal["client", "therapist"]
PERSPECTIVES: tuple[Perspective, ...] = ("client", "therapist")
OBSERVER = "observer"
"""Who is of neither side: such ratings are shown beside those of the dyad and never judged."""

INTAKE = 0
"""Number of the session before the first: shown, and never what the alliance is compared with."""

EVENTS = frozenset(
    {
        "therapist_change",
        "frequency_change",
        "gap",
        "modality_change",
        "termination_announced",
        "treatment_ended",
    }
)


class Rating(NamedTuple):
    """One form of one session, scored.

    `values` are headline scores by scale (None: not scored, for the reason in `reasons`); `answers`
    the values as submitted in item order, None where the caller sent scores. `flags` are the safety
    flags of the form, to be asked of the answers.
    """

    instrument: Instrument
    perspective: str | None
    timing: str
    values: Mapping[str, Number | None]
    reasons: Mapping[str, str]
    answers: tuple[Any, ...] | None = None  # numbers, or clock times, which no rule looks at
    ranges: Mapping[str, tuple[Number, Number] | None] = MappingProxyType({})
    memory: Memory | None = None  # where what is worked out about the instrument is kept
    flags: tuple[CompiledRisk, ...] = ()

    def range_of(self, scale: Scale) -> tuple[Number, Number] | None:
        """Return the lowest and highest score of a scale; `ranges` holds what was worked out
        before.
        """
        return (
            self.ranges[scale.id]
            if scale.id in self.ranges
            else score_range(self.instrument, scale)
        )


class Session(NamedTuple):
    """One session that took place. `therapist` is an opaque name that is compared, never
    repeated.
    """

    number: int
    ratings: tuple[Rating, ...]
    events: tuple[str, ...] = ()
    therapist: str | None = None
    date: str | None = None


class Errors(NamedTuple):
    """What the caller knows of one scale's errors, in its headline metric."""

    sem: Number | None = None
    within_person_sd: Number | None = None
    sd: Number | None = None


class Course(NamedTuple):
    """A course of treatment, its sessions ascending by number.

    `norms`: None = the default norms, () = none, ("*",) = all that fit, else norm ids. `errors` by
    instrument and scale.
    """

    sessions: tuple[Session, ...]
    policy: Policy
    respondent: Respondent = Respondent()
    norms: tuple[str, ...] | None = None
    errors: Mapping[str, Mapping[str, Errors]] = {}
    reference: str | None = None
