"""Reading a request, the same way on every route."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError
from werkzeug.wrappers import Request
from werkzeug.wsgi import get_input_stream

from service.api.envelopes import ScoreEnvelope, is_plain
from service.api.negotiation import JSON
from service.api.problems import Problem, invalid_request
from service.operations.facts import facts_of
from service.operations.metrics import Metrics
from service.scoring.issue import Issue, Path, path_to_member
from service.strict.faults import shape_faults
from service.strict.reader import MAX_DEPTH, StrictReader, UnreadableJSON, read_limited

Parameters = Mapping[str, Sequence[str] | None]
"""The query parameters of a route, each with its values; None: any text."""

FLAG = ("true", "false")
_MOST_VALUES_IN_WORDS = 3
_PLAIN_CONTENT_TYPES = frozenset(
    {JSON, "application/json; charset=utf-8", "application/json;charset=utf-8"}
)


class BodyReader:
    """Reads JSON request bodies of at most `max_bytes`, nested no deeper than `max_depth`."""

    def __init__(self, max_bytes: int, metrics: Metrics, max_depth: int = MAX_DEPTH) -> None:
        self._max_bytes = max_bytes
        self._metrics = metrics
        self._loads = StrictReader(max_depth).loads

    def read_object(
        self, asked: Request, verify: Callable[[bytes], None] | None = None
    ) -> dict[str, Any]:
        """Return the body, which must be one JSON object. Raises Problem 400, 413, 415 or 422.

        `verify` looks at the bytes before they are read as JSON; it may raise a Problem.
        """
        try:
            raw = self._read(asked)
            facts_of(asked.environ).bytes_in = len(raw)
            if verify is not None:
                verify(raw)
            document = self._loads(raw)
        except UnreadableJSON as unreadable:
            self._metrics.count_malformed(unreadable.code)
            raise Problem(400, unreadable.code, unreadable.sentence) from None
        if not isinstance(document, dict):
            raise invalid_request([Issue((), "wrong_type", "The body must be one JSON object.")])
        return document

    def _read(self, asked: Request) -> bytes:
        if not has_json_content(asked):
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
        length = asked.content_length
        too_long = length is not None and length > self._max_bytes
        raw = None if too_long else read_limited(get_input_stream(asked.environ), self._max_bytes)
        if raw is None:
            self._metrics.count_malformed("too_large")
            raise Problem(413, "too_large", f"The body may have at most {self._max_bytes} bytes.")
        if length is not None and len(raw) < length:
            raise UnreadableJSON(
                "incomplete_body"
            )  # servers end the stream where the caller went away
        return raw


def has_json_content(asked: Request) -> bool:
    """Tell whether the body is declared as uncompressed JSON in UTF-8."""
    if asked.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        return False
    if asked.environ.get("CONTENT_TYPE") in _PLAIN_CONTENT_TYPES:
        return True
    kind = asked.mimetype
    charset = asked.mimetype_params.get("charset", "utf-8").lower()
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
            path = path_to_member(path, step, fault.allowed or ())
        detail = fault.detail[:1].upper() + fault.detail[1:] + "."
        yield Issue(path, fault.code, detail, fault.allowed)


def check_parameters(asked: Request, known: Parameters) -> None:
    """Raise Problem 422 unless a query consists of known parameters, each once, with a value that
    is allowed.
    """
    if not asked.query_string:
        return
    faults = list(_faults(asked, known))
    if not faults:
        return
    errors = tuple(issue for _, issue in faults)
    detail = f"The query has {len(errors)} faults, listed in errors."
    if len(errors) > 1:
        raise Problem(422, "invalid_parameter", detail, errors)
    ((name, fault),) = faults
    problem = Problem(422, "invalid_parameter", fault.detail, errors)
    if name:
        problem.members["parameter"] = name
    raise problem


def _faults(asked: Request, known: Parameters) -> Iterator[tuple[str, Issue]]:
    """Yield each fault with the name of its parameter, "" for unknown ones: their names may hold
    anything.
    """
    if any(name not in known for name in asked.args):
        yield "", Issue((), "unknown_parameter", _what_is_known(known), list(known))
    for name, values in known.items():
        texts = asked.args.getlist(name)
        if len(texts) > 1:
            detail = f"The query parameter {name} may be given once."
            yield name, Issue((), "repeated_parameter", detail)
        elif texts and values is not None and texts[0] not in values:
            yield name, Issue((), "not_allowed", _what_is_allowed(name, values), list(values))


def _what_is_known(known: Parameters) -> str:
    if not known:
        return "This path takes no query parameters."
    return f"The query parameters of this path are {', '.join(known)}; others are not allowed."


def _what_is_allowed(name: str, values: Sequence[str]) -> str:
    choice = (
        " or ".join(values)
        if len(values) <= _MOST_VALUES_IN_WORDS
        else "one of the values that are listed"
    )
    return f"The query parameter {name} must be {choice}."
