"""Forms of others whose linkIds and answers a mapping explains: chosen by what the response says
of its form.
"""

import json
import shutil
from dataclasses import replace

import pytest

from service.app import create_app
from tests.cds.calls import SERVICE, call, searched
from tests.fhir.payloads import FREQUENCY, SCORE, coded, issues, item, parameters, response, scores
from tests.sources.mappings import linked

EPIC = "https://ehr.example.org/Questionnaire/cA9.x"
URI = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-extension-questionnaire-uri"


@pytest.fixture(scope="module")
def mapped(few, tmp_path_factory):
    """Ask a service of a site with mappings of its own."""
    site = tmp_path_factory.mktemp("site")
    (site / "mappings").mkdir()
    local = linked(
        fhir={
            "questionnaires": ["Questionnaire/17", EPIC, f"{EPIC}|9", "urn:oid:1.2.3"],
            "codes": [{"system": "urn:local", "code": "MOOD"}],
        },
        values={"numeric": "as-is", "tokens": {"Never": 0, "Often": 3}},
        missing=[-99, "Declined"],
        scores={"sum": "total"},
        ignore=["intro"],
    )
    digits = linked(
        id="digits-gad-7",
        instrument="gad-7",
        items={f"g{n}": str(n) for n in range(1, 8)},
        values={"numeric": "string"},
        fhir={"questionnaires": ["Questionnaire/18", f"{EPIC}|10"]},
    )
    for mapping in (local, digits):
        (site / "mappings" / f"{mapping['id']}.json").write_text(json.dumps(mapping))
    client = create_app(replace(few, instruments_extra_dir=site), log_fd=None).test_client()

    def ask(body, query="", status=200, **headers):
        answered = client.post(SCORE + query, json=body, headers=headers)
        assert answered.status_code == status, answered.text
        return answered.json

    return ask


def decimals(*values):
    """Return items with decimal answers and local linkIds, as some records send them."""
    return [
        item(f"q{n}", *([] if value is None else [{"valueDecimal": value}]))
        for n, value in enumerate(values, 1)
    ]


NINE = decimals(0.0, 1.0, 2.0, 3.0, 0, 1, 2, 3, 0)


@pytest.mark.parametrize(
    "address", ["Questionnaire/17", EPIC, f"{EPIC}|3", f"{EPIC}|9", "urn:oid:1.2.3"]
)
def test_a_mapping_is_chosen_by_the_address_with_or_without_a_version(mapped, address):
    bundle = mapped(response(NINE, address))
    assert (scores(bundle), issues(bundle)) == ({"total": 12}, [])


def test_an_address_with_a_version_goes_before_the_one_without(mapped):
    form = response([item(f"g{n}", {"valueString": "2"}) for n in range(1, 8)], f"{EPIC}|10")
    assert scores(mapped(form)) == {"total": 14}


def test_a_mapping_is_chosen_by_the_address_of_a_form_outside_fhir(mapped):
    extension = [{"url": URI, "valueUri": "urn:oid:1.2.3"}]
    form = response(NINE, _questionnaire={"extension": extension})
    assert scores(mapped(form)) == {"total": 12}
    opaque = response(NINE, "Questionnaire/opaque", _questionnaire={"extension": extension})
    assert scores(mapped(opaque)) == {"total": 12}


def test_a_mapping_is_chosen_by_the_code_of_a_questionnaire_that_comes_along(mapped):
    code = [{"system": "urn:local", "code": "MOOD"}]
    body = parameters(
        ("questionnaire-response", {"resource": response(NINE, "Questionnaire/new")}),
        ("questionnaire", {"resource": {"resourceType": "Questionnaire", "code": code}}),
    )
    assert scores(mapped(body)) == {"total": 12}


def test_without_a_mapping_local_linkids_mean_nothing(mapped):
    outcome = mapped(response(NINE, "Questionnaire/19"), status=422)
    assert [code for code, _ in issues(outcome)] == ["instrument_not_recognised"]


def test_two_mappings_for_what_one_response_says_are_refused(mapped):
    extension = [{"url": URI, "valueUri": "Questionnaire/18"}]
    form = response(NINE, "Questionnaire/17", _questionnaire={"extension": extension})
    assert [code for code, _ in issues(mapped(form, status=422))] == ["ambiguous_mapping"]


def test_a_caller_who_names_another_instrument_is_refused(mapped):
    form = response(NINE, "Questionnaire/17")
    assert scores(mapped(form, "?instrument=phq-9")) == {"total": 12}
    outcome = mapped(form, "?instrument=gad-7", 422)
    assert [code for code, _ in issues(outcome)] == ["contradictory_instrument"]


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ({"valueInteger": 2}, 2),
        ({"valueDecimal": 2.0}, 2),
        ({"valueQuantity": {"value": 2, "code": "{score}"}}, 2),
        ({"valueString": "often"}, 3),
        ({"valueCoding": {"code": "Never"}}, 0),
        ({"valueCoding": {"display": "Often"}}, 3),
        (coded(FREQUENCY[1]), 1),
        (coded(FREQUENCY[1], None), 1),
        ({}, None),
    ],
)
def test_what_an_answer_means_where_a_mapping_applies(mapped, answer, number):
    form = response([item("q1", answer), *NINE[1:]], "Questionnaire/17")
    expected = None if number is None else 12 + number
    assert scores(mapped(form)) == {"total": expected}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"valueString": "Sometimes"}, "unknown_token"),
        ({"valueString": "2"}, "unknown_token"),
        ({"valueBoolean": True}, "unknown_token"),
        ({"valueDecimal": 1.5}, "wrong_step"),
        ({"valueDecimal": 4}, "value_not_allowed"),
        ({"valueDate": "2026-01-01"}, "wrong_type"),
        ({"valueQuantity": {"value": 2, "unit": "mg"}}, "unit_not_allowed"),
    ],
)
def test_what_is_no_answer_is_refused_where_it_stands(mapped, answer, code):
    form = response([item("q1", answer), *NINE[1:]], "Questionnaire/17")
    ((found, place), *_) = issues(mapped(form, status=422))
    assert found == code
    assert place.startswith("QuestionnaireResponse.item[0].answer[0]")


def test_a_coding_that_nobody_knows_leaves_the_scale_without_a_score(mapped):
    rarely = item("q1", {"valueCoding": {"code": "Rarely"}})
    bundle = mapped(response([rarely, *NINE[1:]], "Questionnaire/17"))
    assert scores(bundle) == {"total": None}
    assert ("unknown_coding", "QuestionnaireResponse.item[0].answer[0].value") in issues(bundle)


@pytest.mark.parametrize("answer", [{"valueDecimal": -99}, {"valueString": "declined"}])
def test_declared_codes_are_missing_and_said_to_be(mapped, answer):
    form = response([item("q1", answer), *NINE[1:]], "Questionnaire/17")
    bundle = mapped(form)
    assert scores(bundle) == {"total": None}
    assert issues(bundle) == [("declared_missing", "QuestionnaireResponse")]


def test_a_key_that_is_ignored_says_nothing_and_an_unknown_one_is_said(mapped):
    more = [item("intro", {"valueString": "Hello"}), item("44250-9", {"valueInteger": 3})]
    form = response([*NINE, *more], "Questionnaire/17")
    bundle = mapped(form)
    assert scores(bundle) == {"total": 12}
    assert issues(bundle) == [("unknown_item", "QuestionnaireResponse.item[10]")]
    assert issues(mapped(form, status=422, Prefer="handling=strict")) == issues(bundle)


def test_a_score_that_comes_along_is_compared(mapped):
    form = response([*NINE, item("sum", {"valueDecimal": 13})], "Questionnaire/17")
    bundle = mapped(form)
    assert scores(bundle) == {"total": 12}
    assert [code for code, _ in issues(bundle)] == ["supplied_total_mismatch"]


MII = (
    "https://www.medizininformatik-initiative.de/fhir/ext/modul-pro/Questionnaire/mii-qst-pro-phq-9"
)
EDITIONS = {
    "PHQ.": [f"PHQ.{n}" for n in range(1, 11)],
    "PHQ-9.": [f"PHQ-9.{n}" for n in range(1, 11)],
    "q": [f"phq-phq9-q{n:02}" for n in range(1, 11)],
    "phq2": [*(f"phq-phq2{letter}" for letter in "abcdefghi"), "phq-phq9-difficulty"],
}


@pytest.mark.parametrize("links", EDITIONS.values(), ids=EDITIONS)
@pytest.mark.parametrize("address", ["Questionnaire/mii-qst-pro-phq-9", MII, f"{MII}|2026.5.0"])
def test_the_phq_9_of_the_medical_informatics_initiative(ask, links, address):
    """A ramp tells the items apart: item 9 alone is 3, and raises the flag."""
    answers = [0, 1, 2, 0, 1, 2, 0, 1, 3]
    items = [
        item(link, coded(FREQUENCY[value], None))
        for link, value in zip(links, answers, strict=False)
    ]
    bundle = ask(response([*items, item(links[9], coded("LA6574-3", None))], address))
    assert (scores(bundle), issues(bundle)) == ({"total": 10}, [])
    risks = [one["resource"] for one in bundle["entry"]]
    assert any(one["resourceType"] == "DetectedIssue" for one in risks)


def test_a_form_of_ours_is_read_as_ours_whatever_mappings_there_are(few, tmp_path):
    ours = "urn:questionnaire-scoring:Questionnaire:phq-9"
    (tmp_path / "mappings").mkdir()
    turned = {str(10 - n): str(n) for n in range(1, 10)}
    mapping = linked(items=turned, fhir={"questionnaires": [ours]})
    (tmp_path / "mappings" / "m.json").write_text(json.dumps(mapping))
    service = create_app(replace(few, instruments_extra_dir=tmp_path), log_fd=None)
    form = response([item("9", {"valueInteger": 3})], ours)
    answered = service.test_client().post(SCORE, json=form)
    assert any(one["resource"]["resourceType"] == "DetectedIssue" for one in answered.json["entry"])
    shutil.rmtree(tmp_path / "mappings")


def test_a_hook_reads_a_form_by_its_mapping_too(client):
    links = EDITIONS["PHQ."][:9]
    items = [item(link, coded(FREQUENCY[1], None)) for link in links]
    sent = searched([response(items, MII)])
    answered = client.post(SERVICE, json=call(responses=sent))
    (card,) = answered.json["cards"]
    assert card["source"]["topic"]["code"] == "safety"
