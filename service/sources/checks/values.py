"""Checks of what answers mean: every token leads to an answer that its items allow, once."""

from collections.abc import Iterable, Iterator

from service.definitions.catalog import Entry
from service.scoring.answers import allowed_answers
from service.scoring.instrument import Item
from service.scoring.issue import Issue, Path
from service.sources.answer import AnswerKey, is_allowed, number_of, token_of
from service.sources.checks.keys import tables
from service.sources.declared import is_answer
from service.sources.mapping import Json


def check_values(loaded: Json, entry: Entry | None) -> Iterator[Issue]:
    """Yield the faults of tokens, of how numbers are meant, and of codes for missing."""
    yield from _repeated(("missing",), enumerate(loaded.get("missing", ())))
    yield from _repeated_names(loaded.get("meta", {}))
    yield from _ticks(loaded)
    values = loaded.get("values")
    if values is None:
        return
    if (values["numeric"] == "position") != (values["offset"] is not None):
        text = "is required where numeric is position, and allowed nowhere else"
        yield Issue(("values", "offset"), "required_with_position", text)
    missing = _missing(loaded, values)
    for place, tokens in _token_tables(values):
        yield from _repeated(place, ((text, text) for text in tokens))
        for text in tokens:
            if token_of(text) in missing:
                yield Issue((*place, text), "contradictory_token", "means missing as well")
    if entry is not None and "items" in loaded:
        yield from _of_items(loaded, values, entry)


def _missing(loaded: Json, values: Json) -> set[str]:
    """Return the tokens that mean missing; where texts are numbers, those of their numbers too."""
    tokens = {token_of(code) or "" for code in loaded.get("missing", ())}
    if values["numeric"] == "string":
        tokens |= {repr(one) for one in map(number_of, tokens) if one is not None}
    return tokens


def counted_twice(loaded: Json) -> Iterator[Issue]:
    """Yield a warning where tokens say that numbers are counted otherwise than the form's, and
    numbers that no token lists would be taken as they stand.
    """
    values = loaded.get("values")
    if values is None or values["numeric"] not in ("as-is", "string"):
        return
    for place, tokens in _token_tables(values):
        for text, meant in tokens.items():
            number = number_of(token_of(text) or "")
            if number is not None and number != meant:
                told = (
                    "says that this number is another answer, while a number that is not listed "
                    "is taken as it stands: with `numeric` none it is refused"
                )
                yield Issue((*place, text), "counted_twice", told)
                break


def _repeated_names(meta: Json) -> Iterator[Issue]:
    for name in ("rater", "session"):
        told = meta.get(name)
        if isinstance(told, dict):
            yield from _repeated(("meta", name, "values"), ((one, one) for one in told["values"]))


def _ticks(loaded: Json) -> Iterator[Issue]:
    """Yield a fault for each text that says two things of a box."""
    boxes = loaded.get("boxes") or {}
    seen = {token_of(code) for code in loaded.get("missing", ())}
    for name in ("ticked", "unticked") if boxes else ():
        for index, text in enumerate(boxes[name]):
            if token_of(text) in seen:
                said = "says something else as well, but for case and white space"
                yield Issue(("boxes", name, index), "duplicate_token", said)
            seen.add(token_of(text))


def _token_tables(values: Json) -> Iterator[tuple[Path, Json]]:
    yield ("values", "tokens"), values["tokens"]
    for item, tokens in values["by_item"].items():
        yield ("values", "by_item", item), tokens


def _repeated(place: Path, told: Iterable[tuple[str | int, object]]) -> Iterator[Issue]:
    seen: set[str | None] = set()
    for step, value in told:
        token = token_of(value)
        if token in seen:
            yield Issue(
                (*place, step),
                "duplicate_token",
                "is the same as another one, but for case and white space",
            )
        seen.add(token)


def _of_items(loaded: Json, values: Json, entry: Entry) -> Iterator[Issue]:
    instrument = entry.instrument
    mapped = {name for _, table in tables(loaded) for name in table.values()}
    items = [item for item in instrument.items if item.id in mapped]
    for name, tokens in values["by_item"].items():
        place = ("values", "by_item", name)
        if name not in mapped:
            yield Issue(place, "unknown_item", "is no item that a key is mapped to", sorted(mapped))
            continue
        yield from _not_allowed(place, tokens, [instrument.items[instrument.position[name]]])
    told = {*values["by_item"], *instrument.clock_items}
    usual = [item for item in items if item.id not in told]
    yield from _not_allowed(("values", "tokens"), values["tokens"], usual)
    yield from _missing_that_is_an_answer(loaded, values, items)
    if values["numeric"] == "none" and loaded.get("fhir") is None:
        yield from _without_answers(values, usual)


def _not_allowed(place: Path, tokens: Json, items: list[Item]) -> Iterator[Issue]:
    for text, number in tokens.items():
        refusing = next((item for item in items if not is_allowed(item, number)), None)
        if refusing is not None:
            told = (
                f"item {refusing.id} does not allow this answer; tokens of its own go into by_item"
            )
            yield Issue((*place, text), "value_not_allowed", told, allowed_answers(refusing))


def _missing_that_is_an_answer(loaded: Json, values: Json, items: list[Item]) -> Iterator[Issue]:
    """Yield a fault for each code for missing that is an answer: a clock time always, a number
    where numbers are answers.
    """
    keys = [
        AnswerKey(one, {}, numeric=values["numeric"], offset=values["offset"] or 0) for one in items
    ]
    for index, code in enumerate(loaded.get("missing", ())):
        token = token_of(code) or ""
        item = next((key.item for key in keys if is_answer(token, key)), None)
        if item is not None:
            text = f"is an answer of item {item.id}"
            yield Issue(("missing", index), "contradictory_token", text)


def _without_answers(values: Json, usual: list[Item]) -> Iterator[Issue]:
    without = [] if values["tokens"] else [item.id for item in usual]
    without += [name for name, tokens in values["by_item"].items() if not tokens]
    if without:
        text = f"nothing says what the answers of item {without[0]} mean"
        yield Issue(("values",), "no_values", text)
