"""Public keys of an issuer (JWK Set, RFC 7517), and whether one of them signed a token."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jwt import PyJWK, PyJWS
from jwt.exceptions import PyJWTError

from service.access.caller import Refused
from service.access.tokens.token import ALGORITHMS, Token, is_name
from service.strict.reader import UnreadableJSON, loads

MOST_KEYS = 100
_SHORTEST_RSA, _LONGEST_RSA = 2048, 8192
"""Bits: shorter ones can be broken, longer ones take long to verify."""

_FITTING = {("RSA", None): ("RS384", "RS256"), ("EC", "P-384"): ("ES384",)}
_FITTING[("EC", "P-256")] = ("ES256",)
_PUBLIC = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y")}

_verifier = PyJWS(algorithms=list(ALGORITHMS))


class UnusableKeys(ValueError):
    """What should be a JWK Set is none, or holds no key that can be used."""


class KeySet:
    """Keys by id and algorithm."""

    def __init__(self, keys: Mapping[tuple[str, str], Sequence[PyJWK]]) -> None:
        self._keys = dict(keys)
        self._ids = {key_id for key_id, _ in keys}

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._ids

    def verify(self, token: Token) -> None:
        """Verify the signature of a token with the one key that it names.

        Raises Refused: `unknown_kid` where no key has that id, or more than one that fits;
        `wrong_algorithm` where the key is for others; `bad_signature`.
        """
        if token.key_id not in self._ids:
            raise Refused("unknown_kid")
        fitting = self._keys.get((token.key_id, token.algorithm), ())
        if not fitting:
            raise Refused("wrong_algorithm")
        if len(fitting) > 1:
            raise Refused("unknown_kid")
        try:
            _verifier.decode_complete(token.text, fitting[0], algorithms=[token.algorithm])
        except PyJWTError:
            raise Refused("bad_signature") from None


NO_KEYS = KeySet({})


def read_key_set(raw: bytes) -> KeySet:
    """Read a JWK Set. Keys of other kinds, for encryption, without an id, private ones and those
    of other lengths are left out.

    Raises UnusableKeys where no key is left, or where it is no JWK Set.
    """
    try:
        document: Any = loads(raw)
    except UnreadableJSON as refused:
        raise UnusableKeys(f"it is not JSON: {refused.detail.rstrip('.')}") from None
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise UnusableKeys('it is no JWK Set: an object with a list "keys"')
    if len(entries) > MOST_KEYS:
        raise UnusableKeys(f"it holds more than {MOST_KEYS} keys")
    keys: dict[tuple[str, str], list[PyJWK]] = defaultdict(list)
    for entry in entries:
        for algorithm, key in _usable(entry):
            keys[entry["kid"], algorithm].append(key)
    if not keys:
        raise UnusableKeys(
            "it holds no public RSA key of 2048 to 8192 bits or EC key (P-384, P-256) "
            'for signatures, each with a "kid"'
        )
    return KeySet(keys)


def _usable(entry: Any) -> Iterator[tuple[str, PyJWK]]:
    """Yield each algorithm that a member of a JWK Set can be used with, and the key for it."""
    if not isinstance(entry, dict) or not is_name(entry.get("kid")) or "d" in entry:
        return
    public = _public_members(entry)
    if public is None or not _is_for_signatures(entry):
        return
    for algorithm in _FITTING.get((public["kty"], public.get("crv")), ()):
        if entry.get("alg", algorithm) != algorithm:
            continue
        try:
            key = PyJWK(public, algorithm)
        except PyJWTError:
            return
        if public["kty"] == "EC" or _SHORTEST_RSA <= key.key.key_size <= _LONGEST_RSA:
            yield algorithm, key


def _public_members(entry: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what makes a public key of a kind that is known, None of any other."""
    kind = entry.get("kty")
    members = _PUBLIC.get(kind, ()) if isinstance(kind, str) else ()
    public = {name: part for name in members if isinstance(part := entry.get(name), str)}
    return public if public and len(public) == len(members) else None


def _is_for_signatures(entry: Mapping[str, Any]) -> bool:
    operations = entry.get("key_ops", ["verify"])
    return entry.get("use", "sig") == "sig" and (
        isinstance(operations, list) and "verify" in operations
    )
