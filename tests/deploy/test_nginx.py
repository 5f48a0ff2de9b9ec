"""A real nginx with the shipped configuration, in front of the real service."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from service.settings import Settings
from tests.pasted import serving

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
REPOSITORY = Path(__file__).resolve().parents[2]
TEMPLATE = (REPOSITORY / "deploy/nginx/questionnaire-scoring.conf.template").read_text()
SLOW = 500

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (nginx-light)")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def configured(directory: Path, upstream: str, listen: str, more: str = "") -> list[str]:
    """Write the configuration of an nginx; return the command that starts it."""
    variables = {
        "NGINX_LISTEN": listen,
        "NGINX_UPSTREAM": upstream,
        "NGINX_SCRATCH": str(directory),
        "NGINX_LOG": str(directory / "log"),
    }
    filled = re.sub(r"\$\{(NGINX_[A-Z]+)\}", lambda found: variables[found[1]], TEMPLATE)
    user = "user root;" if os.geteuid() == 0 else ""
    (directory / "nginx.conf").write_text(
        f"{user} daemon off; worker_processes 1; pid {directory}/pid; error_log stderr notice;\n"
        f"events {{ worker_connections 2048; }}\nhttp {{ {more}\n{filled} }}\n"
    )
    assert NGINX is not None
    return [NGINX, "-p", str(directory), "-e", "stderr", "-c", str(directory / "nginx.conf")]


class Proxy(NamedTuple):
    """An nginx that runs, and the port of the service behind it."""

    port: int
    behind: str
    directory: Path

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            connection.request(
                method, path, body, {name.replace("_", "-"): text for name, text in headers.items()}
            )
            response = connection.getresponse()
            return response.status, response.headers, response.read()


@contextlib.contextmanager
def proxying(directory: Path, behind: str) -> Iterator[Proxy]:
    port = free_port()
    command = configured(directory, behind, f"127.0.0.1:{port}")
    with (directory / "messages").open("wb") as messages:
        process = subprocess.Popen(command, stdout=messages, stderr=messages)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            time.sleep(0.05)
        yield Proxy(port, behind, directory)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with (
        serving({"THREADS": "2"}) as behind,
        proxying(tmp_path_factory.mktemp("nginx"), behind) as proxy,
    ):
        yield proxy


@pytest.mark.skipif(shutil.which("envsubst") is None, reason="envsubst is not installed")
def test_the_page_fills_in_the_template(tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "deployment.md").read_text()
    [commands] = re.findall(r"```sh\n(export NGINX_.*?)```", page, re.DOTALL)
    commands = commands.replace("deploy/nginx", str(REPOSITORY / "deploy/nginx"))
    subprocess.run(["bash", "-euc", commands], cwd=tmp_path, check=True, timeout=20)
    filled = (tmp_path / "scoring.conf").read_text()
    assert "${" not in filled
    assert "server 127.0.0.1:8000 max_fails" in filled
    assert filled.count("$request_id") == TEMPLATE.count("$request_id") > 0


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_nginx_takes_the_configuration_with_certificates_beside_it(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x"
    subprocess.run(
        ["openssl", *subject.split(), "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    encrypted = f"ssl_certificate {certificate}; ssl_certificate_key {key};"
    command = configured(tmp_path, "127.0.0.1:8000", f"127.0.0.1:{free_port()} ssl", encrypted)
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=20)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr


def test_a_form_is_scored_through_it_and_the_callers_id_kept(proxy: Proxy) -> None:
    sent = json.dumps({"answers": [1] * 9}).encode()
    headers = {"Content_Type": "application/json", "X_Request_Id": "visit-17"}
    status, told, body = proxy.ask("POST", "/v1/instruments/phq-9/score", sent, **headers)
    assert (status, told["X-Request-Id"]) == (200, "visit-17")
    assert json.loads(body)["scores"]["total"]["value"] == 9


def test_the_metrics_stay_inside(proxy: Proxy) -> None:
    status, told, body = proxy.ask("GET", "/metrics")
    assert (status, told["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(body)["status"] == 404
    port = proxy.behind.split(":")[1]
    assert Proxy(int(port), "", proxy.directory).ask("GET", "/metrics")[0] == 200


def test_what_the_service_says_is_passed_on_as_it_is(proxy: Proxy) -> None:
    status, _, body = proxy.ask("GET", "/v1/instruments/unknown")
    assert status == 404
    assert json.loads(body)["code"] == "unknown_instrument"
    headers = {"Content_Type": "application/json"}
    too_long = b" " * (Settings().max_body_bytes + 1)
    status, _, body = proxy.ask("POST", "/v1/score", too_long, **headers)
    assert (status, json.loads(body)["code"]) == (413, "too_large")


def test_what_even_the_proxy_does_not_take_is_a_problem_too(proxy: Proxy) -> None:
    status, told, body = proxy.ask("POST", "/v1/score", b" " * 400_000)
    assert (status, told["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(body)["title"] == "Content Too Large"


def test_a_batch_may_be_long(proxy: Proxy) -> None:
    form = {"instrument": "phq-9", "answers": [1] * 9, "reference": "r" * 60}
    lines = b"".join([json.dumps(form).encode() + b"\n"] * 3_000)
    assert len(lines) > 400_000
    status, _, body = proxy.ask("POST", "/v1/batch", lines, Content_Type="application/x-ndjson")
    assert status == 200
    assert json.loads(body.splitlines()[-1])["summary"]["results"] == 3_000


def test_the_log_has_nothing_that_a_caller_may_have_written_about_a_person(tmp_path: Path) -> None:
    canary = "Jane-Roe-1970"
    with proxying(tmp_path, f"127.0.0.1:{free_port()}") as alone:
        named = dict.fromkeys(("Referer", "User_Agent", "X_API_Key", "Cookie"), canary)
        alone.ask("GET", f"/{canary}?name={canary}", **named, X_Request_Id=f"{canary} {canary}")
        alone.ask("POST", f"/v1/score?name={canary}", canary.encode() * 100_000)
        # A refused body is logged when the connection is closed.
        deadline = time.monotonic() + 15
        while (lines := (tmp_path / "log").read_text()).count("\n") < 2:
            assert time.monotonic() < deadline, lines
            time.sleep(0.05)
    assert [json.loads(line)["status"] for line in lines.splitlines()] == [503, 413]
    assert canary not in lines
    assert canary not in (tmp_path / "messages").read_text()


def test_a_service_that_is_away_is_a_problem_that_says_when_to_try_again(tmp_path: Path) -> None:
    with proxying(tmp_path, f"127.0.0.1:{free_port()}") as alone:
        status, told, body = alone.ask("GET", "/livez")
    assert (status, told["Retry-After"]) == (503, "1")
    assert json.loads(body)["title"] == "Service Unavailable"


HEAD = b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
HALF = [
    b"",
    b"GET /livez HTT",
    HEAD,
    HEAD + b"Content-Length: 9000\r\n\r\n{",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
]


def test_five_hundred_slow_callers_disturb_nobody(proxy: Proxy) -> None:
    slow = []
    try:
        for number in range(SLOW):
            slow.append(socket.create_connection(("127.0.0.1", proxy.port), timeout=5))
            slow[-1].sendall(HALF[number % len(HALF)])
        took = []
        for _ in range(50):
            started = time.monotonic()
            assert proxy.ask("GET", "/livez")[0] == 200
            took.append(time.monotonic() - started)
        port = int(proxy.behind.split(":")[1])
        reached = [
            connection
            for connection in psutil.net_connections("tcp4")
            if connection.laddr[1] == port and connection.status == psutil.CONN_ESTABLISHED
        ]
        print(f"the slowest of 50 took {max(took):.3f} s; {len(reached)} connections behind")
        assert len(reached) < 20
        assert max(took) < 1
    finally:
        for connection in slow:
            connection.close()
