"""`map`: a sample of somebody else's payloads, or the design of a form, and the draft of a mapping
that comes of it.
"""

import re
import sys
from pathlib import Path

from service.commands.files import read_file, refuse, write_new
from service.commands.layout import text_of
from service.definitions.catalog import Catalog, UnknownInstrument
from service.sources.catalogue import Mappings
from service.sources.drafting.designs import design_of
from service.sources.drafting.draft import draft_of
from service.sources.drafting.fhir_forms import form_sample, is_form
from service.sources.drafting.notices import refuse_event, refuse_form_encoded
from service.sources.drafting.payloads import sample_of
from service.sources.drafting.sample import NoSample, Sample
from service.sources.drafting.tables import sample_of_table
from service.strict.position import position_of_bad_byte
from service.strict.reader import StrictReader, UnreadableJSON

DEPTH = 64
"""Levels of a JSON file: groups in groups of a form."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)


def run(file: Path, name: str, output: Path | None, catalog: Catalog, templates: Mappings) -> int:
    """Print the draft or write it to a file that does not exist yet; say on standard error what
    could not be placed. Return 0, or 1 where something is left to the author, or 2 without a draft.

    No answer of the sample is printed.
    """
    try:
        instrument = catalog.get(name).instrument
    except UnknownInstrument as unknown:
        nearest = " or ".join(unknown.suggestions)
        return refuse(
            "There is no such instrument." + (f" Did you mean {nearest}?" if nearest else "")
        )
    try:
        sample = _sample(read_file(file), templates)
    except (OSError, ValueError, NoSample) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return refuse(f"{file}: cannot be used: {why}")
    stem = "" if output is None else output.stem
    draft = draft_of(sample, instrument, stem if _ID.fullmatch(stem) else f"my-{instrument.id}")
    for remark in draft.remarks:
        print(f"{file}: {remark}", file=sys.stderr)
    if draft.document is None:
        return refuse(f"{file}: no draft was made: docs/mappings.md says how to write one.")
    try:
        write_new(output, text_of(dict(draft.document)))
    except OSError as error:
        return refuse(f"{output}: cannot be written: {error.strerror}")
    told = output or "the draft"
    print(
        f"{told}: confirm or fill in every text that begins with TODO, then: "
        "python -m service check FILE",
        file=sys.stderr,
    )
    return 0 if draft.is_whole else 1


def _sample(raw: bytes, templates: Mappings) -> Sample:
    """Return what a file holds as a sample. Raises ValueError or NoSample with a sentence."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoSample(f"it is not UTF-8 ({position_of_bad_byte(raw)}).") from None
    if not text.strip():
        raise NoSample("it is empty.")
    refuse_form_encoded(text)
    if not text.lstrip().startswith(("{", "[")):
        return sample_of_table(text, templates)
    try:
        document = StrictReader(max_depth=DEPTH).loads(text.encode())
    except UnreadableJSON as unreadable:
        raise NoSample(unreadable.sentence) from None
    refuse_event(document)
    if is_form(document):
        return form_sample(document)
    return design_of(document, templates) or sample_of(document, templates)
