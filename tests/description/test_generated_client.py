"""A client generated from openapi.yaml reads what the service answers."""

import importlib
import inspect
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import httpx
import pytest
from flask.testing import FlaskClient

from service.api.problems import TITLES
from service.app import Service
from service.settings import REPOSITORY
from tests.clients.calls import CALLS, OPERATIONS, PROBLEMS, Call
from tests.clients.test_python import in_python

PACKAGE = "generated_scoring_client"
PAGE = (REPOSITORY / "docs" / "clients.md").read_text(encoding="utf-8")
CONFIG = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
assert CONFIG


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Return the generated classes of requests and answers."""
    folder = tmp_path_factory.mktemp("client")
    program = Path(sys.executable).with_name("openapi-python-client")
    config = folder / "config.yaml"
    config.write_text(CONFIG.group(1) + "post_hooks: []\n")
    arguments = ["--path", REPOSITORY / "openapi.yaml", "--output-path", folder / PACKAGE]
    command = [program, "generate", *arguments, "--meta", "none", "--config", config]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr
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


def called(app: Service, call: Call) -> Any:
    """Return what the generated function of an operation returns."""
    (tag,) = OPERATIONS[call.operation][2]["tags"]
    name = in_python(call.operation)
    function = importlib.import_module(f"{PACKAGE}.api.{tag}.{name}").sync_detailed
    taken = inspect.signature(function).parameters
    arguments = {}
    for name, value in {**call.path, **call.query}.items():
        known = in_python(name) if in_python(name) in taken else f"field{name}"
        (choices,) = {*filter(is_choice, get_args(taken[known].annotation))} or (None,)
        arguments[known] = choices(value) if choices else value
    if call.body is not None:
        arguments["body"] = in_a_class(call.body, function)
    package = importlib.import_module(PACKAGE)
    transport = httpx.WSGITransport(app=app)
    return function(
        client=package.Client("http://localhost", httpx_args={"transport": transport}), **arguments
    )


def is_choice(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def in_a_class(body: Any, function: Any) -> Any:
    """Return a body as the function takes it."""
    taken = inspect.signature(function).parameters["body"].annotation
    if isinstance(body, list):
        lines = "\n".join(map(json.dumps, body)).encode()
        return importlib.import_module(f"{PACKAGE}.types").File(payload=io.BytesIO(lines))
    (model,) = {kind for kind in get_args(taken) or [taken] if hasattr(kind, "from_dict")}
    return model.from_dict(body)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.operation)
def test_every_operation_has_a_function_that_reads_its_answer(
    models: ModuleType, app: Service, call: Call
):
    answer = called(app, call)
    assert answer.status_code == 200
    assert answer.parsed is not None
    if hasattr(answer.parsed, "to_dict"):
        assert answer.parsed.to_dict() == json.loads(answer.content)


# Described for their operation, and made of what a generated function takes.
REFUSED = {
    code: call
    for code, (status, call) in PROBLEMS.items()
    if call.service == "sound"
    and str(status) in OPERATIONS[call.operation][2]["responses"]
    and not isinstance(call.body, bytes | str)
    and code not in ("invalid_definition", "invalid_mapping", "invalid_parameter", "bad_string")
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_is_read_as_a_problem(models: ModuleType, app: Service, code: str):
    problem = called(app, REFUSED[code]).parsed
    assert isinstance(problem, models.Problem)
    assert problem.code == code
