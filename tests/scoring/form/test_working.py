"""The working of a score: a reader can redo the sum from it by hand."""

import pytest

from service.scoring.applicability import Applicability
from service.scoring.form.working import describe_rule
from service.scoring.instrument import (
    Item,
    LookupTable,
    MissingRule,
    Term,
    Transform,
)
from service.scoring.missing import method_named
from service.scoring.rules import Gate
from tests.scoring.forms import at, instrument, items, line, recoded, scale, score, steps

FORM = (
    Item("1", steps(1, 5)),
    Item("2", steps(1, 5), reverse=True),
    Item("3", recoded(v1=100, v2=50, v3=0)),
    Item("4", recoded(v1=100, v2=50, v3=0), reverse=True),
)


def rows(form, answers, **submitted):
    report = score(form, answers, working=True, **submitted)
    return {row["item"]: row for row in report["scores"]["total"]["working"]["items"]}


@pytest.mark.parametrize(
    ("item", "answer", "reverse", "recode", "value", "rule"),
    [
        ("1", 2, False, False, 2, "as submitted"),
        ("2", 2, True, False, 4, "reverse-keyed: 1 + 5 - score"),
        ("3", 2, False, True, 50, "recoded by the form's table"),
        ("4", 1, True, True, 0, "reverse-keyed: 0 + 100 - score"),
    ],
)
def test_each_row_shows_answer_treatment_and_value(item, answer, reverse, recode, value, rule):
    row = rows(instrument(FORM), [2, 2, 2, 1])[item]
    assert row == {
        "item": item,
        "answer": answer,
        "reversed": reverse,
        "recoded": recode,
        "value": value,
        "rule": rule,
    }


@pytest.mark.parametrize(("answer", "value"), [(0, 0), (2, 1)])
def test_a_table_that_changes_some_answers_is_named_for_all(answer, value):
    form = instrument((Item("1", recoded(v0=0, v1=0, v2=1)),), scale([0]))
    row = rows(form, [answer])["1"]
    assert (row["recoded"], row["value"], row["rule"]) == (
        True,
        value,
        "recoded by the form's table",
    )


def test_the_values_shown_add_up_to_the_sum():
    report = score(instrument(FORM), [2, 2, 2, 1], working=True)
    entry = report["scores"]["total"]
    assert sum(row["value"] for row in entry["working"]["items"]) == entry["sum"] == 2 + 4 + 50 + 0


@pytest.mark.parametrize(
    ("method", "rule"),
    [
        ("none", "not answered"),
        ("prorate", "not answered: replaced by the mean of the answered items if enough are"),
        ("zero", "not answered: counts as 0 if enough are answered"),
    ],
)
def test_a_blank_says_what_becomes_of_it(method, rule):
    form = instrument(
        FORM,
        scale(
            range(4),
            missing=MissingRule(4 if method == "none" else 2, method_named(method), source="s"),
        ),
    )
    row = rows(form, [1, None, 2, 1])["2"]
    assert (row["answer"], row["value"], row["reversed"], row["rule"]) == (None, None, False, rule)


@pytest.mark.parametrize(
    ("treat_as", "rule"), [(1, "does not apply: counts as 1"), (None, "left out: does not apply")]
)
def test_an_item_that_does_not_apply_says_so(treat_as, rule):
    gates = (Gate("g", (1,), at(0, "==", 1), treat_as, False, False, "src"),)
    row = rows(instrument(FORM, gates=gates), [1, None, 2, 1], not_applicable=("2",))["2"]
    assert (row["answer"], row["value"], row["reversed"], row["rule"]) == (
        None,
        treat_as,
        False,
        rule,
    )


def test_printed_columns_are_shown_as_the_values_they_stand_for():
    form = instrument((Item("1", steps(1, 5), mirrored=True),))
    assert rows(form, [1], encoding="position")["1"]["answer"] == 5


def test_the_working_of_a_composite_shows_the_items_of_its_scales():
    composite = scale((), "composite", components=("a", "b"), metric="sum", missing=MissingRule(2))
    form = instrument(items(3), scale([0], id="a"), scale([2, 0], id="b"), composite)
    assert list(rows(form, [1, 2, 3])) == ["1", "3"]


TABLE = Transform("sum", tables=(LookupTable(Applicability(), {0: (1, None)}),))


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (scale([0, 2]), "sum of 1, 3"),
        (scale([2, 0], "mean"), "mean of 3, 1"),
        (scale([0, 1], "max"), "highest of 1, 2"),
        (scale([0, 1], "count", at_least=(1, 1)), "number at or above threshold of 1, 2"),
        (scale([0, 1], weights=(1, 0.5)), "sum of 1 x 1, 0.5 x 2"),
        (scale(terms=(Term((0, 1)), Term((2,)))), "sum of highest of (1, 2), 3"),
        (scale([0, 1], transform=Transform("mean", 10, 0)), "sum of 1, 2; 10 x mean + 0"),
        (scale([0, 1], transform=Transform("sum", 6.25, -25)), "sum of 1, 2; 6.25 x sum + -25"),
        (scale([0, 1], transform=TABLE), "sum of 1, 2; the sum converted by the published table"),
        (scale((), "composite", components=("a", "b"), composite_method="mean"), "mean of a, b"),
        (scale([0, 1], weights=(1, 1.2345678)), "sum of 1 x 1, 1.2345678 x 2"),
    ],
)
def test_the_rule_in_words(one, words):
    assert describe_rule(instrument(items(3)), one) == words


def test_the_working_is_only_given_when_asked_for():
    assert "working" not in score(instrument(items(2, line())), [1, 2])["scores"]["total"]
