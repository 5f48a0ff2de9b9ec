"""Finding the answers in a payload: each with the keys that it goes by, and its place."""

from collections.abc import Iterator, Set
from typing import Any, NamedTuple

from service.scoring.issue import Path
from service.sources.mapping import Container
from service.sources.pointer import Found, look_up


class Entry(NamedTuple):
    """One question of a payload: the keys that it goes by, the most telling first, and its answer.

    `found` None: there is nothing where the mapping looks for an answer; `holds` tells whether
    there is something elsewhere, so that it is not simply unanswered.
    """

    keys: tuple[str, ...]
    path: Path
    found: Found | None
    holds: bool = False


def walk(node: Any, path: Path, container: Container) -> Iterator[Entry]:
    """Yield every question that a container holds. What is neither array nor object holds none."""
    if container.kind == "map":
        if isinstance(node, dict):
            yield from _members(node, path, "", container)
    elif isinstance(node, list):
        yield from _elements(node, path, (), container)


def _members(
    node: dict[str, Any], path: Path, before: str, container: Container
) -> Iterator[Entry]:
    for name, value in node.items():
        place = (*path, name)
        if name in container.descend and isinstance(value, dict):
            yield from _members(value, place, f"{before}{name}/", container)
        else:
            found = _answer(value, place, container)
            keys = (container.shorten(before + name),)
            yield Entry(keys, place, found, found is None and value not in (None, {}, []))


def _elements(
    node: list[Any], path: Path, around: tuple[str, ...], container: Container
) -> Iterator[Entry]:
    """Yield the questions of an array, whose elements go by the keys `around` it unless they have
    their own.
    """
    for index, element in enumerate(node):
        if not isinstance(element, dict):
            continue
        place = (*path, index)
        own = _texts(element, container.key)
        keys = own or around
        found = _answer(element, place, container)
        deeper = _arrays(element, container.descend)
        if found is not None or not deeper:
            # An element with its own key that may hold others is a question without an answer.
            is_question = bool(own and container.descend)
            holds = found is None and bool(element) and not is_question
            yield Entry(_with_row(element, keys, container), place, found, holds)
        for name in deeper:
            yield from _elements(element[name], (*place, name), keys, container)


def _arrays(element: dict[str, Any], names: Set[str]) -> list[str]:
    """Return under which of some names an element has an array, in the element's order."""
    return [name for name, part in element.items() if name in names and isinstance(part, list)]


def _answer(value: Any, path: Path, container: Container) -> Found | None:
    """Return what stands where the mapping looks: the first that is there and not null, else a
    null that is there.
    """
    empty, members = None, value if isinstance(value, dict) else None
    for steps in container.value:
        if members is not None and steps and steps[0] not in members:
            continue  # told at once: an array may have many elements that hold nothing
        found = look_up(value, steps, path, alone=True)
        if found is not None and found.value is not None:
            return found
        empty = empty or found
    return empty


def _texts(element: dict[str, Any], pointers: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    leading = [steps for steps in pointers if not steps or steps[0] in element]
    texts = [_text(look_up(element, steps)) for steps in leading]
    return tuple(text for text in texts if text is not None)


def _text(found: Found | None) -> str | None:
    value = None if found is None else found.value
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else None


def _with_row(element: Any, keys: tuple[str, ...], container: Container) -> tuple[str, ...]:
    row = None if container.row_key is None else _text(look_up(element, container.row_key))
    return tuple(container.shorten(key if row is None else f"{key}/{row}") for key in keys)
