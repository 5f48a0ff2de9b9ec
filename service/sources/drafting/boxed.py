"""Fields that were asked as checkboxes: each of their choices has a column of its own in REDCap."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from service.scoring.instrument import Instrument, Item, Number
from service.sources.drafting.meaning import are_official, offered
from service.sources.drafting.sample import Question

Json = Mapping[str, Any]
_TICKED, _UNTICKED = [1, "Checked"], [0, "Unchecked"]
"""What a column holds as raw data, and as labels."""


class Boxed(NamedTuple):
    """The boxes of the fields whose choices are the official answers of their items, by column; the
    items of these fields, and the items of fields without boxes; how many fields with boxes were
    left out.
    """

    keys: Json
    items: Mapping[str, str]
    others: Mapping[str, str]
    n_left_out: int

    @property
    def member(self) -> Json:
        """The member `boxes` of a mapping."""
        told = {"ticked": _TICKED, "unticked": _UNTICKED, "keys": self.keys}
        return {"boxes": told} if self.keys else {}

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """What has to be confirmed of them."""
        named = ", ".join(self.items.values())
        told = f"item {named} was asked as checkboxes: the one that is ticked is the answer"
        return (told,) if self.items else ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is said of the fields that were left out."""
        if not self.n_left_out:
            return ()
        number = (
            "1 checkbox field was"
            if self.n_left_out == 1
            else f"{self.n_left_out} checkbox fields were"
        )
        return (f"{number} left out: each choice is a column of its own.",)


def boxed_of(
    questions: Iterable[Question], items: Mapping[str, str], instrument: Instrument
) -> Boxed:
    """Return the boxes of the fields of a data dictionary; `items` are the items by field."""
    keys: dict[str, Json] = {}
    found: dict[str, str] = {}
    fields = [one for one in questions if one.has_boxes]
    for field in fields:
        name = items.get(field.key)
        meant = None if name is None else _meant(field, instrument.items[instrument.position[name]])
        if name is not None and meant is not None:
            found[field.key] = name
            for choice in field.choices:
                value = {"item": name, "value": meant[choice.code]}
                keys[column_of(field.key, choice.code)] = value
    with_boxes = {field.key for field in fields}
    others = {key: item for key, item in items.items() if key not in with_boxes}
    return Boxed(keys, found, others, len(fields) - len(found))


def _meant(field: Question, item: Item) -> Mapping[str, Number] | None:
    is_certain = field.choices and are_official(field.choices, item)
    return offered(field.choices, item) if is_certain else None


def column_of(field: str, code: str) -> str:
    """Return the column of a choice, in which REDCap writes the code in lower case and `_` for a
    minus sign.
    """
    return f"{field}___{code.lower().replace('-', '_')}"
