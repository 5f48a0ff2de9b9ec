"""Scoring one completed form."""

from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

import orjson
from flask import Flask, Request, Response, request
from marshmallow import Schema

from service import __version__
from service.api.asked import JSON, BodyReader, flag, load_envelope, require_acceptable
from service.api.envelopes import NamedScoreEnvelope, ScoreEnvelope
from service.api.problems import Problem, invalid_request
from service.definitions.catalog import Catalog, Entry, UnknownInstrument, UnknownVersion
from service.definitions.check import check_definition
from service.operations.metrics import Metrics
from service.scoring.answers import Baseline, Submission
from service.scoring.issue import InvalidSubmission, Issue
from service.scoring.report import Scorer
from service.scoring.report_shape import ScoreReport

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def find_entry(catalog: Catalog, instrument_id: str, version: str | None) -> Entry:
    """Return a definition of the catalogue. Raises Problem 404 that suggests the nearest ids or the
    versions.
    """
    try:
        return catalog.get(instrument_id, version)
    except UnknownInstrument as unknown:
        nearest = list(unknown.suggestions)
        hints = [{"id": name, "hint": hint} for name, hint in unknown.hints.items()]
        detail = (
            f"Did you mean {' or '.join(nearest)}?"
            if nearest
            else "GET /v1/instruments lists the instruments."
        )
        raise Problem(404, "unknown_instrument", detail, suggestions=nearest, hints=hints) from None
    except UnknownVersion as unknown:
        available = list(unknown.available)
        fault = Issue(
            ("version",), "unknown_version", "The catalogue has other versions.", available
        )
        raise Problem(
            404, "unknown_version", "The instrument has no such version.", [fault]
        ) from None


def require_key(scorer: Scorer) -> None:
    """Raise Problem 409 when the instrument's key is not part of its definition."""
    instrument = scorer.instrument
    if instrument.key_required:
        detail = "The scoring key of this instrument cannot be published. "
        raise Problem(409, "key_required", detail + (instrument.key_instructions or ""))


def to_submission(envelope: dict[str, Any]) -> Submission:
    """Return the submission of a loaded envelope."""
    get = envelope.get
    respondent, baseline, norms = get("respondent") or {}, get("baseline"), get("norms")
    return Submission(
        envelope["answers"],
        get("not_applicable", ()),
        get("encoding", "value"),
        get("perspective"),
        respondent.get("age"),
        respondent.get("sex"),
        get("reference"),
        None if norms is None else tuple(norms),
        None if baseline is None else Baseline(baseline.get("answers"), baseline.get("scores")),
    )


def completeness(report: ScoreReport) -> str:
    """Return whether all scales come from complete answers, some by a missing-answer rule, or some
    are not scored.
    """
    outcome = "complete"
    for score in report["scores"].values():
        if score["value"] is None:
            return "incomplete"
        if score["missing_rule"] is not None:
            outcome = "prorated"
    return outcome


def write_report(report: ScoreReport) -> bytes:
    """Return the report as JSON."""
    return orjson.dumps({**report, "service_version": __version__})


class ReportResponse(Response):
    """An answer whose head and body are complete as they are; the web framework's would look for
    what is missing.
    """

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as WSGI has it."""
        start_response(self.status, self.headers.to_wsgi_list())
        return cast("list[bytes]", self.response)


class ScoringRoute:
    """What both scoring routes do with a loaded envelope, and how they count it."""

    def __init__(self, catalog: Catalog, reader: BodyReader, metrics: Metrics) -> None:
        self._catalog = catalog
        self._reader = reader
        self._metrics = metrics
        self._by_path: Schema = ScoreEnvelope()
        self._by_body: Schema = NamedScoreEnvelope()

    def score_by_path(self, instrument_id: str) -> Response:
        """Score a form of the instrument that the path names."""
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # a look through the proxy is slow
        require_acceptable(asked)
        known = None
        try:
            find_entry(self._catalog, instrument_id, None)
            known = instrument_id
            document = self._reader.read_object(asked)
            version = document.get("version")
            entry = find_entry(
                self._catalog, instrument_id, version if isinstance(version, str) else None
            )
            require_key(entry.scorer)
            return self._answer(asked, entry.scorer, load_envelope(self._by_path, document))
        except Problem as problem:
            self._count_rejected(known, problem)
            raise

    def score_by_body(self) -> Response:
        """Score a form of the instrument, or with the definition, that the body names."""
        require_acceptable(request)
        document = self._reader.read_object(request)
        known = None
        try:
            envelope = load_envelope(self._by_body, document)
            named = envelope.get("instrument")
            if (named is None) == (envelope.get("definition") is None):
                detail = "Name an instrument or bring a definition, one of the two."
                raise invalid_request([Issue((), "instrument_or_definition", detail)])
            if named is None:
                return self._answer(request, _inline_scorer(envelope), envelope)
            known = named if self._catalog.versions(named) else None
            scorer = find_entry(self._catalog, named, envelope.get("version")).scorer
            require_key(scorer)
            return self._answer(request, scorer, envelope)
        except Problem as problem:
            self._count_rejected(known, problem)
            raise

    def _answer(self, asked: Request, scorer: Scorer, envelope: dict[str, Any]) -> Response:
        working = flag(asked, "working")
        submission = to_submission(envelope)
        started = perf_counter()
        try:
            report = scorer.score(submission, working=working)
        except InvalidSubmission as invalid:
            raise invalid_request(invalid.issues) from None
        self._metrics.observe_score(perf_counter() - started)
        instrument = scorer.instrument
        self._metrics.count_scored(instrument.id, instrument.version, completeness(report))
        if envelope.get("definition") is None:
            environ = asked.environ
            environ["scoring.instrument"], environ["scoring.version"] = (
                instrument.id,
                instrument.version,
            )
        asked.environ["scoring.n_responses"] = 1
        return ReportResponse(write_report(report), content_type=JSON)

    def _count_rejected(self, known: str | None, problem: Problem) -> None:
        if known is not None:
            request.environ["scoring.instrument"] = known
        if problem.status in (400, 413, 415):
            return  # not a form that was read: counted as malformed
        reason = problem.errors[0].code if problem.code == "invalid_request" else problem.code
        self._metrics.count_rejected(known, reason)


def _inline_scorer(envelope: dict[str, Any]) -> Scorer:
    if "version" in envelope:
        fault = Issue(
            ("version",),
            "version_of_definition",
            "A definition that is brought along states its own version.",
        )
        raise invalid_request([fault])
    checked = check_definition(envelope["definition"])
    if checked.scorer is None:
        faults = [fault.below("definition") for fault in checked.faults]
        detail = "Nothing was scored: the definition has faults, listed in errors."
        raise Problem(422, "invalid_definition", detail, faults)
    require_key(checked.scorer)
    return checked.scorer


def add_scoring_routes(app: Flask, route: ScoringRoute) -> None:
    """Add the scoring routes, straight to the app: the hooks of a blueprint would be looked for on
    every form.
    """
    app.add_url_rule(
        "/v1/instruments/<instrument_id>/score", view_func=route.score_by_path, methods=["POST"]
    )
    app.add_url_rule("/v1/score", view_func=route.score_by_body, methods=["POST"])
