"""The site: built by the generator in a folder of its own, then one file that the service sends."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tools.manual.sources import SERVICE, Pages

TYPES = {".html", ".css", ".js", ".svg", ".png"}
"""What the site is made of; all else that the generator leaves there stays behind."""

ENTRY = "entry.html"
"""The first page as it is seen from `/docs`, a step above the site's other pages."""

_HERE = Path(__file__).parent
_OLDEST = (1980, 1, 1, 0, 0, 0)
_OWN = re.compile(r'\b(href|src|action|data-content_root)="(?!\w+:|#|/)([^"]*)"')
_AT_HAND = re.compile(r'<a class="[^"]*" href="service:#/((?:form|course)[^"]*)">')

_WIDE = re.compile(r"<(pre|table)\b")
"""What may be wider than the window, and is scrolled by keyboard once it can be reached."""


class Unbuilt(Exception):
    """The generator refused the pages; what it said."""


def build(repository: Path) -> dict[str, bytes]:
    """Return every file of the site by name. Raises Misplaced, or Unbuilt."""
    with tempfile.TemporaryDirectory() as scratch:
        pages, site = Path(scratch) / "pages", Path(scratch) / "site"
        pages.mkdir()
        Pages(repository).write(pages)
        _generate(pages, site)
        return dict(_files(site))


def write(files: dict[str, bytes], target: Path) -> None:
    """Write the site as one file, the same bytes for the same pages; another takes the place of an
    old one at once.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    with ZipFile(unfinished, "w", ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            archive.writestr(ZipInfo(name, _OLDEST), body, ZIP_DEFLATED)
    unfinished.replace(target)


def _generate(pages: Path, site: Path) -> None:
    strictly = ["-q", "-W", "--keep-going", "-E", "-b", "html"]
    command = [sys.executable, "-m", "sphinx", *strictly, "-c", str(_HERE), str(pages), str(site)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unbuilt(done.stderr.strip().replace(f"{pages}/", "docs/"))


def _files(site: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(site.rglob("*")):
        if path.suffix not in TYPES:
            continue
        name, body = path.relative_to(site).as_posix(), path.read_bytes()
        if path.suffix != ".html":
            yield name, body
            continue
        page = _AT_HAND.sub(r'<a class="try" href="service:#/\1">', body.decode())
        page = _WIDE.sub(r'<\1 tabindex="0"', page)
        page = page.replace('role="heading">', 'role="heading" aria-level="2">')
        up = "../" * (name.count("/") + 1)
        yield name, page.replace(f'"{SERVICE}', f'"{up}').encode()
        if name == "index.html":
            yield ENTRY, _OWN.sub(r'\1="docs/\2"', page).replace(f'"{SERVICE}', '"./').encode()
