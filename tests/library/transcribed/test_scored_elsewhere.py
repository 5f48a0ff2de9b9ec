"""Forms scored by the rules of other programs and pages, which were read and not taken from the
definitions: drawn answers, and both sides of the limits that the source has.

`scored_elsewhere.json` names the source of each case. Blank answers are in one source only.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.shipped import document, score

CASES = json.loads((Path(__file__).parent / "scored_elsewhere.json").read_text(encoding="utf-8"))


def named(case: Any) -> str:
    return f"{case['instrument']}: {case['source']}"


def report(case: Any) -> Any:
    rater = next(iter(document(case["instrument"]).get("perspectives", ())), None)
    return score(case["instrument"], case["answers"], perspective=rater, age=case.get("age"))


@pytest.mark.parametrize("case", CASES, ids=named)
def test_scores_as_elsewhere(case: Any) -> None:
    found = report(case)["scores"]
    assert {scale: found[scale]["value"] for scale in case["scores"]} == pytest.approx(
        case["scores"]
    )


LIMITS = [case for case in CASES if case.keys() & {"bands", "cutoffs", "criteria"}]


@pytest.mark.parametrize("case", LIMITS, ids=named)
def test_limits_lie_where_they_do_elsewhere(case: Any) -> None:
    found = report(case)
    for scale, band in case.get("bands", {}).items():
        assert [one["id"] for one in found["scores"][scale]["bands"]] == [band]
    for scale, limits in case.get("cutoffs", {}).items():
        met = {one["system"]: one["met"] for one in found["scores"][scale]["cutoffs"]}
        assert {system: met[system] for system in limits} == limits
    for criterion, value in case.get("criteria", {}).items():
        assert found["criteria"][criterion]["value"] == value
