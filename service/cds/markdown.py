"""Text and tables in GitHub Flavored Markdown, without any HTML."""

import re
from collections.abc import Iterable, Sequence

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MEANING = re.compile(r"[\\`*_\[\]|~&<>]")
_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """Return a text in one line, of which nothing means anything in Markdown."""
    return _MEANING.sub(_escaped, _SPACE.sub(" ", text))


def _escaped(found: re.Match[str]) -> str:
    sign = found.group()
    return _ENTITIES.get(sign, f"\\{sign}")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; an empty cell has a dash."""
    lines = [head, ["---"] * len(head), *([plain(cell) or "–" for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
