"""Parquet in, by row groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import parquet

from service.batch.engine.columns import Columns, UnusableTable
from service.batch.engine.engine import MOST_ROWS
from service.batch.files.block import Part, once_each


class RowGroup(NamedTuple):
    """One row group, by its place."""

    at: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """A Parquet file whose schema was read."""

    path: Path
    wanted: tuple[str, ...]
    schema: Any
    size: int

    def blocks(self) -> Iterator[RowGroup]:
        """Yield the row groups."""
        with parquet.ParquetFile(self.path) as file:
            sizes = [
                file.metadata.row_group(at).total_byte_size for at in range(file.num_row_groups)
            ]
        for at, n_bytes in enumerate(sizes):
            yield RowGroup(at, n_bytes)

    def read(self, block: RowGroup) -> Iterator[Part]:
        """Yield the rows of a row group, a part at a time."""
        with parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(
                MOST_ROWS, row_groups=[block.at], columns=list(self.wanted), use_threads=False
            ):
                yield Part(batch)


def open_parquet(path: Path, columns: Columns) -> ParquetSource:
    """Return a Parquet file after a look at its schema. Raises UnusableTable where it is none."""
    path.open("rb").close()  # says so where there is none
    try:
        with parquet.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
    except (pa.ArrowException, OSError):
        raise UnusableTable(["The file is no Parquet file that can be read."]) from None
    wanted = once_each(columns.names(), schema.names)
    held = pa.schema([schema.field(name) for name in wanted])
    size = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    return ParquetSource(path, wanted, held, size)
