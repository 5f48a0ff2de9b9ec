"""Fetching a document from an address that the operator named."""

import time
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

SECONDS = 2.0
LARGEST = 262_144
"""Bytes of a document."""
_PIECE = 16_384
_HEADERS = {"Accept": "application/json", "User-Agent": "questionnaire-scoring"}


class NotFetched(Exception):
    """Nothing was fetched; the text says why in a few fixed words."""


class _StayHere(HTTPRedirectHandler):
    """Follow no redirection: the address that was named is the one that is trusted."""

    def redirect_request(self, *_: Any) -> None:
        """Return no other request, so that the answer counts as an error."""


def fetch(address: str, *, seconds: float = SECONDS) -> bytes:
    """Return what an address answers, with status 200. Raises NotFetched.

    `seconds` limit each step of connecting, and reading as a whole.
    """
    try:
        with _opener.open(Request(address, headers=_HEADERS), timeout=seconds) as answer:
            if answer.status != 200:
                raise NotFetched(f"it answered {answer.status}")
            return _read(answer, time.monotonic() + seconds)
    except HTTPError as refused:
        raise NotFetched(f"it answered {refused.code}") from None
    except (OSError, HTTPException, ValueError):
        raise NotFetched("it did not answer in time, or not in HTTP") from None


_opener = build_opener(_StayHere)


def _read(answer: Any, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(_PIECE):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise NotFetched(f"it answered more than {LARGEST} bytes")
        if time.monotonic() > deadline:
            raise NotFetched("it took too long to answer")
    if answer.length:
        raise NotFetched("its answer broke off")
    return b"".join(parts)
