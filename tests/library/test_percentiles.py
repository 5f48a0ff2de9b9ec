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


# Where "no" is the depressed answer.
CONTENT = (1, 5, 7, 11, 13)


def older(total):
    """Return answers to the GDS-15 that come to a total."""
    return {str(item): int((item <= total) != (item in CONTENT)) for item in range(1, 16)}


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


# NCHS data brief 203: serious distress (13 or more) in 3.4 % of adults, 2.8 of men, 3.9 of women.
# Scottish Health Survey 2017, Table 4.7: 8 or more in 17 %, 25 and 10; 16 or more in 2, 3 and 1;
# Table 9.4 (2016 and 2017): 95.9 % no problem or no gambler, 2.5 at low, 1.0 at moderate risk.
# APMS 2023/4: 4 or more items of the ASRS count in 13.9 %, of men 12.4, of women 14.9.
# Hajek and König 2020: 3 or more for depression in 10.4 % of 2,952, for anxiety in 9.8 %.
# Arias-de la Torre 2021: 10 or more in 6.38 %, of men 4.89, of women 7.74.
# Lindkvist and Feldman 2016, Table 2: 20,836 of 29,187 have 0 points and 270 all twelve.
# Murphy 2016: positive on the total, from 15, are 11.6 % of the children.
# MRC trial of people from 75: 3 or more of the GDS-15 have 34.6 %, 6 or more 8.0, 8 or more 3.1.
# Beutel 2019: 10 or more of the PHQ-15 have 9.3 % of Germans, 11.7 of Leipzig, 15.6 of its women.
# Castile and León 1992: two or more of the CAGE have 10.6 % of weekly drinkers, 3.6 of women.
@pytest.mark.parametrize(
    ("instrument", "answers", "norm", "expected"),
    [
        ("k6", form(6, 11, 4), "us-adults-2009-2013", (None, "<96.6")),
        ("k6", form(6, 12, 4), "us-adults-2009-2013", (100 - 3.4, None)),
        ("k6", form(6, 13, 4), "us-adults-2009-2013", (None, ">96.6")),
        ("k6", form(6, 12, 4), "us-men-2009-2013", (100 - 2.8, None)),
        ("k6", form(6, 12, 4), "us-women-2009-2013", (100 - 3.9, None)),
        ("audit", form(10, 7, 4), "gb-scotland-adults-2017", (83, None)),
        ("audit", form(10, 8, 4), "gb-scotland-adults-2017", (None, "83-98")),
        ("audit", form(10, 15, 4), "gb-scotland-men-2017", (97, None)),
        ("audit", form(10, 16, 4), "gb-scotland-women-2017", (None, ">99")),
        ("pgsi", form(9, 0), "gb-scotland-adults-2016-17", (95.9, None)),
        ("pgsi", form(9, 2), "gb-scotland-adults-2016-17", (95.9 + 2.5, None)),
        ("pgsi", form(9, 7), "gb-scotland-adults-2016-17", (95.9 + 2.5 + 1.0, None)),
        ("pgsi", form(9, 8), "gb-scotland-adults-2016-17", (None, ">99.4")),
        ("asrs-6", form(6, 12, 4), "gb-england-adults-2023-24", (100 - 13.9, None)),
        ("asrs-6", form(6, 16, 4), "gb-england-adults-2023-24", (None, ">86.1")),
        ("asrs-6", form(6, 12, 4), "gb-england-men-2023-24", (100 - 12.4, None)),
        ("asrs-6", form(6, 12, 4), "gb-england-women-2023-24", (100 - 14.9, None)),
        ("phq-2", form(2, 2), "de-adults-2012-2014", (100 - 10.4, None)),
        ("gad-2", form(2, 2), "de-adults-2012-2014", (100 - 9.8, None)),
        ("phq-8", form(8, 9), "europe-adults-2013-2015", (100 - 6.38, None)),
        ("phq-8", form(8, 9), "europe-men-2013-2015", (100 - 4.89, None)),
        ("phq-8", form(8, 9), "europe-women-2013-2015", (100 - 7.74, None)),
        ("phq-8", form(8, 10), "us-adults-2006", (None, ">91.4")),
        (
            "ghq-12",
            form(12, 0),
            "se-adults-2012",
            (pytest.approx(100 * 20836 / 29187, abs=0.05), None),
        ),
        (
            "ghq-12",
            form(12, 33),
            "se-adults-2012",
            (pytest.approx(100 - 100 * 270 / 29187, abs=0.05), None),
        ),
        ("ghq-12", form(12, 36), "se-adults-2012", (None, ">99.1")),
        ("psc-17", form(17, 14, 2), "us-outpatients-2006-2015", (100 - 11.6, None)),
        ("gds-15", older(2), "gb-75-and-over", (100 - 34.6, None)),
        ("gds-15", older(5), "gb-75-and-over", (100 - 8.0, None)),
        ("gds-15", older(7), "gb-75-and-over", (100 - 3.1, None)),
        ("phq-15", form(15, 9, 2), "de-general-population", (100 - 9.3, None)),
        ("phq-15", form(15, 9, 2), "de-leipzig-adults", (100 - 11.7, None)),
        ("phq-15", form(15, 9, 2), "de-leipzig-women", (100 - 15.6, None)),
        ("cage", form(4, 1, 1), "es-weekly-drinkers-all", (100 - 10.6, None)),
        ("cage", form(4, 1, 1), "es-weekly-drinkers-women", (100 - 3.6, None)),
    ],
)
def test_shares_of_surveys_are_told_at_their_scores_alone(instrument, answers, norm, expected):
    words = norm.split("-")
    sex = {"women": "female", "girls": "female", "men": "male", "boys": "male"}
    told = next((sex[word] for word in words if word in sex), None)
    age = {"psc-17": 10, "scoff": 15, "gds-15": 80}.get(instrument, 34)
    assert rank(instrument, answers, norm, age=age, sex=told) == expected


def test_at_least_thirty_instruments_have_percentiles():
    ranked = [
        entry.instrument.id
        for entry in CATALOG.entries()
        if any(norm.percentile_model is not None for norm in entry.instrument.norms)
    ]
    assert len(ranked) >= 30


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
