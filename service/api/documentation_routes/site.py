"""The built manual as one file, read when it is first asked for and again once another is there."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from zipfile import BadZipFile, ZipFile

from service.api.conditional import Kept, keep

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

_NOTHING: Mapping[str, bytes] = MappingProxyType({})


class Site:
    """The files of a built manual by name; none while it is not built, or where it cannot be read.

    Only names that the file lists are found, so that no name leads out of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._bodies: Mapping[str, bytes] = _NOTHING
        self._kept: dict[str, Kept] = {}

    def is_built(self) -> bool:
        """Tell whether there is a manual now."""
        self._look()
        return bool(self._bodies)

    def file(self, name: str) -> Kept | None:
        """Return a file of what is there now."""
        self._look()
        if name not in self._kept and name in self._bodies:
            suffix = PurePosixPath(name).suffix
            self._kept[name] = keep(self._bodies[name], MEDIA_TYPES[suffix])
        return self._kept.get(name)

    def _look(self) -> None:
        """Read the manual where it is another than before."""
        try:
            found = self._path.stat()
        except OSError:
            seen = None
        else:
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
        if seen != self._seen:
            self._bodies, self._kept = _NOTHING if seen is None else _read(self._path), {}
            self._seen = seen


def _read(path: Path) -> Mapping[str, bytes]:
    try:
        with path.open("rb") as file:
            packed = file.read(MOST_BYTES + 1)
        with ZipFile(BytesIO(packed[:MOST_BYTES])) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_BYTES:
                return _NOTHING
            return {
                one.filename: archive.read(one)
                for one in entries
                if PurePosixPath(one.filename).suffix in MEDIA_TYPES
            }
    except (OSError, BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError):
        return _NOTHING
