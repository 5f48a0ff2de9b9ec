"""What a rule about one rater's session may look at."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from service.alliance.finding import STRAINED
from service.alliance.series.scored import Scored
from service.alliance.series.series import Series
from service.alliance.series.symptoms import Changes, SymptomSeries


@dataclass(slots=True)
class Rater:
    """One rater's side of a course: the session at hand, and what the session before said."""

    perspective: str
    scored: list[Scored] = field(default_factory=list)
    has_form: bool = False  # in this session, scored or not
    is_judged: bool = False  # a fall could be judged in this session
    only_low: bool = False  # its own scores' signal is about a low level, and no fall
    signal: str = "none"  # this and the next five: of the session before
    session: int | None = None
    had_form: bool = False
    was_judged: bool = False
    was_only_low: bool = False
    silent: "Silence | None" = None
    grounds: dict[str, int] = field(default_factory=dict)  # to look at the fit, by first session
    seen: bool = False  # in that session or an earlier one

    @property
    def could_judge(self) -> bool:
        """Whether a fall could be judged in this session or the one before."""
        return self.is_judged or self.was_judged

    @property
    def fell_before(self) -> bool:
        """Whether the session before gave a signal, and not by a low level alone."""
        return self.signal in STRAINED and not self.was_only_low

    def silence(self) -> "Silence | None":
        """Return for how many sessions running no form has come since a signal, this one
        included.
        """
        if self.has_form:
            return None
        if self.had_form and self.signal in STRAINED:
            return Silence(1, self.session, self.signal)
        return self.silent._replace(missed=self.silent.missed + 1) if self.silent else None


class Silence(NamedTuple):
    """So many forms missed since a session and its signal."""

    missed: int
    since: int | None
    signal: str


class Hearing(NamedTuple):
    """One rater's session as its rules see it.

    `signal` is what the rater's own scores gave so far, `other_signal` the other's of this session;
    `lead` the series with the worst level, `drops` the rules that tell of a fall, `beside` every
    series that is not of the alliance, `is_open` whether an episode is open.
    """

    rater: Rater
    other: Rater
    lead: Series | None
    signal: str
    other_signal: str
    changes: Changes
    drops: tuple[str, ...]
    session: int
    is_open: bool
    beside: Collection[SymptomSeries]
