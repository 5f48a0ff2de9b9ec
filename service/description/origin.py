"""Where a form comes from, as a section of its page."""

from collections.abc import Iterator, Mapping
from typing import Any

STATED = {
    "developer": "developed by",
    "funding": "funded by",
    "released": "first published",
    "revised": "revised",
    "intended_use": "intended use",
    "population": "developed among",
    "contact": "whom to ask for a licence",
}


def origin_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the section with what the definition says of the form itself, nothing where it says
    nothing.
    """
    stated = document.get("source_attributes")
    if not stated:
        return
    yield from ["## Where the form comes from", ""]
    for member, title in STATED.items():
        part = stated.get(member)
        if part is not None:
            told = f"{part['value']} (`{part['source']}`)" if "value" in part else part["reason"]
            yield f"- **{title}**: {told}"
    expected = [member for member in STATED if member != "contact"]  # the licence has an address
    absent = [STATED[member] for member in expected if member not in stated]
    if absent:
        yield f"- Not found in the sources read: {', '.join(absent)}."
    yield ""
