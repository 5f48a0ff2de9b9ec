"""FHIR samples: a QuestionnaireResponse, or the Questionnaire that it answers."""

from collections.abc import Iterator, Mapping, Sequence
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
        sets = _value_sets(document.get("contained"))
        elsewhere: list[str] = []
        questions = list(_questions(document.get("item"), sets, elsewhere))
        layout = _layout(document.get("url"))
        return Sample(_TOOL, questions, layout, remarks=tuple(_not_here(elsewhere)))
    container = container_of(QUESTIONNAIRE_RESPONSE)
    return Sample(_TOOL, questions_of(container, document), _layout(document.get("questionnaire")))


def _layout(address: object) -> Json:
    """Return the members that say which form the mapping is for."""
    named = isinstance(address, str) and address and not any(map(str.isspace, address))
    return {"fhir": {"questionnaires": [address] if named else []}}


def _value_sets(contained: object) -> dict[str, list[Choice]]:
    """Return what the value sets in a form offer, by the references to them: those that list
    every code.
    """
    sets = (one for one in _objects(contained) if one.get("resourceType") == "ValueSet")
    return {f"#{one.get('id')}": _listed(one) for one in sets}


def _listed(value_set: Json) -> list[Choice]:
    """Return the codes that a value set lists, none where it says them in any other way."""
    codes = _expanded(value_set.get("expansion")) or _composed(value_set.get("compose"))
    if any("contains" in code or code.get("abstract") for code in codes):
        return []
    return [one for code in codes for one in _choice({"valueCoding": code})]


def _expanded(expansion: object) -> list[dict[str, Any]]:
    """Return the codes of an expansion, none of a page of one."""
    if not isinstance(expansion, dict):
        return []
    codes = list(_objects(expansion.get("contains")))
    return codes if expansion.get("total") in (None, len(codes)) else []


def _composed(compose: object) -> list[dict[str, Any]]:
    """Return the codes that a definition names, none where it takes some from elsewhere."""
    if not isinstance(compose, dict) or "exclude" in compose:
        return []
    parts = list(_objects(compose.get("include")))
    if any("concept" not in part or "valueSet" in part for part in parts):
        return []
    return [code for part in parts for code in _objects(part.get("concept"))]


def _not_here(keys: Sequence[str]) -> Iterator[str]:
    if keys:
        yield (
            f"{len(keys)} questions take their answers from value sets that the file does not "
            "hold, or not code by code: put them into `contained`."
        )


def _questions(
    items: object, sets: Mapping[str, list[Choice]], elsewhere: list[str]
) -> Iterator[Question]:
    """Yield the questions of a form; `elsewhere` takes the keys of those whose answers are not in
    it.
    """
    for item in _objects(items):
        if isinstance(item.get("linkId"), str) and item.get("type") not in ("group", "display"):
            choices = _choices(item, sets)
            if "answerValueSet" in item and not choices:
                elsewhere.append(item["linkId"])
            codes = [
                code["code"]
                for code in _objects(item.get("code"))
                if code.get("system") == LOINC and isinstance(code.get("code"), str)
            ]
            yield Question(item["linkId"], tuple(choices), codes=tuple(codes))
        yield from _questions(item.get("item"), sets, elsewhere)


def _choices(item: Json, sets: Mapping[str, list[Choice]]) -> list[Choice]:
    """Return what an item offers, itself or by a value set."""
    own = [one for option in _objects(item.get("answerOption")) for one in _choice(option)]
    named = item.get("answerValueSet")
    return own or (sets.get(named, []) if isinstance(named, str) else [])


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
