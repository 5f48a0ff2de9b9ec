"""What the reader of a score has to know of how its payload was read."""

from collections.abc import Iterable, Iterator

from service.scoring.report_shape import ReportWarning, ScoreReport
from service.sources.reading import ReadPayload

_CLOSE = 1e-9
"""Difference below which a score that came along is the one that was worked out."""


def declared_missing(items: Iterable[str]) -> ReportWarning:
    """Return the warning that these items have codes for missing."""
    detail = "The answers of these items are codes that the mapping or the request calls missing."
    return {"code": "declared_missing", "detail": detail, "items": list(items)}


def remark(read: ReadPayload, report: ScoreReport) -> Iterator[ReportWarning]:
    """Yield warnings: keys that are not known, codes for missing, scores that do not agree."""
    for one in read.warnings:
        yield {"code": one.code, "detail": one.detail}
    if read.missing:
        yield declared_missing(read.missing)
    for supplied in read.supplied:
        score = report["scores"][supplied.scale]
        known = [one for one in (score["value"], score["sum"]) if one is not None]
        if not known:
            detail = f"A score of {supplied.scale} came along, but the answers allow none."
            yield {"code": "supplied_total_without_score", "detail": detail}
        elif not any(abs(one - supplied.value) <= _CLOSE for one in known):
            detail = (
                f"The score of {supplied.scale} that came along is not the one that the answers "
                "give; the one that was worked out is returned."
            )
            yield {"code": "supplied_total_mismatch", "detail": detail}
