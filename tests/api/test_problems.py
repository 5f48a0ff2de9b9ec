"""Every error has one shape and the same safe headers, and says nothing that the caller or the code
wrote.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.api.problems import invalid_request
from service.app import create_app
from service.scoring.issue import Issue
from service.settings import Settings
from tests.operations.test_edge import SECURITY

SCORE = "/v1/instruments/gad-7/score"

Send = Callable[[FlaskClient], TestResponse]

ANSWERS: dict[str, tuple[int, Send]] = {
    "report": (200, lambda client: client.post(SCORE, json={"answers": [1] * 7})),
    "list": (200, lambda client: client.get("/v1/instruments")),
    "options": (200, lambda client: client.options(SCORE)),
    "live": (200, lambda client: client.get("/livez")),
    "metrics": (200, lambda client: client.get("/metrics")),
    "unreadable": (
        400,
        lambda client: client.post(SCORE, data=b"{", content_type="application/json"),
    ),
    "bad host": (400, lambda client: client.get("/livez", headers={"Host": ".."})),
    "no instrument": (404, lambda client: client.get("/v1/instruments/none")),
    "no path": (404, lambda client: client.get("/none")),
    "method": (405, lambda client: client.delete(SCORE)),
    "accept": (406, lambda client: client.get("/v1/instruments", headers={"Accept": "text/html"})),
    "key": (
        409,
        lambda client: client.post("/v1/instruments/calpas-p/score", json={"answers": []}),
    ),
    "too large": (
        413,
        lambda client: client.post(SCORE, data=b" " * 300_000, content_type="application/json"),
    ),
    "media type": (415, lambda client: client.post(SCORE, data=b"{}", content_type="text/plain")),
    "invalid": (422, lambda client: client.post(SCORE, json={})),
}
CODES = {
    "unreadable": "bad_json",
    "bad host": "bad_request",
    "no instrument": "unknown_instrument",
    "no path": "not_found",
    "method": "method_not_allowed",
    "accept": "not_acceptable",
    "key": "key_required",
    "too large": "too_large",
    "media type": "unsupported_media_type",
    "invalid": "invalid_request",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_the_safe_headers(client: FlaskClient, name: str) -> None:
    status, send = ANSWERS[name]
    response = send(client)
    assert response.status_code == status
    expected = SECURITY | ({"Cache-Control": "no-cache"} if name == "list" else {})
    assert {header: response.headers.getlist(header) for header in expected} == {
        header: [value] for header, value in expected.items()
    }
    for unwanted in ("Server-Timing", "Access-Control-Allow-Origin", "Set-Cookie", "X-Powered-By"):
        assert unwanted not in response.headers


def test_a_304_has_the_safe_headers(client: FlaskClient) -> None:
    tag = client.get("/v1/instruments").headers["ETag"]
    response = client.get("/v1/instruments", headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", CODES)
def test_every_error_is_a_problem(client: FlaskClient, refused: Any, name: str) -> None:
    status, send = ANSWERS[name]
    body = refused(send(client), status, CODES[name])
    extra = {"suggestions", "hints"} if name == "no instrument" else set()
    assert (
        body.keys() == {"type", "title", "status", "detail", "code", "errors", "request_id"} | extra
    )


@pytest.mark.parametrize("name", ANSWERS)
def test_a_request_id_is_taken_over_or_made(client: FlaskClient, name: str) -> None:
    send = ANSWERS[name][1]
    assert re.fullmatch("[0-9a-f]{32}", send(client).headers["X-Request-Id"])

    class Named:
        """A client that sends its own request id."""

        def __getattr__(self, method: str) -> Any:
            def call(path: str, **arguments: Any) -> TestResponse:
                headers = {**arguments.pop("headers", {}), "X-Request-Id": "order-66.a_B"}
                answer: TestResponse = getattr(client, method)(path, headers=headers, **arguments)
                return answer

            return call

    assert send(Named()).headers.getlist("X-Request-Id") == ["order-66.a_B"]  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["a b", "x" * 65, "<script>", "a/b", "ü"])
def test_an_unsafe_request_id_is_replaced(client: FlaskClient, refused: Any, given: str) -> None:
    response = client.get("/none", headers={"X-Request-Id": given})
    assert re.fullmatch("[0-9a-f]{32}", refused(response, 404, "not_found")["request_id"])


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (SCORE, "OPTIONS, POST"),
        ("/v1/score", "OPTIONS, POST"),
        ("/v1/definitions/check", "OPTIONS, POST"),
        ("/v1/instruments", "GET, HEAD, OPTIONS"),
        ("/v1/instruments/gad-7", "GET, HEAD, OPTIONS"),
        ("/livez", "GET, HEAD, OPTIONS"),
        ("/readyz", "GET, HEAD, OPTIONS"),
        ("/version", "GET, HEAD, OPTIONS"),
        ("/metrics", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    client: FlaskClient, refused: Any, path: str, allowed: str
) -> None:
    wrong = {"PUT", "PATCH", "DELETE", "TRACE", "BREW", "POST", "GET"} - set(allowed.split(", "))
    for method in sorted(wrong):
        response = client.open(path, method=method)
        refused(response, 405, "method_not_allowed")
        assert response.headers.getlist("Allow") == [allowed]


def test_a_fault_of_the_service_says_nothing_about_itself(
    few: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(few, log_fd=None)

    def broken(*_: object, **__: object) -> None:
        raise LookupError("Jane Roe")

    monkeypatch.setattr("service.scoring.report.Scorer.score", broken)
    client = app.test_client()
    response = client.post(SCORE, json={"answers": [1] * 7})
    assert response.status_code == 500
    assert "Jane" not in response.text
    assert "LookupError" not in response.text
    assert response.content_type == "application/problem+json"
    assert {key: response.json[key] for key in ("type", "status", "code", "errors")} == {
        "type": "/problems/internal_error",
        "status": 500,
        "code": "internal_error",
        "errors": [],
    }
    assert response.json["request_id"] == response.headers["X-Request-Id"]
    assert {name: response.headers[name] for name in SECURITY} == SECURITY
    monkeypatch.undo()
    assert client.post(SCORE, json={"answers": [1] * 7}).status_code == 200


@pytest.mark.parametrize(("number", "sentence"), [(1, "1 fault, "), (2, "2 faults, ")])
def test_a_refusal_counts_its_faults(number: int, sentence: str) -> None:
    problem = invalid_request(
        Issue(("answers", index), "wrong_type", "x") for index in range(number)
    )
    assert (problem.status, len(problem.errors)) == (422, number)
    assert sentence in problem.detail
