"""What the whole service costs over HTTP, against a bare Flask view under the same server settings.

Run `python -m benchmarks.http`, or with `--settings` to compare the shipped server settings with
others. Needs wrk.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import orjson

from benchmarks.forms import complete_forms, load_scorer
from benchmarks.measuring import paired_ratio, print_goal, print_table
from benchmarks.server import Server
from service.settings import Settings

CONNECTIONS = 8
BODIES = 500
INSTRUMENT = "wai-sr"
ECHO_PATH = f"/v1/instruments/{INSTRUMENT}/echo"
SCORE_PATH = f"/v1/instruments/{INSTRUMENT}/score"
SCRIPT = Path(__file__).with_name("forms.lua")
GOAL_THROUGHPUT = 0.80
GOAL_SETTINGS = 0.90
FINALISTS = 4


class Load(NamedTuple):
    """One turn of one server: requests per second, latency in ms, CPU us of its workers per
    request, unanswered.
    """

    rate: float
    p50: float
    p99: float
    cpu: float
    lost: int


class Candidate(NamedTuple):
    """A server with the path to load and what was measured so far."""

    server: Server | None
    path: str
    loads: list[Load]

    def figures(self, name: str) -> list[float]:
        """Return one figure of every turn."""
        return [getattr(load, name) for load in self.loads]


class Choice(NamedTuple):
    """What to load: a path, and how its server differs from the shipped one."""

    path: str
    options: tuple[str, ...] = ()
    environ: Mapping[str, str] = {}


def load_in_turns(
    candidates: Mapping[str, Candidate], bodies: Path, rounds: int, seconds: int
) -> None:
    """Load every server once per round, one after the other; the first round only warms up."""
    for number in range(rounds + 1):
        for name, (server, path, loads) in candidates.items():
            assert server is not None
            load = _load(server, path, bodies, seconds if number else 1)
            if number:
                loads.append(load)
            print(
                ".", end="" if name != list(candidates)[-1] else "\n", file=sys.stderr, flush=True
            )


def _load(server: Server, path: str, bodies: Path, seconds: int) -> Load:
    before = server.cpu_seconds()
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        "-s",
        str(SCRIPT),
        server.url(path),
    ]
    run = subprocess.run(
        command,
        env={**os.environ, "BODIES": str(bodies)},
        capture_output=True,
        text=True,
        check=True,
    )
    result = next(line for line in run.stdout.splitlines() if line.startswith("RESULT"))
    requests, microseconds, p50, p99, refused, lost = map(int, result.split()[1:])
    if refused or not requests:
        raise RuntimeError(f"{refused} of {requests} requests to {path} were refused.")
    cpu = (server.cpu_seconds() - before) / requests * 1e6
    return Load(requests / microseconds * 1e6, p50 / 1000, p99 / 1000, cpu, lost)


@contextmanager
def form_bodies() -> Iterator[Path]:
    """Write different complete forms, one body on each line, with every norm group asked for."""
    forms = complete_forms(load_scorer(INSTRUMENT).instrument, BODIES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bodies"
        path.write_bytes(
            b"\n".join(orjson.dumps({"answers": form, "norms": ["*"]}) for form in forms)
        )
        yield path


def _candidate(
    stack: ExitStack, path: str, bodies: Path, *options: str, **environ: str
) -> Candidate:
    server = stack.enter_context(Server(environ, options))
    status, _ = server.post(path, bodies.read_bytes().partition(b"\n")[0])
    if status != 200:
        raise RuntimeError(f"{path} answers {status}.")
    return Candidate(server, path, [])


def load_fresh_servers(
    choices: Mapping[str, Choice], bodies: Path, rounds: int, seconds: int
) -> dict[str, Candidate]:
    """Load every choice once per round, each time with a server of its own.

    How the threads of one server fall in with each other lasts as long as it runs.
    """
    loaded = {name: Candidate(None, choice.path, []) for name, choice in choices.items()}
    for _ in range(rounds):
        for name, (path, options, environ) in choices.items():
            with ExitStack() as stack:
                server = _candidate(stack, path, bodies, *options, **environ).server
                assert server is not None
                _load(server, path, bodies, 1)
                loaded[name].loads.append(_load(server, path, bodies, seconds))
            print(".", end="" if name != list(choices)[-1] else "\n", file=sys.stderr, flush=True)
    return loaded


def compare_with_bare_view(rounds: int, seconds: int) -> None:
    """Print both servers' figures and the ratios of the same round."""
    choices = {
        "bare view": Choice(ECHO_PATH, ("benchmarks.bare:app",)),
        "service": Choice(SCORE_PATH),
    }
    with form_bodies() as bodies:
        figures = load_fresh_servers(choices, bodies, rounds, seconds)
    _print(f"{CONNECTIONS} connections, shipped settings, {rounds} turns of {seconds} s", figures)
    bare, service = figures.values()
    for name, what in (("p50", "p50"), ("p99", "p99"), ("cpu", "worker CPU per request")):
        print(
            f"\nservice / bare view, {what}: "
            f"{paired_ratio(service.figures(name), bare.figures(name)):.2f}"
        )
    ratio = paired_ratio(service.figures("rate"), bare.figures("rate"))
    print_goal("service / bare view, requests per second", ratio, GOAL_THROUGHPUT, at_least=True)


def other_settings() -> dict[str, Choice]:
    """Return the server settings to try beside the shipped ones."""
    choices = {}
    for workers in ("1", "2", "3"):
        for pinned in ("false", "true"):
            common = {"WORKERS": workers, "PIN_WORKERS": pinned}
            suffix = " pinned" if pinned == "true" else ""
            sync = ("--worker-class=sync", "--threads=1")
            choices[f"sync {workers} w{suffix}"] = Choice(SCORE_PATH, sync, common)
            for threads in ("1", "2", "4"):
                name = f"gthread {workers} w x {threads}{suffix}"
                choices[name] = Choice(SCORE_PATH, (), {**common, "THREADS": threads})
    return choices


def compare_settings(rounds: int, seconds: int) -> None:
    """Print the service's figures under other server settings and the shipped setting's ratio to
    the best.
    """
    shipped = Settings()
    others = other_settings()
    others.pop(
        f"gthread {shipped.workers} w x {shipped.threads}", None
    )  # they are the shipped ones
    choices = {"shipped": Choice(SCORE_PATH), **others}
    with form_bodies() as bodies:
        with ExitStack() as stack:
            candidates = {
                name: _candidate(stack, choice.path, bodies, *choice.options, **choice.environ)
                for name, choice in choices.items()
            }
            load_in_turns(candidates, bodies, rounds, seconds)
        _print(f"Settings, {CONNECTIONS} connections, {rounds} turns of {seconds} s", candidates)
        # The best of many short turns is partly luck: the first few meet the shipped settings
        # again.
        by_rate = sorted(others, key=lambda name: -median(candidates[name].figures("rate")))
        finalists = {name: choices[name] for name in ("shipped", *by_rate[:FINALISTS])}
        final = load_fresh_servers(finalists, bodies, 4 * rounds, 2 * seconds)
    _print(
        f"The best of them again, {4 * rounds} turns of {2 * seconds} s, each with a new server",
        final,
    )
    best = max(final, key=lambda name: median(final[name].figures("rate")))
    ratio = paired_ratio(final["shipped"].figures("rate"), final[best].figures("rate"))
    print_goal(
        f"shipped settings / best ({best}), requests per second",
        ratio,
        GOAL_SETTINGS,
        at_least=True,
    )


def _print(title: str, candidates: Mapping[str, Candidate]) -> None:
    rows = [
        [
            name,
            *(median(candidate.figures(figure)) for figure in Load._fields[:-1]),
            sum(candidate.figures("lost")),
        ]
        for name, candidate in candidates.items()
    ]
    print_table(
        title, ["server", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "unanswered"], rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", action="store_true", help="compare server settings instead")
    parser.add_argument(
        "--rounds", type=int, help="turns of each server (default 10; with --settings 2)"
    )
    parser.add_argument(
        "--seconds", type=int, help="length of a turn (default 4; with --settings 1)"
    )
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("This benchmark needs wrk, an HTTP load generator (Debian: apt-get install wrk).")
    if arguments.settings:
        compare_settings(arguments.rounds or 2, arguments.seconds or 1)
    else:
        compare_with_bare_view(arguments.rounds or 10, arguments.seconds or 4)


if __name__ == "__main__":
    main()
