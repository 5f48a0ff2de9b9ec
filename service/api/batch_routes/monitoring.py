"""Many courses in one request: one a line."""

from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Request, Response

from service.api.batch_routes.answering import answer_lines, in_chunks, kind_of, read_documents
from service.api.batch_routes.lines import read_pieces, split_lines
from service.api.batch_routes.tally import Tally
from service.api.batch_routes.writing import NDJSON, NdjsonWriter
from service.api.monitor import TOLD, MonitorRoute, n_forms
from service.api.negotiation import language_of, said_in
from service.api.problems import Problem
from service.api.route import Route
from service.operations.facts import facts_of
from service.operations.metrics import Metrics

_NO_SUGGESTIONS = 0
"""Nearest ids are not looked for: that takes long."""


class BatchMonitorRoute:
    """What the route does with its lines, each as the monitoring route does with its body."""

    def __init__(self, courses: MonitorRoute, most_bytes: int, metrics: Metrics) -> None:
        self._courses = courses
        self._most_bytes = most_bytes
        self._metrics = metrics

    def monitor(self, asked: Request) -> Response:
        """Judge the course of every line."""
        kind_of(asked, (NDJSON,))
        pieces = read_pieces(asked, self._most_bytes)
        tally, facts = Tally(), facts_of(asked.environ)
        words = language_of(asked, self._courses.languages)
        writer = NdjsonWriter(facts.request_id)

        def judge(document: dict[str, Any], _: tuple[str, ...]) -> bytes:
            """Return the line of one course. Raises Problem."""
            try:
                monitor = self._courses.judge(document, _NO_SUGGESTIONS)
                report = self._courses.report(document, monitor, asked, words)
            except Problem as problem:
                tally.problems[problem.code] += 1
                raise
            tally.results += 1
            facts.n_responses = (facts.n_responses or 0) + n_forms(monitor)
            return writer.line(report)

        def answer() -> Iterator[bytes]:
            """Yield the answer as it is made."""
            documents = read_documents(split_lines(pieces))
            try:
                yield from in_chunks(answer_lines(documents, judge, writer, tally))
            finally:
                tally.tell(self._metrics)

        return said_in(Response(answer(), content_type=f"{NDJSON}; charset=utf-8"), words)


def batch_monitoring_routes(
    courses: MonitorRoute, most_bytes: int, metrics: Metrics
) -> list[Route]:
    """Return the route that judges many courses."""
    batch = BatchMonitorRoute(courses, most_bytes, metrics)
    path = "/v1/batch/monitor"
    return [Route("POST", path, batch.monitor, (NDJSON,), parameters=TOLD, scope="monitor")]
