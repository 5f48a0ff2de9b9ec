"""What the FHIR face says of itself and of the instruments."""

import re

import orjson
from werkzeug.wrappers import Request, Response

from service.api.asked import FLAG
from service.api.conditional import conditional
from service.api.fhir_routes.resources import FORMATS, OFFERS, ROOT
from service.api.negotiation import negotiate
from service.api.problems import Problem
from service.api.route import Route
from service.definitions.catalog import Catalog
from service.fhir.canonical import Names
from service.fhir.publishing.capability import OPERATIONS, write_capabilities, write_operation
from service.fhir.publishing.library import MOST, USUAL_COUNT, Library
from service.fhir.writing.parts import Json
from service.scoring.issue import Issue

_FORMAT = {"_format": FORMATS}
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)


def fhir_publishing_routes(catalog: Catalog, names: Names) -> list[Route]:
    """Return the routes of what is published."""
    library = Library(catalog, names)
    capabilities, operation = write_capabilities(names), write_operation(names)

    def metadata(asked: Request) -> Response:
        """Answer with the CapabilityStatement."""
        return _published(asked, capabilities)

    def operation_definition(asked: Request, operation_id: str) -> Response:
        """Answer with the definition of an operation. Raises Problem 404."""
        return _published(asked, operation if operation_id in OPERATIONS else None)

    def search(asked: Request) -> Response:
        """Answer with the Questionnaires that fit the query. Raises Problem 422."""
        count = min(_whole(asked, "_count", USUAL_COUNT), MOST)
        offset = _whole(asked, "_offset", 0)
        url, name = asked.args.get("url"), asked.args.get("_id")
        return _published(asked, library.search(url, name, count, offset))

    def questionnaire(asked: Request, instrument_id: str) -> Response:
        """Answer with the Questionnaire of an instrument. Raises Problem 404."""
        weights = asked.args.get("weights") != "false"
        return _published(asked, library.questionnaire(instrument_id, weights=weights))

    def observation_definition(asked: Request, score_id: str) -> Response:
        """Answer with the ObservationDefinition of a scale. Raises Problem 404."""
        return _published(asked, library.observation_definition(score_id))

    searched = {"url": None, "_id": None, "_count": None, "_offset": None, **_FORMAT}
    one = f"{ROOT}/Questionnaire/<instrument_id>"
    operations = f"{ROOT}/OperationDefinition/<operation_id>"
    scales = f"{ROOT}/ObservationDefinition/<score_id>"
    return [
        Route("GET", f"{ROOT}/metadata", metadata, OFFERS, _FORMAT, scope=None),
        Route("GET", operations, operation_definition, OFFERS, _FORMAT, scope=None),
        Route("GET", f"{ROOT}/Questionnaire", search, OFFERS, searched, scope="definitions"),
        Route("GET", one, questionnaire, OFFERS, {"weights": FLAG, **_FORMAT}, scope="definitions"),
        Route("GET", scales, observation_definition, OFFERS, _FORMAT, scope="definitions"),
    ]


def _published(asked: Request, resource: Json | None) -> Response:
    """Return a resource that a client may keep. Raises Problem 404 where there is none."""
    if resource is None:
        raise Problem(404, "not_found", "There is no such resource here.")
    return conditional(asked, orjson.dumps(resource), negotiate(asked, OFFERS))


def _whole(asked: Request, name: str, usual: int) -> int:
    """Return a parameter that is a whole number. Raises Problem 422."""
    text = asked.args.get(name)
    if text is None:
        return usual
    if not _NUMBER.fullmatch(text):
        detail = f"The query parameter {name} must be a whole number."
        raise Problem(422, "invalid_parameter", detail, [Issue((), "wrong_type", detail)])
    return int(text)
