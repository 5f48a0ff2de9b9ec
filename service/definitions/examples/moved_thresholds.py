"""What the worked cases would notice of a criterion: every number in its rules is moved by one step
in turn, and some example has to come out differently.
"""

import copy
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple, cast

from service.definitions.build.instrument import build_rule
from service.definitions.checks.attainable import AttainableScores, shown
from service.definitions.checks.parts import Json, member_object, objects
from service.scoring.applicability import SEXES
from service.scoring.instrument import Instrument, Number
from service.scoring.issue import Issue, Path
from service.scoring.logic import Evaluate, Facts, comparisons_in, compile_rule
from service.scoring.rules import Compare, Rule
from service.scoring.sums import COMPARISONS

MOST_STEPS = 200_000
"""Comparisons in which moved rules are worked out for one definition, in a tenth of a second. No
shipped definition needs a third of them.
"""
_STEPS_OF_A_RULE = 20  # to build a moved one, for each comparison in it

MOST_CASES = 512
"""Cases of answers, scores, age and sex in which a moved rule is compared with the one as it is,
to see whether any form could tell them apart. Of a rule with more, one is taken to exist.
"""

Outcome = bool | str | None


class Case(NamedTuple):
    """What the rules see of one example, and what it expects of one criterion."""

    facts: Facts
    expected: Outcome


class _Threshold(NamedTuple):
    """A number of a rule: where it stands, the object that holds it, under which name."""

    path: Path
    holder: Json
    member: str


class _Levels(NamedTuple):
    """The rules of a criterion in order, and its outcome when none of them holds."""

    rules: tuple[tuple[Outcome, Rule], ...]
    evaluate: tuple[tuple[Outcome, Evaluate], ...]
    otherwise: Outcome

    def outcome(self, facts: Facts) -> Outcome:
        """Return the first level whose rule holds; None where that is not decided."""
        for level, evaluate in self.evaluate:
            holds = evaluate(facts)
            if holds or holds is None:
                return level if holds else None
        return self.otherwise

    @property
    def comparisons(self) -> list[Compare]:
        """Every comparison of every rule."""
        return [part for _, rule in self.rules for part in comparisons_in(rule)]


class MovedThresholds:
    """Moves the thresholds of all criteria of a definition, as long as `MOST_STEPS` lasts."""

    def __init__(self, instrument: Instrument, attainable: AttainableScores) -> None:
        self._instrument = instrument
        self._attainable = attainable
        self._left = MOST_STEPS

    def faults(self, criterion: Json, where: Path, cases: Sequence[Case]) -> Iterator[Issue]:
        """Yield the thresholds of a criterion that none of its cases would notice when moved."""
        criterion = copy.deepcopy(criterion)
        as_it_is = self._levels(criterion)
        known = [case for case in cases if as_it_is.outcome(case.facts) == case.expected]
        for path, holder, member in _thresholds(criterion, where):
            if self._left <= 0:
                break
            kept = holder[member]
            unnoticed = []
            for value in self._moved(holder, member):
                holder[member] = value
                if not self._is_noticed(as_it_is, self._levels(criterion), known):
                    unnoticed.append(shown(value) if isinstance(value, int | float) else value)
            holder[member] = kept
            if unnoticed:
                text = f"no example would notice {' or '.join(unnoticed)} instead"
                yield Issue(path, "threshold_unnoticed", text)
        if self._left <= 0:
            text = "compares too much for all its thresholds to be moved on the examples"
            yield Issue(where, "too_much_to_check", text)

    def _levels(self, criterion: Json) -> _Levels:
        positions = self._instrument.position
        listed: list[Any] = criterion.get("levels") or [{"level": True, "rule": criterion["rule"]}]
        rules = tuple((one["level"], build_rule(one["rule"], positions)) for one in listed)
        evaluate = tuple((level, compile_rule(rule)) for level, rule in rules)
        return _Levels(rules, evaluate, criterion.get("otherwise", False))

    def _moved(self, holder: Json, member: str) -> list[Number | str]:
        """Return the values next to a threshold."""
        value = holder[member]
        if member != "value":
            return [bound for bound in (value - 1, value + 1) if bound >= 0]
        if isinstance(value, str):
            return [sex for sex in SEXES if sex != value]
        grid = self._grid(holder)
        lower = max((one for one in grid if one < value), default=value - 1)
        upper = min((one for one in grid if one > value), default=value + 1)
        return [lower, upper]

    def _grid(self, comparison: Json) -> Sequence[Number]:
        """Return the answers or scores that a comparison is about, none where they are not
        listed.
        """
        if "scale" in comparison:
            scores = self._attainable.headline(comparison["scale"])
            return () if scores is None else [float(one) for one in scores.values or ()]
        named = comparison.get("items") or [comparison.get("item")]
        items = [self._instrument.position[name] for name in named if name is not None]
        answers = [answer for item in items for answer in self._instrument.items[item].score_of]
        return cast("list[Number]", answers)  # no rule is about clock times

    def _is_noticed(self, as_it_is: _Levels, moved: _Levels, cases: Sequence[Case]) -> bool:
        """Tell whether an example comes out differently, or no form could."""
        n_compared = len(as_it_is.comparisons)
        self._left -= n_compared * (_STEPS_OF_A_RULE + len(cases))
        if self._left <= 0:
            return True
        for facts, expected in cases:
            if moved.outcome(facts) not in (expected, None):
                return True
        possible = self._possible(as_it_is, moved)
        if possible is None:
            return False
        self._left -= 2 * n_compared * len(possible)
        return all(as_it_is.outcome(facts) == moved.outcome(facts) for facts in possible)

    def _possible(self, as_it_is: _Levels, moved: _Levels) -> list[Facts] | None:
        """Return a case of every kind that two versions of a rule could tell apart, None where
        they are too many.
        """
        about: dict[tuple[str, int | str], list[Compare]] = {}
        for part in (*as_it_is.comparisons, *moved.comparisons):
            about.setdefault((part.kind, part.subject), []).append(part)
        choices = [self._choices(parts) for parts in about.values()]
        if not math.prod(map(len, choices)) <= MOST_CASES:
            return None
        n_items = len(self._instrument.items)
        return [
            _facts(dict(zip(about, chosen, strict=True)), n_items) for chosen in product(*choices)
        ]

    def _choices(self, parts: Sequence[Compare]) -> Sequence[Number | str]:
        """Return one value for each set of comparisons of the same thing that can hold together."""
        first = parts[0]
        if first.subject == "sex":
            return SEXES
        name = str(first.subject)
        if first.kind == "item":
            name = self._instrument.items[int(first.subject)].id
        limits = [part.value for part in parts if not isinstance(part.value, str)]
        near = [limit + step for limit in limits for step in (-1, 0, 1)]
        values = self._grid({first.kind: name}) or near
        alike = {
            tuple(COMPARISONS[part.op](value, part.value) for part in parts): value
            for value in values
        }
        return list(alike.values())


def _facts(chosen: Mapping[tuple[str, int | str], Any], n_items: int) -> Facts:
    values = [chosen.get(("item", position)) for position in range(n_items)]
    respondent = (chosen.get(("respondent", name)) for name in ("age", "sex"))
    return Facts(values, lambda scale: (chosen["scale", scale],) * 2, *respondent)


def _thresholds(part: Json, where: Path) -> Iterator[_Threshold]:
    """Yield every number, and every sex, that the rules below a part compare or count with."""
    for member, comparison in part.items():
        if member in ("each", "compare"):
            yield _Threshold((*where, member, "value"), comparison, "value")
    count = member_object(part, "count")
    for bound in ("at_least", "at_most"):
        if count.get(bound) is not None:
            yield _Threshold((*where, "count", bound), count, bound)
    for path, below in _rules_below(part, where):
        yield from _thresholds(below, path)


def _rules_below(part: Json, where: Path) -> Iterator[tuple[Path, Json]]:
    for member in ("levels", "all", "any"):
        yield from objects(part, member, where)
    for member in ("rule", "not"):
        if member in part:
            yield (*where, member), part[member]
    yield from objects(member_object(part, "count"), "of", (*where, "count"))
