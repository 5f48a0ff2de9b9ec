"""The safety flags that a course tells: those of its forms, session by session."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FLAGGED = {"phq-9": "9", "core-10": "6", "epds": "10", "c-ssrs-screener": "5"}
"""An item of each form that declares a safety flag, as the published forms number it."""

CAME = ("instrument", "perspective", "timing")


def phq_9(item_9, others=0):
    answers = {str(item): others for item in range(1, 9)}
    return {"instrument": "phq-9", "answers": answers | {"9": item_9}}


def course(*forms):
    return {"sessions": [{"number": n, "forms": of} for n, of in enumerate(forms, 1)]}


def monitored(client, body, language="en", **query):
    headers = {"Accept-Language": language}
    response = client.post("/v1/monitor", json=body, query_string=query, headers=headers)
    assert response.status_code == 200, response.text
    return response.json


def flags(report):
    return [[(one["id"], one["raised"]) for one in of["risks"]] for of in report["sessions"]]


IDEATION = "suicidal-ideation"


def test_each_session_tells_its_flags_and_not_those_that_are_not_raised(client):
    body = course([phq_9(0)], [phq_9(1)], [phq_9(None)], [])
    expected = [[], [(IDEATION, True)], [(IDEATION, None)], []]
    assert flags(monitored(client, body)) == expected
    assert flags(monitored(client, body, rules="none")) == expected


def test_with_every_result_flags_that_are_not_raised_are_told_too(client):
    body = course([phq_9(0)], [phq_9(3)], [])
    report = monitored(client, body, rules="all")
    assert flags(report) == [[(IDEATION, False)], [(IDEATION, True)], []]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("form", FLAGGED)
@pytest.mark.parametrize("answer", [0, 1, None])
def test_a_course_says_of_a_form_what_its_own_report_says(client, form, answer, language):
    answers = {FLAGGED[form]: answer, "1": 0}
    headers = {"Accept-Language": language}
    path = f"/v1/instruments/{form}/score"
    alone = client.post(path, json={"answers": answers}, headers=headers).json
    body = course([{"instrument": form, "answers": answers}])
    report = monitored(client, body, language, rules="all")
    told = report["sessions"][0]["risks"]
    for one in told:
        assert [one.pop(name) for name in CAME] == [
            form,
            alone["perspective"],
            "post",
        ]
        assert report["sources"][one["source"]] == alone["sources"][one["source"].split("/")[1]]
        one["source"] = one["source"].removeprefix(f"{form}/")
    assert told == alone["risks"]
    assert told


def test_a_flag_is_told_where_the_total_cannot_be_scored(client):
    report = monitored(client, course([{"instrument": "phq-9", "answers": {"9": 2}}]))
    assert report["sessions"][0]["scores"]["phq-9"]["total"] is None
    assert flags(report) == [[(IDEATION, True)]]


def test_the_intake_tells_flags_too(client):
    body = {"sessions": [{"number": 0, "forms": [phq_9(1)]}, {"number": 1, "forms": [phq_9(0)]}]}
    assert flags(monitored(client, body)) == [[(IDEATION, True)], []]


def test_a_form_before_and_after_the_session_tells_which_of_them_raised_it(client):
    report = monitored(client, course([{**phq_9(0), "timing": "pre"}, phq_9(1)]))
    assert [one["timing"] for one in report["sessions"][0]["risks"]] == ["post"]


def test_the_latest_session_alone_tells_its_own_flags(client):
    body = course([phq_9(3)], [phq_9(1, 1)])
    (latest,) = monitored(client, body, sessions="latest")["sessions"]
    assert latest["risks"] == monitored(client, body)["sessions"][-1]["risks"]
    cooled = course([phq_9(3)], [phq_9(0)])
    assert flags(monitored(client, cooled, sessions="latest")) == [[]]


ANSWERS = st.one_of(st.none(), st.integers(0, 3))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(ANSWERS, min_size=2, max_size=5), st.sampled_from(["fired", "all", "none"]))
def test_later_sessions_never_change_what_an_earlier_one_told(client, answers, rules):
    forms = [[phq_9(answer)] for answer in answers]
    whole = monitored(client, course(*forms), rules=rules)["sessions"]
    for n in range(1, len(forms)):
        earlier = monitored(client, course(*forms[:n]), rules=rules)["sessions"]
        assert json.dumps(earlier) == json.dumps(whole[:n])


def test_a_form_of_which_only_scores_came_is_said_once_to_tell_none(client):
    scores = {"instrument": "phq-9", "scores": {"total": 9}}
    alliance = {"instrument": "wai-sr", "scores": {"total": 4}}
    body = course([scores, alliance], [phq_9(1), alliance], [scores], [alliance])
    report = monitored(client, body)
    (untold,) = report["risks_not_told"]
    assert untold["message"].startswith("Only scores of this form came, not its answers")
    assert (untold["instrument"], untold["risks"], untold["reason"], untold["sessions"]) == (
        "phq-9",
        [IDEATION],
        "scores_only",
        [1, 3],
    )
    assert flags(report) == [[], [(IDEATION, True)], [], []]
    assert monitored(client, body, sessions="latest")["risks_not_told"] == []
    (german,) = monitored(client, body, "de")["risks_not_told"]
    assert german["message"].startswith("Von diesem Bogen kamen nur Werte")


def test_a_steady_course_grows_by_nothing_but_empty_members(client):
    report = monitored(client, course(*[[phq_9(0)]] * 12))
    assert {json.dumps(of["risks"]) for of in report["sessions"]} == {"[]"}
    assert report["risks_not_told"] == []
    assert "phq-9/camcops-phq9" not in report["sources"]


def test_a_flag_changes_no_signal(client):
    """Two points on item 1 or on item 9 are the same total."""
    told = []
    for last in ({"1": 2, "9": 0}, {"1": 0, "9": 2}):
        form = phq_9(0)
        form["answers"] |= last
        told.append(monitored(client, course([phq_9(0)], [form])))
    assert flags(told[0]) != flags(told[1])
    for report in told:
        report.pop("result_id")
        report["sources"] = {}
        for of in report["sessions"]:
            del of["risks"]
    assert told[0] == told[1]


def test_courses_of_a_batch_tell_the_same(client):
    body = course([phq_9(2)], [{"instrument": "phq-9", "scores": {"total": 4}}])
    lines = client.post(
        "/v1/batch/monitor",
        data=json.dumps(body),
        headers={"Content-Type": "application/x-ndjson"},
    ).text.splitlines()
    assert json.loads(lines[0]) == monitored(client, body)
