"""Many forms in one request: NDJSON or CSV in, NDJSON or CSV out, in the order of the lines."""

from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Request, Response

from service.api.batch_routes.answering import (
    CUT,
    answer_lines,
    in_chunks,
    kind_of,
    read_documents,
)
from service.api.batch_routes.csv_in import CsvForms
from service.api.batch_routes.forms import FormScorer
from service.api.batch_routes.lines import BodyCut, Line, Sent, read_pieces, split_lines
from service.api.batch_routes.tally import Tally
from service.api.batch_routes.writing import CSV, NDJSON, CsvWriter, NdjsonWriter, Writer
from service.api.negotiation import negotiate
from service.api.problems import Problem
from service.api.route import Route
from service.api.scores import find_entry, require_key
from service.definitions.catalog import Catalog, Entry
from service.operations.facts import facts_of
from service.operations.metrics import Metrics


class BatchRoute:
    """What the batch route does with its lines."""

    def __init__(self, catalog: Catalog, most_bytes: int, metrics: Metrics) -> None:
        self._catalog = catalog
        self._most_bytes = most_bytes
        self._metrics = metrics

    def score(self, asked: Request) -> Response:
        """Score every line; whatever one has is told in its place, and the others go on."""
        kind = kind_of(asked, (NDJSON, CSV))
        sought = negotiate(asked, (NDJSON, CSV) if kind == NDJSON else (CSV, NDJSON))
        usual = self._usual(asked, needed=CSV in (kind, sought))
        tally = Tally()
        lines = split_lines(read_pieces(asked, self._most_bytes))
        documents = read_documents(lines) if kind == NDJSON else _csv_forms(lines, usual)
        scorer = FormScorer(self._catalog, usual, tally, only_usual=sought == CSV)
        facts = facts_of(asked.environ)
        writer: Writer = NdjsonWriter(facts.request_id)
        if sought == CSV and usual is not None:
            writer = CsvWriter(usual.instrument)

        def score(document: dict[str, Any]) -> bytes:
            return writer.report(scorer.score(document))

        def answer() -> Iterator[bytes]:
            try:
                yield from in_chunks(answer_lines(documents, score, writer, tally))
            finally:
                facts.n_responses = tally.results
                tally.tell(self._metrics)

        return Response(answer(), content_type=f"{sought}; charset=utf-8")

    def _usual(self, asked: Request, *, needed: bool) -> Entry | None:
        """Return the instrument that the query names. Raises Problem 404, 409 or 422."""
        named = asked.args.get("instrument")
        if named is None:
            if needed:
                detail = "CSV is of one instrument: name it as the query parameter `instrument`."
                raise Problem(422, "invalid_parameter", detail, parameter="instrument")
            return None
        entry = find_entry(self._catalog, named, asked.args.get("version"))
        require_key(entry.scorer)
        return entry


def _csv_forms(lines: Iterator[Line], usual: Entry | None) -> Iterator[Sent]:
    """Return the rows of CSV. Raises Problem where its header has faults."""
    assert usual is not None
    try:
        return iter(CsvForms(lines, usual.instrument))
    except BodyCut:
        raise CUT from None


def batch_scoring_routes(catalog: Catalog, most_bytes: int, metrics: Metrics) -> list[Route]:
    """Return the route that scores many forms."""
    batch = BatchRoute(catalog, most_bytes, metrics)
    parameters = {"instrument": None, "version": None}
    return [
        Route("POST", "/v1/batch", batch.score, (NDJSON, CSV), parameters=parameters, scope="score")
    ]
