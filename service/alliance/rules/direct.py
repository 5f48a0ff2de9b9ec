"""Rules about what patient or therapist say outright: tension felt, and tension mended."""

from service.alliance.course import Rating
from service.alliance.finding import Finding, unknown
from service.alliance.series.watched_scale import alerts_of
from service.scoring.alert_settings import DirectAnswer
from service.scoring.sums import meets


def tension(rating: Rating) -> Finding:
    """Read whether tension was reported, from the item that the definition names."""
    return _report(rating, alerts_of(rating.instrument).tension)


def resolution(rating: Rating) -> Finding:
    """Read whether its resolution was reported, from the item that the definition names."""
    return _report(rating, alerts_of(rating.instrument).resolution)


def _report(rating: Rating, asked: DirectAnswer | None) -> Finding:
    if asked is None:
        return unknown("not_configured")
    if rating.answers is None:
        return unknown("no_answers")
    answer = rating.answers[asked.item]
    if answer is None:
        return unknown("not_answered")
    evidence = {"item": rating.instrument.items[asked.item].id}
    fired = meets(answer, asked.op, asked.value)
    return Finding(fired, None, answer, asked.value, None, evidence)
