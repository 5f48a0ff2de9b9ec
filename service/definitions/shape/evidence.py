"""Shapes of what a definition rests on: sources, verification, licence, codes, and for whom a
number is.
"""

from typing import Any

from marshmallow import validates_schema

from service.scoring.instrument import OLDEST
from service.strict.fields import Flag, ListOf, Number, ObjectOf, Shape, Text, fault

IDENTIFIER = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


def described(text: str) -> dict[str, str]:
    """Return the metadata of a field; the text goes into the JSON Schema."""
    return {"description": text}


def Identifier(text: str, **kwargs: Any) -> Text:
    """Return the field of an id."""
    meaning = "letters, digits, '-', '_' and '.', at most 64, starting with a letter or digit"
    return Text(pattern=IDENTIFIER, meaning=meaning, metadata=described(text), **kwargs)


def Title(text: str, **kwargs: Any) -> Text:
    """Return the field of a text that people read."""
    return Text(metadata=described(text), **kwargs)


LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*"
LANGUAGE_MEANING = "a language tag such as en"
VERIFICATIONS = ("two-sources", "one-source", "site")


class SourceShape(Shape):
    """Something that numbers were taken from."""

    id = Identifier("Name by which numbers refer to this source.", required=True)
    citation = Title("Full citation.", required=True)
    doi = Text(
        pattern=r"10\.\d{4,9}/\S+",
        meaning="a DOI without address, such as 10.1037/0022-006X.59.1.12",
    )
    url = Text(pattern=r"https?://\S+", meaning="an http(s) address")
    where = Title("Page, table or section in the source.")


class Sourced(Shape):
    """Members of every object that carries numbers."""

    source = Identifier("Id of the source of these numbers.", required=True)
    verification = Text(
        choices=VERIFICATIONS,
        required=True,
        metadata=described(
            "Whether two independent sources agree, one was found, or a site supplied the numbers."
        ),
    )
    confirmed_by = Identifier("Id of the second, independent source; only with two-sources.")


class SourcedWhereNeeded(Shape):
    """As Sourced, for objects that carry a claim only in some cases."""

    source = Identifier("Id of the source of this rule.")
    verification = Text(choices=VERIFICATIONS)
    confirmed_by = Identifier("Id of the second, independent source; only with two-sources.")


def require_source(data: dict[str, Any]) -> None:
    """Raise a fault unless the object names a source and its verification."""
    for member in ("source", "verification"):
        if member not in data:
            raise fault("required", "is required: this rule needs a source", member)


class KeySources(Shape):
    """Where the scoring key, the labels of answers or the codes come from."""

    sources = ListOf(Identifier("Id of a source."), required=True, longest=20)
    verification = Text(choices=VERIFICATIONS, required=True)


class Licence(Shape):
    """Who holds the rights in the form and what they allow."""

    holder = Title("Holder of the rights.", required=True)
    terms = Title("What is allowed.", required=True)
    url = Text(
        pattern=r"https?://\S+",
        meaning="an http(s) address or null",
        required=True,
        allow_none=True,
    )
    text_included = Flag(
        required=True, metadata=described("Whether this file may and does carry item texts.")
    )
    permission_required = Flag(
        required=True, metadata=described("Whether users must ask the holder first.")
    )


class Code(Shape):
    """A code of a terminology, for example LOINC."""

    system = Text(
        pattern=r"[a-z][a-z0-9+.-]*:\S+", meaning="a URI, such as http://loinc.org", required=True
    )
    code = Title("The code.", required=True)
    display = Title("The code's own name.", required=True)


def Codes() -> ListOf:
    """Return the field of a list of codes."""
    return ListOf(ObjectOf(Code), longest=50, load_default=list)


class AgeRange(Shape):
    """Ages in completed years, both ends inclusive; an open end is null or left out."""

    min = Number(at_least=0, at_most=OLDEST, allow_none=True, load_default=None)
    max = Number(at_least=0, at_most=OLDEST, allow_none=True, load_default=None)

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a range without ends, or with its ends swapped."""
        low, high = data["min"], data["max"]
        if low is None and high is None:
            raise fault("wrong_shape", "must have a min, a max or both")
        if low is not None and high is not None and low > high:
            raise fault("wrong_order", "must not be greater than max", "min")


def Sex() -> Text:
    """Return the field of the sex that a number is for."""
    text = "The only sex these numbers are for; null for any."
    return Text(
        choices=("female", "male"), allow_none=True, load_default=None, metadata=described(text)
    )


def Age() -> ObjectOf:
    """Return the field of the ages that a number is for."""
    text = "The only ages these numbers are for; null for any."
    return ObjectOf(AgeRange, allow_none=True, load_default=None, metadata=described(text))


class ForWhom(Shape):
    """The respondents that numbers are for."""

    age = Age()
    sex = Sex()
