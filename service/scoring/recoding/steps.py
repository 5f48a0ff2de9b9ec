"""Numbers recoded in steps: what each is worth by the published limits between which it lies."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.scoring.sums import meets

Number = int | float


@dataclass(frozen=True, slots=True)
class Step:
    """What numbers from a limit on are worth; with `above` only those beyond the limit."""

    limit: Number
    worth: Number
    above: bool = False

    def reaches(self, number: Number) -> bool:
        """Tell whether a number is on this step or a higher one."""
        return meets(number, ">" if self.above else ">=", self.limit)


@dataclass(frozen=True, slots=True)
class Steps:
    """What numbers are worth: `lowest` those below the first limit, then step by step, ascending.
    The limits need not be numbers that occur.
    """

    lowest: Number
    steps: tuple[Step, ...]

    def worth_of(self, number: Number) -> Number:
        """Return what a number is worth. Numbers within 1e-9 times a limit of it are at it."""
        found = self.lowest
        for step in self.steps:
            if not step.reaches(number):
                break
            found = step.worth
        return found

    def between(self, low: Number, high: Number) -> tuple[Number, Number]:
        """Return the least and the most that the numbers from `low` to `high` are worth."""
        reached = [step.worth for step in self.steps if step.reaches(high) and step.limit >= low]
        worths = [self.worth_of(low), self.worth_of(high), *reached]
        return min(worths), max(worths)

    @property
    def worths(self) -> Sequence[Number]:
        """What each step is worth, the lowest first."""
        return (self.lowest, *(step.worth for step in self.steps))
