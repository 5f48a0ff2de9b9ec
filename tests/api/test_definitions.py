"""Checking a definition for its author over HTTP: the same faults as the command, and nothing
kept.
"""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.definitions.catalog import Catalog

Json = dict[str, Any]
PATH = "/v1/definitions/check"


def check(client: FlaskClient, definition: Json) -> Json:
    response = client.post(PATH, json=definition)
    assert (response.status_code, response.content_type) == (200, "application/json")
    result: Json = response.json
    assert result.keys() == {"valid", "digest", "errors"}
    return result


def test_a_sound_definition_is_valid_and_gets_its_digest(
    client: FlaskClient, catalog: Catalog
) -> None:
    entry = catalog.get("gad-7")
    found = check(client, dict(entry.document))
    assert found == {"valid": True, "digest": entry.instrument.digest, "errors": []}


def test_all_faults_are_listed_with_their_places(client: FlaskClient, invented: Json) -> None:
    del invented["licence"]
    invented["items"][1]["response_set"] = "six"
    invented["scales"][0]["missing"]["min_answered"] = 5
    found = check(client, invented)
    assert (found["valid"], found["digest"]) == (False, None)
    assert {"/licence", "/items/1/response_set", "/scales/0/missing/min_answered"} <= {
        error["pointer"] for error in found["errors"]
    }
    assert all(error["code"] and error["detail"] for error in found["errors"])


def test_an_example_that_does_not_come_out_is_a_fault(client: FlaskClient, invented: Json) -> None:
    invented["examples"][1]["expect"]["scores"]["total"] = 1
    (error,) = check(client, invented)["errors"]
    assert (error["pointer"], error["code"]) == (
        "/examples/1/expect/scores/total",
        "example_differs",
    )


def test_an_overlay_is_checked_on_what_it_extends(client: FlaskClient) -> None:
    overlay = {"extends": "gad-7@1.0.0", "version": "1.0.0+site.1", "notes": ["Ours."]}
    assert check(client, overlay)["valid"] is True
    (error,) = check(client, overlay | {"extends": "gad-7@3.0.0"})["errors"]
    assert (error["pointer"], error["code"]) == ("/extends", "unknown_base")
    (error,) = check(client, overlay | {"version": "1.0.0"})["errors"]
    assert (error["pointer"], error["code"]) == ("/version", "overlay_version")


def test_a_definition_without_its_key_is_valid(client: FlaskClient, catalog: Catalog) -> None:
    assert check(client, dict(catalog.get("calpas-p").document))["valid"] is True


@pytest.mark.parametrize(
    "definition", [{}, {"id": "x"}, {"extends": None}, {"extends": "gad-7@1.0.0"}]
)
def test_whatever_is_missing_is_named(client: FlaskClient, definition: Json) -> None:
    found = check(client, definition)
    assert found["valid"] is False
    assert found["errors"]


def test_a_checked_definition_is_not_kept(
    client: FlaskClient, invented: Json, refused: Any
) -> None:
    assert check(client, invented)["valid"] is True
    refused(client.get("/v1/instruments/invented-4"), 404, "unknown_instrument")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[]", 422, "invalid_request"),
        (b"{", 400, "bad_json"),
        (b'{"id": "a", "id": "b"}', 400, "duplicate_key"),
    ],
)
def test_the_body_is_read_strictly(
    client: FlaskClient, refused: Any, body: bytes, status: int, code: str
) -> None:
    refused(client.post(PATH, data=body, content_type="application/json"), status, code)


def test_a_body_that_cannot_be_read_says_where(client: FlaskClient) -> None:
    written = b'{\n  "id": "x",\n  "id": "y"\n}'
    response = client.post("/v1/definitions/check", data=written, content_type="application/json")
    assert (response.status_code, response.json["code"]) == (400, "duplicate_key")
    assert response.json["detail"] == ("An object names the same member twice (line 3, column 3).")
