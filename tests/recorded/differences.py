"""What differs between a recorded answer and the present one, member by member."""

import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["added", "dropped", "changed", "order"]

# From 3.12 on, `sum` makes up for what it rounds away.
RECORDED_WITH = (3, 11)
ABSENT: Any = object()

# Members that name a revision of the service or of a definition, or a single request.
NAMES_A_REVISION = re.compile(
    r"(/service_version|/result_id|/request_id"
    r"|(/instrument|/instruments/[^/]+)/(version|digest)"
    r"|/(series|change|alerts|sessions/[^/]+/forms)/[^/]+/version)$"
)

# What identifies an entry of a list, the first that its entries have and that tells them apart.
IDENTITIES = (
    ("id",),
    ("system",),
    ("number",),
    ("session",),
    ("item",),
    ("rule", "instrument", "perspective", "timing", "scale"),
    ("instrument", "perspective", "timing", "scale"),
    ("pointer", "code"),
)


@dataclass(frozen=True)
class Difference:
    """One difference: the path of a member and its two values.

    An entry of a list stands in the path with what identifies it, otherwise with its place.
    """

    path: str
    kind: Kind
    was: Any = ABSENT
    now: Any = ABSENT


def differences(was: Any, now: Any, path: str = "") -> Iterator[Difference]:
    """Yield every difference between two JSON values; 1 and 1.0 differ, as their bytes do."""
    if NAMES_A_REVISION.search(path):
        return
    if isinstance(was, dict) and isinstance(now, dict):
        yield from _of_members(was, now, path)
    elif isinstance(was, list) and isinstance(now, list):
        name = _identity(was + now)
        before, after = _by_identity(was, name), _by_identity(now, name)
        if before is not None and after is not None:
            yield from _of_members(before, after, path)
        else:
            places = (dict(enumerate(values)) for values in (was, now))
            yield from _of_members(*places, path)
    elif not _same(was, now):
        yield Difference(path, "changed", was, now)


def _same(was: Any, now: Any) -> bool:
    """Tell whether two values have the same bytes; another Python may round otherwise."""
    if type(was) is not type(now):
        return False
    if type(was) is float and sys.version_info[:2] != RECORDED_WITH:
        return math.isclose(was, now, rel_tol=1e-12)
    return bool(was == now)


def _of_members(was: dict[Any, Any], now: dict[Any, Any], path: str) -> Iterator[Difference]:
    for member, value in was.items():
        below = f"{path}/{member}"
        if member in now:
            yield from differences(value, now[member], below)
        else:
            yield Difference(below, "dropped", was=value)
    for member in now:
        if member not in was:
            yield Difference(f"{path}/{member}", "added", now=now[member])
    before, after = [name for name in was if name in now], [name for name in now if name in was]
    if before != after:
        yield Difference(path, "order", before, after)


def _identity(entries: list[Any]) -> tuple[str, ...]:
    """Return the members that identify the entries of a list, none where they are no objects."""
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        return ()
    return next((names for names in IDENTITIES if all(names[0] in one for one in entries)), ())


def _by_identity(entries: list[Any], names: tuple[str, ...]) -> dict[str, Any] | None:
    """Return the entries by what identifies them, None where two have the same name."""
    if not names:
        return None
    found = {":".join(str(entry.get(name)) for name in names): entry for entry in entries}
    return found if len(found) == len(entries) else None
