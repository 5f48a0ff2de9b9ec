"""Sends requests and reads answers: credentials, repetition, problems."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    import ssl
    from http.client import HTTPConnection, HTTPResponse

    from questionnaire_scoring_client.types import ProblemCode

JSON = "application/json"
FHIR = "application/fhir+json"
LONGEST_PAUSE = 30.0
"""Seconds. A service that asks for a longer pause is not asked again."""
_FIRST_PAUSE = 0.25

Taken = TypeVar("Taken")


class Problem(Exception):
    """A response that is no result, or the line of a batch that was not answered.

    `status` is the HTTP status and `code` the kind of problem, a code that does not change; None
    where the response is not the service's (a proxy's page, say). `errors` has every fault: of a
    problem with `pointer`, `code`, `detail` and perhaps `allowed`; on the FHIR face the issues of
    the OperationOutcome, whose first gives `code`. `document` is the whole response, `line` the
    number of a batch's line, `retry_after` the seconds that the service asks to wait.
    """

    def __init__(
        self,
        status: int,
        document: Mapping[str, Any],
        *,
        line: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.status = status
        self.document = document
        self.line = line
        self.retry_after = retry_after
        issues = document.get("issue")
        self.errors: list[Mapping[str, Any]] = document.get("errors") or issues or []
        self.code: ProblemCode | str | None = document.get("code")
        self.detail: str = document.get("detail") or document.get("title") or ""
        if issues:
            details = issues[0].get("details", {})
            self.code = next((one.get("code") for one in details.get("coding", ())), None)
            self.detail = details.get("text", "")
        place = "" if line is None else f"line {line}: "
        super().__init__(f"{place}{status} {self.code or 'not a response of the service'}")

    def __str__(self) -> str:
        """Return status, code, sentence and, a line each, the faults."""
        faults = (
            f"  {one['pointer'] or '(request)'}: {one['detail']}"
            for one in self.errors
            if "pointer" in one
        )
        return "\n".join([f"{self.args[0]}. {self.detail}".rstrip(), *faults])


class Asked(NamedTuple):
    """A request. What can be asked again without another effect is `repeatable`."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | Iterable[bytes] | None = None
    repeatable: bool = True


def dumped(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON. Raises ValueError for a number that is not finite."""
    return json.dumps(document, allow_nan=False).encode()


def path_of(*steps: str) -> str:
    """Return a path of steps, in which nothing of a step ends it."""
    return "".join(f"/{quote(step, safe='$')}" for step in steps)


def with_query(path: str, parameters: Mapping[str, object]) -> str:
    """Return a path with those parameters that are not None."""
    given = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in parameters.items()
        if value is not None
    }
    return f"{path}?{urlencode(given)}" if given else path


class Transport:
    """Connections to one service. Threads may share it: each has a connection of its own."""

    def __init__(
        self,
        address: str,
        *,
        key: str | None,
        token: Callable[[], str] | None,
        timeout: float,
        retries: int,
        tls: "ssl.SSLContext | None",
        language: str | None = None,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise ValueError("The address is http:// or https://, a host, perhaps a port and path.")
        if key is not None and token is not None:
            raise ValueError("A client has a key or a token.")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._base = parts.path.rstrip("/")
        self._key, self._token = key, token
        self._timeout, self._retries, self._tls = timeout, retries, tls
        self._language = {} if language is None else {"Accept-Language": language}
        self._kept = threading.local()

    def read(self, asked: Asked) -> tuple[str, bytes]:
        """Return the media type and the body of an answer. Raises Problem and OSError."""
        if asked.repeatable and self._retries:
            return self._ask(self._kept_connection, asked, _read)
        # A kept connection may have been closed at the other end.
        with closing(self._connect()) as connection:
            return self._ask(lambda: connection, asked, _read)

    @contextmanager
    def open(self, asked: Asked) -> "Iterator[HTTPResponse]":
        """Give an answer that is read as it comes, over a connection of its own."""
        with closing(self._connect()) as connection:
            yield self._ask(lambda: connection, asked, lambda response: response)

    def close(self) -> None:
        """Close this thread's connection."""
        connection: HTTPConnection | None = self._kept.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    def _ask(
        self,
        connect: "Callable[[], HTTPConnection]",
        asked: Asked,
        take: "Callable[[HTTPResponse], Taken]",
    ) -> Taken:
        """Ask, again after a pause where that is safe and may help, and take what is answered."""
        left = self._retries if asked.repeatable else 0
        pause = _FIRST_PAUSE
        while True:
            try:
                return self._once(connect(), asked, take)
            except ConnectionError:
                if not left:
                    raise
            except Problem as problem:
                asks = problem.retry_after if problem.status == 503 else None
                if not left or asks is None or asks > LONGEST_PAUSE:
                    raise
                pause = max(pause, asks)
            left -= 1
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _once(
        self, connection: "HTTPConnection", asked: Asked, take: "Callable[[HTTPResponse], Taken]"
    ) -> Taken:
        """Take the answer to a request. Raises Problem for every status but 2xx, and OSError."""
        from http.client import HTTPException

        headers = {**asked.headers, **self._language, **self._credential()}
        try:
            try:
                connection.request(asked.method, self._base + asked.target, asked.body, headers)
            except (BrokenPipeError, ConnectionResetError):
                if connection.sock is None:
                    raise
                # Perhaps refused before all of the body was sent: the answer says why.
            response = connection.getresponse()
            if 200 <= response.status < 300:
                return take(response)
            raise _problem_of(response)
        except HTTPException as fault:
            connection.close()
            raise ConnectionError("The response is not HTTP, or ended early.") from fault
        except BaseException:
            connection.close()  # which may hold a rest of the answer; it opens again when needed
            raise

    def _credential(self) -> dict[str, str]:
        if self._token is not None:
            return {"Authorization": f"Bearer {self._token()}"}
        return {} if self._key is None else {"X-API-Key": self._key}

    def _kept_connection(self) -> "HTTPConnection":
        if not hasattr(self._kept, "connection"):
            self._kept.connection = self._connect()
        return cast("HTTPConnection", self._kept.connection)

    def _connect(self) -> "HTTPConnection":
        from http.client import HTTPConnection, HTTPSConnection

        if self._secure:
            return HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._tls)
        return HTTPConnection(self._host, self._port, timeout=self._timeout)


def media_type_of(response: "HTTPResponse") -> str:
    """Return the media type of an answer, without parameters."""
    return response.headers.get_content_type()


def unexpected(status: int) -> Problem:
    """Return the problem of an answer that is not the service's; it may quote what was sent, and is
    not told.
    """
    return Problem(status, {})


def _read(response: "HTTPResponse") -> tuple[str, bytes]:
    return media_type_of(response), response.read()


def _problem_of(response: "HTTPResponse") -> Problem:
    """Return the problem that an answer tells."""
    media_type, body = _read(response)
    document = None
    if media_type.endswith("json"):
        with suppress(ValueError):
            document = json.loads(body)
    if not isinstance(document, dict) or not {"code", "issue"} & document.keys():
        return unexpected(response.status)
    wait = response.headers.get("Retry-After", "")
    seconds = float(wait) if wait.isdecimal() else None
    return Problem(response.status, document, retry_after=seconds)
