"""The strict reader for many short documents: most are read by the quicker library, and those alone
whose text leaves the strict reader nothing to refuse.
"""

import orjson

from service.strict.reader import JSONValue, loads

_LARGEST = 10**15
"""The strict reader refuses whole numbers of more digits."""
_SCALARS = frozenset({str, bool, type(None)})


def quick_loads(raw: bytes) -> JSONValue:
    """Return what the strict reader returns. Raises UnreadableJSON as it does.

    A text without an escape in which there are as many colons as the value has members names no
    member twice: each member has a colon of its own, and a colon within a string is one too many.
    """
    if b"\\" in raw:
        return loads(raw)
    try:
        value: JSONValue = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return loads(raw)
    if type(value) is not dict:
        return loads(raw)
    n_members = _members(value, 2)
    return value if n_members is not None and n_members == raw.count(b":") else loads(raw)


def _members(value: JSONValue, depth: int) -> int | None:
    """Count the members of objects at most `depth` levels deep. None: there is more below, or a
    number that only the strict reader can judge.
    """
    n_members = 0
    if type(value) is dict:
        n_members = len(value)
        members = list(value.values())
    elif type(value) is list:
        members = value
    else:
        members = [value]
    for member in members:
        kind = type(member)
        if kind is int:
            if not -_LARGEST < member < _LARGEST:  # type: ignore[operator]
                return None
        elif kind not in _SCALARS:
            if kind is float or not depth:
                return None
            below = _members(member, depth - 1)
            if below is None:
                return None
            n_members += below
    return n_members
