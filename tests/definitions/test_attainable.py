"""The attainable scores are those that trying every complete form would find."""

from fractions import Fraction
from itertools import product

import pytest

from service.definitions.check import check_definition
from service.definitions.checks.attainable import AttainableScores
from service.definitions.checks.parts import Parts
from service.scoring.answers import Submission
from service.scoring.report import Scorer
from tests.builders import SITE, make_definition

ALL = {"min_answered": 3, "method": "none"}
RECODED = {
    "options": [{"value": 0, "score": 100}, {"value": 1, "score": 60}, {"value": 2, "score": 0}]
}
HALVES = {"min": 0, "max": 1, "step": 0.5}
EXAMPLE = {
    "title": "Lowest",
    "answers": {"1": 0},
    "expect": {"scores": {}},
    "source": "arithmetic",
    "working": "-",
}

SCALES = [
    ("a sum", {}),
    ("a mean", {"aggregation": "mean", "metric": "mean"}),
    ("a maximum", {"aggregation": "max", "metric": "max"}),
    ("a count", {"aggregation": "count", "metric": "count", "count": {"at_least": 1}}),
    ("a weighted sum", {"weights": {"1": 5, "3": 0.5}}),
    ("a weighted mean", {"aggregation": "mean", "metric": "mean", "weights": {"2": 2}}),
    (
        "a sum with a group",
        {"items": ["1", {"max_of": ["2", "3"]}], "missing": {**ALL, "min_answered": 2}},
    ),
    (
        "a linear transform of the sum",
        {
            "metric": "transformed",
            "transform": {"type": "linear", "of": "sum", "factor": -4, "offset": 3, **SITE},
        },
    ),
    (
        "a linear transform of the mean",
        {
            "metric": "transformed",
            "transform": {"type": "linear", "of": "mean", "factor": 10, "offset": 0, **SITE},
        },
    ),
]


@pytest.mark.parametrize("second", [RECODED, HALVES], ids=["recoded", "halves"])
@pytest.mark.parametrize("changes", [row[1] for row in SCALES], ids=[row[0] for row in SCALES])
def test_listed_scores_are_those_of_every_complete_form(changes, second):
    """The engine itself, run on every form, is the oracle."""
    sets = {"few": {"min": 0, "max": 2}, "second": second}
    items = [
        {"id": "1", "response_set": "few"},
        {"id": "2", "response_set": "second", "reverse": True},
        {"id": "3", "response_set": "few", "reverse": True},
    ]
    scale = {
        "id": "total",
        "title": "Total",
        "items": ["1", "2", "3"],
        "aggregation": "sum",
        "metric": "sum",
        "missing": ALL,
        "direction": "higher_is_worse",
    }
    definition = make_definition(
        response_sets=sets, items=items, scales=[{**scale, **changes}], examples=[EXAMPLE, EXAMPLE]
    )
    definition |= {
        "gates": [],
        "norms": [],
        "criteria": [],
        "risks": [],
    }
    checked = check_definition(definition)
    assert checked.faults == ()
    assert checked.instrument is not None
    scorer = Scorer(checked.instrument)
    forms = product(*(item.score_of for item in checked.instrument.items))
    every = {scorer.score(Submission(answers=form))["scores"]["total"]["value"] for form in forms}
    scores = AttainableScores(Parts(definition)).headline("total")
    assert scores is not None
    assert [float(value) for value in scores.values or ()] == pytest.approx(
        sorted(every), abs=1e-12
    )
    assert (float(scores.low), float(scores.high)) == pytest.approx((min(every), max(every)))


def scores_of(response_set, n_items=3):
    items = [{"id": str(number), "response_set": "one"} for number in range(n_items)]
    scale = {**make_definition()["scales"][0], "items": [item["id"] for item in items]}
    definition = make_definition(response_sets={"one": response_set}, items=items, scales=[scale])
    return AttainableScores(Parts(definition)).headline("total")


@pytest.mark.parametrize(("least", "values"), [(2, (1, 2, 3)), (1, (0, 1, 2, 3))])
def test_the_highest_of_a_group_reaches_at_least_every_lowest_score(least, values):
    """Items from 0 to 2 and from 1 to 3: the higher of the two is never 0, unless one of them is
    enough.
    """
    sets = {"a": {"min": 0, "max": 2}, "b": {"min": 1, "max": 3}}
    items = [{"id": name, "response_set": name} for name in sets]
    group = {"max_of": ["a", "b"], "min_answered": least}
    scale = {**make_definition()["scales"][0], "items": [group]}
    definition = make_definition(response_sets=sets, items=items, scales=[scale])
    assert AttainableScores(Parts(definition)).headline("total").values == values


def test_a_sum_may_skip_numbers():
    """Three items worth 0 or 7."""
    scores = scores_of({"options": [{"value": 0, "score": 0}, {"value": 1, "score": 7}]})
    assert scores.values == (0, 7, 14, 21)


def test_a_sum_of_tenths_is_exact():
    scores = scores_of({"min": 0, "max": 0.3, "step": 0.1})
    assert scores.values == tuple(Fraction(tenths, 10) for tenths in range(10))


def test_a_line_has_a_range_and_no_list():
    scores = scores_of({"min": 0, "max": 10, "step": None})
    assert (scores.low, scores.high, scores.values) == (0, 30, None)


def test_too_many_sums_to_list_are_treated_as_a_range():
    """101 items in 201 steps of 0.5 would have 20 201 different sums."""
    scores = scores_of({"min": 0, "max": 100, "step": 0.5}, n_items=101)
    assert (scores.low, scores.high, scores.values) == (0, 10_100, None)
