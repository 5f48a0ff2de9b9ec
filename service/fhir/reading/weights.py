"""The weight of an answer, where a response or a questionnaire brings its own.

Three addresses are in use, whatever the version of FHIR: STU3's, R4's (retired since) and the one
of R5, which the extension pack gives to R4 as well.
"""

from collections.abc import Iterator

from service.scoring.instrument import Item, Number

WEIGHTS = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/itemWeight",
        "http://hl7.org/fhir/StructureDefinition/ordinalValue",
        "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue",
    }
)


def weights_of(*elements: object) -> set[Number]:
    """Return the different weights that some elements carry: one at most, where they agree."""
    return {weight for element in elements for weight in _weights(element)}


def _weights(element: object) -> Iterator[Number]:
    extensions = element.get("extension") if isinstance(element, dict) else None
    if not isinstance(extensions, list):
        return
    for extension in extensions:
        if isinstance(extension, dict) and _is_weight(extension.get("url")):
            weight = extension.get("valueDecimal", extension.get("valueInteger"))
            if isinstance(weight, int | float) and not isinstance(weight, bool):
                yield weight


def _is_weight(url: object) -> bool:
    return isinstance(url, str) and url in WEIGHTS


def is_keyed_as_printed(item: Item) -> bool:
    """Tell whether each answer is worth the number that is submitted for it. Only then does a
    weight alone say which answer was given: of a reversed item it may be either.
    """
    if item.reverse or item.response_set.steps is not None:
        return False
    return all(value == score for value, score in item.score_of.items())
