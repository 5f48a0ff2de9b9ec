"""The check of a form against the one that the other rater fills in."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.definitions.versions import precedence
from service.scoring.issue import Issue

Documents = Mapping[str, Mapping[str, Any]]


def latest(documents: Documents) -> dict[str, Mapping[str, Any]]:
    """Return the highest version of each of several resolved definitions by id."""
    ordered = sorted(documents.values(), key=lambda document: precedence(document["version"]))
    return {document["id"]: document for document in ordered}


def check_counterpart(
    document: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]
) -> Iterator[Issue]:
    """Yield a fault unless the counterpart that a definition names is there, is another rater's and
    names it back.

    `others` holds the highest version of every other definition by id.
    """
    name = document["counterpart"]
    if name is None:
        return
    other = others.get(name)
    if other is None:
        text = f'there is no definition "{name}"'
        yield Issue(("counterpart",), "unknown_counterpart", text)
        return
    if other["counterpart"] != document["id"]:
        back = "null" if other["counterpart"] is None else f'"{other["counterpart"]}"'
        text = f'must be mutual, but the counterpart of "{name}" is {back}'
        yield Issue(("counterpart",), "counterpart_not_mutual", text)
    if other["perspective"] == document["perspective"]:
        text = f"must be of another rater, but both have the perspective {other['perspective']}"
        yield Issue(("counterpart",), "counterpart_same_rater", text)
    directions = {scale["id"]: scale["direction"] for scale in other["scales"]}
    for index, scale in enumerate(document["scales"]):
        direction = directions.get(scale["id"], scale["direction"])
        if direction != scale["direction"]:
            text = f'is {direction} on "{name}", the form of the other rater'
            yield Issue(("scales", index, "direction"), "direction_conflict", text)
