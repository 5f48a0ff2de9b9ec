"""Whether a value has the shape that its type says: every member that is needed and no other."""

from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

NUMBERS = {float: (int, float), int: (int,)}


def faults(value: Any, expected: Any, where: str = "") -> Iterator[str]:
    """Yield where a value is not what a type of a report asks for."""
    origin, parts = get_origin(expected), get_args(expected)
    if origin in (Annotated, NotRequired):
        yield from faults(value, parts[0], where)
    elif origin in (Union, UnionType):
        if not any(not [*faults(value, part)] for part in parts):
            yield from ([*faults(value, parts[0], where)] if len(parts) == 2 else [where])
    elif is_typeddict(expected):
        yield from _of_members(value, expected, where)
    elif origin is Literal:
        yield from [] if value in parts else [f"{where}: {value!r}"]
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        for name, member in value.items() if isinstance(value, Mapping) else [("", None)]:
            yield from faults(member, parts[1], f"{where}/{name}")
    elif isinstance(origin, type) and issubclass(origin, Sequence):
        if not isinstance(value, list | tuple):
            yield f"{where}: {value!r}"
        else:
            for place, member in enumerate(value):
                yield from faults(member, parts[0], f"{where}/{place}")
    elif expected is not Any:
        yield from _of_plain(value, expected, where)


def _of_members(value: Any, expected: Any, where: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{where}: {value!r}"
        return
    hints = get_type_hints(expected, include_extras=True)
    yield from (f"{where}/{name}: lacking" for name in expected.__required_keys__ - set(value))
    for name, member in value.items():
        if name in hints:
            yield from faults(member, hints[name], f"{where}/{name}")
        else:
            yield f"{where}/{name}: unknown"


def _of_plain(value: Any, expected: Any, where: str) -> Iterator[str]:
    allowed = NUMBERS.get(expected, (NoneType if expected is None else expected,))
    is_flag = isinstance(value, bool) and bool not in allowed
    if is_flag or not isinstance(value, allowed):
        yield f"{where}: {value!r}"
