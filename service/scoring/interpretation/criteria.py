"""Criteria and safety flags of a form.

Where Kleene's logic leaves a rule over items unknown, every way the unanswered items could be
answered is tried, so that a criterion is null only when the answers given really do not decide it.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, product
from operator import getitem
from typing import cast

from service.scoring.applicability import SEXES
from service.scoring.instrument import Answer, Instrument, Item, Number, picker
from service.scoring.logic import Evaluate, Facts, comparisons_in, compile_rule
from service.scoring.remembering import Memory
from service.scoring.report_shape import CriterionResult, RiskResult
from service.scoring.rules import Compare, Criterion, Risk, Rule
from service.scoring.sums import COMPARISONS

# Beyond this many ways to complete a form, or comparisons made in all of them together, a rule that
# is undecided is left so.
_MOST_COMPLETIONS = 512
_MOST_COMPARED = 20_000


def completions_of(n_comparisons: int) -> int:
    """Return how many ways to complete a form are tried at most for a criterion of so many
    comparisons.
    """
    return min(_MOST_COMPLETIONS, _MOST_COMPARED // max(1, n_comparisons))


class CompiledCriterion:
    """A criterion ready to evaluate on the facts of a form."""

    def __init__(self, criterion: Criterion, instrument: Instrument) -> None:
        self.criterion = criterion
        self._instrument = instrument
        self._levels = [
            (level, compile_rule(rule), _compiled_comparisons(rule, instrument))
            for level, rule in criterion.levels
        ]
        comparisons = list(_comparisons_of(criterion))
        self.items = _all_items(comparisons, instrument)
        self._only_items = all(part.kind == "item" for part in comparisons)
        self._rests_on_scales = any(part.kind == "scale" for part in comparisons)
        self._most_completions = completions_of(len(comparisons))
        self.alike = _answers_alike(self.items, comparisons, instrument)
        self.has_few_cases = (
            self._only_items
            and criterion.applies_to.is_open
            and all(instrument.items[position].score_of for position in self.items)
        )
        asked = [part for part in comparisons if part.kind == "respondent"]
        self._respondent = sorted({str(part.subject) for part in asked})
        self._ages = _ages_that_differ(asked)
        self._sexes = SEXES if "sex" in self._respondent else ()

    def evaluate(self, facts: Facts) -> CriterionResult:
        """Return the criterion's value, or None with the reason when the answers do not decide
        it.
        """
        misfit = self.criterion.applies_to.misfit(facts.age, facts.sex)
        if misfit is not None:
            return self._result(None, misfit, [], [])
        value, comparisons = self._first_level(facts)
        if value is None:
            return self._settle(facts)
        return self._result(value, None, self._met(comparisons, facts), [])

    def _met(self, comparisons: "_Comparisons", facts: Facts) -> list[str]:
        """Return the items that are evidence for what was found."""
        met = {
            position for holds, positions in comparisons if holds(facts) for position in positions
        }
        return self._ids(sorted(met))

    def _first_level(self, facts: Facts) -> tuple[bool | str | None, "_Comparisons"]:
        for level, evaluate, comparisons in self._levels:
            holds = evaluate(facts)
            if holds:
                return level, comparisons
            if holds is None:
                return None, ()
        return self.criterion.otherwise, ()

    def _settle(self, facts: Facts) -> CriterionResult:
        """Return the one outcome that all answers, ages and sexes would have which are not known,
        or None with the reason.
        """
        missing = [position for position in self.items if facts.values[position] is None]
        outcomes = self._outcomes(facts, missing)
        if len(outcomes) == 1 and None not in outcomes:
            value = outcomes.pop()
            met = [] if missing else self._met(self._evidence_for(value), facts)
            return self._result(value, None, met, self._ids(missing))
        if missing:
            return self._result(None, "missing_items", [], self._ids(missing))
        unknown = [name for name in self._respondent if _respondent_unknown(name, facts)]
        return self._result(None, f"needs_{unknown[0]}" if unknown else "not_scored", [], [])

    def _evidence_for(self, value: bool | str | None) -> "_Comparisons":
        return next((found for level, _, found in self._levels if level == value), ())

    def _outcomes(self, facts: Facts, missing: Sequence[int]) -> set[bool | str | None]:
        """Return every outcome that what is not known could lead to; {None} when there are too many
        possibilities. Items are not varied under a rule over scales, which are scored already.
        """
        varied = [] if self._rests_on_scales else missing
        choices = self._choices(varied)
        respondents = self._possible_respondents(facts)
        n_possible = len(respondents) * math.prod(map(len, choices))
        if n_possible > self._most_completions:
            return {None}
        outcomes: set[bool | str | None] = set()
        values = list(facts.values)
        for (age, sex), answers in product(respondents, product(*choices)):
            for position, value in zip(varied, answers, strict=True):
                values[position] = value
            outcomes.add(self._first_level(Facts(values, facts.scale_range, age, sex))[0])
            if len(outcomes) > 1:
                break
        return outcomes

    def _choices(self, varied: Sequence[int]) -> list[tuple[Number, ...]]:
        """Return for each item an answer of every kind that the rule treats alike."""
        return [
            tuple({value for value in alike.values() if value is not None})
            for position, alike in zip(self.items, self.alike, strict=True)
            if position in varied
        ]

    def _possible_respondents(self, facts: Facts) -> list[tuple[Number | None, str | None]]:
        """Return every age and sex that the respondent may be of, as far as the rule asks."""
        ages = self._ages if facts.age is None and self._ages else (facts.age,)
        sexes = self._sexes if facts.sex not in SEXES and self._sexes else (facts.sex,)
        return list(product(ages, sexes))

    def _ids(self, positions: Iterable[int]) -> list[str]:
        return [self._instrument.items[position].id for position in positions]

    def _result(
        self, value: bool | str | None, reason: str | None, items: list[str], missing: list[str]
    ) -> CriterionResult:
        return {
            "title": self.criterion.title,
            "value": value,
            "reason": reason,
            "items": items,
            "missing": missing,
            "source": self.criterion.source,
        }


def _comparisons_of(criterion: Criterion) -> Iterable[Compare]:
    return (part for _, rule in criterion.levels for part in comparisons_in(rule))


def _respondent_unknown(name: str, facts: Facts) -> bool:
    return facts.age is None if name == "age" else facts.sex not in SEXES


def _ages_that_differ(comparisons: Iterable[Compare]) -> tuple[Number, ...]:
    """Return an age on, between and beyond each of the limits that a rule compares ages with."""
    ends = sorted({cast("Number", one.value) for one in comparisons if one.subject == "age"})
    between = [(low + high) / 2 for low, high in pairwise(ends)]
    return (0, *ends, *between, math.inf) if ends else ()


def _all_items(comparisons: Iterable[Compare], instrument: Instrument) -> list[int]:
    return sorted({position for part in comparisons for position in _items_of(part, instrument)})


def _items_of(part: Compare, instrument: Instrument) -> tuple[int, ...]:
    if part.kind == "item":
        return (int(part.subject),)
    if part.kind == "scale":
        return instrument.items_beneath[str(part.subject)]
    return ()


_Alike = dict[Number | None, Number | None]


def _answers_alike(
    positions: Iterable[int], comparisons: Iterable[Compare], instrument: Instrument
) -> list[_Alike]:
    """Map, for each of some items, each allowed value to one that every comparison of the item
    treats alike; None to None.
    """
    of_item: dict[int | str, list[Compare]] = defaultdict(list)
    for part in comparisons:
        if part.kind == "item":
            of_item[part.subject].append(part)
    return [_alike(instrument.items[position], of_item[position]) for position in positions]


def _alike(item: Item, comparisons: Sequence[Compare]) -> _Alike:
    first: dict[tuple[bool, ...], Number] = {}
    alike: _Alike = {None: None}
    for option in item.response_set.counting:
        pattern = tuple(COMPARISONS[part.op](option.value, part.value) for part in comparisons)
        alike[option.value] = first.setdefault(pattern, option.value)
    return alike


_Comparisons = Sequence[tuple[Evaluate, tuple[int, ...]]]


def _compiled_comparisons(rule: Rule, instrument: Instrument) -> _Comparisons:
    """Return each comparison of a rule with the items that it rests on: the evidence for it."""
    return [(compile_rule(part), _items_of(part, instrument)) for part in comparisons_in(rule)]


class CompiledCriteria:
    """All criteria of an instrument. Rules over items have few truly different cases, which are
    remembered.
    """

    def __init__(self, instrument: Instrument, memory: Memory) -> None:
        self._memory = memory
        self._all = [(part.id, CompiledCriterion(part, instrument)) for part in instrument.criteria]
        self._has_few_cases = all(criterion.has_few_cases for _, criterion in self._all)
        items = sorted({position for _, criterion in self._all for position in criterion.items})
        rules = [rule for part in instrument.criteria for _, rule in part.levels]
        comparisons = [comparison for rule in rules for comparison in comparisons_in(rule)]
        self._pick = picker(items)
        self._alike = _answers_alike(items, comparisons, instrument)

    def evaluate(
        self, values: Sequence[Answer | None], facts: Callable[[], Facts]
    ) -> dict[str, CriterionResult]:
        """Return the result of every criterion; answers that all comparisons treat alike share one
        result.
        """
        if not self._has_few_cases:
            return self._work_out(facts())
        try:
            case = tuple(map(getitem, self._alike, self._pick(values)))
        except KeyError:  # a gate gave the item a value that no answer has
            return self._work_out(facts())
        known: dict[str, CriterionResult] | None = self._memory.recall((self, case))
        if known is None:
            known = self._work_out(facts())
            self._memory.keep((self, case), known)
        return known

    def _work_out(self, facts: Facts) -> dict[str, CriterionResult]:
        return {name: criterion.evaluate(facts) for name, criterion in self._all}


class CompiledRisk:
    """A safety flag with its three possible results made ready."""

    def __init__(self, risk: Risk, instrument: Instrument) -> None:
        self._position, self._holds, self._value = risk.item, COMPARISONS[risk.op], risk.value
        item = instrument.items[risk.item].id

        def result(raised: bool | None, reason: str | None, message: str | None) -> RiskResult:
            """Return the flag with one of its outcomes and what is said of it."""
            return {
                "id": risk.id,
                "title": risk.title,
                "item": item,
                "raised": raised,
                "reason": reason,
                "severity": risk.severity,
                "message": message,
                "source": risk.source,
            }

        self._raised = result(True, None, risk.message)
        self._not_raised = result(False, None, None)
        self._unknown = result(None, "not_answered", f"Item {item} was not answered.")

    def evaluate(self, values: Sequence[Answer | None]) -> RiskResult:
        """Return the flag for a form; an unanswered item leaves it None, never False."""
        value = values[self._position]
        if value is None:
            return self._unknown
        return self._raised if self._holds(value, self._value) else self._not_raised
