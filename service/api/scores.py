"""Scoring one completed form."""

from time import perf_counter
from typing import Any

import orjson
from marshmallow import Schema
from werkzeug.wrappers import Request, Response

from service import __version__
from service.api.asked import FLAG, BodyReader, load_envelope
from service.api.drawings.asked import THEME, drawn, theme_of
from service.api.drawings.score_card import score_card
from service.api.envelopes import NamedScoreEnvelope, ScoreEnvelope
from service.api.negotiation import JSON, SVG, language_of, negotiate, said_in
from service.api.problems import Problem, invalid_request
from service.api.route import Route
from service.definitions.catalog import Catalog, Entry, UnknownInstrument, UnknownVersion
from service.definitions.check import check_definition
from service.languages.english import ENGLISH_ONLY, Languages
from service.languages.reports import in_language
from service.operations.facts import facts_of
from service.operations.metrics import Metrics
from service.scoring.answers import Baseline, Submission
from service.scoring.issue import InvalidSubmission, Issue
from service.scoring.report import Scorer
from service.scoring.report_shape import ScoreReport

_OFFERS = (JSON, SVG)


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
        None if baseline is None else _baseline(baseline),
    )


def _baseline(envelope: dict[str, Any]) -> Baseline:
    get = envelope.get
    return Baseline(get("answers"), get("scores"), get("not_applicable", ()))


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


class ScoringRoute:
    """What both scoring routes do with a loaded envelope, and how they count it."""

    def __init__(
        self, catalog: Catalog, reader: BodyReader, metrics: Metrics, languages: Languages
    ) -> None:
        self._languages = languages
        self._catalog = catalog
        self._reader = reader
        self._metrics = metrics
        self._by_path: Schema = ScoreEnvelope()
        self._by_body: Schema = NamedScoreEnvelope()

    def score_by_path(self, asked: Request, instrument_id: str) -> Response:
        """Score a form of the instrument that the path names."""
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
            self._count_rejected(asked, known, problem)
            raise

    def score_by_body(self, asked: Request) -> Response:
        """Score a form of the instrument, or with the definition, that the body names."""
        document = self._reader.read_object(asked)
        known = None
        try:
            envelope = load_envelope(self._by_body, document)
            named = envelope.get("instrument")
            if (named is None) == (envelope.get("definition") is None):
                detail = "Name an instrument or bring a definition, one of the two."
                raise invalid_request([Issue((), "instrument_or_definition", detail)])
            if named is None:
                return self._answer(asked, _inline_scorer(envelope), envelope)
            known = named if self._catalog.versions(named) else None
            scorer = find_entry(self._catalog, named, envelope.get("version")).scorer
            require_key(scorer)
            return self._answer(asked, scorer, envelope)
        except Problem as problem:
            self._count_rejected(asked, known, problem)
            raise

    def _answer(self, asked: Request, scorer: Scorer, envelope: dict[str, Any]) -> Response:
        working = asked.args.get("working") == "true"
        submission = to_submission(envelope)
        started = perf_counter()
        try:
            report = scorer.score(submission, working=working)
        except InvalidSubmission as invalid:
            raise invalid_request(invalid.issues) from None
        self._metrics.observe_score(perf_counter() - started)
        instrument = scorer.instrument
        self._metrics.count_scored(instrument.id, instrument.version, completeness(report))
        facts = facts_of(asked.environ)
        if envelope.get("definition") is None:
            facts.instrument, facts.version = instrument.id, instrument.version
        facts.n_responses = 1
        words = language_of(asked, self._languages)
        report = in_language(report, words)
        if negotiate(asked, _OFFERS) == SVG:
            card = score_card(instrument, submission, report, theme_of(asked), words)
            return said_in(drawn(card), words)
        return said_in(Response(write_report(report), content_type=JSON), words)

    def _count_rejected(self, asked: Request, known: str | None, problem: Problem) -> None:
        facts_of(asked.environ).instrument = known
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


def scoring_routes(
    catalog: Catalog, reader: BodyReader, metrics: Metrics, languages: Languages = ENGLISH_ONLY
) -> list[Route]:
    """Return the two routes that score one form."""
    forms = ScoringRoute(catalog, reader, metrics, languages)
    path = "/v1/instruments/<instrument_id>/score"
    parameters = {"working": FLAG} | THEME
    views = ((path, forms.score_by_path), ("/v1/score", forms.score_by_body))
    return [
        Route("POST", where, view, offers=_OFFERS, parameters=parameters, scope="score")
        for where, view in views
    ]
