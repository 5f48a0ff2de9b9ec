"""What is remembered of tokens, within bounds: those that were verified, and those that were used.

Each process remembers for itself.
"""

import threading
from hashlib import sha256
from typing import NamedTuple

from service.access.caller import Caller
from service.access.tokens.key_set import KeySet
from service.access.tokens.sources import KeySource

MOST_VERIFIED = 1000
LONGEST_REMEMBERED = 60.0
"""Seconds."""
MOST_USED = 50_000


class Verified(NamedTuple):
    """Whose a token is, until when that is remembered (Unix time), and what it rests on: the
    issuers and the keys as they were.
    """

    caller: Caller
    until: float
    issuers: object
    source: KeySource
    keys: KeySet


class VerifiedTokens:
    """Tokens that were verified, by their SHA-256; the oldest makes room."""

    def __init__(self) -> None:
        self._known: dict[bytes, Verified] = {}
        self._adding = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, text: str) -> Verified | None:
        """Return what is known of a token."""
        return self._known.get(_digest(text))

    def add(self, text: str, verified: Verified) -> None:
        """Remember a token."""
        with self._adding:
            self._known[_digest(text)] = verified
            while len(self._known) > MOST_VERIFIED:
                del self._known[next(iter(self._known))]


class UsedTokens:
    """Ids of tokens that are good for one use, each kept until its token has expired; the oldest
    makes room.
    """

    def __init__(self) -> None:
        self._used: dict[bytes, float] = {}
        self._adding = threading.Lock()

    def __len__(self) -> int:
        return len(self._used)

    def use(self, issuer: str, token_id: str, until: float, now: float) -> bool:
        """Note the use of a token until a Unix time; return whether it is the first."""
        key = _digest(f"{len(issuer)} {issuer} {token_id}")
        with self._adding:
            while self._used and (
                next(iter(self._used.values())) <= now or len(self._used) >= MOST_USED
            ):
                del self._used[next(iter(self._used))]
            if self._used.get(key, now) > now:
                return False
            self._used.pop(key, None)
            self._used[key] = until
            return True


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
