"""One answer in any of the shapes that it comes in, as what is submitted.

Nothing is guessed beyond these rules: a number is the submitted number, and so is a text of
digits or a quantity without a unit of its own; a coding is one whose code the item knows, or one
that brings a weight, unless the item is scored the other way round. Where the item asks for a
clock time, it is a time without seconds, or a text that is one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.fhir.codes import Code
from service.fhir.findings import Findings
from service.fhir.reading.node import Node
from service.fhir.reading.weights import is_keyed_as_printed, weights_of
from service.scoring.answers import allowed_answers
from service.scoring.instrument import Answer, Item, Number
from service.scoring.recoding.clock import clock_of
from service.sources.answer import AnswerKey

_DIGITS = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_NUMBERS = frozenset({"valueInteger", "valueDecimal"})
_TIMES = frozenset({"valueTime", "valueString"})
_POINTS = frozenset({"1", "score", "points", "pts", "pts."})


@dataclass(slots=True)
class ItemKey:
    """How the answers of one item are read: what codes mean, and what the sender's own
    questionnaire says that they weigh.

    `bare_numbers`: a code without a system that is a number is the submitted number, as in a form
    that we published. `told` is what a mapping says, before all that.
    """

    item: Item
    known: Mapping[Code, Number]
    weights: Mapping[Code, set[Number]]
    bare_numbers: bool = False
    told: AnswerKey | None = None


class Unread(Exception):
    """An answer that is there and cannot be read: its place, a code, a sentence; `unknown` where
    it is a coding that is not known here.
    """

    def __init__(self, path: tuple[str | int, ...], code: str, detail: str) -> None:
        super().__init__(code)
        self.path = path
        self.code = code
        self.detail = detail
        self.unknown = code == "unknown_coding"


def values_in(element: Node) -> list[str]:
    """Return the names of the `value[x]` members of an answer or Observation that are there."""
    there = element.value.items()
    return [name for name, value in there if name[:5] == "value" and value is not None]


def the_value_in(element: Node) -> str | None:
    """Return the name of the one `value[x]`, None where there is none. Raises Unread."""
    names = values_in(element)
    if len(names) > 1:
        raise Unread(element.path, "repeated_value", "An answer has one value.")
    return names[0] if names else None


def read_value(element: Node, key: ItemKey, findings: Findings) -> Answer | None:
    """Return what is submitted by an answer or Observation, None where it has no value.

    Raises Unread. Whether the item allows the number is checked with the whole form.
    """
    plain = _plain_coding(element.value, key)
    if plain is not None:
        return plain
    name = the_value_in(element)
    if name is None:
        return None
    if key.item.response_set.clock:
        return _clock_time(element, name)
    if name == "valueCoding":
        coding = element.object(name, findings)
        return _coding([coding] if coding else [], element, key, findings)
    if name == "valueCodeableConcept":
        concept = element.object(name, findings)
        codings = list(concept.objects("coding", findings)) if concept else []
        if concept is not None and not codings and concept.text("text", findings):
            detail = "A concept without a coding is only text; the item was not read."
            raise Unread(concept.path, "unknown_coding", detail)
        return _coding(codings, element, key, findings)
    return number_in(element, name)


def _clock_time(element: Node, name: str) -> str:
    value: Any = element.value[name]
    found = clock_of(value) if name in _TIMES and isinstance(value, str) else None
    if found is None:
        detail = "A time is needed, or a text that is one: hour and minute, the seconds 00 if any."
        raise Unread((*element.path, name), "wrong_type", detail)
    return found


def number_in(element: Node, name: str) -> Number:
    """Return the number that a value is, whatever its type. Raises Unread."""
    value: Any = element.value[name]
    path = (*element.path, name)
    if name in _NUMBERS and is_number(value):
        return value  # type: ignore[no-any-return]
    if name == "valueString" and isinstance(value, str):
        if _DIGITS.fullmatch(value):
            return float(value) if "." in value else int(value)
        raise Unread(path, "wrong_type", "A text is read only where it is a number in digits.")
    if name == "valueQuantity" and isinstance(value, dict):
        return _quantity(value, path)
    detail = "A coding, a number, digits in a text or a quantity without a unit is needed."
    raise Unread(path, "wrong_type", detail)


def is_number(value: object) -> bool:
    """Tell whether a value is a JSON number; true and false are none."""
    return type(value) is int or type(value) is float


def is_plain_unit(quantity: Mapping[str, Any]) -> bool:
    """Tell whether a quantity has no unit, or counts points."""
    code = quantity.get("code")
    unit = quantity.get("unit") if code is None else code
    if unit is None:
        return True
    if not isinstance(unit, str):
        return False
    return unit.lower() in _POINTS or (unit.startswith("{") and unit.endswith("}"))


def _quantity(quantity: Mapping[str, Any], path: tuple[str | int, ...]) -> Number:
    number: Any = quantity.get("value")
    if not is_number(number):
        raise Unread((*path, "value"), "wrong_type", "A number is needed.")
    if quantity.get("comparator") is not None:
        detail = "A quantity that is only known to be above or below a number is no answer."
        raise Unread((*path, "comparator"), "comparator_not_allowed", detail)
    if not is_plain_unit(quantity):
        detail = "A quantity is read only without a unit, or in points; this unit may mean more."
        raise Unread(path, "unit_not_allowed", detail)
    return number  # type: ignore[no-any-return]


def _plain_coding(element: Mapping[str, Any], key: ItemKey) -> Number | None:
    """Return what a coding means that is all of an answer, known to the item and without a weight:
    the usual case, quickly.
    """
    coding = element.get("valueCoding")
    if type(coding) is not dict or len(element) > 1 or key.weights or "extension" in coding:
        return None
    system, code = coding.get("system"), coding.get("code")
    if type(code) is str and (system is None or type(system) is str):
        return key.known.get((system, code))
    return None


def _coding(codings: list[Node], element: Node, key: ItemKey, findings: Findings) -> Number | None:
    """Return what the codings of one answer agree on."""
    found: dict[Number, None] = {}
    there = [coding for coding in codings if coding.value]
    weights: set[Number] = weights_of(element.value)
    for coding in there:
        system, code = coding.text("system", findings), coding.text("code", findings)
        value = None if code is None else _meaning((system, code), key)
        if value is not None:
            found[value] = None
        weights |= weights_of(coding.value)
        if code is not None and not weights:
            weights |= key.weights.get((system, code), set())
    if not there and not weights:
        return None
    path = (there or [element])[0].path
    return _agreed(list(found), weights, key, path)


def _meaning(code: Code, key: ItemKey) -> Number | None:
    value = key.known.get(code)
    if value is None and key.bare_numbers and code[0] is None and _DIGITS.fullmatch(code[1]):
        value = float(code[1]) if "." in code[1] else int(code[1])
    return value


def _agreed(
    found: list[Number], weights: set[Number], key: ItemKey, path: tuple[str | int, ...]
) -> Number:
    if len(found) > 1 or len(weights) > 1:
        detail = "The codings of this answer mean different answers."
        raise Unread(path, "contradictory_codings", detail)
    if not found and not weights:
        detail = (
            "This coding is not one that the item knows, and it brings no weight; the item was "
            "not read."
        )
        raise Unread(path, "unknown_coding", detail)
    if not found:
        if is_keyed_as_printed(key.item):
            return weights.pop()
        detail = (
            "The item is scored the other way round or by a table, so that a weight alone may "
            "mean two answers; send a number or a coding that the item knows."
        )
        raise Unread(path, "ambiguous_weight", detail)
    value = found[0]
    if weights and not weights <= {value, key.item.score_of.get(value, value)}:
        detail = "The weight that came with this coding is not what the answer is worth."
        raise Unread(path, "contradictory_weight", detail)
    return value


def check_allowed(value: Answer, item: Item, path: tuple[str | int, ...]) -> None:
    """Raise Unread unless an item allows an answer, which is a number where it asks for one."""
    if item.allows(value) or isinstance(value, str):
        return
    allowed = allowed_answers(item)
    inside = item.response_set.minimum <= value <= item.response_set.maximum
    code = "wrong_step" if inside else "value_not_allowed"
    choice = allowed.get("values")
    words = ", ".join(map(str, choice)) if choice else "{minimum} to {maximum}".format(**allowed)
    raise Unread(path, code, f"The number is not one that this item allows: {words}.")
