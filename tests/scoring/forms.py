"""Small instruments to score with, built straight from the engine's model."""

from collections.abc import Sequence
from typing import Any

from service.scoring.answers import Submission
from service.scoring.instrument import (
    Answer,
    Instrument,
    Item,
    MissingRule,
    Number,
    ResponseOption,
    ResponseSet,
    Scale,
    Term,
)
from service.scoring.report import Scorer
from service.scoring.report_shape import ScoreReport
from service.scoring.rules import Compare, Count, Rule


def steps(low: int, high: int) -> ResponseSet:
    """Return a response set of whole steps."""
    options = tuple(ResponseOption(value, value) for value in range(low, high + 1))
    return ResponseSet("steps", low, high, options)


def recoded(**scores: Number) -> ResponseSet:
    """Return a response set of options by value: `recoded(v1=100, v2=50)`."""
    values = [int(name[1:]) for name in scores]
    options = tuple(
        ResponseOption(value, score) for value, score in zip(values, scores.values(), strict=True)
    )
    return ResponseSet("recoded", min(values), max(values), options)


def listed(*values: Number) -> ResponseSet:
    """Return a response set of exactly these values."""
    return ResponseSet(
        "listed", min(values), max(values), tuple(ResponseOption(value, value) for value in values)
    )


def line(low: Number = 0, high: Number = 10) -> ResponseSet:
    """Return a visual analogue line."""
    return ResponseSet("line", low, high)


def clock() -> ResponseSet:
    """Return the times of a day."""
    return ResponseSet("clock", 0, 1439, clock=True)


def ends(item: Item) -> tuple[Answer, Answer]:
    """Return the least and the most that an item takes, as it is submitted."""
    answers = item.response_set
    return ("00:00", "23:59") if answers.clock else (answers.minimum, answers.maximum)


def items(
    count: int, answers: ResponseSet | None = None, *, reverse: Sequence[int] = (), **members: Any
) -> tuple[Item, ...]:
    """Return items "1" to "n" that share a response set (0 to 3 unless told)."""
    answers = answers or steps(0, 3)
    return tuple(
        Item(str(n), answers, reverse=n in reverse, **members) for n in range(1, count + 1)
    )


def scale(positions: Sequence[int] = (0, 1, 2), aggregation: str = "sum", **members: Any) -> Scale:
    """Return a scale of single items that needs them all, unless told otherwise."""
    members = {
        "id": "total",
        "title": "Total",
        "metric": aggregation,
        "direction": "higher_is_worse",
        "missing": MissingRule(len(positions)),
        "terms": tuple(Term((position,)) for position in positions),
        **members,
    }
    return Scale(aggregation=aggregation, **members)


def instrument(form: Sequence[Item], *scales: Scale, **members: Any) -> Instrument:
    """Return an instrument; without scales one `sum` over all its items."""
    scales = scales or (scale(range(len(form))),)
    members = {"id": "form", "version": "1.0.0", "digest": "sha256:0", "title": "Form", **members}
    return Instrument(items=tuple(form), scales=scales, **members)


def score(
    form: Instrument, answers: Any, *, working: bool = False, **submitted: Any
) -> ScoreReport:
    """Score one form with a fresh scorer."""
    return Scorer(form).score(Submission(answers, **submitted), working=working)


def at(position: int, op: Any, value: Number) -> Compare:
    """Return a comparison of an item."""
    return Compare("item", position, op, value)


def counted(rules: Sequence[Rule], at_least: int, at_most: int | None = None) -> Count:
    """Return a count of rules."""
    return Count(tuple(rules), at_least, at_most)


def known_answers(form: Instrument, answers: dict[str, Any]) -> dict[str, Any]:
    """Return the answers that do not say that nothing is known."""
    items = {item.id: item for item in form.items}
    return {name: answer for name, answer in answers.items() if answer not in items[name].not_known}
