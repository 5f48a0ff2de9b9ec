"""The themes: legible on their ground, and apart from each other in one page."""

import re

import pytest

from service.chart.style import DARK, LIGHT, SHADES, STYLES, THEMES, colour_of

TEXT_ON = [
    (" text", " .ground"),
    (" text", " .early"),
    (" text.quiet", " .ground"),
    (" text.quiet", " .early"),
    (" text", " .band0"),
    (" text", " .band1"),
    (" text.quiet", " .band0"),
    (" text.quiet", " .band1"),
    *((" text", f" .shade{shade}") for shade in range(SHADES)),
    (" text", " rect.flag"),
    (" text", " rect.unknown"),
    (" text.on-watch", " .hollow"),
    (" text.on-alert", " .alert"),
    (" text.on-urgent", " .urgent"),
]
STROKES = (
    " .client",
    " .therapist",
    " .outcome",
    " .dark",
    " .guide",
    " .phase",
    " .event",
    " .mean",
)
GROUNDS = (" .ground", " .early", " .usual", " .band0", " .band1")


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, definition of relative luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_ratio_is_that_of_the_guidelines():
    """Black on white is 21:1; #767676 is known as the lightest grey that passes on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


@pytest.mark.parametrize("shade", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_has_the_contrast_of_level_aa(text: str, ground: str, shade: int):
    assert contrast(colour_of(text, shade), colour_of(ground, shade)) >= 4.5


@pytest.mark.parametrize("shade", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("stroke", STROKES)
def test_what_is_drawn_has_the_contrast_of_graphics(stroke: str, ground: str, shade: int):
    assert contrast(colour_of(stroke, shade), colour_of(ground, shade)) >= 3


ON_CARDS = [
    (" .cutoff", " .band0"),
    (" .cutoff", " .band1"),
    (" .here", " .band1"),
    (" .whisker", " .ground"),
    (" .way", " .ground"),
    (" .flag", " .ground"),
    (" .bar", " .ground"),
]


@pytest.mark.parametrize("shade", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("stroke", "ground"), ON_CARDS)
def test_marks_of_a_card_have_the_contrast_of_graphics(stroke: str, ground: str, shade: int):
    assert contrast(colour_of(stroke, shade), colour_of(ground, shade)) >= 3


def test_every_colour_is_bound_to_its_theme():
    for theme in THEMES:
        selectors = re.findall(r"([^{}]+)\{[^{}]*#[0-9a-f]{6}\}", STYLES[theme])
        assert selectors
        assert all(f".ac-{theme} " in selector for selector in selectors)


def test_only_the_automatic_theme_asks_the_viewer():
    asking = [theme for theme in THEMES if "prefers-color-scheme" in STYLES[theme]]
    assert asking == ["auto"]
