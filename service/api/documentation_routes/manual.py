"""The manual: its first page at /docs, its other files below, and the description of every path
among them. Where it is not built, the description stands at /docs.
"""

from collections.abc import Callable
from pathlib import Path

from werkzeug.wrappers import Request, Response

from service.api.conditional import conditional
from service.api.documentation_routes.site import Site, media_type
from service.api.negotiation import negotiate
from service.api.problems import Problem
from service.api.route import Route

HTML = "text/html"
ENTRY = "entry.html"
"""The first page as it is seen from /docs, a step above the others."""
API = "api.html"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""What a browser lets the pages do: their own files, and a search that stays here. The search is
the generator's own, which writes what it found with innerHTML; so no Trusted Types.
"""

ApiPage = Callable[[Request, str, bool], Response]
"""Answers with the page of all paths; takes the way from it to the root, and whether there is a
manual beside it.
"""


def manual_routes(path: Path, api_page: ApiPage) -> list[Route]:
    """Return the routes of the manual that is built at `path`."""
    site = Site(path)

    def docs(asked: Request) -> Response:
        """Answer with the first page, or with the page of all paths."""
        first = site.files().get(ENTRY)
        return api_page(asked, "", False) if first is None else _answer(asked, ENTRY, first)

    def file(asked: Request, file: str, folder: str | None = None) -> Response:
        """Answer with a file of the manual. Raises Problem 404, or 406 for another media type."""
        name = file if folder is None else f"{folder}/{file}"
        files = site.files()
        if name == API:
            negotiate(asked, (HTML,))
            return api_page(asked, "../", ENTRY in files)
        if name not in files:
            detail = "The manual has no such page." if files else "The manual is not built here."
            raise Problem(404, "not_found", f"{detail} GET /docs has what there is.")
        return _answer(asked, name, files[name])

    return [
        Route("GET", "/docs", docs, offers=(HTML,), scope=None),
        # The words that the page of the search looks for, which is done in the browser.
        Route("GET", "/docs/<file>", file, offers=(), parameters={"q": None}, scope=None),
        Route("GET", "/docs/<folder>/<file>", file, offers=(), scope=None),
    ]


def _answer(asked: Request, name: str, body: bytes) -> Response:
    kind = media_type(name) or "application/octet-stream"
    negotiate(asked, (kind.partition(";")[0],))
    response = conditional(asked, body, kind)
    response.headers["Content-Security-Policy"] = POLICY
    return response
