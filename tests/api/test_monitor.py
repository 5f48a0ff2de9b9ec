"""Monitoring over HTTP: what goes in, what comes out, and every fault at once. The figures are
those of the engine's own tests.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from service.app import create_app
from service.settings import Settings
from tests.alliance.courses import DIP
from tests.chart.courses import ERRORS
from tests.description.test_openapi import assert_conforms

Json = dict[str, Any]

KNOWN_ERRORS = {"parameters": ERRORS}
TELLINGS: list[dict[str, str]] = [
    {},
    *({"rules": rules} for rules in ("fired", "all", "none")),
    *({"rules": rules, "sessions": "latest"} for rules in ("fired", "all", "none")),
]
"""Every way to ask for what is told of a course."""


def sessions(
    scores: tuple[float | None, ...] = DIP, instrument: str = "wai-sr", **members: Any
) -> list[Json]:
    """Return sessions numbered from 1 with one total each; None is a session without a form."""
    return [
        {
            "number": number,
            "forms": []
            if score is None
            else [{"instrument": instrument, "scores": {"total": score}}],
        }
        | members
        for number, score in enumerate(scores, 1)
    ]


def monitor(client: FlaskClient, body: Json, status: int = 200, **query: str) -> Json:
    response = client.post("/v1/monitor", json=body, query_string=query)
    assert response.status_code == status, response.text
    answer: Json = response.json
    return answer


def faults(problem: Json) -> list[tuple[str, str]]:
    return sorted((fault["pointer"], fault["code"]) for fault in problem["errors"])


def test_a_drop_that_is_mended_reads_as_one_alert(client: FlaskClient):
    body = {"reference": "case-7", "sessions": sessions(), "options": KNOWN_ERRORS}
    report = monitor(client, body, rules="all")
    assert report["reference"] == "case-7"
    signals = [session["signal"]["client"] for session in report["sessions"]]
    assert signals == ["none"] * 5 + ["alert", "none", "none", "none"]
    assert report["sessions"][5]["scores"] == {"wai-sr": {"total": 3.33}}
    (alert,) = report["alerts"]
    assert (alert["opened_session"], alert["status"], alert["repair"]["sessions_to_repair"]) == (
        6,
        "repaired",
        3,
    )
    assert (
        "dropped by more than measurement error and more than usual for this dyad"
        in alert["message"]
    )
    (unusual,) = [rule for rule in report["sessions"][5]["rules"] if rule["rule"] == "R06"]
    assert unusual["statistic"] == pytest.approx(3.167551, abs=1e-6)  # tests/alliance/test_trend.py
    assert unusual["params"]["within_person_sd_provenance"] == "caller"


def test_answers_are_scored_by_the_instruments_definition(client: FlaskClient):
    forms = [
        {"instrument": "phq-9", "answers": [1, 1, 1, 1, 1, 1, 1, 1, None]},
        {"instrument": "wai-sr", "answers": [4] * 11 + [None]},
        {"instrument": "wai-srt", "scores": {"total": 3.5}},
    ]
    report = monitor(client, {"sessions": [{"number": 1, "forms": forms}]})
    (session,) = report["sessions"]
    assert session["scores"]["wai-srt"] == {"total": 3.5}
    assert session["scores"]["wai-sr"]["total"] is None
    not_scored = {form["instrument"]: form.get("not_scored") for form in session["forms"]}
    assert not_scored["wai-sr"]["total"] == "missing_items"
    assert [used["id"] for used in report["instruments"]] == ["phq-9", "wai-sr", "wai-srt"]


def test_appending_a_session_leaves_the_earlier_ones_as_they_were(client: FlaskClient):
    whole = monitor(client, {"sessions": sessions(), "options": KNOWN_ERRORS})
    part = monitor(client, {"sessions": sessions()[:6], "options": KNOWN_ERRORS})
    assert part["sessions"] == whole["sessions"][:6]


def test_the_same_request_gives_the_same_bytes_and_another_one_another_id(client: FlaskClient):
    body = {"sessions": sessions()}
    first, again = (client.post("/v1/monitor", json=body) for _ in range(2))
    assert first.data == again.data
    other = monitor(client, {"sessions": sessions(DIP[:-1])})
    assert first.json["result_id"] != other["result_id"]


def test_the_order_of_members_makes_no_other_id(client: FlaskClient):
    turned = [dict(reversed(session.items())) for session in sessions()]
    bodies = ({"sessions": sessions(), "reference": "r"}, {"reference": "r", "sessions": turned})
    written = [
        json.dumps(body) for body in bodies
    ]  # the client's own way to write JSON sorts the members
    first, second = (
        client.post("/v1/monitor", data=text, content_type="application/json").json
        for text in written
    )
    assert written[0] != written[1]
    assert first["result_id"] == second["result_id"]


def test_another_definition_makes_another_id(client: FlaskClient, few: Settings, tmp_path: Path):
    overlay = {"extends": "wai-sr@1.1.0", "version": "1.1.0+site.1", "notes": ["ours"]}
    (tmp_path / "wai-sr.site.json").write_text(json.dumps(overlay))
    site = create_app(replace(few, instruments_extra_dir=tmp_path), log_fd=None).test_client()
    ids = {monitor(one, {"sessions": sessions()})["result_id"] for one in (client, site)}
    assert len(ids) == 2


def test_one_form_from_two_raters_is_told_apart_by_its_name(client: FlaskClient):
    forms = [
        {"instrument": "haq-ii", "perspective": rater, "scores": {"total": score}}
        for rater, score in (("client", 5.0), ("therapist", 4.5))
    ]
    report = monitor(client, {"sessions": [{"number": 1, "forms": forms}]})
    assert report["sessions"][0]["scores"] == {
        "haq-ii/client/post": {"total": 5.0},
        "haq-ii/therapist/post": {"total": 4.5},
    }


def test_the_report_is_as_described(client: FlaskClient):
    two_sides = [
        {
            "number": number,
            "date": f"2026-01-{number:02d}",
            "therapist": "A" if number < 8 else "B",
            "events": ["frequency_change"]
            if number == 3
            else ["treatment_ended"]
            if number == 14
            else [],
            "forms": [
                {"instrument": "wai-sr", "answers": [4 if number % 5 else 2] * 12},
                {"instrument": "wai-srt", "scores": {"total": 3.9}},
                {"instrument": "srs", "answers": [9, 9, 9.5, 4 if number == 6 else 9]},
                {"instrument": "phq-9", "answers": [2 if number in (5, 6, 7) else 1] * 9},
            ],
        }
        for number in range(1, 15)
        if number != 9
    ]
    two_sides[4]["forms"] = []
    for body in (
        {"sessions": two_sides, "respondent": {"age": 40, "sex": "female"}},
        {
            "sessions": two_sides,
            "options": KNOWN_ERRORS | {"alpha_family": 0.1, "planned_sessions": 20},
        },
        {"sessions": sessions(), "options": KNOWN_ERRORS},
        {"sessions": [{"number": 1}]},
    ):
        for query in TELLINGS:
            assert_conforms(monitor(client, body, **query), "CourseReport")


def test_the_rules_are_listed_as_described(client: FlaskClient):
    battery = client.get("/v1/rules").json
    assert_conforms(battery, "AlertRules")
    assert [rule["id"] for rule in battery["rules"]] == [
        f"R{number:02d}" for number in range(1, 30)
    ]
    assert [rule["id"] for rule in battery["repairs"]] == [
        f"P{number:02d}" for number in range(1, 8)
    ]
    named = {source for rule in battery["rules"] + battery["repairs"] for source in rule["sources"]}
    assert named == battery["sources"].keys()


def test_the_rules_say_how_often_they_are_wrong(client: FlaskClient):
    battery = client.get("/v1/rules").json
    simulated = {rule["id"] for rule in battery["rules"] if rule["rates"] is not None}
    assert simulated == {f"R{number:02d}" for number in (3, 4, 6, 7, 8, 9, 10, 12, 14, 15, 16, 17)}
    assert all(rule["rates"] is None for rule in battery["repairs"])
    assert battery["policy"]["false_alarms"]["alert"]["12"] <= 10


def test_thresholds_follow_from_the_false_alarms_that_the_caller_allows(client: FlaskClient):
    options = {"alpha_family": 0.1, "planned_sessions": 12}
    used = monitor(client, {"sessions": sessions(), "options": options})["options"]
    assert used["thresholds"]["alert"] == pytest.approx(0.0087, abs=5e-5)  # 1 - 0.9 ** (1 / 12)
    stricter = monitor(
        client, {"sessions": sessions(), "options": options | {"alpha_family": 0.02}}
    )["options"]
    assert stricter["thresholds"]["cusum_limit"] > used["thresholds"]["cusum_limit"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("image/svg+xml", "image/svg+xml"),
        ("image/svg+xml, application/json;q=0.5", "image/svg+xml"),
        ("application/json, image/svg+xml;q=0.5", "application/json"),
        ("text/html, image/svg+xml", "image/svg+xml"),
        ("application/json, image/svg+xml", "image/svg+xml"),
        ("image/svg+xml;q=0, application/json", "application/json"),
        ("image/svg+xml;q=0.5, */*", "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
    ],
)
def test_the_caller_chooses_between_report_and_chart(
    client: FlaskClient, accept: str, media_type: str
):
    response = client.post("/v1/monitor", json={"sessions": sessions()}, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert response.data.startswith(b"<svg" if media_type == "image/svg+xml" else b"{")


@pytest.mark.parametrize("absent", [None, {"total": None}, {"total": {"sem": None}}], ids=str)
def test_parameters_that_are_null_are_not_given(client: FlaskClient, absent: Json | None):
    """Of a form of the course and of another one that is known."""
    bare = monitor(client, {"sessions": sessions()})
    for name in ("wai-sr", "wai-srt"):
        options = {"parameters": {name: absent}}
        answer = monitor(client, {"sessions": sessions(), "options": options})
        assert {**answer, "result_id": bare["result_id"]} == bare


def test_the_chart_does_not_name_the_reference_or_the_therapist(client: FlaskClient):
    body = {"reference": "Jane-Roe", "sessions": sessions(therapist="Dr-Doe")}
    response = client.post("/v1/monitor", json=body, headers={"Accept": "image/svg+xml"})
    assert "Jane-Roe" not in response.text
    assert "Dr-Doe" not in response.text + json.dumps(monitor(client, body))


@pytest.mark.parametrize("path", ["/v1/monitor", "/v1/rules"])
@pytest.mark.parametrize(
    "accept", ["text/html", "image/svg+xml;q=0", "image/svg+xml;q=0, application/json;q=0"]
)
def test_other_media_types_are_not_available(client: FlaskClient, path: str, accept: str):
    method = "POST" if path == "/v1/monitor" else "GET"
    response = client.open(
        path, method=method, json={"sessions": sessions()}, headers={"Accept": accept}
    )
    assert (response.status_code, response.json["code"]) == (406, "not_acceptable")


def test_every_fault_of_a_course_is_named_at_once(client: FlaskClient):
    body = {
        "norms": ["nobody"],
        "options": {"parameters": {"wai-sr": {"total": {"sem": 0}}}},
        "sessions": [
            {
                "number": 3,
                "events": ["holiday"],
                "forms": [
                    {"instrument": "wai-sr", "scores": {"total": 4}},
                    {"instrument": "wai-sr", "scores": {"total": 4}},
                    {"instrument": "phq-9", "answers": [4, 0, 0, 0, 0, 0, 0, 0, True]},
                ],
            },
            {"number": 3, "forms": [{"instrument": "wai-sr", "scores": {"total": 5.1}}]},
            {"number": 1, "date": "2026-02-30"},
        ],
    }
    assert faults(monitor(client, body, 422)) == [
        ("/norms/0", "unknown_norm"),
        ("/options/parameters/wai-sr/total/sem", "out_of_range"),
        ("/sessions/0/events/0", "unknown_event"),
        ("/sessions/0/forms/1", "repeated_form"),
        ("/sessions/0/forms/2/answers/0", "value_not_allowed"),
        ("/sessions/0/forms/2/answers/8", "wrong_type"),
        ("/sessions/1/forms/0/scores/total", "out_of_range"),
        ("/sessions/1/number", "repeated_session"),
        ("/sessions/2/date", "wrong_date"),
        ("/sessions/2/number", "unordered_session"),
    ]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/sessions", "required")),
        ({"answers": {}}, ("/sessions", "required")),
        ({"sessions": []}, ("/sessions", "wrong_type")),
        ({"sessions": {}}, ("/sessions", "wrong_type")),
        (
            {"sessions": sessions(), "options": {"alpha_family": 0.5}},
            ("/options/alpha_family", "out_of_range"),
        ),
        (
            {"sessions": sessions(), "options": {"planned_sessions": 61}},
            ("/options/planned_sessions", "out_of_range"),
        ),
        (
            {"sessions": sessions(), "options": {"assumed_kappa": 0.9}},
            ("/options/assumed_kappa", "out_of_range"),
        ),
        (
            {"sessions": sessions(), "options": {"cutoff_alone": "alert"}},
            ("/options/cutoff_alone", "not_allowed"),
        ),
        (
            {"sessions": sessions(instrument="wai")},
            ("/sessions/0/forms/0/instrument", "unknown_instrument"),
        ),
    ],
)
def test_a_fault_is_refused_where_it_is(client: FlaskClient, body: Json, fault: tuple[str, str]):
    assert fault in faults(monitor(client, body, 422))


def test_a_form_whose_key_is_not_public_needs_its_scores(client: FlaskClient):
    form = {"instrument": "calpas-p", "answers": {"1": 5}}
    assert (
        monitor(client, {"sessions": [{"number": 1, "forms": [form]}]}, 409)["code"]
        == "key_required"
    )
    also_faulty = [{"number": 1, "forms": [form]}, {"number": 1}]
    assert monitor(client, {"sessions": also_faulty}, 422)["code"] == "invalid_request"
    supplied = {"instrument": "calpas-p", "scores": {"total": 140}}
    report = monitor(client, {"sessions": [{"number": 1, "forms": [supplied]}]})
    assert report["sessions"][0]["scores"]["calpas-p"] == {"total": 140}


def alerts_counted(client: FlaskClient) -> dict[tuple[str, str], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.labels["rule"], sample.labels["severity"]): sample.value
        for family in families
        for sample in family.samples
        if sample.name == "scoring_alerts_raised_total"
    }


def test_the_rules_behind_the_latest_sessions_signal_are_counted(client: FlaskClient):
    before = alerts_counted(client)
    monitor(client, {"sessions": sessions(DIP[:6]), "options": KNOWN_ERRORS})
    counted = {key: value - before.get(key, 0) for key, value in alerts_counted(client).items()}
    assert {key for key, value in counted.items() if value == 1} == {
        ("R03", "alert"),
        ("R04", "alert"),
        ("R06", "alert"),
        ("R07", "alert"),
    }
    for unsignalled in (
        DIP[:7],
        DIP,
    ):  # R08 fires in session 7, but the score is on its way back: information
        monitor(client, {"sessions": sessions(unsignalled), "options": KNOWN_ERRORS})
    assert alerts_counted(client) == {
        key: before.get(key, 0) + value for key, value in counted.items()
    }


def courses_counted(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Return what is counted of courses besides alerts, by metric and label values."""
    names = ("scoring_courses_judged_total", "scoring_course_signals_total")
    return {
        (sample.name.removeprefix("scoring_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
        if sample.name in (*names, "scoring_repairs_total")
    }


SYMPTOMS = [{"number": 1, "forms": [{"instrument": "phq-9", "scores": {"total": 9}}]}]


@pytest.mark.parametrize(
    ("course", "counted"),
    [
        (SYMPTOMS, {("courses_judged_total", "no_scores")}),
        (
            sessions(DIP[:3]),
            {
                ("courses_judged_total", "too_few_scores"),
                ("course_signals_total", "client", "none"),
            },
        ),
        (
            sessions(DIP[:4]),
            {("courses_judged_total", "enough"), ("course_signals_total", "client", "none")},
        ),
        (
            sessions(DIP[:6]),
            {("courses_judged_total", "enough"), ("course_signals_total", "client", "alert")},
        ),
        (
            sessions(DIP[:8]),  # back once
            {
                ("courses_judged_total", "enough"),
                ("course_signals_total", "client", "none"),
                ("repairs_total", "P01"),
            },
        ),
        (
            sessions(DIP),  # and twice
            {
                ("courses_judged_total", "enough"),
                ("course_signals_total", "client", "none"),
                ("repairs_total", "P02"),
            },
        ),
    ],
)
def test_a_course_counts_once_with_its_data_its_signal_and_its_repair(
    client: FlaskClient, course: list[Any], counted: set[tuple[str, ...]]
):
    before = courses_counted(client)
    monitor(client, {"sessions": course, "options": KNOWN_ERRORS})
    after = courses_counted(client)
    more = {key: after[key] - before.get(key, 0) for key in after}
    assert {key: value for key, value in more.items() if value} == dict.fromkeys(counted, 1)


@pytest.mark.parametrize("query", TELLINGS, ids=str)
def test_the_rules_behind_a_signal_are_counted_whatever_is_told(
    client: FlaskClient, query: dict[str, str]
):
    body = {"sessions": sessions(DIP[:6]), "options": KNOWN_ERRORS}
    before = alerts_counted(client)
    monitor(client, body, **query)
    after = alerts_counted(client)
    assert {key for key, value in after.items() if value > before.get(key, 0)} == {
        (rule, "alert") for rule in ("R03", "R04", "R06", "R07")
    }


def test_only_rules_that_fired_are_told_unless_others_are_asked_for(client: FlaskClient):
    body = {"sessions": sessions(), "options": KNOWN_ERRORS}
    bare, fired, whole, none = (
        monitor(client, body, **query)
        for query in ({}, {"rules": "fired"}, {"rules": "all"}, {"rules": "none"})
    )
    assert bare == fired
    at_dip = [[one["rule"] for one in answer["sessions"][5]["rules"]] for answer in (fired, none)]
    assert at_dip == [["R03", "R04", "R06", "R07"], []]
    assert {one["fired"] for one in whole["sessions"][5]["rules"]} == {True, False, None}
    assert {one["result_id"] for one in (fired, whole, none)} == {fired["result_id"]}


def test_the_latest_session_may_be_told_alone(client: FlaskClient):
    body = {"sessions": sessions(), "options": KNOWN_ERRORS}
    whole, latest = monitor(client, body), monitor(client, body, sessions="latest")
    assert latest["sessions"] == whole["sessions"][-1:]
    for part in ("instruments", "result_id", "alerts", "change"):
        assert latest[part] == whole[part]


@pytest.mark.parametrize("query", TELLINGS, ids=str)
def test_the_chart_is_always_of_the_whole_course(client: FlaskClient, query: dict[str, str]):
    asked = {"json": {"sessions": sessions()}, "headers": {"Accept": "image/svg+xml"}}
    plain = client.post("/v1/monitor", **asked)
    assert client.post("/v1/monitor", query_string=query, **asked).data == plain.data


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ("rules=some", "not_allowed", "rules"),
        ("rules=", "not_allowed", "rules"),
        ("rules=ALL", "not_allowed", "rules"),
        ("rules=all&rules=all", "repeated_parameter", "rules"),
        ("sessions=last", "not_allowed", "sessions"),
        ("sessions=latest&sessions=latest", "repeated_parameter", "sessions"),
        ("rule=all", "unknown_parameter", None),
    ],
)
def test_the_query_is_read_strictly(
    client: FlaskClient, query: str, code: str, parameter: str | None
):
    response = client.post(f"/v1/monitor?{query}", json={"sessions": sessions()})
    assert (response.status_code, response.json["code"]) == (422, "invalid_parameter")
    assert [fault["code"] for fault in response.json["errors"]] == [code]
    assert response.json.get("parameter") == parameter


def around(number: int, n_items: int, usual: int) -> list[int]:
    """Return answers about one level, with a step up or down that moves from item to item."""
    return [usual + (item + number) % 3 - 1 for item in range(n_items)]


def two_raters_and_symptoms(n: int, low: tuple[int, ...] = ()) -> list[Json]:
    """Return sessions of three forms, answered about one level but for the patient's low ones."""
    return [
        {
            "number": number,
            "forms": [
                {"instrument": "wai-sr", "answers": around(number, 12, 2 if number in low else 4)},
                {"instrument": "wai-srt", "answers": around(number + 1, 10, 4)},
                {"instrument": "phq-9", "answers": around(number // 2, 9, 1)},
            ],
        }
        for number in range(1, n + 1)
    ]


@pytest.mark.parametrize(
    ("n", "low", "most"),
    [
        (12, (), 30_000),
        (12, (8,), 37_000),  # with an urgent alert that is mended and safety flags
        (300, (), 500_000),
        (300, (8, 40, 90, 150, 210, 280), 500_000),
    ],
)
def test_the_answer_is_small_unless_everything_is_asked_for(
    client: FlaskClient, n: int, low: tuple[int, ...], most: int
):
    body = {"sessions": two_raters_and_symptoms(n, low)}
    response = client.post("/v1/monitor", json=body)
    assert {alert["opened_session"] for alert in response.json["alerts"]} == set(low)
    assert len(response.data) <= most
    latest = client.post("/v1/monitor?sessions=latest", json=body).json
    of_session = {name: latest[name] for name in ("sessions", "rules", "cannot_say")}
    assert len(json.dumps(of_session, separators=(",", ":"))) <= 3_000


def test_faults_of_the_options_hide_none_of_the_sessions(client: FlaskClient):
    course = [
        {
            "number": 1,
            "events": ["lunch"],
            "forms": [{"instrument": "wai-sr", "scores": {"total": 9}}],
        }
    ]
    problem = monitor(
        client, {"sessions": course, "norms": 3, "options": {"alpha_family": 2}}, status=422
    )
    assert faults(problem) == [
        ("/norms", "wrong_type"),
        ("/options/alpha_family", "out_of_range"),
        ("/sessions/0/events/0", "unknown_event"),
        ("/sessions/0/forms/0/scores/total", "out_of_range"),
    ]
    assert faults(monitor(client, {"options": {"alpha_family": 2}}, status=422)) == [
        ("/options/alpha_family", "out_of_range"),
        ("/sessions", "required"),
    ]


def test_forms_that_came_twice_are_named_by_what_tells_them_apart(client: FlaskClient) -> None:
    own = {"instrument": "phq-9", "scores": {"total": 9}}
    forms = [own | {"timing": "pre"}, own]
    report = client.post("/v1/monitor", json={"sessions": [{"number": 1, "forms": forms}]}).json
    assert set(report["sessions"][0]["scores"]) == {"phq-9/pre", "phq-9/post"}


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_caller_chooses_the_theme_of_the_chart(client: FlaskClient, theme: str):
    headers = {"Accept": "image/svg+xml"}
    path = f"/v1/monitor?theme={theme}"
    response = client.post(path, json={"sessions": sessions()}, headers=headers)
    assert f'class="ac ac-{theme}"' in response.text


def test_an_unknown_theme_is_refused_with_what_is_allowed(client: FlaskClient):
    response = client.post("/v1/monitor?theme=sepia", json={"sessions": sessions()})
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["errors"][0]["allowed"] == ["light", "dark", "auto"]


def test_results_in_full_are_told_up_to_a_number(client: FlaskClient, monkeypatch):
    """A course of 15 forms a session would be answered with 39 MB."""
    body = {"sessions": sessions()}
    told = monitor(client, body, rules="all")
    n_results = sum(len(session["rules"]) for session in told["sessions"])
    monkeypatch.setattr("service.api.monitor.MOST_RESULTS", n_results)
    assert monitor(client, body, rules="all") == told
    monkeypatch.setattr("service.api.monitor.MOST_RESULTS", n_results - 1)
    problem = monitor(client, body, 422, rules="all")
    assert (problem["code"], problem["parameter"]) == ("invalid_parameter", "rules")
    assert f"at most {n_results - 1} results" in problem["detail"]
    for query in ({"rules": "fired"}, {"rules": "all", "sessions": "latest"}):
        monitor(client, body, **query)
    batch = client.post(
        "/v1/batch/monitor?rules=all",
        data=json.dumps(body),
        content_type="application/x-ndjson",
    )
    refused, summary = map(json.loads, batch.data.splitlines())
    assert refused["problem"]["code"] == "invalid_parameter"
    assert (summary["summary"]["results"], summary["summary"]["problems"]) == (0, 1)


def test_a_form_that_is_like_no_other_is_not_said_to_have_nearest_ids_listed(client: FlaskClient):
    def refusal(name: str) -> tuple[str, object]:
        sessions = [{"number": 1, "forms": [{"instrument": name, "scores": {"total": 1}}]}]
        (fault,) = client.post("/v1/monitor", json={"sessions": sessions}).json["errors"]
        return fault["detail"], fault.get("allowed")

    detail, nearest = refusal("wai-srr")
    assert detail == "There is no such instrument; the nearest ids are listed."
    assert "wai-sr" in nearest
    assert refusal("<b>") == (
        "There is no such instrument; GET /v1/instruments lists all.",
        None,
    )
