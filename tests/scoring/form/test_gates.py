"""Items that do not apply: when a gate excuses them, and what they then count as."""

import pytest

from service.scoring.answers import Baseline, read_form
from service.scoring.form.gates import CompiledGates, treatment_of
from service.scoring.instrument import Band, BandSystem, ChangeRule
from service.scoring.rules import AnyOf, Compare, Criterion, Gate, Risk
from service.scoring.scales import ANYBODY, Respondent
from tests.scoring.forms import at, counted, instrument, items, scale, score

NEVER = at(0, "==", 0)


def gate(*positions, when=NEVER, treat_as=0, blank_counts=False, override=False, name="gate"):
    return Gate(name, positions, when, treat_as, blank_counts, override, "src")


MALE = Compare("respondent", "sex", "==", "male")


def unasked(*positions, when=MALE):
    return Gate("women", positions, when, None, when is not None, False, "src", unasked=True)


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
        ([0, 0, None, 2], ["3"], False, [0, 0, 0, 2]),
        ([0, 0, None, 2], [], True, [0, 0, 0, 2]),
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


def test_an_answer_behind_a_gate_without_rule_contradicts_nothing():
    found = applied([3, 2, None, 3], gate(1, 2, when=None, blank_counts=True))
    assert (list(found.values), found.gated, codes(found)) == ([3, 2, 0, 3], {2: "gate"}, [])


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
    ("override", "value", "code"),
    [(True, 0, "gated_answer_replaced"), (False, 3, "answers_contradict_gate")],
)
def test_an_answer_given_in_spite_of_the_gate(override, value, code):
    found = applied([0, 3, 1, 2], gate(1, override=override))
    assert list(found.values) == list(found.scores) == [0, value, 1, 2]
    assert codes(found) == [(code, ["1", "2"])]
    assert found.warnings[0]["gate"] == "gate"
    assert "the answer to item 1" in found.warnings[0]["detail"]
    assert "in item 2" in found.warnings[0]["detail"]


@pytest.mark.parametrize("not_applicable", [[], ["3"], ["3", "4"]])
def test_blanks_behind_a_gate_do_not_count_when_an_answer_there_contradicts_it(not_applicable):
    """Item 1 = 0 says that items 2 to 4 do not apply, and item 2 = 1 that they do."""
    contradicted = gate(1, 2, 3, blank_counts=True)
    found = applied([0, 1, None, None], contradicted, not_applicable=not_applicable)
    assert (list(found.values), found.gated) == ([0, 1, None, None], {})
    assert codes(found)[0] == ("answers_contradict_gate", ["1", "2"])
    report = score(form_of(contradicted), [0, 1, None, None], not_applicable=tuple(not_applicable))
    assert (report["scores"]["total"]["value"], report["missing"]) == (None, ["3", "4"])


def test_an_answer_that_says_the_same_as_the_gate_contradicts_nothing():
    found = applied([0, 0, None, 2], gate(1, 2, blank_counts=True))
    assert (list(found.values), codes(found)) == ([0, 0, 0, 2], [])
    reversed_form = instrument(items(3, reverse=[2]), gates=(gate(1, 2, blank_counts=True),))
    found = CompiledGates(reversed_form).apply(read_form(reversed_form, [0, 3, None]), ANYBODY)
    assert (list(found.scores), codes(found)) == ([0, 0, 0], [])


def test_a_contradicted_gate_leaves_criteria_open_unless_the_answers_decide():
    def criterion(*rules):
        return Criterion("c", "C", ((True, AnyOf(rules)),), False, "src")

    form = instrument(
        items(4),
        gates=(gate(1, 2, blank_counts=True),),
        criteria=(criterion(at(1, ">=", 2), at(2, ">=", 2)),),
    )
    assert score(form, [0, None, None, 2])["criteria"]["c"]["value"] is False
    assert score(form, [0, 1, None, 2])["criteria"]["c"]["value"] is None
    assert score(form, [0, 2, None, 2])["criteria"]["c"]["value"] is True


@pytest.mark.parametrize("answer", [None, 0])
def test_an_item_that_is_not_asked_of_a_respondent_leaves_the_form_whole(answer):
    """The range shrinks, and what is published for the form holds without the item."""
    form = instrument(
        items(4),
        scale(range(4), bands=(BandSystem("b", (Band("low", "Low", 0, 12),), "src"),)),
        gates=(unasked(3),),
        criteria=(
            Criterion(
                "few", "Few", ((True, counted([at(2, ">=", 1), at(3, ">=", 1)], 2)),), False, "s"
            ),
        ),
    )
    report = score(form, [3, 2, 1, answer], sex="male")
    entry = report["scores"]["total"]
    assert (entry["value"], entry["maximum"], entry["n_items"], entry["n_answered"]) == (6, 9, 3, 3)
    assert [band["id"] for band in entry["bands"]] == ["low"]
    assert (report["not_applicable"], report["missing"]) == (["4"], [])
    assert report["criteria"]["few"]["value"] is False
    assert [(one["code"], one["items"], one["gate"]) for one in report["warnings"]] == [
        ("items_not_asked", ["4"], "women")
    ]
    woman = score(form, [3, 2, 1, answer], sex="female")["scores"]["total"]
    assert woman["value"] == (None if answer is None else 6)
    assert woman["maximum"] == 12


def test_an_answer_to_an_item_that_should_not_have_been_asked_counts_with_a_warning():
    found = applied([3, 2, 1, 2], unasked(3), respondent=Respondent(None, "male"))
    assert (list(found.scores), found.excluded) == ([3, 2, 1, 2], frozenset())
    assert codes(found) == [("answers_contradict_gate", ["4"])]
    assert "By the form's rule" in found.warnings[0]["detail"]


def test_the_caller_may_say_that_an_item_is_not_asked():
    form = form_of(unasked(3, when=None))
    report = score(form, [3, 2, 1, None], not_applicable=("4",))
    assert (report["scores"]["total"]["value"], report["scores"]["total"]["maximum"]) == (6, 9)
    assert score(form, [3, 2, 1, 3])["scores"]["total"]["value"] == 9


def test_change_is_not_judged_between_a_form_with_and_one_without_an_item():
    rule = ChangeRule("fixed", 2, None, 0.95, "src")
    form = instrument(items(4), scale(range(4), changes=(rule,)), gates=(unasked(3, when=None),))
    whole = Baseline(answers=[3, 3, 3, 0])
    short = Baseline(answers=[3, 3, 3, None])
    kept = score(form, [1, 1, 1, None], not_applicable=("4",), baseline=whole)
    assert kept["scores"]["total"]["change"]["note"] == "items_not_applicable"
    assert score(form, [1, 1, 1, 0], baseline=whole)["scores"]["total"]["change"]["category"]
    assert score(form, [1, 1, 1, 0], baseline=short)["scores"]["total"]["change"]["note"]


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
