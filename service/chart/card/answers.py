"""What a card says of the form as a whole: criteria, answers, and what to know about them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.chart.card.citing import Citations
from service.chart.reasons import why
from service.chart.text import Fact

Json = Mapping[str, Any]


def criteria_facts(
    criteria: Mapping[str, Json], titles: Mapping[str, str], cite: Citations
) -> Iterator[Fact]:
    """Yield what became of each criterion."""
    for name, found in criteria.items():
        value = found["value"]
        text = f"{titles.get(name, name)}: {_outcome(found)}"
        if found["items"] and value is not None:
            text += f" ({_items(found['items'])})"
        if found["missing"]:
            text += f"; not answered: {_items(found['missing'])}"
        kind = "strong" if value not in (None, False) else ""
        yield Fact("Criteria", text + cite.mark(found["source"]), kind)


def _outcome(found: Json) -> str:
    value = found["value"]
    if value is None:
        return f"cannot be said: {why(found['reason'])}"
    if isinstance(value, bool):
        return "met" if value else "not met"
    return str(value)


def answer_facts(report: Json) -> Iterator[Fact]:
    """Yield what was answered, what was not, and what to know about it."""
    missing, applying = report["missing"], report["not_applicable"]
    text = f"{report['answered']} answered"
    text += f"; not answered: {_items(missing)}" if missing else "; none missing"
    yield Fact("Answers", text, "strong" if missing else "")
    if applying:
        yield Fact("Answers", f"not applicable: {_items(applying)}")
    quality = report["quality"]
    if quality["straightlined"]:
        yield Fact("Answers", "the same answer on all items, although some are reverse-keyed")
    if quality["ceiling"]:
        yield Fact("Answers", "every answered item has its highest score")
    for warning in report["warnings"]:
        yield Fact("Warning", _warning(warning))


def _warning(warning: Json) -> str:
    text = str(warning["detail"])
    if "norm" in warning:
        text += f" Norm {warning['norm']}: {why(warning.get('reason'))}."
    if "items" in warning:
        text += f" ({_items(warning['items'])})"
    return text


def _items(items: Sequence[str]) -> str:
    return f"item{'s' if len(items) > 1 else ''} {', '.join(items)}"
