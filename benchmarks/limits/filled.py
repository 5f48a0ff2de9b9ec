"""Bodies as long as they may be."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

BODY = 262_144
"""Bytes of the longest body, and of the longest line of a batch (MAX_BODY_BYTES)."""
BATCH = 33_554_432
"""Bytes of the longest body of a batch (MAX_BATCH_BYTES)."""
_MOST = 100_000


def filled(make: Callable[[int], Any], most_bytes: int = BODY, most: int = _MOST) -> Any:
    """Return `make` of the greatest number, at most `most`, whose JSON is no longer than a body."""

    def fits(number: int) -> bool:
        return number <= most and len(orjson.dumps(make(number))) <= most_bytes

    low, high = 1, 2
    while fits(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return make(low)


def repeated(lines: Sequence[bytes], most_bytes: int = BATCH, head: bytes = b"") -> bytes:
    """Return a batch of these lines, over and over."""
    block = b"".join(line + b"\n" for line in lines)
    return head + block * ((most_bytes - len(head)) // len(block))
