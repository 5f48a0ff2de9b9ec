"""The score card of one form: where everything goes on the page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from service.chart.card.answers import answer_facts, criteria_facts
from service.chart.card.citing import Citations
from service.chart.card.facts import facts_about, range_of
from service.chart.card.safety import draw_flags, said
from service.chart.card.strip import draw_strip, key_of_bands
from service.chart.document import WIDTH, document
from service.chart.reasons import why
from service.chart.scale import shown
from service.chart.style import Theme
from service.chart.svg import line, shorten, words
from service.chart.text import LINE, Fact, draw_facts, wrap

Json = Mapping[str, Any]
EDGE, COLUMN = 16.0, 84.0
RIGHT = WIDTH - EDGE
_RATERS = {"client": "rated by the patient", "therapist": "rated by the therapist"}


class Form(NamedTuple):
    """What a card needs to know of the form beside its report.

    `bands` holds, by scale, the published sets of bands for this respondent, whole: `{"system",
    "bands": [{"id", "label", "minimum", "maximum"}]}`, ascending.
    """

    title: str
    criteria: Mapping[str, str]
    bands: Mapping[str, Sequence[Json]]


def draw_card(report: Json, form: Form, theme: Theme = "auto") -> str:
    """Return the score card of a form as SVG text, 600 px wide and as high as it needs.

    `report` is a score report with `service_version`. It says what the report says, safety flags
    first; no item's wording stands in it. The same report gives the same text.
    """
    cite = Citations(report["sources"])
    parts, y = _head(report, form)
    flags, y = draw_flags(report["risks"], cite, EDGE, RIGHT, y)
    parts += flags
    for name, score in report["scores"].items():
        block, y = _scale(score, form.bands.get(name, ()), cite, y)
        parts += block
    about = [*criteria_facts(report["criteria"], form.criteria, cite), *answer_facts(report)]
    parts.append(line("grid", EDGE, y, RIGHT, y))
    whole, y = draw_facts(about, EDGE, COLUMN, RIGHT, y + 19)
    foot, y = _foot(report, cite, y + 2)
    return document([*parts, *whole, *foot], y + 2, _title(form), _described(report, form), theme)


def _title(form: Form) -> str:
    return f"Score card: {form.title}"


def _head(report: Json, form: Form) -> tuple[list[str], float]:
    """Return the name of the form and whose ratings these are, and the first line below."""
    parts: list[str] = []
    y = 30.0
    for row in wrap(form.title, (RIGHT - EDGE) * 11 / 15):
        parts.append(words(row, EDGE, y, "head"))
        y += 19
    identity = report["instrument"]
    about = [f"{identity['id']} {identity['version']}", _RATERS.get(report["perspective"])]
    if report["reference"] is not None:
        about.append(f"reference {report['reference']}")
    for row in wrap("; ".join(filter(None, about)), RIGHT - EDGE):
        parts.append(words(row, EDGE, y, "quiet"))
        y += LINE
    return parts, y + 10


def _scale(
    score: Json, systems: Sequence[Json], cite: Citations, y: float
) -> tuple[list[str], float]:
    """Return the block of a scale below a line at y, and where it ends."""
    used = {band["system"] for band in score["bands"]}
    shown_systems = [one for one in systems if one["system"] in used]
    value = score["value"]
    parts = [
        line("grid", EDGE, y, RIGHT, y),
        words(shorten(score["title"], 60), EDGE, y + 21, "name"),
        words(shown(value) if value is not None else "no score", RIGHT, y + 23, "head", "end"),
        words(range_of(score), EDGE, y + 37, "quiet"),
    ]
    strip, y = draw_strip(score, shown_systems, EDGE, RIGHT, y + 42)
    facts: list[Fact] = [
        Fact("Bands", f"{said} ({system})")
        for system, said in key_of_bands(shown_systems, score, EDGE, RIGHT)
    ]
    rows, y = draw_facts([*facts, *facts_about(score, cite)], EDGE, COLUMN, RIGHT, y + 12)
    return [*parts, *strip, *rows], y


def _foot(report: Json, cite: Citations, y: float) -> tuple[list[str], float]:
    identity = report["instrument"]
    facts: Iterable[Fact] = (
        *(Fact("Sources", one, "quiet") for one in cite.listed()),
        Fact(
            "Version",
            f"{identity['id']} {identity['version']}; service {report['service_version']}",
            "quiet",
        ),
        Fact("Version", identity["digest"], "quiet"),
    )
    return draw_facts(facts, EDGE, COLUMN, RIGHT, y)


def _described(report: Json, form: Form) -> str:
    """Return the card in words, for readers who cannot see it: flags, scores, criteria."""
    sentences = [said(risk) for risk in report["risks"]]
    for score in report["scores"].values():
        value = score["value"]
        if value is None:
            sentences.append(f"{score['title']}: no score, {why(score['reason'])}.")
            continue
        bands = ", ".join(band["label"] for band in score["bands"])
        text = f"{score['title']}: {shown(value)} ({range_of(score)})"
        sentences.append(f"{text}{f', {bands}' if bands else ''}.")
    sentences += [
        f"{fact.text}." for fact in criteria_facts(report["criteria"], form.criteria, Citations({}))
    ]
    sentences += [f"{fact.text}." for fact in answer_facts(report)]
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)
