"""The order of the manual: which page stands in which section."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

CONTENTS = "contents.toml"


class Misplaced(Exception):
    """Pages that stand in no section, or in two, or names of no page: a sentence for each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))


class Section(NamedTuple):
    """A section of the manual: its title and its pages, in order, as paths from `docs/`.

    Its pages are shown only below the page `under`, where that is one.
    """

    title: str
    pages: tuple[str, ...]
    under: str | None


def read_contents(docs: Path) -> tuple[str, list[Section]]:
    """Return the first page and all sections that `docs/contents.toml` names; a name may have a
    `*`, which stands for every page that has no place of its own.

    Raises Misplaced where a page stands in no section or in two, or a name leads to no page.
    """
    written = tomllib.loads((docs / CONTENTS).read_text())
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    first = written["first"]
    named = [name for section in written["section"] for name in section["pages"]]
    exact = {name for name in named if "*" not in name}
    placed = {first, *exact}
    sections = [
        Section(
            section["title"],
            tuple(_pages(docs, section["pages"], placed)),
            section.get("under"),
        )
        for section in written["section"]
    ]
    shown = [first, *(page for section in sections for page in section.pages)]
    faults = [
        f"docs/{page} stands in no section of docs/{CONTENTS}"
        for page in pages
        if page not in shown
    ]
    faults += [
        f"docs/{CONTENTS} names docs/{page}, which is not there"
        for page in sorted({first, *exact} - set(pages))
    ]
    faults += [
        f"docs/{page} stands in docs/{CONTENTS} more than once"
        for page in sorted(set(shown))
        if shown.count(page) > 1
    ]
    if faults:
        raise Misplaced(faults)
    return first, sections


def _pages(docs: Path, names: Sequence[str], placed: set[str]) -> Iterator[str]:
    """Yield the pages that names stand for, and add to `placed` those that a `*` took."""
    for name in names:
        if "*" not in name:
            yield name
            continue
        found = {path.relative_to(docs).as_posix() for path in docs.glob(name)} - placed
        placed |= found
        yield from sorted(found)
