"""JSON Pointers (RFC 6901) into a payload."""

import re
from typing import Any, NamedTuple

from service.scoring.issue import Path, Step

POINTER = r"(/([^~/]|~0|~1)*)*"
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}", re.ASCII)


class Found(NamedTuple):
    """What a pointer leads to, with the whole path to it."""

    value: Any
    path: Path


def parse_pointer(text: str) -> tuple[str, ...]:
    """Return the steps of a pointer; the empty pointer has none."""
    steps = text.split("/")[1:]
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def look_up(
    value: Any, steps: tuple[str, ...], path: Path = (), *, alone: bool = False
) -> Found | None:
    """Return what stands at a pointer below a value that stands at `path`, None where nothing
    does; a null that is there is found. `alone`: the first element of an array that has others
    is not.
    """
    for name in steps:
        step: Step
        if isinstance(value, dict) and name in value:
            step = name
        elif isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
            step = int(name)
            if alone and step == 0 and len(value) > 1:
                return None
        else:
            return None
        value, path = value[step], (*path, step)
    return Found(value, path)
