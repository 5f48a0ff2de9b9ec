"""The composition root: builds the service from its settings. The only place that knows every
part.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import NullSession, SessionInterface
from prometheus_client import CollectorRegistry
from werkzeug.routing import Rule

from service import __version__
from service.api import problems
from service.api.asked import BodyReader
from service.api.definitions import definitions_blueprint
from service.api.documentation import documentation_blueprint
from service.api.instruments import instruments_blueprint
from service.api.monitor import MonitorRoute, add_monitoring_routes
from service.api.operations import Readiness, operations_blueprint
from service.api.scores import ScoringRoute, add_scoring_routes
from service.definitions.catalog import Catalog, DefinitionError, load_catalog
from service.operations.edge import Edge
from service.operations.metrics import LoadedDefinition, Metrics
from service.settings import REPOSITORY, Settings, SettingsError

LOG_TO_STDOUT = 1


class NoSessions(SessionInterface):
    """The service is stateless: every request shares one session that holds nothing and refuses
    to.
    """

    _session = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """Return the empty session."""
        return self._session


class NamingRequest(Request):
    """A request that tells the edge which route it is for, by its template."""

    _rule: Rule | None = None

    @property
    def url_rule(self) -> Rule | None:
        """The rule that matched, None where none did."""
        return self._rule

    @url_rule.setter
    def url_rule(self, rule: Rule | None) -> None:
        self._rule = rule
        if rule is not None:
            self.environ["scoring.route"] = rule.rule


class Service(Flask):
    """The WSGI application, with what its server calls when a worker starts and when it is told to
    stop.
    """

    request_class = NamingRequest
    session_interface = NoSessions()
    catalog: Catalog
    metrics: Metrics
    readiness: Readiness
    revision: str
    loaded_at: float

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view as it is: none here is a coroutine, and finding that out on every request
        takes time.
        """
        return func

    def full_dispatch_request(self) -> Response:
        """Answer through the view or the handler of its error; `require_no_hooks` says that this is
        all there is.
        """
        self._got_first_request = True
        try:
            answer = self.dispatch_request()
        except Exception as fault:
            answer = self.handle_user_exception(fault)
        return answer if isinstance(answer, Response) else self.make_response(answer)

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Do nothing: there are no hooks to call."""

    def do_teardown_appcontext(self, exc: BaseException | None = None) -> None:
        """Do nothing: there are no hooks to call."""

    def require_no_hooks(self) -> None:
        """Raise RuntimeError if a hook is registered: looking for them on every request takes time,
        so nobody does.
        """
        per_request = (
            self.before_request_funcs,
            self.after_request_funcs,
            self.teardown_request_funcs,
            self.url_value_preprocessors,
        )
        if self.teardown_appcontext_funcs or any(any(hooks.values()) for hooks in per_request):
            raise RuntimeError(
                "Hooks of the web framework are not called here: do it in the view or at the edge."
            )

    def on_worker_start(self) -> None:
        """Publish what this worker serves. Gauges of a process that forks would outlive its
        workers.
        """
        loaded = [
            LoadedDefinition(entry.instrument.id, entry.instrument.version, entry.instrument.digest)
            for entry in self.catalog.entries()
        ]
        self.metrics.set_definitions(loaded, rejected=0, loaded_at=self.loaded_at)
        self.metrics.set_build(__version__, self.revision)

    def on_drain(self) -> None:
        """Stop being ready, so that no new requests are sent here."""
        self.readiness.draining = True


def create_app(settings: Settings | None = None, *, log_fd: int | None = LOG_TO_STDOUT) -> Service:
    """Build the application from settings (default: the environment).

    Raises SettingsError or DefinitionError naming every fault; a service never starts with a
    definition it had to skip.
    """
    settings = settings or Settings.from_environ(os.environ)
    app = Service("service", static_folder=None)
    app.url_map.merge_slashes = False
    # Unexpected errors go to the edge, which answers without repeating anything the caller sent.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.catalog = load_catalog(settings.instruments_dir, settings.instruments_extra_dir)
    app.loaded_at = time.time()
    app.metrics = Metrics(CollectorRegistry())
    app.readiness = Readiness(app.catalog)
    app.revision = settings.revision
    reader = BodyReader(settings.max_body_bytes, app.metrics)
    problems.register(app)
    add_scoring_routes(app, ScoringRoute(app.catalog, reader, app.metrics))
    add_monitoring_routes(app, MonitorRoute(app.catalog, reader, app.metrics))
    app.register_blueprint(instruments_blueprint(app.catalog))
    app.register_blueprint(definitions_blueprint(app.catalog, reader))
    app.register_blueprint(
        operations_blueprint(app.catalog, app.metrics, app.readiness, app.revision)
    )
    app.register_blueprint(documentation_blueprint(Path(REPOSITORY) / "openapi.yaml"))
    app.require_no_hooks()
    app.metrics.allow_routes(rule.rule for rule in app.url_map.iter_rules())
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        app.on_worker_start()
    app.wsgi_app = Edge(app.wsgi_app, app.metrics, log_fd)  # type: ignore[method-assign]
    return app


def application() -> Service:
    """Build the application for a server.

    Where settings or definitions have faults the process ends with a sentence for each of them.
    """
    try:
        return create_app()
    except (SettingsError, DefinitionError) as refused:
        raise SystemExit(str(refused)) from None
