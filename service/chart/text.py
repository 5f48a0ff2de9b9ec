"""Lines of text that fit their column."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from service.chart.svg import width_of, words

LINE = 15.0
"""Height of a line of text."""
_SPACE = width_of(" ")
BOLD = 0.88
"""What fits into a line of bold text, of what fits into one that is not."""


class Fact(NamedTuple):
    """What a line says: a label before it ("" none), and the text itself; `kind` is its class."""

    label: str
    text: str
    kind: str = ""


def wrap(text: str, width: float) -> list[str]:
    """Return a text in lines of at most this width; a word that is longer is cut."""
    if width_of(text) <= width:
        return [text] if text else []
    lines: list[str] = []
    line, taken = "", 0.0
    for word in _cut(text.split(), width):
        wide = width_of(word)
        if line and taken + _SPACE + wide > width:
            lines.append(line)
            line, taken = "", 0.0
        taken += wide + (_SPACE if line else 0.0)
        line = f"{line} {word}" if line else word
    return [*lines, line]


def _cut(found: Iterable[str], width: float) -> Iterator[str]:
    """Yield words, each in pieces that fit."""
    for word in found:
        rest = word
        while (wide := width_of(rest)) > width:
            fitting = max(1, int(len(rest) * width / wide))
            while fitting > 1 and width_of(rest[:fitting]) > width:
                fitting -= 1
            yield rest[:fitting]
            rest = rest[fitting:]
        yield rest


def draw_facts(
    facts: Iterable[Fact], left: float, column: float, right: float, y: float
) -> tuple[list[str], float]:
    """Return facts as two columns, labels at `left` and texts from `column` to `right`, the first
    line at y; and the line after the last.
    """
    parts: list[str] = []
    before = ""
    for label, text, kind in facts:
        if label != before:
            parts.append(words(label, left, y, "quiet"))
            before = label
        room = right - column
        for row in wrap(text, room * BOLD if kind == "strong" else room):
            parts.append(words(row, column, y, kind))
            y += LINE
    return parts, y
