"""Commands of documentation pages, run as a stranger would who pastes them."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SERVED = "127.0.0.1:8000"


@contextmanager
def serving(
    settings: Mapping[str, str] | None = None, application: str | None = None
) -> Iterator[str]:
    """Serve with the shipped settings and some others, on a free port; the value is the address.

    A test may name another `application`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **(settings or {}), "PORT": str(port), "WORKERS": "1"}
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *([application] if application else [])],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def run(command: str, address: str, directory: Path = ROOT) -> str:
    """Return what a command prints; it must succeed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command.replace(SERVED, address)],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_shows(shown: Any, answered: Any, where: str = "") -> None:
    """Everything that a page shows stands in the real answer; it may leave members out."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in answered, f"{where}/{name}"
            assert_shows(value, answered[name], f"{where}/{name}")
    elif isinstance(shown, list) and shown and isinstance(shown[0], dict):
        assert len(shown) == len(answered), where
        for index, value in enumerate(shown):
            assert_shows(value, answered[index], f"{where}/{index}")
    else:
        assert answered == shown, where
