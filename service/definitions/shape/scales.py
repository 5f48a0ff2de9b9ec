"""Shapes of scales: aggregation, missing answers, transforms, precision, bands, cut-offs and
change.
"""

from typing import Any

from marshmallow import ValidationError, validates_schema

from service.definitions.shape.evidence import (
    Codes,
    ForWhom,
    Identifier,
    Sourced,
    SourcedWhereNeeded,
    Title,
    described,
    require_source,
)
from service.definitions.shape.steps import StepsField
from service.scoring.instrument import AGGREGATIONS, CHANGE_DIRECTIONS, DIRECTIONS, METRICS
from service.scoring.missing import MISSING_METHODS, method_named
from service.strict.faults import Message
from service.strict.fields import (
    Anything,
    ByType,
    Flag,
    ListOf,
    MapOf,
    Messages,
    Number,
    ObjectOf,
    OneShapeOf,
    Shape,
    Text,
    Whole,
    fault,
)

PROPORTION = {"at_least": 0, "at_most": 1}


class ConfidenceLevel(Number):
    """A confidence level as a proportion, never the error probability or a percentage."""

    default_error_messages: Messages = dict.fromkeys(
        ("low", "high"),
        Message("out_of_range", "must be a confidence level such as 0.95, not 0.05 or 95"),
    )

    def __init__(self, **kwargs: Any) -> None:
        # Nearer to 1 a double is 1, whose normal quantile is infinite.
        super().__init__(at_least=0.5, at_most=0.999_999, **kwargs)


class HighestOf(Shape):
    """The highest of a group of items, as one term."""

    max_of = ListOf(Identifier("Item id."), required=True, shortest=2)
    min_answered = Whole(at_least=1, load_default=1)


class CountThreshold(Shape):
    """Threshold of a count, on the value as submitted."""

    at_least = ByType({"number": Number(), "object": MapOf(Number(), shortest=1)}, required=True)


class Composite(Shape):
    """Scales that are combined by their headline values."""

    of = ListOf(Identifier("Scale id."), required=True, shortest=2, longest=100)
    method = Text(choices=("sum", "mean"), required=True)


class HoursBetween(Shape):
    """The hours from one clock time to the next that the clock shows the other."""

    hours_between = ListOf(
        Identifier("Item id."),
        required=True,
        shortest=2,
        longest=2,
        metadata=described("Two items that ask for a clock time: the first, and the one after."),
    )


class RatioShape(Sourced):
    """One quantity over another."""

    of = Identifier("Item that is divided.", required=True)
    to = ByType(
        {"string": Identifier("Item id."), "object": ObjectOf(HoursBetween)},
        required=True,
        metadata=described("What it is divided by: an item, or the hours between two."),
    )
    times = Number(above=0, load_default=1, metadata=described("The ratio is multiplied by this."))
    at_most = Number(
        above=0,
        required=True,
        metadata=described(
            "The highest ratio that can be: beyond it the answers contradict each other, and the "
            "scale is not scored."
        ),
    )


class Missing(SourcedWhereNeeded):
    """What happens with unanswered items."""

    min_answered = Whole(
        at_least=0, required=True, metadata=described("With fewer answers there is no score.")
    )
    method = Text(choices=[method.name for method in MISSING_METHODS], required=True)
    round = Flag(load_default=False, metadata=described("Round a prorated sum half up."))

    @validates_schema
    def check_evidence(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a rule that fills in answers without a source, and rounding where nothing is
        prorated.
        """
        method = method_named(data["method"])
        if method.fill is not None:
            require_source(data)
        if data["round"] and not method.may_round:
            raise fault("not_allowed", "only a prorated sum is rounded", "round")


class LinearTransform(Sourced):
    """offset + factor x raw score."""

    type = Text(choices=("linear",), required=True)
    of = Text(choices=("sum", "mean"), required=True)
    factor = Number(required=True)
    offset = Number(required=True)

    @validates_schema
    def check_factor(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a factor that makes every score the same."""
        if data["factor"] == 0:
            raise fault("out_of_range", "must not be 0", "factor")


class Entries(Anything):
    """Rows of a conversion table: [raw, value] or [raw, value, standard error]."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> list[list[Any]]:
        if not isinstance(value, list) or not 2 <= len(value) <= 5000:
            raise fault("wrong_shape", "must be an array of 2 to 5000 rows")
        errors: dict[int, Any] = {}
        for index, row in enumerate(value):
            if not isinstance(row, list) or len(row) not in (2, 3):
                errors[index] = fault(
                    "wrong_shape", "must be [raw, value] or [raw, value, standard error]"
                ).messages
                continue
            for column, number in enumerate(row):
                try:
                    self._number.deserialize(number)
                except ValidationError as error:
                    errors.setdefault(index, {})[column] = error.messages
        if errors:
            raise ValidationError(errors)
        return value

    _number = Number()


ROW = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}


class LookupTableShape(ForWhom):
    """One conversion table and for whom it is."""

    entries = Entries({"type": "array", "items": ROW, "minItems": 2}, required=True)


class LookupTransform(Sourced):
    """A published conversion of raw sums."""

    type = Text(choices=("lookup",), required=True)
    of = Text(choices=("sum",), required=True)
    tables = ListOf(ObjectOf(LookupTableShape), required=True, shortest=1, longest=100)
    monotone = Text(
        choices=("strictly", "with-ties", "no"),
        load_default="strictly",
        metadata=described(
            "Whether values rise (or fall) with every raw score, may stay equal, or neither."
        ),
    )
    monotone_note = Title("Why the values do not rise strictly, as the source has it.")

    @validates_schema
    def check_monotone(self, data: dict[str, Any], **_: object) -> None:
        """Refuse an irregular table without the reason."""
        if data["monotone"] != "strictly" and "monotone_note" not in data:
            text = "is required: why the values do not rise strictly"
            raise fault("required", text, "monotone_note")


class StepsTransform(Sourced):
    """What raw scores are worth between published limits."""

    type = Text(choices=("steps",), required=True)
    of = Text(choices=("sum", "mean", "ratio"), required=True)
    steps = StepsField("What raw scores are worth, ascending.", required=True)


class ReliabilityShape(ForWhom, Sourced):
    """A published reliability coefficient."""

    kind = Identifier("alpha, omega, retest ...", required=True)
    value = Number(**PROPORTION, required=True)
    sample = Title("The sample it was found in.")


class Observed(ForWhom, Sourced):
    """A number that was found in one sample, and what is to be kept in mind of it."""

    n = Whole(at_least=1, metadata=described("How many people the number rests on."))
    population = Title("Who they were.")
    note = Title("What to keep in mind before using the number.")
    derived = Flag(
        load_default=False,
        metadata=described("Taken over or worked out from another form; the note says how."),
    )

    @validates_schema
    def check_derivation(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a derived number that does not say how it was derived."""
        if data["derived"] and "note" not in data:
            raise fault("required", "is required: how the number was derived", "note")


class DerivedPrecision(Observed):
    """SD and reliability of one sample, in the headline metric."""

    sd = Number(above=0, required=True)
    reliability = Number(at_least=0, below=1, required=True)
    kind = Identifier("Kind of the reliability.", required=True)


class PublishedPrecision(Observed):
    """A published standard error of measurement, in the headline metric."""

    sem = Number(above=0, required=True)


class WithinPersonSD(Observed):
    """Session-to-session standard deviation of a stable person, in the headline metric."""

    value = Number(above=0, required=True)


class GrowthShape(Observed):
    """How scores change by themselves from one session to the next, in the headline metric."""

    mean = Number(
        required=True,
        metadata=described("Mean slope: points a session, negative where scores fall."),
    )
    sd = Number(at_least=0, required=True, metadata=described("SD of people's own slopes."))


class AutocorrelationShape(Observed):
    """Correlation of a person's deviations from their own line in one session and the next."""

    value = Number(above=-1, below=1, required=True)


class UnevennessShape(Observed):
    """How much people differ in their session-to-session variance: the degrees of freedom of the
    scaled inverse chi-square distribution of these variances; few where people differ much.
    """

    value = Number(above=0, required=True)


class DetectionShape(Shape):
    """Shares of one change that are noticed in time."""

    watch = Number(
        **PROPORTION, required=True, metadata=described("Noticed by a signal of any severity.")
    )
    alert = Number(
        **PROPORTION, required=True, metadata=described("Noticed by an alert, or worse.")
    )


def _shares(text: str) -> ListOf:
    """Return the field of one share by each of the sessions."""
    return ListOf(
        Number(**PROPORTION), required=True, shortest=1, longest=50, metadata=described(text)
    )


class ExpectedRatesShape(ForWhom, Sourced):
    """How often the alert rules are wrong, and what they notice, in courses simulated with figures
    of one site. Alerts quote it where the caller tells no error figures of the scale.
    """

    sessions = ListOf(
        Whole(at_least=2, at_most=1000),
        required=True,
        shortest=1,
        longest=50,
        metadata=described("Sessions by which signals were counted, ascending."),
    )
    watch = _shares("Shares of steady courses with a signal of any severity by each session.")
    alert = _shares("Shares of steady courses with an alert or worse by each session.")
    detection = MapOf(
        ObjectOf(DetectionShape),
        shortest=1,
        longest=50,
        metadata=described("What is noticed in time, by name of the change."),
    )
    within_person_sd = Number(
        above=0,
        required=True,
        metadata=described("The session-to-session SD that the rules were told."),
    )
    sem = Number(
        above=0,
        metadata=described("The standard error that the rules were told; left out where none."),
    )
    n_simulated = Whole(
        at_least=1, required=True, metadata=described("How many courses were simulated.")
    )
    n = Whole(at_least=1, metadata=described("How many people the simulation's figures rest on."))
    population = Title("Who they were.")
    note = Title("What to keep in mind before using the rates.")


class LinkedShape(Observed):
    """A published conversion of this scale's raw sums into the metric of another measure."""

    target = Identifier("Name of the measure that the sums are converted to.", required=True)
    title = Title("What is estimated, and from what.", required=True)
    unit = Title("Plain name of the target's metric.", required=True)
    method = Title("How the two measures were linked.", required=True)
    entries = Entries({"type": "array", "items": ROW, "minItems": 2}, required=True)


class BandShape(Shape):
    """One severity band; both ends inclusive."""

    id = Identifier("Name of the band.", required=True)
    label = Title("Label of the band.", required=True)
    min = Number(required=True)
    max = Number(required=True)

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a band with its ends swapped."""
        if data["min"] > data["max"]:
            raise fault("wrong_order", "must not be greater than max", "min")


class BandSystemShape(ForWhom, Sourced):
    """A named set of bands over all attainable scores."""

    system = Identifier("Name of the set.", required=True)
    bands = ListOf(ObjectOf(BandShape), required=True, shortest=2, longest=50)


class CutoffShape(ForWhom, Sourced):
    """A named cut-off."""

    system = Identifier("Name of the cut-off.", required=True)
    op = Text(choices=("<", "<=", ">", ">="), required=True)
    value = Number(required=True)
    marks = Text(
        choices=("worse", "better"),
        load_default="worse",
        metadata=described("The side that meets it; better for a cut-off of recovery."),
    )
    label = Title("Label of the cut-off.")


class ImportantDifference(ForWhom, Sourced):
    """A named smallest difference that matters."""

    name = Title("Name of the difference.", required=True)
    value = Number(above=0, required=True)
    direction = Text(
        choices=CHANGE_DIRECTIONS,
        load_default="improvement",
        metadata=described("The direction of change that it was published for."),
    )


class ClinicalChange(ForWhom):
    """Change judged without a rule for reliable change."""

    mcid = ListOf(ObjectOf(ImportantDifference), longest=20, load_default=list)
    clinical_cutoff = Identifier(
        "System of this scale's cut-offs; meeting it is the clinical side."
    )

    @validates_schema
    def check_content(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a change rule that says nothing."""
        if not data["mcid"] and data.keys() <= {"mcid", "age", "sex"}:
            text = (
                'must have "reliable_change", "method": "jacobson_truax", "mcid" or '
                '"clinical_cutoff"'
            )
            raise fault("wrong_shape", text)


class FixedChange(ClinicalChange, Sourced):
    """A published fixed value: a difference of at least that much is reliable."""

    reliable_change = Number(above=0, required=True)
    level = ConfidenceLevel(required=True, allow_none=True)


class JacobsonTruaxChange(ClinicalChange, Sourced):
    """Reliable change from SD and reliability (Jacobson and Truax 1991)."""

    method = Text(choices=("jacobson_truax",), required=True)
    sd = Number(above=0, required=True)
    reliability = Number(at_least=0, below=1, required=True)
    kind = Identifier("Kind of the reliability.", required=True)
    level = ConfidenceLevel(required=True)


def transform_shapes() -> dict[str, type[Shape]]:
    """Return the shapes of a transform by type."""
    return {"linear": LinearTransform, "lookup": LookupTransform, "steps": StepsTransform}


def precision_shapes() -> dict[str, type[Shape]]:
    """Return the shapes of a precision."""
    return {"sem": PublishedPrecision, "sd": DerivedPrecision}


def change_shapes() -> dict[str, type[Shape]]:
    """Return the shapes of a change rule."""
    return {"reliable_change": FixedChange, "method": JacobsonTruaxChange}


def ChangeField() -> OneShapeOf:
    """Return the field of one rule of change."""
    return OneShapeOf(change_shapes, otherwise=ClinicalChange)


class ScaleShape(Shape):
    """One scale, subscale or total."""

    id = Identifier("Name of the scale.", required=True)
    title = Title("Title of the scale.", required=True)
    items = ListOf(
        ByType({"string": Identifier("Item id."), "object": ObjectOf(HighestOf)}),
        metadata=described("Item ids; a member may also be the highest of a group."),
    )
    aggregation = Text(choices=AGGREGATIONS, required=True)
    count = ObjectOf(CountThreshold)
    ratio = ObjectOf(RatioShape)
    composite = ObjectOf(Composite)
    metric = Text(
        choices=METRICS,
        required=True,
        metadata=described("Metric of the headline value."),
    )
    unit = Title("Plain name of the metric.")
    weights = MapOf(
        Number(above=0), shortest=1, metadata=described("Weights by item; others weigh 1.")
    )
    missing = ObjectOf(Missing, required=True)
    transform = OneShapeOf(transform_shapes, tag="type")
    linked = ListOf(
        ObjectOf(LinkedShape),
        shortest=1,
        longest=10,
        metadata=described("Conversions into the metric of other measures."),
    )
    direction = Text(choices=DIRECTIONS, required=True)
    reliability = ListOf(ObjectOf(ReliabilityShape), longest=50, load_default=list)
    precision = OneShapeOf(precision_shapes)
    within_person_sd = ObjectOf(WithinPersonSD)
    growth = ObjectOf(GrowthShape)
    autocorrelation = ObjectOf(AutocorrelationShape)
    unevenness = ObjectOf(UnevennessShape)
    expected_rates = ObjectOf(ExpectedRatesShape)
    bands = ListOf(ObjectOf(BandSystemShape), longest=50, load_default=list)
    cutoffs = ListOf(ObjectOf(CutoffShape), longest=50, load_default=list)
    change = ByType(
        {"object": ChangeField(), "array": ListOf(ChangeField(), shortest=1, longest=20)},
        metadata=described("A rule, or several for different ages or sexes."),
    )
    codes = Codes()
