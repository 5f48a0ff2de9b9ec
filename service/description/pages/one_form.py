"""The page of one instrument, section by section."""

from service.definitions.catalog import Entry
from service.description.pages.answers import items, missing
from service.description.pages.comparisons import linked, norms
from service.description.pages.identity import identity, licence, origin, sources, unknowns
from service.description.pages.scores import bands, change, figures, rules, scales


def page(entry: Entry) -> str:
    """Return the page of an instrument."""
    sections = [
        identity,
        origin,
        unknowns,
        scales,
        items,
        missing,
        figures,
        bands,
        change,
        norms,
        linked,
        rules,
        licence,
        sources,
    ]
    lines = [f"# {entry.instrument.title}", ""]
    for section in sections:
        lines += section(entry)
    return "\n".join(lines).rstrip() + "\n"
