"""The operation that scores: `$score`, and the same under the name that SDC clients ask for."""

from time import perf_counter
from typing import Any

from werkzeug.wrappers import Request, Response

from service.api.asked import FLAG, BodyReader
from service.api.fhir_routes.resources import FORMATS, OFFERS, ROOT, fhir_response
from service.api.monitor import count_course
from service.api.negotiation import language_of, said_in
from service.api.route import Route
from service.api.scores import completeness
from service.fhir.operation import Asked, Result, ScoreOperation, Unscored
from service.fhir.reading.request import RATERS
from service.fhir.writing.outcome import outcome, write_issues
from service.languages.english import ENGLISH_ONLY, Languages
from service.operations.facts import facts_of
from service.operations.metrics import Metrics
from service.scoring.wording.words import Words


class FhirScoring:
    """What the operation's routes do with a body."""

    def __init__(
        self, operation: ScoreOperation, reader: BodyReader, metrics: Metrics, languages: Languages
    ) -> None:
        self._languages = languages
        self._operation = operation
        self._reader = reader
        self._metrics = metrics

    def score(self, asked: Request) -> Response:
        """Score the responses of a body; answer with a Bundle, or with every fault."""
        body = self._reader.read_object(asked)
        started = perf_counter()
        preferred = _preferences(asked)
        words = language_of(asked, self._languages)
        try:
            result = self._operation.score(body, _asked(asked, preferred, words))
        except Unscored as unscored:
            return self._refuse(asked, unscored)
        self._metrics.observe_score(perf_counter() - started)
        self._count(asked, result)
        only_checked = preferred.get("return", "").lower() == "operationoutcome"
        made = self._operation.outcome if only_checked else self._operation.bundle
        return said_in(fhir_response(asked, made(result)), words)

    def _refuse(self, asked: Request, unscored: Unscored) -> Response:
        codes = [one.code for one in unscored.issues]
        facts_of(asked.environ).problem = "invalid_request"
        self._metrics.count_rejected(None, codes[0])
        system = self._operation.issue_codes
        issues = write_issues("error", unscored.issues, unscored.kind, system)
        status = 409 if set(codes) == {"key_required"} else 422
        return fhir_response(asked, outcome(issues), status)

    def _count(self, asked: Request, result: Result) -> None:
        facts = facts_of(asked.environ)
        facts.n_responses = len(result.forms)
        for form in result.forms:
            instrument = form.entry.instrument
            facts.instrument, facts.version = instrument.id, instrument.version
            self._metrics.count_scored(instrument.id, instrument.version, completeness(form.report))
        for course in result.courses:
            count_course(course.monitor, self._metrics.courses)


def _preferences(asked: Request) -> dict[str, str]:
    """Return the preferences of the caller (RFC 7240): `handling=strict`, `return=…`."""
    found: dict[str, str] = {}
    for part in asked.headers.get("Prefer", "").split(","):
        name, _, value = part.partition(";")[0].partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def _asked(asked: Request, preferred: dict[str, str], words: Words) -> Asked:
    get: Any = (asked.args if asked.query_string else {}).get
    return Asked(
        get("instrument"),
        preferred.get("handling", "").lower() == "strict",
        get("allow-partial") == "true",
        get("perspective"),
        get("items") == "true",
        words,
    )


def fhir_scoring_routes(
    operation: ScoreOperation,
    reader: BodyReader,
    metrics: Metrics,
    languages: Languages = ENGLISH_ONLY,
) -> list[Route]:
    """Return the routes of the operation."""
    scoring = FhirScoring(operation, reader, metrics, languages)
    parameters = {
        "instrument": None,
        "allow-partial": FLAG,
        "items": FLAG,
        "perspective": RATERS,
        "_format": FORMATS,
    }
    return [
        Route(
            "POST",
            f"{ROOT}/QuestionnaireResponse/{name}",
            scoring.score,
            offers=OFFERS,
            parameters=parameters,
            scope="score",
        )
        for name in ("$score", "$extract")
    ]
