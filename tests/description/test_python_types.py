"""The types of the Python client say what the description says."""

import pytest

from service.description.openapi import build
from service.description.python_types import python_types_text
from service.settings import REPOSITORY

FILE = REPOSITORY / "clients" / "python" / "questionnaire_scoring_client" / "types.py"

SCHEMAS = {
    "Part": {
        "type": "object",
        "description": "A part\nof it.",
        "required": ["kind", "value"],
        "properties": {
            "kind": {"type": "string", "enum": ["a", "b"], "description": "Which."},
            "value": {"type": ["number", "null"]},
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            "inner": {"type": "array", "items": {"type": "object", "properties": {"x": {}}}},
        },
    },
    "Whole": {
        "type": "object",
        "required": ["not"],
        "properties": {
            "not": {"$ref": "#/components/schemas/Part"},
            "either": {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]},
        },
    },
}


def namespace(text: str) -> dict[str, type]:
    """Return what a module of this text defines."""
    found: dict[str, type] = {}
    exec(text, found)
    return found


def test_the_file_is_up_to_date():
    """`python -m service openapi` writes it anew."""
    text = python_types_text(build()["components"]["schemas"])
    assert FILE.read_text(encoding="utf-8") == text


def test_members_are_required_as_the_schema_says_and_keep_their_names():
    types = namespace(python_types_text(SCHEMAS))
    assert types["Part"].__required_keys__ == {"kind", "value"}
    assert types["Part"].__optional_keys__ == {"counts", "inner"}
    assert types["Part"].__doc__ == "A part of it."
    assert types["Whole"].__required_keys__ == {"not"}
    assert types["Whole"].__optional_keys__ == {"either"}
    assert types["PartInnerItem"].__optional_keys__ == {"x"}


def test_types_say_what_values_there_are():
    text = python_types_text(SCHEMAS)
    assert 'kind: \'Literal["a", "b"]\'' in text
    assert "value: 'float | None'" in text
    assert "counts: NotRequired['abc.Mapping[str, int]']" in text
    assert "\"either\": NotRequired['Part | None']" in text


def test_every_member_of_every_schema_is_in_the_file():
    types = namespace(FILE.read_text(encoding="utf-8"))
    for name, schema in build()["components"]["schemas"].items():
        if "properties" in schema:
            required = set(schema.get("required", ()))
            assert types[name].__required_keys__ == required
            assert types[name].__optional_keys__ == schema["properties"].keys() - required


@pytest.mark.parametrize(
    "schema", [{"type": "date"}, {"type": "object", "properties": {"a": {"type": "b"}}}]
)
def test_a_kind_that_nobody_knows_is_refused(schema):
    with pytest.raises(TypeError, match="no type is known"):
        python_types_text({"Odd": schema})
