"""An instrument as a Questionnaire of R4."""

from collections.abc import Mapping
from typing import Any

from service.definitions.catalog import Entry
from service.fhir.canonical import Names
from service.fhir.codes import INSTRUMENTS, answers_system, items_system
from service.fhir.writing.item import coding_of_answer
from service.fhir.writing.parts import HL7_EXTENSION, Json, coding
from service.scoring.instrument import Item, Number, ResponseOption

ITEM_WEIGHT = f"{HL7_EXTENSION}/itemWeight"


def write_questionnaire(entry: Entry, names: Names, *, weights: bool = True) -> Json:
    """Return the Questionnaire of an instrument, or the form that respondents may see, whose
    answers do not show what they weigh.

    A weight is what the answer is worth once it is keyed. Wording is there only where the licence
    lets it travel; otherwise an item is known by its number.
    """
    instrument = entry.instrument
    address = names.questionnaire(instrument.id)
    weights = weights and not instrument.key_required
    own = coding(names.code_system(INSTRUMENTS), instrument.id, instrument.title)
    written: Json = {
        "resourceType": "Questionnaire",
        "id": instrument.id,
        "url": address if weights else names.unweighted(instrument.id),
        "version": instrument.version,
        "name": "".join(part.capitalize() for part in instrument.id.split("-")),
        "title": instrument.title,
        "status": "active",
        "subjectType": ["Patient"],
        "language": entry.document["language"],
        "copyright": _copyright(entry.document),
        "code": [*map(dict, entry.document.get("codes", ())), own],
    }
    if not weights:
        written["derivedFrom"] = [f"{address}|{instrument.version}"]
    items = _ItemWriter(entry, names, weights=weights)
    written["item"] = [items.write(item) for item in instrument.items]
    return written


def _copyright(document: Mapping[str, Any]) -> str:
    licence = document["licence"]
    parts = [licence["holder"], licence["terms"], *document.get("notices", ())]
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


class _ItemWriter:
    def __init__(self, entry: Entry, names: Names, *, weights: bool) -> None:
        self._items = items_system(names, entry.instrument.id)
        self._answers = answers_system(names, entry.instrument.id)
        self._weights = weights
        self._texts = entry.document["licence"]["text_included"]

    def write(self, item: Item) -> Json:
        """Return an item of the Questionnaire, with its wording only where the licence allows."""
        text = item.text if self._texts and item.text else f"Item {item.id}"
        written: Json = {
            "linkId": item.id,
            "code": [*map(dict, item.codes), coding(self._items, item.id)],
            "text": text,
            "required": False,
        }
        if item.response_set.clock:
            return {**written, "type": "time"}
        if not item.response_set.options:
            low, high = item.response_set.minimum, item.response_set.maximum
            return {
                "extension": [
                    {"url": f"{HL7_EXTENSION}/minValue", "valueDecimal": low},
                    {"url": f"{HL7_EXTENSION}/maxValue", "valueDecimal": high},
                ],
                **written,
                "type": "decimal",
            }
        by_value = {option.value: option for option in item.response_set.options}
        printed = [by_value[value] for value in item.columns]
        written["type"] = "choice"
        written["answerOption"] = [self._option(item, option) for option in printed]
        return written

    def _option(self, item: Item, option: ResponseOption) -> Json:
        coded: Json = dict(coding_of_answer(option, self._answers))
        if option.translations:
            said = [_translation(*one) for one in option.translations.items()]
            coded["_display"] = {"extension": said}
        written: Json = {"valueCoding": coded}
        if self._weights and item.scored and not option.missing:
            weight: Number = item.score_of[option.value]
            written["extension"] = [{"url": ITEM_WEIGHT, "valueDecimal": weight}]
        return written


def _translation(language: str, label: str) -> Json:
    return {
        "url": f"{HL7_EXTENSION}/translation",
        "extension": [
            {"url": "lang", "valueCode": language},
            {"url": "content", "valueString": label},
        ],
    }
