"""Each worker has a place of its own, and a scrape tells of all of them and of nobody else."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from prometheus_client import CollectorRegistry

from service.operations.metrics import Metrics
from service.operations.processes import Place, Processes

# A worker that takes the lowest place which its parent gives, and waits.
PARENT = """
import os, signal, sys
from pathlib import Path
from service.operations.processes import Place, Processes
directory, places, workers = Path(sys.argv[1]), [], []
for _ in range(2):
    places.append(Place(directory, places))
    workers.append(os.fork())
    if workers[-1] == 0:
        places[-1].take()
        signal.pause()
while len(list(directory.glob(f"{os.getpid()}-*.pid"))) < 2:
    pass
scrape = os.fork()
if scrape == 0:
    for metric in Processes(directory).collect():
        for sample in metric.samples:
            print(sample.name, sample.labels["process"], sample.value)
    sys.stdout.flush()
    os._exit(0)
os.waitpid(scrape, 0)
for worker in workers:
    os.kill(worker, signal.SIGKILL)
"""


def test_a_scrape_tells_of_the_parent_and_of_each_worker(tmp_path: Path) -> None:
    (tmp_path / "1-worker-0.pid").write_text(str(os.getpid()))  # of another service
    # Of a worker that has ended, whose id another process has now.
    (tmp_path / f"{os.getpid()}-worker-7.pid").write_text("1")
    of_mine = [metric.samples for metric in Processes(tmp_path, os.getpid()).collect()]
    assert {one.labels["process"] for samples in of_mine for one in samples} == {"parent"}
    told = subprocess.run(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=Path(__file__).parents[2],
        check=True,
    ).stdout
    rows = [line.split() for line in told.splitlines()]
    names = {"cpu_seconds_total", "max_fds", "open_fds", "resident_memory_bytes"}
    names = {f"process_{name}" for name in names | {"start_time_seconds"}}
    processes = {"parent", "worker-0", "worker-1"}
    assert {(name, process) for name, process, _ in rows} == {
        (name, process) for name in names for process in processes
    }
    for name, _, value in rows:
        if name == "process_start_time_seconds":
            assert float(value) == pytest.approx(time.time(), abs=60)


def test_what_is_told_of_a_process_is_what_the_system_knows_of_it() -> None:
    told = {metric.name: metric.samples[0].value for metric in Processes(None).collect()}
    myself = psutil.Process()
    assert told["process_resident_memory_bytes"] == pytest.approx(myself.memory_info().rss, rel=0.1)
    used = myself.cpu_times()
    assert told["process_cpu_seconds"] == pytest.approx(used.user + used.system, abs=0.5)
    assert told["process_open_fds"] == pytest.approx(myself.num_fds(), abs=2)


def test_a_new_worker_gets_the_lowest_place_that_is_free(tmp_path: Path) -> None:
    first, second = Place(tmp_path, []), Place(tmp_path, [None])
    assert (first.number, second.number) == (0, 0)
    third = Place(tmp_path, [first])
    assert third.number == 1
    assert Place(tmp_path, [third]).number == 0
    assert Place(tmp_path, [first, third, None]).number == 2


def test_a_worker_that_was_told_to_stop_is_not_lost_and_one_that_ended_by_itself_is(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path, [])
    place.take()
    assert not place.vacate()
    place.take()
    place.leave()
    assert place.vacate()
    assert list(tmp_path.iterdir()) == []
    place.take()
    assert not place.vacate()


def test_without_room_for_the_note_only_the_process_is_missing(tmp_path: Path) -> None:
    place = Place(tmp_path / "none", [])
    place.take()
    assert place.vacate()
    names = {
        sample.labels["process"]
        for metric in Processes(tmp_path / "none").collect()
        for sample in metric.samples
    }
    assert names == {"parent"}


def test_lost_workers_and_refused_credentials_are_told_before_there_are_any() -> None:
    metrics = Metrics(CollectorRegistry())
    told = metrics.exposition().decode()
    assert "\nscoring_workers_lost_total 0.0\n" in told
    assert '\nscoring_auth_failures_total{reason="unknown_key"} 0.0\n' in told
    assert '\nscoring_courses_judged_total{data="too_few_scores"} 0.0\n' in told
    metrics.count_lost_worker()
    assert "\nscoring_workers_lost_total 1.0\n" in metrics.exposition().decode()
