"""Faults that marshmallow finds, as issues, and the order in which an author reads them."""

from collections.abc import Iterable, Iterator
from typing import Any

from service.scoring.issue import Issue, Path


class Message(str):
    """A message of a marshmallow field with its code and what is allowed, which it keeps when the
    field fills in the placeholders.
    """

    code: str
    allowed: Any

    def __new__(cls, code: str, text: str, allowed: Any = None) -> "Message":
        """Return the text with a code attached."""
        message = super().__new__(cls, text)
        message.code = code
        message.allowed = allowed
        return message

    def format(self, *args: object, **kwargs: object) -> "Message":
        """Fill in placeholders; `allowed` is kept beside the text."""
        allowed = kwargs.pop("allowed", self.allowed)
        return Message(self.code, super().format(*args, **kwargs), allowed)


def shape_faults(messages: Any, path: Path = ()) -> Iterator[Issue]:
    """Turn marshmallow's nested error messages into faults."""
    if isinstance(messages, dict):
        for step, below in messages.items():
            yield from shape_faults(below, path if step == "_schema" else (*path, step))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            if isinstance(message, dict):
                yield from shape_faults(message, path)
            else:
                code = getattr(message, "code", "invalid")
                yield Issue(path, code, str(message), getattr(message, "allowed", None))


def in_document_order(faults: Iterable[Issue], document: object) -> tuple[Issue, ...]:
    """Return each fault once, ordered as the members stand in the document."""
    order = _DocumentOrder(document)
    once = {(fault.path, fault.code, fault.detail): fault for fault in faults}
    return tuple(sorted(once.values(), key=order.place))


class _DocumentOrder:
    """Where the members of a document stand; each object is counted through only once."""

    def __init__(self, document: object) -> None:
        self._document = document
        self._positions: dict[int, dict[str, int]] = {}

    def place(self, fault: Issue) -> tuple[tuple[int, ...], str, str, str]:
        """Return what a fault is sorted by: the position at each step of its path, as far as the
        document goes.
        """
        where: Any = self._document
        steps = []
        for step in fault.path:
            if isinstance(where, dict) and step in where:
                steps.append(self._position(where, str(step)))
                where = where[step]
            elif isinstance(where, list) and isinstance(step, int) and step < len(where):
                steps.append(step)
                where = where[step]
            else:
                break
        return tuple(steps), fault.pointer, fault.code, fault.detail

    def _position(self, members: dict[str, Any], name: str) -> int:
        if id(members) not in self._positions:
            self._positions[id(members)] = {member: index for index, member in enumerate(members)}
        return self._positions[id(members)][name]
