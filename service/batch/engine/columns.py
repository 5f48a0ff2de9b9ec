"""Which column of a table holds what, and whether it can."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.batch.engine.cells import refusal
from service.scoring.instrument import Instrument


class UnusableTable(ValueError):
    """A table cannot be scored at all; `faults` holds a sentence for each reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(["The table cannot be scored:", *(f"  - {f}" for f in faults)]))
        self.faults = tuple(faults)


class UnusableOther(UnusableTable):
    """What stands beside a table cannot be used; each fault names where it is."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns that matter: by item id, and of reference, age and sex.

    `text`: numbers may be written out, as in a CSV file. `clocks` are the items that ask for a
    clock time.
    """

    items: Mapping[str, str]
    reference: str | None = None
    age: str | None = None
    sex: str | None = None
    text: bool = False
    clocks: frozenset[str] = frozenset()

    @classmethod
    def named(
        cls,
        instrument: Instrument,
        items: Mapping[str, str] | None = None,
        reference: str | None = None,
        age: str | None = None,
        sex: str | None = None,
        text: bool = False,
    ) -> "Columns":
        """Return the columns of an instrument's items; `items` maps their names to item ids, and
        without it they are named like the items.

        Raises UnusableTable where an item is mapped twice or is none of the form's.
        """
        if items is None:
            items = dict(zip(instrument.item_ids, instrument.item_ids, strict=True))
        unknown = [item for item in items.values() if item not in instrument.position]
        faults = []
        if unknown:
            known = ", ".join(instrument.item_ids)
            faults.append(f"The form has no item {_list(unknown)}; its items are {known}.")
        by_item = {item: column for column, item in items.items()}
        if len(by_item) < len(items):
            faults.append("Two columns are mapped to the same item.")
        if faults:
            raise UnusableTable(faults)
        return cls(by_item, reference, age, sex, text, instrument.clock_items)

    def names(self) -> list[str]:
        """Return the name of every column that is looked at."""
        others = (self.reference, self.age, self.sex)
        return list(dict.fromkeys([*self.items.values(), *(name for name in others if name)]))

    def within(self, schema: Any, instrument: Instrument) -> "Columns":
        """Return the columns that a table of an Arrow schema has; only items that every respondent
        may leave out need not be there.

        Raises UnusableTable with every column that is missing or cannot be read.
        """
        there = {item: name for item, name in self.items.items() if _has(schema, name)}
        faults = [*self._missing(schema, instrument, there)]
        if not faults:
            faults += self._unreadable(schema, instrument, there)
        if faults:
            raise UnusableTable(faults)
        return replace(self, items=there)

    def _missing(
        self, schema: Any, instrument: Instrument, there: Mapping[str, str]
    ) -> Iterator[str]:
        for name in self.names():
            if len(schema.get_all_field_indices(name)) > 1:
                yield f"Two columns are named {name}."
        needed = [one.id for one in instrument.items if not one.optional and one.id not in there]
        if needed:
            yield (
                f"No column holds item {_list(needed)}: map a column to each "
                "(an empty one where it was not asked)."
            )
        others = [name for name in (self.reference, self.age, self.sex) if name is not None]
        for name in others:
            if not _has(schema, name):
                yield f"There is no column {name}."

    def _unreadable(
        self, schema: Any, instrument: Instrument, items: Mapping[str, str]
    ) -> Iterator[str]:
        numbers = {}
        for item, name in items.items():
            if item not in instrument.clock_items:
                numbers[f"item {item}"] = name
            elif held := refusal(schema.field(name).type, clock=True):
                yield f"Column {name} (item {item}) holds {held}; a text such as 23:15 is needed."
        if self.age is not None:
            numbers["the age"] = self.age
        for what, name in numbers.items():
            held = refusal(schema.field(name).type, text=self.text)
            if held:
                yield f"Column {name} ({what}) holds {held}; numbers are needed."
        if self.sex is not None and refusal(schema.field(self.sex).type, clock=True):
            yield f"Column {self.sex} (the sex) holds no text."


def _has(schema: Any, name: str) -> bool:
    return bool(schema.get_all_field_indices(name))


def _list(items: Sequence[str]) -> str:
    return ", ".join(items)
