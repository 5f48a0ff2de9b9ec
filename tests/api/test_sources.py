"""The routes of sources: what tools send has the scores of the native route."""

import hmac
import json
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.access.keys import line_of
from service.app import create_app
from service.settings import SettingsError
from tests.sources.mappings import FREQUENCY, NINE, flat, payload

Json = dict[str, Any]
RAMP = [0, 1, 2, 3, 0, 1, 2, 3, 1]
LABELS = {number: label for label, number in FREQUENCY.items()}
TWELVE = [5, 4, 3, 2, 1, 5, 4, 3, 2, 1, 4, 2]
API_KEY = "k" * 43
KEY = b"a key of thirty-two bytes or so."
SECRETS = {
    "MAPPING_SECRET_TYPEFORM": "typeform-secret",
    "MAPPING_SECRET_FORMBRICKS": "whsec_" + b64encode(KEY).decode(),
    "MAPPING_SECRET_OURS": "our-secret",
}


def surveyjs() -> Json:
    return {"phq9": {name: str(value) for name, value in zip(NINE, RAMP, strict=True)}}


def limesurvey() -> Json:
    codes = {f"PHQ9[SQ{n:03}]": f"A{value + 1}" for n, value in enumerate(RAMP, 1)}
    return {"id": 12, "submitdate": "2026-03-02 09:30:00", "startlanguage": "en", **codes}


def kobotoolbox() -> Json:
    answers = {f"mood/phq9_{n}": str(value) for n, value in enumerate(RAMP, 1)}
    about = {"_uuid": "6f1c", "meta/instanceID": "uuid:6f1c", "formhub/uuid": "0a", "_id": 3}
    return {**about, "_submission_time": "2026-03-02T08:30:00", "_attachments": [], **answers}


def jspsych() -> Json:
    chosen = {f"Q{n}": value - 1 for n, value in enumerate(TWELVE)}
    return {"trial_type": "survey-likert", "rt": 9100, "response": chosen}


def typeform() -> Json:
    answers = [
        {
            "type": "choice",
            "choice": {"id": "x", "label": LABELS[value]},
            "field": {"id": f"id{n}", "type": "multiple_choice", "ref": f"phq9_{n}"},
        }
        for n, value in enumerate(RAMP, 1)
    ]
    form = {"form_id": "f", "token": "t-1", "submitted_at": "2026-03-02T08:30:00Z"}
    return {"event_type": "form_response", "form_response": {**form, "answers": answers}}


def typeform_item() -> Json:
    """Return a response as the Responses API hands it out."""
    form = typeform()["form_response"]
    about = {"landing_id": "t-1", "response_id": "t-1", "metadata": {"browser": "default"}}
    return {**about, **form, "hidden": {}, "calculated": {"score": 0}}


def odk() -> Json:
    """Return a submission as the OData feed of ODK Central hands it out."""
    system = {"submissionDate": "2026-03-02T08:30:00Z", "submitterName": "A", "edits": 0}
    answers = {f"phq9_{n}": str(value) for n, value in enumerate(RAMP, 1)}
    return {"__id": "uuid:1", "__system": system, "meta": {"instanceID": "uuid:1"}, "phq9": answers}


def formbricks(*, finished: bool = True) -> Json:
    answers = {f"phq9_{n}": LABELS[value] for n, value in enumerate(RAMP, 1)}
    data = {"id": "r-1", "finished": finished, "language": "en", "data": answers}
    return {"event": "responseFinished", "data": {**data, "updatedAt": "2026-03-02T08:30:00Z"}}


def redcap() -> Json:
    answers = {f"phq9_{n}": str(value) for n, value in enumerate(RAMP, 1)}
    about = {"record_id": "17", "redcap_repeat_instance": "2", "phq9_complete": "2"}
    return {**about, "phq9_timestamp": "2026-03-02 09:30:00", "phq9_total": "13", **answers}


def google_forms() -> Json:
    answers = {
        f"0000000{n}": {
            "questionId": f"0000000{n}",
            "textAnswers": {"answers": [{"value": LABELS[value]}]},
        }
        for n, value in enumerate(RAMP, 1)
    }
    return {"responseId": "g-1", "lastSubmittedTime": "2026-03-02T08:30:00Z", "answers": answers}


def surveymonkey() -> Json:
    rows = [{"row_id": f"20{n}", "choice_id": f"300{value}"} for n, value in enumerate(RAMP, 1)]
    pages = [
        {"id": "1", "questions": []},
        {"id": "2", "questions": [{"id": "100", "answers": rows}]},
    ]
    return {"id": "s-1", "response_status": "completed", "pages": pages}


def qualtrics_row() -> Json:
    answers = {f"Q1_{n}": str(value) for n, value in enumerate(RAMP, 1)}
    return {"ResponseId": "R_1", "Finished": "1", "Progress": "100", **answers}


def qualtrics() -> Json:
    answers: Json = {f"QID1_{n}": str(value) for n, value in enumerate(TWELVE, 1)}
    answers["QID1_3"] = {"choiceText": "…", "choiceId": "3"}
    return {"responseId": "R_1", "finished": "1", "language": "EN", "answers": answers}


TOOLS: dict[str, tuple[str, Callable[[], Json], list[int], str | None]] = {
    "surveyjs-phq-9": ("phq-9", surveyjs, RAMP, None),
    "limesurvey-phq-9": ("phq-9", limesurvey, RAMP, "12"),
    "kobotoolbox-phq-9": ("phq-9", kobotoolbox, RAMP, "6f1c"),
    "jspsych-wai-sr": ("wai-sr", jspsych, TWELVE, None),
    "typeform-phq-9": ("phq-9", typeform, RAMP, "t-1"),
    "typeform-responses-phq-9": ("phq-9", typeform_item, RAMP, "t-1"),
    "odk-central-phq-9": ("phq-9", odk, RAMP, "uuid:1"),
    "formbricks-phq-9": ("phq-9", formbricks, RAMP, "r-1"),
    "qualtrics-wai-sr": ("wai-sr", qualtrics, TWELVE, "R_1"),
    "qualtrics-csv-phq-9": ("phq-9", qualtrics_row, RAMP, "R_1"),
    "redcap-phq-9": ("phq-9", redcap, RAMP, "17"),
    "google-forms-phq-9": ("phq-9", google_forms, RAMP, "g-1"),
    "surveymonkey-phq-9": ("phq-9", surveymonkey, RAMP, "s-1"),
}


@pytest.fixture(scope="module")
def sites(few, tmp_path_factory) -> dict[str, FlaskClient]:
    """A service with the shipped mappings, two of a site, and secrets."""
    place = tmp_path_factory.mktemp("site")
    shipped = create_app(log_fd=None).mappings
    (place / "mappings").mkdir()
    signature = {"scheme": "hmac-sha256-hex", "secret": "OURS", "header": "X-Signature"}
    rater = {"at": "/by", "values": {"patient": "client", "clinician": "therapist"}}
    own = [
        flat(id="signed", signature=signature),
        flat(
            id="plain",
            missing=[99, ""],
            scores={"sum": "total"},
            ignore=["note"],
            meta={"response_id": "/id", "finished": {"at": "/done", "values": [True]}},
        ),
        flat(id="no-key", instrument="calpas-p", items={"q1": "1"}),
        flat(id="rated", instrument="wai-sr", items={"q1": "1"}, meta={"rater": rater}),
    ]
    for document in (*(dict(one.document) for one in shipped), *own):
        (place / "mappings" / f"{document['id']}.json").write_text(json.dumps(document))
    with pytest.MonkeyPatch.context() as patch:
        for name, secret in SECRETS.items():
            patch.setenv(name, secret)
        made = replace(few, instruments_extra_dir=place)
        keys = place / "keys"
        keys.write_text(line_of("tool", API_KEY, ["score"]))
        guarded = replace(made, auth_mode="api_key", api_keys_file=keys)
        return {
            "open": create_app(made, log_fd=None).test_client(),
            "guarded": create_app(guarded, log_fd=None).test_client(),
        }


@pytest.fixture(scope="module")
def site(sites) -> FlaskClient:
    return sites["open"]


@pytest.fixture(scope="module")
def guarded(sites) -> FlaskClient:
    """The same, which asks for a key."""
    return sites["guarded"]


def signed(mapping: str, body: bytes) -> dict[str, str]:
    """Return the headers with which a tool sends a body."""
    if mapping == "typeform-phq-9":
        digest = hmac.digest(b"typeform-secret", body, sha256)
        return {"Typeform-Signature": "sha256=" + b64encode(digest).decode()}
    if mapping == "formbricks-phq-9":
        now = str(int(time.time()))
        digest = hmac.digest(KEY, f"msg-1.{now}.".encode() + body, sha256)
        signature = "v1," + b64encode(digest).decode()
        return {
            "webhook-id": "msg-1",
            "webhook-timestamp": now,
            "webhook-signature": signature,
        }
    if mapping == "signed":
        return {"X-Signature": hmac.new(b"our-secret", body, sha256).hexdigest()}
    return {}


def send(client: FlaskClient, mapping: str, sent: object, query: str = "", status: int = 200):
    """Send a payload as its tool would, and return the answer."""
    body = json.dumps(sent).encode()
    answered = client.post(
        f"/v1/sources/{mapping}/score{query}",
        data=body,
        content_type="application/json",
        headers=signed(mapping, body),
    )
    assert answered.status_code == status, answered.text
    return answered.json


def told(problem: Json) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


@pytest.mark.parametrize("mapping", TOOLS)
def test_what_a_tool_sends_has_the_report_of_the_native_route(site, mapping):
    instrument, make, answers, response_id = TOOLS[mapping]
    by_item = {str(n): value for n, value in enumerate(answers, 1)}
    native = site.post(f"/v1/instruments/{instrument}/score", json={"answers": by_item}).json
    report = send(site, mapping, make(), "?strict=true")
    assert report.pop("source_response_id") == response_id
    assert report.pop("source")["mapping"] == mapping
    assert report == native


@pytest.mark.parametrize("mapping", TOOLS)
def test_every_key_that_a_tool_sends_is_accounted_for(site, mapping):
    instrument, make, answers, _ = TOOLS[mapping]
    run = send(site, mapping, make(), "?dry_run=true")
    found = {one["leads_to"]: one["value"] for one in run["keys"] if one["outcome"] == "answer"}
    assert found == {str(n): value for n, value in enumerate(answers, 1)}
    assert run["instrument"]["id"] == instrument
    assert (run["errors"], run["warnings"]) == ([], [])
    assert run["not_sent"] == (["10"] if instrument == "phq-9" else [])
    assert "scores" not in run


def test_a_label_of_jspsych_that_nobody_chose_is_missing_and_not_the_first(site):
    sent = jspsych()
    sent["response"]["Q0"] = ""
    report = send(site, "jspsych-wai-sr", sent)
    assert report["missing"] == report["source"]["declared_missing"] == ["1"]


def test_a_payload_that_is_sent_again_has_the_same_bytes(site):
    first, second = (
        site.post("/v1/sources/surveyjs-phq-9/score", json=surveyjs()).data for _ in range(2)
    )
    assert first == second


def test_a_response_that_is_not_finished_is_scored_only_when_asked_for(site):
    partial = formbricks(finished=False)
    problem = send(site, "formbricks-phq-9", partial, status=422)
    assert told(problem) == [("/data/finished", "not_finished")]
    report = send(site, "formbricks-phq-9", partial, "?allow_partial=true")
    assert report["source"]["finished"] is False
    assert report["scores"]["total"]["value"] == sum(RAMP)


def test_a_request_may_declare_further_codes_as_missing(site):
    sent = payload(0, 1, 2, 99, "NA", -9, 0, 0, 0) | {"done": True}
    assert len(send(site, "plain", sent, status=422)["errors"]) == 2
    report = send(site, "plain", sent, "?missing=-9, na")
    assert report["source"]["declared_missing"] == ["4", "5", "6"]
    assert report["missing"] == ["4", "5", "6"]
    (warning,) = report["warnings"]
    assert (warning["code"], warning["items"]) == ("declared_missing", ["4", "5", "6"])
    again = send(site, "plain", sent, status=422)
    assert len(again["errors"]) == 2, "what one request declares is of that request"
    refused = send(site, "plain", sent, "?missing=2,NA,", 422)
    assert (refused["code"], refused["parameter"]) == ("invalid_parameter", "missing")
    assert told(refused) == [("", "contradictory_token"), ("", "wrong_format")]
    assert "item 1:" in refused["errors"][0]["detail"], "the first, whatever order a set has"
    inline = {"mapping": flat(), "payload": payload(*RAMP[:8], "NA")}
    answered = site.post("/v1/sources/score?missing=NA", json=inline).json
    assert answered["source"]["declared_missing"] == ["9"]


def test_two_answers_to_a_question_are_never_the_first_of_them(site):
    sent = google_forms()
    sent["answers"]["00000003"]["textAnswers"]["answers"] *= 2
    problem = send(site, "google-forms-phq-9", sent, status=422)
    assert told(problem) == [("/answers/00000003", "value_not_found")]


def test_faults_stand_where_they_are_in_the_payload(site):
    sent = payload("1", True, 1.5, 4, [1]) | {"done": True}
    assert told(send(site, "plain", sent, status=422)) == [
        ("/q1", "unknown_token"),
        ("/q2", "unknown_token"),
        ("/q3", "wrong_step"),
        ("/q4", "value_not_allowed"),
        ("/q5", "wrong_type"),
    ]
    assert told(send(site, "plain", {"done": True}, status=422)) == [("", "no_answers")]


def test_what_is_no_response_is_told_from_one_without_answers(site, refused):
    """Notices without answers and exports of several go elsewhere, and the sender is told where."""

    def detail(sent, kind="application/json"):
        answered = site.post("/v1/sources/plain/score", data=sent, content_type=kind)
        problem = refused(answered, answered.status_code, answered.json["code"])
        return problem["errors"][0]["detail"] if problem["errors"] else problem["detail"]

    trigger = "project_id=3&instrument=phq9&record=17&phq9_complete=2"
    assert "has no answers" in detail(trigger, "application/x-www-form-urlencoded")
    assert "has no answers" not in detail("17", "text/plain")
    assert "/v1/batch?mapping=" in detail(json.dumps([payload(*RAMP)]))
    assert "No key of the payload leads to an item" in detail('{"data": [], "done": true}')
    assert "No item is answered" in detail('{"q1": null, "done": true}')


def test_a_dry_run_has_every_fault_that_scoring_has(site):
    for mapping, sent in (
        ("plain", {"done": True}),
        ("plain", payload(7) | {"done": False}),
        ("rated", {"q1": None, "by": "patient"}),
    ):
        run = send(site, mapping, sent, "?dry_run=true")
        assert run["errors"] == send(site, mapping, sent, status=422)["errors"] != []
    assert send(site, "no-key", {"q1": 3}, "?dry_run=true")["errors"] == []


def test_codes_for_missing_are_counted_and_nothing_is_scored_without_enough_answers(site):
    sent = payload(0, 1, 99, "", 2, 3, 1, 1, 1) | {"done": True, "id": "r"}
    report = send(site, "plain", sent)
    assert report["scores"]["total"]["value"] is None
    assert {"3", "4"} <= set(report["missing"])
    assert report["source"]["declared_missing"] == ["3", "4"]
    assert [one["code"] for one in report["warnings"]] == ["declared_missing"]


def test_a_total_that_comes_along_is_compared_and_never_taken(site):
    sent = payload(*RAMP) | {"done": True, "sum": 27}
    report = send(site, "plain", sent)
    assert report["scores"]["total"]["value"] == sum(RAMP)
    assert [one["code"] for one in report["warnings"]] == ["supplied_total_mismatch"]
    assert send(site, "plain", sent | {"sum": sum(RAMP)})["warnings"] == []
    incomplete = payload(1, 0) | {"done": True, "sum": 27}
    report = send(site, "plain", incomplete)
    assert [one["code"] for one in report["warnings"]] == ["supplied_total_without_score"]


def test_an_unknown_key_is_a_warning_or_a_fault_as_the_caller_prefers(site):
    sent = payload(*RAMP) | {"done": True, "note": "known", "other": "unknown"}
    report = send(site, "plain", sent)
    assert [one["code"] for one in report["warnings"]] == ["unknown_key"]
    assert told(send(site, "plain", sent, "?strict=true", 422)) == [("", "unknown_key")]


def test_working_is_given_as_on_the_native_route(site):
    report = send(site, "surveyjs-phq-9", surveyjs(), "?working=true")
    assert len(report["scores"]["total"]["working"]["items"]) == 9


def test_the_rater_is_told_by_the_payload(site):
    report = send(site, "rated", {"q1": 3, "by": "patient"})
    assert report["source"]["perspective"] == "client"
    problem = send(site, "rated", {"q1": 3, "by": "clinician"}, status=422)
    assert [code for _, code in told(problem)] == ["wrong_perspective"]


def test_an_instrument_without_its_key_is_a_conflict(site, refused):
    answered = site.post("/v1/sources/no-key/score", json={"q1": 3})
    refused(answered, 409, "key_required")


def test_a_mapping_that_is_not_there(site, refused):
    refused(site.post("/v1/sources/nothing/score", json={}), 404, "unknown_mapping")


BROKEN = [
    {},
    {"X-Signature": ""},
    {"X-Signature": "0" * 64},
    {"X-Signature": "sha256=\u00e4\u00f6\u00fc"},
    {"X-Signature": "x" * 5000},
]


@pytest.mark.parametrize("headers", BROKEN)
def test_a_wrong_signature_is_refused_before_the_body_is_read(site, refused, headers):
    for body in (json.dumps(payload(*RAMP)), "no JSON"):
        answered = site.post(
            "/v1/sources/signed/score",
            data=body,
            content_type="application/json",
            headers=headers,
        )
        problem = refused(answered, 401, "bad_signature")
        assert problem["errors"] == []
        assert answered.headers["WWW-Authenticate"].startswith("Signature ")


def test_the_right_signature_is_taken_and_that_of_other_bytes_is_not(site):
    assert send(site, "signed", payload(*RAMP))["scores"]["total"]["value"] == sum(RAMP)
    body = json.dumps(payload(*RAMP)).encode()
    answered = site.post(
        "/v1/sources/signed/score",
        data=body + b" ",
        content_type="application/json",
        headers=signed("signed", body),
    )
    assert answered.status_code == 401


def test_a_template_whose_secret_is_not_set_takes_nothing(client, refused):
    body = json.dumps(typeform()).encode()
    answered = client.post(
        "/v1/sources/typeform-phq-9/score",
        data=body,
        content_type="application/json",
        headers=signed("typeform-phq-9", body),
    )
    refused(answered, 401, "bad_signature")


def test_a_site_that_lacks_a_secret_does_not_start(few, tmp_path, monkeypatch):
    (tmp_path / "mappings").mkdir()
    signature = {"scheme": "typeform", "secret": "NOWHERE"}
    (tmp_path / "mappings" / "a.json").write_text(json.dumps(flat(signature=signature)))
    settings = replace(few, instruments_extra_dir=tmp_path)
    with pytest.raises(SettingsError) as refused:
        create_app(settings, log_fd=None)
    assert refused.value.faults == [
        "MAPPING_SECRET_NOWHERE is not set, and the mapping flat-phq-9 needs it"
    ]
    monkeypatch.setenv("MAPPING_SECRET_NOWHERE", "s")
    create_app(settings, log_fd=None)


def test_a_mapping_may_come_along(client, refused):
    body = {"mapping": flat(), "payload": payload(*RAMP)}
    answered = client.post("/v1/sources/score", json=body)
    assert answered.json["scores"]["total"]["value"] == sum(RAMP)
    assert answered.json["source"]["mapping"] == "flat-phq-9"
    wrong = body | {"payload": payload(7)}
    problem = refused(client.post("/v1/sources/score", json=wrong), 422, "invalid_request")
    assert told(problem) == [("/payload/q1", "value_not_allowed")]
    faulty = body | {"mapping": flat(items={"q1": "11"})}
    problem = refused(client.post("/v1/sources/score", json=faulty), 422, "invalid_mapping")
    assert told(problem) == [("/mapping/items/q1", "unknown_item")]
    nothing = {"mapping": flat(), "payload": [1]}
    problem = refused(client.post("/v1/sources/score", json=nothing), 422, "invalid_request")
    assert told(problem) == [("/payload", "wrong_type")]
    for missing in ({"mapping": flat()}, {"payload": {}}, body | {"more": 1}):
        refused(client.post("/v1/sources/score", json=missing), 422, "invalid_request")


def test_a_dry_run_tells_what_became_of_every_key(client):
    document = flat(missing=[99], scores={"sum": "total"}, ignore=["note"])
    sent = {"q1": 1, "q2": 99, "q3": None, "q4": 7, "sum": "12", "note": "x", "more": 3}
    body = {"mapping": document, "payload": sent}
    text = {"content_type": "application/json"}
    run = client.post("/v1/sources/score?dry_run=true", data=json.dumps(body), **text).json
    rows = [(one["key"], one["outcome"], one["leads_to"], one["value"]) for one in run["keys"]]
    assert rows == [
        ("q1", "answer", "1", 1),
        ("q2", "missing", "2", None),
        ("q3", "not_answered", "3", None),
        ("q4", "fault", "4", None),
        ("sum", "score", "total", 12),
        ("note", "ignored", None, None),
        ("more", "unknown", None, None),
    ]
    assert told(run) == [("/payload/q4", "value_not_allowed")]
    assert [one["code"] for one in run["warnings"]] == ["unknown_key"]
    assert run["not_sent"] == ["5", "6", "7", "8", "9", "10"]


def test_the_mappings_are_listed_with_their_keys(client):
    answered = client.get("/v1/sources")
    listed = {one["id"]: one for one in answered.json["sources"]}
    assert TOOLS.keys() | {"mii-phq-9"} <= listed.keys()
    one = listed["surveyjs-phq-9"]
    assert (one["tool"], one["instrument"], one["template"]) == ("SurveyJS", "phq-9", True)
    assert {"key": "phq9/1", "item": "1"} in one["fields"]
    assert listed["typeform-phq-9"]["signature"] == "typeform"
    assert listed["mii-phq-9"]["template"] is False
    kept = client.get("/v1/sources", headers={"If-None-Match": answered.headers["ETag"]})
    assert kept.status_code == 304


def test_a_mapping_is_checked_for_its_author(client):
    good = client.post("/v1/mappings/check", json=flat()).json
    assert good == {"valid": True, "errors": [], "warnings": []}
    document = flat(items={"q1": "11"}, missing=[2])
    checked = client.post("/v1/mappings/check", json=document).json
    assert checked["valid"] is False
    assert told(checked) == [("/items/q1", "unknown_item")]
    assert [one["code"] for one in checked["warnings"]] == ["unmapped_items"]


def test_a_form_that_is_scored_is_counted_and_logged_without_its_answers(client, log):
    body = {"mapping": flat(meta={"response_id": "/id"}), "payload": payload(*RAMP) | {"id": "x-9"}}
    assert client.post("/v1/sources/score", json=body).status_code == 200
    (line,) = log.lines()
    assert (line["instrument"], line["route"]) == ("phq-9", "/v1/sources/score")
    assert "x-9" not in json.dumps(line)


@pytest.mark.parametrize("mapping", ["typeform-phq-9", "formbricks-phq-9", "signed"])
def test_a_signature_does_for_a_credential(guarded, mapping):
    body = json.dumps(TOOLS[mapping][1]() if mapping in TOOLS else payload(*RAMP)).encode()
    path, right = f"/v1/sources/{mapping}/score", signed(mapping, body)
    head = {"Content-Type": "application/json"}
    assert guarded.post(path, data=body, headers=head | right).status_code == 200
    with_key = {"X-API-Key": API_KEY, **head}
    assert guarded.post(path, data=body, headers=with_key | right).status_code == 200
    for wrong, code in (
        (head, "bad_signature"),
        (with_key, "bad_signature"),
        ({"X-API-Key": "w" * 43, **head, **right}, "unauthorized"),
        ({"Authorization": "", **head, **right}, "unauthorized"),
    ):
        answer = guarded.post(path, data=body, headers=wrong)
        assert (answer.status_code, answer.json["code"]) == (401, code)
    changed = body.replace(b"3", b"2")
    assert guarded.post(path, data=changed, headers=head | right).json["code"] == "bad_signature"


@pytest.mark.parametrize("path", ["plain/score", "no-such-mapping/score", "score"])
def test_without_a_signature_to_check_a_credential_is_needed(guarded, path):
    body = json.dumps(payload(*RAMP)).encode()
    head = {"Content-Type": "application/json", **signed("signed", body)}
    answer = guarded.post(f"/v1/sources/{path}", data=body, headers=head)
    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
