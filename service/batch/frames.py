"""Tables of any library that speaks Arrow's stream protocol, in and out."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from service.batch.engine.cells import hides_truth
from service.batch.engine.columns import UnusableTable


def reader_of(table: Any, names: Sequence[str]) -> Any:
    """Return a reader of the record batches of a table: of pandas, polars, pyarrow, a DuckDB
    relation, or anything else with `__arrow_c_stream__`.

    Of a pandas table only the named columns are converted: others may hold anything. Raises
    UnusableTable where it cannot be read as a table, or a named column holds values of more than
    one kind.
    """
    if not hasattr(table, "__arrow_c_stream__"):
        raise UnusableTable(
            [
                "A table that speaks Arrow is needed: of pandas (2.2 or newer), polars, pyarrow or "
                "DuckDB, or a RecordBatchReader; collect a lazy one first."
            ]
        )
    if kind_of(table) == "pandas":
        return _reader_of_pandas(table, names)
    try:
        return pa.RecordBatchReader.from_stream(table)
    except pa.ArrowInvalid:
        fault = "A column is of a type that Arrow does not know; leave it out or cast it."
        raise UnusableTable([fault]) from None


def like(table: Any, schema: Any, batches: Iterable[Any], *, row_by_row: bool = False) -> Any:
    """Return record batches as a table of the same kind: of pandas, of polars or a reader where
    such came, else of pyarrow. With `row_by_row` the rows are those of the table, and so is their
    pandas index.
    """
    if isinstance(table, pa.RecordBatchReader):
        return pa.RecordBatchReader.from_batches(schema, batches)
    found = pa.Table.from_batches(batches, schema)
    if kind_of(table) == "pandas":
        frame = found.to_pandas()
        if row_by_row:
            frame.index = table.index
        return frame
    if kind_of(table) == "polars":
        import polars

        return polars.DataFrame(found)
    return found


def kind_of(table: Any) -> str:
    """Return the name of the library that a table is of."""
    return type(table).__module__.partition(".")[0]


def _reader_of_pandas(frame: Any, names: Sequence[str]) -> Any:
    wanted = [name for name in names if name in frame.columns]
    faults, columns = [], {}
    there = list(frame.columns)
    for name in wanted:
        if there.count(name) > 1:
            faults.append(f"Two columns are named {name}.")
            continue
        try:
            columns[name] = pa.array(frame[name], from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, ValueError):
            faults.append(f"Column {name} holds values of more than one kind.")
            continue
        if frame[name].dtype == object and hides_truth(frame[name], columns[name].type):
            faults.append(f"Column {name} holds values of more than one kind.")
    if faults:
        raise UnusableTable(faults)
    if not columns:
        return pa.RecordBatchReader.from_stream(frame[[]])
    return pa.table(columns).to_reader()
