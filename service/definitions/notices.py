"""Texts that must go along with a definition because of what it holds."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

LOINC = "http://loinc.org"
NCIT = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
MII = "https://www.medizininformatik-initiative.de/fhir/ext/modul-pro/CodeSystem/"
CHOP = "urn:oid:2.16.756.5.30.1.126.3.1"
LOINC_NOTICE = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © "
    "Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) "
    "Committee and is available at no cost under the license at http://loinc.org/license. "
    "LOINC® is a registered United States trademark of Regenstrief Institute, Inc."
)
NCIT_NOTICE = (
    "This material contains codes and names of the NCI Thesaurus, among them those of the CDISC "
    "controlled terminology, which the National Cancer Institute of the United States (NCI "
    "Enterprise Vocabulary Services, https://evs.nci.nih.gov) publishes under the licence "
    "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)."
)
MII_NOTICE = (
    "This material contains codes and names of the catalogue of questionnaires of the "
    "Medizininformatik-Initiative (https://www.medizininformatik-initiative.de), module PRO."
)
CHOP_NOTICE = (
    "This material contains codes of the Swiss classification of operations (CHOP), which the "
    "Federal Statistical Office of Switzerland (https://www.bfs.admin.ch) publishes for open use: "
    "the source must be named, and commercial use needs its permission "
    "(https://opendata.swiss/terms-of-use#terms_by_ask)."
)
_NOTICES = {LOINC: LOINC_NOTICE, NCIT: NCIT_NOTICE, MII: MII_NOTICE, CHOP: CHOP_NOTICE}
"""What the publisher of a code system asks for wherever its codes go, by what the system's
address begins with; also in the file NOTICE.
"""

_LOINC_ANSWER = re.compile(r"LA[0-9]{1,7}-[0-9]", re.ASCII)


def with_notices(document: dict[str, Any]) -> dict[str, Any]:
    """Return a definition without faults with the notices that its codes ask for."""
    own = document.get("notices", [])
    systems = set(_systems(document))
    asked = [
        notice
        for address, notice in _NOTICES.items()
        if notice not in own and any(system.startswith(address) for system in systems)
    ]
    return {**document, "notices": [*own, *asked]} if asked else document


def _systems(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the system of each code of the form, its scales, items and answers."""
    for part in (document, *document["scales"], *document["items"]):
        yield from (code["system"] for code in part.get("codes", ()))
    if any(_LOINC_ANSWER.fullmatch(code) for code in _answer_codes(document)):
        yield LOINC


def _answer_codes(document: Mapping[str, Any]) -> Iterator[str]:
    for answers in document["response_sets"].values():
        for option in answers.get("options", ()):
            if "code" in option:
                yield option["code"]
            yield from option.get("other_codes", ())
