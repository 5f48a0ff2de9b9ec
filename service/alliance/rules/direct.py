"""Rules about what patient or therapist say outright: tension felt, and tension mended."""

from typing import Any

from service.alliance.course import Rating
from service.alliance.finding import Finding, unknown
from service.scoring.sums import meets


def report(rating: Rating, kind: str) -> Finding:
    """Read a direct report (`tension` or `resolution`) from the item that the definition names."""
    settings: dict[str, Any] | None = rating.instrument.alerts.get("direct_report", {}).get(kind)
    if settings is None:
        return unknown("not_configured")
    if rating.answers is None:
        return unknown("no_answers")
    answer = rating.answers[rating.instrument.position[settings["item"]]]
    if answer is None:
        return unknown("not_answered")
    fired = meets(answer, settings["op"], settings["value"])
    return Finding(fired, None, answer, settings["value"], None, {"item": settings["item"]})
