"""Shapes of response sets, items and gates."""

from typing import Any

from marshmallow import validates_schema

from service.definitions.build.steps import LONGEST_RESPONSE_SET, number_of_steps
from service.definitions.shape.evidence import (
    LANGUAGE,
    LANGUAGE_MEANING,
    Codes,
    Identifier,
    Sourced,
    Title,
    described,
)
from service.definitions.shape.rules import RuleField
from service.definitions.shape.steps import StepsField
from service.strict.fields import (
    ByType,
    Flag,
    ListOf,
    Number,
    ObjectOf,
    OneShapeOf,
    Shape,
    Text,
    fault,
)


class TranslatedLabels(Sourced):
    """The answers as an edition of the form in another language prints them."""

    language = Text(pattern=LANGUAGE, meaning=LANGUAGE_MEANING, required=True)
    labels = ListOf(
        Title("Printed label."), required=True, shortest=2, longest=LONGEST_RESPONSE_SET
    )


def Translations() -> ListOf:
    """Return the field of the labels of answers in other languages."""
    text = "Labels of the same answers, in the same order, in other languages."
    return ListOf(
        ObjectOf(TranslatedLabels), longest=20, load_default=list, metadata=described(text)
    )


def _check_translations(data: dict[str, Any], answers: int | None) -> None:
    """Raise a fault where a language has more or fewer labels than there are answers, or stands
    there twice.
    """
    seen = set()
    for index, one in enumerate(data["translations"]):
        if answers is None:
            raise fault("not_allowed", "must be left out: a line has no labels", "translations")
        if len(one["labels"]) != answers:
            text = f"must have {answers} labels, one for each answer"
            raise fault("wrong_length", text, "translations", index, "labels")
        if one["language"] in seen:
            text = "is the language of an earlier element"
            raise fault("duplicate_value", text, "translations", index, "language")
        seen.add(one["language"])


class ResponseRange(Shape):
    """Answers from min to max in equal steps, or any number in the range."""

    min = Number(required=True, metadata=described("Lowest answer."))
    max = Number(required=True, metadata=described("Highest answer."))
    recode = StepsField(
        "What the numbers are worth, where that differs; only where any number may be given."
    )
    step = Number(
        above=0,
        allow_none=True,
        load_default=1,
        metadata=described("Distance between two answers; null for any number in the range."),
    )
    labels = ListOf(Title("Printed label."), longest=LONGEST_RESPONSE_SET, load_default=list)
    translations = Translations()

    @validates_schema
    def check_steps(self, data: dict[str, Any], **_: object) -> None:
        """Refuse an empty range, a step that does not reach the end, and labels that do not fit the
        steps.
        """
        if data["min"] >= data["max"]:
            raise fault("wrong_order", "must be less than max", "min")
        if data["step"] is None:
            _check_translations(data, None)
            return
        if "recode" in data:
            text = "is only allowed with step null: answers that are listed have a score each"
            raise fault("not_allowed", text, "recode")
        steps = number_of_steps(data["min"], data["max"], data["step"])
        if steps is None:
            raise fault("step_misfit", "must divide the distance from min to max", "step")
        if steps > LONGEST_RESPONSE_SET:
            limit = (
                f"must give at most {LONGEST_RESPONSE_SET} answers; null allows any number "
                "in the range"
            )
            raise fault("out_of_range", limit, "step")
        if data["labels"] and len(data["labels"]) != steps:
            raise fault("wrong_length", f"must have {steps} labels, one for each answer", "labels")
        _check_translations(data, steps)


class ClockTimes(Shape):
    """A clock time, from "00:00" to "23:59". Only the hours between two of them are scored."""

    clock = Text(
        choices=("HH:MM",),
        required=True,
        metadata=described("How the time is submitted: two digits each of hour and minute."),
    )


class ResponseOptionShape(Shape):
    """One printed answer."""

    value = Number(required=True, metadata=described("The number that is submitted."))
    label = Title("Printed label.")
    code = Title("Answer code, for example a LOINC answer code.")
    other_codes = ListOf(
        Title("Answer code."),
        longest=10,
        metadata=described("Codes of the same answer in other editions of the form."),
    )
    score = Number(metadata=described("What the answer is worth where that differs from value."))
    missing = Flag(
        load_default=False,
        metadata=described('"Not known": allowed, has no score, counts as not answered.'),
    )


class ResponseOptions(Shape):
    """Exactly these answers, in printed order."""

    options = ListOf(
        ObjectOf(ResponseOptionShape), required=True, shortest=2, longest=LONGEST_RESPONSE_SET
    )
    translations = Translations()

    @validates_schema
    def check_options(self, data: dict[str, Any], **_: object) -> None:
        """Refuse repeated values, scores on only some options or on one that says nothing is
        known, and fewer than two answers that count.
        """
        seen = set()
        for index, option in enumerate(data["options"]):
            if option["value"] in seen:
                raise fault(
                    "duplicate_value",
                    "is the value of an earlier option",
                    "options",
                    index,
                    "value",
                )
            seen.add(option["value"])
        _check_scores(data["options"])
        _check_translations(data, len(data["options"]))


def _check_scores(options: list[dict[str, Any]]) -> None:
    counting = [index for index, option in enumerate(options) if not option["missing"]]
    if len(counting) < 2:
        raise fault("wrong_length", "must have at least 2 answers that count", "options")
    for index, option in enumerate(options):
        if option["missing"] and "score" in option:
            text = "must be left out: an answer that is missing has no score"
            raise fault("not_allowed", text, "options", index, "score")
    unscored = [index for index in counting if "score" not in options[index]]
    if unscored and len(unscored) < len(counting):
        text = "is required: either every option has a score or none"
        raise fault("required", text, "options", unscored[0], "score")


class SameAs(Shape):
    """The item of another form that this one is."""

    instrument = Identifier("Id of the other form.", required=True)
    item = Identifier("Item id there.", required=True)


class ItemShape(Shape):
    """One item of the form."""

    id = Identifier("Item number or name, as the form numbers it.", required=True)
    response_set = Identifier("Name of the item's response set.", required=True)
    reverse = Flag(
        load_default=False,
        metadata=described("Reverse-keyed: the score used is min + max - score."),
    )
    mirrored = Flag(
        load_default=False,
        metadata=described("Anchors are printed in descending order on this row."),
    )
    scored = Flag(load_default=True, metadata=described("false: the item belongs to no scale."))
    optional = Flag(
        load_default=False, metadata=described("The form allows leaving the item blank.")
    )
    text = Title("Item text, only where the licence lets it travel.")
    same_as = ObjectOf(
        SameAs,
        metadata=described("The item of another form that it is: its answers count alike there."),
    )
    codes = Codes()


class GateShape(Sourced):
    """Items that may not apply."""

    id = Identifier("Name of the gate.", required=True)
    items = ListOf(Identifier("Item id."), required=True, shortest=1)
    when = RuleField(
        required=True, allow_none=True, metadata=described("null: whenever the caller says so.")
    )
    blank_counts = Flag(
        load_default=False,
        metadata=described("Leaving the item blank says that it does not apply."),
    )
    override = Flag(
        load_default=False, metadata=described("An answer given in spite of the gate is replaced.")
    )
    treat_as = ByType(
        {"number": Number(), "string": Text(choices=("excluded", "unasked"))},
        required=True,
        metadata=described(
            'The score the item then counts as; "excluded" takes it out of its scales; "unasked" '
            "as well, but what is published for the form holds without it."
        ),
    )


def response_sets() -> dict[str, type[Shape]]:
    """Return the shapes of a response set."""
    return {"options": ResponseOptions, "min": ResponseRange, "clock": ClockTimes}


def ResponseSetField() -> OneShapeOf:
    """Return the field of a response set."""
    return OneShapeOf(response_sets)
