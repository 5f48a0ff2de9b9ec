"""The console: a page for trying and reading, and the files that it is made of. They are read and
named by their digest once, at the start.
"""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType

import orjson
from werkzeug.wrappers import Request, Response

from service.api.conditional import Kept, keep, kept_answer
from service.api.negotiation import negotiate
from service.api.problems import Problem
from service.api.route import Route
from service.scoring.wording.words import ENGLISH

HTML = "text/html"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": f"{HTML}; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml; charset=utf-8",
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""What a browser lets the page do: nothing but its own files and calls to this service."""

_FOLDER = Path(__file__).resolve().parents[2] / "console"
_PAGE = "index.html"


def console_routes(
    auth_mode: str, pages: Mapping[str, Mapping[str, str]] = MappingProxyType({})
) -> list[Route]:
    """Return the routes of the page and of its files. `auth_mode` says which credential the page
    has to ask for, `pages` what it says in other languages than English, by tag.
    """
    told = {"auth_mode": escape(auth_mode), "languages": " ".join(sorted([ENGLISH, *pages]))}
    texts = ((f"texts/{tag}.json", orjson.dumps(said)) for tag, said in pages.items())
    files = {
        name: keep(body, MEDIA_TYPES[Path(name).suffix]) for name, body in (*_read(told), *texts)
    }
    page = files.pop(_PAGE)

    def console(asked: Request) -> Response:
        """Answer with the page."""
        return _answer(asked, page)

    def file(asked: Request, file: str, folder: str | None = None) -> Response:
        """Answer with a file of the page. Raises Problem 404, or 406 for another media type."""
        found = files.get(file if folder is None else f"{folder}/{file}")
        if found is None:
            raise Problem(404, "not_found", "The console has no such file.")
        negotiate(asked, (found.content_type.partition(";")[0],))
        return _answer(asked, found)

    return [
        Route("GET", "/", console, offers=(HTML,), scope=None),
        Route("GET", "/console/<file>", file, offers=(), scope=None),
        Route("GET", "/console/<folder>/<file>", file, offers=(), scope=None),
    ]


def _answer(asked: Request, file: Kept) -> Response:
    response = kept_answer(asked, file)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _read(told: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and text of every file, what has to be told put into the page."""
    for path in sorted(_FOLDER.rglob("*.*")):
        body = path.read_bytes()
        if path.name == _PAGE:
            body = Template(body.decode()).substitute(told).encode()
        yield path.relative_to(_FOLDER).as_posix(), body
