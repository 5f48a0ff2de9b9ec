"""gunicorn with the shipped settings on a free loopback port, for the benchmarks that need a
server.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

HOST = "127.0.0.1"
REPOSITORY = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.002


class Server:
    """A running server; leaving the context stops it. Its log goes to /dev/null, metrics are shared
    by files.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        ready_path: str = "/readyz",
    ) -> None:
        self.port = _free_port()
        given = {"HOST": HOST, "PORT": str(self.port), **(environ or {})}
        kept = {
            name: text for name, text in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"
        }
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options],
            cwd=REPOSITORY,
            env={**kept, **given},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.seconds_to_ready = self._wait_for(ready_path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> int:
        """Stop the server as an operator would; return its exit code."""
        self.send(signal.SIGTERM)
        return self._process.wait(PATIENCE_SECONDS)

    def send(self, number: int) -> None:
        """Send a signal to the parent of the workers."""
        self._process.send_signal(number)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://{HOST}:{self.port}{path}"

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        pid = self._process.pid
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def cpu_seconds(self, *, with_parent: bool = False) -> float:
        """Return the CPU time that the workers have used so far."""
        ticks = 0
        for pid in [*self.workers(), *([self._process.pid] if with_parent else [])]:
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body of one GET request."""
        return self._exchange("GET", path)

    def post(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Return status and body of one POST request of JSON."""
        return self._exchange("POST", path, body, headers)

    def _exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        try:
            sent = {"Content-Type": "application/json", **(headers or {})}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _wait_for(self, path: str) -> float:
        while True:
            try:
                if self.get(path)[0] == 200:
                    return time.perf_counter() - self._started
            except OSError:
                pass  # nobody listens yet
            if (
                self._process.poll() is not None
                or time.perf_counter() - self._started > PATIENCE_SECONDS
            ):
                self._process.kill()
                raise RuntimeError("The server did not start; run gunicorn by hand to see why.")
            time.sleep(POLL_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
