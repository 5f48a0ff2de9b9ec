"""estimates.json: every figure with interval, numbers of patients and scores, and refusals."""

import json
import math
from collections.abc import Mapping
from typing import Any

from service.learning.estimation.interval import Estimate
from service.learning.estimation.lines import REFERENCE
from service.learning.estimation.scores import Window
from service.learning.estimation.starting import Expected
from service.learning.figures import SeriesFigures, SiteFigures
from service.learning.gathering import Key

FORMAT = 1
DIGITS = 6

Json = dict[str, Any]


def estimates_text(figures: SiteFigures, rates: Mapping[Key, Json]) -> str:
    """Return the text of estimates.json; `rates` are the simulated ones by series."""
    document = {
        "format": FORMAT,
        "provenance": "site",
        "n_courses": figures.n_courses,
        "reference_session": REFERENCE,
        "series": [_series(one, rates.get(one.key)) for one in figures.series],
        "gaps": [
            {
                "client": pair.client._asdict(),
                "therapist": pair.therapist._asdict(),
                "estimates": _estimates(found),
            }
            for pair, found in figures.gaps.items()
        ],
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def rounded(value: float | None) -> float | None:
    """Return a figure with six significant digits; an end that lies nowhere is None."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}")


def _series(one: SeriesFigures, rates: Json | None) -> Json:
    return {
        **one.key._asdict(),
        "metric": one.metric,
        "n_patients": one.n_patients,
        "n_scores": one.n_scores,
        "estimates": _estimates(one.estimates),
        "windows": [_window(window) for window in one.windows],
        "expected_courses": {
            "starts": {str(percent): rounded(start) for percent, start in one.starts.items()},
            "windows": [_expected(expected) for expected in one.expected],
        },
        "expected_rates": rates,
    }


def _estimates(found: Mapping[str, Estimate]) -> Json:
    return {name: _estimate(one) for name, one in found.items()}


def _estimate(one: Estimate) -> Json:
    written: Json = {
        "value": rounded(one.value),
        "interval": None if one.interval is None else [rounded(end) for end in one.interval],
        "n_patients": one.n_patients,
        "n_scores": one.n_scores,
    }
    if one.reason is not None:
        written |= {"reason": one.reason, "minimum_patients": one.minimum}
    return written


def _by_percentage(found: Mapping[int, Estimate]) -> Json:
    return {str(percent): _estimate(one) for percent, one in found.items()}


def _window(window: Window) -> Json:
    return {
        "sessions": [window.first, window.last],
        "mean": _estimate(window.mean),
        "sd": _estimate(window.sd),
        "quantiles": _by_percentage(window.quantiles),
    }


def _expected(expected: Expected) -> Json:
    return {
        "sessions": [expected.first, expected.last],
        "mean_by_start": _by_percentage(expected.means),
        "spread": _estimate(expected.spread),
    }
