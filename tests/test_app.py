"""The composition root: what a start loads, refuses and publishes."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import request
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.trace import NonRecordingSpan, SpanContext

from service.api.problems import Problem
from service.app import create_app
from service.definitions.catalog import DefinitionError
from service.settings import REPOSITORY, Settings, SettingsError

PATHS = {
    "/livez",
    "/readyz",
    "/version",
    "/metrics",
    "/openapi.yaml",
    "/openapi.json",
    "/docs",
    "/v1/score",
    "/v1/instruments",
    "/v1/instruments/<instrument_id>",
    "/v1/instruments/<instrument_id>/score",
    "/v1/definitions/check",
}


def test_the_service_has_its_paths(app: Any) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules()} >= PATHS


def test_settings_come_from_the_environment_unless_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, invented: dict[str, Any]
) -> None:
    (tmp_path / "invented.json").write_text(json.dumps(invented))
    monkeypatch.setenv("INSTRUMENTS_DIR", str(tmp_path))
    assert [entry.instrument.id for entry in create_app(log_fd=None).catalog.entries()] == [
        "invented-4"
    ]
    assert len(create_app(Settings(), log_fd=None).catalog) > 1
    monkeypatch.setenv("MAX_BODY_BYTES", "none")
    with pytest.raises(SettingsError, match="MAX_BODY_BYTES"):
        create_app(log_fd=None)


def test_a_faulty_definition_stops_the_start_with_file_place_and_reason(
    tmp_path: Path, invented: dict[str, Any]
) -> None:
    (tmp_path / "sound.json").write_text(json.dumps(invented))
    del invented["title"]
    invented["items"][0]["response_set"] = "nothing"
    (tmp_path / "faulty.json").write_text(json.dumps(invented))
    with pytest.raises(DefinitionError) as stopped:
        create_app(Settings(instruments_dir=tmp_path), log_fd=None)
    lines = stopped.value.lines
    assert any("faulty.json" in line and "/title" in line for line in lines)
    assert any("faulty.json" in line and "/items/0/response_set" in line for line in lines)
    assert not any("sound.json: /" in line for line in lines)


def test_the_site_directory_is_loaded_on_top(tmp_path: Path, few: Settings) -> None:
    overlay = {"extends": "gad-7@1.0.0", "version": "1.0.0+site.1", "notes": ["Ours."]}
    (tmp_path / "gad.json").write_text(json.dumps(overlay))
    found = create_app(replace(few, instruments_extra_dir=tmp_path), log_fd=None).catalog
    assert found.versions("gad-7") == ("1.0.0", "1.0.0+site.1")
    assert len(found) == len(create_app(few, log_fd=None).catalog) + 1


def test_the_body_limit_is_a_setting(few: Settings, refused: Any) -> None:
    client = create_app(replace(few, max_body_bytes=1024), log_fd=None).test_client()
    form = json.dumps({"answers": [1] * 7}).encode()
    longest = form + b" " * (1024 - len(form))
    path = "/v1/instruments/gad-7/score"
    assert client.post(path, data=longest, content_type="application/json").status_code == 200
    refused(
        client.post(path, data=longest + b" ", content_type="application/json"), 413, "too_large"
    )


HOOKS = ("before_request", "after_request", "teardown_request", "teardown_appcontext")
FORM = {"answers": [1] * 7}
SENT: dict[str, tuple[str, str, int]] = {
    "form by path": ("POST", "/v1/instruments/gad-7/score", 200),
    "form by body": ("POST", "/v1/score", 422),
    "course": ("POST", "/v1/monitor", 422),
    "list": ("GET", "/v1/instruments", 200),
    "probe": ("GET", "/livez", 200),
    "no path": ("GET", "/none", 404),
}


@pytest.mark.parametrize("name", SENT)
def test_every_hook_of_the_framework_sees_every_request(few: Settings, name: str) -> None:
    app, called = create_app(few, log_fd=None), []
    for kind in HOOKS:

        def hook(given: Any = None, kind: str = kind) -> Any:
            called.append(kind)
            return given if kind == "after_request" else None

        getattr(app, kind)(hook)
    method, path, status = SENT[name]
    response = app.test_client().open(path, method=method, json=FORM if method == "POST" else None)
    assert response.status_code == status
    assert called == list(HOOKS)


def test_a_hook_may_answer_or_refuse_in_place_of_a_view(few: Settings, refused: Any) -> None:
    app = create_app(few, log_fd=None)

    @app.before_request
    def guard() -> str | None:
        if "X-Key" in request.headers:
            return request.headers["X-Key"]
        raise Problem(404, "not_found", "Nobody is let in.")

    client, path = app.test_client(), "/v1/instruments/gad-7/score"
    assert client.post(path, json=FORM, headers={"X-Key": "own"}).text == "own"
    refused(client.post(path, json=FORM), 404, "not_found")


class Spans:
    """Stands in for a tracer and keeps the names of the spans that are started."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def get_tracer(self, *_: object, **__: object) -> Any:
        return self

    def start_span(self, name: str, *_: object, **__: object) -> Any:
        self.names.append(name)
        return NonRecordingSpan(SpanContext(1, 1, is_remote=False))


def test_a_tracer_instruments_the_application(few: Settings) -> None:
    app, spans = create_app(few, log_fd=None), Spans()
    instrumentor = FlaskInstrumentor()
    instrumentor.instrument_app(app, tracer_provider=spans)
    client = app.test_client()
    assert client.post("/v1/instruments/gad-7/score", json=FORM).status_code == 200
    assert client.get("/livez").status_code == 200
    assert spans.names == ["POST /v1/instruments/<instrument_id>/score", "GET /livez"]
    instrumentor.uninstrument_app(app)


def test_nothing_is_logged_without_a_descriptor(
    few: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    create_app(few, log_fd=None).test_client().get("/livez")
    assert capfd.readouterr() == ("", "")


def test_lines_go_to_standard_output_by_default(
    few: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    app = create_app(few)
    app.test_client().get("/version")
    assert app.edge.log is not None
    assert app.edge.log.flush()
    output = capfd.readouterr()
    assert json.loads(output.out)["route"] == "/version"
    assert output.err == ""


def test_under_several_workers_nothing_is_published_before_a_worker_starts(tmp_path: Path) -> None:
    """Gauges of the process that forks would outlive its workers."""
    program = """
from service.app import create_app
from service.settings import Settings
app = create_app(Settings(), log_fd=None)
scrape = lambda: app.test_client().get("/metrics").text
before = scrape()
app.on_worker_start()
after = scrape()
info, build = "scoring_definition_info{", "scoring_build_info{"
print(info in before, info in after, build in after)
"""
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert found.stdout.split() == ["False", "True", "True"]


def test_faults_are_left_to_the_edge(app: Any) -> None:
    assert app.config["PROPAGATE_EXCEPTIONS"] is True
    assert app.debug is False
    assert app.testing is False


def test_no_file_of_the_machine_is_served(app: Any, refused: Any) -> None:
    for path in ("/static/service.css", "/static/../app.py", "/instruments/gad-7.json"):
        refused(app.test_client().get(path), 404, "not_found")
