"""Answers that a client may keep."""

import gzip
from hashlib import sha256
from typing import NamedTuple

from werkzeug.wrappers import Request, Response


class Kept(NamedTuple):
    """An answer that is made once: as it is and, where that is shorter, compressed. `etag` names
    it.
    """

    body: bytes
    compressed: bytes | None
    content_type: str
    etag: str


def keep(body: bytes, content_type: str) -> Kept:
    """Return an answer that is made once.

    It must be the same for everybody who may have it: how well a text compresses tells something of
    it to those who can put words of their own into it.
    """
    compressed = gzip.compress(body, mtime=0)
    shorter = compressed if len(compressed) < len(body) else None
    return Kept(body, shorter, content_type, _name(body))


def kept_answer(asked: Request, kept: Kept) -> Response:
    """Return the response with an answer that was made once, compressed where the caller takes
    that.
    """
    body, etag = kept.body, kept.etag
    is_compressed = kept.compressed is not None and asked.accept_encodings["gzip"] > 0
    if is_compressed and kept.compressed is not None:
        body, etag = kept.compressed, f"{etag}-gzip"
    response = conditional(asked, body, kept.content_type, etag)
    response.vary.add("Accept-Encoding")
    if is_compressed and response.status_code == 200:
        response.content_encoding = "gzip"
    return response


def conditional(
    asked: Request, body: bytes, content_type: str, etag: str | None = None
) -> Response:
    """Return a response that a client may keep and ask about again with If-None-Match.

    `etag` names this very body; None: a digest of it is the name.
    """
    response = Response(body, content_type=content_type)
    response.set_etag(_name(body) if etag is None else etag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(asked.environ)
    return response


def _name(body: bytes) -> str:
    return sha256(body).hexdigest()[:32]
