"""Whether the size of the library costs anything: the same forms against fourteen definitions and
against all.

Run `python -m benchmarks.library`. Prints the ratio of CPU time per request in process, and of
start and memory.
"""

import argparse
import os
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from benchmarks.forms import complete_forms, fourteen, load_scorer
from benchmarks.measuring import cpu_in_turns, over_all, paired_ratio, print_goal, print_table
from benchmarks.server import Server
from benchmarks.startup import memory_of
from service.app import create_app
from service.settings import Settings

FORMS = 300
GOAL_RATIO = 1.05
GOAL_SECONDS = 1.5
GOAL_MEBIBYTES = 60.0


def requests_for(instrument: str) -> list[dict[str, Any]]:
    """Return WSGI environments that post complete forms of an instrument."""
    forms = complete_forms(load_scorer(instrument).instrument, FORMS)
    return [
        _environ(f"/v1/instruments/{instrument}/score", orjson.dumps({"answers": form}))
        for form in forms
    ]


def _environ(path: str, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "body": body,
    }


def _answer(app: Any, environ: dict[str, Any]) -> None:
    body = app.wsgi_app({**environ, "wsgi.input": BytesIO(environ["body"])}, lambda *_: None)
    if not b"".join(body).startswith(b'{"instrument"'):
        raise RuntimeError("A form was refused.")


def compare_requests(folder: Path, rounds: int) -> None:
    """Print the CPU time of a request with few and with all definitions loaded."""
    few = create_app(Settings(instruments_dir=folder), log_fd=None)
    every = create_app(Settings(), log_fd=None)
    tasks = {}
    for instrument in ("wai-sr", "phq-9"):
        environs = requests_for(instrument)
        tasks[f"{instrument}, {len(few.catalog)}"] = over_all(environs, partial(_answer, few))
        tasks[f"{instrument}, {len(every.catalog)}"] = over_all(environs, partial(_answer, every))
    figures = cpu_in_turns(tasks, rounds)
    print_table(
        "CPU us a request, in process",
        ["instrument, definitions loaded", "median", "least"],
        [[name, median(values), min(values)] for name, values in figures.items()],
    )
    for instrument in ("wai-sr", "phq-9"):
        pair = [figures[f"{instrument}, {len(app.catalog)}"] for app in (every, few)]
        print_goal(f"{instrument}, all / fourteen definitions", paired_ratio(*pair), GOAL_RATIO)


def compare_servers(folder: Path, rounds: int) -> None:
    """Print start and resident memory of one worker with few and with all definitions."""
    figures: dict[str, list[tuple[float, float]]] = {"14": [], "all": []}
    for _ in range(rounds):
        for name, environ in (("14", {"INSTRUMENTS_DIR": str(folder)}), ("all", {})):
            with Server({**os.environ, "WORKERS": "1", **environ}) as server:
                figures[name].append((server.seconds_to_ready, memory_of(server.workers()[0])[1]))
    seconds, resident = (
        {name: median(part[i] for part in rows) for name, rows in figures.items()} for i in (0, 1)
    )
    rows = [
        ["start to ready, s", *seconds.values()],
        ["resident memory of one worker, MiB", *resident.values()],
    ]
    print_table(f"{rounds} starts, one worker", ["", *figures], rows)
    print_goal("Start to ready with all", seconds["all"], GOAL_SECONDS, " s")
    print_goal("Memory over the fourteen", resident["all"] - resident["14"], GOAL_MEBIBYTES, " MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with fourteen() as folder:
        compare_requests(folder, rounds)
        compare_servers(folder, max(3, rounds // 3))


if __name__ == "__main__":
    main()
