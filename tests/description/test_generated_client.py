"""A client generated from openapi.yaml reads what the service answers."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.problems import TITLES
from service.settings import REPOSITORY

PACKAGE = "generated_scoring_client"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Return the generated classes of requests and answers."""
    folder = tmp_path_factory.mktemp("client")
    program = Path(sys.executable).with_name("openapi-python-client")
    config = folder / "config.yaml"
    config.write_text("post_hooks: []\n")
    arguments = ["--path", REPOSITORY / "openapi.yaml", "--output-path", folder / PACKAGE]
    command = [program, "generate", *arguments, "--meta", "none", "--config", config]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(f"{PACKAGE}.models")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
            del sys.modules[name]


@pytest.mark.parametrize("code", sorted(TITLES))
def test_every_problem_is_read(models: ModuleType, code: str):
    sent: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": TITLES[code],
        "status": 422,
        "detail": "A sentence.",
        "code": code,
        "errors": [{"pointer": "/a", "code": "x", "detail": "y", "allowed": {"values": [1]}}],
        "request_id": "r",
    }
    problem = models.Problem.from_dict(sent)
    assert problem.code == code
    assert problem.to_dict() == sent


def test_a_real_problem_and_a_real_report_are_read(models: ModuleType, client: FlaskClient):
    path = "/v1/instruments/phq-9/score"
    refused = client.post(path, json={"answers": {"1": 9, "x1": 0}}).json
    assert models.Problem.from_dict(refused).to_dict() == refused
    report = client.post(f"{path}?working=true", json={"answers": [0, 1, 2, 3, 0, 1, 2, 3, 1]}).json
    read = models.ScoreReport.from_dict(report)
    assert read.scores["total"].value == 13
    assert read.to_dict() == report


def test_a_real_course_and_the_catalogue_are_read(models: ModuleType, client: FlaskClient):
    scores = enumerate([4.0, 4.17, 4.08, 4.25, 4.17, 3.0], start=1)
    sessions = [
        {"number": number, "forms": [{"instrument": "wai-sr", "scores": {"total": score}}]}
        for number, score in scores
    ]
    report = client.post("/v1/monitor", json={"sessions": sessions}).json
    assert models.CourseReport.from_dict(report).to_dict() == report
    for path, name in (("/v1/instruments", "Catalogue"), ("/v1/rules", "AlertRules")):
        answer = client.get(path).json
        assert getattr(models, name).from_dict(answer).to_dict() == answer
