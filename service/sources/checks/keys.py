"""Checks of keys: each leads to one thing, and that exists."""

from collections.abc import Iterator

from service.definitions.catalog import Entry
from service.scoring.answers import allowed_answers
from service.scoring.form.submission import perspective_faults
from service.scoring.issue import Issue, Path
from service.sources.answer import is_allowed
from service.sources.mapping import Json


def tables(loaded: Json) -> Iterator[tuple[Path, Json]]:
    """Yield the tables from keys to items with their places: one for each edition."""
    if "items" in loaded:
        yield ("items",), loaded["items"]
    for index, edition in enumerate(loaded.get("other_editions", ())):
        yield ("other_editions", index), edition


def box_keys(loaded: Json) -> Json:
    """Return item and answer of each key that is a box."""
    found: Json = (loaded.get("boxes") or {}).get("keys", {})
    return found


def mapped_items(loaded: Json) -> set[str]:
    """Return every item that a key leads to."""
    by_key = {name for _, table in tables(loaded) for name in table.values()}
    return by_key | {box["item"] for box in box_keys(loaded).values()}


def check_keys(loaded: Json, entry: Entry | None) -> Iterator[Issue]:
    """Yield the faults of keys, and of who answers."""
    seen: dict[str, str] = {}
    for place, table in tables(loaded):
        yield from _one_key_each(place, table)
        for key, item in table.items():
            if seen.setdefault(key, item) != item:
                text = "is the key of another item in another edition"
                yield Issue((*place, key), "contradictory_key", text)
            if entry is not None and item not in entry.instrument.position:
                text = "is no item of the instrument"
                allowed = list(entry.instrument.item_ids)
                yield Issue((*place, key), "unknown_item", text, allowed)
    yield from _boxes(loaded, entry, seen)
    yield from _scores(loaded, entry, seen)
    for index, key in enumerate(loaded.get("ignore", ())):
        if key in {*seen, *box_keys(loaded), *loaded.get("scores", ())}:
            yield Issue(("ignore", index), "contradictory_key", "is mapped as well")
    yield from _unreachable(loaded)
    if entry is not None and "perspective" in loaded:
        yield from _perspective(loaded, entry)


def _one_key_each(place: Path, table: Json) -> Iterator[Issue]:
    items: set[str] = set()
    for key, item in table.items():
        if item in items:
            text = "maps to an item that has another key: keys of other editions go there"
            yield Issue((*place, key), "duplicate_item", text)
        items.add(item)


def _boxes(loaded: Json, entry: Entry | None, items: Json) -> Iterator[Issue]:
    if loaded.get("items") == {} and not box_keys(loaded) and "boxes" in loaded:
        yield Issue(("items",), "required", "is empty, and no box leads to an item either")
    with_key, seen = set(items.values()), set[tuple[str, float]]()
    for key, box in box_keys(loaded).items():
        place: Path = ("boxes", "keys", key)
        answer = box["item"], box["value"]
        if key in items or key in loaded.get("scores", ()):
            yield Issue(place, "contradictory_key", "is mapped as well")
        if box["item"] in with_key:
            yield Issue(place, "duplicate_item", "is a box of an item that has a key as well")
        elif answer in seen:
            yield Issue(place, "duplicate_item", "is a second box of the same answer")
        elif entry is not None:
            yield from _one_box(place, box, entry)
        seen.add(answer)


def _one_box(place: Path, box: Json, entry: Entry) -> Iterator[Issue]:
    instrument = entry.instrument
    if box["item"] not in instrument.position:
        text, allowed = "is no item of the instrument", list(instrument.item_ids)
        yield Issue((*place, "item"), "unknown_item", text, allowed)
        return
    item = instrument.items[instrument.position[box["item"]]]
    if not is_allowed(item, box["value"]):
        text = "is no answer of the item"
        yield Issue((*place, "value"), "value_not_allowed", text, allowed_answers(item))


def _scores(loaded: Json, entry: Entry | None, items: Json) -> Iterator[Issue]:
    for key, scale in loaded.get("scores", {}).items():
        if key in items:
            text = "is the key of an item as well"
            yield Issue(("scores", key), "contradictory_key", text)
        if entry is not None and scale not in entry.instrument.scale:
            text = "is no scale of the instrument"
            allowed = list(entry.instrument.scale)
            yield Issue(("scores", key), "unknown_scale", text, allowed)


def _unreachable(loaded: Json) -> Iterator[Issue]:
    """Yield a fault for each key that no payload can have, after what is taken off."""
    answers = loaded.get("answers") or {}
    prefix, separator = answers.get("strip_prefix"), answers.get("last_segment")
    places = [(place, key) for place, table in tables(loaded) for key in table]
    places += [(("scores",), key) for key in loaded.get("scores", ())]
    places += [(("boxes", "keys"), key) for key in box_keys(loaded)]
    for place, key in places:
        if separator is not None and separator in key:
            text = "is never met: `last_segment` keeps only what follows the last such text"
            yield Issue((*place, key), "key_never_met", text)
        elif prefix is not None and key.startswith(prefix):
            text = "is never met: `strip_prefix` takes its beginning off"
            yield Issue((*place, key), "key_never_met", text)


def _perspective(loaded: Json, entry: Entry) -> Iterator[Issue]:
    perspective = loaded["perspective"]
    told_later = loaded.get("fhir") is not None or loaded.get("meta", {}).get("rater") is not None
    if perspective is None and told_later:
        return
    for fault in perspective_faults(entry.instrument, perspective):
        yield Issue(("perspective",), fault.code, fault.detail, fault.allowed)
