"""Level, growth, and what scores vary by: the estimates that need a patient's whole course."""

import math
from collections.abc import Sequence

from service.learning.estimation import mixed, residuals
from service.learning.estimation.interval import (
    NOT_DETERMINED,
    TOO_FEW_PATIENTS,
    Estimate,
    Interval,
    around,
    around_correlation,
    around_log,
    around_root,
    around_sd,
    refused,
)
from service.learning.estimation.lines import Scores, Sums, own_lines, sums
from service.learning.estimation.matrices import Matrix, Singular, inverse, product, symmetric
from service.learning.estimation.optimum import gradients

FEWEST = 20
"""Patients with at least three scores that a figure of levels, growth or scatter needs."""
FEWEST_SECOND = 40
"""Patients with at least five scores that how patients differ, or residuals hang together, needs:
growth, scatter, correlation.
"""
FIRST = ("level", "level_sd", "growth", "within_person_sd", "still_share")
SECOND = ("slope_sd", "level_slope_covariance", "residual_autocorrelation", "nu0", "scale")

Estimates = dict[str, Estimate]


def course_estimates(patients: Sequence[Scores], step: float = 0.0) -> Estimates:
    """Return the estimates of the mixed model and of the residuals by name.

    Figures of the first kind are made where 20 patients have three scores, with rho taken as zero
    where those of the second kind are not: they need 40 patients with five. `step` is the smallest
    difference of two scores, 0 where unknown.
    """
    n_scores = sum(len(one.values) for one in patients)
    three, five = (sum(len(one.values) >= least for one in patients) for least in (3, 5))
    if three < FEWEST:
        names = (*FIRST, *SECOND)
        return dict.fromkeys(names, refused(TOO_FEW_PATIENTS, three, n_scores, FEWEST))
    try:
        fitted = _Fitted(patients, step, whole=five >= FEWEST_SECOND)
        found = fitted.first()
        if five >= FEWEST_SECOND:
            return found | fitted.second()
    except (Singular, ArithmeticError, ValueError):
        names = (*FIRST, *SECOND)
        return dict.fromkeys(names, refused(NOT_DETERMINED, three, n_scores))
    return found | dict.fromkeys(SECOND, refused(TOO_FEW_PATIENTS, five, n_scores, FEWEST_SECOND))


class _Fitted:
    def __init__(self, patients: Sequence[Scores], step: float, *, whole: bool) -> None:
        self.patients = patients
        self.n_patients = len(patients)
        self.n_scores = sum(len(one.values) for one in patients)
        self.centre = math.fsum(v for one in patients for v in one.values) / self.n_scores
        self.residuals = residuals.fit(patients, self.centre, step) if whole else None
        self.rho = self.residuals.rho if self.residuals else 0.0
        zeros = [0.0] * self.n_patients
        self.of_rho = self.residuals.contributions[2] if self.residuals else zeros
        self.model = mixed.fit(self._sums(self.rho))
        self.of_model = self._contributions()

    def _sums(self, rho: float) -> list[Sums]:
        return [sums(one, rho, self.centre) for one in self.patients]

    def _contributions(self) -> Matrix:
        """Return what each patient contributes to the error of each parameter of the mixed model,
        with what the error of rho brings along (estimating equations, stacked).
        """
        model = self.model
        at = list(model.parameters)
        least = 1e-3 * model.sigma2
        steps = [
            0.01 * math.sqrt(model.sigma2),
            0.001 * math.sqrt(model.sigma2),
            0.01 * max(model.d00, least),
            0.01 * math.sqrt(max(model.d00, least) * max(model.d11, least)),
            0.01 * max(model.d11, least),
            0.01 * model.sigma2,
        ]

        def by_patient(values: Sequence[float], rho: float) -> Matrix:
            given = self._sums(rho) if rho != self.rho else own
            return gradients(lambda x: mixed.deviances(given, x), values, steps)

        own = self._sums(self.rho)

        def total(values: Sequence[float], rho: float) -> list[float]:
            return [sum(row) for row in by_patient(values, rho)]

        curvature = symmetric(gradients(lambda x: total(x, self.rho), at, steps))
        step = 0.01
        above, below = total(at, self.rho + step), total(at, self.rho - step)
        of_rho = [(a - b) / (2 * step) for a, b in zip(above, below, strict=True)]
        scores = [
            [one + slope * moved for one, moved in zip(row, self.of_rho, strict=True)]
            for row, slope in zip(by_patient(at, self.rho), of_rho, strict=True)
        ]
        return [[-value for value in row] for row in product(inverse(curvature), scores)]

    def _made(self, value: float, interval: tuple[float | None, float | None]) -> Estimate:
        return Estimate(value, interval, self.n_patients, self.n_scores)

    def _of_model(
        self,
        at: int,
        interval: Interval,
        shift: float = 0.0,
    ) -> Estimate:
        value = self.model.parameters[at]
        low, high = interval(value, self.of_model[at])
        shown = math.sqrt(max(value, 0.0)) if interval is around_root else value
        return self._made(shown + shift, (low + shift, high + shift))

    def first(self) -> Estimates:
        """Return level, growth, and SDs between and within patients."""
        return {
            "level": self._of_model(0, around, self.centre),
            "level_sd": self._of_model(2, around_root),
            "growth": self._of_model(1, around),
            "within_person_sd": self._within(),
            "still_share": self._still(),
        }

    def _still(self) -> Estimate:
        """Return the share of patients whose scores do not scatter at all."""
        still = residuals.are_still(self.patients, self.centre)
        known = [
            flag for one, flag in zip(self.patients, still, strict=True) if len(one.values) > 2
        ]
        share = sum(known) / len(known)
        low, high = around(share, [(flag - share) / len(known) for flag in known])
        return self._made(share, (max(low, 0.0), min(high, 1.0)))

    def _pooled(self, rho: float) -> float:
        lines = own_lines(self.patients, rho, self.centre)
        return sum(line.squares for line in lines) / sum(line.df for line in lines)

    def _within(self) -> Estimate:
        """Return the root mean square over patients of the SD round the own line.

        The upper end is the farther one of two: that of the patients seen, and that of the
        distribution of unequal patients, to which rare ones belong who scatter more than any that
        were seen.
        """
        lines = iter(own_lines(self.patients, self.rho, self.centre))
        df = sum(max(len(one.values) - 2, 0) for one in self.patients)
        variance = self._pooled(self.rho)
        step = 0.01
        slope = (self._pooled(self.rho + step) - self._pooled(self.rho - step)) / (2 * step)
        contributions = []
        for one, of_rho in zip(self.patients, self.of_rho, strict=True):
            line = next(lines) if len(one.values) > 2 else None
            own = (line.squares - variance * line.df) / df if line else 0.0
            contributions.append(own + slope * of_rho)
        low, high = around_sd(variance, contributions)
        if self.residuals is not None:
            high = max(high, residuals.mean_square_above(self.residuals))
        return self._made(math.sqrt(variance), (low, high))

    def second(self) -> Estimates:
        """Return how patients differ in growth and scatter, and how residuals hang together."""
        of = self.residuals
        assert of is not None
        scale = math.exp(of.log_scale / 2)
        of_scale = [scale / 2 * one for one in of.contributions[0]]
        even = of.inverse_nu < residuals.EVEN
        nu = refused("patients_alike", self.n_patients, self.n_scores) if even else None
        return {
            "slope_sd": self._of_model(4, around_root),
            "level_slope_covariance": self._of_model(3, around),
            "residual_autocorrelation": self._made(
                of.rho, around_correlation(of.rho, of.contributions[2])
            ),
            "nu0": nu or self._made(residuals.mean_nu(of), residuals.nu_interval(of)),
            "scale": self._made(scale, around_log(scale, of_scale)),
        }
