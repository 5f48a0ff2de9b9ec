"""Where instruments and alert rules come from, and what they rest on."""

import orjson
from werkzeug.wrappers import Request, Response

from service.api.conditional import conditional
from service.api.negotiation import JSON
from service.api.problems import Problem
from service.api.route import Route
from service.api.scores import find_entry
from service.attributes.instrument import attributes_of_instrument
from service.attributes.rule import ATTRIBUTED, attributes_of_rule
from service.definitions.catalog import Catalog
from service.operations.facts import facts_of


def attribute_routes(catalog: Catalog) -> list[Route]:
    """Return the routes of source attributes. They are put together when they are asked for."""

    def of_instrument(asked: Request, instrument_id: str) -> Response:
        """Answer with those of one definition. Raises Problem 404."""
        entry = find_entry(catalog, instrument_id, asked.args.get("version"))
        facts = facts_of(asked.environ)
        facts.instrument, facts.version = entry.instrument.id, entry.instrument.version
        return conditional(asked, orjson.dumps(attributes_of_instrument(entry)), JSON)

    return [
        Route(
            "GET",
            "/v1/instruments/<instrument_id>/source-attributes",
            of_instrument,
            parameters={"version": None},
            scope="definitions",
        ),
        Route("GET", "/v1/rules/<rule_id>/source-attributes", _of_rule, scope="monitor"),
    ]


def _of_rule(asked: Request, rule_id: str) -> Response:
    """Answer with those of one alert rule. Raises Problem 404."""
    rule = ATTRIBUTED.get(rule_id)
    if rule is None:
        raise Problem(404, "not_found", "There is no such rule; GET /v1/rules lists them.")
    return conditional(asked, orjson.dumps(attributes_of_rule(rule)), JSON)
