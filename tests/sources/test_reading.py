"""Applying a mapping: every answer with its place, and an account of every key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sources.check import check_mapping
from service.sources.reading import read_payload
from tests.sources.mappings import FREQUENCY, NINE, flat, linked, listed, payload


@pytest.fixture(scope="session")
def read(catalog):
    """Apply a mapping to a payload."""

    def read(document, sent, **options):
        checked = check_mapping(document, catalog)
        assert checked.mapping is not None, checked.faults
        return read_payload(checked.mapping, sent, **options)

    return read


def faults(result) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in result.faults]


def outcomes(result) -> dict[str | None, str]:
    return {one.key: one.outcome for one in result.keys}


def answers_of(**container: object) -> dict[str, object]:
    return {"answers": {"kind": "map", **container}}


def test_a_flat_object_is_read_key_by_key(read):
    result = read(flat(ignore=["note"]), payload(0, 1, 2, 3, None) | {"note": "x", "q9": 1})
    assert result.answers == {"1": 0, "2": 1, "3": 2, "4": 3, "9": 1}
    assert result.places["4"] == ("q4",)
    assert outcomes(result) == {
        "q1": "answer",
        "q2": "answer",
        "q3": "answer",
        "q4": "answer",
        "q5": "not_answered",
        "note": "ignored",
        "q9": "answer",
    }
    assert (result.faults, result.warnings) == ([], [])


def test_an_array_is_read_element_by_element_in_any_order(read):
    sent = {"answers": [{"question": "q9", "answer": 3}, {"question": "q1", "answer": 0}]}
    result = read(listed(), sent)
    assert result.answers == {"9": 3, "1": 0}
    assert result.places["9"] == ("answers", 0, "answer")


def test_every_fault_is_told_at_once_with_its_place(read):
    result = read(flat(), payload("1", True, 1.5, 4, [1], {"a": 1}, -1, 2, 3))
    assert faults(result) == [
        ("/q1", "unknown_token"),
        ("/q2", "unknown_token"),
        ("/q3", "wrong_step"),
        ("/q4", "value_not_allowed"),
        ("/q5", "wrong_type"),
        ("/q6", "wrong_type"),
        ("/q7", "value_not_allowed"),
    ]
    assert result.answers == {"8": 2, "9": 3}


def test_declared_codes_are_missing_and_counted_and_null_is_simply_not_answered(read):
    document = flat(missing=["", "NA", -99])
    result = read(document, payload(0, "", "na", -99, None))
    assert result.answers == {"1": 0}
    assert set(result.missing) == {"2", "3", "4"}
    assert outcomes(result)["q5"] == "not_answered"
    assert faults(read(flat(), payload(0, "", "na", -99))) == [
        ("/q2", "unknown_token"),
        ("/q3", "unknown_token"),
        ("/q4", "value_not_allowed"),
    ]


def test_an_unknown_key_is_one_warning_or_a_fault_as_the_caller_prefers(read):
    sent = payload(1) | {"Anna Berg": 3, "note": "x"}
    result = read(flat(), sent)
    assert [(one.pointer, one.code) for one in result.warnings] == [("", "unknown_key")]
    assert "2 keys" in result.warnings[0].detail
    assert outcomes(result)["Anna Berg"] == "unknown"
    assert faults(read(flat(), sent, strict=True)) == [("", "unknown_key")]
    (alone,) = read(flat(), {"note": "x"}).warnings
    assert alone.detail.startswith("One key is ")


def test_two_answers_to_one_item_are_a_fault(read):
    sent = {"answers": [{"question": "q1", "answer": 0}, {"question": "q1", "answer": 0}]}
    assert faults(read(listed(), sent)) == [("/answers/1/answer", "repeated_answer")]
    editions = flat(other_editions=[{"item1": "1"}])
    assert faults(read(editions, {"q1": 1, "item1": 2})) == [("/item1", "repeated_answer")]
    assert read(editions, {"item1": 2}).answers == {"1": 2}


def test_a_payload_without_end_is_told_of_up_to_a_limit(read):
    sent = {"answers": [{"question": "x", "answer": 0}] * 2000}
    sent["answers"] += [{"question": "q1", "answer": 0}] * 2000
    result = read(listed(), sent)
    assert (len(result.keys), len(result.faults)) == (1000, 500)
    assert (result.answers, result.reached) == ({"1": 0}, {"1"})
    assert "2000 keys" in result.warnings[0].detail


def test_the_first_key_that_the_mapping_knows_counts_and_two_items_contradict(read):
    answers = {"kind": "list", "key": ["/ref", "/id"], "value": ["/v"], "at": "/a"}
    document = flat(answers=answers)
    assert read(document, {"a": [{"ref": "x-7", "id": "q2", "v": 1}]}).answers == {"2": 1}
    sent = {"a": [{"ref": "q1", "id": "q2", "v": 1}]}
    assert faults(read(document, sent)) == [("/a/0", "contradictory_key")]


def test_the_first_value_that_is_there_counts(read):
    values = ["/number", "/choice/label"]
    answers = {"kind": "list", "key": ["/id"], "value": values, "at": ""}
    document = flat(
        answers=answers | {"at": "/a"}, values={"numeric": "as-is", "tokens": FREQUENCY}
    )
    sent = [
        {"id": "q1", "number": 0},
        {"id": "q2", "number": None, "choice": {"label": "Several days"}},
        {"id": "q3", "number": None},
    ]
    result = read(document, {"a": sent})
    assert (result.answers, faults(result)) == ({"1": 0, "2": 1}, [])


def test_an_answer_of_a_kind_that_the_mapping_does_not_look_for_is_not_taken_for_missing(read):
    sent = {"answers": [{"question": "q1", "choices": ["a", "b"]}]}
    assert faults(read(listed(), sent)) == [("/answers/0", "value_not_found")]
    within = flat(**answers_of(value=["/choiceId"]))
    assert faults(read(within, {"q1": {"choiceText": "Never"}})) == [("/q1", "value_not_found")]
    assert faults(read(within, {"q1": None, "q2": {}, "q3": {"choiceId": 1}})) == []


@pytest.mark.parametrize(
    ("container", "sent"),
    [
        ({"last_segment": "/"}, {"group/sub/q1": 2}),
        ({"strip_prefix": "phq_"}, {"phq_q1": 2}),
        ({"descend": ["page"]}, {"page": {"q1": 2}}),
        ({"descend": ["page"], "last_segment": "/"}, {"page": {"q1": 2}}),
        ({"at": "/data/0"}, {"data": [{"q1": 2}]}),
        ({"at": "/a~1b/~0"}, {"a/b": {"~": {"q1": 2}}}),
    ],
)
def test_where_the_keys_of_an_object_may_stand(container, sent, read):
    items = {f"page/q{n}" if container == {"descend": ["page"]} else f"q{n}": n for n in NINE}
    result = read(flat(items=items, **answers_of(**container)), sent)
    assert (result.answers, faults(result), result.warnings) == ({"1": 2}, [], [])


def test_two_paths_with_one_last_segment_are_two_answers(read):
    result = read(flat(**answers_of(last_segment="/")), {"before/q1": 1, "after/q1": 2})
    assert [one.code for one in result.faults] == ["repeated_answer"]
    assert result.faults[0].detail.startswith("Item 1: ")
    assert result.answers == {"1": 1}


def test_pages_of_questions_of_answers_go_by_the_question_and_its_row(read):
    """A table's answers have a row each; the keys of question and row are joined."""
    answers = {
        "at": "/pages",
        "kind": "list",
        "key": ["/id"],
        "row_key": "/row_id",
        "value": ["/choice_id"],
        "descend": ["questions", "answers"],
    }
    document = flat(
        answers=answers,
        items={"20/31": "1", "20/32": "2", "21": "3"},
        values={"numeric": "none", "tokens": {"900": 0, "901": 1, "902": 2}},
    )
    sent = {
        "pages": [
            {
                "id": "10",
                "questions": [
                    {
                        "id": "20",
                        "answers": [
                            {"choice_id": "901", "row_id": "31"},
                            {"choice_id": "902", "row_id": "32"},
                        ],
                    },
                    {"id": "21", "answers": [{"choice_id": "900"}]},
                ],
            },
            {"id": "11", "questions": []},
        ]
    }
    result = read(document, sent)
    assert result.answers == {"1": 1, "2": 2, "3": 0}
    assert result.places["2"] == ("pages", 0, "questions", 0, "answers", 1, "choice_id")
    assert (result.faults, result.warnings) == ([], [])


def test_what_stands_side_by_side_is_read_in_the_order_of_the_payload(read):
    names = ["f", "a", "e", "b", "d", "c"]
    answers = {"kind": "list", "at": "/p", "key": ["/k"], "value": ["/v"], "descend": names[::-1]}
    element = {name: [{"k": f"q{n}", "v": 0}] for n, name in enumerate(names, 1)}
    keys = read(flat(answers=answers), {"p": [element]}).keys
    assert [one.key for one in keys] == [f"q{n}" for n in range(1, 7)]


def test_a_questionnaire_response_is_read_like_any_other_payload(read):
    sent = {
        "resourceType": "QuestionnaireResponse",
        "item": [
            {"linkId": "g", "item": [{"linkId": "q1", "answer": [{"valueInteger": 2}]}]},
            {"linkId": "q2", "answer": [{"valueDecimal": 3.0, "item": []}]},
            {"linkId": "q3", "text": "not answered"},
            {"linkId": "q4", "answer": []},
            {"linkId": "q5", "answer": [{}]},
            {"linkId": "q6", "answer": [{"valueDate": "2026-01-01"}]},
        ],
    }
    result = read(linked(), sent)
    assert result.answers == {"1": 2, "2": 3}
    assert faults(result) == [("/item/5/answer/0", "value_not_found")]


@pytest.mark.parametrize("sent", [{}, {"answers": {}}, {"answers": None}, {"answers": "q1"}])
def test_a_payload_without_the_container_is_a_fault(sent, read):
    result = read(listed(), sent)
    assert faults(result) == [("/answers", "answers_not_found")]
    assert "an array" in result.faults[0].detail
    (other,) = read(flat(answers={"at": "/answers", "kind": "map"}), {"answers": []}).faults
    assert "an object" in other.detail


def test_a_score_that_comes_along_is_kept_apart(read):
    document = flat(scores={"sum": "total", "note": "total"})
    result = read(document, payload(1) | {"sum": "12", "note": "high"})
    assert result.supplied == [("total", 12, ("sum",))]
    assert outcomes(result)["note"] == "score_not_read"
    assert result.answers == {"1": 1}


META = {
    "response_id": "/id",
    "completed_at": "/at",
    "language": "/lang",
    "session": "/session",
    "finished": {"at": "/complete", "values": [2, "yes"]},
    "rater": {"at": "/by", "values": {"Pt": "client"}},
}


def test_what_a_payload_says_of_its_response_is_told(read):
    said = {"id": 17, "at": "2026-01-01", "lang": "de", "session": "3", "complete": 2, "by": "PT"}
    about = read(flat(meta=META, ignore=list(said)), payload(1) | said).about
    assert (about.response_id, about.completed_at, about.language) == ("17", "2026-01-01", "de")
    assert (about.session, about.finished, about.perspective) == (3, True, "client")


@pytest.mark.parametrize(
    ("sent", "told"), [(17.0, "17"), ("17.0", "17.0"), (True, None), (1.5, None), ([17], None)]
)
def test_an_id_is_a_text_or_a_whole_number(sent, told, read):
    assert read(flat(meta=META), {"id": sent}).about.response_id == told


@pytest.mark.parametrize("complete", [2, "2", 2.0, "2.0", "yes", " YES "])
def test_what_is_finished_is_told_however_it_is_written(complete, read):
    """A table with gaps has a status of 2 as 2.0."""
    assert read(flat(meta=META), {"complete": complete}).about.finished is True


@pytest.mark.parametrize("complete", [0, 1, "1.0", True, None, [2], "", "no", "2 of 3"])
def test_anything_but_the_values_named_is_not_finished(complete, read):
    assert read(flat(meta=META), {"complete": complete}).about.finished is False


def test_a_mapping_that_does_not_say_what_is_finished_does_not_know(read):
    assert read(flat(), payload(1)).about.finished is None


def test_a_session_is_named_by_a_number_however_it_is_written(read):
    named = {"session": {"at": "/session", "values": {"1": 4, "2": 5}}}
    told = [read(flat(meta=named), {"session": said}).about.session for said in (2, "2", "2.0")]
    assert told == [5, 5, 5]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"session": 1.5}, ("/session", "wrong_type")),
        ({"session": True}, ("/session", "wrong_type")),
        ({"session": "first"}, ("/session", "wrong_type")),
        ({"by": "nurse"}, ("/by", "unknown_token")),
    ],
)
def test_a_session_or_rater_that_cannot_be_read_is_a_fault(said, fault, read):
    assert fault in faults(read(flat(meta=META), payload(1) | said))


def test_a_name_that_may_be_a_persons_is_not_repeated_in_a_fault(read):
    document = flat(answers={"kind": "map", "last_segment": "/"})
    (fault,) = read(document, {"Anna Berg/q1": "x"}).faults
    assert "Anna" not in fault.pointer + fault.detail


VALUES = st.none() | st.integers(0, 3)


@given(st.lists(VALUES, min_size=9, max_size=9))
def test_the_shape_of_a_payload_does_not_change_its_answers(read, values):
    as_map = read(flat(), payload(*values))
    elements = [
        {"question": f"q{name}", "answer": value} for name, value in zip(NINE, values, strict=True)
    ]
    as_list = read(listed(), {"answers": elements})
    told = {name: value for name, value in zip(NINE, values, strict=True) if value is not None}
    assert as_map.answers == as_list.answers == told
    assert as_map.faults == as_list.faults == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["q1", "1", "", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["q1", "q2", "item", "answer", "answers", "question", "linkId", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(sent=st.dictionaries(st.sampled_from(["q1", "item", "answers", "x"]), JSON))
@pytest.mark.parametrize("document", [flat(), listed(), linked()], ids=lambda one: one["id"])
def test_no_payload_breaks_the_reader(read, document, sent):
    result = read(document, sent)
    assert result.answers.keys() <= set(NINE)
    assert all(value in (0, 1, 2, 3) for value in result.answers.values())
