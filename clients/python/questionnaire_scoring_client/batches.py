"""Sends documents line by line and reads an answer for each."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from questionnaire_scoring_client.transport import (
    Asked,
    Problem,
    Transport,
    dumped,
    media_type_of,
    unexpected,
)

if TYPE_CHECKING:
    from http.client import HTTPResponse

NDJSON = "application/x-ndjson"
PART_BYTES = 4_194_304
"""What is sent as one request, at most, if no line is longer; services take 32 MiB or less."""


def answers(
    transport: Transport, target: str, documents: Iterable[Mapping[str, Any]]
) -> Iterator[Any]:
    """Yield for each document, in their order, what the service answers, or its Problem.

    Raises Problem for a request that is refused as a whole, ConnectionError for a cut response.
    """
    n_before = 0
    for part in _parts(map(dumped, documents)):
        # A body of unknown length is read to its end before it is answered: while its answer
        # waits for us, nothing is left to be sent.
        body = [b"\n".join(part)]
        headers = {"Content-Type": NDJSON, "Accept": NDJSON}
        with transport.open(Asked("POST", target, headers, body)) as response:
            if media_type_of(response) != NDJSON:
                raise unexpected(response.status)
            yield from _answers(response, len(part), n_before)
        n_before += len(part)


def _answers(response: "HTTPResponse", n_lines: int, n_before: int) -> Iterator[Any]:
    for n_answers, answer in enumerate(_documents(response)):
        if answer.keys() != {"summary"}:
            yield _of_a_line(answer, n_before)
        elif n_answers == n_lines:
            return
        else:
            raise ConnectionError("The response to a batch has another number of lines.")
    raise ConnectionError("The response to a batch was cut.")


def _documents(response: "HTTPResponse") -> Iterator[dict[str, Any]]:
    from http.client import HTTPException

    try:
        for line in response:
            yield json.loads(line)
    except (HTTPException, ValueError) as fault:
        raise ConnectionError("The response to a batch was cut.") from fault


def _of_a_line(answer: dict[str, Any], n_before: int) -> dict[str, Any] | Problem:
    if answer.keys() != {"line", "problem"}:
        return answer
    problem = answer["problem"]
    return Problem(problem["status"], problem, line=n_before + answer["line"])


def _parts(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield lines as lists that a request can hold."""
    part: list[bytes] = []
    n_bytes = 0
    for line in lines:
        if part and n_bytes + len(line) > PART_BYTES:
            yield part
            part, n_bytes = [], 0
        part.append(line)
        n_bytes += len(line)
    if part:
        yield part
