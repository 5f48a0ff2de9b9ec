"""Faults of a definition: where (JSON Pointer), a stable code, and a sentence that says what is
allowed.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """One fault: `pointer` into the resolved definition ("" is the whole), `code`, and `reason`."""

    pointer: str
    code: str
    reason: str


class Message(str):
    """A message of a marshmallow field that keeps its code, also when the field fills in the
    placeholders.
    """

    code: str

    def __new__(cls, code: str, text: str) -> "Message":
        """Return the text with a code attached."""
        message = super().__new__(cls, text)
        message.code = code
        return message

    def format(self, *args: object, **kwargs: object) -> "Message":
        """Fill in placeholders, keeping the code."""
        return Message(self.code, super().format(*args, **kwargs))


def join(parent: str, *steps: str | int) -> str:
    """Return the JSON Pointer (RFC 6901) of a member or element below `parent`."""
    for step in steps:
        text = str(step)
        if "~" in text or "/" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        parent = f"{parent}/{text}"
    return parent


def shape_faults(
    messages: Any, pointer: str = "", point: Callable[[str, str | int], str] = join
) -> Iterator[Fault]:
    """Turn marshmallow's nested error messages into faults; `point` gives the pointer of a member
    or element.
    """
    if isinstance(messages, dict):
        for step, below in messages.items():
            yield from shape_faults(
                below, pointer if step == "_schema" else point(pointer, step), point
            )
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            if isinstance(message, dict):
                yield from shape_faults(message, pointer, point)
            else:
                yield Fault(pointer, getattr(message, "code", "invalid"), str(message))


def in_document_order(faults: Iterable[Fault], document: object) -> tuple[Fault, ...]:
    """Return each fault once, ordered as the members stand in the document."""

    positions: dict[int, dict[str, int]] = {}

    def position(members: dict[str, Any], name: str) -> int:
        """Return which member of an object a name is, counted from 0; each object is counted
        through only once.
        """
        if id(members) not in positions:
            positions[id(members)] = {member: index for index, member in enumerate(members)}
        return positions[id(members)][name]

    def place(fault: Fault) -> tuple[tuple[int, ...], Fault]:
        """Return what a fault is sorted by: the position at each step of its pointer, as far as the
        document goes.
        """
        where: Any = document
        steps = []
        for step in fault.pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(where, dict) and name in where:
                steps.append(position(where, name))
                where = where[name]
            elif isinstance(where, list) and name.isdecimal() and int(name) < len(where):
                steps.append(int(name))
                where = where[int(name)]
            else:
                break
        return tuple(steps), fault

    return tuple(sorted(set(faults), key=place))
