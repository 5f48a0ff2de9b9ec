"""SVG text: elements, escaping, coordinates, and how wide a text will be."""

import re
from xml.sax.saxutils import escape

# What XML 1.0 does not allow at all, even escaped, and the marks that turn the direction of writing
# round.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
_TO_CHANGE = re.compile(f'[&<>"]|{_UNPRINTABLE.pattern}')
_WIDE = "\u2e80"
"""From here on most characters are as wide as they are high."""
_PLAIN_WIDTH, _CAPITAL_WIDTH, _FULL_WIDTH = 0.54, 0.7, 1.0


def plain(text: str) -> str:
    """Return text fit to stand between tags or in an attribute."""
    if _TO_CHANGE.search(text) is None:
        return text
    return escape(_UNPRINTABLE.sub("\ufffd", text), {'"': "&quot;"})


def shorten(text: str, length: int) -> str:
    """Return text with at most that many characters, an ellipsis in place of the rest."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def number(coordinate: float) -> str:
    """Write a coordinate to a tenth of a pixel."""
    return f"{coordinate:.1f}".removesuffix(".0")


def element(name: str, kind: str = "", body: str = "", **attributes: float | str) -> str:
    """Return an element of a style class with its attributes; numbers are coordinates, `_` in a
    name means `-`.

    `body` is put in as it is: escape texts with `plain`.
    """
    parts = [f'<{name} class="{kind}"' if kind else f"<{name}"]
    for key, value in attributes.items():
        written = plain(value) if isinstance(value, str) else number(value)
        parts.append(f' {key.replace("_", "-")}="{written}"')
    parts.append(f">{body}</{name}>" if body else "/>")
    return "".join(parts)


def words(text: str, x: float, y: float, kind: str = "", anchor: str = "start") -> str:
    """Return a line of text; `anchor` is start, middle or end."""
    placed: dict[str, float | str] = {"x": x, "y": y}
    if anchor != "start":
        placed["text_anchor"] = anchor
    return element("text", kind, plain(text), **placed)


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a straight line."""
    return element("line", kind, x1=x1, y1=y1, x2=x2, y2=y2)


def tip(text: str) -> str:
    """Return what a viewer shows while the pointer rests on a mark."""
    return element("title", body=plain(text))


def width_of(text: str, size: float = 11) -> float:
    """Estimate how wide a text of this size is, in pixels, rather too wide than too narrow."""
    wide = 0 if text.isascii() else sum(letter >= _WIDE for letter in text)
    capital = 0 if text.islower() else sum(map(str.isupper, text))
    return size * (
        _PLAIN_WIDTH * len(text)
        + (_CAPITAL_WIDTH - _PLAIN_WIDTH) * capital
        + (_FULL_WIDTH - _PLAIN_WIDTH) * wide
    )
