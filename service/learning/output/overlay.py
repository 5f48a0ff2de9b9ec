"""Overlays: a site's figures as definition files that extend the shipped ones."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from service.definitions.catalog import Catalog, Entry
from service.learning.estimation.interval import Estimate
from service.learning.figures import SeriesFigures
from service.learning.output.estimates import rounded
from service.scoring.instrument import Instrument

SOURCE = "site-courses"
SOURCED = {"source": SOURCE, "verification": "site"}
POPULATION = "Patients of this site"
NORM_WINDOW = (3, 5)
NORM = "site-sessions-3-5"
_NUMBERED = re.compile(r"(.*?)\.?site\.([0-9]+)")

Json = dict[str, Any]


def overlays(catalog: Catalog, figures: Iterable[SeriesFigures]) -> dict[str, str]:
    """Return the texts of overlay files by name, one for each instrument of which something can be
    said: figures of the rater whom a definition's figures are of.
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
        overlay = _overlay(catalog.get(name, version), scales)
        if overlay is not None:
            found[f"{name}.json"] = json.dumps(overlay, indent=1, ensure_ascii=False) + "\n"
    return found


def is_of_the_definition(one: SeriesFigures, instrument: Instrument) -> bool:
    """Tell whether a series is of the only rater of its form: a definition cannot say whose of two
    raters a figure is.
    """
    return not instrument.perspectives and one.key.perspective == instrument.perspective


def _overlay(entry: Entry, scales: Mapping[str, SeriesFigures]) -> Json | None:
    base = {part["id"]: part for part in entry.document["scales"]}
    parts = [
        {"id": name, **members}
        for name, one in scales.items()
        if (members := _members(one, base[name]))
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


def _members(one: SeriesFigures, base: Json) -> Json:
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
    for member, figure in found.items():
        for left in base.get(member, {}).keys() - figure.keys() - {"age", "sex"}:
            figure[left] = None  # of the definition's own figure
    return found


def _precision(one: SeriesFigures) -> Json | None:
    """Return SD and alpha of the site, which give its SEM; None where that exceeds what scores vary
    by from session to session.
    """
    sem, sd = one.estimates["sem"], one.estimates["sd"]
    within = one.value("within_person_sd")
    if not sem.value or not sd.value or sem.value >= min(sd.value, within or sd.value):
        return None
    alpha = 1 - (sem.value / sd.value) ** 2
    return _figure(sem, sd=sd.value, reliability=alpha) | {"kind": "alpha"}


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
