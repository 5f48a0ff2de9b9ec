"""Items that do not apply: gates, and what an item counts as when its gate excuses it."""

from collections.abc import Callable, Iterable, Sequence

from service.scoring.answers import Form
from service.scoring.instrument import Answer, Instrument, Number
from service.scoring.logic import Facts, comparisons_in, compile_rule
from service.scoring.report_shape import ReportWarning
from service.scoring.rules import Gate
from service.scoring.scales import Respondent


class CompiledGates:
    """The gates of one instrument, ready to apply to a form."""

    def __init__(self, instrument: Instrument) -> None:
        self._items = instrument.items
        self._gates = [CompiledGate(gate, instrument) for gate in instrument.gates]

    def apply(self, form: Form, respondent: Respondent) -> Form:
        """Return the form with every excused item scored as its gate says, or taken out.

        An item is excused when its gate's rule holds and it is either listed as not applicable or,
        where the gate says so, blank; but not when an answer behind the gate contradicts the rule:
        then the form does not say which of the two is meant, answers count as given and blanks as
        not answered, with a warning. An item listed as not applicable that no gate excuses stays
        unanswered, with a warning.
        """
        passage = _Passage(form)
        for gate in self._gates:
            if gate.holds(passage.values, respondent):
                gate.let_through(passage)
        unexcused = sorted(form.not_applicable - passage.gated.keys())
        if unexcused:
            items = [self._items[position].id for position in unexcused]
            passage.warn("not_applicable_not_excused", _UNEXCUSED, items)
        return passage.form()


class _Passage:
    """A form on its way through the gates of its instrument."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.not_applicable = form.not_applicable
        self.values, self.scores = list(form.values), list(form.scores)
        self.gated: dict[int, str] = {}
        self.excluded: set[int] = set()
        self.unasked: set[int] = set()
        self._warnings = list(form.warnings)

    def answered_and_blank(self, items: Iterable[int]) -> tuple[list[int], list[int]]:
        """Return which of some items are answered and which are not, but for those that a gate has
        excused already.
        """
        left = [position for position in items if position not in self.gated]
        answered = [position for position in left if self.values[position] is not None]
        return answered, [position for position in left if self.values[position] is None]

    def warn(self, code: str, detail: str, items: Sequence[str], gate: str | None = None) -> None:
        """Add a warning about some items, and about a gate where one is named."""
        warning: ReportWarning = {"code": code, "detail": detail, "items": list(items)}
        if gate is not None:
            warning["gate"] = gate
        self._warnings.append(warning)

    def form(self) -> Form:
        """Return the form with what its gates made of it."""
        return self._form._replace(
            values=self.values,
            scores=self.scores,
            excluded=frozenset(self.excluded),
            gated=self.gated,
            warnings=self._warnings,
            unasked=frozenset(self.unasked),
        )


class CompiledGate:
    """One gate, with its rule compiled and what its warnings name."""

    def __init__(self, gate: Gate, instrument: Instrument) -> None:
        self._gate = gate
        self._items = instrument.items
        self._rule: Callable[[Facts], bool | None] | None = None
        self._asked: list[int] = []
        if gate.when is not None:
            self._rule = compile_rule(gate.when)
            found = {part.subject for part in comparisons_in(gate.when) if part.kind == "item"}
            self._asked = sorted(int(position) for position in found)

    def holds(self, values: Sequence[Answer | None], respondent: Respondent) -> bool:
        """Tell whether the gate's rule is known to hold."""
        if self._rule is None:
            return True
        return self._rule(Facts(values, lambda _: None, *respondent)) is True

    def let_through(self, passage: _Passage) -> None:
        """Excuse what the gate excuses, and warn of answers that contradict its rule."""
        gate = self._gate
        answered, blank = passage.answered_and_blank(gate.items)
        contrary = self._contrary(passage, answered)
        if contrary and not gate.override:
            self._warn(passage, "answers_contradict_gate", contrary, _CONTRADICTED)
            return
        if answered and gate.override:
            self._warn(passage, "gated_answer_replaced", answered, _REPLACED)
        excused = set(blank) if gate.blank_counts else passage.not_applicable.intersection(blank)
        # An answer that agrees with the rule stays, unless the item should not have been asked.
        if gate.override or (gate.unasked and gate.when is not None):
            excused |= set(answered)
        for position in excused:
            self._excuse(passage, position)
        if gate.unasked and excused:
            self._warn(passage, "items_not_asked", sorted(excused), _UNASKED)

    def _contrary(self, passage: _Passage, answered: Sequence[int]) -> list[int]:
        return [item for item in answered if not self._agrees(passage.scores[item], item)]

    def _agrees(self, score: Number | None, position: int) -> bool:
        """Tell whether an answer says what the gate would have made of a blank."""
        if self._gate.when is None:
            return True
        lowest = self._items[position].lowest
        return score == (lowest if self._gate.unasked else self._gate.treat_as)

    def _excuse(self, passage: _Passage, position: int) -> None:
        gate = self._gate
        passage.gated[position] = gate.id
        passage.values[position] = passage.scores[position] = gate.treat_as
        if gate.treat_as is None:
            passage.excluded.add(position)
        if gate.unasked:
            passage.unasked.add(position)
            # For rules it is an item that the respondent does not have the symptom of.
            passage.values[position] = self._items[position].response_set.minimum

    def _warn(self, passage: _Passage, code: str, positions: Iterable[int], text: str) -> None:
        names = [self._items[position].id for position in positions]
        asked = [self._items[position].id for position in self._asked]
        why = f"the answer to {_listed(asked)}" if asked else "the form's rule"
        detail = text.format(why=why, items=_listed(names))
        passage.warn(code, detail, [*asked, *names], gate=self._gate.id)


def _listed(names: Sequence[str]) -> str:
    return f"item {names[0]}" if len(names) == 1 else f"items {', '.join(names)}"


_CONTRADICTED = (
    "By {why} something does not apply that was answered otherwise in {items}. The answers count "
    "as given; what was left blank there counts as not answered."
)
_REPLACED = (
    "By {why} an answer does not apply that was given in {items}; the form's rule was used instead."
)
_UNASKED = (
    "By {why} this respondent is not asked {items}: scored on the other items, with the range "
    "that goes with them."
)
_UNEXCUSED = (
    "These items were sent as not applicable, but the form has no rule that excuses "
    "them; they count as not answered."
)


def treatment_of(gate: Gate) -> str:
    """Say in a few words what a gate makes of an item."""
    return (
        "left out: does not apply"
        if gate.treat_as is None
        else f"does not apply: counts as {gate.treat_as:g}"
    )
