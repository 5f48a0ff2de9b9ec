"""The score card of one form: where everything goes on the page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from service.chart.card.answers import answer_facts, criteria_facts
from service.chart.card.citing import Citations
from service.chart.card.facts import facts_about, range_of
from service.chart.card.safety import draw_flags, said
from service.chart.card.strip import draw_strip, key_of_bands
from service.chart.document import WIDTH, document
from service.chart.english import IN_ENGLISH
from service.chart.reasons import why
from service.chart.scale import figure
from service.chart.style import Theme
from service.chart.svg import line, shorten, words
from service.chart.text import LINE, Fact, draw_facts, wrap
from service.scoring.wording.words import Words

Json = Mapping[str, Any]
EDGE, COLUMN = 16.0, 84.0
RIGHT = WIDTH - EDGE
_RATERS = ("client", "therapist")


class Form(NamedTuple):
    """What a card needs to know of the form beside its report.

    `bands` holds, by scale, the published sets of bands for this respondent, whole: `{"system",
    "bands": [{"id", "label", "minimum", "maximum"}]}`, ascending.
    """

    title: str
    criteria: Mapping[str, str]
    bands: Mapping[str, Sequence[Json]]


def draw_card(report: Json, form: Form, theme: Theme = "auto", language: Words = IN_ENGLISH) -> str:
    """Return the score card of a form as SVG text, 600 px wide and as high as it needs.

    `report` is a score report with `service_version`. It says what the report says, safety flags
    first; no item's wording stands in it. The same report gives the same text in a language.
    """
    cite = Citations(report["sources"])
    parts, y = _head(report, form, language)
    flags, y = draw_flags(report["risks"], cite, EDGE, RIGHT, y, language)
    parts += flags
    for name, score in report["scores"].items():
        block, y = _scale(score, form.bands.get(name, ()), cite, y, language)
        parts += block
    about = [
        *criteria_facts(report["criteria"], form.criteria, cite, language),
        *answer_facts(report, language),
    ]
    parts.append(line("grid", EDGE, y, RIGHT, y))
    whole, y = draw_facts(about, EDGE, COLUMN, RIGHT, y + 19)
    foot, y = _foot(report, cite, y + 2, language)
    title = language.say("drawn.title", title=form.title)
    described = _described(report, form, language)
    return document([*parts, *whole, *foot], y + 2, title, described, theme)


def _head(report: Json, form: Form, language: Words) -> tuple[list[str], float]:
    """Return the name of the form and whose ratings these are, and the first line below."""
    parts: list[str] = []
    y = 30.0
    for row in wrap(form.title, (RIGHT - EDGE) * 11 / 15):
        parts.append(words(row, EDGE, y, "head"))
        y += 19
    identity = report["instrument"]
    about = [f"{identity['id']} {identity['version']}"]
    if report["perspective"] in _RATERS:
        about.append(language.say(f"drawn.by {report['perspective']}"))
    if report["reference"] is not None:
        about.append(language.say("drawn.reference", reference=report["reference"]))
    for row in wrap("; ".join(about), RIGHT - EDGE):
        parts.append(words(row, EDGE, y, "quiet"))
        y += LINE
    return parts, y + 10


def _scale(
    score: Json, systems: Sequence[Json], cite: Citations, y: float, language: Words
) -> tuple[list[str], float]:
    """Return the block of a scale below a line at y, and where it ends."""
    used = {band["system"] for band in score["bands"]}
    shown_systems = [one for one in systems if one["system"] in used]
    value = score["value"]
    told = figure(value, language) if value is not None else language.say("drawn.no score")
    parts = [
        line("grid", EDGE, y, RIGHT, y),
        words(shorten(score["title"], 60), EDGE, y + 21, "name"),
        words(told, RIGHT, y + 23, "head", "end"),
        words(range_of(score, language), EDGE, y + 37, "quiet"),
    ]
    strip, y = draw_strip(score, shown_systems, EDGE, RIGHT, y + 42, language)
    facts: list[Fact] = [
        Fact(language.say("drawn.label.bands"), f"{said} ({system})")
        for system, said in key_of_bands(shown_systems, score, EDGE, RIGHT, language)
    ]
    rows, y = draw_facts([*facts, *facts_about(score, cite, language)], EDGE, COLUMN, RIGHT, y + 12)
    return [*parts, *strip, *rows], y


def _foot(report: Json, cite: Citations, y: float, language: Words) -> tuple[list[str], float]:
    identity = report["instrument"]
    named = {"id": identity["id"], "version": identity["version"]}
    service = language.say("drawn.service", **named, service=report["service_version"])
    sources, version = language.say("drawn.label.sources"), language.say("drawn.label.version")
    facts: Iterable[Fact] = (
        *(Fact(sources, one, "quiet") for one in cite.listed()),
        Fact(version, service, "quiet"),
        Fact(version, identity["digest"], "quiet"),
    )
    return draw_facts(facts, EDGE, COLUMN, RIGHT, y)


def _described(report: Json, form: Form, language: Words) -> str:
    """Return the card in words, for readers who cannot see it: flags, scores, criteria."""
    sentences = [said(risk, language) for risk in report["risks"]]
    for score in report["scores"].values():
        value = score["value"]
        if value is None:
            reason = why(score["reason"], language)
            sentences.append(language.say("drawn.no score, why", title=score["title"], why=reason))
            continue
        bands = ", ".join(band["label"] for band in score["bands"])
        text = f"{score['title']}: {figure(value, language)} ({range_of(score, language)})"
        sentences.append(f"{text}{f', {bands}' if bands else ''}.")
    criteria = criteria_facts(report["criteria"], form.criteria, Citations({}), language)
    sentences += [f"{fact.text}." for fact in (*criteria, *answer_facts(report, language))]
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)
