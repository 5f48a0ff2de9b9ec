"""Whether a report has the shape that its type says: every member that is needed and no other."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from service.description.answer_schemas import AnswerWriter


def validator(shape: Any) -> Draft202012Validator:
    """Return what holds a report to the schema that is published of its type; callers should bear
    with more members than it names, these reports have none.
    """
    writer = AnswerWriter("#/$defs/", {})
    reference = writer.reference(shape)
    closed = {
        name: {"additionalProperties": False, **schema} if "properties" in schema else schema
        for name, schema in writer.found.items()
    }
    return Draft202012Validator({**reference, "$defs": closed})


def faults(report: Any, held_to: Draft202012Validator) -> Iterator[str]:
    """Yield where a report, as it is sent, is not what its type says."""
    for error in held_to.iter_errors(json.loads(json.dumps(report))):
        yield f"{error.json_path}: {error.message}"
