"""Faults of other software on screens for trauma, obsessions, worry, alcohol, drugs, mania,
inattention and eating.

Each test is named after a fault of somebody else's code, page or paper that ours must not have.
Expected numbers are those of the published keys, or arithmetic on them written out; none comes from
the engine.
"""

import pytest

from tests.library.keys import EDE_Q, OCI_R
from tests.shipped import (
    CATALOG,
    band_at,
    bands,
    but,
    criterion,
    cutoffs,
    faults,
    only,
    scales,
    score,
    spread,
    values,
)


def test_iesr_item_14_counted_as_hyperarousal():
    """One point of intrusion in eight: 4 / 8; the 7/8/7 key would give hyperarousal 4 / 7."""
    assert values("ies-r", only(22, (14,), 4)) == {
        "intrusion": 0.5,
        "avoidance": 0,
        "hyperarousal": 0,
        "total": 4,
    }


def test_iesr_subscales_summed():
    assert values("ies-r", [4] * 22) == {
        "intrusion": 4,
        "avoidance": 4,
        "hyperarousal": 4,
        "total": 88,
    }


def test_ocir_key_with_doubting():
    assert scales("oci-r") == {*OCI_R, "total"}
    for scale, its_items in OCI_R.items():
        assert values("oci-r", only(18, its_items, 4)) == {
            **dict.fromkeys(OCI_R, 0),
            scale: 12,
            "total": 12,
        }


def test_pswq_answered_from_0_to_4():
    assert faults("pswq", {"1": 0, "2": 5}) == {("/answers/1", "value_not_allowed")}
    entry = score("pswq", [3] * 16)["scores"]["total"]
    assert (entry["value"], entry["minimum"], entry["maximum"]) == (48, 16, 80)


def test_pswq_bands_invented():
    assert CATALOG.get("pswq").instrument.scale["total"].bands == ()


@pytest.mark.parametrize("item", [9, 10])
@pytest.mark.parametrize("answer", [1, 3])
def test_audit_1_and_3_let_through_on_the_last_items(item, answer):
    assert faults("audit", but(10, 0, **{f"i{item}": answer})) == {
        (f"/answers/{item}", "wrong_step")
    }


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
    """Who never drinks skips items 2-8; with 0 on items 2 and 3 only 4-8 are skipped; 9 and 10 are
    always needed.
    """
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
    assert values("asrs-6", only(6, (item,), answer)) == {
        "total": int(answer >= (2 if item <= 3 else 3))
    }


@pytest.mark.parametrize(
    ("answers", "counted", "positive"),
    [
        ([2] * 6, 3, False),
        ([2, 2, 2, 3, 2, 2], 4, True),
        ([1, 1, 4, 4, 4, 0], 3, False),
        ([4, 4, 0, 4, 4, 0], 4, True),
    ],
)
def test_asrs_judged_by_the_sum(answers, counted, positive):
    assert values("asrs-6", answers) == {"total": counted}
    assert criterion("asrs-6", answers) is positive


@pytest.mark.parametrize(
    ("scale", "answered", "value"),
    [("restraint", 3, 2), ("restraint", 2, None), ("eating-concern", 3, 2), ("eating-concern", 2,
     None),
     ("shape-concern", 5, 2), ("shape-concern", 4, None), ("weight-concern", 3, 2),
     ("weight-concern", 2, None)],
)  # fmt: skip
def test_edeq_nothing_scored_when_any_item_is_missing(scale, answered, value):
    """A subscale needs more than half of its items."""
    answers = {str(item): 2 for item in EDE_Q[scale][:answered]}
    assert values("ede-q", answers)[scale] == value


def test_edeq_global_score_averaged_over_items():
    """The mean of the four subscales, 6 / 4, and not of the 22 items, 30 / 22; item 8 is in two of
    them.
    """
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


PCL5_CUTOFFS = ("ncptsd-31", "ncptsd-33", "marx-2022-end-state")


def test_pcl5_clusters_need_a_score_of_2():
    report = score("pcl-5", [1] * 20)
    assert (
        report["scores"]["total"]["value"],
        report["criteria"]["provisional-ptsd"]["value"],
    ) == (20, False)


def test_pcl5_provisional_diagnosis_read_from_the_total():
    report = score("pcl-5", but(20, 0, i1=2, i6=2, i8=2, i9=2, i15=2, i16=2))
    assert (
        report["scores"]["total"]["value"],
        report["criteria"]["provisional-ptsd"]["value"],
    ) == (12, True)
    assert report["criteria"]["provisional-ptsd"]["items"] == ["1", "6", "8", "9", "15", "16"]


@pytest.mark.parametrize("dropped", [1, 6, 8, 9, 15, 16])
def test_pcl5_every_cluster_needs_its_number_of_symptoms(dropped):
    symptoms = {f"i{item}": 2 for item in (1, 6, 8, 9, 15, 16) if item != dropped}
    assert score("pcl-5", but(20, 1, **symptoms))["criteria"]["provisional-ptsd"]["value"] is False


@pytest.mark.parametrize("item", [5, 7, 10, 14, 17, 20])
def test_pcl5_negative_with_missing_items(item):
    """Whatever is blank, the diagnosis is not evaluable unless the other answers decide it."""
    last = {5: "i1", 7: "i6", 10: "i8", 14: "i9", 17: "i15", 20: "i16"}[item]
    symptoms: dict[str, int | None] = {
        f"i{one}": 2 for one in (1, 6, 8, 9, 15, 16) if f"i{one}" != last
    }
    report = score("pcl-5", but(20, 0, **{f"i{item}": None}, **symptoms))
    result = report["criteria"]["provisional-ptsd"]
    assert (result["value"], result["reason"], result["missing"]) == (
        None,
        "missing_items",
        [str(item)],
    )
    assert report["scores"]["total"]["value"] is None


def test_pcl5_invented_severity_bands():
    assert all(scale.bands == () for scale in CATALOG.get("pcl-5").instrument.scales)


@pytest.mark.parametrize(
    ("total", "met"), [(28, [False] * 3), (29, [False, False, True]), (30, [False, False, True])]
)
def test_pcl5_cutoffs_below_31(total, met):
    assert cutoffs("pcl-5", [2] * (total - 20) + [1] * (40 - total)) == dict(
        zip(PCL5_CUTOFFS, met, strict=True)
    )


@pytest.mark.parametrize(
    ("total", "met"), [(31, [True, False, True]), (32, [True, False, True]), (33, [True] * 3)]
)
def test_pcl5_cutoffs_from_31_to_33(total, met):
    answers = [2] * 10 + [1] * 10
    answers[19] += total - 30
    assert cutoffs("pcl-5", answers) == dict(zip(PCL5_CUTOFFS, met, strict=True))


@pytest.mark.parametrize(
    ("answers", "sex", "positive"),
    [
        ([1, 1, 1], "male", False),
        ([2, 1, 1], "male", True),
        ([1, 1, 0], "female", False),
        ([1, 1, 1], "female", True),
        ([2, 1, 1], None, True),
        ([4, 4, 4], None, True),
        ([4, 4, 4], "other", True),
        ([1, 1, 0], "unknown", False),
        ([4, 0, None], None, True),
        ([0, None, 2], None, None),
        ([1, 1, 1], None, None),
        ([1, 1, 1], "other", None),
        ([1, 1, 1], "unknown", None),
        ([4, None, None], "male", True),
        ([1, None, None], "male", None),
    ],
)
def test_audit_c_one_cutoff_for_both_sexes(answers, sex, positive):
    assert criterion("audit-c", answers, sex=sex) is positive


def test_audit_c_cutoff_needs_sex():
    assert cutoffs("audit-c", [1, 1, 1]) == {"us-va": False}
    assert cutoffs("audit-c", [1, 1, 1], sex="female") == {"by-sex": True, "us-va": False}
    assert cutoffs("audit-c", [1, 1, 1], sex="male") == {"by-sex": False, "us-va": False}
    assert score("audit-c", [1, 1, 1])["criteria"]["positive"]["reason"] == "needs_sex"


def test_audit_c_invented_bands():
    assert CATALOG.get("audit-c").instrument.scale["total"].bands == ()


def test_audit_c_blank_taken_for_never():
    assert values("audit-c", {"1": None, "2": 0}) == {"total": None}
    assert values("audit-c", {"1": 1}) == {"total": None}
    assert values("audit-c", {"1": 0}, not_applicable=("2", "3")) == {"total": 0}
    assert values("audit-c", {"1": 1}, not_applicable=("2", "3")) == {"total": None}


def test_itq_complex_ptsd_named_beside_ptsd():
    """The two exclude each other; the sums are of the symptoms only, 12 x 2 and not 18 x 2."""
    assert criterion("itq", [2] * 18, "probable-diagnosis") == "complex-ptsd"
    assert criterion("itq", [2] * 9 + [1] * 9, "probable-diagnosis") == "ptsd"
    assert criterion("itq", [1] * 9 + [2] * 9, "probable-diagnosis") == "neither"
    assert values("itq", [2] * 18)["ptsd"] == values("itq", [2] * 18)["dso"] == 12


@pytest.mark.parametrize("cluster", [(1, 2), (3, 4), (5, 6), (7, 8, 9)])
def test_itq_impairment_or_a_cluster_not_asked_for(cluster):
    answers = but(18, 4, **{f"i{item}": 1 for item in cluster})
    assert criterion("itq", answers, "probable-diagnosis") == "neither"


def test_cia_blank_counted_as_zero():
    """Prorated from twelve on: 12 x 2 is 32 of 48, and eleven are no score."""
    assert values("cia", [2] * 12 + [None] * 4)["total"] == 32
    assert values("cia", [2] * 11 + [None] * 5)["total"] is None


def test_lsas_situation_21_counted_as_social():
    """Fear alone is 24 situations; the 21st, columns 41 and 42, is a performance."""
    answers = but(48, 0, i41=3, i42=2)
    assert {scale: value for scale, value in values("lsas", answers).items() if value} == {
        "performance-fear": 3, "performance-avoidance": 2, "fear": 3, "avoidance": 2, "total": 5,
    }  # fmt: skip
    assert bands("lsas", but(48, 0, **{f"i{item}": 3 for item in range(1, 20, 2)})) == {
        "conventional": "mild"
    }


def test_ybocs_resistance_reversed():
    """Items 4 and 9 add like the others: five and five of 4 are 20 and 20."""
    assert values("y-bocs", [4] * 10) == {"obsessions": 20, "compulsions": 20, "total": 40}
    assert bands("y-bocs", spread(10, 26)) == {
        "conventional": "severe", "storch-2015": "moderate-severe",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        (6, "none-or-low"), (7, "mild"), (24, "mild"), (25, "moderate"), (43, "moderate"),
        (44, "high"), (61, "high"), (62, "very-high"), (79, "very-high"), (80, "extremely-high"),
    ],
)  # fmt: skip
def test_bsl23_graded_by_the_sum(total, grade):
    """The grades are of the mean: 0.28, 1.07, 1.87, 2.67 and 3.47 times 23 are 6.4, 24.6, 43.0,
    61.4 and 79.8.
    """
    assert values("bsl-23", spread(23, total)) == {"total": pytest.approx(total / 23)}
    assert bands("bsl-23", spread(23, total)) == {"kleindienst-2020": grade}
