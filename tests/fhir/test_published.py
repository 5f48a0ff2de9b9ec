"""What is published: forms that a client can fill in and send back, and what scores look like."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.definitions.catalog import Entry
from service.settings import Settings
from tests.fhir.payloads import LOINC, OURS, SCORE, item, ours, response, scores
from tests.fhir.test_same_scores import CATALOG, ENTRIES
from tests.scoring.forms import ends

Json = dict[str, Any]

WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"


@pytest.fixture
def get(client: FlaskClient):
    def get(path: str, status: int = 200) -> Json:
        answered = client.get(f"/fhir/{path}")
        assert (answered.status_code, answered.content_type) == (status, "application/fhir+json")
        resource: Json = answered.json
        return resource

    return get


def read_as(kind: str, resource: Json) -> None:
    """Read a resource with the models of R4B, where they are here."""
    module = pytest.importorskip(f"fhir.resources.R4B.{kind.lower()}")
    getattr(module, kind).model_validate(resource)


def test_the_capabilities(get):
    statement = get("metadata")
    assert statement["fhirVersion"] == "4.0.1"
    by_type = {one["type"]: one for one in statement["rest"][0]["resource"]}
    assert by_type["QuestionnaireResponse"]["operation"] == [
        {"name": "score", "definition": f"{OURS}:OperationDefinition:score"},
        {
            "name": "extract",
            "definition": (
                "http://hl7.org/fhir/uv/sdc/OperationDefinition/QuestionnaireResponse-extract"
            ),
        },
    ]
    assert {one["name"] for one in by_type["Questionnaire"]["searchParam"]} == {"url", "_id"}
    read_as("CapabilityStatement", statement)


def test_the_operation(get):
    operation = get("OperationDefinition/score")
    assert (operation["code"], operation["type"], operation["instance"]) == ("score", True, False)
    taken = {one["name"] for one in operation["parameter"] if one["use"] == "in"}
    assert {"questionnaire-response", "questionnaire", "instrument", "norms"} <= taken
    read_as("OperationDefinition", operation)
    get("OperationDefinition/guess", 404)


def test_a_form_of_loinc_codes(get):
    form = get("Questionnaire/phq-9")
    assert (form["url"], form["version"]) == (ours("phq-9"), "1.0.0")
    assert form["code"][0] == {
        "system": LOINC,
        "code": "44249-1",
        "display": "PHQ-9 quick depression assessment panel",
    }
    assert "loinc.org/license" in form["copyright"]
    first = form["item"][0]
    assert (first["linkId"], first["code"][0]["code"]) == ("1", "44250-9")
    options = [
        (option["valueCoding"]["code"], option["extension"][0]["valueDecimal"])
        for option in first["answerOption"]
    ]
    # LOINC's answer list LL358-3.
    assert options == [("LA6568-5", 0), ("LA6569-3", 1), ("LA6570-1", 2), ("LA6571-9", 3)]
    # The tenth question is not part of the score.
    assert all("extension" not in option for option in form["item"][9]["answerOption"])


@pytest.mark.parametrize(
    ("form", "language", "labels"),
    [
        # The PHQ-D, as the Medical Informatics Initiative publishes it.
        ("gad-7", "de", ["Überhaupt nicht", "An einzelnen Tagen"]),
        # The form in Spanish with the credit of its developers.
        ("phq-9", "es", ["Ningún día", "Varios días"]),
        ("phq-9", "es-CO", ["Para nada", "Varios días"]),
    ],
)
def test_answers_have_their_labels_in_other_languages_beside_the_english_one(
    get, form, language, labels
):
    first = get(f"Questionnaire/{form}")["item"][0]["answerOption"]
    answers = [one["valueCoding"] for one in first]
    assert answers[0]["display"] == "Not at all"
    said = [
        (extension["url"], [list(part.values()) for part in extension["extension"]])
        for answer in answers
        for extension in answer["_display"]["extension"]
        if ["lang", language] in [list(part.values()) for part in extension["extension"]]
    ]
    assert len(said) == len(answers)
    assert said[:2] == [
        (
            "http://hl7.org/fhir/StructureDefinition/translation",
            [["lang", language], ["content", label]],
        )
        for label in labels
    ]


def test_a_form_with_codes_of_answers_alone_says_whose_they_are(get):
    assert "loinc.org/license" in get("Questionnaire/gad-2")["copyright"]
    assert "loinc.org" not in get("Questionnaire/wai-sr")["copyright"]


def test_a_reversed_item_weighs_what_it_is_worth(get):
    """Items 4, 5, 7 and 8 of the PSS-10 are reversed."""
    weights = {
        one["linkId"]: [option["extension"][0]["valueDecimal"] for option in one["answerOption"]]
        for one in get("Questionnaire/pss-10")["item"]
    }
    assert weights["3"] == [0, 1, 2, 3, 4]
    assert weights["4"] == [4, 3, 2, 1, 0]


def test_respondents_may_see_the_form_without_weights(get):
    form = get("Questionnaire/phq-9?weights=false")
    assert WEIGHT not in str(form)
    assert form["derivedFrom"] == [f"{ours('phq-9')}|1.0.0"]
    assert form["url"] != ours("phq-9")
    assert get("Questionnaire/phq-9?weights=true") == get("Questionnaire/phq-9")


def test_a_form_whose_key_is_not_public_has_no_weights(get):
    assert WEIGHT not in str(get("Questionnaire/calpas-p"))


@pytest.mark.parametrize("entry", CATALOG.entries(), ids=lambda entry: entry.instrument.id)
def test_no_wording_travels_without_a_licence(entry: Entry, get):
    form = get(f"Questionnaire/{entry.instrument.id}")
    if not entry.document["licence"]["text_included"]:
        texts = {one["linkId"]: one["text"] for one in form["item"]}
        assert texts == {name: f"Item {name}" for name in entry.instrument.item_ids}
    read_as("Questionnaire", form)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.instrument.id)
@pytest.mark.parametrize("query", ["", "?weights=false"])
def test_a_form_that_was_filled_in_comes_back_as_it_should(
    entry: Entry, query: str, client: FlaskClient
):
    """Every item is answered with its last option that counts, as it stands; where the scale is a
    sum of single items, the weights add up to the score.
    """
    instrument = entry.instrument
    form = client.get(f"/fhir/Questionnaire/{instrument.id}{query}").json
    answers, given, weights = [], {}, {}
    for one, question in zip(form["item"], instrument.items, strict=True):
        if "answerOption" in one:
            value = [column for column in question.columns if column in question.score_of][-1]
            option = one["answerOption"][question.columns.index(value)]
            answer = {name: option[name] for name in ("valueCoding", "extension") if name in option}
            if "extension" in option:
                weights[question.id] = option["extension"][0]["valueDecimal"]
        else:
            value = ends(question)[1]
            answer = {"valueTime" if one["type"] == "time" else "valueDecimal": value}
        answers.append(item(one["linkId"], answer))
        given[question.id] = value
    rater = {"perspective": instrument.perspectives[0]} if instrument.perspectives else {}
    sent = response(answers, f"{form['url']}|{form['version']}")
    path = f"{SCORE}?perspective={rater['perspective']}" if rater else SCORE
    answered = client.post(path, json=sent)
    assert answered.status_code == 200, answered.text
    native = client.post(
        f"/v1/instruments/{instrument.id}/score", json={"answers": given, **rater}
    ).json["scores"]
    found = scores(answered.json)
    assert found == {name: score["value"] for name, score in native.items()}
    for scale in instrument.scales:
        plain = scale.is_plain and scale.aggregation == scale.metric == "sum"
        names = [instrument.items[position].id for position in scale.items]
        if (
            plain
            and scale.transform is None
            and not instrument.gates
            and weights.keys() >= {*names}
        ):
            assert sum(weights[name] for name in names) == found[scale.id]


def test_a_search_finds_by_address_and_id(get):
    for query in (
        f"url={ours('gad-7')}",
        f"url={ours('gad-7')}%7C1.0.0",
        "_id=gad-7",
        f"_id=gad-7&url={ours('gad-7')}",
    ):
        found = get(f"Questionnaire?{query}")
        assert (found["type"], found["total"]) == ("searchset", 1)
        assert found["entry"][0]["resource"] == get("Questionnaire/gad-7")
        assert found["entry"][0]["search"] == {"mode": "match"}
        read_as("Bundle", found)


@pytest.mark.parametrize(
    "query",
    [
        f"url={OURS}:Questionnaire:none",
        f"url={OURS}:Questionnaire:gad-7%7C9.9.9",
        "_id=Jane-Roe",
        f"_id=phq-9&url={OURS}:Questionnaire:gad-7",
    ],
)
def test_a_search_that_finds_nothing_says_so(get, query):
    found = get(f"Questionnaire?{query}")
    assert found["total"] == 0
    assert "entry" not in found
    assert "Jane" not in str(found)


def test_the_pages_of_a_search_hold_every_instrument_once(get):
    query, names = "Questionnaire?_count=30", []
    for _ in range(10):
        page = get(query)
        names += [entry["resource"]["id"] for entry in page["entry"]]
        onward = [link["url"] for link in page["link"] if link["relation"] == "next"]
        if not onward:
            break
        (query,) = onward
    assert names == [entry.instrument.id for entry in CATALOG.entries()]
    assert len(get("Questionnaire")["entry"]) == 20
    none = get("Questionnaire?_count=0")
    assert (none["total"], "entry" in none) == (len(names), False)


@pytest.mark.parametrize(
    "query", ["_count=-1", "_count=x", "_offset=1.5", "_sort=date", "_id=a&_id=b"]
)
def test_a_search_that_is_wrong_is_refused(get, query):
    get(f"Questionnaire?{query}", 422)


def test_a_score_has_a_range_bands_and_norms(get):
    told = get("ObservationDefinition/phq-9-total")
    assert told["code"]["coding"][0]["code"] == "44261-6"
    whole, *others = told["qualifiedInterval"]
    limits = (whole["range"]["low"]["value"], whole["range"]["high"]["value"])
    assert (whole["category"], limits) == ("absolute", (0, 27))
    bands = [
        (one["range"]["low"]["value"], one["range"]["high"]["value"])
        for one in others
        if "range" in one
    ]
    assert bands == [(0, 4), (5, 9), (10, 14), (15, 19), (20, 27)]
    assert any("Mean" in one["condition"] or "mean" in one["condition"] for one in others)
    women = [one for one in others if one.get("gender") == "female"]
    assert women


@pytest.mark.parametrize("entry", CATALOG.entries(), ids=lambda entry: entry.instrument.id)
def test_every_scale_is_told(entry: Entry, get):
    for scale in entry.instrument.scales:
        told = get(f"ObservationDefinition/{entry.instrument.id}-{scale.id}")
        read_as("ObservationDefinition", told)


@pytest.mark.parametrize(
    "path",
    ["Questionnaire/none", "ObservationDefinition/phq-9", "ObservationDefinition/phq-9-none"],
)
def test_what_is_not_there_is_not_found(get, path):
    assert get(path, 404)["resourceType"] == "OperationOutcome"


def test_a_client_may_keep_what_is_published(client: FlaskClient):
    first = client.get("/fhir/Questionnaire/phq-9")
    again = client.get(
        "/fhir/Questionnaire/phq-9", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_sites_wording_is_published_where_its_licence_says_so(few, tmp_path):
    overlay = (
        '{"extends": "gad-7@1.0.0", "version": "1.0.0+site.1", "licence": {"text_included": true},'
        ' "items": [{"id": "1", "text": "Our first question"}]}'
    )
    (tmp_path / "gad-7.json").write_text(overlay)
    settings = Settings(instruments_dir=few.instruments_dir, instruments_extra_dir=tmp_path)
    client = create_app(settings, log_fd=None).test_client()
    items = client.get("/fhir/Questionnaire/gad-7").json["item"]
    assert [one["text"] for one in items[:2]] == ["Our first question", "Item 2"]
