"""A reload while long batches are being answered: each ends with the definitions that it began
with, whole.
"""

import json
import signal
import socket
from pathlib import Path
from typing import Any

from service.definitions.build.digest import digest_of
from tests.builders import make_definition
from tests.test_gunicorn import Server, eventually

SERVICE = "from service.app import application as create_app"
ANSWERS = make_definition()["examples"][0]["answers"]
FORM = {"instrument": "one", "answers": ANSWERS}
COURSE = {"sessions": [{"number": number, "forms": [FORM]} for number in range(1, 9)]}
N_LINES = {"/v1/batch": 1500, "/v1/batch/monitor": 300}
LINES = {"/v1/batch": FORM, "/v1/batch/monitor": COURSE}


def publish(folder: Path, title: str) -> str:
    """Put a definition in place at once; return its digest."""
    document = make_definition(id="one", title=title)
    (folder / "new").write_text(json.dumps(document))
    (folder / "new").rename(folder / "one.json")
    return digest_of(document)


def begin(server: Server, path: str) -> socket.socket:
    """Send a batch and take no more of its answer than the first bytes."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", server.port))
    body = (json.dumps(LINES[path]) + "\n").encode() * N_LINES[path]
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    kind = f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall((head + kind).encode() + body)
    assert connection.recv(12) == b"HTTP/1.1 200"
    return connection


def rest(connection: socket.socket) -> list[dict[str, Any]]:
    """Return the lines of the answer, taken to the end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    with connection:
        taken = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    lines = [part for part in taken.split(b"\r\n") if part.startswith(b"{")]
    return [json.loads(line) for line in b"".join(lines).splitlines()]


def digests(line: dict[str, Any]) -> set[str]:
    used = line["instruments"] if "instruments" in line else [line["instrument"]]
    return {one["digest"] for one in used}


def test_batches_under_way_end_with_the_definitions_that_they_began_with(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    before = publish(site, "Before")
    server = Server(tmp_path, SERVICE, INSTRUMENTS_DIR=str(site), WORKERS="1")
    try:
        eventually(lambda: server.get("/livez"))
        (old,) = server.workers()
        batches = {path: begin(server, path) for path in N_LINES}
        after = publish(site, "After")
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: after.encode() in server.get("/version"))
        assert old in server.workers()  # it still has batches to answer
        for path, connection in batches.items():
            *lines, last = rest(connection)
            assert last["summary"]["results"] == len(lines) == N_LINES[path]
            assert {one for line in lines for one in digests(line)} == {before}
        eventually(lambda: old not in server.workers())
    finally:
        server.stop()
