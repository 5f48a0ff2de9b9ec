"""Probes, version and metrics."""

import platform
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from service import __version__
from service.api.operations import Readiness
from service.app import create_app
from service.definitions.catalog import Catalog, Entry
from service.scoring.report import Scorer
from service.settings import Settings

PROBES = ["/livez", "/readyz", "/version"]


def test_a_live_process_answers(client: FlaskClient) -> None:
    assert client.get("/livez").json == {"status": "alive"}


def test_a_ready_process_says_how_much_it_serves(client: FlaskClient, catalog: Catalog) -> None:
    assert client.get("/readyz").json == {"status": "ready", "instruments": len(catalog)}


@pytest.mark.parametrize("path", PROBES)
def test_probes_answer_json_to_get_and_head(client: FlaskClient, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert (get.status_code, get.content_type) == (200, "application/json")
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(get.data))


@pytest.mark.parametrize("path", [*PROBES, "/metrics"])
def test_probes_do_not_care_what_the_caller_accepts(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 200


def test_version_names_the_build_and_every_definition(few: Settings) -> None:
    app = create_app(replace(few, revision="3f2c1ab"), log_fd=None)
    found = app.test_client().get("/version").json
    assert (found["service"], found["revision"], found["python"]) == (
        __version__,
        "3f2c1ab",
        platform.python_version(),
    )
    assert found["instruments"] == [
        {
            "id": each.instrument.id,
            "version": each.instrument.version,
            "digest": each.instrument.digest,
        }
        for each in app.catalog.entries()
    ]


def test_a_draining_process_is_alive_but_not_ready_and_still_scores(
    few: Settings, refused: Any
) -> None:
    app = create_app(few, log_fd=None)
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    app.on_drain()
    response = client.get("/readyz")
    assert "shutting down" in refused(response, 503, "not_ready")["detail"]
    assert response.headers["Retry-After"] == "5"
    assert client.get("/livez").status_code == 200
    assert client.post("/v1/instruments/gad-7/score", json={"answers": [1] * 7}).status_code == 200


def wrong_entry(catalog: Catalog) -> Entry:
    """Return the GAD-7 with a scorer that takes every answer for the highest, as a fault in the
    engine might.
    """
    entry = catalog.get("gad-7")
    items = []
    for item in entry.instrument.items:
        options = tuple(replace(option, score=3) for option in item.response_set.options)
        items.append(replace(item, response_set=replace(item.response_set, options=options)))
    return replace(entry, scorer=Scorer(replace(entry.instrument, items=tuple(items))))


def test_a_golden_score_that_does_not_come_out_makes_a_process_not_ready(catalog: Catalog) -> None:
    sound = Readiness(Catalog([catalog.get("gad-7"), catalog.get("calpas-p")]))
    assert sound.problem() is None
    assert "self-test failed" in str(
        Readiness(Catalog([catalog.get("phq-9"), wrong_entry(catalog)])).problem()
    )


def test_a_failed_self_test_is_answered_with_503(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog, refused: Any
) -> None:
    wrong = wrong_entry(catalog)
    others = [one for one in catalog.entries() if one.instrument.id != wrong.instrument.id]
    spoilt = Catalog([*others, wrong])
    monkeypatch.setattr("service.app.load_catalog", lambda *_, **__: spoilt)
    client = create_app(Settings(), log_fd=None).test_client()
    assert "self-test failed" in refused(client.get("/readyz"), 503, "not_ready")["detail"]


def samples(client: FlaskClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = client.get("/metrics").text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_are_in_the_text_format(client: FlaskClient) -> None:
    response = client.get("/metrics")
    assert response.content_type.startswith("text/plain; version=0.0.4")
    assert response.status_code == 200


def test_metrics_count_requests_by_route_template(client: FlaskClient) -> None:
    wanted = [
        (
            "/v1/instruments/<instrument_id>/score",
            "POST",
            "200",
            lambda: client.post(path, json={"answers": [1] * 7}),
        ),
        (
            "/v1/instruments/<instrument_id>/score",
            "POST",
            "422",
            lambda: client.post(path, json={}),
        ),
        ("/v1/instruments/<instrument_id>/score", "POST", "400", lambda: client.post(path, **raw)),
        ("/v1/instruments/<instrument_id>", "GET", "404", lambda: client.get("/v1/instruments/x")),
        ("unmatched", "GET", "404", lambda: client.get("/nowhere")),
        ("unmatched", "OTHER", "404", lambda: client.open("/nowhere", method="BREW")),
    ]
    path, raw = "/v1/instruments/gad-7/score", {"data": b"{", "content_type": "application/json"}
    for route, method, status, send in wanted:
        key = (
            "scoring_http_requests_total",
            (("method", method), ("route", route), ("status", status)),
        )
        before = samples(client).get(key, 0)
        send()
        assert samples(client)[key] == before + 1


def test_metrics_name_what_is_loaded(client: FlaskClient, catalog: Catalog) -> None:
    found = samples(client)
    assert found["scoring_definitions_loaded", ()] == len(catalog)
    assert found["scoring_definitions_rejected", ()] == 0
    digests = {labels for name, labels in found if name == "scoring_definition_info"}
    assert digests == {
        (
            ("digest", each.instrument.digest[7:19]),
            ("instrument", each.instrument.id),
            ("version", each.instrument.version),
        )
        for each in catalog.entries()
    }


def test_every_series_is_one_of_a_few_thousand(client: FlaskClient, catalog: Catalog) -> None:
    for entry in catalog.entries():
        client.post(f"/v1/instruments/{entry.instrument.id}/score", json={"answers": {"1": 1}})
    assert len(samples(client)) < 2500
