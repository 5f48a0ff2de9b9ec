"""Cells of CSV that a spreadsheet takes for what they are."""

import re

_FORMULA = frozenset("=+-@\t\r\n")
"""What a cell begins with that a spreadsheet would run."""
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?", re.ASCII)
_SPECIAL = re.compile(r'[",;\t\r\n]')
"""What ends a cell, here or in a spreadsheet that separates cells by other signs."""


def harmless(text: str | None) -> str | None:
    """Return a text that no spreadsheet takes for a formula; numbers stay as they are."""
    if text is None or not text or text[0] not in _FORMULA or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def cell(text: str | None) -> str:
    """Return a text as a cell, quoted where need be; None is an empty one."""
    if text is None:
        return ""
    return text if _SPECIAL.search(text) is None else '"' + text.replace('"', '""') + '"'
