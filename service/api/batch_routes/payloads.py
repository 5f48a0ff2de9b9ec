"""Payloads of a source in a batch: an object a line, or a row of CSV that is a flat one."""

from collections.abc import Iterator
from typing import Any

from service.api.batch_routes.csv_rows import CsvTable
from service.api.batch_routes.lines import Line, Sent
from service.api.batch_routes.tally import Tally
from service.api.problems import Problem, invalid_request
from service.api.scores import completeness
from service.api.source_routes.answers import SourceReport
from service.api.source_routes.reports import report_of
from service.scoring.issue import Issue
from service.sources.mapping import SourceMapping
from service.sources.reading import read_response, response_id_of


class CsvPayloads:
    """Rows of CSV as payloads: each column is a key, an empty cell nothing.

    Raises Problem 400 where the header cannot be read, 422 where it is not the one that the mapping
    describes.
    """

    def __init__(self, lines: Iterator[Line], mapping: SourceMapping) -> None:
        self._mapping = mapping
        self._table = CsvTable(lines, mapping.table.header_rows)
        _check_header(self._table, mapping)

    def __iter__(self) -> Iterator[Sent]:
        """Yield what each row holds."""
        for number, cells, problem in self._table:
            filled = (cell or None for cell in cells)
            payload = dict(zip(self._table.columns, filled, strict=False))
            yield Sent(number, problem or payload, response_id_of(self._mapping, payload))


class PayloadScorer:
    """Scores the payloads of one batch through a mapping."""

    def __init__(
        self, mapping: SourceMapping, tally: Tally, *, strict: bool, allow_partial: bool
    ) -> None:
        self._mapping = mapping
        self._tally = tally
        self._strict = strict
        self._allow_partial = allow_partial

    def score(self, payload: dict[str, Any]) -> SourceReport:
        """Return the report of a payload, whose `reference` is the source's own id of the response.
        Raises Problem.
        """
        instrument = self._mapping.entry.instrument
        read = read_response(
            self._mapping, payload, strict=self._strict, allow_partial=self._allow_partial
        )
        try:
            report = report_of(self._mapping, read)
        except Problem as problem:
            self._tally.refused(problem, instrument.id)
            raise
        self._tally.scored(instrument.id, instrument.version, completeness(report))
        report["reference"] = report["source_response_id"]
        return report


def _check_header(table: CsvTable, mapping: SourceMapping) -> None:
    """Raise Problem 422 unless each key comes once and the last row is marked as the mapping says:
    without the mark, rows of respondents could be taken for rows of the header.
    """
    seen = set[str]()
    faults = []
    for place, name in enumerate(table.columns):
        if name in seen:
            faults.append(Issue((place,), "repeated_column", "A column comes twice."))
        seen.add(name)
    mark = mapping.table.header_mark
    if mark is not None and not all(mark in cell for cell in table.header[-1]):
        number = mapping.table.header_rows
        detail = f"Row {number} is not the last of the {number} header rows that the mapping tells."
        faults.append(Issue((), "other_header", detail))
    keys = (mapping.container.shorten(name) for name in table.columns)
    if not any(map(mapping.leads, keys)):
        detail = "No column is a key that the mapping leads to an item."
        faults.append(Issue((), "no_known_column", detail, [*mapping.items, *mapping.boxes.keys]))
    if faults:
        raise invalid_request(faults)
