"""Checking a whole submission: answers, norms, perspective and baseline, every fault at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from service.scoring.answers import Baseline, Form, Submission, read_form
from service.scoring.instrument import Instrument, Number, Scale
from service.scoring.issue import InvalidSubmission, Issue, Path, path_to
from service.scoring.ranges import score_range
from service.scoring.sums import whole

LARGEST_SCORE = 1_000_000
"""Bound of a score whose range is not known, because the key of its form is not public."""

SELF_REPORT = "client"
"""Who fills in a form whose definition names no rater."""

_NO_SCORES: Mapping[str, Number] = {}


class CheckedSubmission(NamedTuple):
    """What a submission holds once it is checked: its form and, where it has one, its baseline."""

    form: Form
    baseline_form: Form | None = None
    baseline_scores: Mapping[str, Number] = _NO_SCORES


class SubmissionReader:
    """Reads submissions for one instrument."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._norm_ids = frozenset(norm.id for norm in instrument.norms)

    def read(self, submission: Submission) -> CheckedSubmission:
        """Return the checked submission. Raises InvalidSubmission with every fault of its parts."""
        issues: list[Issue] = []
        form = self._form(
            submission.answers, submission.not_applicable, submission.encoding, (), issues
        )
        if submission.norms and submission.norms != ("*",):
            issues.extend(self._unknown_norms(submission.norms))
        if submission.perspective is not None or self._instrument.perspectives:
            issues.extend(perspective_faults(self._instrument, submission.perspective))
        if submission.baseline is None:
            if form is None or issues:
                raise InvalidSubmission(issues)
            return CheckedSubmission(form)
        earlier, scores = self._baseline(submission.baseline, submission.encoding, issues)
        if form is None or issues:
            raise InvalidSubmission(issues)
        return CheckedSubmission(form, earlier, scores)

    def _form(
        self,
        answers: object,
        not_applicable: Sequence[object],
        encoding: str,
        parent: Path,
        issues: list[Issue],
    ) -> Form | None:
        try:
            return read_form(self._instrument, answers, not_applicable, encoding, parent)  # type: ignore[arg-type]
        except InvalidSubmission as invalid:
            issues.extend(invalid.issues)
            return None

    def _unknown_norms(self, norms: Sequence[str]) -> Iterator[Issue]:
        for index, norm in enumerate(norms):
            if norm not in self._norm_ids:
                detail = "The instrument has no such norm group."
                yield Issue(("norms", index), "unknown_norm", detail, sorted(self._norm_ids))

    def _baseline(
        self, baseline: Baseline, encoding: str, issues: list[Issue]
    ) -> tuple[Form | None, Mapping[str, Number]]:
        before = len(issues)
        form = (
            self._form(baseline.answers, baseline.not_applicable, encoding, ("baseline",), issues)
            if baseline.answers
            else None
        )
        scores: dict[str, Number] = {}
        for scale_id, score in (baseline.scores or {}).items():
            if score is None:
                continue
            fault = score_fault(self._instrument, scale_id, score, ("baseline", "scores"))
            if fault is not None:
                issues.append(fault)
            else:
                scores[scale_id] = score  # type: ignore[assignment]
        if len(issues) == before and form is None and not scores:
            issues.append(
                Issue(
                    ("baseline",), "no_baseline", "The baseline holds neither answers nor scores."
                )
            )
        return form, scores


def perspective_faults(instrument: Instrument, perspective: str | None) -> Iterator[Issue]:
    """Yield the fault of a rater that a form is not for, or that is needed and not named."""
    allowed = list(instrument.perspectives or [instrument.perspective or SELF_REPORT])
    if perspective is None:
        if instrument.perspectives:
            yield Issue(
                ("perspective",),
                "perspective_needed",
                "Two raters use this form; say which one.",
                allowed,
            )
    elif perspective not in allowed:
        yield Issue(
            ("perspective",), "wrong_perspective", "The form is not for this rater.", allowed
        )


def score_fault(instrument: Instrument, scale_id: str, score: object, parent: Path) -> Issue | None:
    """Return the fault of a score that was supplied in the headline metric, None where there is
    none.
    """
    scale = instrument.scale.get(scale_id)
    if scale is None:
        return Issue(
            parent, "unknown_scale", "The instrument has no such scale.", list(instrument.scale)
        )
    where = path_to(parent, scale_id, instrument.scale)
    limits = score_range(instrument, scale)
    allowed = (
        {"minimum": limits[0], "maximum": limits[1], "metric": scale.metric} if limits else None
    )
    if isinstance(score, bool) or not isinstance(score, int | float):
        return Issue(where, "wrong_type", "A number is needed.", allowed)
    if limits is None and not abs(score) <= LARGEST_SCORE:
        allowed = {"minimum": -LARGEST_SCORE, "maximum": LARGEST_SCORE, "metric": scale.metric}
        return Issue(where, "out_of_range", "The score is too large to reckon with.", allowed)
    if limits and not limits[0] <= score <= limits[1]:
        return Issue(where, "out_of_range", "The score lies outside the scale's range.", allowed)
    if whole(score) is None and _is_whole(instrument, scale):
        detail = "No answers give such a score: it is a sum of whole numbers."
        return Issue(where, "value_not_allowed", detail, {**(allowed or {}), "step": 1})
    return None


def _is_whole(instrument: Instrument, scale: Scale) -> bool:
    """Tell whether every score of a scale is a whole number: a sum of whole items, never prorated
    to a fraction.
    """
    keyed = {type(score) for at in scale.items for score in instrument.items[at].score_of.values()}
    return (
        scale.metric == scale.aggregation == "sum"
        and scale.transform is None
        and scale.weights is None
        and keyed == {int}
        and all(instrument.items[at].score_of for at in scale.items)
        and (scale.missing.method.name != "prorate" or scale.missing.round)
    )
