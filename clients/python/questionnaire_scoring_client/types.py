"""What the service takes and answers; written by `python -m service openapi`."""

# fmt: off
# ruff: noqa: E501
from collections import abc
from typing import Any, Literal, NotRequired, TypedDict

GlanceBands = Literal["yes", "some", "one_source", "digital", "cutoffs", "shares", "mcid", "site", "line", "licence", "not_found", "no_norms", "no_quantiles"]

GlanceChange = Literal["yes", "some", "one_source", "digital", "cutoffs", "shares", "mcid", "site", "line", "licence", "not_found", "no_norms", "no_quantiles"]

GlanceCodes = Literal["yes", "some", "one_source", "digital", "cutoffs", "shares", "mcid", "site", "line", "licence", "not_found", "no_norms", "no_quantiles"]

GlanceKey = Literal["yes", "some", "one_source", "digital", "cutoffs", "shares", "mcid", "site", "line", "licence", "not_found", "no_norms", "no_quantiles"]

GlanceLabels = Literal["yes", "some", "one_source", "digital", "cutoffs", "shares", "mcid", "site", "line", "licence", "not_found", "no_norms", "no_quantiles"]

GlanceNorms = Literal["yes", "some", "one_source", "digital", "cutoffs", "shares", "mcid", "site", "line", "licence", "not_found", "no_norms", "no_quantiles"]

GlancePercentiles = Literal["yes", "some", "one_source", "digital", "cutoffs", "shares", "mcid", "site", "line", "licence", "not_found", "no_norms", "no_quantiles"]

ProblemCode = Literal["bad_csv", "bad_encoding", "bad_json", "bad_request", "bad_signature", "bad_string", "busy", "duplicate_key", "forbidden", "incomplete_body", "internal_error", "invalid_definition", "invalid_mapping", "invalid_parameter", "invalid_request", "key_required", "method_not_allowed", "non_finite", "not_acceptable", "not_found", "not_ready", "number_too_long", "request_timeout", "too_deep", "too_large", "too_many_requests", "unauthorized", "unknown_instrument", "unknown_mapping", "unknown_version", "unsupported_media_type"]

class AgeRange(TypedDict):
    """Ages in completed years, both ends inclusive; an open end is null or left out."""

    min: NotRequired['float | None']
    max: NotRequired['float | None']

class AlertRule(TypedDict):
    """One rule of the battery."""

    id: str
    """Rule id."""
    name: str
    """Name."""
    title: str
    """In a few words."""
    formula: str
    """When it fires."""
    minimum_data: str
    """What it needs; with less it is null."""
    severity: 'Literal["none", "info", "watch", "alert", "urgent"]'
    """What it alone amounts to."""
    provenance: 'Literal["published", "vendor", "engineering"]'
    """Where it comes from."""
    parameters: 'abc.Mapping[str, Any]'
    """Default thresholds."""
    sources: 'abc.Sequence[str]'
    """Ids of sources, see `sources`."""
    rates: 'abc.Mapping[str, Any] | None'
    """Simulated rates; null where it was not simulated."""

class AlertRules(TypedDict):
    """The battery with its simulated error rates."""

    rules: 'abc.Sequence[AlertRule]'
    """The alert rules."""
    repairs: 'abc.Sequence[AlertRule]'
    """The repair states."""
    policy: 'abc.Mapping[str, Any]'
    """Simulated rates of the whole policy, and what was simulated."""
    sources: 'abc.Mapping[str, ReportSource]'
    """Sources by id."""

class AlertSettings(TypedDict):
    """Settings of the alliance rules; their presence makes the instrument one of the alliance."""

    watch: NotRequired['abc.Sequence[str]']
    parameters: NotRequired['abc.Mapping[str, ScaleAlerts]']
    direct_report: NotRequired['DirectReport']
    only_direct_report: NotRequired[bool]
    """Nothing but the direct report is read: the score is no level. `false` when absent."""

class Alive(TypedDict):
    """The process answers."""

    status: 'Literal["alive"]'
    """Always `alive`."""

class AllRule(TypedDict):
    """True when every rule is."""

    all: 'abc.Sequence[AllRule | AnyRule | NotRule | CountRule | CompareRule]'

class AlsoCalled(TypedDict):
    """Names by which people may look for the instrument, and what tells it from others so called."""

    names: 'abc.Sequence[str]'
    hint: str
    """What tells this form from the others of the name."""

class Answers(TypedDict):
    """Where in a payload the answers stand, and what tells which question each is for."""

    at: NotRequired[str]
    """Pointer to what holds the answers; empty: the payload itself. `""` when absent."""
    kind: 'Literal["map", "list"]'
    """map: an object whose member names are the keys; list: an array of objects, each of which holds its key and its value."""
    key: NotRequired['abc.Sequence[str]']
    """list only: where the key stands; the first that the mapping knows."""
    row_key: NotRequired['str | None']
    """list only: pointer to a second key, such as the row of a table; joined by /."""
    value: NotRequired['abc.Sequence[str]']
    """Where the answer stands; the first that is there. Needed by list; without it the member of a map is the answer."""
    descend: NotRequired['abc.Sequence[str]']
    """Members that hold further answers: of a map objects, whose names are put before their keys with a /; of a list arrays, whose elements go by the key of the element around them unless they have their own."""
    strip_prefix: NotRequired['str | None']
    """Taken off the beginning of a key that starts with it."""
    last_segment: NotRequired['str | None']
    """Only what follows the last such text in a key is the key."""

class AnyRule(TypedDict):
    """True when at least one rule is."""

    any: 'abc.Sequence[AllRule | AnyRule | NotRule | CountRule | CompareRule]'

class Attribute(TypedDict):
    """One thing that is to be known, or why it is not."""

    value: Any
    """What is known: a text, a list or an object; null with a reason. Attributes `use_of_…` are objects of `used` (boolean) and `how`."""
    reason: 'str | None'
    """Why it is not known; null where it is."""
    sources: 'abc.Sequence[str]'
    """Ids of the sources, see `sources`; none: from the definition."""
    paragraph: 'int | None'
    """Paragraph of 45 CFR 170.315(b)(11)(iv)(A) that asks for it; null for others."""

class Autocorrelation(TypedDict):
    """Correlation of a person's deviations from their own line in one session and the next."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    n: NotRequired[int]
    """How many people the number rests on."""
    population: NotRequired[str]
    """Who they were."""
    note: NotRequired[str]
    """What to keep in mind before using the number."""
    derived: NotRequired[bool]
    """Taken over or worked out from another form; the note says how. `false` when absent."""
    value: float

class Band(TypedDict):
    """One severity band; both ends inclusive."""

    id: str
    """Name of the band."""
    label: str
    """Label of the band."""
    min: float
    max: float

class BandResult(TypedDict):
    """The band of one published set that the score falls in."""

    system: str
    """Name of the set of bands."""
    id: str
    """Band id."""
    label: str
    """Label of the band."""
    source: str
    """Id of the source, see `sources`."""

class BandSystem(TypedDict):
    """A named set of bands over all attainable scores."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    system: str
    """Name of the set."""
    bands: 'abc.Sequence[Band]'

class BaselineEnvelope(TypedDict):
    """An earlier measurement to compare with."""

    answers: NotRequired['abc.Mapping[str, float | str | None] | abc.Sequence[float | str | None] | None']
    """A number for each item that was answered, of an item that asks for a clock time a text such as `23:15`; null or absent: not answered."""
    not_applicable: NotRequired['abc.Sequence[str] | None']
    """Ids of items that did not apply then."""
    scores: NotRequired['abc.Mapping[str, float | None] | None']
    """Scores in the headline metric, by scale; they win over scores of the answers."""

class BooleanCriterion(TypedDict):
    """A criterion that is met or not."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    id: str
    """Name of the criterion."""
    title: str
    """Title of the criterion."""
    kind: 'Literal["boolean"]'
    rule: 'AllRule | AnyRule | NotRule | CountRule | CompareRule'

class Box(TypedDict):
    """One box: the answer that its tick gives to an item."""

    item: str
    value: float
    """The submitted number that a tick gives."""

class Boxes(TypedDict):
    """Items of which each answer has a box, and so a key, of its own; one of them is ticked."""

    ticked: 'abc.Sequence[bool | float | str]'
    """What says that a box is ticked."""
    unticked: 'abc.Sequence[bool | float | str]'
    """What says that it is not."""
    keys: 'abc.Mapping[str, Box]'
    """The item and the answer of each key."""

class CannotSay(TypedDict):
    """Where a rule could not say anything, and why."""

    reason: str
    """Why, for example `no_sem`, `baseline_too_short`."""
    sessions: 'Literal["all"] | abc.Sequence[int]'
    """Session numbers; `all`: wherever the rule was asked."""

class Catalogue(TypedDict):
    """The instruments that match."""

    instruments: 'abc.Sequence[CatalogueEntry]'
    """By id, then version."""
    legend: 'abc.Mapping[str, str]'
    """What the codes of `at_a_glance` say."""

class CatalogueEntry(TypedDict):
    """One version of one instrument."""

    id: str
    """Instrument id."""
    version: str
    """Semantic version; `+` marks a site's own overlay."""
    digest: str
    """Digest of the definition, as reports name it."""
    title: str
    """Name of the instrument."""
    construct: str
    """What it measures."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rates."""
    perspectives: 'abc.Sequence[Literal["client", "therapist", "observer"]]'
    """Where one form serves several raters: which."""
    counterpart: 'str | None'
    """Id of the form for the other rater."""
    language: str
    """Language of the form whose key this is."""
    timeframe: 'str | None'
    """The time that the answers are about."""
    licence: 'Licence'
    """Who holds the rights and what they allow."""
    submitted_as: 'Literal["codes", "scores"]'
    """Whether answers are the printed codes or item scores."""
    key: 'Literal["included", "required"]'
    """`required`: a site has to supply the scoring key."""
    key_instructions: 'str | None'
    """What has to be supplied."""
    extends: 'str | None'
    """The definition that this overlay adds to, as `id@version`."""
    n_items: int
    """Number of items."""
    scales: 'abc.Sequence[CatalogueScale]'
    """The scales."""
    norms: 'abc.Sequence[CatalogueNorm]'
    """The norm groups."""
    criteria: 'abc.Sequence[str]'
    """Ids of the criteria."""
    risks: 'abc.Sequence[str]'
    """Ids of the safety flags."""
    codes: 'abc.Sequence[Code]'
    """Codes of the instrument."""
    notes: 'abc.Sequence[str]'
    """What a user of the numbers must know."""
    notices: 'abc.Sequence[str]'
    """Texts that must go along with the definition."""
    at_a_glance: 'Glance'
    """What it has and lacks."""

class CatalogueNorm(TypedDict):
    """One norm group of an instrument."""

    id: str
    """Norm group id."""
    default: bool
    """Used when the caller names no norms."""
    digital: bool
    """A cohort of a digital therapy; never default."""
    collected: 'int | None'
    """Year in which the last of them was asked."""
    published: 'int | None'
    """Year in which these numbers came out."""

class CatalogueScale(TypedDict):
    """One scale of an instrument."""

    id: str
    """Scale id."""
    title: str
    """Title of the scale."""
    metric: 'Literal["sum", "mean", "max", "count", "ratio", "transformed"]'
    """Metric of the headline value."""
    unit: 'str | None'
    """Plain name of the metric."""
    direction: 'Literal["higher_is_better", "higher_is_worse"]'
    """Which way is better."""

class ChangeResult(TypedDict):
    """The change since the baseline."""

    baseline: 'float | None'
    """The baseline's score in the headline metric."""
    difference: 'float | None'
    """Score minus baseline."""
    rci: 'float | None'
    """Reliable change index, difference / S_diff (Jacobson and Truax 1991)."""
    category: 'Literal["reliably_improved", "unchanged", "reliably_deteriorated", None]'
    """Whether the change is more than measurement error, and its direction."""
    clinically_significant: 'Literal["recovered", "improved", "unchanged", "deteriorated", None]'
    """Outcome by reliable change and the clinical cut-off; `recovered` needs both."""
    method: 'Literal["fixed", "jacobson_truax", None]'
    """How reliable change was judged."""
    level: 'float | None'
    """Confidence level of the method."""
    threshold: 'float | None'
    """The difference that counts as reliable, in the headline metric."""
    minimal_important: 'abc.Sequence[ImportantDifferenceResult]'
    """Published smallest differences that matter."""
    note: 'str | None'
    """Why there is none: `not_scored`, `baseline_not_scored`, `items_not_applicable`, `no_reliable_change_parameters`; `needs_age_or_sex`, `other_age` or `other_sex` where no rule is for the respondent, and `clinical_cutoff_` with one of these where only the cut-off is not."""
    source: 'str | None'
    """Id of the source, see `sources`."""

class CheckResult(TypedDict):
    """The result of checking a definition."""

    valid: bool
    """Whether the definition can be used."""
    digest: 'str | None'
    """Digest of the definition, as reports name it; null with faults."""
    errors: 'abc.Sequence[DefinitionFault]'
    """Every fault, in the order of the document."""

class ClinicalChange(TypedDict):
    """Change judged without a rule for reliable change."""

    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    mcid: NotRequired['abc.Sequence[ImportantDifference]']
    clinical_cutoff: NotRequired[str]
    """System of this scale's cut-offs; meeting it is the clinical side."""

class ClockTimes(TypedDict):
    """A clock time, from "00:00" to "23:59". Only the hours between two of them are scored."""

    clock: 'Literal["HH:MM"]'
    """How the time is submitted: two digits each of hour and minute."""

class Code(TypedDict):
    """A code of a terminology, for example LOINC."""

    system: str
    code: str
    """The code."""
    display: str
    """The code's own name."""

class CompareRule(TypedDict):
    """A single comparison."""

    compare: 'Comparison'

class Comparison(TypedDict):
    """A comparison of an item, a scale, or the respondent's age or sex with a value."""

    item: NotRequired[str]
    """Item id; compared by the value as submitted."""
    scale: NotRequired[str]
    """Scale id; compared by its headline value."""
    respondent: NotRequired['Literal["age", "sex"]']
    op: 'Literal["==", "!=", "<", "<=", ">", ">="]'
    value: 'float | Literal["female", "male"]'

class Composite(TypedDict):
    """Scales that are combined by their headline values."""

    of: 'abc.Sequence[str]'
    method: 'Literal["sum", "mean"]'

class CountBounds(TypedDict):
    """Rules and how many of them must be true."""

    of: 'abc.Sequence[EachRule | AllRule | AnyRule | NotRule | CountRule | CompareRule]'
    at_least: int
    at_most: NotRequired[int]

class CountRule(TypedDict):
    """True when the number of true rules is within the bounds."""

    count: 'CountBounds'

class CountThreshold(TypedDict):
    """Threshold of a count, on the value as submitted."""

    at_least: 'float | abc.Mapping[str, float]'

class CourseAlert(TypedDict):
    """One episode of a rater's side, as it stands after the last session."""

    instrument: str
    """Instrument id."""
    version: str
    """Its version."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    scale: str
    """Scale id."""
    id: str
    """Rater and opening session."""
    opened_session: int
    """Session that opened it."""
    updated_session: int
    """Last session that added to it."""
    closed_session: 'int | None'
    """Session that closed it; null while it is followed."""
    severity: 'Literal["watch", "alert", "urgent"]'
    """The worst so far."""
    status: 'Literal["open", "provisional", "repaired", "partial", "unresolved"]'
    """Where it stands."""
    summary: str
    """One line for a card, at most 140 characters: no score, no digit but of the session."""
    message: str
    """For a clinician, at most 400 characters: what was seen, what beside it, where it stands now, how often that is chance."""
    note: 'str | None'
    """What the data of this alert cannot bear, at most 400 characters; null: nothing to say."""
    rules: 'abc.Sequence[str]'
    """Ids of the rules behind it."""
    evidence: 'abc.Mapping[str, Any]'
    """Score, baseline, score before, drop, probability, the cut-off of an alert by level, events shortly before, and the sessions in which each rule fired."""
    repair: 'abc.Mapping[str, Any]'
    """Baseline, target, scores since, fraction regained, a return after the end, and how often chance drops return like this."""
    relapse_of: 'str | None'
    """Id of the repaired alert that it follows soon."""
    false_alarm: 'FalseAlarm'
    """How much it can be trusted."""

class CourseChange(TypedDict):
    """Change of one scale from its first to its last score."""

    instrument: str
    """Instrument id."""
    version: str
    """Its version."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    scale: str
    """Scale id."""
    first: 'ScoreAt'
    """First score."""
    last: 'ScoreAt'
    """Last score."""
    difference: 'float | None'
    """Last minus first."""
    rci: 'float | None'
    """Difference over its standard error (Jacobson and Truax 1991)."""
    category: 'Literal["reliably_improved", "unchanged", "reliably_deteriorated", None]'
    """By the direction of the scale."""
    clinically_significant: 'Literal["recovered", "improved", "unchanged", "deteriorated", None]'
    """With a crossed cut-off."""
    method: 'str | None'
    """How reliability was judged."""
    level: 'float | None'
    """Confidence level."""
    threshold: 'float | None'
    """Least difference that is reliable."""
    note: 'str | None'
    """Why there is no judgement."""
    source: 'str | None'
    """Id of the source in the instrument's definition."""

class CourseReport(TypedDict):
    """Everything that can honestly be said about a course of treatment. The same request to the same version gives the same bytes."""

    reference: 'str | None'
    """The caller's reference."""
    options: 'MonitorOptionsUsed'
    """How the rules were set."""
    sessions: 'abc.Sequence[MonitoredSession]'
    """Session by session, prospectively; with `sessions=latest` the last one only."""
    risks_not_told: 'abc.Sequence[RisksNotTold]'
    """Forms of these sessions whose safety flags cannot be told because only scores came, each once."""
    rules: NotRequired['abc.Mapping[str, RuleLegend]']
    """With `rules=fired`: the rules that fired in these sessions, by id."""
    cannot_say: NotRequired['abc.Sequence[SeriesCannotSay]']
    """With `rules=fired`: what was asked of each series, and could not be answered."""
    series: 'abc.Sequence[CourseSeries]'
    """Every series, for plotting."""
    change: 'abc.Sequence[CourseChange]'
    """First to last score of every scale."""
    alerts: 'abc.Sequence[CourseAlert]'
    """The episodes."""
    data_quality: 'abc.Sequence[SeriesQuality]'
    """What the data can bear."""
    sources: 'abc.Mapping[str, ReportSource]'
    """The sources that rules, flags and numbers of this response name, by id; with `rules=all` those of every rule."""
    instruments: 'abc.Sequence[InstrumentIdentity]'
    """The definitions that were used."""
    service_version: str
    """Version of the service."""
    result_id: str
    """Digest of definitions and input. As confidential as the answers."""

class CourseSeries(TypedDict):
    """One scale over the course, for plotting."""

    instrument: str
    """Instrument id."""
    version: str
    """Its version."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    scale: str
    """Scale id."""
    title: str
    """Title of the scale."""
    metric: str
    """Metric of the scores."""
    direction: 'Literal["higher_is_better", "higher_is_worse"]'
    """Which way is better."""
    minimum: 'float | None'
    """Lowest possible score."""
    maximum: 'float | None'
    """Highest possible score."""
    kind: 'Literal["alliance", "outcome"]'
    """Of the alliance, or an outcome beside it."""
    watched: bool
    """Whether the rules watch it."""
    parameters: 'SeriesParameters'
    """The error figures used."""
    points: 'abc.Sequence[SeriesPoint]'
    """The scores; with `sessions=latest` that of the last session only."""

class CriterionResult(TypedDict):
    """The outcome of one published criterion."""

    title: str
    """What it says of a person who meets it."""
    value: 'bool | str | None'
    """Met or not, or the level; null when the answers given do not decide it."""
    reason: 'str | None'
    """Why it is null: `missing_items`, `needs_age`, `needs_sex`, `not_scored`; `other_age` or `other_sex` where it is not for the respondent."""
    items: 'abc.Sequence[str]'
    """Items whose answers met parts of it."""
    missing: 'abc.Sequence[str]'
    """Items of it that were not answered."""
    source: str
    """Id of the source, see `sources`."""

class Cutoff(TypedDict):
    """A named cut-off."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    system: str
    """Name of the cut-off."""
    op: 'Literal["<", "<=", ">", ">="]'
    value: float
    marks: NotRequired['Literal["worse", "better"]']
    """The side that meets it; better for a cut-off of recovery. `"worse"` when absent."""
    label: NotRequired[str]
    """Label of the cut-off."""

class CutoffResult(TypedDict):
    """One published cut-off and whether the score meets it."""

    system: str
    """Name of the cut-off."""
    label: 'str | None'
    """Label of the cut-off."""
    value: float
    """The cut-off, in the headline metric."""
    op: 'Literal["<", "<=", ">", ">="]'
    """Comparison of the score with the cut-off."""
    met: bool
    """Whether the comparison holds."""
    source: str
    """Id of the source, see `sources`."""

class DatedStatement(TypedDict):
    """A date with its source, or why it is not known."""

    value: NotRequired[str]
    """Year, month or day."""
    source: NotRequired[str]
    """Id of the source, of this member's own sources or of the definition's."""
    reason: NotRequired[str]
    """Why it is not known; instead of a value."""

Definition = TypedDict("Definition", {"$schema": NotRequired[str], "id": str, "version": str, "title": str, "also_called": NotRequired['AlsoCalled'], "construct": str, "perspective": 'Literal["client", "therapist", "observer", None]', "perspectives": NotRequired['abc.Sequence[Literal["client", "therapist", "observer"]]'], "counterpart": 'str | None', "language": str, "timeframe": NotRequired[str], "assumed_age": NotRequired['AgeRange'], "licence": 'Licence', "source_attributes": NotRequired['SourceAttributes'], "notices": NotRequired['abc.Sequence[str]'], "submitted_as": 'Literal["codes", "scores"]', "key": NotRequired['Literal["included", "required"]'], "key_sources": 'KeySources', "label_sources": NotRequired['KeySources'], "code_sources": NotRequired['KeySources'], "key_instructions": NotRequired[str], "codes": NotRequired['abc.Sequence[Code]'], "response_sets": 'abc.Mapping[str, ResponseOptions | ResponseRange | ClockTimes]', "items": 'abc.Sequence[Item]', "min_answered": NotRequired['MinAnswered'], "gates": NotRequired['abc.Sequence[Gate]'], "scales": 'abc.Sequence[Scale]', "norms": NotRequired['abc.Sequence[Norm]'], "criteria": NotRequired['abc.Sequence[BooleanCriterion | LevelCriterion]'], "risks": NotRequired['abc.Sequence[Risk]'], "notes": NotRequired['abc.Sequence[str]'], "alerts": NotRequired['AlertSettings'], "sources": 'abc.Sequence[Source]', "examples": 'abc.Sequence[Example]'})

class DefinitionFault(TypedDict):
    """One fault of a definition."""

    pointer: str
    """JSON Pointer (RFC 6901) into the definition, after an overlay has been merged into its base."""
    code: str
    """What is wrong, as a code that does not change."""
    detail: str
    """What is wrong and what is allowed."""

class DerivedPrecision(TypedDict):
    """SD and reliability of one sample, in the headline metric."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    n: NotRequired[int]
    """How many people the number rests on."""
    population: NotRequired[str]
    """Who they were."""
    note: NotRequired[str]
    """What to keep in mind before using the number."""
    derived: NotRequired[bool]
    """Taken over or worked out from another form; the note says how. `false` when absent."""
    sd: float
    reliability: float
    kind: str
    """Kind of the reliability."""

class Detection(TypedDict):
    """Shares of one change that are noticed in time."""

    watch: float
    """Noticed by a signal of any severity."""
    alert: float
    """Noticed by an alert, or worse."""

class DirectAnswer(TypedDict):
    """Items that ask about the relationship outright, and the answer that says so."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    item: NotRequired[str]
    """Item id."""
    items: NotRequired['abc.Sequence[str]']
    """Several items instead of one; any of them says so."""
    every: NotRequired[bool]
    """With several items: only all of them say so. `false` when absent."""
    op: 'Literal["==", "!=", "<", "<=", ">", ">="]'
    value: float
    """On the value as submitted."""

class DirectReport(TypedDict):
    """Items in which the rater reports tension, or its resolution, outright."""

    tension: NotRequired['DirectAnswer']
    resolution: NotRequired['DirectAnswer']

class DryRun(TypedDict):
    """What a mapping makes of a payload, key by key. Nothing was scored."""

    instrument: 'InstrumentIdentity'
    """What would be scored."""
    source_response_id: 'str | None'
    """The source's own id of the response."""
    source: 'SourceResponse'
    """The response."""
    keys: 'abc.Sequence[MappedKey]'
    """Every key that came, in the payload's order."""
    not_sent: 'abc.Sequence[str]'
    """Items that no key of the payload leads to."""
    errors: 'abc.Sequence[ProblemFault]'
    """What would keep it from being scored."""
    warnings: 'abc.Sequence[ProblemFault]'
    """What would be told beside the scores."""

class EachItem(TypedDict):
    """The same comparison for each of several items."""

    items: 'abc.Sequence[str]'
    op: 'Literal["==", "!=", "<", "<=", ">", ">="]'
    value: float

class EachRule(TypedDict):
    """One comparison for each item."""

    each: 'EachItem'

class ErrorFigure(TypedDict):
    """An error figure with its origin."""

    value: float
    """In the headline metric."""
    provenance: 'Literal["caller", "definition", "derived", "derived_digital", "assumed"]'
    """Where it comes from."""
    source: 'str | None'
    """Id of the source, see `sources`."""
    detail: str
    """In words."""

class Example(TypedDict):
    """A worked case with the source of its expected values."""

    title: str
    """What the case shows."""
    answers: 'abc.Mapping[str, float | str | None] | abc.Sequence[float | str | None]'
    respondent: NotRequired['Respondent']
    not_applicable: NotRequired['abc.Sequence[str]']
    encoding: NotRequired['Literal["value", "position"]']
    """`"value"` when absent."""
    perspective: NotRequired['Literal["client", "therapist", "observer"]']
    expect: 'Expectation'
    source: str
    """Source id, or "arithmetic"."""
    working: NotRequired[str]
    """The sum written out."""

class Expectation(TypedDict):
    """What the example's answers must score to."""

    scores: 'abc.Mapping[str, float | None]'
    """Headline values; null: not scored."""
    sums: NotRequired['abc.Mapping[str, float | None]']
    means: NotRequired['abc.Mapping[str, float | None]']
    bands: NotRequired['abc.Mapping[str, abc.Mapping[str, str]]']
    cutoffs: NotRequired['abc.Mapping[str, abc.Mapping[str, bool]]']
    criteria: NotRequired['abc.Mapping[str, bool | str | None]']
    risks: NotRequired['abc.Mapping[str, bool | None]']

class ExpectedRates(TypedDict):
    """How often the alert rules are wrong, and what they notice, in courses simulated with figures of one site. Alerts quote it where the caller tells no error figures of the scale."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    sessions: 'abc.Sequence[int]'
    """Sessions by which signals were counted, ascending."""
    watch: 'abc.Sequence[float]'
    """Shares of steady courses with a signal of any severity by each session."""
    alert: 'abc.Sequence[float]'
    """Shares of steady courses with an alert or worse by each session."""
    detection: NotRequired['abc.Mapping[str, Detection]']
    """What is noticed in time, by name of the change."""
    within_person_sd: float
    """The session-to-session SD that the rules were told."""
    sem: NotRequired[float]
    """The standard error that the rules were told; left out where none."""
    n_simulated: int
    """How many courses were simulated."""
    n: NotRequired[int]
    """How many people the simulation's figures rest on."""
    population: NotRequired[str]
    """Who they were."""
    note: NotRequired[str]
    """What to keep in mind before using the rates."""

class FalseAlarm(TypedDict):
    """How much such a signal can be trusted: simulated, see docs/calibration.md, or with figures of the site, see docs/learning.md."""

    family_rate: 'float | None'
    """Share of stable courses (0 to 1) with such a signal or worse by n_sessions; of a weak start, of patients of the norm group."""
    reason: 'Literal["not_a_fall", "raised_by_others", "set_for_alerts", "longer_than_planned", None]'
    """Why no rate is known; null where one is."""
    n_sessions: int
    """Number of sessions that the rate is for."""
    severity: 'Literal["watch", "alert"]'
    """Severity that the rate is for; an urgent signal counts as an alert."""
    rate_if_sd_half_again: 'float | None'
    """The same where the true session-to-session SD is half as large again; null for a rate of the site, whose SD is its own."""
    detection: 'abc.Mapping[str, float] | None'
    """Shares (0 to 1) of changes that bring such a signal or worse in time, simulated with figures of the site; null for any other rate."""
    kappa: float
    """Assumed session-to-session SD over SEM."""
    assumption: str
    """What was simulated."""
    source: 'str | None'
    """Where the definition has a rate of the site from; null for any other rate."""

class Fhir(TypedDict):
    """The FHIR forms that the mapping is for."""

    questionnaires: NotRequired['abc.Sequence[str]']
    """What `questionnaire`, or the address of a form outside FHIR, says: a canonical with or without |version, a relative reference, any address."""
    codes: NotRequired['abc.Sequence[FormCode]']
    """Codes of a Questionnaire that comes along."""

class FhirResource(TypedDict):
    """A resource of HL7 FHIR, of which FHIR itself says what stands in it."""

    resourceType: str
    """The type of the resource."""

class Finished(TypedDict):
    """What tells a finished response from a partial one."""

    at: str
    """Pointer into the payload."""
    values: 'abc.Sequence[bool | float | str]'
    """The values that say that it is finished; anything else: partial."""

class FixedChange(TypedDict):
    """A published fixed value: a difference of at least that much is reliable."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    mcid: NotRequired['abc.Sequence[ImportantDifference]']
    clinical_cutoff: NotRequired[str]
    """System of this scale's cut-offs; meeting it is the clinical side."""
    reliable_change: float
    level: 'float | None'

class FixedDrop(TypedDict):
    """A fall in points that a product or manual calls a concern."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    value: float
    """Points, in the headline metric."""

class FormCode(TypedDict):
    """A code of a form."""

    system: str
    code: str

class Gate(TypedDict):
    """Items that may not apply."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    id: str
    """Name of the gate."""
    items: 'abc.Sequence[str]'
    when: 'AllRule | AnyRule | NotRule | CountRule | CompareRule | None'
    """null: whenever the caller says so."""
    blank_counts: NotRequired[bool]
    """Leaving the item blank says that it does not apply. `false` when absent."""
    override: NotRequired[bool]
    """An answer given in spite of the gate is replaced. `false` when absent."""
    treat_as: 'float | Literal["excluded", "unasked"]'
    """The score the item then counts as; "excluded" takes it out of its scales; "unasked" as well, but what is published for the form holds without it."""

class Glance(TypedDict):
    """What an instrument has and lacks, each as a code that `legend` explains."""

    key: 'GlanceKey'
    """The scoring key."""
    labels: 'GlanceLabels'
    """Words of the answers."""
    codes: 'GlanceCodes'
    """Codes of a terminology: of the form, its items, its answers."""
    norms: 'GlanceNorms'
    """Norm groups."""
    percentiles: 'GlancePercentiles'
    """Percentile ranks in a norm group."""
    change: 'GlanceChange'
    """Which change is beyond error."""
    bands: 'GlanceBands'
    """Bands of severity."""

class Growth(TypedDict):
    """How scores change by themselves from one session to the next, in the headline metric."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    n: NotRequired[int]
    """How many people the number rests on."""
    population: NotRequired[str]
    """Who they were."""
    note: NotRequired[str]
    """What to keep in mind before using the number."""
    derived: NotRequired[bool]
    """Taken over or worked out from another form; the note says how. `false` when absent."""
    mean: float
    """Mean slope: points a session, negative where scores fall."""
    sd: float
    """SD of people's own slopes."""

class HighestOf(TypedDict):
    """The highest of a group of items, as one term."""

    max_of: 'abc.Sequence[str]'
    min_answered: NotRequired[int]
    """`1` when absent."""

class Hint(TypedDict):
    """One instrument that goes by the name that was asked for."""

    id: str
    """Instrument id."""
    hint: str
    """What tells it from the others."""

class HoursBetween(TypedDict):
    """The hours from one clock time to the next that the clock shows the other."""

    hours_between: 'abc.Sequence[str]'
    """Two items that ask for a clock time: the first, and the one after."""

class ImportantDifference(TypedDict):
    """A named smallest difference that matters."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    name: str
    """Name of the difference."""
    value: float
    direction: NotRequired['Literal["improvement", "deterioration", "either"]']
    """The direction of change that it was published for. `"improvement"` when absent."""

class ImportantDifferenceResult(TypedDict):
    """One published smallest difference that matters, and whether the change is at least that large."""

    name: str
    """Name of the difference."""
    value: float
    """The difference, in the headline metric."""
    direction: 'Literal["improvement", "deterioration", "either"]'
    """The direction of change that the difference was published for."""
    met: bool
    """Whether the change, in that direction, is at least as large."""
    source: str
    """Id of the source, see `sources`."""

class InstrumentAttributes(TypedDict):
    """Where an instrument comes from, what it is for, on whom it rests and what it cannot say."""

    instrument: 'TitledInstrument'
    """The definition that is told of."""
    service_version: str
    """Version of the service."""
    rule: str
    """The rule whose paragraphs are named."""
    attributes: 'abc.Mapping[str, Attribute]'
    """Every attribute by name; none is left out."""
    sources: 'abc.Mapping[str, ReportSource]'
    """Sources by id."""

class InstrumentIdentity(TypedDict):
    """Exactly which definition gave these numbers."""

    id: str
    """Instrument id."""
    version: str
    """Semantic version; `+` marks a site's own overlay."""
    digest: str
    """Digest of the definition."""

class Interval(TypedDict):
    """A confidence interval in the headline metric."""

    level: float
    """Confidence level, 0.95."""
    low: float
    """Lower end: value - 1.96 SEM."""
    high: float
    """Upper end: value + 1.96 SEM."""

class Item(TypedDict):
    """One item of the form."""

    id: str
    """Item number or name, as the form numbers it."""
    response_set: str
    """Name of the item's response set."""
    reverse: NotRequired[bool]
    """Reverse-keyed: the score used is min + max - score. `false` when absent."""
    mirrored: NotRequired[bool]
    """Anchors are printed in descending order on this row. `false` when absent."""
    scored: NotRequired[bool]
    """false: the item belongs to no scale. `true` when absent."""
    optional: NotRequired[bool]
    """The form allows leaving the item blank. `false` when absent."""
    text: NotRequired[str]
    """Item text, only where the licence lets it travel."""
    same_as: NotRequired['SameAs']
    """The item of another form that it is: its answers count alike there."""
    codes: NotRequired['abc.Sequence[Code]']

class ItemFloor(TypedDict):
    """A keyed score at or below which a single item calls for a question."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    value: float
    """On the keyed score: a reverse-keyed item is turned first."""

class JacobsonTruaxChange(TypedDict):
    """Reliable change from SD and reliability (Jacobson and Truax 1991)."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    mcid: NotRequired['abc.Sequence[ImportantDifference]']
    clinical_cutoff: NotRequired[str]
    """System of this scale's cut-offs; meeting it is the clinical side."""
    method: 'Literal["jacobson_truax"]'
    sd: float
    reliability: float
    kind: str
    """Kind of the reliability."""
    level: float

class KeySources(TypedDict):
    """Where the scoring key, the labels of answers or the codes come from."""

    sources: 'abc.Sequence[str]'
    verification: 'Literal["two-sources", "one-source", "site"]'

class Level(TypedDict):
    """One level of a criterion and the rule under which it is reached."""

    level: str
    """Name of the level."""
    rule: 'AllRule | AnyRule | NotRule | CountRule | CompareRule'

class LevelCriterion(TypedDict):
    """A criterion with levels; the first whose rule holds is the result."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    id: str
    """Name of the criterion."""
    title: str
    """Title of the criterion."""
    kind: 'Literal["level"]'
    levels: 'abc.Sequence[Level]'
    otherwise: str
    """The level when no rule holds."""

class Licence(TypedDict):
    """Who holds the rights in the form and what they allow."""

    holder: str
    """Holder of the rights."""
    terms: str
    """What is allowed."""
    url: 'str | None'
    text_included: bool
    """Whether this file may and does carry item texts."""
    permission_required: bool
    """Whether users must ask the holder first."""

class LinearTransform(TypedDict):
    """offset + factor x raw score."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    type: 'Literal["linear"]'
    of: 'Literal["sum", "mean"]'
    factor: float
    offset: float

class Linked(TypedDict):
    """A published conversion of this scale's raw sums into the metric of another measure."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    n: NotRequired[int]
    """How many people the number rests on."""
    population: NotRequired[str]
    """Who they were."""
    note: NotRequired[str]
    """What to keep in mind before using the number."""
    derived: NotRequired[bool]
    """Taken over or worked out from another form; the note says how. `false` when absent."""
    target: str
    """Name of the measure that the sums are converted to."""
    title: str
    """What is estimated, and from what."""
    unit: str
    """Plain name of the target's metric."""
    method: str
    """How the two measures were linked."""
    entries: 'abc.Sequence[abc.Sequence[float]]'

class LinkedScore(TypedDict):
    """The score converted into the metric of another measure, by one published table."""

    target: str
    """Name of the other measure."""
    title: str
    """What is estimated, and from what."""
    value: 'float | None'
    """The estimate, in `unit`; null for `reason`."""
    standard_error: 'float | None'
    """Standard error of the estimate; null where the table gives none."""
    unit: str
    """Metric of the other measure."""
    reason: 'str | None'
    """Why there is no estimate: `not_scored`, `items_not_applicable`, `answers_filled_in`, `raw_score_not_in_table`, `needs_age_or_sex`, `other_age`, `other_sex`."""
    method: str
    """How the two measures were linked."""
    n: 'int | None'
    """Size of the sample that they were linked in."""
    population: 'str | None'
    """Who they were."""
    note: str
    """What to keep in mind: an estimate is no score of the other measure."""
    source: str
    """Id of the source, see `sources`."""

class ListedMapping(TypedDict):
    """One mapping."""

    id: str
    """Name of the mapping."""
    title: str
    """Which source form and edition."""
    tool: str
    """The kind of source."""
    template: bool
    """The keys are examples that a copy replaces."""
    instrument: str
    """Id of the instrument."""
    version: str
    """Its version."""
    fields: 'abc.Sequence[SourceField]'
    """The keys of the source, those of other editions too."""
    signature: 'Literal["typeform", "standard-webhooks", "hmac-sha256-hex", "hmac-sha256-base64", None]'
    """How its payloads have to be signed; null: they need not be."""
    questionnaires: 'abc.Sequence[str]'
    """The FHIR forms that it is for."""
    sources: 'abc.Sequence[str]'
    """Where it is published what the payload holds."""
    notes: 'abc.Sequence[str]'
    """What a user must know."""

class LookupTable(TypedDict):
    """One conversion table and for whom it is."""

    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    entries: 'abc.Sequence[abc.Sequence[float]]'

class LookupTransform(TypedDict):
    """A published conversion of raw sums."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    type: 'Literal["lookup"]'
    of: 'Literal["sum"]'
    tables: 'abc.Sequence[LookupTable]'
    monotone: NotRequired['Literal["strictly", "with-ties", "no"]']
    """Whether values rise (or fall) with every raw score, may stay equal, or neither. `"strictly"` when absent."""
    monotone_note: NotRequired[str]
    """Why the values do not rise strictly, as the source has it."""

class MappedKey(TypedDict):
    """What became of one key of a payload."""

    key: 'str | None'
    """The key, after what the mapping takes off; null: it has none."""
    pointer: str
    """JSON Pointer to it in the payload."""
    outcome: 'Literal["answer", "missing", "not_answered", "score", "score_not_read", "ignored", "unknown", "fault"]'
    """What became of it."""
    leads_to: 'str | None'
    """The item, or the scale of a score; null: nothing."""
    value: 'float | str | None'
    """The answer that would be submitted, or the number that is compared."""

Mapping = TypedDict("Mapping", {"$schema": NotRequired[str], "id": str, "title": str, "tool": str, "template": NotRequired[bool], "sources": NotRequired['abc.Sequence[str]'], "notes": NotRequired['abc.Sequence[str]'], "instrument": str, "version": NotRequired['str | None'], "perspective": NotRequired['Literal["client", "therapist", "observer", None]'], "answers": NotRequired['Answers | None'], "items": 'abc.Mapping[str, str]', "boxes": NotRequired['Boxes | None'], "other_editions": NotRequired['abc.Sequence[abc.Mapping[str, str]]'], "scores": NotRequired['abc.Mapping[str, str]'], "values": 'Values', "missing": NotRequired['abc.Sequence[float | str]'], "ignore": NotRequired['abc.Sequence[str]'], "meta": NotRequired['Meta'], "table": NotRequired['Table | None'], "signature": NotRequired['Signature | None'], "fhir": NotRequired['Fhir | None']})

class MappingCheck(TypedDict):
    """The result of checking a mapping."""

    valid: bool
    """Whether the mapping can be used."""
    errors: 'abc.Sequence[DefinitionFault]'
    """Every fault, in the order of the document."""
    warnings: 'abc.Sequence[DefinitionFault]'
    """What may be meant otherwise."""

class Meta(TypedDict):
    """What a payload says of the response beside its answers."""

    response_id: NotRequired['str | None']
    """Pointer to the source's own id of the response."""
    completed_at: NotRequired['str | None']
    """Pointer to the time of completion."""
    language: NotRequired['str | None']
    """Pointer to the language."""
    session: NotRequired['str | Session | None']
    """Pointer to the number of the session, or the number of each name that a session has."""
    finished: NotRequired['Finished | None']
    rater: NotRequired['Rater | None']

class MinAnswered(TypedDict):
    """How many items must be answered before any scale is scored."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    items: int

class Missing(TypedDict):
    """What happens with unanswered items."""

    source: NotRequired[str]
    """Id of the source of this rule."""
    verification: NotRequired['Literal["two-sources", "one-source", "site"]']
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    min_answered: int
    """With fewer answers there is no score."""
    method: 'Literal["none", "prorate", "zero"]'
    round: NotRequired[bool]
    """Round a prorated sum half up. `false` when absent."""

class MonitorEnvelope(TypedDict):
    """A course of treatment."""

    reference: NotRequired['str | None']
    """The caller's own opaque reference; returned, never stored or logged."""
    respondent: NotRequired['RespondentEnvelope | None']
    """What norms and cut-offs may depend on."""
    norms: NotRequired['abc.Sequence[str] | None']
    """Norm group ids; absent: the default groups; []: none; ["*"]: all that fit."""
    sessions: 'abc.Sequence[MonitorEnvelopeSessionsItem]'
    """The sessions so far, ascending by number; numbers may be left out."""
    options: NotRequired['MonitorOptions | None']
    """How the rules are set."""

class MonitorEnvelopeSessionsItem(TypedDict):
    """One session that took place."""

    number: int
    """Ascending; 0 is the intake: shown, and never part of a baseline."""
    date: NotRequired['str | None']
    events: NotRequired['abc.Sequence[Literal["frequency_change", "gap", "modality_change", "termination_announced", "therapist_change", "treatment_ended"]] | None']
    therapist: NotRequired['str | None']
    """An opaque name: compared between sessions, never returned. Another one begins a phase."""
    forms: NotRequired['abc.Sequence[MonitorEnvelopeSessionsItemFormsItem] | None']

class MonitorEnvelopeSessionsItemFormsItem(TypedDict):
    """One form: its answers, or scores that were worked out elsewhere, in the scale's headline metric."""

    instrument: str
    """Instrument id."""
    version: NotRequired['str | None']
    """Version; the highest when absent."""
    perspective: NotRequired['Literal["client", "therapist", "observer", None]']
    """Who rated; needed where one form serves two raters."""
    timing: NotRequired['Literal["pre", "post", None]']
    answers: NotRequired['abc.Mapping[str, float | str | None] | abc.Sequence[float | str | None] | None']
    not_applicable: NotRequired['abc.Sequence[str] | None']
    encoding: NotRequired['Literal["value", "position", None]']
    scores: NotRequired['abc.Mapping[str, float | None] | None']

class MonitorNorm(TypedDict):
    """The norm group of the norm rules, in the headline metric."""

    id: str
    """Norm group id."""
    population: str
    """Who they are."""
    n: 'int | None'
    """Size of the group."""
    digital: bool
    """A cohort of a digital therapy, used because the request named it."""
    mean: float
    """Mean."""
    sd: float
    """Standard deviation."""
    source: str
    """Id of the source, see `sources`."""

class MonitorOptions(TypedDict):
    """How the rules are set for one course."""

    alpha_family: NotRequired['float | None']
    """Share of stable courses that may give an alert over the planned sessions."""
    planned_sessions: NotRequired['int | None']
    """Sessions that false alarms are for; 12 with alpha_family alone."""
    assumed_kappa: NotRequired['float | None']
    """Session-to-session SD over the SEM of a stable patient; 1.5 when absent."""
    cutoff_alone: NotRequired['Literal["info", "watch", None]']
    """What a score beyond a cut-off alone amounts to. `"info"` when absent."""
    parameters: NotRequired['abc.Mapping[str, abc.Mapping[str, MonitorOptionsParametersValueValue | None] | None | None] | None']
    """What the caller knows of errors, by instrument and scale, in the headline metric."""

class MonitorOptionsParametersValueValue(TypedDict):
    """MonitorOptionsParametersValueValue."""

    sem: NotRequired['float | None']
    """Standard error of measurement."""
    within_person_sd: NotRequired['float | None']
    """Session-to-session SD of a stable patient."""
    sd: NotRequired['float | None']
    """SD between patients."""

class MonitorOptionsUsed(TypedDict):
    """How the rules were set."""

    alpha_family: 'float | None'
    """Share of stable courses that may give an alert; null: default thresholds."""
    planned_sessions: 'int | None'
    """Sessions that alpha_family is for."""
    assumed_kappa: float
    """Assumed session-to-session SD over SEM."""
    cutoff_alone: 'Literal["info", "watch"]'
    """What a score beyond a cut-off alone amounts to."""
    thresholds: 'Thresholds'
    """What followed from that."""

class MonitoredForm(TypedDict):
    """One form of a session, scored."""

    instrument: str
    """Instrument id."""
    version: str
    """Its version."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    scores: NotRequired['abc.Mapping[str, float | None]']
    """Headline score of every scale; null: not scored. With `rules=all`; otherwise only the session's own `scores` say it."""
    not_scored: NotRequired['abc.Mapping[str, str]']
    """Why scales were not scored; where all were, with `rules=all` only."""

class MonitoredRisk(TypedDict):
    """One safety flag of a form of a session, as the report of that form has it."""

    instrument: str
    """Instrument id."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    id: str
    """Flag id."""
    title: str
    """What it is about, in words."""
    item: str
    """The item it rests on."""
    raised: 'bool | None'
    """Raised, or null when the item was not answered; not raised (false) with `rules=all` only."""
    reason: 'str | None'
    """Why it is null: `not_answered`."""
    severity: 'Literal["high", "moderate", "low"]'
    """How serious a raised flag is."""
    message: 'str | None'
    """What to consider when it is raised, that the item was not answered when it is null; else null."""
    source: str
    """Id of the source, see `sources`."""

class MonitoredSession(TypedDict):
    """One session as it looked when it was the latest: later sessions never change it."""

    number: int
    """Session number; 0 is the intake."""
    date: 'str | None'
    """As it was sent."""
    phase: int
    """Phase, counted from 1; another therapist begins a new one."""
    events: 'abc.Sequence[str]'
    """As they were sent."""
    forms: 'abc.Sequence[MonitoredForm]'
    """The forms of the session."""
    scores: 'abc.Mapping[str, abc.Mapping[str, float | None]]'
    """Scores by instrument and scale; an instrument that came twice is named `id/perspective/timing`, or `id/timing` where the form is the patient's own."""
    risks: 'abc.Sequence[MonitoredRisk]'
    """Safety flags of the forms that came with answers: those that are raised, and those that are null because the item was not answered; with `rules=all` also those that are not raised. Look at them first: no signal takes them into account."""
    signal: 'Signal'
    """What the rules together amount to."""
    rules: 'abc.Sequence[RuleResult]'
    """The rules that fired; with `rules=all` every rule that applies to the session's forms, with `rules=none` none."""
    repairs: 'abc.Sequence[RepairState]'
    """Repair states reached."""
    transitions: 'abc.Sequence[PhaseTransition]'
    """Only in the first session of a new phase."""
    sudden_changes: 'abc.Sequence[SuddenChange]'
    """Sudden gains, and sudden losses of outcomes."""

class NamedScoreEnvelope(TypedDict):
    """One completed form with its instrument: named, or brought along as a definition."""

    reference: NotRequired['str | None']
    """The caller's own opaque reference; returned, never stored or logged."""
    respondent: NotRequired['RespondentEnvelope | None']
    """What norms and cut-offs may depend on."""
    norms: NotRequired['abc.Sequence[str] | None']
    """Norm group ids; absent: the default groups; []: none; ["*"]: all that fit."""
    answers: 'abc.Mapping[str, float | str | None] | abc.Sequence[float | str | None]'
    """A number for each item that was answered, of an item that asks for a clock time a text such as `23:15`; null or absent: not answered."""
    not_applicable: NotRequired['abc.Sequence[str] | None']
    """Ids of items that do not apply to this respondent (not the same as unanswered)."""
    version: NotRequired['str | None']
    """Version of the instrument; the highest when absent."""
    encoding: NotRequired['Literal["value", "position", None]']
    """`position`: answers are 1-based printed columns, counted from the left. `"value"` when absent."""
    perspective: NotRequired['Literal["client", "therapist", "observer", None]']
    """Who rated; needed where one form serves two raters."""
    baseline: NotRequired['BaselineEnvelope | None']
    """An earlier measurement to compare with."""
    instrument: NotRequired['str | None']
    """Instrument id."""
    definition: NotRequired['Definition']
    """A whole definition, used for this request only."""

class Norm(TypedDict):
    """One norm group."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    id: str
    """Name of the group."""
    population: str
    """Who they are."""
    setting: 'str | None'
    country: 'str | None'
    n: 'int | None'
    collected: NotRequired[int]
    """Year in which the last of them was asked; left out where not told."""
    published: NotRequired[int]
    """Year in which their numbers were first published."""
    default: bool
    """Used when the caller names no norms."""
    digital: bool
    """A digital-therapy cohort; never default."""
    percentile_model: 'Literal["quantiles", "cumulative", "normal", None]'
    """quantiles: scores at percentiles, interpolated between; cumulative: percents of the group with a score or a lower one, never interpolated; normal: the normal curve."""
    scales: 'abc.Mapping[str, NormScale]'
    warning: NotRequired[str]
    """Shown with every comparison."""
    perspective: NotRequired['Literal["client", "therapist", "observer", None]']
    """On a form for two raters: the one whose ratings these are."""

class NormComparison(TypedDict):
    """The score against one norm group."""

    id: str
    """Norm group id."""
    population: str
    """Who they are."""
    n: 'int | None'
    """Size of the group."""
    collected: 'int | None'
    """Year in which the last of them was asked; null where the source does not say."""
    published: 'int | None'
    """Year in which these numbers came out; null where that is not known."""
    digital: bool
    """A cohort of a digital therapy; such a group is never used unless it is named."""
    mean: 'float | None'
    """Mean of the group; null where none was published."""
    sd: 'float | None'
    """Standard deviation of the group."""
    metric: 'Literal["sum", "mean", "value"]'
    """The reported number that mean and SD refer to."""
    z: 'float | None'
    """(score - mean) / SD."""
    t: 'float | None'
    """50 + 10 z."""
    percentile: 'float | None'
    """Percentile rank, 0 to 100; null where the source does not support one. Where shares of the group were published: the percent with this score or a lower one."""
    percentile_note: 'str | None'
    """Why there is no percentile: `skewed_no_quantiles`; `<5`, `>90`: beyond the published percentiles; `84.4-93.9`: between two published shares."""
    warning: 'str | None'
    """What to keep in mind with this group."""
    source: str
    """Id of the source, see `sources`."""

class NormScale(TypedDict):
    """Mean, SD and quantiles of one scale in a norm group."""

    mean: 'float | None'
    """Null only beside quantiles, where no mean was published."""
    sd: 'float | None'
    metric: 'Literal["sum", "mean", "value"]'
    """The reported number that mean, SD and quantiles refer to."""
    skew: NotRequired[float]
    quantiles: NotRequired['abc.Sequence[abc.Sequence[float]]']

NotRule = TypedDict("NotRule", {"not": 'AllRule | AnyRule | NotRule | CountRule | CompareRule'})

class PhaseTransition(TypedDict):
    """Where a series stood when another therapist took over. For information: it raises no signal."""

    instrument: str
    """Instrument id."""
    version: str
    """Its version."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    scale: str
    """Scale id."""
    mean_before: float
    """Mean of the scores of the phase that ended."""
    n_before: int
    """How many they were."""
    first_score: 'float | None'
    """First score of the new phase, where this session has one."""

class Precision(TypedDict):
    """How precisely the score measures."""

    sem: float
    """Standard error of measurement, SD √(1 - reliability), in the headline metric."""
    interval: 'Interval'
    """95 % confidence interval."""
    reliability: 'float | None'
    """The reliability that the SEM rests on; null where the SEM itself was published."""
    kind: 'str | None'
    """Kind of the reliability: alpha, omega, retest; conditional: the SEM of this very score."""
    source: 'str | None'
    """Id of the source, see `sources`."""

class PredictionLimits(TypedDict):
    """Between `watch` and `high` lies what is usual for this dyad."""

    watch: 'float | None'
    """Limit at the error rate of a watch."""
    alert: 'float | None'
    """Limit at the error rate of an alert."""
    high: 'float | None'
    """The limit on the better side, at the error rate of a watch."""

class Problem(TypedDict):
    """A request that was not answered (RFC 9457)."""

    type: str
    """`/problems/` and the code."""
    title: str
    """What kind of problem this is."""
    status: int
    """The HTTP status."""
    detail: str
    """A sentence about this request. It never repeats what was sent."""
    code: 'ProblemCode'
    """The kind of problem, as a code that does not change."""
    errors: 'abc.Sequence[ProblemFault]'
    """Every fault of the request, all at once."""
    request_id: str
    """The X-Request-Id of this response, for asking about it."""
    parameter: NotRequired[str]
    """The query parameter that is at fault."""
    suggestions: NotRequired['abc.Sequence[str]']
    """Instrument ids that are close to the unknown one."""
    hints: NotRequired['abc.Sequence[Hint]']
    """What tells apart the instruments that go by this name."""

class ProblemFault(TypedDict):
    """One fault of a request."""

    pointer: str
    """JSON Pointer (RFC 6901) to the member of the body that is at fault; empty: the whole body, or the query."""
    code: str
    """What is wrong, as a code that does not change."""
    detail: str
    """What is wrong, as a sentence. It never repeats what was sent."""
    allowed: NotRequired[Any]
    """What is allowed there, where that can be said."""

class PublishedPrecision(TypedDict):
    """A published standard error of measurement, in the headline metric."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    n: NotRequired[int]
    """How many people the number rests on."""
    population: NotRequired[str]
    """Who they were."""
    note: NotRequired[str]
    """What to keep in mind before using the number."""
    derived: NotRequired[bool]
    """Taken over or worked out from another form; the note says how. `false` when absent."""
    sem: float

class Quality(TypedDict):
    """Signs that the answers may not mean what they say."""

    longest_run: int
    """Most consecutive items with the same answer."""
    straightlined: bool
    """The same answer on all items although some are reverse-keyed."""
    ceiling: bool
    """Every answered item has its highest score."""

class Rater(TypedDict):
    """Who answered, where the payload says so."""

    at: str
    """Pointer into the payload."""
    values: 'abc.Mapping[str, Literal["client", "therapist", "observer"]]'
    """The rater that each token stands for."""

class Ratio(TypedDict):
    """One quantity over another."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    of: str
    """Item that is divided."""
    to: 'str | HoursBetween'
    """What it is divided by: an item, or the hours between two."""
    times: NotRequired[float]
    """The ratio is multiplied by this. `1` when absent."""
    at_most: float
    """The highest ratio that can be: beyond it the answers contradict each other, and the scale is not scored."""

class Ready(TypedDict):
    """The process should get requests."""

    status: 'Literal["ready"]'
    """Always `ready`."""
    instruments: int
    """Number of definitions."""

class Reliability(TypedDict):
    """A published reliability coefficient."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    kind: str
    """alpha, omega, retest ..."""
    value: float
    sample: NotRequired[str]
    """The sample it was found in."""

class RepairState(TypedDict):
    """A repair state that an episode reached in this session."""

    instrument: str
    """Instrument id."""
    version: str
    """Its version."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    scale: str
    """Scale id."""
    state: str
    """P01 to P04."""
    name: str
    """Its name."""
    episode: str
    """Id of the alert."""
    about_session: int
    """The session in which the alert was opened."""
    evidence: 'abc.Mapping[str, Any]'
    """Baseline, target, scores and sessions."""
    provenance: 'Literal["published", "vendor", "engineering"]'
    """Where the rule comes from."""
    sources: 'abc.Sequence[str]'
    """Ids of sources, see `sources`."""

class ReportSource(TypedDict):
    """Where numbers were taken from."""

    citation: str
    """Full citation."""
    doi: NotRequired[str]
    """DOI."""
    url: NotRequired[str]
    """Address."""
    where: NotRequired[str]
    """Page, table or section."""

class ReportWarning(TypedDict):
    """Something to know about how this form was scored."""

    code: str
    """`answers_contradict_gate`, `answers_not_known`, `gated_answer_replaced`, `items_not_asked`, `not_applicable_not_excused` or `norm_does_not_fit`."""
    detail: str
    """One sentence."""
    items: NotRequired['abc.Sequence[str]']
    """The items it is about, on both sides."""
    gate: NotRequired[str]
    """The gate of the definition whose rule it is about."""
    norm: NotRequired[str]
    """The norm group it is about."""
    reason: NotRequired[str]
    """Why the norm group was not used: `needs_age`, `needs_sex` or `other_group`."""

class Respondent(TypedDict):
    """Age and sex of an example's respondent."""

    age: NotRequired['float | None']
    sex: NotRequired['Literal["female", "male", "other", "unknown", None]']

class RespondentEnvelope(TypedDict):
    """What norms and cut-offs may depend on."""

    age: NotRequired['float | None']
    """Years."""
    sex: NotRequired['Literal["female", "male", "other", "unknown", None]']
    """Sex as the published norms and cut-offs divide it."""

class ResponseOption(TypedDict):
    """One printed answer."""

    value: float
    """The number that is submitted."""
    label: NotRequired[str]
    """Printed label."""
    code: NotRequired[str]
    """Answer code, for example a LOINC answer code."""
    other_codes: NotRequired['abc.Sequence[str]']
    """Codes of the same answer in other editions of the form."""
    score: NotRequired[float]
    """What the answer is worth where that differs from value."""
    missing: NotRequired[bool]
    """"Not known": allowed, has no score, counts as not answered. `false` when absent."""

class ResponseOptions(TypedDict):
    """Exactly these answers, in printed order."""

    options: 'abc.Sequence[ResponseOption]'
    translations: NotRequired['abc.Sequence[TranslatedLabels]']
    """Labels of the same answers, in the same order, in other languages."""

class ResponseRange(TypedDict):
    """Answers from min to max in equal steps, or any number in the range."""

    min: float
    """Lowest answer."""
    max: float
    """Highest answer."""
    recode: NotRequired['abc.Sequence[Step]']
    """What the numbers are worth, where that differs; only where any number may be given."""
    step: NotRequired['float | None']
    """Distance between two answers; null for any number in the range. `1` when absent."""
    labels: NotRequired['abc.Sequence[str]']
    translations: NotRequired['abc.Sequence[TranslatedLabels]']
    """Labels of the same answers, in the same order, in other languages."""

class Risk(TypedDict):
    """A safety flag on one item, by the value as submitted."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    id: str
    """Name of the flag."""
    item: str
    """Item id."""
    op: 'Literal["==", "!=", "<", "<=", ">", ">="]'
    value: float
    severity: 'Literal["high", "moderate", "low"]'
    message: str
    """Neutral wording, shown to the clinician."""

class RiskResult(TypedDict):
    """One item-level safety flag."""

    id: str
    """Flag id."""
    title: str
    """What it is about, in words."""
    item: str
    """The item it rests on."""
    raised: 'bool | None'
    """Raised or not; null when the item was not answered, never false."""
    reason: 'str | None'
    """Why it is null: `not_answered`."""
    severity: 'Literal["high", "moderate", "low"]'
    """How serious a raised flag is."""
    message: 'str | None'
    """What to consider when it is raised, that the item was not answered when it is null; else null."""
    source: str
    """Id of the source, see `sources`."""

class RisksNotTold(TypedDict):
    """A form with safety flags of which only scores came in some sessions."""

    instrument: str
    """Instrument id."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    risks: 'abc.Sequence[str]'
    """Ids of its flags."""
    reason: 'Literal["scores_only"]'
    """Why they cannot be told."""
    message: str
    """The same in words."""
    sessions: 'abc.Sequence[int]'
    """In which sessions."""

class RuleAttributes(TypedDict):
    """Where an alert rule comes from, what it is for, how often it is wrong and what it needs."""

    alert_rule: 'TitledRule'
    """The alert rule that is told of."""
    service_version: str
    """Version of the service."""
    rule: str
    """The rule whose paragraphs are named."""
    attributes: 'abc.Mapping[str, Attribute]'
    """Every attribute by name; none is left out."""
    sources: 'abc.Mapping[str, ReportSource]'
    """Sources by id."""

class RuleLegend(TypedDict):
    """What a rule is, said once for the course."""

    name: str
    """Its name."""
    title: str
    """What it asks for."""
    params: 'abc.Mapping[str, Any]'
    """The thresholds used; the error figures stand in the `parameters` of each series."""
    provenance: 'Literal["published", "vendor", "engineering"]'
    """Where the rule comes from."""
    sources: 'abc.Sequence[str]'
    """Ids of sources, see `sources`."""

class RuleResult(TypedDict):
    """What one rule says about one session. With `rules=fired` only those that fired, and what is the same in every session stands once under `rules` of the report."""

    rule: str
    """Rule id, see GET /v1/rules."""
    name: NotRequired[str]
    """Its name. With `rules=all`."""
    instrument: 'str | None'
    """Instrument id; null where the rule is on no single series."""
    perspective: 'Literal["client", "therapist"]'
    """Whose signal it counts for."""
    timing: 'Literal["pre", "post", None]'
    """Filled in before or after the session."""
    scale: 'str | None'
    """Scale id."""
    fired: 'bool | None'
    """Null when the data cannot say, with the reason; never false for lack of data."""
    reason: 'str | None'
    """Why it is null, for example `no_sem`, `baseline_too_short`, `no_norm_of_human_therapy`."""
    statistic: 'float | None'
    """What was compared."""
    threshold: 'float | None'
    """What it was compared with."""
    p: 'float | None'
    """One-sided probability under a stable course, where the rule has one."""
    severity: 'Literal["none", "info", "watch", "alert", "urgent"]'
    """What the rule alone amounts to when it fires."""
    about_session: 'int | None'
    """The earlier session that the finding is about; null: this one."""
    evidence: 'abc.Mapping[str, Any]'
    """The figures behind it."""
    params: NotRequired['abc.Mapping[str, Any]']
    """The parameters used, with the provenance of each error figure. With `rules=all`."""
    provenance: NotRequired['Literal["published", "vendor", "engineering"]']
    """Where the rule comes from. With `rules=all`."""
    sources: NotRequired['abc.Sequence[str]']
    """Ids of sources, see `sources`. With `rules=all`."""

class RulesAsked(TypedDict):
    """Rules that were asked of a series in the same sessions."""

    rules: 'abc.Sequence[str]'
    """Rule ids."""
    sessions: 'Literal["all"] | abc.Sequence[int]'
    """Session numbers; `all`: every session told in which the series has a score (of no series: every session but the intake)."""

class SameAs(TypedDict):
    """The item of another form that this one is."""

    instrument: str
    """Id of the other form."""
    item: str
    """Item id there."""

class Scale(TypedDict):
    """One scale, subscale or total."""

    id: str
    """Name of the scale."""
    title: str
    """Title of the scale."""
    items: NotRequired['abc.Sequence[str | HighestOf]']
    """Item ids; a member may also be the highest of a group."""
    aggregation: 'Literal["sum", "mean", "max", "count", "composite", "ratio"]'
    count: NotRequired['CountThreshold']
    ratio: NotRequired['Ratio']
    composite: NotRequired['Composite']
    metric: 'Literal["sum", "mean", "max", "count", "ratio", "transformed"]'
    """Metric of the headline value."""
    unit: NotRequired[str]
    """Plain name of the metric."""
    weights: NotRequired['abc.Mapping[str, float]']
    """Weights by item; others weigh 1."""
    missing: 'Missing'
    transform: NotRequired['LinearTransform | LookupTransform | StepsTransform']
    linked: NotRequired['abc.Sequence[Linked]']
    """Conversions into the metric of other measures."""
    direction: 'Literal["higher_is_better", "higher_is_worse"]'
    reliability: NotRequired['abc.Sequence[Reliability]']
    precision: NotRequired['PublishedPrecision | DerivedPrecision']
    within_person_sd: NotRequired['WithinPersonSD']
    growth: NotRequired['Growth']
    autocorrelation: NotRequired['Autocorrelation']
    unevenness: NotRequired['Unevenness']
    expected_rates: NotRequired['ExpectedRates']
    bands: NotRequired['abc.Sequence[BandSystem]']
    cutoffs: NotRequired['abc.Sequence[Cutoff]']
    change: NotRequired['FixedChange | JacobsonTruaxChange | ClinicalChange | abc.Sequence[FixedChange | JacobsonTruaxChange | ClinicalChange]']
    """A rule, or several for different ages or sexes."""
    codes: NotRequired['abc.Sequence[Code]']

class ScaleAlerts(TypedDict):
    """Settings of the alliance rules for one scale."""

    fixed_drop: NotRequired['FixedDrop']
    item_floor: NotRequired['ItemFloor']
    cutoff: NotRequired[str]
    """The cut-off system that marks a poor score; without it, every one of the scale."""

class ScaleScore(TypedDict):
    """One scale's score and what can honestly be said about it."""

    title: str
    """Title of the scale."""
    status: 'Literal["scored", "not_scored"]'
    """Whether there is a score."""
    reason: 'str | None'
    """Why there is no score: `missing_items`, `too_few_answered`, `too_few_answered_in_form`, `not_applicable`, `component_not_scored`, `no_table_fits`, `raw_score_not_in_table`, `impossible_ratio`: the answers contradict each other, such as more hours of sleep than hours in bed."""
    value: 'float | None'
    """The headline score, in `metric`."""
    sum: 'float | None'
    """Sum of the keyed items, prorated where the instrument's rule allows."""
    mean: 'float | None'
    """Mean of the keyed items."""
    metric: 'Literal["sum", "mean", "max", "count", "ratio", "transformed"]'
    """Metric of `value`."""
    unit: 'str | None'
    """Plain name of the metric."""
    minimum: 'float | None'
    """Lowest possible value."""
    maximum: 'float | None'
    """Highest possible value."""
    n_answered: int
    """Items of the scale that were answered."""
    n_items: int
    """Items of the scale that apply."""
    prorated: bool
    """Whether missing items were replaced by the mean of the answered ones."""
    missing_rule: 'Literal["prorated", "blank_as_zero", None]'
    """The rule that filled in missing answers, if any did."""
    direction: 'Literal["higher_is_better", "higher_is_worse"]'
    """Which way is better."""
    precision: 'Precision | None'
    """Measurement error of the score."""
    precision_note: 'str | None'
    """Why there is no precision: `no_sd_and_reliability_of_one_sample`, `needs_age_or_sex`, `other_age`, `other_sex`, `not_scored`, `items_not_applicable`."""
    norms: 'abc.Sequence[NormComparison]'
    """Comparison with each norm group that was asked for and fits."""
    norms_note: 'str | None'
    """Why there are none: `no_default_norm`, `no_norm_available`, `no_norm_fits`, `no_norm_for_scale`, `none_requested`, `not_scored`, `items_not_applicable`."""
    bands: 'abc.Sequence[BandResult]'
    """The band of each published set."""
    bands_note: 'str | None'
    """Why there are none: `no_published_bands`, `needs_age_or_sex`, `other_age`, `other_sex`, `not_scored`, `items_not_applicable`."""
    cutoffs: 'abc.Sequence[CutoffResult]'
    """Every published cut-off."""
    cutoffs_note: 'str | None'
    """Why there are none: `no_published_cutoff`, `needs_age_or_sex`, `other_age`, `other_sex`, `not_scored`, `items_not_applicable`."""
    linked: NotRequired['abc.Sequence[LinkedScore]']
    """The score in the metric of other measures, beside it and never instead of it; only on a scale with a published table."""
    change: 'ChangeResult | None'
    """Change since the baseline; null without a baseline for this scale."""
    working: NotRequired['Working']
    """Only with `?working=true`."""

class ScoreAt(TypedDict):
    """A score and its session."""

    session: int
    """Session number."""
    value: float
    """Headline score."""

class ScoreEnvelope(TypedDict):
    """One completed form."""

    reference: NotRequired['str | None']
    """The caller's own opaque reference; returned, never stored or logged."""
    respondent: NotRequired['RespondentEnvelope | None']
    """What norms and cut-offs may depend on."""
    norms: NotRequired['abc.Sequence[str] | None']
    """Norm group ids; absent: the default groups; []: none; ["*"]: all that fit."""
    answers: 'abc.Mapping[str, float | str | None] | abc.Sequence[float | str | None]'
    """A number for each item that was answered, of an item that asks for a clock time a text such as `23:15`; null or absent: not answered."""
    not_applicable: NotRequired['abc.Sequence[str] | None']
    """Ids of items that do not apply to this respondent (not the same as unanswered)."""
    version: NotRequired['str | None']
    """Version of the instrument; the highest when absent."""
    encoding: NotRequired['Literal["value", "position", None]']
    """`position`: answers are 1-based printed columns, counted from the left. `"value"` when absent."""
    perspective: NotRequired['Literal["client", "therapist", "observer", None]']
    """Who rated; needed where one form serves two raters."""
    baseline: NotRequired['BaselineEnvelope | None']
    """An earlier measurement to compare with."""

class ScoreReport(TypedDict):
    """Everything that can honestly be said about one completed form. The same request to the same version gives the same bytes."""

    instrument: 'InstrumentIdentity'
    """The definition that was used."""
    result_id: str
    """Digest of definition and input. As confidential as the answers: for a short form, trying all reverses it."""
    reference: 'str | None'
    """The caller's reference."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    scores: 'abc.Mapping[str, ScaleScore]'
    """Every scale of the instrument, by id."""
    criteria: 'abc.Mapping[str, CriterionResult]'
    """Every criterion of the instrument, by id."""
    risks: 'abc.Sequence[RiskResult]'
    """Every safety flag of the instrument, raised or not."""
    answered: int
    """Answered items."""
    missing: 'abc.Sequence[str]'
    """Items that were not answered and should have been."""
    not_applicable: 'abc.Sequence[str]'
    """Items that the caller said do not apply."""
    quality: 'Quality'
    """Signs that the answers may not mean what they say."""
    warnings: 'abc.Sequence[ReportWarning]'
    """What to know about how this form was scored."""
    sources: 'abc.Mapping[str, ReportSource]'
    """The sources that the numbers name, by id."""
    service_version: str
    """Version of the service."""

class SeriesCannotSay(TypedDict):
    """Which rules were asked of one series, and which could not say anything. In the sessions in which a rule was asked, has not fired and is not named here, it was false."""

    instrument: 'str | None'
    """Instrument id; null where the rules are on no series."""
    perspective: 'Literal["client", "therapist"]'
    """Whose signal they count for."""
    timing: 'Literal["pre", "post", None]'
    """Filled in before or after the session."""
    scale: 'str | None'
    """Scale id."""
    asked: 'abc.Sequence[RulesAsked]'
    """The rules that were asked, and when."""
    rules: 'abc.Mapping[str, abc.Sequence[CannotSay]]'
    """By rule: the reasons why it could not say anything."""

class SeriesParameters(TypedDict):
    """The error figures that a series was judged with."""

    sem: 'ErrorFigure | None'
    """Standard error of measurement."""
    within_person_sd: 'ErrorFigure | None'
    """Session-to-session SD of a stable patient."""
    sd: 'ErrorFigure | None'
    """SD between patients."""
    margin: 'float | None'
    """The least that a score is taken to vary by: the SEM, or within_person_sd / kappa."""
    norm: 'MonitorNorm | None'
    """The norm group of R02 and R12."""

class SeriesPoint(TypedDict):
    """One score with what it was compared with; outcomes have session and value only, subscales and scores at intake or by an observer the phase too."""

    session: int
    """Session number."""
    value: float
    """Headline score."""
    phase: NotRequired[int]
    """Phase."""
    baseline: NotRequired['float | None']
    """Mean of the earlier sessions that count."""
    n_baseline: NotRequired[int]
    """How many they are."""
    expected: NotRequired['float | None']
    """Where their trend leads: what R06 compares the score with."""
    limits: NotRequired['PredictionLimits']
    """Prediction limits for this score."""
    chart_limit: NotRequired['float | None']
    """Lower limit of the individuals chart."""
    cusum: NotRequired['float | None']
    """Cumulative sum after this score."""
    intake: NotRequired['Literal[True]']
    """Only of session 0: nothing of the alliance is compared with it."""

class SeriesQuality(TypedDict):
    """What the data of one watched series can bear. Of the whole course: later sessions change it."""

    instrument: str
    """Instrument id."""
    perspective: 'Literal["client", "therapist"]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    scale: str
    """Scale id."""
    n_scores: int
    """Scores."""
    n_sessions: int
    """Sessions of the course."""
    sessions_without_score: 'abc.Sequence[int]'
    """Sessions without this score."""
    numbers_left_out: 'abc.Sequence[int]'
    """Session numbers that were not sent, at most a hundred."""
    silent_after_signal: 'abc.Sequence[int]'
    """Sessions without a form right after a signal."""
    share_at_best: float
    """Share of scores (0 to 1) that are the best possible."""
    own_sd: 'float | None'
    """SD of the scores that the next one would be compared with."""
    notes: 'abc.Sequence[str]'
    """`too_few_scores_for_change_rules`, `no_sem`, `within_person_sd_assumed`, `sem_above_within_person_sd` (measurement error is part of what scores vary by: one of the two figures is wrong or of other people), `ceiling`."""

class Session(TypedDict):
    """The number of a session that the payload only names."""

    at: str
    """Pointer into the payload."""
    values: 'abc.Mapping[str, int]'
    """The number that each name stands for."""

class ShortCatalogue(TypedDict):
    """The instruments that match, in short."""

    instruments: 'abc.Sequence[ShortEntry]'
    """By id, then version."""
    legend: 'abc.Mapping[str, str]'
    """What the codes of `at_a_glance` say."""

class ShortEntry(TypedDict):
    """What one needs to choose an instrument."""

    id: str
    """Instrument id."""
    version: str
    """Semantic version; `+` marks a site's own overlay."""
    title: str
    """Name of the instrument."""
    construct: str
    """What it measures."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rates."""
    perspectives: 'abc.Sequence[Literal["client", "therapist", "observer"]]'
    """Where one form serves several raters: which."""
    key: 'Literal["included", "required"]'
    """`required`: a site has to supply the scoring key."""
    n_items: int
    """Number of items."""
    text_included: bool
    """Whether the definition has the wording of the items."""
    permission_required: bool
    """Whether using the form needs permission."""
    n_norms: int
    """Number of norm groups."""
    n_default_norms: int
    """How many of them are used when the caller names no norms."""
    at_a_glance: 'Glance'
    """What it has and lacks."""

class Signal(TypedDict):
    """What the rules together amount to, by rater."""

    client: 'Literal["none", "info", "watch", "alert", "urgent"]'
    """The patient's side."""
    therapist: 'Literal["none", "info", "watch", "alert", "urgent"]'
    """The therapist's side."""

class Signature(TypedDict):
    """How the sender signs its payloads."""

    scheme: 'Literal["typeform", "standard-webhooks", "hmac-sha256-hex", "hmac-sha256-base64"]'
    secret: str
    """Name of the secret, never the secret: MAPPING_SECRET_{name} holds it."""
    header: NotRequired['str | None']
    """hmac-sha256-… only: the header that carries the signature."""

class Source(TypedDict):
    """Something that numbers were taken from."""

    id: str
    """Name by which numbers refer to this source."""
    citation: str
    """Full citation."""
    doi: NotRequired[str]
    url: NotRequired[str]
    where: NotRequired[str]
    """Page, table or section in the source."""

class SourceAttributes(TypedDict):
    """What is said of the form beyond its numbers; each member with a source or a reason."""

    developer: NotRequired['Statement']
    """Who made the form."""
    funding: NotRequired['Statement']
    """Who paid for making the form."""
    released: NotRequired['DatedStatement']
    """When the form was first published."""
    revised: NotRequired['Statement']
    """When it was revised, and what changed then."""
    intended_use: NotRequired['Statement']
    """What it is for, in its makers' sense."""
    population: NotRequired['Statement']
    """Among whom it was developed: who, where, how many."""
    contact: NotRequired['Statement']
    """Whom to ask for a licence."""
    sources: NotRequired['abc.Sequence[Source]']
    """Sources of these statements, which no number is taken from."""

class SourceEnvelope(TypedDict):
    """A payload with the mapping that it is to be read by."""

    mapping: 'Mapping'
    """A whole mapping, used for this request only."""
    payload: 'abc.Mapping[str, Any]'
    """What the source sends."""

class SourceField(TypedDict):
    """One key of a source."""

    key: str
    """The key, after what the mapping takes off."""
    item: str
    """The item that it leads to."""

class SourceReport(TypedDict):
    """A score report of a source's payload, with what the payload says of its response. `warnings` also has `unknown_key`, `declared_missing`, `looks_shifted`, `supplied_total_mismatch` and `supplied_total_without_score`."""

    instrument: 'InstrumentIdentity'
    """The definition that was used."""
    result_id: str
    """Digest of definition and input. As confidential as the answers: for a short form, trying all reverses it."""
    reference: 'str | None'
    """The caller's reference."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    scores: 'abc.Mapping[str, ScaleScore]'
    """Every scale of the instrument, by id."""
    criteria: 'abc.Mapping[str, CriterionResult]'
    """Every criterion of the instrument, by id."""
    risks: 'abc.Sequence[RiskResult]'
    """Every safety flag of the instrument, raised or not."""
    answered: int
    """Answered items."""
    missing: 'abc.Sequence[str]'
    """Items that were not answered and should have been."""
    not_applicable: 'abc.Sequence[str]'
    """Items that the caller said do not apply."""
    quality: 'Quality'
    """Signs that the answers may not mean what they say."""
    warnings: 'abc.Sequence[ReportWarning]'
    """What to know about how this form was scored."""
    sources: 'abc.Mapping[str, ReportSource]'
    """The sources that the numbers name, by id."""
    service_version: str
    """Version of the service."""
    source_response_id: 'str | None'
    """The source's own id of the response, by which a repeat is known."""
    source: 'SourceResponse'
    """The response."""

class SourceResponse(TypedDict):
    """What the payload says of its response, and how it was read."""

    mapping: str
    """Name of the mapping."""
    completed_at: 'str | None'
    """Time of completion, as the source writes it."""
    language: 'str | None'
    """Language, as the source writes it."""
    session: 'int | None'
    """Number of the session."""
    finished: 'bool | None'
    """Whether the response is finished; null: the mapping cannot tell."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who answered, as the mapping tells it."""
    declared_missing: 'abc.Sequence[str]'
    """Items whose answer is a code that the mapping or the request calls missing."""

class Sources(TypedDict):
    """The mappings that are loaded."""

    sources: 'abc.Sequence[ListedMapping]'
    """By id."""

class Statement(TypedDict):
    """One thing that is said of the form with its source, or why it is not known."""

    value: NotRequired[str]
    """What is known."""
    source: NotRequired[str]
    """Id of the source, of this member's own sources or of the definition's."""
    reason: NotRequired[str]
    """Why it is not known; instead of a value."""

class Step(TypedDict):
    """What numbers are worth from a limit on, as far as the next step. The first step has no limit, every other has one."""

    worth: float
    """What a number on this step is worth."""
    at_least: NotRequired[float]
    """The limit; a number equal to it is on this step."""
    above: NotRequired[float]
    """The limit; a number equal to it is on the step below."""

class StepsTransform(TypedDict):
    """What raw scores are worth between published limits."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    type: 'Literal["steps"]'
    of: 'Literal["sum", "mean", "ratio"]'
    steps: 'abc.Sequence[Step]'
    """What raw scores are worth, ascending."""

class SuddenChange(TypedDict):
    """A sudden gain or loss that this session completes."""

    instrument: str
    """Instrument id."""
    version: str
    """Its version."""
    perspective: 'Literal["client", "therapist", "observer", None]'
    """Who rated."""
    timing: 'Literal["pre", "post"]'
    """Filled in before or after the session."""
    scale: str
    """Scale id."""
    kind: 'Literal["gain", "loss"]'
    """Which it is."""
    about_session: int
    """The session after the step."""
    step: float
    """Size of the step, as the scale counts."""
    cutoff: 'float | None'
    """Least size of a step that counts."""
    evidence: 'abc.Mapping[str, Any]'
    """Means before and after, and their limit."""
    sources: 'abc.Sequence[str]'
    """Ids of sources, see `sources`."""

class Table(TypedDict):
    """How a table of such payloads begins, where that is not one row of keys."""

    header_rows: int
    """Rows before the first response; the first has the keys."""
    header_mark: NotRequired['str | None']
    """Text that every cell of the last of these rows contains, by which they are known; needed where there are several."""

class Thresholds(TypedDict):
    """The error rates per session and the limit of the cumulative sum that the course was judged with."""

    watch: float
    """One-sided error rate of a watch."""
    alert: float
    """One-sided error rate of an alert."""
    strong: float
    """One-sided error rate of an unusually strong drop."""
    cusum_limit: float
    """Limit of the cumulative sum (R08)."""

class TitledInstrument(TypedDict):
    """Of which definition this is told."""

    id: str
    """Instrument id."""
    version: str
    """Semantic version; `+` marks a site's own overlay."""
    digest: str
    """Digest of the definition."""
    title: str
    """Name of the instrument."""

class TitledRule(TypedDict):
    """Of which alert rule this is told."""

    id: str
    """Rule id."""
    name: str
    """Name."""
    title: str
    """In a few words."""

class TranslatedLabels(TypedDict):
    """The answers as an edition of the form in another language prints them."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    language: str
    labels: 'abc.Sequence[str]'

class Unevenness(TypedDict):
    """How much people differ in their session-to-session variance: the degrees of freedom of the scaled inverse chi-square distribution of these variances; few where people differ much."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    n: NotRequired[int]
    """How many people the number rests on."""
    population: NotRequired[str]
    """Who they were."""
    note: NotRequired[str]
    """What to keep in mind before using the number."""
    derived: NotRequired[bool]
    """Taken over or worked out from another form; the note says how. `false` when absent."""
    value: float

class Values(TypedDict):
    """What the answers mean: as tokens, and as numbers."""

    numeric: 'Literal["as-is", "string", "position", "none"]'
    """What a number is that no token stands for. as-is: the submitted number; string: that, and so is a text of digits; position: a place, to which `offset` is added; none: it means nothing."""
    offset: NotRequired['int | None']
    """position only: added to a position to give the submitted number."""
    tokens: NotRequired['abc.Mapping[str, float]']
    """The submitted number of each text, code or number that the source uses."""
    by_item: NotRequired['abc.Mapping[str, abc.Mapping[str, float]]']
    """Tokens of items that have their own, by our item id."""

class Version(TypedDict):
    """What is running."""

    service: str
    """Version of the service."""
    revision: str
    """Revision of the source code that it was built from."""
    python: str
    """Version of Python."""
    definitions_digest: str
    """Digest of everything that is loaded: definitions, mappings and languages, as `python -m service manifest` writes it. The same in every process of one set."""
    instruments: 'abc.Sequence[InstrumentIdentity]'
    """Every definition that is loaded."""

class WithinPersonSD(TypedDict):
    """Session-to-session standard deviation of a stable person, in the headline metric."""

    source: str
    """Id of the source of these numbers."""
    verification: 'Literal["two-sources", "one-source", "site"]'
    """Whether two independent sources agree, one was found, or a site supplied the numbers."""
    confirmed_by: NotRequired[str]
    """Id of the second, independent source; only with two-sources."""
    age: NotRequired['AgeRange | None']
    """The only ages these numbers are for; null for any."""
    sex: NotRequired['Literal["female", "male", None]']
    """The only sex these numbers are for; null for any."""
    n: NotRequired[int]
    """How many people the number rests on."""
    population: NotRequired[str]
    """Who they were."""
    note: NotRequired[str]
    """What to keep in mind before using the number."""
    derived: NotRequired[bool]
    """Taken over or worked out from another form; the note says how. `false` when absent."""
    value: float

class WorkedItem(TypedDict):
    """One item of a scale and what became of its answer."""

    item: str
    """Item id."""
    answer: 'float | str | None'
    """The answer as submitted; null: none, or replaced because the item does not apply."""
    reversed: bool
    """Reverse-keyed."""
    recoded: bool
    """Converted by the form's table."""
    value: 'float | None'
    """The number that was used; null: none."""
    rule: str
    """The rule in words."""

class Working(TypedDict):
    """What a person needs to redo the score by hand; only with `?working=true`."""

    items: 'abc.Sequence[WorkedItem]'
    """Item by item."""
    rule: str
    """How the items were combined."""
