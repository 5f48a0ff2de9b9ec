"""Reading a request, the same way on every route."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Request
from marshmallow import Schema, ValidationError
from werkzeug.wsgi import get_input_stream

from service.api.envelopes import ScoreEnvelope, is_plain
from service.api.problems import Problem, invalid_request
from service.operations.metrics import Metrics
from service.scoring.answers import path_to
from service.scoring.issue import Issue, Path, Step
from service.strict.faults import shape_faults
from service.strict.reader import UnreadableJSON, loads, read_limited

JSON = "application/json"
_LIKE_A_MEMBER = re.compile(r"[a-z][a-z_]{0,31}", re.ASCII)
_PLAIN_CONTENT_TYPES = frozenset(
    {JSON, "application/json; charset=utf-8", "application/json;charset=utf-8"}
)


class BodyReader:
    """Reads JSON request bodies of at most `max_bytes`."""

    def __init__(self, max_bytes: int, metrics: Metrics) -> None:
        self._max_bytes = max_bytes
        self._metrics = metrics

    def read_object(self, request: Request) -> dict[str, Any]:
        """Return the body, which must be one JSON object. Raises Problem 400, 413, 415 or 422."""
        try:
            raw = self._read(request)
            request.environ["scoring.bytes_in"] = len(raw)
            document = loads(raw)
        except UnreadableJSON as unreadable:
            self._metrics.count_malformed(unreadable.code)
            raise Problem(400, unreadable.code, unreadable.sentence) from None
        if not isinstance(document, dict):
            raise invalid_request([Issue((), "wrong_type", "The body must be one JSON object.")])
        return document

    def _read(self, request: Request) -> bytes:
        if not has_json_content(request):
            self._metrics.count_malformed("media_type")
            raise Problem(
                415,
                "unsupported_media_type",
                (
                    "Send Content-Type: application/json (or a +json type), in UTF-8, without "
                    "Content-Encoding."
                ),
                headers={"Accept": JSON},
            )
        length = request.content_length
        too_long = length is not None and length > self._max_bytes
        raw = None if too_long else read_limited(get_input_stream(request.environ), self._max_bytes)
        if raw is None:
            self._metrics.count_malformed("too_large")
            raise Problem(413, "too_large", f"The body may have at most {self._max_bytes} bytes.")
        if length is not None and len(raw) < length:
            raise UnreadableJSON(
                "incomplete_body"
            )  # servers end the stream where the caller went away
        return raw


def has_json_content(request: Request) -> bool:
    """Tell whether the body is declared as uncompressed JSON in UTF-8."""
    if request.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        return False
    if request.environ.get("CONTENT_TYPE") in _PLAIN_CONTENT_TYPES:
        return True
    kind = request.mimetype
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    is_json = kind == JSON or (kind.startswith("application/") and kind.endswith("+json"))
    return is_json and charset in ("utf-8", "utf8")


def load_envelope(schema: Schema, document: dict[str, Any]) -> dict[str, Any]:
    """Load a request envelope. Raises Problem 422 with every fault."""
    if isinstance(schema, ScoreEnvelope) and is_plain(document):
        return document
    try:
        loaded: dict[str, Any] = schema.load(document)
    except ValidationError as invalid:
        raise invalid_request(_issues(invalid.messages)) from None
    return loaded


def _issues(messages: Any) -> Iterator[Issue]:
    """Turn marshmallow's tree of messages into issues. A member name that may be data is not
    repeated.
    """
    for fault in shape_faults(messages):
        path: Path = ()
        for step in fault.path:
            path = _below(path, step)
        yield Issue(path, fault.code, fault.detail[:1].upper() + fault.detail[1:] + ".")


def _below(path: Path, step: Step) -> Path:
    """Return the path of a member that is named like ours; any other name may hold anything."""
    if isinstance(step, int) or _LIKE_A_MEMBER.fullmatch(step):
        return (*path, step)
    return path_to(path, step)


def flag(request: Request, name: str) -> bool:
    """Return a query parameter that is `true` or `false`, absent meaning false. Raises Problem
    422.
    """
    text = request.args.get(name) if request.query_string else None
    if text is None or text == "false":
        return False
    if text == "true":
        return True
    raise Problem(
        422,
        "invalid_parameter",
        f"The query parameter {name} must be true or false.",
        parameter=name,
    )


def require_acceptable(request: Request, offered: str = JSON) -> None:
    """Raise Problem 406 unless the caller accepts the media type that the route answers with."""
    accept = request.environ.get("HTTP_ACCEPT", "")
    if accept in ("", "*/*", offered):
        return
    accepted = request.accept_mimetypes
    if not (accepted[offered] or accepted[f"{offered}; charset=utf-8"]):
        raise Problem(406, "not_acceptable", f"This path answers with {offered}.")
