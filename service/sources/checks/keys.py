"""Checks of keys: each leads to one thing, and that exists."""

from collections.abc import Iterator

from service.definitions.catalog import Entry
from service.scoring.form.submission import perspective_faults
from service.scoring.issue import Issue, Path
from service.sources.mapping import Json


def tables(loaded: Json) -> Iterator[tuple[Path, Json]]:
    """Yield the tables from keys to items with their places: one for each edition."""
    if "items" in loaded:
        yield ("items",), loaded["items"]
    for index, edition in enumerate(loaded.get("other_editions", ())):
        yield ("other_editions", index), edition


def check_keys(loaded: Json, entry: Entry | None) -> Iterator[Issue]:
    """Yield the faults of keys, and of who answers."""
    seen: dict[str, str] = {}
    for place, table in tables(loaded):
        yield from _one_key_each(place, table)
        for key, item in table.items():
            if seen.setdefault(key, item) != item:
                text = "is the key of another item in another edition"
                yield Issue((*place, key), "contradictory_key", text)
            if entry is not None and item not in entry.instrument.known_items:
                text = "is no item of the instrument"
                allowed = list(entry.instrument.item_ids)
                yield Issue((*place, key), "unknown_item", text, allowed)
    yield from _scores(loaded, entry, seen)
    for index, key in enumerate(loaded.get("ignore", ())):
        if key in seen or key in loaded.get("scores", ()):
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
