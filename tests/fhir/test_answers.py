"""An answer is read in every shape that is met in the field, and in no other."""

import pytest

from tests.fhir.payloads import (
    FREQUENCY,
    GAD_7,
    LOINC,
    OURS,
    PHQ_9,
    coded,
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

ITEM_WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
ORDINAL_STU3 = "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue"


def weighing(url: str, weight: float, member: str = "valueDecimal") -> list[dict]:
    return [{"url": url, member: weight}]


def weighted(code: str, url: str, weight: float, member: str = "valueDecimal") -> dict:
    """Return an answer whose coding nobody knows, with a weight."""
    coding = {"system": "http://example.org/answers", "code": code}
    return {"valueCoding": {**coding, "extension": weighing(url, weight, member)}}


# Shapes of the answer "more than half the days" to item 1 of the PHQ-9, which is worth 2.
TWOS = {
    "a LOINC coding": coded("LA6570-1"),
    "a LOINC coding without its system": coded("LA6570-1", None),
    "our own coding": coded("2", f"{OURS}:CodeSystem:phq-9-answers"),
    "an integer": {"valueInteger": 2},
    "a decimal": {"valueDecimal": 2.0},
    "a digit in a string": {"valueString": "2"},
    "a decimal in a string": {"valueString": "2.0"},
    "a quantity": {"valueQuantity": {"value": 2}},
    "a quantity in points": {"valueQuantity": {"value": 2, "code": "{score}", "unit": "score"}},
    "a quantity with a plain unit": {"valueQuantity": {"value": 2, "unit": "pts."}},
    "itemWeight": weighted("often", ITEM_WEIGHT, 2),
    "itemWeight as an integer": weighted("often", ITEM_WEIGHT, 2, "valueInteger"),
    "ordinalValue": weighted("often", ORDINAL, 2),
    "ordinalValue of STU3": weighted("often", ORDINAL_STU3, 2),
    "a weight beside the coding": {
        **coded("often", "http://example.org/answers"),
        "extension": weighing(ITEM_WEIGHT, 2),
    },
    "a LOINC coding with its weight": {
        "valueCoding": {
            "system": LOINC,
            "code": "LA6570-1",
            "extension": weighing(ORDINAL, 2),
        }
    },
}


@pytest.mark.parametrize("shape", TWOS)
def test_a_two_is_a_two(ask, shape):
    form = response([item("1", TWOS[shape]), *(item(n, coded("LA6568-5")) for n in "23456789")])
    bundle = ask(form | {"questionnaire": ours("phq-9")})
    assert scores(bundle) == {"total": 2}
    assert issues(bundle) == []


def other(code: str, **members: object) -> dict:
    return {"valueCoding": {"system": LOINC, "code": code, **members}}


# Answers that are never taken for a number, with the code and the place that are said.
REFUSED = {
    "a boolean": ({"valueBoolean": True}, "wrong_type", ".value"),
    "words": ({"valueString": "two"}, "wrong_type", ".value"),
    "a label": ({"valueString": "More than half the days"}, "wrong_type", ".value"),
    "digits with a blank": ({"valueString": " 2"}, "wrong_type", ".value"),
    "digits of another script": ({"valueString": "٢"}, "wrong_type", ".value"),
    "an exponent": ({"valueString": "2e0"}, "wrong_type", ".value"),
    "a date": ({"valueDate": "2026-01-01"}, "wrong_type", ".value"),
    "an integer that is text": ({"valueInteger": "2"}, "wrong_type", ".value"),
    "an integer that is true": ({"valueInteger": True}, "wrong_type", ".value"),
    "millimetres": (
        {"valueQuantity": {"value": 2, "code": "mm", "unit": "mm"}},
        "unit_not_allowed",
        ".value",
    ),
    "less than": (
        {"valueQuantity": {"value": 2, "comparator": "<"}},
        "comparator_not_allowed",
        ".value.comparator",
    ),
    "a quantity without a number": (
        {"valueQuantity": {"unit": "pts."}},
        "wrong_type",
        ".value.value",
    ),
    "two values": ({"valueInteger": 2, "valueDecimal": 2}, "repeated_value", ""),
    "above the range": ({"valueInteger": 4}, "value_not_allowed", ""),
    "below the range": ({"valueInteger": -1}, "value_not_allowed", ""),
    "between two answers": ({"valueDecimal": 1.5}, "wrong_step", ""),
    "a weight above the range": (weighted("x", ITEM_WEIGHT, 4), "value_not_allowed", ""),
    "a coding against its weight": (
        other("LA6570-1", extension=weighing(ORDINAL, 3)),
        "contradictory_weight",
        ".value",
    ),
    "two weights": (
        {
            **weighted("x", ITEM_WEIGHT, 1),
            "extension": weighing(ORDINAL, 2),
        },
        "contradictory_codings",
        ".value",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_number_is_refused_where_it_stands(ask, name):
    answer, code, place = REFUSED[name]
    form = response([item("1", answer), *(item(n, {"valueInteger": 1}) for n in "23456789")])
    outcome = ask(form | {"questionnaire": ours("phq-9")}, status=422)
    assert issues(outcome) == [(code, f"QuestionnaireResponse.item[0].answer[0]{place}")]


UNKNOWN = {
    "another system": coded("LA6570-1", "http://example.org/answers"),
    "another code": coded("LA9999-9"),
    "the answer of another item": coded("LA6573-5"),
    "no code": {"valueCoding": {"display": "More than half the days"}},
    "a number of a system that is not ours": coded("2", "http://example.org/answers"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_coding_leaves_the_scale_without_a_score(ask, name):
    """Nor is the answer taken for a missing one, which a rule could fill in."""
    form = response(
        [item("1", UNKNOWN[name]), *(item(n, {"valueInteger": 1}) for n in "23456789")],
        ours("phq-9"),
    )
    bundle = ask(form)
    assert scores(bundle) == {"total": None}
    assert observation(bundle)["dataAbsentReason"]["text"] == "answer_not_read"
    assert ("unknown_coding", "QuestionnaireResponse.item[0].answer[0].value") in issues(bundle)
    outcome = ask(form, status=422, Prefer="handling=strict")
    assert [code for code, _ in issues(outcome)] == ["unknown_coding"]


def test_a_safety_item_that_could_not_be_read_is_not_said_to_be_unanswered(ask):
    form = phq_9([1] * 8 + [None])
    assert issues(ask(form)) == [("risk_not_answered", "QuestionnaireResponse")]
    form["item"][8]["answer"] = [coded("LA9999-9")]
    place = "QuestionnaireResponse.item[8].answer[0].value"
    assert issues(ask(form)) == [
        ("unknown_coding", place),
        ("risk_not_read", "QuestionnaireResponse"),
    ]


def test_only_scales_that_rest_on_an_unknown_coding_have_no_score(ask):
    """The scales of the DASS-21 fill in for one blank of seven, which this is not."""
    items = [item(str(n), {"valueInteger": 1}) for n in range(1, 22) if n != 3]
    form = response([*items, item("3", coded("x", "http://example.org"))], ours("dass-21"))
    # Item 3 belongs to depression; anxiety and stress are 7 × 1 × 2.
    assert scores(ask(form)) == {"depression": None, "anxiety": 14, "stress": 14}


def test_a_form_that_skips_questions_is_not_scored_with_an_answer_that_cannot_be_read(ask):
    """The first answer of the AUDIT-C decides whether the others count."""
    answers = [coded("x", "http://example.org"), {"valueInteger": 1}, {"valueInteger": 1}]
    form = response([item(str(n), one) for n, one in enumerate(answers, 1)], ours("audit-c"))
    assert issues(ask(form, status=422)) == [("answer_not_read", "QuestionnaireResponse")]


def test_a_bare_number_is_a_code_only_in_our_own_form(ask):
    answers = [coded("1", None)] * 9
    own = response([item(str(n + 1), one) for n, one in enumerate(answers)], ours("phq-9"))
    assert scores(ask(own)) == {"total": 9}
    others = own | {"questionnaire": "http://example.org/Questionnaire/q"}
    outcome = ask(others, "?instrument=phq-9", 422, Prefer="handling=strict")
    assert {code for code, _ in issues(outcome)} == {"unknown_coding"}


def test_a_weight_alone_says_nothing_of_a_reversed_item(ask):
    """Item 4 of this form is scored the other way round: 0 may be the answer or its worth."""
    items = [item(str(n), {"valueInteger": 1}) for n in range(1, 11)]
    items[3] = item("4", weighted("never", ITEM_WEIGHT, 0))  # PSS-10: 4, 5, 7, 8 are reversed
    outcome = ask(response(items, ours("pss-10")), status=422)
    assert issues(outcome) == [
        ("ambiguous_weight", "QuestionnaireResponse.item[3].answer[0].value")
    ]


@pytest.mark.parametrize("weight", [0, 4])
def test_a_reversed_answer_may_bring_either_weight(ask, weight):
    system = f"{OURS}:CodeSystem:pss-10-answers"
    never = {"system": system, "code": "0", "extension": weighing(ITEM_WEIGHT, weight)}
    items = [item(str(n), {"valueInteger": 0}) for n in range(1, 11)]
    items[3] = item("4", {"valueCoding": never})
    # Six items of 0, four reversed ones of 4.
    assert scores(ask(response(items, ours("pss-10")))) == {"total": 16}


@pytest.mark.parametrize("code", ["LA6570-1", "LA18938-3"])
def test_the_gad_7_has_two_codes_for_more_than_half_the_days(ask, code):
    items = [item(f"/{name}", coded("LA6568-5")) for name in GAD_7]
    items[1] = item(f"/{GAD_7[1]}", coded(code))
    assert scores(ask(response(items))) == {"total": 2}


EMPTY = {
    "absent": {},
    "no answers": {"answer": []},
    "an empty answer": {"answer": [{}]},
    "an empty coding": {"answer": [{"valueCoding": {}}]},
    "null": {"answer": None},
    "a null value": {"answer": [{"valueInteger": None}]},
}


@pytest.mark.parametrize("shape", EMPTY)
def test_not_answered_is_not_answered_however_it_is_said(ask, shape):
    """SDC 4.0 says that systems shall not tell these apart."""
    form = phq_9([1] * 9)
    form["item"][4] = {"linkId": "/44251-7", **EMPTY[shape]}
    bundle = ask(form)
    assert observation(bundle)["dataAbsentReason"]["text"] == "missing_items"
    answered, needed = observation(bundle)["component"][:2]
    assert (answered["valueInteger"], needed["valueInteger"]) == (8, 9)


def test_an_item_that_is_left_out_is_not_answered(ask):
    form = phq_9([1] * 9)
    del form["item"][4]
    bundle = ask(form, "?instrument=phq-9")
    assert scores(bundle) == {"total": None}


@pytest.mark.parametrize("again", [FREQUENCY[1], FREQUENCY[2]])
def test_two_answers_are_an_error_and_no_sum(ask, again):
    form = phq_9([1] * 9)
    form["item"][0]["answer"].append(coded(again))
    assert issues(ask(form, status=422)) == [
        ("repeated_answer", "QuestionnaireResponse.item[0].answer[1]")
    ]
    form = phq_9([1] * 9)
    form["item"].append(item(f"/{PHQ_9[0]}", coded(again)))
    assert issues(ask(form, status=422)) == [
        ("repeated_answer", "QuestionnaireResponse.item[9].answer[0]")
    ]


def test_items_are_found_at_any_depth(ask):
    items = phq_9([0, 1, 2, 3, 0, 1, 2, 3, 0])["item"]
    nested = [
        item("page", item=[item("group", item=items[:4]), items[4]]),
        item("intro", {"valueString": "yes", "item": items[5:]}),
    ]
    bundle = ask(response(nested))
    assert scores(bundle) == {"total": 12}
    assert issues(bundle) == [("unknown_item", "QuestionnaireResponse.item[1]")]


def questionnaire(weights: dict[str, int], **option: object) -> dict:
    """Return somebody's own form of the PHQ-2: own linkIds, own codes, LOINC on the items."""
    options = [
        {
            "valueCoding": {"system": "http://example.org/a", "code": code},
            "extension": weighing(ORDINAL, weight),
            **option,
        }
        for code, weight in weights.items()
    ]
    return {
        "resourceType": "Questionnaire",
        "url": "http://example.org/Questionnaire/two",
        "code": [{"system": LOINC, "code": "55757-9"}],
        "item": [
            {
                "linkId": name,
                "code": [{"system": LOINC, "code": code}],
                "answerOption": options,
            }
            for name, code in (("pleasure", PHQ_9[0]), ("mood", PHQ_9[1]))
        ],
    }


def own_answers(*codes: str) -> dict:
    answers = [coded(code, "http://example.org/a") for code in codes]
    return response(
        [item(name, one) for name, one in zip(("pleasure", "mood"), answers, strict=True)],
        "http://example.org/Questionnaire/two",
    )


def test_a_questionnaire_that_comes_along_says_what_its_answers_weigh(ask):
    sent = questionnaire({"never": 0, "always": 3})
    body = parameters(
        ("questionnaire-response", {"resource": own_answers("always", "never")}),
        ("questionnaire", {"resource": sent}),
    )
    assert scores(ask(body)) == {"total": 3}


@pytest.mark.parametrize(
    ("address", "is_meant"),
    [
        ("http://example.org/Questionnaire/two|3", True),
        ("Questionnaire/two", True),
        ("Questionnaire/q7", True),
        ("https://ehr.example.org/fhir/Questionnaire/q7", True),
        (None, True),
        ("http://example.org/Questionnaire/three", False),
        ("Questionnaire/three", False),
        ("two", False),
    ],
)
def test_the_questionnaire_of_another_form_says_nothing(ask, address, is_meant):
    sent = questionnaire({"never": 0, "always": 3}) | {"id": "q7"}
    form = own_answers("always", "never") | {"questionnaire": address}
    body = parameters(
        ("questionnaire-response", {"resource": form}), ("questionnaire", {"resource": sent})
    )
    if is_meant:
        assert scores(ask(body)) == {"total": 3}
    else:
        found = issues(ask(body, status=422))
        assert found == [("instrument_not_recognised", "Parameters.parameter[0].resource")]


def test_of_two_editions_the_one_that_is_named_says_what_answers_weigh(ask):
    first = questionnaire({"never": 0, "always": 3}) | {"version": "1"}
    second = questionnaire({"never": 1, "always": 3}) | {"version": "2"}

    def scored(address: str, status: int = 200) -> dict:
        form = own_answers("always", "never") | {"questionnaire": address}
        pairs = [("questionnaire", {"resource": one}) for one in (first, second, second)]
        body = parameters(("questionnaire-response", {"resource": form}), *pairs)
        return ask(body, status=status)

    address = first["url"]
    assert scores(scored(f"{address}|1")) == {"total": 3}
    assert scores(scored(f"{address}|2")) == {"total": 4}
    for other in (address, f"{address}|3"):
        place = "Parameters.parameter[0].resource"
        assert issues(scored(other, 422)) == [("instrument_not_recognised", place)]


def test_fifty_questionnaires_are_the_most(ask):
    form = ("questionnaire-response", {"resource": phq_9([1] * 9)})
    sent = ("questionnaire", {"resource": questionnaire({"never": 0})})
    assert scores(ask(parameters(form, *[sent] * 50))) == {"total": 9}
    outcome = ask(parameters(form, *[sent] * 51), status=422)
    assert issues(outcome) == [("too_many_questionnaires", "Parameters")]


def test_a_link_and_a_code_of_two_items_are_refused(ask):
    sent = questionnaire({"never": 0})
    sent["item"][0]["linkId"] = f"/{PHQ_9[1]}"
    form = own_answers("never", "never")
    form["item"][0]["linkId"] = f"/{PHQ_9[1]}"
    body = parameters(
        ("questionnaire-response", {"resource": form}), ("questionnaire", {"resource": sent})
    )
    place = "Parameters.parameter[0].resource.item[0]"
    assert issues(ask(body, status=422)) == [("contradictory_item", place)]


def test_a_questionnaire_that_is_not_used_is_told(ask):
    body = parameters(
        ("questionnaire-response", {"resource": phq_9([1] * 9)}),
        ("questionnaire", {"resource": questionnaire({"never": 0})}),
    )
    place = "Parameters.parameter[0].resource.questionnaire"
    assert issues(ask(body)) == [("questionnaire_not_used", place)]


def test_options_of_one_item_say_nothing_of_others_of_the_same_value_set(ask):
    sent = questionnaire({})
    concepts = [{"code": "always", "extension": weighing(ORDINAL, 3)}]
    include = [{"system": "http://example.org/a", "concept": concepts}]
    values = {"resourceType": "ValueSet", "id": "v", "compose": {"include": include}}
    sent["contained"] = [values]
    for one in sent["item"]:
        one["answerValueSet"] = "#v"
    other = {"valueCoding": concepts[0] | {"system": "http://example.org/a"}}
    sent["item"][0]["answerOption"] = [other | {"extension": weighing(ORDINAL, 2)}]
    body = parameters(
        ("questionnaire", {"resource": sent}),
        ("questionnaire-response", {"resource": own_answers("always", "always")}),
    )
    place = "Parameters.parameter[1].resource.item[0].answer[0].value"
    assert issues(ask(body, status=422)) == [("contradictory_codings", place)]


def test_a_bound_value_set_says_what_its_concepts_weigh(ask):
    sent = questionnaire({})
    concepts = [{"code": "always", "extension": weighing(ORDINAL, 3)}]
    include = [{"system": "http://example.org/a", "concept": concepts}]
    values = {"resourceType": "ValueSet", "id": "v", "compose": {"include": include}}
    sent["contained"] = [values]
    for one in sent["item"]:
        one["answerValueSet"] = "#v"
    body = parameters(
        ("questionnaire", {"resource": sent}),
        ("questionnaire-response", {"resource": own_answers("always", "always")}),
    )
    assert scores(ask(body)) == {"total": 6}


def test_the_weight_of_the_answer_wins_over_that_of_the_questionnaire(ask):
    sent = questionnaire({"never": 0, "always": 3})
    form = own_answers("always", "never")
    form["item"][1]["answer"][0]["extension"] = weighing(ITEM_WEIGHT, 1)
    body = parameters(
        ("questionnaire-response", {"resource": form}), ("questionnaire", {"resource": sent})
    )
    assert scores(ask(body)) == {"total": 4}


@pytest.mark.parametrize(
    ("instrument", "answered"), [("pcl-5", "1"), ("dast-10", "1"), ("core-om", "2"), ("phq-9", "1")]
)
def test_one_answer_of_many_gives_neither_a_number_nor_a_yes_or_no(ask, instrument, answered):
    bundle = ask(response([item(answered, {"valueInteger": 1})], ours(instrument)))
    found = resources(bundle, "Observation")
    assert found
    for one in found:
        assert not one.keys() & {"valueQuantity", "interpretation", "referenceRange"}
        assert not any("valueBoolean" in part for part in one.get("component", []))
