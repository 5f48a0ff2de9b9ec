"""Completed forms as FHIR QuestionnaireResponses, in the shape of US Core: linkIds and answers in
LOINC, and a questionnaire of somebody else.
"""

from collections.abc import Mapping
from typing import Any

from service.fhir.canonical import LOINC
from service.scoring.instrument import Instrument, Number

Json = dict[str, Any]


def as_response(instrument: Instrument, form: Mapping[str, Number | None]) -> Json:
    """Return a form as a response; the instrument needs LOINC codes of its items and answers. An
    item without an answer is left out.
    """
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "form-1",
        "questionnaire": "http://example.org/Questionnaire/form",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "authored": "2026-03-02T09:30:00+01:00",
        "item": [
            {"linkId": f"/{_loinc(item.codes)}", "answer": [_coded(item.response_set, value)]}
            for item in instrument.items
            if (value := form.get(item.id)) is not None
        ],
    }


def _loinc(codes: Any) -> str:
    code: str = next(one["code"] for one in codes if one["system"] == LOINC)
    return code


def _coded(response_set: Any, value: Number) -> Json:
    option = next(one for one in response_set.options if one.value == value)
    return {"valueCoding": {"system": LOINC, "code": option.code, "display": option.label}}
