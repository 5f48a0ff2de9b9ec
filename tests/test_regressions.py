"""Faults seen in public scoring code, worked vectors, and the ends and edges of every shipped scale.

Each test of the first part is named after a fault of somebody else's code that ours must not have. The vectors were
worked out by hand from the published keys.
"""

import json
from collections.abc import Iterator
from math import isclose
from pathlib import Path
from typing import Any

import pytest

from service.definitions.catalog import load_catalog
from service.scoring.answers import Baseline, InvalidSubmission, Submission
from service.scoring.report import ScoreReport
from tests.scoring.definitions_drawn import allowed
from tests.scoring.oracle import Score, by_id, keyed, members, score_form

INSTRUMENTS = Path(__file__).parents[1] / "instruments"
CATALOG = load_catalog(INSTRUMENTS)


def score(instrument: str, answers: Any, **submitted: Any) -> ScoreReport:
    return CATALOG.get(instrument).scorer.score(Submission(answers, **submitted))


def values(instrument: str, answers: Any, **submitted: Any) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in score(instrument, answers, **submitted)["scores"].items()}


def sums(instrument: str, answers: Any, **submitted: Any) -> dict[str, Any]:
    return {name: entry["sum"] for name, entry in score(instrument, answers, **submitted)["scores"].items()}


def band(instrument: str, answers: Any, scale: str = "total") -> str:
    [found] = score(instrument, answers)["scores"][scale]["bands"]
    return str(found["id"])


def faults(instrument: str, answers: Any, **submitted: Any) -> set[tuple[str, str]]:
    with pytest.raises(InvalidSubmission) as refused:
        score(instrument, answers, **submitted)
    return {(issue.pointer, issue.code) for issue in refused.value.issues}


def but(count: int, answer: int, **others: int | None) -> dict[str, int | None]:
    """Return the same answer to every item but some: `but(9, 0, i9=1)`."""
    form: dict[str, int | None] = {str(number): answer for number in range(1, count + 1)}
    return form | {name[1:]: other for name, other in others.items()}


def ramp(count: int, low: int, high: int) -> list[int]:
    """Return low, low + 1 ... high, low ... by item number."""
    return [low + number % (high - low + 1) for number in range(count)]


# Alliance: golden vectors of the keys.


@pytest.mark.parametrize(
    ("instrument", "answers", "expected"),
    [
        ("wai-sr", [5] * 12, {"total": 60, "goal": 20, "task": 20, "bond": 20}),
        ("wai-sr", ramp(12, 1, 5), {"total": 33, "goal": 9, "task": 10, "bond": 14}),
        ("wai-srt", [5] * 10, {"total": 50}),
        ("wai-srt", ramp(10, 1, 5), {"total": 30}),
        ("wai-s-client", [7] * 12, {"total": 72, "goal": 16, "task": 28, "bond": 28}),
        ("wai-s-client", ramp(12, 1, 7), {"total": 45, "goal": 19, "task": 9, "bond": 17}),
        ("wai-client", [7] * 36, {"total": 168}),
        ("wai-client", ramp(36, 1, 7), {"total": 147}),
        ("srs", [10] * 4, {"total": 40}),
        ("srs", [2.5, 5, 7.5, 0.1], {"total": 15.1}),
    ],
)
def test_golden_vectors_of_the_alliance_keys(instrument, answers, expected):
    assert sums(instrument, answers) == expected


def test_wai_reports_item_means():
    assert values("wai-sr", ramp(12, 1, 5)) == {"goal": 2.25, "task": 2.5, "bond": 3.5, "total": 2.75}


def test_wai_sr_mirrored_items_stored_by_position():
    """Twelve times Always, stored as columns: 60 and not 36 (8, 12 and 16)."""
    columns = [1 if item in (2, 5, 6, 8, 10, 11) else 5 for item in range(1, 13)]
    assert sums("wai-sr", columns, encoding="position") == {"total": 60, "goal": 20, "task": 20, "bond": 20}
    assert sums("wai-sr", columns) == {"total": 36, "goal": 8, "task": 12, "bond": 16}
    columns = [1 if item in (2, 5, 6, 8, 10) else 5 for item in range(1, 11)]
    assert sums("wai-srt", columns, encoding="position") == {"total": 50}
    assert sums("wai-srt", columns) == {"total": 30}


@pytest.mark.parametrize("answer", [0, 6, 7])
def test_wai_sr_answered_on_the_seven_point_scale_of_another_form(answer):
    for instrument in ("wai-sr", "wai-srt"):
        assert faults(instrument, {"1": 1, "2": answer}) == {("/answers/2", "value_not_allowed")}


def test_wai_sr_and_wai_s_taken_for_one_form():
    """Item 1 is Task in both, item 8 Goal in one and Task in the other; 4 and 10 are reversed in the older only."""
    eighth = but(12, 1, i8=5)
    assert sums("wai-sr", eighth) == {"total": 16, "goal": 8, "task": 4, "bond": 4}
    assert sums("wai-s-client", eighth) == {"total": 28, "goal": 16, "task": 8, "bond": 4}
    assert sums("wai-s-client", but(12, 1)) == {"total": 24, "goal": 16, "task": 4, "bond": 4}


def test_norms_of_one_response_format_applied_to_another():
    """The reference cohort answered 1-7: a form answered 1-5 cannot name it."""
    assert faults("wai-sr", [3] * 12, norms=("us-outpatient-2024-client",)) == {("/norms/0", "unknown_norm")}


def test_chatbot_cohorts_taken_for_patients():
    """Alliance with a program is compared only when asked for by name."""
    assert score("wai-sr", [4] * 12)["scores"]["total"]["norms"] == []
    assert score("wai-sr", [4] * 12)["scores"]["total"]["norms_note"] == "no_default_norm"
    [norm] = score("wai-sr", [4] * 12, norms=("woebot-2021",))["scores"]["total"]["norms"]
    assert norm["digital"] is True
    assert norm["z"] == pytest.approx((4 - 3.36) / 0.8)


def wai_s_answers(total: int) -> list[int]:
    """Return answers of the 12-item form that sum to a total after reversing items 4 and 10."""
    scores = [total // 12 + (index < total % 12) for index in range(12)]
    return [8 - one if index in (3, 9) else one for index, one in enumerate(scores)]


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
    assert (norm["percentile"], norm["percentile_note"], norm["metric"]) == (percentile, note, "sum")


@pytest.mark.parametrize("instrument", ["wai-sr", "wai-srt", "wai-s-client", "wai-client"])
def test_severity_bands_invented_for_the_alliance(instrument):
    for scale in CATALOG.get(instrument).instrument.scales:
        assert (scale.bands, scale.cutoffs) == ((), ())


def test_missing_alliance_answers_dropped_but_divisor_kept():
    found = values("wai-sr", but(12, 5, i3=None))
    assert found == {"goal": 5, "task": 5, "bond": None, "total": None}


def test_calpas_scored_with_a_key_from_memory():
    entry = CATALOG.get("calpas-p")
    assert entry.instrument.key_required
    assert all(scale.items == () for scale in entry.instrument.scales)


def test_srs_averaged_instead_of_summed():
    entry = score("srs", [9, 9, 9, 9])["scores"]["total"]
    assert (entry["value"], entry["metric"], entry["minimum"], entry["maximum"]) == (36, "sum", 0, 40)


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
    met = {cutoff["system"]: cutoff["met"] for cutoff in score("srs", answers)["scores"]["total"]["cutoffs"]}
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


# Outcome instruments: faults of public code, and the ready-made vectors.


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


def test_core10_reliable_change_at_the_wrong_level():
    change = score("core-10", [2] * 10, baseline=Baseline(scores={"total": 26}))["scores"]["total"]["change"]
    assert (change["threshold"], change["level"], change["category"]) == (6, 0.9, "reliably_improved")
    change = score("core-10", [2] * 10, baseline=Baseline(scores={"total": 25}))["scores"]["total"]["change"]
    assert change["category"] == "unchanged"


def phq9(answers: Any) -> tuple[Any, str, Any, Any]:
    report = score("phq-9", answers)
    [found] = report["scores"]["total"]["bands"]
    criteria = report["criteria"]
    return (
        report["scores"]["total"]["value"],
        found["id"],
        criteria["major-depressive-syndrome"]["value"],
        criteria["other-depressive-syndrome"]["value"],
    )


def test_phq9_item_9_needs_only_several_days_in_the_algorithm():
    assert phq9([2, 2, 2, 2, 0, 0, 0, 0, 1, None]) == (9, "mild", True, False)
    assert phq9([2, 2, 2, 2, 0, 0, 0, 0, 0, None]) == (8, "mild", False, True)
    assert phq9([2, 2, 2, 2, 1, 1, 1, 1, 0, None]) == (12, "moderate", False, True)


def test_phq9_severe_without_a_core_symptom_called_depression():
    assert phq9([1, 1, 3, 3, 3, 3, 3, 3, 3, None]) == (23, "severe", False, False)


@pytest.mark.parametrize(("core", "others", "syndrome"), [(1, 0, False), (1, 1, True), (1, 3, True), (1, 4, False)])
def test_phq9_other_syndrome_is_two_to_four_symptoms(core, others, syndrome):
    answers = [2] * core + [0] + [2] * others + [0] * (7 - others) + [None]
    assert phq9(answers)[3] is syndrome
    assert phq9(answers)[2] is (core + others >= 5)


@pytest.mark.parametrize("item", range(1, 10))
def test_phq9_scored_from_one_to_four(item):
    """The codes are 0 to 3; a form coded 1 to 4 is refused, not scored too high."""
    assert faults("phq-9", {str(item): 4}) == {(f"/answers/{item}", "value_not_allowed")}
    assert values("phq-9", [0] * 9) == {"total": 0}


def test_phq9_range_0_to_21():
    entry = score("phq-9", [3] * 9)["scores"]["total"]
    assert (entry["value"], entry["minimum"], entry["maximum"]) == (27, 0, 27)


def test_phq9_functional_item_added_to_the_total():
    assert values("phq-9", [0] * 9 + [3]) == {"total": 0}
    assert score("phq-9", [0] * 9)["missing"] == []


@pytest.mark.parametrize("blank", range(1, 10))
def test_phq9_prorated_from_memory(blank):
    assert values("phq-9", but(9, 3, **{f"i{blank}": None})) == {"total": None}


@pytest.mark.parametrize(("answer", "raised"), [(0, False), (1, True), (2, True), (3, True), (None, None)])
def test_phq9_risk_read_only_with_a_total(answer, raised):
    assert score("phq-9", but(9, 0, i9=answer))["risks"][0]["raised"] is raised
    assert score("phq-9", {"1": 0, "9": answer})["risks"][0]["raised"] is raised


@pytest.mark.parametrize(
    ("instrument", "count", "bands"),
    [
        ("phq-9", 9, [(0, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately-severe"), (20, "severe")]),
        ("gad-7", 7, [(0, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe")]),
    ],
)
def test_a_total_of_4_in_the_top_band(instrument, count, bands):
    """Every total from 0 on has the band of the manual; GAD-7 is severe from 15, not from 20."""
    for total in range(3 * count + 1):
        answers = [total // count + (index < total % count) for index in range(count)]
        expected = [name for start, name in bands if total >= start][-1]
        assert band(instrument, answers) == expected


def codes_of(part: dict[str, Any]) -> list[str]:
    return [code["code"] for code in part.get("codes", [])]


def test_codes_of_another_questionnaire():
    """44261-6 is the PHQ-9 total, 44249-1 its panel; 68517-2 is another question than AUDIT-C item 1."""
    for entry in CATALOG.entries():
        written = json.dumps(entry.document)
        assert ("44261-6" in written) is ("44249-1" in written) is (entry.instrument.id == "phq-9")
        assert not any(code in written for code in ("68517-2", "44261-8", "77040-1", "96762-0"))
    gad = CATALOG.get("gad-7").document
    assert (codes_of(gad), codes_of(gad["scales"][0])) == (["69737-5"], ["70274-6"])


def test_gad7_has_no_risk_item():
    assert score("gad-7", [3] * 7)["risks"] == []


def change_of(instrument: str, baseline: int, answers: list[int]) -> tuple[str, str | None]:
    change = score(instrument, answers, baseline=Baseline(scores={"total": baseline}))["scores"]["total"]["change"]
    return change["category"], change["clinically_significant"]


@pytest.mark.parametrize(
    ("instrument", "baseline", "answers", "expected"),
    [
        ("phq-9", 15, [1] * 9, ("reliably_improved", "recovered")),
        ("phq-9", 14, [1] * 9, ("unchanged", "unchanged")),
        ("phq-9", 16, [2, 1, 1, 1, 1, 1, 1, 1, 1], ("reliably_improved", "improved")),
        ("phq-9", 3, [1] * 9, ("reliably_deteriorated", "deteriorated")),
        ("gad-7", 11, [1] * 7, ("reliably_improved", "recovered")),
        ("gad-7", 10, [1] * 7, ("unchanged", "unchanged")),
        ("gad-7", 12, [2, 1, 1, 1, 1, 1, 1], ("reliably_improved", "improved")),
        ("pcl-5", 35, [1] * 20, ("reliably_improved", "recovered")),
        ("pcl-5", 34, [1] * 20, ("unchanged", "unchanged")),
        ("pcl-5", 30, [1] * 20, ("unchanged", "unchanged")),
    ],
)
def test_change_rules_that_were_superseded(instrument, baseline, answers, expected):
    """PHQ-9 6 with caseness 10, GAD-7 4 with caseness 8, PCL-5 15 and not 5 or 10 (end state 28)."""
    assert change_of(instrument, baseline, answers) == expected


def test_pcl5_clusters_need_a_score_of_2():
    report = score("pcl-5", [1] * 20)
    assert (report["scores"]["total"]["value"], report["criteria"]["provisional-ptsd"]["value"]) == (20, False)


def test_pcl5_provisional_diagnosis_read_from_the_total():
    report = score("pcl-5", but(20, 0, i1=2, i6=2, i8=2, i9=2, i15=2, i16=2))
    assert (report["scores"]["total"]["value"], report["criteria"]["provisional-ptsd"]["value"]) == (12, True)
    assert report["criteria"]["provisional-ptsd"]["items"] == ["1", "6", "8", "9", "15", "16"]


@pytest.mark.parametrize("dropped", [1, 6, 8, 9, 15, 16])
def test_pcl5_every_cluster_needs_its_number_of_symptoms(dropped):
    symptoms = {f"i{item}": 2 for item in (1, 6, 8, 9, 15, 16) if item != dropped}
    assert score("pcl-5", but(20, 1, **symptoms))["criteria"]["provisional-ptsd"]["value"] is False


@pytest.mark.parametrize("item", [5, 7, 10, 14, 17, 20])
def test_pcl5_negative_with_missing_items(item):
    """Whatever is blank, the diagnosis is not evaluable unless the other answers decide it."""
    last = {5: "i1", 7: "i6", 10: "i8", 14: "i9", 17: "i15", 20: "i16"}[item]
    symptoms: dict[str, int | None] = {f"i{one}": 2 for one in (1, 6, 8, 9, 15, 16) if f"i{one}" != last}
    report = score("pcl-5", but(20, 0, **{f"i{item}": None}, **symptoms))
    result = report["criteria"]["provisional-ptsd"]
    assert (result["value"], result["reason"], result["missing"]) == (None, "missing_items", [str(item)])
    assert report["scores"]["total"]["value"] is None


def test_pcl5_invented_severity_bands():
    assert all(scale.bands == () for scale in CATALOG.get("pcl-5").instrument.scales)


@pytest.mark.parametrize(("total", "met"), [(28, [False] * 3), (29, [False, False, True]), (30, [False, False, True])])
def test_pcl5_cutoffs_below_31(total, met):
    assert cutoffs_of("pcl-5", [2] * (total - 20) + [1] * (40 - total)) == dict(zip(PCL5_CUTOFFS, met, strict=True))


@pytest.mark.parametrize(("total", "met"), [(31, [True, False, True]), (32, [True, False, True]), (33, [True] * 3)])
def test_pcl5_cutoffs_from_31_to_33(total, met):
    answers = [2] * 10 + [1] * 10
    answers[19] += total - 30
    assert cutoffs_of("pcl-5", answers) == dict(zip(PCL5_CUTOFFS, met, strict=True))


PCL5_CUTOFFS = ("ncptsd-31", "ncptsd-33", "marx-2022-end-state")


def cutoffs_of(instrument: str, answers: Any, **submitted: Any) -> dict[str, bool]:
    found = score(instrument, answers, **submitted)["scores"]["total"]["cutoffs"]
    return {cutoff["system"]: cutoff["met"] for cutoff in found}


@pytest.mark.parametrize(
    ("answers", "sex", "positive"),
    [
        ([1, 1, 1], "male", False),
        ([2, 1, 1], "male", True),
        ([1, 1, 0], "female", False),
        ([1, 1, 1], "female", True),
        ([2, 1, 1], None, None),
        ([1, 1, 1], "other", None),
        ([1, 1, 1], "unknown", None),
        ([4, None, None], "male", True),
        ([1, None, None], "male", None),
    ],
)
def test_audit_c_one_cutoff_for_both_sexes(answers, sex, positive):
    assert score("audit-c", answers, sex=sex)["criteria"]["positive"]["value"] is positive


def test_audit_c_cutoff_needs_sex():
    assert cutoffs_of("audit-c", [1, 1, 1]) == {"us-va": False}
    assert cutoffs_of("audit-c", [1, 1, 1], sex="female") == {"by-sex": True, "us-va": False}
    assert cutoffs_of("audit-c", [1, 1, 1], sex="male") == {"by-sex": False, "us-va": False}
    assert score("audit-c", [1, 1, 1])["criteria"]["positive"]["reason"] == "needs_sex"


def test_audit_c_invented_bands():
    assert CATALOG.get("audit-c").instrument.scale["total"].bands == ()


def test_audit_c_blank_taken_for_never():
    assert values("audit-c", {"1": 0}) == {"total": None}
    assert values("audit-c", {"1": 0}, not_applicable=("2", "3")) == {"total": 0}
    assert values("audit-c", {"1": 1}, not_applicable=("2", "3")) == {"total": None}


SWEMWBS = [
    7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36, 16.88, 17.43, 17.98, 18.59, 19.25,
    19.98, 20.73, 21.54, 22.35, 23.21, 24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70, 32.55, 35.00,
]  # fmt: skip


@pytest.mark.parametrize(("raw", "metric"), list(zip(range(7, 36), SWEMWBS, strict=True)))
def test_swemwbs_reported_as_raw_score_only(raw, metric):
    """Every raw score has its metric score; 29 is 26.02 and not 25.99."""
    answers = [raw // 7 + (index < raw % 7) for index in range(7)]
    entry = score("swemwbs", answers)["scores"]["total"]
    assert (entry["value"], entry["sum"]) == (metric, raw)


DASS = {
    "depression": (3, 5, 10, 13, 16, 17, 21),
    "anxiety": (2, 4, 7, 9, 15, 19, 20),
    "stress": (1, 6, 8, 11, 12, 14, 18),
}


@pytest.mark.parametrize("item", range(1, 22))
def test_dass21_items_swapped_or_dropped(item):
    """Depression and anxiety are not exchanged, and item 18 counts for stress."""
    [owner] = [scale for scale, its_items in DASS.items() if item in its_items]
    assert values("dass-21", but(21, 0, **{f"i{item}": 3})) == {scale: 6 * (scale == owner) for scale in DASS}


DASS_BANDS = {"depression": (10, 14, 21, 28), "anxiety": (8, 10, 15, 20), "stress": (15, 19, 26, 34)}
DASS_NAMES = ("normal", "mild", "moderate", "severe", "extremely-severe")


@pytest.mark.parametrize("scale", DASS)
@pytest.mark.parametrize("raw", range(22))
def test_dass21_bands_read_on_undoubled_scores(scale, raw):
    """Double first, then band: an anxiety sum of 5 is 10 and moderate."""
    answers: dict[str, int | None] = but(21, 0)
    answers |= {str(item): raw // 7 + (index < raw % 7) for index, item in enumerate(DASS[scale])}
    entry = score("dass-21", answers)["scores"][scale]
    assert (entry["value"], entry["sum"]) == (2 * raw, raw)
    assert entry["bands"][0]["id"] == DASS_NAMES[sum(2 * raw >= start for start in DASS_BANDS[scale])]


def test_dass21_total_invented():
    assert set(CATALOG.get("dass-21").instrument.scale) == set(DASS)


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


# Every shipped scale: its ends, each of its items, and both sides of every band and cut-off.

DEFINITIONS = {entry.instrument.id: entry.document for entry in CATALOG.entries() if not entry.instrument.key_required}
SCALES = [(name, scale["id"]) for name, definition in DEFINITIONS.items() for scale in definition["scales"]]


def choices(definition: Any, item: Any) -> list[Any]:
    """Return the answers of an item from the lowest keyed score to the highest; a line in steps of a tenth."""
    answers = allowed(definition["response_sets"][item["response_set"]])
    answers = [tenth / 10 for tenth in range(101)] if answers is None else answers
    return sorted(answers, key=lambda answer: keyed(definition, item, answer))


def gate_items(gate: Any) -> set[str]:
    """Return the items that a gate's rule looks at."""
    rule = gate["when"] or {"all": []}
    parts = rule.get("all", [rule])
    return {part["compare"]["item"] for part in parts if "item" in part["compare"]}


def rater(name: str) -> str | None:
    """Return a rater of a form that serves two."""
    return next(iter(DEFINITIONS[name].get("perspectives", ())), None)


def items_of(definition: Any, scale: str) -> set[str]:
    """Return the items that a scale rests on, through its components where it has them."""
    [part] = [part for part in definition["scales"] if part["id"] == scale]
    below = [items_of(definition, name) for name in part.get("composite", {"of": ()})["of"]]
    return {item for term in members(part) for item in term}.union(*below)


def rises_with_every_step(definition: Any, scale: str) -> bool:
    """Tell whether any higher answer must raise a scale: not a count, a group's highest, or what a gate overrules."""
    [part] = [part for part in definition["scales"] if part["id"] == scale]
    below = [rises_with_every_step(definition, name) for name in part.get("composite", {"of": ()})["of"]]
    overruled = {item for gate in definition.get("gates", []) if gate.get("override") for item in gate["items"]}
    worths = [keyed(definition, item, answer) for item in definition["items"] for answer in choices(definition, item)]
    distinct = len(worths) == sum(
        len({keyed(definition, item, answer) for answer in choices(definition, item)}) for item in definition["items"]
    )
    plain = part["aggregation"] in ("sum", "mean", "composite") and all(len(term) == 1 for term in members(part))
    return plain and distinct and all(below) and overruled.isdisjoint(items_of(definition, scale))


def assert_as_worked_out(name: str, scale: str, answers: Any, sex: str | None = None) -> Any:
    """Fail unless a scale has the value, bands and cut-offs that follow from the file; return its value."""
    entry = score(name, answers, sex=sex, perspective=rater(name))["scores"][scale]
    expected = score_form(DEFINITIONS[name], answers, (), {"sex": sex})[scale]
    assert_entry(entry, expected)
    return entry


def assert_entry(entry: Any, expected: Score) -> None:
    assert expected.value is not None
    assert isclose(entry["value"], float(expected.value), rel_tol=1e-12, abs_tol=1e-12)
    assert {found["system"]: found["id"] for found in entry["bands"]} == expected.bands
    assert [(cutoff["system"], cutoff["met"]) for cutoff in entry["cutoffs"]] == expected.cutoffs


@pytest.mark.parametrize(("name", "scale"), SCALES)
def test_the_ends_of_every_scale(name, scale):
    definition = DEFINITIONS[name]
    lowest = {item["id"]: choices(definition, item)[0] for item in definition["items"]}
    highest = {item["id"]: choices(definition, item)[-1] for item in definition["items"]}
    low, high = (assert_as_worked_out(name, scale, answers) for answers in (lowest, highest))
    assert (low["value"], high["value"]) == (low["minimum"], low["maximum"])
    assert low["value"] < high["value"]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_one_item_at_a_time(name):
    """Raising one item raises the scales it belongs to, and no other."""
    definition = DEFINITIONS[name]
    scales = [scale["id"] for scale in definition["scales"]]
    own = {scale: items_of(definition, scale) for scale in scales}
    rises = {scale: rises_with_every_step(definition, scale) for scale in scales}
    gates = {item for gate in definition.get("gates", []) for item in gate_items(gate)}
    lowest = {item["id"]: choices(definition, item)[0] for item in definition["items"]}
    start = score(name, lowest, perspective=rater(name))["scores"]
    for item in definition["items"]:
        for answer in choices(definition, item)[1:]:
            answers = {**lowest, item["id"]: answer}
            found, expected = score(name, answers, perspective=rater(name))["scores"], score_form(definition, answers)
            for scale in scales:
                assert_entry(found[scale], expected[scale])
                if rises[scale] and item["id"] not in gates:
                    assert (found[scale]["value"] > start[scale]["value"]) is (item["id"] in own[scale])
                elif item["id"] not in own[scale] | gates:
                    assert found[scale]["value"] == start[scale]["value"]


def walk(definition: Any, scale: str) -> Iterator[dict[str, Any]]:
    """Yield forms from the lowest to the highest score of a scale, one step of one item at a time."""
    own = items_of(definition, scale)
    answers = {item["id"]: choices(definition, item)[0] for item in definition["items"]}
    for gate in definition.get("gates", []):
        if gate.get("override"):  # opened, or no answer behind it would count
            answers |= {name: choices(definition, by_id(definition["items"])[name])[-1] for name in gate_items(gate)}
    yield answers
    for item in definition["items"]:
        if item["id"] in own:
            for answer in choices(definition, item)[1:]:
                answers = {**answers, item["id"]: answer}
                yield answers


@pytest.mark.parametrize(("name", "scale"), SCALES)
def test_both_sides_of_every_band_and_cutoff(name, scale):
    definition = DEFINITIONS[name]
    [part] = [part for part in definition["scales"] if part["id"] == scale]
    if not part.get("bands") and not part.get("cutoffs"):
        entry = score(name, next(walk(definition, scale)), perspective=rater(name))["scores"][scale]
        assert (entry["bands"], entry["cutoffs"]) == ([], [])
        return
    seen = set()
    for answers in walk(definition, scale):
        for sex in (None, "female", "male"):
            seen.add(assert_as_worked_out(name, scale, answers, sex)["value"])
    ordered = sorted(seen)
    edges = [band["min"] for system in part.get("bands", []) for band in system["bands"]]
    edges += [cutoff["value"] for cutoff in part.get("cutoffs", [])]
    for edge in edges:
        assert ordered[0] == edge or ordered[0] < edge <= ordered[-1]
    assert len(ordered) > 2
