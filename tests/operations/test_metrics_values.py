"""Counts lie in the client's files as the client would have written them, each process in its
own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict

COUNT = """
import os, threading
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
if {ours}:
    from service.operations.metrics_values import SharedValue, share_values
    share_values()
registry = CollectorRegistry()
counter = Counter("forms_total", "Forms.", ["name"], registry=registry)
gauge = Gauge("now", "Now.", multiprocess_mode="livesum", registry=registry)
latest = Gauge("latest", "Latest.", multiprocess_mode="mostrecent", registry=registry)
times = Histogram("seconds", "Seconds.", buckets=(0.5, 1), registry=registry)
if {ours}:
    assert type(gauge._value) is SharedValue
{work}
"""
ONE_OF_EACH = """
counter.labels("a").inc()
counter.labels("a").inc(2.5)
counter.labels("b")
gauge.inc()
gauge.dec(3)
gauge.set(7)
gauge.inc(0.5)
times.observe(0.5)
times.observe(9)
assert (gauge._value.get(), counter.labels("a")._value.get()) == (7.5, 3.5)
"""


def count(directory: Path, work: str, *, ours: bool = True) -> int:
    """Let a process count in the directory and end; return its process id."""
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
    process = subprocess.Popen(
        [sys.executable, "-c", COUNT.format(work=work, ours=ours)], env=environ
    )
    assert process.wait(timeout=60) == 0
    return process.pid


def values_of(path: Path) -> dict[tuple[str, ...], float]:
    """Return what a file holds, by the name and the label values of each entry."""
    entries = MmapedDict.read_all_values_from_file(str(path))
    named = ((json.loads(key), value) for key, value, _, _ in entries)
    return {(key[1], *key[2].values()): value for key, value in named}


def test_the_files_are_byte_for_byte_those_of_the_client(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "client").mkdir()
    ours = count(tmp_path / "ours", ONE_OF_EACH)
    client = count(tmp_path / "client", ONE_OF_EACH, ours=False)
    written = {
        path.name.replace(str(ours), "PID"): path.read_bytes()
        for path in (tmp_path / "ours").iterdir()
    }
    expected = {
        path.name.replace(str(client), "PID"): path.read_bytes()
        for path in (tmp_path / "client").iterdir()
    }
    assert written == expected
    assert values_of(tmp_path / "ours" / f"counter_{ours}.db") == {
        ("forms_total", "a"): 3.5,
        ("forms_total", "b"): 0,
    }


def test_a_gauge_for_the_most_recent_process_says_when_it_was_set(tmp_path: Path) -> None:
    pid = count(tmp_path, "latest.set(4)")
    [(_, value, timestamp, _)] = MmapedDict.read_all_values_from_file(
        str(tmp_path / f"gauge_mostrecent_{pid}.db")
    )
    assert value == 4
    assert timestamp > 1.7e9


@pytest.mark.parametrize("labels", [2, 2000])
def test_values_stay_right_when_the_file_grows(tmp_path: Path, labels: int) -> None:
    work = f"""
first = counter.labels("first")
first.inc()
for index in range({labels}):
    counter.labels("x" * 60 + str(index)).inc(index)
first.inc()
assert first._value.get() == 2
"""
    path = tmp_path / f"counter_{count(tmp_path, work)}.db"
    assert (path.stat().st_size > 1 << 16) == (labels == 2000)
    found = values_of(path)
    assert found.pop(("forms_total", "first")) == 2
    assert sorted(found.values()) == list(range(labels))


def test_a_forked_process_counts_from_zero_in_files_of_its_own(tmp_path: Path) -> None:
    work = """
child = counter.labels("a")
child.inc(5)
pid = os.fork()
if not pid:
    child.inc(2)
    os._exit(0)
os.waitpid(pid, 0)
child.inc(1)
"""
    parent = count(tmp_path, work)
    [forked] = [
        path for path in tmp_path.glob("counter_*.db") if path.name != f"counter_{parent}.db"
    ]
    assert values_of(forked) == {("forms_total", "a"): 2}
    assert values_of(tmp_path / f"counter_{parent}.db") == {("forms_total", "a"): 6}


def test_threads_that_count_at_once_lose_nothing(tmp_path: Path) -> None:
    work = """
import sys
sys.setswitchinterval(1e-6)
child = counter.labels("a")
threads = [threading.Thread(target=lambda: [child.inc() for _ in range(20_000)]) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
    assert values_of(tmp_path / f"counter_{count(tmp_path, work)}.db") == {
        ("forms_total", "a"): 80_000
    }
