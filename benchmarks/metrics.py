"""What counting costs per request, and what a scrape costs, when several workers share their
metrics through files.

Run `python -m benchmarks.metrics`.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measuring import cpu_in_turns, print_goal, print_table
from service.operations.metrics_archive import VARIABLE, Archive, memory_backed_directory

if TYPE_CHECKING:
    from service.operations.metrics import Metrics

INSTRUMENTS = 60
REQUESTS = 2000
WORKERS = 2
RESTARTS = 40
ROUTE = "/v1/instruments/<instrument_id>/score"
VERSION = "1.0.0"
GOAL_MICROSECONDS = 20.0
GOAL_SCRAPE_MILLISECONDS = 50.0


def new_metrics() -> "Metrics":
    """Return the metrics of one worker that serves many instruments.

    Imported here: the Prometheus client looks on import whether the shared directory is set.
    """
    from prometheus_client import CollectorRegistry

    from service.operations.metrics import LoadedDefinition, Metrics

    metrics = Metrics(CollectorRegistry())
    metrics.allow_routes([ROUTE])
    loaded = [
        LoadedDefinition(f"instrument-{number}", VERSION, f"sha256:{number:064x}")
        for number in range(INSTRUMENTS)
    ]
    metrics.set_definitions(loaded, rejected=0, loaded_at=0)
    metrics.set_build("0.1.0", "unknown")
    return metrics


def count_requests(metrics: "Metrics", requests: int = REQUESTS) -> int:
    """Count requests as the service does, each for the next instrument."""
    for number in range(requests):
        metrics.request_started()
        metrics.observe_score(0.000_02)
        metrics.count_scored(f"instrument-{number % INSTRUMENTS}", VERSION, "complete")
        metrics.observe_request(ROUTE, "POST", 200, 0.003)
        metrics.request_finished()
    return requests


def in_worker(work: Callable[[], object]) -> int:
    """Run work in a forked process, as a worker of the server would; return its process id when it
    has ended.
    """
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    return pid


def a_worker() -> None:
    """Serve for a while, then end."""
    count_requests(new_metrics(), INSTRUMENTS)


def time_scrapes(metrics: "Metrics", rounds: int) -> tuple[float, int, int]:
    """Return the median CPU ms of a scrape, its length in bytes and the number of files read."""
    milliseconds, text = [], b""
    for _ in range(rounds):
        started = time.process_time()
        text = metrics.exposition()
        milliseconds.append((time.process_time() - started) * 1000)
    return median(milliseconds), len(text), len(list(Path(os.environ[VARIABLE]).glob("*.db")))


def measure(rounds: int) -> None:
    """Count in this process, then scrape with few workers and again after many have come and
    gone.
    """
    archive = Archive.of_this_process(os.environ, WORKERS)
    metrics = new_metrics()
    figures = cpu_in_turns({"counting": lambda: count_requests(metrics)}, rounds)["counting"]
    # This process is one of the workers: the others run, and stay in the files until they are
    # archived.
    pids = [in_worker(a_worker) for _ in range(WORKERS - 1)]
    rows = [[f"{WORKERS} workers", *time_scrapes(metrics, rounds)]]
    for number in range(RESTARTS):
        archive.worker_ended(pids.pop())
        pids.append(in_worker(a_worker))
        if number + 1 in (1, RESTARTS):
            rows.append([f"after {number + 1} restart(s)", *time_scrapes(metrics, rounds)])
    print_table(
        "CPU us to count one scored request",
        ["", "median", "least"],
        [["", median(figures), min(figures)]],
    )
    title = f"Scrape, {INSTRUMENTS} instruments"
    print_table(title, ["", "CPU ms", "bytes", "files"], rows)
    print_goal("Counting one request", median(figures), GOAL_MICROSECONDS, " us")
    print_goal("Scrape after the restarts", rows[-1][1], GOAL_SCRAPE_MILLISECONDS, " ms")
    print_goal("Scrape after all restarts / after the first", rows[-1][1] / rows[1][1], 1.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(dir=memory_backed_directory()) as directory:
        os.environ[VARIABLE] = directory
        measure(rounds)


if __name__ == "__main__":
    main()
