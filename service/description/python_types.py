"""Writes the schemas of the description as types of Python, for the client in clients/python."""

import keyword
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = dict[str, Any]

_HEAD = '''"""What the service takes and answers; written by `python -m service openapi`."""

# fmt: off
# ruff: noqa: E501
from collections import abc
from typing import Any, Literal, NotRequired, TypedDict'''
_SIMPLE = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}


def python_types_text(schemas: Mapping[str, Json]) -> str:
    """Return the text of a module with a TypedDict for each object, by the names of `schemas`.

    A member that may be absent is `NotRequired`; an object without members of its own is a
    Mapping. Limits of numbers and texts are not told. Raises TypeError for a schema that no type
    stands for.
    """
    writer = _Writer()
    for name, schema in schemas.items():
        writer.define(name, schema)
    return "\n\n".join([_HEAD, *writer.blocks()]) + "\n"


class _Writer:
    """Collects definitions; objects within objects get names of their own."""

    def __init__(self) -> None:
        self._defined: dict[str, str] = {}

    def blocks(self) -> Iterator[str]:
        """Yield the definitions by name, those that others rest on first."""
        classes = self._defined.items()
        for wanted in (True, False):
            yield from (text for name, text in sorted(classes) if (" = Lit" in text) is wanted)

    def define(self, name: str, schema: Json) -> str:
        """Add the definition of a named schema and return how it is referred to."""
        if name in self._defined:
            raise TypeError(f"two types are called {name}")
        self._defined[name] = ""  # keeps the name while its members are written
        if "properties" in schema:
            self._defined[name] = self._object(name, schema)
        else:
            self._defined[name] = f"{name} = {self._type(name, schema)!r}"
        return name

    def _object(self, name: str, schema: Json) -> str:
        required = schema.get("required", ())
        members = {
            member: (_quoted(self._member(name, member, part)), part.get("description"))
            for member, part in schema["properties"].items()
        }
        annotated = {
            member: kind if member in required else f"NotRequired[{kind}]"
            for member, (kind, _) in members.items()
        }
        if not all(map(_is_name, members)):
            written = ", ".join(f'"{member}": {kind}' for member, kind in annotated.items())
            return f'{name} = TypedDict("{name}", {{{written}}})'
        lines = [f"class {name}(TypedDict):", *_docstring(schema.get("description") or f"{name}.")]
        lines.append("")
        for member, kind in annotated.items():
            lines.append(f"    {member}: {kind}")
            lines += _docstring(members[member][1])
        return "\n".join(lines)

    def _member(self, owner: str, member: str, schema: Json) -> str:
        name = owner + "".join(part.capitalize() for part in member.split("_"))
        if "x-enum-descriptions" in schema:
            self._defined[name] = f"{name} = {_literal(schema['enum'])}"
            return name
        return self._type(name, schema)

    def _type(self, name: str, schema: Json) -> str:
        """Return the type of a schema; `name` is for an object that has none of its own."""
        if "$ref" in schema:
            referred: str = schema["$ref"].rpartition("/")[2]
            return referred
        if "enum" in schema:
            return _literal(schema["enum"])
        if "const" in schema:
            return _literal([schema["const"]])
        for choice in ("anyOf", "oneOf"):
            if choice in schema and "properties" not in schema:
                return self._union(name, schema[choice])
        kinds = schema.get("type")
        if kinds is None:
            return "Any"
        kinds = [kinds] if isinstance(kinds, str) else kinds
        return " | ".join(self._of_type(name, kind, schema) for kind in kinds)

    def _union(self, name: str, schemas: Sequence[Json]) -> str:
        """Return a choice; the second object without a name in it is numbered."""
        kinds: list[str] = []
        for schema in schemas:
            own = name if name not in self._defined else f"{name}{len(kinds) + 1}"
            kind = self._type(own, schema)
            if kind not in kinds:
                kinds.append(kind)
        return "Any" if "Any" in kinds else " | ".join(kinds)

    def _of_type(self, name: str, kind: str, schema: Json) -> str:
        if kind == "array":
            return f"abc.Sequence[{self._type(name + 'Item', schema.get('items', {}))}]"
        if kind == "object" and "properties" in schema:
            return self.define(name, schema)
        if kind == "object":
            more = schema.get("additionalProperties")
            of = self._type(name + "Value", more) if isinstance(more, dict) else "Any"
            return f"abc.Mapping[str, {of}]"
        if kind not in _SIMPLE:
            raise TypeError(f"no type is known for {kind}")
        return _SIMPLE[kind]


def _is_name(member: str) -> bool:
    return member.isidentifier() and not keyword.iskeyword(member)


def _literal(values: Sequence[object]) -> str:
    return f"Literal[{', '.join(map(_in_python, values))}]"


def _in_python(value: object) -> str:
    return '"' + value + '"' if isinstance(value, str) else repr(value)


def _quoted(kind: str) -> str:
    """Return a type as an annotation: names that may come later in the file are in quotes."""
    return kind if kind in _SIMPLE.values() or kind == "Any" else repr(kind)


def _docstring(text: str | None) -> list[str]:
    """Return a sentence as the lines of a docstring: of a class, or after a member."""
    if not text:
        return []
    sentence = " ".join(text.split())
    raw = "r" if "\\" in sentence else ""
    space = " " if sentence.endswith('"') else ""
    return [f'    {raw}"""{sentence}{space}"""']
