"""Answers and scores that come as Observations: which belong together, and what they say."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.definitions.catalog import Entry
from service.fhir.operation import Asked
from service.scoring.answers import Submission
from tests.fhir.checker import faults
from tests.fhir.payloads import (
    FREQUENCY,
    GAD_7,
    LOINC,
    OURS,
    PHQ_9,
    issues,
    observation,
    parameters,
    phq_9,
    resources,
    scores,
)
from tests.fhir.test_same_scores import ASKED, ENTRIES, OPERATION, allowed_by
from tests.scoring.forms import known_answers

Json = dict[str, Any]


def observed(code: str, value: Json, name: str | None = None, **members: object) -> Json:
    """Return an Observation of a LOINC code."""
    made: Json = {
        "resourceType": "Observation",
        "id": name or f"o-{code}",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-03-02T09:30:00Z",
        **value,
    }
    return {key: part for key, part in (made | members).items() if part is not None}


def chosen(value: int) -> Json:
    return {
        "valueCodeableConcept": {"coding": [{"system": LOINC, "code": FREQUENCY[value]}]},
    }


def answered(codes: list[str], values: list[int | None], **members: object) -> list[Json]:
    return [
        observed(code, chosen(value), **members)
        for code, value in zip(codes, values, strict=True)
        if value is not None
    ]


def panel(parts: list[Json], code: str = "44249-1", **members: object) -> Json:
    refs = [{"reference": f"Observation/{part['id']}"} for part in parts]
    return observed(code, {}, hasMember=refs, **members)


def bundle_of(observations: list[Json]) -> Json:
    entries = [{"resource": one} for one in observations]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


TWELVE = [2, 2, 2, 2, 1, 1, 2, 0, 0]


NCIT = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"


def test_a_form_is_told_by_the_codes_of_cdisc_alone(ask):
    """HADS0101 to HADS0114 of CDISC are C103573 to C103586 of the NCI Thesaurus; anxiety is the
    odd, depression the even items.
    """
    parts = [observed(f"C{103573 + place}", {"valueInteger": place % 2 * 3}) for place in range(14)]
    for part in parts:
        part["code"]["coding"][0]["system"] = NCIT
    found = ask(parameters(*(("observation", {"resource": part}) for part in parts)))
    assert scores(found) == {"anxiety": 0, "depression": 21}


def test_the_members_of_a_panel_are_a_form(ask):
    parts = answered(PHQ_9, TWELVE)
    bundle = ask(bundle_of([panel(parts), *parts]))
    score = observation(bundle)
    assert score["valueQuantity"]["value"] == 12
    sources = [one["reference"] for one in score["derivedFrom"]]
    assert sources == ["Observation/o-44249-1", *(f"Observation/o-{code}" for code in PHQ_9)]
    assert score["effectiveDateTime"] == "2026-03-02T09:30:00Z"
    assert issues(bundle) == []
    assert faults(bundle) == []


@pytest.mark.parametrize(
    "together",
    [
        {"derivedFrom": [{"reference": "QuestionnaireResponse/r"}], "effectiveDateTime": None},
        {},
        {"encounter": {"reference": "Encounter/e"}},
    ],
)
def test_those_of_one_source_or_time_are_a_form(ask, together):
    bundle = ask(bundle_of(answered(PHQ_9, TWELVE, **together)))
    assert scores(bundle) == {"total": 12}


def test_a_common_source_tells_forms_apart_and_together(ask):
    def of(source: str, minute: int) -> dict[str, object]:
        times = {"effectiveDateTime": f"2026-03-02T09:{minute:02d}:00Z"}
        return {"derivedFrom": [{"reference": f"QuestionnaireResponse/{source}"}], **times}

    parts = [observed(code, chosen(1), f"a{n}", **of("a", n)) for n, code in enumerate(PHQ_9)]
    assert scores(ask(bundle_of(parts))) == {"total": 9}
    parts += [observed(code, chosen(2), f"b{n}", **of("b", n)) for n, code in enumerate(PHQ_9)]
    found = resources(ask(bundle_of(parts)), "Observation")
    assert [one["valueQuantity"]["value"] for one in found if "valueQuantity" in one] == [9, 18]


def test_those_of_one_day_are_taken_together_with_a_warning(ask):
    bundle = ask(bundle_of(answered(PHQ_9, TWELVE, effectiveDateTime="2026-03-02")))
    assert scores(bundle) == {"total": 12}
    assert ("grouped_by_day", "Bundle.entry[0].resource") in issues(bundle)


def test_two_times_are_two_forms(ask):
    first = answered(PHQ_9, [1] * 9)
    second = answered(PHQ_9, [2] * 9, effectiveDateTime="2026-03-09T09:30:00Z")
    mixed = [one for pair in zip(first, second, strict=True) for one in pair]
    found = resources(ask(bundle_of(mixed)), "Observation")
    assert [one["valueQuantity"]["value"] for one in found if "valueQuantity" in one] == [9, 18]


def test_two_instruments_of_one_time_are_told_apart(ask):
    parts = [*answered(GAD_7, [1] * 7), *answered(PHQ_9, [2] * 9)]
    bundle = ask(bundle_of(parts))
    found = resources(bundle, "Observation")
    values = {
        one["code"]["coding"][0]["code"]: one["valueQuantity"]["value"]
        for one in found
        if "valueQuantity" in one
    }
    assert values == {"44261-6": 18, "70274-6": 7}


VALUES = {
    "an integer": {"valueInteger": 2},
    "a quantity": {"valueQuantity": {"value": 2, "code": "{score}"}},
    "digits": {"valueString": "2"},
    "a concept with a second coding": {
        "valueCodeableConcept": {
            "coding": [
                {"system": "http://example.org/a", "code": "often"},
                {"system": LOINC, "code": "LA6570-1"},
            ]
        }
    },
}


@pytest.mark.parametrize("shape", VALUES)
def test_the_value_of_an_item_has_many_shapes(ask, shape):
    parts = [observed(PHQ_9[0], VALUES[shape]), *answered(PHQ_9[1:], [0] * 8)]
    assert scores(ask(bundle_of(parts))) == {"total": 2}


def test_a_reason_for_no_value_is_no_answer(ask):
    reason = {"dataAbsentReason": {"text": "declined"}}
    parts = [observed(PHQ_9[0], reason), *answered(PHQ_9[1:], [1] * 8)]
    bundle = ask(bundle_of(parts))
    assert observation(bundle)["dataAbsentReason"]["text"] == "missing_items"


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_is_void_is_left_out(ask, status):
    parts = [
        observed(PHQ_9[0], chosen(3), "void", status=status),
        *answered(PHQ_9, [1] * 9),
    ]
    bundle = ask(bundle_of(parts))
    assert scores(bundle) == {"total": 9}
    assert issues(bundle) == [("void_observation", "Bundle.entry[0].resource.status")]


@pytest.mark.parametrize("status", ["amended", "corrected"])
def test_what_was_corrected_counts(ask, status):
    assert scores(ask(bundle_of(answered(PHQ_9, TWELVE, status=status)))) == {"total": 12}


@pytest.mark.parametrize(
    ("status", "code"), [("preliminary", "not_finished"), ("wrong", "value_not_allowed")]
)
def test_what_is_not_final_is_refused(ask, status, code):
    body = bundle_of(answered(PHQ_9, TWELVE, status=status))
    assert {found for found, _ in issues(ask(body, status=422))} == {code}
    if status == "preliminary":
        assert observation(ask(body, "?allow-partial=true"))["status"] == "preliminary"


def test_an_item_that_is_there_twice_is_an_error(ask):
    parts = [*answered(PHQ_9, TWELVE), observed(PHQ_9[0], chosen(2), "again")]
    outcome = ask(bundle_of(parts), status=422)
    assert issues(outcome) == [("repeated_answer", "Bundle.entry[9].resource")]


def test_a_total_among_the_items_is_checked(ask):
    parts = answered(PHQ_9, TWELVE)
    for total, warned in (("12", []), ("13", ["supplied_total_mismatch"])):
        said = observed("44261-6", {"valueString": total})
        bundle = ask(bundle_of([panel([*parts, said]), *parts, said]))
        assert scores(bundle) == {"total": 12}
        assert [code for code, _ in issues(bundle)] == warned


def test_a_panel_with_members_that_are_not_here_says_so(ask):
    parts = answered(PHQ_9, TWELVE)
    bundle = ask(bundle_of([panel(parts), *parts[1:]]))
    assert ("member_not_here", "Bundle.entry[0].resource.hasMember") in issues(bundle)
    assert scores(bundle) == {"total": None}


def test_eight_of_nine_without_a_panel_are_not_taken_for_the_nine(ask):
    """The eight are a PHQ-8, or a PHQ-9 with a question that was skipped."""
    for eight in (PHQ_9[:8], PHQ_9[:1] + PHQ_9[2:]):
        outcome = ask(bundle_of(answered(eight, [1] * 8)), status=422)
        assert issues(outcome) == [("ambiguous_instrument", "Bundle.entry[0].resource")]
    assert scores(ask(bundle_of(answered(PHQ_9[:8], [1] * 8)), "?instrument=phq-9")) == {
        "total": None
    }


def test_other_observations_are_left_out_with_a_warning(ask):
    smoking = observed("72166-2", {"valueString": "never"}, effectiveDateTime="2026-01-01")
    parts = [*answered(PHQ_9, TWELVE), smoking]
    bundle = ask(bundle_of(parts))
    assert scores(bundle) == {"total": 12}
    assert issues(bundle) == [("instrument_not_recognised", "Bundle.entry[9].resource")]
    outcome = ask(bundle_of(parts), status=422, Prefer="handling=strict")
    assert issues(outcome) == [("instrument_not_recognised", "Bundle.entry[9].resource")]


def test_observations_without_any_value_are_refused(ask):
    parts = [observed(code, {"dataAbsentReason": {"text": "declined"}}) for code in PHQ_9]
    outcome = ask(bundle_of(parts), status=422)
    assert issues(outcome) == [("no_answers", "Bundle.entry[0].resource")]


def test_void_observations_alone_are_refused(ask):
    body = bundle_of(answered(PHQ_9, TWELVE, status="entered-in-error"))
    assert {code for code, _ in issues(ask(body, status=422))} == {"void_observation"}


def test_people_are_never_mixed(ask):
    parts = answered(PHQ_9, TWELVE)
    parts[3]["subject"] = {"reference": "Patient/p2"}
    outcome = ask(bundle_of([panel(parts), *parts]), status=422)
    assert issues(outcome) == [("contradictory_subject", "Bundle.entry[0].resource")]


def test_days_are_never_mixed(ask):
    parts = answered(PHQ_9, TWELVE)
    for one in parts[5:]:
        one["effectiveDateTime"] = "2026-03-09T09:30:00Z"
    outcome = ask(bundle_of([panel(parts), *parts]), status=422)
    assert issues(outcome) == [("contradictory_day", "Bundle.entry[0].resource")]
    for one in parts:
        one["derivedFrom"] = [{"reference": "DocumentReference/d1"}]
    outcome = ask(bundle_of(parts), status=422)
    assert {code for code, _ in issues(outcome)} <= {
        "ambiguous_instrument",
        "instrument_not_recognised",
    }


def test_a_moment_is_of_no_other_day_in_another_zone(ask):
    parts = answered(PHQ_9, TWELVE, effectiveDateTime="2026-03-01T23:59:00-05:00")
    body = bundle_of([panel(parts, effectiveDateTime="2026-03-02T05:00:00Z"), *parts])
    assert scores(ask(body)) == {"total": 12}


def test_a_member_that_may_be_two_observations_is_refused(ask):
    parts = answered(PHQ_9, TWELVE)
    other = observed(PHQ_9[0], chosen(0), parts[0]["id"])
    for extra in ([*parts, other], [other, *parts]):
        outcome = ask(bundle_of([panel(parts), *extra]), status=422)
        assert issues(outcome) == [("ambiguous_member", "Bundle.entry[0].resource.hasMember")]


def test_a_panel_of_panels_is_as_many_forms(ask):
    phq, gad = answered(PHQ_9, TWELVE), answered(GAD_7, [1] * 7)
    panels = [panel(phq), panel(gad, "69737-5")]
    whole = panel(panels, "x")
    for body in ([whole, *panels, *phq, *gad], [*gad, *phq, *panels, whole]):
        found = [
            one["valueQuantity"]["value"]
            for one in resources(ask(bundle_of(body)), "Observation")
            if "valueQuantity" in one
        ]
        assert sorted(found) == [7, 12]


def test_a_value_beside_a_reason_for_none_is_refused(ask):
    parts = answered(PHQ_9, TWELVE)
    parts[0]["dataAbsentReason"] = {"coding": [{"code": "asked-declined"}]}
    outcome = ask(bundle_of(parts), status=422)
    assert issues(outcome) == [("contradictory_value", "Bundle.entry[0].resource.dataAbsentReason")]


def test_a_unit_counts_where_its_code_is_null(ask):
    parts = answered(PHQ_9, TWELVE)
    del parts[0]["valueCodeableConcept"]
    parts[0]["valueQuantity"] = {"value": 2, "code": None, "unit": "days"}
    outcome = ask(bundle_of(parts), status=422)
    assert issues(outcome) == [("unit_not_allowed", "Bundle.entry[0].resource.value")]


@pytest.mark.parametrize(
    ("name", "content"), [("modifierExtension", [{"url": "x"}]), ("implicitRules", "x")]
)
def test_nothing_is_read_past_a_modifier(ask, name, content):
    parts = answered(PHQ_9, TWELVE)
    parts[0][name] = content
    outcome = ask(bundle_of(parts), status=422)
    assert issues(outcome) == [("unknown_modifier", f"Bundle.entry[0].resource.{name}")]
    outcome = ask(phq_9(TWELVE, **{name: content}), status=422)
    assert issues(outcome) == [("unknown_modifier", f"QuestionnaireResponse.{name}")]


def test_nothing_is_read_past_a_modifier_of_an_item(ask):
    form = phq_9(TWELVE)
    form["item"][0]["modifierExtension"] = [{"url": "http://example.org/not"}]
    outcome = ask(form, status=422)
    place = "QuestionnaireResponse.item[0].modifierExtension"
    assert issues(outcome) == [("unknown_modifier", place)]


def test_an_answer_in_words_alone_is_not_taken_for_a_missing_one(ask):
    parts = answered(PHQ_9, TWELVE)
    parts[0]["valueCodeableConcept"] = {"text": "Several days"}
    bundle = ask(bundle_of([panel(parts), *parts]))
    assert scores(bundle) == {"total": None}
    place = "Bundle.entry[1].resource.value"
    assert issues(bundle) == [("unknown_coding", place)]


@pytest.mark.parametrize("code", [PHQ_9[0], "44249-1"])
def test_answers_in_components_are_refused(ask, code):
    parts = answered(PHQ_9[1:], TWELVE[1:])
    inner = {"code": {"coding": [{"system": LOINC, "code": PHQ_9[0]}]}, "valueInteger": 3}
    bare = observed(code, {}, component=[inner])
    outcome = ask(bundle_of([bare, *parts]), "?instrument=phq-9", status=422)
    assert issues(outcome) == [("components_not_read", "Bundle.entry[0].resource.component")]


def test_a_score_that_is_derived_from_answers_is_compared_with_them(ask):
    parts = answered(PHQ_9, TWELVE)
    sources = [{"reference": f"https://ehr.example.org/fhir/Observation/o-{c}"} for c in PHQ_9]
    for value, warned in ((12, []), (13, ["supplied_total_mismatch"])):
        total = observed("44261-6", {"valueInteger": value}, derivedFrom=sources)
        bundle = ask(bundle_of([*parts, total]))
        assert scores(bundle) == {"total": 12}
        assert [code for code, _ in issues(bundle)] == warned
    late = observed("44261-6", {"valueInteger": 9}, derivedFrom=sources) | {
        "effectiveDateTime": "2026-03-09"
    }
    codes = [code for code, _ in issues(ask(bundle_of([*parts, late])))]
    assert codes == ["score_not_recomputed"]


@pytest.mark.parametrize("other", [PHQ_9[1], "44261-6"])
def test_an_observation_of_two_codes_of_a_form_is_refused(ask, other):
    parts = answered(PHQ_9, TWELVE)
    parts[0]["code"]["coding"].append({"system": LOINC, "code": other})
    outcome = ask(bundle_of(parts), status=422)
    assert issues(outcome) == [("contradictory_item", "Bundle.entry[0].resource")]
    own = {"system": f"{OURS}:CodeSystem:phq-9-items", "code": "1"}
    parts[0]["code"]["coding"][1] = own
    assert scores(ask(bundle_of(parts))) == {"total": 12}


def test_a_person_is_one_whether_or_not_the_type_is_told(ask):
    parts = answered(PHQ_9, TWELVE)
    parts[0]["subject"] = {"reference": "Patient/p1/_history/2", "type": "Patient"}
    assert scores(ask(bundle_of(parts))) == {"total": 12}


def test_they_may_come_as_parameters(ask):
    pairs = [("observation", {"resource": one}) for one in answered(PHQ_9, TWELVE)]
    assert scores(ask(parameters(*pairs))) == {"total": 12}


@pytest.mark.parametrize("code", ["44261-6", "44249-1"])
def test_a_score_alone_is_not_worked_out(ask, code):
    """Some put the score on the code of the panel."""
    bundle = ask(bundle_of([observed(code, {"valueQuantity": {"value": 27}})]))
    assert resources(bundle, "Observation") == []
    assert issues(bundle) == [("score_not_recomputed", "Bundle.entry[0].resource")]


@pytest.mark.parametrize(("value", "code"), [(28, "out_of_range"), (1.5, "value_not_allowed")])
def test_a_score_that_cannot_be_is_refused(ask, value, code):
    outcome = ask(bundle_of([observed("44261-6", {"valueQuantity": {"value": value}})]), status=422)
    assert issues(outcome) == [(code, "Bundle.entry[0].resource")]


def test_an_earlier_score_is_compared_with(ask):
    day = "2026-02-02T09:30:00Z"
    value = {"valueQuantity": {"value": 19, "code": "{score}"}}
    earlier = observed("44261-6", value, effectiveDateTime=day)
    body = parameters(
        ("questionnaire-response", {"resource": phq_9(TWELVE)}), ("previous", {"resource": earlier})
    )
    parts = {
        part["code"]["coding"][0]["code"]: part for part in observation(ask(body))["component"]
    }
    assert parts["change-difference"]["valueQuantity"]["value"] == -7


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.instrument.id)
@settings(max_examples=6)
@given(data=st.data())
def test_item_observations_have_the_scores_of_the_native_route(
    entry: Entry, data: st.DataObject
) -> None:
    """For every shipped instrument, by the codes that it has or by ours."""
    name = entry.instrument.id
    answers: dict[str, Any] = {}
    parts = []
    for question in entry.instrument.items:
        value = data.draw(st.none() | allowed_by(question))
        if value is None:
            continue
        answers[question.id] = value
        codes = [dict(code) for code in question.codes]
        codes.append({"system": f"{OURS}:CodeSystem:{name}-items", "code": question.id})
        shapes: list[Json] = [{"valueString": str(value)}]
        if question.response_set.clock:
            shapes.append({"valueTime": f"{value}:00"})
        else:
            shapes.append({"valueQuantity": {"value": value}})
        if question.response_set.options:
            coding = {"system": f"{OURS}:CodeSystem:{name}-answers", "code": repr(value)}
            shapes.append({"valueCodeableConcept": {"coding": [coding]}})
        one = observed("1-8", data.draw(st.sampled_from(shapes)), f"i{question.id}")
        one["code"] = {"coding": [data.draw(st.sampled_from(codes))]}
        parts.append(one)
    if not known_answers(entry.instrument, answers):
        return
    whole = panel(parts)
    whole["code"] = {"coding": [{"system": f"{OURS}:CodeSystem:instruments", "code": name}]}
    raters = entry.instrument.perspectives
    rater = raters[0] if raters else None
    native = entry.scorer.score(Submission(answers, perspective=rater, **ASKED))
    sent = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "observation", "resource": bundle_of([*parts, whole])},
            {"name": "subject-age", "valueInteger": 34},
            {"name": "subject-sex", "valueCode": "female"},
        ],
    }
    result = OPERATION.score(sent, Asked(strict=True, perspective=rater))
    assert [form.report for form in result.forms] == [native]
    bundle = OPERATION.bundle(result)
    assert scores(bundle) == {name: score["value"] for name, score in native["scores"].items()}
    assert faults(bundle) == []
