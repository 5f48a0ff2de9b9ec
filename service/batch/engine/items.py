"""The answers of a column against one item: what each is worth, and whether it is allowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from service.batch.engine.cells import Array, Cells
from service.batch.engine.room import room
from service.scoring.instrument import Answer, Instrument, Item

_WIDEST_TABLE = 4096
"""Whole numbers from an item's lowest to its highest answer that a table is made for."""

_Table = tuple[Array, Array, Array]
"""For some values their scores, and whether they are answers, and such as are not allowed."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What the keyed scores of an instrument's items add up to at most.

    `lowest` is subtracted from every keyed score, so that no sum is below zero; `largest` is the
    sum of what is left. Whole numbers only: no sum is of others.
    """

    lowest: int
    largest: tuple[int, ...]

    @classmethod
    def for_instrument(cls, instrument: Instrument) -> "Tally":
        """Return the tally of every form of an instrument."""
        whole = [
            []
            if item.response_set.clock  # no sum is of clock times
            else [score for score in item.score_of.values() if type(score) is int]
            for item in instrument.items
        ]
        lowest = min((min(scores) for scores in whole if scores), default=0)
        return cls(lowest, tuple(max(scores) - lowest if scores else 0 for scores in whole))

    def n_sums(self, items: Iterable[int]) -> int:
        """Return how many sums of some items can be told apart, from 0 on."""
        return sum(self.largest[at] for at in items) + 1

    @property
    def dtype(self) -> np.dtype[Any]:
        """The least type that holds every sum of items."""
        return np.min_scalar_type(sum(self.largest))


class Worth(NamedTuple):
    """What the cells of a column are worth.

    `scores` are keyed scores less the lowest of the tally, 0 where there is no answer and without
    meaning where there is one that is not allowed. `answered` and `refused` tell which cells hold
    an answer and which one that is not allowed; None: all do, none does.
    """

    scores: Array
    answered: Array | None = None
    refused: Array | None = None


def count_answered(worths: Iterable[Worth | None], n: int) -> tuple[int, Array]:
    """Return how many of some columns all of `n` rows have answered, and of the others how many
    each row.
    """
    there = [worth.answered for worth in worths if worth is not None]
    partly = [answered.view(np.uint8) for answered in there if answered is not None]
    count = np.zeros(n, np.min_scalar_type(len(partly)))
    for answered in partly:
        count += answered
    return len(there) - len(partly), count


def answer_codes(item: Item) -> dict[Answer, int]:
    """Return a number for each answer that an item lists, counted from 1."""
    return {value: code for code, value in enumerate(item.score_of, 1)}


@dataclass(frozen=True, slots=True)
class _Steps:
    """Answers that follow each other by 1, each worth 1 more than the one before, or 1 less."""

    low: int
    high: int
    falling: bool
    least: int

    @classmethod
    def of_item(cls, item: Item, tally: Tally) -> "_Steps | None":
        """Return the steps of an item, None where its answers are of another kind."""
        worth = {
            answer: score
            for answer, score in item.score_of.items()
            if type(answer) is int and type(score) is int
        }
        if not worth or item.not_known or len(worth) < len(item.score_of):
            return None
        answers = sorted(worth)
        scores = [worth[answer] for answer in answers]
        low, first = answers[0], scores[0]
        for sign in (1, -1):
            line = [(low + at, first + sign * at) for at in range(len(answers))]
            if line == list(zip(answers, scores, strict=True)):
                return cls(low, answers[-1], sign < 0, min(scores) - tally.lowest)
        return None

    def worth(self, cells: Cells, dtype: np.dtype[Any]) -> Worth:
        """Return what numbers are worth, by sums and comparisons of whole columns."""
        numbers, given = cells.numbers, cells.given
        broken = None
        if numbers.dtype.kind == "f":
            given = _both(given, numbers == numbers)
            numbers, broken = _whole(numbers)
        held = np.iinfo(numbers.dtype)
        if not held.min <= self.low <= self.high <= held.max:
            numbers = numbers.astype(np.int64)
        # What is below the lowest answer wraps around and is beyond the highest.
        if self.low:
            numbers = np.subtract(numbers, self.low, out=room(len(numbers), numbers.dtype))
        steps = numbers.view(f"u{numbers.itemsize}")
        refused = steps > self.high - self.low
        scores = steps.astype(dtype)
        if self.falling:
            np.subtract(self.high - self.low, scores, out=scores)
        if self.least:
            scores += self.least
        if broken is not None:
            refused |= broken
        if given is not None:
            scores *= given.view(np.uint8)
            refused &= given
        return _told(scores, given, refused)


class ItemTable:
    """What the answers to one item are worth in a tally, and a code for each answer."""

    def __init__(self, item: Item, tally: Tally) -> None:
        self._item = item
        self._lowest, self._dtype = tally.lowest, tally.dtype
        self._allowed = answer_codes(item)
        self.is_continuous = not item.score_of
        self._steps = _Steps.of_item(item, tally)
        self._low = 0
        self._table: _Table | None = None
        listed = [*item.score_of, *item.not_known]
        whole = [value for value in listed if type(value) is int]
        all_whole = bool(whole) and len(whole) == len(listed)
        if all_whole and max(whole) - min(whole) < _WIDEST_TABLE:
            self._low = min(whole)
            every = range(min(whole), max(whole) + 1)
            refused = object()  # no item allows it
            self._table = self._worth_of([refused, *every, refused])
            self._codes = np.array([0, *(self._allowed.get(v, 0) for v in every), 0], np.uint16)

    def worth(self, cells: Cells) -> Worth:
        """Return what every cell is worth."""
        if cells.distinct is not None:
            return _taken(self._worth_of(cells.distinct), cells.numbers.astype(np.intp))
        if self._steps is not None:
            return self._steps.worth(cells, self._dtype)
        if self.is_continuous:
            return self._worth_of_line(cells)
        if self._table is None:
            return self.worth(_listed(cells))
        places, given = self._places(cells)
        return _taken(self._table, places, given)

    def codes(self, cells: Cells) -> Array:
        """Return a number for every cell that tells allowed answers apart, 0 where there is none
        (a line: the answer itself, NaN where there is none).
        """
        if self.is_continuous:
            return self._line(cells)
        if cells.distinct is not None:
            codes = [self._allowed.get(value, 0) for value in cells.distinct]  # type: ignore[call-overload]
            return np.array(codes, np.uint16).take(cells.numbers)
        if self._table is None:
            return self.codes(_listed(cells))
        places, given = self._places(cells)
        found = self._codes.take(places, mode="clip")
        if given is not None:
            found[~given] = 0
        return found

    def _places(self, cells: Cells) -> tuple[Array, Array | None]:
        """Return the place of every cell in the tables, beyond their ends where there is none."""
        numbers, given = cells.numbers, cells.given
        if numbers.dtype.kind == "f":
            given = _both(given, numbers == numbers)
            numbers, broken = _whole(numbers)
            numbers[broken] = self._low - 1
        # What wraps around at the ends of the type lands beyond the other end of the table.
        return np.subtract(numbers, self._low - 1, dtype=np.intp, casting="unsafe"), given

    def _line(self, cells: Cells) -> Array:
        numbers = cells.numbers
        if cells.distinct is not None:
            known = [v if self._is_on_line(v) else np.nan for v in cells.distinct]
            return np.array(known, np.float64).take(numbers)
        found = numbers.astype(np.float64)
        if cells.given is not None:
            found[~cells.given] = np.nan
        return found

    def _worth_of_line(self, cells: Cells) -> Worth:
        numbers, allowed = self._line(cells), self._item.response_set
        refused = (numbers < allowed.minimum) | (numbers > allowed.maximum)
        return _told(np.zeros(len(numbers), self._dtype), numbers == numbers, refused)

    def _worth_of(self, values: Iterable[object]) -> _Table:
        """Return what single values are worth."""
        scores, answered, refused = zip(*map(self._worth_of_one, values), strict=True)
        return np.array(scores, self._dtype), np.array(answered), np.array(refused)

    def _worth_of_one(self, value: object) -> tuple[int, bool, bool]:
        if value is None:
            return 0, False, False
        if self.is_continuous:
            return 0, True, not self._is_on_line(value)
        is_answer = type(value) in (int, float, str)
        if is_answer and value in self._item.not_known:
            return 0, False, False  # counts as an empty cell
        score = self._item.score_of.get(value) if is_answer else None  # type: ignore[call-overload]
        if score is None:
            return 0, True, True
        is_whole = type(score) is int and not self._item.response_set.clock
        return score - self._lowest if is_whole else 0, True, False

    def _is_on_line(self, value: object) -> bool:
        return (
            type(value) in (int, float) and self._item.key_continuous(value) is not None  # type: ignore[arg-type]
        )


def _taken(table: _Table, places: Array, given: Array | None = None) -> Worth:
    """Return what stands at some places of a table of worths; places beyond its ends are taken for
    its ends, those of cells that are not given for an empty one.
    """
    scores, answered, refused = (part.take(places, mode="clip") for part in table)
    if given is not None:
        scores[~given] = 0
        answered &= given
        refused &= given
    return _told(scores, answered, refused)


def _told(scores: Array, answered: Array | None, refused: Array) -> Worth:
    """Return a worth, masks that tell nothing left out."""
    if answered is not None and answered.all():
        answered = None
    return Worth(scores, answered, refused if refused.any() else None)


def _both(one: Array | None, other: Array) -> Array:
    return other if one is None else one & other


def _whole(numbers: Array) -> tuple[Array, Array]:
    """Return doubles as whole numbers, and which of them are none."""
    with np.errstate(invalid="ignore"):
        whole = numbers.astype(np.int64)
    return whole, whole != numbers


def _listed(cells: Cells) -> Cells:
    """Return cells as positions among their distinct numbers."""
    values, positions = np.unique(cells.numbers, return_inverse=True)
    distinct = [None if value != value else value for value in values.tolist()]
    if cells.given is not None:
        positions = np.where(cells.given, positions, len(distinct))
    return Cells(positions, cells.given, [*distinct, None])
