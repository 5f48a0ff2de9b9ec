"""A checked scale made into the engine's scale, with what follows from its published numbers."""

from collections.abc import Mapping
from typing import Any

from service.scoring.change import standard_error_of_difference, standard_error_of_measurement
from service.scoring.instrument import (
    EVERYBODY,
    Applicability,
    Band,
    BandSystem,
    ChangeRule,
    Cutoff,
    LookupTable,
    MinimalImportantDifference,
    MissingRule,
    Number,
    Precision,
    Reliability,
    Scale,
    Term,
    Transform,
)
from service.scoring.missing import method_named

Json = dict[str, Any]


def build_scale(part: Json, positions: Mapping[str, int]) -> Scale:
    """Return a scale of a definition without faults.

    `positions` gives each item's place in the form.
    """
    members = part.get("items", [])
    composite = part.get("composite", {"of": (), "method": "sum"})
    within_person_sd = part.get("within_person_sd", {})
    missing = part["missing"]
    return Scale(
        id=part["id"],
        title=part["title"],
        aggregation=part["aggregation"],
        metric=part["metric"],
        direction=part["direction"],
        missing=MissingRule(
            missing["min_answered"],
            method_named(missing["method"]),
            missing["round"],
            missing.get("source"),
        ),
        terms=tuple(_term(member, positions) for member in members),
        weights=_weights(members, part["weights"]) if "weights" in part else None,
        at_least=_thresholds(members, part["count"]["at_least"]) if "count" in part else (),
        components=tuple(composite["of"]),
        composite_method=composite["method"],
        unit=part.get("unit"),
        transform=_transform(part["transform"]) if "transform" in part else None,
        reliabilities=tuple(_reliability(known) for known in part["reliability"]),
        precision=_precision(part["precision"]) if "precision" in part else None,
        within_person_sd=within_person_sd.get("value"),
        within_person_sd_source=within_person_sd.get("source"),
        bands=tuple(_band_system(system) for system in part["bands"]),
        cutoffs=tuple(_cutoff(cutoff) for cutoff in part["cutoffs"]),
        change=_change(part["change"]) if "change" in part else None,
        codes=tuple(part["codes"]),
    )


def build_age_and_sex(part: Json) -> Applicability:
    """Return for whom a number is."""
    age, sex = part["age"], part["sex"]
    if age is None and sex is None:
        return EVERYBODY
    low, high = (None, None) if age is None else (age["min"], age["max"])
    return Applicability(low, high, sex)


def _term(member: Any, positions: Mapping[str, int]) -> Term:
    if isinstance(member, str):
        return Term((positions[member],))
    return Term(tuple(positions[name] for name in member["max_of"]), member["min_answered"])


def _weights(members: list[Any], weights: Mapping[str, Number]) -> tuple[Number, ...]:
    return tuple(weights.get(member, 1) if isinstance(member, str) else 1 for member in members)


def _thresholds(members: list[str], at_least: Number | Mapping[str, Number]) -> tuple[Number, ...]:
    if isinstance(at_least, Mapping):
        return tuple(at_least[member] for member in members)
    return (at_least,) * len(members)


def _transform(part: Json) -> Transform:
    if part["type"] == "linear":
        return Transform(part["of"], part["factor"], part["offset"], source=part["source"])
    tables = tuple(
        LookupTable(
            build_age_and_sex(table),
            {row[0]: (row[1], row[2] if len(row) == 3 else None) for row in table["entries"]},
        )
        for table in part["tables"]
    )
    return Transform(part["of"], tables=tables, source=part["source"])


def _reliability(part: Json) -> Reliability:
    return Reliability(part["kind"], part["value"], part["source"], part.get("sample"))


def _precision(part: Json) -> Precision:
    if "sem" in part:
        return Precision(part["sem"], None, None, part["source"])
    sem = standard_error_of_measurement(part["sd"], part["reliability"])
    return Precision(sem, part["reliability"], part["kind"], part["source"])


def _band_system(part: Json) -> BandSystem:
    bands = [Band(band["id"], band["label"], band["min"], band["max"]) for band in part["bands"]]
    bands.sort(key=lambda band: (band.minimum, band.maximum))
    return BandSystem(part["system"], tuple(bands), part["source"], build_age_and_sex(part))


def _cutoff(part: Json) -> Cutoff:
    applies_to = build_age_and_sex(part)
    return Cutoff(
        part["system"], part["op"], part["value"], part["source"], part.get("label"), applies_to
    )


def _change(part: Json) -> ChangeRule:
    important = tuple(
        MinimalImportantDifference(known["name"], known["value"], known["source"])
        for known in part["mcid"]
    )
    cutoff = part.get("clinical_cutoff")
    if "reliable_change" in part:
        fixed = part["reliable_change"]
        return ChangeRule("fixed", fixed, None, part["level"], part["source"], important, cutoff)
    if "method" in part:
        error = standard_error_of_difference(part["sd"], part["reliability"])
        return ChangeRule(
            "jacobson_truax", None, error, part["level"], part["source"], important, cutoff
        )
    return ChangeRule(None, minimal_important=important, clinical_cutoff=cutoff)
