"""What becomes of blank answers: one record for each rule that publishers of forms use.

A rule is added with a record in `MISSING_METHODS`, its function, a test, and a row in
docs/methods.md. All else follows from the record: what a definition may say, the score, what the
report, its working and the page of the form say about it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Score = int | float
Terms = Sequence[tuple[Score | None, Score]]
"""The score (None: blank) and the weight of each term of a scale."""


@dataclass(frozen=True, slots=True)
class MissingMethod:
    """What a scale does about its blank terms where enough others are answered.

    `fill` takes the terms, some of them blank, and returns them with what stands for the blanks. A
    term that it leaves blank counts as the weighted mean of the others. Without `fill` every term
    is needed.

    `by_count_alone`: which terms are blank makes no difference, only how many. Where it does, say
    False: the score of another form with the same sum is then no longer taken for this one's.
    """

    name: str
    """As a definition names it."""
    reason: str
    """Why there is no score where too many terms are blank."""
    reported: str | None
    """What the report calls it (`missing_rule`) where it was used."""
    in_working: str
    """What the working says of a blank item."""
    on_page: str
    """What the page of the form says that a blank counts as."""
    aggregations: frozenset[str]
    """The aggregations that it may be used with."""
    fill: Callable[[Terms], Terms] | None = None
    by_count_alone: bool = True
    may_round: bool = False
    """Whether a source may ask to round a sum that was filled in."""


def leave_blank(terms: Terms) -> Terms:
    """Leave blanks out, so that they count as the mean of the answered terms."""
    return terms


def count_as_zero(terms: Terms) -> Terms:
    """Let blanks count as 0."""
    return [(0 if score is None else score, weight) for score, weight in terms]


NONE = MissingMethod(
    name="none",
    reason="missing_items",
    reported=None,
    in_working="not answered",
    on_page="nothing",
    aggregations=frozenset({"sum", "mean", "max", "count", "composite", "ratio"}),
)
PRORATE = MissingMethod(
    name="prorate",
    reason="too_few_answered",
    reported="prorated",
    in_working="not answered: replaced by the mean of the answered items if enough are",
    on_page="the mean of those answered",
    aggregations=frozenset({"sum", "mean", "composite"}),
    fill=leave_blank,
    may_round=True,
)
ZERO = MissingMethod(
    name="zero",
    reason="too_few_answered",
    reported="blank_as_zero",
    in_working="not answered: counts as 0 if enough are answered",
    on_page="0",
    aggregations=frozenset({"sum", "mean", "max", "count"}),
    fill=count_as_zero,
)

MISSING_METHODS = (NONE, PRORATE, ZERO)


def method_named(name: str) -> MissingMethod:
    """Return the method that a definition names. Raises KeyError where there is none."""
    return {method.name: method for method in MISSING_METHODS}[name]
