"""docs/calibration.svg: false alerts by session, and what each method notices at the same rate of
them.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from service.calibration.comparison import GOAL_SHAPES

WIDTH, HEIGHT = 880, 360
LEFT, TOP, SIDE = 60, 60, 250  # the left panel is a square
LINES = {
    ("sem", 1.5): "SD told right",
    ("fitted", 1.5): "as fitted to real courses",
    ("half_again", 1.5): "true SD half as large again",
}
BARS = {
    "policy": "Our policy (alert)",
    "pcoms": "PCOMS-style",
    "reliable_change": "Reliable change",
    "own_mean": "Own mean − z SD",
    "individuals": "Individuals chart",
    "best": "Best that knows mean and SD",
}
TITLES = {"dip_3": "dip of 3 SD", "lasting_2": "lasting drop of 2 SD"}
HIGHEST = 50
STYLE = """
text { font: 12px sans-serif; fill: #1a1a1a } .title { font-weight: bold } .axis { stroke: #767676; fill: none }
.line { fill: none; stroke-width: 2 } .a { stroke: #0060a8 } .b { stroke: #8a5a00; stroke-dasharray: 7 4 }
.c { stroke: #a3262a; stroke-dasharray: 2 3 } .dip_3 { fill: #0060a8 } .lasting_2 { fill: #b87a00 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e6e6 } .axis { stroke: #9a9a9a } .a { stroke: #63b3ed } .b { stroke: #e0a83c }
  .c { stroke: #f08a8a } .dip_3 { fill: #63b3ed } .lasting_2 { fill: #e0a83c }
}
"""


def plot(tables: Mapping[str, Any]) -> str:
    """Return the plot as an SVG document without script, readable on light and dark ground."""
    left, right = _stable_panel(tables), _comparison_panel(tables)
    summary = (
        "Left: share of stable courses with an alert by session. Right: share of changes "
        "noticed by each method."
    )
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{summary}"'
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" {box}>', f"<style>{STYLE}</style>"]
    return "\n".join([*head, *left, *right, "</svg>", ""])


def _stable_panel(tables: Mapping[str, Any]) -> list[str]:
    sessions = tables["SESSIONS"]
    bottom = TOP + SIDE
    parts = [_text(LEFT, 24, "% of stable courses with an alert, kappa 1.5", "title")]
    parts.append(f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{LEFT + SIDE + 30}"/>')
    for percentage in range(0, HIGHEST + 1, 10):
        parts.append(_text(LEFT - 8, _height(percentage) + 4, str(percentage), anchor="end"))
    for session in sessions:
        parts.append(_text(_across(session, sessions), bottom + 18, str(session), anchor="middle"))
    parts.append(_text(LEFT + SIDE / 2, bottom + 38, "by session", anchor="middle"))
    for at, (style, (cell, title)) in enumerate(zip("abc", LINES.items(), strict=True)):
        values = tables["POLICY"][cell]["alert"]
        points = [
            f"{_across(n, sessions):.1f},{_height(value):.1f}"
            for n, value in zip(sessions, values, strict=True)
        ]
        parts.append(f'<polyline class="line {style}" points="{" ".join(points)}"/>')
        y = TOP + 8 + 18 * at
        parts.append(f'<path class="line {style}" d="M{LEFT + 10} {y - 4}h26"/>')
        parts.append(_text(LEFT + 42, y, title))
    return parts


def _across(session: int, sessions: Sequence[int]) -> float:
    return LEFT + SIDE * session / sessions[-1] + 20


def _height(percentage: float) -> float:
    return TOP + SIDE * (1 - percentage / HIGHEST)


def _comparison_panel(tables: Mapping[str, Any]) -> list[str]:
    start, label, full = 400, 176, 240
    parts = [
        _text(
            start,
            24,
            "% of changes noticed, all at the same rate of false alarms, kappa 1.5",
            "title",
        )
    ]
    for at, shape in enumerate(GOAL_SHAPES):
        x = start + label + 110 * at
        parts.append(f'<rect class="{shape}" x="{x}" y="36" width="10" height="10"/>')
        parts.append(_text(x + 14, 46, TITLES[shape]))
    for row, (name, title) in enumerate(BARS.items()):
        y = TOP + 8 + 44 * row
        parts.append(_text(start + label - 8, y + 20, title, anchor="end"))
        for at, shape in enumerate(GOAL_SHAPES):
            value = _noticed(tables, name, shape)
            top, width = y + 16 * at, full * value / 100
            parts.append(
                f'<rect class="{shape}" x="{start + label}" y="{top}" width="{width:.1f}" '
                'height="13"/>'
            )
            parts.append(_text(start + label + width + 6, top + 11, f"{value:.0f}"))
    return parts


def _noticed(tables: Mapping[str, Any], name: str, shape: str) -> float:
    if name == "best":
        name = tables["RATIO_TO_BEST"][shape][2]
    found: float = tables["COMPARISON"][name][shape]
    return found


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{named}>{escape(text)}</text>'
