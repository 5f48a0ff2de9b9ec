"""A Goal with a target for a score: which score it is about, and what meets it."""

from operator import ge, gt, le, lt
from typing import NamedTuple

from service.fhir.codes import Code
from service.fhir.findings import Findings
from service.fhir.reading.node import Node, Resource, codings_of
from service.fhir.reading.references import ID, read_reference
from service.fhir.reading.values import is_number, is_plain_unit
from service.scoring.instrument import Direction, Number
from service.scoring.issue import Path

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
        if self.subject is not None and subject is not None and self.subject != subject:
            return None
        return next((one for one in self.targets if one.codes & codes), None)


def read_goal(node: Node, findings: Findings) -> Goal:
    """Return what a Goal says of scores; a target that says nothing of any is left out."""
    name = node.text("id", findings)
    targets = (_target(one, findings) for one in node.objects("target", findings))
    return Goal(
        node.path,
        f"Goal/{name}" if name is not None and ID.fullmatch(name) else None,
        read_reference(node, "subject", findings),
        tuple(one for one in targets if one is not None),
    )


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
