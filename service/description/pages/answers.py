"""Items, what their answers count, and what happens to those that are missing."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from service.definitions.catalog import Entry
from service.description.pages.words import Json, code, numbers, proof, table
from service.scoring.form.working import steps_in_words
from service.scoring.instrument import Item, ResponseOption
from service.scoring.missing import method_named


def items(entry: Entry) -> Iterator[str]:
    """Yield items and what their answers count."""
    instrument = entry.instrument
    groups: dict[str, list[Item]] = {}
    for item in instrument.items:
        groups.setdefault(item.response_set.name, []).append(item)
    rows = [[numbers(item.id for item in items), _answers(items[0])] for items in groups.values()]
    yield from ["## Items and answers", "", *table(["items", "answers"], rows), ""]
    marks: Sequence[tuple[str, Callable[[Item], bool]]] = (
        ("Reverse-keyed", lambda item: item.reverse),
        ("Printed in mirrored order", lambda item: item.mirrored),
        ("In no scale", lambda item: not item.scored),
        ("May be left blank", lambda item: item.optional),
    )
    for what, marked in marks:
        names = [item.id for item in instrument.items if marked(item)]
        if names:
            yield f"- {what}: {numbers(names)}."
    yield from _shared_items(entry)
    yield from _translations(entry)
    listed = (("Key", "key_sources"), ("Labels", "label_sources"), ("Codes", "code_sources"))
    for what, member in listed:
        if sources := entry.document.get(member):
            named = f": {code(sources['sources'])}" if sources["sources"] else ""
            yield f"- {what}: {sources['verification']}{named}."
    yield from (f"- {notice}" for notice in entry.document.get("notices", ()))
    yield ""


def _translations(entry: Entry) -> Iterator[str]:
    for name, part in entry.document["response_sets"].items():
        for one in part.get("translations", ()):
            labels = ", ".join(one["labels"])
            yield f"- Labels of `{name}` in `{one['language']}` ({proof(one)}): {labels}."


def _shared_items(entry: Entry) -> Iterator[str]:
    shared = [item["same_as"] for item in entry.document["items"] if "same_as" in item]
    forms = dict.fromkeys(named["instrument"] for named in shared)
    if shared:
        yield f"- Items of other forms: {len(shared)}, of {code(list(forms))}."


def _answers(item: Item) -> str:
    answers = item.response_set
    if answers.clock:
        return "a clock time of 24 hours, `HH:MM`"
    if not answers.options:
        told = f"any number from {answers.minimum:g} to {answers.maximum:g}"
        return told if answers.steps is None else f"{told}; worth {steps_in_words(answers.steps)}"
    not_known = "".join(f"; {value:g}: not known" for value in sorted(item.not_known))
    return _counting(item.response_set.counting) + not_known


def _counting(options: Sequence[ResponseOption]) -> str:
    values = [option.value for option in options]
    recoded = any(option.score != option.value for option in options)
    labelled = any(option.label for option in options)
    if (
        not recoded
        and not labelled
        and len(values) > 2
        and all(later - value == 1 for value, later in pairwise(values))
    ):
        return f"{values[0]:g} to {values[-1]:g}"
    return ", ".join(_answer(option, recoded=recoded) for option in options)


def _answer(option: ResponseOption, *, recoded: bool) -> str:
    worth = f" (counts {option.score:g})" if recoded else ""
    code = f" ({option.code})" if option.code else ""
    return ": ".join(filter(None, (f"{option.value:g}", option.label))) + code + worth


_EFFECTS = {
    "excluded": "leaves its scales",
    "unasked": "leaves its scales, and what is published for the form holds without it",
}


def missing(entry: Entry) -> Iterator[str]:
    """Yield what happens to missing answers."""
    if entry.instrument.key_required:
        return
    yield from ["## Missing answers", ""]
    form = entry.document.get("min_answered")
    if form:
        yield (
            f"- The form: with fewer than {form['items']} answered items no scale is scored "
            f"(`{form['source']}`)."
        )
    for scale in entry.document["scales"]:
        yield f"- `{scale['id']}`: {_missing_words(scale)}"
    for gate in entry.document.get("gates", []):
        effect = _EFFECTS.get(gate["treat_as"]) or f"counts as {gate['treat_as']:g}"
        items = numbers(gate["items"])
        yield (
            f"- Items {items} may not apply (`{gate['id']}`): then each {effect} "
            f"(`{gate['source']}`)."
        )
    yield ""


def _missing_words(scale: Json) -> str:
    rule = scale["missing"]
    parts = "scales" if scale["aggregation"] == "composite" else "items"
    method = method_named(rule["method"])
    if method.fill is None:
        return f"all {parts} are needed."
    rounded = ", the sum rounded half up" if rule.get("round") else ""
    source = f" (`{rule['source']}`)" if "source" in rule else ""
    least, filled = rule["min_answered"], f"{method.on_page}{rounded}{source}"
    return f"at least {least} {parts}; a blank counts as {filled}."
