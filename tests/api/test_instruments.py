"""The catalogue: listing, filters, one definition, versions, and asking again with an entity
tag.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.definitions.catalog import Catalog
from service.settings import REPOSITORY, Settings


def listed(client: FlaskClient, query: str = "") -> list[str]:
    response = client.get(f"/v1/instruments{query}")
    assert response.status_code == 200
    return [entry["id"] for entry in response.json["instruments"]]


def test_every_definition_file_is_listed_in_the_order_of_ids(client: FlaskClient) -> None:
    files = [json.loads(path.read_text()) for path in (REPOSITORY / "instruments").glob("*.json")]
    assert listed(client) == sorted(file["id"] for file in files if "response_sets" in file)


def test_the_list_says_what_one_needs_to_choose(client: FlaskClient) -> None:
    (entry,) = (
        each
        for each in client.get("/v1/instruments").json["instruments"]
        if each["id"] == "wai-srt"
    )
    assert (entry["version"], entry["construct"], entry["perspective"], entry["counterpart"]) == (
        "1.1.0",
        "therapeutic-alliance",
        "therapist",
        "wai-sr",
    )
    assert entry["title"]
    assert "items" not in entry


@pytest.mark.parametrize(
    ("query", "has", "has_not"),
    [
        ("?construct=therapeutic-alliance", {"wai-sr", "wai-srt", "srs"}, {"gad-7", "core-10"}),
        ("?construct=anxiety", {"gad-7"}, {"phq-9", "wai-sr"}),
        ("?perspective=client", {"wai-sr", "srs"}, {"wai-srt", "gad-7"}),
        ("?perspective=therapist", {"wai-srt"}, {"wai-sr", "gad-7"}),
        ("?q=wai", {"wai-sr", "wai-srt"}, {"gad-7"}),
        ("?q=WORKING+ALLIANCE", {"wai-sr", "wai-srt"}, {"gad-7"}),
        ("?q=44249-1", {"phq-9"}, {"gad-7", "phq-8"}),
        ("?q=http://loinc.org|44249-1", {"phq-9"}, {"gad-7"}),
        ("?q=http://snomed.info/sct|44249-1", set(), {"phq-9"}),
        ("?q=44250-9", {"phq-9", "phq-2"}, {"gad-7"}),
        ("?q=la6568-5", {"phq-9", "gad-7"}, {"wai-sr"}),
        ("?q=44249", set(), {"phq-9"}),
        ("?q=RSES", {"rses-umd", "rses-1965"}, {"gad-7"}),
        ("?q=shape concern", {"ede-q"}, {"gad-7"}),
        ("?q=wai&perspective=therapist&construct=therapeutic-alliance", {"wai-srt"}, {"wai-sr"}),
    ],
)
def test_filters_narrow_the_list(
    client: FlaskClient, query: str, has: set[str], has_not: set[str]
) -> None:
    found = set(listed(client, query))
    assert found >= has
    assert not found & has_not


@pytest.mark.parametrize(
    "query",
    [
        "?q=no+such+form",
        "?construct=anxiety&q=wai",
    ],
)
def test_a_filter_that_nothing_fits_gives_an_empty_list(client: FlaskClient, query: str) -> None:
    assert listed(client, query) == []


@pytest.mark.parametrize(
    ("query", "among"),
    [
        ("construct=alliance", "therapeutic-alliance"),
        ("construct=", "depression"),
        ("construct=Anxiety", "anxiety"),
        ("perspective=THERAPIST", "therapist"),
        ("perspective=patient", "client"),
    ],
)
def test_a_filter_that_no_instrument_could_fit_is_told_its_values(
    client: FlaskClient, refused: Any, query: str, among: str
) -> None:
    problem = refused(client.get(f"/v1/instruments?{query}"), 422, "invalid_parameter")
    assert problem["parameter"] == query.partition("=")[0]
    ((code, allowed),) = [(error["code"], error["allowed"]) for error in problem["errors"]]
    assert code == "not_allowed"
    assert among in allowed


def test_a_form_for_two_raters_is_found_under_both(
    tmp_path: Path, invented: dict[str, Any]
) -> None:
    invented["perspectives"] = ["client", "therapist"]
    (tmp_path / "invented.json").write_text(json.dumps(invented))
    client = create_app(Settings(instruments_dir=tmp_path), log_fd=None).test_client()
    for perspective, found in (
        ("client", ["invented-4"]),
        ("therapist", ["invented-4"]),
        ("observer", []),
    ):
        assert listed(client, f"?perspective={perspective}") == found


def test_a_definition_is_given_as_its_file_says(client: FlaskClient) -> None:
    response = client.get("/v1/instruments/gad-7")
    assert (response.status_code, response.content_type) == (200, "application/json")
    written = json.loads((REPOSITORY / "instruments" / "gad-7.json").read_text())
    lines = (REPOSITORY / "NOTICE").read_text().splitlines()
    told = [line for line in lines if line.startswith("This material contains")]
    assert "Regenstrief" in told[0]
    notices = [line for line in told if "CHOP" not in line]
    assert response.json == {**written, "notices": notices}


def test_a_version_can_be_asked_for(client: FlaskClient, refused: Any) -> None:
    assert client.get("/v1/instruments/gad-7?version=1.0.0").json["version"] == "1.0.0"
    problem = refused(client.get("/v1/instruments/gad-7?version=0.0.9"), 404, "unknown_version")
    assert [(error["pointer"], error["allowed"]) for error in problem["errors"]] == [
        ("/version", ["1.0.0"])
    ]


def test_an_overlay_is_given_merged_and_its_base_stays(tmp_path: Path) -> None:
    overlay = {"extends": "gad-7@1.0.0", "version": "1.0.0+site.1", "notes": ["Ours."]}
    (tmp_path / "gad.json").write_text(json.dumps(overlay))
    client = create_app(Settings(instruments_extra_dir=tmp_path), log_fd=None).test_client()
    merged = client.get("/v1/instruments/gad-7").json
    assert (merged["version"], merged["notes"], len(merged["items"])) == (
        "1.0.0+site.1",
        ["Ours."],
        7,
    )
    assert client.get("/v1/instruments/gad-7?version=1.0.0").json["version"] == "1.0.0"
    assert listed(client).count("gad-7") == 2


def test_the_entity_tag_of_a_definition_is_its_digest(
    client: FlaskClient, catalog: Catalog
) -> None:
    digest = catalog.get("gad-7").instrument.digest
    assert (
        client.get("/v1/instruments/gad-7").headers["ETag"] == f'"{digest.removeprefix("sha256:")}"'
    )


@pytest.mark.parametrize(
    "path", ["/v1/instruments", "/v1/instruments?construct=anxiety", "/v1/instruments/gad-7"]
)
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    tag = first.headers["ETag"]
    for value in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": value})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    for value in ('"other"', "", "no tag"):
        assert client.get(path, headers={"If-None-Match": value}).data == first.data


def test_different_lists_have_different_tags(client: FlaskClient) -> None:
    tags = {
        client.get(f"/v1/instruments{query}").headers["ETag"] for query in ("", "?q=wai", "?q=gad")
    }
    assert len(tags) == 3


@pytest.mark.parametrize("path", ["/v1/instruments", "/v1/instruments/gad-7"])
def test_head_gives_the_headers_of_get(client: FlaskClient, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("path", ["/v1/instruments", "/v1/instruments/gad-7"])
def test_the_catalogue_is_the_same_at_each_start(client: FlaskClient, path: str) -> None:
    assert create_app(Settings(), log_fd=None).test_client().get(path).data == client.get(path).data
