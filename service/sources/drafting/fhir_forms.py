"""FHIR samples: a QuestionnaireResponse, or the Questionnaire that it answers."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from service.sources.drafting.payloads import questions_of
from service.sources.drafting.placing import LOINC
from service.sources.drafting.sample import Choice, Question, Sample
from service.sources.mapping import QUESTIONNAIRE_RESPONSE, container_of

Json = Mapping[str, Any]
_TOOL = "FHIR QuestionnaireResponse"


def is_form(document: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a document is a resource that is a form or answers one."""
    kinds = ("Questionnaire", "QuestionnaireResponse")
    return isinstance(document, dict) and document.get("resourceType") in kinds


def form_sample(document: Json) -> Sample:
    """Return a Questionnaire or a QuestionnaireResponse as a sample."""
    if document["resourceType"] == "Questionnaire":
        questions = list(_questions(document.get("item")))
        return Sample(_TOOL, questions, _layout(document.get("url")))
    container = container_of(QUESTIONNAIRE_RESPONSE)
    return Sample(_TOOL, questions_of(container, document), _layout(document.get("questionnaire")))


def _layout(address: object) -> Json:
    """Return the members that say which form the mapping is for."""
    named = isinstance(address, str) and address and not any(map(str.isspace, address))
    return {"fhir": {"questionnaires": [address] if named else []}}


def _questions(items: object) -> Iterator[Question]:
    for item in _objects(items):
        if isinstance(item.get("linkId"), str) and item.get("type") not in ("group", "display"):
            choices = [
                one for option in _objects(item.get("answerOption")) for one in _choice(option)
            ]
            codes = [
                code["code"]
                for code in _objects(item.get("code"))
                if code.get("system") == LOINC and isinstance(code.get("code"), str)
            ]
            yield Question(item["linkId"], tuple(choices), codes=tuple(codes))
        yield from _questions(item.get("item"))


def _choice(option: Json) -> Iterator[Choice]:
    coding, number = option.get("valueCoding"), option.get("valueInteger")
    if isinstance(coding, dict):
        code, display = coding.get("code"), coding.get("display")
        label = display if isinstance(display, str) else None
        if isinstance(code, str) or label:
            yield Choice(code if isinstance(code, str) else "", label)
    elif type(number) is int:
        yield Choice(str(number))
    elif isinstance(option.get("valueString"), str):
        yield Choice("", option["valueString"])


def _objects(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        yield from (one for one in part if isinstance(one, dict))
