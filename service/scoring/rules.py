"""What a definition states by rules over a form: its criteria, safety flags and gates. Nothing is
evaluated here.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from service.scoring.applicability import EVERYBODY, Applicability

Operator = Literal["==", "!=", "<", "<=", ">", ">="]

CutoffOperator = Literal["<", "<=", ">", ">="]

OPERATORS: tuple[Operator, ...] = get_args(Operator)


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of one item (by position), one scale or the respondent's age or sex with a
    value.
    """

    kind: Literal["item", "scale", "respondent"]
    subject: int | str
    op: Operator
    value: int | float | str


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every rule is."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one rule is."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the rule is false."""

    rule: "Rule"


@dataclass(frozen=True, slots=True)
class Count:
    """True when the number of true rules lies between `at_least` and `at_most`, both inclusive."""

    rules: tuple["Rule", ...]
    at_least: int
    at_most: int | None = None


Rule = Compare | AllOf | AnyOf | Not | Count


@dataclass(frozen=True, slots=True)
class Criterion:
    """A named rule: boolean (`levels` holds one entry, True) or a level (the first that holds, else
    `otherwise`).
    """

    id: str
    title: str
    levels: tuple[tuple[bool | str, Rule], ...]
    otherwise: bool | str
    source: str
    applies_to: Applicability = EVERYBODY


@dataclass(frozen=True, slots=True)
class Risk:
    """An item-level safety flag, on the value as submitted."""

    id: str
    item: int
    op: Operator
    value: int | float
    severity: Literal["high", "moderate", "low"]
    message: str
    source: str

    @property
    def title(self) -> str:
        """Return what it is about, in words."""
        return self.id.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Gate:
    """Items that may not apply: `treat_as` is the score they then count as, None takes them out of
    the scale. `unasked`: the form does not ask them of such a respondent, so that what is published
    for it holds without them.
    """

    id: str
    items: tuple[int, ...]
    when: Rule | None
    treat_as: int | float | None
    blank_counts: bool
    override: bool
    source: str
    unasked: bool = False
