"""Loading gunicorn with wrk, in turns: requests per second, latency and CPU time of each choice."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import orjson

from benchmarks.measuring import print_table
from benchmarks.server import Server

CONNECTIONS = 8
SCRIPT = Path(__file__).with_name("forms.lua")


class Load(NamedTuple):
    """One turn of one server: requests per second, latency in ms, CPU us of its workers per
    request, unanswered.
    """

    rate: float
    p50: float
    p99: float
    cpu: float
    lost: int


class Choice(NamedTuple):
    """What to load: a path with bodies (one on each line), how its server differs from the shipped
    one, and what callers send as `Authorization: Bearer`, if anything.
    """

    path: str
    bodies: Path
    options: tuple[str, ...] = ()
    environ: Mapping[str, str] = {}
    credential: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that every request has beside the usual ones."""
        return {"Authorization": f"Bearer {self.credential}"} if self.credential else {}


Loads = list[Load]


def figures_of(loads: Loads, name: str) -> list[float]:
    """Return one figure of every turn."""
    return [getattr(load, name) for load in loads]


def need_wrk() -> None:
    """End with a sentence where wrk is missing."""
    if shutil.which("wrk") is None:
        sys.exit("This benchmark needs wrk, an HTTP load generator (Debian: apt-get install wrk).")


@contextmanager
def written_bodies(bodies: Iterable[Any]) -> Iterator[Path]:
    """Write bodies to a file for the time of the context, one on each line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bodies"
        path.write_bytes(b"\n".join(map(orjson.dumps, bodies)))
        yield path


def load_in_turns(choices: Mapping[str, Choice], rounds: int, seconds: int) -> dict[str, Loads]:
    """Load the server of every choice once per round, one after the other; the first round only
    warms up.
    """
    loaded: dict[str, Loads] = {name: [] for name in choices}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(_started(choice)) for name, choice in choices.items()}
        for number in range(rounds + 1):
            for name, choice in choices.items():
                load = _load(servers[name], choice, seconds if number else 1)
                if number:
                    loaded[name].append(load)
                _tick(is_last=name == list(choices)[-1])
    return loaded


def load_fresh_servers(
    choices: Mapping[str, Choice], rounds: int, seconds: int
) -> dict[str, Loads]:
    """Load every choice once per round, each time with a server of its own.

    How the threads of one server fall in with each other lasts as long as it runs.
    """
    loaded: dict[str, Loads] = {name: [] for name in choices}
    for _ in range(rounds):
        for name, choice in choices.items():
            with _started(choice) as server:
                _load(server, choice, 1)
                loaded[name].append(_load(server, choice, seconds))
            _tick(is_last=name == list(choices)[-1])
    return loaded


def print_loads(title: str, loaded: Mapping[str, Loads]) -> None:
    """Print the medians of every choice."""
    rows = [
        [
            name,
            *(median(figures_of(loads, figure)) for figure in Load._fields[:-1]),
            sum(figures_of(loads, "lost")),
        ]
        for name, loads in loaded.items()
    ]
    header = ["server", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "unanswered"]
    print_table(title, header, rows)


@contextmanager
def _started(choice: Choice) -> Iterator[Server]:
    with Server(choice.environ, choice.options) as server:
        body = choice.bodies.read_bytes().partition(b"\n")[0]
        status, _ = server.post(choice.path, body, choice.headers)
        if status != 200:
            raise RuntimeError(f"{choice.path} answers {status}.")
        yield server


def _load(server: Server, choice: Choice, seconds: int) -> Load:
    before = server.cpu_seconds()
    run = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "--latency",
            "-s",
            str(SCRIPT),
            server.url(choice.path),
        ],
        env={**os.environ, "BODIES": str(choice.bodies), **_named(choice.headers)},
        capture_output=True,
        text=True,
        check=True,
    )
    result = next(line for line in run.stdout.splitlines() if line.startswith("RESULT"))
    requests, microseconds, p50, p99, refused, lost = map(int, result.split()[1:])
    if refused or not requests:
        raise RuntimeError(f"{refused} of {requests} requests to {choice.path} were refused.")
    cpu = (server.cpu_seconds() - before) / requests * 1e6
    return Load(requests / microseconds * 1e6, p50 / 1000, p99 / 1000, cpu, lost)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers as the load generator's script reads them."""
    return {name.upper(): value for name, value in headers.items()}


def _tick(*, is_last: bool) -> None:
    print("." if not is_last else ".\n", end="", file=sys.stderr, flush=True)
