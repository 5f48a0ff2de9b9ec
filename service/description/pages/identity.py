"""What a form is, what is not known of it, whose it is, and where that is from."""

from collections.abc import Callable, Iterator, Sequence

from service.definitions.catalog import Entry
from service.description.origin import origin_lines
from service.description.pages.words import code, key_state, perspective
from service.scoring.instrument import Scale


def identity(entry: Entry) -> Iterator[str]:
    """Yield what form it is."""
    document, instrument = entry.document, entry.instrument
    facts = {
        "id": f"`{instrument.id}`, version {instrument.version}",
        "construct": document["construct"],
        "rater": perspective(document),
        "counterpart": f"`{document['counterpart']}`" if document["counterpart"] else None,
        "language": document["language"],
        "time frame": document.get("timeframe"),
        "submitted as": _SUBMITTED[document["submitted_as"]],
        "key": key_state(document),
        "codes": ", ".join(
            f"{code['display']} ({code['system']} {code['code']})"
            for code in document.get("codes", [])
        ),
    }
    yield from (f"- **{name}**: {value}" for name, value in facts.items() if value)
    yield ""


_SUBMITTED = {
    "codes": (
        "the rank of the answer on every item; reverse-keyed items are reversed by the service"
    ),
    "scores": "the item scores as printed on the form; nothing is reversed",
}


def origin(entry: Entry) -> Iterator[str]:
    """Yield who made it, when and what for."""
    yield from origin_lines(entry.document)


def unknowns(entry: Entry) -> Iterator[str]:
    """Yield notes, and what is not known."""
    notes = list(entry.document.get("notes", []))
    gaps = list(_gaps(entry))
    if notes:
        yield from ["## Before you use the numbers", "", *(f"- {note}" for note in notes), ""]
    if gaps:
        yield from ["## What is not known", "", *(f"- {gap}" for gap in gaps), ""]


def _gaps(entry: Entry) -> Iterator[str]:
    instrument = entry.instrument
    if instrument.key_required:
        yield f"The key. {instrument.key_instructions}"
        return
    if not instrument.norms:
        yield "Norms: none with a source that could be opened."
    elif all(norm.digital for norm in instrument.norms):
        yield (
            "Norms for therapy with a human: those below are of digital therapies and are "
            "never used by default."
        )
    missing: Sequence[tuple[str, Callable[[Scale], bool]]] = (
        ("Reliability", lambda scale: not scale.reliabilities),
        ("Standard error of measurement (SD and reliability of one sample)", _has_no_precision),
        ("Session-to-session standard deviation", lambda scale: scale.within_person_sd is None),
        ("Published bands", lambda scale: not scale.bands),
        ("Published cut-offs", lambda scale: not scale.cutoffs),
        ("Reliable change", lambda scale: not any(rule.method for rule in scale.changes)),
    )
    for what, lacks in missing:
        lacking = [scale.id for scale in instrument.scales if lacks(scale)]
        if lacking:
            yield (
                f"{what}: not for "
                f"{'any scale' if len(lacking) == len(instrument.scales) else code(lacking)}."
            )


def _has_no_precision(scale: Scale) -> bool:
    from_table = scale.transform is not None and any(
        error is not None for table in scale.transform.tables for _, error in table.values.values()
    )
    return scale.precision is None and not from_table


def licence(entry: Entry) -> Iterator[str]:
    """Yield whose it is and who may use it."""
    licence = entry.document["licence"]
    permission = "Permission is required to use the form." if licence["permission_required"] else ""
    text = (
        "The item texts are part of the definition."
        if licence["text_included"]
        else "The item texts are not part of the definition."
    )
    where = f" <{licence['url']}>" if licence["url"] else ""
    yield from [
        "## Licence",
        "",
        f"{licence['holder'].rstrip('.')}. {licence['terms']} {permission} {text}{where}".replace(
            "  ", " "
        ),
        "",
    ]


def sources(entry: Entry) -> Iterator[str]:
    """Yield every source."""
    yield from ["## Sources", ""]
    own = entry.document.get("source_attributes", {}).get("sources", [])
    for source in (*entry.document["sources"], *own):
        link = (
            f" doi {source['doi']}."
            if "doi" in source
            else f" <{source['url']}>."
            if "url" in source
            else ""
        )
        where = f" ({source['where']})" if "where" in source else ""
        yield f"- `{source['id']}`: {source['citation']}{where}.{link}"
    yield ""
