"""CSV as it comes: a header, and rows that each become the document of one form.

Which column is what is said by the header alone: item ids, and `reference`, `age`, `sex`,
`perspective`. A cell is a number as JSON writes it, of an item that asks for a clock time `HH:MM`,
or empty: not answered.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from service.api.batch_routes.csv_rows import CsvTable
from service.api.batch_routes.lines import Line, Sent
from service.api.problems import Problem, invalid_request
from service.scoring.instrument import Answer, Instrument, Number
from service.scoring.issue import Issue, Path
from service.sources.answer import token_of
from service.strict.written import clock_in_file, number_in

ABOUT = ("reference", "perspective", "sex", "age")
"""Columns that say something of the form or the respondent; the others are items."""


class CsvForms:
    """Rows of one instrument as documents of forms; cells in `missing` are not answered.

    Raises Problem 400 where the header cannot be read, 422 where it has columns that mean nothing.
    """

    def __init__(
        self,
        lines: Iterator[Line],
        instrument: Instrument,
        missing: frozenset[str] = frozenset(),
    ) -> None:
        self._table = CsvTable(lines)
        self._columns = _columns(self._table.columns, instrument)
        self._clocks = instrument.clock_items
        self._missing = missing

    def __iter__(self) -> Iterator[Sent]:
        """Yield what each row holds."""
        for number, cells, problem in self._table:
            named = dict(zip(self._columns, cells, strict=False))
            reference = named.get("reference")
            if problem is None:
                declared = self._declared(named)
                yield Sent(number, _document(named, self._clocks), reference, declared)
            else:
                yield Sent(number, problem, reference)

    def _declared(self, named: dict[str, str]) -> tuple[str, ...]:
        """Empty the cells that mean missing; return their items."""
        if not self._missing:
            return ()
        items = tuple(
            name
            for name, cell in named.items()
            if name not in ABOUT and not self._missing.isdisjoint(_tokens(cell))
        )
        named.update(dict.fromkeys(items, ""))
        return items


def _tokens(cell: str) -> list[str | None]:
    """Return what a cell goes by: its text, and the number that it is written like."""
    number = number_in(cell)
    return [token_of(cell), *([] if isinstance(number, str) else [token_of(number)])]


def _document(named: dict[str, str], clocks: frozenset[str]) -> dict[str, Any] | Problem:
    """Return the document of a form from its cells by column; `clocks` are the items that ask for a
    clock time, whose cells are read with the form.
    """
    faults: list[Issue] = []
    document: dict[str, Any] = {
        name: cell for name in ("reference", "perspective") if (cell := named.pop(name, ""))
    }
    respondent: dict[str, Any] = {}
    if sex := named.pop("sex", ""):
        respondent["sex"] = sex
    if age := named.pop("age", ""):
        respondent["age"] = _number(age, ("respondent", "age"), faults)
    answers: dict[str, Answer | None] = {
        name: clock_in_file(cell) if name in clocks else _number(cell, ("answers", name), faults)
        for name, cell in named.items()
    }
    if faults:
        return invalid_request(faults)
    if respondent:
        document["respondent"] = respondent
    return {**document, "answers": answers}


def _number(cell: str, path: Path, faults: list[Issue]) -> Number | None:
    """Return the number that a cell is, None where it is empty; anything else is a fault."""
    number = number_in(cell)
    if not isinstance(number, str):
        return number
    detail = "A number as JSON writes it is needed, or an empty cell."
    faults.append(Issue(path, "wrong_type", detail))
    return None


def _columns(names: Sequence[str], instrument: Instrument) -> list[str]:
    """Return the columns of a header. Raises Problem 422 with every fault of it."""
    known = [*ABOUT, *instrument.item_ids]
    faults, seen = [], set[str]()
    for place, name in enumerate(names):
        if name not in ABOUT and name not in instrument.position:
            detail = "This column is no item of the instrument, nor one that describes a form."
            faults.append(Issue((place,), "unknown_column", detail, known))
        elif name in seen:
            faults.append(Issue((place,), "repeated_column", "A column comes twice."))
        seen.add(name)
    missing = [item.id for item in instrument.items if not item.optional and item.id not in seen]
    if missing:
        detail = "Items of the form have no column; one that was not asked is an empty column."
        faults.append(Issue((), "missing_column", detail, missing))
    if faults:
        raise invalid_request(faults)
    return list(names)
