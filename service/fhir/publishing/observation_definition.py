"""A scale as an ObservationDefinition of R4: unit, range, bands and norm groups."""

from collections.abc import Iterator

from service.definitions.catalog import Entry
from service.fhir.canonical import UCUM, Names
from service.fhir.writing.parts import Json, coding, concept, quantity
from service.fhir.writing.scale import SURVEY, code_of_scale, method_of_scale
from service.scoring.applicability import Applicability
from service.scoring.instrument import NormGroup, NormScale, Scale


def write_observation_definition(entry: Entry, scale: Scale, names: Names) -> Json:
    """Return what a score of a scale looks like, and what it is held against.

    A norm group has no interval of normal scores: its mean and SD stand in `condition`.
    """
    instrument = entry.instrument
    unit = concept("score", coding(UCUM, "{score}"))
    written: Json = {
        "resourceType": "ObservationDefinition",
        "id": f"{instrument.id}-{scale.id}",
        "category": SURVEY,
        "code": code_of_scale(entry, scale, names),
        "permittedDataType": ["Quantity"],
        "multipleResultsAllowed": False,
        "method": method_of_scale(entry, scale, names),
        "preferredReportName": f"{instrument.title}: {scale.title}",
        "quantitativeDetails": {"unit": unit},
    }
    intervals = [*_range(entry, scale), *_bands(scale), *_norms(entry, scale)]
    if intervals:
        written["qualifiedInterval"] = intervals
    return written


def _range(entry: Entry, scale: Scale) -> Iterator[Json]:
    limits = entry.scorer.ranges[scale.id]
    if limits is not None:
        low, high = map(quantity, limits)
        yield {"category": "absolute", "range": {"low": low, "high": high}}


def _bands(scale: Scale) -> Iterator[Json]:
    for system in scale.bands:
        for band in system.bands:
            yield {
                "category": "reference",
                "range": {"low": quantity(band.minimum), "high": quantity(band.maximum)},
                **_people(system.applies_to),
                "condition": f"{band.label} ({system.system})",
            }


def _norms(entry: Entry, scale: Scale) -> Iterator[Json]:
    for group in entry.instrument.norms:
        norm = group.scales.get(scale.id)
        if norm is not None:
            yield {
                "category": "reference",
                "appliesTo": [{"text": group.population}],
                **_people(group.applies_to),
                "condition": _spread(group, norm),
            }


def _spread(group: NormGroup, norm: NormScale) -> str:
    size = "" if group.n is None else f", n = {group.n}"
    spread = "" if norm.sd is None else f", SD {norm.sd}"
    centre = "no published mean" if norm.mean is None else f"mean {norm.mean}"
    return f"{group.id}: {centre}{spread} of the {norm.metric}{size}"


def _people(applies_to: Applicability) -> Json:
    """Return for whom an interval is, by sex and age."""
    people: Json = {}
    if applies_to.sex is not None:
        people["gender"] = applies_to.sex
    ends = {"low": applies_to.minimum_age, "high": applies_to.maximum_age}
    known = {
        end: {"value": years, "unit": "years", "system": UCUM, "code": "a"}
        for end, years in ends.items()
        if years is not None
    }
    if known:
        people["age"] = known
    return people
