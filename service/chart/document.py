"""A drawing as a whole: its size, its name, its description and its style sheet."""

from collections.abc import Sequence
from hashlib import sha256

from service.chart.style import STYLES, Theme
from service.chart.svg import element, plain

WIDTH = 600
"""Width of every drawing, in pixels."""


def document(
    parts: Sequence[str], height: float, title: str, description: str, theme: Theme = "auto"
) -> str:
    """Return the SVG text of a drawing, 600 px wide.

    Its ids are a digest of what is drawn: the same drawing has the same bytes, and two drawings in
    one page never share an id unless they are the same in every respect.
    """
    said = plain(description)
    body = element("rect", "ground", x=0, y=0, width=WIDTH, height=height) + "".join(parts)
    name = "ac-" + sha256(f"{theme}{title}{said}{body}".encode("utf-8", "replace")).hexdigest()[:12]
    head = (
        element("title", body=plain(title), id=f"{name}-title"),
        element("desc", body=said, id=f"{name}-desc"),
        element("style", body=STYLES[theme]),
    )
    return element(
        "svg",
        f"ac ac-{theme}",
        "".join([*head, body]),
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=height,
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )
