"""One answer of a form that a mapping is for: what the mapping says of it goes before all else."""

from enum import Enum
from typing import Any, Final

from service.fhir.findings import Findings
from service.fhir.reading.node import Node
from service.fhir.reading.values import ItemKey, Unread, number_in, read_value, the_value_in
from service.scoring.instrument import Answer
from service.sources.answer import AnswerKey, NotRead


class _Declared(Enum):
    MISSING = "missing"


DECLARED_MISSING: Final = _Declared.MISSING
"""The answer is a code that the mapping declares as missing."""

_PLAIN = frozenset({"valueInteger", "valueDecimal", "valueString", "valueBoolean", "valueTime"})


def read_told(
    element: Node, key: ItemKey, told: AnswerKey, findings: Findings
) -> Answer | _Declared | None:
    """Return what is submitted by an answer, None where it has no value. Raises Unread.

    A token is the text, number or code of a coding (without a code its display). A coding that the
    mapping does not list is read as in any other form; a number and a text as the mapping says.
    """
    name = the_value_in(element)
    if name is None:
        return None
    is_coding = name == "valueCoding"
    value = _token(element, findings) if is_coding else _plain(element, name)
    given = told.look_up(value)
    if given is not None:
        return DECLARED_MISSING if given.value is None else given.value
    if is_coding:
        return read_value(element, key, findings)
    try:
        return told.untold(value)
    except NotRead as unread:
        raise Unread((*element.path, name), unread.code, unread.detail) from None


def _token(element: Node, findings: Findings) -> str | None:
    coding = element.object("valueCoding", findings)
    if coding is None:
        return None
    code = coding.text("code", findings)
    return coding.text("display", findings) if code is None else code


def _plain(element: Node, name: str) -> Any:
    """Return the text, number or boolean of an answer, a quantity without its unit. Raises
    Unread.
    """
    if name in _PLAIN:
        return element.value[name]
    if name == "valueQuantity":
        return number_in(element, name)
    detail = "A coding, a number, a text or a quantity without a unit is needed."
    raise Unread((*element.path, name), "wrong_type", detail)
