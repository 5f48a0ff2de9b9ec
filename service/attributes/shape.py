"""The shape of source attributes: every member with its type and a sentence.

The thirteen that the rule asks for (45 CFR 170.315(b)(11)(iv)(A), Federal Register document
2023-28857 of 2024-01-09) name their paragraph; the others are what a clinic asks besides.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from service.scoring.report_shape import ReportSource

RULE = "45 CFR 170.315(b)(11)(iv)(A)"

PARAGRAPHS = {
    "bibliographic_citation": 1,
    "developer": 2,
    "developer_of_implementation": 2,
    "funding": 3,
    "release_date": 4,
    "revision_dates": 4,
    "release_of_implementation": 4,
    "revision_of_implementation": 4,
    "use_of_race": 5,
    "use_of_ethnicity": 6,
    "use_of_language": 7,
    "use_of_sexual_orientation": 8,
    "use_of_gender_identity": 9,
    "use_of_sex": 10,
    "use_of_date_of_birth": 11,
    "use_of_social_determinants_of_health": 12,
    "use_of_health_status_assessments": 13,
}
"""The paragraph of the rule that asks for an attribute."""


class Attribute(TypedDict):
    """One thing that is to be known, or why it is not."""

    value: Annotated[
        Any,
        "What is known: a text, a list or an object; null with a reason. Attributes `use_of_…` are "
        "objects of `used` (boolean) and `how`.",
    ]
    reason: Annotated[str | None, "Why it is not known; null where it is."]
    sources: Annotated[list[str], "Ids of the sources, see `sources`; none: from the definition."]
    paragraph: Annotated[int | None, f"Paragraph of {RULE} that asks for it; null for others."]


Attributes = dict[str, Attribute]


def known(name: str, value: object, sources: list[str] | None = None) -> Attributes:
    """Return an attribute that is known."""
    return _told(name, value, None, sources or [])


def unknown(name: str, reason: str) -> Attributes:
    """Return an attribute that is not known, with the reason."""
    return _told(name, None, reason, [])


def use(name: str, used: bool, how: str) -> Attributes:
    """Return the attribute that tells whether some data are used, and how."""
    return known(f"use_of_{name}", {"used": used, "how": how})


def _told(name: str, value: object, reason: str | None, sources: list[str]) -> Attributes:
    paragraph = PARAGRAPHS.get(name)
    return {name: {"value": value, "reason": reason, "sources": sources, "paragraph": paragraph}}


class TitledInstrument(TypedDict):
    """Of which definition this is told."""

    id: Annotated[str, "Instrument id."]
    version: Annotated[str, "Semantic version; `+` marks a site's own overlay."]
    digest: Annotated[str, "Digest of the definition."]
    title: Annotated[str, "Name of the instrument."]


class InstrumentAttributes(TypedDict):
    """Where an instrument comes from, what it is for, on whom it rests and what it cannot say."""

    instrument: Annotated[TitledInstrument, "The definition that is told of."]
    service_version: Annotated[str, "Version of the service."]
    rule: Annotated[str, "The rule whose paragraphs are named."]
    attributes: Annotated[Mapping[str, Attribute], "Every attribute by name; none is left out."]
    sources: Annotated[Mapping[str, ReportSource], "Sources by id."]


class TitledRule(TypedDict):
    """Of which alert rule this is told."""

    id: Annotated[str, "Rule id."]
    name: Annotated[str, "Name."]
    title: Annotated[str, "In a few words."]


class RuleAttributes(TypedDict):
    """Where an alert rule comes from, what it is for, how often it is wrong and what it needs."""

    alert_rule: Annotated[TitledRule, "The alert rule that is told of."]
    service_version: Annotated[str, "Version of the service."]
    rule: Annotated[str, "The rule whose paragraphs are named."]
    attributes: Annotated[Mapping[str, Attribute], "Every attribute by name; none is left out."]
    sources: Annotated[Mapping[str, ReportSource], "Sources by id."]
