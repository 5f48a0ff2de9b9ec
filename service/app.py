"""The composition root: builds the service from its settings. The only place that knows every
part.
"""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path

from flask import Flask, request
from prometheus_client import CollectorRegistry
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from service import __version__
from service.access.admission import Admission
from service.access.callers import Callers, Tokens
from service.access.keys import KeyFile
from service.access.watched_file import UnusableFile
from service.alliance.rules.battery import BATTERY
from service.api.asked import BodyReader
from service.api.attributes import attribute_routes
from service.api.batch_routes.monitoring import batch_monitoring_routes
from service.api.batch_routes.scoring import batch_scoring_routes
from service.api.cds_routes.cors import Cors
from service.api.cds_routes.options import read_options
from service.api.cds_routes.services import ROOT as CDS_ROOT
from service.api.cds_routes.services import cds_routes
from service.api.console_routes.files import console_routes
from service.api.definitions import definition_routes
from service.api.documentation_routes.description import documentation_routes
from service.api.fhir_routes.publishing import fhir_publishing_routes
from service.api.fhir_routes.resources import FHIR_DEPTH, FhirProblems, is_fhir
from service.api.fhir_routes.scoring import fhir_scoring_routes
from service.api.instruments import instrument_routes
from service.api.monitor import MonitorRoute, monitoring_routes
from service.api.operations import Readiness, operations_routes
from service.api.problems import (
    Problem,
    busy,
    http_problem,
    internal_error,
    problem_response,
    request_timeout,
    unreadable_head,
)
from service.api.route import Route
from service.api.scores import scoring_routes
from service.api.source_routes.mappings import mapping_routes
from service.api.source_routes.scoring import source_scoring_routes
from service.cds.cards import Site
from service.definitions.catalog import Catalog, DefinitionError, load_catalog
from service.fhir.canonical import Names
from service.fhir.operation import ScoreOperation
from service.languages.catalogue import FOLDER, LanguageError, load_languages
from service.languages.english import Languages
from service.operations.edge import Edge
from service.operations.facts import facts_of
from service.operations.metrics import LoadedDefinition, Metrics
from service.operations.tracing import NEEDED, can_trace, start_tracing
from service.releases.manifest import Manifest, ManifestError, manifest_of, read_manifest
from service.releases.reloading import Disturbed, refusal_of, undisturbed
from service.setting_values import available_cpus
from service.settings import REPOSITORY, Settings, SettingsError
from service.sources.catalogue import Mappings, load_mappings
from service.sources.signature import secret_faults, secrets_of

STANDARD_OUTPUT = 1
MANUAL = REPOSITORY / "build" / "manual.zip"
"""The built manual (`make docs`), which may come later or never."""

MOST_LOADERS = 2
"""Processes that check definitions: more would be done little sooner, and take memory."""

REFUSALS = (SettingsError, UnusableFile, DefinitionError, LanguageError, ManifestError)
"""What keeps an application from being built, with a sentence for each fault."""

_log = logging.getLogger("gunicorn.error")
"""The server's own log."""


class Service(Flask):
    """The WSGI application, with what its server calls when a worker starts and when it is told to
    stop.
    """

    settings: Settings
    log_fd: int | None
    n_loaders: int
    catalog: Catalog
    mappings: Mappings
    manifest: Manifest
    metrics: Metrics
    readiness: Readiness
    loaded_at: float
    n_refused: int
    callers: Callers | None
    edge: Edge
    is_traced: bool
    fhir_problems: FhirProblems

    def on_worker_start(self) -> None:
        """Publish what this worker serves: gauges of a process that forks would outlive its
        workers. Read anew who may call; begin to send spans where they are wanted.
        """
        loaded = [
            LoadedDefinition(entry.instrument.id, entry.instrument.version, entry.instrument.digest)
            for entry in self.catalog.entries()
        ]
        self.metrics.set_definitions(loaded, self.n_refused, self.loaded_at)
        self.metrics.set_definitions_set(self.manifest.digest)
        self.metrics.set_build(__version__, self.settings.revision)
        self.metrics.courses.set_rules((each.id, each.title) for each in BATTERY.rule.values())
        if self.callers is not None:
            self.callers.begin()
        if self.is_traced:
            self.edge.tracing = start_tracing()

    def load_anew(self) -> "Service":
        """Return an application with the definitions as they stand on the disk now, for the workers
        that are started from here on; this one where anything is wrong with them. Never raises.

        Either is told in the log in one line and counted.
        """
        settings = self.settings
        folders = (
            settings.instruments_dir,
            settings.instruments_extra_dir,
            settings.languages_extra_dir,
        )
        try:
            fresh = undisturbed(
                lambda: create_app(
                    settings, log_fd=self.log_fd, running=self, n_loaders=self.n_loaders
                ),
                folders,
            )
        except (*REFUSALS, Disturbed) as refused:
            sentence, self.n_refused = refusal_of(refused)
            _log.error(f"Definitions not reloaded, those in force stay. {sentence}")
        except Exception:  # whatever it is, those who wait for answers must not notice
            self.n_refused = 1
            _log.exception("Definitions not reloaded, those in force stay: the service failed")
        else:
            changes = fresh.manifest.changes_since(self.manifest)
            _log.info(f"Definitions reloaded ({fresh.manifest.digest}): {changes}")
            self.metrics.count_reload("loaded")
            return fresh
        self.metrics.count_reload("refused")
        return self

    def on_drain(self) -> None:
        """Stop being ready, so that no new requests are sent here."""
        self.readiness.draining = True

    def answer_late(self, path: str) -> bytes:
        """Return a whole HTTP response to a request that did not come in time."""
        refusal = partial(self.fhir_problems.unread, request_timeout())
        return self.edge.answer_unread("408 Request Timeout", "request_timeout", path, refusal)

    def answer_unreadable(self, status: int, path: str) -> bytes:
        """Return a whole HTTP response to a request that the server refused with this status."""
        problem = internal_error() if status == 500 else unreadable_head(status)
        refusal = partial(self.fhir_problems.unread, problem)
        words = f"{problem.status} {HTTPStatus(problem.status).phrase}"
        return self.edge.answer_unread(words, problem.code, path, refusal)

    def answer_busy(self, path: str) -> bytes:
        """Return a whole HTTP response to a batch for which there is no room."""
        problem = busy()
        refusal = partial(self.fhir_problems.unread, problem)
        headers = list(problem.headers.items())
        status = "503 Service Unavailable"
        return self.edge.answer_unread(status, problem.code, path, refusal, headers)


def create_app(
    settings: Settings | None = None,
    *,
    log_fd: int | None = STANDARD_OUTPUT,
    running: Service | None = None,
    n_loaders: int = 0,
) -> Service:
    """Build the application from settings (default: the environment).

    `log_fd` is where a line for each request goes, None for nowhere; nor does any go to a standard
    output that was closed at the start. `running` is the application whose place it takes in the
    same process: it goes on with its metrics and its callers. `n_loaders` processes check the
    definitions, where 0 is this one.

    Raises one of REFUSALS naming every fault; a service never starts with a definition or a
    language it had to skip.
    """
    settings = settings or Settings.from_environ(os.environ)
    app = _begin(settings, log_fd)
    app.n_loaders = n_loaders
    languages = _load(app, settings)
    app.callers = running.callers if running else _callers(settings)
    app.metrics = running.metrics if running else Metrics(CollectorRegistry())
    names = Names(settings.canonical_base)
    app.fhir_problems = FhirProblems(names)
    serve(
        app,
        _routes(app, settings, names, languages),
        app.fhir_problems,
        Admission(
            None if app.callers is None else app.callers.identify,
            app.metrics.count_auth_failure,
            frozenset({"metrics"} if settings.metrics_open else ()),
        ),
    )
    if settings.cors_origins:
        app.after_request(_cors(settings))
    app.metrics.allow_routes(rule.rule for rule in app.url_map.iter_rules())
    app.edge = Edge(
        app.wsgi_app,
        app.metrics,
        None if log_fd == STANDARD_OUTPUT and sys.__stdout__ is None else log_fd,
        internal_error=partial(app.fhir_problems.unread, internal_error()),
        least_level=settings.log_level,
    )
    app.wsgi_app = app.edge  # type: ignore[method-assign]
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        app.on_worker_start()
    return app


def _begin(settings: Settings, log_fd: int | None) -> Service:
    """Return an application with its settings, and nothing to answer with."""
    if settings.tracing and not can_trace():
        raise SettingsError([NEEDED])
    app = Service("service", static_folder=None)
    app.url_map.merge_slashes = False
    # Unexpected errors go to the edge, which answers without repeating anything the caller sent.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.settings, app.log_fd = settings, log_fd
    app.is_traced = settings.tracing
    return app


def _load(app: Service, settings: Settings) -> Languages:
    """Load the definitions and mappings of the application, and return the languages; all of them
    are held to the manifest, where one is named.
    """
    places = (settings.instruments_dir, settings.instruments_extra_dir)
    app.catalog = load_catalog(*places, n_processes=app.n_loaders)
    app.mappings = load_mappings(places, app.catalog)
    language_folders = (FOLDER, settings.languages_extra_dir)
    languages = load_languages(*language_folders)
    app.manifest = manifest_of(app.catalog, app.mappings, *language_folders)
    if settings.definitions_manifest is not None:
        app.manifest.hold_to(read_manifest(settings.definitions_manifest))
    app.loaded_at, app.n_refused = time.time(), 0
    app.readiness = Readiness(app.catalog)
    return languages


def _routes(app: Service, settings: Settings, names: Names, languages: Languages) -> list[Route]:
    """Return every route of the service. Raises SettingsError where a mapping lacks its secret."""
    secrets = secrets_of(os.environ)
    if faults := secret_faults(app.mappings, secrets):
        raise SettingsError(faults)
    reader = BodyReader(settings.max_body_bytes, app.metrics)
    courses = MonitorRoute(app.catalog, reader, app.metrics, languages)
    operation = ScoreOperation(app.catalog, names, app.mappings)
    fhir_reader = BodyReader(settings.max_body_bytes, app.metrics, FHIR_DEPTH)
    judged_by = read_options(settings.cds_monitor_options, app.catalog)
    return [
        *scoring_routes(app.catalog, reader, app.metrics, languages),
        *monitoring_routes(courses),
        *batch_scoring_routes(
            app.catalog, app.mappings, settings.max_batch_bytes, app.metrics, languages
        ),
        *batch_monitoring_routes(courses, settings.max_batch_bytes, app.metrics),
        *instrument_routes(app.catalog),
        *attribute_routes(app.catalog),
        *definition_routes(app.catalog, reader),
        *mapping_routes(app.catalog, app.mappings, reader),
        *source_scoring_routes(app.catalog, app.mappings, secrets, reader, app.metrics, languages),
        *operations_routes(
            app.catalog, app.metrics, app.readiness, settings.revision, app.manifest.digest
        ),
        *documentation_routes(REPOSITORY / "openapi.yaml", MANUAL),
        *(console_routes(settings.auth_mode, languages.pages) if settings.console else ()),
        *fhir_publishing_routes(app.catalog, names),
        *fhir_scoring_routes(operation, fhir_reader, app.metrics, languages),
        *cds_routes(
            operation.recogniser, fhir_reader, app.metrics, _site(settings), judged_by, languages
        ),
    ]


def application() -> Service:
    """Build the application for a server.

    Where settings or definitions have faults the process ends with a sentence for each of them.
    """
    try:
        return create_app(n_loaders=min(MOST_LOADERS, available_cpus()))
    except REFUSALS as refused:
        raise SystemExit(str(refused)) from None


def _site(settings: Settings) -> Site:
    return Site(settings.cds_source_url, settings.cds_chart_link, settings.cds_chart_link_type)


def _cors(settings: Settings) -> Callable[[Response], Response]:
    """Return what lets browsers call the routes of hooks."""
    cors = Cors(settings.cors_origins, CDS_ROOT)
    return lambda response: cors.allow(request, response)


def _callers(settings: Settings) -> Callers | None:
    """Return those who may call, None where nobody is asked.

    Raises UnusableFile, or SettingsError where a file is not named or a package not installed.
    """
    if settings.auth_mode == "none":
        return None
    if faults := settings.conflicts():
        raise SettingsError(faults)
    keys = KeyFile(settings.api_keys_file) if settings.api_keys_file else None
    tokens = _tokens(settings, settings.jwt_issuers_file) if settings.jwt_issuers_file else None
    return Callers(keys, tokens)


def _tokens(settings: Settings, issuers_file: Path) -> Tokens:
    if not (find_spec("jwt") and find_spec("cryptography")):
        raise SettingsError(
            [
                "AUTH_MODE=jwt needs PyJWT with cryptography, which is not installed: "
                f"{sys.executable} -m pip install --require-hashes -r requirements-jwt.txt"
            ]
        )
    from service.access.tokens.issued import IssuedTokens

    return IssuedTokens(issuers_file, settings.public_url, settings.jwks_max_stale)


def serve(
    app: Flask, routes: Iterable[Route], fhir_problems: FhirProblems, admission: Admission
) -> None:
    """Let the web framework find these routes and answer every error as a problem, or as an
    OperationOutcome on the FHIR face.

    This is the one place that takes the request from the framework. Faults of the service itself
    are left to the edge.
    """

    @app.before_request
    def note_route() -> None:
        """Tell the edge which route a request is for, by its template."""
        if request.url_rule is not None:
            facts_of(request.environ).route = request.url_rule.rule

    @app.errorhandler(Problem)
    def refuse(problem: Problem) -> Response:
        """Answer a request that a route, or a hook, refuses."""
        if is_fhir(request.path):
            return fhir_problems.answer(problem, request)
        return problem_response(problem, request)

    @app.errorhandler(HTTPException)
    def refuse_early(error: HTTPException) -> Response | HTTPException:
        """Answer a request that no route is for; a redirection is no error."""
        if error.code is not None and error.code < 400:
            return error
        return refuse(http_problem(error))

    for route in routes:
        app.add_url_rule(
            route.path,
            endpoint=f"{route.method} {route.path}",
            view_func=_answer_with(route, admission),
            methods=[route.method],
            strict_slashes=not route.takes_slash,
        )


def _answer_with(route: Route, admission: Admission) -> Callable[..., Response]:
    def answer(**parts: str) -> Response:
        """Admit a request and answer it."""
        # The request itself: each look through the framework's stand-in for it takes time.
        asked = request.environ["werkzeug.request"]
        route.admit(asked, parts, admission)
        return route.answer(asked, parts)

    return answer
