"""Faults of other software on measures of the alliance, of sessions and of groups, and worked
vectors of their keys.

Each test is named after a fault of somebody else's code, page or paper that ours must not have.
Expected numbers are those of the published keys, or arithmetic on them written out; none comes from
the engine.
"""

import pytest

from tests.shipped import (
    CATALOG,
    but,
    cutoffs,
    document,
    faults,
    ramp,
    scales,
    score,
    spread,
    sums,
    values,
)


def test_wai_reports_item_means():
    assert values("wai-sr", ramp(12, 1, 5)) == {
        "goal": 2.25,
        "task": 2.5,
        "bond": 3.5,
        "total": 2.75,
    }


def test_wai_sr_mirrored_items_stored_by_position():
    """Twelve times Always, stored as columns: 60 and not 36 (8, 12 and 16)."""
    columns = [1 if item in (2, 5, 6, 8, 10, 11) else 5 for item in range(1, 13)]
    assert sums("wai-sr", columns, encoding="position") == {
        "total": 60,
        "goal": 20,
        "task": 20,
        "bond": 20,
    }
    assert sums("wai-sr", columns) == {"total": 36, "goal": 8, "task": 12, "bond": 16}
    columns = [1 if item in (2, 5, 6, 8, 10) else 5 for item in range(1, 11)]
    assert sums("wai-srt", columns, encoding="position") == {"total": 50}
    assert sums("wai-srt", columns) == {"total": 30}


@pytest.mark.parametrize("answer", [0, 6, 7])
def test_wai_sr_answered_on_the_seven_point_scale_of_another_form(answer):
    for instrument in ("wai-sr", "wai-srt"):
        assert faults(instrument, {"1": 1, "2": answer}) == {("/answers/2", "value_not_allowed")}


def test_wai_sr_and_wai_s_taken_for_one_form():
    """Item 1 is Task in both, item 8 Goal in one and Task in the other; 4 and 10 are reversed in
    the older only.
    """
    eighth = but(12, 1, i8=5)
    assert sums("wai-sr", eighth) == {"total": 16, "goal": 8, "task": 4, "bond": 4}
    assert sums("wai-s-client", eighth) == {"total": 28, "goal": 16, "task": 8, "bond": 4}
    assert sums("wai-s-client", but(12, 1)) == {"total": 24, "goal": 16, "task": 4, "bond": 4}


def test_norms_of_one_response_format_applied_to_another():
    """The reference cohort answered 1-7: a form answered 1-5 cannot name it."""
    assert faults("wai-sr", [3] * 12, norms=("us-outpatient-2024-client",)) == {
        ("/norms/0", "unknown_norm")
    }


def test_chatbot_cohorts_taken_for_patients():
    """Alliance with a program is compared only when asked for by name; by default with patients in
    sessions 3 to 5 (IMPLEMENT trial: mean 3.86, SD 0.62).
    """
    [norm] = score("wai-sr", [4] * 12)["scores"]["total"]["norms"]
    assert (norm["id"], norm["digital"]) == ("implement-2016-sessions-3-5", False)
    assert norm["z"] == pytest.approx((4 - 3.86) / 0.62)
    [norm] = score("wai-sr", [4] * 12, norms=("woebot-2021",))["scores"]["total"]["norms"]
    assert norm["digital"] is True
    assert norm["z"] == pytest.approx((4 - 3.36) / 0.8)


def wai_s_answers(total: int) -> list[int]:
    """Return answers of the 12-item form that sum to a total after reversing items 4 and 10."""
    return [8 - one if index in (3, 9) else one for index, one in enumerate(spread(12, total))]


@pytest.mark.parametrize(
    ("total", "z", "t", "percentile", "note"),
    [
        (74, 0.417, 54.2, 50, None),
        (48, -1.704, 33.0, 10, None),
        (84, 1.232, 62.3, None, ">90"),
        (44, -2.030, 29.7, None, "<5"),
    ],
)
def test_percentiles_of_skewed_scores_read_from_the_normal_curve(total, z, t, percentile, note):
    """The normal curve would say 66, 4 and 89."""
    entry = score("wai-s-client", wai_s_answers(total))["scores"]["total"]
    assert entry["sum"] == total
    assert entry["value"] == pytest.approx(total / 12)
    [norm] = entry["norms"]
    assert norm["z"] == pytest.approx(z, abs=0.0005)
    assert norm["t"] == pytest.approx(t, abs=0.05)
    assert (norm["percentile"], norm["percentile_note"], norm["metric"]) == (
        percentile,
        note,
        "sum",
    )


def test_missing_alliance_answers_dropped_but_divisor_kept():
    found = values("wai-sr", but(12, 5, i3=None))
    assert found == {"goal": 5, "task": 5, "bond": None, "total": None}


def test_srs_averaged_instead_of_summed():
    entry = score("srs", [9, 9, 9, 9])["scores"]["total"]
    assert (entry["value"], entry["metric"], entry["minimum"], entry["maximum"]) == (
        36,
        "sum",
        0,
        40,
    )


@pytest.mark.parametrize(
    ("answers", "below"),
    [
        ([9, 9, 9, 9], False),
        ([9, 9, 9, 8.9], True),
        ([9, 9, 9, 8.99], True),
        ([10, 10, 10, 6], False),
        ([9.7, 9.6, 9.4, 7.3], False),
        ([9.4, 9.6, 9.7, 7.3], False),
        ([9.9, 9.8, 9.6, 6.7], False),
        ([9.9, 9.8, 9.6, 6.6], True),
    ],
)
def test_srs_cutoff_read_on_the_wrong_side(answers, below):
    """Below 36, and 36 is not below, however its tenths are added up in binary."""
    met = {
        cutoff["system"]: cutoff["met"]
        for cutoff in score("srs", answers)["scores"]["total"]["cutoffs"]
    }
    assert met["below-36"] is below


def test_srs_collected_on_one_to_ten():
    """The lines start at 0: a form with 0 is right, and 40 is the top."""
    assert values("srs", [0, 0, 0, 0]) == {"total": 0}
    assert faults("srs", [10.1, 1, 1, -0.1]) == {
        ("/answers/0", "value_not_allowed"),
        ("/answers/3", "value_not_allowed"),
    }


def test_old_ten_item_srs_taken_for_version_3():
    assert faults("srs", [5] * 10) == {("/answers", "wrong_length")}


@pytest.mark.parametrize(
    ("instrument", "perspective", "answers", "expected"),
    [
        ("wai-sr", None, [5] * 12, {"total": 60, "goal": 20, "task": 20, "bond": 20}),
        ("wai-sr", None, ramp(12, 1, 5), {"total": 33, "goal": 9, "task": 10, "bond": 14}),
        ("wai-srt", None, [5] * 10, {"total": 50}),
        ("wai-srt", None, ramp(10, 1, 5), {"total": 30}),
        ("wai-s-client", None, [7] * 12, {"total": 72, "goal": 16, "task": 28, "bond": 28}),
        ("wai-s-client", None, ramp(12, 1, 7), {"total": 45, "goal": 19, "task": 9, "bond": 17}),
        ("wai-client", None, [7] * 36, {"total": 168, "goal": 48, "task": 54, "bond": 66}),
        ("wai-client", None, ramp(36, 1, 7), {"total": 147, "goal": 47, "task": 48, "bond": 52}),
        ("srs", None, [10] * 4, {"total": 40}),
        ("srs", None, [2.5, 5, 7.5, 0.1], {"total": 15.1}),
        ("wai-s-therapist", None, [7] * 12, {"total": 72, "goal": 16, "task": 28, "bond": 28}),
        ("wai-s-therapist", None, ramp(12, 1, 7), {"total": 45, "goal": 19, "task": 9, "bond": 17}),
        ("wai-therapist", None, [7] * 36, {"total": 168, "goal": 48, "task": 54, "bond": 66}),
        ("wai-therapist", None, ramp(36, 1, 7), {"total": 147, "goal": 47, "task": 48, "bond": 52}),
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


@pytest.mark.parametrize("item", [1, 2, 4, 5])
def test_arm5_scored_from_four_of_its_five_items(item):
    """All 4 is the midpoint; one item at 7 adds 3 to a sum over five items."""
    assert values("arm-5", but(5, 4, **{f"i{item}": 7}), perspective="client") == {
        "total": (5 * 4 + 3) / 5
    }


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
    ["wai-sr", "wai-srt", "wai-s-client", "wai-s-therapist", "wai-client", "wai-therapist", "sai",
     "arm-5", "arm-12",
     "arm-28", "haq-ii", "calpas-t", "tasc-r", "seq-5", "gcq-s", "star-p", "star-c"],
)  # fmt: skip
def test_bands_and_cutoffs_invented_for_the_alliance(instrument):
    for scale in CATALOG.get(instrument).instrument.scales:
        assert (scale.bands, scale.cutoffs) == ((), ())


@pytest.mark.parametrize(
    "instrument", ["calpas-p", "calpas-t", "arm-12", "arm-28", "star-p", "star-c"]
)
def test_unpublished_keys_scored_from_memory(instrument):
    definition = CATALOG.get(instrument).instrument
    assert definition.key_required
    assert all(scale.items == () for scale in definition.scales)


def by_item(form: str) -> dict[str, str]:
    """Return the subscale of each item."""
    scales = [scale for scale in document(form)["scales"] if scale["id"] != "total"]
    return {item: scale["id"] for scale in scales for item in scale["items"]}


def test_wai_observer_items_grouped_against_the_published_short_form():
    """No observer form is shipped, and the 36-item forms have the twelve items that they share with
    the short form where the short form has them.
    """
    assert not [
        entry.instrument.id
        for entry in CATALOG.entries()
        if entry.instrument.id.startswith("wai-o")
    ]
    short_in_long = ("2", "4", "8", "12", "21", "22", "23", "24", "26", "27", "32", "35")
    short = [by_item("wai-s-client")[str(item)] for item in range(1, 13)]
    for form in ("wai-client", "wai-therapist"):
        assert len(by_item(form)) == 36
        assert [by_item(form)[item] for item in short_in_long] == short


def test_wai_s_answered_on_the_scale_of_another_form():
    assert faults("wai-s-therapist", {"1": 0, "2": 8}) == {
        ("/answers/1", "value_not_allowed"),
        ("/answers/2", "value_not_allowed"),
    }
    assert faults("wai-s-therapist", [4] * 10) == {("/answers", "wrong_length")}


def test_ors_averaged_instead_of_summed():
    entry = score("ors", [6, 6, 6, 6])["scores"]["total"]
    assert (entry["value"], entry["metric"], entry["minimum"], entry["maximum"]) == (
        24,
        "sum",
        0,
        40,
    )


def test_ors_collected_on_one_to_ten():
    """The lines start at 0: a form with 0 is right, and the total starts at 0 and not at 4."""
    assert values("ors", [0, 0, 0, 0]) == {"total": 0}
    assert faults("ors", [10.1, 1, 1, -0.1]) == {
        ("/answers/0", "value_not_allowed"),
        ("/answers/3", "value_not_allowed"),
    }


@pytest.mark.parametrize(
    ("answers", "below"),
    [
        ([6, 6, 6, 7], False),
        ([6, 6, 6, 6.9], True),
        ([6.4, 6.3, 6.2, 6.1], False),
        ([6.4, 6.3, 6.2, 6.0], True),
    ],
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
    """A scale is the mean of what was answered; with more than four of the twelve blank there is
    none.
    """
    answers = but(12, 2, **{f"i{item}": None for item in blank})
    assert values("gcq-s", answers) == expected


@pytest.mark.parametrize("instrument", ["csrs", "gsrs", "cgsrs", "cors"])
def test_session_rating_of_children_and_groups_turned_round(instrument):
    """A national table of directions calls the session ratings negative: high is good on all."""
    assert values(instrument, [0, 0, 0, 0]) == {"total": 0}
    assert values(instrument, [10, 9.5, 7, 3.5]) == {"total": 30}
    assert document(instrument)["scales"][0]["direction"] == "higher_is_better"
    assert values(instrument, [10, 10, 10, None]) == {"total": None}


def test_couples_satisfaction_summed_by_printed_column():
    """First column: happiness 0, all the time 5, not at all 0 (8 rows), then the left of a pair:
    interesting 5, bad 0, full 5, sturdy 5, discouraging 0, enjoyable 5. Last: 6 + 0 + 8 x 5 + 10.
    """
    assert values("csi-16", [1] * 16, encoding="position") == {"total": 25}
    last = [7] + [6] * 15
    assert values("csi-16", last, encoding="position") == {"total": 56}


@pytest.mark.parametrize(
    ("instrument", "best"), [("csi-16", [6] + [5] * 15), ("csi-4", [6, 5, 5, 5])]
)
def test_couples_satisfaction_read_as_trouble(instrument, best):
    """81 and 21 are the most satisfied, and not beyond the cut-off."""
    assert values(instrument, best) == {"total": 81 if len(best) == 16 else 21}
    assert list(cutoffs(instrument, best).values()) == [False]
    assert list(cutoffs(instrument, [0] * len(best)).values()) == [True]
