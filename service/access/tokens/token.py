"""A signed token, taken apart strictly before anything of it is believed."""

import base64
import binascii
import re
from typing import Any, NamedTuple

from service.access.caller import Refused
from service.strict.reader import StrictReader, UnreadableJSON

ALGORITHMS = ("RS384", "ES384", "RS256", "ES256")
"""All that an issuer may be allowed: signatures with a private key. Never `none`, never a secret
that both sides know.
"""
LONGEST_TOKEN = 8000
"""Characters."""
LONGEST_NAME = 255
"""Characters of the id of a key or of a token."""

_SEGMENT = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_read_json = StrictReader(max_digits=32).loads


class Token(NamedTuple):
    """The parts of a token; nothing of it is verified yet."""

    text: str
    algorithm: str
    key_id: str
    header: dict[str, Any]
    claims: dict[str, Any]


def read_token(text: str) -> Token:
    """Take a token apart: three segments of base64url, header and claims JSON objects without
    repeated members (RFC 7515, section 7.1; RFC 7519).

    Raises Refused `bad_token`, also where the header names no key or wants an extension to be
    understood (`crit`, `b64`).
    """
    segments = text.split(".") if len(text) <= LONGEST_TOKEN else []
    if len(segments) != 3:
        raise Refused("bad_token")
    header, claims, _ = (_decoded(segment) for segment in segments)
    fields = _object(header)
    algorithm, key_id = fields.get("alg"), fields.get("kid")
    if not isinstance(algorithm, str) or not is_name(key_id) or {"crit", "b64"} & fields.keys():
        raise Refused("bad_token")
    return Token(text, algorithm, str(key_id), fields, _object(claims))


def is_name(value: object) -> bool:
    """Say whether this is a string of 1 to 255 characters, as ids of keys and tokens are."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


def _decoded(segment: str) -> bytes:
    """Return the bytes of a segment, of which base64url without padding has only one spelling."""
    if not _SEGMENT.fullmatch(segment):
        raise Refused("bad_token")
    try:
        raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except binascii.Error:
        raise Refused("bad_token") from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=") != segment.encode():
        raise Refused("bad_token")
    return raw


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = _read_json(raw)
    except UnreadableJSON:
        raise Refused("bad_token") from None
    if not isinstance(value, dict):
        raise Refused("bad_token")
    return value
