"""The files through which the workers share their metrics, kept few however many workers come and
go.

The Prometheus client writes one file per process and type and never removes those of counters and
histograms, since that would lose their totals; every worker that dies would make each scrape a
little slower for ever. Here a dead worker's values are added to one archive file per type. A lock
file keeps scrapes from reading in between.

`prometheus_client` is imported late: on import it looks whether the directory is set, so that comes
first.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import ClassVar

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CLIENT_TYPES = ("counter", "gauge", "histogram", "summary")
ARCHIVED_TYPES = ("counter", "histogram")

_LOCK_FILE = "archive.lock"
_LOCK_PATIENCE_SECONDS = 2.0


def prepare_directory(environ: MutableMapping[str, str]) -> tuple[Path, bool]:
    """Make the directory named by the environment exist, without files of an earlier run, or a
    fresh one.

    Returns it and whether it was made here (then it can be removed at the end), and names it in
    `environ`.
    """
    given = environ.get(VARIABLE)
    if given:
        directory = Path(given)
        directory.mkdir(parents=True, exist_ok=True)
        if (
            "GUNICORN_PID" not in environ
        ):  # else an upgrade in place, and the old workers still use the files
            for left_over in (
                path for type_ in CLIENT_TYPES for path in directory.glob(f"{type_}_*.db")
            ):
                left_over.unlink()
    else:
        directory = Path(
            tempfile.mkdtemp(prefix="questionnaire-scoring-metrics-", dir=memory_backed_directory())
        )
        environ[VARIABLE] = str(directory)
    return directory, not given


def memory_backed_directory() -> str | None:
    """Return a writable directory in memory, or None where the system has none."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@contextlib.contextmanager
def _locked(directory: str | Path, operation: int) -> Iterator[None]:
    descriptor = os.open(Path(directory) / _LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def scraping(directory: str | Path) -> Iterator[None]:
    """Keep the files in place while they are read; any number of scrapes may run at once."""
    with _locked(directory, fcntl.LOCK_SH):
        yield


class Archive:
    """The parent process's view of the directory: takes over the totals of workers that have
    ended.
    """

    _by_process: ClassVar["dict[int, Archive]"] = {}

    def __init__(self, directory: Path, made_here: bool = False) -> None:
        self._directory = directory
        self._removed_by = os.getpid() if made_here else None
        self._ended: set[int] = set()

    @classmethod
    def of_this_process(cls, environ: MutableMapping[str, str]) -> "Archive":
        """Prepare the directory at the first call; later calls in the process return the same
        archive.
        """
        pid = os.getpid()
        if pid not in cls._by_process:
            cls._by_process[pid] = cls(*prepare_directory(environ))
            atexit.register(cls._by_process[pid].close)
        return cls._by_process[pid]

    def worker_ended(self, pid: int) -> list[str]:
        """Add the totals of an ended worker to the archive and remove its files.

        Returns the names of files that could not be read; they are set aside, so that scrapes go
        on. When a scrape holds the lock for too long the files stay as they are, still counted,
        until the next worker ends.
        """
        self._ended.add(pid)
        deadline = time.monotonic() + _LOCK_PATIENCE_SECONDS
        while True:
            try:
                with _locked(self._directory, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    return self._fold_all()
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return []
                time.sleep(0.01)

    def _fold_all(self) -> list[str]:
        from prometheus_client.multiprocess import mark_process_dead

        damaged = []
        for pid in sorted(self._ended):
            mark_process_dead(pid, str(self._directory))
            for type_ in ARCHIVED_TYPES:
                source = self._directory / f"{type_}_{pid}.db"
                if source.exists() and not _fold(source, self._directory / f"{type_}_archive.db"):
                    damaged.append(source.name)
        self._ended.clear()
        return damaged

    def close(self) -> None:
        """Remove the directory if it was made for this run; a forked worker that ends leaves it
        alone.
        """
        if os.getpid() == self._removed_by:
            shutil.rmtree(self._directory, ignore_errors=True)


def _fold(source: Path, archive: Path) -> bool:
    """Add the values of one file to the archive and remove it; an unreadable file is only set
    aside.
    """
    from prometheus_client.mmap_dict import MmapedDict

    try:
        values = [(key, value) for key, value, _, _ in MmapedDict.read_all_values_from_file(source)]
    except Exception:  # cut off at any point, so any kind of error
        source.rename(source.with_suffix(".damaged"))
        return False
    # Histogram files hold each bucket's own count (the scrape makes them cumulative), so sums are
    # right.
    totals = MmapedDict(archive)
    try:
        for key, value in values:
            total, _ = totals.read_value(key)
            totals.write_value(key, total + value, 0.0)
    finally:
        totals.close()
    source.unlink()
    return True
