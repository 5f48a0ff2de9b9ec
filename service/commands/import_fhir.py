"""`import-fhir`: a Questionnaire in a file, and the draft of a definition that comes of it."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from service.commands.files import read_file, refuse, write_new
from service.commands.layout import text_of
from service.fhir.importing.draft import draft_of
from service.scoring.issue import Issue
from service.strict.reader import StrictReader, UnreadableJSON

DEPTH = 64
"""Levels of a file: groups in groups in a Bundle, with value sets whose concepts are a tree."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)


def run(file: Path, name: str | None, output: Path | None, *, with_text: bool) -> int:
    """Print the draft or write it to a file that does not exist yet; say on standard error what
    could not be placed. Return 0, or 1 where something is left to the author, or 2 without a draft.
    """
    if name is not None and not _ID.fullmatch(name):
        return refuse("The id is lower case letters, digits and hyphens, at most 64.")
    try:
        document = _read(file)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return refuse(f"{file}: cannot be read: {why}")
    draft = draft_of(document, name=name, with_text=with_text)
    _say(file, draft.faults)
    if draft.definition is None:
        return refuse(f"{file}: no draft was made.")
    try:
        write_new(output, text_of(draft.definition))
    except OSError as error:
        return refuse(f"{output}: cannot be written: {error.strerror}")
    _say(file, draft.remarks)
    where = output or "the draft"
    print(
        f"{where}: replace every text that begins with TODO, then: python -m service check FILE",
        file=sys.stderr,
    )
    return 0 if draft.is_whole else 1


def _read(file: Path) -> object:
    """Return what a file holds. Raises OSError, or ValueError with a sentence."""
    try:
        return StrictReader(max_depth=DEPTH).loads(read_file(file))
    except UnreadableJSON as refused:
        raise ValueError(refused.sentence) from None


def _say(file: Path, issues: Iterable[Issue]) -> None:
    for issue in issues:
        print(f"{file}: {issue.pointer or '(document)'}: {issue.detail}", file=sys.stderr)
