"""What a rule about one rater's session may look at."""

from dataclasses import dataclass, field
from typing import NamedTuple

from service.alliance.series.scored import Scored
from service.alliance.series.series import Series
from service.alliance.series.symptoms import Changes


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
    seen: bool = False  # in that session or an earlier one

    @property
    def could_judge(self) -> bool:
        """Whether a fall could be judged in this session or the one before."""
        return self.is_judged or self.was_judged


class Hearing(NamedTuple):
    """One rater's session as its rules see it.

    `signal` is what the rater's own scores gave so far, `other_signal` the other's of this session;
    `lead` the series with the worst level, `drops` the rules that tell of a fall.
    """

    rater: Rater
    other: Rater
    lead: Series | None
    signal: str
    other_signal: str
    changes: Changes
    drops: tuple[str, ...]
