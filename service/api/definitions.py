"""Checking a definition for its author."""

import orjson
from flask import Blueprint, Response, request

from service.api.asked import JSON, BodyReader, require_acceptable
from service.definitions.catalog import Catalog
from service.definitions.check import check_definition


def definitions_blueprint(catalog: Catalog, reader: BodyReader) -> Blueprint:
    """Return the route that checks definitions."""
    blueprint = Blueprint("definitions", __name__)

    @blueprint.post("/v1/definitions/check")
    def check() -> Response:
        """Check the definition of the body and answer with every fault of it."""
        require_acceptable(request)
        checked = check_definition(reader.read_object(request), catalog.documents())
        errors = [
            {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}
            for fault in checked.faults
        ]
        digest = checked.instrument.digest if checked.instrument else None
        body = {"valid": not errors, "digest": digest, "errors": errors}
        return Response(orjson.dumps(body), content_type=JSON)

    return blueprint
