"""Fields for describing what the service answers: every member is there unless it is said that it
may be absent.
"""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate


class Answer(Schema):
    """An object in an answer. Later versions may add members, so that none beyond the described
    ones are ruled out.
    """

    class Meta:
        """Leave `additionalProperties` open."""

        unknown = EXCLUDE


def text(
    description: str,
    *,
    choices: tuple[str, ...] = (),
    pattern: str | None = None,
    null: bool = False,
    required: bool = True,
) -> fields.String:
    """Describe a string."""
    metadata = {"description": description} | ({"pattern": pattern} if pattern else {})
    validators = [validate.OneOf(choices)] if choices else []
    return fields.String(required=required, allow_none=null, validate=validators, metadata=metadata)


def number(description: str, *, null: bool = False) -> fields.Float:
    """Describe a number, unrounded."""
    return fields.Float(required=True, allow_none=null, metadata={"description": description})


def whole(description: str, *, null: bool = False) -> fields.Integer:
    """Describe a count."""
    return fields.Integer(
        required=True, allow_none=null, metadata={"description": description, "minimum": 0}
    )


def boolean(description: str, *, null: bool = False) -> fields.Boolean:
    """Describe a yes or no."""
    return fields.Boolean(required=True, allow_none=null, metadata={"description": description})


def one(
    shape: type[Schema], description: str, *, null: bool = False, required: bool = True
) -> fields.Nested:
    """Describe an object."""
    return fields.Nested(
        shape, required=required, allow_none=null, metadata={"description": description}
    )


def listing(
    inner: fields.Field[Any], description: str, *, required: bool = True
) -> fields.List[Any]:
    """Describe an array."""
    return fields.List(inner, required=required, metadata={"description": description})


def mapping(values: fields.Field[Any], description: str) -> fields.Dict:
    """Describe an object whose member names are ids."""
    return fields.Dict(
        keys=fields.String(), values=values, required=True, metadata={"description": description}
    )
