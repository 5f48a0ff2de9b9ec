"""The scores of a form: worked out from its answers, or as they were sent."""

from typing import cast

from service.alliance.reading.faults import Faults, Json
from service.scoring.answers import ENCODINGS, Answers
from service.scoring.form.submission import perspective_faults, score_fault
from service.scoring.instrument import Instrument
from service.scoring.issue import InvalidSubmission, Path
from service.scoring.report import Rated, Scorer
from service.scoring.scales import Respondent


class ScoreReader:
    """Reads the scores of forms of one respondent."""

    def __init__(self, respondent: Respondent, faults: Faults) -> None:
        self._respondent = respondent
        self._faults = faults

    def read(
        self, scorer: Scorer | None, form: Json, perspective: str | None, where: Path
    ) -> Rated | None:
        """Return the scores of a form, None where they cannot be had."""
        if ("answers" in form) == ("scores" in form):
            detail = "Send the answers of the form or its scores, one of the two."
            self._faults.add(where, "answers_or_scores", detail)
            return None
        are_readable = self._are_readable(form, where)
        if scorer is None:
            return None
        if "scores" in form:
            return self._supplied(scorer.instrument, form["scores"], perspective, where)
        return self._worked_out(scorer, form, perspective, where) if are_readable else None

    def _worked_out(
        self, scorer: Scorer, form: Json, perspective: str | None, where: Path
    ) -> Rated | None:
        if perspective is not None or scorer.instrument.perspectives:
            self._faults.add_below(where, perspective_faults(scorer.instrument, perspective))
        answers = cast("Answers", form["answers"])
        not_applicable, encoding = form.get("not_applicable", []), form.get("encoding", "value")
        try:
            return scorer.rate(answers, not_applicable, encoding, self._respondent)
        except InvalidSubmission as invalid:
            self._faults.add_below(where, invalid.issues)
            return None

    def _are_readable(self, form: Json, where: Path) -> bool:
        """Tell whether the answers and the members about them are of the right kind."""
        before = len(self._faults.issues)
        if not isinstance(form.get("answers", {}), dict | list):
            detail = "An object by item or an array in item order is needed."
            self._faults.add((*where, "answers"), "wrong_type", detail)
        if not isinstance(form.get("not_applicable", []), list):
            detail = "An array of item ids is needed."
            self._faults.add((*where, "not_applicable"), "wrong_type", detail)
        if form.get("encoding", "value") not in ENCODINGS:
            detail = "There is no such encoding."
            self._faults.add((*where, "encoding"), "not_allowed", detail, list(ENCODINGS))
        return len(self._faults.issues) == before

    def _supplied(
        self, instrument: Instrument, sent: object, perspective: str | None, where: Path
    ) -> Rated | None:
        scores = sent if isinstance(sent, dict) else {}
        # Null stands for a score that is not given.
        scores = {name: score for name, score in scores.items() if score is not None}
        if not scores:
            detail = "An object with at least one score by scale is needed."
            self._faults.add((*where, "scores"), "wrong_type", detail)
            return None
        for name, score in scores.items():
            fault = score_fault(instrument, name, score, (*where, "scores"))
            self._faults.add_below((), [fault] if fault is not None else [])
        self._faults.add_below(where, perspective_faults(instrument, perspective))
        return Rated(scores, {}, None)
