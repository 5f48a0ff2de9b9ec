"""Whether the numbers of a payload look shifted by one against what the items allow: the sign of a
source that counts its answers from another number than the form does.
"""

from collections.abc import Sequence

from service.scoring.instrument import Item, Number
from service.sources.answer import is_allowed

_FEWEST_OUTSIDE = 3
_FEWEST_INSIDE = 5
"""Answers from which a pattern is told: with fewer it comes by chance too often."""

Given = Sequence[tuple[Item, Number]]


def looks_shifted(numbers: Given) -> str | None:
    """Return a sentence where the numbers, all of them moved by one, would be allowed and some are
    not as they stand; or where none of them is the 0 that each item begins with. None elsewhere.

    Numbers that a mapping's tokens gave are not among them.
    """
    given = [(item, number) for item, number in numbers if item.response_set.options]
    if not _all_allowed(given, 0):
        return _outside(given)
    return _without_zero(given)


def _all_allowed(given: Given, moved: int) -> bool:
    return all(is_allowed(item, number + moved) for item, number in given)


def _outside(given: Given) -> str | None:
    if len(given) < _FEWEST_OUTSIDE:
        return None
    for moved, words in ((-1, "one higher"), (1, "one lower")):
        if _all_allowed(given, moved):
            return (
                f"Every number would be an answer if it were not {words}: the source seems to "
                "count from another number than the form. Tokens, or a position with its offset, "
                "say what its numbers mean."
            )
    return None


def _without_zero(given: Given) -> str | None:
    from_zero = all(item.response_set.minimum == 0 for item, _ in given)
    if len(given) < _FEWEST_INSIDE or not from_zero or min(number for _, number in given) < 1:
        return None
    return (
        "No answer is 0, with which the answers of this form begin. If the source counts from 1, "
        "its mapping has to say so."
    )
