"""Several forms of one person over time are watched by the alert rules."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.fhir.checker import faults
from tests.fhir.payloads import OURS, issues, item, ours, resources, response

Json = dict[str, Any]

HIGH = [4, 5, 4, 4, 5, 4, 5, 4, 4, 5, 4, 4]
LOW = [2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2, 2]
COURSE = [HIGH, HIGH, HIGH, HIGH, LOW]


def wai(day: int, answers: list[int], **members: object) -> Json:
    items = [item(str(n), {"valueInteger": value}) for n, value in enumerate(answers, 1)]
    about = {"id": f"w{day}", "authored": f"2026-03-{day:02d}T10:00:00Z"}
    return response(items, ours("wai-sr"), **(about | members))


def phq(day: int, value: int, **members: object) -> Json:
    items = [item(str(n), {"valueInteger": value}) for n in range(1, 10)]
    about = {"id": f"p{day}", "authored": f"2026-03-{day:02d}T09:00:00Z"}
    return response(items, ours("phq-9"), **(about | members))


def bundle_of(forms: list[Json]) -> Json:
    entries = [{"resource": form} for form in forms]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def signals(bundle: Json) -> list[Json]:
    return [
        issue
        for issue in resources(bundle, "DetectedIssue")
        if issue["code"]["coding"][0]["code"] == "alliance-signal"
    ]


def test_the_alerts_are_those_of_the_native_route(ask, client: FlaskClient):
    forms = [wai(day, answers) for day, answers in enumerate(COURSE, 1)]
    forms += [phq(day, value) for day, value in ((1, 1), (3, 1), (5, 2))]
    bundle = ask(bundle_of(forms[::-1]))
    sessions = [
        {
            "number": day,
            "date": f"2026-03-{day:02d}",
            "forms": [
                {"instrument": "wai-sr", "answers": answers},
                *(
                    {"instrument": "phq-9", "answers": [value] * 9}
                    for when, value in ((1, 1), (3, 1), (5, 2))
                    if when == day
                ),
            ],
        }
        for day, answers in enumerate(COURSE, 1)
    ]
    native = client.post("/v1/monitor", json={"sessions": sessions}).json["alerts"]
    assert native
    found = signals(bundle)
    assert [one["detail"] for one in found] == [one["message"] for one in native]
    assert [one["code"]["text"] for one in found] == [one["summary"] for one in native]
    levels = [one["code"]["coding"][1] for one in found]
    assert [one["code"] for one in levels] == [one["severity"] for one in native]
    assert faults(bundle) == []


def test_an_alert_names_patient_time_and_scores(ask):
    forms = [wai(day, answers) for day, answers in enumerate(COURSE, 1)]
    bundle = ask(bundle_of(forms))
    issue = signals(bundle)[0]
    assert issue["patient"] == {"reference": "Patient/p1"}
    assert issue["identifiedDateTime"] == "2026-03-05T10:00:00Z"
    assert issue["severity"] in ("low", "moderate", "high")
    assert issue["status"] == "preliminary"
    fifth = [
        entry["fullUrl"]
        for entry in bundle["entry"]
        if entry["resource"].get("effectiveDateTime") == "2026-03-05T10:00:00Z"
    ]
    assert issue["evidence"][0]["detail"][0]["reference"] in fifth


def test_a_steady_course_has_none(ask):
    assert signals(ask(bundle_of([wai(day, HIGH) for day in range(1, 6)]))) == []


def test_one_day_is_no_course(ask):
    bundle = ask(bundle_of([wai(1, LOW), phq(1, 3)]))
    assert signals(bundle) == []


def test_a_course_is_one_whether_or_not_the_type_of_its_subject_is_told(ask):
    forms = [wai(day, answers) for day, answers in enumerate(COURSE, 1)]
    (alike,) = signals(ask(bundle_of(forms)))
    forms[1]["subject"] = {"reference": "Patient/p1", "type": "Patient"}
    forms[3]["subject"] = {"reference": "Patient/p1/_history/7"}
    (told,) = signals(ask(bundle_of(forms)))
    assert told["detail"] == alike["detail"]


def test_people_have_courses_of_their_own(ask):
    others = {"subject": {"reference": "Patient/p2"}}
    forms = [wai(day, HIGH) for day in range(1, 5)] + [wai(5, LOW, **others)]
    assert signals(ask(bundle_of(forms))) == []


@pytest.mark.parametrize("missing", ["subject", "authored"])
def test_what_does_not_say_whose_or_when_is_no_part_of_a_course(ask, missing):
    forms = [wai(day, answers) for day, answers in enumerate(COURSE, 1)]
    del forms[-1][missing]
    assert signals(ask(bundle_of(forms))) == []


def test_a_form_with_an_answer_that_cannot_be_read_is_no_part_of_a_course(ask):
    """The climate of a group can be scored from a part of its items, which must not happen here."""

    def climate(day: int, value: int) -> Json:
        items = [item(str(n), {"valueInteger": value}) for n in range(1, 13)]
        return response(items, ours("gcq-s"), id=f"g{day}", authored=f"2026-03-{day:02d}T10:00:00Z")

    forms = [climate(day, value) for day, value in enumerate([5, 5, 5, 5, 0], 1)]
    assert signals(ask(bundle_of(forms)))
    for one in forms[-1]["item"][:2]:
        one["answer"] = [{"valueCoding": {"system": "urn:x", "code": "y"}}]
    assert signals(ask(bundle_of(forms))) == []


def test_two_forms_of_one_day_leave_the_order_open(ask):
    forms = [wai(day, answers) for day, answers in enumerate(COURSE, 1)]
    forms.append(wai(5, HIGH, id="again"))
    bundle = ask(bundle_of(forms))
    assert issues(bundle) == [("two_forms_of_a_day", "Bundle.entry[5].resource")]
    assert signals(bundle) == []


def test_scores_alone_are_points_of_a_course(ask):
    """The mean of the WAI-SR, by our own code, as an EHR keeps it."""
    means = [4.3, 4.4, 4.3, 4.4, 1.8]
    observations = [
        {
            "resourceType": "Observation",
            "id": f"o{day}",
            "status": "final",
            "code": {"coding": [{"system": f"{OURS}:CodeSystem:wai-sr", "code": "total"}]},
            "subject": {"reference": "Patient/p1"},
            "effectiveDateTime": f"2026-03-{day:02d}",
            "valueQuantity": {"value": mean, "code": "{score}"},
        }
        for day, mean in enumerate(means, 1)
    ]
    bundle = ask(bundle_of(observations))
    issue = signals(bundle)[0]
    references = [one["detail"][0]["reference"] for one in issue["evidence"]]
    assert references == ["Observation/o5"]
    assert {code for code, _ in issues(bundle)} == {"score_not_recomputed"}
