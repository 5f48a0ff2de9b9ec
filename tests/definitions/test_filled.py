"""What stands for a blank must be a possible score, so that no score leaves its stated range."""

import pytest

from service.definitions.check import check_definition
from service.scoring.answers import Submission
from tests.builders import SITE
from tests.definitions.costly import bare, composite, example, ids, summed

SETS = {
    "low": {"min": 0, "max": 3},
    "high": {"min": 1, "max": 10},
    "half": {"min": 0.5, "max": 2.5},
}


def faults(scales, sets):
    definition = bare(len(sets), scales=scales, examples=[example([1] * len(sets))] * 2)
    definition["response_sets"] = SETS
    definition["items"] = [{"id": str(n), "response_set": name} for n, name in enumerate(sets)]
    found = [fault for fault in check_definition(definition).faults if fault.code == "missing_rule"]
    return [fault.pointer for fault in found]


def rule(method, **members):
    return {"min_answered": 1, "method": method, **members, **SITE}


@pytest.mark.parametrize(
    ("method", "sets", "faulty"),
    [
        ("prorate", ["low", "low"], False),
        ("prorate", ["low", "high"], True),  # 10 alone would make 20 of at most 13
        ("prorate", ["high", "low"], True),
        ("zero", ["low", "low"], False),
        ("zero", ["high", "high"], True),  # 1 and a blank would make 1 of at least 2
    ],
)
def test_what_stands_for_a_blank_is_a_possible_score(method, sets, faulty):
    found = faults([summed("s", ids(2), missing=rule(method))], sets)
    assert found == (["/scales/0/missing/method"] if faulty else [])


def test_a_mean_of_scales_stands_for_another_only_where_they_have_one_range():
    parts = [summed("a", ["0"]), summed("b", ["1"])]
    both = composite("c", ["a", "b"], missing=rule("prorate"))
    assert faults([*parts, both], ["low", "low"]) == []
    assert faults([*parts, both], ["low", "high"]) == ["/scales/2/missing/method"]


@pytest.mark.parametrize(("name", "faulty"), [("low", False), ("half", True)])
def test_a_sum_is_rounded_only_between_whole_ends(name, faulty):
    """Three answers of at most 2.5 make 7.5, which would be rounded to 8."""
    found = faults([summed("s", ids(3), missing=rule("prorate", round=True))], [name] * 3)
    assert found == (["/scales/0/missing/round"] if faulty else [])


def test_the_range_of_a_table_is_that_of_all_its_values():
    """A table that rises to 9 and ends at 5: no score lies above its stated maximum."""
    transform = {"type": "lookup", "of": "sum", "monotone": "no", "monotone_note": "invented"}
    transform |= {"tables": [{"entries": [[0, 2], [1, 9], [2, 1], [3, 5]]}], **SITE}
    one = summed("s", ["0"], metric="transformed", transform=transform)
    definition = bare(1, scales=[one], examples=[example([1]), example([2])])
    checked = check_definition(definition)
    assert checked.faults == ()
    entries = [checked.scorer.score(Submission([n]))["scores"]["s"] for n in range(4)]
    assert {(entry["minimum"], entry["maximum"]) for entry in entries} == {(1, 9)}
    assert [entry["value"] for entry in entries] == [2, 9, 1, 5]
