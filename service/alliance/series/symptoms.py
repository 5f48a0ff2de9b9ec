"""Symptom scores next to the alliance: reliable deterioration from one available score to the
next.
"""

import math
from typing import Any, NamedTuple

from service.alliance.course import INTAKE
from service.alliance.finding import Finding, unknown
from service.alliance.series.error_model import ErrorModel
from service.alliance.series.watched_scale import Standard
from service.scoring.instrument import ChangeRule, Number
from service.scoring.interpretation.change import critical_value
from service.scoring.sums import meets

RELIABLE_Z = 1.96
RELIABLE_ALPHA = 0.05  # of that z, two-sided
PERSONALITY = "personality"
"""Of this construct no form is about symptoms, and none is told to worsen."""


class SymptomSeries(Standard):
    """One symptom scale over the sessions."""

    def __init__(self, standard: Standard) -> None:
        self._adopt(standard)
        self.scores: dict[int, float] = {}
        self.values: list[tuple[int, Number]] = []
        self.best_by: list[tuple[int, Number]] = []  # by each of those, the first of equals
        self.reliable = _reliable(self.change, self.model)
        self.cutoff = self.reliable.threshold if self.reliable is not None else None
        self._among: dict[int, Reliable] = {}

    def arrive(self, session: int, value: Number) -> Finding:
        """Compare a new score with the last: did it deteriorate reliably?"""
        before = self.values[-1] if self.values else None
        self.values.append((session, value))
        best = self.best_by[-1] if self.best_by else (session, value)
        is_better = self.sign * value > self.sign * best[1]
        self.best_by.append((session, value) if is_better else best)
        if session != INTAKE:  # no sudden gain or loss begins before the first session
            self.scores[session] = self.sign * value
        if before is None:
            return unknown("too_few_symptom_scores")
        worse_by = self.sign * before[1] - self.scores[session]
        evidence: dict[str, Any] = {
            "instrument": self.key.instrument,
            "scale": self.key.scale,
            "since_session": before[0],
            "previous": before[1],
            "value": value,
        }
        if self.reliable is None:
            return unknown("no_reliable_change_parameters")
        method, op, threshold = self.reliable
        evidence["method"] = method
        return Finding(meets(worse_by, op, threshold), None, worse_by, threshold, None, evidence)

    def among(self, n_scales: int) -> "Reliable":
        """Return the criterion where so many scales are looked at: an error of alpha shared among
        them (Bonferroni). A published threshold has no alpha: it stays, and where an SEM is known
        the change must exceed measurement error at the shared alpha as well.
        """
        known = self._among.get(n_scales)
        if known is None:
            assert self.reliable is not None
            known = self._among[n_scales] = _shared(self.reliable, self, n_scales)
        return known


Changes = list[tuple[SymptomSeries, Finding]]
"""How each symptom scale of a session changed since its score before."""


class Reliable(NamedTuple):
    """What a reliable deterioration reaches (>=) or exceeds (>), and by which method."""

    method: str
    op: str
    threshold: float


def _reliable(rule: ChangeRule, model: ErrorModel) -> Reliable | None:
    """Return the published rule of the scale, else 1.96 √2 SEM where an SEM is known."""
    if rule.reliable_change is not None:
        return Reliable("fixed", ">=", rule.reliable_change)
    if rule.standard_error_of_difference is not None and rule.level is not None:
        return Reliable(
            "jacobson_truax", ">", critical_value(rule.level) * rule.standard_error_of_difference
        )
    if model.sem is None:
        return None
    return Reliable("sem", ">=", RELIABLE_Z * math.sqrt(2) * model.sem.value)


def _shared(alone: Reliable, series: SymptomSeries, n_scales: int) -> Reliable:
    """Return a criterion at alpha / n: the threshold grows as the normal quantile does, and a
    published one is at least z(alpha / n) √2 SEM.
    """
    if n_scales == 1:
        return alone
    level = series.change.level if alone.method == "jacobson_truax" else None
    alpha = RELIABLE_ALPHA if level is None else 1 - level
    z = critical_value(1 - alpha / n_scales)
    if alone.method == "jacobson_truax":
        assert series.change.standard_error_of_difference is not None
        return alone._replace(threshold=z * series.change.standard_error_of_difference)
    if series.sem is None:
        return alone
    beyond_error = z * math.sqrt(2) * series.sem
    return alone._replace(threshold=max(alone.threshold, beyond_error))
