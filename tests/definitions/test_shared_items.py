"""Items that are those of other forms: the two must be there and count alike."""

import json
from typing import Any

import pytest

from service.definitions.check import check_definition
from service.definitions.files import check_files
from service.definitions.shared_items import check_shared_items
from service.settings import Settings
from tests.definitions.edits import edited

INSTRUMENTS = Settings().instruments_dir


def shipped(name: str) -> Any:
    return json.loads((INSTRUMENTS / f"{name}.json").read_text())


PHQ_9, GAD_7, PHQ_ADS = (shipped(name) for name in ("phq-9", "gad-7", "phq-ads"))
OPTION = "/response_sets/frequency/options/0"


def faults(made: Any, *others: Any) -> list[tuple[str, str]]:
    found = check_shared_items(made, {other["id"]: other for other in others})
    return [(fault.pointer, fault.code) for fault in found]


def test_the_shipped_score_of_two_forms_shares_their_items():
    assert faults(PHQ_ADS, PHQ_9, GAD_7) == []


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ({"/items/0/reverse": True}, "answers_differ"),
        ({f"{OPTION}/value": 4}, "answers_differ"),
        ({"/response_sets/frequency": {"min": 1, "max": 4}}, "answers_differ"),
        ({"/response_sets/frequency/options/-": {"value": 9, "missing": True}}, "answers_differ"),
        ({"/submitted_as": "scores"}, "answers_differ"),
        ({"/items/0/id": "1a"}, "unknown_item"),
    ],
)
def test_a_difference_from_the_other_form_is_found(edits, code):
    other = edited(PHQ_9, edits)
    found = faults(PHQ_ADS, other, GAD_7)
    assert {name for _, name in found} == {code}
    assert found[0][0].startswith("/items/0/same_as")


def test_the_same_answers_written_as_a_range_are_the_same():
    other = edited(PHQ_9, {"/response_sets/frequency": {"min": 0, "max": 3}})
    assert faults(PHQ_ADS, other, GAD_7) == []


def test_a_form_that_is_not_there_is_named_for_each_of_its_items():
    assert faults(PHQ_ADS, PHQ_9) == [
        (f"/items/{at}/same_as/instrument", "unknown_instrument") for at in range(9, 16)
    ]
    own = edited(PHQ_ADS, {"/items/0/same_as/instrument": "phq-ads"})
    assert faults(own, own, PHQ_9, GAD_7)[0] == (
        "/items/0/same_as/instrument",
        "unknown_instrument",
    )


def test_files_are_checked_together(tmp_path):
    for one in (PHQ_9, GAD_7, edited(PHQ_ADS, {"/items/0/same_as/item": "99"})):
        (tmp_path / f"{one['id']}.json").write_text(json.dumps(one))
    files = check_files(sorted(tmp_path.iterdir()), for_author=True)
    lines = [line for file in files for line in file.lines()]
    assert len(lines) == 1
    assert "/items/0/same_as/item" in lines[0]


def test_what_is_the_same_needs_form_and_item():
    checked = check_definition(edited(PHQ_ADS, {"/items/0/same_as": {"instrument": "phq-9"}}))
    assert [(fault.pointer, fault.code) for fault in checked.faults] == [
        ("/items/0/same_as/item", "required")
    ]
