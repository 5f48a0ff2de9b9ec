"""The answer to an item as an Observation: named as the observation-based extraction of SDC names
it, of the shape of a screening assessment of US Core.
"""

from service.definitions.catalog import Entry
from service.fhir.canonical import LOINC, Names
from service.fhir.codes import answer_code, answers_system, is_loinc_answer, items_system
from service.fhir.datetimes import is_instant
from service.fhir.scored import ScoredForm
from service.fhir.writing.parts import Json, coding, concept, quantity
from service.fhir.writing.scale import SURVEY, profiles_of, status_of
from service.scoring.instrument import Item, Number, ResponseOption


def coding_of_answer(option: ResponseOption, system: str) -> dict[str, str]:
    """Return LOINC's code of an answer where it has one, else ours of `system`."""
    label = option.label or answer_code(option.value)
    if option.code is not None and is_loinc_answer(option.code):
        return coding(LOINC, option.code, label)
    return coding(system, answer_code(option.value), label)


class ItemWriter:
    """Writes the answers to the items of one instrument; what does not depend on the form is made
    once. Wording is there only where the licence lets it travel.
    """

    def __init__(self, entry: Entry, names: Names) -> None:
        instrument = entry.instrument
        items, answers = items_system(names, instrument.id), answers_system(names, instrument.id)
        with_text = entry.document["licence"]["text_included"]
        self._codes = {
            item.id: concept(
                item.text if with_text and item.text else f"{instrument.title}: item {item.id}",
                *map(dict, item.codes),
                {**coding(items, item.id), "version": instrument.version},
            )
            for item in instrument.items
        }
        self._answers = {item.id: _answers(item, answers) for item in instrument.items}

    def write(self, form: ScoredForm, item: str, around: Json) -> Json:
        """Return the Observation of an item that was answered. `around` is what every Observation
        of the form says alike.
        """
        authored = form.about.authored
        written: Json = {
            "resourceType": "Observation",
            **profiles_of(form, scored=False),
            "status": status_of(form),
            "category": SURVEY,
            "code": self._codes[item],
            **around,
        }
        if authored is not None and is_instant(authored):
            written["issued"] = authored
        value = form.answers[item]
        if isinstance(value, str):
            written["valueTime"] = f"{value}:00"
            return written
        known = self._answers[item].get(value)
        if known is None:
            written["valueQuantity"] = quantity(value)
        else:
            written["valueCodeableConcept"] = known
        return written


def _answers(item: Item, system: str) -> dict[Number, Json]:
    codings = {
        option.value: coding_of_answer(option, system) for option in item.response_set.options
    }
    return {value: concept(one["display"], one) for value, one in codings.items()}
