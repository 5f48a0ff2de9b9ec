"""When the Python client asks again, what it sends along, and what it takes for an answer."""

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from questionnaire_scoring_client import Client, Problem
from questionnaire_scoring_client.transport import LONGEST_PAUSE

CLIENT = Path(__file__).parents[2] / "clients" / "python"
ALIVE = b'{"status":"alive"}'
LOST = b""


def answer(
    status: str = "200 OK",
    body: bytes = ALIVE,
    media_type: str = "application/json",
    more: str = "",
) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{more}\r\n".encode() + body


NOT_READY = b'{"code":"not_ready","detail":"Later.","errors":[]}'
BUSY = answer("503 Later", NOT_READY, "application/problem+json", "Retry-After: 3\r\n")
BUSY_FOR_LONG = BUSY.replace(b": 3\r", b": %d\r" % (LONGEST_PAUSE + 1))
BUSY_FOR_UNKNOWN = BUSY.replace(b"Retry-After: 3\r\n", b"")


class Scripted:
    """A server that answers each connection's first request with the next of its answers."""

    def __init__(self, answers: list[bytes]) -> None:
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._answer, args=(answers,))
        self._thread.start()

    def _answer(self, answers: list[bytes]) -> None:
        for text in answers:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.asked.append(_request(connection))
                connection.sendall(text)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


def _request(connection: socket.socket) -> bytes:
    """Return a request whose end its head tells, or its last chunk."""
    asked = connection.recv(65_536)
    length = re.search(rb"Content-Length: (\d+)", asked)
    while length and len(asked.partition(b"\r\n\r\n")[2]) < int(length[1]):
        asked += connection.recv(65_536)
    while b"Transfer-Encoding" in asked and not asked.endswith(b"0\r\n\r\n"):
        asked += connection.recv(65_536)
    return asked


Serve = Callable[..., Scripted]


@pytest.fixture
def serve() -> Iterator[Serve]:
    started = []

    def serve(*answers: bytes) -> Scripted:
        started.append(Scripted(list(answers)))
        return started[-1]

    yield serve
    for server in started:
        server.close()


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the client would have waited."""
    waited: list[float] = []
    monkeypatch.setattr("questionnaire_scoring_client.transport.time.sleep", waited.append)
    return waited


def test_a_lost_connection_is_tried_again(serve: Serve, pauses: list[float]):
    server = serve(LOST, LOST, answer())
    with Client(server.address) as client:
        assert client.get_liveness() == {"status": "alive"}
    assert pauses == [0.25, 0.5]


def test_scoring_is_tried_again_with_the_same_bytes(serve: Serve):
    server = serve(LOST, answer())
    with Client(server.address) as client:
        client.score_form("phq-9", {"answers": [0] * 9})
    first, second = (asked.partition(b"\r\n\r\n")[2] for asked in server.asked)
    assert first == second


def test_the_tries_have_an_end(serve: Serve, pauses: list[float]):
    server = serve(LOST, LOST, LOST, answer())
    with Client(server.address) as client, pytest.raises(ConnectionError):
        client.get_liveness()
    assert len(server.asked) == 3


def test_an_answer_that_breaks_off_is_asked_for_again(serve: Serve):
    server = serve(answer()[:-3], answer())
    with Client(server.address) as client:
        assert client.get_liveness() == {"status": "alive"}


def test_a_service_that_says_when_is_asked_again_then(serve: Serve, pauses: list[float]):
    server = serve(BUSY, answer())
    with Client(server.address) as client:
        assert client.get_liveness() == {"status": "alive"}
    assert pauses == [3]


@pytest.mark.parametrize("busy", [BUSY_FOR_UNKNOWN, BUSY_FOR_LONG])
def test_a_service_that_does_not_say_when_or_much_later_is_not_asked_again(
    serve: Serve, pauses: list[float], busy: bytes
):
    server = serve(busy, answer())
    with Client(server.address) as client, pytest.raises(Problem) as caught:
        client.get_liveness()
    assert (caught.value.status, caught.value.code, pauses) == (503, "not_ready", [])


def test_other_refusals_are_not_asked_again(serve: Serve):
    refusal = BUSY.replace(b"503 Later", b"500 Failed")
    server = serve(refusal, answer())
    with Client(server.address) as client, pytest.raises(Problem):
        client.get_liveness()
    assert len(server.asked) == 1


@pytest.mark.parametrize("lost", [LOST, BUSY])
def test_what_is_counted_is_never_sent_twice(serve: Serve, lost: bytes):
    server = serve(lost, answer())
    with Client(server.address) as client, pytest.raises((ConnectionError, Problem)):
        client.report_feedback({"feedback": []})
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "page",
    [
        answer(body=b"<p>Log in", media_type="text/html"),
        answer("302 Found", b"", more="Location: https://elsewhere.example\r\n"),
        answer("502 Bad", b"<p>patient 17", "text/html"),
        answer("400 Bad", b"[1]"),
        answer(body=b'{"status":'),
    ],
)
def test_what_is_not_the_services_answer_is_a_problem_without_a_code(serve: Serve, page: bytes):
    server = serve(page)
    with Client(server.address, retries=0) as client, pytest.raises(Problem) as caught:
        client.get_liveness()
    assert caught.value.code is None
    assert "17" not in str(caught.value)


@pytest.mark.parametrize(
    ("credential", "header"),
    [
        ({"key": "k1"}, b"X-API-Key: k1"),
        ({"token": lambda: "t1"}, b"Authorization: Bearer t1"),
    ],
)
def test_a_credential_goes_along_and_is_not_shown(serve: Serve, credential, header: bytes):
    server = serve(answer())
    with Client(server.address, **credential) as client:
        client.get_liveness()
        assert "k1" not in repr(client)
    assert header in server.asked[0]


def test_the_language_goes_along_where_one_is_wanted(serve: Serve):
    server = serve(answer(), answer())
    with Client(server.address, language="de-AT, en;q=0.5") as client:
        client.get_liveness()
    with Client(server.address) as client:
        client.get_liveness()
    assert b"Accept-Language: de-AT, en;q=0.5" in server.asked[0]
    assert b"Accept-Language" not in server.asked[1]


def test_a_token_is_asked_for_before_each_try(serve: Serve):
    tokens = iter(["old", "new"])
    server = serve(LOST, answer())
    with Client(server.address, token=lambda: next(tokens)) as client:
        client.get_liveness()
    assert b"Bearer new" in server.asked[1]


def test_the_path_of_the_address_stays_before_every_path(serve: Serve):
    server = serve(answer())
    with Client(f"{server.address}/scoring/") as client:
        client.get_instrument("a/../b?c#d")
    assert server.asked[0].startswith(b"GET /scoring/v1/instruments/a%2F..%2Fb%3Fc%23d HTTP/1.1")


@pytest.mark.parametrize("address", ["scoring.example.org", "ftp://a", "http://", "http://a?b=c"])
def test_an_address_that_is_none_is_refused_at_once(address: str):
    with pytest.raises(ValueError, match="The address is"):
        Client(address)


def test_there_is_one_credential_at_most():
    with pytest.raises(ValueError, match="a key or a token"):
        Client("http://a", key="k", token=lambda: "t")


SUMMARY = b'{"summary":{"lines":1}}\n'


@pytest.mark.parametrize("came", [b"", b'{"a":1}\n', b'{"a"', SUMMARY, b'{"a":1}\n' * 2 + SUMMARY])
def test_a_batch_whose_answer_is_cut_does_not_look_whole(serve: Serve, came: bytes):
    server = serve(answer(body=came, media_type="application/x-ndjson"))
    with (
        Client(server.address) as client,
        pytest.raises(ConnectionError, match="response to a batch"),
    ):
        list(client.score_batch([{"instrument": "phq-9", "answers": [0] * 9}]))


def test_importing_loads_no_types_and_nothing_of_the_network():
    code = "import sys, questionnaire_scoring_client as c; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=CLIENT, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "questionnaire_scoring_client.client" in loaded
    heavy = {"http.client", "ssl", "socket", "email", "questionnaire_scoring_client.types"}
    assert not loaded & (heavy | {"service", "flask"})
