"""The JSON Schema of the definition format, generated from the marshmallow schemas."""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, missing

from service.definitions.shape.definition import Definition, OverlayShape
from service.description.answer_schemas import described
from service.sources.shape import MappingShape
from service.strict.fields import (
    Anything,
    ByType,
    Flag,
    ListOf,
    MapOf,
    Number,
    ObjectOf,
    OneShapeOf,
    Text,
    Whole,
    schema_of,
)

Json = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def definition_schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of a definition file, which may be an overlay."""
    return {
        "$schema": _DRAFT,
        "title": "Definition of one version of one instrument",
        "description": "Checks the shape; `python -m service check FILE` checks everything.",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/Overlay"},
        "else": {"$ref": "#/$defs/Definition"},
        "$defs": shapes(),
    }


def mapping_schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of a mapping file."""
    writer = SchemaWriter("#/$defs/")
    return {
        "$schema": _DRAFT,
        "title": "How the payload of a source becomes the answers of an instrument",
        "description": "Checks the shape; `python -m service check FILE` checks everything.",
        **writer.reference(MappingShape),
        "$defs": dict(sorted(writer.found.items())),
    }


def schema_text(schema: Json) -> str:
    """Return the text of a schema file: the same for the same schemas."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def shapes(prefix: str = "#/$defs/") -> dict[str, Json]:
    """Return the schema of every kind of object in a definition by name; they refer to each other
    below `prefix`.
    """
    writer = SchemaWriter(prefix)
    writer.reference(Definition)
    overlay = writer.object_schema(OverlayShape)
    overlay["properties"] = {
        **dict.fromkeys(writer.found["Definition"]["properties"], True),
        **overlay["properties"],
    }
    overlay["properties"]["version"] = {
        **overlay["properties"]["version"],
        "allOf": [{"pattern": r"\+"}],
    }
    return dict(sorted({**writer.found, "Overlay": overlay}.items()))


class SchemaWriter:
    """Turns fields into JSON Schema and collects in `found`, by name, the shapes they refer to."""

    def __init__(self, prefix: str) -> None:
        self.found: dict[str, Json] = {}
        self._named: dict[str, type[Schema]] = {}
        self._prefix = prefix

    def reference(self, shape: type[Schema]) -> Json:
        """Return a reference to a shape, which is added to those found."""
        name = shape.__name__.removesuffix("Shape")
        if self._named.setdefault(name, shape) is not shape:
            raise TypeError(f"two shapes are called {name}")
        if name not in self.found:
            self.found[name] = {}  # ends the recursion of a rule that contains rules
            self.found[name] = self.object_schema(shape)
        return {"$ref": self._prefix + name}

    def object_schema(self, shape: type[Schema]) -> Json:
        """Return the schema of a shape itself."""
        members = schema_of(shape).fields
        required = [name for name, field in members.items() if field.required]
        return {
            "type": "object",
            "description": described(shape),
            "properties": {
                field.data_key or name: self.field_schema(field) for name, field in members.items()
            },
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }

    def field_schema(self, field: fields.Field[Any]) -> Json:
        """Return the schema of a member with its description and default."""
        schema = self._content(field)
        if field.allow_none:
            schema = _or_null(schema)
        if "description" in field.metadata:
            schema = {**schema, "description": field.metadata["description"]}
        default = field.load_default
        if default is not missing and default is not None and not callable(default):
            schema = {**schema, "default": default}
        return schema

    def _content(self, field: fields.Field[Any]) -> Json:
        match field:
            case Text():
                return _text(field)
            case Number():
                return _number(field)
            case Flag():
                return {"type": "boolean"}
            case Anything():
                return dict(field.described)
            case ListOf():
                return self._array(field)
            case MapOf():
                return self._object_by_name(field)
            case ObjectOf():
                return self.reference(type(field.schema))
            case OneShapeOf():
                return {"anyOf": [self.reference(shape) for shape in _possible(field)]}
            case ByType():
                return {"anyOf": [self.field_schema(inner) for inner in field.by_type.values()]}
        raise TypeError(f"no JSON Schema is known for {type(field).__name__}")

    def _array(self, field: ListOf) -> Json:
        least = {"minItems": field.shortest} if field.shortest else {}
        inner = self.field_schema(field.inner)
        return {"type": "array", "items": inner, **least, "maxItems": field.longest}

    def _object_by_name(self, field: MapOf) -> Json:
        least = {"minProperties": field.shortest} if field.shortest else {}
        return {
            "type": "object",
            "propertyNames": {"pattern": _whole(field.names.pattern)},
            "additionalProperties": self.field_schema(field.value_field),
            **least,
            "maxProperties": field.longest,
        }


def _possible(field: OneShapeOf) -> list[type[Schema]]:
    return [*field.shapes().values(), *([field.otherwise] if field.otherwise else [])]


def _text(field: Text) -> Json:
    if field.choices:
        return {"type": "string", "enum": list(field.choices)}
    if field.pattern:
        return {"type": "string", "pattern": _whole(field.pattern)}
    return {"type": "string", **({} if field.may_be_empty else {"minLength": 1})}


def _number(field: Number) -> Json:
    return {"type": "integer" if isinstance(field, Whole) else "number", **field.limits}


def _or_null(schema: Mapping[str, Any]) -> Json:
    if "enum" in schema:
        return {**schema, "type": ["string", "null"], "enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if not schema:
        return {}
    return {"anyOf": [dict(schema), {"type": "null"}]}


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"
