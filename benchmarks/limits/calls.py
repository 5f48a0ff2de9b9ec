"""A request as it goes to the application, without a server."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import orjson

from service.app import Service

JSON = "application/json"
NDJSON = "application/x-ndjson"
CSV = "text/csv"


class Call(NamedTuple):
    """One request; `size` of its line is what a batch is measured by."""

    method: str
    path: str
    body: bytes = b""
    kind: str = JSON
    headers: Mapping[str, str] = {}


class Answered(NamedTuple):
    """What came of a call: its status, and bytes of the response."""

    status: int
    n_bytes: int


def post(path: str, document: Any, headers: Mapping[str, str] | None = None) -> Call:
    """Return a call with a JSON body, as short as it can be written."""
    return Call("POST", path, orjson.dumps(document), JSON, headers or {})


def get(path: str, **headers: str) -> Call:
    """Return a call without a body; underscores in names of headers stand for hyphens."""
    return Call(
        "GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


def environ_of(call: Call) -> dict[str, Any]:
    """Return the WSGI environment of a call."""
    parts = urlsplit(call.path)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": call.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": quote(parts.query, safe="=&%,:-*|+"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(call.body),
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if call.method == "POST":
        environ |= {"CONTENT_TYPE": call.kind, "CONTENT_LENGTH": str(len(call.body))}
    for name, text in call.headers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = text
    return environ


def send(app: Service, call: Call) -> Answered:
    """Answer a call, part by part as a server takes it; nothing of the response is kept."""
    statuses: list[int] = []

    def start_response(status: str, *_: Any) -> Any:
        statuses.append(int(status[:3]))

    parts = app.wsgi_app(environ_of(call), start_response)
    n_bytes = sum(map(len, parts))
    close = getattr(parts, "close", None)
    if close is not None:
        close()
    return Answered(statuses[-1], n_bytes)
