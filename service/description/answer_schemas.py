"""JSON Schemas of what the service answers, written from the types of the answers.

A member's sentence stands beside its type: `Annotated[float, "Confidence level, 0.95."]`.
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from service.scoring.report_shape import Choices, Pattern

Json = dict[str, Any]

_Write = Callable[[Any, Sequence[Any]], Json]

_SIMPLE: Mapping[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer", "minimum": 0},  # a whole number in an answer is a count or a place
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
}


def described(part: type) -> str:
    """Return a class's docstring with its lines joined into paragraphs."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.getdoc(part) or "")


class AnswerWriter:
    """Turns types into JSON Schema and collects in `found`, by name, the objects they refer to.

    `known` names schemas that are written elsewhere, by the type that stands for them.
    """

    def __init__(self, prefix: str, known: Mapping[Any, str]) -> None:
        self.found: dict[str, Json] = {}
        self._prefix = prefix
        self._known = known
        self._named: dict[str, Any] = {}
        self._by_origin: dict[Any, _Write] = {
            Annotated: self._annotated,
            Literal: self._literal,
            Union: self._union,
            UnionType: self._union,
            NotRequired: lambda _, parts: self.schema(parts[0]),
        }

    def reference(self, shape: Any) -> Json:
        """Return a reference to an object's schema, which is added to those found.

        Raises TypeError where another object has the same name.
        """
        if shape in self._known:
            return {"$ref": self._prefix + self._known[shape]}
        name = shape.__name__
        if self._named.setdefault(name, shape) is not shape:
            raise TypeError(f"two answers are called {name}")
        if name not in self.found:
            self.found[name] = {}  # ends the recursion of an answer that contains itself
            self.found[name] = self._object(shape)
        return {"$ref": self._prefix + name}

    def _object(self, shape: Any) -> Json:
        members = get_type_hints(shape, include_extras=True)
        return {
            "type": "object",
            "description": described(shape),
            "properties": {name: self.schema(kind) for name, kind in members.items()},
            "required": [name for name in members if name in shape.__required_keys__],
        }

    def schema(self, kind: Any) -> Json:
        """Return the schema of one type. Raises TypeError for one that no answer should have."""
        if kind in (Any, object):
            return {}
        if kind in _SIMPLE:
            return dict(_SIMPLE[kind])
        if is_typeddict(kind) or kind in self._known:
            return self.reference(kind)
        write = self._writer(get_origin(kind))
        if write is None:
            raise TypeError(f"no JSON Schema is known for {kind}")
        return write(kind, get_args(kind))

    def _writer(self, origin: Any) -> "_Write | None":
        if inspect.isclass(origin) and issubclass(origin, Mapping):
            return self._mapping
        if inspect.isclass(origin) and issubclass(origin, Sequence):
            return self._array
        return self._by_origin.get(origin)

    def _annotated(self, kind: Any, parts: Sequence[Any]) -> Json:
        return _with_notes(self.schema(parts[0]), kind.__metadata__)

    def _literal(self, _kind: Any, values: Sequence[Any]) -> Json:
        return {**_SIMPLE[type(values[0])], "enum": list(values)}

    def _union(self, _kind: Any, parts: Sequence[Any]) -> Json:
        return _any_of([self.schema(part) for part in parts])

    def _mapping(self, _kind: Any, parts: Sequence[Any]) -> Json:
        return {"type": "object", "additionalProperties": self.schema(parts[1])}

    def _array(self, _kind: Any, parts: Sequence[Any]) -> Json:
        return {"type": "array", "items": self.schema(parts[0])}


def _with_notes(schema: Json, notes: Sequence[Any]) -> Json:
    """Add what stands beside a type: a sentence, a pattern, or further members of the schema."""
    for note in notes:
        if isinstance(note, str):
            schema = {**schema, "description": note}
        elif isinstance(note, Pattern):
            schema = {**schema, "pattern": note.regex}
        elif isinstance(note, Choices):
            schema = {**schema, "enum": list(note.values)}
            if note.meanings:
                schema["x-enum-descriptions"] = list(note.meanings)
    return schema


def _any_of(schemas: Sequence[Json]) -> Json:
    """Return the schema of a value of any of some types: a list of types where that says it."""
    if any(schema.get("type") == "number" for schema in schemas):  # whole numbers are numbers too
        schemas = [schema for schema in schemas if schema.get("type") != "integer"]
    limited = [schema for schema in schemas if schema.keys() != {"type"}]
    if len(limited) > 1 or any("type" not in schema for schema in limited):
        return {"anyOf": list(schemas)}
    return _with_types((limited or schemas)[0], [schema["type"] for schema in schemas])


def _with_types(schema: Json, types: Sequence[str]) -> Json:
    schema = {**schema, "type": types if len(types) > 1 else types[0]}
    if "enum" in schema and "null" in types:
        schema["enum"] = [*schema["enum"], None]
    return schema
