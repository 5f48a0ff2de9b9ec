"""Items that were asked as checkboxes: a key for each answer, and the one tick is the answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sources.check import check_mapping
from service.sources.mapping import SourceMapping
from service.sources.reading import read_payload
from tests.sources.mappings import NINE, Json, flat

REST = {f"q{n}": n for n in NINE if n != "1"}
KEYS = {f"q1___{value}": {"item": "1", "value": value} for value in range(4)}
BOXES = {"ticked": [1, "Checked"], "unticked": [0, "Unchecked"], "keys": KEYS}


@pytest.fixture(scope="module")
def mapping(catalog) -> SourceMapping:
    document = flat(items=REST, boxes=BOXES, missing=[99])
    checked = check_mapping(document, catalog)
    assert checked.faults == checked.warnings == ()
    assert checked.mapping is not None
    return checked.mapping


def ticks(*values: object) -> Json:
    return {f"q1___{n}": value for n, value in enumerate(values)}


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (ticks("0", "0", "1", "0"), 2),
        (ticks(1, 0, 0, 0), 0),
        (ticks("Unchecked", "unchecked", "Unchecked", " CHECKED "), 3),
        (ticks(None, None, None, 1), 3),
        (ticks("0.0", "1.0", "0.0", 0.0), 1),
        (ticks("0", "0", "0", "0"), None),
        (ticks(None, None, None, None), None),
        ({}, None),
    ],
)
def test_the_tick_is_the_answer_and_none_is_no_answer(mapping, sent, answer) -> None:
    read = read_payload(mapping, sent)
    assert read.faults == []
    assert read.answers.get("1") == answer


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (ticks(1, 0, 1, 0), "several_ticked"),
        (ticks(1, 1, 1, 1), "several_ticked"),
        (ticks(1, 99, 0, 0), "several_ticked"),
        (ticks(0, 0, 0), "boxes_left_out"),
        (ticks(0, 1, 0), "boxes_left_out"),
        (ticks(0, 1, 0, 2), "unknown_token"),
        (ticks(0, 1, 0, [1]), "unknown_token"),
        (ticks(0, 1, 0, True), "unknown_token"),
    ],
)
def test_what_is_not_certain_is_a_fault(mapping, sent, code) -> None:
    read = read_payload(mapping, sent)
    assert [fault.code for fault in read.faults] == [code]
    assert read.faults[0].detail.startswith("Item 1: ")


def test_a_blank_box_is_nothing_as_an_empty_cell_of_a_table_is(catalog) -> None:
    """A record in JSON has its blanks as texts: they do not speak against the tick beside them."""
    checked = check_mapping(flat(items=REST, boxes=BOXES, missing=[""]), catalog)
    assert checked.mapping is not None
    read = read_payload(checked.mapping, ticks("", "1", "", " "))
    assert (read.faults, read.answers, read.missing) == ([], {"1": 1}, {})
    read = read_payload(checked.mapping, ticks("", "", "", ""))
    assert (read.faults, read.answers, read.missing) == ([], {}, {})


def test_a_blank_box_is_a_fault_where_nothing_says_what_it_means(mapping) -> None:
    read = read_payload(mapping, ticks("", "1", "0", "0"))
    assert [fault.code for fault in read.faults] == ["unknown_token"]


def test_a_code_for_missing_is_told_where_nothing_is_ticked(mapping) -> None:
    assert [*read_payload(mapping, ticks("0.0", "99.0", 0, 0)).missing] == ["1"]
    read = read_payload(mapping, ticks(0, 99, 0, 0))
    assert (dict(read.answers), [*read.missing]) == ({}, ["1"])
    assert [one.outcome for one in read.keys] == ["not_answered", "missing", *["not_answered"] * 2]


@given(st.lists(st.sampled_from([0, 1, None, "0", "1"]), min_size=4, max_size=4))
def test_an_answer_comes_of_exactly_one_tick(mapping, cells: list[Any]) -> None:
    read = read_payload(mapping, ticks(*cells))
    ticked = [place for place, cell in enumerate(cells) if cell in (1, "1")]
    assert bool(read.faults) == (len(ticked) > 1)
    assert [*read.answers.values()] == (ticked if len(ticked) == 1 else [])


@pytest.mark.parametrize(
    ("members", "pointer", "code"),
    [
        ({"items": REST | {"x": "1"}}, "/boxes/keys/q1___0", "duplicate_item"),
        ({"items": REST | {"q1___1": "10"}}, "/boxes/keys/q1___1", "contradictory_key"),
        ({"ignore": ["q1___2"]}, "/ignore/0", "contradictory_key"),
        ({"missing": ["checked"]}, "/boxes/ticked/1", "duplicate_token"),
        ({"items": {}, "boxes": None}, "/items", "required"),
        ({"boxes": BOXES | {"unticked": ["1"]}}, "/boxes/unticked/0", "duplicate_token"),
        (
            {"boxes": BOXES | {"keys": KEYS | {"a": {"item": "1", "value": 4}}}},
            "/boxes/keys/a/value",
            "value_not_allowed",
        ),
        (
            {"boxes": BOXES | {"keys": KEYS | {"a": {"item": "1", "value": 3}}}},
            "/boxes/keys/a",
            "duplicate_item",
        ),
        (
            {"boxes": BOXES | {"keys": KEYS | {"a": {"item": "17", "value": 3}}}},
            "/boxes/keys/a/item",
            "unknown_item",
        ),
        (
            {"answers": {"kind": "map", "strip_prefix": "q1"}},
            "/boxes/keys/q1___0",
            "key_never_met",
        ),
    ],
)
def test_the_check_of_a_mapping_finds_what_boxes_contradict(
    catalog, members: Json, pointer: str, code: str
) -> None:
    checked = check_mapping(flat(items=REST, boxes=BOXES) | members, catalog)
    assert (pointer, code) in [(one.pointer, one.code) for one in checked.faults]


def test_an_item_without_a_box_for_every_answer_is_no_warning_but_one_without_any_is(catalog):
    items = {key: item for key, item in REST.items() if item != "2"}
    checked = check_mapping(flat(items=items, boxes=BOXES), catalog)
    assert [one.detail for one in checked.warnings] == ["maps no key to 2, which will be missing"]
