"""A file that is written whole or not at all, from one that stays as it is while it is read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EDQUOT, EEXIST, EFBIG, ENOENT, ENOSPC
from pathlib import Path
from secrets import token_hex

from service.batch.engine.columns import UnusableTable

_NO_ROOM = (ENOSPC, EDQUOT, EFBIG)
"""Errors of writing, which do not say what was written."""
_MODE = 0o666
"""Rights of a new file, of which the process's mask takes some."""


@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """Yield a file that takes the place of `path` at the end, and goes away where something fails:
    nobody ever sees half of it. Where the system can, it has no name until then, so that nothing is
    left of a run that is killed. A link stays one: what it leads to is replaced.

    Raises OSError that names `path` where it cannot be written.
    """
    place = path.resolve()
    if not place.parent.is_dir():
        raise FileNotFoundError(ENOENT, "there is no such folder", str(path.parent))
    if place.exists() and not place.is_file():
        raise FileExistsError(EEXIST, "what bears this name is no file", str(path))
    beside = place.with_name(f".{place.name[:40]}.{token_hex(4)}")
    descriptor: int | None = None
    try:
        descriptor = _nameless(place.parent)
        if descriptor is None:
            descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _MODE)
            yield beside
        else:
            yield _named_by(descriptor)
            # Only with a descriptor does this follow the link to the file itself.
            os.link(_named_by(descriptor), beside, src_dir_fd=descriptor)
        beside.replace(place)
    except OSError as error:
        if error.errno in _NO_ROOM or str(beside) in (error.filename, error.filename2):
            raise OSError(error.errno, os.strerror(error.errno or 0), str(path)) from None
        raise
    finally:
        if descriptor is not None:
            os.close(descriptor)
        with suppress(OSError):
            beside.unlink()


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """Raise UnusableTable at the end where a file is not what it was at the start: a result of both
    would be one of neither. At the start where it is no file, which cannot be read twice.
    """
    before = path.stat()
    if not path.is_file():
        raise UnusableTable(["A file is needed: this is a folder, a pipe or a device."])
    yield
    if _state(path.stat()) != _state(before):
        raise UnusableTable(["The file was changed while it was read; nothing was written."])


def _state(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _nameless(folder: Path) -> int | None:
    """Open a new file in a folder that has no name, None where the system or the disk cannot."""
    try:
        descriptor = os.open(folder, os.O_TMPFILE | os.O_WRONLY, _MODE)
    except (AttributeError, OSError):
        return None
    if _named_by(descriptor).exists():
        return descriptor
    os.close(descriptor)
    return None


def _named_by(descriptor: int) -> Path:
    """Return the name under which Linux knows an open file."""
    return Path(f"/proc/self/fd/{descriptor}")
