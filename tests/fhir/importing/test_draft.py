"""What a Questionnaire tells becomes a draft; what it does not tell is left to the author."""

import json
from typing import Any

import pytest

from service.commands.layout import text_of
from service.definitions.check import check_definition
from service.fhir.importing.draft import draft_of
from service.scoring.answers import Submission
from tests.fhir.importing.forms import (
    CALCULATED,
    CODES,
    LOINC,
    bundle,
    checked,
    choice,
    confirmed,
    form,
    number,
    option,
    options,
    places,
    weight,
)

Json = dict[str, Any]


def drafted(document: object, **asked: Any) -> tuple[Json, list[str]]:
    """Return the draft of a form and the codes of what was said of it."""
    draft = draft_of(document, **asked)
    assert draft.definition is not None, draft.faults
    assert json.loads(text_of(draft.definition)) == draft.definition
    return draft.definition, [one.code for one in draft.remarks]


def values(definition: Json, item: int = 0) -> list[object]:
    """Return the numbers of the answers of an item."""
    name = definition["items"][item]["response_set"]
    return [one["value"] for one in definition["response_sets"][name]["options"]]


def total(definition: Json, answers: Json) -> float | None:
    """Return the score of the draft once its author has confirmed it."""
    made = checked(definition)
    assert made.scorer is not None, made.faults
    scores = made.scorer.score(Submission(answers))["scores"]
    value: float | None = scores["total"]["value"]
    return value


def test_the_check_refuses_a_draft_until_its_author_has_confirmed_it():
    definition, remarks = drafted(form(choice("a"), choice("b"), title="Invented"))
    assert remarks == []
    found = check_definition(definition)
    assert found.instrument is None
    assert {one.code for one in found.faults} == {"to_fill_in"}
    assert [one.path for one in found.faults] == places(definition)
    unconfirmed = {path[0] for path in places(definition)}
    assert definition["licence"]["permission_required"] is True
    assert unconfirmed >= {"licence", "scales", "sources", "submitted_as", "examples"}
    assert checked(definition).faults == ()
    # One place that is left is enough.
    whole = confirmed(definition)
    whole["scales"][0]["direction"] = definition["scales"][0]["direction"]
    assert [one.path for one in check_definition(whole).faults] == [("scales", 0, "direction")]


@pytest.mark.parametrize("name", ["itemWeight", "ordinalValue", "questionnaire-ordinalValue"])
@pytest.mark.parametrize("inside", [False, True])
def test_weights_are_read_beside_the_coding_and_in_it(name: str, inside: bool):
    answers = [option(code, weight(n, name), inside=inside) for n, code in enumerate("abc", 1)]
    definition, remarks = drafted(form(choice("a", answers), choice("b", answers)))
    assert (values(definition), remarks) == ([1, 2, 3], [])
    assert total(definition, {"a": 3, "b": 2}) == 5


def test_items_with_equal_answers_share_them_and_answers_keep_their_codes():
    two = options(0, 1)
    definition, _ = drafted(form(choice("a"), choice("b", two), choice("c"), choice("d", two)))
    assert [one["response_set"] for one in definition["items"]] == [
        "answers-1",
        "answers-2",
        "answers-1",
        "answers-2",
    ]
    assert definition["response_sets"]["answers-2"]["options"] == [
        {"value": 0, "code": "a"},
        {"value": 1, "code": "b"},
    ]


def test_answers_of_other_weights_are_not_shared():
    definition, _ = drafted(form(choice("a"), choice("b", options(1, 2, 3, 4))))
    assert (values(definition, 0), values(definition, 1)) == ([0, 1, 2, 3], [1, 2, 3, 4])


@pytest.mark.parametrize("place", [0, 1])
def test_weights_the_other_way_round_are_a_reversed_item_and_told(place: int):
    items = [choice("a"), choice("b")]
    items.insert(place, choice("r", options(3, 2, 1, 0)))
    definition, remarks = drafted(form(*items))
    turned = {one["id"]: one.get("reverse", False) for one in definition["items"]}
    assert turned == {"a": False, "b": False, "r": True}
    assert remarks == ["reversed"]
    # The answer d is worth 3 for a and b, and nothing for r: 3 + 0 + 3.
    assert total(definition, {"a": 3, "b": 0, "r": 0}) == 6


def test_weights_that_fall_everywhere_are_taken_as_they_are():
    falling = options(3, 2, 1, 0)
    definition, remarks = drafted(form(choice("a", falling), choice("b", falling)))
    assert (values(definition), remarks) == ([3, 2, 1, 0], [])


def test_answers_that_are_printed_the_other_way_round_are_mirrored_and_not_reversed():
    definition, remarks = drafted(form(choice("a"), choice("m", options(0, 1, 2, 3)[::-1])))
    mirrored = definition["items"][1]
    assert (mirrored["mirrored"], "reverse" in mirrored, remarks) == (True, False, ["mirrored"])
    assert total(definition, {"a": 3, "m": 2}) == 5


@pytest.mark.parametrize("bad", [0.5, 1e300, -1e7])
def test_a_weight_that_is_no_whole_number_is_left_to_the_author(bad: float):
    answers = [option("a", weight(0)), option("b", weight(bad)), option("c", weight(2))]
    definition, remarks = drafted(form(choice("x", answers), choice("y")))
    assert remarks == ["weight_left_open"]
    found = values(definition)
    assert (found[0], found[2], str(found[1])[:4]) == (0, 2, "TODO")
    assert definition["examples"] == []
    assert definition["scales"][0]["items"] == ["x", "y"]


def test_a_whole_number_written_with_a_point_is_one():
    definition, remarks = drafted(form(choice("a", options(0.0, 1.0, 2.0))))
    assert (values(definition), remarks) == ([0, 1, 2], [])


def test_an_answer_without_a_weight_among_others_is_left_to_the_author():
    answers = [option("a", weight(0)), option("b"), option("c", weight(2))]
    definition, remarks = drafted(form(choice("x", answers)))
    assert remarks == ["weight_left_open"]
    assert str(values(definition)[1]).startswith("TODO")


def test_an_answer_with_two_weights_is_left_to_the_author():
    both = {**option("b", weight(1)), "valueCoding": option("b", weight(2), inside=True)}
    both["valueCoding"] = both["valueCoding"]["valueCoding"]
    definition, remarks = drafted(form(choice("x", [option("a", weight(0)), both])))
    assert remarks == ["weight_left_open"]
    assert str(values(definition)[1]).startswith("TODO")


def test_answers_of_one_weight_have_scores_and_no_numbers():
    """0, 0, 1, 1: what is submitted for each is not what it is worth."""
    definition, remarks = drafted(form(choice("x", options(0, 0, 1, 1))))
    assert remarks == ["weights_tied"]
    (made,) = definition["response_sets"].values()
    assert [one["score"] for one in made["options"]] == [0, 0, 1, 1]
    assert all(str(one["value"]).startswith("TODO") for one in made["options"])


def test_an_item_without_weights_is_no_part_of_the_scale_and_told():
    plain = [option("a"), option("b")]
    definition, remarks = drafted(form(choice("x"), choice("y"), choice("z", plain)))
    assert remarks == ["no_weights"]
    assert definition["items"][2]["scored"] is False
    assert definition["scales"][0]["items"] == ["x", "y"]
    assert all(str(value).startswith("TODO") for value in values(definition, 2))


def test_a_form_without_any_weight_is_all_left_to_the_author():
    plain = [option("a"), option("b")]
    definition, remarks = drafted(form(choice("x", plain), choice("y", plain)))
    assert remarks == ["no_weights", "no_weights"]
    assert definition["scales"][0]["items"] == ["x", "y"]
    assert all(str(value).startswith("TODO") for value in values(definition))


def test_numbers_with_limits_are_items():
    assert drafted(form(number("n", 0, 200)))[1] == []
    items = [number("a", 0, 3), number("b", 0, 10, "decimal"), number("c", 0, 3)]
    definition, remarks = drafted(form(*items))
    assert remarks == []
    assert definition["response_sets"] == {
        "answers-1": {"min": 0, "max": 3},
        "answers-2": {"min": 0, "max": 10, "step": None},
    }
    assert total(definition, {"a": 3, "b": 2.5, "c": 1}) == 6.5


@pytest.mark.parametrize(
    "item",
    [
        {"linkId": "n", "type": "integer"},
        number("n", 3, 3),
        number("n", 5, 1),
        number("n", 0, 201),
        number("n", "0", "3"),
        number("n", True, 3),
        {"linkId": "n", "type": "boolean"},
        {"linkId": "n", "type": "string"},
        {"linkId": "n", "type": "choice"},
        choice("n", readOnly=True),
        {"linkId": "n"},
    ],
)
def test_what_cannot_be_an_item_is_told_and_has_to_be_confirmed(item: Json):
    definition, remarks = drafted(form(choice("a"), item))
    assert remarks == ["left_out"]
    assert [one["id"] for one in definition["items"]] == ["a"]
    (note,) = definition["notes"]
    assert note.startswith("TODO")
    assert note.endswith(": n")


@pytest.mark.parametrize(
    "item",
    [
        {"linkId": "t", "type": "decimal", "extension": [{"url": CALCULATED}]},
        choice("t", extension=[{"url": CALCULATED, "valueExpression": {}}]),
    ],
)
def test_calculated_items_are_told_and_are_no_items(item: Json):
    draft = draft_of(form(choice("a"), item))
    assert draft.definition is not None
    assert [one.code for one in draft.remarks] == ["calculated"]
    assert [one["id"] for one in draft.definition["items"]] == ["a"]
    assert draft.is_whole
    assert "notes" not in draft.definition


def test_groups_are_gone_through_and_texts_between_are_passed_over():
    inner = {"linkId": "g2", "type": "group", "item": [choice("b"), choice("c")]}
    outer = {"linkId": "g1", "type": "group", "item": [choice("a", item=[choice("a1")]), inner]}
    definition, remarks = drafted(form({"linkId": "d", "type": "display"}, outer))
    assert [one["id"] for one in definition["items"]] == ["a", "a1", "b", "c"]
    assert remarks == []


@pytest.mark.parametrize("member", ["enableWhen", "repeats"])
def test_what_a_group_says_of_its_items_is_told(member: str):
    group = {"linkId": "g", "type": "group", "item": [choice("a")], member: True}
    assert drafted(form(group))[1] == ["enable_when" if member == "enableWhen" else member]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"enableWhen": [{"question": "a"}]}, "enable_when"),
        ({"repeats": True}, "repeats"),
        ({"type": "open-choice"}, "open_choice"),
        ({"type": "coding", "answerConstraint": "optionsOrString"}, "open_choice"),
    ],
)
def test_what_a_definition_does_not_take_over_is_told(members: Json, code: str):
    draft = draft_of(form(choice("a"), choice("b") | members))
    assert [(one.code, one.path[:2]) for one in draft.remarks] == [(code, ("item", 1))]
    assert not draft.is_whole


def test_the_types_of_r5_are_read():
    definition, remarks = drafted(form(choice("a", type="coding", answerConstraint="optionsOnly")))
    assert (values(definition), remarks) == ([0, 1, 2, 3], [])


def test_link_ids_that_can_be_ids_are_kept():
    definition, _ = drafted(form(choice("PHQ-9.1"), choice("PHQ-9.2")))
    assert [one["id"] for one in definition["items"]] == ["PHQ-9.1", "PHQ-9.2"]
    assert all("codes" not in one for one in definition["items"])


def test_other_link_ids_become_codes_of_numbered_items():
    definition, _ = drafted(form(choice("H1/Q1"), choice("b"), url="http://example.org/form"))
    assert [(one["id"], one["codes"]) for one in definition["items"]] == [
        (
            number,
            [
                {
                    "system": "http://example.org/form#linkId",
                    "code": link,
                    "display": f"item {number}",
                }
            ],
        )
        for number, link in (("1", "H1/Q1"), ("2", "b"))
    ]
    assert checked(definition).faults == ()


def test_loincs_codes_are_kept_and_their_words_are_not():
    items = [
        choice(f"/{code}", code=[{"system": LOINC, "code": code, "display": "Wording"}])
        for code in CODES
    ]
    panel = {"system": LOINC, "code": "44249-1", "display": "Panel"}
    definition, remarks = drafted(form(*items, code=[panel], title="Invented"))
    assert remarks == []
    assert definition["codes"] == [{**panel, "display": "Invented"}]
    assert [one["codes"] for one in definition["items"]] == [
        [{"system": LOINC, "code": code, "display": f"item {place}"}]
        for place, code in enumerate(CODES, 1)
    ]
    assert "Wording" not in text_of(definition)


@pytest.mark.parametrize(
    "code",
    [
        {"system": LOINC, "code": "44250-8"},
        {"code": "44250-9"},
        {"system": "no address", "code": "x"},
        {"system": LOINC, "code": CODES[1]},
    ],
)
def test_a_code_that_is_none_or_another_items_is_left_out_and_told(code: Json):
    items = [
        choice("a", code=[{"system": LOINC, "code": CODES[1]}]),
        choice("b", code=[code]),
    ]
    definition, remarks = drafted(form(*items))
    assert remarks == ["code_left_out"]
    assert "codes" not in definition["items"][1]
    assert checked(definition).faults == ()


def test_wording_is_taken_along_only_when_asked_and_when_it_is_said_whose_it_is():
    answers = [option("a", weight(0), display="Nay"), option("b", weight(1), display="Yea")]
    items = [choice("a", answers, text="How are you?"), choice("b", answers, text="And you?")]
    owned = form(*items, copyright="Free for all (Doe 1970).")
    for document, asked in ((owned, {}), (form(*items), {"with_text": True})):
        definition, remarks = drafted(document, **asked)
        assert "you?" not in text_of(definition)
        assert "Nay" not in text_of(definition)
        assert definition["licence"]["text_included"] is False
        assert remarks == (["no_copyright"] if asked else [])
    definition, remarks = drafted(owned, with_text=True)
    assert [one["text"] for one in definition["items"]] == ["How are you?", "And you?"]
    (made,) = definition["response_sets"].values()
    assert [one["label"] for one in made["options"]] == ["Nay", "Yea"]
    assert definition["licence"]["text_included"] is True
    assert definition["licence"]["terms"].endswith("Free for all (Doe 1970).")
    assert remarks == []
    assert checked(definition).faults == ()


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"name": "PHQ9Example"}, "phq9example"),
        ({"id": "gad_7", "title": "Other"}, "gad-7"),
        ({"title": "Fragebogen für Ältere"}, "fragebogen-f-r-ltere"),
        ({"name": "  ", "title": "x" * 100}, "x" * 64),
        ({}, "imported-form"),
    ],
)
def test_the_id_is_made_of_the_forms_name(members: Json, expected: str):
    assert drafted(form(choice("a"), **members))[0]["id"] == expected
    assert drafted(form(choice("a"), **members), name="mine")[0]["id"] == "mine"


def test_the_title_is_the_forms_title_or_name():
    both = {"title": "A title", "name": "A_name"}
    assert drafted(form(choice("a"), **both))[0]["title"] == "A title"
    assert drafted(form(choice("a"), name="A_name"))[0]["title"] == "A_name"
    assert drafted(form(choice("a")))[0]["title"].startswith("TODO")


def faults(document: object) -> list[tuple[str, str]]:
    draft = draft_of(document)
    assert (draft.definition, draft.remarks) == (None, ())
    return [(one.code, one.pointer) for one in draft.faults]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([], [("wrong_resource", "")]),
        ({"resourceType": "Patient"}, [("wrong_resource", "")]),
        (bundle(), [("wrong_resource", "/entry")]),
        (bundle(form(choice("a")), form(choice("b"))), [("wrong_resource", "/entry")]),
        (form(), [("no_items", "/item")]),
        (form({"linkId": "s", "type": "string"}), [("left_out", "/item/0"), ("no_items", "/item")]),
        (
            form(choice("a"), choice("a"), {"type": "choice"}, choice("b", title=1)),
            [("repeated_link_id", "/item/1/linkId"), ("required", "/item/2")],
        ),
        (
            form({"linkId": 1, "type": {}}, choice("b", code="x"), url=3),
            [
                ("wrong_type", "/item/0/linkId"),
                ("wrong_type", "/item/0/type"),
                ("required", "/item/0"),
                ("wrong_type", "/item/1/code"),
            ],
        ),
    ],
)
def test_a_form_that_cannot_be_read_has_all_its_faults_told_at_once(document, expected):
    assert faults(document) == expected
