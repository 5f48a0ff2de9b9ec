"""Edits of a definition by JSON Pointer."""

import copy
from collections.abc import Mapping
from typing import Any

REMOVED = object()


def edited(document: Any, edits: Mapping[str, Any]) -> Any:
    """Return a copy with the values at some pointers replaced, REMOVED, or appended (a last step
    `-`).
    """
    document = copy.deepcopy(document)
    for pointer, value in edits.items():
        *path, last = pointer.split("/")[1:]
        where = document
        for step in path:
            where = where[int(step)] if isinstance(where, list) else where[step]
        if isinstance(where, list):
            if last == "-":
                where.append(value)
            else:
                where[int(last)] = value
        elif value is REMOVED:
            del where[last]
        else:
            where[last] = value
    return document
