"""One column of a record batch as numpy arrays, without a copy where there is no need of one."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from service.sources.answer import number_of, token_of
from service.strict.written import clock_in, clock_in_file, number_in

Array = NDArray[Any]

_LARGEST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a column: whole numbers or doubles, or positions in a list of `distinct` ones.

    `given` tells which are not empty, None where none is (a double that is NaN is empty too).
    """

    numbers: Array
    given: Array | None = None
    distinct: list[object] | None = None

    def python(self, rows: Array) -> list[object]:
        """Return some cells as the objects that one form would hold; None where empty."""
        found: list[object] = self.numbers[rows].tolist()
        if self.distinct is not None:
            found = [self.distinct[at] for at in found]  # type: ignore[call-overload]
        elif self.numbers.dtype.kind == "f":
            found = [None if value != value else value for value in found]
        if self.given is not None:
            given = self.given[rows].tolist()
            found = [value if there else None for value, there in zip(found, given, strict=True)]
        return found


def read_cells(column: Any, *, text: bool = False, clock: bool = False) -> Cells:
    """Return the cells of an Arrow array of numbers; with `text` also of numbers written out, with
    `clock` of clock times.

    Text that is no number stays text, for the item to refuse. The column's type was looked at
    before (`refusal`).
    """
    kind = column.type
    if pa.types.is_null(kind):
        return Cells(np.zeros(len(column), np.int8), np.zeros(len(column), bool))
    if pa.types.is_dictionary(kind) or ((text or clock) and is_text(kind)):
        if clock:
            return _of_dictionary(encoded(column), clock_in_file if text else clock_in)
        return _of_dictionary(encoded(column), number_in)
    column = _without_decimals(column)
    return Cells(_numbers(column), _given(column))


def read_words(column: Any) -> Cells:
    """Return the cells of an Arrow array of text, without white space around them."""
    return _of_dictionary(encoded(column), str.strip)


def without_codes(cells: Cells, codes: Collection[str]) -> tuple[Cells, Array | None]:
    """Return cells of which those that hold one of some codes (tokens) are empty, and which they
    are; None: there is none.
    """
    if cells.distinct is not None:
        is_code = np.array([token_of(value) in codes for value in cells.distinct], bool)
        if not is_code.any():
            return cells, None
        rest = [
            None if gone else value for value, gone in zip(cells.distinct, is_code, strict=True)
        ]
        return Cells(cells.numbers, cells.given, rest), is_code.take(cells.numbers)
    numbers = [number for code in codes if (number := number_of(code)) is not None]
    declared: Array = np.isin(cells.numbers, numbers)
    if cells.given is not None:
        declared &= cells.given
    if not declared.any():
        return cells, None
    given = ~declared if cells.given is None else cells.given & ~declared
    return Cells(cells.numbers, given, None), declared


def refusal(kind: Any, *, text: bool = False, clock: bool = False) -> str | None:
    """Return what a column of an Arrow type holds instead of numbers, None where it holds them;
    with `clock` instead of text.
    """
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if clock:
        return None if is_text(kind) or pa.types.is_null(kind) else "no text"
    if is_text(kind):
        return None if text else "text"
    if pa.types.is_boolean(kind):
        return "true and false"
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return None if numeric or pa.types.is_null(kind) else "neither numbers nor text"


def hides_truth(values: Iterable[object], kind: Any) -> bool:
    """Tell whether values of which Arrow made numbers hold true or false: it takes them for 1 and
    0 where they follow a number.
    """
    is_number = pa.types.is_floating(kind) or pa.types.is_integer(kind)
    return is_number and not {bool, np.bool_}.isdisjoint(map(type, values))


def is_text(kind: Any) -> bool:
    """Tell whether an Arrow type is one of text."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def encoded(column: Any) -> Any:
    """Return an Arrow array of text as places among its distinct texts."""
    if pa.types.is_dictionary(column.type):
        return column
    if pa.types.is_string_view(column.type):
        column = column.cast(pa.large_string())
    return column.dictionary_encode()


def _of_dictionary(column: Any, read: Callable[[str], object]) -> Cells:
    """Return positions among the distinct values of a column; a value may stand there twice."""
    listed = _without_decimals(column.dictionary)
    values = listed.to_pylist()
    if _is_narrow(listed.type):
        values = Cells(_numbers(listed), _given(listed)).python(np.arange(len(listed)))
    indices = column.indices
    given = _given(indices)
    positions = _numbers(indices)
    if given is not None:
        positions = np.where(given, positions, np.intp(len(values)))
    return Cells(positions, given, [*_read(values, read), None])


def _read(values: Iterable[object], read: Callable[[str], object]) -> list[object]:
    """Return values as one form would hold them: texts as they are read, NaN as None."""
    plain = (read(value) if isinstance(value, str) else value for value in values)
    return [None if value != value else value for value in plain]


def _without_decimals(column: Any) -> Any:
    """Return decimals as the doubles that they are written as; Arrow's own are near them: 0.35 is
    0.35000000000000003.
    """
    if pa.types.is_decimal(column.type):
        return column.cast(pa.string()).cast(pa.float64())
    return column


def _numbers(column: Any) -> Array:
    """Return the numbers of a column; what stands where it is null has no meaning."""
    dtype = np.dtype(column.type.to_pandas_dtype())
    values = column.buffers()[1]
    if values is None or not len(column):
        return np.zeros(len(column), dtype)
    found = np.frombuffer(values, dtype)[column.offset : column.offset + len(column)]
    if dtype == np.uint64:  # beyond what a signed number holds there is no answer
        found = np.minimum(found, np.uint64(_LARGEST)).astype(np.int64)
    return _as_written(found) if _is_narrow(column.type) else found


def _is_narrow(kind: Any) -> bool:
    return bool(pa.types.is_float32(kind) or pa.types.is_float16(kind))


def _as_written(narrow: Array) -> Array:
    """Return numbers of single or half precision as the doubles of the shortest decimals that they
    stand for: 5.1 is 5.1, where the single itself is 5.0999999.
    """
    found = narrow.astype(np.float64)
    fractions = np.isfinite(found) & (found != np.rint(found))
    if fractions.any():
        distinct, places = np.unique(narrow[fractions], return_inverse=True)
        found[fractions] = distinct.astype(str).astype(np.float64)[places]
    return found


def _given(column: Any) -> Array | None:
    if not column.null_count:
        return None
    first, start = divmod(column.offset, 8)
    bits = np.frombuffer(column.buffers()[0], np.uint8)[first:]
    valid: Array = np.unpackbits(bits, count=start + len(column), bitorder="little")[start:]
    return valid.view(bool)
