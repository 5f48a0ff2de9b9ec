"""A scale that is one quantity over another, such as hours slept over hours in bed."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.scoring.recoding.clock import MINUTES_OF_A_DAY, hours_between
from service.scoring.recoding.steps import Number
from service.scoring.sums import meets


@dataclass(frozen=True, slots=True)
class Ratio:
    """`times` x an item over another item or, where `to` names two, over the hours from one clock
    time to the other. Items are positions in the form.

    More than `at_most` cannot be: the answers then contradict each other.
    """

    of: int
    to: tuple[int, ...]
    times: Number
    at_most: Number

    def value(self, scores: Sequence[Number | None]) -> Number | None:
        """Return the ratio of a form in which all its items are answered; None where there is
        nothing to divide by, or where it is more than can be.
        """
        of, below = scores[self.of], self._below([scores[at] for at in self.to])
        assert of is not None
        if below == 0:
            return None
        found = self.times * of / below
        return None if meets(found, ">", self.at_most) else min(found, self.at_most)

    def _below(self, scores: Sequence[Number | None]) -> Number:
        known = [score for score in scores if score is not None]
        return known[0] if len(known) == 1 else hours_between(int(known[0]), int(known[1]))

    def least(self, lowest: Sequence[Number], highest: Sequence[Number]) -> Number:
        """Return the lowest ratio, by the lowest and the highest score of each item of the form;
        none of them is below 0.
        """
        longest = (MINUTES_OF_A_DAY - 1) / 60 if len(self.to) > 1 else highest[self.to[0]]
        return self.times * lowest[self.of] / longest
