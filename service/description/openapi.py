"""Builds openapi.yaml: the hand-written skeleton, the schemas of requests and answers, and worked
examples.

Only the command that writes the file, and the tests, come here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import yaml

from service import __version__
from service.api.answers import (
    AlertRules,
    Alive,
    Catalogue,
    CheckResult,
    CodeOfDefinition,
    CourseReport,
    LicenceOfDefinition,
    Problem,
    Ready,
    ScoreReport,
    ShortCatalogue,
    Version,
)
from service.api.envelopes import MonitorEnvelope, NamedScoreEnvelope, ScoreEnvelope
from service.api.source_routes.answers import DryRun, MappingCheck, SourceReport, Sources
from service.api.source_routes.scoring import SourceEnvelope
from service.attributes.shape import InstrumentAttributes, RuleAttributes
from service.definitions.shape.definition import Definition
from service.description.answer_schemas import AnswerWriter
from service.description.examples import AnsweredExample, answered_examples
from service.description.json_schema import SchemaWriter
from service.sources.shape import MappingShape

Json = dict[str, Any]

_SKELETON = Path(__file__).with_name("openapi_skeleton.yaml")
_SCHEMAS = "#/components/schemas/"
_ANSWERS = (
    ScoreReport,
    CourseReport,
    AlertRules,
    Problem,
    Catalogue,
    ShortCatalogue,
    InstrumentAttributes,
    RuleAttributes,
    CheckResult,
    Alive,
    Ready,
    Version,
    SourceReport,
    DryRun,
    Sources,
    MappingCheck,
)


def openapi_text(document: Json) -> str:
    """Return the text of openapi.yaml for a document that `build` returned."""
    return yaml.dump(
        document, Dumper=_WithoutAliases, sort_keys=False, allow_unicode=True, width=110
    )


def build() -> Json:
    """Return the OpenAPI 3.1 document. Its examples are scored with the shipped definitions."""
    document: Json = _without_sharing(yaml.safe_load(_SKELETON.read_bytes()))
    document["info"]["version"] = __version__
    document["components"]["schemas"] |= _schemas()
    for path, item in document["paths"].items():
        for operation in filter(_is_operation, item.values()):
            _ask_for_credentials(operation, path, document["components"]["responses"])
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
    requests = SchemaWriter(_SCHEMAS)
    for shape in (
        ScoreEnvelope,
        NamedScoreEnvelope,
        MonitorEnvelope,
        SourceEnvelope,
        Definition,
        MappingShape,
    ):
        requests.reference(shape)
    _choose_instrument_or_definition(requests.found["NamedScoreEnvelope"])
    mapping = requests.found["SourceEnvelope"]["properties"]["mapping"]
    requests.found["SourceEnvelope"]["properties"]["mapping"] = {
        "$ref": _SCHEMAS + "Mapping",
        "description": mapping["description"],
    }
    parts = {LicenceOfDefinition: "Licence", CodeOfDefinition: "Code"}
    answered = AnswerWriter(_SCHEMAS, parts)
    for answer in _ANSWERS:
        answered.reference(answer)
    if both := requests.found.keys() & answered.found.keys():
        raise TypeError(f"requests and answers share the names {sorted(both)}")
    for schema in requests.found.values():
        _say_defaults_in_words(schema)
    return dict(sorted({**requests.found, **answered.found}.items()))


def _say_defaults_in_words(schema: Json) -> None:
    """Tell in a member's sentence what it is when absent: generators of clients take a member with
    a default for one that is always there.
    """
    for name, member in schema.get("properties", {}).items():
        if "default" in member:
            told = {one: what for one, what in member.items() if one != "default"}
            said = f"`{orjson.dumps(member['default']).decode()}` when absent."
            told["description"] = f"{told.get('description', '')} {said}".lstrip()
            schema["properties"][name] = told


def _choose_instrument_or_definition(schema: Json) -> None:
    definition = schema["properties"]["definition"]
    schema["properties"]["definition"] = {
        "$ref": _SCHEMAS + "Definition",
        "description": definition["description"],
    }
    # Generators of clients make no class of an object with `oneOf`; this says the same.
    schema["if"] = {"required": ["instrument"]}
    schema["then"] = {"not": {"required": ["definition"]}}
    schema["else"] = {"required": ["definition"]}


def _is_operation(member: object) -> bool:
    return isinstance(member, dict)


CREDENTIALS = ("bearer_key", "header_key", "bearer_token")


def _ask_for_credentials(operation: Json, path: str, shared: Json) -> None:
    """Say which credentials an operation wants, and how it refuses without: FHIR in its own words.

    That `security` may be empty is for a service that asks nobody; the names are scopes.
    """
    scope = operation.pop("x-scope")
    operation["security"] = []
    if scope is None:
        return
    operation["security"] = [{}, *({scheme: [scope]} for scheme in CREDENTIALS)]
    for status, name in (("401", "Unauthorized"), ("403", "Forbidden")):
        response = {"$ref": f"#/components/responses/{name}"}
        if path.startswith("/fhir/"):
            content = operation["responses"]["400"]["content"]
            response = _without_sharing({**shared[name], "content": content})
        operation["responses"][status] = response
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _add_example(document: Json, answered: AnsweredExample) -> None:
    """Put an example's request and answer where its operation describes them."""
    name, title, *_ = answered.example
    operation = _operations(document)[answered.example.operation]
    media = next(iter(operation["requestBody"]["content"].values()))
    media.setdefault("examples", {})[name] = {"summary": title, "value": answered.example.body}
    response = operation["responses"][str(answered.status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    media = next(media for kind, media in response["content"].items() if kind.endswith("json"))
    media.setdefault("examples", {})[name] = {
        "summary": f"Response: {title}",
        "value": answered.answer,
    }


def _operations(document: Json) -> dict[str, Json]:
    """Return the operations by their id."""
    return {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
        if _is_operation(operation)
    }


def _responses(document: Json) -> Iterator[Json]:
    """Yield every response of the document, shared ones and references to them too."""
    yield from document["components"]["responses"].values()
    for operation in _operations(document).values():
        yield from operation["responses"].values()
