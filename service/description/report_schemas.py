"""What the scoring routes answer with, described for the OpenAPI document. Nothing is loaded or
dumped with these.
"""

from marshmallow import fields

from service.definitions.shape.definition import PERSPECTIVES
from service.description.response_fields import (
    Answer,
    boolean,
    listing,
    mapping,
    number,
    one,
    text,
    whole,
)
from service.scoring.instrument import DIRECTIONS, METRICS

DIGEST = r"^sha256:[0-9a-f]{64}$"
CATEGORIES = ("reliably_improved", "unchanged", "reliably_deteriorated")
SIGNIFICANCE = ("recovered", "improved", "unchanged", "deteriorated")


class InstrumentIdentity(Answer):
    """Exactly which definition gave these numbers."""

    id = text("Instrument id.")
    version = text("Semantic version; `+` marks a site's own overlay.")
    digest = text("Digest of the definition.", pattern=DIGEST)


class Interval(Answer):
    """A confidence interval in the headline metric."""

    level = number("Confidence level, 0.95.")
    low = number("Lower end: value - 1.96 SEM.")
    high = number("Upper end: value + 1.96 SEM.")


class Precision(Answer):
    """How precisely the score measures."""

    sem = number("Standard error of measurement, SD √(1 - reliability), in the headline metric.")
    interval = one(Interval, "95 % confidence interval.")
    reliability = number(
        "The reliability that the SEM rests on; null where the SEM itself was published.", null=True
    )
    kind = text(
        "Kind of the reliability: alpha, omega, retest; conditional: the SEM of this very score.",
        null=True,
    )
    source = text("Id of the source, see `sources`.", null=True)


class NormComparison(Answer):
    """The score against one norm group."""

    id = text("Norm group id.")
    population = text("Who they are.")
    n = whole("Size of the group.", null=True)
    digital = boolean(
        "A cohort of a digital therapy; such a group is never used unless it is named."
    )
    mean = number("Mean of the group.")
    sd = number("Standard deviation of the group.", null=True)
    metric = text(
        "The reported number that mean and SD refer to.", choices=("sum", "mean", "value")
    )
    z = number("(score - mean) / SD.", null=True)
    t = number("50 + 10 z.", null=True)
    percentile = number(
        "Percentile rank, 0 to 100; null where the source does not support one.", null=True
    )
    percentile_note = text(
        (
            "Why there is no percentile: `skewed_no_quantiles`, or `<5`, `>90`: beyond the "
            "published "
            "percentiles."
        ),
        null=True,
    )
    warning = text("What to keep in mind with this group.", null=True)
    source = text("Id of the source, see `sources`.")


class BandResult(Answer):
    """The band of one published set that the score falls in."""

    system = text("Name of the set of bands.")
    id = text("Band id.")
    label = text("Label of the band.")
    source = text("Id of the source, see `sources`.")


class CutoffResult(Answer):
    """One published cut-off and whether the score meets it."""

    system = text("Name of the cut-off.")
    label = text("Label of the cut-off.", null=True)
    value = number("The cut-off, in the headline metric.")
    op = text("Comparison of the score with the cut-off.", choices=("<", "<=", ">", ">="))
    met = boolean("Whether the comparison holds.")
    source = text("Id of the source, see `sources`.")


class ImportantDifferenceResult(Answer):
    """One published smallest difference that matters, and whether the change is at least that
    large.
    """

    name = text("Name of the difference.")
    value = number("The difference, in the headline metric.")
    met = boolean("Whether the change, in either direction, is at least as large.")
    source = text("Id of the source, see `sources`.")


class ChangeResult(Answer):
    """The change since the baseline."""

    baseline = number("The baseline's score in the headline metric.", null=True)
    difference = number("Score minus baseline.", null=True)
    rci = number("Reliable change index, difference / S_diff (Jacobson and Truax 1991).", null=True)
    category = text(
        "Whether the change is more than measurement error, and its direction.",
        choices=CATEGORIES,
        null=True,
    )
    clinically_significant = text(
        "Outcome by reliable change and the clinical cut-off; `recovered` needs both.",
        choices=SIGNIFICANCE,
        null=True,
    )
    method = text("How reliable change was judged.", choices=("fixed", "jacobson_truax"), null=True)
    level = number("Confidence level of the method.", null=True)
    threshold = number("The difference that counts as reliable, in the headline metric.", null=True)
    minimal_important = listing(
        fields.Nested(ImportantDifferenceResult), "Published smallest differences that matter."
    )
    note = text(
        "Why there is none: `not_scored`, `baseline_not_scored`, `items_not_applicable`, "
        "`no_reliable_change_parameters`.",
        null=True,
    )
    source = text("Id of the source, see `sources`.", null=True)


class WorkedItem(Answer):
    """One item of a scale and what became of its answer."""

    item = text("Item id.")
    answer = number(
        "The answer as submitted; null: none, or replaced because the item does not apply.",
        null=True,
    )
    reversed = boolean("Reverse-keyed.")
    recoded = boolean("Converted by the form's table.")
    value = number("The number that was used; null: none.", null=True)
    rule = text("The rule in words.")


class Working(Answer):
    """What a person needs to redo the score by hand; only with `?working=true`."""

    items = listing(fields.Nested(WorkedItem), "Item by item.")
    rule = text("How the items were combined.")


class ScaleScore(Answer):
    """One scale's score and what can honestly be said about it."""

    title = text("Title of the scale.")
    status = text("Whether there is a score.", choices=("scored", "not_scored"))
    reason = text(
        "Why there is no score: `missing_items`, `too_few_answered`, `too_few_answered_in_form`, "
        "`not_applicable`, "
        "`component_not_scored`, `no_table_fits`, `raw_score_not_in_table`.",
        null=True,
    )
    value = number("The headline score, in `metric`.", null=True)
    sum = number("Sum of the keyed items, prorated where the instrument's rule allows.", null=True)
    mean = number("Mean of the keyed items.", null=True)
    metric = text("Metric of `value`.", choices=METRICS)
    unit = text("Plain name of the metric.", null=True)
    minimum = number("Lowest possible value.", null=True)
    maximum = number("Highest possible value.", null=True)
    n_answered = whole("Items of the scale that were answered.")
    n_items = whole("Items of the scale that apply.")
    prorated = boolean("Whether missing items were replaced by the mean of the answered ones.")
    missing_rule = text(
        "The rule that filled in missing answers, if any did.",
        choices=("prorated", "blank_as_zero"),
        null=True,
    )
    direction = text("Which way is better.", choices=DIRECTIONS)
    precision = one(Precision, "Measurement error of the score.", null=True)
    precision_note = text(
        (
            "Why there is no precision: `no_sd_and_reliability_of_one_sample`, `not_scored`, "
            "`items_not_applicable`."
        ),
        null=True,
    )
    norms = listing(
        fields.Nested(NormComparison),
        "Comparison with each norm group that was asked for and fits.",
    )
    norms_note = text(
        "Why there are none: `no_default_norm`, `no_norm_available`, `no_norm_fits`, "
        "`no_norm_for_scale`, "
        "`none_requested`, `not_scored`, `items_not_applicable`.",
        null=True,
    )
    bands = listing(fields.Nested(BandResult), "The band of each published set.")
    bands_note = text(
        (
            "Why there are none: `no_published_bands`, `needs_age_or_sex`, `not_scored`, "
            "`items_not_applicable`."
        ),
        null=True,
    )
    cutoffs = listing(fields.Nested(CutoffResult), "Every published cut-off.")
    cutoffs_note = text(
        (
            "Why there are none: `no_published_cutoff`, `needs_age_or_sex`, `not_scored`, "
            "`items_not_applicable`."
        ),
        null=True,
    )
    change = one(
        ChangeResult,
        "Change since the baseline; null without a baseline for this scale.",
        null=True,
    )
    working = one(Working, "Only with `?working=true`.", required=False)


class CriterionResult(Answer):
    """The outcome of one published criterion."""

    value = fields.Raw(
        required=True,
        metadata={
            "type": ["boolean", "string", "null"],
            "description": (
                "Met or not, or the level; null when the answers given do not decide it."
            ),
        },
    )
    reason = text(
        "Why it is null: `missing_items`, `needs_age`, `needs_sex`, `not_scored`.", null=True
    )
    items = listing(fields.String(), "Items whose answers met parts of it.")
    missing = listing(fields.String(), "Items of it that were not answered.")
    source = text("Id of the source, see `sources`.")


class RiskResult(Answer):
    """One item-level safety flag."""

    id = text("Flag id.")
    item = text("The item it rests on.")
    raised = boolean("Raised or not; null when the item was not answered, never false.", null=True)
    reason = text("Why it is null: `not_answered`.", null=True)
    severity = text("How serious a raised flag is.", choices=("high", "moderate", "low"))
    message = text(
        "What to consider when it is raised, that the item was not answered when it is null; "
        "else null.",
        null=True,
    )
    source = text("Id of the source, see `sources`.")


class Quality(Answer):
    """Signs that the answers may not mean what they say."""

    longest_run = whole("Most consecutive items with the same answer.")
    straightlined = boolean("The same answer on all items although some are reverse-keyed.")
    ceiling = boolean("Every answered item has its highest score.")


class ReportWarning(Answer):
    """Something to know about how this form was scored."""

    code = text(
        "`answers_contradict_gate`, `gated_answer_replaced`, `items_not_asked`, "
        "`not_applicable_not_excused` or `norm_does_not_fit`."
    )
    detail = text("One sentence.")
    items = listing(fields.String(), "The items it is about, on both sides.", required=False)
    gate = text("The gate of the definition whose rule it is about.", required=False)
    norm = text("The norm group it is about.", required=False)
    reason = text(
        "Why the norm group was not used: `needs_age`, `needs_sex` or `other_group`.",
        required=False,
    )


class ReportSource(Answer):
    """Where numbers were taken from."""

    citation = text("Full citation.")
    doi = text("DOI.", required=False)
    url = text("Address.", required=False)
    where = text("Page, table or section.", required=False)


class ScoreReport(Answer):
    """Everything that can honestly be said about one completed form.

    The same request to the same version gives the same bytes.
    """

    instrument = one(InstrumentIdentity, "The definition that was used.")
    service_version = text("Version of the service.")
    result_id = text(
        (
            "Digest of definition and input. As confidential as the answers: for a short form, "
            "trying all reverses it."
        ),
        pattern=DIGEST,
    )
    reference = text("The caller's reference.", null=True)
    perspective = text("Who rated.", choices=PERSPECTIVES, null=True)
    scores = mapping(fields.Nested(ScaleScore), "Every scale of the instrument, by id.")
    criteria = mapping(fields.Nested(CriterionResult), "Every criterion of the instrument, by id.")
    risks = listing(
        fields.Nested(RiskResult), "Every safety flag of the instrument, raised or not."
    )
    answered = whole("Answered items.")
    missing = listing(fields.String(), "Items that were not answered and should have been.")
    not_applicable = listing(fields.String(), "Items that the caller said do not apply.")
    quality = one(Quality, "Signs that the answers may not mean what they say.")
    warnings = listing(fields.Nested(ReportWarning), "What to know about how this form was scored.")
    sources = mapping(fields.Nested(ReportSource), "The sources that the numbers name, by id.")
