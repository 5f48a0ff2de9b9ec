"""CSV samples: a data dictionary of REDCap, or an export whose columns are keys."""

import csv
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import Any

from service.sources.drafting.redcap import (
    checkbox_remarks,
    dictionary_sample,
    is_checkbox,
    is_dictionary,
    is_record,
    record_layout,
)
from service.sources.drafting.sample import NoSample, Question, Sample
from service.sources.mapping import SourceMapping

_SEPARATORS = (",", ";", "\t")
_IMPORT_ID = "ImportId"
_HEADER_ROWS = 3
"""Rows of the header of a Qualtrics export: names, wording, import ids."""
_FEWEST_SIGNS = 2
_UNKNOWN = "CSV"


def sample_of_table(text: str, templates: Iterable[SourceMapping]) -> Sample:
    """Return a table as a sample. Raises NoSample."""
    header, *below = rows = _rows(text)
    if is_dictionary(header):
        return dictionary_sample(header, below)
    if len(set(header)) < len(header):
        raise NoSample("A column comes twice.")
    n_header = _HEADER_ROWS if _has_import_ids(rows) else 1
    tool, shorten, layout = _layout(header, templates)
    if n_header > 1:
        layout["table"] = {"header_rows": n_header, "header_mark": _IMPORT_ID}
    columns = [name for name in header if not is_checkbox(name)]
    return Sample(
        tool,
        [_question(shorten(name), header.index(name), rows[n_header:]) for name in columns],
        layout,
        is_known=tool != _UNKNOWN,
        remarks=checkbox_remarks(len(header) - len(columns)),
    )


def _has_import_ids(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the third row is the last of a Qualtrics header."""
    third = rows[_HEADER_ROWS - 1] if len(rows) >= _HEADER_ROWS else ()
    return bool(third) and all(_IMPORT_ID in cell for cell in third)


def _layout(
    header: Sequence[str], templates: Iterable[SourceMapping]
) -> tuple[str, Callable[[str], str], dict[str, Any]]:
    """Return the tool of a table, what shortens its columns to keys, and what its columns tell."""
    if is_record(dict.fromkeys(header)):
        return "REDCap", str, {"answers": {"kind": "map"}, **record_layout(header)}
    template = _known(header, templates)
    if template is None:
        return _UNKNOWN, str, {"answers": {"kind": "map"}}
    return template.document["tool"], template.container.shorten, _told(template, header)


def _question(name: str, place: int, rows: Iterable[Sequence[str]]) -> Question:
    return Question(name, answers=tuple(dict.fromkeys(row[place] for row in rows if row[place])))


def _known(header: Sequence[str], templates: Iterable[SourceMapping]) -> SourceMapping | None:
    """Return the template that names most of a table's columns, None where none names enough."""
    signs = [
        (len(told.get("ignore", ())) + len(told.get("meta", ())), one)
        for one in templates
        if one.is_flat and one.document.get("template")
        for told in [_told(one, header)]
    ]
    number, best = max(signs, key=lambda found: found[0], default=(0, None))
    return best if number >= _FEWEST_SIGNS else None


def _told(template: SourceMapping, header: Sequence[str]) -> dict[str, Any]:
    """Return what a template says of a table with these columns."""
    document = template.document
    meta = {
        name: told
        for name, told in document.get("meta", {}).items()
        if (told if isinstance(told, str) else told["at"])[1:] in header
    }
    shortened = {template.container.shorten(name) for name in header}
    ignored = [name for name in document.get("ignore", ()) if name in shortened]
    parts = {"missing": document.get("missing"), "ignore": ignored, "meta": meta}
    return {"answers": document["answers"], **{name: one for name, one in parts.items() if one}}


def _rows(text: str) -> list[list[str]]:
    """Return the rows that are not blank, the header and those below. Raises NoSample."""
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = list(filter(None, csv.reader(StringIO(text), delimiter=separator, strict=True)))
    except csv.Error:
        raise NoSample("The file is neither JSON nor CSV.") from None
    if not rows or len(rows[0]) < 2:
        raise NoSample("The file is neither JSON nor a table with a header of several columns.")
    if any(len(row) != len(rows[0]) for row in rows):
        raise NoSample("The rows have not as many cells as the header.")
    return rows
