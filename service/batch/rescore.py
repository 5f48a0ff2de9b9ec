"""Score the same forms by two versions of a definition: which rows come out otherwise, and why.

A reason is a part of the definition: the old definition with that part of the new one gives a row
another result.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from service.batch.engine.columns import Columns, UnusableTable
from service.batch.engine.engine import PROBLEM, REFERENCE, Asked, BatchScorer
from service.definitions.differing import OTHER, are_comparable, with_each_part
from service.scoring.instrument import Instrument
from service.scoring.report import Scorer

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in (REFERENCE, "column", "before", "after", "why")),
        ("row", pa.int64()),
    ]
)


@dataclass(slots=True)
class Changes:
    """How many rows there were, how many of them neither version could score, how many came out
    otherwise, and how often each part was why.
    """

    n_rows: int = 0
    n_problems: int = 0
    n_changed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


class Rescorer:
    """Two versions of an instrument and, for each part in which they differ, the old one with that
    part of the new. Counts what it finds in `changes`.

    Raises UnusableTable where they cannot be compared.
    """

    def __init__(
        self,
        old: Scorer,
        new: Scorer,
        columns: Columns,
        schema: Any,
        asked: Asked,
        changes: Changes,
    ) -> None:
        before, after = old.instrument, new.instrument
        if before.id != after.id:
            raise UnusableTable(["The two definitions are of different instruments."])
        if not are_comparable(before, after):
            raise UnusableTable(["The two definitions have different items or scales."])
        self._old = BatchScorer(old, columns, schema, _known_to(before, asked))
        self._new = BatchScorer(new, columns, schema, _known_to(after, asked))
        self._mixed = {
            part: BatchScorer(Scorer(mixed), columns, schema, _known_to(mixed, asked))
            for part, mixed in with_each_part(before, after).items()
        }
        self.changes = changes

    @property
    def differing(self) -> tuple[str, ...]:
        """The parts in which the two definitions differ."""
        return tuple(self._mixed)

    def compare(self, batch: Any, broken: Mapping[int, str] | None = None) -> Any:
        """Return a row for each result that differs: whose, which column, before, after, why."""
        before, after = (one.score(batch, broken) for one in (self._old, self._new))
        differing = dict(_differences(before, after))
        mixed = {part: one.score(batch, broken) for part, one in self._mixed.items()}
        moved = {part: dict(_differences(before, one)) for part, one in mixed.items()}
        references = [None if one is None else str(one) for one in before.column(0).to_pylist()]
        first = self.changes.n_rows
        rows = []
        for (row, column), (was, now) in sorted(differing.items()):
            why = [part for part, found in moved.items() if (row, column) in found] or [OTHER]
            self.changes.reasons.update(why)
            told = {"before": _text(was), "after": _text(now), "why": ", ".join(why)}
            rows.append(
                {REFERENCE: references[row], "row": first + row + 1, "column": column, **told}
            )
        self.changes.n_rows += batch.num_rows
        self.changes.n_problems += _problems(before, after)
        self.changes.n_changed += len({row for row, _ in differing})
        return pa.RecordBatch.from_pylist(rows, SCHEMA)


def _problems(before: Any, after: Any) -> int:
    """Return how many rows have a problem in two tables of results."""
    both = zip(*(one.column(PROBLEM).to_pylist() for one in (before, after)), strict=True)
    return sum(None not in problems for problems in both)


def _differences(before: Any, after: Any) -> Iterator[tuple[tuple[int, str], tuple[Any, Any]]]:
    """Yield row, column and both values wherever two tables of results differ."""
    names = [name for name in (*before.schema.names, *after.schema.names) if name != REFERENCE]
    blank = [None] * before.num_rows
    for name in dict.fromkeys(names):
        was, now = (
            table.column(name).to_pylist() if name in table.schema.names else blank
            for table in (before, after)
        )
        if was != now:
            for row, pair in enumerate(zip(was, now, strict=True)):
                if pair[0] != pair[1]:
                    yield (row, name), pair


def _known_to(instrument: Instrument, asked: Asked) -> Asked:
    """Return what is asked for, without norm groups that only the other version has."""
    known = {norm.id for norm in instrument.norms} | {"*", "default"}
    return replace(asked, norms=[norm for norm in asked.norms if norm in known])


def _text(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
