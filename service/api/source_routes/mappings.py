"""The mappings that are loaded, and the check of one that is being written."""

import orjson
from werkzeug.wrappers import Request, Response

from service.api.asked import BodyReader
from service.api.conditional import conditional
from service.api.negotiation import JSON
from service.api.route import Route
from service.api.source_routes.answers import ListedMapping, MappingCheck, Sources
from service.definitions.catalog import Catalog
from service.scoring.issue import Issue
from service.sources.catalogue import Mappings
from service.sources.check import check_mapping
from service.sources.mapping import SourceMapping


def mapping_routes(catalog: Catalog, mappings: Mappings, reader: BodyReader) -> list[Route]:
    """Return the routes that list mappings and check one."""
    listed: Sources = {"sources": [_source(one) for one in mappings]}
    body = orjson.dumps(listed)

    def sources(asked: Request) -> Response:
        """Answer with every mapping."""
        return conditional(asked, body, JSON)

    def check(asked: Request) -> Response:
        """Check the mapping of the body and answer with every fault of it."""
        checked = check_mapping(reader.read_object(asked), catalog)
        found: MappingCheck = {
            "valid": checked.mapping is not None,
            "errors": [_told(one) for one in checked.faults],  # type: ignore[misc]
            "warnings": [_told(one) for one in checked.warnings],  # type: ignore[misc]
        }
        return Response(orjson.dumps(found), content_type=JSON)

    return [
        Route("GET", "/v1/sources", sources, scope="definitions"),
        Route("POST", "/v1/mappings/check", check, scope="definitions"),
    ]


def _told(issue: Issue) -> dict[str, str]:
    return {"pointer": issue.pointer, "code": issue.code, "detail": issue.detail}


def _source(mapping: SourceMapping) -> ListedMapping:
    document, instrument = mapping.document, mapping.entry.instrument
    signature = mapping.signature
    fields = {**mapping.items, **{key: box.item for key, box in mapping.boxes.keys.items()}}
    return {
        "id": mapping.id,
        "title": document["title"],
        "tool": document["tool"],
        "template": document.get("template", False),
        "instrument": instrument.id,
        "version": instrument.version,
        "fields": [{"key": key, "item": item} for key, item in fields.items()],
        "signature": None if signature is None else signature.scheme,
        "questionnaires": sorted(mapping.questionnaires),
        "sources": document.get("sources", []),
        "notes": document.get("notes", []),
    }
