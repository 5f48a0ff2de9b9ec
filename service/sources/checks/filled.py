"""The check that a draft was confirmed: no text or name that is marked TODO is left."""

from collections.abc import Iterator

from service.scoring.issue import Issue, Path

_MARK = "TODO "


def unconfirmed(document: object, path: Path = ()) -> Iterator[Issue]:
    """Yield a fault for every text and every member name that still stands as a draft has it."""
    if isinstance(document, str):
        if document.startswith(_MARK):
            text = "still stands as in the draft: confirm it or fill it in, and take the mark away"
            yield Issue(path, "to_fill_in", text)
    elif isinstance(document, dict | list):
        members = document.items() if isinstance(document, dict) else enumerate(document)
        for step, part in members:
            if isinstance(step, str):
                yield from unconfirmed(step, (*path, step))
            yield from unconfirmed(part, (*path, step))
