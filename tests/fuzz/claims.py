"""What holds of every answer, whatever was sent."""

import json
import math
import re
import time
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

import orjson

from service.api.problems import TITLES
from service.app import Service

Json = dict[str, Any]

MOST_SECONDS = 1.0
"""Of processor time for one input."""

CANARY = "Jane-Roe-1970"
"""Is put into inputs, and never stands in a refusal."""

_FROM_AN_EXCEPTION = re.compile(
    rb"Traceback|<class '| object at 0x|\.py\b|"
    rb"\b(?:[A-Z][a-z]+)*(?:Type|Value|Key|Index|Attribute|Name|Overflow|ZeroDivision|Recursion|"
    rb"Assertion|Runtime|Memory|Lookup|Arithmetic|Unicode\w*|Validation|JSONDecode)Error\b"
)
_dumps = orjson.dumps
_PROBLEM = {"type", "title", "status", "detail", "code", "errors", "request_id"}


class Answer(NamedTuple):
    """What came back."""

    status: int
    media_type: str
    body: bytes

    def read(self) -> Any:
        """Return the body, which is JSON without a number that is none."""
        return json.loads(self.body, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} in an answer")


class Caller:
    """Sends bodies to the service in this process, and looks at each answer."""

    def __init__(self, app: Service) -> None:
        self.app = app
        self.slowest = 0.0
        self.n_answers: dict[int, int] = {}

    def post(self, path: str, body: bytes, media_type: str = "application/json") -> Answer:
        """Return the answer. Raises AssertionError where one of the claims does not hold, and
        whatever the service raises.
        """
        heads: list[tuple[str, list[tuple[str, str]]]] = []
        started = time.process_time()
        environ = environ_of(path, body, media_type)
        parts = self.app(environ, lambda status, headers, *_: heads.append((status, headers)))
        seconds = time.process_time() - started
        (status, headers), sent = heads[0], b"".join(parts)
        answer = Answer(int(status[:3]), dict(headers)["Content-Type"], sent)
        if answer.status >= 500:
            self.app.edge.app(environ_of(path, body, media_type), lambda *_: None)  # raises
        self.slowest = max(self.slowest, seconds)
        self.n_answers[answer.status] = self.n_answers.get(answer.status, 0) + 1
        assert answer.status < 500, answer.body
        assert seconds < MOST_SECONDS, f"{seconds} s of processor time"
        if answer.status >= 400:
            assert not _FROM_AN_EXCEPTION.search(answer.body), answer.body
        return answer


def environ_of(path: str, body: bytes, media_type: str) -> Json:
    """Return a POST request as a server hands it over."""
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": media_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }


def dumps(value: object, *options: Any, **named: Any) -> bytes:
    """Write JSON as the service does, and no number that is none: the library would write null.
    This stands in for the library's function while inputs are sent.
    """
    text = _dumps(value, *options, **named)
    assert b"null" not in text or all(map(math.isfinite, floats(value))), "no number"
    return text


def floats(value: object) -> Iterator[float]:
    """Yield every number with a point."""
    ahead: list[Any] = [value]
    while ahead:
        part = ahead.pop()
        if type(part) is float:
            yield part
        elif isinstance(part, dict):
            ahead.extend(part.values())
        elif isinstance(part, list | tuple):
            ahead.extend(part)


def assert_problem(answer: Answer, sent: bytes) -> None:
    """Hold a refusal to its shape; its faults have a place in what was sent."""
    problem = answer.read()
    assert answer.media_type == "application/problem+json"
    assert problem.keys() >= _PROBLEM
    assert (problem["status"], problem["title"]) == (answer.status, TITLES[problem["code"]])
    if problem["code"] != "invalid_definition":  # its author is told the names in it
        assert CANARY not in answer.body.decode()
    if problem["code"] in ("invalid_request", "invalid_definition"):
        assert problem["errors"]
    assert_places(problem["errors"], json.loads(sent) if problem["errors"] else None)


def assert_places(errors: Iterable[Json], document: object) -> None:
    """Let every fault have a code, a sentence and a pointer to a member, or to where one lacks."""
    for error in errors:
        assert error["code"]
        assert error["detail"]
        pointer = error["pointer"]
        assert pointer == "" or pointer.startswith("/")
        *above, _ = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]
        part: Any = document
        for step in above[1:]:
            assert isinstance(part, dict | list), pointer
            assert step in part if isinstance(part, dict) else int(step) < len(part), pointer
            part = part[step] if isinstance(part, dict) else part[int(step)]
        assert pointer == "" or isinstance(part, dict | list), pointer


def assert_within(value: float | None, lowest: float | None, highest: float | None) -> None:
    """Let a score be a number within its range."""
    if value is None:
        return
    assert math.isfinite(value)
    slack = 1e-9 * max(1.0, abs(value))
    assert lowest is None or value >= lowest - slack, (value, lowest)
    assert highest is None or value <= highest + slack, (value, highest)


def assert_report(report: Json) -> None:
    """Hold the report of a form to the ranges that it tells, and to what numbers can be."""
    for score in report["scores"].values():
        value = score["value"]
        assert (score["status"] == "scored") is (value is not None)
        assert (score["reason"] is None) is (value is not None)
        assert_within(value, score["minimum"], score["maximum"])
        assert 0 <= score["n_answered"] <= score["n_items"]
        for norm in score["norms"]:
            assert_within(norm["percentile"], 0, 100)
        if score["precision"]:
            interval = score["precision"]["interval"]
            assert interval["low"] <= value <= interval["high"]
            assert score["precision"]["sem"] >= 0
