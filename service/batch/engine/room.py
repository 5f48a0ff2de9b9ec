"""Memory for the columns of a batch."""

import numpy as np
import pyarrow as pa
from numpy.typing import DTypeLike

from service.batch.engine.cells import Array


def room(n: int, dtype: DTypeLike) -> Array:
    """Return an array of `n` numbers without contents, in the memory of Arrow's pool.

    The pool keeps what was freed for the next batch; pages that come anew from the system for each
    batch cost as much time as scoring it.
    """
    kind = np.dtype(dtype)
    return np.frombuffer(pa.allocate_buffer(n * kind.itemsize), kind)


def taken(table: Array, places: Array) -> Array:
    """Return the entries of a table at some places, all of which it has."""
    found = room(len(places), table.dtype)
    table.take(places, out=found, mode="wrap")  # the mode without a second pass over the places
    return found
