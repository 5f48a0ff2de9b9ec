"""Request envelopes. Answers stay untouched here: the scoring core checks them against the instrument."""

from typing import Any

from service.definitions.fields import LARGEST, Anything, ByType, ListOf, MapOf, Number, ObjectOf, Shape, Text

ID = r"[a-z0-9][a-z0-9-]{0,63}"

_ANSWER = {"type": ["number", "null"], "minimum": -LARGEST, "maximum": LARGEST}
_BY_ITEM = {"type": "object", "description": "Item id to answer.", "additionalProperties": _ANSWER}
_IN_ORDER = {"type": "array", "description": "Answers in item order.", "items": _ANSWER}


def _answers(required: bool) -> ByType:
    description = "A number for each item that was answered; null or absent: not answered."
    kinds = {"object": Anything(_BY_ITEM), "array": Anything(_IN_ORDER)}
    return ByType(kinds, required=required, metadata={"description": description})


class RespondentEnvelope(Shape):
    """What norms and cut-offs may depend on."""

    age = Number(at_least=0, at_most=130, allow_none=True, metadata={"description": "Years."})
    sex = Text(
        choices=["female", "male", "other", "unknown"],
        allow_none=True,
        metadata={"description": "Sex as the published norms and cut-offs divide it."},
    )


class BaselineEnvelope(Shape):
    """An earlier measurement to compare with."""

    answers = _answers(required=False)
    scores = MapOf(
        Anything({"type": "number"}),
        metadata={"description": "Scores in the headline metric, by scale; they win over scores of the answers."},
    )


class ScoreEnvelope(Shape):
    """One completed form."""

    answers = _answers(required=True)
    not_applicable = ListOf(
        Anything({"type": "string"}),
        metadata={"description": "Ids of items that do not apply to this respondent (not the same as unanswered)."},
    )
    version = Text(allow_none=True, metadata={"description": "Version of the instrument; the highest when absent."})
    encoding = Text(
        choices=["value", "position"],
        load_default="value",
        metadata={"description": "`position`: answers are 1-based printed columns, counted from the left."},
    )
    perspective = Text(
        choices=["client", "therapist", "observer"],
        allow_none=True,
        metadata={"description": "Who rated, where one form serves two raters."},
    )
    reference = Text(
        pattern=r"[^\x00-\x1f\x7f]{1,64}",
        meaning="1 to 64 printable characters",
        allow_none=True,
        metadata={"description": "The caller's own opaque reference; returned, never stored or logged."},
    )
    respondent = ObjectOf(
        RespondentEnvelope, allow_none=True, metadata={"description": "What norms and cut-offs may depend on."}
    )
    norms = ListOf(
        Text(),
        longest=50,
        allow_none=True,
        metadata={"description": 'Norm group ids; absent: the default groups; []: none; ["*"]: all that fit.'},
    )
    baseline = ObjectOf(
        BaselineEnvelope, allow_none=True, metadata={"description": "An earlier measurement to compare with."}
    )


class NamedScoreEnvelope(ScoreEnvelope):
    """One completed form with its instrument: named, or brought along as a definition."""

    instrument = Text(metadata={"description": "Instrument id."})
    definition = Anything(
        {"type": "object"}, metadata={"description": "A whole definition, used for this request only."}
    )


_PLAIN_MEMBERS = frozenset({"answers", "norms"})


def is_plain(document: dict[str, Any]) -> bool:
    """Tell whether a document holds answers and at most norm ids, so that its schema would take it as it stands.

    Most requests do, and finding that out costs a tenth of what loading a schema costs.
    """
    if not _PLAIN_MEMBERS.issuperset(document) or type(document.get("answers")) not in (dict, list):
        return False
    norms = document.get("norms")
    if norms is None:
        return True
    return type(norms) is list and len(norms) <= 50 and all(type(norm) is str and 0 < len(norm) <= 64 for norm in norms)
