"""Words and tables that all sections of a page share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]


OPERATORS = {
    ">=": "at least",
    ">": "above",
    "<=": "at most",
    "<": "below",
    "==": "equal to",
    "!=": "not",
}


def perspective(document: Json) -> str:
    """Return who fills in a form."""
    return (
        document["perspective"] or " or ".join(document.get("perspectives", ())) or "the respondent"
    )


def key_state(document: Json) -> str:
    """Return how well the key is verified, or that a site supplies it."""
    return (
        "supplied by the site"
        if document.get("key") == "required"
        else str(document["key_sources"]["verification"])
    )


def whom(limited: Json) -> str:
    """Return for whom a number is, in words."""
    age = limited.get("age") or {}
    low, high = age.get("min"), age.get("max")
    years = (
        ""
        if low is None and high is None
        else f"age {low if low is not None else ''}–{high if high is not None else ''}"
    )
    return ", ".join(part for part in (limited.get("sex") or "", years) if part) or "all"


def proof(sourced: Json) -> str:
    """Return the ids of the sources of a part."""
    second = f", `{sourced['confirmed_by']}`" if "confirmed_by" in sourced else ""
    return f"`{sourced['source']}`{second}" if "source" in sourced else ""


def code(names: Iterable[str]) -> str:
    """Return names set as code, with commas."""
    return ", ".join(f"`{name}`" for name in names)


def numbers(names: Iterable[str]) -> str:
    """Return item ids, runs of numbers shortened: 1–4, 7."""
    parts: list[list[str]] = []
    for name in names:
        follows = (
            parts
            and name.isdecimal()
            and parts[-1][-1].isdecimal()
            and int(name) == int(parts[-1][-1]) + 1
        )
        if follows:
            parts[-1].append(name)
        else:
            parts.append([name])
    return ", ".join(
        run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(run)
        for run in parts
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    for row in (header, ["---"] * len(header), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
