"""Letting browsers call the routes of hooks: those of origins that the site names, and no others.

It stands around these routes only: no other is meant to be called by a page of another origin.
"""

from collections.abc import Collection

from werkzeug.wrappers import Request, Response

_METHODS = "GET, POST, OPTIONS"
_HEADERS = "Authorization, Content-Type"


class Cors:
    """Tells browsers which origins may call (the Fetch standard, section 3.2)."""

    def __init__(self, origins: Collection[str], root: str) -> None:
        self._origins = frozenset(origins)
        self._root = root

    def allow(self, asked: Request, response: Response) -> Response:
        """Return a response with what a browser of an allowed origin asks for, errors too.

        Whether an origin is allowed or not, the answer says that it depends on it.
        """
        path = asked.path
        if not self._origins or not (path == self._root or path.startswith(f"{self._root}/")):
            return response
        response.vary.add("Origin")
        origin = asked.headers.get("Origin")
        if origin not in self._origins:
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
        if asked.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = _METHODS
            response.headers["Access-Control-Allow-Headers"] = _HEADERS
        return response
