"""The instrument is told by the address of the form or by the codes of its items, or is named."""

import pytest

from service.app import create_app
from service.settings import Settings
from tests.fhir.payloads import (
    FREQUENCY,
    GAD_7,
    LOINC,
    PHQ_9,
    SCORE,
    coded,
    issues,
    item,
    observation,
    ours,
    own_code,
    parameters,
    phq_9,
    resources,
    response,
    scores,
)

SEVEN_ONES = [item(str(n), {"valueInteger": 1}) for n in range(1, 8)]


def loinc(codes: list[str], value: int = 1) -> list[dict]:
    return [item(f"/{code}", coded(FREQUENCY[value])) for code in codes]


def instrument_of(bundle: dict) -> str:
    """Return the instrument that the panel is of."""
    (panel,) = [one for one in resources(bundle, "Observation") if "hasMember" in one]
    return own_code(panel)["code"]


@pytest.mark.parametrize("version", ["", "|1.0.0"])
def test_our_own_address_names_it(ask, version):
    bundle = ask(response(SEVEN_ONES, ours("gad-7") + version))
    assert (instrument_of(bundle), scores(bundle)) == ("gad-7", {"total": 7})


def test_below_an_http_base_the_parts_are_joined_by_slashes(few):
    base = "https://forms.example.org/fhir"
    settings = Settings(instruments_dir=few.instruments_dir, canonical_base=base)
    client = create_app(settings, log_fd=None).test_client()
    form = response(SEVEN_ONES, f"{base}/Questionnaire/gad-7|1.0.0")
    answered = client.post(SCORE, json=form)
    systems = [c["system"] for c in resources(answered.json, "Observation")[1]["code"]["coding"]]
    assert (systems[0], systems[-1]) == (LOINC, f"{base}/CodeSystem/gad-7")
    assert client.post(SCORE, json=response(SEVEN_ONES, ours("gad-7"))).status_code == 422


@pytest.mark.parametrize(
    "named",
    ["phq-9", "phq-9|1.0.0", "urn:questionnaire-scoring:Questionnaire:phq-9"],
)
def test_a_caller_may_name_it(ask, named):
    form = response([item(str(n), {"valueInteger": 1}) for n in range(1, 10)])
    assert scores(ask(form, f"?instrument={named}")) == {"total": 9}
    body = parameters(
        ("instrument", {"valueString": named}), ("questionnaire-response", {"resource": form})
    )
    assert scores(ask(body)) == {"total": 9}


@pytest.mark.parametrize(
    ("form", "query", "code"),
    [
        (response(SEVEN_ONES, ours("gad-77")), "", "unknown_instrument"),
        (response(SEVEN_ONES, ours("gad-7") + "|9.9.9"), "", "unknown_version"),
        (response(SEVEN_ONES, ours("gad-7")), "?instrument=phq-9", "contradictory_instrument"),
        (response(SEVEN_ONES), "?instrument=nothing", "unknown_instrument"),
        (response(SEVEN_ONES, "Questionnaire/local"), "", "instrument_not_recognised"),
        (response([]), "", "instrument_not_recognised"),
        (response(loinc([*PHQ_9, *GAD_7])), "", "ambiguous_instrument"),
    ],
)
def test_what_cannot_be_told_is_refused(ask, form, query, code):
    assert issues(ask(form, query, 422)) == [(code, "QuestionnaireResponse")]


@pytest.mark.parametrize("link", ["{}", "/{}", "/44249-1/{}"])
def test_linkids_that_end_in_loinc_tell_it(ask, link):
    items = [item(link.format(code), coded(FREQUENCY[1])) for code in PHQ_9]
    bundle = ask(response(items))
    assert (instrument_of(bundle), scores(bundle)) == ("phq-9", {"total": 9})


def test_a_form_within_a_longer_one_is_not_mistaken_for_it(ask):
    """Both items of the PHQ-2 are in the PHQ-9."""
    assert instrument_of(ask(response(loinc(PHQ_9[:2])))) == "phq-2"
    assert instrument_of(ask(response(loinc(PHQ_9)))) == "phq-9"


@pytest.mark.parametrize("there", [3, 8])
def test_part_of_a_longer_form_is_no_shorter_one(ask, there):
    """Both items of the PHQ-2 are there, but more of the PHQ-9: one of its items was left out."""
    outcome = ask(response(loinc(PHQ_9[:there])), status=422)
    assert issues(outcome) == [("ambiguous_instrument", "QuestionnaireResponse")]
    assert outcome["issue"][0]["diagnostics"] == "Allowed: phq-2, phq-9."


def test_eight_items_of_nine_are_not_taken_for_the_nine(ask):
    """The PHQ-8 is the PHQ-9 without its last item, and its items have no codes of their own."""
    outcome = ask(response(loinc(PHQ_9[2:])), status=422)
    assert issues(outcome) == [("instrument_not_recognised", "QuestionnaireResponse")]
    assert "phq-9" in outcome["issue"][0]["diagnostics"]


def test_the_code_of_its_score_tells_an_incomplete_form(ask):
    items = [*loinc(PHQ_9[:8]), item("/44261-6", {"valueDecimal": 8})]
    bundle = ask(response(items))
    assert (instrument_of(bundle), scores(bundle)) == ("phq-9", {"total": None})


def test_items_that_are_there_without_an_answer_tell_it(ask):
    items = [*loinc(PHQ_9[:8]), item("/44260-8")]
    assert instrument_of(ask(response(items))) == "phq-9"


ANXIETY_4A = ["61923-9", "61941-1", "61942-9", "61949-4"]
ANXIETY_T = "77862-1"
"""The T score of the item bank: the forms of four and of eight items have this one code."""


def test_the_code_of_a_score_that_several_forms_have_names_none(ask):
    """Four items and the T score of their bank are the form of four items, not also that of eight
    with the others missing.
    """
    never, score = coded("LA6270-8"), item(f"/{ANXIETY_T}", {"valueDecimal": 40.3})
    form = response([*(item(f"/{code}", never) for code in ANXIETY_4A), score])
    bundle = ask(form)
    assert (instrument_of(bundle), scores(bundle)) == ("promis-anxiety-4a", {"total": 40.3})
    answers = [
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "subject": {"reference": "Patient/p1"},
            "effectiveDateTime": "2026-03-02",
            **value,
        }
        for code, value in (
            *(
                (code, {"valueCodeableConcept": {"coding": [never["valueCoding"]]}})
                for code in ANXIETY_4A
            ),
            (ANXIETY_T, {"valueQuantity": {"value": 40.3}}),
        )
    ]
    sent = parameters(*(("observation", {"resource": answer}) for answer in answers))
    bundle = ask(sent)
    assert (instrument_of(bundle), scores(bundle)) == ("promis-anxiety-4a", {"total": 40.3})


def test_the_code_of_such_a_score_alone_tells_which_forms_it_may_be(ask):
    outcome = ask(response([item(f"/{ANXIETY_T}", {"valueDecimal": 60.0})]), status=422)
    assert issues(outcome) == [("ambiguous_instrument", "QuestionnaireResponse")]
    told = "Allowed: promis-anxiety-4a, promis-anxiety-8a."
    assert outcome["issue"][0]["diagnostics"] == told


def test_shared_codes_are_told_in_the_notes(client):
    """What a code cannot tell, the definition says."""
    forms: dict[str, list[dict]] = {}
    scores: dict[str, list[dict]] = {}
    for name in [one["id"] for one in client.get("/v1/instruments").json["instruments"]]:
        document = client.get(f"/v1/instruments/{name}").json
        for coding in document.get("codes", ()):
            forms.setdefault(coding["code"], []).append(document)
        for scale in document["scales"]:
            for coding in scale.get("codes", ()):
                scores.setdefault(coding["code"], []).append(document)
    assert not forms.keys() & scores.keys()
    shared = [
        documents for code in (forms, scores) for documents in code.values() if len(documents) > 1
    ]
    several = [one for documents in shared for one in documents]
    assert len(several) == 11
    assert all("does not tell which form" in str(one["notes"]) for one in several)


AUDIT = [
    "68518-0",
    "68519-8",
    "68520-6",
    *(f"9773{n}" for n in ("4-8", "5-5", "6-3", "7-1", "8-9")),
]


def test_the_items_of_the_audit_are_not_those_of_the_audit_c_alone(ask):
    """Its first three items are the AUDIT-C; whole it is the AUDIT, in part neither."""
    never = coded("LA6270-8"), coded("LA15694-5"), coded("LA6270-8")
    first = [item(f"/{code}", answer) for code, answer in zip(AUDIT, never, strict=False)]
    rest = [item(f"/{code}", {"valueInteger": 0}) for code in (*AUDIT[3:], "97739-7", "97740-5")]
    assert instrument_of(ask(response(first))) == "audit-c"
    whole = ask(response([*first, *rest]))
    assert (instrument_of(whole), scores(whole)) == ("audit", {"total": 0})
    outcome = ask(response([*first, *rest[:3]]), status=422)
    assert issues(outcome) == [("ambiguous_instrument", "QuestionnaireResponse")]


def test_a_screener_that_is_known_by_its_items(ask):
    """The C-SSRS screener in LOINC's codes: no to wishes and thoughts, behaviour long ago."""
    codes = ["93246-7", "93247-5", "93248-3", "93249-1", "93250-9", "93267-3", "93269-9"]
    said = ["LA32-8", "LA32-8", None, None, None, "LA33-6", "LA32-8"]
    items = [
        item(f"/{one}", *([coded(yes)] if yes else []))
        for one, yes in zip(codes, said, strict=True)
    ]
    (form,) = resources(ask(response(items)), "Observation")
    assert own_code(form)["code"] == "c-ssrs-screener"
    assert form["component"][0]["valueString"] == "moderate"


def test_the_address_of_a_form_outside_fhir_is_read(ask):
    extension = {
        "url": (
            "http://hl7.org/fhir/us/core/StructureDefinition/us-core-extension-questionnaire-uri"
        ),
        "valueUri": ours("gad-7"),
    }
    form = response(SEVEN_ONES, _questionnaire={"extension": [extension]})
    assert scores(ask(form)) == {"total": 7}


def test_item_numbers_mean_nothing_in_a_form_that_nobody_named(ask):
    items = [*loinc(PHQ_9), item("3", {"valueInteger": 3})]
    bundle = ask(response(items))
    assert scores(bundle) == {"total": 9}
    assert issues(bundle) == [("unknown_item", "QuestionnaireResponse.item[9]")]


def test_an_unknown_linkid_is_an_error_or_a_warning_as_the_caller_prefers(ask):
    form = phq_9([1] * 9)
    form["item"].insert(0, item("mood-diary", {"valueString": "fine"}))
    bundle = ask(form, Prefer="handling=lenient")
    assert issues(bundle) == [("unknown_item", "QuestionnaireResponse.item[0]")]
    outcome = ask(form, status=422, Prefer='respond-async, handling="strict"')
    assert issues(outcome) == [("unknown_item", "QuestionnaireResponse.item[0]")]


def test_headings_and_groups_are_no_items(ask):
    form = phq_9([1] * 9)
    form["item"].insert(0, item("heading"))
    assert issues(ask(form, Prefer="handling=strict")) == []


@pytest.mark.parametrize("status", ["in-progress", "stopped"])
def test_what_is_not_finished_is_scored_only_when_asked_for(ask, status):
    form = phq_9([1] * 9, status=status)
    assert issues(ask(form, status=422)) == [("not_finished", "QuestionnaireResponse.status")]
    bundle = ask(form, "?allow-partial=true")
    kept = "preliminary" if status == "in-progress" else "final"
    assert observation(bundle)["status"] == kept
    partial = ("allow-partial", {"valueBoolean": True})
    body = parameters(("questionnaire-response", {"resource": form}), partial)
    assert scores(ask(body)) == {"total": 9}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("entered-in-error", "entered_in_error"),
        ("done", "value_not_allowed"),
        (None, "value_not_allowed"),
    ],
)
@pytest.mark.parametrize("query", ["", "?allow-partial=true"])
def test_other_statuses_are_refused(ask, status, code, query):
    outcome = ask(phq_9([1] * 9, status=status), query, 422)
    assert issues(outcome) == [(code, "QuestionnaireResponse.status")]


def test_an_amended_form_is_scored(ask):
    assert scores(ask(phq_9([1] * 9, status="amended"))) == {"total": 9}


def test_a_form_for_two_raters_says_who_rated(ask):
    items = [item(str(n), {"valueInteger": 4}) for n in range(1, 6)]
    form = response(items, ours("arm-5"))
    assert issues(ask(form, status=422)) == [("perspective_needed", "QuestionnaireResponse")]
    told = [
        ask(form, "?perspective=therapist"),
        ask(form | {"source": {"reference": "Practitioner/x"}}),
        ask(form | {"source": {"type": "PractitionerRole", "identifier": {"value": "7"}}}),
        ask(
            parameters(
                ("questionnaire-response", {"resource": form}),
                ("perspective", {"valueCode": "therapist"}),
            )
        ),
    ]
    assert {scores(bundle)["total"] for bundle in told} == {4}


def test_a_key_that_is_not_public_is_a_conflict(ask):
    form = response([item("1", {"valueInteger": 5})], ours("calpas-p"))
    assert issues(ask(form, status=409)) == [("key_required", "QuestionnaireResponse")]
