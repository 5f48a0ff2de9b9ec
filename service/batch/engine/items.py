"""The answers of a column against one item: what each is worth, and whether it is allowed.

What a row's answers come to is added up in one whole number a row: the sum of the keyed scores in
its lowest bits, above it how many are answered, above that how many are not allowed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from service.batch.engine.cells import Array, Cells
from service.scoring.instrument import Answer, Instrument, Item

_WIDEST_TABLE = 4096
"""Whole numbers from an item's lowest to its highest answer that a table is made for."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Where sum, answered and not allowed stand in the whole number of a row.

    `lowest` is subtracted from every keyed score, so that no sum is below zero.
    """

    lowest: int
    sum_bits: int
    count_bits: int

    @classmethod
    def for_instrument(cls, instrument: Instrument) -> "Tally":
        """Return a tally with room for every form of an instrument."""
        whole = [
            [score for score in item.score_of.values() if type(score) is int]
            for item in instrument.items
            if not item.response_set.clock  # no sum is of clock times
        ]
        lowest = min((min(scores) for scores in whole if scores), default=0)
        largest = sum(max(scores) - lowest for scores in whole if scores)
        return cls(lowest, int(largest).bit_length(), len(instrument.items).bit_length())

    @property
    def answered(self) -> int:
        """One answer that is allowed."""
        return 1 << self.sum_bits

    @property
    def not_allowed(self) -> int:
        """One answer that is not."""
        return 1 << (self.sum_bits + self.count_bits)

    @property
    def n_keys(self) -> int:
        """How many sums and counts can be told apart."""
        return self.not_allowed

    @property
    def dtype(self) -> type[np.signedinteger]:
        """The least type that holds all three."""
        return np.int32 if self.sum_bits + 2 * self.count_bits < 31 else np.int64


def answer_codes(item: Item) -> dict[Answer, int]:
    """Return a number for each answer that an item lists, counted from 1."""
    return {value: code for code, value in enumerate(item.score_of, 1)}


class ItemTable:
    """What the answers to one item come to in a tally, and a code for each answer."""

    def __init__(self, item: Item, tally: Tally) -> None:
        self._item = item
        self._tally = tally
        self._allowed = answer_codes(item)
        self.is_continuous = not item.score_of
        self._low = 0
        self._tallied: Array | None = None
        whole = [value for value in (*item.score_of, *item.not_known) if type(value) is int]
        if whole and max(whole) - min(whole) < _WIDEST_TABLE:
            self._low = min(whole)
            every = range(min(whole), max(whole) + 1)
            refused = tally.not_allowed
            self._tallied = self._table([refused, *map(self._tally_of, every), refused])
            self._codes = np.array([0, *(self._allowed.get(v, 0) for v in every), 0], np.uint16)

    def tally(self, cells: Cells) -> Array:
        """Return what every cell adds to its row; an empty one adds nothing."""
        if cells.distinct is not None:
            return self._table(list(map(self._tally_of, cells.distinct))).take(cells.numbers)
        if self.is_continuous:
            return self._tally_of_line(cells)
        if self._tallied is None:
            return self.tally(_listed(cells))
        places, missing = self._places(cells)
        found = self._tallied.take(places, mode="clip")
        if missing is not None:
            found[missing] = 0
        return found

    def codes(self, cells: Cells) -> Array:
        """Return a number for every cell that tells allowed answers apart, 0 where there is none
        (a line: the answer itself, NaN where there is none).
        """
        if self.is_continuous:
            return self._line(cells)
        if cells.distinct is not None:
            codes = [self._allowed.get(value, 0) for value in cells.distinct]  # type: ignore[call-overload]
            return np.array(codes, np.uint16).take(cells.numbers)
        if self._tallied is None:
            return self.codes(_listed(cells))
        places, missing = self._places(cells)
        found = self._codes.take(places, mode="clip")
        if missing is not None:
            found[missing] = 0
        return found

    def _places(self, cells: Cells) -> tuple[Array, Array | None]:
        """Return the place of every cell in the tables, beyond their ends where there is none."""
        numbers, missing = cells.numbers, cells.missing
        if numbers.dtype.kind == "f":
            with np.errstate(invalid="ignore"):
                whole = numbers.astype(np.intp)
            broken = whole != numbers
            if broken.any():
                whole[broken] = self._low - 1
                empty = np.isnan(numbers)
                missing = empty if missing is None else missing | empty
            numbers = whole
        # What wraps around at the ends of the type lands beyond the other end of the table.
        return np.subtract(numbers, self._low - 1, dtype=np.intp, casting="unsafe"), missing

    def _line(self, cells: Cells) -> Array:
        numbers = cells.numbers
        if cells.distinct is not None:
            known = [v if self._is_on_line(v) else np.nan for v in cells.distinct]
            return np.array(known, np.float64).take(numbers)
        found = numbers.astype(np.float64)
        if cells.missing is not None:
            found[cells.missing] = np.nan
        return found

    def _tally_of_line(self, cells: Cells) -> Array:
        numbers, allowed = self._line(cells), self._item.response_set
        refused = (numbers < allowed.minimum) | (numbers > allowed.maximum)
        found = np.where(refused, self._tally.not_allowed, self._tally.answered)
        found[np.isnan(numbers)] = 0
        return found.astype(self._tally.dtype)

    def _tally_of(self, value: object) -> int:
        if value is None:
            return 0
        if self.is_continuous:
            return self._tally.answered if self._is_on_line(value) else self._tally.not_allowed
        is_answer = type(value) in (int, float, str)
        if is_answer and value in self._item.not_known:
            return 0  # counts as an empty cell
        score = self._item.score_of.get(value) if is_answer else None  # type: ignore[call-overload]
        if score is None:
            return self._tally.not_allowed
        if self._item.response_set.clock:
            return self._tally.answered
        return self._tally.answered + (score - self._tally.lowest if type(score) is int else 0)

    def _is_on_line(self, value: object) -> bool:
        return (
            type(value) in (int, float) and self._item.key_continuous(value) is not None  # type: ignore[arg-type]
        )

    def _table(self, entries: Iterable[int]) -> Array:
        return np.array(list(entries), self._tally.dtype)


def _listed(cells: Cells) -> Cells:
    """Return cells as positions among their distinct numbers."""
    values, positions = np.unique(cells.numbers, return_inverse=True)
    distinct = [None if value != value else value for value in values.tolist()]
    if cells.missing is None:
        return Cells(positions, None, distinct)
    positions = np.where(cells.missing, len(distinct), positions)
    return Cells(positions, cells.missing, [*distinct, None])
