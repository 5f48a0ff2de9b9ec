"""Pages of allowed origins may call the routes of hooks from a browser, and no other page, and no
other route.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.access.keys import line_of
from service.app import create_app
from service.settings import Settings, SettingsError
from tests.cds.calls import FALL, FEEDBACK, SERVICE, accepted, call, course, searched

SANDBOX, OTHER = "https://sandbox.example.org", "https://elsewhere.example.org"
ALLOWED = {
    "Access-Control-Allow-Origin": SANDBOX,
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
}
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


@pytest.fixture(scope="module")
def browser(few: Settings) -> FlaskClient:
    settings = replace(few, cors_origins=(SANDBOX, "http://localhost:8080"))
    return create_app(settings, log_fd=None).test_client()


def cors(response: TestResponse) -> dict[str, str]:
    return {name: text for name, text in response.headers if name.startswith("Access-Control-")}


@pytest.mark.parametrize("path", ["/cds-services", SERVICE, FEEDBACK])
def test_a_browser_that_asks_first_is_told(path: str, browser: FlaskClient):
    answered = browser.options(path, headers={"Origin": SANDBOX, **PREFLIGHT})
    assert answered.status_code == 200
    assert cors(answered) == ALLOWED
    assert "Origin" in answered.vary


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/cds-services", None, 200),
        ("POST", SERVICE, call(responses=None), 200),
        ("POST", SERVICE, call(), 412),
        ("POST", SERVICE, {}, 422),
        ("GET", SERVICE, None, 405),
        ("POST", "/cds-services/another", {}, 404),
    ],
)
def test_every_answer_can_be_read_by_the_page(
    method: str, path: str, body: object, status: int, browser: FlaskClient
):
    answered = browser.open(path, method=method, json=body, headers={"Origin": SANDBOX})
    assert answered.status_code == status
    assert cors(answered) == {"Access-Control-Allow-Origin": SANDBOX}
    assert "Origin" in answered.vary


@pytest.mark.parametrize(
    "origin", [OTHER, SANDBOX.upper(), f"{SANDBOX}:8443", "null", f"{SANDBOX}.evil.org", None]
)
def test_other_origins_are_told_nothing(origin: str | None, browser: FlaskClient):
    headers = {} if origin is None else {"Origin": origin}
    for answered in (
        browser.get("/cds-services", headers=headers),
        browser.options(SERVICE, headers={**headers, **PREFLIGHT}),
    ):
        assert cors(answered) == {}
        assert "Origin" in answered.vary


@pytest.mark.parametrize("path", ["/livez", "/v1/instruments", "/cds-servicesx", "/fhir/metadata"])
def test_other_routes_are_not_for_pages_of_others(path: str, browser: FlaskClient):
    answered = browser.get(path, headers={"Origin": SANDBOX})
    assert cors(answered) == {}
    assert "Origin" not in answered.vary


def test_as_shipped_no_origin_is_allowed(client: FlaskClient):
    for origin in (SANDBOX, "null", "*"):
        answered = client.options(SERVICE, headers={"Origin": origin, **PREFLIGHT})
        assert cors(answered) == {}
        assert "Origin" not in answered.vary


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "null",
        "ehr.example.org",
        "https://ehr.example.org/",
        "https://EHR.example.org",
        "https://user@ehr.example.org",
        "https://a,*",
        "https://a, https://b",
        "ftp://ehr.example.org",
    ],
)
def test_what_is_no_origin_stops_the_start(text: str):
    with pytest.raises(SettingsError, match="CORS_ORIGINS must be origins"):
        Settings.from_environ({"CORS_ORIGINS": text})


def test_origins_are_read_one_by_one():
    read = Settings.from_environ({"CORS_ORIGINS": f"{SANDBOX},http://localhost:8080"})
    assert read.cors_origins == (SANDBOX, "http://localhost:8080")


@pytest.fixture(scope="module")
def port(few: Settings) -> Iterator[int]:
    """A real server with the shipped configuration that one origin may call."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    environ = {
        **os.environ,
        "PORT": str(number),
        "WORKERS": "1",
        "CORS_ORIGINS": SANDBOX,
        "INSTRUMENTS_DIR": str(few.instruments_dir),
    }
    environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn"],
        cwd=Path(__file__).parents[2],
        env=environ,
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(400):
            try:
                exchange(number, "GET", "/livez")
                break
            except OSError:
                time.sleep(0.05)
        yield number
    finally:
        server.terminate()
        server.wait(20)


def exchange(
    port: int, method: str, path: str, body: object = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        sent = None if body is None else orjson.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json", **headers})
        answered = connection.getresponse()
        return answered, answered.read()
    finally:
        connection.close()


def test_a_browser_gets_its_cards_from_a_real_server(port: int):
    first, _ = exchange(port, "OPTIONS", SERVICE, Origin=SANDBOX, **PREFLIGHT)
    assert first.status == 200
    assert {name: first.headers[name] for name in ALLOWED} == ALLOWED
    body = call(responses=searched(course(FALL)))
    then, content = exchange(port, "POST", SERVICE, body, Origin=SANDBOX)
    assert (then.status, then.headers["Access-Control-Allow-Origin"]) == (200, SANDBOX)
    assert len(orjson.loads(content)["cards"]) == 1
    told, _ = exchange(port, "POST", FEEDBACK, {"feedback": [accepted()]}, Origin=SANDBOX)
    assert told.status == 200
    refused, _ = exchange(port, "OPTIONS", SERVICE, Origin=OTHER, **PREFLIGHT)
    assert refused.headers["Access-Control-Allow-Origin"] is None


def test_a_browser_may_ask_first_without_a_key_and_learns_that_it_needs_one(
    few: Settings, tmp_path: Path
):
    keys = tmp_path / "keys"
    keys.write_text(line_of("ehr", "k" * 43, ["monitor"]))
    guarded = replace(few, auth_mode="api_key", api_keys_file=keys, cors_origins=(SANDBOX,))
    page = create_app(guarded, log_fd=None).test_client()
    headers = {"Origin": SANDBOX}
    assert cors(page.options(SERVICE, headers=headers | PREFLIGHT)) == ALLOWED
    for key, status in (({}, 401), ({"Authorization": f"Bearer {'k' * 43}"}, 200)):
        answered = page.post(SERVICE, json=call(responses=None), headers=headers | key)
        assert answered.status_code == status
        assert answered.headers["Access-Control-Allow-Origin"] == SANDBOX
    assert page.get("/cds-services", headers=headers).status_code == 200
