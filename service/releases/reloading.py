"""Loading a set of definitions anew while it serves: whole, undisturbed, and told in one line."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from service.definitions.files import SUFFIX
from service.sources.catalogue import FOLDER

MOST_TRIES = 3
MOST_TOLD = 20
"""Faults that a line of the log names; `python -m service check` lists them all."""

Loaded = TypeVar("Loaded")


class Disturbed(ValueError):
    """Files changed each time while they were read."""

    def __init__(self) -> None:
        super().__init__("The files changed while they were read: try again once they are in place")


class Refusal(NamedTuple):
    """Why a set was not taken over: the sentence for the log, and how many files or parts were
    refused.
    """

    sentence: str
    n_refused: int


def undisturbed(load: Callable[[], Loaded], folders: Iterable[Path | None]) -> Loaded:
    """Return what `load` reads from the files of some folders as they stood at one moment.

    Where one was put in place meanwhile, as when Kubernetes turns the link of a volume, it is read
    again, three times at most. Raises Disturbed, or whatever `load` raises of files at rest.
    """
    places = [place for folder in folders if folder for place in (folder, folder / FOLDER)]
    for _ in range(MOST_TRIES):
        before = _state(places)
        try:
            loaded = load()
        except Exception:
            if _state(places) == before:
                raise
        else:
            if _state(places) == before:
                return loaded
    raise Disturbed


def _state(folders: Iterable[Path]) -> list[tuple[str, int, int, int, int]]:
    return [row for folder in folders for row in _files(folder)]


def _files(folder: Path) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield every file that links lead to, and what tells it from one that takes its place."""
    try:
        names = sorted(name for name in os.listdir(folder) if SUFFIX in name.casefold())
    except OSError:
        return
    for name in names:
        try:
            found = (folder / name).stat()
        except OSError:
            yield name, 0, 0, 0, 0
        else:
            yield name, found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def refusal_of(refused: Exception) -> Refusal:
    """Put the faults of an error, which has each on a line of its own after the first, in one
    line.
    """
    head, *lines = str(refused).splitlines()
    faults = [line.strip().removeprefix("- ") for line in lines]
    n_refused = len({fault.partition(": ")[0] for fault in faults}) or 1
    left_out = len(faults) - MOST_TOLD
    told = faults[:MOST_TOLD] + ([f"and {left_out} more"] if left_out > 0 else [])
    return Refusal(f"{head} {'; '.join(told)}".rstrip(), n_refused)
