"""What is particular to REDCap: the columns of its records, and its data dictionary."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.sources.drafting.sample import Choice, NoSample, Question, Sample

_COMPLETE = "_complete"
_CHECKBOX = re.compile(r".+___.+")
_NAMES = {
    "field": ("Variable / Field Name", "field_name"),
    "form": ("Form Name", "form_name"),
    "type": ("Field Type", "field_type"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
}
"""Columns of a data dictionary, as the page and as the API names them."""
_WITH_CHOICES = ("radio", "dropdown", "checkbox")
_TRUTH = {"yesno": (("1", "Yes"), ("0", "No")), "truefalse": (("1", "True"), ("0", "False"))}
_BOXES = "checkbox"
_QUESTIONS = ("radio", "dropdown", "yesno", "truefalse", "text", "slider", _BOXES)
_ASIDE = ("redcap_repeat_instrument", "redcap_data_access_group", "redcap_survey_identifier")
_FINISHED = ["2", "Complete"]


def is_record(payload: Mapping[str, Any]) -> bool:
    """Tell whether an object has the columns of a record."""
    has_form = any(name.endswith(_COMPLETE) or is_checkbox(name) for name in payload)
    return any(name.startswith("redcap_") for name in payload) or (
        has_form and "record_id" in payload
    )


def is_checkbox(column: str) -> bool:
    """Tell whether a column is one choice of a checkbox field."""
    return _CHECKBOX.fullmatch(column) is not None


def checkbox_remarks(number: int) -> tuple[str, ...]:
    """Return what is said of columns that are choices of checkbox fields."""
    told = (
        f"{number} checkbox columns were left out: only you can say what they answer, under "
        "`boxes` or `items`."
    )
    return (told,) if number else ()


def record_layout(columns: Iterable[str]) -> dict[str, Any]:
    """Return the members of a mapping that follow from the columns of a record."""
    names = list(columns)
    meta: dict[str, Any] = {}
    if "record_id" in names:
        meta["response_id"] = "/record_id"
    if "redcap_repeat_instance" in names:
        meta["session"] = "/redcap_repeat_instance"
    forms = [name.removesuffix(_COMPLETE) for name in names if name.endswith(_COMPLETE)]
    if len(forms) == 1:
        meta |= of_form(forms[0])
        if f"{forms[0]}_timestamp" not in names:
            del meta["completed_at"]
    layout: dict[str, Any] = {"missing": [""]}
    if aside := [name for name in (*_ASIDE, "redcap_event_name") if name in names]:
        layout["ignore"] = aside
    return {**layout, "meta": meta} if meta else layout


def of_form(form: str) -> dict[str, Any]:
    """Return the parts of `meta` that a form of a project has."""
    finished = {"at": f"/{form}{_COMPLETE}", "values": _FINISHED}
    return {"completed_at": f"/{form}_timestamp", "finished": finished}


def is_dictionary(header: Sequence[str]) -> bool:
    """Tell whether the header of a table is that of a data dictionary."""
    return all(any(name in header for name in names) for names in _NAMES.values())


def dictionary_sample(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Sample:
    """Return a data dictionary as a sample: the fields with what each offers. Raises NoSample."""
    fields = _fields(header, rows)
    if not fields:
        raise NoSample("The data dictionary has no fields.")
    questions = [
        Question(
            one["field"],
            tuple(_choices(one["type"], one["choices"])),
            has_boxes=one["type"] == _BOXES,
        )
        for one in fields
        if one["type"] in _QUESTIONS
    ]
    meta = {"response_id": f"/{fields[0]['field']}"}
    layout: dict[str, Any] = {"answers": {"kind": "map"}, "missing": [""], "meta": meta}
    if worked_out := [one["field"] for one in fields if one["type"] == "calc"]:
        layout["ignore"] = worked_out
    told = "Calculated fields are ignored: name under `scores` those to be compared."
    forms = {one["field"]: of_form(one["form"]) for one in fields}
    return Sample("REDCap", questions, layout, remarks=(told,) if worked_out else (), forms=forms)


def _fields(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[dict[str, str]]:
    places = {
        part: next(header.index(name) for name in names if name in header)
        for part, names in _NAMES.items()
    }
    return [{part: row[place].strip() for part, place in places.items()} for row in rows]


def _choices(kind: str, text: str) -> Iterable[Choice]:
    if kind in _TRUTH:
        yield from (Choice(code, label) for code, label in _TRUTH[kind])
    elif kind in _WITH_CHOICES:
        for part in text.split("|"):
            code, _, label = part.partition(",")
            if code.strip():
                yield Choice(code.strip(), label.strip() or None)
