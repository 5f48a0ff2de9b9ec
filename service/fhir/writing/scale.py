"""The score of a scale as an Observation: the shape of HL7 PCO 1.0.0, which is a screening
assessment of US Core too.
"""

from collections.abc import Iterator

from service.definitions.catalog import Entry
from service.fhir.canonical import Names
from service.fhir.codes import INSTRUMENTS
from service.fhir.datetimes import is_to_the_day
from service.fhir.scored import ScoredForm
from service.fhir.writing.details import DetailWriter
from service.fhir.writing.parts import TERMINOLOGY, Json, coding, concept, quantity
from service.scoring.instrument import Band, BandSystem, Number, Scale
from service.scoring.report_shape import NormComparison, ScaleScore

PCO = "http://hl7.org/fhir/us/pco/StructureDefinition/pco-prom-score-observation"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-screening-assessment"
SURVEY = [
    {
        "coding": [
            {"system": f"{TERMINOLOGY}/observation-category", "code": "survey", "display": "Survey"}
        ]
    }
]


def status_of(form: ScoredForm) -> str:
    """Return the status of everything that is derived from a response: what may still change is
    preliminary.
    """
    return "preliminary" if form.about.status == "in-progress" else "final"


def profiles_of(form: ScoredForm, *, scored: bool) -> Json:
    """Return the profiles that a resource keeps: they ask for a subject and a day."""
    about = form.about
    if about.subject is None or about.authored is None or not is_to_the_day(about.authored):
        return {}
    return {"meta": {"profile": [PCO, US_CORE] if scored else [US_CORE]}}


def code_of_scale(entry: Entry, scale: Scale, names: Names) -> Json:
    """Return LOINC's code of a score where it has one, and ours."""
    instrument = entry.instrument
    own = coding(names.code_system(instrument.id), scale.id, scale.title)
    own["version"] = instrument.version
    return concept(f"{instrument.title}: {scale.title}", *map(dict, scale.codes), own)


def method_of_scale(entry: Entry, scale: Scale, names: Names) -> Json:
    """Return how a score is worked out: instrument and version, aggregation, missing answers."""
    instrument, rule = entry.instrument, scale.missing
    form = coding(names.code_system(INSTRUMENTS), instrument.id, instrument.title)
    form["version"] = instrument.version
    missing = f"missing answers: {rule.method.name}, at least {rule.min_answered}"
    return concept(f"{instrument.id} {instrument.version}: {scale.aggregation}, {missing}", form)


class ScaleWriter:
    """Writes the Observations of one scale; what does not depend on the form is made once."""

    def __init__(self, entry: Entry, scale: Scale, names: Names, details: DetailWriter) -> None:
        instrument = entry.instrument
        self._scale = scale
        self._details = details
        self._bands_system = names.code_system(f"{instrument.id}-bands")
        self._interpretations = {
            (system.system, band.id, band.label): self._interpretation(system.system, band)
            for system in scale.bands
            for band in system.bands
        }
        self._ranges = [(system, list(_band_ranges(system))) for system in scale.bands]
        self._norms: dict[str, Json] = {}
        self._fixed: Json = {"category": SURVEY, "code": code_of_scale(entry, scale, names)}
        self._method = method_of_scale(entry, scale, names)
        codings = self._fixed["code"]["coding"]
        self._codes = frozenset((one["system"], one["code"]) for one in codings)

    def write(self, form: ScoredForm, around: Json) -> Json:
        """Return the Observation: a quantity, or the reason why there is none. `around` is what
        all Observations of the form say alike.
        """
        score = form.score(self._scale.id)
        return {
            "resourceType": "Observation",
            **profiles_of(form, scored=score is not None),
            "status": status_of(form),
            **self._fixed,
            **around,
            "method": self._method,
            **(self._without(form) if score is None else self._with(form, score)),
        }

    def _with(self, form: ScoredForm, score: ScaleScore) -> Json:
        assert score["value"] is not None
        said: Json = {"valueQuantity": quantity(score["value"])}
        if score["bands"]:
            known = self._interpretations
            said["interpretation"] = [
                known[one["system"], one["id"], one["label"]] for one in score["bands"]
            ]
        ranges = [*self._bands(form, score), *map(self._norm_range, score["norms"])]
        if ranges:
            said["referenceRange"] = ranges
        said["component"] = self._details.write(score)
        self._add_goals(said, form, score["value"])
        return said

    def _add_goals(self, said: Json, form: ScoredForm, value: Number) -> None:
        """Say which goals a score is about, and whether it meets their targets."""
        about = [
            (goal, target)
            for goal in form.goals
            if (target := goal.target_of(self._codes, form.about.subject)) is not None
        ]
        focus = [{"reference": goal.reference} for goal, _ in about if goal.reference is not None]
        if focus:
            said["focus"] = focus
        for goal, target in about:
            met = target.is_met(value, self._scale.direction)
            said["component"].append(self._details.goal(goal.reference, met=met))

    def _without(self, form: ScoredForm) -> Json:
        reason = form.reason(self._scale.id) or "not_scored"
        code = "not-applicable" if reason == "not_applicable" else "unknown"
        score = form.report["scores"][self._scale.id]
        return {
            "dataAbsentReason": concept(reason, coding(f"{TERMINOLOGY}/data-absent-reason", code)),
            "component": self._details.counts(score["n_answered"], score["n_items"]),
        }

    def _interpretation(self, system: str, band: Band) -> Json:
        return concept(band.label, coding(self._bands_system, f"{system}.{band.id}", band.label))

    def _bands(self, form: ScoredForm, score: ScaleScore) -> Iterator[Json]:
        """Yield the bands of each published set that the score was put into."""
        used = {band["system"] for band in score["bands"]}
        for system, ranges in self._ranges:
            if system.system in used and system.applies_to.fits(form.age, form.sex):
                yield from ranges

    def _norm_range(self, norm: NormComparison) -> Json:
        """Return what a norm group of the scale looks like, which no score changes."""
        written = self._norms.get(norm["id"])
        if written is None:
            written = self._norms[norm["id"]] = _norm_range(norm)
        return written


def _band_ranges(system: BandSystem) -> Iterator[Json]:
    for band in system.bands:
        yield {
            "low": quantity(band.minimum),
            "high": quantity(band.maximum),
            "text": f"{band.label} ({system.system})",
        }


def _norm_range(norm: NormComparison) -> Json:
    size = "" if norm["n"] is None else f", n = {norm['n']}"
    spread = "" if norm["sd"] is None else f", SD {norm['sd']}"
    centre = "No published mean" if norm["mean"] is None else f"Mean {norm['mean']}"
    return {
        "appliesTo": [{"text": norm["population"]}],
        "text": f"{centre}{spread} of the {norm['metric']}{size}",
    }
