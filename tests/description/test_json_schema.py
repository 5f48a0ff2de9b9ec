"""The JSON Schema for editors says what the format says about shape, and the file in the repository
is up to date.
"""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from service.definitions.files import SCHEMA_FILE, definition_files
from service.description.json_schema import (
    definition_schema,
    mapping_schema,
    schema_text,
    shapes,
)
from service.sources.catalogue import SCHEMA_FILE as MAPPING_SCHEMA_FILE
from service.sources.catalogue import mapping_files
from tests.builders import make_definition, make_key_overlay, make_keyless_definition
from tests.definitions.edits import REMOVED, edited

INSTRUMENTS = Path(__file__).parents[2] / "instruments"
MAPPINGS = INSTRUMENTS / "mappings"
VALIDATOR = Draft202012Validator(definition_schema())


def test_the_schema_file_is_up_to_date():
    """If this fails, run `python -m service schema`."""
    assert (INSTRUMENTS / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text(
        definition_schema()
    )


def test_the_schema_of_mappings_is_up_to_date():
    """If this fails, run `python -m service schema`."""
    found = (MAPPINGS / MAPPING_SCHEMA_FILE).read_text(encoding="utf-8")
    assert found == schema_text(mapping_schema())


@pytest.mark.parametrize("schema", [definition_schema(), mapping_schema()])
def test_the_schema_is_a_schema(schema):
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", mapping_files(MAPPINGS), ids=lambda path: path.stem)
def test_it_accepts_every_shipped_mapping(path):
    validator = Draft202012Validator(mapping_schema())
    assert list(validator.iter_errors(json.loads(path.read_bytes()))) == []


@pytest.mark.parametrize(
    "document", [make_definition(), make_keyless_definition(), make_key_overlay()]
)
def test_it_accepts_definitions_and_overlays(document):
    assert list(VALIDATOR.iter_errors(document)) == []


@pytest.mark.parametrize("path", definition_files(INSTRUMENTS), ids=lambda path: path.stem)
def test_it_accepts_every_shipped_definition(path):
    assert list(VALIDATOR.iter_errors(json.loads(path.read_bytes()))) == []


@pytest.mark.parametrize(
    "edits",
    [
        {"/title": REMOVED},
        {"/extra": 1},
        {"/items/0/revers": True},
        {"/items/0/reverse": 1},
        {"/submitted_as": "points"},
        {"/version": "1.0"},
        {"/scales/0/precision/sd": 0},
        {"/scales/0/reliability/0/value": 1.01},
        {"/scales/0/cutoffs/0/source": REMOVED},
        {"/scales/0/transform": {"type": "square"}},
        {"/response_sets/often": {"labels": ["a"]}},
        {"/criteria/0/rule": {"all": []}},
        {"/criteria/0/rule": {"not": {"compare": {"item": "1", "op": "=", "value": 1}}}},
        {"/gates/0/treat_as": "nothing"},
        {"/norms/0/n": None, "/norms/0/default": None},
    ],
    ids=" ".join,
)
def test_it_refuses_a_wrong_shape(edits):
    assert not VALIDATOR.is_valid(edited(make_definition(), edits))


def test_it_refuses_an_overlay_without_build_suffix_and_one_with_unknown_members():
    assert not VALIDATOR.is_valid({"extends": "invented-form@1.0.0", "version": "1.0.0"})
    assert not VALIDATOR.is_valid(
        {"extends": "invented-form@1.0.0", "version": "1.0.0+a", "extra": 1}
    )


def test_references_can_be_placed_elsewhere():
    text = json.dumps(shapes("#/components/schemas/"))
    assert '"#/components/schemas/Scale"' in text
    assert "#/$defs/" not in text
