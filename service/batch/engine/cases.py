"""What rows come to: worked out once for each case that can differ, then looked up by its number.

The scalar engine says what a case comes to, on the first row that shows it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa

from service.batch.engine.cells import Array
from service.batch.engine.items import Tally, Worth, count_answered
from service.batch.engine.room import room, taken
from service.scoring.report_shape import ScoreReport

MOST_CASES = 1 << 16
"""Rows whose answers are remembered by a column that rests on the answers themselves."""

Values = Sequence[float | bool | str | None]


@dataclass(frozen=True, slots=True)
class Output:
    """One output column: numbers, true and false, or one of a few words."""

    name: str
    kind: Literal["number", "flag", "word"] = "number"
    words: tuple[str, ...] = ()

    @property
    def type(self) -> Any:
        """Its Arrow type."""
        if self.kind == "word":
            return pa.dictionary(pa.int16(), pa.string())
        return pa.float64() if self.kind == "number" else pa.bool_()


@dataclass(frozen=True, slots=True)
class Aspect:
    """Output columns that belong together, and how they are read off a report."""

    outputs: tuple[Output, ...]
    extract: Callable[[ScoreReport], Values]


class Rows(Protocol):
    """What a batch shows of its rows."""

    n: int
    refused: Array | None
    few: Array | None
    groups: Array | None

    def worth(self, position: int) -> Worth | None:
        """Return what the answers to an item are worth, None where the table does not have it."""

    def report(self, row: int) -> ScoreReport:
        """Return the report of one row."""


class Meanings:
    """What the cases of an aspect came to, by number. Case 0 is a row that could not be read."""

    def __init__(self, aspect: Aspect) -> None:
        self._aspect = aspect
        self._cases: list[Values] = [[None] * len(aspect.outputs)]
        self._tables: list[tuple[Array, Array]] | None = None
        self._texts: list[bytes] = []

    def __len__(self) -> int:
        """Return how many cases there are, the unreadable one among them."""
        return len(self._cases)

    def add(self, report: ScoreReport) -> int:
        """Take up what a report says and return the number of the case."""
        self._cases.append(self._aspect.extract(report))
        self._tables = None
        return len(self._cases) - 1

    def columns(self, cases: Array) -> list[Any]:
        """Return the output columns of rows by the numbers of their cases."""
        if self._tables is None:
            by_output = zip(*self._cases, strict=True)
            self._tables = [
                _table(output, values)
                for output, values in zip(self._aspect.outputs, by_output, strict=True)
            ]
        made: dict[tuple[Any, ...], Any] = {}
        masks: dict[bytes, Array] = {}
        found = []
        for output, (values, known) in zip(self._aspect.outputs, self._tables, strict=True):
            where = known.tobytes()
            if where not in masks:  # most columns are null in the same rows
                masks[where] = taken(known, cases)
            alike = output.type, output.words, values.tobytes(), where
            if alike not in made:  # the value of a sum is its sum
                made[alike] = _column(output, values, cases, masks[where])
            found.append(made[alike])
        return found

    def texts(self, write: Callable[[Sequence[Output], Values], bytes]) -> list[bytes]:
        """Return what `write` makes of every case, by number. It must be the same each time."""
        outputs = self._aspect.outputs
        self._texts += [write(outputs, values) for values in self._cases[len(self._texts) :]]
        return self._texts

    def statuses(self, cases: Array) -> Iterator[tuple[str, str, int]]:
        """Yield, where the aspect is a scale, its name, each status that some of the rows have, and
        how many have it.
        """
        names = [output.name for output in self._aspect.outputs]
        at = next((at for at, name in enumerate(names) if name.endswith(".status")), None)
        if at is None:
            return
        counts = np.bincount(cases, minlength=len(self._cases)).tolist()
        for values, count in zip(self._cases, counts, strict=True):
            if count and values[at] is not None:
                yield names[at].removesuffix(".status"), str(values[at]), count


def _table(output: Output, values: Sequence[Any]) -> tuple[Array, Array]:
    known = np.array([value is not None for value in values], bool)
    if output.kind == "word":
        places = {word: place for place, word in enumerate(output.words)}
        return np.array([places.get(value, 0) for value in values], np.int16), known
    dtype = np.float64 if output.kind == "number" else bool
    return np.array([0 if value is None else value for value in values], dtype), known


def _column(output: Output, table: Array, cases: Array, known: Array) -> Any:
    n = len(cases)
    n_missing = n - int(np.count_nonzero(known))
    if n_missing == n and output.kind != "word":
        return pa.nulls(n, output.type)
    values = taken(table, cases)
    bits = pa.py_buffer(np.packbits(known, bitorder="little")) if n_missing else None
    if output.kind == "flag":
        held = pa.py_buffer(np.packbits(values, bitorder="little"))
        return pa.Array.from_buffers(pa.bool_(), n, [bits, held], n_missing)
    kind = pa.int16() if output.kind == "word" else pa.float64()
    found = pa.Array.from_buffers(kind, n, [bits, pa.py_buffer(values)], n_missing)
    if output.kind == "word":
        return pa.DictionaryArray.from_arrays(found, pa.array(output.words, pa.string()))
    return found


class SumCases:
    """Cases of a scale that depends on its sum, on how many answers make it and on whom it is held
    against: the same that the scalar engine remembers a plain scale by.
    """

    def __init__(self, aspect: Aspect, items: Sequence[int], tally: Tally) -> None:
        self.aspect = aspect
        self.meanings = Meanings(aspect)
        self._items = items
        self._dtype = tally.dtype
        self._n_sums = tally.n_sums(items)
        self._few = self._n_sums * (len(items) + 1)
        self._refused = self._few + 1
        self._stride = self._few + 2
        self._case_of = self._new_group()

    def cases(self, rows: Rows) -> Array:
        """Return the number of every row's case."""
        key = self._keys(rows)
        found = self._case_of.take(key)
        if found.size and found.min() < 0:
            unknown = np.flatnonzero(found < 0)
            row_of = np.full(len(self._case_of), -1)
            row_of[key[unknown]] = unknown  # one of the rows of each key: they are alike
            for one in np.flatnonzero(row_of >= 0):
                self._case_of[one] = self.meanings.add(rows.report(int(row_of[one])))
            found = self._case_of.take(key)
        return found

    def _keys(self, rows: Rows) -> Array:
        worths = [worth for at in self._items if (worth := rows.worth(at)) is not None]
        sums = np.zeros(rows.n, self._dtype)
        for worth in worths:
            sums += worth.scores
        n_always, n_more = count_answered(worths, rows.n)
        key = np.multiply(n_more, self._n_sums, dtype=np.intp, out=room(rows.n, np.intp))
        key += sums
        key += n_always * self._n_sums
        if rows.few is not None:
            key[rows.few] = self._few
        if rows.groups is not None:
            while len(self._case_of) <= int(rows.groups.max(initial=0)) * self._stride:
                self._case_of = np.concatenate([self._case_of, self._new_group()])
            key += rows.groups * self._stride
        if rows.refused is not None:
            key[rows.refused] = self._refused
        return key

    def _new_group(self) -> Array:
        table = np.full(self._stride, -1, np.intp)
        table[self._refused] = 0
        return table


class RowCases:
    """Cases of an aspect that depends on which answers were given: one for all rows that look
    alike.
    """

    def __init__(self, aspect: Aspect, parts: Callable[[Any], Sequence[Array]]) -> None:
        self.aspect = aspect
        self._parts = parts
        self.meanings = Meanings(aspect)
        self._known: dict[bytes, int] = {}

    def cases(self, rows: Rows) -> Array:
        """Return the number of every row's case."""
        if len(self._known) > MOST_CASES:
            self._known, self.meanings = {}, Meanings(self.aspect)
        known = self._known
        keys = self._keys(rows)
        refused = rows.refused
        found = np.zeros(rows.n, np.intp)
        readable = range(rows.n) if refused is None else np.flatnonzero(~refused).tolist()
        for row in readable:
            key = keys[row]
            case = known.get(key)
            if case is None:
                case = known[key] = self.meanings.add(rows.report(row))
            found[row] = case
        return found

    def _keys(self, rows: Rows) -> list[bytes]:
        parts = [part.reshape(rows.n, 1).view(np.uint8) for part in self._parts(rows)]
        table = np.concatenate(parts, axis=1)
        keys: list[Any] = table.view(np.dtype((np.void, table.shape[1]))).ravel().tolist()
        return keys


Cases = SumCases | RowCases
