"""A real server goes on answering whatever callers, log readers, disks and neighbours do."""

import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from service.settings import Settings
from tests.test_gunicorn import REPOSITORY, Server

SERVICE = "from service.app import application as create_app"
POST = b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
FHIR = b"POST /fhir/QuestionnaireResponse/$score HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
HALF = {
    "nothing": b"",
    "half a head": b"GET /livez HTT",
    "half a body": POST + b"Content-Length: 100\r\n\r\n{",
    "half a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "no byte of a chunk beyond the limit": POST + b"Transfer-Encoding: chunked\r\n\r\n50000\r\n",
    "half a chunk's size": POST + b"Transfer-Encoding: chunked\r\n\r\n5;a=b",
    "half of the trailers": POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n",
}


@contextlib.contextmanager
def serving(directory: Path, few: Settings, **environ: str) -> Iterator[Server]:
    """Run the service with few instruments and one worker."""
    directory.mkdir(exist_ok=True)
    known = {"WORKERS": "1", "INSTRUMENTS_DIR": str(few.instruments_dir), **environ}
    server = Server(directory, SERVICE, **known)
    try:
        wait_until(lambda: answers(server))
        yield server
    finally:
        server.process.terminate()
        server.process.wait(timeout=30)


def answers(server: Server) -> bool:
    assert server.process.poll() is None, (server.directory / "stderr").read_text()
    with contextlib.suppress(OSError):
        return server.get("/livez", timeout=2) == b'{"status":"alive"}'
    return False


def wait_until(happens: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


CONNECTIONS: list[socket.socket] = []


@pytest.fixture(autouse=True)
def close_connections() -> Iterator[None]:
    yield
    while CONNECTIONS:
        CONNECTIONS.pop().close()


def connect(server: Server, data: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    CONNECTIONS.append(connection)
    connection.sendall(data)
    return connection


def received(connection: socket.socket) -> bytes:
    """Return everything until the server closes."""
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


@pytest.mark.parametrize("sent", HALF.values(), ids=HALF)
def test_callers_that_send_no_whole_request_delay_nobody_and_are_told(
    tmp_path: Path, few: Settings, sent: bytes
):
    with serving(tmp_path, few, REQUEST_TIMEOUT="2", THREADS="1") as server:
        slow = [connect(server, sent) for _ in range(20)]
        late = connect(server, FHIR)
        started = time.monotonic()
        assert server.get("/livez") == b'{"status":"alive"}'
        assert b'"ready"' in server.get("/readyz")
        assert time.monotonic() - started < 1.5  # they all wait longer than that
        answer = received(slow[0])
        if not sent:
            assert answer == b""
            return
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        problem = json.loads(body)
        assert (problem["status"], problem["code"]) == (408, "request_timeout")
        assert f"X-Request-Id: {problem['request_id']}".encode() in head
        head, _, body = received(late).partition(b"\r\n\r\n")
        assert b"\r\nContent-Type: application/fhir+json\r\n" in head
        (issue,) = json.loads(body)["issue"]
        assert (issue["severity"], issue["code"]) == ("error", "timeout")
        assert server.samples()["scoring_http_requests_total"] >= 20


def test_a_body_that_drips_is_given_up_although_each_drop_comes_soon(tmp_path: Path, few: Settings):
    with serving(tmp_path, few, REQUEST_TIMEOUT="1") as server:
        connection = connect(server, POST + b"Content-Length: 100000\r\n\r\n")
        started = time.monotonic()
        with contextlib.suppress(OSError):  # it may be closed while we still send
            while time.monotonic() - started < 6 and not readable(connection):
                connection.sendall(b" ")
                time.sleep(0.1)
        assert b" 408 " in connection.recv(100)
        assert time.monotonic() - started < 5


def readable(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(10)


def test_requests_in_pieces_in_chunks_in_a_row_and_after_a_word_are_answered(
    tmp_path: Path, few: Settings
):
    body = b'{"answers":[0,1,2,3,0,1,2,3,1]}'
    head = POST.replace(b"/v1/score", b"/v1/instruments/phq-9/score")
    sized = head + b"Content-Length: %d\r\n" % len(body)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    with serving(tmp_path, few) as server:
        for pieces in (
            [sized + b"\r\n", body[:5], body[5:]],
            [head + b"Transfer-Encoding: chunked\r\n\r\n", chunked[:9], chunked[9:]],
        ):
            connection = connect(server)
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(0.05)
            assert b"HTTP/1.1 200 OK" in connection.recv(100)
        connection = connect(server, sized + b"Expect: 100-continue\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert b"HTTP/1.1 " in connection.recv(100)
        get = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
        connection = connect(server, get + get + get[:9])
        connection.sendall(get[9:].replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert received(connection).count(b"HTTP/1.1 200 OK") == 3


def test_more_silent_connections_than_a_worker_keeps_shut_nobody_out(tmp_path: Path, few: Settings):
    with serving(tmp_path, few, REQUEST_TIMEOUT="60") as server:
        for _ in range(1050):
            connect(server)
        assert server.get("/livez", timeout=5) == b'{"status":"alive"}'


def test_callers_that_do_not_close_after_the_answer_delay_nobody(tmp_path: Path, few: Settings):
    with serving(tmp_path, few) as server:
        closing = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        open_ones = [connect(server, closing) for _ in range(10)]
        assert all(b" 200 OK" in connection.recv(100) for connection in open_ones)
        started = time.monotonic()
        server.get("/livez")
        assert time.monotonic() - started < 1.5


def test_bodies_that_are_not_waited_for_hold_no_thread(tmp_path: Path, few: Settings):
    to_come = b"Host: x\r\nContent-Length: 999999\r\n\r\n"
    with serving(tmp_path, few, THREADS="1") as server:
        probes = [connect(server, b"GET /livez HTTP/1.1\r\n" + to_come) for _ in range(5)]
        callers = [connect(server, POST[: POST.index(b"Host")] + to_come) for _ in range(5)]
        started = time.monotonic()
        server.get("/livez")
        server.get("/v1/instruments")
        assert time.monotonic() - started < 1.5
        assert all(connection.recv(12) == b"HTTP/1.1 200" for connection in probes)
        assert all(connection.recv(12) == b"HTTP/1.1 415" for connection in callers)
        # What comes after such a head is its body, and no request.
        after = connect(server, POST + to_come + b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = received(after)
        assert answer.count(b"HTTP/1.1 ") == answer.count(b"Connection: close") == 1


def test_callers_that_do_not_take_their_answers_hold_no_thread(tmp_path: Path, few: Settings):
    many = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 100
    with serving(tmp_path, few, THREADS="1") as server:
        slow = [connect_with_small_window(server, many) for _ in range(3)]
        time.sleep(1)  # until nothing more fits between them and the server
        started = time.monotonic()
        server.get("/livez")
        server.get("/v1/instruments")
        assert time.monotonic() - started < 1.5
        whole = server.get("/openapi.json")
        taken = b""
        while taken.count(b"HTTP/1.1 200 OK") < 20:
            taken += slow[0].recv(1 << 16)
        assert whole in taken


def connect_with_small_window(server: Server, data: bytes) -> socket.socket:
    connection = socket.socket()
    CONNECTIONS.append(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(data)
    connection.settimeout(10)
    return connection


def test_a_worker_that_may_open_no_more_files_makes_room(tmp_path: Path, few: Settings):
    with serving(tmp_path, few, REQUEST_TIMEOUT="60") as server:
        before = server.workers()
        resource.prlimit(before[0], resource.RLIMIT_NOFILE, (60, 60))
        silent = [connect(server) for _ in range(100)]
        assert server.get("/livez", timeout=5) == b'{"status":"alive"}'
        # It hears at one time of a new caller, for whom it closes a connection, and of that one.
        os.kill(before[0], signal.SIGSTOP)
        connect(server)
        for connection in silent:
            connection.close()
        os.kill(before[0], signal.SIGCONT)
        assert server.get("/livez", timeout=5) == b'{"status":"alive"}'
        assert server.workers() == before


def test_a_body_of_tiny_chunks_takes_no_long_time(tmp_path: Path, few: Settings):
    head = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    with serving(tmp_path, few) as server:
        started = time.monotonic()
        answer = connect(server, head + b"1\r\n \r\n" * 80_000 + b"0\r\n\r\n").recv(12)
        assert answer == b"HTTP/1.1 400"
        assert time.monotonic() - started < 5


def test_a_log_that_nobody_reads_stops_nothing_and_its_lost_lines_are_counted(
    tmp_path: Path, few: Settings
):
    reader, writer = os.pipe()
    (tmp_path / "small_application.py").write_text(SERVICE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"PORT": str(port), "WORKERS": "1", "LOG_LEVEL": "debug"}
    known = {**os.environ, **given, "INSTRUMENTS_DIR": str(few.instruments_dir)}
    known.pop("PROMETHEUS_MULTIPROC_DIR", None)
    command = [sys.executable, "-m", "gunicorn"]
    process = subprocess.Popen(command, cwd=REPOSITORY, env=known, stdout=writer, stderr=writer)
    os.close(writer)
    server = Server.__new__(Server)
    server.port, server.process, server.directory = port, process, tmp_path
    (tmp_path / "stderr").touch()
    try:
        wait_until(lambda: answers(server))
        one = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
        connection = connect(server)
        for _ in range(50):
            connection.sendall(one * 100)
            n_answers = 0
            while n_answers < 100:
                n_answers += connection.recv(1 << 16).count(b"HTTP/1.1 200")
        assert server.samples()["scoring_log_lines_dropped_total"] > 0
    finally:
        process.terminate()
        process.wait(timeout=30)
        os.close(reader)


@pytest.mark.parametrize("closed", ["1", "2", "1 2", "0 1 2"])
def test_standard_streams_that_are_closed_at_the_start_get_into_no_file(
    tmp_path: Path, few: Settings, closed: str
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    metrics = tmp_path / "metrics"
    known = {
        **os.environ,
        **{"PORT": str(port), "WORKERS": "1", "PROMETHEUS_MULTIPROC_DIR": str(metrics)},
        "INSTRUMENTS_DIR": str(few.instruments_dir),
    }
    shut = " ".join(f"{number}>&-" for number in closed.split())
    command = ["sh", "-c", f'exec "{sys.executable}" -m gunicorn {shut}']
    process = subprocess.Popen(command, cwd=REPOSITORY, env=known)
    server = Server.__new__(Server)
    server.port, server.process, server.directory = port, process, tmp_path
    (tmp_path / "stderr").touch()
    try:
        wait_until(lambda: answers(server))
        for _ in range(5):
            server.get("/version")
        assert server.samples()["scoring_http_requests_total"] >= 5
        for file in metrics.glob("*.db"):
            assert b'"event"' not in file.read_bytes()
            assert b"Listening" not in file.read_bytes()
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_foreign_and_unreadable_files_among_the_metrics_are_set_aside_and_named(
    tmp_path: Path, few: Settings
):
    metrics = tmp_path / "metrics"
    with serving(tmp_path / "run", few, PROMETHEUS_MULTIPROC_DIR=str(metrics)) as server:
        (metrics / "notes.db").write_text("not ours")
        (metrics / "counter_99999.db").write_bytes(b"\x60\x03\x00\x00" + b"\xff" * 96)
        samples = server.samples()
        assert samples["scoring_http_requests_total"] > 0
        assert server.samples()["scoring_metrics_files_set_aside_total"] == 2
        assert not (metrics / "notes.db").exists()
    told = (tmp_path / "run" / "stderr").read_text()
    assert "notes.db" in told
    assert "counter_99999.db" in told


def test_a_second_instance_with_the_same_metrics_directory_is_refused(
    tmp_path: Path, few: Settings
):
    metrics = str(tmp_path / "metrics")
    with serving(tmp_path / "first", few, PROMETHEUS_MULTIPROC_DIR=metrics) as server:
        before = server.samples()["scoring_http_requests_total"]
        (tmp_path / "second").mkdir()
        second = Server(tmp_path / "second", SERVICE, PROMETHEUS_MULTIPROC_DIR=metrics)
        assert second.process.wait(timeout=20) != 0
        told = (tmp_path / "second" / "stderr").read_text()
        assert told.startswith("Another instance of the service uses the directory")
        assert "Traceback" not in told
        assert server.samples()["scoring_http_requests_total"] >= before


def test_a_server_that_took_over_from_another_keeps_strangers_out(tmp_path: Path, few: Settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = {
        **os.environ,
        **{"PORT": str(port), "WORKERS": "1", "INSTRUMENTS_DIR": str(few.instruments_dir)},
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
    }
    command = [str(Path(sys.executable).parent / "gunicorn")]  # as `make serve` has it
    process = subprocess.Popen(command, cwd=REPOSITORY, env=known, stderr=subprocess.DEVNULL)
    server = Server.__new__(Server)
    server.port, server.process, server.directory = port, process, tmp_path
    (tmp_path / "stderr").touch()
    heirs: list[int] = []
    try:
        wait_until(lambda: answers(server))
        process.send_signal(signal.SIGUSR2)
        wait_until(lambda: bool(with_workers(server.workers())))
        heirs = with_workers(server.workers())
        process.terminate()
        process.wait(timeout=30)
        stranger = subprocess.run(
            command, cwd=REPOSITORY, env=known, capture_output=True, text=True
        )
        assert stranger.returncode == 1
        assert stranger.stderr.startswith("Another instance of the service uses the directory")
        assert server.get("/livez") == b'{"status":"alive"}'
    finally:
        process.terminate()
        for heir in heirs:
            os.kill(heir, signal.SIGTERM)
            wait_until(lambda heir=heir: not psutil.pid_exists(heir))


def with_workers(processes: list[int]) -> list[int]:
    return [pid for pid in processes if psutil.Process(pid).children()]


@pytest.fixture
def small_file_system(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MiB; there is none where the tests may not mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a file system needs root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_file_system_that_is_full_stops_the_start_with_one_sentence(
    tmp_path: Path, few: Settings, small_file_system: Path
):
    (tmp_path / "run").mkdir()
    server = Server(
        tmp_path / "run",
        SERVICE,
        PROMETHEUS_MULTIPROC_DIR=str(small_file_system),
        INSTRUMENTS_DIR=str(few.instruments_dir),
    )
    assert server.process.wait(timeout=30) not in (0, -7)  # no bus error
    told = (tmp_path / "run" / "stderr").read_text()
    assert told.count("There is no room for the metrics of a process") == 1
    assert "Traceback" not in told


def test_a_file_system_that_fills_up_later_ends_no_worker(
    tmp_path: Path, few: Settings, small_file_system: Path
):
    subprocess.run(["mount", "-o", "remount,size=20m", "tmpfs", str(small_file_system)], check=True)
    metrics = str(small_file_system)
    with serving(tmp_path / "run", few, PROMETHEUS_MULTIPROC_DIR=metrics) as server:
        with contextlib.suppress(OSError), (small_file_system / "filler").open("wb") as filler:
            while True:
                filler.write(b"x" * 65536)
        before = server.workers()
        for _ in range(20):
            server.get("/version")
        assert server.samples()["scoring_http_requests_total"] >= 20
        assert server.workers() == before


FORM = b'{"instrument":"phq-9","answers":[0,1,2,3,0,1,2,3,1]}\n'


def batch(n_lines: int, framing: bytes | None = None) -> bytes:
    head = b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
    length = b"Content-Length: %d" % (n_lines * len(FORM)) if framing is None else framing
    return head + length + b"\r\n\r\n"


def test_a_long_batch_is_answered_line_by_line_while_others_are_answered(
    tmp_path: Path, few: Settings
):
    n_lines = 20_000
    with serving(tmp_path, few, THREADS="1") as server:
        for framing in (b"Content-Length: %d" % (n_lines * len(FORM)), None):
            chunked = b"".join(b"%x\r\n%s\r\n" % (len(FORM), FORM) for _ in range(n_lines))
            body = FORM * n_lines if framing else chunked + b"0\r\n\r\n"
            head = batch(n_lines, framing or b"Transfer-Encoding: chunked")
            connection = connect(server, head[:-2] + b"Connection: close\r\n\r\n")
            connection.sendall(body)
            assert connection.recv(12) == b"HTTP/1.1 200"  # long before its end
            started = time.monotonic()
            assert server.get("/livez") == b'{"status":"alive"}'
            assert time.monotonic() - started < 2
            answer = received(connection)
            assert answer.count(b'"result_id"') == n_lines
            assert b'"results":%d' % n_lines in answer[-200:]
        scored = server.samples()["scoring_responses_scored_total"]
        assert scored == 2 * n_lines


def test_a_batch_whose_caller_goes_away_frees_its_thread(tmp_path: Path, few: Settings):
    with serving(tmp_path, few, THREADS="1") as server:
        for _ in range(3):
            gone = connect(server, batch(50_000) + FORM * 50_000)
            assert gone.recv(12) == b"HTTP/1.1 200"
            gone.close()
        one = batch(1)[:-2] + b"Connection: close\r\n\r\n"
        assert b'"results":1' in received(connect(server, one + FORM))


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_batch_beyond_the_bound_is_refused_without_being_held(
    tmp_path: Path, few: Settings, is_chunked: bool
):
    with serving(tmp_path, few, MAX_BATCH_BYTES="2000000") as server:
        (worker,) = psutil.Process(server.process.pid).children()
        before = worker.memory_info().rss
        length = 200_000_000
        framing = b"Transfer-Encoding: chunked" if is_chunked else b"Content-Length: %d" % length
        connection = connect(server, batch(0, framing))
        with contextlib.suppress(OSError):  # it is closed while we still send
            if is_chunked:
                connection.sendall(b"%x\r\n" % length)
            for _ in range(length // len(FORM * 1000)):
                connection.sendall(FORM * 1000)
        assert connection.recv(12) == b"HTTP/1.1 413"
        assert worker.memory_info().rss - before < 15_000_000


def peak_of(pid: int) -> int:
    """Return the most bytes that a process has held since it was asked to forget."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_the_longest_batch_takes_no_more_memory_than_a_request_may(
    tmp_path: Path, few: Settings, framing: str
):
    length, part = 33_554_432, b"x" * 65_536
    with serving(tmp_path, few) as server:
        (worker,) = psutil.Process(server.process.pid).children()
        before = worker.memory_info().rss
        Path(f"/proc/{worker.pid}/clear_refs").write_text("5")
        told = b"Transfer-Encoding: chunked" if framing == "chunks" else None
        told = told or b"Content-Length: %d" % length
        connection = connect(server, batch(0, told)[:-2] + b"Connection: close\r\n\r\n")
        for _ in range(length // len(part)):
            connection.sendall(b"10000\r\n%s\r\n" % part if framing == "chunks" else part)
        connection.sendall(b"0\r\n\r\n" if framing == "chunks" else b"")
        assert b'"problem_codes":{"too_large":1}' in received(connection)
        assert peak_of(worker.pid) - before < 64_000_000


@pytest.mark.parametrize("framing", [None, b"Transfer-Encoding: chunked"])
def test_batches_that_would_take_too_much_memory_together_are_told_to_come_later(
    tmp_path: Path, few: Settings, framing: bytes | None
):
    n_lines = 2000
    body = FORM * n_lines
    size = b"%x\r\n" % len(body)
    sent = body if framing is None else size + body + b"\r\n0\r\n\r\n"
    head = batch(n_lines, framing)[:-2] + b"Connection: close\r\n\r\n"
    with serving(tmp_path, few, BATCH_MEMORY_BYTES=str(len(body) * 3 // 2)) as server:
        first = connect(server, head + sent[: len(sent) * 3 // 4])
        time.sleep(0.3)  # until it has been collected
        refused = received(connect(server, head + sent))
        assert refused.startswith(b"HTTP/1.1 503 Service Unavailable")
        assert b"Retry-After: 5\r\n" in refused
        assert b'"code":"busy"' in refused
        assert b"BATCH_MEMORY_BYTES" in refused
        assert server.get("/v1/instruments")  # others are answered
        first.sendall(sent[len(sent) * 3 // 4 :])
        assert b'"results":%d' % n_lines in received(first)[-200:]
        again = connect(server, head + sent)
        assert b'"results":%d' % n_lines in received(again)[-200:]
