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
import errno
import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from prometheus_client import Metric

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CLIENT_TYPES = ("counter", "gauge", "histogram", "summary")
ARCHIVED_TYPES = ("counter", "histogram")

FILE_BYTES = {
    "counter": 1 << 20,
    "histogram": 1 << 19,
    "gauge_livesum": 1 << 16,
    "gauge_livemax": 1 << 17,
}
"""More than every series of a hundred instruments takes up: the files do not grow."""
PROCESS_BYTES = sum(FILE_BYTES.values())

_OURS = re.compile(r"(?:counter|histogram|gauge_[a-z]+|summary)_(?:[0-9]+|archive)\.db")
_LOCK_FILE = "archive.lock"
_CLAIM_FILE = "instance.lock"
_LOCK_PATIENCE_SECONDS = 2.0
_LACKING = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
"""What the system lacks for a moment: no fault of the file that was to be read."""


class MetricsDirectoryError(ValueError):
    """The directory cannot be used; the text says why, for whoever starts the service."""


def prepare_directory(environ: MutableMapping[str, str], n_processes: int) -> tuple[Path, bool]:
    """Make the directory named by the environment exist, without files of an earlier run, or a
    fresh one where there is room for `n_processes`.

    Returns it and whether it was made here (then it can be removed at the end), and names it in
    `environ`. Raises MetricsDirectoryError.
    """
    given = environ.get(VARIABLE)
    if given:
        # A server that takes over from its parent, which goes on using the directory for a while.
        is_upgrade = environ.get("GUNICORN_PID") == str(os.getppid())
        return _given_directory(Path(given), is_upgrade), False
    needed = n_processes * PROCESS_BYTES
    for place in filter(None, (memory_backed_directory(), _temporary_directory())):
        if _has_room(place, needed):
            directory = tempfile.mkdtemp(prefix="questionnaire-scoring-metrics-", dir=place)
            environ[VARIABLE] = directory
            return Path(directory), True
    raise MetricsDirectoryError(
        f"The metrics of {n_processes} processes need {(needed >> 20) + 1} MiB, and neither "
        f"/dev/shm nor {_temporary_directory() or 'a temporary directory'} has that much room: "
        f"free some, lower WORKERS, or name another directory in {VARIABLE}."
    )


def _given_directory(directory: Path, is_upgrade: bool) -> Path:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _claim(directory, shared=is_upgrade)
        if not is_upgrade:
            for kind in CLIENT_TYPES:
                for left_over in directory.glob(f"{kind}_*.db"):
                    left_over.unlink()
    except OSError as error:
        raise MetricsDirectoryError(
            f"{VARIABLE} names a directory that cannot be used: {error.strerror}."
        ) from None
    return directory


_claims: dict[Path, int] = {}
"""Open for as long as the process lives; then the system gives them back."""


def _claim(directory: Path, shared: bool) -> None:
    """Make this process, and those that take over from it, the only service that uses the
    directory. Raises MetricsDirectoryError.
    """
    claim = os.open(directory / _CLAIM_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(claim, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        fcntl.flock(claim, fcntl.LOCK_SH)
    except BlockingIOError:
        os.close(claim)
        raise MetricsDirectoryError(
            f"Another instance of the service uses the directory that {VARIABLE} names: give each "
            "instance a directory of its own, or none."
        ) from None
    _claims[directory] = claim


def give_back(directory: Path) -> None:
    """Let another service use a directory that this process had claimed."""
    os.close(_claims.pop(directory))


def _has_room(place: str, needed: int) -> bool:
    try:
        found = os.statvfs(place)
    except OSError:
        return False
    return os.access(place, os.W_OK) and found.f_bavail * found.f_frsize >= needed


def memory_backed_directory() -> str | None:
    """Return a writable directory in memory, or None where the system has none."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _temporary_directory() -> str | None:
    """Return the system's directory for temporary files, or None where nothing can be written."""
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:
        return None


def reserve(directory: Path, owner: int | str) -> None:
    """Take the pages of a process's files before they are mapped.

    A mapped file without pages ends the process with a bus error once the file system is full.
    Raises MetricsDirectoryError.
    """
    for name, n_bytes in FILE_BYTES.items():
        file = os.open(directory / f"{name}_{owner}.db", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            os.posix_fallocate(file, 0, n_bytes)
        except OSError as error:
            raise MetricsDirectoryError(
                f"There is no room for the metrics of a process ({PROCESS_BYTES >> 10} KiB): "
                f"{error.strerror}. Enlarge or clear the file system of "
                f"the directory, or name another one in {VARIABLE}."
            ) from None
        finally:
            os.close(file)


class SharedValues:
    """The values of all processes, for one scrape.

    `set_aside` names the files that could not be read or are not ours; they do not keep the others
    from being read. Raises OSError where no more files can be opened.
    """

    def __init__(self, directory: Path) -> None:
        from prometheus_client.mmap_dict import MmapedDict

        self.set_aside: list[str] = []
        self._files: list[str] = []
        for file in sorted(directory.glob("*.db")):
            try:
                if not _OURS.fullmatch(file.name):
                    raise ValueError("a foreign file")
                for _ in MmapedDict.read_all_values_from_file(file):
                    pass
            except Exception as error:  # whatever is wrong with it, any kind of error
                if _is_lacking(error):
                    raise
                self.set_aside.append(_set_aside(file))
            else:
                self._files.append(str(file))

    def collect(self) -> "Iterable[Metric]":
        """Return the sums over all files, as the client's registry asks for them."""
        from prometheus_client.multiprocess import MultiProcessCollector

        merged: Iterable[Metric] = MultiProcessCollector.merge(self._files, accumulate=True)
        return merged


def _is_lacking(error: Exception) -> bool:
    """Tell whether the system lacks files or memory, so that nothing is known of a file."""
    return isinstance(error, OSError) and error.errno in _LACKING


def _set_aside(file: Path) -> str:
    """Rename a file so that it is not looked at again; return the name that it had."""
    with contextlib.suppress(OSError):
        file.rename(file.with_suffix(".damaged"))
    return file.name


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
    """The parent process's view of the `directory`: takes over the totals of workers that have
    ended.
    """

    _by_process: ClassVar["dict[int, Archive]"] = {}

    def __init__(self, directory: Path, made_here: bool = False) -> None:
        self.directory = directory
        self._removed_by = os.getpid() if made_here else None
        self._ended: set[int] = set()

    @classmethod
    def of_this_process(cls, environ: MutableMapping[str, str], n_workers: int) -> "Archive":
        """Prepare the directory at the first call; later calls in the process return the same
        archive. Raises MetricsDirectoryError.
        """
        pid = os.getpid()
        if pid not in cls._by_process:
            # This process, the archive, and on reload the new workers beside the old ones.
            cls._by_process[pid] = cls(*prepare_directory(environ, 2 * n_workers + 2))
            for owner in (pid, "archive"):
                reserve(cls._by_process[pid].directory, owner)
            atexit.register(cls._by_process[pid].close)
        return cls._by_process[pid]

    def worker_started(self) -> None:
        """Reserve the files of this process, a new worker. Raises MetricsDirectoryError."""
        reserve(self.directory, os.getpid())

    def worker_ended(self, pid: int) -> list[str]:
        """Add the totals of an ended worker to the archive and remove its files.

        Returns the names of files that could not be read; they are set aside, so that scrapes go
        on. When a scrape holds the lock for too long, or no more files can be opened, they stay as
        they are, still counted, until the next worker ends.
        """
        self._ended.add(pid)
        deadline = time.monotonic() + _LOCK_PATIENCE_SECONDS
        while True:
            try:
                with _locked(self.directory, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    return self._fold_all()
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return []
                time.sleep(0.01)
            except OSError as error:
                if _is_lacking(error):
                    return []
                raise

    def _fold_all(self) -> list[str]:
        from prometheus_client.multiprocess import mark_process_dead

        damaged = []
        for pid in sorted(self._ended):
            mark_process_dead(pid, str(self.directory))
            for type_ in ARCHIVED_TYPES:
                source = self.directory / f"{type_}_{pid}.db"
                if source.exists() and not _fold(source, self.directory / f"{type_}_archive.db"):
                    damaged.append(source.name)
        self._ended.clear()
        return damaged

    def close(self) -> None:
        """Remove the directory if it was made for this run; a forked worker that ends leaves it
        alone.
        """
        if os.getpid() == self._removed_by:
            shutil.rmtree(self.directory, ignore_errors=True)


def _fold(source: Path, archive: Path) -> bool:
    """Add the values of one file to the archive and remove it; an unreadable file is only set
    aside.
    """
    from prometheus_client.mmap_dict import MmapedDict

    try:
        values = [(key, value) for key, value, _, _ in MmapedDict.read_all_values_from_file(source)]
    except Exception as error:  # cut off at any point, so any kind of error
        if _is_lacking(error):
            raise
        _set_aside(source)
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
