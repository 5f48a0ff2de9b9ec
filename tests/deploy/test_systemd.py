"""The unit file is one that systemd takes, and the service runs under what it forbids."""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from configparser import RawConfigParser
from pathlib import Path

import pytest

from service.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
UNIT = REPOSITORY / "deploy" / "systemd" / "questionnaire-scoring.service"
PR_SET_NO_NEW_PRIVS, PR_SET_MDWE, REFUSE_EXEC_GAIN = 38, 65, 1
"""Numbers of linux/prctl.h."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def entries() -> dict[str, str]:
    """Return the entries of the section [Service] that stand there once."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    return dict(parser["Service"])


def verify(unit: str, root: Path) -> subprocess.CompletedProcess[str]:
    """Let systemd read the unit in a system that has what it names."""
    system = root / "lib/systemd/system"
    shutil.copytree("/lib/systemd/system", system, symlinks=True)
    (system / UNIT.name).write_text(unit)
    for program in ("opt/questionnaire-scoring/.venv/bin/gunicorn", "bin/kill"):
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/true", root / program)
    return subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={root}", UNIT.name],
        capture_output=True,
        text=True,
        timeout=60,
    )


@needs_systemd
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    verified = verify(UNIT.read_text(), tmp_path)
    assert UNIT.name not in verified.stderr, verified.stderr
    assert verified.returncode == 0, verified.stderr


@needs_systemd
def test_a_misspelt_entry_would_be_noticed(tmp_path: Path) -> None:
    verified = verify(UNIT.read_text().replace("ProtectHome=", "ProtectHomes="), tmp_path)
    assert "ProtectHomes" in verified.stderr


@needs_systemd
def test_little_of_the_machine_is_exposed_to_the_service() -> None:
    """systemd's own measure, from 0 to 10."""
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNIT)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 0, told.stdout[-300:]


def test_there_is_time_for_requests_under_way() -> None:
    assert int(entries()["TimeoutStopSec"]) >= Settings().graceful_timeout + 5


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")
def test_the_service_tells_systemd_when_it_is_ready_and_writes_no_executable_memory(
    tmp_path: Path,
) -> None:
    assert entries()["Type"] == "notify"
    assert entries()["MemoryDenyWriteExecute"] == "true"
    with (
        socket.socket() as free,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told,
    ):
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        told.bind(str(tmp_path / "notify"))
        told.settimeout(30)
        free.close()
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"],
            cwd=REPOSITORY,
            env={
                **{name: text for name, text in os.environ.items() if "PROMETHEUS" not in name},
                "NOTIFY_SOCKET": str(tmp_path / "notify"),
                "PORT": str(port),
                "WORKERS": "1",
            },
            stdout=subprocess.DEVNULL,
            preexec_fn=_forbid,
        )
        try:
            assert told.recv(1000).startswith(b"READY=1")
            assert _score(port) == 9
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(30) == 0


def _forbid() -> None:
    """Take from a process what the unit takes, as far as that needs no systemd."""
    library = ctypes.CDLL(None)
    library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    library.prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0)  # nothing happens on older kernels


def _score(port: int) -> float:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/instruments/phq-9/score",
        json.dumps({"answers": [1] * 9}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        total: float = json.load(response)["scores"]["total"]["value"]
    return total
