"""A real server with this project's configuration and a small application: totals, draining, logs,
start.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

REPOSITORY = Path(__file__).resolve().parent.parent
CANARY = "Jane-Roe-1970"

# What the real application does at its edge, without instruments.
APPLICATION = """
import os
import time
from prometheus_client import CollectorRegistry
from service.operations.edge import Edge
from service.operations.facts import facts_of
from service.operations.metrics import LoadedDefinition, Metrics

class Application:
    def __init__(self):
        self.metrics = Metrics(CollectorRegistry())
        self.metrics.allow_routes(["/score", "/metrics", "/slow", "/state"])
        self.draining = False
        self.edge = Edge(self.answer, self.metrics, internal_error=self.failed)

    def __call__(self, environ, start_response):
        return self.edge(environ, start_response)

    def on_worker_start(self):
        self.metrics.set_definitions([LoadedDefinition("phq-9", "1.0.0", "ab")], 0, time.time())
        self.metrics.set_build("0.1.0", "test")

    def on_drain(self):
        self.draining = True

    def failed(self, path, request_id):
        return "text/plain", request_id.encode()

    def answer(self, environ, start_response):
        path = facts_of(environ).route = environ["PATH_INFO"]
        body = b"ok"
        if path == "/score":
            self.metrics.count_scored("phq-9", "1.0.0", "complete")
        elif path == "/metrics":
            body = self.metrics.exposition()
        elif path == "/slow":
            time.sleep(1.0)
            body = b"draining" if self.draining else b"serving"
        elif path == "/state":
            body = str(os.getpid()).encode()
        elif path == "/fault":
            raise LookupError(environ["QUERY_STRING"])
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

def create_app():
    return Application()
"""


class Server:
    """A running server; its output is read at the end."""

    def __init__(self, directory: Path, application: str = APPLICATION, **environ: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (directory / "small_application.py").write_text(application)
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith("PROMETHEUS_")
        }
        with (
            (directory / "stdout").open("wb") as stdout,
            (directory / "stderr").open("wb") as stderr,
        ):
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "--pythonpath",
                    str(directory),
                    "small_application:create_app()",
                ],
                cwd=REPOSITORY,
                env={**inherited, "PORT": str(self.port), "WORKERS": "2", **environ},
                stdout=stdout,
                stderr=stderr,
            )
        self.directory = directory

    def get(self, path: str, timeout: float = 10) -> bytes:
        """Return the body of the answer, over a new connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().read()

    def workers(self) -> list[int]:
        """Return the process ids of the running workers."""
        running = []
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):  # it may end between being listed and being asked
                if child.status() != psutil.STATUS_ZOMBIE:
                    running.append(child.pid)
        return running

    def samples(self) -> dict[str, float]:
        """Return the sum of each metric's samples over all labels."""
        sums: dict[str, float] = {}
        for family in text_string_to_metric_families(self.get("/metrics").decode()):
            for sample in family.samples:
                sums[sample.name] = sums.get(sample.name, 0) + sample.value
        return sums

    def scored(self) -> float:
        return self.samples().get("scoring_responses_scored_total", 0)

    def lines(self, stream: str) -> list[dict[str, Any]]:
        """Return the JSON lines written so far."""
        return [json.loads(line) for line in (self.directory / stream).read_text().splitlines()]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


def eventually(condition: Callable[[], Any], seconds: float = 15) -> Any:
    """Return what the condition gives once it is true; fail after a time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if result := condition():
                return result
        time.sleep(0.05)
    raise AssertionError("did not become true in time")


def both(found: set[bytes]) -> set[bytes] | None:
    """Return the set once it has two members."""
    return found if len(found) == 2 else None


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers and end them with the test."""
    servers: list[Server] = []

    def start(**environ: str) -> Server:
        servers.append(Server(tmp_path, **environ))
        eventually(lambda: servers[-1].get("/score"))
        eventually(lambda: len(servers[-1].workers()) == int(environ.get("WORKERS", "2")))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()


def test_every_scrape_shows_all_workers(start: Callable[..., Server]) -> None:
    server = start()
    with ThreadPoolExecutor(8) as callers:
        answered = eventually(lambda: both({*callers.map(server.get, ["/state"] * 16)}))
        list(callers.map(server.get, ["/score"] * 49))
    assert {int(state.split()[0]) for state in answered} == set(server.workers())
    for _ in range(10):
        found = server.samples()
        assert found["scoring_responses_scored_total"] == 50
        assert found["scoring_definitions_loaded"] == 1
        assert found["scoring_build_info"] == 1
        assert found["scoring_http_requests_in_progress"] == 1


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGTERM, signal.SIGABRT], ids=lambda number: number.name
)
def test_no_total_is_lost_and_no_file_left_when_workers_die(
    start: Callable[..., Server], number: int, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    server = start(PROMETHEUS_MULTIPROC_DIR=str(shared))
    scored = 1
    for _ in range(3):
        for _ in range(20):
            server.get("/score")
            scored += 1
        before = server.workers()
        for pid in before:
            os.kill(pid, number)
        eventually(lambda before=before: len(set(server.workers()) - set(before)) == 2)
        eventually(lambda: server.get("/state"))
        eventually(
            lambda before=before: not [pid for pid in before if list(shared.glob(f"*_{pid}.db"))]
        )
        assert server.scored() == scored
    assert server.samples()["scoring_workers_lost_total"] == (0 if number == signal.SIGTERM else 6)
    duration = "scoring_http_request_duration_seconds_count"
    assert server.samples()[duration] == server.samples()["scoring_http_requests_total"] - 1
    # The parent, two workers and the archive have at most one file of a type.
    assert 2 <= len(list(shared.glob("counter_*.db"))) <= 4
    assert 2 <= len(list(shared.glob("histogram_*.db"))) <= 4


def test_a_reload_keeps_totals(start: Callable[..., Server]) -> None:
    server = start()
    before = server.workers()
    server.process.send_signal(signal.SIGHUP)
    eventually(
        lambda: (
            len(set(server.workers()) - set(before)) == 2
            and not set(server.workers()) & set(before)
        )
    )
    server.get("/score")
    assert server.scored() == 2


def test_on_sigterm_the_request_under_way_is_answered_by_a_draining_application(
    start: Callable[..., Server],
) -> None:
    server = start(WORKERS="1")
    answers: list[bytes] = []
    request = threading.Thread(target=lambda: answers.append(server.get("/slow")))
    request.start()
    time.sleep(0.4)
    assert server.stop() == 0
    request.join(timeout=10)
    assert answers == [b"draining"]
    assert [line["status"] for line in server.lines("stdout") if line["route"] == "/slow"] == [200]


def test_on_sigterm_a_caller_that_has_just_connected_is_answered_too(
    start: Callable[..., Server],
) -> None:
    server = start(WORKERS="1")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        time.sleep(0.3)  # it is accepted by now
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(b"GET /state HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")
    assert server.process.wait(timeout=30) == 0


def test_a_directory_of_its_own_is_removed_at_the_end(start: Callable[..., Server]) -> None:
    server = start()
    environ = psutil.Process(server.workers()[0]).open_files()
    (directory,) = {Path(opened.path).parent for opened in environ if opened.path.endswith(".db")}
    assert list(directory.glob("counter_*.db"))
    server.stop()
    assert not directory.exists()


def test_a_start_that_fails_leaves_no_directory_behind(tmp_path: Path) -> None:
    told = tmp_path / "told"
    broken = (
        f"import os; open({str(told)!r}, "
        "'w').write(os.environ['PROMETHEUS_MULTIPROC_DIR']); raise LookupError"
    )
    server = Server(tmp_path, broken)
    assert server.process.wait(timeout=30) != 0
    directory = Path(told.read_text())
    assert directory.name.startswith("questionnaire-scoring-metrics-")
    assert not directory.exists()


def test_workers_are_pinned_to_different_cores_on_request_also_after_one_died(
    start: Callable[..., Server],
) -> None:
    cores = sorted(os.sched_getaffinity(0))
    shared_out = sorted([[cores[0]], [cores[1 % len(cores)]]])
    server = start(PIN_WORKERS="true")
    for _ in range(3):
        eventually(
            lambda: (
                sorted(psutil.Process(pid).cpu_affinity() for pid in server.workers()) == shared_out
            )
        )
        victim = server.workers()[0]
        os.kill(victim, signal.SIGKILL)
        eventually(lambda dead=victim: dead not in server.workers() and len(server.workers()) == 2)


def test_workers_roam_by_default(start: Callable[..., Server]) -> None:
    every = sorted(os.sched_getaffinity(0))
    assert [psutil.Process(pid).cpu_affinity() for pid in start().workers()] == [every, every]


def raw_exchange(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_all_output_is_json_and_repeats_nothing_from_a_request(
    start: Callable[..., Server],
) -> None:
    server = start()
    server.get(f"/fault?name={CANARY}")
    for request in (
        f"GET /{CANARY}\r\n\r\n",
        f"{CANARY} / HTTP/9.9\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\n{CANARY}\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {CANARY}\r\n\r\n",
        f"GET /{CANARY * 500} HTTP/1.1\r\nHost: x\r\n\r\n",
    ):
        assert raw_exchange(server.port, request.encode()).split()[1][:1] in (b"4", b"5")
    server.stop()
    requests, messages = server.lines("stdout"), server.lines("stderr")
    assert CANARY not in json.dumps([requests, messages])
    assert [line["exception"] for line in requests if line["status"] == 500] == ["LookupError"]
    assert "A request whose head or framing the server does not take was refused" in {
        line["message"] for line in messages
    }
    assert [
        line for line in messages if line["message"].startswith("Listening at: http://127.0.0.1")
    ]


def test_output_stays_json_after_a_reload(start: Callable[..., Server]) -> None:
    server = start()
    before = server.workers()
    server.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(set(server.workers()) - set(before)) == 2)
    raw_exchange(server.port, f"GET / HTTP/1.1\r\nHost: x\r\n{CANARY}\r\n\r\n".encode())
    server.stop()
    messages = server.lines("stderr")
    assert CANARY not in json.dumps(messages)
    refused = "A request whose head or framing the server does not take was refused"
    assert [line["message"] for line in messages].count(refused) == 1


def test_a_faulty_setting_stops_the_start_with_a_plain_message(tmp_path: Path) -> None:
    server = Server(tmp_path, HOST="0.0.0.0", THREADS="none")
    assert server.process.wait(timeout=30) == 1
    output = (tmp_path / "stderr").read_text()
    assert output.splitlines()[0] == "The settings cannot be used:"
    assert "THREADS must be" in output
    assert "ALLOW_ANONYMOUS=true" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", ":0"])
def test_an_address_from_elsewhere_is_held_to_the_rules_of_host(
    tmp_path: Path, address: str
) -> None:
    server = Server(tmp_path, GUNICORN_CMD_ARGS=f"--bind {address}")
    assert server.process.wait(timeout=30) == 1
    output = (tmp_path / "stderr").read_text()
    assert "HOST is reachable from other machines" in output
    assert "Traceback" not in output
    assert "Booting worker" not in output


@pytest.mark.parametrize(
    ("bind", "choice"),
    [
        ("0.0.0.0:{port}", {"ALLOW_ANONYMOUS": "true"}),
        ("0.0.0.0:{port}", {"AUTH_MODE": "api_key"}),
        ("0.0.0.0:{port}", {"AUTH_MODE": "jwt"}),
        ("127.0.0.1:{port}", {}),
    ],
)
def test_such_an_address_is_served_once_somebody_chose(
    tmp_path: Path, bind: str, choice: dict[str, str]
) -> None:
    (tmp_path / "keys").write_text(f"ehr {'0' * 64} score")
    wanted = {"api_key": "API_KEYS_FILE", "jwt": "JWT_ISSUERS_FILE"}
    keys = {wanted[mode]: str(tmp_path / "keys") for mode in wanted if mode in choice.values()}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = f"--bind {bind.format(port=port)}"
    server = Server(tmp_path, GUNICORN_CMD_ARGS=arguments, **choice, **keys)
    server.port = port
    try:
        assert eventually(lambda: server.get("/score"))
    finally:
        server.stop()
    warned = "Anyone who can connect is answered" in (tmp_path / "stderr").read_text()
    assert warned == ("ALLOW_ANONYMOUS" in choice)
