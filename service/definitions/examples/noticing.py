"""What the worked cases of a definition would notice: every item, key and limit is changed in turn,
and some example has to come out differently.

An error that no example notices could be in the file today. The keys are tried on the engine
itself; limits are noticed by an example on either side of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from service.definitions.checks.attainable import (
    AttainableScores,
    Exact,
    Scores,
    exact,
    is_number,
    shown,
    some,
)
from service.definitions.checks.parts import Json, Parts, objects
from service.definitions.examples.moved_thresholds import Case, MovedThresholds
from service.definitions.examples.run import is_equal, submission_of
from service.definitions.examples.steps_noticed import check_steps_noticed
from service.definitions.examples.worked import Worked
from service.scoring.answers import Form, read_form
from service.scoring.instrument import Answer, BandSystem, Cutoff, Instrument, Scale, Term
from service.scoring.issue import Issue, Path
from service.scoring.recoding.ratio import Ratio
from service.scoring.report import Scorer
from service.scoring.scales import Respondent, aggregate

MOST_STEPS = 500_000
"""Steps in which changed scales are worked out for one definition, in less than a second: the terms
of a scale, and as many as 30 of them for each change.
"""
_STEPS_OF_A_CHANGE = 30

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda found, limit: found < limit,
    "<=": lambda found, limit: found <= limit,
    ">": lambda found, limit: found > limit,
    ">=": lambda found, limit: found >= limit,
    "==": lambda found, limit: found == limit,
    "!=": lambda found, limit: found != limit,
}


def check_noticing(
    scorer: Scorer, examples: Sequence[Json], parts: Parts, attainable: AttainableScores
) -> Iterator[Issue]:
    """Yield a fault for every error that none of the examples, which come out as they expect, would
    notice.
    """
    worked = [_worked(scorer, example) for example in examples]
    yield from _Trials(scorer.instrument, worked, parts).faults()
    yield from _answers(scorer.instrument, worked)
    yield from _not_known(scorer.instrument, worked)
    yield from check_steps_noticed(scorer.instrument, worked, parts, attainable)
    for where, scale in objects(parts.document, "scales"):
        scores = attainable.headline(scale["id"])
        if scores is not None:
            built = scorer.instrument.scale[scale["id"]]
            yield from _bands(scale, built, where, worked, scores)
            yield from _cutoffs(scale, built, where, worked, scores)
    yield from _criteria(scorer.instrument, parts.document, worked, attainable)
    yield from _risks(scorer.instrument, parts.document, worked)


def _worked(scorer: Scorer, example: Json) -> Worked:
    submission = submission_of(scorer.instrument, example)
    return Worked(
        form=read_form(
            scorer.instrument, submission.answers, submission.not_applicable, submission.encoding
        ),
        respondent=Respondent(submission.age, submission.sex),
        facts=scorer.facts(submission),
        report=scorer.score(submission),
        expect=example["expect"],
    )


class _Trials:
    """Leaves out, adds and reverses every item of every scale, as long as `MOST_STEPS` lasts."""

    def __init__(self, instrument: Instrument, worked: Sequence[Worked], parts: Parts) -> None:
        self._instrument = instrument
        self._left = MOST_STEPS
        self._places = {name: index for index, name in enumerate(parts.scales)}
        self._pinned = {scale.id: self._examples_of(scale, worked) for scale in instrument.scales}
        for scale in reversed(instrument.scales):  # a composite that is noticed pins its parts
            for component in scale.components:
                have = {id(example) for example, _ in self._pinned[component]}
                self._pinned[component] += [
                    (example, ("value",))
                    for example, _ in self._pinned[scale.id]
                    if id(example) not in have
                ]

    def _examples_of(
        self, scale: Scale, worked: Sequence[Worked]
    ) -> list[tuple[Worked, Sequence[str]]]:
        """Return the examples in which all of a scale is answered, with the numbers they expect."""
        found: list[tuple[Worked, Sequence[str]]] = []
        for example in worked:
            entry = example.report["scores"][scale.id]
            expected = [
                member
                for kind, member in (("scores", "value"), ("sums", "total"), ("means", "mean"))
                if example.expect[kind].get(scale.id) is not None
            ]
            if expected and entry["n_answered"] == entry["n_items"]:
                found.append((example, expected))
        return found

    def faults(self) -> Iterator[Issue]:
        """Yield what no example notices."""
        for scale in self._instrument.scales:
            where: Path = ("scales", self._places[scale.id])
            if not self._pinned[scale.id]:
                text = "is in no example that answers all of it and expects its score"
                yield Issue(where, "scale_without_example", text)
            elif scale.ratio is not None:
                yield from self._order(scale, scale.ratio, where)
            elif not scale.components:
                yield from self._items(scale, where)
        for position in range(len(self._instrument.items)):
            yield from self._key(position)
        if self._left <= 0:
            text = "are too many for all changes of the key to be tried on them"
            yield Issue(("examples",), "too_much_to_check", text)

    def _order(self, scale: Scale, ratio: Ratio, where: Path) -> Iterator[Issue]:
        """Exchange the two clock times of a ratio."""
        turned = replace(scale, ratio=replace(ratio, to=ratio.to[::-1]))
        if len(ratio.to) > 1 and not self._notices(scale, turned):
            text = "no example would notice if the two clock times were exchanged"
            yield Issue((*where, "ratio", "to"), "term_unnoticed", text)

    def _key(self, position: int) -> Iterator[Issue]:
        """Turn the key of an item round, wherever its score counts."""
        item = self._instrument.items[position]
        scales = [
            scale
            for scale in self._instrument.scales
            if position in scale.items and scale.aggregation != "count" and self._pinned[scale.id]
        ]
        if scales and not any(self._notices(scale, scale, position) for scale in scales):
            state = "reverse-keyed" if item.reverse else "not reverse-keyed"
            text = f"is {state}, and no example would notice the contrary"
            yield Issue(("items", position, "reverse"), "key_unnoticed", text)

    def _items(self, scale: Scale, where: Path) -> Iterator[Issue]:
        """Leave out every item and add every other."""
        for position in scale.items:
            if self._left > 0 and not self._notices(scale, _without(scale, position)):
                name = self._instrument.items[position].id
                text = f'no example would notice if item "{name}" were left out'
                yield Issue((*where, "items"), "term_unnoticed", text)
        if scale.aggregation not in ("sum", "mean"):
            return
        others = set(range(len(self._instrument.items))) - set(scale.items)
        for position in sorted(others):
            if self._left > 0 and not self._notices(scale, _with(scale, position)):
                name = self._instrument.items[position].id
                text = f'no example would notice if item "{name}" were added'
                yield Issue((*where, "items"), "term_unnoticed", text)

    def _notices(self, scale: Scale, changed: Scale, turned: int | None = None) -> bool:
        """Tell whether an example comes out differently with a changed scale or a turned item."""
        for example, members in self._pinned[scale.id]:
            self._left -= _STEPS_OF_A_CHANGE + len(scale.terms)
            if self._left <= 0:
                return True
            form = example.form if turned is None else self._turned(example.form, turned)
            before = example.before(scale)
            after = aggregate(changed, form, {}, example.respondent)
            if any(not is_equal(getattr(before, m), getattr(after, m)) for m in members):
                return True
        return False

    def _turned(self, form: Form, position: int) -> Form:
        item, scores = self._instrument.items[position], list(form.scores)
        if (score := scores[position]) is not None:
            scores[position] = item.lowest + item.highest - score
        return form._replace(scores=scores)


def _without(scale: Scale, position: int) -> Scale:
    """Return a scale without an item: without its term, unless that is of several items."""
    index = next(i for i, term in enumerate(scale.terms) if position in term.items)
    left = tuple(name for name in scale.terms[index].items if name != position)
    if left:
        shorter = replace(scale.terms[index], items=left)
        terms = (*scale.terms[:index], shorter, *scale.terms[index + 1 :])
        return replace(scale, terms=terms)
    least = max(1, min(scale.missing.min_answered, len(scale.terms) - 1))
    return replace(
        scale,
        terms=_but(scale.terms, index),
        weights=None if scale.weights is None else _but(scale.weights, index),
        at_least=_but(scale.at_least, index),
        missing=replace(scale.missing, min_answered=least),
    )


def _but(parts: tuple[Any, ...], index: int) -> tuple[Any, ...]:
    return parts[:index] + parts[index + 1 :]


def _with(scale: Scale, position: int) -> Scale:
    """Return a scale with one item more."""
    weights = None if scale.weights is None else (*scale.weights, 1)
    terms = (*scale.terms, Term((position,)))
    missing = replace(scale.missing, min_answered=scale.missing.min_answered + 1)
    return replace(scale, terms=terms, weights=weights, missing=missing)


def _answers(instrument: Instrument, worked: Sequence[Worked]) -> Iterator[Issue]:
    """The lowest and the highest answer of every response set occur, and every answer that is
    worth something else than its number.
    """
    scored = {item.response_set.name: item.response_set for item in instrument.items if item.scored}
    given: dict[str, set[Answer]] = {}
    for example in worked:
        for item, value in zip(instrument.items, example.form.values, strict=True):
            if value is not None:
                given.setdefault(item.response_set.name, set()).add(value)
    for answers in scored.values():
        if answers.clock:  # its range is not the form's
            continue
        needed = {answers.minimum, answers.maximum}
        needed |= {option.value for option in answers.counting if option.score != option.value}
        lacking = sorted(needed - given.get(answers.name, set()))
        if lacking:
            text = (
                f"no example gives the answer {', '.join(map(shown, lacking))}: is the range that "
                "of the form?"
            )
            yield Issue(("response_sets", answers.name), "answer_without_example", text)


def _not_known(instrument: Instrument, worked: Sequence[Worked]) -> Iterator[Issue]:
    """An answer that says that nothing is known occurs for every response set that has one."""
    items = instrument.items
    having = {item.response_set.name for item in items if item.scored and item.not_known}
    given = {
        items[position].response_set.name
        for example in worked
        for position in example.form.not_known
    }
    for name in sorted(having - given):
        text = "no example gives the answer that counts as not answered"
        yield Issue(("response_sets", name), "answer_without_example", text)


def _fitting(part: BandSystem | Cutoff, worked: Sequence[Worked]) -> list[Worked]:
    """Return the examples of respondents whom a number is for."""
    return [
        example
        for example in worked
        if part.applies_to.fits(example.respondent.age, example.respondent.sex)
    ]


def _bands(
    scale: Json, built: Scale, where: Path, worked: Sequence[Worked], scores: Scores
) -> Iterator[Issue]:
    """Either side of every limit between two bands is expected by an example."""
    for (place, system), part in zip(objects(scale, "bands", where), built.bands, strict=True):
        name, ids = system["system"], {band["id"] for band in system["bands"]}
        limits = sorted(exact(band["min"]) for band in system["bands"])[1:]
        next_to = [score for limit in limits for score in scores.around(limit, limit_is_above=True)]
        expecting = [
            example
            for example in _fitting(part, worked)
            if example.expect["bands"].get(scale["id"], {}).get(name) in ids
        ]
        lacking = _lacking(next_to, scale["id"], expecting)
        if lacking:
            text = f'no example with its band of "{name}" scores {lacking}, next to a limit'
            yield Issue((*place, "bands"), "limit_unnoticed", text)


def _cutoffs(
    scale: Json, built: Scale, where: Path, worked: Sequence[Worked], scores: Scores
) -> Iterator[Issue]:
    """Either side of every cut-off is expected by an example."""
    for (place, cutoff), part in zip(objects(scale, "cutoffs", where), built.cutoffs, strict=True):
        name = cutoff["system"]
        next_to = scores.around(exact(cutoff["value"]), limit_is_above=cutoff["op"] in ("<", ">="))
        expecting = [
            example
            for example in _fitting(part, worked)
            if name in example.expect["cutoffs"].get(scale["id"], {})
        ]
        lacking = _lacking(next_to, scale["id"], expecting)
        if lacking:
            text = f'no example with "{name}" in its expect.cutoffs scores {lacking}'
            yield Issue(place, "limit_unnoticed", text)


def _lacking(scores: Iterable[Exact], scale: str, examples: Sequence[Worked]) -> str:
    """Return, in words, the scores that no example expects."""
    expected = {
        round(float(value), 9)
        for example in examples
        if (value := example.value(scale)) is not None
    }
    return some(sorted({score for score in scores if round(float(score), 9) not in expected}))


def _criteria(
    instrument: Instrument, document: Json, worked: Sequence[Worked], attainable: AttainableScores
) -> Iterator[Issue]:
    """Every outcome of every criterion is expected by an example, and so is either side of every
    threshold in its rules.
    """
    cases: dict[str, list[Case]] = {criterion.id: [] for criterion in instrument.criteria}
    for example in worked:
        for name, expected in example.expect["criteria"].items():
            if expected is not None:
                cases[name].append(Case(example.facts, expected))
    thresholds = MovedThresholds(instrument, attainable)
    for where, criterion in objects(document, "criteria"):
        if criterion["kind"] == "boolean":
            outcomes: set[object] = {True, False}
        else:
            outcomes = {*(level["level"] for level in criterion["levels"]), criterion["otherwise"]}
        found = {case.expected for case in cases[criterion["id"]]}
        lacking = sorted(str(outcome).lower() for outcome in outcomes - found)
        if lacking:
            text = f"no example expects it to be {' or '.join(lacking)}"
            yield Issue(where, "outcome_without_example", text)
        else:
            yield from thresholds.faults(criterion, where, cases[criterion["id"]])


def _risks(instrument: Instrument, document: Json, worked: Sequence[Worked]) -> Iterator[Issue]:
    """Either side of every flag's threshold is expected by an example."""
    for where, risk in objects(document, "risks"):
        position = instrument.position[risk["item"]]
        meets, limit = _OPERATORS[risk["op"]], risk["value"]
        expected = [
            value
            for example in worked
            if example.expect["risks"].get(risk["id"]) is not None
            and is_number(value := example.form.values[position])
        ]
        answers = sorted(instrument.items[position].score_of)
        edges = [(a, b) for a, b in pairwise(answers) if meets(a, limit) != meets(b, limit)]
        lacking = sorted({value for edge in edges for value in edge} - set(expected))
        if lacking:
            text = f"no example that expects it answers {', '.join(map(shown, lacking))}"
            yield Issue(where, "limit_unnoticed", text)
