"""Request envelopes. Answers stay untouched here: the scoring core checks them against the
instrument.
"""

from typing import Any

from service.alliance.course import EVENTS, INTAKE
from service.alliance.policy import DEFAULT_PLANNED_SESSIONS, MOST_PLANNED_SESSIONS
from service.alliance.reading import (
    LARGEST_ERROR,
    LARGEST_SESSION,
    MOST_FORMS,
    MOST_SESSIONS,
    RATERS,
    SMALLEST_ERROR,
    TIMINGS,
)
from service.scoring.answers import ENCODINGS
from service.scoring.recoding.clock import CLOCK_TIME
from service.strict.fields import (
    LARGEST,
    Anything,
    ByType,
    Envelope,
    ListOf,
    MapOf,
    Number,
    ObjectOf,
    Text,
    Whole,
)

_ANSWER = {
    "type": ["number", "string", "null"],
    "minimum": -LARGEST,
    "maximum": LARGEST,
    "pattern": f"^{CLOCK_TIME}$",
}
_BY_ITEM = {"type": "object", "description": "Item id to answer.", "additionalProperties": _ANSWER}
_IN_ORDER = {"type": "array", "description": "Answers in item order.", "items": _ANSWER}


def _answers(required: bool) -> ByType:
    description = (
        "A number for each item that was answered, of an item that asks for a clock time a text "
        "such as `23:15`; null or absent: not answered."
    )
    kinds = {"object": Anything(_BY_ITEM), "array": Anything(_IN_ORDER)}
    return ByType(kinds, required=required, metadata={"description": description})


class RespondentEnvelope(Envelope):
    """What norms and cut-offs may depend on."""

    age = Number(at_least=0, at_most=130, metadata={"description": "Years."})
    sex = Text(
        choices=["female", "male", "other", "unknown"],
        metadata={"description": "Sex as the published norms and cut-offs divide it."},
    )


class BaselineEnvelope(Envelope):
    """An earlier measurement to compare with."""

    answers = _answers(required=False)
    not_applicable = ListOf(
        Anything({"type": "string"}),
        metadata={"description": "Ids of items that did not apply then."},
    )
    scores = MapOf(
        Anything({"type": "number"}, allow_none=True),
        metadata={
            "description": (
                "Scores in the headline metric, by scale; they win over scores of the answers."
            )
        },
    )


class AboutPerson(Envelope):
    """Whose data a request holds, as far as the service has to know."""

    reference = Text(
        pattern=r"[^\x00-\x1f\x7f]{1,64}",
        meaning="1 to 64 printable characters",
        metadata={
            "description": "The caller's own opaque reference; returned, never stored or logged."
        },
    )
    respondent = ObjectOf(
        RespondentEnvelope,
        metadata={"description": "What norms and cut-offs may depend on."},
    )
    norms = ListOf(
        Text(),
        longest=50,
        metadata={
            "description": (
                'Norm group ids; absent: the default groups; []: none; ["*"]: all that fit.'
            )
        },
    )


class ScoreEnvelope(AboutPerson):
    """One completed form."""

    answers = _answers(required=True)
    not_applicable = ListOf(
        Anything({"type": "string"}),
        metadata={
            "description": (
                "Ids of items that do not apply to this respondent (not the same as unanswered)."
            )
        },
    )
    version = Text(
        metadata={"description": "Version of the instrument; the highest when absent."},
    )
    encoding = Text(
        choices=ENCODINGS,
        load_default="value",
        metadata={
            "description": "`position`: answers are 1-based printed columns, counted from the left."
        },
    )
    perspective = Text(
        choices=RATERS,
        metadata={"description": "Who rated; needed where one form serves two raters."},
    )
    baseline = ObjectOf(
        BaselineEnvelope,
        metadata={"description": "An earlier measurement to compare with."},
    )


class NamedScoreEnvelope(ScoreEnvelope):
    """One completed form with its instrument: named, or brought along as a definition."""

    instrument = Text(metadata={"description": "Instrument id."})
    definition = Anything(
        {"type": "object"},
        metadata={"description": "A whole definition, used for this request only."},
    )


class LineEnvelope(ScoreEnvelope):
    """One completed form of a batch."""

    instrument = Text(
        metadata={"description": "Instrument id; the query's `instrument` when absent."}
    )


_EVENTS = sorted(EVENTS)
_FORM = {
    "type": "object",
    "description": (
        "One form: its answers, or scores that were worked out elsewhere, in the "
        "scale's headline metric."
    ),
    "properties": {
        "instrument": {"type": "string", "description": "Instrument id."},
        "version": {"type": ["string", "null"], "description": "Version; the highest when absent."},
        "perspective": {
            "type": ["string", "null"],
            "enum": [*RATERS, None],
            "description": "Who rated; needed where one form serves two raters.",
        },
        "timing": {"type": ["string", "null"], "enum": [*TIMINGS, None], "default": "post"},
        "answers": {"anyOf": [_BY_ITEM, _IN_ORDER, {"type": "null"}]},
        "not_applicable": {"type": ["array", "null"], "items": {"type": "string"}},
        "encoding": {
            "type": ["string", "null"],
            "enum": [*ENCODINGS, None],
            "default": "value",
        },
        "scores": {
            "type": ["object", "null"],
            "minProperties": 1,
            "additionalProperties": {"type": ["number", "null"]},
        },
    },
    "required": ["instrument"],
    "anyOf": [{"required": ["answers"]}, {"required": ["scores"]}],
    "additionalProperties": False,
}
_SESSION = {
    "type": "object",
    "description": "One session that took place.",
    "properties": {
        "number": {
            "type": "integer",
            "minimum": INTAKE,
            "maximum": LARGEST_SESSION,
            "description": "Ascending; 0 is the intake: shown, and never part of a baseline.",
        },
        "date": {"type": ["string", "null"], "format": "date"},
        "events": {"type": ["array", "null"], "items": {"type": "string", "enum": _EVENTS}},
        "therapist": {
            "type": ["string", "null"],
            "minLength": 1,
            "maxLength": 64,
            "description": (
                "An opaque name: compared between sessions, never returned. Another "
                "one begins a phase."
            ),
        },
        "forms": {"type": ["array", "null"], "maxItems": MOST_FORMS, "items": _FORM},
    },
    "required": ["number"],
    "additionalProperties": False,
}
_SESSIONS = {
    "type": "array",
    "minItems": 1,
    "maxItems": MOST_SESSIONS,
    "description": "The sessions so far, ascending by number; numbers may be left out.",
    "items": _SESSION,
}
_ERRORS_OF_A_SCALE = {
    "type": ["object", "null"],
    "properties": {
        name: {
            "type": ["number", "null"],
            "minimum": SMALLEST_ERROR,
            "maximum": LARGEST_ERROR,
            "description": text,
        }
        for name, text in (
            ("sem", "Standard error of measurement."),
            ("within_person_sd", "Session-to-session SD of a stable patient."),
            ("sd", "SD between patients."),
        )
    },
    "additionalProperties": False,
}
_ERRORS = {
    "type": ["object", "null"],
    "description": "By scale.",
    "additionalProperties": _ERRORS_OF_A_SCALE,
}


class MonitorOptions(Envelope):
    """How the rules are set for one course."""

    alpha_family = Number(
        at_least=0.01,
        at_most=0.3,
        metadata={
            "description": (
                "Share of stable courses that may give an alert over the planned sessions."
            )
        },
    )
    planned_sessions = Whole(
        at_least=2,
        at_most=MOST_PLANNED_SESSIONS,
        metadata={
            "description": (
                f"Sessions that false alarms are for; {DEFAULT_PLANNED_SESSIONS} with "
                "alpha_family alone."
            )
        },
    )
    assumed_kappa = Number(
        at_least=1,
        at_most=3,
        metadata={
            "description": (
                "Session-to-session SD over the SEM of a stable patient; 1.5 when absent."
            )
        },
    )
    cutoff_alone = Text(
        choices=("info", "watch"),
        load_default="info",
        metadata={"description": "What a score beyond a cut-off alone amounts to."},
    )
    parameters = MapOf(
        Anything(_ERRORS, allow_none=True),
        metadata={
            "description": (
                "What the caller knows of errors, by instrument and scale, in the headline metric."
            )
        },
    )


class MonitorEnvelope(AboutPerson):
    """A course of treatment."""

    sessions = Anything(_SESSIONS, required=True)
    options = ObjectOf(MonitorOptions, metadata={"description": "How the rules are set."})


_PLAIN_MEMBERS = frozenset({"answers", "norms"})


def is_plain(document: dict[str, Any]) -> bool:
    """Tell whether a document holds answers and at most norm ids, so that its schema would take it
    as it stands.

    Most requests do, and finding that out costs a tenth of what loading a schema costs.
    """
    if not _PLAIN_MEMBERS.issuperset(document) or type(document.get("answers")) not in (dict, list):
        return False
    norms = document.get("norms")
    if norms is None:
        return True
    return (
        type(norms) is list
        and len(norms) <= 50
        and all(type(norm) is str and 0 < len(norm) <= 64 for norm in norms)
    )
