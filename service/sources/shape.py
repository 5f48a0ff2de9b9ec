"""The shape of a source mapping: what each of its members may be."""

import re
from typing import Any

from service.definitions.shape.definition import INSTRUMENT_ID, SCHEMA_MEMBER
from service.definitions.shape.evidence import IDENTIFIER, Title, described
from service.definitions.versions import SEMVER
from service.scoring.instrument import PERSPECTIVES
from service.sources.answer import LONGEST_TOKEN, NUMERIC
from service.sources.pointer import POINTER
from service.strict.faults import Message
from service.strict.fields import (
    ByType,
    Flag,
    ListOf,
    MapOf,
    Messages,
    Number,
    ObjectOf,
    Shape,
    Text,
    Whole,
)

KINDS = ("map", "list")
GENERAL_SCHEMES = ("hmac-sha256-hex", "hmac-sha256-base64")
SCHEMES = ("typeform", "standard-webhooks", *GENERAL_SCHEMES)
MOST_KEYS = 500
MOST_SESSIONS = 300
_NAME = rf"[^\x00-\x1f\x7f]{{1,{LONGEST_TOKEN}}}"


class ByName(MapOf):
    """An object whose member names are those of somebody else: any text of one line."""

    default_error_messages: Messages = {  # noqa: RUF012 - as marshmallow declares them
        "name": Message(
            "wrong_format",
            f"is a member name that is not 1 to {LONGEST_TOKEN} printable characters",
        )
    }
    names = re.compile(_NAME)


def _pointer(text: str, **kwargs: Any) -> Text:
    meaning = "a JSON Pointer, empty or starting with /"
    return Text(
        pattern=POINTER, meaning=meaning, may_be_empty=True, metadata=described(text), **kwargs
    )


def _name(text: str) -> Text:
    meaning = f"a name of 1 to {LONGEST_TOKEN} printable characters"
    return Text(pattern=_NAME, meaning=meaning, metadata=described(text))


class AnswersShape(Shape):
    """Where in a payload the answers stand, and what tells which question each is for."""

    at = _pointer("Pointer to what holds the answers; empty: the payload itself.", load_default="")
    kind = Text(
        choices=KINDS,
        required=True,
        metadata=described(
            "map: an object whose member names are the keys; list: an array of objects, each of "
            "which holds its key and its value."
        ),
    )
    key = ListOf(
        _pointer("Pointer to a key, from the element."),
        longest=10,
        load_default=list,
        metadata=described("list only: where the key stands; the first that the mapping knows."),
    )
    row_key = _pointer(
        "list only: pointer to a second key, such as the row of a table; joined by /.",
        allow_none=True,
        load_default=None,
    )
    value = ListOf(
        _pointer("Pointer to the answer, from the element or member."),
        longest=20,
        load_default=list,
        metadata=described(
            "Where the answer stands; the first that is there. Needed by list; without it the "
            "member of a map is the answer."
        ),
    )
    descend = ListOf(
        _name("Name of a member."),
        longest=20,
        load_default=list,
        metadata=described(
            "Members that hold further answers: of a map objects, whose names are put before "
            "their keys with a /; of a list arrays, whose elements go by the key of the element "
            "around them unless they have their own."
        ),
    )
    strip_prefix = Text(
        allow_none=True,
        load_default=None,
        metadata=described("Taken off the beginning of a key that starts with it."),
    )
    last_segment = Text(
        allow_none=True,
        load_default=None,
        metadata=described("Only what follows the last such text in a key is the key."),
    )


def _tokens(text: str, **kwargs: Any) -> ByName:
    return ByName(Number(), longest=200, metadata=described(text), **kwargs)


class ValuesShape(Shape):
    """What the answers mean: as tokens, and as numbers."""

    numeric = Text(
        choices=NUMERIC,
        required=True,
        metadata=described(
            "What a number is that no token stands for. as-is: the submitted number; string: that, "
            "and so is a text of digits; position: a place, to which `offset` is added; none: it "
            "means nothing."
        ),
    )
    offset = Whole(
        at_least=-1000,
        at_most=1000,
        allow_none=True,
        load_default=None,
        metadata=described("position only: added to a position to give the submitted number."),
    )
    tokens = _tokens(
        "The submitted number of each text, code or number that the source uses.",
        load_default=dict,
    )
    by_item = ByName(
        _tokens("The tokens of this item, in place of those of all."),
        load_default=dict,
        metadata=described("Tokens of items that have their own, by our item id."),
    )


class BoxShape(Shape):
    """One box: the answer that its tick gives to an item."""

    item = Text(pattern=IDENTIFIER, meaning="an item id", required=True)
    value = Number(required=True, metadata=described("The submitted number that a tick gives."))


def _ticks(text: str) -> ListOf:
    kinds = ByType({"boolean": Flag(), "number": Number(), "string": Text()})
    return ListOf(kinds, required=True, shortest=1, longest=10, metadata=described(text))


class BoxesShape(Shape):
    """Items of which each answer has a box, and so a key, of its own; one of them is ticked."""

    ticked = _ticks("What says that a box is ticked.")
    unticked = _ticks("What says that it is not.")
    keys = ByName(
        ObjectOf(BoxShape),
        required=True,
        shortest=2,
        longest=MOST_KEYS,
        metadata=described("The item and the answer of each key."),
    )


class FinishedShape(Shape):
    """What tells a finished response from a partial one."""

    at = _pointer("Pointer into the payload.", required=True)
    values = ListOf(
        ByType({"boolean": Flag(), "number": Number(), "string": Text()}),
        required=True,
        shortest=1,
        longest=10,
        metadata=described("The values that say that it is finished; anything else: partial."),
    )


class RaterShape(Shape):
    """Who answered, where the payload says so."""

    at = _pointer("Pointer into the payload.", required=True)
    values = ByName(
        Text(choices=PERSPECTIVES),
        required=True,
        shortest=1,
        longest=50,
        metadata=described("The rater that each token stands for."),
    )


class SessionShape(Shape):
    """The number of a session that the payload only names."""

    at = _pointer("Pointer into the payload.", required=True)
    values = ByName(
        Whole(at_least=0, at_most=MOST_SESSIONS),
        required=True,
        shortest=1,
        longest=MOST_SESSIONS,
        metadata=described("The number that each name stands for."),
    )


class MetaShape(Shape):
    """What a payload says of the response beside its answers."""

    response_id = _pointer("Pointer to the source's own id of the response.", allow_none=True)
    completed_at = _pointer("Pointer to the time of completion.", allow_none=True)
    language = _pointer("Pointer to the language.", allow_none=True)
    session = ByType(
        {"string": _pointer("Pointer to the number."), "object": ObjectOf(SessionShape)},
        allow_none=True,
        metadata=described(
            "Pointer to the number of the session, or the number of each name that a session has."
        ),
    )
    finished = ObjectOf(FinishedShape, allow_none=True)
    rater = ObjectOf(RaterShape, allow_none=True)


class SignatureShape(Shape):
    """How the sender signs its payloads."""

    scheme = Text(choices=SCHEMES, required=True)
    secret = Text(
        pattern=r"[A-Z][A-Z0-9_]{0,39}",
        meaning="upper case letters, digits and _, at most 40",
        required=True,
        metadata=described("Name of the secret, never the secret: MAPPING_SECRET_{name} holds it."),
    )
    header = Text(
        pattern=r"[A-Za-z][A-Za-z0-9-]{0,63}",
        meaning="the name of a header",
        allow_none=True,
        load_default=None,
        metadata=described("hmac-sha256-… only: the header that carries the signature."),
    )


class TableShape(Shape):
    """How a table of such payloads begins, where that is not one row of keys."""

    header_rows = Whole(
        at_least=1,
        at_most=10,
        required=True,
        metadata=described("Rows before the first response; the first has the keys."),
    )
    header_mark = Text(
        allow_none=True,
        load_default=None,
        metadata=described(
            "Text that every cell of the last of these rows contains, by which they are known; "
            "needed where there are several."
        ),
    )


class FormCodeShape(Shape):
    """A code of a form."""

    system = Text(required=True)
    code = Text(required=True)


class FhirShape(Shape):
    """The FHIR forms that the mapping is for."""

    questionnaires = ListOf(
        Text(pattern=r"\S{1,500}", meaning="an address or reference without white space"),
        longest=50,
        load_default=list,
        metadata=described(
            "What `questionnaire`, or the address of a form outside FHIR, says: a canonical with "
            "or without |version, a relative reference, any address."
        ),
    )
    codes = ListOf(
        ObjectOf(FormCodeShape),
        longest=50,
        load_default=list,
        metadata=described("Codes of a Questionnaire that comes along."),
    )


class MappingShape(Shape):
    """How the payload of a source becomes the answers of one instrument."""

    schema = Text(data_key=SCHEMA_MEMBER)
    id = Text(
        pattern=INSTRUMENT_ID,
        meaning="lower case letters, digits and hyphens",
        required=True,
        metadata=described("Name of the mapping."),
    )
    title = Title("What is mapped: the source form, and its edition.", required=True)
    tool = Title("The kind of source, such as SurveyJS.", required=True)
    template = Flag(
        load_default=False,
        metadata=described("The keys are examples: a copy with a site's own keys is to be used."),
    )
    sources = ListOf(
        Title("Where it is published what the payload holds."), longest=20, load_default=list
    )
    notes = ListOf(Title("What a user must know."), longest=20, load_default=list)
    instrument = Text(
        pattern=INSTRUMENT_ID,
        meaning="the id of an instrument",
        required=True,
        metadata=described("Id of the instrument."),
    )
    version = Text(
        pattern=SEMVER,
        meaning="a semantic version, such as 1.0.0",
        allow_none=True,
        load_default=None,
        metadata=described("Version of the instrument; without it, the highest."),
    )
    perspective = Text(
        choices=PERSPECTIVES,
        allow_none=True,
        load_default=None,
        metadata=described("Who answers, where two raters use the form."),
    )
    answers = ObjectOf(
        AnswersShape,
        allow_none=True,
        load_default=None,
        metadata=described("Needed unless `fhir` says that it is a QuestionnaireResponse."),
    )
    items = ByName(
        Text(pattern=IDENTIFIER, meaning="an item id"),
        required=True,
        longest=MOST_KEYS,
        metadata=described("Our item id for each key of the source."),
    )
    boxes = ObjectOf(BoxesShape, allow_none=True, load_default=None)
    other_editions = ListOf(
        ByName(Text(pattern=IDENTIFIER, meaning="an item id"), shortest=1, longest=MOST_KEYS),
        longest=20,
        load_default=list,
        metadata=described("Keys of the same items in other editions of the form."),
    )
    scores = ByName(
        Text(pattern=IDENTIFIER, meaning="a scale id"),
        longest=MOST_KEYS,
        load_default=dict,
        metadata=described("Our scale for each key of a score that comes along to be compared."),
    )
    values = ObjectOf(ValuesShape, required=True)
    missing = ListOf(
        ByType({"number": Number(), "string": Text(may_be_empty=True)}),
        longest=50,
        load_default=list,
        metadata=described("Codes and texts that mean that an item was not answered."),
    )
    ignore = ListOf(
        _name("A key."),
        longest=MOST_KEYS,
        load_default=list,
        metadata=described("Keys that are known and not scored."),
    )
    meta = ObjectOf(MetaShape, load_default=dict)
    table = ObjectOf(
        TableShape,
        allow_none=True,
        load_default=None,
        metadata=described("How the header of CSV is read; without it the first row has the keys."),
    )
    signature = ObjectOf(SignatureShape, allow_none=True, load_default=None)
    fhir = ObjectOf(FhirShape, allow_none=True, load_default=None)
