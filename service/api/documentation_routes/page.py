"""Pages that need nothing else, and the words of the one about the OpenAPI document. Everything
here ends up as safe HTML.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

Json = Mapping[str, Any]

HTTP_METHODS = ("get", "post", "put", "patch", "delete")
_SCHEMAS = "#/components/schemas/"
_LIMITS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "minLength": "length at least",
    "maxLength": "length at most",
    "minItems": "elements at least",
    "maxItems": "elements at most",
    "minProperties": "members at least",
    "pattern": "matches",
    "default": "default",
}


_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def styled(environment: Environment, template: str, **told: Any) -> tuple[bytes, str]:
    """Return a page, and the policy that lets a browser use its one inline style sheet and nothing
    else.
    """
    style = environment.get_template("docs.css").render()
    html = environment.get_template(template).render(style=style, **told)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return html.encode(), f"{_POLICY}; style-src 'sha256-{digest}'"


def add_filters(environment: Environment, document: Json) -> None:
    """Give the page's template what it needs to put parts of the document into words."""

    def resolved(part: Json) -> Json:
        """Follow a reference within the document."""
        while "$ref" in part:
            target: Any = document
            for step in part["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            part = target
        return part

    environment.filters.update(
        resolved=resolved, kind=kind, limits=limits, prose=prose, indented=indented, choices=choices
    )


def prose(text: str) -> Markup:
    """Return a description with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def indented(value: object) -> str:
    """Return a value as JSON on several lines, with short objects and arrays on one."""
    return _laid_out(value, "")


def kind(schema: Json | bool) -> Markup:
    """Say what type of value a schema describes, with links to the named schemas; the schema `true`
    takes any.
    """
    if not isinstance(schema, Mapping):
        return Markup("any value")
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_SCHEMAS)
        return Markup('<a href="#schema-{0}">{0}</a>').format(name)
    for word in ("oneOf", "anyOf"):
        if word in schema and not choices(schema):
            return Markup(" or ").join(_unique(kind(part) for part in schema[word]))
    types = schema.get("type", "string" if choices(schema) else "any value")
    return Markup(" or ").join(
        _type(name, schema) for name in ([types] if isinstance(types, str) else types)
    )


def choices(schema: Json) -> list[tuple[Any, str]]:
    """Return the only values that a schema allows, each with its meaning, where it lists them."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else ())
    meanings = schema.get("x-enum-descriptions", [""] * len(values))
    return [
        (value, meaning)
        for value, meaning in zip(values, meanings, strict=True)
        if value is not None
    ]


def limits(schema: Json) -> list[tuple[str, Any]]:
    """Return the limits that a schema sets, each with the words for it."""
    inner = schema.get("items") if schema.get("type") == "array" else None
    own = [(words, schema[name]) for name, words in _LIMITS.items() if name in schema]
    return own + (limits(inner) if inner and "$ref" not in inner else [])


def _type(name: str, schema: Json) -> Markup:
    if name == "array":
        return Markup("array of ") + kind(schema["items"]) if "items" in schema else Markup("array")
    members = schema.get("additionalProperties")
    if name == "object" and isinstance(members, Mapping) and members:
        return Markup("object of ") + kind(members)
    return escape(name)


def _unique(words: Iterable[Markup]) -> list[Markup]:
    return list(dict.fromkeys(words))


def _laid_out(value: object, margin: str) -> str:
    compact = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(margin) + len(compact) <= 80:
        return compact
    deeper = margin + "  "
    if isinstance(value, list):
        lines = [_laid_out(element, deeper) for element in value]
        opening, closing = "[]"
    else:
        lines = [
            f"{json.dumps(name)}: {_laid_out(member, deeper)}" for name, member in value.items()
        ]
        opening, closing = "{}"
    return f"{opening}\n{deeper}" + f",\n{deeper}".join(lines) + f"\n{margin}{closing}"
