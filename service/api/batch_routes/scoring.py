"""Many forms in one request: NDJSON or CSV in, NDJSON or CSV out, in the order of the lines."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from werkzeug.wrappers import Request, Response

from service.api.asked import FLAG
from service.api.batch_routes.answering import (
    CUT,
    answer_lines,
    in_chunks,
    kind_of,
    read_documents,
)
from service.api.batch_routes.asking import Batch, batch_of
from service.api.batch_routes.csv_forms import CsvForms
from service.api.batch_routes.forms import FormScorer
from service.api.batch_routes.lines import BodyCut, Line, Sent, read_pieces, split_lines
from service.api.batch_routes.payloads import CsvPayloads, PayloadScorer
from service.api.batch_routes.tally import Tally
from service.api.batch_routes.writing import CSV, NDJSON, CsvWriter, NdjsonWriter, Writer
from service.api.negotiation import language_of, negotiate, said_in
from service.api.route import Route
from service.definitions.catalog import Catalog
from service.languages.english import ENGLISH_ONLY, Languages
from service.languages.reports import in_language
from service.operations.facts import facts_of
from service.operations.metrics import Metrics
from service.scoring.report_shape import ScoreReport
from service.sources.catalogue import Mappings
from service.sources.reading import response_id_of
from service.sources.remarks import declared_missing


class BatchRoute:
    """What the batch route does with its lines."""

    def __init__(
        self,
        catalog: Catalog,
        mappings: Mappings,
        most_bytes: int,
        metrics: Metrics,
        languages: Languages,
    ) -> None:
        self._languages = languages
        self._catalog = catalog
        self._mappings = mappings
        self._most_bytes = most_bytes
        self._metrics = metrics

    def score(self, asked: Request) -> Response:
        """Score every line; whatever one has is told in its place, and the others go on."""
        kind = kind_of(asked, (NDJSON, CSV))
        sought = negotiate(asked, (NDJSON, CSV) if kind == NDJSON else (CSV, NDJSON))
        batch = batch_of(asked, self._catalog, self._mappings, kind=kind, sought=sought)
        tally = Tally()
        documents = _documents(split_lines(read_pieces(asked, self._most_bytes)), kind, batch)
        score = self._scorer(batch, tally, only_usual=sought == CSV)
        facts = facts_of(asked.environ)
        words = language_of(asked, self._languages)
        writer: Writer = NdjsonWriter(facts.request_id)
        if sought == CSV and batch.usual is not None:
            writer = CsvWriter(batch.usual.instrument, batch.remarks)

        def line(document: dict[str, Any], declared: tuple[str, ...]) -> bytes:
            """Return the line of one form. Raises Problem."""
            report = score(document)
            if declared:
                report["warnings"] = [*report["warnings"], declared_missing(declared)]
            return writer.report(in_language(report, words))

        def answer() -> Iterator[bytes]:
            """Yield the answer as it is made."""
            try:
                yield from in_chunks(answer_lines(documents, line, writer, tally))
            finally:
                facts.n_responses = tally.results
                tally.tell(self._metrics)

        return said_in(Response(answer(), content_type=f"{sought}; charset=utf-8"), words)

    def _scorer(
        self, batch: Batch, tally: Tally, *, only_usual: bool
    ) -> Callable[[dict[str, Any]], ScoreReport]:
        if batch.mapping is None:
            return FormScorer(self._catalog, batch.usual, tally, only_usual=only_usual).score
        return PayloadScorer(
            batch.mapping, tally, strict=batch.strict, allow_partial=batch.allow_partial
        ).score


def _documents(lines: Iterator[Line], kind: str, batch: Batch) -> Iterator[Sent]:
    """Return what each line or row holds. Raises Problem where the header of CSV has faults."""
    mapping = batch.mapping
    if kind == NDJSON:
        if mapping is None:
            return read_documents(lines)
        return read_documents(lines, partial(response_id_of, mapping))
    try:
        if mapping is not None:
            return iter(CsvPayloads(lines, mapping))
        assert batch.usual is not None
        return iter(CsvForms(lines, batch.usual.instrument, batch.missing))
    except BodyCut:
        raise CUT from None


def batch_scoring_routes(
    catalog: Catalog,
    mappings: Mappings,
    most_bytes: int,
    metrics: Metrics,
    languages: Languages = ENGLISH_ONLY,
) -> list[Route]:
    """Return the route that scores many forms."""
    batch = BatchRoute(catalog, mappings, most_bytes, metrics, languages)
    texts = dict.fromkeys(("instrument", "version", "mapping", "missing"))
    parameters = {**texts, "strict": FLAG, "allow_partial": FLAG}
    return [
        Route("POST", "/v1/batch", batch.score, (NDJSON, CSV), parameters=parameters, scope="score")
    ]
