"""What a cell of text says: a number written out, or nothing."""

import re

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,20})?", re.ASCII)


def number_in(text: str) -> int | float | str | None:
    """Return the number that a text writes out as JSON does, white space around it apart, None
    where it is blank, else the text itself.
    """
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def clock_in(text: str) -> int | float | str | None:
    """Return a text as it stands, for the item to take or refuse; None where it is blank."""
    return text if text.strip() else None


def clock_in_file(text: str) -> int | float | str | None:
    """Return the same, and a number where it is one: files tell texts from numbers by that."""
    number = number_in(text)
    return text if isinstance(number, str) else number
