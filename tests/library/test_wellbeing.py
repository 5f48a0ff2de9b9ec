"""Faults of other software on measures of well-being, functioning, quality of life and the self.

Each test is named after a fault of somebody else's code, page or paper that ours must not have.
Expected numbers are those of the published keys, or arithmetic on them written out; none comes from
the engine.
"""

import pytest

from tests.shipped import (
    CATALOG,
    band_at,
    bands,
    but,
    cutoffs,
    document,
    faults,
    scales,
    score,
    spread,
    values,
)


@pytest.mark.parametrize(("raw", "poor"), [(0, True), (12, True), (13, False), (25, False)])
def test_who5_raw_score_compared_with_the_percentage_cutoff(raw, poor):
    assert values("who-5", spread(5, raw)) == {"total": 4 * raw}
    assert cutoffs("who-5", spread(5, raw)) == {"who-2024": poor}


def test_wemwbs_forms_taken_for_one_another():
    """Fourteen items give a plain sum; the seven of the short form give a metric score and are no
    part of the long.
    """
    assert values("wemwbs", [3] * 14) == {"total": 42}
    assert values("swemwbs", [3] * 7) == {"total": 19.25}
    assert faults("swemwbs", [3] * 14) == {("/answers", "wrong_length")}
    assert faults("wemwbs", [3] * 7) == {("/answers", "wrong_length")}


def test_whodas_maximum_of_3_with_an_option_4():
    entry = score("whodas-12", [4] * 12)["scores"]["total"]
    assert (entry["value"], entry["minimum"], entry["maximum"]) == (48, 0, 48)
    assert faults("whodas-12", {"1": 5}) == {("/answers/1", "value_not_allowed")}


def test_whoqol_total_invented():
    """One page has a total of 26-156."""
    assert scales("whoqol-bref") == {"physical", "psychological", "social", "environment"}


def test_swls_anchors_misprinted():
    """1 is strong disagreement: the satisfied answer 7, not 1."""
    assert bands("swls", [1] * 5) == {
        "diener-seven-bands": "extremely-dissatisfied",
        "diener-six-bands": "extremely-dissatisfied",
    }
    assert values("swls", [7] * 5) == {"total": 35}
    assert bands("swls", [7] * 5) == {
        "diener-seven-bands": "extremely-satisfied",
        "diener-six-bands": "very-high",
    }
    assert document("swls")["scales"][0]["direction"] == "higher_is_better"


@pytest.mark.parametrize("total", range(5, 36))
def test_swls_bands_of_two_sheets_mixed(total):
    older = {
        5: "extremely-dissatisfied", 10: "dissatisfied", 15: "slightly-dissatisfied", 20: "neutral",
        21: "slightly-satisfied", 26: "satisfied", 31: "extremely-satisfied",
    }  # fmt: skip
    newer = {
        5: "extremely-dissatisfied", 10: "dissatisfied", 15: "slightly-below-average",
        20: "average",
        25: "high", 30: "very-high",
    }  # fmt: skip
    assert bands("swls", spread(5, total)) == {
        "diener-seven-bands": band_at(total, older),
        "diener-six-bands": band_at(total, newer),
    }


def test_gse_with_five_options():
    assert faults("gse", {"1": 0, "2": 1, "3": 4, "4": 5}) == {
        ("/answers/1", "value_not_allowed"),
        ("/answers/4", "value_not_allowed"),
    }
    entry = score("gse", [4] * 10)["scores"]["total"]
    assert (entry["value"], entry["minimum"], entry["maximum"]) == (40, 10, 40)


@pytest.mark.parametrize(("instrument", "total"), [("rses-umd", 12), ("rses-1965", 18)])
def test_rses_key_of_the_other_item_order(instrument, total):
    """All 0 is 15 in both orders and hides the mistake; item 2 alone shows it: 15 - 3 or 15 + 3."""
    assert values(instrument, but(10, 0, i2=3)) == {"total": total}


@pytest.mark.parametrize("item", range(1, 11))
def test_rses_item_9_left_unreversed(item):
    """One file reverses only 3, 5, 8 and 10 of the original order."""
    answers = but(10, 0, **{f"i{item}": 3})
    assert values("rses-1965", answers) == {"total": 15 - 3 if item in (3, 5, 8, 9, 10) else 15 + 3}
    assert values("rses-umd", answers) == {"total": 15 - 3 if item in (2, 5, 6, 8, 9) else 15 + 3}


@pytest.mark.parametrize("instrument", ["rses-umd", "rses-1965", "pss-10", "pss-4", "gse"])
def test_bands_of_nobody_in_particular(instrument):
    """PSS bands, the normal range of self-esteem and the like are not the authors'."""
    [scale] = CATALOG.get(instrument).instrument.scales
    assert (scale.bands, scale.cutoffs) == ((), ())


def brs_answers(keyed: int) -> dict[str, int]:
    """Return answers whose keyed sum is given: items 2, 4 and 6 are reversed."""
    scored = enumerate(spread(6, keyed), start=1)
    return {str(item): 6 - one if item in (2, 4, 6) else one for item, one in scored}


@pytest.mark.parametrize("keyed", range(6, 31))
def test_brs_top_band_up_to_6(keyed):
    """Low to 2.99, normal 3.00-4.30, high 4.31-5.00: in sums of six items from 18 and from 26."""
    entry = score("brs", brs_answers(keyed))["scores"]["total"]
    assert entry["value"] == pytest.approx(keyed / 6)
    assert (entry["minimum"], entry["maximum"]) == (1, 5)
    assert [found["id"] for found in entry["bands"]] == [
        band_at(keyed, {6: "low", 18: "normal", 26: "high"})
    ]


def test_brs_limits_of_the_bands():
    [system] = document("brs")["scales"][0]["bands"]
    assert [(band["min"], band["max"]) for band in system["bands"]] == [
        (1, 2.99),
        (3, 4.3),
        (4.31, 5),
    ]


def test_brs_with_ten_items():
    assert faults("brs", [3] * 10) == {("/answers", "wrong_length")}


def test_brs_reversed_as_6_to_2():
    """Reversed is 6 - x: 5 becomes 1. All 1 is (3 x 1 + 3 x 5) / 6; with item 2 at 5 it is 4 / 6
    less.
    """
    assert values("brs", but(6, 1, i2=5)) == pytest.approx({"total": 14 / 6})
    assert faults("brs", {"2": 6}) == {("/answers/2", "value_not_allowed")}


SWEMWBS = [
    7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36, 16.88, 17.43, 17.98, 18.59,
    19.25,
    19.98, 20.73, 21.54, 22.35, 23.21, 24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70, 32.55,
    35.00,
]  # fmt: skip


@pytest.mark.parametrize(("raw", "metric"), list(zip(range(7, 36), SWEMWBS, strict=True)))
def test_swemwbs_reported_as_raw_score_only(raw, metric):
    """Every raw score has its metric score; 29 is 26.02 and not 25.99."""
    answers = [raw // 7 + (index < raw % 7) for index in range(7)]
    entry = score("swemwbs", answers)["scores"]["total"]
    assert (entry["value"], entry["sum"]) == (metric, raw)


def test_rand36_all_ones():
    assert values("rand-36", [1] * 36) == {
        "physical-functioning": 0,
        "role-physical": 0,
        "role-emotional": 0,
        "energy": 50,
        "emotional-wellbeing": 40,
        "social-functioning": 50,
        "pain": 100,
        "general-health": 60,
    }


RAND36 = {
    "physical-functioning": range(3, 13),
    "role-physical": range(13, 17),
    "role-emotional": range(17, 20),
    "energy": (23, 27, 29, 31),
    "emotional-wellbeing": (24, 25, 26, 28, 30),
    "social-functioning": (20, 32),
    "pain": (21, 22),
    "general-health": (1, 33, 34, 35, 36),
}
FALLING = {
    5: [100, 75, 50, 25, 0],
    6: [100, 80, 60, 40, 20, 0],
}
RECODED = (
    dict.fromkeys((1, 20, 22, 34, 36), FALLING[5])
    | {item: [0, 50, 100] for item in range(3, 13)}
    | {item: [0, 100] for item in range(13, 20)}
    | dict.fromkeys((21, 23, 26, 27, 30), FALLING[6])
    | dict.fromkeys((24, 25, 28, 29, 31), FALLING[6][::-1])
    | dict.fromkeys((32, 33, 35), FALLING[5][::-1])
)


@pytest.mark.parametrize("item", RECODED)
def test_rand36_every_answer_is_recoded_as_published(item):
    """One answered item alone is its scale's score: the mean of the answered items."""
    [owner] = [scale for scale, its_items in RAND36.items() if item in its_items]
    for answer, worth in enumerate(RECODED[item], start=1):
        found = values("rand-36", {str(item): answer})
        assert found == {scale: worth if scale == owner else None for scale in RAND36}


def test_rand36_overall_mean_with_the_item_on_change():
    assert set(CATALOG.get("rand-36").instrument.scale) == set(RAND36)
    assert set(values("rand-36", {"2": 1}).values()) == {None}


def test_promis29_printed_numbers_turned_round_again():
    """The form prints 5 for without any difficulty, very poor sleep, and never having trouble."""
    domains = (
        "physical-function", "anxiety", "depression", "fatigue", "sleep-disturbance",
        "social-roles", "pain-interference",
    )  # fmt: skip
    well = [5] * 4 + [1] * 16 + [5] * 4 + [1] * 4 + [0]
    ill = [1] * 4 + [5] * 16 + [1] * 4 + [5] * 4 + [10]
    best = (56.9, 40.3, 41.0, 33.7, 32.0, 64.2, 41.6)
    worst = (22.9, 81.6, 79.4, 75.8, 73.3, 27.5, 75.6)
    assert values("promis-29", well) == dict(zip(domains, best, strict=True))
    assert values("promis-29", ill) == dict(zip(domains, worst, strict=True))


def test_promis29_summed_by_printed_column():
    """First column: very poor 5 and not refreshed 5 beside two answers of 1 are 12, T 54.3."""
    first = values("promis-29", [1] * 29, encoding="position")
    assert (first["sleep-disturbance"], first["physical-function"]) == (54.3, 56.9)
    assert (first["social-roles"], first["pain-interference"]) == (64.2, 41.6)
