"""Files in and out: what they hold, or a sentence about why they cannot be used."""

import sys
from pathlib import Path

LONGEST_FILE = 16 * 1024 * 1024
"""Bytes of a file that is read."""


def read_file(file: Path) -> bytes:
    """Return what a file holds. Raises OSError, or ValueError with a sentence."""
    with file.open("rb") as opened:
        raw = opened.read(LONGEST_FILE + 1)
    if len(raw) > LONGEST_FILE:
        raise ValueError(f"it has more than {LONGEST_FILE // 1024 // 1024} MiB")
    return raw


def write_new(output: Path | None, text: str) -> None:
    """Write a text to a file that does not exist yet, or print it. Raises OSError."""
    if output is None:
        print(text, end="")
        return
    with output.open("x", encoding="utf-8") as made:
        made.write(text)


def refuse(sentence: str) -> int:
    """Say on standard error why nothing was made; return the exit code."""
    print(sentence, file=sys.stderr)
    return 2
