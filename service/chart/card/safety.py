"""The safety flags of a card, which stand before everything else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.chart.card.citing import Citations
from service.chart.english import named
from service.chart.reasons import why
from service.chart.svg import element, words
from service.chart.text import BOLD, LINE, wrap
from service.scoring.wording.words import Words

Json = Mapping[str, Any]
TEXT = 34.0
"""How far the text stands from the left edge: behind the sign."""


def draw_flags(
    risks: Sequence[Json],
    cite: Citations,
    left: float,
    right: float,
    y: float,
    language: Words,
) -> tuple[list[str], float]:
    """Return the flags, those that are raised first, then those that nobody could tell; the first
    line is at y. And the line after them.
    """
    parts: list[str] = []
    order = {True: 0, None: 1, False: 2}
    for risk in sorted(risks, key=lambda risk: order[risk["raised"]]):
        raised = risk["raised"]
        room = (right - left - TEXT) * (BOLD if raised else 1)
        lines = wrap(said(risk, language) + cite.mark(risk["source"]), room)
        if raised is not False:
            height = len(lines) * LINE + 9
            parts.append(
                element(
                    "rect",
                    "flag" if raised else "flag unknown",
                    x=left,
                    y=y - 13,
                    width=right - left,
                    height=height,
                    rx=3,
                )
            )
        parts += _sign(raised, left + 16, y - 3.5)
        for row in lines:
            parts.append(words(row, left + TEXT, y + 1, "strong" if raised else ""))
            y += LINE
        y += 12 if raised is not False else 3
    return parts, y


def said(risk: Json, language: Words) -> str:
    """Return what a flag says, in words."""
    about = language.say("drawn.flag about", flag=risk["title"], item=risk["item"])
    if risk["raised"]:
        severity = named("severity", risk["severity"], language)
        message = risk["message"] or ""
        text = language.say("drawn.flag", severity=severity, about=about, message=message)
        return text.rstrip()
    if risk["raised"] is None:
        reason = why(risk["reason"], language)
        message = risk["message"] or f"{reason.capitalize()}."
        return language.say("drawn.flag unknown", about=about, message=message)
    return language.say("drawn.flag not raised", about=about)


def _sign(raised: bool | None, x: float, y: float) -> Iterator[str]:
    if raised is False:
        yield element("path", "thin dark", d=f"M{x - 5:.1f} {y:.1f}H{x + 5:.1f}")
        return
    triangle = f"M{x:.1f} {y - 8:.1f}l9.2 16h-18.4Z"
    yield element("path", "sign dark urgent" if raised else "sign dark hollow", d=triangle)
    kind = "letter on-urgent" if raised else "letter"
    yield words("!" if raised else "?", x, y + 6, kind, "middle")
