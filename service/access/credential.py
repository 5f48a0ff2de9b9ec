"""The credential that a request brings along."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from service.access.caller import Refused

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE | re.ASCII)
_CREDENTIAL = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)
"""The characters of a bearer token (RFC 6750, section 2.1)."""


class Credential(NamedTuple):
    """What a request shows of its caller: a key or a token, and what it asks for with it."""

    text: str
    is_bearer: bool
    """Whether it came as `Authorization: Bearer`, as tokens must."""
    path: str
    """The path that is asked for, without the query: some tokens are for one address only."""

    @property
    def may_be_token(self) -> bool:
        """Whether this has the form of a signed token: three parts with a full stop between."""
        return self.is_bearer and self.text.count(".") == 2


def brings_credential(environ: Mapping[str, Any]) -> bool:
    """Tell whether a request has a header for credentials, whatever stands in it."""
    return "HTTP_AUTHORIZATION" in environ or "HTTP_X_API_KEY" in environ


def credential_of(environ: Mapping[str, Any]) -> Credential:
    """Return what follows `Authorization: Bearer`, or the value of `X-API-Key`, from a WSGI
    environment.

    Raises Refused: `no_credential` where neither is there, `malformed` where both are, where the
    scheme is another one, or where the text has characters that no credential has. A header that
    is sent twice comes joined by a comma, and so is malformed too.
    """
    bearer, key = environ.get("HTTP_AUTHORIZATION"), environ.get("HTTP_X_API_KEY")
    if bearer is None and key is None:
        raise Refused("no_credential")
    if bearer is not None and key is not None:
        raise Refused("malformed")
    if bearer is not None:
        match = _BEARER.fullmatch(bearer)
        key = match and match[1]
    if not isinstance(key, str) or not _CREDENTIAL.fullmatch(key):
        raise Refused("malformed")
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return Credential(key, bearer is not None, path)
