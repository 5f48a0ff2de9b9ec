"""Probes, version and metrics."""

import platform

import orjson
from werkzeug.wrappers import Request, Response

from service import __version__
from service.api.negotiation import JSON
from service.api.problems import Problem
from service.api.route import Route, View
from service.definitions.catalog import Catalog, Entry
from service.definitions.examples.run import check_examples
from service.definitions.shape.definition import ExampleShape
from service.operations.metrics import CONTENT_TYPE, Metrics
from service.strict.fields import schema_of


class Readiness:
    """Whether this process should get requests: its golden scores come out right and it is not
    shutting down.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._passed: bool | None = None
        self.draining = False

    def problem(self) -> str | None:
        """Return why the process is not ready, or None. Scores one worked example per instrument,
        once.
        """
        if self.draining:
            return "The service is shutting down."
        if self._passed is None:
            self._passed = all(_scores_rightly(entry) for entry in self._catalog.entries())
        return (
            None
            if self._passed
            else "The self-test failed: a worked example did not give its expected score."
        )


def _scores_rightly(entry: Entry) -> bool:
    """Score the first worked example of a definition; one whose key the site must supply has
    nothing to score.
    """
    if entry.instrument.key_required:
        return True
    example = schema_of(ExampleShape).load(entry.document["examples"][0])
    return not any(check_examples(entry.scorer, [example]))


def operations_routes(
    catalog: Catalog,
    metrics: Metrics,
    readiness: Readiness,
    revision: str,
    definitions_digest: str,
) -> list[Route]:
    """Return the routes for operations staff and their tools; the digest is that of everything
    that is loaded.
    """
    alive = _constant({"status": "alive"})
    ready = _constant({"status": "ready", "instruments": len(catalog.entries())})
    version = _constant(
        {
            "service": __version__,
            "revision": revision,
            "python": platform.python_version(),
            "definitions_digest": definitions_digest,
            "instruments": [
                {
                    "id": entry.instrument.id,
                    "version": entry.instrument.version,
                    "digest": entry.instrument.digest,
                }
                for entry in catalog.entries()
            ],
        }
    )

    def readyz(asked: Request) -> Response:
        """Answer that the process should get requests. Raises Problem 503 when it should not."""
        reason = readiness.problem()
        if reason is not None:
            raise Problem(503, "not_ready", reason, headers={"Retry-After": "5"})
        return ready(asked)

    def exposition(asked: Request) -> Response:
        """Answer with the metrics in Prometheus's text format."""
        return Response(metrics.exposition(), content_type=CONTENT_TYPE)

    # Operations staff and their tools get the one thing there is, whatever they say they accept.
    return [
        Route("GET", "/livez", alive, offers=(), scope=None),
        Route("GET", "/readyz", readyz, offers=(), scope=None),
        Route("GET", "/version", version, offers=(), scope="definitions"),
        Route("GET", "/metrics", exposition, offers=(), scope="metrics"),
    ]


def _constant(content: dict[str, object]) -> View:
    body = orjson.dumps(content)
    return lambda asked: Response(body, content_type=JSON)
