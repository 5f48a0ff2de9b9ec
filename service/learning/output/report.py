"""report.md: what was learned, in tables, with the plots."""

from collections.abc import Mapping
from typing import Any

from service.calibration.model import SHAPES
from service.learning.estimation.interval import Estimate
from service.learning.expectation import BY_SESSIONS, CHANGES, N_SESSIONS
from service.learning.figures import SeriesFigures, SiteFigures
from service.learning.gathering import Key

NAMES = {
    "level": "Mean level at session 4",
    "level_sd": "SD of patients' levels at session 4",
    "sd": "SD of single scores in one session",
    "within_person_sd": "Session-to-session SD of one patient, round the own line",
    "sem": "Standard error of measurement (alpha)",
    "growth": "Mean growth a session",
    "slope_sd": "SD of patients' growth",
    "level_slope_covariance": "Covariance of level and growth",
    "residual_autocorrelation": "Correlation of residuals from session to session",
    "nu0": "Unevenness of patients: degrees of freedom of their variances",
    "scale": "Unevenness of patients: scale of their SDs",
    "still_share": "Share of patients whose scores do not scatter at all",
    "missing": "Share of sessions without a score",
}
GAPS = {
    "mean": "Mean gap, patient minus therapist",
    "sd": "SD of the gap in one session",
    "lasting_sd": "SD of what lasts of it in a dyad",
    "session_sd": "SD of what changes of it from session to session",
}
REASONS = {
    "too_few_patients": "too few patients",
    "no_answers": "needs answers to single items",
    "not_determined": "not determined by these scores",
    "patients_alike": "patients scatter alike",
}
INTRODUCTION = (
    "# What this site's courses say\n\n"
    "Estimated by `python -m service learn`. Figures are in the metric of each scale; brackets "
    "hold 95 % intervals. A figure that too few patients stand behind is left out, with what it "
    "would take. None of it is a verdict on anybody: it says what scores of patients in treatment "
    "usually do here."
)


def report(
    figures: SiteFigures,
    faults: Mapping[str, int],
    rates: Mapping[Key, Mapping[str, Any]],
    plots: Mapping[Key, str],
) -> str:
    """Return the report; `faults` counts the lines left out by code, `plots` names the files."""
    parts = [INTRODUCTION, _read(figures, faults)]
    for one in figures.series:
        parts += [f"## {title(one.key)}", f"{one.n_patients} patients, {one.n_scores} scores."]
        parts.append(_estimates(NAMES, one.estimates))
        parts += _windows(one)
        parts += _starts(one)
        if one.key in plots:
            parts.append(f"![Scores by session and expected courses]({plots[one.key]})")
        if one.key in rates:
            parts += _rates(rates[one.key])
    for pair, found in figures.gaps.items():
        parts += [f"## {title(pair.client)} and {title(pair.therapist)}", _estimates(GAPS, found)]
    return "\n\n".join(parts) + "\n"


def title(key: Key) -> str:
    """Return the heading of a series."""
    rater = f", {key.perspective}" if key.perspective else ""
    before = ", before the session" if key.timing == "pre" else ""
    return f"{key.instrument} {key.version}{rater}{before}: {key.scale}"


def shown(one: Estimate) -> str:
    """Return a figure with its interval, or why there is none."""
    if one.value is None:
        needed = f" ({one.minimum} needed)" if one.minimum else ""
        return f"– {REASONS.get(one.reason or '', one.reason or '')}{needed}"
    if one.interval is None:
        return number(one.value)
    low, high = (number(end) if end is not None else "…" for end in one.interval)
    return f"{number(one.value)} [{low}, {high}]"


def number(value: float) -> str:
    """Return a figure to three significant digits, without exponent."""
    if value == 0 or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:#.3g}".rstrip(".") if abs(value) >= 1e-4 else f"{value:.6f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _read(figures: SiteFigures, faults: Mapping[str, int]) -> str:
    left = sum(faults.values())
    text = f"{figures.n_courses} courses read; {left} lines left out."
    if not faults:
        return text
    rows = [[f"`{code}`", str(n)] for code, n in sorted(faults.items())]
    return f"{text}\n\n{_table(['fault', 'lines'], rows)}"


def _estimates(names: Mapping[str, str], found: Mapping[str, Estimate]) -> str:
    rows = [
        [text, shown(found[name]), str(found[name].n_patients), str(found[name].n_scores)]
        for name, text in names.items()
    ]
    return _table(["figure", "value", "patients", "scores"], rows)


def _windows(one: SeriesFigures) -> list[str]:
    if not one.windows:
        return []
    percentages = list(one.windows[0].quantiles)
    head = ["sessions", "patients", "scores", "mean", "SD", *(f"{p} %" for p in percentages)]
    rows = [
        [
            _sessions(window.first, window.last),
            str(window.mean.n_patients),
            str(window.mean.n_scores),
            *(shown(of) for of in (window.mean, window.sd, *window.quantiles.values())),
        ]
        for window in one.windows
    ]
    return ["Single scores by session:", _table(head, rows)]


def _starts(one: SeriesFigures) -> list[str]:
    if not one.starts or not one.expected:
        return []
    head = ["sessions", *(f"start {number(start)} ({p} %)" for p, start in one.starts.items())]
    rows = [
        [
            _sessions(expected.first, expected.last),
            *(shown(of) for of in expected.means.values()),
            shown(expected.spread),
        ]
        for expected in one.expected
    ]
    text = (
        "Expected mean score by the first score (session 1 or 2), and the SD of patients round it:"
    )
    return [text, _table([*head, "SD"], rows)]


def _rates(rates: Mapping[str, Any]) -> list[str]:
    stable = [
        [severity, *(f"{found[str(by)]:.1f}" for by in BY_SESSIONS)]
        for severity, found in rates["stable"].items()
    ]
    changes = [
        [SHAPES[shape].title, f"{found['watch']:.1f}", f"{found['alert']:.1f}"]
        for shape, found in ((shape, rates["changes"][shape]) for shape in CHANGES)
    ]
    n = rates["n_courses"]
    return [
        f"Simulated with these figures ({n} courses of {N_SESSIONS} sessions each, the rules told "
        "the session-to-session SD above, and the SEM above or the definition's). "
        "Of 100 courses in which nothing happens, so many get a signal by session:",
        _table(["signal", *map(str, BY_SESSIONS)], stable),
        "Of 100 changes, in session-to-session SDs, so many are noticed:",
        _table(["change", "watch or more", "alert or more"], changes),
    ]


def _sessions(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
