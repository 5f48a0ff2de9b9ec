"""Shape of a whole definition: identity, norms, examples, and the parts of the other schema
modules.
"""

from typing import Any

from marshmallow import validates_schema

from service.definitions.shape.attributes import SourceAttributesShape
from service.definitions.shape.evidence import (
    LANGUAGE,
    LANGUAGE_MEANING,
    AgeRange,
    Codes,
    ForWhom,
    Identifier,
    KeySources,
    Licence,
    Sourced,
    SourceShape,
    Title,
    described,
)
from service.definitions.shape.items import GateShape, ItemShape, ResponseSetField
from service.definitions.shape.rules import Operator, RiskShape, criterion_shapes
from service.definitions.shape.scales import ScaleShape
from service.definitions.versions import SEMVER
from service.scoring.instrument import OLDEST
from service.scoring.recoding.clock import CLOCK_TIME
from service.strict.fields import (
    ByType,
    Flag,
    ListOf,
    MapOf,
    Number,
    ObjectOf,
    OneShapeOf,
    Shape,
    Text,
    Whole,
    fault,
)

INSTRUMENT_ID = r"[a-z0-9]+(-[a-z0-9]+)*"
_ID_MEANING = "lower case letters, digits and hyphens"
_VERSION_MEANING = "a semantic version, such as 1.0.0"
SCHEMA_MEMBER = "$schema"
PERSPECTIVES = ("client", "therapist", "observer")


class MinAnswered(Sourced):
    """How many items must be answered before any scale is scored."""

    items = Whole(at_least=1, required=True)


class NormScaleShape(Shape):
    """Mean, SD and quantiles of one scale in a norm group."""

    mean = Number(
        required=True,
        allow_none=True,
        metadata=described("Null only beside quantiles, where no mean was published."),
    )
    sd = Number(above=0, required=True, allow_none=True)
    metric = Text(
        choices=("sum", "mean", "value"),
        required=True,
        metadata=described("The reported number that mean, SD and quantiles refer to."),
    )
    skew = Number()
    quantiles = ListOf(
        ListOf(Number(), shortest=2, longest=2), shortest=1, longest=200, load_default=list
    )


class NormShape(ForWhom, Sourced):
    """One norm group."""

    id = Identifier("Name of the group.", required=True)
    population = Title("Who they are.", required=True)
    setting = Text(required=True, allow_none=True)
    country = Text(required=True, allow_none=True)
    n = Whole(at_least=1, required=True, allow_none=True)
    collected = Whole(
        at_least=1900,
        at_most=2100,
        metadata=described("Year in which the last of them was asked; left out where not told."),
    )
    published = Whole(
        at_least=1900,
        at_most=2100,
        metadata=described("Year in which their numbers were first published."),
    )
    default = Flag(required=True, metadata=described("Used when the caller names no norms."))
    digital = Flag(required=True, metadata=described("A digital-therapy cohort; never default."))
    percentile_model = Text(
        choices=("quantiles", "cumulative", "normal"),
        required=True,
        allow_none=True,
        metadata=described(
            "quantiles: scores at percentiles, interpolated between; cumulative: percents of the "
            "group with a score or a lower one, never interpolated; normal: the normal curve."
        ),
    )
    scales = MapOf(ObjectOf(NormScaleShape), required=True, shortest=1)
    warning = Title("Shown with every comparison.")
    perspective = Text(
        choices=PERSPECTIVES,
        allow_none=True,
        load_default=None,
        metadata=described("On a form for two raters: the one whose ratings these are."),
    )


class FixedDrop(Sourced):
    """A fall in points that a product or manual calls a concern."""

    value = Number(above=0, required=True, metadata=described("Points, in the headline metric."))


class ItemFloor(Sourced):
    """A keyed score at or below which a single item calls for a question."""

    value = Number(
        required=True,
        metadata=described("On the keyed score: a reverse-keyed item is turned first."),
    )


class ScaleAlerts(Shape):
    """Settings of the alliance rules for one scale."""

    fixed_drop = ObjectOf(FixedDrop)
    item_floor = ObjectOf(ItemFloor)
    cutoff = Identifier(
        "The cut-off system that marks a poor score; without it, every one of the scale."
    )


class DirectAnswer(Sourced):
    """Items that ask about the relationship outright, and the answer that says so."""

    item = Identifier("Item id.")
    items = ListOf(
        Identifier("Item id."),
        shortest=2,
        longest=100,
        metadata=described("Several items instead of one; any of them says so."),
    )
    every = Flag(
        load_default=False, metadata=described("With several items: only all of them say so.")
    )
    op = Operator()
    value = Number(required=True, metadata=described("On the value as submitted."))

    @validates_schema
    def check_items(self, data: dict[str, Any], **_: object) -> None:
        """Refuse an answer of no item, or of one item and several."""
        if ("item" in data) == ("items" in data):
            raise fault("wrong_shape", 'must have either "item" or "items"')
        if data["every"] and "items" not in data:
            raise fault("not_allowed", 'is only allowed with "items"', "every")


class DirectReport(Shape):
    """Items in which the rater reports tension, or its resolution, outright."""

    tension = ObjectOf(DirectAnswer)
    resolution = ObjectOf(DirectAnswer)


class AlertSettings(Shape):
    """Settings of the alliance rules; their presence makes the instrument one of the alliance."""

    watch = ListOf(Identifier("Scale id."), shortest=1, longest=100)
    parameters = MapOf(ObjectOf(ScaleAlerts), load_default=dict)
    direct_report = ObjectOf(DirectReport, load_default=dict)
    only_direct_report = Flag(
        load_default=False,
        metadata=described("Nothing but the direct report is read: the score is no level."),
    )

    @validates_schema
    def check_report(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a form that is watched by its direct report alone and has none."""
        if data["only_direct_report"] and "tension" not in data["direct_report"]:
            text = "is required: nothing else is read from this form"
            raise fault("required", text, "direct_report")


class RespondentShape(Shape):
    """Age and sex of an example's respondent."""

    age = Number(at_least=0, at_most=OLDEST, allow_none=True, load_default=None)
    sex = Text(choices=("female", "male", "other", "unknown"), allow_none=True, load_default=None)


class Expectation(Shape):
    """What the example's answers must score to."""

    scores = MapOf(
        Number(allow_none=True),
        required=True,
        metadata=described("Headline values; null: not scored."),
    )
    sums = MapOf(Number(allow_none=True), load_default=dict)
    means = MapOf(Number(allow_none=True), load_default=dict)
    bands = MapOf(MapOf(Text()), load_default=dict)
    cutoffs = MapOf(MapOf(Flag()), load_default=dict)
    criteria = MapOf(
        ByType({"boolean": Flag(), "string": Text()}, allow_none=True), load_default=dict
    )
    risks = MapOf(Flag(allow_none=True), load_default=dict)


def _Answer() -> ByType:
    """Return the field of one answer: a number, a clock time, or null for none."""
    clock = Text(pattern=CLOCK_TIME, meaning='a clock time such as "23:15"')
    return ByType({"number": Number(), "string": clock}, allow_none=True)


class ExampleShape(Shape):
    """A worked case with the source of its expected values."""

    title = Title("What the case shows.", required=True)
    answers = ByType(
        {"object": MapOf(_Answer()), "array": ListOf(_Answer())},
        required=True,
    )
    respondent = ObjectOf(RespondentShape)
    not_applicable = ListOf(Identifier("Item id."), load_default=list)
    encoding = Text(choices=("value", "position"), load_default="value")
    perspective = Text(choices=PERSPECTIVES)
    expect = ObjectOf(Expectation, required=True)
    source = Identifier('Source id, or "arithmetic".', required=True)
    working = Title("The sum written out.")

    @validates_schema
    def check_working(self, data: dict[str, Any], **_: object) -> None:
        """Refuse arithmetic that is not written out."""
        if data["source"] == "arithmetic" and "working" not in data:
            raise fault(
                "required", "is required with source arithmetic: the sum written out", "working"
            )


class AlsoCalled(Shape):
    """Names by which people may look for the instrument, and what tells it from others so
    called.
    """

    names = ListOf(
        Text(pattern=INSTRUMENT_ID, meaning=_ID_MEANING), required=True, shortest=1, longest=20
    )
    hint = Title("What tells this form from the others of the name.", required=True)


def SchemaAddress() -> Text:
    """Return the field by which an editor finds the JSON Schema; it says nothing of the
    instrument.
    """
    return Text(
        data_key=SCHEMA_MEMBER,
        metadata=described("Where an editor finds the JSON Schema of this format."),
    )


class Definition(Shape):
    """One version of one instrument."""

    schema_address = SchemaAddress()
    id = Text(pattern=INSTRUMENT_ID, meaning=_ID_MEANING, required=True)
    version = Text(pattern=SEMVER, meaning=_VERSION_MEANING, required=True)
    title = Title("Name of the instrument.", required=True)
    also_called = ObjectOf(AlsoCalled)
    construct = Text(pattern=INSTRUMENT_ID, meaning=_ID_MEANING, required=True)
    perspective = Text(choices=PERSPECTIVES, required=True, allow_none=True)
    perspectives = ListOf(Text(choices=PERSPECTIVES), shortest=2, longest=3)
    counterpart = Text(pattern=INSTRUMENT_ID, meaning=_ID_MEANING, required=True, allow_none=True)
    language = Text(pattern=LANGUAGE, meaning=LANGUAGE_MEANING, required=True)
    timeframe = Title("The time that the answers are about.")
    assumed_age = ObjectOf(
        AgeRange,
        metadata=described(
            "Ages that somebody who does not say an age is taken to have; left out: it is unknown."
        ),
    )
    licence = ObjectOf(Licence, required=True)
    source_attributes = ObjectOf(
        SourceAttributesShape,
        metadata=described("Who made the form, when, for whom, who paid; none changes a number."),
    )
    notices = ListOf(
        Text(),
        longest=20,
        metadata=described(
            "Texts that must go along with the definition. That of LOINC is added by itself "
            "where there are LOINC codes."
        ),
    )
    submitted_as = Text(
        choices=("codes", "scores"),
        required=True,
        metadata=described(
            "Whether numbers are the printed codes or item scores (then nothing is reversed)."
        ),
    )
    key = Text(choices=("included", "required"), load_default="included")
    key_sources = ObjectOf(KeySources, required=True)
    label_sources = ObjectOf(
        KeySources, metadata=described("Where the labels of the answers come from.")
    )
    code_sources = ObjectOf(
        KeySources, metadata=described("Where the codes of a terminology come from.")
    )
    key_instructions = Title("What an overlay must supply.")
    codes = Codes()
    response_sets = MapOf(ResponseSetField(), required=True, shortest=1, longest=100)
    items = ListOf(ObjectOf(ItemShape), required=True, shortest=1, longest=500)
    min_answered = ObjectOf(MinAnswered)
    gates = ListOf(ObjectOf(GateShape), longest=100, load_default=list)
    scales = ListOf(ObjectOf(ScaleShape), required=True, longest=100)
    norms = ListOf(ObjectOf(NormShape), longest=200, load_default=list)
    criteria = ListOf(OneShapeOf(criterion_shapes, tag="kind"), longest=100, load_default=list)
    risks = ListOf(ObjectOf(RiskShape), longest=100, load_default=list)
    notes = ListOf(Text(), longest=100, load_default=list)
    alerts = ObjectOf(AlertSettings)
    sources = ListOf(ObjectOf(SourceShape), required=True, shortest=1, longest=200)
    examples = ListOf(ObjectOf(ExampleShape), longest=200, required=True)

    @validates_schema
    def check_key(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a missing key without instructions, and examples that are too few to test a
        key.
        """
        if data["key"] == "required":
            if "key_instructions" not in data:
                raise fault("required", "is required with key required", "key_instructions")
        elif len(data["examples"]) < 2:
            raise fault("wrong_length", "must have at least 2 element(s)", "examples")


class OverlayShape(Shape):
    """What a file with `extends` must have of itself; the rest is checked after it has been
    merged.
    """

    schema_address = SchemaAddress()
    extends = Text(
        pattern=f"{INSTRUMENT_ID}@{SEMVER}",
        meaning="id@version of a definition",
        required=True,
        metadata=described("The definition that this file adds to."),
    )
    version = Text(pattern=SEMVER, meaning=_VERSION_MEANING, required=True)
