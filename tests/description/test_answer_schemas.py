"""The schemas of answers say what the types of the answers say, with a sentence for each member."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NewType, NotRequired, TypedDict

import pytest
import yaml

from service.api.problems import TITLES
from service.description.answer_schemas import AnswerWriter
from service.scoring.report_shape import Choices, Pattern
from service.settings import REPOSITORY

Elsewhere = NewType("Elsewhere", Mapping[str, Any])


class Leaf(TypedDict):
    """A leaf of
    the tree.

    It has no more.
    """

    size: Annotated[float, "How large."]


class Tree(Leaf):
    """A tree."""

    leaves: "Annotated[list[Tree], 'Smaller ones.']"
    name: NotRequired[Annotated[str, "Its name.", Pattern("^[a-z]+$")]]


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (str, {"type": "string"}),
        (bool, {"type": "boolean"}),
        (int, {"type": "integer", "minimum": 0}),
        (float, {"type": "number"}),
        (int | float, {"type": "number"}),
        (int | None, {"type": ["integer", "null"], "minimum": 0}),
        (int | float | None, {"type": ["number", "null"]}),
        (bool | str | None, {"type": ["boolean", "string", "null"]}),
        (Any, {}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal["a"] | None, {"type": ["string", "null"], "enum": ["a", None]}),
        (list[str], {"type": "array", "items": {"type": "string"}}),
        (tuple[float, ...], {"type": "array", "items": {"type": "number"}}),
        (
            Mapping[str, float | None],
            {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
        ),
        (Leaf, {"$ref": "#/Leaf"}),
        (Leaf | None, {"anyOf": [{"$ref": "#/Leaf"}, {"type": "null"}]}),
        (Elsewhere, {"$ref": "#/Other"}),
        (
            Annotated[str, "A word.", Choices(("x", "y"), ("X", "Y"))],
            {
                "type": "string",
                "description": "A word.",
                "enum": ["x", "y"],
                "x-enum-descriptions": ["X", "Y"],
            },
        ),
    ],
    ids=str,
)
def test_each_type_has_its_schema(kind, schema):
    assert AnswerWriter("#/", {Elsewhere: "Other"}).schema(kind) == schema


def test_an_object_names_its_members_those_it_inherits_first_and_may_contain_itself():
    writer = AnswerWriter("#/", {})
    assert writer.reference(Tree) == {"$ref": "#/Tree"}
    assert writer.found["Tree"] == {
        "type": "object",
        "description": "A tree.",
        "properties": {
            "size": {"type": "number", "description": "How large."},
            "leaves": {
                "type": "array",
                "items": {"$ref": "#/Tree"},
                "description": "Smaller ones.",
            },
            "name": {"type": "string", "description": "Its name.", "pattern": "^[a-z]+$"},
        },
        "required": ["size", "leaves"],
    }


def test_a_description_is_the_docstring_in_paragraphs():
    writer = AnswerWriter("#/", {})
    writer.reference(Leaf)
    assert writer.found["Leaf"]["description"] == "A leaf of the tree.\n\nIt has no more."


def test_a_type_that_json_lacks_and_two_answers_of_one_name_are_refused():
    writer = AnswerWriter("#/", {})
    with pytest.raises(TypeError, match="no JSON Schema is known for"):
        writer.schema(complex)
    writer.reference(Leaf)
    with pytest.raises(TypeError, match="two answers are called Leaf"):
        writer.reference(TypedDict("Leaf", {}))


DOCUMENT = yaml.load((REPOSITORY / "openapi.yaml").read_bytes(), Loader=yaml.CSafeLoader)
SCHEMAS = DOCUMENT["components"]["schemas"]


def members() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in SCHEMAS.items():
        for member, described in schema.get("properties", {}).items():
            yield f"{name}.{member}", described


def test_every_member_of_an_answer_has_a_sentence():
    answers = {name for name, schema in SCHEMAS.items() if "additionalProperties" not in schema}
    silent = [
        name
        for name, described in members()
        if name.partition(".")[0] in answers and not described.get("description")
    ]
    assert silent == []


def test_the_code_of_a_problem_is_one_enumeration():
    """Client generators make a class of each alternative of `oneOf`, and fail on constants."""
    assert SCHEMAS["Problem"]["properties"]["code"]["enum"] == sorted(TITLES)
    assert "oneOf" not in SCHEMAS["Problem"]["properties"]["code"]
