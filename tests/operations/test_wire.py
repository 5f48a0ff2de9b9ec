"""Whatever bytes a caller sends: an answer of ours or a clean end, soon, and the next is served."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest

from service.api.problems import TITLES
from service.settings import Settings
from tests.operations.wire import CASES, Case
from tests.test_gunicorn import Server
from tests.test_survival import serving

SECONDS = 5.0
"""That the slowest may take, of which a request that never comes whole has one."""


class Reply(NamedTuple):
    """All that came back until the server closed, and how long that took."""

    data: bytes
    seconds: float


def exchange(port: int, case: Case) -> Reply:
    started, data = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), timeout=2 * SECONDS) as connection:
        connection.sendall(case.sent)
        if not case.stays:
            connection.shutdown(socket.SHUT_WR)
        while more := connection.recv(65_536):
            data += more
    return Reply(data, time.monotonic() - started)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, few: Settings) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("wire") / "run"
    with serving(directory, few, REQUEST_TIMEOUT="1") as server:
        yield server


@pytest.fixture(scope="module")
def replies(server: Server) -> dict[str, Reply]:
    """What every case gets, all sent within a few seconds."""
    before = server.workers()
    with ThreadPoolExecutor(8) as callers:
        found = callers.map(lambda case: exchange(server.port, case), CASES.values())
        replies = dict(zip(CASES, found, strict=True))
    assert server.workers() == before
    return replies


def answers(data: bytes, *, of_head: bool) -> Iterator[tuple[int, str, bytes]]:
    """Yield status, head and body of each answer; nothing may come behind the last."""
    while data:
        head, end, data = data.partition(b"\r\n\r\n")
        assert end
        status = int(head.split()[1])
        if status == 100:
            continue
        names = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        length = 0 if of_head else int(names["Content-Length"])
        assert len(data) >= length
        yield status, head.decode(), data[:length]
        data = data[length:]


@pytest.mark.parametrize("name", CASES)
def test_it_is_answered_in_our_form_or_the_connection_ends(
    replies: dict[str, Reply], name: str
) -> None:
    case, reply = CASES[name], replies[name]
    found = list(answers(reply.data, of_head=case.sent.startswith(b"HEAD")))
    assert tuple(status for status, _, _ in found) == case.statuses
    assert reply.seconds < SECONDS
    for status, head, body in found:
        assert 200 <= status < 500
        if status >= 400:
            assert_refusal(head, body, status)


def assert_refusal(head: str, body: bytes, status: int) -> None:
    document = json.loads(body)
    if "application/fhir+json" in head:
        assert document["resourceType"] == "OperationOutcome"
        return
    assert "Content-Type: application/problem+json" in head
    assert f"X-Request-Id: {document['request_id']}" in head
    code = document["code"]
    assert (document["status"], document["title"]) == (status, TITLES[code])
    if code == "bad_request":  # it says nothing of what was sent
        assert len(document["detail"]) < 60


def test_a_fault_of_the_head_is_told_on_the_fhir_face_in_its_form(
    replies: dict[str, Reply],
) -> None:
    ((status, head, body),) = answers(replies["a FHIR form with a null"].data, of_head=False)
    assert (status, "application/fhir+json" in head) == (400, True)
    (issue,) = json.loads(body)["issue"]
    assert issue["details"]["coding"][0]["code"] == "bad_request"


def test_what_is_too_long_is_named(replies: dict[str, Reply]) -> None:
    for name, what in (("one character too many", "first line"), ("5000 headers", "headers")):
        assert what in json.loads(replies[name].data.partition(b"\r\n\r\n")[2])["detail"]


def test_afterwards_the_server_answers_and_no_fault_is_its_own(
    replies: dict[str, Reply], server: Server
) -> None:
    assert len(replies) >= 120
    assert server.get("/livez") == b'{"status":"alive"}'
    seen = [int(line["status"]) for line in server.lines("stdout") if line["event"] == "request"]
    assert max(seen) < 500
    assert len([status for status in seen if status >= 400]) >= 120
    messages = server.lines("stderr")
    assert [line for line in messages if "exception" in line or line["level"] == "error"] == []
    assert server.samples()["scoring_http_requests_total"] > len(seen)
