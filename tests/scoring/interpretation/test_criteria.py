"""Rules in three-valued logic: true, false, or unknown where the answers given do not decide."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.scoring.applicability import Applicability
from service.scoring.instrument import Item, MissingRule, Term
from service.scoring.interpretation.criteria import (
    CompiledCriteria,
    CompiledCriterion,
    CompiledRisk,
    completions_of,
)
from service.scoring.logic import Facts, comparisons_in, compile_rule
from service.scoring.remembering import Memory
from service.scoring.rules import AllOf, AnyOf, Compare, Count, Criterion, Not, Risk
from tests.scoring.forms import at, counted, instrument, items, line, scale, steps

FORM = instrument(items(6))


def facts(*values, ranges=None, age=None, sex=None):
    return Facts(values, (ranges or {}).get, age, sex)


def holds(rule, *values, **known):
    return compile_rule(rule)(facts(*values, **known))


@pytest.mark.parametrize(
    ("op", "below", "equal", "above"),
    [
        ("==", False, True, False),
        ("!=", True, False, True),
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
    ],
)
def test_an_item_is_compared_as_submitted(op, below, equal, above):
    assert [holds(at(0, op, 2), value) for value in (1, 2, 3, None)] == [below, equal, above, None]
    assert holds(at(0, op, 2), 2.0) is equal


def total(op, value):
    return Compare("scale", "total", op, value)


@pytest.mark.parametrize(
    ("op", "low", "high", "expected"),
    [
        (">=", 10, 10, True),
        (">=", 9, 9, False),
        (">=", 10, 14, True),
        (">=", 9, 14, None),
        (">=", 4, 9, False),
        (">", 10, 14, None),
        (">", 10.5, 14, True),
        (">", 4, 10, False),
        ("<", 4, 9, True),
        ("<", 4, 10, None),
        ("<", 10, 14, False),
        ("<=", 4, 10, True),
        ("<=", 10, 11, None),
        ("==", 10, 10, True),
        ("==", 9, 11, None),
        ("==", 10, 11, None),
        ("==", 11, 12, False),
        ("!=", 10, 10, False),
        ("!=", 9, 10, None),
        ("!=", 11, 12, True),
    ],
)
def test_an_unscored_scale_is_compared_by_the_range_it_must_lie_in(op, low, high, expected):
    assert holds(total(op, 10), ranges={"total": (low, high)}) is expected


def test_a_scale_about_which_nothing_is_known_decides_nothing():
    assert holds(total(">=", 0)) is None


def respondent(subject, op, value):
    return Compare("respondent", subject, op, value)


@pytest.mark.parametrize(
    ("rule", "age", "sex", "expected"),
    [
        (respondent("age", ">=", 18), 18, None, True),
        (respondent("age", ">=", 18), 17.9, None, False),
        (respondent("age", ">=", 18), None, "male", None),
        (respondent("sex", "==", "male"), None, "male", True),
        (respondent("sex", "==", "male"), None, "female", False),
        (respondent("sex", "!=", "male"), None, "female", True),
        (respondent("sex", "==", "male"), None, None, None),
        (respondent("sex", "==", "male"), None, "other", None),
        (respondent("sex", "!=", "male"), None, "unknown", None),
    ],
)
def test_a_respondent_of_whom_nothing_is_known_decides_nothing(rule, age, sex, expected):
    assert holds(rule, age=age, sex=sex) is expected


KLEENE = {True: 1, False: 0, None: 0.5}
BACK = {1: True, 0: False, 0.5: None}
TRUTH = {True: 1, False: 0, None: None}
THREE = (True, False, None)


@pytest.mark.parametrize(("one", "two", "three"), list(product(THREE, THREE, THREE)))
def test_connectives_follow_strong_three_valued_logic(one, two, three):
    """Kleene: with unknown as a half, `all` is the minimum, `any` the maximum and `not` one
    minus.
    """
    values = [TRUTH[one], TRUTH[two], TRUTH[three]]
    rules = tuple(at(position, "==", 1) for position in range(3))
    worth = [KLEENE[one], KLEENE[two], KLEENE[three]]
    assert holds(AllOf(rules), *values) is BACK[min(worth)]
    assert holds(AnyOf(rules), *values) is BACK[max(worth)]
    assert holds(Not(rules[0]), *values) is BACK[1 - worth[0]]


@pytest.mark.parametrize(
    ("at_least", "at_most"), [(0, None), (1, None), (2, None), (3, None), (0, 0), (1, 2), (2, 2)]
)
@pytest.mark.parametrize("values", list(product((1, 0, None), repeat=3)))
def test_a_count_is_decided_by_every_way_its_unknown_rules_can_turn_out(values, at_least, at_most):
    rules = [at(position, "==", 1) for position in range(3)]
    choices = [(value,) if value is not None else (0, 1) for value in values]
    outcomes = {
        at_least <= sum(case) <= (3 if at_most is None else at_most) for case in product(*choices)
    }
    expected = outcomes.pop() if len(outcomes) == 1 else None
    assert holds(counted(rules, at_least, at_most), *values) is expected


def test_comparisons_are_found_at_every_depth():
    parts = [at(0, ">=", 1), at(1, ">=", 1), total(">", 2), at(2, "<", 1)]
    rule = AllOf((parts[0], Not(AnyOf((parts[1], parts[2]))), Count((parts[3],), 1)))
    assert list(comparisons_in(rule)) == parts


def criterion(rule, form=FORM):
    return CompiledCriterion(Criterion("c", "C", ((True, rule),), False, "src"), form)


SYMPTOMS = counted([at(position, ">=", 2) for position in range(4)], 2)


@pytest.mark.parametrize(
    ("values", "value", "met", "missing"),
    [
        ((2, 3, 0, 0, 0, 0), True, ["1", "2"], []),
        ((2, 1, 0, 0, 0, 0), False, [], []),
        ((2, 3, None, 1, 0, 0), True, ["1", "2"], []),
        ((1, 1, 1, None, 0, 0), False, [], []),
        ((2, 1, 1, None, None, None), None, [], ["4"]),
        ((None, None, None, None, 0, 0), None, [], ["1", "2", "3", "4"]),
    ],
)
def test_a_criterion_names_the_items_that_met_it_or_that_it_lacks(values, value, met, missing):
    result = criterion(SYMPTOMS).evaluate(facts(*values))
    reason = "missing_items" if value is None else None
    assert result == {
        "title": "C",
        "value": value,
        "reason": reason,
        "items": met,
        "missing": missing,
        "source": "src",
    }


def test_answers_that_decide_only_together_are_seen():
    """Item 1 is 0 or more whatever it is: strong three-valued logic alone would leave this
    unknown.
    """
    rule = AnyOf((at(0, ">=", 2), at(0, "<", 2)))
    assert holds(rule, None) is None
    result = criterion(rule).evaluate(facts(None, 0, 0, 0, 0, 0))
    assert (result["value"], result["reason"], result["missing"]) == (True, None, ["1"])


def test_a_criterion_with_too_many_blanks_is_left_open():
    """Two classes of answers on 10 items are 1024 completions: more than are tried."""
    form = instrument(items(10))
    each = [AnyOf((at(position, ">=", 2), at(position, "<", 2))) for position in range(10)]
    values = [None] * 10
    assert criterion(AllOf(tuple(each)), form).evaluate(facts(*values))["value"] is None
    assert criterion(AllOf(tuple(each[:9])), form).evaluate(facts(*values))["value"] is True


def test_any_answer_meets_a_limit_that_all_answers_reach():
    result = criterion(at(0, ">=", 0)).evaluate(facts(None, 0, 0, 0, 0, 0))
    assert (result["value"], result["reason"], result["missing"]) == (True, None, ["1"])


@pytest.mark.parametrize(
    ("n_comparisons", "n_completions"),
    [(0, 512), (1, 512), (39, 512), (40, 500), (200, 100), (20_000, 1), (20_001, 0)],
)
def test_a_rule_is_tried_512_times_and_no_more_than_20000_comparisons_at_most(
    n_comparisons, n_completions
):
    assert completions_of(n_comparisons) == n_completions


@pytest.mark.parametrize(
    ("rule", "few"),
    [
        (at(0, ">=", 2), True),
        (AllOf((at(0, ">=", 2), at(1, ">=", 2))), False),  # item 2 is a line
        (AllOf((at(0, ">=", 2), Compare("scale", "total", ">=", 2))), False),
        (AllOf((at(0, ">=", 2), Compare("respondent", "sex", "==", "male"))), False),
    ],
)
def test_only_listed_answers_alone_have_few_cases(rule, few):
    form = instrument((*items(1), Item("2", line())))
    assert criterion(rule, form).has_few_cases is few
    women = Criterion("c", "C", ((True, rule),), False, "src", Applicability(sex="female"))
    assert not CompiledCriterion(women, form).has_few_cases


def test_a_criterion_is_for_whom_it_was_published():
    women = Criterion(
        "c", "C", ((True, SYMPTOMS),), False, "src", Applicability(18, None, "female")
    )
    compiled_one = CompiledCriterion(women, FORM)
    for known, reason in (
        ({"age": 40, "sex": "male"}, "other_sex"),
        ({"age": 40}, "needs_sex"),
        ({"age": 17, "sex": "female"}, "other_age"),
    ):
        assert compiled_one.evaluate(facts(3, 3, 0, 0, 0, 0, **known)) == {
            "title": "C",
            "value": None,
            "reason": reason,
            "items": [],
            "missing": [],
            "source": "src",
        }
    result = compiled_one.evaluate(facts(3, 3, 0, 0, 0, 0, age=18, sex="female"))
    assert (result["value"], result["items"]) == (True, ["1", "2"])


def test_a_line_without_answer_is_never_tried_out():
    form = instrument(items(1, line()))
    rule = AnyOf((at(0, ">=", 5), at(0, "<", 5)))
    assert criterion(rule, form).evaluate(facts(None))["value"] is None
    assert criterion(rule, form).evaluate(facts(4.9))["value"] is True


LEVELS = (
    ("high", at(0, "==", 3)),
    ("moderate", at(1, ">=", 2)),
    ("low", AnyOf((at(2, ">=", 1), at(3, ">=", 1)))),
)
TRIAGE = Criterion("triage", "Triage", LEVELS, "none", "src")


@pytest.mark.parametrize(
    ("values", "level", "met"),
    [
        ((3, 3, 3, 3, 0, 0), "high", ["1"]),
        ((0, 2, 3, 0, 0, 0), "moderate", ["2"]),
        ((0, 0, 1, 1, 0, 0), "low", ["3", "4"]),
        ((0, 0, 0, 1, 0, 0), "low", ["4"]),
        ((0, 0, 0, 0, 0, 0), "none", []),
        ((3, None, None, None, 0, 0), "high", ["1"]),
        ((0, 2, None, None, 0, 0), "moderate", ["2"]),
        ((None, 2, 1, 1, 0, 0), None, []),
        ((0, None, 1, 0, 0, 0), None, []),
        ((0, 0, None, 0, 0, 0), None, []),
        ((0, 0, 1, None, 0, 0), "low", ["3"]),
    ],
)
def test_the_first_level_that_holds_is_the_result(values, level, met):
    """A higher level that is still open keeps a lower one from being reported."""
    result = CompiledCriterion(TRIAGE, FORM).evaluate(facts(*values))
    assert (result["value"], result["items"]) == (level, met)
    assert (result["reason"] is None) is (level is not None)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"sex": None, "ranges": {"total": (3, 3)}}, "needs_sex"),
        ({"sex": "other", "ranges": {"total": (3, 3)}}, "needs_sex"),
        ({"sex": "male"}, "not_scored"),
    ],
)
def test_the_reason_says_what_would_decide(known, reason):
    rule = AllOf((respondent("sex", "==", "male"), total(">=", 3)))
    result = criterion(rule).evaluate(facts(0, 0, 0, 0, 0, 0, **known))
    assert (result["value"], result["reason"]) == (None, reason)


def test_of_what_is_not_known_of_a_respondent_the_age_is_asked_for_first():
    rule = AllOf((respondent("sex", "==", "male"), respondent("age", ">=", 18)))
    for known, reason in (
        ({}, "needs_age"),
        ({"age": 40}, "needs_sex"),
        ({"sex": "male"}, "needs_age"),
    ):
        assert criterion(rule).evaluate(facts(**known))["reason"] == reason


def test_a_rule_over_age_asks_for_it():
    assert criterion(respondent("age", ">=", 18)).evaluate(facts())["reason"] == "needs_age"


def test_the_items_of_a_scale_are_what_a_rule_over_it_lacks():
    form = instrument(items(6), scale([1, 0]), scale([4], id="other"))
    result = criterion(total(">=", 3), form).evaluate(
        facts(1, None, None, 0, 0, 0, ranges={"total": (1, 4)})
    )
    assert (result["value"], result["reason"], result["missing"]) == (None, "missing_items", ["2"])


def test_the_items_of_a_composite_are_those_of_its_scales():
    missing = MissingRule(2)
    inner = scale((), "composite", id="inner", components=("a", "b"), missing=missing)
    outer = scale((), "composite", id="outer", components=("inner", "c"), missing=missing)
    grouped = scale([5], id="c", terms=(Term((5, 0)),))
    form = instrument(items(6), scale([3], id="a"), scale([1, 3], id="b"), inner, grouped, outer)
    assert form.items_beneath["outer"] == (0, 1, 3, 5)
    assert form.items_beneath["a"] == (3,)


def compiled(form, *rules):
    """Return a form's criteria ("0", "1" ...), of the given rules, as a function of its answers."""
    criteria = tuple(
        Criterion(str(index), "C", ((True, one),), False, "src") for index, one in enumerate(rules)
    )
    together = CompiledCriteria(instrument(form.items, *form.scales, criteria=criteria), Memory())
    return lambda *values, **known: together.evaluate(values, lambda: facts(*values, **known))


def test_alike_answers_do_not_share_what_they_do_not_have_in_common():
    """2 and 3 are alike for `>= 2`, yet the reports name the same items only if these are the
    same.
    """
    evaluate = compiled(FORM, SYMPTOMS)
    first = evaluate(2, 2, 0, 0, 0, 0)
    assert evaluate(3, 3, 1, 0, 0, 0) is first  # remembered
    assert evaluate(0, 3, 3, 0, 0, 0)["0"]["items"] == ["2", "3"]


def test_answers_alike_for_one_criterion_may_differ_for_another():
    evaluate = compiled(FORM, at(0, ">=", 1), at(0, ">=", 3))
    assert [evaluate(answer, *[0] * 5)["1"]["value"] for answer in (1, 2, 3, None, 1)] == [
        False,
        False,
        True,
        None,
        False,
    ]


def test_a_value_that_no_answer_has_is_compared_all_the_same():
    """A gate may count an item as a number that is no printed answer."""
    evaluate = compiled(FORM, SYMPTOMS)
    assert evaluate(2.5, 2, 0, 0, 0, 0)["0"]["value"] is True
    assert evaluate(-1, 2, None, 0, 0, 0)["0"]["value"] is None
    assert evaluate(2.5, 1, 0, 0, 0, 0)["0"]["value"] is False


BY_SEX = AnyOf(
    (
        AllOf((respondent("sex", "==", "male"), total(">=", 4))),
        AllOf((respondent("sex", "==", "female"), total(">=", 3))),
    )
)


@pytest.mark.parametrize("sex", [None, "unknown", "other"])
@pytest.mark.parametrize(
    ("low", "high", "value", "reason"),
    [
        (12, 12, True, None),
        (4, 4, True, None),
        (3, 3, None, "needs_sex"),
        (2, 2, False, None),
        (8, 12, True, None),
        (3, 12, None, "missing_items"),
        (0, 2, False, None),
    ],
)
def test_a_rule_by_sex_is_decided_where_it_is_for_every_sex(sex, low, high, value, reason):
    answers = [1, 1, 1 if low == high else None, 0, 0, 0]
    found = criterion(BY_SEX).evaluate(facts(*answers, ranges={"total": (low, high)}, sex=sex))
    assert (found["value"], found["reason"]) == (value, reason)
    assert found["items"] == (["1", "2", "3", "4", "5", "6"] if value and low == high else [])


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (AnyOf((respondent("age", "<", 18), respondent("age", ">=", 18))), True),
        (AnyOf((respondent("age", "<", 18), respondent("age", ">", 18))), None),
        (AllOf((respondent("age", ">", 18), respondent("age", "<", 12))), False),
        (AllOf((respondent("age", ">", 12), respondent("age", "<", 18))), None),
        (respondent("age", ">=", 0), True),
        (respondent("age", ">=", 1), None),  # in the first year of life
        (AnyOf((respondent("age", "<=", 12), respondent("age", "<=", 18))), None),
        (AnyOf((respondent("age", ">=", 12), respondent("age", ">=", 18))), None),
        *((respondent("age", op, 18), None) for op in ("<", "<=", ">", ">=")),
        (AnyOf((respondent("sex", "==", "male"), respondent("sex", "!=", "male"))), True),
        (AnyOf((respondent("age", "<", 18), at(0, ">=", 2), at(0, "<", 2))), True),
        (AnyOf((respondent("age", "<", 18), at(0, ">=", 2))), None),
    ],
)
def test_every_possible_respondent_is_tried(rule, value):
    assert criterion(rule).evaluate(facts(None))["value"] is value


def test_items_are_not_varied_under_a_rule_over_scales():
    """Their score goes with them: what is known of it is its range."""
    rule = AllOf((at(0, ">=", 2), total(">=", 5)))
    found = criterion(rule).evaluate(facts(None, 3, 3, 0, 0, 0, ranges={"total": (6, 9)}))
    assert (found["value"], found["reason"]) == (None, "missing_items")
    either = AnyOf((at(0, ">=", 2), at(0, "<", 2), total(">=", 10)))
    found = criterion(either).evaluate(facts(None, 3, 3, 0, 0, 0, ranges={"total": (6, 9)}))
    assert (found["value"], found["reason"]) == (None, "missing_items")


def test_nothing_is_remembered_of_rules_over_scales_and_respondents():
    """The same answers can then have several outcomes."""
    alone = at(0, ">=", 2)
    for others in ((alone,), ()):
        evaluate = compiled(FORM, *others, respondent("sex", "==", "male"))
        for sex, value in (("male", True), ("female", False), (None, None), ("male", True)):
            found = evaluate(2, 0, 0, 0, 0, 0, sex=sex)
            assert found[str(len(others))]["value"] is value
        evaluate = compiled(FORM, *others, AllOf((alone, total(">=", 3))))
        for low, value in ((3, True), (2, False), (3, True)):
            found = evaluate(2, 0, 0, 0, 0, 0, ranges={"total": (low, low)})
            assert found[str(len(others))]["value"] is value
        evaluate = compiled(FORM, *others, total(">=", 3))
        for low, value in ((3, True), (2, False), (3, True)):
            found = evaluate(2, 0, 0, 0, 0, 0, ranges={"total": (low, low)})
            assert found[str(len(others))]["value"] is value


def test_more_cases_than_are_remembered_are_evaluated_all_the_same():
    form = instrument(items(7))
    evaluate = compiled(
        form, counted([at(position, "==", value) for position in range(7) for value in range(4)], 7)
    )
    for values in product(range(4), repeat=7):
        assert evaluate(*values)["0"]["value"] is True
        if values[0] > 0:
            break
    assert compiled(instrument(()))() == {}


SMALL = instrument(items(4, steps(0, 2)))
comparison = st.builds(
    at, st.integers(0, 3), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(0, 2)
)
rule = st.recursive(
    comparison,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
        st.tuples(
            st.lists(inner, min_size=1, max_size=3),
            st.integers(0, 3),
            st.none() | st.integers(0, 3),
        ).map(lambda parts: counted(*parts)),
    ),
    max_leaves=6,
)
answer = st.none() | st.integers(0, 2)


def true_of(one, values):
    """Evaluate a rule on a complete form in plain two-valued logic."""
    match one:
        case Compare():
            return {
                "==": values[one.subject] == one.value,
                "!=": values[one.subject] != one.value,
                "<": values[one.subject] < one.value,
                "<=": values[one.subject] <= one.value,
                ">": values[one.subject] > one.value,
                ">=": values[one.subject] >= one.value,
            }[one.op]
        case AllOf():
            return all(true_of(part, values) for part in one.rules)
        case AnyOf():
            return any(true_of(part, values) for part in one.rules)
        case Not():
            return not true_of(one.rule, values)
        case Count():
            number = sum(true_of(part, values) for part in one.rules)
            return number >= one.at_least and (one.at_most is None or number <= one.at_most)


def completions(values):
    return product(*[(value,) if value is not None else (0, 1, 2) for value in values])


@given(rule, st.lists(answer, min_size=4, max_size=4))
def test_a_criterion_is_null_exactly_when_the_answers_do_not_decide_it(one, values):
    outcomes = {true_of(one, case) for case in completions(values)}
    expected = outcomes.pop() if len(outcomes) == 1 else None
    assert criterion(one, SMALL).evaluate(facts(*values))["value"] is expected


@given(rule, rule, st.lists(answer, min_size=4, max_size=4))
def test_a_level_is_null_exactly_when_the_answers_do_not_decide_it(first, second, values):
    levels = Criterion("c", "C", (("high", first), ("low", second)), "none", "src")
    outcomes = {
        "high" if true_of(first, case) else "low" if true_of(second, case) else "none"
        for case in completions(values)
    }
    expected = outcomes.pop() if len(outcomes) == 1 else None
    assert CompiledCriterion(levels, SMALL).evaluate(facts(*values))["value"] == expected


@given(rule, rule, st.lists(st.lists(answer, min_size=4, max_size=4), min_size=2, max_size=8))
def test_what_is_remembered_is_what_would_be_worked_out(one, other, forms):
    evaluate = compiled(SMALL, one, other)
    for values in forms:
        expected = [criterion(rule_, SMALL).evaluate(facts(*values)) for rule_ in (one, other)]
        assert list(evaluate(*values).values()) == expected


@given(rule, st.lists(answer, min_size=4, max_size=4), st.integers(0, 3), st.integers(0, 2))
def test_another_answer_never_takes_a_decision_back(one, values, position, given_answer):
    before = criterion(one, SMALL).evaluate(facts(*values))["value"]
    if values[position] is None and before is not None:
        values[position] = given_answer
        assert criterion(one, SMALL).evaluate(facts(*values))["value"] is before


RISK = Risk("ideation", 2, ">=", 1, "high", "Review.", "src")


@pytest.mark.parametrize(
    ("value", "raised", "reason", "message"),
    [
        (0, False, None, None),
        (1, True, None, "Review."),
        (3, True, None, "Review."),
        (None, None, "not_answered", "Item 3 was not answered."),
    ],
)
def test_an_unanswered_risk_item_is_null_never_false(value, raised, reason, message):
    result = CompiledRisk(RISK, FORM).evaluate([0, 0, value, 0, 0, 0])
    assert result == {
        "id": "ideation",
        "title": "ideation",
        "item": "3",
        "raised": raised,
        "reason": reason,
        "severity": "high",
        "message": message,
        "source": "src",
    }


def test_a_rule_of_no_parts_rests_on_nothing():
    assert criterion(AllOf(())).evaluate(facts())["value"] is True
    assert criterion(AnyOf(())).evaluate(facts())["value"] is False
