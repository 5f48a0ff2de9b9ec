"""A Goal with a target for a score: which score it is about, and what meets it."""

from operator import ge, gt, le, lt
from typing import NamedTuple

from service.fhir.codes import Code
from service.fhir.findings import Findings
from service.fhir.reading.node import Node, Resource, check_modifiers, codings_of
from service.fhir.reading.references import ID, are_different, read_reference
from service.fhir.reading.values import is_number, is_plain_unit
from service.scoring.instrument import Direction, Number
from service.scoring.issue import Path

_NOT_PURSUED = ("entered-in-error", "rejected", "cancelled")
_COMPARISONS = {"<": lt, "<=": le, ">=": ge, ">": gt}


class Target(NamedTuple):
    """The codes of a score, and either its bounds (both ends inclusive) or a value with a
    comparator; None where it has none: then the better side of the value meets it.
    """

    codes: frozenset[Code]
    low: Number | None = None
    high: Number | None = None
    value: Number | None = None
    comparator: str | None = None

    def is_met(self, score: Number, direction: Direction) -> bool:
        """Tell whether a score meets the target."""
        if self.value is None:
            above = self.low is None or score >= self.low
            return above and (self.high is None or score <= self.high)
        usual = "<=" if direction == "higher_is_worse" else ">="
        return bool(_COMPARISONS[self.comparator or usual](score, self.value))


class Goal(NamedTuple):
    """A goal of a subject with its targets; `reference` None: it has no id."""

    path: Path
    reference: str | None
    subject: Resource | None
    targets: tuple[Target, ...]

    def target_of(self, codes: frozenset[Code], subject: Resource | None) -> Target | None:
        """Return the target for a score of these codes, None where the goal has none for it, or is
        another subject's.
        """
        if are_different(self.subject, subject):
            return None
        return next((one for one in self.targets if one.codes & codes), None)


def read_goal(node: Node, findings: Findings) -> Goal:
    """Return what a Goal says of scores; a target that says nothing of any is left out, and so are
    those of a goal that is not pursued.
    """
    name = node.text("id", findings)
    check_modifiers(node, findings)
    targets: list[Target] = []
    if node.text("lifecycleStatus", findings) in _NOT_PURSUED:
        detail = "The goal is not pursued; its targets were left out of account."
        findings.warn((*node.path, "lifecycleStatus"), "goal_not_pursued", detail)
    else:
        for one in node.objects("target", findings):
            target = _target(one, findings)
            if target is not None:
                _check_one_of_its_score(target, targets, one, findings)
                targets.append(target)
    return Goal(
        node.path,
        f"Goal/{name}" if name is not None and ID.fullmatch(name) else None,
        read_reference(node, "subject", findings),
        tuple(targets),
    )


def _check_one_of_its_score(
    target: Target, others: list[Target], node: Node, findings: Findings
) -> None:
    """Find a second target for a score: which one counts on a day is not known here."""
    if any(target.codes & other.codes for other in others):
        detail = "Another target of the goal is for this score; only one can be told of."
        findings.error(node.path, "repeated_target", detail)


def _target(node: Node, findings: Findings) -> Target | None:
    measure = node.object("measure", findings)
    if measure is None:
        return None
    codes = frozenset(codings_of(measure, "coding", findings))
    limits = node.object("detailRange", findings)
    if limits is not None:
        ends = [limits.object(end, findings) for end in ("low", "high")]
        low, high = (_points(end, findings) if end else None for end in ends)
        return None if low is None and high is None else Target(codes, low, high)
    quantity = node.object("detailQuantity", findings)
    if quantity is None:
        return None
    comparator = quantity.text("comparator", findings)
    if comparator is not None and comparator not in _COMPARISONS:
        detail = f"A comparator is one of {', '.join(_COMPARISONS)}."
        findings.error((*quantity.path, "comparator"), "value_not_allowed", detail)
        return None
    value = _points(quantity, findings)
    return None if value is None else Target(codes, value=value, comparator=comparator)


def _points(quantity: Node, findings: Findings) -> Number | None:
    number: Number | None = quantity.value.get("value")
    if not is_number(number) or not is_plain_unit(quantity.value):
        detail = "A target is a number of points, without another unit."
        findings.error(quantity.path, "wrong_type", detail)
        return None
    return number
