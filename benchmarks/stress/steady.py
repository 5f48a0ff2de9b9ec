"""Scenarios in which nothing happens for a long time: the service must neither grow nor forget."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from benchmarks.server import Server
from benchmarks.startup import memory_of
from benchmarks.stress.scenario import Row, Stress, at_least, at_most, exactly, told
from benchmarks.stress.traffic import Tally, Traffic, scoring_requests
from service.operations.metrics_archive import VARIABLE, memory_backed_directory

RATE = 100.0
P99_MILLISECONDS = 20.0
FULL_P99_MILLISECONDS = 50.0
FULL_RATE = 800.0
CPU_MILLISECONDS = 0.6
GROWTH_PERCENT = 5.0
READY_SECONDS = 2.0
WARMING = 0.1  # of the time, before the memory is looked at first
WARMING_SECONDS = 30.0
SCORED = "scoring_responses_scored_total"


class Held(NamedTuple):
    """What the workers hold: resident MiB, open files, and bytes of the files of metrics."""

    resident: float
    files: int
    bytes_of_metrics: int


def held(server: Server, metrics: Path) -> Held:
    """Return what the workers hold at this moment."""
    pids = server.workers()
    return Held(
        sum(memory_of(pid)[1] for pid in pids),
        sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids),
        sum(file.stat().st_size for file in metrics.glob("*.db")),
    )


def total(server: Server, name: str) -> int:
    """Return the sum of a metric's samples over all labels."""
    families = text_string_to_metric_families(server.get("/metrics")[1].decode())
    samples = (sample for family in families for sample in family.samples)
    return round(sum(sample.value for sample in samples if sample.name == name))


@contextmanager
def measured_server(stress: Stress) -> Iterator[tuple[Server, Path]]:
    """Start a server whose metrics lie in a directory that can be looked at."""
    with (
        tempfile.TemporaryDirectory(dir=memory_backed_directory()) as directory,
        stress.server(**{VARIABLE: directory}) as server,
    ):
        yield server, Path(directory)


class Load(NamedTuple):
    """What came of a load that lasted some time."""

    tally: Tally
    counted: int
    cpu_milliseconds: float
    seconds: float
    early: Held
    late: Held

    def growth(self) -> list[Row]:
        """Return how much more the workers hold than after the first tenth of the time."""
        more = 100 * (self.late.resident / self.early.resident - 1)
        files = self.late.files - self.early.files
        size = self.late.bytes_of_metrics - self.early.bytes_of_metrics
        return [
            at_most("growth of resident memory", more, GROWTH_PERCENT, "%"),
            told("resident memory of all workers at the end", self.late.resident, "MiB"),
            at_most("more open files than at first", files, 2),
            at_most("growth of the files of metrics", size, 0, "bytes"),
        ]

    def outcome(self) -> list[Row]:
        """Return what became of the requests, and whether each was counted once."""
        return [
            told("requests", self.tally.sent),
            exactly("requests that were not answered with 200", self.tally.failed, 0),
            exactly("5xx", self.tally.faults, 0),
            exactly(
                "scored forms counted less answers", self.counted - self.tally.statuses[200], 0
            ),
        ]


def loaded(stress: Stress, rate: float | None, callers: int) -> Load:
    """Load a server for the time of the scenario."""
    with measured_server(stress) as (server, metrics):
        cpu = server.cpu_seconds()
        started = time.perf_counter()
        with Traffic([server.port], scoring_requests(), callers=callers, rate=rate) as traffic:
            time.sleep(min(WARMING * stress.seconds, WARMING_SECONDS))
            early = held(server, metrics)
            time.sleep(max(0.0, started + stress.seconds - time.perf_counter()))
            late = held(server, metrics)
        seconds = time.perf_counter() - started
        cpu = server.cpu_seconds() - cpu
        counted = total(server, SCORED)
    return Load(traffic.tally, counted, 1000 * cpu / traffic.tally.sent, seconds, early, late)


def soak(stress: Stress) -> list[Row]:
    """Send a steady 100 requests a second."""
    load = loaded(stress, RATE, 16)
    return [
        told("duration", load.seconds, "s"),
        *load.outcome(),
        told("median latency", load.tally.milliseconds(0.5), "ms"),
        at_most(
            "99th percentile of latency", load.tally.milliseconds(0.99), P99_MILLISECONDS, "ms"
        ),
        *load.growth(),
    ]


def full_speed(stress: Stress) -> list[Row]:
    """Send as fast as eight callers can, which share the cores with the service."""
    load = loaded(stress, None, 8)
    return [
        told("duration", load.seconds, "s"),
        *load.outcome(),
        at_least("requests per second", load.tally.sent / load.seconds, FULL_RATE),
        at_most(
            "99th percentile of latency", load.tally.milliseconds(0.99), FULL_P99_MILLISECONDS, "ms"
        ),
        at_most("CPU time of a scored request", load.cpu_milliseconds, CPU_MILLISECONDS, "ms"),
        *load.growth(),
    ]


def start(stress: Stress) -> list[Row]:
    """Start the service again and again, with every shipped definition."""
    seconds, cpu = [], []
    for _ in range(stress.rounds):
        with stress.server() as server:
            seconds.append(server.seconds_to_ready)
            cpu.append(server.cpu_seconds(with_parent=True))
    return [
        told("starts", len(seconds)),
        at_most("start to ready, median", median(seconds), READY_SECONDS, "s"),
        told("start to ready, slowest", max(seconds), "s"),
        told("CPU time of all processes until then, median", median(cpu), "s"),
    ]
