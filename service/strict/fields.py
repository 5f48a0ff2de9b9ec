"""Strict marshmallow fields: nothing is coerced, and every message says what is allowed and carries
a code.
"""

# ruff: noqa: RUF012 - marshmallow declares its messages as instance variables

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load

from service.scoring.sums import whole
from service.strict.faults import Message

LARGEST = 1_000_000_000
"""No number of a definition is larger: a larger one is a slip, and sums of these stay exact."""

SMALLEST = 1e-9
"""No number is smaller, save 0: what is divided by such a one leaves the range of numbers."""

LONGEST_TEXT = 2000

Messages = dict[str, str | list[Any] | dict[Any, Any]]

_LENGTH_OF_TEXT = {"minimum": 1, "maximum": LONGEST_TEXT}

_MISSING_OR_NULL: Messages = {
    "required": Message("required", "is required"),
    "null": Message("wrong_type", "must not be null"),
}


class StrictField(fields.Field[Any]):
    """A field whose messages for an absent and a null member carry codes."""

    default_error_messages: Messages = {**_MISSING_OR_NULL}


# Control characters but tab and line break, and what turns the direction of the text after it.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


class Text(StrictField):
    """A string that is not empty unless `may_be_empty`; `choices` lists the only ones allowed,
    `pattern` is matched in full.
    """

    default_error_messages: Messages = {
        "invalid": Message("wrong_type", "must be a string"),
        "no_choice": Message("wrong_type", "must be one of {choices}"),
        "empty": Message("wrong_length", "must not be empty"),
        "long": Message("wrong_length", f"must have at most {LONGEST_TEXT} characters"),
        "choice": Message("not_allowed", "must be one of {choices}"),
        "unprintable": Message("wrong_format", "must not hold control or direction characters"),
        "pattern": Message("wrong_format", "must be {meaning}"),
    }

    def __init__(
        self,
        *,
        choices: Sequence[str] = (),
        pattern: str | None = None,
        meaning: str = "",
        may_be_empty: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.may_be_empty = may_be_empty
        self.choices = tuple(choices)
        self.pattern = pattern
        self._matches = re.compile(pattern, re.ASCII).fullmatch if pattern else None
        self._meaning = meaning

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            if self.choices:
                raise self.make_error(
                    "no_choice", choices=quoted(self.choices), allowed=list(self.choices)
                )
            raise self.make_error("invalid")
        if self.choices:
            if value not in self.choices:
                raise self.make_error(
                    "choice", choices=quoted(self.choices), allowed=list(self.choices)
                )
            return self.choices[self.choices.index(value)]  # one text for all that choose it
        if not self.may_be_empty and not value.strip():
            raise self.make_error("empty", allowed=_LENGTH_OF_TEXT)
        if len(value) > LONGEST_TEXT:
            raise self.make_error("long", allowed=_LENGTH_OF_TEXT)
        if not value.isprintable() and _UNPRINTABLE.search(value):
            raise self.make_error("unprintable")
        if self._matches and not self._matches(value):
            raise self.make_error("pattern", meaning=self._meaning)
        return value


class Number(StrictField):
    """A finite JSON number within limits; never a boolean or a string. Integers stay integers."""

    default_error_messages: Messages = {
        "invalid": Message("wrong_type", "must be a number"),
        "low": Message("out_of_range", "must be at least {limit}"),
        "high": Message("out_of_range", "must be at most {limit}"),
        "tiny": Message("out_of_range", "must be 0 or at least {limit} in size"),
        "not_above": Message("out_of_range", "must be greater than {limit}"),
        "not_below": Message("out_of_range", "must be less than {limit}"),
    }

    def __init__(
        self,
        *,
        at_least: float = -LARGEST,
        at_most: float = LARGEST,
        above: float | None = None,
        below: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.at_least, self.at_most, self.above, self.below = at_least, at_most, above, below

    def _is_right_type(self, value: object) -> bool:
        return type(value) is int or (type(value) is float and isfinite(value))

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int | float:
        if not self._is_right_type(value):
            raise self.make_error("invalid")
        number: int | float = value
        if number < self.at_least:
            raise self._out_of_range("low", self.at_least)
        if number > self.at_most:
            raise self._out_of_range("high", self.at_most)
        if 0 < abs(number) < SMALLEST:
            raise self.make_error("tiny", limit=SMALLEST)
        if self.above is not None and number <= self.above:
            raise self._out_of_range("not_above", self.above)
        if self.below is not None and number >= self.below:
            raise self._out_of_range("not_below", self.below)
        return number

    def _out_of_range(self, key: str, limit: float) -> ValidationError:
        return self.make_error(key, limit=limit, allowed=self.limits)

    @property
    def limits(self) -> dict[str, float]:
        """The limits of the number, in the words of JSON Schema."""
        limits = {
            "minimum": None if self.at_least == -LARGEST else self.at_least,
            "maximum": None if self.at_most == LARGEST else self.at_most,
            "exclusiveMinimum": self.above,
            "exclusiveMaximum": self.below,
        }
        return {name: limit for name, limit in limits.items() if limit is not None}


class Whole(Number):
    """A whole number within limits. As in JSON Schema 1.0 is one; it becomes 1."""

    default_error_messages: Messages = {"invalid": Message("wrong_type", "must be a whole number")}

    def _is_right_type(self, value: object) -> bool:
        return whole(value) is not None

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        return int(super()._deserialize(value, attr, data, **kwargs))


class Flag(StrictField):
    """`true` or `false`, and nothing else."""

    default_error_messages: Messages = {"invalid": Message("wrong_type", "must be true or false")}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Anything(StrictField):
    """Any JSON value; `described` says, for the JSON Schema, what it is."""

    def __init__(self, described: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.described = dict(described or {})


class ListOf(fields.List[Any]):
    """An array of `shortest` to `longest` elements."""

    default_error_messages: Messages = {
        **_MISSING_OR_NULL,
        "invalid": Message("wrong_type", "must be an array"),
        "short": Message("wrong_length", "must have at least {limit} element(s)"),
        "long": Message("wrong_length", "must have at most {limit} elements"),
    }

    def __init__(
        self, inner: fields.Field[Any], *, shortest: int = 0, longest: int = 500, **kwargs: Any
    ) -> None:
        super().__init__(inner, **kwargs)
        self.shortest, self.longest = shortest, longest

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        if len(value) < self.shortest:
            raise self.make_error("short", limit=self.shortest, allowed=_lengths(self))
        if len(value) > self.longest:
            raise self.make_error("long", limit=self.longest, allowed=_lengths(self))
        return super()._deserialize(value, attr, data, **kwargs)


class MapOf(fields.Dict):
    """An object whose member names the author chooses and whose values are all of one kind."""

    default_error_messages: Messages = {
        **_MISSING_OR_NULL,
        "invalid": Message("wrong_type", "must be an object"),
        "short": Message("wrong_length", "must have at least {limit} member(s)"),
        "long": Message("wrong_length", "must have at most {limit} members"),
        "name": Message(
            "wrong_format", "is a member name that is not letters, digits, '-', '_' and '.'"
        ),
    }
    names = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
    value_field: fields.Field[Any]

    def __init__(
        self, values: fields.Field[Any], *, shortest: int = 0, longest: int = 500, **kwargs: Any
    ) -> None:
        super().__init__(values=values, **kwargs)
        self.shortest, self.longest = shortest, longest

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        if len(value) < self.shortest:
            raise self.make_error("short", limit=self.shortest, allowed=_lengths(self))
        if len(value) > self.longest:
            raise self.make_error("long", limit=self.longest, allowed=_lengths(self))
        loaded: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, member in value.items():
            if not isinstance(name, str) or not self.names.fullmatch(name):
                errors[str(name)] = [self.error_messages["name"]]
                continue
            try:
                loaded[name] = self.value_field.deserialize(member, **kwargs)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return loaded


class ObjectOf(fields.Nested):
    """An object of one shape."""

    default_error_messages: Messages = {
        **_MISSING_OR_NULL,
        "type": Message("wrong_type", "must be an object"),
    }


def _lengths(field: ListOf | MapOf) -> dict[str, int]:
    return {"minimum": field.shortest, "maximum": field.longest}


Shapes = Mapping[str, type[Schema]]


class OneShapeOf(StrictField):
    """An object in one of several shapes.

    With `tag` the value of that member tells which; without it the first of the keys that the
    object has as a member. `otherwise` is the shape of an object with neither. `shapes` is a
    function so that shapes may contain themselves.
    """

    default_error_messages: Messages = {
        "invalid": Message("wrong_type", "must be an object"),
        "tag": Message("not_allowed", "must have a member {tag} that is one of {choices}"),
        "shape": Message("wrong_shape", "must have one of the members {choices}"),
    }

    def __init__(
        self,
        shapes: Callable[[], Shapes],
        *,
        tag: str | None = None,
        otherwise: type[Schema] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.shapes, self.tag, self.otherwise = shapes, tag, otherwise

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        shapes = self.shapes()
        if self.tag is not None:
            tag = value.get(self.tag)
            shape = shapes.get(tag) if isinstance(tag, str) else None
        else:
            shape = next((shapes[name] for name in shapes if name in value), None)
        shape = shape or self.otherwise
        if shape is None:
            raise self.make_error(
                "tag" if self.tag else "shape",
                tag=f'"{self.tag}"',
                choices=quoted(shapes),
                allowed=list(shapes),
            )
        return schema_of(shape).load(value)


class ByType(StrictField):
    """A member that may be of several JSON types, each with its own field."""

    default_error_messages: Messages = {"invalid": Message("wrong_type", "must be {kinds}")}
    _kinds = {
        "string": "a string",
        "number": "a number",
        "boolean": "true or false",
        "array": "an array",
        "object": "an object",
    }

    def __init__(self, by_type: Mapping[str, fields.Field[Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.by_type = dict(by_type)

    def _bind_to_schema(self, field_name: str, parent: Any) -> None:
        super()._bind_to_schema(field_name, parent)
        for field in self.by_type.values():
            field._bind_to_schema(field_name, self)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        field = self.by_type.get(_json_type(value))
        if field is None:
            raise self.make_error(
                "invalid", kinds=" or ".join(self._kinds[name] for name in self.by_type)
            )
        return field.deserialize(value, **kwargs)


def _json_type(value: object) -> str:
    kinds: dict[type, str] = {
        str: "string",
        bool: "boolean",
        int: "number",
        float: "number",
        list: "array",
        dict: "object",
    }
    return kinds.get(type(value), "")


def quoted(names: Iterable[str]) -> str:
    """Return names in quotation marks, with commas."""
    return ", ".join(f'"{name}"' for name in names)


_instances: dict[type[Schema], Schema] = {}


def schema_of(shape: type[Schema]) -> Schema:
    """Return the one instance of a schema class; making one is slow and they keep no state between
    loads.
    """
    if shape not in _instances:
        _instances[shape] = shape()
    return _instances[shape]


class Shape(Schema):
    """An object with exactly the declared members."""

    error_messages: dict[str, str] = {"type": Message("wrong_type", "must be an object")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["unknown"] = Message(
            "unknown_member", "is not a member of this object", sorted(self.fields)
        )


class Envelope(Shape):
    """An object of a request: null stands for any member that is not given."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Let a member that may be absent be null."""
        super().on_bind_field(field_name, field_obj)
        field_obj.allow_none = not field_obj.required

    @pre_load
    def drop_what_is_not_given(self, document: Any, **_: Any) -> Any:
        """Return a document without the members that are null."""
        return given(document, self.fields) if isinstance(document, dict) else document


def given(document: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without those of its optional members that are null."""
    return {
        name: value
        for name, value in document.items()
        if value is not None or name not in members or members[name].required
    }


def fault(code: str, text: str, *path: str | int) -> ValidationError:
    """Return the error of a schema's own rule, at a path below the object."""
    messages: Any = [Message(code, text)]
    for step in reversed(path):
        messages = {step: messages}
    return ValidationError(messages)
