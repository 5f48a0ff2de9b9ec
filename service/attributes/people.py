"""For which ages and sexes an instrument has numbers, and what else of a person it looks at."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.attributes.project import never_used
from service.attributes.shape import Attributes, use

Json = Mapping[str, Any]

_WORDS = {
    "norms": "norm groups",
    "tables": "tables",
    "bands": "bands",
    "cutoffs": "cut-offs",
    "precision": "errors of measurement",
    "change": "rules of change",
    "mcid": "smallest changes that matter",
    "criteria": "criteria",
    "gates": "gates",
}
"""Members that are for whom, as they are called in a sentence; others are figures."""


def uses_of(document: Json) -> Attributes:
    """Return for each kind of personal data whether scores of a form depend on them, and how."""
    by_sex, by_age = (_places(document, member) for member in ("sex", "age"))
    return {
        **never_used(),
        **use("language", False, _language(document)),
        **use("sex", bool(by_sex), _for_whom("sex", "`respondent.sex`", by_sex)),
        **use(
            "date_of_birth",
            bool(by_age),
            _for_whom("age", "`respondent.age` in completed years, never a date,", by_age)
            + _assumed(document),
        ),
        **use(
            "social_determinants_of_health", False, "None is taken beside the answers to the form."
        ),
        **use("health_status_assessments", True, _answers(document)),
    }


def _language(document: Json) -> str:
    return (
        "The respondent's language is not asked for. Key and numbers are those of the form in "
        f"`{document['language']}`; norm groups say their country."
    )


def _for_whom(what: str, taken: str, places: list[str]) -> str:
    if not places:
        return f"No number of this form is for one {what}."
    return f"Optional: {taken} chooses among numbers that are for some only: {', '.join(places)}."


def _assumed(document: Json) -> str:
    ages = document.get("assumed_age")
    if ages is None:
        return " Without an age, numbers for some ages are not used."
    lowest, highest = ages.get("min"), ages.get("max")
    span = f"{lowest} or more" if highest is None else f"{lowest or 0} to {highest}"
    return f" Without an age, the respondent is taken to be {span} years old."


def _answers(document: Json) -> str:
    about = "rate the relationship in therapy" if "alerts" in document else "are the assessment"
    n_items = len(document["items"])
    return f"The answers to the {n_items} items {about}; nothing else of the record is looked at."


def _places(document: Json, member: str) -> list[str]:
    """Return in which parts of a definition numbers depend on age or sex, in words."""
    parts = (name for name in _dependent({**document, "examples": []}, member, ""))
    return sorted({_WORDS.get(name, "other figures") for name in parts})


def _dependent(value: Any, member: str, within: str) -> Iterator[str]:
    """Yield the nearest named member above each number that is for one age or sex only."""
    if isinstance(value, dict):
        if (value.get(member) is not None and within) or value.get("respondent") == member:
            yield within
        for name, part in value.items():
            if name not in ("source_attributes", "assumed_age"):
                yield from _dependent(part, member, name if name in _WORDS else within or name)
    elif isinstance(value, list):
        for part in value:
            yield from _dependent(part, member, within)
