"""Scenarios about callers: many that say nothing, and many names that nobody knows."""

import random
import socket
import string
import time
from contextlib import ExitStack

from benchmarks.server import HOST, Server
from benchmarks.stress.scenario import Row, Stress, at_most, exactly, told
from benchmarks.stress.traffic import Connection, request

PROBE_SECONDS = 1.0
PROBES = 50
SEED = 20_261_130
POST = "POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
HALF = (
    "",
    "GET /livez HTT",
    f"{POST}Content-Length: 100\r\n\r\n{{",
    f"{POST}Transfer-Encoding: chunked\r\n\r\n5\r\n{{",
)
FORM = b'{"answers":[0,1,2,3,0,1,2,3,1]}'
METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS")
PATHS = (
    "/{0}",
    "/v1/{0}",
    "/v1/instruments/{0}",
    "/v1/instruments/{0}/score",
    "/v1/sources/{0}/score",
    "/v1/instruments/phq-9/score?{0}={0}",
    "/fhir/Questionnaire/{0}",
    "/cds-services/{0}",
    "/problems/{0}",
)


def silent(stress: Stress) -> list[Row]:
    """Hold connections open that send half a request or nothing, and ask beside them."""
    seconds: dict[str, list[float]] = {"/livez": [], "/readyz": [], "a form": []}
    with stress.server(REQUEST_TIMEOUT="120") as server, ExitStack() as stack:
        for number in range(stress.slow):
            slow = stack.enter_context(socket.create_connection((HOST, server.port), timeout=10))
            slow.sendall(HALF[number % len(HALF)].encode())
        for _ in range(PROBES):
            for what, taken in seconds.items():
                started = time.perf_counter()
                answered = _ask(server, what)
                taken.append(time.perf_counter() - started)
                if answered != 200:
                    raise RuntimeError(f"{what} was answered with {answered}.")
    return [
        told("silent connections", stress.slow),
        *(
            at_most(f"slowest of {PROBES} answers: {what}", max(taken), PROBE_SECONDS, "s")
            for what, taken in seconds.items()
        ),
    ]


def _ask(server: Server, what: str) -> int:
    if what.startswith("/"):
        return server.get(what)[0]
    return server.post("/v1/instruments/phq-9/score", FORM)[0]


def names(stress: Stress) -> list[Row]:
    """Ask for paths, instruments and parameters that nobody knows, each another one."""
    chance = random.Random(SEED)
    with stress.server() as server:
        connection = Connection()
        statuses = [
            _ask_for(connection, server, path, method, chance)
            for path in PATHS
            for method in METHODS
        ]
        series(server)  # a scrape is counted too
        before = series(server)
        for number in range(stress.many):
            path = PATHS[number % len(PATHS)]
            statuses.append(_ask_for(connection, server, path, chance.choice(METHODS), chance))
        after = series(server)
        connection.close()
    return [
        told("random names", stress.many),
        exactly("series that they added", len(after - before), 0),
        told("series of the metrics", len(after)),
        exactly("5xx", sum(status >= 500 for status in statuses), 0),
    ]


def _ask_for(
    connection: Connection, server: Server, path: str, method: str, chance: random.Random
) -> int:
    name = "".join(chance.choices(string.ascii_letters + string.digits + "-._~", k=12))
    if connection.socket is None:
        connection.open(server.port)
    return connection.exchange(request(path.format(name), FORM, method))[0]


def series(server: Server) -> set[str]:
    """Return the series of the metrics, each with its labels."""
    lines = server.get("/metrics")[1].decode().splitlines()
    return {line.rpartition(" ")[0] for line in lines if not line.startswith("#")}
