"""`$score`: from the body of a request to a Bundle of scores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from service.definitions.catalog import Catalog
from service.fhir.canonical import Names
from service.fhir.findings import Findings
from service.fhir.reading.request import ScoreRequest, named_instrument, read_request
from service.fhir.reading.response import Reading, ReadResponse
from service.fhir.recognition import Recogniser
from service.fhir.remarks import remark
from service.fhir.scored import ScoredForm
from service.fhir.writing.outcome import outcome, write_issues
from service.fhir.writing.panel import FormWriter
from service.fhir.writing.parts import Json, urn
from service.scoring.answers import Baseline, Submission
from service.scoring.instrument import Instrument
from service.scoring.issue import InvalidSubmission, Issue, Path

_ASKS_NOTHING = {"method": "GET", "url": "Observation?_summary=count&_id=none"}
"""A transaction needs a request with every entry, and nobody stores an OperationOutcome."""


class Asked(NamedTuple):
    """What the head of a request says: an instrument, whether what is not known is an error,
    whether forms that are not finished are scored, who rated.
    """

    instrument: str | None = None
    strict: bool = False
    allow_partial: bool = False
    perspective: str | None = None


class Unscored(ValueError):
    """A body that cannot be scored; carries every fault, with its place in the body."""

    def __init__(self, issues: Iterable[Issue], kind: str) -> None:
        super().__init__("the body has faults")
        self.issues = tuple(issues)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that came of a body of a type of resource."""

    forms: tuple[ScoredForm, ...]
    warnings: tuple[Issue, ...]
    kind: str


class ScoreOperation:
    """The operation over one catalogue."""

    def __init__(self, catalog: Catalog, names: Names) -> None:
        self.names = names
        self.issue_codes = names.code_system("issues")
        self._recogniser = Recogniser(catalog, names)
        self._writers: dict[str, FormWriter] = {}

    def score(self, body: dict[str, Any], asked: Asked) -> Result:
        """Read and score a body. Raises Unscored with every fault."""
        kind = body["resourceType"] if isinstance(body.get("resourceType"), str) else ""
        findings = Findings(strict=asked.strict)
        request = read_request(body, self.names, findings)
        reading = self._reading(request, asked)
        read = [reading.read(sent.node, sent.source, findings) for sent in request.responses]
        baselines = _baselines(request, reading, findings)
        _check_norms(request, read, findings)
        if findings.errors:
            raise Unscored(findings.errors, kind)
        forms = []
        for number, one in enumerate(read):
            scored = _score(number, one, request, asked, baselines, findings)
            if scored is not None:
                remark(scored, one, findings)
                forms.append(scored)
        if findings.errors:
            raise Unscored(findings.errors, kind)
        return Result(tuple(forms), tuple(findings.warnings), kind)

    def _reading(self, request: ScoreRequest, asked: Asked) -> Reading:
        named = request.instrument
        if named is None and asked.instrument is not None:
            named = named_instrument(asked.instrument, self.names)
        partial = asked.allow_partial or request.allow_partial
        return Reading(self._recogniser, named, tuple(request.questionnaires), partial)

    def bundle(self, result: Result) -> Json:
        """Return what came of a request as a Bundle that can be sent on as a transaction."""
        entries = [entry for form in result.forms for entry in self._writer(form).write(form)]
        if result.warnings:
            identity = "|".join(form.identity for form in result.forms)
            entries.append(
                {
                    "fullUrl": urn(identity, "outcome"),
                    "resource": self.outcome(result),
                    "request": _ASKS_NOTHING,
                }
            )
        return {"resourceType": "Bundle", "type": "transaction", "entry": entries}

    def outcome(self, result: Result) -> Json:
        """Return the warnings of a request as an OperationOutcome."""
        return outcome(write_issues("warning", result.warnings, result.kind, self.issue_codes))

    def _writer(self, form: ScoredForm) -> FormWriter:
        digest = form.entry.instrument.digest
        writer = self._writers.get(digest)
        if writer is None:
            writer = self._writers[digest] = FormWriter(form.entry, self.names)
        return writer


def _check_norms(request: ScoreRequest, read: Iterable[ReadResponse], findings: Findings) -> None:
    """Note norm groups that no instrument of the request has: each has some of its own."""
    entries = [one.entry for one in read if one.entry is not None]
    known = {norm.id for entry in entries for norm in entry.instrument.norms}
    for norm in request.norms or ():
        if entries and norm != "*" and norm not in known:
            detail = "No instrument of this request has such a norm group."
            findings.error((), "unknown_norm", detail, sorted(known))


def _norms_for(request: ScoreRequest, instrument: Instrument) -> tuple[str, ...] | None:
    if request.norms is None or "*" in request.norms:
        return request.norms and ("*",)
    known = {norm.id for norm in instrument.norms}
    return tuple(norm for norm in request.norms if norm in known)


_Baselines = Mapping[str, tuple[Baseline, Path]]


def _baselines(request: ScoreRequest, reading: Reading, findings: Findings) -> _Baselines:
    """Return the earlier form of each instrument, with its place."""
    found: dict[str, tuple[Baseline, Path]] = {}
    for sent in request.previous:
        one = reading.read(sent.node, sent.source, findings)
        if one.entry is None:
            continue
        name, path = one.entry.instrument.id, sent.node.path
        if name in found:
            detail = "One earlier form of each instrument is compared with."
            findings.error(path, "repeated_previous", detail)
        if one.form.unread:
            detail = "An earlier form with answers that cannot be read is not compared with."
            findings.error(path, "previous_not_read", detail)
        found[name] = Baseline(one.form.answers), path
    return found


def _score(
    number: int,
    one: ReadResponse,
    request: ScoreRequest,
    asked: Asked,
    baselines: _Baselines,
    findings: Findings,
) -> ScoredForm | None:
    """Return a form scored; its faults go to the findings."""
    assert one.entry is not None
    instrument = one.entry.instrument
    if instrument.key_required:
        detail = "The scoring key of this instrument cannot be published. "
        detail += instrument.key_instructions or ""
        findings.error(one.about.path, "key_required", detail)
        return None
    if one.form.unread and instrument.gates:
        detail = "An answer of a form that skips questions cannot be read, so nothing is scored."
        findings.error(one.about.path, "answer_not_read", detail)
        return None
    baseline, earlier = baselines.get(instrument.id, (None, ()))
    submission = Submission(
        one.form.answers,
        perspective=_perspective(one, request, asked),  # type: ignore[arg-type]
        age=request.age,
        sex=request.sex,
        norms=_norms_for(request, instrument),
        baseline=baseline,
    )
    try:
        report = one.entry.scorer.score(submission)
    except InvalidSubmission as invalid:
        for issue in invalid.issues:
            place = _place(issue, one, earlier)
            findings.error(place, issue.code, issue.detail, issue.allowed)
        return None
    unread = {instrument.position[name] for name in one.form.unread}
    untold = {
        name for name, beneath in instrument.items_beneath.items() if unread.intersection(beneath)
    }
    about = one.about
    identity = repr(
        (report["result_id"], number, about.source, about.authored, about.subject, about.encounter)
    )
    return ScoredForm(
        one.entry, about, report, identity, request.age, request.sex, frozenset(untold)
    )


def _perspective(one: ReadResponse, request: ScoreRequest, asked: Asked) -> str | None:
    """Return who rated: as the caller says, else by `source` where two raters use the form."""
    assert one.entry is not None
    said = request.perspective or asked.perspective
    if said is None and one.about.rater in one.entry.instrument.perspectives:
        return one.about.rater
    return said


def _place(issue: Issue, one: ReadResponse, earlier: Path) -> Path:
    """Return where in the body a fault of a submission stands."""
    if issue.path[:1] == ("baseline",):
        return earlier
    if issue.path[:1] == ("answers",) and len(issue.path) > 1:
        return one.form.places.get(str(issue.path[1]), one.about.path)
    return one.about.path
