"""Scores of a form converted into the metric of another measure by published tables."""

from service.scoring.applicability import why_none_fits
from service.scoring.instrument import LinkedTable, Number, Scale
from service.scoring.report_shape import LinkedScore
from service.scoring.scales import Aggregate, Respondent

CAUTION = (
    "Estimated from this form by a published table: less certain than this form's own score, and "
    "not a score of the measure itself."
)


def linked_scores(
    scale: Scale, found: Aggregate, respondent: Respondent, note: str | None
) -> list[LinkedScore]:
    """Return what each of a scale's linking tables makes of its raw sum, or why it makes nothing.

    `note` is why the scale is not interpreted at all, None where it is. A table was made of
    complete answers, so a sum with filled-in blanks is not converted.
    """
    return [_linked(table, found, respondent, note) for table in scale.linked]


def _linked(
    table: LinkedTable, found: Aggregate, respondent: Respondent, note: str | None
) -> LinkedScore:
    reason = note or _why_not(table, found, respondent)
    value: Number | None = None
    error: Number | None = None
    if reason is None and found.total is not None:
        value, error = table.values[found.total]
    return {
        "target": table.target,
        "title": table.title,
        "value": value,
        "standard_error": error,
        "unit": table.unit,
        "reason": reason,
        "method": table.method,
        "n": table.sample.n,
        "population": table.sample.population,
        "note": CAUTION if table.sample.note is None else f"{CAUTION} {table.sample.note}",
        "source": table.source,
    }


def _why_not(table: LinkedTable, found: Aggregate, respondent: Respondent) -> str | None:
    misfit = table.applies_to.misfit(*respondent)
    if misfit is not None:
        return why_none_fits([misfit])
    if found.missing_rule is not None or found.prorated:
        return "answers_filled_in"
    return None if found.total in table.values else "raw_score_not_in_table"
