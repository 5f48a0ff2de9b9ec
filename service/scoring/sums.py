"""Adding and comparing scores without the drift of binary fractions."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def exact_sum(values: Iterable[int | float]) -> int | float:
    """Return the double nearest to the true sum, as an integer where it is whole.

    Adding decimals one by one drifts: four lines that make 36 could otherwise fall below a cut-off
    of 36.
    """
    parts = list(values)
    total: int | float = sum(parts)
    if isinstance(total, float):
        total = math.fsum(parts)
        return int(total) if total.is_integer() else total
    return total


def whole(value: object) -> int | None:
    """Return a JSON number that is whole as an integer: 1.0 is 1, as in JSON Schema. None for
    anything else.
    """
    if type(value) is int:
        return value
    return int(value) if type(value) is float and value.is_integer() else None


def meets(score: int | float, op: str, threshold: int | float) -> bool:
    """Tell whether a score meets a published threshold (`op` is == != < <= > or >=).

    A score within 1e-9 of the threshold equals it: 3.4 - 2.7 reaches 0.7, although in binary it
    falls short.
    """
    if math.isclose(score, threshold, rel_tol=1e-9, abs_tol=1e-12):
        return op in ("==", "<=", ">=")
    return COMPARISONS[op](score, threshold)


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
