"""The manual: its first page at /docs, its other files below, and the description of every path
among them. Where it is not built, the description stands at /docs.
"""

from collections.abc import Callable
from pathlib import Path

from werkzeug.wrappers import Request, Response

from service.api.conditional import Kept, kept_answer
from service.api.documentation_routes.site import Site
from service.api.negotiation import negotiate
from service.api.problems import Problem
from service.api.route import Route

HTML = "text/html"
ENTRY, INDEX = "entry.html", "index.html"
"""The first page as it is seen from /docs, a step above the others, and from /docs/, among them."""
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
        is_among = asked.path.endswith("/")
        first = site.file(INDEX if is_among else ENTRY)
        root = "../" if is_among else ""
        return api_page(asked, root, False) if first is None else _answer(asked, first)

    def file(asked: Request, file: str, folder: str | None = None) -> Response:
        """Answer with a file of the manual. Raises Problem 404, or 406 for another media type."""
        name = file if folder is None else f"{folder}/{file}"
        if name == API:
            negotiate(asked, (HTML,))
            return api_page(asked, "../", site.is_built())
        found = site.file(name)
        if found is None:
            what = "has no such page" if site.is_built() else "is not built here"
            raise Problem(404, "not_found", f"The manual {what}. GET /docs has what there is.")
        return _answer(asked, found)

    return [
        Route("GET", "/docs", docs, offers=(HTML,), scope=None, takes_slash=True),
        # The words that the page of the search looks for, which is done in the browser.
        Route("GET", "/docs/<file>", file, offers=(), parameters={"q": None}, scope=None),
        Route("GET", "/docs/<folder>/<file>", file, offers=(), scope=None),
    ]


def _answer(asked: Request, file: Kept) -> Response:
    negotiate(asked, (file.content_type.partition(";")[0],))
    response = kept_answer(asked, file)
    response.headers["Content-Security-Policy"] = POLICY
    return response
