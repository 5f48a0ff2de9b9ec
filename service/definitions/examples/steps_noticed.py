"""What the worked cases would notice of a recoding in steps: some example stands on either side of
every limit, and on the limit itself where any number may be given.
"""

from collections.abc import Collection, Iterator, Sequence

from service.definitions.checks.attainable import (
    AttainableScores,
    Exact,
    Scores,
    answers_of,
    exact,
    placed_on,
    shown,
)
from service.definitions.checks.parts import Json, Parts, member_object, objects
from service.definitions.examples.worked import Worked
from service.scoring.instrument import Instrument, Number, Scale
from service.scoring.issue import Issue, Path
from service.scoring.sums import meets


def check_steps_noticed(
    instrument: Instrument, worked: Sequence[Worked], parts: Parts, attainable: AttainableScores
) -> Iterator[Issue]:
    """Yield a fault for every limit of a recoding that no example would notice if it were moved."""
    for where, answers in objects(parts.document, "response_sets"):
        raw = answers_of(answers)
        if "recode" in answers and raw is not None:
            given = set(_answers(instrument, str(where[-1]), worked))
            yield from _limits(answers["recode"], raw, given, (*where, "recode"))
    for where, part in objects(parts.document, "scales"):
        transform, raw = member_object(part, "transform"), attainable.in_steps(part["id"])
        if transform.get("type") == "steps" and raw is not None:
            given = set(_recoded(instrument.scale[part["id"]], worked))
            yield from _limits(transform["steps"], raw, given, (*where, "transform", "steps"))


def _answers(instrument: Instrument, name: str, worked: Sequence[Worked]) -> Iterator[Number]:
    """Yield the answers of a response set that examples give in a scale which they expect."""
    for position, item in enumerate(instrument.items):
        if item.response_set.name != name:
            continue
        scales = [scale.id for scale in instrument.scales if position in scale.items]
        for example in worked:
            value = example.form.values[position]
            told = any(example.value(scale) is not None for scale in scales)
            if told and isinstance(value, int | float):
                yield value


def _recoded(scale: Scale, worked: Sequence[Worked]) -> Iterator[Number]:
    """Yield the sums, means or ratios that make the scores which examples expect of a scale."""
    for example in worked:
        if example.value(scale.id) is None:
            continue
        if scale.ratio is not None:
            found = scale.ratio.value(example.form.scores)
        else:
            is_mean = scale.transform is not None and scale.transform.of == "mean"
            before = example.before(scale)
            found = before.mean if is_mean else before.total
        if found is not None:
            yield found


def _limits(
    steps: Sequence[Json], raw: Scores, given: Collection[Number], path: Path
) -> Iterator[Issue]:
    placed = placed_on(steps, raw)
    for place in range(1, len(placed)):
        if raw.values is not None:
            needed = [placed[place - 1][1][-1], placed[place][1][0]]
            lacking = [shown(score) for score in needed if not _is_in(score, given)]
        else:
            lacking = list(_lacking_on_a_line(steps, place, given))
        if lacking:
            text = f"no example that expects what it is worth has {' or '.join(lacking)}"
            yield Issue((*path, place), "limit_unnoticed", text)


def _lacking_on_a_line(
    steps: Sequence[Json], place: int, given: Collection[Number]
) -> Iterator[str]:
    """Yield, in words, what no example has: the limit, and a number on the step which the limit is
    not on.
    """
    step = steps[place]
    limit = exact(step.get("above", step.get("at_least")))
    if not _is_in(limit, given):
        yield shown(limit)
    across = place if "above" in step else place - 1
    if not any(_place_of(number, steps) == across for number in given):
        yield f"a number {'above' if 'above' in step else 'below'} it, on the step beside it"


def _is_in(score: Exact, given: Collection[Number]) -> bool:
    return any(meets(number, "==", float(score)) for number in given)


def _place_of(number: Number, steps: Sequence[Json]) -> int:
    """Return the place of the step that a number is on."""
    sides = ((">", "above"), (">=", "at_least"))
    reached = (
        meets(number, op, step[member])
        for step in steps[1:]
        for op, member in sides
        if member in step
    )
    return sum(reached)
