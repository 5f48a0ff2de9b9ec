"""What the system knows of the service's processes: CPU time, memory, descriptors, start.

The Prometheus client tells it of the process that happens to answer a scrape. Here each worker has
a place, the lowest that is free when it starts, and a scrape looks up all of them, so that a series
belongs to a place and there are never more of them than places.

`prometheus_client` is imported late, as in `metrics_archive`.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Metric

PARENT = "parent"
_NAMES = frozenset(
    {
        "process_cpu_seconds_total",
        "process_max_fds",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
    }
)


class Place:
    """The place of one worker among those of its parent, made by the parent before it forks."""

    def __init__(self, directory: Path, taken: "Iterable[Place | None]") -> None:
        numbers = {other.number for other in taken if other is not None}
        self.number: int = min(set(range(len(numbers) + 1)) - numbers)
        self._note = directory / f"{os.getpid()}-worker-{self.number}.pid"

    def take(self) -> None:
        """Note that this process, a worker, has the place."""
        self._write(str(os.getpid()))

    def leave(self) -> None:
        """Note that this worker was told to stop; its place is taken until it ends."""
        self._write(f"{os.getpid()} leaves")

    def _write(self, text: str) -> None:
        # Without room for the note only these metrics are missing.
        with contextlib.suppress(OSError):
            made = self._note.with_suffix(".new")
            made.write_text(text)
            made.rename(self._note)

    def vacate(self) -> bool:
        """Free the place of a worker that has ended; return whether it had been told to stop."""
        try:
            told = self._note.read_text().endswith("leaves")
            self._note.unlink()
        except OSError:
            return True
        return told


class Processes:
    """The processes of this service, for one scrape: those of a parent, by default of this one's,
    or this one alone where there is no `directory`.
    """

    def __init__(self, directory: Path | None, parent: int | None = None) -> None:
        if directory is None:
            self._found = [("worker-0", os.getpid())]
        else:
            parent = parent or os.getppid()
            self._found = [(PARENT, parent), *sorted(_children(directory, parent))]

    def collect(self) -> "Iterable[Metric]":
        """Return the client's own process metrics, each with a sample for every process.

        What the system does not tell is left out.
        """
        from prometheus_client import Metric
        from prometheus_client.process_collector import ProcessCollector

        merged: dict[str, Metric] = {}
        for process, pid in self._found:
            of_one = ProcessCollector(pid=lambda pid=pid: pid, registry=None)  # type: ignore[misc]
            for metric in of_one.collect():
                for sample in metric.samples:
                    if sample.name in _NAMES:
                        one = Metric(metric.name, metric.documentation, metric.type)
                        one = merged.setdefault(sample.name, one)
                        one.add_sample(sample.name, {"process": process}, sample.value)
        return merged.values()


def _children(directory: Path, parent: int) -> Iterator[tuple[str, int]]:
    """Yield name and process id of the workers that are alive."""
    for note in directory.glob(f"{parent}-worker-*.pid"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(note.read_text().partition(" ")[0])
            # Another process may have the id of a worker that has ended.
            if int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) == parent:
                yield note.stem.partition("-")[2], pid
