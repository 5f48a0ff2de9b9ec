"""The mixed model: a random level and slope for each patient, by restricted maximum likelihood.

y = (level + u0) + (growth + u1)(session - 4) + e, with (u0, u1) normal of covariance D and
residuals of variance sigma2, correlated rho**|t - u| (Laird and Ware 1982). D over sigma2 is the
square of a lower triangular matrix, so that no value of it is impossible; levels, growth and
sigma2 are profiled out. Each evaluation costs one step for each patient.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from service.learning.estimation.lines import Sums
from service.learning.estimation.optimum import minimum


class Mixed(NamedTuple):
    """What the model says: mean level at the reference session and growth a session, the
    covariance of patients' levels and slopes, the residual variance, and -2 log likelihood.
    """

    level: float
    growth: float
    d00: float
    d01: float
    d11: float
    sigma2: float
    deviance: float

    @property
    def parameters(self) -> tuple[float, ...]:
        """Return all six parameters, variances as they are."""
        return self[:6]


START = (1.0, 0.0, 0.1)
STEPS = (0.5, 0.05, 0.05)


def fit(patients: Sequence[Sums]) -> Mixed:
    """Return the restricted maximum likelihood fit; at least three scores are needed."""
    found = minimum(lambda factor: _profile(patients, factor).deviance, START, STEPS)
    return _profile(patients, found)


def _profile(patients: Sequence[Sums], factor: Sequence[float]) -> Mixed:
    l0, l1, l2 = factor
    g00, g01, g11 = l0 * l0, l0 * l1, l1 * l1 + l2 * l2
    w00 = w01 = w11 = r0 = r1 = squares = logdet = 0.0
    n = 0
    for of in patients:
        count, a, b, c, p, q, v, own = of
        # M = I + A G; V**-1 enters by M**-1 alone (Woodbury).
        m00, m01 = 1 + a * g00 + b * g01, a * g01 + b * g11
        m10, m11 = b * g00 + c * g01, 1 + b * g01 + c * g11
        det = m00 * m11 - m01 * m10
        s, t = (m11 * p - m01 * q) / det, (m00 * q - m10 * p) / det
        w00 += (m11 * a - m01 * b) / det
        w01 += (m11 * b - m01 * c) / det
        w11 += (m00 * c - m10 * b) / det
        r0 += s
        r1 += t
        squares += v - p * (g00 * s + g01 * t) - q * (g01 * s + g11 * t)
        logdet += math.log(det) + own
        n += count
    det = w00 * w11 - w01 * w01
    level, growth = (w11 * r0 - w01 * r1) / det, (w00 * r1 - w01 * r0) / det
    sigma2 = (squares - level * r0 - growth * r1) / (n - 2)
    deviance = (n - 2) * (math.log(sigma2) + 1 + math.log(2 * math.pi)) + logdet + math.log(det)
    return Mixed(level, growth, sigma2 * g00, sigma2 * g01, sigma2 * g11, sigma2, deviance)


def deviances(patients: Sequence[Sums], parameters: Sequence[float]) -> list[float]:
    """Return each patient's own -2 log likelihood, without constants, at some parameters: level,
    growth, d00, d01, d11, sigma2.
    """
    level, growth, d00, d01, d11, sigma2 = parameters
    g00, g01, g11 = d00 / sigma2, d01 / sigma2, d11 / sigma2
    logsigma = math.log(sigma2)
    found = []
    for count, a, b, c, p, q, v, _ in patients:
        v0 = v - 2 * (level * p + growth * q)
        v0 += level * level * a + 2 * level * growth * b + growth * growth * c
        p0, q0 = p - level * a - growth * b, q - level * b - growth * c
        m00, m01 = 1 + a * g00 + b * g01, a * g01 + b * g11
        m10, m11 = b * g00 + c * g01, 1 + b * g01 + c * g11
        det = m00 * m11 - m01 * m10
        s, t = (m11 * p0 - m01 * q0) / det, (m00 * q0 - m10 * p0) / det
        squares = v0 - p0 * (g00 * s + g01 * t) - q0 * (g01 * s + g11 * t)
        found.append(count * logsigma + math.log(det) + squares / sigma2)
    return found
