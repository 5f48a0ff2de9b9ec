"""The score report: everything that can honestly be said about one completed form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import NamedTuple, cast

from service.scoring.answers import Answers, Form, Submission, read_form
from service.scoring.form.gates import CompiledGates
from service.scoring.form.quality import QualityCheck
from service.scoring.form.submission import CheckedSubmission, SubmissionReader
from service.scoring.form.working import show_working
from service.scoring.instrument import Answer, Instrument, Number, Scale, picker
from service.scoring.interpretation.change import judge_change
from service.scoring.interpretation.criteria import CompiledCriteria, CompiledRisk
from service.scoring.interpretation.score import Comparison, choose_norms, interpret
from service.scoring.logic import Facts
from service.scoring.ranges import Range, possible_range, score_ranges
from service.scoring.remembering import Memory
from service.scoring.report_shape import (
    InstrumentIdentity,
    ReportSource,
    ReportWarning,
    ScaleScore,
    ScoreReport,
)
from service.scoring.scales import (
    ANYBODY,
    Aggregate,
    Respondent,
    aggregate,
)
from service.scoring.sums import exact_sum

# What a result id rests on besides the answers, where there is nothing else.
_PLAIN = (None,) * 9


_Ranges = Mapping[str, Range | None]
_ScoreScale = Callable[[Form, dict[str, ScaleScore], Comparison, _Ranges], ScaleScore]


class Rated(NamedTuple):
    """The bare scores of a form: headline values by scale, reasons where None, and the answers in
    item order.
    """

    values: dict[str, Number | None]
    reasons: dict[str, str]
    answers: tuple[Answer | None, ...] | None


def _identity_of_baseline(form: Form) -> object:
    """Return what a digest has of a baseline; most have no items that did not apply."""
    return (form.values, sorted(form.not_applicable)) if form.not_applicable else form.values


class Scorer:
    """An instrument ready to score: rules compiled once, and what is known of a score remembered.

    Everything that can be said about a plain scale depends only on its sum, on how many answers
    make it and on what it is compared with, so it is worked out once and remembered, in a `memory`
    that scorers may share; the result is the same as working it out each time.
    """

    def __init__(self, instrument: Instrument, memory: Memory | None = None) -> None:
        self.instrument = instrument
        self.memory = Memory() if memory is None else memory
        self._misfits = instrument.misfits(*ANYBODY)
        self._criteria = CompiledCriteria(instrument, self.memory)
        self.flags = tuple(CompiledRisk(risk, instrument) for risk in instrument.risks)
        self._gates = CompiledGates(instrument)
        self._quality = QualityCheck(instrument)
        self._sources = cast("Mapping[str, ReportSource]", instrument.sources)
        self._identity: InstrumentIdentity = {
            "id": instrument.id,
            "version": instrument.version,
            "digest": instrument.digest,
        }
        self._digest = sha256(instrument.digest.encode())
        self._required = [index for index, item in enumerate(instrument.items) if not item.optional]
        self._pick_required = picker(self._required)
        self._continuous = frozenset(
            i for i, item in enumerate(instrument.items) if not item.score_of
        )
        self._score_scale = [(scale.id, self._scale_scorer(scale)) for scale in instrument.scales]
        self._reader = SubmissionReader(instrument)
        self.ranges = score_ranges(instrument)

    def __reduce__(self) -> tuple[type["Scorer"], tuple[Instrument]]:
        """Travel to another process as the instrument alone; its rules are compiled there anew."""
        return Scorer, (self.instrument,)

    def score(self, submission: Submission, *, working: bool = False) -> ScoreReport:
        """Check and score one form.

        Raises InvalidSubmission with every fault of answers, norms, perspective and baseline.
        """
        request = self._reader.read(submission)
        respondent = Respondent(submission.age, submission.sex)
        comparison = self._comparison(submission.norms, respondent, submission.perspective)
        form = self._gated(request.form, respondent)
        scores = self._score_form(form, comparison)
        report: ScoreReport = {
            "instrument": self._identity,
            "result_id": self._result_id(submission, request),
            "reference": submission.reference,
            "perspective": submission.perspective or self.instrument.perspective,
            "scores": scores,
            "criteria": self._criteria.evaluate(
                form.values, lambda: self._facts(form, scores, respondent)
            ),
            # On the answers as they were sent: a gate must not hide an answer that somebody has to
            # look at.
            "risks": [flag.evaluate(request.form.values) for flag in self.flags],
            "answered": form.answered,
            "missing": self._missing(form),
            "not_applicable": self._not_applicable(form)
            if form.not_applicable or form.unasked
            else [],
            "quality": self._quality.assess(request.form),
            "warnings": self._warnings(form, comparison)
            if form.warnings or comparison.misfits
            else [],
            "sources": self._sources,
        }
        if submission.baseline is not None:
            self._add_change(report, form, request, comparison, respondent)
        if working:
            self._add_working(report, form)
        return report

    def facts(self, submission: Submission) -> Facts:
        """Return what the criteria look at in a form. Raises InvalidSubmission as `score` does."""
        respondent = Respondent(submission.age, submission.sex)
        form = self._gated(self._reader.read(submission).form, respondent)
        scores = self._score_form(form, self._comparison((), respondent, None))
        return self._facts(form, scores, respondent)

    def rate(
        self,
        answers: Answers,
        not_applicable: Sequence[object] = (),
        encoding: str = "value",
        respondent: Respondent = ANYBODY,
    ) -> Rated:
        """Check the answers of a form and return those headline values that may be compared with
        others of their scale. Raises InvalidSubmission with every fault.

        A scale that lost an item has another range: it is None here with that reason, as a report
        does not compare it either.
        """
        form = read_form(self.instrument, answers, not_applicable, encoding)
        comparison = self._comparison((), respondent, None)
        gated = self._gated(form, respondent)
        scores = self._score_form(gated, comparison)
        values = {name: score["value"] for name, score in scores.items()}
        reasons: dict[str, str] = {}
        if None in values.values():
            reasons = {
                name: score["reason"]
                for name, score in scores.items()
                if score["reason"] is not None
            }
        if gated.lost:
            beneath = self.instrument.items_beneath
            for name, value in values.items():
                if value is not None and not gated.lost.isdisjoint(beneath[name]):
                    values[name], reasons[name] = None, "items_not_applicable"
        return Rated(values, reasons, tuple(form.values))

    def _gated(self, form: Form, respondent: Respondent) -> Form:
        if self.instrument.gates or form.not_applicable:
            return self._gates.apply(form, respondent)
        return form

    def _comparison(
        self, norms: tuple[str, ...] | None, respondent: Respondent, perspective: str | None
    ) -> Comparison:
        """Return what the scores of a respondent are compared with."""
        # Most callers say nothing of the respondent: what that comes to is known beforehand.
        misfits = self._misfits
        if respondent != ANYBODY:
            misfits = self.instrument.misfits(*respondent)
        key = self, norms, misfits, perspective
        found: Comparison | None = self.memory.recall(key)
        if found is None:
            found = choose_norms(self.instrument, norms, respondent, perspective)
            found = replace(found, ranges=score_ranges(self.instrument, (), respondent))
            self.memory.keep(key, found)
        return found

    def _score_form(self, form: Form, comparison: Comparison) -> dict[str, ScaleScore]:
        scores: dict[str, ScaleScore] = {}
        if form.answered < self.instrument.min_answered:
            for scale in self.instrument.scales:
                positions = self.instrument.items_beneath[scale.id]
                n_answered = sum(form.values[position] is not None for position in positions)
                nothing = Aggregate(
                    None, None, None, n_answered, len(positions), False, "too_few_answered_in_form"
                )
                limits = comparison.ranges[scale.id]
                scores[scale.id] = interpret(scale, nothing, comparison, limits)
            return scores
        ranges = comparison.ranges
        if form.excluded:
            ranges = score_ranges(self.instrument, form.excluded, comparison.respondent)
        for name, score_scale in self._score_scale:
            scores[name] = score_scale(form, scores, comparison, ranges)
        return scores

    def _scale_scorer(self, scale: Scale) -> _ScoreScale:
        """Return the function that scores one scale, with the short way for complete forms where
        there is one.
        """
        items = frozenset(self.instrument.items_beneath[scale.id])

        def work_out(
            form: Form, scores: dict[str, ScaleScore], comparison: Comparison, ranges: _Ranges
        ) -> ScaleScore:
            """Score the scale of a form; `scores` holds the scales before it, its components among
            them.
            """
            components = {name: scores[name]["value"] for name in scale.components}
            found = aggregate(scale, form, components, comparison.respondent)
            shortened = not form.lost.isdisjoint(items)
            return interpret(scale, found, comparison, ranges[scale.id], shortened=shortened)

        if not scale.is_plain or self._continuous.intersection(scale.items):
            return work_out
        pick, scale_id = scale.pick, scale.id
        recall, keep = self.memory.recall, self.memory.keep
        by_count_alone = scale.missing.method.by_count_alone

        def look_up(
            form: Form, scores: dict[str, ScaleScore], comparison: Comparison, ranges: _Ranges
        ) -> ScaleScore:
            """Return what was worked out for the same sum of as many answers, compared with the
            same norms.
            """
            if form.gated and not items.isdisjoint(form.gated):
                return work_out(form, scores, comparison, ranges)
            given = pick(form.scores)
            if None in given:
                if not by_count_alone:
                    return work_out(form, scores, comparison, ranges)
                given = tuple(score for score in given if score is not None)
            total = sum(given)
            if type(total) is float:
                total = exact_sum(given)
            case = comparison, scale_id, total, len(given)
            entry: ScaleScore | None = recall(case)
            if entry is None:
                entry = work_out(form, scores, comparison, ranges)
                keep(case, entry)
            return entry

        return look_up

    def _scale_range(
        self, form: Form, scores: Mapping[str, ScaleScore], scale_id: str
    ) -> tuple[Number, Number] | None:
        if not form.lost.isdisjoint(self.instrument.items_beneath[scale_id]):
            return None  # thresholds are for the whole scale
        value = scores[scale_id]["value"]
        if value is not None:
            return value, value
        return possible_range(self.instrument, self.instrument.scale[scale_id], form)

    def _missing(self, form: Form) -> list[str]:
        if None not in self._pick_required(form.values):
            return []
        items, values = self.instrument.items, form.values
        return [
            items[index].id
            for index in self._required
            if values[index] is None and index not in form.gated
        ]

    def _facts(self, form: Form, scores: Mapping[str, ScaleScore], respondent: Respondent) -> Facts:
        return Facts(form.values, partial(self._scale_range, form, scores), *respondent)

    def _not_applicable(self, form: Form) -> list[str]:
        positions = sorted(form.not_applicable | form.unasked)
        return [self.instrument.items[position].id for position in positions]

    def _warnings(self, form: Form, comparison: Comparison) -> list[ReportWarning]:
        warnings = list(form.warnings)
        for norm_id, reason in comparison.misfits:
            detail = "This norm group was not used: the respondent is not known to belong to it."
            warnings.append(
                {"code": "norm_does_not_fit", "detail": detail, "norm": norm_id, "reason": reason}
            )
        return warnings

    def _result_id(self, submission: Submission, request: CheckedSubmission) -> str:
        """Return a digest of definition and input. As confidential as the answers: trying all
        answers reverses it.
        """
        form, baseline = request.form, request.baseline_form
        circumstances = (
            sorted(form.not_applicable) if form.not_applicable else None,
            submission.reference,
            submission.perspective,
            submission.age,
            submission.sex,
            submission.norms,
            _identity_of_baseline(baseline) if baseline else None,
            sorted(request.baseline_scores.items()) if request.baseline_scores else None,
            sorted(form.not_known) if form.not_known else None,
        )
        digest = self._digest.copy()
        digest.update(repr(form.values).encode())
        if circumstances != _PLAIN:
            digest.update(repr(circumstances).encode())
        return "sha256:" + digest.hexdigest()

    def _add_change(
        self,
        report: ScoreReport,
        form: Form,
        request: CheckedSubmission,
        comparison: Comparison,
        respondent: Respondent,
    ) -> None:
        """Give each scale its change; scores that were supplied win over scores of the baseline's
        answers.
        """
        earlier: dict[str, Number | None] = {}
        lost = form.lost
        if request.baseline_form is not None:
            baseline = self._gated(request.baseline_form, respondent)
            lost |= baseline.lost | (form.excluded ^ baseline.excluded)
            earlier = {
                name: score["value"]
                for name, score in self._score_form(baseline, comparison).items()
            }
        earlier.update(request.baseline_scores)
        for name, entry in report["scores"].items():
            if name in earlier:
                scale = self.instrument.scale[name]
                shortened = not lost.isdisjoint(self.instrument.items_beneath[name])
                change = judge_change(scale, earlier[name], entry["value"], respondent, shortened)
                report["scores"][name] = cast("ScaleScore", {**entry, "change": change})

    def _add_working(self, report: ScoreReport, form: Form) -> None:
        for name, entry in report["scores"].items():
            shown = show_working(self.instrument, self.instrument.scale[name], form)
            report["scores"][name] = cast("ScaleScore", {**entry, "working": shown})
