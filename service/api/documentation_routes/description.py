"""The service's own description: the OpenAPI document as YAML and JSON, and one page of it that
people can read, with the manual around it.
"""

from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml
from jinja2 import ChainableUndefined, Environment, PackageLoader
from werkzeug.wrappers import Request, Response

from service.api.conditional import conditional
from service.api.documentation_routes.manual import manual_routes
from service.api.documentation_routes.page import HTTP_METHODS, add_filters, styled
from service.api.documentation_routes.problems import problem_routes
from service.api.negotiation import JSON
from service.api.route import Route

YAML = "application/yaml"


def documentation_routes(path_of_openapi_yaml: Path, path_of_manual: Path) -> list[Route]:
    """Return the routes that describe the service. The document is read at once, and converted when
    first asked for; the manual may be built later, or never.
    """
    source = path_of_openapi_yaml.read_bytes()

    @cache
    def document() -> dict[str, Any]:
        """Return the document, read as YAML."""
        loaded: dict[str, Any] = yaml.load(source, Loader=yaml.CSafeLoader)
        return loaded

    @cache
    def document_as_json() -> bytes:
        """Return the document as JSON."""
        return orjson.dumps(document())

    @cache
    def page(root: str, has_manual: bool) -> tuple[bytes, str]:
        """Return the page with its policy."""
        return _page_of(document(), root, has_manual)

    def openapi_yaml(asked: Request) -> Response:
        """Answer with the document as it was written."""
        return conditional(asked, source, YAML)

    def openapi_json(asked: Request) -> Response:
        """Answer with the document as JSON."""
        return conditional(asked, document_as_json(), JSON)

    def api_page(asked: Request, root: str, has_manual: bool) -> Response:
        """Answer with the page, and its policy in the head."""
        body, policy = page(root, has_manual)
        response = conditional(asked, body, "text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = policy
        return response

    return [
        Route("GET", "/openapi.yaml", openapi_yaml, offers=(YAML,), scope=None),
        Route("GET", "/openapi.json", openapi_json, scope=None),
        *manual_routes(path_of_manual, api_page),
        *problem_routes(),
    ]


def _page_of(document: dict[str, Any], root: str, has_manual: bool) -> tuple[bytes, str]:
    """Return the page of a description, with its policy."""
    environment = Environment(
        loader=PackageLoader("service.api"), autoescape=True, undefined=ChainableUndefined
    )
    add_filters(environment, document)
    told = {"document": document, "methods": HTTP_METHODS, "root": root, "has_manual": has_manual}
    return styled(environment, "docs.html", **told)
