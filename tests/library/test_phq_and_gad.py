"""Faults of other software on the PHQ and GAD family, and rules of change that were superseded.

Each test is named after a fault of somebody else's code, page or paper that ours must not have.
Expected numbers are those of the published keys, or arithmetic on them written out; none comes from
the engine.
"""

from typing import Any

import pytest

from service.scoring.answers import Baseline
from tests.shipped import (
    CATALOG,
    band_at,
    bands,
    but,
    cutoffs,
    document,
    faults,
    score,
    spread,
    values,
)


def test_phq8_total_under_the_code_of_the_phq9():
    """44261-6 is the PHQ-9 total; of the PHQ-8 only codes of the NCI Thesaurus were confirmed."""
    assert [code["code"] for code in document("phq-8")["codes"]] == ["C191043"]
    (total,) = document("phq-8")["scales"]
    assert [code["code"] for code in total["codes"]] == ["C191162"]


def test_phq2_panel_code_of_another_questionnaire():
    assert [code["code"] for code in document("phq-2")["codes"]] == ["55757-9", "C123386"]


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
    expected = band_at(
        total, {0: "minimal", 5: "mild", 10: "moderate", 15: "moderately-severe", 20: "severe"}
    )
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
    """Not applicable counts as 0 (28 at most); a blank is missing; and no other item can be left
    out that way.
    """
    answers: dict[str, int | None] = but(15, 2, i4=None)
    assert values("phq-15", answers, not_applicable=("4",)) == {"total": 28}
    assert values("phq-15", answers) == {"total": None}
    assert values("phq-15", but(15, 2, i5=None), not_applicable=("5",)) == {"total": None}


def test_core10_reliable_change_at_the_wrong_level():
    change = score("core-10", [2] * 10, baseline=Baseline(scores={"total": 26}))["scores"]["total"][
        "change"
    ]
    assert (change["threshold"], change["level"], change["category"]) == (
        6,
        0.9,
        "reliably_improved",
    )
    change = score("core-10", [2] * 10, baseline=Baseline(scores={"total": 25}))["scores"]["total"][
        "change"
    ]
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


@pytest.mark.parametrize(
    ("core", "others", "syndrome"), [(1, 0, False), (1, 1, True), (1, 3, True), (1, 4, False)]
)
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


@pytest.mark.parametrize(
    ("answer", "raised"), [(0, False), (1, True), (2, True), (3, True), (None, None)]
)
def test_phq9_risk_read_only_with_a_total(answer, raised):
    assert score("phq-9", but(9, 0, i9=answer))["risks"][0]["raised"] is raised
    assert score("phq-9", {"1": 0, "9": answer})["risks"][0]["raised"] is raised


@pytest.mark.parametrize(
    ("instrument", "count", "system", "starts"),
    [
        (
            "phq-9",
            9,
            "kroenke-2001",
            {0: "minimal", 5: "mild", 10: "moderate", 15: "moderately-severe", 20: "severe"},
        ),
        ("gad-7", 7, "spitzer-2006", {0: "minimal", 5: "mild", 10: "moderate", 15: "severe"}),
    ],
)
def test_a_total_of_4_in_the_top_band(instrument, count, system, starts):
    """Every total from 0 on has the band of the manual; GAD-7 is severe from 15, not from 20."""
    for total in range(3 * count + 1):
        assert bands(instrument, spread(count, total)) == {system: band_at(total, starts)}


def test_gad7_has_no_risk_item():
    assert score("gad-7", [3] * 7)["risks"] == []


def change_of(instrument: str, baseline: int, answers: list[int]) -> tuple[str, str | None]:
    change = score(instrument, answers, baseline=Baseline(scores={"total": baseline}))["scores"][
        "total"
    ]["change"]
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
    """PHQ-9 6 with caseness 10, GAD-7 4 with caseness 8, PCL-5 15 and not 5 or 10 (end state
    28).
    """
    assert change_of(instrument, baseline, answers) == expected
