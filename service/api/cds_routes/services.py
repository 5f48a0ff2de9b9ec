"""Discovery, the service, and what became of its cards."""

import orjson
from werkzeug.wrappers import Request, Response

from service.api.asked import BodyReader
from service.api.fhir_routes.resources import fhir_response
from service.api.monitor import count_course
from service.api.negotiation import JSON, language_of, said_in
from service.api.problems import invalid_request
from service.api.route import Route
from service.cds.cards import CardWriter, Site
from service.cds.codes import OVERRIDE_SYSTEM, SERVICE
from service.cds.discovery import write_services
from service.cds.feedback import read_feedback
from service.cds.monitor import AllianceMonitor
from service.cds.prefetch import Unmet
from service.cds.request import read_request
from service.fhir.canonical import Names
from service.fhir.course import Watch
from service.fhir.recognition import Recogniser
from service.fhir.writing.outcome import outcome, write_issues
from service.languages.english import ENGLISH_ONLY, Languages
from service.operations.facts import facts_of
from service.operations.metrics import Metrics
from service.scoring.issue import InvalidSubmission

ROOT = "/cds-services"
_KIND = "CDSHooksRequest"
"""What expressions about a call start at: its logical model."""


class CdsRoutes:
    """What the routes do with a body."""

    def __init__(
        self,
        monitor: AllianceMonitor,
        reader: BodyReader,
        metrics: Metrics,
        names: Names,
        languages: Languages,
    ) -> None:
        self._languages = languages
        self._monitor = monitor
        self._reader = reader
        self._metrics = metrics
        self._issues = names.code_system("issues")
        self._reasons = names.code_system(OVERRIDE_SYSTEM)

    def call(self, asked: Request) -> Response:
        """Answer a hook with cards, or with an OperationOutcome where data did not come along."""
        body = self._reader.read_object(asked)
        try:
            request = read_request(body)
        except InvalidSubmission as invalid:
            raise invalid_request(invalid.issues) from None
        except Unmet as unmet:
            return self._refuse(asked, unmet)
        words = language_of(asked, self._languages)
        answer = self._monitor.answer(request, words)
        facts_of(asked.environ).n_responses = answer.n_forms
        if answer.course is not None:
            count_course(answer.course.monitor, self._metrics.courses)
        self._metrics.count_left_out(answer.n_left_out)
        for card in answer.cards:
            self._metrics.count_card(card["source"]["topic"]["code"], card["indicator"])
        return said_in(Response(orjson.dumps({"cards": answer.cards}), content_type=JSON), words)

    def _refuse(self, asked: Request, unmet: Unmet) -> Response:
        facts_of(asked.environ).problem = unmet.issues[0].code
        issues = write_issues("error", unmet.issues, _KIND, self._issues)
        return fhir_response(asked, outcome(issues), 412)

    def feedback(self, asked: Request) -> Response:
        """Count what became of cards."""
        body = self._reader.read_object(asked)
        try:
            outcomes = read_feedback(body, self._reasons)
        except InvalidSubmission as invalid:
            raise invalid_request(invalid.issues) from None
        for one in outcomes:
            self._metrics.count_feedback(one.outcome, one.reason)
        return Response(b"{}", content_type=JSON)


def cds_routes(
    recogniser: Recogniser,
    reader: BodyReader,
    metrics: Metrics,
    site: Site,
    how: Watch,
    languages: Languages = ENGLISH_ONLY,
) -> list[Route]:
    """Return the routes of CDS Hooks."""
    services = orjson.dumps(write_services())

    def discover(asked: Request) -> Response:
        """Answer with the services."""
        return Response(services, content_type=JSON)

    names = recogniser.names
    monitor = AllianceMonitor(recogniser, CardWriter(names, site), how)
    routes = CdsRoutes(monitor, reader, metrics, names, languages)
    path = f"{ROOT}/{SERVICE}"
    return [
        Route("GET", ROOT, discover, scope=None),
        Route("POST", path, routes.call, scope="monitor"),
        Route("POST", f"{path}/feedback", routes.feedback, scope="monitor"),
    ]
