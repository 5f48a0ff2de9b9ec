"""Whether a payload was signed by somebody who knows the secret of its mapping.

Typeform: `Typeform-Signature: sha256=` and base64 of HMAC-SHA256 over the body
(typeform.com/developers/webhooks/secure-your-webhooks). Standard Webhooks
(standardwebhooks.com): base64 over `id.timestamp.body`, with a key that is base64 behind
`whsec_`, within some minutes. Otherwise: the digest of the body, in hexadecimal or base64, in a
header that the mapping names.
"""

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

from service.sources.mapping import Signature, SourceMapping

TOLERANCE = 300
"""Seconds that a signed time may lie apart from ours, as the libraries of Standard Webhooks have
it.
"""

VARIABLE = "MAPPING_SECRET_"
"""What the variable of a secret begins with; its name follows."""

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)

Header = Callable[[str], str | None]
"""The text of a header of the request, None where it has none."""


def secrets_of(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets of the environment by name; an empty one counts as absent."""
    return {
        name.removeprefix(VARIABLE): text
        for name, text in environ.items()
        if name.startswith(VARIABLE) and text
    }


def secret_faults(mappings: Iterable[SourceMapping], secrets: Mapping[str, str]) -> list[str]:
    """Return a sentence for each secret that a mapping needs and that is not there, no secret of
    its scheme, or has white space around it. Templates may go without; then they take nothing.
    """
    found: dict[str, None] = {}
    for mapping in mappings:
        signature = mapping.signature
        if signature is None:
            continue
        secret = secrets.get(signature.secret)
        variable = f"{VARIABLE}{signature.secret}"
        if secret is None and not mapping.document.get("template"):
            found[f"{variable} is not set, and the mapping {mapping.id} needs it"] = None
        if secret is not None and secret != secret.strip():
            why = "begins or ends with white space, such as the line break of a file"
            found[f"{variable} {why}"] = None
        elif secret is not None and _key(signature, secret) is None:
            found[f"{variable} is no secret of {signature.scheme}: base64 behind whsec_"] = None
    return list(found)


def is_signed(
    signature: Signature, secret: str | None, header: Header, body: bytes, now: float
) -> bool:
    """Tell whether a body carries the right signature; `now` is in seconds since 1970."""
    key = None if secret is None else _key(signature, secret)
    if key is None:
        return False
    if signature.scheme == "standard-webhooks":
        return _is_standard(key, header, body, now)
    digest = hmac.digest(key, body, sha256)
    if signature.scheme == "typeform":
        return _is_same(header("Typeform-Signature"), b"sha256=" + b64encode(digest))
    given = (header(signature.header or "") or "").removeprefix("sha256=")
    if signature.scheme == "hmac-sha256-base64":
        return _is_same(given, b64encode(digest))
    return _is_same(given.lower(), digest.hex().encode())


def _key(signature: Signature, secret: str) -> bytes | None:
    if signature.scheme != "standard-webhooks":
        return secret.encode(errors="surrogateescape")  # the bytes of the environment
    try:
        return b64decode(secret.removeprefix("whsec_"), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _is_standard(key: bytes, header: Header, body: bytes, now: float) -> bool:
    name, time = header("webhook-id") or "", header("webhook-timestamp") or ""
    if not name or not _SECONDS.fullmatch(time) or abs(now - int(time)) > TOLERANCE:
        return False
    signed = f"{name}.{time}.".encode("latin-1", "replace") + body
    right = b"v1," + b64encode(hmac.digest(key, signed, sha256))
    given = (header("webhook-signature") or "").split(" ")
    return any(_is_same(one, right) for one in given)


def _is_same(given: str | None, right: bytes) -> bool:
    """Compare in a time that says nothing of where they differ."""
    return given is not None and hmac.compare_digest(given.encode("latin-1", "replace"), right)
