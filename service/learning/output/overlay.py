"""Overlays: a site's figures as definition files that extend the shipped ones."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from service import __version__
from service.definitions.catalog import Catalog, Entry
from service.learning.estimation.interval import Estimate
from service.learning.expectation import BY_SESSIONS, told_sem
from service.learning.figures import SeriesFigures
from service.learning.gathering import Key
from service.learning.output.estimates import rounded
from service.scoring.instrument import Instrument, Scale

SOURCE = "site-courses"
SOURCED = {"source": SOURCE, "verification": "site"}
POPULATION = "Patients of this site"
NORM_WINDOW = (3, 5)
NORM = "site-sessions-3-5"
SEVERITIES = ("watch", "alert")
FEWEST_SIMULATED = 500
"""Courses below which no rate is quoted: at 500 the standard error of 10 % is 1.3 points."""
_NUMBERED = re.compile(r"(.*?)\.?site\.([0-9]+)")

Json = dict[str, Any]


def overlays(
    catalog: Catalog, figures: Iterable[SeriesFigures], rates: Mapping[Key, Json]
) -> dict[str, str]:
    """Return the texts of overlay files by name, one for each instrument of which something can be
    said: figures of the rater whom a definition's figures are of, with the simulated rates of the
    series that the rules watch.
    """
    by_form: dict[tuple[str, str], dict[str, SeriesFigures]] = {}
    for one in figures:
        instrument = catalog.get(one.key.instrument, one.key.version).instrument
        if not is_of_the_definition(one, instrument):
            continue
        scales = by_form.setdefault((one.key.instrument, one.key.version), {})
        other = scales.get(one.key.scale)
        if other is None or one.n_scores > other.n_scores:
            scales[one.key.scale] = one
    found = {}
    for (name, version), scales in by_form.items():
        overlay = _overlay(catalog.get(name, version), scales, rates)
        if overlay is not None:
            found[f"{name}.json"] = json.dumps(overlay, indent=1, ensure_ascii=False) + "\n"
    return found


def is_of_the_definition(one: SeriesFigures, instrument: Instrument) -> bool:
    """Tell whether a series is of the only rater of its form: a definition cannot say whose of two
    raters a figure is.
    """
    return not instrument.perspectives and one.key.perspective == instrument.perspective


def _overlay(
    entry: Entry, scales: Mapping[str, SeriesFigures], rates: Mapping[Key, Json]
) -> Json | None:
    base = {part["id"]: part for part in entry.document["scales"]}
    parts = [
        {"id": name, **members}
        for name, one in scales.items()
        if (members := _members(one, base[name], entry.instrument.scale[name], rates.get(one.key)))
    ]
    norm = _norm(scales)
    if not parts and norm is None:
        return None
    n = max(one.n_patients for one in scales.values())
    extends, version = _name(entry)
    overlay: Json = {"extends": extends, "version": version}
    if parts:
        overlay["scales"] = parts
    if norm is not None:
        overlay["norms"] = [norm]
    citation = f"Courses of {n} patients of this site, estimated by python -m service learn"
    overlay["sources"] = [{"id": SOURCE, "citation": citation, "where": "estimates.json"}]
    return overlay


def _name(entry: Entry) -> tuple[str, str]:
    """Return what an overlay extends and its version: beside an earlier one of this kind, the same
    base and the next number.
    """
    instrument = entry.instrument
    release, _, build = instrument.version.partition("+")
    numbered = _NUMBERED.fullmatch(build)
    if numbered is None:
        parts = [*filter(None, [build]), "site.1"]
        return f"{instrument.id}@{instrument.version}", f"{release}+{'.'.join(parts)}"
    parts = [*filter(None, [numbered[1]]), f"site.{int(numbered[2]) + 1}"]
    return entry.extends or f"{instrument.id}@{release}", f"{release}+{'.'.join(parts)}"


def _members(one: SeriesFigures, base: Json, scale: Scale, rates: Json | None) -> Json:
    """Return what the figures say of a scale, member by member."""
    estimates = one.estimates
    within, slope_sd = estimates["within_person_sd"], estimates["slope_sd"]
    found: Json = {}
    if within.value:
        found["within_person_sd"] = _figure(within, value=within.value)
    if slope_sd.value is not None:
        growth = estimates["growth"]
        found["growth"] = _figure(growth, mean=growth.value, sd=slope_sd.value)
    for member, name in (("autocorrelation", "residual_autocorrelation"), ("unevenness", "nu0")):
        if estimates[name].value is not None:
            found[member] = _figure(estimates[name], value=estimates[name].value)
    precision = _precision(one)
    if precision is not None:
        found["precision"] = precision
    expected = _expected_rates(one, scale, rates) if rates is not None else None
    if expected is not None:
        found["expected_rates"] = expected
    for member, figure in found.items():
        for left in base.get(member, {}).keys() - figure.keys() - {"age", "sex"}:
            figure[left] = None  # of the definition's own figure
    if "expected_rates" in base.keys() - found.keys():
        found["expected_rates"] = None  # they were simulated with other figures
    return found


def _precision(one: SeriesFigures) -> Json | None:
    """Return SD and alpha of the site, which give its SEM, None where that cannot be said."""
    sem, sd = one.sem, one.value("sd")
    if sem is None or sd is None:
        return None
    alpha = 1 - (sem / sd) ** 2
    return _figure(one.estimates["sem"], sd=sd, reliability=alpha) | {"kind": "alpha"}


def _expected_rates(one: SeriesFigures, scale: Scale, rates: Json) -> Json | None:
    """Return the simulated rates, None where courses were too few, or where the rules will be told
    another SEM than in the simulation.
    """
    within, sem = one.estimates["within_person_sd"], told_sem(one, scale)
    if rates["n_courses"] < FEWEST_SIMULATED or not _is_told_alike(one, scale):
        return None
    stable, sessions = rates["stable"], list(BY_SESSIONS)
    by_severity = {name: [_share(stable[name][str(by)]) for by in sessions] for name in SEVERITIES}
    detection = {
        change: {name: _share(noticed[name]) for name in SEVERITIES}
        for change, noticed in rates["changes"].items()
    }
    told = {"within_person_sd": within.value} | ({"sem": sem} if sem is not None else {})
    return {
        "sessions": sessions,
        **by_severity,
        "detection": detection,
        "n_simulated": rates["n_courses"],
        **_figure(within, **told),
        "note": f"Simulated with the alert rules of version {__version__}.",
    }


def _is_told_alike(one: SeriesFigures, scale: Scale) -> bool:
    """Tell whether an overlay tells the rules what the simulation told them: not an SEM above the
    session-to-session SD, nor that of an earlier overlay, which the new one replaces.
    """
    within, sem = one.value("within_person_sd"), told_sem(one, scale)
    if within is None or (sem is not None and sem >= within):
        return False
    known = scale.precision if one.sem is None else None
    return known is None or known.source != SOURCE


def _share(percentage: float) -> float:
    return round(percentage / 100, 6)


def _figure(of: Estimate, **values: float | None) -> Json:
    numbers = {name: rounded(value) for name, value in values.items()}
    note = f"{of.n_scores} scores."
    if of.interval is not None:
        low, high = (_written(end) for end in of.interval)
        note = f"{of.n_scores} scores; 95 % interval {low} to {high}."
    return numbers | {"n": of.n_patients, "population": POPULATION, "note": note} | SOURCED


def _written(end: float | None) -> str:
    return "no limit" if rounded(end) is None else f"{end:.3g}"


def _norm(scales: Mapping[str, SeriesFigures]) -> Json | None:
    """Return the single scores of sessions 3 to 5 as a norm that a caller may ask for by name."""
    found, n = {}, []
    for name, one in scales.items():
        for window in one.windows:
            if (window.first, window.last) != NORM_WINDOW or not window.sd.value:
                continue
            quantiles = [
                [percent, rounded(of.value)]
                for percent, of in window.quantiles.items()
                if of.value is not None
            ]
            found[name] = {
                "mean": rounded(window.mean.value),
                "sd": rounded(window.sd.value),
                "metric": "value",
                "quantiles": quantiles,
            }
            n.append(window.mean.n_patients)
    if not found:
        return None
    return {
        "id": NORM,
        "population": f"{POPULATION}, single scores of sessions 3 to 5",
        "setting": None,
        "country": None,
        "n": min(n),
        "age": None,
        "sex": None,
        "default": False,
        "digital": False,
        "percentile_model": "quantiles",
        "scales": found,
        **SOURCED,
    }
