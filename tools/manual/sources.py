"""The pages as the generator takes them: Markdown whose links lead to places of the site."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from tools.manual.contents import Section, read_contents

SERVICE = "service:"
"""Begins a link to the service itself, counted from its root."""

_LINK = re.compile(r"(?<!\\)(!?)\[((?:[^\[\]`]|`[^`]*`|\[[^\]]*\])*)\]\(([^()\s]+)\)")
_BLOCK = re.compile(r"^(```.*?^```[^\n]*\n?)", re.DOTALL | re.MULTILINE)
_FORM = re.compile(r"/v1/instruments/([a-z0-9-]+)/score")
_COURSE = re.compile(r"/v1/monitor\b")
_INSTRUMENT = re.compile(r"^instruments/(?!README)([a-z0-9-]+)\.md$")
_SHIPPED = re.compile(r"^instruments/([a-z0-9-]+)\.json$")
_PICTURES = (".svg", ".png")


class Pages:
    """The pages of a repository, made ready for the generator."""

    def __init__(self, repository: Path) -> None:
        self._docs = repository / "docs"
        self.first, self.sections = read_contents(self._docs)
        self.names = [self.first, *(page for one in self.sections for page in one.pages)]
        shipped = (repository / "instruments").glob("*.json")
        self._forms = {path.stem for path in shipped} - {"instrument.schema"}

    def write(self, folder: Path) -> None:
        """Write every page, and the pictures that they show, into an empty folder."""
        for name in self.names:
            target = folder / built(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self._page(name))
        for path in self._docs.rglob("*"):
            if path.suffix in _PICTURES:
                target = folder / path.relative_to(self._docs)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())

    def _page(self, name: str) -> str:
        text = (self._docs / name).read_text()
        text = "".join(
            part + "".join(self._tries(part)) if index % 2 else self._relink(name, part)
            for index, part in enumerate(_BLOCK.split(text))
        )
        if shown := _INSTRUMENT.match(name):
            title, _, rest = text.partition("\n")
            text = f"{title}\n\n{_try(f'form/{shown[1]}', 'Try it in the console')}{rest}"
        return text + "".join(
            _tree(section, name)
            for section in self.sections
            if (section.under or self.first) == name
        )

    def _relink(self, name: str, text: str) -> str:
        """Return a text without blocks of code, its links led to where things are in the site."""

        def lead(found: re.Match[str]) -> str:
            picture, words, target = found.groups()
            path, mark, anchor = target.partition("#")
            if ":" in target or not path:
                return found[0]
            wanted = posixpath.normpath(posixpath.join("docs", posixpath.dirname(name), path))
            if wanted.startswith("docs/") and wanted.endswith(".md"):
                here = posixpath.dirname(name) or "."
                page = posixpath.relpath(built(wanted.removeprefix("docs/")), here)
                return f"{picture}[{words}]({page}{mark}{anchor})"
            if wanted.startswith("docs/") and wanted.endswith(_PICTURES):
                return found[0]
            return _elsewhere(words, wanted)

        return _LINK.sub(lead, text)

    def _tries(self, block: str) -> Iterator[str]:
        """Yield what leads from a call to the same thing in the console."""
        if not block.startswith("```sh"):
            return
        if (form := _FORM.search(block)) and form[1] in self._forms:
            yield "\n" + _try(f"form/{form[1]}", "Try this form in the console")
        elif _COURSE.search(block):
            yield "\n" + _try("course", "Look at a course in the console")


def built(name: str) -> str:
    """Return what a page of `docs/` is called in the site, as Markdown still."""
    return re.sub(r"(^|/)README\.md$", r"\1index.md", name)


def _elsewhere(words: str, wanted: str) -> str:
    """Return what stands for a link to a file that is no page: what the service has of it, or the
    words and where the file is in the project.
    """
    if wanted == "openapi.yaml":
        return f"[{words}]({SERVICE}openapi.yaml)"
    if shipped := _SHIPPED.match(wanted):
        return f"[{words}]({SERVICE}v1/instruments/{shipped[1]})"
    return words if wanted in words else f"{words} (`{wanted}` in the project)"


def _try(view: str, words: str) -> str:
    return f"[{words}]({SERVICE}#/{view})\n\n"


def _tree(section: Section, name: str) -> str:
    """Return the contents of a section, for the page `name` that it stands under."""
    here = posixpath.dirname(name) or "."
    pages = "\n".join(
        posixpath.relpath(built(page), here).removesuffix(".md") for page in section.pages
    )
    caption = "" if section.under else f":caption: {section.title}\n"
    return f"\n```{{toctree}}\n:hidden:\n{caption}\n{pages}\n```\n"
