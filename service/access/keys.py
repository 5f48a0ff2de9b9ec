"""API keys: how one is made, what is kept of it, and whose a key is.

A key is random and long, so its SHA-256 can be kept without salt and without many rounds: nobody
can try 2^256 of them. The key itself is kept nowhere.
"""

import hmac
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from service.access.caller import SCOPES, Caller, Refused, Scope
from service.access.watched_file import Kind, UnusableFile, WatchedFile

KEY_BYTES = 32
SHORTEST_KEY = 32
"""Characters: 128 bits where a key is written in hexadecimal digits. A word somebody can remember
is shorter.
"""
LIVE_KEYS = 2
"""Keys of one client at the same time: the one in use, and the one that replaces it."""
MOST_KEYS = 1000

CLIENT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class KeyFileError(UnusableFile):
    """A file of keys has faults, each told with its line."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__("API_KEYS_FILE", faults)


class Key(NamedTuple):
    """What is kept of one key: SHA-256 of its characters, and the client that holds it."""

    digest: bytes
    caller: Caller


class KeyRing:
    """The keys that are accepted."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)

    def identify(self, credential: str) -> Caller:
        """Return the client that holds a key. Raises Refused `unknown_key`.

        Every key is compared, each in constant time, whichever fits: how long it takes says
        nothing about them.
        """
        digest = sha256(credential.encode()).digest()
        found: Caller | None = None
        for key in self.keys:
            if hmac.compare_digest(key.digest, digest):
                found = key.caller
        if found is None or len(credential) < SHORTEST_KEY:
            raise Refused("unknown_key")
        return found


class KeyFile(WatchedFile[KeyRing]):
    """The keys of a file as it stands now; see WatchedFile."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the file. Raises UnusableFile."""
        super().__init__(path, _KEYS, _read_bytes, KeyRing(()), clock)

    def identify(self, credential: str) -> Caller:
        """Return the client that holds a key. Raises Refused."""
        return self.current().identify(credential)


_KEYS = Kind(setting="API_KEYS_FILE", content="keys", admits="key")


def new_key() -> str:
    """Return a key of 256 random bits as 43 letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(KEY_BYTES)


def line_of(client: str, key: str, scopes: Iterable[Scope]) -> str:
    """Return the line of the file that admits a key: client, SHA-256 in hexadecimal digits, scopes
    joined by commas.
    """
    named = ",".join(scope for scope in SCOPES if scope in set(scopes))
    return f"{client} {sha256(key.encode()).hexdigest()} {named}"


def read_keys(text: str) -> KeyRing:
    """Read a file of keys: one in each line as `line_of` writes it; empty lines and those that
    begin with `#` are left out.

    Raises KeyFileError naming every fault at once, also where there is no key at all: a file that
    is just being written looks like that.
    """
    keys: list[Key] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            keys.append(_read_line(line))
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
    faults.extend(_faults_among(keys))
    if not keys and not faults:
        faults.append("it holds no key")
    if faults:
        raise KeyFileError(faults)
    return KeyRing(keys)


def _read_bytes(raw: bytes) -> KeyRing:
    try:
        return read_keys(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise KeyFileError(["it is not UTF-8"]) from None


def _read_line(line: str) -> Key:
    columns = line.split()
    if len(columns) != 3:
        raise ValueError("must be client, SHA-256 and scopes, with spaces between")
    client, digest, scopes = columns
    if not CLIENT.fullmatch(client):
        raise ValueError("the client must be 1 to 64 lower-case letters, digits or . _ -")
    if not _DIGEST.fullmatch(digest):
        raise ValueError("the SHA-256 must be 64 hexadecimal digits in lower case")
    return Key(bytes.fromhex(digest), Caller(client, read_scopes(scopes)))


def read_scopes(text: str) -> frozenset[Scope]:
    """Read scopes joined by commas. Raises ValueError that says which there are."""
    named = text.split(",")
    known = frozenset(scope for scope in SCOPES if scope in named)
    if len(known) != len(named):
        raise ValueError(f"scopes must be some of {','.join(SCOPES)}, each once")
    return known


def _faults_among(keys: list[Key]) -> Iterator[str]:
    if len(keys) > MOST_KEYS:
        yield f"it holds more than {MOST_KEYS} keys"
    if len({key.digest for key in keys}) < len(keys):
        yield "a SHA-256 comes twice"
    if max(Counter(key.caller.name for key in keys).values(), default=0) > LIVE_KEYS:
        yield f"a client has more than {LIVE_KEYS} keys"
