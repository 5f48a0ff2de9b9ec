"""A checked scale made into the engine's scale, with what follows from its published numbers."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from service.definitions.build.respondents import Respondents
from service.scoring.instrument import (
    Band,
    BandSystem,
    ChangeRule,
    Cutoff,
    ExpectedRates,
    Growth,
    LinkedTable,
    LookupTable,
    MinimalImportantDifference,
    MissingRule,
    Number,
    Precision,
    Reliability,
    Sample,
    Scale,
    SessionFigure,
    Term,
    Transform,
)
from service.scoring.interpretation.change import (
    standard_error_of_difference,
    standard_error_of_measurement,
)
from service.scoring.missing import method_named
from service.scoring.recoding.ratio import Ratio
from service.scoring.recoding.steps import Step, Steps

Json = dict[str, Any]

_NOTHING: Json = {"age": None, "sex": None}


def build_scale(part: Json, positions: Mapping[str, int], respondents: Respondents) -> Scale:
    """Return a scale of a definition without faults.

    `positions` gives each item's place in the form, `respondents` for whom numbers are.
    """
    members = _members(part)
    composite = part.get("composite", {"of": (), "method": "sum"})
    within_person_sd = part.get("within_person_sd", _NOTHING)
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
        ratio=_ratio(part.get("ratio"), positions),
        unit=part.get("unit"),
        transform=_transform(part["transform"], respondents) if "transform" in part else None,
        linked=tuple(_linked(table, respondents) for table in part.get("linked", ())),
        reliabilities=tuple(_reliability(known, respondents) for known in part["reliability"]),
        precision=_precision(part["precision"], respondents) if "precision" in part else None,
        within_person_sd=within_person_sd.get("value"),
        within_person_sd_source=within_person_sd.get("source"),
        within_person_sd_for=respondents.of(within_person_sd),
        within_person_sd_sample=_sample(within_person_sd),
        growth=_growth(part["growth"], respondents) if "growth" in part else None,
        autocorrelation=_session_figure(part.get("autocorrelation"), respondents),
        unevenness=_session_figure(part.get("unevenness"), respondents),
        expected_rates=_expected_rates(part.get("expected_rates"), respondents),
        bands=tuple(_band_system(system, respondents) for system in part["bands"]),
        cutoffs=tuple(_cutoff(cutoff, respondents) for cutoff in part["cutoffs"]),
        changes=tuple(_change(rule, respondents) for rule in _listed(part.get("change"))),
        codes=tuple(part["codes"]),
    )


@lru_cache(maxsize=512)
def _item_at(position: int) -> Term:
    """Return the term of one item, which scales of all forms share."""
    return Term((position,))


def _term(member: Any, positions: Mapping[str, int]) -> Term:
    if isinstance(member, str):
        return _item_at(positions[member])
    return Term(tuple(positions[name] for name in member["max_of"]), member["min_answered"])


def _members(part: Json) -> list[Any]:
    return _items_of_ratio(part["ratio"]) if "ratio" in part else part.get("items", [])


def _items_of_ratio(ratio: Json) -> list[str]:
    """Return the items of a ratio: what is divided, then what it is divided by."""
    to = ratio["to"]
    return [ratio["of"], *(to["hours_between"] if isinstance(to, dict) else [to])]


def _ratio(part: Json | None, positions: Mapping[str, int]) -> Ratio | None:
    if part is None:
        return None
    of, *to = (positions[name] for name in _items_of_ratio(part))
    return Ratio(of, tuple(to), part["times"], part["at_most"])


def _weights(members: list[Any], weights: Mapping[str, Number]) -> tuple[Number, ...]:
    return tuple(weights.get(member, 1) if isinstance(member, str) else 1 for member in members)


def _thresholds(members: list[str], at_least: Number | Mapping[str, Number]) -> tuple[Number, ...]:
    if isinstance(at_least, Mapping):
        return tuple(at_least[member] for member in members)
    return (at_least,) * len(members)


def _transform(part: Json, respondents: Respondents) -> Transform:
    if part["type"] == "linear":
        return Transform(part["of"], part["factor"], part["offset"], source=part["source"])
    if part["type"] == "steps":
        return Transform(part["of"], source=part["source"], steps=build_steps(part["steps"]))
    tables = tuple(
        LookupTable(respondents.of(table), _rows(table["entries"])) for table in part["tables"]
    )
    return Transform(part["of"], tables=tables, source=part["source"])


def build_steps(parts: list[Json]) -> Steps:
    """Return the steps of a recoding, which are in order."""
    first, *others = parts
    steps = tuple(
        Step(part["above"], part["worth"], above=True)
        if "above" in part
        else Step(part["at_least"], part["worth"])
        for part in others
    )
    return Steps(first["worth"], steps)


def _rows(entries: list[list[Number]]) -> dict[Number, tuple[Number, Number | None]]:
    """Return value and standard error by raw score."""
    return {row[0]: (row[1], row[2] if len(row) == 3 else None) for row in entries}


def _linked(part: Json, respondents: Respondents) -> LinkedTable:
    return LinkedTable(
        target=part["target"],
        title=part["title"],
        unit=part["unit"],
        method=part["method"],
        values=_rows(part["entries"]),
        source=part["source"],
        applies_to=respondents.of(part),
        sample=_sample(part),
    )


def _reliability(part: Json, respondents: Respondents) -> Reliability:
    applies_to = respondents.of(part)
    return Reliability(part["kind"], part["value"], part["source"], part.get("sample"), applies_to)


def _precision(part: Json, respondents: Respondents) -> Precision:
    applies_to, sample = respondents.of(part), _sample(part)
    if "sem" in part:
        return Precision(part["sem"], None, None, part["source"], applies_to, sample)
    sem = standard_error_of_measurement(part["sd"], part["reliability"])
    return Precision(sem, part["reliability"], part["kind"], part["source"], applies_to, sample)


def _sample(part: Json) -> Sample:
    derived = part.get("derived", False)
    return Sample(part.get("n"), part.get("population"), part.get("note"), derived)


def _growth(part: Json, respondents: Respondents) -> Growth:
    applies_to = respondents.of(part)
    return Growth(part["mean"], part["sd"], part["source"], applies_to, _sample(part))


def _session_figure(part: Json | None, respondents: Respondents) -> SessionFigure | None:
    if part is None:
        return None
    applies_to = respondents.of(part)
    return SessionFigure(part["value"], part["source"], applies_to, _sample(part))


def _expected_rates(part: Json | None, respondents: Respondents) -> ExpectedRates | None:
    if part is None:
        return None
    return ExpectedRates(
        sessions=tuple(part["sessions"]),
        by_severity={name: tuple(part[name]) for name in ("watch", "alert")},
        detection=part.get("detection", {}),
        within_person_sd=part["within_person_sd"],
        sem=part.get("sem"),
        source=part["source"],
        applies_to=respondents.of(part),
        sample=_sample(part),
    )


def _band_system(part: Json, respondents: Respondents) -> BandSystem:
    bands = [Band(band["id"], band["label"], band["min"], band["max"]) for band in part["bands"]]
    bands.sort(key=lambda band: (band.minimum, band.maximum))
    return BandSystem(part["system"], tuple(bands), part["source"], respondents.of(part))


def _cutoff(part: Json, respondents: Respondents) -> Cutoff:
    applies_to = respondents.of(part)
    return Cutoff(
        part["system"], part["op"], part["value"], part["source"], part.get("label"), applies_to
    )


def _listed(change: Json | list[Json] | None) -> list[Json]:
    if change is None:
        return []
    return change if isinstance(change, list) else [change]


def _change(part: Json, respondents: Respondents) -> ChangeRule:
    method: Literal["fixed", "jacobson_truax"] | None = None
    error = None
    if "reliable_change" in part:
        method = "fixed"
    elif "method" in part:
        method = "jacobson_truax"
        error = standard_error_of_difference(part["sd"], part["reliability"])
    return ChangeRule(
        method=method,
        reliable_change=part.get("reliable_change"),
        standard_error_of_difference=error,
        level=part.get("level"),
        source=part.get("source"),
        minimal_important=tuple(_important(known, respondents) for known in part["mcid"]),
        clinical_cutoff=part.get("clinical_cutoff"),
        applies_to=respondents.of(part),
    )


def _important(part: Json, respondents: Respondents) -> MinimalImportantDifference:
    return MinimalImportantDifference(
        part["name"], part["value"], part["source"], part["direction"], respondents.of(part)
    )
