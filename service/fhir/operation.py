"""`$score`: from the body of a request to a Bundle of scores."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from service.alliance.report.words import IN_ENGLISH
from service.definitions.catalog import Catalog
from service.fhir.canonical import Names
from service.fhir.course import Watched, judge
from service.fhir.findings import Findings
from service.fhir.forms import read_forms, score_forms
from service.fhir.reading.request import (
    BODIES,
    MOST_QUESTIONNAIRES,
    ScoreRequest,
    named_instrument,
    read_request,
)
from service.fhir.reading.response import Reading
from service.fhir.recognition import Recogniser
from service.fhir.remarks import remark_on_goals
from service.fhir.scored import ScoredForm
from service.fhir.scoring import Circumstance, baselines_of, check_norms, check_one_person
from service.fhir.writing.alert import write_alert
from service.fhir.writing.outcome import outcome, write_issues
from service.fhir.writing.panel import FormWriter
from service.fhir.writing.parts import Json, entry, urn
from service.scoring.issue import Issue
from service.scoring.scales import Respondent
from service.scoring.wording.words import Words
from service.sources.catalogue import NO_MAPPINGS, Mappings

ANY_RESOURCE = "Resource"
"""In an expression, for a body of another type: what came as its name is not repeated."""

_ASKS_NOTHING = {"method": "GET", "url": "Observation?_summary=count&_id=none"}
"""A transaction needs a request with every entry, and nobody stores an OperationOutcome."""


class Asked(NamedTuple):
    """What the head of a request says: an instrument, whether what is not known is an error,
    whether forms that are not finished are scored, who rated, whether answers come back too.
    """

    instrument: str | None = None
    strict: bool = False
    allow_partial: bool = False
    perspective: str | None = None
    items: bool = False
    words: Words = IN_ENGLISH


class Unscored(ValueError):
    """A body that cannot be scored; carries every fault, with its place in the body."""

    def __init__(self, issues: Iterable[Issue], kind: str) -> None:
        super().__init__("the body has faults")
        self.issues = tuple(issues)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that came of a body of a type of resource; `items`: answers are asked for."""

    forms: tuple[ScoredForm, ...]
    courses: tuple[Watched, ...]
    warnings: tuple[Issue, ...]
    kind: str
    items: bool = False


class ScoreOperation:
    """The operation over one catalogue."""

    def __init__(self, catalog: Catalog, names: Names, mappings: Mappings = NO_MAPPINGS) -> None:
        self.names = names
        self.issue_codes = names.code_system("issues")
        self.recogniser = Recogniser(catalog, names, mappings)
        self._writers: dict[str, FormWriter] = {}

    def score(self, body: dict[str, Any], asked: Asked) -> Result:
        """Read and score a body. Raises Unscored with every fault."""
        sent = body.get("resourceType")
        kind = sent if isinstance(sent, str) and sent in BODIES else ANY_RESOURCE
        findings = Findings(strict=asked.strict)
        request = read_request(body, self.names, findings)
        told = Circumstance(
            request.age,
            request.sex,
            request.norms,
            request.perspective or asked.perspective,
            tuple(request.goals),
        )
        reading = self._reading(request, asked)
        read = list(read_forms(request.responses, request.observations, reading, findings))
        earlier = read_forms(request.previous, request.previous_observations, reading, findings)
        baselines = baselines_of(earlier, findings)
        check_norms(told.norms or (), read, findings)
        check_one_person(told, read, findings)
        if not read and not findings.errors:
            findings.errors = findings.warnings  # what kept each of them from being a form
        if findings.errors:
            raise Unscored(findings.errors, kind)
        forms, measured = score_forms(read, told, baselines, findings)
        if findings.errors:
            raise Unscored(findings.errors, kind)
        remark_on_goals(forms, told.goals, self.recogniser, findings)
        courses = tuple(judge(measured, Respondent(told.age, told.sex), findings, asked.words))
        items = asked.items or request.item_observations
        return Result(tuple(forms), courses, tuple(findings.warnings), kind, items)

    def _reading(self, request: ScoreRequest, asked: Asked) -> Reading:
        named = request.instrument
        if named is None and asked.instrument is not None:
            named = named_instrument(asked.instrument, self.names)
        partial = asked.allow_partial or request.allow_partial
        return Reading(
            self.recogniser, named, tuple(request.questionnaires[:MOST_QUESTIONNAIRES]), partial
        )

    def bundle(self, result: Result) -> Json:
        """Return what came of a request as a Bundle that can be sent on as a transaction."""
        entries = [
            made
            for form in result.forms
            for made in self._writer(form).write(form, items=result.items)
        ]
        for alert in (alert for course in result.courses for alert in course.alerts()):
            address = urn(alert.identity, f"alert/{alert.episode['id']}")
            entries.append(entry(address, write_alert(alert, self.names)))
        if result.warnings:
            identity = repr([form.identity for form in result.forms])
            entries.append(
                {
                    "fullUrl": urn(identity, "outcome"),
                    "resource": self.outcome(result),
                    "request": _ASKS_NOTHING,
                }
            )
        bundle: Json = {"resourceType": "Bundle", "type": "transaction"}
        return bundle | ({"entry": entries} if entries else {})

    def outcome(self, result: Result) -> Json:
        """Return the warnings of a request as an OperationOutcome."""
        return outcome(write_issues("warning", result.warnings, result.kind, self.issue_codes))

    def _writer(self, form: ScoredForm) -> FormWriter:
        digest = form.entry.instrument.digest
        writer = self._writers.get(digest)
        if writer is None:
            writer = self._writers[digest] = FormWriter(form.entry, self.names)
        return writer
