"""Answers that a client may keep."""

from hashlib import sha256

from werkzeug.wrappers import Request, Response


def conditional(
    asked: Request, body: bytes, content_type: str, etag: str | None = None
) -> Response:
    """Return a response that a client may keep and ask about again with If-None-Match.

    `etag` names this very body; None: a digest of it is the name.
    """
    response = Response(body, content_type=content_type)
    response.set_etag(sha256(body).hexdigest()[:32] if etag is None else etag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(asked.environ)
    return response
