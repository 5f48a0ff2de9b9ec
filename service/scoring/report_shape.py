"""The shape of a score report: every member with its type and a sentence.

The description of the service is written from these types, so a sentence is for its callers.
Reports share their parts: read them, never change them.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple, NotRequired, TypedDict

from service.scoring.instrument import ChangeDirection, Direction, Metric, Number, Perspective
from service.scoring.missing import MISSING_METHODS
from service.scoring.rules import CutoffOperator

Status = Literal["scored", "not_scored"]
Category = Literal["reliably_improved", "unchanged", "reliably_deteriorated"]
Significance = Literal["recovered", "improved", "unchanged", "deteriorated"]
Severity = Literal["high", "moderate", "low"]


class Pattern(NamedTuple):
    """Beside a sentence: the regular expression that a text matches."""

    regex: str


class Choices(NamedTuple):
    """Beside a sentence: the only values of a text where no type lists them, with what each means
    where that is not plain.
    """

    values: tuple[str, ...]
    meanings: tuple[str, ...] = ()


DIGEST = Pattern(r"^sha256:[0-9a-f]{64}$")

SourceId = Annotated[str, "Id of the source, see `sources`."]


class InstrumentIdentity(TypedDict):
    """Exactly which definition gave these numbers."""

    id: Annotated[str, "Instrument id."]
    version: Annotated[str, "Semantic version; `+` marks a site's own overlay."]
    digest: Annotated[str, "Digest of the definition.", DIGEST]


class Interval(TypedDict):
    """A confidence interval in the headline metric."""

    level: Annotated[float, "Confidence level, 0.95."]
    low: Annotated[float, "Lower end: value - 1.96 SEM."]
    high: Annotated[float, "Upper end: value + 1.96 SEM."]


class Precision(TypedDict):
    """How precisely the score measures."""

    sem: Annotated[
        float, "Standard error of measurement, SD √(1 - reliability), in the headline metric."
    ]
    interval: Annotated[Interval, "95 % confidence interval."]
    reliability: Annotated[
        float | None,
        "The reliability that the SEM rests on; null where the SEM itself was published.",
    ]
    kind: Annotated[
        str | None,
        "Kind of the reliability: alpha, omega, retest; conditional: the SEM of this very score.",
    ]
    source: Annotated[str | None, "Id of the source, see `sources`."]


class NormComparison(TypedDict):
    """The score against one norm group."""

    id: Annotated[str, "Norm group id."]
    population: Annotated[str, "Who they are."]
    n: Annotated[int | None, "Size of the group."]
    collected: Annotated[
        int | None, "Year in which the last of them was asked; null where the source does not say."
    ]
    published: Annotated[
        int | None, "Year in which these numbers came out; null where that is not known."
    ]
    digital: Annotated[
        bool, "A cohort of a digital therapy; such a group is never used unless it is named."
    ]
    mean: Annotated[Number | None, "Mean of the group; null where none was published."]
    sd: Annotated[Number | None, "Standard deviation of the group."]
    metric: Annotated[
        Literal["sum", "mean", "value"], "The reported number that mean and SD refer to."
    ]
    z: Annotated[float | None, "(score - mean) / SD."]
    t: Annotated[float | None, "50 + 10 z."]
    percentile: Annotated[
        float | None,
        "Percentile rank, 0 to 100; null where the source does not support one. Where shares of "
        "the group were published: the percent with this score or a lower one.",
    ]
    percentile_note: Annotated[
        str | None,
        "Why there is no percentile: `skewed_no_quantiles`; `<5`, `>90`: beyond the published "
        "percentiles; `84.4-93.9`: between two published shares.",
    ]
    warning: Annotated[str | None, "What to keep in mind with this group."]
    source: SourceId


class BandResult(TypedDict):
    """The band of one published set that the score falls in."""

    system: Annotated[str, "Name of the set of bands."]
    id: Annotated[str, "Band id."]
    label: Annotated[str, "Label of the band."]
    source: SourceId


class CutoffResult(TypedDict):
    """One published cut-off and whether the score meets it."""

    system: Annotated[str, "Name of the cut-off."]
    label: Annotated[str | None, "Label of the cut-off."]
    value: Annotated[Number, "The cut-off, in the headline metric."]
    op: Annotated[CutoffOperator, "Comparison of the score with the cut-off."]
    met: Annotated[bool, "Whether the comparison holds."]
    source: SourceId


class LinkedScore(TypedDict):
    """The score converted into the metric of another measure, by one published table."""

    target: Annotated[str, "Name of the other measure."]
    title: Annotated[str, "What is estimated, and from what."]
    value: Annotated[Number | None, "The estimate, in `unit`; null for `reason`."]
    standard_error: Annotated[
        Number | None, "Standard error of the estimate; null where the table gives none."
    ]
    unit: Annotated[str, "Metric of the other measure."]
    reason: Annotated[
        str | None,
        "Why there is no estimate: `not_scored`, `items_not_applicable`, `answers_filled_in`, "
        "`raw_score_not_in_table`, `needs_age_or_sex`, `other_age`, `other_sex`.",
    ]
    method: Annotated[str, "How the two measures were linked."]
    n: Annotated[int | None, "Size of the sample that they were linked in."]
    population: Annotated[str | None, "Who they were."]
    note: Annotated[str, "What to keep in mind: an estimate is no score of the other measure."]
    source: SourceId


class ImportantDifferenceResult(TypedDict):
    """One published smallest difference that matters, and whether the change is at least that
    large.
    """

    name: Annotated[str, "Name of the difference."]
    value: Annotated[Number, "The difference, in the headline metric."]
    direction: Annotated[
        ChangeDirection, "The direction of change that the difference was published for."
    ]
    met: Annotated[bool, "Whether the change, in that direction, is at least as large."]
    source: SourceId


class ChangeResult(TypedDict):
    """The change since the baseline."""

    baseline: Annotated[Number | None, "The baseline's score in the headline metric."]
    difference: Annotated[Number | None, "Score minus baseline."]
    rci: Annotated[
        float | None, "Reliable change index, difference / S_diff (Jacobson and Truax 1991)."
    ]
    category: Annotated[
        Category | None, "Whether the change is more than measurement error, and its direction."
    ]
    clinically_significant: Annotated[
        Significance | None,
        "Outcome by reliable change and the clinical cut-off; `recovered` needs both.",
    ]
    method: Annotated[Literal["fixed", "jacobson_truax"] | None, "How reliable change was judged."]
    level: Annotated[float | None, "Confidence level of the method."]
    threshold: Annotated[
        float | None, "The difference that counts as reliable, in the headline metric."
    ]
    minimal_important: Annotated[
        list[ImportantDifferenceResult], "Published smallest differences that matter."
    ]
    note: Annotated[
        str | None,
        "Why there is none: `not_scored`, `baseline_not_scored`, `items_not_applicable`, "
        "`no_reliable_change_parameters`; `needs_age_or_sex`, `other_age` or `other_sex` where "
        "no rule is for the respondent, and `clinical_cutoff_` with one of these where only the "
        "cut-off is not.",
    ]
    source: Annotated[str | None, "Id of the source, see `sources`."]


class WorkedItem(TypedDict):
    """One item of a scale and what became of its answer."""

    item: Annotated[str, "Item id."]
    answer: Annotated[
        Number | str | None,
        "The answer as submitted; null: none, or replaced because the item does not apply.",
    ]
    reversed: Annotated[bool, "Reverse-keyed."]
    recoded: Annotated[bool, "Converted by the form's table."]
    value: Annotated[Number | None, "The number that was used; null: none."]
    rule: Annotated[str, "The rule in words."]


class Working(TypedDict):
    """What a person needs to redo the score by hand; only with `?working=true`."""

    items: Annotated[list[WorkedItem], "Item by item."]
    rule: Annotated[str, "How the items were combined."]


_MISSING_RULES = Choices(tuple(one.reported for one in MISSING_METHODS if one.reported))
_MISSING_REASONS = ", ".join(dict.fromkeys(f"`{one.reason}`" for one in MISSING_METHODS))
_WHY_NOT_SCORED = (
    f"Why there is no score: {_MISSING_REASONS}, "
    "`too_few_answered_in_form`, `not_applicable`, `component_not_scored`, `no_table_fits`, "
    "`raw_score_not_in_table`, `impossible_ratio`: the answers contradict each other, such as more "
    "hours of sleep than hours in bed."
)


class ScaleScore(TypedDict):
    """One scale's score and what can honestly be said about it."""

    title: Annotated[str, "Title of the scale."]
    status: Annotated[Status, "Whether there is a score."]
    reason: Annotated[str | None, _WHY_NOT_SCORED]
    value: Annotated[Number | None, "The headline score, in `metric`."]
    sum: Annotated[
        Number | None,
        "Sum of the keyed items, prorated where the instrument's rule allows.",
    ]
    mean: Annotated[Number | None, "Mean of the keyed items."]
    metric: Annotated[Metric, "Metric of `value`."]
    unit: Annotated[str | None, "Plain name of the metric."]
    minimum: Annotated[Number | None, "Lowest possible value."]
    maximum: Annotated[Number | None, "Highest possible value."]
    n_answered: Annotated[int, "Items of the scale that were answered."]
    n_items: Annotated[int, "Items of the scale that apply."]
    prorated: Annotated[
        bool, "Whether missing items were replaced by the mean of the answered ones."
    ]
    missing_rule: Annotated[
        Annotated[str, _MISSING_RULES] | None,
        "The rule that filled in missing answers, if any did.",
    ]
    direction: Annotated[Direction, "Which way is better."]
    precision: Annotated[Precision | None, "Measurement error of the score."]
    precision_note: Annotated[
        str | None,
        "Why there is no precision: `no_sd_and_reliability_of_one_sample`, `needs_age_or_sex`, "
        "`other_age`, `other_sex`, `not_scored`, `items_not_applicable`.",
    ]
    norms: Annotated[
        list[NormComparison], "Comparison with each norm group that was asked for and fits."
    ]
    norms_note: Annotated[
        str | None,
        "Why there are none: `no_default_norm`, `no_norm_available`, `no_norm_fits`, "
        "`no_norm_for_scale`, `none_requested`, `not_scored`, `items_not_applicable`.",
    ]
    bands: Annotated[list[BandResult], "The band of each published set."]
    bands_note: Annotated[
        str | None,
        "Why there are none: `no_published_bands`, `needs_age_or_sex`, `other_age`, `other_sex`, "
        "`not_scored`, `items_not_applicable`.",
    ]
    cutoffs: Annotated[list[CutoffResult], "Every published cut-off."]
    cutoffs_note: Annotated[
        str | None,
        "Why there are none: `no_published_cutoff`, `needs_age_or_sex`, `other_age`, `other_sex`, "
        "`not_scored`, `items_not_applicable`.",
    ]
    linked: NotRequired[
        Annotated[
            list[LinkedScore],
            "The score in the metric of other measures, beside it and never instead of it; only "
            "on a scale with a published table.",
        ]
    ]
    change: Annotated[
        ChangeResult | None, "Change since the baseline; null without a baseline for this scale."
    ]
    working: NotRequired[Annotated[Working, "Only with `?working=true`."]]


class CriterionResult(TypedDict):
    """The outcome of one published criterion."""

    title: Annotated[str, "What it says of a person who meets it."]
    value: Annotated[
        bool | str | None,
        "Met or not, or the level; null when the answers given do not decide it.",
    ]
    reason: Annotated[
        str | None,
        "Why it is null: `missing_items`, `needs_age`, `needs_sex`, `not_scored`; `other_age` or "
        "`other_sex` where it is not for the respondent.",
    ]
    items: Annotated[list[str], "Items whose answers met parts of it."]
    missing: Annotated[list[str], "Items of it that were not answered."]
    source: SourceId


class RiskResult(TypedDict):
    """One item-level safety flag."""

    id: Annotated[str, "Flag id."]
    title: Annotated[str, "What it is about, in words."]
    item: Annotated[str, "The item it rests on."]
    raised: Annotated[
        bool | None, "Raised or not; null when the item was not answered, never false."
    ]
    reason: Annotated[str | None, "Why it is null: `not_answered`."]
    severity: Annotated[Severity, "How serious a raised flag is."]
    message: Annotated[
        str | None,
        "What to consider when it is raised, that the item was not answered when it is null; "
        "else null.",
    ]
    source: SourceId


class Quality(TypedDict):
    """Signs that the answers may not mean what they say."""

    longest_run: Annotated[int, "Most consecutive items with the same answer."]
    straightlined: Annotated[bool, "The same answer on all items although some are reverse-keyed."]
    ceiling: Annotated[bool, "Every answered item has its highest score."]


class ReportWarning(TypedDict):
    """Something to know about how this form was scored."""

    code: Annotated[
        str,
        "`answers_contradict_gate`, `answers_not_known`, `gated_answer_replaced`, "
        "`items_not_asked`, `not_applicable_not_excused` or `norm_does_not_fit`.",
    ]
    detail: Annotated[str, "One sentence."]
    items: NotRequired[Annotated[list[str], "The items it is about, on both sides."]]
    gate: NotRequired[Annotated[str, "The gate of the definition whose rule it is about."]]
    norm: NotRequired[Annotated[str, "The norm group it is about."]]
    reason: NotRequired[
        Annotated[
            str, "Why the norm group was not used: `needs_age`, `needs_sex` or `other_group`."
        ]
    ]


class ReportSource(TypedDict):
    """Where numbers were taken from."""

    citation: Annotated[str, "Full citation."]
    doi: NotRequired[Annotated[str, "DOI."]]
    url: NotRequired[Annotated[str, "Address."]]
    where: NotRequired[Annotated[str, "Page, table or section."]]


class ScoreReport(TypedDict):
    """Everything that can honestly be said about one completed form.

    The same request to the same version gives the same bytes.
    """

    instrument: Annotated[InstrumentIdentity, "The definition that was used."]
    result_id: Annotated[
        str,
        "Digest of definition and input. As confidential as the answers: for a short form, trying "
        "all reverses it.",
        DIGEST,
    ]
    reference: Annotated[str | None, "The caller's reference."]
    perspective: Annotated[Perspective | None, "Who rated."]
    scores: Annotated[dict[str, ScaleScore], "Every scale of the instrument, by id."]
    criteria: Annotated[dict[str, CriterionResult], "Every criterion of the instrument, by id."]
    risks: Annotated[list[RiskResult], "Every safety flag of the instrument, raised or not."]
    answered: Annotated[int, "Answered items."]
    missing: Annotated[list[str], "Items that were not answered and should have been."]
    not_applicable: Annotated[list[str], "Items that the caller said do not apply."]
    quality: Annotated[Quality, "Signs that the answers may not mean what they say."]
    warnings: Annotated[list[ReportWarning], "What to know about how this form was scored."]
    sources: Annotated[Mapping[str, ReportSource], "The sources that the numbers name, by id."]
