"""Items that do not apply: when a gate excuses them, and what they then count as."""

import pytest

from service.scoring.answers import read_form
from service.scoring.gates import CompiledGates, treatment_of
from service.scoring.rules import AnyOf, Compare, Gate, Risk
from service.scoring.scales import ANYBODY, Respondent
from tests.scoring.forms import at, instrument, items, scale, score

NEVER = at(0, "==", 0)


def gate(*positions, when=NEVER, treat_as=0, blank_counts=False, override=False, name="gate"):
    return Gate(name, positions, when, treat_as, blank_counts, override, "src")


def form_of(*gates):
    return instrument(items(4), gates=gates)


def applied(answers, *gates, not_applicable=(), respondent=ANYBODY):
    form = form_of(*gates)
    return CompiledGates(form).apply(read_form(form, answers, not_applicable), respondent)


def codes(form):
    return [(warning["code"], warning["items"]) for warning in form.warnings]


@pytest.mark.parametrize(
    ("answers", "not_applicable", "blank_counts", "values"),
    [
        ([0, None, None, 2], ["2", "3"], False, [0, 0, 0, 2]),
        ([0, None, None, 2], ["2"], False, [0, 0, None, 2]),
        ([0, None, None, 2], [], False, [0, None, None, 2]),
        ([0, None, None, 2], [], True, [0, 0, 0, 2]),
        ([0, None, None, None], [], True, [0, 0, 0, None]),
        ([1, None, None, 2], ["2", "3"], False, [1, None, None, 2]),
        ([1, None, None, 2], [], True, [1, None, None, 2]),
        ([None, None, None, 2], ["2", "3"], True, [None, None, None, 2]),
        ([0, 3, None, 2], ["3"], True, [0, 3, 0, 2]),
    ],
)
def test_an_item_is_excused_when_the_rule_holds_and_the_caller_or_a_blank_says_so(
    answers, not_applicable, blank_counts, values
):
    found = applied(answers, gate(1, 2, blank_counts=blank_counts), not_applicable=not_applicable)
    assert list(found.values) == values
    assert list(found.scores) == values


def test_a_gate_without_rule_always_holds():
    assert list(applied([3, None, 3, 3], gate(1, when=None), not_applicable=["2"]).values) == [
        3,
        0,
        3,
        3,
    ]
    assert list(applied([3, None, 3, 3], gate(1, when=None)).values) == [3, None, 3, 3]
    assert list(applied([3, None, 3, 3], gate(1, when=None, blank_counts=True)).values) == [
        3,
        0,
        3,
        3,
    ]


def test_an_unanswered_gate_question_excuses_nothing():
    found = applied({"4": 1}, gate(1, 2, blank_counts=True), not_applicable=["2"])
    assert found.gated == {}
    assert codes(found) == [("not_applicable_not_excused", ["2"])]


@pytest.mark.parametrize(
    ("age", "sex", "excused"),
    [(None, "male", True), (None, "female", False), (None, None, False), (None, "other", False)],
)
def test_a_gate_may_ask_for_the_respondent(age, sex, excused):
    men = gate(3, when=Compare("respondent", "sex", "==", "male"), blank_counts=True)
    assert bool(applied([1, 1, 1, None], men, respondent=Respondent(age, sex)).gated) is excused


def test_an_item_that_does_not_apply_counts_as_the_gate_says():
    found = applied([0, None, None, 2], gate(1, 2, treat_as=3), not_applicable=["2", "3"])
    assert list(found.scores) == [0, 3, 3, 2]
    assert found.gated == {1: "gate", 2: "gate"}
    assert (found.excluded, found.answered, codes(found)) == (frozenset(), 2, [])


def test_an_excluded_item_leaves_the_scale():
    found = applied([0, None, 1, 2], gate(1, treat_as=None), not_applicable=["2"])
    assert found.excluded == {1}
    assert list(found.scores) == [0, None, 1, 2]
    report = score(form_of(gate(1, treat_as=None)), [0, None, 1, 2], not_applicable=("2",))
    entry = report["scores"]["total"]
    assert (entry["value"], entry["maximum"], entry["n_items"], entry["n_answered"]) == (3, 9, 3, 3)
    assert (entry["norms_note"], entry["prorated"]) == ("items_not_applicable", False)


@pytest.mark.parametrize(
    ("override", "value", "warned"), [(True, 0, [("gated_answer_replaced", ["2"])]), (False, 3, [])]
)
def test_an_answer_given_in_spite_of_the_gate(override, value, warned):
    found = applied([0, 3, 1, 2], gate(1, override=override))
    assert list(found.values) == list(found.scores) == [0, value, 1, 2]
    assert codes(found) == warned


def test_an_answer_stands_where_the_gate_does_not_hold():
    found = applied([1, 3, 1, 2], gate(1, override=True))
    assert (list(found.values), codes(found)) == ([1, 3, 1, 2], [])


def test_an_answer_can_be_taken_out():
    found = applied([0, 3, 1, 2], gate(1, override=True, treat_as=None))
    assert (list(found.values), found.excluded) == ([0, None, 1, 2], {1})


def test_an_item_that_no_gate_excuses_counts_as_not_answered():
    report = score(form_of(), [1, 1, 1, None], not_applicable=("4",))
    assert report["scores"]["total"]["reason"] == "missing_items"
    assert report["not_applicable"] == ["4"]
    assert report["missing"] == ["4"]
    assert [(warning["code"], warning["items"]) for warning in report["warnings"]] == [
        ("not_applicable_not_excused", ["4"])
    ]


@pytest.mark.parametrize("treat_as", [0, None])
def test_an_item_that_does_not_apply_is_not_missing(treat_as):
    report = score(
        form_of(gate(1, 2, treat_as=treat_as)), [0, None, None, None], not_applicable=("2", "3")
    )
    assert (report["missing"], report["not_applicable"], report["answered"]) == (
        ["4"],
        ["2", "3"],
        1,
    )


def test_a_later_gate_sees_what_an_earlier_one_made():
    """With item 1 = 0 item 2 counts as 0, and that excuses item 3."""
    found = applied(
        [0, None, None, 2],
        gate(1),
        gate(2, when=at(1, "==", 0), name="next"),
        not_applicable=["2", "3"],
    )
    assert found.gated == {1: "gate", 2: "next"}


def test_an_item_that_two_gates_excuse_was_not_answered():
    """What the first gate put there is no answer that the second replaces."""
    both = gate(1), gate(1, when=AnyOf((NEVER,)), override=True, treat_as=3, name="next")
    found = applied([0, None, 1, 2], *both, not_applicable=["2"])
    assert (found.gated, list(found.scores), codes(found)) == ({1: "gate"}, [0, 0, 1, 2], [])


def test_a_risk_that_was_answered_is_raised_in_spite_of_the_gate():
    """A contradictory form must not hide the answer that somebody has to look at."""
    risk = Risk("plan", 1, ">=", 1, "high", "Review.", "src")
    form = instrument(items(4), gates=(gate(1, override=True),), risks=(risk,))
    report = score(form, [0, 3, 1, 2])
    assert report["risks"][0]["raised"] is True
    assert report["scores"]["total"]["value"] == 3
    assert score(form, [0, None, 1, 2], not_applicable=("2",))["risks"][0]["raised"] is not True


def test_a_gated_form_is_not_scored_by_the_sum_of_a_complete_one():
    """Sums are remembered for complete forms only: an excluded item makes another scale of it."""
    form = instrument(items(2), scale([0, 1], "mean"), gates=(gate(1, treat_as=None, when=None),))
    assert score(form, [2, 1])["scores"]["total"]["value"] == 1.5
    assert score(form, [3, None], not_applicable=("2",))["scores"]["total"]["value"] == 3


@pytest.mark.parametrize(
    ("treat_as", "words"),
    [
        (0, "does not apply: counts as 0"),
        (2.5, "does not apply: counts as 2.5"),
        (None, "left out: does not apply"),
    ],
)
def test_the_treatment_in_words(treat_as, words):
    assert treatment_of(gate(1, treat_as=treat_as)) == words
