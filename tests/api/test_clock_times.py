"""Clock times over HTTP: in forms, CSV, courses, drawings and what is told of an instrument."""

import json
from typing import Any

import pytest

from tests.description.test_openapi import assert_conforms
from tests.shipped import document

Json = dict[str, Any]

PSQI = document("psqi")
ITEMS = [one["id"] for one in PSQI["items"]]
EXAMPLES = PSQI["examples"]
ANSWERS = dict(zip(ITEMS, EXAMPLES[0]["answers"], strict=True))
TOTALS = [one["expect"]["scores"]["total"] for one in EXAMPLES]
SCORE = "/v1/instruments/psqi/score"


def test_an_instrument_tells_that_an_item_asks_for_a_clock_time(client):
    told = client.get("/v1/instruments/psqi").json
    assert_conforms(told, "Definition")
    sets = told["response_sets"]
    by_item = {one["id"]: sets[one["response_set"]] for one in told["items"]}
    assert by_item["1"]["clock"] == by_item["3"]["clock"] == "HH:MM"
    assert (by_item["2"]["min"], by_item["2"]["max"]) == (0, 1440)
    assert (by_item["4"]["min"], by_item["4"]["max"]) == (0, 24)


@pytest.mark.parametrize("given", [ANSWERS, EXAMPLES[0]["answers"]])
def test_answers_come_by_item_or_in_order(client, given):
    sent = {"answers": given}
    assert_conforms(sent, "ScoreEnvelope")
    answered = client.post(SCORE, json=sent)
    assert answered.status_code == 200
    assert answered.json["scores"]["total"]["value"] == 5
    assert_conforms(answered.json, "ScoreReport")


def test_working_tells_the_answers_as_they_were_given(client):
    told = client.post(f"{SCORE}?working=true", json={"answers": ANSWERS}).json
    assert_conforms(told, "ScoreReport")
    efficiency = json.dumps(told["scores"]["habitual-sleep-efficiency"])
    assert "22:15" in efficiency
    assert "06:30" in efficiency


@pytest.mark.parametrize(
    ("answer", "code"),
    [("24:00", "value_not_allowed"), ("7:5", "value_not_allowed"), (7, "wrong_type")],
)
def test_a_refusal_says_what_is_needed(client, answer, code):
    problem = client.post(SCORE, json={"answers": ANSWERS | {"3": answer}}).json
    (fault,) = problem["errors"]
    assert (fault["pointer"], fault["code"]) == ("/answers/3", code)
    assert "HH:MM" in json.dumps(fault) or "23:15" in json.dumps(fault)


def test_an_earlier_form_is_compared_with(client):
    sent = {"answers": ANSWERS, "baseline": {"answers": ANSWERS | {"6": 3}}}
    told = client.post(SCORE, json=sent)
    assert told.status_code == 200
    assert told.json["scores"]["total"]["change"]["difference"] == -2


def test_a_contradiction_is_said_on_the_report_and_on_the_card(client):
    sent = {"answers": ANSWERS | {"4": 9}}
    told = client.post(SCORE, json=sent).json["scores"]
    assert told["habitual-sleep-efficiency"]["reason"] == "impossible_ratio"
    drawn = client.post(SCORE, json=sent, headers={"Accept": "image/svg+xml"})
    assert drawn.status_code == 200
    assert "such a ratio cannot be" in " ".join(drawn.text.split())


def test_the_card_shows_every_component(client):
    drawn = client.post(SCORE, json={"answers": ANSWERS}, headers={"Accept": "image/svg+xml"})
    assert drawn.status_code == 200
    for said in (
        "Global PSQI score: 5 (sum, 0 to 21; higher is worse).",
        "Sleep efficiency in percent: 84.85 (%, 0 to 100; higher is better).",
        "Habitual sleep efficiency: 1 (component score, 0 to 3; higher is worse).",
    ):
        assert said in drawn.text


def csv_of(*rows: Json) -> str:
    lines = [",".join(["reference", *ITEMS])]
    for number, row in enumerate(rows):
        cells = ["" if value is None else str(value) for value in row.values()]
        lines.append(",".join([f"p{number}", *cells]))
    return "\n".join(lines) + "\n"


def test_csv_has_the_scores_of_single_requests(client):
    rows = [dict(zip(ITEMS, one["answers"], strict=True)) for one in EXAMPLES]
    answered = client.post(
        "/v1/batch?instrument=psqi",
        data=csv_of(*rows, ANSWERS | {"1": "10:15 pm"}, ANSWERS | {"1": "22"}),
        headers={"Content-Type": "text/csv", "Accept": "application/x-ndjson"},
    )
    assert answered.status_code == 200
    *forms, late, number, summary = [json.loads(line) for line in answered.data.splitlines()]
    assert [one["scores"]["total"]["value"] for one in forms] == TOTALS
    assert summary["summary"]["lines"] == len(rows) + 2
    for line, code in ((late, "value_not_allowed"), (number, "wrong_type")):
        (fault,) = line["problem"]["errors"]
        assert (fault["pointer"], fault["code"]) == ("/answers/1", code)


def test_csv_with_codes_for_missing(client):
    answered = client.post(
        "/v1/batch?instrument=psqi&missing=-9",
        data=csv_of(ANSWERS | {"1": "-9"}),
        headers={"Content-Type": "text/csv", "Accept": "application/x-ndjson"},
    )
    form, _ = [json.loads(line) for line in answered.data.splitlines()]
    assert form["missing"] == ["1"]


def sessions(**more: Any) -> list[Json]:
    forms = [one["answers"] for one in EXAMPLES[:6]]
    return [
        {"number": number, "forms": [{"instrument": "psqi", "answers": answers, **more}]}
        for number, answers in enumerate(forms, 1)
    ]


def test_a_course_of_forms_has_its_totals(client):
    body = {"sessions": sessions()}
    assert_conforms(body, "MonitorEnvelope")
    told = client.post("/v1/monitor?rules=all", json=body)
    assert told.status_code == 200, told.text
    assert_conforms(told.json, "CourseReport")
    totals = [one["scores"]["psqi"]["total"] for one in told.json["sessions"]]
    assert totals == TOTALS[:6]


def test_a_course_of_scores_alone_has_the_same_totals(client):
    given = [
        {"number": number, "forms": [{"instrument": "psqi", "scores": {"total": total}}]}
        for number, total in enumerate(TOTALS[:6], 1)
    ]
    told = client.post("/v1/monitor", json={"sessions": given})
    assert told.status_code == 200, told.text


@pytest.mark.parametrize("drawing", ["chart", "items"])
def test_a_course_is_drawn(client, drawing):
    query = "" if drawing == "chart" else "&drawing=items"
    drawn = client.post(
        f"/v1/monitor?theme=light{query}",
        json={"sessions": sessions()},
        headers={"Accept": "image/svg+xml"},
    )
    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    if drawing == "items":
        for form in sessions():
            assert f">{form['forms'][0]['answers'][0]}<" in drawn.text
        assert "NaN" not in drawn.text


def test_a_definition_of_ones_own_may_ask_for_clock_times(client):
    answered = client.post("/v1/definitions/check", json=PSQI)
    assert (answered.status_code, answered.json["errors"]) == (200, [])
    own = client.post("/v1/score", json={"definition": PSQI, "answers": ANSWERS})
    assert own.status_code == 200
    assert own.json["scores"]["total"]["value"] == 5
