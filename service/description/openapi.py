"""Builds openapi.yaml: the hand-written skeleton, the schemas of requests and answers, and worked
examples.

Only the command that writes the file, and the tests, come here: apispec is not needed to run the
service.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import make_schema_key
from marshmallow import Schema

from service import __version__
from service.api.envelopes import MonitorEnvelope, NamedScoreEnvelope, ScoreEnvelope
from service.definitions.shape.definition import Definition
from service.definitions.shape.evidence import Code, Licence
from service.description.examples import AnsweredExample, answered_examples
from service.description.json_schema import SchemaWriter, described
from service.description.monitor_schemas import AlertRules, CourseReport
from service.description.report_schemas import ScoreReport
from service.description.response_fields import Answer
from service.description.response_schemas import (
    Alive,
    Catalogue,
    CheckResult,
    Problem,
    Ready,
    Version,
)

Json = dict[str, Any]

_SKELETON = Path(__file__).with_name("openapi_skeleton.yaml")
_SCHEMAS = "#/components/schemas/"


def openapi_text() -> str:
    """Return the text of openapi.yaml: the same for the same schemas, routes and definitions."""
    return yaml.dump(
        build(), Dumper=_WithoutAliases, sort_keys=False, allow_unicode=True, width=110
    )


def build() -> Json:
    """Return the OpenAPI 3.1 document. Its examples are scored with the shipped definitions."""
    document: Json = _without_sharing(yaml.safe_load(_SKELETON.read_bytes()))
    document["info"]["version"] = __version__
    document["components"]["schemas"] = _schemas()
    for answered in answered_examples():
        _add_example(document, answered)
    for response in _responses(document):
        if "$ref" not in response:
            request_id = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
            response["headers"] = request_id | response.get("headers", {})
    return document


class _WithoutAliases(yaml.SafeDumper):
    """Writes every value out, also where two are the same."""

    def ignore_aliases(self, _data: object) -> bool:
        """Return True for every value."""
        return True


def _without_sharing(document: Json) -> Json:
    """Return a copy in which the targets of YAML's aliases are objects of their own, so that each
    can be added to.
    """
    copied: Json = orjson.loads(orjson.dumps(document))
    return copied


def _schemas() -> dict[str, Json]:
    """Return the named schemas: of requests, of answers, and of the parts of a definition."""
    writer = SchemaWriter(_SCHEMAS)
    requests: tuple[type[Schema], ...] = (
        ScoreEnvelope,
        NamedScoreEnvelope,
        MonitorEnvelope,
        Definition,
    )
    for shape in requests:
        writer.reference(shape)
    _choose_instrument_or_definition(writer.found["NamedScoreEnvelope"])
    plugin = MarshmallowPlugin(schema_name_resolver=lambda shape: _class_of(shape).__name__)
    spec = APISpec("", "", "3.1.0", plugins=[plugin])
    for name, schema in writer.found.items():
        spec.components.schema(name, schema)
    assert plugin.converter is not None  # set by APISpec
    for shape in (Licence, Code):  # parts of a definition that answers hold as they are
        plugin.converter.refs[make_schema_key(shape())] = shape.__name__
    for shape in (
        ScoreReport,
        CourseReport,
        AlertRules,
        Problem,
        Catalogue,
        CheckResult,
        Alive,
        Ready,
        Version,
    ):
        spec.components.schema(shape.__name__, schema=shape)
    schemas: dict[str, Json] = spec.to_dict()["components"]["schemas"]
    for part in _answers(Answer):
        if part.__name__ in schemas:
            schemas[part.__name__]["description"] = described(part)
    return dict(sorted(schemas.items()))


def _answers(shape: type[Schema]) -> Iterator[type[Schema]]:
    """Yield every shape of an answer; some are only what others have in common."""
    for part in shape.__subclasses__():
        yield part
        yield from _answers(part)


def _class_of(shape: Schema | type[Schema]) -> type[Schema]:
    return shape if isinstance(shape, type) else type(shape)


def _choose_instrument_or_definition(schema: Json) -> None:
    definition = schema["properties"]["definition"]
    schema["properties"]["definition"] = {
        "$ref": _SCHEMAS + "Definition",
        "description": definition["description"],
    }
    schema["oneOf"] = [{"required": ["instrument"]}, {"required": ["definition"]}]


def _add_example(document: Json, answered: AnsweredExample) -> None:
    """Put an example's request and answer where its operation describes them."""
    name, title, *_ = answered.example
    operation = _operations(document)[answered.example.operation]
    media = operation["requestBody"]["content"]["application/json"]
    media.setdefault("examples", {})[name] = {"summary": title, "value": answered.example.body}
    response = operation["responses"][str(answered.status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    media = next(media for kind, media in response["content"].items() if kind.endswith("json"))
    media.setdefault("examples", {})[name] = {
        "summary": f"Answer: {title}",
        "value": answered.answer,
    }


def _operations(document: Json) -> dict[str, Json]:
    """Return the operations by their id."""
    return {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    }


def _responses(document: Json) -> Iterator[Json]:
    """Yield every response of the document, shared ones and references to them too."""
    yield from document["components"]["responses"].values()
    for operation in _operations(document).values():
        yield from operation["responses"].values()
