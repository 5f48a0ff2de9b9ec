"""In which language the service answers: RFC 9110, section 12.5.4; RFC 4647, section 3.4."""

import json
import re
from dataclasses import replace

import pytest
import yaml

from service.api.negotiation import preferred_language
from service.app import create_app
from service.description.examples import examples
from service.settings import REPOSITORY
from tests.cds.calls import FALL, SERVICE, call, course, searched

KNOWN = ("en", "de", "pt-br")
DOCUMENT = yaml.load((REPOSITORY / "openapi.yaml").read_bytes(), Loader=yaml.CSafeLoader)


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de-Latn-AT-1996", "de"),
        ("pt-BR", "pt-br"),
        ("pt", "en"),
        ("fr", "en"),
        ("en-GB, de", "en"),
        ("de, en", "de"),
        ("en;q=0.8, de;q=0.9", "de"),
        ("en;q=.8, de;q=.9", "de"),
        ("de-AT, en;q=0.5", "de"),
        ("fr, de;q=0.7, en;q=0.3", "de"),
        ("*", "en"),
        ("fr, *;q=0.1", "en"),
        ("*;q=0.9, de;q=0.5", "en"),
        ("de, *;q=0.5", "de"),
        ("en;q=0, *", "de"),
        ("de;q=0, *", "en"),
        ("de;q=0", "en"),
        ("de-AT, de;q=0", "en"),
        ("en;q=0, de;q=0, pt-br;q=0, *", "en"),
        ("", "en"),
        (";;q=,", "en"),
        ("de;q=nonsense", "en"),
        ("x" * 5000, "en"),
        ("de" + "-x" * 2000, "de"),
    ],
)
def test_the_language_is_the_one_that_the_caller_prefers(header, chosen):
    assert preferred_language(header, KNOWN) == chosen


COURSE = {
    "sessions": [
        {"number": number, "forms": [{"instrument": "wai-sr", "scores": {"total": score}}]}
        for number, score in enumerate((4, 4.17, 4.08, 4.25, 4.17, 3.33, 3.92), 1)
    ],
    "options": {"parameters": {"wai-sr": {"total": {"sem": 0.2, "within_person_sd": 0.3}}}},
}
PHQ_9 = {"answers": [2, 2, 2, 2, 0, 0, 0, 0, 1]}


def sent(client, path, body, language=None, **headers):
    if language is not None:
        headers["Accept-Language"] = language
    return client.post(path, json=body, headers=headers)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/monitor", COURSE),
        ("/v1/instruments/phq-9/score", PHQ_9),
        ("/v1/score", {"instrument": "phq-9", **PHQ_9}),
    ],
)
def test_the_language_is_told_and_the_same_request_has_the_same_bytes(client, path, body):
    english, german = sent(client, path, body), sent(client, path, body, "de-AT, en;q=0.2")
    assert english.headers["Content-Language"] == "en"
    assert german.headers["Content-Language"] == "de"
    for one in (english, german):
        assert {part.strip() for part in one.headers["Vary"].split(",")} == {
            "Accept-Language",
            "Accept",
        }
    assert sent(client, path, body, "de").data == german.data != english.data
    assert sent(client, path, body, "en").data == english.data
    assert sent(client, path, body, "fr").data == english.data
    assert german.json["result_id"] == english.json["result_id"]


def test_an_alert_is_told_in_german(client):
    report = sent(client, "/v1/monitor", COURSE, "de").json
    (alert,) = report["alerts"]
    assert alert["summary"] == (
        "Allianz (Patient/in): in Sitzung 6 stärker gesunken als üblich; noch nicht zurück"
    )
    assert report["rules"]["R03"]["title"] == (
        "Abfall seit dem vorigen Wert um mehr als den Messfehler"
    )


def test_a_flag_is_told_in_german(client):
    (risk,) = sent(client, "/v1/instruments/phq-9/score", PHQ_9, "de").json["risks"]
    assert risk["message"].startswith("Item 9 (Gedanken an Tod oder Selbstverletzung)")
    blank = {"answers": [2, 2, 2, 2, 0, 0, 0, 0, None]}
    (risk,) = sent(client, "/v1/instruments/phq-9/score", blank, "de").json["risks"]
    assert risk["message"] == "Item 9 wurde nicht beantwortet."
    (risk,) = sent(client, "/v1/instruments/phq-9/score", blank).json["risks"]
    assert risk["message"] == "Item 9 was not answered."


def test_criteria_flags_units_and_estimates_are_named_in_german(client):
    def told(name, language):
        answers = {"answers": [1] * (9 if name == "phq-9" else 5)}
        return sent(client, f"/v1/instruments/{name}/score", answers, language).json

    english, german = told("phq-9", "en"), told("phq-9", "de")
    flags = [one["risks"][0]["title"] for one in (english, german)]
    assert flags == ["suicidal ideation", "Suizidgedanken"]
    syndromes = [one["criteria"]["major-depressive-syndrome"] for one in (english, german)]
    assert [one["title"] for one in syndromes] == [
        "Major depressive syndrome (PHQ-9 algorithm)",
        "Major-depressives Syndrom (PHQ-9-Algorithmus)",
    ]
    assert german["scores"]["total"]["linked"][0]["title"].endswith("geschätzt aus dem PHQ-9")
    assert told("who-5", "de")["scores"]["total"]["unit"] == "Prozentwert"


def test_a_german_report_leaves_the_english_one_as_it_was(client):
    """Results are remembered and shared between reports."""
    path = "/v1/instruments/phq-9/score"
    before = sent(client, path, PHQ_9).data
    assert sent(client, path, PHQ_9, "de").json["scores"]["total"]["title"] == "Gesamt"
    assert sent(client, path, PHQ_9).data == before


def test_batches_are_told_in_the_language_of_the_request(client):
    line = json.dumps({"instrument": "phq-9", **PHQ_9}) + "\n"
    response = client.post(
        "/v1/batch",
        data=line,
        headers={"Content-Type": "application/x-ndjson", "Accept-Language": "de"},
    )
    first = json.loads(response.data.splitlines()[0])
    assert first["risks"][0]["message"].startswith("Item 9 (Gedanken")
    assert response.headers["Content-Language"] == "de"
    response = client.post(
        "/v1/batch/monitor",
        data=json.dumps(COURSE) + "\n",
        headers={"Content-Type": "application/x-ndjson", "Accept-Language": "de"},
    )
    first = json.loads(response.data.splitlines()[0])
    assert first["alerts"][0]["summary"].startswith("Allianz (Patient/in)")


def test_rules_have_their_titles_in_german(client):
    response = client.get("/v1/rules", headers={"Accept-Language": "de"})
    assert (
        response.json["rules"][0]["title"] == "Wert jenseits eines veröffentlichten Schwellenwerts"
    )
    assert response.headers["Content-Language"] == "de"
    assert client.get("/v1/rules").json["rules"][0]["title"] == "Score beyond a published cut-off"


def test_problems_stay_english(client):
    response = sent(client, "/v1/monitor", {}, "de")
    assert response.status_code == 422
    assert response.json["title"] == "The request was read but has faults"


def test_a_third_language_is_a_file(few, tmp_path):
    tmp_path.joinpath("nl.json").write_text(
        json.dumps(
            {
                "wordings": {"client": "patiënt", "card.now": "; nog niet terug"},
                "texts": {"Total": "Totaal"},
                "decimal": ",",
            }
        ),
        encoding="utf-8",
    )
    app = create_app(replace(few, languages_extra_dir=tmp_path), log_fd=None).test_client()
    response = sent(app, "/v1/monitor", COURSE, "nl-BE, de;q=0.5")
    assert response.headers["Content-Language"] == "nl"
    (alert,) = response.json["alerts"]
    assert alert["summary"] == (
        "Alliance (patiënt): fell more than usual at session 6; nog niet terug"
    )
    assert "was 3,33 on a scale" in alert["message"]


def test_drawings_are_in_german(client):
    drawing = sent(client, "/v1/monitor", COURSE, "de", Accept="image/svg+xml")
    assert drawing.headers["Content-Language"] == "de"
    text = drawing.get_data(as_text=True)
    assert "Behandlungsverlauf" in text
    assert "4,08" in text
    card = sent(client, "/v1/instruments/phq-9/score", PHQ_9, "de", Accept="image/svg+xml")
    assert "Sicherheitshinweis (Schwere hoch)" in card.get_data(as_text=True)
    for english in ("session", "Score", "answered", "cut-off", "higher"):
        assert english not in re.sub(r"<style>.*?</style>|class=\"[^\"]*\"", "", text)


@pytest.mark.parametrize("words", ["summary", "detail"])
def test_cards_are_in_german_with_ids_of_no_language(client, words):
    body = call(responses=searched(course(FALL)))
    (english,) = sent(client, SERVICE, body).json["cards"]
    german = sent(client, SERVICE, body, "de")
    assert german.headers["Content-Language"] == "de"
    (card,) = german.json["cards"]
    assert card["uuid"] == english["uuid"]
    assert card["suggestions"][0]["uuid"] == english["suggestions"][0]["uuid"]
    assert card["indicator"] == english["indicator"]
    assert card[words] != english[words]
    assert card["summary"].startswith("Allianz (Patient/in)")
    assert "| Sitzung | Bogen | Wert | Erwartet | Grenze | Regel |" in card["detail"]


def test_detected_issues_are_in_german_with_addresses_of_no_language(client):
    body = {"resourceType": "Bundle", "type": "collection"}
    body["entry"] = [{"resource": one} for one in course(FALL)]
    path = "/fhir/QuestionnaireResponse/$score"

    def issue(response):
        (found,) = (
            one
            for one in response.json["entry"]
            if one["resource"]["resourceType"] == "DetectedIssue"
        )
        return found

    english, german = issue(sent(client, path, body)), issue(sent(client, path, body, "de"))
    assert german["fullUrl"] == english["fullUrl"]
    assert german["resource"]["code"]["text"].startswith("Allianz (Patient/in)")
    assert german["resource"]["detail"].startswith("In Sitzung")
    assert german["resource"]["severity"] == english["resource"]["severity"]


def described(operation):
    """Return the names of the headers that a request may have."""
    parameters = DOCUMENT["components"]["parameters"]
    named = [parameters[one["$ref"].split("/")[-1]] if "$ref" in one else one for one in operation]
    return {one["name"] for one in named if one["in"] == "header"}


def test_the_description_names_the_header_of_every_operation_that_heeds_it(client):
    headers = {
        operation["operationId"]: described(operation.get("parameters", []))
        for path in DOCUMENT["paths"].values()
        for operation in (path[method] for method in ("get", "post") if method in path)
    }
    heeded = {}
    for example in examples():
        response = sent(client, example.path, example.body, "de")
        if response.status_code == 200 and "dry_run" not in example.path:
            heeded[example.operation] = "Content-Language" in response.headers
    assert len(heeded) >= 8
    for operation, told in heeded.items():
        assert ("Accept-Language" in headers[operation]) is told, operation
    for operation in ("scoreBatch", "monitorBatch", "listRules"):
        assert "Accept-Language" in headers[operation]
