"""Long tables, with a row for each answer, made wide: a row for each form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from service.batch.engine.cells import Array, encoded
from service.batch.engine.columns import Columns, UnusableTable
from service.scoring.instrument import Instrument

_NO_REFERENCE = "reference: required"


@dataclass(frozen=True, slots=True)
class LongColumns:
    """The columns of a long table: whose the answer is, to which item, and which it is.

    `items` maps what the item column says to item ids; with it other rows are passed over, without
    it the column holds item ids and nothing else.
    """

    reference: str
    item: str
    value: str
    items: Mapping[str, str] | None = None
    age: str | None = None
    sex: str | None = None

    def names(self) -> list[str]:
        """Return the name of every column that is looked at."""
        names = (self.reference, self.item, self.value, self.age, self.sex)
        return [name for name in names if name is not None]

    def wide(self, text: bool) -> dict[str, Any]:
        """Return how the columns of the wide table are named, for `Columns.named`."""
        return {"reference": self.reference, "age": self.age, "sex": self.sex, "text": text}


def widen(
    table: Any, columns: LongColumns, instrument: Instrument, text: bool = False
) -> tuple[Any, Columns, dict[int, str]]:
    """Return a long Arrow table as a wide record batch, its columns, and what is wrong with rows
    that cannot be scored: an item that is there twice or is none of the form's.

    The rows are in the order in which the references first appear; age and sex are those of a
    reference's first row. Raises UnusableTable where a column is missing.
    """
    missing = [name for name in columns.names() if name not in table.schema.names]
    if missing:
        raise UnusableTable([f"There is no column {name}." for name in missing])
    people, references = _places(table[columns.reference])
    items = _items(table[columns.item], columns.items, instrument)
    n, item_ids = len(references), instrument.item_ids
    rows = _first_rows(people, items, n, len(item_ids))
    values = table[columns.value].combine_chunks()
    wide = {f"item {one}": _taken(values, rows[:, at]) for at, one in enumerate(item_ids)}
    by_name = dict(zip(wide, item_ids, strict=True))
    of_person = np.full(n, -1, np.int64)
    of_person[people[::-1]] = np.arange(len(people))[::-1]
    for name in (columns.age, columns.sex):
        if name is not None:
            wide[name] = _taken(table[name].combine_chunks(), of_person)
    wide[columns.reference] = references
    faults = _Faults()
    faults.add_repeated(people, items, item_ids)
    if columns.items is None:
        faults.add(people[items < 0], "answers: unknown_item")
    faults.add(np.flatnonzero(references.is_null()), "reference: required")
    named = Columns.named(instrument, by_name, **columns.wide(text))
    return pa.record_batch(wide), named, faults.by_row()


class _Faults:
    """What is wrong with forms, by their rows."""

    def __init__(self) -> None:
        self._found: dict[int, list[str]] = {}

    def add(self, rows: Array, fault: str) -> None:
        """Say one thing of some rows, each of them once."""
        for row in np.unique(rows).tolist():
            self._found.setdefault(row, []).append(fault)

    def add_repeated(self, people: Array, items: Array, item_ids: tuple[str, ...]) -> None:
        """Say of which rows an item has more than one answer."""
        known = items >= 0
        places, counts = np.unique(people[known] * len(item_ids) + items[known], return_counts=True)
        for place in places[counts > 1].tolist():
            person, item = divmod(place, len(item_ids))
            self._found.setdefault(person, []).append(f"item {item_ids[item]}: repeated_item")

    def by_row(self) -> dict[int, str]:
        """Return all that is wrong with a row in one line."""
        return {row: "; ".join(faults) for row, faults in self._found.items()}


def _items(column: Any, mapped: Mapping[str, str] | None, instrument: Instrument) -> Array:
    """Return the position of the item that each row of a long table is about, -1 for none.

    Raises UnusableTable where what the column says is mapped to no item of the form.
    """
    position_of = {item: at for at, item in enumerate(instrument.item_ids)}
    if mapped is None:
        mapped = {item: item for item in position_of}
    unknown = sorted({item for item in mapped.values() if item not in position_of})
    if unknown:
        raise UnusableTable([f"The form has no item {', '.join(unknown)}."])
    places, names = _places(column)
    positions = [position_of.get(mapped.get(_name(name), ""), -1) for name in names.to_pylist()]
    return np.array(positions, np.int64)[places]


def _name(name: object) -> str:
    return str(name).strip()


def _places(column: Any) -> tuple[Array, Any]:
    """Return the place of every cell among the distinct values, and these in order of appearance;
    null is one of them.
    """
    column = encoded(column.combine_chunks())
    if len(column.dictionary.unique()) < len(column.dictionary) or column.dictionary.null_count:
        column = column.dictionary_decode().dictionary_encode()
    places = column.indices.cast(pa.int64())
    distinct = column.dictionary
    if places.null_count:
        places = places.fill_null(len(distinct))
        distinct = pa.concat_arrays([distinct, pa.nulls(1, distinct.type)])
    found = places.to_numpy()
    used, first = np.unique(found, return_index=True)
    in_order = used[np.argsort(first)]
    renumbered = np.full(len(distinct), -1, np.int64)
    renumbered[in_order] = np.arange(len(in_order))
    return renumbered[found], distinct.take(pa.array(in_order))


def _first_rows(people: Array, items: Array, n: int, width: int) -> Array:
    """Return for each person and item the first row that holds the answer, -1 where none does."""
    found = np.full((n, width), -1, np.int64)
    known = np.flatnonzero(items >= 0)[::-1]
    found[people[known], items[known]] = known
    return found


def _taken(values: Any, rows: Array) -> Any:
    return values.take(pa.array(rows, mask=rows < 0))
