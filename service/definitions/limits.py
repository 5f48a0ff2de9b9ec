"""How much work a definition may ask for. Anybody may send one, so what would keep the service busy
is refused before it is done, with the limit named.

Every limit is far above the shipped instruments; a form that needs more is two forms.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from service.definitions.checks.attainable import is_number
from service.definitions.checks.parts import (
    Json,
    Parts,
    comparisons,
    member_object,
    objects,
    rules,
    scale_items,
    strings,
)
from service.scoring.interpretation.criteria import completions_of
from service.scoring.issue import Issue

MOST_VALUES = 20_000
"""Values in a definition: members, elements, and the objects and arrays that hold them."""

MOST_TERMS = 5_000
"""Terms of all scales, those of its components counted again for every composite."""

MOST_TERM_ANSWERS = 100_000
"""Answers that the items of all scales allow, counted for each scale that an item is in."""

MOST_COMPARISONS = 1_000
"""Comparisons of all rules."""

MOST_EXAMPLE_WORK = 100_000
"""Steps in which the examples are scored, as `form_work` counts them."""

_COMPLETIONS_IN_A_STEP = 20


def check_size(document: object) -> Iterator[Issue]:
    """Yield a fault when a document holds more values than are looked at."""
    n_values, ahead = 1, [document]
    while ahead:
        part = ahead.pop()
        below = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        n_values += len(below)
        if n_values > MOST_VALUES:
            text = f"must hold at most {MOST_VALUES} values, all members and elements counted"
            yield Issue((), "too_many_values", text)
            return
        ahead.extend(below)


def check_work(parts: Parts) -> Iterator[Issue]:
    """Yield a fault for everything that a definition wants too much of."""
    terms = _terms_of_scales(parts)
    answers = sum(_answers_of_items(parts, scale) for scale in parts.scales.values())
    n_compared = sum(1 for _ in _all_comparisons(parts))
    yield from _at_most(MOST_TERMS, "scales", sum(terms.values()), "terms, those of components")
    yield from _at_most(MOST_TERM_ANSWERS, "scales", answers, "answers of their items")
    yield from _at_most(MOST_COMPARISONS, "criteria", n_compared, "comparisons in all rules")
    examples = parts.document.get("examples")
    if isinstance(examples, list):
        work = len(examples) * form_work(parts)
        yield from _at_most(MOST_EXAMPLE_WORK, "examples", work, "steps, examples times terms")


def form_work(parts: Parts) -> int:
    """Return in how many steps one form is scored: terms of scales, what their scores are compared
    with, steps of recodings, items of gates, and blanks of criteria filled in in every way.
    """
    document = parts.document
    n_compared = sum(len(member_object(norm, "scales")) for _, norm in objects(document, "norms"))
    for scale in parts.scales.values():
        n_compared += sum(1 for _ in objects(scale, "cutoffs"))
        n_compared += sum(1 + _length(system, "bands") for _, system in objects(scale, "bands"))
    n_gated = sum(_length(gate, "items") for _, gate in objects(document, "gates"))
    filled_in = sum(_completions(criterion) for criterion in _criteria(document))
    steps = sum(_terms_of_scales(parts).values()) + n_compared + n_gated + _n_steps(parts)
    return steps + filled_in // _COMPLETIONS_IN_A_STEP


def _n_steps(parts: Parts) -> int:
    """Return how many limits the recodings of items and scales compare a number with."""
    sets = [parts.response_set_of(name) or {} for name in parts.items]
    transforms = [member_object(scale, "transform") for scale in parts.scales.values()]
    return sum(_length(answers, "recode") for answers in sets) + sum(
        _length(transform, "steps") for transform in transforms
    )


def _at_most(limit: int, member: str, found: int, what: str) -> Iterator[Issue]:
    if found > limit:
        text = f"ask for too much work: {found} {what}; at most {limit} are allowed"
        yield Issue((member,), "too_much_work", text, {"maximum": limit})


def _length(where: Json, member: str) -> int:
    value = where.get(member)
    return len(value) if isinstance(value, list) else 0


def _terms_of_scales(parts: Parts) -> Mapping[str, int]:
    """Return how many terms each scale rests on, of a composite those of its components."""
    found: dict[str, int] = {}

    def count(name: str) -> int:
        """Count the terms of one scale, once; one that is part of itself has none there."""
        if name not in found:
            found[name] = 0
            scale = parts.scales[name]
            within = strings(member_object(scale, "composite"), "of", ())
            below = sum(count(part) for _, part in within if part in parts.scales)
            found[name] = below + sum(1 for _ in scale_items(scale, ()))
        return found[name]

    for name in parts.scales:
        count(name)
    return found


def _answers_of_items(parts: Parts, scale: Json) -> int:
    sets = [parts.response_set_of(name) or {} for _, name in scale_items(scale, ())]
    return sum(_n_answers(answers) for answers in sets)


def _n_answers(answers: Json) -> int:
    """Return how many answers a response set lists, at most; a line counts as one."""
    if "options" in answers:
        return _length(answers, "options")
    low, high, step = answers.get("min"), answers.get("max"), answers.get("step", 1)
    is_listed = is_number(low) and is_number(high) and is_number(step)
    return int((high - low) / step) + 1 if is_listed else 1  # type: ignore[operator]


def _all_comparisons(parts: Parts) -> Iterator[Any]:
    for path, rule in rules(parts.document):
        yield from comparisons(rule, path)


def _criteria(document: Json) -> Iterator[list[Any]]:
    """Yield the comparisons of each criterion."""
    for _, criterion in objects(document, "criteria"):
        of_levels = [level.get("rule") for _, level in objects(criterion, "levels")]
        found = [criterion.get("rule"), *of_levels]
        yield [part for rule in found for part in comparisons(rule, ())]


def _completions(compared: list[Any]) -> int:
    """Return how many comparisons are made to fill in blanks in every way."""
    return completions_of(len(compared)) * len(compared)
