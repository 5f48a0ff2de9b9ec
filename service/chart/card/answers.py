"""What a card says of the form as a whole: criteria, answers, and what to know about them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.chart.card.citing import Citations
from service.chart.reasons import why
from service.chart.text import Fact
from service.scoring.wording.words import Words

Json = Mapping[str, Any]


def criteria_facts(
    criteria: Mapping[str, Json], titles: Mapping[str, str], cite: Citations, language: Words
) -> Iterator[Fact]:
    """Yield what became of each criterion."""
    for name, found in criteria.items():
        value = found["value"]
        text = f"{titles.get(name, name)}: {_outcome(found, language)}"
        if found["items"] and value is not None:
            text += f" ({_items(found['items'], language)})"
        if found["missing"]:
            text += language.say("drawn.not answered", items=_items(found["missing"], language))
        kind = "strong" if value not in (None, False) else ""
        label = language.say("drawn.label.criteria")
        yield Fact(label, text + cite.mark(found["source"]), kind)


def _outcome(found: Json, language: Words) -> str:
    value = found["value"]
    if value is None:
        return language.say("drawn.cannot be said", why=why(found["reason"], language))
    if isinstance(value, bool):
        return language.say("drawn.met" if value else "drawn.not met")
    return str(value)


def answer_facts(report: Json, language: Words) -> Iterator[Fact]:
    """Yield what was answered, what was not, and what to know about it."""
    missing, applying = report["missing"], report["not_applicable"]
    label = language.say("drawn.label.answers")
    text = language.say("drawn.answered", n=report["answered"])
    text += (
        language.say("drawn.not answered", items=_items(missing, language))
        if missing
        else language.say("drawn.none missing")
    )
    yield Fact(label, text, "strong" if missing else "")
    if applying:
        items = _items(applying, language)
        yield Fact(label, language.say("drawn.not applicable", items=items))
    quality = report["quality"]
    if quality["straightlined"]:
        yield Fact(label, language.say("drawn.straightlined"))
    if quality["ceiling"]:
        yield Fact(label, language.say("drawn.ceiling"))
    for warning in report["warnings"]:
        yield Fact(language.say("drawn.label.warning"), _warning(warning, language))


def _warning(warning: Json, language: Words) -> str:
    text = str(warning["detail"])
    if "norm" in warning:
        reason = why(warning.get("reason"), language)
        text += language.say("drawn.warned norm", norm=warning["norm"], why=reason)
    if "items" in warning:
        text += f" ({_items(warning['items'], language)})"
    return text


def _items(items: Sequence[str], language: Words) -> str:
    name = "drawn.items" if len(items) > 1 else "drawn.item"
    return language.say(name, items=", ".join(items))
