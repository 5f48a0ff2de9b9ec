"""Texts that must go along with a definition because of what it holds."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

LOINC = "http://loinc.org"
LOINC_NOTICE = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © "
    "Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) "
    "Committee and is available at no cost under the license at http://loinc.org/license. "
    "LOINC® is a registered United States trademark of Regenstrief Institute, Inc."
)
"""What the licence of LOINC asks for wherever its codes go; also in the file NOTICE."""

_ANSWER = re.compile(r"LA[0-9]{1,7}-[0-9]", re.ASCII)


def with_notices(document: dict[str, Any]) -> dict[str, Any]:
    """Return a definition without faults with the notices that its codes ask for."""
    own = document.get("notices", [])
    if LOINC_NOTICE in own or not carries_loinc(document):
        return document
    return {**document, "notices": [*own, LOINC_NOTICE]}


def carries_loinc(document: Mapping[str, Any]) -> bool:
    """Tell whether a definition has a code of LOINC, of the form, a scale, an item or an answer."""
    return any(code["system"] == LOINC for code in _codes(document)) or any(
        _ANSWER.fullmatch(code) for code in _answer_codes(document)
    )


def _codes(document: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    for part in (document, *document["scales"], *document["items"]):
        yield from part.get("codes", ())


def _answer_codes(document: Mapping[str, Any]) -> Iterator[str]:
    for answers in document["response_sets"].values():
        for option in answers.get("options", ()):
            if "code" in option:
                yield option["code"]
            yield from option.get("other_codes", ())
