"""What comes back: a transaction of Observations that says what the report says."""

import pytest

from service.app import create_app
from tests.fhir.checker import PCO, US_CORE, faults
from tests.fhir.payloads import (
    LOINC,
    OURS,
    SCORE,
    issues,
    item,
    observation,
    ours,
    parameters,
    phq_9,
    resources,
    response,
    scores,
)

MII = "https://www.medizininformatik-initiative.de/fhir/ext/modul-pro/CodeSystem"
TWELVE = [2, 2, 2, 2, 1, 1, 2, 0, 0]
WITH_ITEM_9 = [2, 2, 1, 2, 1, 1, 1, 0, 1]


def components(one: dict, code: str) -> list[dict]:
    return [part for part in one["component"] if part["code"]["coding"][0]["code"] == code]


def test_a_score_is_the_observation_of_pco_and_us_core(ask):
    bundle = ask(phq_9(TWELVE))
    score = observation(bundle)
    assert score["meta"]["profile"] == [PCO, US_CORE]
    assert score["status"] == "final"
    assert [(c["system"], c["code"]) for c in score["code"]["coding"]] == [
        (LOINC, "44261-6"),
        ("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "C113887"),  # PHQ0111
        (f"{MII}/mii-cs-pro-score-catalogue", "phq-phq9-total"),
        (f"{OURS}:CodeSystem:phq-9", "total"),
    ]
    assert score["subject"] == {"reference": "Patient/p1"}
    assert score["effectiveDateTime"] == "2026-03-02T09:30:00+01:00"
    assert score["derivedFrom"] == [{"reference": "QuestionnaireResponse/form-1"}]
    assert score["valueQuantity"] == {
        "value": 12,
        "unit": "score",
        "system": "http://unitsofmeasure.org",
        "code": "{score}",
    }
    assert [one["text"] for one in score["interpretation"]] == ["Moderate"]
    bands = [r for r in score["referenceRange"] if "low" in r]
    # Kroenke, Spitzer and Williams 2001: 0-4, 5-9, 10-14, 15-19, 20-27.
    assert [(r["low"]["value"], r["high"]["value"]) for r in bands] == [
        (0, 4),
        (5, 9),
        (10, 14),
        (15, 19),
        (20, 27),
    ]
    assert faults(bundle) == []


def test_the_panel_holds_the_scales_together_and_has_no_value(ask):
    items = [item(str(n), {"valueInteger": 3}) for n in range(1, 13)]
    bundle = ask(response(items, ours("wai-sr")))
    panel, *scales = resources(bundle, "Observation")
    assert scores(bundle) == {"goal": 3, "task": 3, "bond": 3, "total": 3}
    urls = [entry["fullUrl"] for entry in bundle["entry"]][1:5]
    assert [member["reference"] for member in panel["hasMember"]] == urls
    assert len(scales) == 4
    assert "valueQuantity" not in panel
    assert faults(bundle) == []


def test_criteria_are_components_of_the_panel(ask):
    panel = resources(ask(phq_9(TWELVE)), "Observation")[0]
    (major,) = components(panel, "major-depressive-syndrome")
    assert major["valueBoolean"] is True
    unanswered = resources(ask(phq_9([None, None, 3, 3, 3, 3, 3, 3, 3])), "Observation")[0]
    (major,) = components(unanswered, "major-depressive-syndrome")
    assert major["dataAbsentReason"]["text"] == "missing_items"


def test_a_raised_risk_is_a_detected_issue(ask):
    bundle = ask(phq_9(WITH_ITEM_9))
    (issue,) = resources(bundle, "DetectedIssue")
    assert (issue["status"], issue["severity"]) == ("preliminary", "high")
    assert issue["patient"] == {"reference": "Patient/p1"}
    assert issue["identifiedDateTime"] == "2026-03-02T09:30:00+01:00"
    assert issue["code"]["coding"] == [
        {
            "system": f"{OURS}:CodeSystem:detected-issues",
            "code": "item-risk",
            "display": "Safety item",
        },
        {"system": f"{OURS}:CodeSystem:phq-9-risks", "code": "suicidal-ideation"},
    ]
    total = bundle["entry"][1]
    assert issue["evidence"] == [{"detail": [{"reference": total["fullUrl"]}]}]
    assert "Item 9" in issue["detail"]
    assert resources(ask(phq_9(TWELVE)), "DetectedIssue") == []


def test_a_risk_item_that_was_not_answered_is_a_warning_and_no_issue(ask):
    bundle = ask(phq_9([*TWELVE[:8], None]))
    assert resources(bundle, "DetectedIssue") == []
    assert issues(bundle) == [("risk_not_answered", "QuestionnaireResponse")]


def test_where_it_came_from(ask):
    bundle = ask(phq_9(TWELVE))
    (provenance,) = resources(bundle, "Provenance")
    assert provenance["recorded"] == "2026-03-02T09:30:00+01:00"
    assert provenance["entity"] == [
        {"role": "source", "what": {"reference": "QuestionnaireResponse/form-1"}}
    ]
    others = [e["fullUrl"] for e in bundle["entry"] if e["resource"] is not provenance]
    assert [target["reference"] for target in provenance["target"]] == others


@pytest.mark.parametrize(
    ("authored", "effective", "provenance", "warned"),
    [
        ("2026-03-02T09:30:00Z", "2026-03-02T09:30:00Z", True, []),
        ("2026-03-02T09:30:00.123+14:00", "2026-03-02T09:30:00.123+14:00", True, []),
        ("2026-03-02", "2026-03-02", False, ["no_provenance"]),
        ("2026-03", None, False, ["no_day"]),
        ("2026", None, False, ["no_day"]),
        (None, None, False, ["no_day"]),
    ],
)
def test_the_time_is_that_of_the_response_and_never_that_of_the_clock(
    ask, authored, effective, provenance, warned
):
    bundle = ask(phq_9(TWELVE, authored=authored))
    score = observation(bundle)
    assert score.get("effectiveDateTime") == effective
    if effective is None:
        (extension,) = score["_effectiveDateTime"]["extension"]
        assert extension["valueCode"] == "unknown"
        assert "meta" not in score
    assert bool(resources(bundle, "Provenance")) is provenance
    assert [code for code, _ in issues(bundle)] == warned
    assert faults(bundle) == []


@pytest.mark.parametrize(
    "authored",
    [
        "2026-13-01",
        "2026-02-30",
        "02.03.2026",
        "2026-03-02T09:30:00",
        "2026-03-02T09:30Z",
        "2026-03-02T24:00:00Z",
        "2026-03-02 09:30:00Z",
        "now",
    ],
)
def test_a_time_that_is_none_is_refused(ask, authored):
    outcome = ask(phq_9(TWELVE, authored=authored), status=422)
    assert issues(outcome) == [("bad_date", "QuestionnaireResponse.authored")]


def test_a_subject_may_be_known_by_an_identifier_only(ask):
    subject = {"identifier": {"system": "urn:assignments", "value": "7"}, "display": "Jane Roe"}
    bundle = ask(phq_9(WITH_ITEM_9, subject=subject))
    kept = {"identifier": {"system": "urn:assignments", "value": "7"}}
    assert observation(bundle)["subject"] == kept
    assert "Jane" not in str(bundle)
    assert faults(bundle) == []


def test_without_a_subject_the_scores_name_none_and_keep_no_profile(ask):
    bundle = ask(phq_9(TWELVE, subject=None))
    assert issues(bundle) == [("no_subject", "QuestionnaireResponse")]
    assert not {"subject", "meta"} & observation(bundle).keys()


def test_an_issue_is_about_patients_only(ask):
    (issue,) = resources(ask(phq_9(WITH_ITEM_9, subject={"reference": "Group/g"})), "DetectedIssue")
    assert "patient" not in issue


def test_the_encounter_is_carried_on(ask):
    bundle = ask(phq_9(TWELVE, encounter={"reference": "Encounter/e"}))
    assert observation(bundle)["encounter"] == {"reference": "Encounter/e"}


@pytest.mark.parametrize(
    ("total", "warned"),
    [
        ({"valueDecimal": 12}, []),
        ({"valueInteger": 12}, []),
        ({"valueString": "12"}, []),
        ({"valueQuantity": {"value": 12, "code": "{score}"}}, []),
        ({"valueDecimal": 13}, ["supplied_total_mismatch"]),
        (
            {"valueQuantity": {"value": 13, "code": "score", "unit": "pts."}},
            ["supplied_total_mismatch"],
        ),
        ({"valueString": "twelve"}, ["supplied_score_unread"]),
        ({}, []),
    ],
)
def test_a_total_that_comes_along_is_worked_out_anew(ask, total, warned):
    form = phq_9(TWELVE)
    form["item"].append(item("/44261-6", total))
    bundle = ask(form)
    assert scores(bundle) == {"total": 12}
    assert [code for code, _ in issues(bundle)] == warned
    if warned == ["supplied_total_mismatch"]:
        assert issues(bundle)[0][1] == "QuestionnaireResponse.item[9].answer[0]"


def test_a_total_does_not_stand_in_for_answers(ask):
    form = phq_9([*TWELVE[:4], None, *TWELVE[5:]])
    form["item"].append(item("/44261-6", {"valueDecimal": 11}))
    bundle = ask(form)
    assert scores(bundle) == {"total": None}
    assert [code for code, _ in issues(bundle)] == ["supplied_total_without_score"]


def test_an_earlier_form_gives_the_change(ask):
    body = parameters(
        ("questionnaire-response", {"resource": phq_9(TWELVE)}),
        ("previous", {"resource": phq_9([3, 3, 2, 3, 2, 2, 3, 1, 0], id="form-0")}),
    )
    score = observation(ask(body))
    (baseline,) = components(score, "change-baseline")
    (difference,) = components(score, "change-difference")
    # 12 after 19; NHS Talking Therapies takes a drop of 6 for reliable.
    assert baseline["valueQuantity"]["value"] == 19
    assert difference["valueQuantity"]["value"] == -7
    (category,) = components(score, "change-category")
    assert category["valueString"] == "reliably_improved"


def test_two_earlier_forms_of_one_instrument_are_refused(ask):
    earlier = ("previous", {"resource": phq_9(TWELVE)})
    now = ("questionnaire-response", {"resource": phq_9(TWELVE)})
    outcome = ask(parameters(now, earlier, earlier), status=422)
    assert issues(outcome) == [("repeated_previous", "Parameters.parameter[2].resource")]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"subject": {"reference": "Patient/p2"}}, "contradictory_subject"),
        ({"subject": {"reference": "https://b/fhir/Patient/p2"}}, "contradictory_subject"),
        ({"authored": "2026-03-03"}, "unordered_date"),
        ({"authored": "2026-03-02T09:30:00Z"}, "unordered_date"),
    ],
)
def test_what_is_no_earlier_form_of_this_person_is_not_compared_with(ask, members, code):
    now = ("questionnaire-response", {"resource": phq_9(TWELVE)})
    outcome = ask(
        parameters(now, ("previous", {"resource": phq_9([3] * 9, **members)})), status=422
    )
    assert issues(outcome) == [(code, "Parameters.parameter[1].resource")]


@pytest.mark.parametrize(
    "members",
    [
        {"subject": {"reference": "https://a/fhir/Patient/p1/_history/2"}},
        {"subject": None},
        {"authored": "2026-03-02T10:30:00+02:00"},
        {"authored": "2026"},
        {"authored": None},
    ],
)
def test_what_may_be_an_earlier_form_of_this_person_is_compared_with(ask, members):
    now = ("questionnaire-response", {"resource": phq_9(TWELVE)})
    body = parameters(now, ("previous", {"resource": phq_9([3] * 9, **members)}))
    (difference,) = components(observation(ask(body)), "change-difference")
    assert difference["valueQuantity"]["value"] == -15


def test_raters_are_not_compared_with_each_other(ask):
    items = [item(str(n), {"valueInteger": 4}) for n in range(1, 6)]

    def by(kind: str) -> dict:
        return response(items, ours("arm-5"), source={"reference": f"{kind}/1"})

    body = parameters(
        ("questionnaire-response", {"resource": by("Patient")}),
        ("previous", {"resource": by("Practitioner")}),
    )
    outcome = ask(body, status=422)
    assert issues(outcome) == [("contradictory_rater", "Parameters.parameter[1].resource")]


def test_the_age_of_one_is_not_that_of_several(ask):
    forms = [
        ("questionnaire-response", {"resource": phq_9(TWELVE, subject={"reference": who})})
        for who in ("Patient/p1", "Patient/p2")
    ]
    assert len(resources(ask(parameters(*forms)), "Provenance")) == 2
    outcome = ask(parameters(*forms, ("subject-age", {"valueInteger": 15})), status=422)
    assert issues(outcome) == [("contradictory_subject", "Parameters.parameter[1].resource")]


def test_a_bundle_within_a_bundle_is_read_too(ask):
    inner = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": phq_9(TWELVE)}]}
    outer = {"resourceType": "Bundle", "type": "batch-response", "entry": [{"resource": inner}]}
    assert scores(ask(outer)) == {"total": 12}


@pytest.mark.parametrize("more", [{"total": 2}, {"link": [{"relation": "next", "url": "x"}]}])
def test_a_page_is_called_incomplete(ask, more):
    page = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": phq_9(TWELVE)}]}
    assert issues(ask(page | {"total": 1})) == []
    assert issues(ask(page | more)) == [("incomplete_course", "Bundle")]


def test_norms_are_those_that_are_asked_for(ask):
    now = ("questionnaire-response", {"resource": phq_9(TWELVE)})
    norm = ("norms", {"valueString": "de-general-population"})
    assert components(observation(ask(parameters(now, norm))), "norm-z")
    unknown = ("norms", {"valueString": "martians"})
    outcome = ask(parameters(now, unknown), status=422)
    assert [code for code, _ in issues(outcome)] == ["unknown_norm"]


def test_age_and_sex_are_those_of_the_parameters(ask):
    form = response([item(str(n), {"valueInteger": 1}) for n in (1, 2, 3)], ours("audit-c"))
    now = ("questionnaire-response", {"resource": form})

    def met(sex: str) -> list[str]:
        age = ("subject-age", {"valueQuantity": {"value": 40, "code": "a"}})
        score = observation(ask(parameters(now, age, ("subject-sex", {"valueCode": sex}))))
        return [c["code"]["text"] for c in components(score, "cutoff") if c["valueBoolean"]]

    # Three points are positive for women and not for men (Bush 1998, Bradley 2003).
    assert len(met("female")) == len(met("male")) + 1


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("subject-age", {"valueInteger": 131}, "out_of_range"),
        ("subject-age", {"valueQuantity": {"value": 40, "code": "mo"}}, "out_of_range"),
        ("subject-sex", {"valueCode": "f"}, "value_not_allowed"),
        ("instrument", {"valueInteger": 9}, "wrong_type"),
        ("instrument", {}, "wrong_type"),
        ("allow-partial", {"valueString": "true"}, "wrong_type"),
        ("questionnaire", {"resource": {"resourceType": "Patient"}}, "wrong_resource"),
        ("previous", {"valueString": "x"}, "required"),
    ],
)
def test_a_parameter_that_is_wrong_is_refused(ask, name, value, code):
    now = ("questionnaire-response", {"resource": phq_9(TWELVE)})
    assert code in [found for found, _ in issues(ask(parameters(now, (name, value)), status=422))]


def test_an_unknown_parameter_is_a_warning(ask):
    now = ("questionnaire-response", {"resource": phq_9(TWELVE)})
    body = parameters(now, ("dataEndpoint", {"valueString": "x"}))
    assert issues(ask(body)) == [("unknown_parameter", "Parameters.parameter[1]")]
    outcome = ask(body, status=422, Prefer="handling=strict")
    assert issues(outcome) == [("unknown_parameter", "Parameters.parameter[1]")]


def bundle_of(*forms: dict) -> dict:
    entries = [{"fullUrl": f"urn:uuid:{i}", "resource": form} for i, form in enumerate(forms)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def test_several_responses_are_scored_at_once(ask):
    gad = response([item(str(n), {"valueInteger": 1}) for n in range(1, 8)], ours("gad-7"), id="g")
    body = bundle_of(phq_9(TWELVE), gad, phq_9(TWELVE))
    bundle = ask(body)
    values = [one["valueQuantity"]["value"] for one in resources(bundle, "Observation")[1::2]]
    assert values == [12, 7, 12]
    assert faults(bundle) == []
    sent = ("questionnaire-response", {"resource": body})
    assert scores(ask(parameters(sent))) == scores(bundle)


def test_a_fault_is_said_where_it_stands(ask):
    wrong = phq_9(TWELVE)
    wrong["item"][2]["answer"][0] = {"valueInteger": 9}
    body = parameters(("questionnaire-response", {"resource": bundle_of(phq_9(TWELVE), wrong)}))
    place = "Parameters.parameter[0].resource.entry[1].resource.item[2].answer[0]"
    outcome = ask(body, status=422)
    assert issues(outcome) == [("value_not_allowed", place)]
    assert "0, 1, 2, 3" in outcome["issue"][0]["details"]["text"]


def test_a_response_without_an_id_is_known_by_its_entry(ask):
    form = phq_9(TWELVE)
    del form["id"]
    bundle = ask(bundle_of(form))
    assert observation(bundle)["derivedFrom"] == [{"reference": "urn:uuid:0"}]
    assert "derivedFrom" not in observation(ask(form))


def test_the_same_request_gives_the_same_bytes_in_every_process(client, few):
    other = create_app(few, log_fd=None).test_client()
    form = phq_9(WITH_ITEM_9)
    assert client.post(SCORE, json=form).data == other.post(SCORE, json=form).data
    changed = phq_9(WITH_ITEM_9, subject={"reference": "Patient/p2"})
    urls = [
        {entry["fullUrl"] for entry in client.post(SCORE, json=one).json["entry"]}
        for one in (form, changed)
    ]
    assert not urls[0] & urls[1]


def test_extract_is_the_same_operation(client):
    extract = SCORE.replace("$score", "$extract")
    form = phq_9(WITH_ITEM_9)
    assert client.post(extract, json=form).data == client.post(SCORE, json=form).data


def test_a_caller_may_ask_for_the_warnings_alone(ask):
    form = phq_9(TWELVE)
    prefer = {"Prefer": "return=OperationOutcome"}
    outcome = ask(form, **prefer)
    assert [one["severity"] for one in outcome["issue"]] == ["information"]
    form["item"].append(item("/44261-6", {"valueDecimal": 13}))
    assert [code for code, _ in issues(ask(form, **prefer))] == ["supplied_total_mismatch"]


def test_warnings_travel_in_the_transaction_without_being_stored(ask):
    form = phq_9(TWELVE)
    form["item"].append(item("/44261-6", {"valueDecimal": 13}))
    last = ask(form)["entry"][-1]
    assert last["resource"]["resourceType"] == "OperationOutcome"
    assert last["request"]["method"] == "GET"
