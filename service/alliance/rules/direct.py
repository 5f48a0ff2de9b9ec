"""Rules about what patient or therapist say outright: tension felt, and tension mended."""

from service.alliance.course import Rating
from service.alliance.finding import Finding, unknown
from service.alliance.rules.rule import Role, ScoreRule
from service.alliance.series.series import Point, Series
from service.alliance.series.watched_scale import Standard, alerts_of
from service.scoring.alert_settings import DirectAnswer, Number
from service.scoring.sums import meets


def tension(point: Point, _: Series) -> Finding:
    """Read whether tension was reported, from the items that the definition names."""
    return _report(point.rating, alerts_of(point.rating.instrument).tension)


def _without_question(standard: Standard) -> str | None:
    return "not_configured" if alerts_of(standard.instrument).tension is None else None


def resolution(rating: Rating, tension_before: bool) -> Finding:
    """Read whether its resolution was reported, from the items that the definition names.

    Where it takes every item of a form to say so, each of them denies tension: that says something
    only after tension was reported.
    """
    asked = alerts_of(rating.instrument).resolution
    if asked is not None and asked.every and not tension_before:
        return unknown("no_tension_reported")
    return _report(rating, asked)


def denies(rating: Rating) -> bool:
    """Tell whether a form reports resolution by denying tension in every item."""
    asked = alerts_of(rating.instrument).resolution
    return asked is not None and asked.every


def _report(rating: Rating, asked: DirectAnswer | None) -> Finding:
    if asked is None:
        return unknown("not_configured")
    if rating.answers is None:
        return unknown("no_answers")
    answers = {item: rating.answers[item] for item in asked.items}
    met = [
        item
        for item, answer in answers.items()
        if answer is not None and meets(answer, asked.op, asked.value)
    ]
    n_answered = sum(answer is not None for answer in answers.values())
    decided = len(met) < n_answered if asked.every else bool(met)
    if n_answered < len(answers) and not decided:
        return unknown("not_answered")
    fired = len(met) == len(answers) if asked.every else bool(met)
    return _found(rating, asked, fired, answers, met)


def _found(
    rating: Rating,
    asked: DirectAnswer,
    fired: bool,
    answers: dict[int, Number | None],
    met: list[int],
) -> Finding:
    """Return a finding with the answer to the one item, or with how many of the items say so."""
    names = rating.instrument.item_ids
    if len(asked.items) == 1:
        (item,) = asked.items
        return Finding(fired, None, answers[item], asked.value, None, {"item": names[item]})
    needed = len(asked.items) if asked.every else 1
    return Finding(fired, None, len(met), needed, None, {"items": [names[item] for item in met]})


TENSION = ScoreRule(
    id="R20",
    name="direct.rupture_report",
    title="Tension reported outright",
    formula="answer op threshold on the item that the definition names; watch from the "
    "patient, info from the therapist",
    minimum_data="1 form with answers",
    severity="watch",
    provenance="engineering",
    sources=("muran-2009",),
    roles=frozenset({Role.LOW, Role.OUTRIGHT}),
    therapist_severity="info",
    evaluate=tension,
    lacking=_without_question,
)
RULES = (TENSION,)
