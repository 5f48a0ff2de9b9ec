"""Signs that the answers may not mean what they say."""

import pytest

from service.scoring.answers import Form, read_form
from service.scoring.form.quality import QualityCheck
from service.scoring.instrument import Item
from tests.scoring.forms import instrument, items, recoded, steps

PLAIN = instrument(items(5))
MIXED = instrument(items(5, reverse=[2, 4]))
UNSCORED = instrument((*items(4, reverse=[2]), Item("5", steps(0, 3), scored=False)))


def assess(form, answers):
    return QualityCheck(form).assess(read_form(form, answers))


@pytest.mark.parametrize(
    ("answers", "run"),
    [
        ([0, 1, 2, 3, 0], 1),
        ([1, 1, 2, 2, 2], 3),
        ([3, 3, 3, 3, 3], 5),
        ([1, 1, None, 1, 1], 2),
        ([None, None, 2, None, None], 1),
        ([2, 2.0, 2, 0, 0], 3),
        ([0, 0, 1, 0, 0], 2),
    ],
)
def test_the_longest_run_is_of_the_same_submitted_answer(answers, run):
    """A blank ends a run; reverse keying does not matter."""
    assert assess(PLAIN, answers)["longest_run"] == run
    assert assess(MIXED, answers)["longest_run"] == run


def test_a_form_without_answers_has_no_run():
    assert QualityCheck(PLAIN).assess(Form([None] * 5, [None] * 5))["longest_run"] == 0


@pytest.mark.parametrize(
    ("form", "answers", "straight"),
    [
        (MIXED, [3, 3, 3, 3, 3], True),
        (MIXED, [0, 0, 0, 0, 0], True),
        (MIXED, [3, 3, 3, 3, 2], False),
        (MIXED, [3, 3, 3, None, None], True),
        (MIXED, [3, None, 3, None, 3], False),
        (MIXED, [None, 3, None, 3, None], False),
        (MIXED, [3, 3, None, None, None], False),
        (PLAIN, [3, 3, 3, 3, 3], False),
        (PLAIN, [0, 0, 0, 0, 0], False),
        (UNSCORED, [1, 1, 1, 1, 3], True),
        (UNSCORED, [1, 1, 1, 2, 1], False),
    ],
)
def test_straightlining_is_one_answer_across_items_keyed_both_ways(form, answers, straight):
    assert assess(form, answers)["straightlined"] is straight


@pytest.mark.parametrize(
    ("form", "answers", "ceiling"),
    [
        (PLAIN, [3, 3, 3, 3, 3], True),
        (PLAIN, [3, 3, 3, 3, 2], False),
        (PLAIN, [3, None, 3, None, 3], True),
        (PLAIN, [3, None, 2, None, 3], False),
        (PLAIN, [None, None, None, None, 0], False),
        (PLAIN, [0, 0, 0, 0, 0], False),
        (MIXED, [3, 0, 3, 0, 3], True),
        (MIXED, [3, 3, 3, 3, 3], False),
        (instrument(items(2, recoded(v1=100, v2=0))), [1, 1], True),
        (instrument(items(2, recoded(v1=100, v2=0))), [2, 2], False),
    ],
)
def test_the_ceiling_is_the_highest_keyed_score_everywhere(form, answers, ceiling):
    assert assess(form, answers)["ceiling"] is ceiling
