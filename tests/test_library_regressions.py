"""Faults seen in public scoring code, worked vectors and exact keys of the wider library of instruments.

Each test is named after a fault of somebody else's code, page or paper that ours must not have. Expected numbers are
those of the published keys, or arithmetic on them written out; none comes from the engine.
"""

from collections import Counter
from typing import Any

import pytest

from tests.test_regressions import CATALOG, but, faults, ramp, score, sums, values


def document(instrument: str) -> Any:
    return CATALOG.get(instrument).document


def scales(instrument: str) -> set[str]:
    return set(CATALOG.get(instrument).instrument.scale)


def bands(instrument: str, answers: Any, scale: str = "total") -> dict[str, str]:
    return {found["system"]: found["id"] for found in score(instrument, answers)["scores"][scale]["bands"]}


def cutoffs(instrument: str, answers: Any, scale: str = "total", **submitted: Any) -> dict[str, bool | None]:
    found = score(instrument, answers, **submitted)["scores"][scale]["cutoffs"]
    return {cutoff["system"]: cutoff["met"] for cutoff in found}


def criterion(instrument: str, answers: Any, name: str = "positive") -> Any:
    return score(instrument, answers)["criteria"][name]["value"]


def spread(count: int, total: int) -> list[int]:
    """Return answers that add up to a total, as even as possible."""
    return [total // count + (index < total % count) for index in range(count)]


def only(count: int, items: tuple[int, ...], answer: int) -> dict[str, int]:
    """Return an answer to some items and 0 to the rest."""
    return {str(item): answer if item in items else 0 for item in range(1, count + 1)}


def band_at(value: int, starts: dict[int, str]) -> str:
    """Return the band of a table {lowest value: band} that a value falls into."""
    return [name for start, name in starts.items() if value >= start][-1]


# Alliance: golden vectors of the keys.


@pytest.mark.parametrize(
    ("instrument", "perspective", "answers", "expected"),
    [
        ("wai-s-therapist", None, [7] * 12, {"total": 72, "goal": 16, "task": 28, "bond": 28}),
        ("wai-s-therapist", None, ramp(12, 1, 7), {"total": 45, "goal": 19, "task": 9, "bond": 17}),
        ("wai-therapist", None, [7] * 36, {"total": 168}),
        ("wai-therapist", None, ramp(36, 1, 7), {"total": 147}),
        ("haq-ii", "client", [6] * 19, {"total": 89}),
        ("haq-ii", "therapist", ramp(19, 1, 6), {"total": 67}),
        ("tasc-r", None, [4] * 12, {"total": 33}),
        ("tasc-r", None, ramp(12, 1, 4), {"total": 29}),
    ],
)
def test_golden_sums_of_the_alliance_keys(instrument, perspective, answers, expected):
    assert sums(instrument, answers, perspective=perspective) == expected


@pytest.mark.parametrize(
    ("instrument", "perspective", "answers", "expected"),
    [
        ("haq-ii", "client", [6] * 19, {"total": 89 / 19}),
        ("haq-ii", "client", ramp(19, 1, 6), {"total": 67 / 19}),
        ("arm-5", "client", [7] * 5, {"total": 5.8}),
        ("arm-5", "therapist", ramp(5, 1, 7), {"total": 3.4}),
        ("gcq-s", None, [6] * 12, {"engaged": 6, "avoiding": 6, "conflict": 6}),
        ("gcq-s", None, ramp(12, 0, 6), {"engaged": 1.4, "avoiding": 7 / 3, "conflict": 4.25}),
        ("seq-5", "client", [7] * 21, {"smoothness": 4.6}),
        ("seq-5", "therapist", ramp(21, 1, 7), {"smoothness": 3.6}),
    ],
)
def test_golden_means_of_the_alliance_keys(instrument, perspective, answers, expected):
    assert values(instrument, answers, perspective=perspective) == pytest.approx(expected)


# Alliance: faults of public code.


@pytest.mark.parametrize("item", [1, 2, 4, 5])
def test_arm5_scored_from_four_of_its_five_items(item):
    """All 4 is the midpoint; one item at 7 adds 3 to a sum over five items."""
    assert values("arm-5", but(5, 4, **{f"i{item}": 7}), perspective="client") == {"total": (5 * 4 + 3) / 5}


def test_arm5_negative_item_not_reversed():
    assert values("arm-5", but(5, 4, i3=7), perspective="client") == {"total": (4 * 4 + 1) / 5}
    assert values("arm-5", but(5, 4, i3=1), perspective="client") == {"total": (4 * 4 + 7) / 5}


@pytest.mark.parametrize("item", range(1, 6))
def test_arm5_missing_answers_dropped_but_divisor_kept(item):
    assert values("arm-5", but(5, 7, **{f"i{item}": None}), perspective="client") == {"total": None}


def test_arm5_taken_for_a_rupture_measure():
    assert document("arm-5")["construct"] == "therapeutic-alliance"
    assert document("arm-5")["scales"][0]["direction"] == "higher_is_better"


def test_arm5_partnership_reported_from_two_items():
    assert scales("arm-5") == {"total"}


@pytest.mark.parametrize(
    "instrument",
    ["wai-s-therapist", "wai-therapist", "sai", "arm-5", "arm-12", "arm-28", "haq-ii", "calpas-t", "tasc-r", "seq-5",
     "gcq-s", "star-p", "star-c"],
)  # fmt: skip
def test_bands_and_cutoffs_invented_for_the_alliance(instrument):
    for scale in CATALOG.get(instrument).instrument.scales:
        assert (scale.bands, scale.cutoffs) == ((), ())


@pytest.mark.parametrize("instrument", ["calpas-t", "arm-12", "arm-28", "star-p", "star-c"])
def test_unpublished_keys_scored_from_memory(instrument):
    definition = CATALOG.get(instrument).instrument
    assert definition.key_required
    assert all(scale.items == () for scale in definition.scales)


def test_wai_observer_items_grouped_against_the_published_short_form():
    """No observer form is shipped, and the 36-item forms have no subscales while the grouping is disputed."""
    assert not [entry.instrument.id for entry in CATALOG.entries() if entry.instrument.id.startswith("wai-o")]
    assert scales("wai-therapist") == scales("wai-client") == {"total"}


def test_wai_s_answered_on_the_scale_of_another_form():
    assert faults("wai-s-therapist", {"1": 0, "2": 8}) == {
        ("/answers/1", "value_not_allowed"),
        ("/answers/2", "value_not_allowed"),
    }
    assert faults("wai-s-therapist", [4] * 10) == {("/answers", "wrong_length")}


def test_ors_averaged_instead_of_summed():
    entry = score("ors", [6, 6, 6, 6])["scores"]["total"]
    assert (entry["value"], entry["metric"], entry["minimum"], entry["maximum"]) == (24, "sum", 0, 40)


def test_ors_collected_on_one_to_ten():
    """The lines start at 0: a form with 0 is right, and the total starts at 0 and not at 4."""
    assert values("ors", [0, 0, 0, 0]) == {"total": 0}
    assert faults("ors", [10.1, 1, 1, -0.1]) == {
        ("/answers/0", "value_not_allowed"),
        ("/answers/3", "value_not_allowed"),
    }


@pytest.mark.parametrize(
    ("answers", "below"),
    [([6, 6, 6, 7], False), ([6, 6, 6, 6.9], True), ([6.4, 6.3, 6.2, 6.1], False), ([6.4, 6.3, 6.2, 6.0], True)],
)
def test_ors_cutoff_read_on_the_wrong_side(answers, below):
    assert cutoffs("ors", answers) == {"adult-25": below}


@pytest.mark.parametrize(
    ("blank", "expected"),
    [
        ((1, 2, 4, 8), {"engaged": 2, "avoiding": 2, "conflict": 2}),
        ((3, 5, 9), {"engaged": 2, "avoiding": None, "conflict": 2}),
        ((1, 2, 4, 8, 6), {"engaged": None, "avoiding": None, "conflict": None}),
    ],
)
def test_gcq_mean_taken_over_all_items_when_some_are_blank(blank, expected):
    """A scale is the mean of what was answered; with more than four of the twelve blank there is none."""
    answers = but(12, 2, **{f"i{item}": None for item in blank})
    assert values("gcq-s", answers) == expected


# Exact keys: every item moves the scale that the published key puts it in, in the published direction, and no other.

RCADS_47 = {
    "separation-anxiety": (5, 9, 17, 18, 33, 45, 46),
    "generalised-anxiety": (1, 13, 22, 27, 35, 37),
    "panic": (3, 14, 24, 26, 28, 34, 36, 39, 41),
    "social-phobia": (4, 7, 8, 12, 20, 30, 32, 38, 43),
    "obsessive-compulsive": (10, 16, 23, 31, 42, 44),
    "depression": (2, 6, 11, 15, 19, 21, 25, 29, 40, 47),
}
SDQ = {
    "emotional": (3, 8, 13, 16, 24),
    "conduct": (5, 7, 12, 18, 22),
    "hyperactivity": (2, 10, 15, 21, 25),
    "peer": (6, 11, 14, 19, 23),
    "prosocial": (1, 4, 9, 17, 20),
}
DASS_42 = {
    "depression": (3, 5, 10, 13, 16, 17, 21, 24, 26, 31, 34, 37, 38, 42),
    "anxiety": (2, 4, 7, 9, 15, 19, 20, 23, 25, 28, 30, 36, 40, 41),
    "stress": (1, 6, 8, 11, 12, 14, 18, 22, 27, 29, 32, 33, 35, 39),
}
CORE_OM = {
    "wellbeing": (4, 14, 17, 31),
    "problems": (2, 5, 8, 11, 13, 15, 18, 20, 23, 27, 28, 30),
    "functioning": (1, 3, 7, 10, 12, 19, 21, 25, 26, 29, 32, 33),
    "risk": (6, 9, 16, 22, 24, 34),
}
PSC_17 = {
    "internalising": (2, 6, 9, 11, 15),
    "attention": (1, 3, 7, 13, 17),
    "externalising": (4, 5, 8, 10, 12, 14, 16),
}
OCI_R = {
    "hoarding": (1, 7, 13),
    "checking": (2, 8, 14),
    "ordering": (3, 9, 15),
    "neutralising": (4, 10, 16),
    "washing": (5, 11, 17),
    "obsessing": (6, 12, 18),
}
EDE_Q = {
    "restraint": (1, 2, 3, 4, 5),
    "eating-concern": (7, 9, 19, 20, 21),
    "shape-concern": (6, 8, 10, 11, 23, 26, 27, 28),
    "weight-concern": (8, 12, 22, 24, 25),
}

# Instrument: scales, reverse-keyed items, lowest and highest answer, items, items in no scale, items in two.
PARTITIONS: dict[str, tuple[dict[str, tuple[int, ...]], tuple[int, ...], int, int, int, tuple[int, ...], set[int]]] = {
    "dass-42": (DASS_42, (), 0, 3, 42, (), set()),
    "core-om": (CORE_OM, (3, 4, 7, 12, 19, 21, 31, 32), 0, 4, 34, (), set()),
    "rcads-47": (RCADS_47, (), 0, 3, 47, (), set()),
    "rcads-47-parent": (RCADS_47, (), 0, 3, 47, (), set()),
    "rcads-25": (
        {
            "depression": (1, 4, 8, 10, 13, 15, 16, 19, 21, 24),
            "anxiety": (2, 3, 5, 6, 7, 9, 11, 12, 14, 17, 18, 20, 22, 23, 25),
        },
        (), 0, 3, 25, (), set(),
    ),
    "psc-17": (PSC_17, (), 0, 2, 17, (), set()),
    "ies-r": (
        {
            "intrusion": (1, 2, 3, 6, 9, 14, 16, 20),
            "avoidance": (5, 7, 8, 11, 12, 13, 17, 22),
            "hyperarousal": (4, 10, 15, 18, 19, 21),
        },
        (), 0, 4, 22, (), set(),
    ),
    "oci-r": (OCI_R, (), 0, 4, 18, (), set()),
    "whoqol-bref": (
        {
            "physical": (3, 4, 10, 15, 16, 17, 18),
            "psychological": (5, 6, 7, 11, 19, 26),
            "social": (20, 21, 22),
            "environment": (8, 9, 12, 13, 14, 23, 24, 25),
        },
        (3, 4, 26), 1, 5, 26, (1, 2), set(),
    ),
    "ede-q": (EDE_Q, (), 0, 6, 28, (13, 14, 15, 16, 17, 18), {8}),
    "sdq-parent": (SDQ, (7, 11, 14, 21, 25), 0, 2, 25, (), set()),
    "sdq-teacher": (SDQ, (7, 11, 14, 21, 25), 0, 2, 25, (), set()),
    "sdq-self": (SDQ, (7, 11, 14, 21, 25), 0, 2, 25, (), set()),
    "mini-ipip": (
        {
            "extraversion": (1, 6, 11, 16),
            "agreeableness": (2, 7, 12, 17),
            "conscientiousness": (3, 8, 13, 18),
            "neuroticism": (4, 9, 14, 19),
            "intellect": (5, 10, 15, 20),
        },
        (6, 7, 8, 9, 10, 15, 16, 17, 18, 19, 20), 1, 5, 20, (), set(),
    ),
    "gcq-s": (
        {"engaged": (1, 2, 4, 8, 11), "avoiding": (3, 5, 9), "conflict": (6, 7, 10, 12)},
        (), 0, 6, 12, (), set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("instrument", PARTITIONS)
def test_item_counted_twice_or_left_out(instrument):
    """Each item is in exactly one subscale, save item 8 of the EDE-Q and the items that belong to none."""
    key, _, _, _, count, apart, twice = PARTITIONS[instrument]
    parts = [part["items"] for part in document(instrument)["scales"] if part["id"] in key]
    times = Counter(int(item) for its_items in parts for item in its_items)
    assert times == {item: 1 + (item in twice) for item in range(1, count + 1) if item not in apart}


@pytest.mark.parametrize("instrument", PARTITIONS)
def test_item_in_the_wrong_subscale_or_turned_round(instrument):
    """From the lowest answer to the highest, an item adds the whole range to its subscale, or takes it away."""
    key, turned, low, high, count, _, _ = PARTITIONS[instrument]
    lowest = but(count, low)
    start = sums(instrument, lowest)
    for item in range(1, count + 1):
        raised = sums(instrument, {**lowest, str(item): high})
        step = low - high if item in turned else high - low
        moved = {scale: raised[scale] - start[scale] for scale in key}
        assert moved == {scale: step * (item in its_items) for scale, its_items in key.items()}, f"item {item}"


# Depression, anxiety, distress.


def test_phq8_total_under_the_code_of_the_phq9():
    """44261-6 is the PHQ-9 total; no code of the PHQ-8 could be confirmed."""
    assert "codes" not in document("phq-8")
    assert all("codes" not in part for part in document("phq-8")["scales"])


def test_phq2_panel_code_of_another_questionnaire():
    assert [code["code"] for code in document("phq-2")["codes"]] == ["55757-9"]


@pytest.mark.parametrize("instrument", ["pcl-5", "epds", "c-ssrs-screener"])
def test_loinc_codes_on_which_sources_disagree(instrument):
    written = str(document(instrument))
    for code in ("77040-1", "96762-0", "71354-5", "99046-5", "93245-9", "73831-0"):
        assert code not in written


@pytest.mark.parametrize(("instrument", "top", "beyond"), [
    ("phq-2", 3, 4), ("phq-4", 3, 4), ("phq-8", 3, 4), ("gad-2", 3, 4), ("phq-15", 2, 3),
])  # fmt: skip
def test_phq_family_scored_from_one_up(instrument, top, beyond):
    """The codes start at 0: a form coded from 1 is refused, not scored too high."""
    count = len(document(instrument)["items"])
    assert faults(instrument, {"1": beyond}) == {("/answers/1", "value_not_allowed")}
    assert values(instrument, [0] * count)["total"] == 0
    assert values(instrument, [top] * count)["total"] == top * count


@pytest.mark.parametrize("total", range(25))
def test_phq8_total_of_4_in_the_top_band(total):
    expected = band_at(total, {0: "minimal", 5: "mild", 10: "moderate", 15: "moderately-severe", 20: "severe"})
    assert bands("phq-8", spread(8, total)) == {"kroenke-2009": expected}


def test_phq8_with_the_risk_item_of_the_phq9():
    assert score("phq-8", [3] * 8)["risks"] == []
    assert faults("phq-8", [0] * 9) == {("/answers", "wrong_length")}


def test_phq4_depression_taken_for_the_first_two_items():
    assert values("phq-4", [3, 2, 0, 0]) == {"anxiety": 5, "depression": 0, "total": 5}


def test_gad2_severity_bands():
    """Only the cut-off of 3 is published."""
    assert CATALOG.get("gad-2").instrument.scale["total"].bands == ()
    assert [cutoffs("gad-2", answers) for answers in ([1, 1], [2, 1], [3, 3])] == [
        {"kroenke-2007": False},
        {"kroenke-2007": True},
        {"kroenke-2007": True},
    ]


def test_phq15_asked_about_one_week():
    assert document("phq-15")["timeframe"] == "last 4 weeks"


def test_phq15_without_a_rule_for_the_item_for_women():
    """Not applicable counts as 0 (28 at most); a blank is missing; and no other item can be left out that way."""
    answers: dict[str, int | None] = but(15, 2, i4=None)
    assert values("phq-15", answers, not_applicable=("4",)) == {"total": 28}
    assert values("phq-15", answers) == {"total": None}
    assert values("phq-15", but(15, 2, i5=None), not_applicable=("5",)) == {"total": None}


DASS_BANDS = {"depression": (0, 10, 14, 21, 28), "anxiety": (0, 8, 10, 15, 20), "stress": (0, 15, 19, 26, 34)}
DASS_NAMES = ("normal", "mild", "moderate", "severe", "extremely-severe")


@pytest.mark.parametrize("scale", DASS_BANDS)
@pytest.mark.parametrize("raw", range(43))
def test_dass42_cutoffs_unlike_the_manual_or_doubled(scale, raw):
    """The long form is not doubled, and each scale has the manual's own limits: stress limits are for stress."""
    spent = dict(zip(map(str, DASS_42[scale]), spread(14, raw), strict=True))
    entry = score("dass-42", but(42, 0) | spent)["scores"][scale]
    assert (entry["value"], entry["sum"]) == (raw, raw)
    expected = band_at(raw, dict(zip(DASS_BANDS[scale], DASS_NAMES, strict=True)))
    assert [found["id"] for found in entry["bands"]] == [expected]


def test_dass42_depression_and_anxiety_items_swapped():
    assert values("dass-42", only(42, DASS_42["depression"], 3)) == {"depression": 42, "anxiety": 0, "stress": 0}
    assert values("dass-42", only(42, DASS_42["anxiety"], 3)) == {"depression": 0, "anxiety": 42, "stress": 0}


def test_dass42_stress_item_18_dropped():
    assert values("dass-42", only(42, (18,), 3)) == {"depression": 0, "anxiety": 0, "stress": 3}


def test_dass42_total_invented():
    assert scales("dass-42") == {"depression", "anxiety", "stress"}


def test_k10_codings_mixed_up():
    """0 exists only in the US coding and 5 only in the Australian: each refuses what only fits the other."""
    assert faults("k10", {"1": 0, "2": 1, "3": 5}) == {("/answers/1", "value_not_allowed")}
    assert faults("k10-us", {"1": 0, "2": 1, "3": 5}) == {("/answers/3", "value_not_allowed")}
    ends = [score(name, [low] * 10)["scores"]["total"] for name, low in (("k10", 1), ("k10-us", 0))]
    assert [(end["value"], end["minimum"], end["maximum"]) for end in ends] == [(10, 10, 50), (0, 0, 40)]


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
    assert [(risk["item"], risk["raised"]) for risk in report["risks"] if risk["raised"]] == [(str(item), True)]


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
    assert [risk["raised"] for risk in score("epds", {"10": 4}, encoding="position")["risks"]] == [False]
    assert [risk["raised"] for risk in score("epds", {"10": 3}, encoding="position")["risks"]] == [True]
    assert [risk["raised"] for risk in score("epds", {"10": 1})["risks"]] == [True]


PROMIS = {
    "promis-depression-4a": [
        41.0, 49.0, 51.8, 53.9, 55.7, 57.3, 58.9, 60.5, 62.2, 63.9, 65.7, 67.5, 69.4, 71.2, 73.3, 75.7, 79.4,
    ],
    "promis-anxiety-4a": [
        40.3, 48.0, 51.2, 53.7, 55.8, 57.7, 59.5, 61.4, 63.4, 65.3, 67.3, 69.3, 71.2, 73.3, 75.4, 77.9, 81.6,
    ],
    "promis-depression-8a": [
        38.2, 44.7, 47.5, 49.4, 50.9, 52.1, 53.2, 54.1, 55.1, 55.9, 56.8, 57.7, 58.5, 59.4, 60.3, 61.2, 62.1,
        63.0, 63.9, 64.9, 65.8, 66.8, 67.7, 68.7, 69.7, 70.7, 71.7, 72.8, 73.9, 75.0, 76.4, 78.2, 81.3,
    ],
    "promis-depression-8b": [
        37.1, 43.3, 46.2, 48.2, 49.8, 51.2, 52.3, 53.4, 54.3, 55.3, 56.2, 57.1, 57.9, 58.8, 59.7, 60.7, 61.6,
        62.5, 63.5, 64.4, 65.4, 66.4, 67.4, 68.3, 69.3, 70.4, 71.4, 72.5, 73.6, 74.8, 76.2, 77.9, 81.1,
    ],
    "promis-anxiety-8a": [
        37.1, 43.2, 45.9, 47.8, 49.4, 50.8, 52.1, 53.2, 54.3, 55.4, 56.4, 57.4, 58.4, 59.4, 60.4, 61.4, 62.5,
        63.5, 64.5, 65.6, 66.6, 67.7, 68.7, 69.8, 70.8, 71.9, 73.0, 74.1, 75.4, 76.7, 78.2, 80.0, 83.1,
    ],
}  # fmt: skip


@pytest.mark.parametrize("instrument", PROMIS)
def test_promis_values_interpolated_instead_of_looked_up(instrument):
    """Every raw score from all 1 to all 5 has the publisher's T score."""
    count = 4 if instrument.endswith("4a") else 8
    raws = range(count, 5 * count + 1)
    assert [values(instrument, spread(count, raw))["total"] for raw in raws] == PROMIS[instrument]


def test_promis_8a_and_8b_mixed_up():
    """The same 19 of 40 is 57.7 on one form and 57.1 on the other."""
    answers = [3, 3, 3, 2, 2, 2, 2, 2]
    assert values("promis-depression-8a", answers) == {"total": 57.7}
    assert values("promis-depression-8b", answers) == {"total": 57.1}


def test_promis_tables_of_adults_used_for_children_or_fatigue():
    """Whatever PROMIS form is shipped has its table above; none is for children, none for fatigue."""
    shipped = {entry.instrument.id for entry in CATALOG.entries() if entry.instrument.id.startswith("promis")}
    assert shipped == set(PROMIS)


@pytest.mark.parametrize("instrument", PROMIS)
def test_promis_table_read_with_missing_items(instrument):
    count = 4 if instrument.endswith("4a") else 8
    for item in range(1, count + 1):
        assert values(instrument, but(count, 3, **{f"i{item}": None})) == {"total": None}


def test_mhi5_negative_items_reversed():
    """1 is all of the time: perfect health is 6, 6, 1, 6, 1 and the highest score, not the lowest."""
    assert values("mhi-5", [6, 6, 1, 6, 1]) == {"total": 100}
    assert values("mhi-5", [1, 1, 6, 1, 6]) == {"total": 0}
    assert values("mhi-5", [1, 1, 1, 1, 1]) == {"total": 40}
    assert document("mhi-5")["scales"][0]["direction"] == "higher_is_better"


# Conventions: who turns the answers round.


@pytest.mark.parametrize(
    ("instrument", "count", "positive", "healthiest", "expected"),
    [
        ("core-om", 34, (3, 4, 7, 12, 19, 21, 31, 32), (0, 4), 0),
        ("sdq-parent", 25, (7, 11, 14, 21, 25), (0, 2), 0),
        ("sdq-teacher", 25, (7, 11, 14, 21, 25), (0, 2), 0),
        ("sdq-self", 25, (7, 11, 14, 21, 25), (0, 2), 0),
        ("pss-10", 10, (4, 5, 7, 8), (0, 4), 0),
        ("pss-4", 4, (2, 3), (0, 4), 0),
        ("ces-d", 20, (4, 8, 12, 16), (0, 3), 0),
        ("pswq", 16, (1, 3, 8, 10, 11), (1, 5), 16),
    ],
)
def test_answers_expected_already_reversed_by_the_form(instrument, count, positive, healthiest, expected):
    """One convention: the rank of the answer is sent on every item, and reversed here."""
    low, high = healthiest
    answers = {str(item): high if item in positive else low for item in range(1, count + 1)}
    assert document(instrument)["submitted_as"] == "codes"
    assert values(instrument, answers)["total"] == expected


def test_whoqol_answers_expected_already_reversed():
    """All 1: physical (5 + 5 + 5 x 1) / 7, psychological (5 + 5 x 1) / 6; then 25 x (mean - 1)."""
    assert document("whoqol-bref")["submitted_as"] == "codes"
    assert values("whoqol-bref", [1] * 26) == pytest.approx(
        {"physical": 25 * (15 / 7 - 1), "psychological": 25 * (10 / 6 - 1), "social": 0, "environment": 0}
    )
    assert values("whoqol-bref", [5] * 26) == pytest.approx(
        {"physical": 25 * (27 / 7 - 1), "psychological": 25 * (26 / 6 - 1), "social": 100, "environment": 100}
    )


@pytest.mark.parametrize(
    ("instrument", "answers", "expected"),
    [
        ("pss-10", [0] * 10, 16),
        ("pss-4", [0] * 4, 8),
        ("rses-umd", [0] * 10, 15),
        ("rses-1965", [0] * 10, 15),
        ("pswq", [1] * 16, 36),
        ("brs", [1] * 6, 3),
        ("dast-10", [0] * 10, 1),
    ],
)
def test_reversed_items_summed_as_they_are(instrument, answers, expected):
    assert values(instrument, answers) == {"total": expected}


# Well-being, functioning, quality of life, self.


@pytest.mark.parametrize(("raw", "poor"), [(0, True), (12, True), (13, False), (25, False)])
def test_who5_raw_score_compared_with_the_percentage_cutoff(raw, poor):
    assert values("who-5", spread(5, raw)) == {"total": 4 * raw}
    assert cutoffs("who-5", spread(5, raw)) == {"who-2024": poor}


def test_wemwbs_forms_taken_for_one_another():
    """Fourteen items give a plain sum; the seven of the short form give a metric score and are no part of the long."""
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
    assert bands("swls", [7] * 5) == {"diener-seven-bands": "extremely-satisfied", "diener-six-bands": "very-high"}
    assert document("swls")["scales"][0]["direction"] == "higher_is_better"


@pytest.mark.parametrize("total", range(5, 36))
def test_swls_bands_of_two_sheets_mixed(total):
    older = {
        5: "extremely-dissatisfied", 10: "dissatisfied", 15: "slightly-dissatisfied", 20: "neutral",
        21: "slightly-satisfied", 26: "satisfied", 31: "extremely-satisfied",
    }  # fmt: skip
    newer = {
        5: "extremely-dissatisfied", 10: "dissatisfied", 15: "slightly-below-average", 20: "average",
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
    assert [found["id"] for found in entry["bands"]] == [band_at(keyed, {6: "low", 18: "normal", 26: "high"})]


def test_brs_limits_of_the_bands():
    [system] = document("brs")["scales"][0]["bands"]
    assert [(band["min"], band["max"]) for band in system["bands"]] == [(1, 2.99), (3, 4.3), (4.31, 5)]


def test_brs_with_ten_items():
    assert faults("brs", [3] * 10) == {("/answers", "wrong_length")}


def test_brs_reversed_as_6_to_2():
    """Reversed is 6 - x: 5 becomes 1. All 1 is (3 x 1 + 3 x 5) / 6; with item 2 at 5 it is 4 / 6 less."""
    assert values("brs", but(6, 1, i2=5)) == pytest.approx({"total": 14 / 6})
    assert faults("brs", {"2": 6}) == {("/answers/2", "value_not_allowed")}


# Trauma, obsessions, worry.


def test_iesr_item_14_counted_as_hyperarousal():
    """One point of intrusion in eight: 4 / 8; the 7/8/7 key would give hyperarousal 4 / 7."""
    assert values("ies-r", only(22, (14,), 4)) == {"intrusion": 0.5, "avoidance": 0, "hyperarousal": 0, "total": 4}


def test_iesr_subscales_summed():
    assert values("ies-r", [4] * 22) == {"intrusion": 4, "avoidance": 4, "hyperarousal": 4, "total": 88}


def test_ocir_key_with_doubting():
    assert scales("oci-r") == {*OCI_R, "total"}
    for scale, its_items in OCI_R.items():
        assert values("oci-r", only(18, its_items, 4)) == {**dict.fromkeys(OCI_R, 0), scale: 12, "total": 12}


def test_pswq_answered_from_0_to_4():
    assert faults("pswq", {"1": 0, "2": 5}) == {("/answers/1", "value_not_allowed")}
    entry = score("pswq", [3] * 16)["scores"]["total"]
    assert (entry["value"], entry["minimum"], entry["maximum"]) == (48, 16, 80)


def test_pswq_bands_invented():
    assert CATALOG.get("pswq").instrument.scale["total"].bands == ()


# Alcohol, drugs, mood elevation, attention, eating.


@pytest.mark.parametrize("item", [9, 10])
@pytest.mark.parametrize("answer", [1, 3])
def test_audit_1_and_3_let_through_on_the_last_items(item, answer):
    assert faults("audit", but(10, 0, **{f"i{item}": answer})) == {(f"/answers/{item}", "wrong_step")}


def audit_answers(total: int) -> list[int]:
    """Return ten answers that add up to a total: the last two only as 0 or 4."""
    last = 4 if total > 32 else 0
    return [*spread(8, total - 2 * last), last, last]


@pytest.mark.parametrize("total", range(41))
def test_audit_zones_unlike_those_of_the_who(total):
    """0-7, 8-15, 16-19, 20-40: others have 8-14 and 15-19, or a top band from 15."""
    expected = band_at(total, {0: "zone-1", 8: "zone-2", 16: "zone-3", 20: "zone-4"})
    assert values("audit", audit_answers(total)) == {"total": total}
    assert bands("audit", audit_answers(total)) == {"who-2001": expected}


def test_audit_skipped_items_taken_for_missing_ones():
    """Who never drinks skips items 2-8; with 0 on items 2 and 3 only 4-8 are skipped; 9 and 10 are always needed."""
    assert values("audit", {"1": 0, "9": 2, "10": 4}) == {"total": 6}
    assert values("audit", {"1": 1, "2": 0, "3": 0, "9": 2, "10": 4}) == {"total": 7}
    assert values("audit", {"1": 1, "2": 1, "3": 0, "9": 2, "10": 4}) == {"total": None}
    assert values("audit", {"1": 0, "9": 2}) == {"total": None}


@pytest.mark.parametrize("item", range(1, 11))
def test_dast_scored_from_one_answer(item):
    """All ten are needed, and without them there is no band either."""
    assert values("dast-10", {str(item): 1}) == {"total": None}
    assert values("dast-10", but(10, 0, **{f"i{item}": None})) == {"total": None}
    assert bands("dast-10", {str(item): 1}) == {}


def test_dast_key_of_the_28_item_form():
    """Item 3 is reversed, not 4, 5 and 7."""
    assert values("dast-10", but(10, 0, i3=1)) == {"total": 0}
    assert values("dast-10", but(10, 0, i4=1, i5=1, i7=1)) == {"total": 4}


MDQ_SYMPTOMS = {f"i{item}": 1 for item in (5, 6, 7, 8, 9, 12, 13)}


def test_mdq_eleven_items_summed():
    """Thirteen symptoms: items 12 and 13 count; the two other questions are no part of the sum."""
    assert values("mdq", but(15, 0, **MDQ_SYMPTOMS)) == {"total": 7}
    assert values("mdq", but(15, 1)) == {"total": 13}


@pytest.mark.parametrize(
    ("symptoms", "together", "problem", "positive"),
    [
        (7, 1, 2, True),
        (7, 1, 3, True),
        (6, 1, 3, False),
        (13, 0, 3, False),
        (13, 1, 1, False),
        (13, 1, 0, False),
        (13, 1, None, None),
        (6, None, None, False),
    ],
)
def test_mdq_judged_by_the_symptoms_alone(symptoms, together, problem, positive):
    answers = [1] * symptoms + [0] * (13 - symptoms) + [together, problem]
    assert criterion("mdq", answers) is positive


@pytest.mark.parametrize("item", range(1, 7))
@pytest.mark.parametrize("answer", range(5))
def test_asrs_thresholds_of_items_2_5_and_6(item, answer):
    """Items 1-3 count from 2, items 4-6 from 3."""
    assert values("asrs-6", only(6, (item,), answer)) == {"total": int(answer >= (2 if item <= 3 else 3))}


@pytest.mark.parametrize(
    ("answers", "counted", "positive"),
    [([2] * 6, 3, False), ([2, 2, 2, 3, 2, 2], 4, True), ([1, 1, 4, 4, 4, 0], 3, False), ([4, 4, 0, 4, 4, 0], 4, True)],
)
def test_asrs_judged_by_the_sum(answers, counted, positive):
    assert values("asrs-6", answers) == {"total": counted}
    assert criterion("asrs-6", answers) is positive


@pytest.mark.parametrize(
    ("scale", "answered", "value"),
    [("restraint", 3, 2), ("restraint", 2, None), ("eating-concern", 3, 2), ("eating-concern", 2, None),
     ("shape-concern", 5, 2), ("shape-concern", 4, None), ("weight-concern", 3, 2), ("weight-concern", 2, None)],
)  # fmt: skip
def test_edeq_nothing_scored_when_any_item_is_missing(scale, answered, value):
    """A subscale needs more than half of its items."""
    answers = {str(item): 2 for item in EDE_Q[scale][:answered]}
    assert values("ede-q", answers)[scale] == value


def test_edeq_global_score_averaged_over_items():
    """The mean of the four subscales, 6 / 4, and not of the 22 items, 30 / 22; item 8 is in two of them."""
    assert values("ede-q", only(28, EDE_Q["restraint"], 6)) == {
        "restraint": 6,
        "eating-concern": 0,
        "shape-concern": 0,
        "weight-concern": 0,
        "global": 1.5,
    }
    assert values("ede-q", only(28, (8,), 6)) == pytest.approx(
        {
            "restraint": 0,
            "eating-concern": 0,
            "shape-concern": 6 / 8,
            "weight-concern": 6 / 5,
            "global": (6 / 8 + 6 / 5) / 4,
        }
    )


def test_edeq_counts_of_behaviour_averaged():
    assert set(values("ede-q", only(28, (13, 14, 15, 16, 17, 18), 20)).values()) == {0}


# Children and young people; suicide risk.


@pytest.mark.parametrize("instrument", ["sdq-parent", "sdq-teacher", "sdq-self"])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (0, {"emotional": 0, "conduct": 2, "hyperactivity": 4, "peer": 4, "prosocial": 0, "total": 10}),
        (2, {"emotional": 10, "conduct": 8, "hyperactivity": 6, "peer": 6, "prosocial": 10, "total": 30}),
    ],
)
def test_sdq_prosocial_added_to_the_total(instrument, answer, expected):
    found = values(instrument, but(25, answer))
    assert {scale: found[scale] for scale in expected} == expected
    assert found["externalising"] == expected["conduct"] + expected["hyperactivity"]
    assert found["internalising"] == expected["emotional"] + expected["peer"]


def test_rcads_thoughts_of_death_hidden_by_the_depression_scale():
    """Item 37 is keyed to generalised anxiety: depression is 0 and the risk is raised all the same."""
    for instrument in ("rcads-47", "rcads-47-parent"):
        report = score(instrument, only(47, (37,), 3))
        found = {name: entry["value"] for name, entry in report["scores"].items() if entry["value"]}
        assert found == {"generalised-anxiety": 3, "total-anxiety": 3, "total": 3}
        assert report["scores"]["depression"]["value"] == 0
        assert [risk["raised"] for risk in report["risks"]] == [True]


def test_rcads25_thoughts_of_death_hidden_by_the_depression_scale():
    report = score("rcads-25", only(25, (18,), 1))
    assert {name: entry["value"] for name, entry in report["scores"].items()} == {
        "depression": 0,
        "anxiety": 1,
        "total": 1,
    }
    assert [risk["raised"] for risk in report["risks"]] == [True]


def test_psc17_items_reordered():
    """The publisher's order: the items of a scale at 2, all others at 0."""
    for scale, its_items in PSC_17.items():
        twos = 2 * len(its_items)
        expected = {**dict.fromkeys(PSC_17, 0), scale: twos, "total": twos}
        assert values("psc-17", only(17, its_items, 2)) == expected


def test_psc17_blanks():
    """Up to three blanks count as 0, here items 15-17; with four there is no score."""
    assert values("psc-17", [1] * 14 + [None] * 3) == {
        "internalising": 4,
        "attention": 4,
        "externalising": 6,
        "total": 14,
    }
    assert set(values("psc-17", [1] * 13 + [None] * 4).values()) == {None}


@pytest.mark.parametrize(
    ("yes", "level"),
    [
        ((), "none"),
        (("1",), "low"),
        (("1", "2"), "low"),
        (("2",), "low"),
        (("2", "3"), "moderate"),
        (("6-lifetime",), "moderate"),
        (("2", "4"), "high"),
        (("2", "5"), "high"),
        (("6-lifetime", "6-past-3-months"), "high"),
        (("1", "2", "3", "4", "5", "6-lifetime", "6-past-3-months"), "high"),
    ],
)
def test_cssrs_imminent_level_invented(yes, level):
    """Three levels and none: no answers lead to a fourth."""
    answers = {item["id"]: int(item["id"] in yes) for item in document("c-ssrs-screener")["items"]}
    assert criterion("c-ssrs-screener", answers, "triage") == level


def test_cssrs_skipped_questions_taken_for_missing_ones():
    """Without thoughts questions 3-5 are not asked; behaviour before the past three months is moderate."""
    answers = {"1": 0, "2": 0, "6-lifetime": 1, "6-past-3-months": 0}
    assert criterion("c-ssrs-screener", answers, "triage") == "moderate"


def test_cssrs_levels_are_those_of_the_triage():
    [triage] = document("c-ssrs-screener")["criteria"]
    assert [level["level"] for level in triage["levels"]] == ["high", "moderate", "low"]
    assert triage["otherwise"] == "none"


def test_cssrs_summed_to_a_frequency_score():
    assert scales("c-ssrs-screener") == set()


# Licences and codes on which sources disagree: the stricter claim holds.


@pytest.mark.parametrize(
    ("instrument", "permission", "words"),
    [
        ("core-om", False, "NoDerivatives"),
        ("wemwbs", True, "All rights reserved"),
        ("who-5", True, "CC BY-NC-SA 3.0 IGO"),
        ("pss-10", True, "permission of the author"),
        ("pss-4", True, "permission of the author"),
        ("epds", True, "written permission"),
        ("audit", True, "not for sale"),
    ],
)
def test_licence_taken_from_the_more_generous_page(instrument, permission, words):
    licence = document(instrument)["licence"]
    assert words in licence["terms"]
    assert (licence["text_included"], licence["permission_required"]) == (False, permission)


def test_codes_given_that_only_one_source_knows():
    """Panels, items and totals have codes where two sources agree or the publisher's files have them only."""
    coded = {
        entry.instrument.id
        for entry in CATALOG.entries()
        for part in (entry.document, *entry.document["items"], *entry.document["scales"])
        if part.get("codes")
    }
    assert coded == {"phq-9", "gad-7", "phq-15", "phq-2", "audit-c"}
