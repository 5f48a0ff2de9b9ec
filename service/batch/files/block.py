"""A part of a file that is scored by itself, and what reading it gives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from service.batch.engine.columns import UnusableTable
from service.scoring.instrument import Perspective

MOST_BYTES = 1 << 20
"""Bytes after which a block ends."""
LONGEST_LINE = 1 << 18
"""Bytes of one line, as of a line of a batch request."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a file as a record batch, what is wrong with those that could not be read, and who
    answered where that is not the same for the whole file.
    """

    batch: Any
    broken: Mapping[int, str] = field(default_factory=dict)
    perspective: Perspective | None = None


class Source(Protocol):
    """A file of forms. It travels to other processes, which read the blocks that they are given."""

    @property
    def schema(self) -> Any:
        """The Arrow schema of its rows."""

    @property
    def size(self) -> int:
        """Its bytes, of which each block has a share."""

    def blocks(self) -> Iterator[Any]:
        """Yield the blocks of the file in order; each has `n_bytes`, its share of the file."""

    def read(self, block: Any) -> Iterator[Part]:
        """Yield the rows of a block."""


def not_utf8(line: int, error: UnicodeDecodeError) -> str:
    """Say where a line is not UTF-8: the column counts characters from 1."""
    column = len(error.object[: error.start].decode("utf-8")) + 1
    return f"line {line}: bad_encoding, column {column} is not UTF-8"


def once_each(wanted: Sequence[str], there: Sequence[str]) -> tuple[str, ...]:
    """Return which of the columns that are wanted are there. Raises UnusableTable where a name
    stands twice.
    """
    found = tuple(name for name in wanted if name in there)
    repeated = [name for name in found if there.count(name) > 1]
    if repeated:
        raise UnusableTable([f"Two columns are named {name}." for name in repeated])
    return found
