"""The application of the tests, with every shipped definition, and what many tests ask of it."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import Phase, settings
from prometheus_client import CollectorRegistry
from werkzeug.test import TestResponse

from service.api.problems import TITLES
from service.app import Service, create_app
from service.definitions.catalog import Catalog
from service.settings import Settings
from tests.builders import SITE, make_definition

Json = dict[str, Any]
Score = Callable[..., Json]
Refused = Callable[..., Json]

# How long an example takes depends on what else the machine does; the tests time nothing.
settings.register_profile("untimed", deadline=None)
# To see that a test fails, any example does.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile("first-failure", deadline=None, phases=PHASES, database=None)
settings.load_profile("untimed")


class Log:
    """Takes the lines that the application writes; each look returns those since the last."""

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self._seen = 0
        self.written: Callable[[], object] = lambda: None  # waits until all lines are written

    def text(self) -> str:
        """Return what was written since the last look."""
        self.written()
        size = os.fstat(self.descriptor).st_size
        found = os.pread(self.descriptor, size - self._seen, self._seen).decode()
        self._seen = size
        return found

    def lines(self) -> list[Json]:
        """Return the lines written since the last look."""
        return [json.loads(line) for line in self.text().splitlines()]


@pytest.fixture(scope="session")
def session_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    log = Log(tmp_path_factory.mktemp("log") / "requests")
    yield log
    os.close(log.descriptor)


@pytest.fixture(scope="session")
def app(session_log: Log) -> Service:
    """The service as shipped. It is shared by all tests: one that changes it makes its own."""
    service = create_app(Settings(log_level="debug"), log_fd=session_log.descriptor)
    assert service.edge.log is not None
    session_log.written = service.edge.log.flush
    return service


@pytest.fixture
def log(session_log: Log) -> Log:
    """The application's log, from here on."""
    session_log.text()
    return session_log


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a service with few instruments, which starts at once: for a test's own."""
    folder = tmp_path_factory.mktemp("few")
    for name in ("calpas-p", "calpas-t", "gad-7", "phq-9", "wai-sr", "wai-srt"):
        shutil.copy(Path(Settings().instruments_dir) / f"{name}.json", folder)
    return Settings(instruments_dir=folder)


@pytest.fixture
def client(app: Service) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def catalog(app: Service) -> Catalog:
    return app.catalog


@pytest.fixture
def registry(app: Service) -> CollectorRegistry:
    """What the application counts; it is shared, so tests look at differences."""
    return app.metrics._registry


@pytest.fixture
def score(client: FlaskClient) -> Score:
    """Score a form and return its report."""

    def score(instrument: str, answers: object, query: str = "", **members: object) -> Json:
        path = f"/v1/instruments/{instrument}/score{query}"
        response = client.post(path, json={"answers": answers, **members})
        assert response.status_code == 200, response.text
        report: Json = response.json
        return report

    return score


@pytest.fixture
def refused() -> Refused:
    """Check that a response is a problem of this status and code in the one shape of all problems;
    return its body.
    """

    def refused(response: TestResponse, status: int, code: str) -> Json:
        body: Json = json.loads(response.data)
        assert (response.status_code, body["code"]) == (status, code), response.text
        assert response.content_type == "application/problem+json"
        assert {name: body[name] for name in ("type", "title", "status", "request_id")} == {
            "type": f"/problems/{code}",
            "title": TITLES[code],
            "status": status,
            "request_id": response.headers["X-Request-Id"],
        }
        assert body["detail"]
        for error in body["errors"]:
            assert (
                {"pointer", "code", "detail"}
                <= error.keys()
                <= {"pointer", "code", "detail", "allowed"}
            )
            assert error["pointer"] == "" or error["pointer"].startswith("/")
        return body

    return refused


def _norm(norm_id: str, mean: float, **group: object) -> Json:
    (norm,) = make_definition()["norms"]
    scales = {"total": {"mean": mean, "sd": 2, "metric": "sum"}}
    return {**norm, "id": norm_id, "scales": scales, "percentile_model": None, **group}


@pytest.fixture
def invented() -> Json:
    """A definition that is not in the catalogue: item 2 is reverse-keyed, 3 is mirrored and may not
    apply.

    Its total is the sum of items 1 to 3, each from 0 to 3, and a change of 2 is reliable.
    """
    definition = make_definition(
        id="invented-4",
        perspective=None,
        gates=[{"id": "no-work", "items": ["3"], "when": None, "treat_as": "excluded", **SITE}],
        norms=[
            _norm("adults", 4, age={"min": 18, "max": None}),
            _norm("anyone", 6),
            _norm("women", 3, sex="female", default=False),
            _norm("application", 7, default=False, digital=True),
        ],
    )
    definition["items"][2]["mirrored"] = True
    return definition
