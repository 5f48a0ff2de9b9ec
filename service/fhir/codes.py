"""Which codes stand for an instrument, its items, scales and answers."""

import re
from collections.abc import Iterable, Mapping

from service.fhir.canonical import LOINC, Names
from service.scoring.instrument import Instrument, Number, ResponseSet

Code = tuple[str | None, str]
"""A system and a code in it; no system: the sender named none."""

INSTRUMENTS = "instruments"
_LOINC_ANSWER = re.compile(r"LA[0-9]{1,7}-[0-9]", re.ASCII)


def is_loinc_answer(code: str) -> bool:
    """Tell whether the code of an answer is one of LOINC's."""
    return _LOINC_ANSWER.fullmatch(code) is not None


def answer_code(value: Number) -> str:
    """Return the code of an answer in our own code system: the submitted number as text."""
    return repr(value)


def items_system(names: Names, instrument_id: str) -> str:
    """Return the code system of an instrument's items."""
    return names.code_system(f"{instrument_id}-items")


def answers_system(names: Names, instrument_id: str) -> str:
    """Return the code system of an instrument's answers."""
    return names.code_system(f"{instrument_id}-answers")


class FormCodes:
    """The codes of one instrument. `panel` stands for the whole, `items` and `scales` lead to
    ids, `of_scale` back from them, `answers` by item id to submitted numbers.
    """

    def __init__(
        self, instrument: Instrument, names: Names, panel: Iterable[Mapping[str, str]]
    ) -> None:
        own = items_system(names, instrument.id)
        self.panel: frozenset[Code] = frozenset(
            {(names.code_system(INSTRUMENTS), instrument.id), *map(_code, panel)}
        )
        self.items: dict[Code, str] = {}
        for item in instrument.items:
            self.items[own, item.id] = item.id
            self.items.update((_code(coding), item.id) for coding in item.codes)
        self.scales: dict[Code, str] = {}
        for scale in instrument.scales:
            self.scales[names.code_system(instrument.id), scale.id] = scale.id
            self.scales.update((_code(coding), scale.id) for coding in scale.codes)
        self.of_scale: dict[str, frozenset[Code]] = {
            scale.id: frozenset(code for code, name in self.scales.items() if name == scale.id)
            for scale in instrument.scales
        }
        system = answers_system(names, instrument.id)
        by_set = {
            item.response_set.name: _answers(item.response_set, system) for item in instrument.items
        }
        self.answers = {item.id: by_set[item.response_set.name] for item in instrument.items}
        self.required = frozenset(item.id for item in instrument.items if not item.optional)


def _code(coding: Mapping[str, str]) -> Code:
    return coding["system"], coding["code"]


def _answers(response_set: ResponseSet, system: str) -> dict[Code, Number]:
    known: dict[Code, Number] = {}
    for option in response_set.options:
        known[system, answer_code(option.value)] = option.value
        for code in (option.code, *option.other_codes):
            if code is None:
                continue
            known[None, code] = option.value
            if is_loinc_answer(code):
                known[LOINC, code] = option.value
    return known
