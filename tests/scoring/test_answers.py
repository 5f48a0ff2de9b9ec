"""Reading the answers of one form: what is accepted, and every fault with pointer, code and what is
allowed.
"""

import math

import pytest

from service.scoring.answers import allowed_answers, read_form
from service.scoring.instrument import Item, ResponseOption, ResponseSet
from service.scoring.issue import InvalidSubmission, Issue, path_to, path_to_member
from tests.scoring.forms import instrument, items, line, listed, recoded, steps

FOUR = instrument(items(4, reverse=[2]))


def rated_or_unknown():
    """Return 0 to 4, and 9 for what is not known."""
    options = [ResponseOption(value, value) for value in range(5)]
    options.append(ResponseOption(9, 9, "not known", missing=True))
    return ResponseSet("rating", 0, 4, tuple(options))


UNKNOWN = instrument(tuple(Item(str(number), rated_or_unknown()) for number in (1, 2, 3)))
LINES = instrument(items(2, line()))
MIXED = instrument(
    (
        Item("1", steps(1, 5)),
        Item("2", steps(1, 5), mirrored=True),
        Item("3", line()),
        Item("4", listed(0, 2, 4)),
        Item("5", recoded(v1=100, v2=50, v3=0), reverse=True, mirrored=True),
    )
)


def faults(form, answers, *rest, **options):
    with pytest.raises(InvalidSubmission) as refused:
        read_form(form, answers, *rest, **options)
    return [(issue.pointer, issue.code, issue.allowed) for issue in refused.value.issues]


def test_answers_by_item_are_keyed_in_item_order():
    form = read_form(FOUR, {"4": 3, "2": 1, "1": 0, "3": 2})
    assert list(form.values) == [0, 1, 2, 3]
    assert list(form.scores) == [0, 2, 2, 3]
    assert form.answered == 4


def test_a_list_is_read_in_item_order():
    assert read_form(FOUR, [0, 1, 2, 3]) == read_form(FOUR, {"1": 0, "2": 1, "3": 2, "4": 3})


@pytest.mark.parametrize("answers", [{"1": 0}, {"1": 0, "2": None}, [0, None, None, None]])
def test_null_and_absent_are_not_answered(answers):
    form = read_form(FOUR, answers)
    assert list(form.values) == list(form.scores) == [0, None, None, None]
    assert form.answered == 1


def test_zero_is_an_answer():
    assert read_form(FOUR, [0, 0, 0, 0]).answered == 4


@pytest.mark.parametrize("answers", [[4, 9, 0], [4, 9.0, 0], {"1": 4.0, "2": 9, "3": 0}])
def test_not_known_is_allowed_and_counts_as_not_answered(answers):
    form = read_form(UNKNOWN, answers)
    assert list(form.values) == list(form.scores) == [4, None, 0]
    assert (form.answered, form.not_known) == (2, {1})
    detail = "The answer to these items says that it is not known; they count as not answered."
    assert form.warnings == [{"code": "answers_not_known", "detail": detail, "items": ["2"]}]


def test_not_known_is_a_printed_column():
    form = read_form(UNKNOWN, [5, 6, 1], encoding="position")
    assert (list(form.values), form.not_known) == ([4, None, 0], {1})


def test_a_form_of_which_nothing_is_known_is_refused():
    assert faults(UNKNOWN, [9, 9, 9]) == [("/answers", "no_answers", None)]


def test_not_known_is_told_among_what_is_allowed_and_reaches_no_end():
    allowed = {"values": [0, 1, 2, 3, 4, 9]}
    assert faults(UNKNOWN, [5, 1, 9.5]) == [
        ("/answers/0", "value_not_allowed", allowed),
        ("/answers/2", "value_not_allowed", allowed),
    ]
    item = UNKNOWN.items[0]
    assert (item.lowest, item.highest, item.response_set.maximum) == (0, 4, 4)
    assert item.allows(9)
    assert not item.allows(5)


def test_a_reversed_item_is_turned_within_the_answers_that_count():
    item = Item("1", rated_or_unknown(), reverse=True)
    assert item.score_of == {0: 4, 1: 3, 2: 2, 3: 1, 4: 0}


@pytest.mark.parametrize("answers", [[2.0, 1, 0, 3], {"1": 2.0, "2": 1.0, "3": -0.0, "4": 3.0}])
def test_a_whole_number_may_be_written_with_a_decimal_point(answers):
    form = read_form(FOUR, answers)
    assert list(form.values) == [2, 1, 0, 3]
    assert list(form.scores) == [2, 2, 0, 3]
    assert all(type(number) is int for number in (*form.values, *form.scores))


def test_a_half_step_is_a_value_like_any_other():
    form = read_form(instrument(items(2, listed(0, 0.5, 1))), [0.5, 1.0])
    assert list(form.values) == [0.5, 1]


NOT_NUMBERS = ["3", "", "x", True, False, [], [3], {}, {"value": 3}]


@pytest.mark.parametrize("answer", NOT_NUMBERS)
@pytest.mark.parametrize("encoding", ["value", "position"])
def test_only_a_number_is_an_answer(answer, encoding):
    allowed = {"values": [0, 1, 2, 3]} if encoding == "value" else {"minimum": 1, "maximum": 4}
    where = [("/answers/2", "wrong_type", allowed)]
    assert faults(FOUR, {"1": 1, "2": answer}, encoding=encoding) == where
    assert faults(FOUR, [1, 1, answer, None], encoding=encoding) == where


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        ("3", "A string"),
        (True, "A boolean"),
        ([3], "An array or object"),
        ({}, "An array or object"),
    ],
)
def test_what_came_instead_of_a_number_is_said(answer, came):
    with pytest.raises(InvalidSubmission) as refused:
        read_form(FOUR, {"1": answer})
    assert refused.value.issues[0].detail.startswith(came)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (-1, "value_not_allowed"),
        (4, "value_not_allowed"),
        (3.0000000000000004, "value_not_allowed"),
        (-1e-300, "value_not_allowed"),
        (10**400, "value_not_allowed"),
        (1e308, "value_not_allowed"),
        (math.nan, "value_not_allowed"),
        (math.inf, "value_not_allowed"),
        (-math.inf, "value_not_allowed"),
        (2.5, "wrong_step"),
        (0.1, "wrong_step"),
        (2.9999999999999996, "wrong_step"),
    ],
)
def test_a_number_must_equal_an_allowed_answer(answer, code):
    assert faults(FOUR, {"2": answer}) == [("/answers/2", code, {"values": [0, 1, 2, 3]})]


@pytest.mark.parametrize("answer", [1, 3])
def test_a_gap_between_listed_answers_is_no_answer(answer):
    form = instrument(items(1, listed(0, 2, 4)))
    assert faults(form, [answer]) == [("/answers/0", "wrong_step", {"values": [0, 2, 4]})]


@pytest.mark.parametrize("answer", [100, 50, 0])
def test_the_worth_of_an_option_is_not_its_submitted_value(answer):
    form = instrument(items(1, recoded(v1=100, v2=50, v3=0)))
    assert faults(form, [answer]) == [("/answers/0", "value_not_allowed", {"values": [1, 2, 3]})]


@pytest.mark.parametrize("answer", [0, 10, 9.999999, 0.1, 5.0])
def test_a_line_takes_any_number_in_its_range(answer):
    form = read_form(LINES, [answer, None])
    assert list(form.values) == list(form.scores) == [answer, None]


@pytest.mark.parametrize("answer", [-0.1, 10.1, 10.000000000000002, math.nan, math.inf])
def test_a_line_ends(answer):
    assert faults(LINES, [answer, 1]) == [
        ("/answers/0", "value_not_allowed", {"minimum": 0, "maximum": 10})
    ]


def test_allowed_answers_name_the_options_or_the_ends():
    assert allowed_answers(Item("1", listed(0, 2, 4))) == {"values": [0, 2, 4]}
    assert allowed_answers(Item("1", line(0, 7.5))) == {"minimum": 0, "maximum": 7.5}


@pytest.mark.parametrize(("n_optional", "needed"), [(0, "3"), (1, "2 to 3"), (2, "1 to 3")])
def test_how_many_answers_a_list_needs_is_said(n_optional, needed):
    form = instrument((*items(3 - n_optional), *items(3, optional=True)[3 - n_optional :]))
    with pytest.raises(InvalidSubmission) as refused:
        read_form(form, [1] * 4)
    assert refused.value.issues[0].detail == (
        f"4 answers came, {needed} are needed: one for each item in order, null where unanswered."
    )


@pytest.mark.parametrize("length", [0, 1, 3, 5])
def test_a_list_of_another_length_is_refused(length):
    allowed = {"minimum": 4, "maximum": 4}
    assert faults(FOUR, [1] * length) == [("/answers", "wrong_length", allowed)]


@pytest.mark.parametrize(
    ("length", "accepted"), [(1, False), (2, True), (3, True), (4, True), (5, False)]
)
def test_optional_items_at_the_end_of_a_list_may_be_left_off(length, accepted):
    form = instrument(
        (*items(2), Item("3", steps(0, 3), optional=True), Item("4", steps(0, 3), optional=True))
    )
    answers = [1] * length
    if accepted:
        assert list(read_form(form, answers).values) == answers + [None] * (4 - length)
    else:
        allowed = {"minimum": 2, "maximum": 4}
        assert faults(form, answers) == [("/answers", "wrong_length", allowed)]


def test_a_list_holds_one_answer_at_least_where_all_items_are_optional():
    form = instrument(items(2, optional=True))
    assert list(read_form(form, [1]).values) == [1, None]
    assert faults(form, []) == [("/answers", "wrong_length", {"minimum": 1, "maximum": 2})]


@pytest.mark.parametrize("answers", [{}, {"1": None}, [None] * 4])
def test_a_form_without_any_answer_is_refused(answers):
    assert faults(FOUR, answers) == [("/answers", "no_answers", None)]


def test_every_fault_is_reported_at_once():
    answers = {"1": "3", "2": True, "3": 2.5, "4": 9, "5": 1, "6": None}
    found = faults(FOUR, answers, ["7", "4", "4", 8])
    assert [fault[:2] for fault in found] == [
        ("/answers/5", "unknown_item"),
        ("/answers/6", "unknown_item"),
        ("/answers/1", "wrong_type"),
        ("/answers/2", "wrong_type"),
        ("/answers/3", "wrong_step"),
        ("/answers/4", "value_not_allowed"),
        ("/not_applicable/0", "unknown_item"),
        ("/not_applicable/1", "answered_and_not_applicable"),
        ("/not_applicable/2", "answered_and_not_applicable"),
        ("/not_applicable/3", "unknown_item"),
    ]


def test_faults_of_values_are_reported_beside_a_wrong_length():
    found = [fault[:2] for fault in faults(FOUR, ["3", 1])]
    assert found == [("/answers", "wrong_length"), ("/answers/0", "wrong_type")]


def test_an_unknown_item_is_refused_beside_all_others_too():
    assert faults(FOUR, {"1": 1, "2": 1, "3": 1, "4": 1, "5": 1}) == [
        ("/answers/5", "unknown_item", ["1", "2", "3", "4"])
    ]


def test_an_unknown_item_is_told_the_items_of_the_form():
    assert faults(FOUR, {"1": 1, "5": 1}) == [("/answers/5", "unknown_item", ["1", "2", "3", "4"])]


@pytest.mark.parametrize(
    "key",
    [
        "Smith",
        "smith",
        "anna",
        "john_smith",
        "Smith, John",
        "john.smith@example.org",
        "1985-03-04",
        "patient name",
        "Mary1",
        "0" * 40,
        "é",
        "a/b~c",
        "",
        "1 ",
        "1\n",
    ],
)
def test_a_key_that_may_hold_a_name_is_not_repeated(key):
    with pytest.raises(InvalidSubmission) as refused:
        read_form(FOUR, {"1": 1, key: 1})
    [issue] = refused.value.issues
    assert (issue.pointer, issue.code) == ("/answers", "unknown_item")
    assert not key or key not in issue.detail


@pytest.mark.parametrize("key", ["5", "12", "q5", "Q12", "6a", "007"])
def test_a_key_that_looks_like_an_item_number_is_repeated(key):
    assert [fault[0] for fault in faults(FOUR, {"1": 1, key: 1})] == [f"/answers/{key}"]


def test_an_item_of_the_form_is_always_named():
    form = instrument((Item("6-past-3-months", steps(0, 1)), Item("a/b~c", steps(0, 1))))
    assert [fault[0] for fault in faults(form, {"6-past-3-months": 2, "a/b~c": 2})] == [
        "/answers/6-past-3-months",
        "/answers/a~1b~0c",
    ]


def test_a_pointer_escapes_what_json_pointer_reserves():
    issue = Issue(path_to(("scores",), "a/b~c", ["a/b~c"]), "unknown_scale", "")
    assert issue.pointer == "/scores/a~1b~0c"


def test_pointers_start_where_they_are_told():
    assert faults(FOUR, {"1": 9}, parent=("baseline",))[0][0] == "/baseline/answers/1"
    assert faults(FOUR, [1, 1, 1, "x"], ["9"], parent=("b",))[1][0] == "/b/not_applicable/0"


@pytest.mark.parametrize(
    ("columns", "values", "scores"),
    [
        ([1, 1, None, 1, 1], [1, 5, None, 0, 3], [1, 5, None, 0, 100]),
        ([5, 5, None, 3, 3], [5, 1, None, 4, 1], [5, 1, None, 4, 0]),
        ([2.0, 2, None, 2, 2], [2, 4, None, 2, 2], [2, 4, None, 2, 50]),
    ],
)
def test_printed_columns_become_values(columns, values, scores):
    by_name = dict(zip(MIXED.item_ids, columns, strict=True))
    for answers in (columns, by_name):
        form = read_form(MIXED, answers, encoding="position")
        assert list(form.values) == values
        assert list(form.scores) == scores


@pytest.mark.parametrize("column", [0, -1, 6, 1.5, math.nan, math.inf])
def test_a_column_must_be_printed(column):
    assert faults(MIXED, {"2": column}, encoding="position") == [
        ("/answers/2", "value_not_allowed", {"minimum": 1, "maximum": 5})
    ]


def test_every_item_of_a_form_by_name_may_be_a_column():
    form = read_form(UNKNOWN, {"1": 1, "2": 2, "3": 6}, encoding="position")
    assert (list(form.values), form.answered) == ([0, 1, None], 2)


def test_a_line_has_no_columns():
    assert faults(MIXED, {"1": 1, "3": 1}, encoding="position") == [
        ("/answers/3", "position_not_supported", {"minimum": 0, "maximum": 10})
    ]


def test_columns_are_not_read_unless_the_caller_says_so():
    assert list(read_form(MIXED, {"2": 1}).values)[1] == 1


def test_unknown_items_are_refused_among_columns_too():
    assert faults(MIXED, {"1": 1, "9": 1}, encoding="position")[0][:2] == (
        "/answers/9",
        "unknown_item",
    )


def test_items_that_do_not_apply_are_not_answered():
    form = read_form(FOUR, {"1": 1, "2": 1}, ["4"])
    assert form.not_applicable == {3}
    assert list(form.values) == [1, 1, None, None]


@pytest.mark.parametrize(
    ("not_applicable", "where", "code"),
    [
        (["5"], 0, "unknown_item"),
        ([4], 0, "unknown_item"),
        ([None], 0, "unknown_item"),
        ([["4"]], 0, "unknown_item"),
        (["4", "4"], 1, "repeated_item"),
        (["4", "1"], 1, "answered_and_not_applicable"),
    ],
)
def test_not_applicable_names_unanswered_items_once(not_applicable, where, code):
    [(pointer, found, _)] = faults(FOUR, {"1": 1}, not_applicable)
    assert (pointer, found) == (f"/not_applicable/{where}", code)


def test_a_form_on_which_nothing_applies_has_no_answers():
    assert faults(FOUR, {}, ["1", "2", "3", "4"]) == [("/answers", "no_answers", None)]


def test_no_detail_repeats_an_answer():
    with pytest.raises(InvalidSubmission) as refused:
        read_form(FOUR, {"1": "secret", "2": 98765, "3": 1.2345, "Jane": 1}, ["Doe"])
    for issue in refused.value.issues:
        assert not any(
            part in issue.detail for part in ("secret", "98765", "1.2345", "Jane", "Doe")
        )
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("count", "n_faults"), [(500, 500), (501, 1)])
def test_each_unknown_item_is_named_unless_there_are_far_too_many(count, n_faults):
    found = faults(FOUR, {f"q{number}": 0 for number in range(1, count + 1)})
    assert len(found) == n_faults
    if n_faults == 1:
        assert found == [("/answers", "too_many_answers", {"maximum": 500})]
    else:
        assert {code for _, code, _ in found} == {"unknown_item"}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("respondentAge", ("a", "respondentAge")),
        ("Respondent_Age", ("a", "Respondent_Age")),  # of ours, written otherwise
        ("RESPONDENT.AGE", ("a", "RESPONDENT.AGE")),
        ("Jane Doe", ("a",)),
        ("Q12", ("a", "Q12")),  # like an item
        (3, ("a", 3)),
    ],
)
def test_a_members_name_is_repeated_where_it_cannot_be_a_persons(name, path):
    assert path_to_member(("a",), name, ["answers", "respondentAge", "norms"]) == path


def test_a_fault_of_a_part_is_the_same_fault_of_the_whole():
    fault = Issue(("answers", "1"), "wrong_type", "No.", [0, 1])
    assert fault.below("forms", 2) == Issue(
        ("forms", 2, "answers", "1"), "wrong_type", "No.", [0, 1]
    )
