"""What the monitoring routes answer with, described for the OpenAPI document; nothing is loaded or
dumped by it.
"""

from marshmallow import fields

from service.alliance.finding import SEVERITIES
from service.alliance.reading import TIMINGS
from service.alliance.series.error_model import PROVENANCES
from service.definitions.shape.definition import PERSPECTIVES
from service.description.report_schemas import (
    CATEGORIES,
    DIGEST,
    SIGNIFICANCE,
    InstrumentIdentity,
    ReportSource,
)
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
from service.scoring.instrument import DIRECTIONS

RATERS = PERSPECTIVES[:2]
RULE_PROVENANCES = ("published", "vendor", "engineering")


def _free(description: str) -> fields.Raw:
    """Describe an object whose members depend on the rule."""
    return fields.Raw(required=True, metadata={"type": "object", "description": description})


class Thresholds(Answer):
    """The error rates per session and the limit of the cumulative sum that the course was judged
    with.
    """

    watch = number("One-sided error rate of a watch.")
    alert = number("One-sided error rate of an alert.")
    strong = number("One-sided error rate of an unusually strong drop.")
    cusum_limit = number("Limit of the cumulative sum (R08).")


class MonitorOptionsUsed(Answer):
    """How the rules were set."""

    alpha_family = number(
        "Share of stable courses that may give an alert; null: default thresholds.", null=True
    )
    planned_sessions = whole("Sessions that alpha_family is for.", null=True)
    assumed_kappa = number("Assumed session-to-session SD over SEM.")
    cutoff_alone = text(
        "What a score beyond a cut-off alone amounts to.", choices=("info", "watch")
    )
    thresholds = one(Thresholds, "What followed from that.")


class FormIdentity(Answer):
    """Which form is meant."""

    instrument = text("Instrument id.")
    version = text("Its version.")
    perspective = text("Who rated.", choices=PERSPECTIVES, null=True)
    timing = text("Filled in before or after the session.", choices=TIMINGS)


class SeriesIdentity(FormIdentity):
    """Which scores are meant."""

    scale = text("Scale id.")


class MonitoredForm(FormIdentity):
    """One form of a session, scored."""

    scores = mapping(
        fields.Float(allow_none=True), "Headline score of every scale; null: not scored."
    )
    not_scored = mapping(fields.String(), "Why scales were not scored.")


class Signal(Answer):
    """What the rules together amount to, by rater."""

    client = text("The patient's side.", choices=SEVERITIES)
    therapist = text("The therapist's side.", choices=SEVERITIES)


class RuleResult(Answer):
    """What one rule says about one session."""

    rule = text("Rule id, see GET /v1/rules.", pattern="^[RP][0-9]{2}$")
    name = text("Its name.")
    instrument = text("Instrument id; null where the rule is on no single series.", null=True)
    perspective = text("Whose signal it counts for.", choices=RATERS)
    timing = text("Filled in before or after the session.", choices=TIMINGS, null=True)
    scale = text("Scale id.", null=True)
    fired = boolean(
        "Null when the data cannot say, with the reason; never false for lack of data.", null=True
    )
    reason = text(
        "Why it is null, for example `no_sem`, `baseline_too_short`, `no_norm_of_human_therapy`.",
        null=True,
    )
    statistic = number("What was compared.", null=True)
    threshold = number("What it was compared with.", null=True)
    p = number("One-sided probability under a stable course, where the rule has one.", null=True)
    severity = text("What the rule alone amounts to when it fires.", choices=SEVERITIES)
    about_session = whole(
        "The earlier session that the finding is about; null: this one.", null=True
    )
    evidence = _free("The figures behind it.")
    params = _free("The parameters used, with the provenance of each error figure.")
    provenance = text("Where the rule comes from.", choices=RULE_PROVENANCES)
    sources = listing(fields.String(), "Ids of sources, see `sources`.")


class RepairState(SeriesIdentity):
    """A repair state that an episode reached in this session."""

    state = text("P01 to P04.", pattern="^P[0-9]{2}$")
    name = text("Its name.")
    episode = text("Id of the alert.")
    about_session = whole("The session in which the alert was opened.")
    evidence = _free("Baseline, target, scores and sessions.")
    provenance = text("Where the rule comes from.", choices=RULE_PROVENANCES)
    sources = listing(fields.String(), "Ids of sources, see `sources`.")


class PhaseTransition(SeriesIdentity):
    """Where a series stood when another therapist took over. For information: it raises no
    signal.
    """

    mean_before = number("Mean of the scores of the phase that ended.")
    n_before = whole("How many they were.")
    first_score = number("First score of the new phase, where this session has one.", null=True)


class SuddenChange(SeriesIdentity):
    """A sudden gain or loss that this session completes."""

    kind = text("Which it is.", choices=("gain", "loss"))
    about_session = whole("The session after the step.")
    step = number("Size of the step, as the scale counts.")
    cutoff = number("Least size of a step that counts.", null=True)
    evidence = _free("Means before and after, and their limit.")
    sources = listing(fields.String(), "Ids of sources, see `sources`.")


class MonitoredSession(Answer):
    """One session as it looked when it was the latest: later sessions never change it."""

    number = whole("Session number.")
    date = text("As it was sent.", null=True)
    phase = whole("Phase, counted from 1; another therapist begins a new one.")
    events = listing(fields.String(), "As they were sent.")
    forms = listing(fields.Nested(MonitoredForm), "The forms of the session.")
    scores = mapping(
        fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True)),
        (
            "Scores by instrument and scale; an instrument that came twice is named "
            "`id/perspective/timing`."
        ),
    )
    signal = one(Signal, "What the rules together amount to.")
    rules = listing(fields.Nested(RuleResult), "Every rule that applies to the session's forms.")
    repairs = listing(fields.Nested(RepairState), "Repair states reached.")
    transitions = listing(
        fields.Nested(PhaseTransition), "Only in the first session of a new phase."
    )
    sudden_changes = listing(
        fields.Nested(SuddenChange), "Sudden gains, and sudden losses of outcomes."
    )


class ErrorFigure(Answer):
    """An error figure with its origin."""

    value = number("In the headline metric.")
    provenance = text("Where it comes from.", choices=PROVENANCES)
    source = text("Id of the source, see `sources`.", null=True)
    detail = text("In words.")


class MonitorNorm(Answer):
    """The norm group of the norm rules, in the headline metric."""

    id = text("Norm group id.")
    population = text("Who they are.")
    n = whole("Size of the group.", null=True)
    digital = boolean("A cohort of a digital therapy, used because the request named it.")
    mean = number("Mean.")
    sd = number("Standard deviation.")
    source = text("Id of the source, see `sources`.")


class SeriesParameters(Answer):
    """The error figures that a series was judged with."""

    sem = one(ErrorFigure, "Standard error of measurement.", null=True)
    within_person_sd = one(ErrorFigure, "Session-to-session SD of a stable patient.", null=True)
    sd = one(ErrorFigure, "SD between patients.", null=True)
    margin = number(
        "The least that a score is taken to vary by: the SEM, or within_person_sd / kappa.",
        null=True,
    )
    norm = one(MonitorNorm, "The norm group of R02 and R12.", null=True)


class PredictionLimits(Answer):
    """Between `watch` and `high` lies what is usual for this dyad."""

    watch = number("Limit at the error rate of a watch.", null=True)
    alert = number("Limit at the error rate of an alert.", null=True)
    high = number("The limit on the better side, at the error rate of a watch.", null=True)


class SeriesPoint(Answer):
    """One score with what it was compared with; outcomes have session and value only, subscales the
    phase too.
    """

    session = whole("Session number.")
    value = number("Headline score.")
    phase = fields.Integer(metadata={"description": "Phase.", "minimum": 1})
    baseline = fields.Float(
        allow_none=True, metadata={"description": "Mean of the earlier sessions that count."}
    )
    n_baseline = fields.Integer(metadata={"description": "How many they are.", "minimum": 0})
    limits = one(PredictionLimits, "Prediction limits for this score.", required=False)
    chart_limit = fields.Float(
        allow_none=True, metadata={"description": "Lower limit of the individuals chart."}
    )
    cusum = fields.Float(
        allow_none=True, metadata={"description": "Cumulative sum after this score."}
    )


class CourseSeries(SeriesIdentity):
    """One scale over the course, for plotting."""

    title = text("Title of the scale.")
    metric = text("Metric of the scores.")
    direction = text("Which way is better.", choices=DIRECTIONS)
    minimum = number("Lowest possible score.", null=True)
    maximum = number("Highest possible score.", null=True)
    kind = text("Of the alliance, or an outcome beside it.", choices=("alliance", "outcome"))
    watched = boolean("Whether the rules watch it.")
    parameters = one(SeriesParameters, "The error figures used.")
    points = listing(fields.Nested(SeriesPoint), "The scores.")


class ScoreAt(Answer):
    """A score and its session."""

    session = whole("Session number.")
    value = number("Headline score.")


class CourseChange(SeriesIdentity):
    """Change of one scale from its first to its last score."""

    first = one(ScoreAt, "First score.")
    last = one(ScoreAt, "Last score.")
    difference = number("Last minus first.", null=True)
    rci = number("Difference over its standard error (Jacobson and Truax 1991).", null=True)
    category = text("By the direction of the scale.", choices=CATEGORIES, null=True)
    clinically_significant = text("With a crossed cut-off.", choices=SIGNIFICANCE, null=True)
    method = text("How reliability was judged.", null=True)
    level = number("Confidence level.", null=True)
    threshold = number("Least difference that is reliable.", null=True)
    note = text("Why there is no judgement.", null=True)
    source = text("Id of the source in the instrument's definition.", null=True)


class FalseAlarm(Answer):
    """How much such a signal can be trusted: simulated, see docs/calibration.md."""

    family_rate = number(
        "Share of stable courses (0 to 1) with such a signal or worse by n_sessions.", null=True
    )
    n_sessions = whole("Number of sessions that the rate is for.")
    severity = text(
        "Severity that the rate is for; an urgent signal counts as an alert.",
        choices=("watch", "alert"),
    )
    rate_if_sd_half_again = number(
        "The same where the true session-to-session SD is half as large again.", null=True
    )
    kappa = number("Assumed session-to-session SD over SEM.")
    assumption = text("What was simulated.")


class CourseAlert(SeriesIdentity):
    """One episode of a rater's side, as it stands after the last session."""

    id = text("Rater and opening session.")
    opened_session = whole("Session that opened it.")
    updated_session = whole("Last session that added to it.")
    closed_session = whole("Session that closed it; null while it is followed.", null=True)
    severity = text("The worst so far.", choices=("watch", "alert", "urgent"))
    status = text(
        "Where it stands.", choices=("open", "provisional", "repaired", "partial", "unresolved")
    )
    message = text("For a clinician: what was seen, how sure that is, what it does not say.")
    rules = listing(fields.String(), "Ids of the rules behind it.")
    evidence = _free(
        "Score, baseline, drop, probability, and the sessions in which each rule fired."
    )
    repair = _free(
        "Baseline, target, scores since, fraction regained, and how often chance drops return "
        "like this."
    )
    relapse_of = text("Id of the repaired alert that it follows soon.", null=True)
    false_alarm = one(FalseAlarm, "How much it can be trusted.")


class SeriesQuality(Answer):
    """What the data of one watched series can bear. Of the whole course: later sessions change
    it.
    """

    instrument = text("Instrument id.")
    perspective = text("Who rated.", choices=RATERS)
    timing = text("Filled in before or after the session.", choices=TIMINGS)
    scale = text("Scale id.")
    n_scores = whole("Scores.")
    n_sessions = whole("Sessions of the course.")
    sessions_without_score = listing(fields.Integer(), "Sessions without this score.")
    numbers_left_out = listing(
        fields.Integer(), "Session numbers that were not sent, at most a hundred."
    )
    silent_after_signal = listing(fields.Integer(), "Sessions without a form right after a signal.")
    share_at_best = number("Share of scores (0 to 1) that are the best possible.")
    own_sd = number("SD of the scores that the next one would be compared with.", null=True)
    notes = listing(
        fields.String(),
        "`too_few_scores_for_change_rules`, `no_sem`, `within_person_sd_assumed`, `ceiling`.",
    )


class CourseReport(Answer):
    """Everything that can honestly be said about a course of treatment.

    The same request to the same version gives the same bytes.
    """

    instruments = listing(fields.Nested(InstrumentIdentity), "The definitions that were used.")
    service_version = text("Version of the service.")
    result_id = text(
        "Digest of definitions and input. As confidential as the answers.", pattern=DIGEST
    )
    reference = text("The caller's reference.", null=True)
    options = one(MonitorOptionsUsed, "How the rules were set.")
    sessions = listing(fields.Nested(MonitoredSession), "Session by session, prospectively.")
    series = listing(fields.Nested(CourseSeries), "Every series, for plotting.")
    change = listing(fields.Nested(CourseChange), "First to last score of every scale.")
    alerts = listing(fields.Nested(CourseAlert), "The episodes.")
    data_quality = listing(fields.Nested(SeriesQuality), "What the data can bear.")
    sources = mapping(
        fields.Nested(ReportSource), "The sources that rules and numbers name, by id."
    )


class AlertRule(Answer):
    """One rule of the battery."""

    id = text("Rule id.", pattern="^[RP][0-9]{2}$")
    name = text("Name.")
    title = text("In a few words.")
    formula = text("When it fires.")
    minimum_data = text("What it needs; with less it is null.")
    severity = text("What it alone amounts to.", choices=SEVERITIES)
    provenance = text("Where it comes from.", choices=RULE_PROVENANCES)
    parameters = _free("Default thresholds.")
    sources = listing(fields.String(), "Ids of sources, see `sources`.")
    rates = fields.Raw(
        required=True,
        metadata={
            "type": ["object", "null"],
            "description": "Simulated rates; null where it was not simulated.",
        },
    )


class AlertRules(Answer):
    """The battery with its simulated error rates."""

    rules = listing(fields.Nested(AlertRule), "The alert rules.")
    repairs = listing(fields.Nested(AlertRule), "The repair states.")
    policy = _free("Simulated rates of the whole policy, and what was simulated.")
    sources = mapping(fields.Nested(ReportSource), "Sources by id.")
