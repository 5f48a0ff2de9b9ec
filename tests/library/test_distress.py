"""Faults of other software on other measures of depression, anxiety and distress.

Each test is named after a fault of somebody else's code, page or paper that ours must not have.
Expected numbers are those of the published keys, or arithmetic on them written out; none comes from
the engine.
"""

import pytest

from tests.library.keys import DASS_21, DASS_42
from tests.shipped import (
    CATALOG,
    band_at,
    bands,
    but,
    document,
    faults,
    only,
    scales,
    score,
    spread,
    sums,
    values,
)

DASS_BANDS = {
    "depression": (0, 10, 14, 21, 28),
    "anxiety": (0, 8, 10, 15, 20),
    "stress": (0, 15, 19, 26, 34),
}
DASS_NAMES = ("normal", "mild", "moderate", "severe", "extremely-severe")


@pytest.mark.parametrize("scale", DASS_BANDS)
@pytest.mark.parametrize("raw", range(43))
def test_dass42_cutoffs_unlike_the_manual_or_doubled(scale, raw):
    """The long form is not doubled, and each scale has the manual's own limits: stress limits are
    for stress.
    """
    spent = dict(zip(map(str, DASS_42[scale]), spread(14, raw), strict=True))
    entry = score("dass-42", but(42, 0) | spent)["scores"][scale]
    assert (entry["value"], entry["sum"]) == (raw, raw)
    expected = band_at(raw, dict(zip(DASS_BANDS[scale], DASS_NAMES, strict=True)))
    assert [found["id"] for found in entry["bands"]] == [expected]


def test_dass42_depression_and_anxiety_items_swapped():
    assert values("dass-42", only(42, DASS_42["depression"], 3)) == {
        "depression": 42,
        "anxiety": 0,
        "stress": 0,
    }
    assert values("dass-42", only(42, DASS_42["anxiety"], 3)) == {
        "depression": 0,
        "anxiety": 42,
        "stress": 0,
    }


def test_dass42_stress_item_18_dropped():
    assert values("dass-42", only(42, (18,), 3)) == {"depression": 0, "anxiety": 0, "stress": 3}


def test_dass42_total_invented():
    assert scales("dass-42") == {"depression", "anxiety", "stress"}


@pytest.mark.parametrize("item", range(1, 22))
def test_dass21_items_swapped_or_dropped(item):
    """Depression and anxiety are not exchanged, and item 18 counts for stress."""
    [owner] = [scale for scale, its_items in DASS_21.items() if item in its_items]
    assert values("dass-21", but(21, 0, **{f"i{item}": 3})) == {
        scale: 6 * (scale == owner) for scale in DASS_21
    }


@pytest.mark.parametrize("scale", DASS_21)
@pytest.mark.parametrize("raw", range(22))
def test_dass21_bands_read_on_undoubled_scores(scale, raw):
    """Double first, then band: an anxiety sum of 5 is 10 and moderate."""
    answers: dict[str, int | None] = but(21, 0)
    answers |= {
        str(item): raw // 7 + (index < raw % 7) for index, item in enumerate(DASS_21[scale])
    }
    entry = score("dass-21", answers)["scores"][scale]
    assert (entry["value"], entry["sum"]) == (2 * raw, raw)
    expected = band_at(2 * raw, dict(zip(DASS_BANDS[scale], DASS_NAMES, strict=True)))
    assert [found["id"] for found in entry["bands"]] == [expected]


def test_dass21_total_invented():
    assert set(CATALOG.get("dass-21").instrument.scale) == set(DASS_21)


def test_k10_codings_mixed_up():
    """0 exists only in the US coding and 5 only in the Australian: each refuses what only fits the
    other.
    """
    assert faults("k10", {"1": 0, "2": 1, "3": 5}) == {("/answers/1", "value_not_allowed")}
    assert faults("k10-us", {"1": 0, "2": 1, "3": 5}) == {("/answers/3", "value_not_allowed")}
    ends = [score(name, [low] * 10)["scores"]["total"] for name, low in (("k10", 1), ("k10-us", 0))]
    assert [(end["value"], end["minimum"], end["maximum"]) for end in ends] == [
        (10, 10, 50),
        (0, 0, 40),
    ]


def test_k10_bands_of_one_coding_applied_to_the_other():
    assert CATALOG.get("k10-us").instrument.scale["total"].bands == ()


@pytest.mark.parametrize("total", range(10, 51))
def test_k10_bands_of_two_systems_mixed(total):
    assert bands("k10", spread(10, total)) == {
        "abs": band_at(total, {10: "low", 16: "moderate", 22: "high", 30: "very-high"}),
        "crufad": band_at(total, {10: "well", 20: "mild", 25: "moderate", 30: "severe"}),
    }


def test_core_om_item_30_reversed():
    """The nine-item key would give 36 and put 4 on problems."""
    assert sums("core-om", [0] * 34) == {
        "wellbeing": 8,
        "problems": 0,
        "functioning": 24,
        "risk": 0,
        "non-risk": 32,
        "total": 32,
    }
    entry = score("core-om", [0] * 34)["scores"]["total"]
    assert entry["mean"] == pytest.approx(32 / 34)
    assert entry["value"] == pytest.approx(320 / 34)
    assert sums("core-om", but(34, 0, i30=4))["problems"] == 4


def test_core_om_named_after_another_questionnaire():
    assert "Clinical Outcomes in Routine Evaluation" in document("core-om")["title"]
    assert "Caregiver" not in str(document("core-om"))


@pytest.mark.parametrize("item", [6, 9, 16, 22, 24, 34])
def test_core_om_risk_hidden_by_a_missing_total(item):
    report = score("core-om", {str(item): 1})
    assert report["scores"]["total"]["value"] is None
    assert [(risk["item"], risk["raised"]) for risk in report["risks"] if risk["raised"]] == [
        (str(item), True)
    ]


def test_cesd_answer_of_4_turned_into_minus_1():
    for item in range(1, 21):
        assert faults("ces-d", {str(item): 4}) == {(f"/answers/{item}", "value_not_allowed")}


def test_cesd_positive_items_not_reversed():
    assert values("ces-d", [0] * 20) == {"total": 12}
    assert values("ces-d", but(20, 0, i4=3, i8=3, i12=3, i16=3)) == {"total": 0}
    assert values("ces-d", but(20, 3, i4=0, i8=0, i12=0, i16=0)) == {"total": 60}


def test_qids_summed_instead_of_the_highest_of_each_group():
    assert values("qids-sr16", [3] * 16) == {"total": 27}
    assert bands("qids-sr16", [3] * 16) == {"rush-2003": "very-severe"}


@pytest.mark.parametrize("group", [(1, 2, 3, 4), (6, 7), (8, 9), (15, 16)])
def test_qids_sleep_weight_and_agitation_counted_more_than_once(group):
    for item in group:
        assert values("qids-sr16", only(16, (item,), 2)) == {"total": 2}
    assert values("qids-sr16", only(16, group, 3)) == {"total": 3}


@pytest.mark.parametrize(("left", "right"), [("6", "7"), ("8", "9")])
def test_qids_unused_alternative_taken_for_a_missing_answer(left, right):
    assert values("qids-sr16", but(16, 3, **{f"i{left}": None})) == {"total": 27}
    assert values("qids-sr16", but(16, 3, **{f"i{right}": None})) == {"total": 27}


def test_epds_positions_summed_unreversed():
    """First option everywhere: items 3 and 5-10 are printed from 3 down, so 7 x 3 + 3 x 0 = 21."""
    assert values("epds", [1] * 10, encoding="position") == {"total": 21}
    assert values("epds", [4] * 10, encoding="position") == {"total": 9}
    assert values("epds", [1, 1, 4, 1, 4, 4, 4, 4, 4, 4], encoding="position") == {"total": 0}


def test_epds_scores_reversed_again():
    """The healthiest person gets 0 and not 9: scores are scores, also on items 1, 2 and 4."""
    assert document("epds")["submitted_as"] == "scores"
    assert values("epds", [0] * 10) == {"total": 0}
    for item in range(1, 11):
        assert values("epds", only(10, (item,), 3)) == {"total": 3}


def test_epds_risk_read_from_the_position():
    """Position 4 of item 10 is the score 0."""
    assert [risk["raised"] for risk in score("epds", {"10": 4}, encoding="position")["risks"]] == [
        False
    ]
    assert [risk["raised"] for risk in score("epds", {"10": 3}, encoding="position")["risks"]] == [
        True
    ]
    assert [risk["raised"] for risk in score("epds", {"10": 1})["risks"]] == [True]


PROMIS = {
    "promis-depression-4a": [
        41.0, 49.0, 51.8, 53.9, 55.7, 57.3, 58.9, 60.5, 62.2, 63.9, 65.7, 67.5, 69.4, 71.2, 73.3,
        75.7, 79.4,
    ],
    "promis-anxiety-4a": [
        40.3, 48.0, 51.2, 53.7, 55.8, 57.7, 59.5, 61.4, 63.4, 65.3, 67.3, 69.3, 71.2, 73.3, 75.4,
        77.9, 81.6,
    ],
    "promis-depression-8a": [
        38.2, 44.7, 47.5, 49.4, 50.9, 52.1, 53.2, 54.1, 55.1, 55.9, 56.8, 57.7, 58.5, 59.4, 60.3,
        61.2, 62.1,
        63.0, 63.9, 64.9, 65.8, 66.8, 67.7, 68.7, 69.7, 70.7, 71.7, 72.8, 73.9, 75.0, 76.4, 78.2,
        81.3,
    ],
    "promis-depression-8b": [
        37.1, 43.3, 46.2, 48.2, 49.8, 51.2, 52.3, 53.4, 54.3, 55.3, 56.2, 57.1, 57.9, 58.8, 59.7,
        60.7, 61.6,
        62.5, 63.5, 64.4, 65.4, 66.4, 67.4, 68.3, 69.3, 70.4, 71.4, 72.5, 73.6, 74.8, 76.2, 77.9,
        81.1,
    ],
    "promis-anxiety-8a": [
        37.1, 43.2, 45.9, 47.8, 49.4, 50.8, 52.1, 53.2, 54.3, 55.4, 56.4, 57.4, 58.4, 59.4, 60.4,
        61.4, 62.5,
        63.5, 64.5, 65.6, 66.6, 67.7, 68.7, 69.8, 70.8, 71.9, 73.0, 74.1, 75.4, 76.7, 78.2, 80.0,
        83.1,
    ],
    "promis-fatigue-4a": [
        33.7, 39.7, 43.1, 46.0, 48.6, 51.0, 53.1, 55.1, 57.0, 58.8, 60.7, 62.7, 64.6, 66.7, 69.0,
        71.6, 75.8,
    ],
    "promis-sleep-disturbance-4a": [
        32.0, 37.5, 41.1, 43.8, 46.2, 48.4, 50.5, 52.4, 54.3, 56.1, 57.9, 59.8, 61.7, 63.8, 66.0,
        68.8, 73.3,
    ],
    "promis-social-roles-4a": [
        27.5, 31.8, 34.0, 35.7, 37.3, 38.8, 40.5, 42.3, 44.2, 46.2, 48.1, 50.0, 51.9, 53.7, 55.8,
        58.3, 64.2,
    ],
    "promis-pain-interference-4a": [
        41.6, 49.6, 52.0, 53.9, 55.6, 57.1, 58.5, 59.9, 61.2, 62.5, 63.8, 65.2, 66.6, 68.0, 69.7,
        71.6, 75.6,
    ],
    "promis-physical-function-4a": [
        22.5, 26.6, 28.9, 30.5, 31.9, 33.2, 34.4, 35.6, 36.7, 37.9, 39.2, 40.5, 41.9, 43.5, 45.5,
        48.3, 57.0,
    ],
    "promis-anger-5a": [
        32.9, 38.1, 41.3, 44.0, 46.3, 48.4, 50.6, 52.7, 54.7, 56.8, 58.8, 60.8, 62.9, 65.0, 67.2,
        69.4, 71.7, 74.1, 76.8, 79.6, 82.9,
    ],
}  # fmt: skip


def n_items(form: str) -> int:
    """Return the number of items that a PROMIS short form has in its name."""
    return int(form[-2])


@pytest.mark.parametrize("instrument", PROMIS)
def test_promis_values_interpolated_instead_of_looked_up(instrument):
    """Every raw score from all 1 to all 5 has the publisher's T score."""
    count = n_items(instrument)
    raws = range(count, 5 * count + 1)
    assert [values(instrument, spread(count, raw))["total"] for raw in raws] == PROMIS[instrument]


def test_promis_8a_and_8b_mixed_up():
    """The same 19 of 40 is 57.7 on one form and 57.1 on the other."""
    answers = [3, 3, 3, 2, 2, 2, 2, 2]
    assert values("promis-depression-8a", answers) == {"total": 57.7}
    assert values("promis-depression-8b", answers) == {"total": 57.1}


def test_promis_tables_of_adults_used_for_children():
    """Whatever PROMIS short form is shipped has its table above, and none is for children. The
    profile has its tables by domain.
    """
    shipped = {
        entry.instrument.id
        for entry in CATALOG.entries()
        if entry.instrument.id.startswith("promis")
    }
    assert shipped == {*PROMIS, "promis-29"}


@pytest.mark.parametrize("instrument", PROMIS)
def test_promis_table_read_with_missing_items(instrument):
    count = n_items(instrument)
    for item in range(1, count + 1):
        assert values(instrument, but(count, 3, **{f"i{item}": None})) == {"total": None}


def test_mhi5_negative_items_reversed():
    """1 is all of the time: perfect health is 6, 6, 1, 6, 1 and the highest score, not the
    lowest.
    """
    assert values("mhi-5", [6, 6, 1, 6, 1]) == {"total": 100}
    assert values("mhi-5", [1, 1, 6, 1, 6]) == {"total": 0}
    assert values("mhi-5", [1, 1, 1, 1, 1]) == {"total": 40}
    assert document("mhi-5")["scales"][0]["direction"] == "higher_is_better"


def test_core10_positive_items_not_reversed():
    entry = score("core-10", [0] * 10)["scores"]["total"]
    assert (entry["value"], entry["sum"], entry["mean"]) == (8, 8, 0.8)


@pytest.mark.parametrize(("blank", "value"), [(0, 20), (1, 20), (2, None), (3, None), (9, None)])
def test_core10_prorated_with_any_number_missing(blank, value):
    """All 2 is 2 on each item, reversed or not; at most one may be missing."""
    answers = [2] * (10 - blank) + [None] * blank
    assert values("core-10", answers) == {"total": value}


def test_core10_risk_hidden_by_a_missing_total():
    report = score("core-10", [None, None, None, 0, 0, 1, 0, 0, 0, 0])
    assert report["scores"]["total"]["value"] is None
    assert report["risks"][0]["raised"] is True


def test_core10_licence_without_no_derivatives():
    assert "NoDerivatives" in CATALOG.get("core-10").document["licence"]["terms"]


HAMD_HIGHEST = [4, 4, 4, 2, 2, 2, 4, 4, 4, 4, 4, 2, 2, 2, 4, 2, 2]


def test_hamd_agitation_rated_to_2_only():
    """The highest total is 52, not the 50 of programs that rate item 9 to 2."""
    assert values("ham-d-17", HAMD_HIGHEST) == {"total": 52}
    above = {str(item): high + 1 for item, high in enumerate(HAMD_HIGHEST, 1)}
    assert {pointer for pointer, _ in faults("ham-d-17", above)} == {
        f"/answers/{item}" for item in range(1, 18)
    }


def test_hamd_weight_that_was_not_assessed_taken_for_missing():
    answers = but(17, 1, i16=None)
    assert values("ham-d-17", answers) == {"total": None}
    assert values("ham-d-17", answers, not_applicable=("16",)) == {"total": 16}


@pytest.mark.parametrize(
    ("total", "camcops", "zimmerman"),
    [
        (7, "none", "none"), (8, "mild", "mild"), (13, "mild", "mild"), (14, "moderate", "mild"),
        (16, "moderate", "mild"), (17, "moderate", "moderate"), (18, "moderate", "moderate"),
        (19, "severe", "moderate"), (22, "severe", "moderate"), (23, "very-severe", "moderate"),
        (24, "very-severe", "severe"),
    ],
)  # fmt: skip
def test_hamd_two_sets_of_bands_mixed_up(total, camcops, zimmerman):
    assert bands("ham-d-17", spread(17, total)) == {
        "camcops": camcops, "zimmerman-2013": zimmerman,
    }  # fmt: skip


def test_madrs_rated_in_even_steps_only():
    """1, 3 and 5 lie between the described steps; ten items make 60, nine are the patient's
    form.
    """
    assert values("madrs", [1, 3, 5, 0, 2, 4, 6, 1, 1, 1]) == {"total": 24}
    assert values("madrs", [6] * 10) == {"total": 60}
    assert [
        bands("madrs", spread(10, total))["snaith-1986"] for total in (6, 7, 19, 20, 34, 35)
    ] == ["none", "mild", "mild", "moderate", "moderate", "severe"]


def test_clinicians_risk_items_raised_from_high_ratings_only():
    for instrument, count, item in (("ham-d-17", 17, 3), ("madrs", 10, 10)):
        reports = [score(instrument, only(count, (item,), rating)) for rating in (0, 1)]
        assert [report["risks"][0]["raised"] for report in reports] == [False, True]


def test_hama_bands_of_one_source_only():
    """MDICU: somatic are items 7 to 13, psychic 1 to 6 and 14: 7 x 4 each, 56 together."""
    assert values("ham-a", [4] * 14) == {"psychic": 28, "somatic": 28, "total": 56}
    assert values("ham-a", only(14, (14,), 3)) == {"psychic": 3, "somatic": 0, "total": 3}
    assert bands("ham-a", spread(14, 17)) == {"camcops": "mild", "matza-2010": "moderate"}
    assert bands("ham-a", spread(14, 24)) == {"camcops": "mild-to-moderate", "matza-2010": "severe"}
