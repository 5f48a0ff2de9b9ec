"""Percentiles of the shipped instruments, typed from the surveys, tables and data that they are
from, never from the engine.
"""

import pytest

from service.definitions.check import check_definition
from tests.builders import make_definition
from tests.shipped import CATALOG, score


def rank(instrument, answers, norm, scale="total", **told):
    report = score(instrument, answers, norms=(norm,), **told)
    (one,) = report["scores"][scale]["norms"]
    return one["percentile"], one["percentile_note"]


def form(n_items, total, most=3):
    """Return answers from 0 that come to a total."""
    given = {}
    for number in range(n_items):
        given[str(number + 1)] = min(most, total - sum(given.values()))
    return given


# MMWR 2018, 67(9), 287: none or minimal 76.3, mild 15.6, moderate 5.1, severe 2.9 % of adults.
@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (0, (None, "<76.3")),
        (4, (76.3, None)),
        (5, (None, "76.3-91.9")),
        (9, (91.9, None)),
        (14, (97.0, None)),
        (15, (None, ">97")),
    ],
)
def test_phq9_of_us_adults(total, expected):
    found = rank("phq-9", form(9, total), "us-adults-2013-2016", age=34)
    assert found == expected


def test_phq9_of_women_and_men():
    """71.3 + 18.3 of women and 81.6 + 12.8 of men have 9 or less."""
    women = rank("phq-9", form(9, 9), "us-women-2013-2016", age=34, sex="female")
    men = rank("phq-9", form(9, 9), "us-men-2013-2016", age=34, sex="male")
    assert (women, men) == ((89.6, None), (94.4, None))


def test_gad7_and_phq8_of_us_adults():
    """15.6 % have 5 or more on the GAD-7 (2019), 21.4 % on the PHQ-8 (2022)."""
    assert rank("gad-7", form(7, 4), "us-adults-2019") == (84.4, None)
    assert rank("gad-7", form(7, 21), "us-adults-2019") == (None, ">97.3")
    assert rank("phq-8", form(8, 4), "us-adults-2022") == (78.6, None)


# Low 68.0 %, high or very high 11.7 %, very high 3.7 %.
@pytest.mark.parametrize(
    ("total", "expected"), [(15, 68.0), (21, 100 - 11.7), (29, 100 - 3.7), (16, None)]
)
def test_k10_of_australian_adults(total, expected):
    answers = {name: 1 + extra for name, extra in form(10, total - 10, 4).items()}
    found, _ = rank("k10", answers, "au-adults-2014-15")
    assert found == (expected if expected is None else pytest.approx(expected))


# The data frame's own scores: pandas says quartiles 25, 34 and 41 of its CES_D, 28, 40, 60 of MH.
@pytest.mark.parametrize(
    ("instrument", "scale", "quartiles"),
    [("ces-d", "total", (25, 34, 41)), ("rand-36", "emotional-wellbeing", (28, 40, 60))],
)
def test_quartiles_of_the_help_cohort_are_those_of_its_own_scores(instrument, scale, quartiles):
    norm = next(one for one in CATALOG.get(instrument).document["norms"])
    known = dict(map(tuple, norm["scales"][scale]["quantiles"]))
    assert tuple(known[percent] for percent in (25, 50, 75)) == quartiles
    assert (norm["id"], norm["default"]) == ("us-detoxification", False)


@pytest.mark.parametrize(
    ("sex", "norm", "anxiety"),
    [("female", "gb-women-25-65", (4, 6, 9)), ("male", "gb-men-25-65", (2, 5, 8))],
)
def test_hads_has_the_published_quartiles(sex, norm, anxiety):
    """Anxiety: women 6 (4-9), men 5 (2-8); depression of both 3 (1-6)."""
    (group,) = (one for one in CATALOG.get("hads").document["norms"] if one["id"] == norm)
    assert [value for _, value in group["scales"]["anxiety"]["quantiles"]] == [*anxiety]
    assert group["scales"]["depression"]["quantiles"] == [[25, 1], [50, 3], [75, 6]]
    assert group["sex"] == sex


# Normal and borderline of Table 4 (Du 2008), summed: total 79.0 + 11.0 of adolescents themselves.
SDQ = {
    ("sdq-parent", "gb-children-shares", "total"): [[82.1, 13], [90.3, 16]],
    ("sdq-parent", "cn-shanghai-2008", "prosocial"): [[9.1, 4], [21.3, 5]],
    ("sdq-teacher", "cn-shanghai-2008", "hyperactivity"): [[83.1, 6], [92.1, 8]],
    ("sdq-self", "cn-shanghai-2008", "total"): [[79.0, 14], [90.0, 17]],
}


@pytest.mark.parametrize(("place", "shares"), SDQ.items())
def test_sdq_has_the_published_shares(place, shares):
    instrument, norm, scale = place
    (group,) = (one for one in CATALOG.get(instrument).document["norms"] if one["id"] == norm)
    assert group["scales"][scale]["quantiles"] == shares


def test_at_least_fifteen_instruments_have_percentiles():
    ranked = [
        entry.instrument.id
        for entry in CATALOG.entries()
        if any(norm.percentile_model is not None for norm in entry.instrument.norms)
    ]
    assert len(ranked) >= 15


def invented(model, **numbers):
    made = make_definition()
    (norm, *_) = made["norms"]
    norm["percentile_model"] = model
    norm["scales"] = {"total": {"metric": "sum", "mean": None, "sd": None, **numbers}}
    return [fault.code for fault in check_definition(made).faults]


@pytest.mark.parametrize(
    ("model", "numbers", "code"),
    [
        ("cumulative", {}, "required"),
        ("quantiles", {"quantiles": [[50, 4]]}, "wrong_length"),
        ("cumulative", {"quantiles": [[50, 4]], "sd": 2}, "required"),
        (None, {}, "required"),
    ],
)
def test_a_norm_without_a_mean_needs_shares_and_no_sd(model, numbers, code):
    assert code in invented(model, **numbers)


def test_one_share_is_enough():
    assert invented("cumulative", quantiles=[[50, 4]]) == []
