"""Colours and strokes, in light and dark. Shape, dash and lightness carry every distinction that
colour does.
"""

from collections.abc import Mapping
from typing import Literal, get_args

_FIXED = {
    "": "font-family:system-ui,sans-serif;font-size:11px",
    " .head": "font-size:15px;font-weight:600",
    " .name": "font-size:12px;font-weight:600",
    " .letter": "font-size:10px;font-weight:700",
    " .strong": "font-weight:600",
    " .here": "fill:none;stroke-width:2",
    " .cutoff": "stroke-width:1.6;stroke-dasharray:4 2",
    " .whisker": "fill:none;stroke-width:1.8",
    " .way": "stroke-width:1.2",
    " .mark": "stroke-width:1.6",
    " .thin": "stroke-width:1.6",
    " .bar": "stroke-width:1",
    " .flag": "stroke-width:1.6",
    " .unknown": "stroke-dasharray:5 3",
    " .note": "paint-order:stroke;stroke-width:3;stroke-linejoin:round",
    " .course": "fill:none;stroke-width:2;stroke-linejoin:round",
    " .gap": "fill:none;stroke-width:1.3;stroke-dasharray:1 4;stroke-linecap:round",
    " .dots": "fill:none;stroke-linecap:round;stroke-width:3.4",
    " .dash1": "stroke-dasharray:7 3",
    " .dash2": "stroke-dasharray:3 2.5",
    " .dash3": "stroke-dasharray:9 3 2 3",
    " .spot": "stroke-width:1.8",
    " .grid": "stroke-width:1",
    " .usual": "stroke:none",
    " .mean": "fill:none;stroke-width:1.2",
    " .guide": "stroke-width:1;stroke-dasharray:2 3",
    " .phase": "stroke-width:1.6;stroke-dasharray:10 3",
    " .blank": "fill:none;stroke-width:1;stroke-dasharray:2 2",
    " .event": "stroke-width:1.2;stroke-dasharray:7 2 1 2",
    " .sign": "stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round",
}
"""What is the same on a light and a dark ground, by selector within the chart."""

_COLOURS = {
    " .ground": ("fill", "#ffffff", "#15181c"),
    " text": ("fill", "#1f2328", "#e6edf3"),
    " text.quiet": ("fill", "#57606a", "#a3adb8"),
    " .note": ("stroke", "#ffffff", "#15181c"),
    " .grid": ("stroke", "#d9dee3", "#343b43"),
    " .edge": ("stroke", "#6e7781", "#848d97"),
    " .early": ("fill", "#eef0f2", "#23282e"),
    " .phase": ("stroke", "#57606a", "#a3adb8"),
    " .event": ("stroke", "#57606a", "#a3adb8"),
    " .guide": ("stroke", "#6e7781", "#848d97"),
    " .usual": ("fill", "#cfe2f5", "#1d3a55"),
    " .mean": ("stroke", "#2f6fb0", "#6ea8dc"),
    " .client": ("stroke", "#0b4a8c", "#79b8ff"),
    " .client.full": ("fill", "#0b4a8c", "#79b8ff"),
    " .therapist": ("stroke", "#b35c00", "#f0a35e"),
    " .therapist.full": ("fill", "#b35c00", "#f0a35e"),
    " .outcome": ("stroke", "#6b3fa0", "#c8a6f5"),
    " .outcome.full": ("fill", "#6b3fa0", "#c8a6f5"),
    " .hollow": ("fill", "#ffffff", "#15181c"),
    " .dark": ("stroke", "#1f2328", "#e6edf3"),
    " .dark.full": ("fill", "#1f2328", "#e6edf3"),
    " .band0": ("fill", "#eef0f2", "#23282e"),
    " .band1": ("fill", "#d9dee3", "#343b43"),
    " .blank": ("stroke", "#6e7781", "#848d97"),
    " .shade0": ("fill", "#f3f6fa", "#1b2027"),
    " .shade1": ("fill", "#dfe8f2", "#233245"),
    " .shade2": ("fill", "#c8d8ea", "#2b4463"),
    " .shade3": ("fill", "#afc6e0", "#325580"),
    " .shade4": ("fill", "#93b1d4", "#38669c"),
    " .bar": ("stroke", "#6e7781", "#848d97"),
    " rect.bar": ("fill", "#eef0f2", "#23282e"),
    " .here": ("stroke", "#1f2328", "#e6edf3"),
    " .cutoff": ("stroke", "#a40e26", "#ff8f8f"),
    " .whisker": ("stroke", "#0b4a8c", "#79b8ff"),
    " .way": ("stroke", "#57606a", "#a3adb8"),
    " .flag": ("stroke", "#a40e26", "#ff8f8f"),
    " rect.flag": ("fill", "#fff5f5", "#2a1618"),
    " rect.unknown": ("fill", "#ffffff", "#15181c"),
    " .alert": ("fill", "#f2b85c", "#f2b85c"),
    " .urgent": ("fill", "#a40e26", "#ff8f8f"),
    " text.on-watch": ("fill", "#1f2328", "#e6edf3"),
    " text.on-alert": ("fill", "#1f2328", "#15181c"),
    " text.on-urgent": ("fill", "#ffffff", "#15181c"),
    " .on-full": ("stroke", "#ffffff", "#15181c"),
}
"""Property, colour on light and colour on dark, by selector within the chart."""


Theme = Literal["light", "dark", "auto"]
THEMES: tuple[Theme, ...] = get_args(Theme)
LIGHT, DARK = 1, 2
SHADES = 5
"""How many grounds there are for answers, from the lowest to the highest."""


def colour_of(selector: str, shade: int) -> str:
    """Return the colour of a selector on a light (1) or a dark (2) ground."""
    return _COLOURS[selector][shade]


def _rules(theme: Theme, shade: int) -> str:
    return "".join(
        f".ac-{theme}{selector}{{{colour[0]}:{colour[shade]}}}"
        for selector, colour in _COLOURS.items()
    )


_SHAPES = "".join(f".ac{selector}{{{rule}}}" for selector, rule in _FIXED.items())
STYLES: Mapping[Theme, str] = {
    "light": _SHAPES + _rules("light", LIGHT),
    "dark": _SHAPES + _rules("dark", DARK),
    "auto": _SHAPES
    + _rules("auto", LIGHT)
    + f"@media (prefers-color-scheme:dark){{{_rules('auto', DARK)}}}",
}
"""The style sheet of each theme. Every rule is bound to the classes of its drawings, so that
drawings of several themes can stand within one page.
"""
