"""The service's own description: the OpenAPI document as YAML and JSON, and one page that people
can read.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import yaml
from jinja2 import ChainableUndefined, Environment, PackageLoader
from werkzeug.wrappers import Request, Response

from service.api.conditional import conditional
from service.api.negotiation import JSON
from service.api.page import HTTP_METHODS, add_filters
from service.api.route import Route

YAML = "application/yaml"
HTML = "text/html"
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def documentation_routes(path_of_openapi_yaml: Path) -> list[Route]:
    """Return the routes that describe the service. The document is read at once, and converted when
    first asked for.
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
    def page() -> tuple[bytes, str]:
        """Return the page with its policy."""
        return _page_of(document())

    def openapi_yaml(asked: Request) -> Response:
        """Answer with the document as it was written."""
        return conditional(asked, source, YAML)

    def openapi_json(asked: Request) -> Response:
        """Answer with the document as JSON."""
        return conditional(asked, document_as_json(), JSON)

    def docs(asked: Request) -> Response:
        """Answer with the page, and its policy in the head."""
        body, policy = page()
        response = conditional(asked, body, f"{HTML}; charset=utf-8")
        response.headers["Content-Security-Policy"] = policy
        return response

    return [
        Route("GET", "/openapi.yaml", openapi_yaml, offers=(YAML,), scope=None),
        Route("GET", "/openapi.json", openapi_json, scope=None),
        Route("GET", "/docs", docs, offers=(HTML,), scope=None),
    ]


def _page_of(document: dict[str, Any]) -> tuple[bytes, str]:
    """Return the page of a description, and the policy that lets a browser use its one inline style
    sheet and nothing else.
    """
    environment = Environment(
        loader=PackageLoader("service.api"), autoescape=True, undefined=ChainableUndefined
    )
    add_filters(environment, document)
    style = environment.get_template("docs.css").render()
    html = environment.get_template("docs.html").render(
        document=document, methods=HTTP_METHODS, style=style
    )
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return html.encode(), f"{_POLICY}; style-src 'sha256-{digest}'"
