"""The answers of a question, each with the weights that the form, a value set or a code system
gives it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from service.fhir.codes import Code
from service.fhir.findings import Findings
from service.fhir.importing.source import Source
from service.fhir.reading.node import Node, Resource
from service.fhir.reading.weights import weights_of
from service.scoring.instrument import Number
from service.scoring.issue import Path

LARGEST_WEIGHT = 1_000_000

_WEIGHT_PROPERTY = "http://hl7.org/fhir/concept-properties#itemWeight"
_BACKPORT = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion"
"""Start of the addresses by which R4 has what R5 added to expansions."""


class Answer(NamedTuple):
    """One answer. `weights` are all that it was given: none, one, or several that differ."""

    code: Code | None
    label: str | None
    weights: frozenset[Number]
    path: Path

    @property
    def weight(self) -> int | None:
        """The weight, where there is exactly one and it is a whole number."""
        if len(self.weights) != 1:
            return None
        (weight,) = self.weights
        is_usable = -LARGEST_WEIGHT <= weight <= LARGEST_WEIGHT and weight == int(weight)
        return int(weight) if is_usable else None


def answers_of(item: Node, source: Source, findings: Findings) -> list[Answer]:
    """Return the answers of an item in printed order: its own options, else those of the value set
    that it binds.
    """
    options = [_option(one, findings) for one in item.objects("answerOption", findings)]
    own = [answer for answer in options if answer is not None]
    address = item.text("answerValueSet", findings)
    bound = None if address is None else source.value_set(address)
    if own or address is None:
        return own
    if bound is None:
        detail = (
            "The value set of this item's answers is not in the file; put both into one Bundle."
        )
        findings.warn((*item.path, "answerValueSet"), "value_set_missing", detail)
        return []
    return _values(bound, source, findings)


def _option(option: Node, findings: Findings) -> Answer | None:
    coding = option.object("valueCoding", findings)
    number = option.value.get("valueInteger")
    if coding is not None:
        weights = weights_of(option.value, coding.value)
        return _answer(coding, coding.text("system", findings), weights, findings)
    if isinstance(number, int) and not isinstance(number, bool):
        given = weights_of(option.value) | {number}
        return Answer((None, str(number)), None, frozenset(given), option.path)
    label = option.text("valueString", findings)
    if label is not None:
        return Answer(None, label, frozenset(weights_of(option.value)), option.path)
    detail = "This answer is neither a coding nor a whole number nor a text; it was left out."
    findings.warn(option.path, "answer_left_out", detail)
    return None


def _answer(
    concept: Node, system: str | None, weights: set[Number], findings: Findings
) -> Answer | None:
    code, label = concept.text("code", findings), concept.text("display", findings)
    if code is None and label is None:
        findings.warn(concept.path, "answer_left_out", "This answer has neither code nor words.")
        return None
    known = None if code is None else (system, code)
    return Answer(known, label, frozenset(weights), concept.path)


def _values(value_set: Node, source: Source, findings: Findings) -> list[Answer]:
    """Return the answers of a value set: as it was expanded, else as it is composed."""
    expansion = value_set.object("expansion", findings)
    found: list[Answer | None] = []
    if expansion is not None:
        names = _weight_names(expansion.value, f"{_BACKPORT}.property")
        for concept in _tree(expansion, "contains", findings):
            system = concept.text("system", findings)
            own = weights_of(concept.value) | _property_weights(concept.value, names)
            weights = own or _weight_in_system(system, concept, source, findings)
            found.append(_answer(concept, system, weights, findings))
    if not found:
        found = list(_composed(value_set, source, findings))
    return [answer for answer in found if answer is not None]


def _composed(value_set: Node, source: Source, findings: Findings) -> Iterator[Answer | None]:
    compose = value_set.object("compose", findings)
    for include in [] if compose is None else compose.objects("include", findings):
        system = include.text("system", findings)
        concepts = list(include.objects("concept", findings))
        for concept in concepts:
            own = weights_of(concept.value)
            weights = own or _weight_in_system(system, concept, source, findings)
            yield _answer(concept, system, weights, findings)
        if not concepts and "filter" not in include.value and "valueSet" not in include.value:
            yield from _all_of(system, source, findings)


def _all_of(system: str | None, source: Source, findings: Findings) -> Iterator[Answer | None]:
    """Yield every concept of a code system that came along."""
    known = source.code_systems.get(system or "")
    if known is not None:
        for concept in _tree(known, "concept", findings):
            weights = _weight_in_system(system, concept, source, findings)
            yield _answer(concept, system, weights, findings)


def _weight_in_system(
    system: str | None, concept: Node, source: Source, findings: Findings
) -> set[Number]:
    """Return the weights that the code system gives a concept."""
    known = source.code_systems.get(system or "")
    if system is None or known is None:
        return set()
    if system not in source.weights:
        names = _weight_names(known.value)
        source.weights[system] = {
            code: weights_of(one.value) | _property_weights(one.value, names)
            for one in _tree(known, "concept", findings)
            if (code := one.text("code", findings)) is not None
        }
    return source.weights[system].get(concept.text("code", findings) or "", set())


def _tree(node: Node, name: str, findings: Findings) -> Iterator[Node]:
    for child in node.objects(name, findings):
        yield child
        yield from _tree(child, name, findings)


def _weight_names(declaring: Resource, backport: str = "") -> set[str]:
    """Return the codes of the properties that are weights: those declared with the address of
    itemWeight, and `itemWeight` itself unless it is declared as something else.
    """
    declared = {_text(one, "code"): _text(one, "uri") for one in _objects(declaring, "property")}
    for one in _objects(declaring, "extension"):
        if one.get("url") == backport:
            parts = _parts(one)
            declared[_text(parts.get("code", {}), "valueCode")] = _text(
                parts.get("uri", {}), "valueUri"
            )
    names = {code for code, uri in declared.items() if uri == _WEIGHT_PROPERTY}
    return names if declared.get("itemWeight") else names | {"itemWeight"}


def _property_weights(concept: Resource, names: set[str]) -> set[Number]:
    """Return the weights that stand in properties of a concept, as R5 has them or brought back to
    R4.
    """
    found: list[object] = []
    for one in _objects(concept, "property"):
        if _text(one, "code") in names:
            found.append(one.get("valueDecimal", one.get("valueInteger")))
    for one in _objects(concept, "extension"):
        if one.get("url") == f"{_BACKPORT}.contains.property":
            parts = _parts(one)
            value = parts.get("value", {})
            if _text(parts.get("code", {}), "valueCode") in names:
                found.append(value.get("valueDecimal", value.get("valueInteger")))
    return {one for one in found if isinstance(one, int | float) and not isinstance(one, bool)}


def _parts(extension: Resource) -> dict[str, Resource]:
    """Return the parts of an extension by their names."""
    return {_text(part, "url"): part for part in _objects(extension, "extension")}


def _objects(part: Resource, name: str) -> Iterator[Resource]:
    members = part.get(name)
    for member in members if isinstance(members, list) else ():
        if isinstance(member, dict):
            yield member


def _text(part: Resource, name: str) -> str:
    text = part.get(name)
    return text if isinstance(text, str) else ""
