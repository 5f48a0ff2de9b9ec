"""Checking a definition for its author."""

import orjson
from werkzeug.wrappers import Request, Response

from service.api.asked import BodyReader
from service.api.negotiation import JSON
from service.api.route import Route
from service.definitions.catalog import Catalog
from service.definitions.check import check_for_author


def definition_routes(catalog: Catalog, reader: BodyReader) -> list[Route]:
    """Return the route that checks definitions."""

    def check(asked: Request) -> Response:
        """Check the definition of the body and answer with every fault of it."""
        checked = check_for_author(reader.read_object(asked), catalog.documents())
        errors = [
            {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}
            for fault in checked.faults
        ]
        digest = checked.instrument.digest if checked.instrument else None
        body = {"valid": not errors, "digest": digest, "errors": errors}
        return Response(orjson.dumps(body), content_type=JSON)

    return [Route("POST", "/v1/definitions/check", check, scope="definitions")]
