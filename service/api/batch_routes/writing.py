"""What a batch is answered with: a line for each line that came, as NDJSON or as CSV."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import orjson

from service import __version__
from service.api.batch_routes.tally import Tally
from service.api.problems import Problem, body
from service.scoring.instrument import Instrument
from service.scoring.report_shape import ReportWarning, ScaleScore, ScoreReport
from service.spreadsheet import cell, harmless

NDJSON = "application/x-ndjson"
CSV = "text/csv"
DECLARED, WARNINGS = "declared_missing", "warnings"
"""Columns of remarks: how many answers were codes for missing, and the codes of warnings."""
_RAISED = {True: "true", False: "false", None: "unknown"}
"""Whether a safety flag is raised: an empty cell would be taken for no."""


class Writer(Protocol):
    """Writes the lines of one answer."""

    def head(self) -> bytes:
        """Return what stands before all lines."""

    def report(self, report: ScoreReport) -> bytes:
        """Return the line of a report."""

    def problem(self, number: int, problem: Problem, reference: object) -> bytes:
        """Return the line of a problem of the line `number`."""

    def end(self, tally: Tally) -> bytes:
        """Return what stands after all lines."""


class NdjsonWriter:
    """A report or a problem a line, and a last line with the counts."""

    def __init__(self, request_id: str) -> None:
        self._request_id = request_id

    def head(self) -> bytes:
        """Return nothing."""
        return b""

    def report(self, report: ScoreReport) -> bytes:
        """Return a report with its line break."""
        return self.line({**report, "service_version": __version__})

    def line(self, document: Mapping[str, Any]) -> bytes:
        """Return a document with its line break."""
        return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)

    def problem(self, number: int, problem: Problem, reference: object = None) -> bytes:
        """Return a problem with the number of its line."""
        return self.line({"line": number, "problem": body(problem, self._request_id)})

    def end(self, tally: Tally) -> bytes:
        """Return the line with the counts: where it is missing, the answer was cut."""
        return self.line({"summary": tally.summary()})


class CsvWriter:
    """The scores of one instrument's scales in columns, the problem of a row, the safety flags that
    the instrument has, and those columns of remarks that are asked for.
    """

    def __init__(self, instrument: Instrument, remarks: Sequence[str] = ()) -> None:
        self._scales = [scale.id for scale in instrument.scales]
        self._risks = [risk.id for risk in instrument.risks]
        self._remarks = remarks

    def head(self) -> bytes:
        """Return the header."""
        columns = [
            f"{name}.{part}" for name in self._scales for part in ("value", "sum", "mean", "status")
        ]
        risks = [f"risks.{name}" for name in self._risks]
        return _row(["reference", *columns, "problem", *risks, *self._remarks])

    def report(self, report: ScoreReport) -> bytes:
        """Return the row of a report."""
        cells: list[object] = [harmless(report["reference"])]
        for name in self._scales:
            score = report["scores"][name]
            cells += [score["value"], score["sum"], score["mean"], status_of(score)]
        raised = {risk["id"]: _RAISED[risk["raised"]] for risk in report["risks"]}
        flags = [raised[name] for name in self._risks]
        return _row([*cells, None, *flags, *self._remarked(report["warnings"])])

    def _remarked(self, warnings: Sequence[ReportWarning]) -> list[object]:
        """Return the cells of what is said of how a form was read."""
        declared = [one["items"] for one in warnings if one["code"] == DECLARED]
        codes = dict.fromkeys(one["code"] for one in warnings)
        told: dict[str, object] = {
            DECLARED: sum(map(len, declared)),
            WARNINGS: " ".join(codes) or None,
        }
        return [told[name] for name in self._remarks]

    def problem(self, number: int, problem: Problem, reference: object) -> bytes:
        """Return the row of a problem: each fault with its place, and nothing else."""
        known = reference if isinstance(reference, str) and reference.isprintable() else None
        scores, others = 4 * len(self._scales), len(self._risks) + len(self._remarks)
        return _row([harmless(known), *[None] * scores, _words(problem), *[None] * others])

    def end(self, tally: Tally) -> bytes:
        """Return nothing: every row of a table is of one kind."""
        return b""


def status_of(score: ScaleScore) -> str:
    """Return `complete`, `prorated` where a rule filled in blanks, or the reason why there is no
    score.
    """
    if score["reason"] is not None:
        return score["reason"]
    return "complete" if score["missing_rule"] is None else "prorated"


def _words(problem: Problem) -> str:
    """Return each fault with its place, or what is wrong with a row as a whole."""
    if any(one.pointer for one in problem.errors):
        return "; ".join(f"{one.code} {one.pointer}".strip() for one in problem.errors)
    faults = [f"{one.code}: {one.detail}" for one in problem.errors]
    return " ".join(faults) or f"{problem.code}: {problem.detail}"


def _row(cells: list[Any]) -> bytes:
    texts = (cell(None if one is None else str(one)) for one in cells)
    return ",".join(texts).encode() + b"\n"
