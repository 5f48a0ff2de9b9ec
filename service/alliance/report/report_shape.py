"""The shape of a course report: every member with its type and a sentence.

The description of the service is written from these types, so a sentence is for its callers.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from service.scoring.instrument import Direction, Perspective
from service.scoring.report_shape import (
    Category,
    Pattern,
    ReportSource,
    Significance,
)
from service.scoring.report_shape import Severity as FlagSeverity

Severity = Literal["none", "info", "watch", "alert", "urgent"]
Timing = Literal["pre", "post"]
Rater = Literal["client", "therapist"]
RuleProvenance = Literal["published", "vendor", "engineering"]
Provenance = Literal["caller", "definition", "derived", "derived_digital", "assumed"]


class Thresholds(TypedDict):
    """The error rates per session and the limit of the cumulative sum that the course was judged
    with.
    """

    watch: Annotated[float, "One-sided error rate of a watch."]
    alert: Annotated[float, "One-sided error rate of an alert."]
    strong: Annotated[float, "One-sided error rate of an unusually strong drop."]
    cusum_limit: Annotated[float, "Limit of the cumulative sum (R08)."]


class MonitorOptionsUsed(TypedDict):
    """How the rules were set."""

    alpha_family: Annotated[
        float | None, ("Share of stable courses that may give an alert; null: default thresholds.")
    ]
    planned_sessions: Annotated[int | None, "Sessions that alpha_family is for."]
    assumed_kappa: Annotated[float, "Assumed session-to-session SD over SEM."]
    cutoff_alone: Annotated[
        Literal["info", "watch"], ("What a score beyond a cut-off alone amounts to.")
    ]
    thresholds: Annotated[Thresholds, "What followed from that."]


class FormOfCourse(TypedDict):
    """Which form of a course is meant; its version is the same in every session."""

    instrument: Annotated[str, "Instrument id."]
    perspective: Annotated[Perspective | None, "Who rated."]
    timing: Annotated[Timing, "Filled in before or after the session."]


class FormIdentity(TypedDict):
    """Which form is meant."""

    instrument: Annotated[str, "Instrument id."]
    version: Annotated[str, "Its version."]
    perspective: Annotated[Perspective | None, "Who rated."]
    timing: Annotated[Timing, "Filled in before or after the session."]


class SeriesIdentity(FormIdentity):
    """Which scores are meant."""

    scale: Annotated[str, "Scale id."]


class MonitoredForm(FormIdentity):
    """One form of a session, scored."""

    scores: NotRequired[
        Annotated[
            Mapping[str, float | None],
            "Headline score of every scale; null: not scored. With `rules=all`; otherwise only the "
            "session's own `scores` say it.",
        ]
    ]
    not_scored: NotRequired[
        Annotated[
            Mapping[str, str], "Why scales were not scored; where all were, with `rules=all` only."
        ]
    ]


class MonitoredRisk(FormOfCourse):
    """One safety flag of a form of a session, as the report of that form has it."""

    id: Annotated[str, "Flag id."]
    title: Annotated[str, "What it is about, in words."]
    item: Annotated[str, "The item it rests on."]
    raised: Annotated[
        bool | None,
        "Raised, or null when the item was not answered; not raised (false) with `rules=all` only.",
    ]
    reason: Annotated[str | None, "Why it is null: `not_answered`."]
    severity: Annotated[FlagSeverity, "How serious a raised flag is."]
    message: Annotated[
        str | None,
        "What to consider when it is raised, that the item was not answered when it is null; "
        "else null.",
    ]
    source: Annotated[str, "Id of the source, see `sources`."]


class RisksNotTold(FormOfCourse):
    """A form with safety flags of which only scores came in some sessions."""

    risks: Annotated[list[str], "Ids of its flags."]
    reason: Annotated[Literal["scores_only"], "Why they cannot be told."]
    message: Annotated[str, "The same in words."]
    sessions: Annotated[list[int], "In which sessions."]


class Signal(TypedDict):
    """What the rules together amount to, by rater."""

    client: Annotated[Severity, "The patient's side."]
    therapist: Annotated[Severity, "The therapist's side."]


class RuleResult(TypedDict):
    """What one rule says about one session. With `rules=fired` only those that fired, and what is
    the same in every session stands once under `rules` of the report.
    """

    rule: Annotated[str, "Rule id, see GET /v1/rules.", Pattern(r"^[RP][0-9]{2}$")]
    name: NotRequired[Annotated[str, "Its name. With `rules=all`."]]
    instrument: Annotated[str | None, "Instrument id; null where the rule is on no single series."]
    perspective: Annotated[Rater, "Whose signal it counts for."]
    timing: Annotated[Timing | None, "Filled in before or after the session."]
    scale: Annotated[str | None, "Scale id."]
    fired: Annotated[
        bool | None,
        "Null when the data cannot say, with the reason; never false for lack of data.",
    ]
    reason: Annotated[
        str | None,
        "Why it is null, for example `no_sem`, `baseline_too_short`, `no_norm_of_human_therapy`.",
    ]
    statistic: Annotated[float | None, "What was compared."]
    threshold: Annotated[float | None, "What it was compared with."]
    p: Annotated[
        float | None, ("One-sided probability under a stable course, where the rule has one.")
    ]
    severity: Annotated[Severity, "What the rule alone amounts to when it fires."]
    about_session: Annotated[
        int | None, ("The earlier session that the finding is about; null: this one.")
    ]
    evidence: Annotated[Mapping[str, Any], "The figures behind it."]
    params: NotRequired[
        Annotated[
            Mapping[str, Any],
            "The parameters used, with the provenance of each error figure. With `rules=all`.",
        ]
    ]
    provenance: NotRequired[
        Annotated[RuleProvenance, "Where the rule comes from. With `rules=all`."]
    ]
    sources: NotRequired[Annotated[list[str], "Ids of sources, see `sources`. With `rules=all`."]]


class RuleLegend(TypedDict):
    """What a rule is, said once for the course."""

    name: Annotated[str, "Its name."]
    title: Annotated[str, "What it asks for."]
    params: Annotated[
        Mapping[str, Any],
        "The thresholds used; the error figures stand in the `parameters` of each series.",
    ]
    provenance: Annotated[RuleProvenance, "Where the rule comes from."]
    sources: Annotated[list[str], "Ids of sources, see `sources`."]


class RulesAsked(TypedDict):
    """Rules that were asked of a series in the same sessions."""

    rules: Annotated[list[str], "Rule ids."]
    sessions: Annotated[
        Literal["all"] | list[int],
        "Session numbers; `all`: every session told in which the series has a score (of no series: "
        "every session but the intake).",
    ]


class CannotSay(TypedDict):
    """Where a rule could not say anything, and why."""

    reason: Annotated[str, "Why, for example `no_sem`, `baseline_too_short`."]
    sessions: Annotated[
        Literal["all"] | list[int], "Session numbers; `all`: wherever the rule was asked."
    ]


class SeriesCannotSay(TypedDict):
    """Which rules were asked of one series, and which could not say anything. In the sessions in
    which a rule was asked, has not fired and is not named here, it was false.
    """

    instrument: Annotated[str | None, "Instrument id; null where the rules are on no series."]
    perspective: Annotated[Rater, "Whose signal they count for."]
    timing: Annotated[Timing | None, "Filled in before or after the session."]
    scale: Annotated[str | None, "Scale id."]
    asked: Annotated[list[RulesAsked], "The rules that were asked, and when."]
    rules: Annotated[
        Mapping[str, list[CannotSay]], "By rule: the reasons why it could not say anything."
    ]


class RepairState(SeriesIdentity):
    """A repair state that an episode reached in this session."""

    state: Annotated[str, "P01 to P04.", Pattern(r"^P[0-9]{2}$")]
    name: Annotated[str, "Its name."]
    episode: Annotated[str, "Id of the alert."]
    about_session: Annotated[int, "The session in which the alert was opened."]
    evidence: Annotated[Mapping[str, Any], "Baseline, target, scores and sessions."]
    provenance: Annotated[RuleProvenance, "Where the rule comes from."]
    sources: Annotated[list[str], "Ids of sources, see `sources`."]


class PhaseTransition(SeriesIdentity):
    """Where a series stood when another therapist took over. For information: it raises no
    signal.
    """

    mean_before: Annotated[float, "Mean of the scores of the phase that ended."]
    n_before: Annotated[int, "How many they were."]
    first_score: Annotated[
        float | None, ("First score of the new phase, where this session has one.")
    ]


class SuddenChange(SeriesIdentity):
    """A sudden gain or loss that this session completes."""

    kind: Annotated[Literal["gain", "loss"], "Which it is."]
    about_session: Annotated[int, "The session after the step."]
    step: Annotated[float, "Size of the step, as the scale counts."]
    cutoff: Annotated[float | None, "Least size of a step that counts."]
    evidence: Annotated[Mapping[str, Any], "Means before and after, and their limit."]
    sources: Annotated[list[str], "Ids of sources, see `sources`."]


class MonitoredSession(TypedDict):
    """One session as it looked when it was the latest: later sessions never change it."""

    number: Annotated[int, "Session number; 0 is the intake."]
    date: Annotated[str | None, "As it was sent."]
    phase: Annotated[int, "Phase, counted from 1; another therapist begins a new one."]
    events: Annotated[list[str], "As they were sent."]
    forms: Annotated[list[MonitoredForm], "The forms of the session."]
    scores: Annotated[
        Mapping[str, Mapping[str, float | None]],
        (
            "Scores by instrument and scale; "
            "an instrument that came twice "
            "is named "
            "`id/perspective/timing`, or `id/timing` where the form is the patient's own."
        ),
    ]
    risks: Annotated[
        list[MonitoredRisk],
        "Safety flags of the forms that came with answers: those that are raised, and those that "
        "are null because the item was not answered; with `rules=all` also those that are not "
        "raised. Look at them first: no signal takes them into account.",
    ]
    signal: Annotated[Signal, "What the rules together amount to."]
    rules: Annotated[
        list[RuleResult],
        "The rules that fired; with `rules=all` every rule that applies to the session's forms, "
        "with `rules=none` none.",
    ]
    repairs: Annotated[list[RepairState], "Repair states reached."]
    transitions: Annotated[list[PhaseTransition], "Only in the first session of a new phase."]
    sudden_changes: Annotated[list[SuddenChange], "Sudden gains, and sudden losses of outcomes."]


class ErrorFigure(TypedDict):
    """An error figure with its origin."""

    value: Annotated[float, "In the headline metric."]
    provenance: Annotated[Provenance, "Where it comes from."]
    source: Annotated[str | None, "Id of the source, see `sources`."]
    detail: Annotated[str, "In words."]


class MonitorNorm(TypedDict):
    """The norm group of the norm rules, in the headline metric."""

    id: Annotated[str, "Norm group id."]
    population: Annotated[str, "Who they are."]
    n: Annotated[int | None, "Size of the group."]
    digital: Annotated[bool, "A cohort of a digital therapy, used because the request named it."]
    mean: Annotated[float, "Mean."]
    sd: Annotated[float, "Standard deviation."]
    source: Annotated[str, "Id of the source, see `sources`."]


class SeriesParameters(TypedDict):
    """The error figures that a series was judged with."""

    sem: Annotated[ErrorFigure | None, "Standard error of measurement."]
    within_person_sd: Annotated[ErrorFigure | None, "Session-to-session SD of a stable patient."]
    sd: Annotated[ErrorFigure | None, "SD between patients."]
    margin: Annotated[
        float | None,
        "The least that a score is taken to vary by: the SEM, or within_person_sd / kappa.",
    ]
    norm: Annotated[MonitorNorm | None, "The norm group of R02 and R12."]


class PredictionLimits(TypedDict):
    """Between `watch` and `high` lies what is usual for this dyad."""

    watch: Annotated[float | None, "Limit at the error rate of a watch."]
    alert: Annotated[float | None, "Limit at the error rate of an alert."]
    high: Annotated[float | None, "The limit on the better side, at the error rate of a watch."]


class SeriesPoint(TypedDict):
    """One score with what it was compared with; outcomes have session and value only, subscales and
    scores at intake or by an observer the phase too.
    """

    session: Annotated[int, "Session number."]
    value: Annotated[float, "Headline score."]
    phase: NotRequired[Annotated[int, "Phase."]]
    baseline: NotRequired[Annotated[float | None, "Mean of the earlier sessions that count."]]
    n_baseline: NotRequired[Annotated[int, "How many they are."]]
    expected: NotRequired[
        Annotated[float | None, "Where their trend leads: what R06 compares the score with."]
    ]
    limits: NotRequired[Annotated[PredictionLimits, "Prediction limits for this score."]]
    chart_limit: NotRequired[Annotated[float | None, "Lower limit of the individuals chart."]]
    cusum: NotRequired[Annotated[float | None, "Cumulative sum after this score."]]
    intake: NotRequired[
        Annotated[Literal[True], "Only of session 0: nothing of the alliance is compared with it."]
    ]


class CourseSeries(SeriesIdentity):
    """One scale over the course, for plotting."""

    title: Annotated[str, "Title of the scale."]
    metric: Annotated[str, "Metric of the scores."]
    direction: Annotated[Direction, "Which way is better."]
    minimum: Annotated[float | None, "Lowest possible score."]
    maximum: Annotated[float | None, "Highest possible score."]
    kind: Annotated[Literal["alliance", "outcome"], "Of the alliance, or an outcome beside it."]
    watched: Annotated[bool, "Whether the rules watch it."]
    parameters: Annotated[SeriesParameters, "The error figures used."]
    points: Annotated[
        list[SeriesPoint], "The scores; with `sessions=latest` that of the last session only."
    ]


class ScoreAt(TypedDict):
    """A score and its session."""

    session: Annotated[int, "Session number."]
    value: Annotated[float, "Headline score."]


class CourseChange(SeriesIdentity):
    """Change of one scale from its first to its last score."""

    first: Annotated[ScoreAt, "First score."]
    last: Annotated[ScoreAt, "Last score."]
    difference: Annotated[float | None, "Last minus first."]
    rci: Annotated[float | None, "Difference over its standard error (Jacobson and Truax 1991)."]
    category: Annotated[Category | None, "By the direction of the scale."]
    clinically_significant: Annotated[Significance | None, "With a crossed cut-off."]
    method: Annotated[str | None, "How reliability was judged."]
    level: Annotated[float | None, "Confidence level."]
    threshold: Annotated[float | None, "Least difference that is reliable."]
    note: Annotated[str | None, "Why there is no judgement."]
    source: Annotated[str | None, "Id of the source in the instrument's definition."]


class FalseAlarm(TypedDict):
    """How much such a signal can be trusted: simulated, see docs/calibration.md, or with figures of
    the site, see docs/learning.md.
    """

    family_rate: Annotated[
        float | None,
        "Share of stable courses (0 to 1) with such a signal or worse by n_sessions; of a weak "
        "start, of patients of the norm group.",
    ]
    reason: Annotated[
        Literal[
            "not_a_fall",
            "raised_by_others",
            "set_for_alerts",
            "longer_than_planned",
        ]
        | None,
        "Why no rate is known; null where one is.",
    ]
    n_sessions: Annotated[int, "Number of sessions that the rate is for."]
    severity: Annotated[
        Literal["watch", "alert"],
        "Severity that the rate is for; an urgent signal counts as an alert.",
    ]
    rate_if_sd_half_again: Annotated[
        float | None,
        "The same where the true session-to-session SD is half as large again; null for a rate of "
        "the site, whose SD is its own.",
    ]
    detection: Annotated[
        Mapping[str, float] | None,
        "Shares (0 to 1) of changes that bring such a signal or worse in time, simulated with "
        "figures of the site; null for any other rate.",
    ]
    kappa: Annotated[float, "Assumed session-to-session SD over SEM."]
    assumption: Annotated[str, "What was simulated."]
    source: Annotated[
        str | None, "Where the definition has a rate of the site from; null for any other rate."
    ]


class CourseAlert(SeriesIdentity):
    """One episode of a rater's side, as it stands after the last session."""

    id: Annotated[str, "Rater and opening session."]
    opened_session: Annotated[int, "Session that opened it."]
    updated_session: Annotated[int, "Last session that added to it."]
    closed_session: Annotated[int | None, "Session that closed it; null while it is followed."]
    severity: Annotated[Literal["watch", "alert", "urgent"], "The worst so far."]
    status: Annotated[
        Literal["open", "provisional", "repaired", "partial", "unresolved"], "Where it stands."
    ]
    summary: Annotated[
        str, "One line for a card, at most 140 characters: no score, no digit but of the session."
    ]
    message: Annotated[
        str,
        (
            "For a clinician, at most 400 characters: what was seen, what beside it, where it "
            "stands now, how often that is chance."
        ),
    ]
    note: Annotated[
        str | None,
        "What the data of this alert cannot bear, at most 400 characters; null: nothing to say.",
    ]
    rules: Annotated[list[str], "Ids of the rules behind it."]
    evidence: Annotated[
        Mapping[str, Any],
        (
            "Score, baseline, score before, drop, probability, the cut-off of an alert by level, "
            "events shortly before, and the sessions in which each rule fired."
        ),
    ]
    repair: Annotated[
        Mapping[str, Any],
        "Baseline, target, scores since, fraction regained, a return after the end, and "
        "how often chance drops return like this.",
    ]
    relapse_of: Annotated[str | None, "Id of the repaired alert that it follows soon."]
    false_alarm: Annotated[FalseAlarm, "How much it can be trusted."]


class SeriesQuality(TypedDict):
    """What the data of one watched series can bear. Of the whole course: later sessions change
    it.
    """

    instrument: Annotated[str, "Instrument id."]
    perspective: Annotated[Rater, "Who rated."]
    timing: Annotated[Timing, "Filled in before or after the session."]
    scale: Annotated[str, "Scale id."]
    n_scores: Annotated[int, "Scores."]
    n_sessions: Annotated[int, "Sessions of the course."]
    sessions_without_score: Annotated[list[int], "Sessions without this score."]
    numbers_left_out: Annotated[list[int], "Session numbers that were not sent, at most a hundred."]
    silent_after_signal: Annotated[list[int], "Sessions without a form right after a signal."]
    share_at_best: Annotated[float, "Share of scores (0 to 1) that are the best possible."]
    own_sd: Annotated[float | None, "SD of the scores that the next one would be compared with."]
    notes: Annotated[
        list[str],
        "`too_few_scores_for_change_rules`, `no_sem`, `within_person_sd_assumed`, "
        "`sem_above_within_person_sd` (measurement error is part of what scores vary by: one of "
        "the two figures is wrong or of other people), `ceiling`.",
    ]


class CourseReport(TypedDict):
    """Everything that can honestly be said about a course of treatment.

    The same request to the same version gives the same bytes.
    """

    reference: Annotated[str | None, "The caller's reference."]
    options: Annotated[MonitorOptionsUsed, "How the rules were set."]
    sessions: Annotated[
        list[MonitoredSession],
        "Session by session, prospectively; with `sessions=latest` the last one only.",
    ]
    risks_not_told: Annotated[
        list[RisksNotTold],
        "Forms of these sessions whose safety flags cannot be told because only scores came, each "
        "once.",
    ]
    rules: NotRequired[
        Annotated[
            Mapping[str, RuleLegend],
            "With `rules=fired`: the rules that fired in these sessions, by id.",
        ]
    ]
    cannot_say: NotRequired[
        Annotated[
            list[SeriesCannotSay],
            "With `rules=fired`: what was asked of each series, and could not be answered.",
        ]
    ]
    series: Annotated[list[CourseSeries], "Every series, for plotting."]
    change: Annotated[list[CourseChange], "First to last score of every scale."]
    alerts: Annotated[list[CourseAlert], "The episodes."]
    data_quality: Annotated[list[SeriesQuality], "What the data can bear."]
    sources: Annotated[
        Mapping[str, ReportSource],
        "The sources that rules, flags and numbers of this response name, by id; with `rules=all` "
        "those of every rule.",
    ]
