"""Scoring a source's own payload through a mapping: one that is loaded, or one that comes along."""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import Any

import orjson
from marshmallow import Schema
from werkzeug.wrappers import Request, Response

from service.api.asked import FLAG, BodyReader, load_envelope
from service.api.negotiation import JSON, language_of, said_in
from service.api.problems import Problem, error_member, invalid_request
from service.api.route import Route
from service.api.scores import completeness
from service.api.source_routes.answers import DryRun, MappedKey
from service.api.source_routes.reports import (
    about_response,
    faults_of,
    report_of,
    with_missing,
)
from service.definitions.catalog import Catalog
from service.languages.english import ENGLISH_ONLY, Languages
from service.languages.reports import in_language
from service.operations.facts import facts_of
from service.operations.metrics import Metrics
from service.scoring.issue import Issue, Path, pointer_of
from service.sources.catalogue import Mappings
from service.sources.check import check_mapping
from service.sources.mapping import SourceMapping
from service.sources.reading import KeyRead, ReadPayload, read_response
from service.sources.signature import is_signed
from service.strict.fields import Anything, Envelope

Json = dict[str, Any]

_FORM = "application/x-www-form-urlencoded"
_NOTICE = (
    " A notice as REDCap's Data Entry Trigger sends it has no answers: fetch the record from the "
    "tool and post that."
)
_SEVERAL = (
    "The body must be one JSON object, one response; several go to POST /v1/batch?mapping=, one on "
    "each line."
)
_CHALLENGE = 'Signature realm="questionnaire-scoring"'


class SourceEnvelope(Envelope):
    """A payload with the mapping that it is to be read by."""

    mapping = Anything(
        {"type": "object"},
        required=True,
        metadata={"description": "A whole mapping, used for this request only."},
    )
    payload = Anything(
        {"type": "object"}, required=True, metadata={"description": "What the source sends."}
    )


class SourceScoring:
    """What the scoring routes do with a payload."""

    def __init__(
        self,
        catalog: Catalog,
        mappings: Mappings,
        secrets: Mapping[str, str],
        reader: BodyReader,
        metrics: Metrics,
        languages: Languages,
    ) -> None:
        self._languages = languages
        self._catalog = catalog
        self._mappings = mappings
        self._secrets = secrets
        self._reader = reader
        self._metrics = metrics
        self._envelope: Schema = SourceEnvelope()

    def score_by_path(self, asked: Request, mapping_id: str) -> Response:
        """Score the payload of a source whose mapping is loaded. Raises Problem."""
        mapping = self._mappings.get(mapping_id)
        if mapping is None:
            raise Problem(404, "unknown_mapping", "GET /v1/sources lists the mappings.")
        try:
            payload = self._reader.read_object(asked, partial(self._verify, asked, mapping))
        except Problem as problem:
            raise _told_otherwise(problem, asked) from None
        return self._answer(asked, mapping, payload, ())

    def is_signed(self, mapping_id: str) -> bool:
        """Tell whether payloads have to be signed for a mapping."""
        mapping = self._mappings.get(mapping_id)
        return mapping is not None and mapping.signature is not None

    def score_inline(self, asked: Request) -> Response:
        """Score a payload by the mapping that comes along. Raises Problem."""
        document = load_envelope(self._envelope, self._reader.read_object(asked))
        checked = check_mapping(document["mapping"], self._catalog)
        if checked.mapping is None:
            faults = [fault.below("mapping") for fault in checked.faults]
            detail = "Nothing was scored: the mapping has faults, listed in errors."
            raise Problem(422, "invalid_mapping", detail, faults)
        payload = document["payload"]
        if not isinstance(payload, dict):
            raise invalid_request([Issue(("payload",), "wrong_type", "An object is needed.")])
        return self._answer(asked, checked.mapping, payload, ("payload",))

    def _verify(self, asked: Request, mapping: SourceMapping, body: bytes) -> None:
        """Raise Problem 401 unless a body is signed as the mapping says."""
        signature = mapping.signature
        if signature is None:
            return
        secret = self._secrets.get(signature.secret)
        if not is_signed(signature, secret, asked.headers.get, body, time.time()):
            self._metrics.count_auth_failure("bad_signature")
            detail = "The payload does not carry the signature that its mapping asks for."
            raise Problem(401, "bad_signature", detail, headers={"WWW-Authenticate": _CHALLENGE})

    def _answer(self, asked: Request, mapping: SourceMapping, payload: Json, at: Path) -> Response:
        flags = {name for name, text in asked.args.items() if text == "true"}
        mapping = with_missing(mapping, asked.args.get("missing"))
        read = read_response(
            mapping, payload, strict="strict" in flags, allow_partial="allow_partial" in flags
        )
        if "dry_run" in flags:
            return Response(orjson.dumps(_dry_run(mapping, read, at)), content_type=JSON)
        try:
            return self._score(asked, mapping, read, at, working="working" in flags)
        except Problem as problem:
            reason = problem.errors[0].code if problem.errors else problem.code
            self._metrics.count_rejected(mapping.entry.instrument.id, reason)
            raise

    def _score(
        self, asked: Request, mapping: SourceMapping, read: ReadPayload, at: Path, *, working: bool
    ) -> Response:
        instrument = mapping.entry.instrument
        facts = facts_of(asked.environ)
        facts.instrument, facts.version = instrument.id, instrument.version
        started = perf_counter()
        report = report_of(mapping, read, at, working=working)
        self._metrics.observe_score(perf_counter() - started)
        self._metrics.count_scored(instrument.id, instrument.version, completeness(report))
        facts.n_responses = 1
        words = language_of(asked, self._languages)
        said = orjson.dumps(in_language(report, words))
        return said_in(Response(said, content_type=JSON), words)


def _told_otherwise(problem: Problem, asked: Request) -> Problem:
    """Say in a problem with a body what else such a body may be, and where it belongs."""
    if problem.code == "unsupported_media_type" and asked.mimetype == _FORM:
        problem.detail += _NOTICE
    elif problem.errors:
        problem.errors = tuple(replace(one, detail=_SEVERAL) for one in problem.errors)
    return problem


def _dry_run(mapping: SourceMapping, read: ReadPayload, at: Path) -> DryRun:
    instrument = mapping.entry.instrument
    return {
        "instrument": {
            "id": instrument.id,
            "version": instrument.version,
            "digest": instrument.digest,
        },
        "source_response_id": read.about.response_id,
        "source": about_response(mapping, read),
        "keys": [_key(one) for one in read.keys],
        "not_sent": [name for name in instrument.item_ids if name not in read.reached],
        "errors": [error_member(one.below(*at)) for one in faults_of(mapping, read)],  # type: ignore[misc]
        "warnings": [error_member(one.below(*at)) for one in read.warnings],  # type: ignore[misc]
    }


def _key(read: KeyRead) -> MappedKey:
    return {
        "key": read.key,
        "pointer": pointer_of(read.path),
        "outcome": read.outcome,
        "leads_to": read.leads_to,
        "value": read.value,
    }


def source_scoring_routes(
    catalog: Catalog,
    mappings: Mappings,
    secrets: Mapping[str, str],
    reader: BodyReader,
    metrics: Metrics,
    languages: Languages = ENGLISH_ONLY,
) -> list[Route]:
    """Return the two routes that score payloads."""
    scoring = SourceScoring(catalog, mappings, secrets, reader, metrics, languages)
    flags = ("working", "strict", "allow_partial", "dry_run")
    parameters = {**dict.fromkeys(flags, FLAG), "missing": None}
    path = "/v1/sources/<mapping_id>/score"
    inline = "/v1/sources/score"
    return [
        Route(
            "POST",
            path,
            scoring.score_by_path,
            parameters=parameters,
            scope="score",
            is_signed=scoring.is_signed,
        ),
        Route("POST", inline, scoring.score_inline, parameters=parameters, scope="score"),
    ]
