"""The signs of the chart: spots of the curves, signals, and what became of a drop. Each has a shape
of its own.
"""

import math
from collections.abc import Callable

from service.chart.svg import element, words
from service.scoring.wording.words import Words


def spot(shape: str, kind: str, x: float, y: float, body: str = "") -> str:
    """Return the mark of one score."""
    if shape == "circle":
        return element("circle", kind, body, cx=x, cy=y, r=3.6)
    if shape == "square":
        return element("rect", kind, body, x=x - 3.3, y=y - 3.3, width=6.6, height=6.6)
    if shape == "triangle":
        return _polygon(kind, [(x, y - 4.4), (x + 4.2, y + 3.2), (x - 4.2, y + 3.2)], body)
    if shape == "wedge":
        return _polygon(kind, [(x, y + 4.4), (x + 4.2, y - 3.2), (x - 4.2, y - 3.2)], body)
    if shape == "cross":
        return _polygon(kind, [(x + 1.8 * a, y + 1.8 * b) for a, b in _CROSS], body)
    return _polygon(kind, [(x, y - 4.7), (x + 4.7, y), (x, y + 4.7), (x - 4.7, y)], body)


_CROSS = (
    *((-1, -2.6), (1, -2.6), (1, -1), (2.6, -1), (2.6, 1), (1, 1)),
    *((1, 2.6), (-1, 2.6), (-1, 1), (-2.6, 1), (-2.6, -1), (-1, -1)),
)


def _polygon(kind: str, corners: list[tuple[float, float]], body: str = "") -> str:
    return element("polygon", kind, body, points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners))


def _watch(x: float, y: float) -> str:
    square = element("rect", "sign dark hollow", x=x - 6.5, y=y - 6.5, width=13, height=13)
    return square + words("W", x, y + 3.6, "letter on-watch", "middle")


def _alert(x: float, y: float) -> str:
    diamond = _polygon("sign dark alert", [(x, y - 8.6), (x + 8.6, y), (x, y + 8.6), (x - 8.6, y)])
    return diamond + words("A", x, y + 3.6, "letter on-alert", "middle")


def _urgent(x: float, y: float) -> str:
    turns = [math.pi * (2 * corner + 1) / 8 for corner in range(8)]
    octagon = _polygon(
        "sign dark urgent", [(x + 8.6 * math.cos(turn), y + 8.6 * math.sin(turn)) for turn in turns]
    )
    return octagon + words("U", x, y + 3.6, "letter on-urgent", "middle")


def _tick(kind: str, x: float, y: float) -> str:
    points = f"{x - 3.2:.1f},{y:.1f} {x - 0.8:.1f},{y + 2.6:.1f} {x + 3.4:.1f},{y - 2.6:.1f}"
    return element("polyline", kind, fill="none", points=points)


def _back_once(x: float, y: float) -> str:
    return element("circle", "sign dark hollow", cx=x, cy=y, r=6.5) + _tick("sign dark", x, y)


def _back_twice(x: float, y: float) -> str:
    return element("circle", "sign dark full", cx=x, cy=y, r=6.5) + _tick("sign on-full", x, y)


def _half_way(x: float, y: float) -> str:
    ring = element("circle", "sign dark hollow", cx=x, cy=y, r=6.5)
    lower = f"M{x - 6.5:.1f} {y:.1f}A6.5 6.5 0 0 0 {x + 6.5:.1f} {y:.1f}Z"
    return ring + element("path", "dark full", d=lower)


def _still_low(x: float, y: float) -> str:
    strokes = (
        f"M{x - 5:.1f} {y - 5:.1f}L{x + 5:.1f} {y + 5:.1f}M{x - 5:.1f} "
        f"{y + 5:.1f}L{x + 5:.1f} {y - 5:.1f}"
    )
    return element("path", "sign dark", d=strokes, stroke_width="3")


def _late(x: float, y: float) -> str:
    """Return the ring of a return with the letter of its lateness."""
    ring = element("circle", "sign dark hollow", cx=x, cy=y, r=7.2, stroke_dasharray="4 1.7")
    return ring + words("L", x, y + 3.6, "letter", "middle")


_SIGNS: dict[str, Callable[[float, float], str]] = {
    "watch": _watch,
    "alert": _alert,
    "urgent": _urgent,
    "P01": _back_once,
    "P02": _back_twice,
    "P03": _half_way,
    "P04": _still_low,
    "P07": _late,
}
REACH = 9.0
"""How far a sign reaches from its centre."""
SIGNALS = ("watch", "alert", "urgent")
RETURNS = ("P01", "P02", "P03", "P04", "P07")


def meaning(name: str, language: Words) -> str:
    """Return what a sign says, in words."""
    return language.say(f"drawn.sign.{name}")


def sign(name: str, x: float, y: float, body: str = "") -> str:
    """Return a signal (watch, alert, urgent) or a state of return (P01 …) about its centre."""
    return element("g", f"mark-{name}", _SIGNS[name](x, y) + body)
