"""Reads a built site as a browser would: whether every link leads somewhere, and nothing is asked
of anybody else or written into a page that its policy would refuse.
"""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from tools.manual.site import ENTRY

_FETCHED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("use", "href")}
_ASKS = re.compile(r"@import[^;]*|url\([^)]*\)")
_OF_THE_SERVICE = re.compile(
    r"/(?:openapi\.(?:yaml|json)|problems/[a-z_]+|v1/instruments/[a-z0-9-]+)?"
)
API = "api.html"
"""The page that the service itself writes from its description."""


class Page(HTMLParser):
    """What a page refers to, and what in it a strict policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.refused: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif (tag, name) in _FETCHED:
                self.fetched.append(value or "")
            elif name in ("href", "action") and value:
                self.links.append(value)
            elif name == "style" or name.startswith("on"):
                self.refused.append(f"<{tag} {name}>")
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.refused.append(f"<{tag}>")


def faults(files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield a sentence for every dead link, request to elsewhere and refused element of a site."""
    pages = {name: Page(body.decode()) for name, body in files.items() if name.endswith(".html")}
    for name, page in pages.items():
        found = [f"{what} is refused by the pages' policy" for what in page.refused]
        found += [f"{what} is asked of another host" for what in page.fetched if _is_away(what)]
        found += [
            fault for what in page.fetched + page.links for fault in _dead(name, what, pages, files)
        ]
        yield from (f"{name}: {fault}" for fault in found)
    for name, body in files.items():
        if name.endswith(".css") and (found := _ASKS.findall(body.decode())):
            yield from (f"{name}: {what} is asked for" for what in found)


def _is_away(target: str) -> bool:
    parts = urlsplit(target)
    return bool(parts.scheme or parts.netloc)


def _dead(
    name: str, target: str, pages: Mapping[str, Page], files: Mapping[str, bytes]
) -> Iterator[str]:
    if urlsplit(target).scheme in ("http", "https"):
        return
    parts = urlsplit(urljoin("/docs" if name == ENTRY else f"/docs/{name}", target))
    path, anchor = unquote(parts.path), unquote(parts.fragment)
    wanted = ENTRY if path == "/docs" else path.removeprefix("/docs/")
    if parts.scheme or parts.netloc:
        yield f"{target} is no address"
    elif wanted.startswith("/"):
        if not _OF_THE_SERVICE.fullmatch(wanted):
            yield f"{target} leads to nothing of the service"
    elif wanted != API and wanted not in files:
        yield f"{target} is not there"
    elif anchor and wanted in pages and anchor not in pages[wanted].ids:
        yield f"{target} is no place on that page"
