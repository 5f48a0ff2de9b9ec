"""The check of items that are those of other forms, as in a score that is made of two forms."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.definitions.build.instrument import build_response_set
from service.scoring.instrument import Answer, Item, Number
from service.scoring.issue import Issue, Path

Document = Mapping[str, Any]
Worth = dict[Answer, Number | None]


def check_shared_items(document: Document, others: Mapping[str, Document]) -> Iterator[Issue]:
    """Yield a fault for every item that says it is the item of another form and is not there, or
    whose answers count otherwise there.

    `others` holds the highest version of every other definition by id.
    """
    for index, item in enumerate(document["items"]):
        if "same_as" in item:
            yield from _shared(document, item, ("items", index, "same_as"), others)


def _shared(
    document: Document, item: Document, where: Path, others: Mapping[str, Document]
) -> Iterator[Issue]:
    named = item["same_as"]
    form, name = named["instrument"], named["item"]
    other = others.get(form)
    if other is None or form == document["id"]:
        yield Issue((*where, "instrument"), "unknown_instrument", f'there is no other "{form}"')
        return
    twin = next((one for one in other["items"] if one["id"] == name), None)
    if twin is None:
        yield Issue((*where, "item"), "unknown_item", f'"{form}" has no item "{name}"')
    elif document["submitted_as"] != other["submitted_as"]:
        text = f'numbers are submitted as {other["submitted_as"]} on "{form}"'
        yield Issue(where, "answers_differ", text)
    elif _worth(document, item) != _worth(other, twin):
        yield Issue(where, "answers_differ", f'answers count otherwise on "{form}"')


def _worth(document: Document, item: Document) -> tuple[object, ...]:
    """Return what each answer of an item is worth once it is keyed (None: not known), the ends of
    its range, and what the numbers of a line are worth.
    """
    name = item["response_set"]
    part = {"step": 1, "labels": [], **document["response_sets"][name]}
    built = Item("", build_response_set(name, part), reverse=item.get("reverse", False))
    worth: Worth = {**built.score_of, **dict.fromkeys(built.not_known)}
    answers = built.response_set
    line = (answers.minimum, answers.maximum, answers.steps) if answers.steps is not None else None
    return worth, built.lowest, built.highest, line
