"""The draft of a mapping, with a text marked TODO wherever its author has something to confirm or
fill in: the check refuses it as long as one is left.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.definitions.skeleton import to_confirm
from service.scoring.instrument import Instrument
from service.sources.drafting.boxed import boxed_of
from service.sources.drafting.meaning import NO_MEANING, meaning_of
from service.sources.drafting.placing import place
from service.sources.drafting.sample import Sample

KEY_TO_FILL_IN = "TODO which key is item %s"
_MOST_TOLD = 30
_LONGEST_KEY = 80


@dataclass(frozen=True, slots=True)
class MappingDraft:
    """A draft, and sentences about what it leaves open; `is_whole`: nothing but to confirm.
    `document` is None where neither the layout is known nor any key could be placed.
    """

    document: Mapping[str, Any] | None
    remarks: tuple[str, ...]
    is_whole: bool = False


def draft_of(sample: Sample, instrument: Instrument, name: str) -> MappingDraft:
    """Return the draft of a mapping of a sample to an instrument, under this name."""
    placed = place(sample.questions, instrument, from_zero=sample.counts_places)
    if not sample.is_known and not placed.items:
        return MappingDraft(None, placed.remarks)
    boxed = boxed_of(sample.questions, placed.items, instrument)
    items, found = boxed.others, {**boxed.others, **boxed.items}
    meaning = NO_MEANING
    if items or not found:
        meaning = meaning_of(
            sample.questions, items, instrument, counts_places=sample.counts_places
        )
    left = _left(found, instrument)
    layout = _layout(sample, found)
    where = {"answers": layout.pop("answers")} if "answers" in layout else {}
    document: dict[str, Any] = {
        "id": name,
        "title": to_confirm(f"{sample.tool}: {instrument.title}")[:200],
        "tool": sample.tool,
        "notes": list(
            map(to_confirm, (*placed.to_confirm, *meaning.to_confirm, *boxed.to_confirm))
        ),
        "instrument": instrument.id,
        **where,
        "items": {**items, **{KEY_TO_FILL_IN % item: item for item in left}},
        **({"scores": dict(placed.scores)} if placed.scores else {}),
        **boxed.member,
        "values": meaning.values,
        **layout,
    }
    remarks = [*boxed.remarks, *sample.remarks, *placed.remarks, *_open(left)]
    remarks += _unplaced(sample, found, document)
    remarks += meaning.remarks
    if sample.forms and "finished" not in layout["meta"]:
        remarks.append("Nothing tells a finished response: say in `meta.finished` what would.")
    return MappingDraft(document, tuple(remarks), not left and not meaning.remarks)


def _layout(sample: Sample, items: Mapping[str, str]) -> dict[str, Any]:
    """Return what follows from the layout, and from the form that all placed keys are of."""
    layout = dict(sample.layout)
    forms = [sample.forms[key] for key in items if key in sample.forms]
    if forms and all(form == forms[0] for form in forms):
        layout["meta"] = {**layout.get("meta", {}), **forms[0]}
    return layout


def _open(left: Sequence[str]) -> Iterator[str]:
    if left:
        yield f"No key was found for item {', '.join(left[:_MOST_TOLD])}."


def _left(items: Mapping[str, str], instrument: Instrument) -> list[str]:
    placed = set(items.values())
    return [item.id for item in instrument.items if not item.optional and item.id not in placed]


def _unplaced(sample: Sample, placed: Iterable[str], document: Mapping[str, Any]) -> Iterator[str]:
    known = {*placed, *document.get("ignore", ()), *document.get("scores", ()), *_of_meta(document)}
    asked = (one.key for one in sample.questions if not one.has_boxes)
    unplaced = [key for key in asked if key not in known]
    if unplaced:
        yield _keys(unplaced)


def _of_meta(document: Mapping[str, Any]) -> set[str]:
    told = document.get("meta", {}).values()
    places = (one if isinstance(one, str) else one["at"] for one in told)
    return {place.rpartition("/")[2].replace("~1", "/").replace("~0", "~") for place in places}


def _keys(unplaced: Sequence[str]) -> str:
    number = "1 key was" if len(unplaced) == 1 else f"{len(unplaced)} keys were"
    told = [key[:_LONGEST_KEY] for key in unplaced if key.isprintable()][:_MOST_TOLD]
    more = ["…"] if len(unplaced) > len(told) else []
    return f"{number} not placed: {', '.join([*told, *more])}"
