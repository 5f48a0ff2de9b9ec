"""Forms of which hardly anything was answered: other software gives them a total, a band or a "no".

The first five are the answers that Awell Score 1.1.10-rc.0 (awell-health/awell-score, c37843e)
scores: PCL-5 with one answer as no PTSD, an empty one too, DAST-10 with one answer as a low level,
CORE-OM with one answer as a raw total of 1, and `true` and "1" as the number 1.
"""

from typing import Any

import pytest

from tests.shipped import faults, score

ONE_OF_MANY = [("pcl-5", "1"), ("dast-10", "1"), ("core-om", "2"), ("phq-9", "1")]


@pytest.mark.parametrize(("instrument", "answered"), ONE_OF_MANY)
def test_one_answer_taken_for_a_form(instrument: str, answered: str) -> None:
    report = score(instrument, {answered: 1})
    for entry in report["scores"].values():
        assert (entry["value"], entry["sum"], entry["status"]) == (None, None, "not_scored")
        assert entry["bands"] == []
        assert {cutoff["met"] for cutoff in entry["cutoffs"]} <= {None}


@pytest.mark.parametrize("answers", [{"1": 1}, {"1": 0}, {"20": 4}])
def test_pcl5_without_answers_taken_for_no_ptsd(answers: dict[str, Any]) -> None:
    ptsd = score("pcl-5", answers)["criteria"]["provisional-ptsd"]
    assert (ptsd["value"], ptsd["reason"]) == (None, "missing_items")


@pytest.mark.parametrize("answers", [{}, {"1": None}, [None] * 20])
def test_an_empty_pcl5_taken_for_one_without_ptsd(answers: Any) -> None:
    assert faults("pcl-5", answers) == {("/answers", "no_answers")}


def test_phq9_without_answers_taken_for_no_syndrome_and_no_risk() -> None:
    report = score("phq-9", {"1": 1})
    assert {result["value"] for result in report["criteria"].values()} == {None}
    assert [risk["raised"] for risk in report["risks"]] == [None]


def test_core_om_without_answers_taken_for_no_risk() -> None:
    report = score("core-om", {"2": 1})
    assert {risk["raised"] for risk in report["risks"]} == {None}


@pytest.mark.parametrize("answer", [True, "1", "", [1], {"value": 1}])
def test_other_things_taken_for_the_number_1(answer: object) -> None:
    assert faults("dast-10", {"1": answer}) == {("/answers/1", "wrong_type")}
