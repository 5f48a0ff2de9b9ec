"""Who may call: every route with every kind of credential, and what is told, counted and logged."""

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.exceptions import Forbidden, HTTPException, TooManyRequests, Unauthorized
from werkzeug.test import TestResponse

from service.access import watched_file
from service.access.caller import REASONS, SCOPES
from service.access.keys import KeyFileError, line_of
from service.access.watched_file import UnusableFile
from service.api.problems import http_problem
from service.app import Service, create_app
from service.operations.metrics import AUTH_FAILURES
from service.settings import Settings, SettingsError
from tests.conftest import Log
from tests.tokens import (
    PUBLIC_URL,
    cds_claims,
    claims,
    mutated,
    record,
    token,
    write_issuers,
    wrong_tokens,
)

OPEN = None
ROUTES = {
    ("POST", "/v1/instruments/<instrument_id>/score"): "score",
    ("POST", "/v1/score"): "score",
    ("POST", "/fhir/QuestionnaireResponse/$score"): "score",
    ("POST", "/fhir/QuestionnaireResponse/$extract"): "score",
    ("POST", "/v1/batch"): "score",
    ("POST", "/v1/sources/<mapping_id>/score"): "score",
    ("POST", "/v1/sources/score"): "score",
    ("POST", "/v1/monitor"): "monitor",
    ("POST", "/v1/batch/monitor"): "monitor",
    ("GET", "/v1/rules"): "monitor",
    ("GET", "/v1/rules/<rule_id>/source-attributes"): "monitor",
    ("GET", "/cds-services"): OPEN,
    ("POST", "/cds-services/alliance-monitor"): "monitor",
    ("POST", "/cds-services/alliance-monitor/feedback"): "monitor",
    ("GET", "/v1/instruments"): "definitions",
    ("GET", "/v1/catalogue"): "definitions",
    ("GET", "/v1/instruments/<instrument_id>"): "definitions",
    ("GET", "/v1/instruments/<instrument_id>/source-attributes"): "definitions",
    ("GET", "/fhir/Questionnaire"): "definitions",
    ("GET", "/fhir/Questionnaire/<instrument_id>"): "definitions",
    ("GET", "/fhir/ObservationDefinition/<score_id>"): "definitions",
    ("POST", "/v1/definitions/check"): "definitions",
    ("GET", "/v1/sources"): "definitions",
    ("POST", "/v1/mappings/check"): "definitions",
    ("GET", "/version"): "definitions",
    ("GET", "/metrics"): "metrics",
    ("GET", "/livez"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/openapi.yaml"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/docs"): OPEN,
    ("GET", "/docs/<file>"): OPEN,
    ("GET", "/docs/<folder>/<file>"): OPEN,
    ("GET", "/problems/<code>"): OPEN,
    ("GET", "/"): OPEN,
    ("GET", "/console/<file>"): OPEN,
    ("GET", "/console/<folder>/<file>"): OPEN,
    ("GET", "/fhir/metadata"): OPEN,
    ("GET", "/fhir/OperationDefinition/<operation_id>"): OPEN,
}
GUARDED = {route: scope for route, scope in ROUTES.items() if scope is not OPEN}

SCHEMES = ("bearer_key", "header_key", "bearer_token")

KEYS = {scope: f"{scope}-".ljust(43, "k") for scope in SCOPES}
EVERYTHING = "everything".ljust(43, "k")
WRONG = "w" * 43
PARTS = {
    "/docs/<folder>/<file>": "/docs/api.html",  # the rest may not be built here
    "/docs/<file>": "/docs/api.html",
    "<code>": "bad_json",
    "<instrument_id>": "gad-7",
    "<mapping_id>": "surveyjs-phq-9",
    "<rule_id>": "R08",
    "<score_id>": "gad-7-total",
    "<operation_id>": "score",
    "<folder>": "texts",
    "/console/<file>": "/console/app.js",
    "<file>": "en.json",
}
FORM = {"answers": [1] * 7}


def lines() -> list[str]:
    own = [line_of(f"only-{scope}", key, [scope]) for scope, key in KEYS.items()]
    return [*own, line_of("all", EVERYTHING, SCOPES)]


@pytest.fixture(scope="module")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys"
    path.write_text("\n".join(lines()))
    return path


@pytest.fixture(scope="module")
def guarded_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    log = Log(tmp_path_factory.mktemp("log") / "requests")
    yield log
    os.close(log.descriptor)


@pytest.fixture(scope="module")
def guarded(few: Settings, keys_file: Path, guarded_log: Log) -> Service:
    """A service that asks for keys."""
    settings = replace(few, auth_mode="api_key", api_keys_file=keys_file, log_level="debug")
    service = create_app(settings, log_fd=guarded_log.descriptor)
    assert service.edge.log is not None
    guarded_log.written = service.edge.log.flush
    return service


@pytest.fixture(scope="module")
def unguarded(few: Settings) -> Service:
    return create_app(few, log_fd=None)


def ask(app: Service, route: tuple[str, str], **headers: str) -> TestResponse:
    method, path = route
    for part, value in PARTS.items():
        path = path.replace(part, value)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().open(
        path,
        method=method,
        json=FORM if method == "POST" else None,
        headers={"X-Request-Id": "one", **sent},
    )


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def failures(app: Service) -> dict[str, float]:
    text = app.metrics.exposition().decode()
    return {
        sample.labels["reason"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "scoring_auth_failures_total"
    }


def assert_refused(
    response: TestResponse, status: int, route: tuple[str, str], *, presented: bool = True
) -> bytes:
    """Check that nothing but the fact is told; return the body."""
    assert response.status_code == status
    error = "insufficient_scope" if status == 403 else "invalid_token"
    challenge = 'Bearer realm="questionnaire-scoring"'
    assert response.headers["WWW-Authenticate"] == (
        f'{challenge}, error="{error}"' if presented else challenge
    )
    if route[1].startswith("/fhir/"):
        (issue,) = response.json["issue"]
        assert issue["code"] == ("login" if status == 401 else "forbidden")
        assert response.content_type == "application/fhir+json"
    else:
        assert response.json["code"] == ("unauthorized" if status == 401 else "forbidden")
        assert response.content_type == "application/problem+json"
    return response.data


def test_every_route_is_in_the_table(guarded: Service) -> None:
    routed = {
        (method, rule.rule)
        for rule in guarded.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routed == ROUTES.keys()


@pytest.mark.parametrize("route", GUARDED)
def test_a_guarded_route_wants_a_key_of_its_scope(
    guarded: Service, unguarded: Service, route: tuple[str, str]
) -> None:
    scope = GUARDED[route]
    told = {
        assert_refused(ask(guarded, route, **sent), 401, route, presented=bool(sent))
        for sent in ({}, bearer(WRONG), {"X_API_Key": WRONG}, {"Authorization": "Basic eDp5"})
    }
    assert len(told) == 1, "the same, whatever was wrong"
    for other in set(SCOPES) - {scope}:
        assert_refused(ask(guarded, route, **bearer(KEYS[other])), 403, route)
    right = ask(unguarded, route)
    assert right.status_code not in (401, 403)
    for sent in (bearer(KEYS[scope]), {"X_API_Key": KEYS[scope]}, bearer(EVERYTHING)):
        answer = ask(guarded, route, **sent)
        assert answer.status_code == right.status_code
        if route[1] != "/metrics":
            assert answer.data == right.data


@pytest.mark.parametrize("route", [route for route, scope in ROUTES.items() if scope is OPEN])
def test_an_open_route_looks_at_no_credential(guarded: Service, route: tuple[str, str]) -> None:
    for sent in ({}, bearer(WRONG), bearer(KEYS["score"]), {"X_API_Key": "a,b"}):
        assert ask(guarded, route, **sent).status_code == 200


@pytest.mark.parametrize("route", GUARDED)
def test_without_keys_nobody_is_asked(unguarded: Service, route: tuple[str, str]) -> None:
    assert ask(unguarded, route, **bearer(WRONG)).data == ask(unguarded, route).data or (
        route[1] == "/metrics"
    )


TOKENS = {scope: token(claims(scope=scope)) for scope in SCOPES}
ALL_SCOPES = token(claims())
WRONG_TOKENS = wrong_tokens()


@pytest.fixture(scope="module")
def token_guarded(few: Settings, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service that asks for tokens."""
    issuers = write_issuers(tmp_path_factory.mktemp("issuers"))
    modes = {"auth_mode": "jwt", "jwt_issuers_file": issuers, "public_url": PUBLIC_URL}
    return create_app(replace(few, **modes), log_fd=None)


@pytest.mark.parametrize("route", GUARDED)
def test_a_guarded_route_wants_a_token_of_its_scope(
    token_guarded: Service, unguarded: Service, route: tuple[str, str]
) -> None:
    scope, app = GUARDED[route], token_guarded
    told = {assert_refused(ask(app, route), 401, route, presented=False)}
    for text in (WRONG, *(text for text, _ in WRONG_TOKENS.values())):
        told.add(assert_refused(ask(app, route, **bearer(text)), 401, route))
    told.add(assert_refused(ask(app, route, X_API_Key=ALL_SCOPES), 401, route))
    assert len(told) == 1, "the same, whatever was wrong"
    for other in set(SCOPES) - {scope}:
        assert_refused(ask(app, route, **bearer(TOKENS[other])), 403, route)
    right = ask(unguarded, route)
    for text in (TOKENS[scope], ALL_SCOPES, ALL_SCOPES):
        answer = ask(app, route, **bearer(text))
        assert answer.status_code == right.status_code
        if route[1] != "/metrics":
            assert answer.data == right.data


@pytest.mark.parametrize(
    "route", [route for route, scope in GUARDED.items() if "<" not in route[1]]
)
def test_a_cds_client_may_do_what_its_record_says_where_its_token_is_for(
    token_guarded: Service, route: tuple[str, str]
) -> None:
    right = token(cds_claims(route[1]))
    if GUARDED[route] == "monitor":
        assert ask(token_guarded, route, **bearer(right)).status_code in (200, 415, 422)
        assert_refused(ask(token_guarded, route, **bearer(right)), 401, route)
    else:
        assert_refused(ask(token_guarded, route, **bearer(right)), 403, route)
    elsewhere = token(cds_claims(route[1] + "/"))
    assert_refused(ask(token_guarded, route, **bearer(elsewhere)), 401, route)


@pytest.mark.parametrize("route", [route for route, scope in ROUTES.items() if scope is OPEN])
def test_an_open_route_looks_at_no_token(token_guarded: Service, route: tuple[str, str]) -> None:
    for text in (ALL_SCOPES, WRONG_TOKENS["expired"][0], "a.b.c"):
        assert ask(token_guarded, route, **bearer(text)).status_code == 200


def test_a_thousand_mutated_tokens_are_refused_and_none_breaks_anything(
    token_guarded: Service,
) -> None:
    chance, client = random.Random(11), token_guarded.test_client()
    for _ in range(1000):
        text = mutated(ALL_SCOPES, chance)
        answer = client.get("/v1/rules", headers=bearer(text))
        assert answer.status_code == 401 or text == ALL_SCOPES


def test_wrong_tokens_are_counted_by_reason(token_guarded: Service) -> None:
    before = failures(token_guarded)
    for text, _ in WRONG_TOKENS.values():
        ask(token_guarded, ("GET", "/v1/rules"), **bearer(text))
    after = failures(token_guarded)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    expected = Counter(reason for _, reason in WRONG_TOKENS.values())
    assert {name: by for name, by in grown.items() if by} == expected


def test_keys_and_tokens_may_be_accepted_side_by_side(
    few: Settings, keys_file: Path, tmp_path: Path, guarded_log: Log
) -> None:
    dotted = "a.b.".ljust(43, "c")
    lines_and_one = f"{keys_file.read_text()}\n{line_of('dotted', dotted, ['monitor'])}"
    (tmp_path / "keys").write_text(lines_and_one)
    files = {"api_keys_file": tmp_path / "keys"}
    files["jwt_issuers_file"] = write_issuers(tmp_path, record(name="auth", scopes=["monitor"]))
    app = create_app(replace(few, auth_mode="api_key,jwt", **files), log_fd=guarded_log.descriptor)
    route = ("GET", "/v1/rules")
    for credential, name in ((EVERYTHING, "all"), (ALL_SCOPES, "auth"), (dotted, "dotted")):
        guarded_log.text()
        assert ask(app, route, **bearer(credential)).status_code == 200
        app.edge.log.flush()
        text = guarded_log.text()
        assert f'"caller":"{name}"' in text
        assert not any(part in text for part in credential.split(".") if len(part) > 5)
    assert ask(app, route, X_API_Key=EVERYTHING).status_code == 200
    for wrong, reason in ((WRONG, "unknown_key"), ("a.b.c", "bad_token")):
        before = failures(app).get(reason, 0)
        assert_refused(ask(app, route, **bearer(wrong)), 401, route)
        assert failures(app)[reason] == before + 1


def test_a_service_that_cannot_verify_tokens_does_not_start(
    few: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(few, auth_mode="jwt", jwt_issuers_file=write_issuers(tmp_path, record()))
    monkeypatch.setitem(sys.modules, "jwt", None)
    monkeypatch.delitem(sys.modules, "service.access.tokens.issued", raising=False)
    with pytest.raises(SettingsError, match=r"pip install .* -r requirements-jwt\.txt"):
        create_app(settings, log_fd=None)


def test_an_unusable_file_of_issuers_stops_the_start(few: Settings, tmp_path: Path) -> None:
    path = write_issuers(tmp_path, record(scopes=["secret"]), record(kind="secret"))
    with pytest.raises(UnusableFile) as refused:
        create_app(replace(few, auth_mode="jwt", jwt_issuers_file=path), log_fd=None)
    assert "/issuers/0/scopes/0 must be one of" in str(refused.value)
    assert "/issuers/1/kind must be one of" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_head_and_other_methods_give_nothing_away(guarded: Service) -> None:
    client = guarded.test_client()
    assert client.head("/v1/instruments").status_code == 401
    assert client.head("/v1/instruments", headers=bearer(EVERYTHING)).status_code == 200
    assert client.put("/v1/score").status_code == 405


def test_metrics_can_be_opened_by_themselves(few: Settings, keys_file: Path) -> None:
    settings = replace(few, auth_mode="api_key", api_keys_file=keys_file, metrics_open=True)
    app = create_app(settings, log_fd=None)
    assert ask(app, ("GET", "/metrics")).status_code == 200
    assert ask(app, ("GET", "/metrics"), **bearer(WRONG)).status_code == 200
    for route in GUARDED.keys() - {("GET", "/metrics")}:
        assert ask(app, route).status_code == 401


def test_a_refused_request_is_judged_before_anything_else_of_it(guarded: Service) -> None:
    client = guarded.test_client()
    for sent in ({"Accept": "text/plain"}, {"Content-Type": "text/plain"}):
        assert client.post("/v1/score", data=b"{", headers=sent).status_code == 401
    assert client.get("/v1/instruments?nonsense=1").status_code == 401
    assert client.get("/v1/instruments/none").status_code == 401


def test_failures_are_counted_by_reason_and_successes_are_not(guarded: Service) -> None:
    route = ("GET", "/v1/rules")
    for reason, sent in (
        ("no_credential", {}),
        ("malformed", {"Authorization": "Basic eDp5"}),
        ("malformed", bearer(EVERYTHING) | {"X_API_Key": EVERYTHING}),
        ("malformed", bearer(f"{EVERYTHING},Bearer {EVERYTHING}")),
        ("unknown_key", bearer(WRONG)),
        ("missing_scope", bearer(KEYS["score"])),
    ):
        before = failures(guarded)
        ask(guarded, route, **sent)
        ask(guarded, route, **bearer(EVERYTHING))
        after = failures(guarded)
        grown = {name: after[name] - before.get(name, 0) for name in after}
        assert {name: by for name, by in grown.items() if by} == {reason: 1}
    assert set(REASONS) == AUTH_FAILURES
    guarded.metrics.count_auth_failure("made up")
    assert failures(guarded).keys() - {"other"} == {*REASONS}
    assert failures(guarded)["other"] == 1


def test_the_log_names_the_client_and_never_a_key(guarded: Service, guarded_log: Log) -> None:
    guarded_log.text()
    for sent in ({}, bearer(WRONG), bearer(KEYS["score"]), bearer(EVERYTHING)):
        ask(guarded, ("GET", "/v1/rules"), **sent)
    text = guarded_log.text()
    for key in (*KEYS.values(), EVERYTHING, WRONG):
        assert key not in text
        assert line_of("x", key, ["score"]).split()[1] not in text
    for caller, problem in (
        ("null", '"unauthorized"'),
        ('"only-score"', '"forbidden"'),
        ('"all"', "null"),
    ):
        assert f'"caller":{caller}' in text
        assert f'"problem":{problem}' in text


@pytest.mark.parametrize(
    "value",
    [
        *("Bearer a\tb", "Bearer " + "x" * 8000, 'Bearer "><script>', "Bearer \xe9\xff"),
        *("Bearer %0d%0aSet-Cookie:x=y", "Bearer \\r\\nX-Evil: 1", "Bearer {{7*7}}"),
    ],
)
def test_nothing_of_a_credential_comes_back(guarded: Service, guarded_log: Log, value: str) -> None:
    guarded_log.text()
    for environ in ({"HTTP_AUTHORIZATION": value}, {"HTTP_X_API_KEY": value}):
        response = guarded.test_client().get("/v1/rules", environ_overrides=environ)
        assert response.status_code == 401
        said = str(response.headers) + response.text + guarded_log.text()
        assert value.removeprefix("Bearer ")[:20] not in said
        assert not {"Set-Cookie", "X-Evil"} & {name for name, _ in response.headers}


def test_the_file_is_read_again_while_the_service_runs(
    few: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_file, "LOOK_EVERY", 0.0)
    path, old, new = tmp_path / "keys", "o" * 43, "n" * 43

    def write(*rows: str) -> None:
        path.with_suffix(".new").write_text("\n".join(rows))
        os.replace(path.with_suffix(".new"), path)

    def statuses(client: FlaskClient) -> list[int]:
        return [client.get("/v1/rules", headers=bearer(key)).status_code for key in (old, new)]

    lines_of_old_and_new = [line_of("ehr", key, ["monitor"]) for key in (old, new)]
    write(lines_of_old_and_new[0])
    settings = replace(few, auth_mode="api_key", api_keys_file=path)
    app = create_app(settings, log_fd=None)
    client = app.test_client()
    assert statuses(client) == [200, 401]
    write(*lines_of_old_and_new)
    assert statuses(client) == [200, 200], "two live keys: nobody is cut off while one is replaced"
    write("broken")
    assert statuses(client) == [200, 200]
    write(lines_of_old_and_new[1])
    assert statuses(client) == [401, 200]
    write(line_of("ehr", new, ["score"]))
    assert statuses(client) == [401, 403], "scopes are read again too"
    write("broken")
    app.on_worker_start()
    assert statuses(client) == [401, 401], "a worker that starts now knows no key"


def test_a_broken_file_stops_the_start(few: Settings, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("ehr secret score")
    settings = replace(few, auth_mode="api_key", api_keys_file=tmp_path / "keys")
    with pytest.raises(KeyFileError) as refused:
        create_app(settings, log_fd=None)
    assert "secret" not in str(refused.value)


def test_keys_without_a_file_never_mean_that_anyone_may(few: Settings) -> None:
    with pytest.raises(SettingsError, match="needs API_KEYS_FILE"):
        create_app(replace(few, auth_mode="api_key"), log_fd=None)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unauthorized("why"), "unauthorized"),
        (Forbidden("why"), "forbidden"),
        (TooManyRequests("why"), "too_many_requests"),
    ],
)
def test_refusals_of_the_web_framework_keep_their_status(error: HTTPException, code: str) -> None:
    problem = http_problem(error)
    assert (problem.status, problem.code) == (error.code, code)
    assert "why" not in problem.detail
    assert ("WWW-Authenticate" in problem.headers) == (problem.status != 429)


def test_the_description_asks_for_the_scopes_that_the_service_asks_for(guarded: Service) -> None:
    document: Any = guarded.test_client().get("/openapi.json").json
    for (method, path), scope in ROUTES.items():
        described = path.replace("<", "{").replace(">", "}")
        operation = document["paths"][described][method.lower()]
        asked = [{}, *({scheme: [scope]} for scheme in SCHEMES)]
        assert operation["security"] == ([] if scope is OPEN else asked)
        assert ({"401", "403"} <= operation["responses"].keys()) == (scope is not OPEN)
