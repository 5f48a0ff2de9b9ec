"""Overlays: merged by plain rules, never passing for the definition that they change."""

import copy
import inspect
import json
import re

import pytest
from marshmallow import Schema

from service.definitions.check import check_definition, check_for_author
from service.definitions.overlay import NULL_IS_A_VALUE, merge
from service.definitions.shape import definition, evidence, items, rules, scales
from service.scoring.answers import Submission
from service.settings import REPOSITORY
from tests.builders import SITE, make_definition, make_key_overlay, make_keyless_definition

BASES = {
    "invented-keyless@1.0.0": make_keyless_definition(),
    "invented-form@1.0.0": make_definition(),
}

MERGES = [
    ("objects member by member", {"a": {"x": 1, "y": 2}}, {"a": {"y": 3}}, {"a": {"x": 1, "y": 3}}),
    ("a new member", {"a": 1}, {"b": [2]}, {"a": 1, "b": [2]}),
    ("a value replaces", {"a": 1}, {"a": "x"}, {"a": "x"}),
    ("null removes", {"a": 1, "b": 2}, {"a": None}, {"b": 2}),
    ("null of what is not there", {"b": 2}, {"a": None}, {"b": 2}),
    ("null that is a value", {"counterpart": "x"}, {"counterpart": None}, {"counterpart": None}),
    (
        "null inside an element",
        {"a": [{"id": "1", "x": 1}]},
        {"a": [{"id": "1", "x": None}]},
        {"a": [{"id": "1"}]},
    ),
    (
        "elements by id, new ones at the end",
        {"a": [{"id": "1", "x": 1}, {"id": "2"}]},
        {"a": [{"id": "3"}, {"id": "1", "y": 2}]},
        {"a": [{"id": "1", "x": 1, "y": 2}, {"id": "2"}, {"id": "3"}]},
    ),
    (
        "elements by system",
        {"a": [{"system": "s", "x": 1}]},
        {"a": [{"system": "s", "x": 2}, {"system": "t"}]},
        {"a": [{"system": "s", "x": 2}, {"system": "t"}]},
    ),
    (
        "systems by sex stay apart",
        {"a": [{"system": "s", "sex": "female", "x": 1}, {"system": "s", "sex": "male", "x": 1}]},
        {"a": [{"system": "s", "sex": "male", "x": 2}]},
        {"a": [{"system": "s", "sex": "female", "x": 1}, {"system": "s", "sex": "male", "x": 2}]},
    ),
    ("other arrays replace", {"a": ["1", "2"]}, {"a": ["3"]}, {"a": ["3"]}),
    (
        "arrays without names replace",
        {"a": [{"id": "1"}, {"x": 1}]},
        {"a": [{"id": "1"}]},
        {"a": [{"id": "1"}]},
    ),
    ("an array replaces an object", {"a": {"x": 1}}, {"a": [1]}, {"a": [1]}),
    ("extends is left out", {"a": 1}, {"extends": "x@1.0.0"}, {"a": 1}),
]


@pytest.mark.parametrize(
    ("base", "overlay", "merged"), [row[1:] for row in MERGES], ids=[row[0] for row in MERGES]
)
def test_merge(base, overlay, merged):
    before = copy.deepcopy((base, overlay))
    assert merge(base, overlay) == merged
    assert (base, overlay) == before


def test_the_result_shares_nothing_with_the_base():
    base = make_definition()
    merge(base, {"title": "Other"})["scales"][0]["title"] = "changed"
    assert base == make_definition()


def test_null_is_a_value_exactly_where_the_format_has_nullable_members():
    modules = (definition, evidence, items, rules, scales)
    classes = {
        part for module in modules for part in vars(module).values() if inspect.isclass(part)
    }
    shapes = [part for part in classes if issubclass(part, Schema)]
    nullable = {
        name for shape in shapes for name, field in shape().fields.items() if field.allow_none
    }
    assert nullable == NULL_IS_A_VALUE


def test_an_overlay_supplies_the_missing_key():
    """1 + (0 + 3 - 3) + 2 = 3 by the invented key."""
    checked = check_definition(make_key_overlay(), BASES)
    assert checked.faults == ()
    assert checked.instrument is not None
    assert (checked.instrument.id, checked.instrument.version) == (
        "invented-keyless",
        "1.0.0+site.1",
    )
    assert not checked.instrument.key_required
    assert (
        checked.scorer.score(Submission(answers=[1, 3, 2, None]))["scores"]["total"]["value"] == 3
    )


def test_the_base_itself_stays_without_key():
    checked = check_definition(make_keyless_definition())
    assert checked.instrument is not None
    assert checked.instrument.key_required
    assert (
        checked.instrument.digest != check_definition(make_key_overlay(), BASES).instrument.digest
    )


def test_a_local_norm_replaces_the_published_one():
    norm = {"id": "adults", "scales": {"total": {"mean": 6}}}
    overlay = {"extends": "invented-form@1.0.0", "version": "1.0.0+site.2", "norms": [norm]}
    (found,) = check_definition(overlay, BASES).instrument.norms
    assert (found.scales["total"].mean, found.scales["total"].sd) == (6, 2)


REFUSED = [
    ("an unknown base", {"extends": "invented-form@2.0.0"}, ("/extends", "unknown_base")),
    ("no base by that form of name", {"extends": "invented-form"}, ("/extends", "wrong_format")),
    ("no version of its own", {"version": None}, ("/version", "wrong_type")),
    ("the version of its base", {"version": "1.0.0"}, ("/version", "overlay_version")),
    (
        "the version of another release",
        {"version": "1.1.0+site.1"},
        ("/version", "overlay_version"),
    ),
    ("another id", {"id": "invented-other"}, ("/id", "not_allowed")),
    ("a fault in what is merged", {"title": 3}, ("/title", "wrong_type")),
    (
        "a dangling reference",
        {"min_answered": {"items": 2, **SITE, "source": "x"}},
        ("/min_answered/source", "unknown_source"),
    ),
]


@pytest.mark.parametrize(
    ("changes", "expected"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_an_overlay_is_refused(changes, expected):
    overlay = {"extends": "invented-form@1.0.0", "version": "1.0.0+site.1", **changes}
    assert [(fault.pointer, fault.code) for fault in check_definition(overlay, BASES).faults] == [
        expected
    ]


def test_the_overlay_of_the_documentation_supplies_a_key():
    """1 + (8 - 2) + 3 + 4 + 5 + 6 = 25 by the invented key of that page."""
    page = (REPOSITORY / "docs" / "definition-format.md").read_text(encoding="utf-8")
    [written] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    bases = {
        f"{name}@1.0.0": json.loads(
            (REPOSITORY / "instruments" / f"{name}.json").read_text(encoding="utf-8")
        )
        for name in ("calpas-p", "calpas-t")
    }
    checked = check_for_author(json.loads(written), bases)
    assert checked.faults == ()
    answers = [index % 7 + 1 for index in range(24)]
    assert checked.scorer.score(Submission(answers=answers))["scores"]["pc"]["value"] == 25


@pytest.mark.parametrize("forgotten", [{}, {"examples": None}])
def test_a_key_that_is_supplied_but_still_required_is_said(forgotten):
    overlay = {**make_key_overlay(), **forgotten}
    del overlay["key"]
    del overlay["key_instructions"]
    found = [(fault.pointer, fault.code) for fault in check_definition(overlay, BASES).faults]
    assert ("/key", "key_still_required") in found


def test_the_address_of_the_schema_is_no_part_of_the_definition():
    address = {"$schema": "../instruments/instrument.schema.json"}
    with_address = check_definition({**address, **make_definition()})
    assert with_address.faults == ()
    assert with_address.document == make_definition()
    assert with_address.instrument.digest == check_definition(make_definition()).instrument.digest
    overlaid = check_definition({**address, **make_key_overlay()}, BASES)
    assert overlaid.faults == ()
    assert "$schema" not in overlaid.document


@pytest.mark.parametrize("document", [make_definition(), make_key_overlay()])
def test_an_address_of_the_schema_that_is_no_text_is_refused(document):
    found = check_definition({"$schema": 1, **document}, BASES).faults
    assert [(fault.pointer, fault.code) for fault in found] == [("/$schema", "wrong_type")]
