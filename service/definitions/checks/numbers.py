"""Checks of published numbers against the scores that a scale can have, subject by subject."""

from collections.abc import Iterator

from service.definitions.checks.alerts import check_alerts
from service.definitions.checks.attainable import AttainableScores
from service.definitions.checks.bands import check_bands, check_cutoffs
from service.definitions.checks.figures import check_figures
from service.definitions.checks.norms import check_norms
from service.definitions.checks.parts import Parts, member_object, objects
from service.definitions.checks.tables import check_linked, check_tables
from service.scoring.issue import Issue


def check_numbers(parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    """Yield a fault for every published number that does not fit its scale."""
    for where, scale in objects(parts.document, "scales"):
        if not isinstance(scale.get("id"), str):
            continue
        scores = attainable.headline(scale["id"])
        yield from check_bands(scale, where, scores)
        yield from check_cutoffs(scale, where, scores)
        yield from check_figures(scale, where, scores, parts)
        if member_object(scale, "transform").get("type") == "lookup":
            yield from check_tables(scale, where, attainable.raw(scale["id"]))
        yield from check_linked(scale, where, attainable.raw(scale["id"]))
    yield from check_norms(parts, attainable)
    yield from check_alerts(parts, attainable)
