"""What holds the scores of a form together: the panel, its criteria, alerts, where it came from."""

from collections.abc import Mapping

from service import __version__
from service.definitions.catalog import Entry
from service.fhir.canonical import Names
from service.fhir.codes import INSTRUMENTS
from service.fhir.datetimes import is_instant
from service.fhir.reading.references import is_patient
from service.fhir.reading.response import Circumstances
from service.fhir.scored import ScoredForm
from service.fhir.writing.details import DetailWriter
from service.fhir.writing.item import ItemWriter
from service.fhir.writing.parts import (
    TERMINOLOGY,
    Json,
    around,
    coding,
    concept,
    entry,
    urn,
)
from service.fhir.writing.scale import SURVEY, ScaleWriter, profiles_of, status_of
from service.scoring.report_shape import CriterionResult, RiskResult

ISSUES = "detected-issues"


class FormWriter:
    """Writes everything that is said about the forms of one instrument."""

    def __init__(self, known: Entry, names: Names) -> None:
        instrument = known.instrument
        details = DetailWriter(names)
        self._instrument = instrument
        self._scales = {
            scale.id: ScaleWriter(known, scale, names, details) for scale in instrument.scales
        }
        self._items = ItemWriter(known, names)
        own = coding(names.code_system(INSTRUMENTS), instrument.id, instrument.title)
        own["version"] = instrument.version
        codes = [dict(code) for code in known.document.get("codes", ())]
        self._fixed = {"category": SURVEY, "code": concept(instrument.title, *codes, own)}
        self._criteria = names.code_system(f"{instrument.id}-criteria")
        self._risks = names.code_system(f"{instrument.id}-risks")
        self._issues = names.code_system(ISSUES)

    def write(self, form: ScoredForm, *, items: bool = False) -> list[Json]:
        """Return the entries of a form: panel, answers where `items` are asked for, scales, raised
        risks, provenance.
        """
        identity = form.identity
        scales = form.references
        answered = _addresses(form) if items else {}
        panel = urn(identity, "panel")
        told = around(form.about)
        members = [*answered.values(), *scales.values()]
        entries = [entry(panel, self._panel(form, members, told))]
        entries += [entry(to, self._items.write(form, name, told)) for name, to in answered.items()]
        entries += [
            entry(address, self._scales[name].write(form, told)) for name, address in scales.items()
        ]
        for risk in form.report["risks"]:
            if risk["raised"]:
                address = urn(identity, f"risk/{risk['id']}")
                entries.append(entry(address, self._issue(form, risk, panel, answered)))
        recorded = form.about.authored
        if recorded is not None and is_instant(recorded):
            targets = [made["fullUrl"] for made in entries]
            entries.append(entry(urn(identity, "provenance"), _provenance(form, recorded, targets)))
        return entries

    def _panel(self, form: ScoredForm, members: list[str], told: Json) -> Json:
        panel: Json = {
            "resourceType": "Observation",
            **profiles_of(form, scored=False),
            "status": status_of(form),
            **self._fixed,
            **told,
        }
        if members:
            panel["hasMember"] = [{"reference": address} for address in members]
        criteria = [self._criterion(*one) for one in form.report["criteria"].items()]
        if criteria:
            panel["component"] = criteria
        if not members and not criteria:
            nothing = coding(f"{TERMINOLOGY}/data-absent-reason", "not-applicable")
            panel["dataAbsentReason"] = concept("no_scales", nothing)
        return panel

    def _criterion(self, name: str, result: CriterionResult) -> Json:
        component: Json = {"code": concept(name, coding(self._criteria, name))}
        value = result["value"]
        if isinstance(value, bool):
            component["valueBoolean"] = value
        elif value is not None:
            component["valueString"] = value
        else:
            reason = coding(f"{TERMINOLOGY}/data-absent-reason", "unknown")
            component["dataAbsentReason"] = concept(result["reason"] or "unknown", reason)
        return component

    def _issue(
        self, form: ScoredForm, risk: RiskResult, panel: str, answered: Mapping[str, str]
    ) -> Json:
        """Return the DetectedIssue of a raised risk, with its answer where that comes back too, and
        the scores that its item is part of.
        """
        item = risk["item"]
        position, beneath = self._instrument.position[item], self._instrument.items_beneath
        scales = form.references.items()
        evidence = [answered[item]] if item in answered else []
        evidence += [address for name, address in scales if position in beneath[name]]
        issue: Json = {
            "resourceType": "DetectedIssue",
            "status": "preliminary",
            "code": concept(
                risk["id"],
                coding(self._issues, "item-risk", "Safety item"),
                coding(self._risks, risk["id"]),
            ),
            "severity": risk["severity"],
        }
        issue |= about_patient(form.about)
        issue["evidence"] = [{"detail": [{"reference": one} for one in evidence or [panel]]}]
        if risk["message"]:
            issue["detail"] = risk["message"]
        return issue


def _addresses(form: ScoredForm) -> dict[str, str]:
    """Return the addresses of the answers of a form, in item order."""
    order = form.entry.instrument.position
    return {
        name: urn(form.identity, f"item/{name}")
        for name in sorted(form.answers, key=order.get)  # type: ignore[arg-type]
    }


def about_patient(about: Circumstances) -> Json:
    """Return whose issue it is and when it came up, as far as that is known."""
    known: Json = {}
    subject, authored = about.subject, about.authored
    if subject is not None and is_patient(subject):
        known["patient"] = subject
    if authored is not None:
        known["identifiedDateTime"] = authored
    return known


def _provenance(form: ScoredForm, recorded: str, targets: list[str]) -> Json:
    role = coding(f"{TERMINOLOGY}/provenance-participant-type", "assembler", "Assembler")
    made: Json = {
        "resourceType": "Provenance",
        "target": [{"reference": target} for target in targets],
        "recorded": recorded,
        "agent": [
            {
                "type": {"coding": [role]},
                "who": {"display": f"questionnaire-scoring {__version__}"},
            }
        ],
    }
    if form.about.sources:
        made["entity"] = [
            {"role": "source", "what": {"reference": source}} for source in form.about.sources
        ]
    return made
