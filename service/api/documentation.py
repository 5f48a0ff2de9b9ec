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
from flask import Blueprint, Response, request
from jinja2 import ChainableUndefined, Environment, PackageLoader

from service.api.asked import JSON, require_acceptable
from service.api.conditional import conditional
from service.api.page import HTTP_METHODS, add_filters

YAML = "application/yaml"
HTML = "text/html"
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def documentation_blueprint(path_of_openapi_yaml: Path) -> Blueprint:
    """Return the routes that describe the service. The document is read at once, and converted when
    first asked for.
    """
    blueprint = Blueprint("documentation", __name__)
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
        """Return the page, and the policy that lets a browser use its one inline style sheet and
        nothing else.
        """
        environment = Environment(
            loader=PackageLoader("service.api"), autoescape=True, undefined=ChainableUndefined
        )
        add_filters(environment, document())
        style = environment.get_template("docs.css").render()
        html = environment.get_template("docs.html").render(
            document=document(), methods=HTTP_METHODS, style=style
        )
        digest = b64encode(sha256(style.encode()).digest()).decode()
        return html.encode(), f"{_POLICY}; style-src 'sha256-{digest}'"

    @blueprint.get("/openapi.yaml")
    def openapi_yaml() -> Response:
        """Answer with the document as it was written."""
        require_acceptable(request, YAML)
        return conditional(source, YAML)

    @blueprint.get("/openapi.json")
    def openapi_json() -> Response:
        """Answer with the document as JSON."""
        require_acceptable(request)
        return conditional(document_as_json(), JSON)

    @blueprint.get("/docs")
    def docs() -> Response:
        """Answer with the page, and its policy in the head."""
        require_acceptable(request, HTML)
        body, policy = page()
        response = conditional(body, "text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = policy
        return response

    return blueprint
