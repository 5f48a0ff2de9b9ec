"""What each problem code means, at the address that its `type` names."""

import json

import pytest
from flask.testing import FlaskClient

from service.api.documentation_routes.problems import explanations
from service.api.problems import TITLES, internal_error, request_timeout
from tests.api.test_documentation import Page
from tests.clients.calls import OPERATIONS, PROBLEMS
from tests.pasted import assert_shows

MADE = {"internal_error": internal_error, "request_timeout": request_timeout}
OF_THE_HEAD = {"bad_request", "incomplete_body"}
"""Provoked by what the test client would put right."""


def test_every_code_is_explained_and_nothing_else():
    assert explanations().keys() == TITLES.keys()


@pytest.mark.parametrize("code", sorted(TITLES))
def test_the_page_of_a_code_says_what_who_and_how(client: FlaskClient, code: str):
    told = explanations()[code]
    response = client.get(told.example["type"])
    page = Page(response.text)
    assert response.status_code == 200
    assert {"What it means", "Who acts", "How to mend it", TITLES[code]} <= set(page.texts)
    assert told.example in [json.loads(text) for text in page.texts if text.startswith("{")]
    assert all(len(text) > 20 for text in (told.means, told.mend))
    assert "style-src 'sha256-" in response.headers["Content-Security-Policy"]
    assert "script" not in response.headers["Content-Security-Policy"]


def test_other_codes_have_no_page(client: FlaskClient, refused):
    for code in ("nothing", "BAD_JSON", "bad_json.html", "%00"):
        refused(client.get(f"/problems/{code}"), 404, "not_found")


def _provoke(client: FlaskClient, code: str):
    call = PROBLEMS[code][1]
    verb, path, _ = OPERATIONS[call.operation]
    for name, value in call.path.items():
        path = path.replace(f"{{{name}}}", str(value))
    kind = "text/csv" if isinstance(call.body, str) else "application/json"
    raw = isinstance(call.body, bytes | str) or call.body is None
    return client.open(
        path,
        method=verb,
        query_string=dict(call.query),
        headers={"Content-Type": kind, **call.headers},
        data=call.body if raw else json.dumps(call.body),
    )


@pytest.mark.parametrize(
    "code",
    [
        code
        for code, (_, call) in PROBLEMS.items()
        if call.service == "sound" and code not in OF_THE_HEAD
    ],
)
def test_the_example_is_what_the_service_answers(client: FlaskClient, code: str):
    answered, shown = _provoke(client, code).json, dict(explanations()[code].example)
    del shown["request_id"]
    errors = shown.pop("errors")
    if code == "unknown_instrument":  # which ids are near changes with the catalogue
        del shown["suggestions"], shown["hints"], shown["detail"]
    assert_shows(shown, answered)
    assert all(error in answered["errors"] for error in errors)


@pytest.mark.parametrize("code", MADE)
def test_the_example_of_a_fault_of_the_service_is_its_own(code: str):
    shown, made = explanations()[code].example, MADE[code]()
    assert (shown["status"], shown["detail"]) == (made.status, made.detail)


@pytest.mark.parametrize("code", PROBLEMS)
def test_the_status_is_the_one_that_comes(code: str):
    assert explanations()[code].example["status"] == PROBLEMS[code][0]
