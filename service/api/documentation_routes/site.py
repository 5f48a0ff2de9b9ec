"""The built manual as one file, read when it is first asked for and again once another is there."""

from collections.abc import Mapping
from io import BytesIO
from os import fstat
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from zipfile import BadZipFile, ZipFile

MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
}
MOST_BYTES = 16 * 2**20
"""Of the file, and of all that it holds."""
MOST_FILES = 2000

Files = Mapping[str, bytes]
_NOTHING: Files = MappingProxyType({})


class Site:
    """The files of a built manual by name; none while it is not built, or where it cannot be read.

    Only names that the file lists are found, so that no name leads out of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._files = _NOTHING

    def files(self) -> Files:
        """Return what is there now."""
        try:
            found = self._path.stat()
        except OSError:
            return _NOTHING
        seen = (found.st_ino, found.st_mtime_ns, found.st_size)
        if seen != self._seen:
            self._files = _read(self._path)
            self._seen = seen
        return self._files


def media_type(name: str) -> str | None:
    """Return the media type of a file by its name, None where the manual has no such files."""
    return MEDIA_TYPES.get(PurePosixPath(name).suffix)


def _read(path: Path) -> Files:
    try:
        with path.open("rb") as file:
            if fstat(file.fileno()).st_size > MOST_BYTES:
                return _NOTHING
            packed = file.read(MOST_BYTES)
        with ZipFile(BytesIO(packed)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_BYTES:
                return _NOTHING
            return {one.filename: archive.read(one) for one in entries if media_type(one.filename)}
    except (OSError, BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError):
        return _NOTHING
