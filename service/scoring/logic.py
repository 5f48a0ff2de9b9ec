"""Rules over items, scales, age and sex, in three-valued logic: true, false, or unknown (None).

A rule is compiled once into a function of the facts of one form. Unknown follows Kleene's strong
logic.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, cast

from service.scoring.applicability import SEXES
from service.scoring.instrument import Answer, Number
from service.scoring.rules import AllOf, AnyOf, Compare, Count, Not, Rule
from service.scoring.sums import COMPARISONS, meets


class Facts(NamedTuple):
    """What rules may look at: values as submitted, the range each scale's score must lie in, age
    and sex.
    """

    values: Sequence[Answer | None]
    scale_range: Callable[[str], tuple[Number, Number] | None]
    age: Number | None = None
    sex: str | None = None


Evaluate = Callable[[Facts], bool | None]


def compile_rule(rule: Rule) -> Evaluate:
    """Return a function that evaluates a rule to True, False or None (unknown)."""
    match rule:
        case Compare():
            return _COMPARE[rule.kind](rule)
        case AllOf():
            return _all_of([compile_rule(part) for part in rule.rules])
        case AnyOf():
            return _any_of([compile_rule(part) for part in rule.rules])
        case Not():
            return _negated(compile_rule(rule.rule))
        case _:
            return _count(rule)


def _compare_item(rule: Compare) -> Evaluate:
    holds, value, position = COMPARISONS[rule.op], rule.value, int(rule.subject)

    def evaluate(facts: Facts) -> bool | None:
        """Compare the item's answer; unknown when there is none."""
        answer = facts.values[position]
        return None if answer is None else holds(answer, value)

    return evaluate


def _compare_scale(rule: Compare) -> Evaluate:
    value, scale_id, op = cast("Number", rule.value), str(rule.subject), rule.op

    def evaluate(facts: Facts) -> bool | None:
        """Compare the range of the scale's score; unknown when only a part of it meets the
        threshold.
        """
        possible = facts.scale_range(scale_id)
        if possible is None:
            return None
        low, high = possible
        if low == high:
            return meets(low, op, value)
        if op in ("==", "!="):
            return None if low <= value <= high else op == "!="
        at_low, at_high = meets(low, op, value), meets(high, op, value)
        return at_low if at_low == at_high else None

    return evaluate


def _compare_respondent(rule: Compare) -> Evaluate:
    holds, value = COMPARISONS[rule.op], rule.value
    if rule.subject == "age":
        return lambda facts: None if facts.age is None else holds(facts.age, value)
    # A cut-off published for women and men says nothing about anybody else.
    return lambda facts: holds(facts.sex, value) if facts.sex in SEXES else None


_COMPARE = {"item": _compare_item, "scale": _compare_scale, "respondent": _compare_respondent}


def _all_of(parts: Sequence[Evaluate]) -> Evaluate:
    def evaluate(facts: Facts) -> bool | None:
        """Return False as soon as one part is false, else unknown when one is unknown."""
        outcome: bool | None = True
        for part in parts:
            value = part(facts)
            if value is False:
                return False
            if value is None:
                outcome = None
        return outcome

    return evaluate


def _any_of(parts: Sequence[Evaluate]) -> Evaluate:
    def evaluate(facts: Facts) -> bool | None:
        """Return True as soon as one part is true, else unknown when one is unknown."""
        outcome: bool | None = False
        for part in parts:
            value = part(facts)
            if value:
                return True
            if value is None:
                outcome = None
        return outcome

    return evaluate


def _negated(part: Evaluate) -> Evaluate:
    def evaluate(facts: Facts) -> bool | None:
        """Return the opposite; that of unknown is unknown."""
        value = part(facts)
        return None if value is None else not value

    return evaluate


def _count(rule: Count) -> Evaluate:
    parts = [compile_rule(part) for part in rule.rules]
    at_least, at_most = rule.at_least, len(parts) if rule.at_most is None else rule.at_most

    def evaluate(facts: Facts) -> bool | None:
        """Count the parts that are true; unknown when those that are unknown decide it."""
        n_true = n_unknown = 0
        for part in parts:
            value = part(facts)
            if value:
                n_true += 1
            elif value is None:
                n_unknown += 1
        if n_true + n_unknown < at_least or n_true > at_most:
            return False
        return True if n_true >= at_least and n_true + n_unknown <= at_most else None

    return evaluate


def comparisons_in(rule: Rule) -> Iterable[Compare]:
    """Yield every comparison of a rule."""
    match rule:
        case Compare():
            yield rule
        case Not():
            yield from comparisons_in(rule.rule)
        case _:
            for part in rule.rules:
                yield from comparisons_in(part)
