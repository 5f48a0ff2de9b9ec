"""Items that do not apply: gates, and what an item counts as when its gate excuses it."""

from typing import Any

from service.scoring.answers import Form
from service.scoring.criteria import Facts, compile_rule
from service.scoring.instrument import Instrument
from service.scoring.rules import Gate
from service.scoring.scales import Respondent


class CompiledGates:
    """The gates of one instrument, ready to apply to a form."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._gates = [
            (gate, compile_rule(gate.when) if gate.when is not None else None)
            for gate in instrument.gates
        ]

    def apply(self, form: Form, respondent: Respondent) -> Form:
        """Return the form with every excused item scored as its gate says, or taken out.

        An item is excused when its gate's rule holds and it is either listed as not applicable or,
        where the gate says so, blank. An item listed as not applicable that no gate excuses stays
        unanswered, with a warning.
        """
        values, scores = list(form.values), list(form.scores)
        excluded: set[int] = set()
        gated: dict[int, str] = {}
        overridden: list[int] = []
        for gate, rule in self._gates:
            facts = Facts(values, lambda _: None, respondent.age, respondent.sex)
            if rule is not None and rule(facts) is not True:
                continue
            for position in gate.items:
                if position in gated:
                    continue
                answered = values[position] is not None
                if answered and not gate.override:
                    continue
                if not answered and not (gate.blank_counts or position in form.not_applicable):
                    continue
                if answered:
                    overridden.append(position)
                gated[position] = gate.id
                values[position] = scores[position] = gate.treat_as
                if gate.treat_as is None:
                    excluded.add(position)
        warnings = list(form.warnings)
        if overridden:
            warnings.append(self._warning("gated_answer_replaced", _REPLACED, overridden))
        unexcused = sorted(form.not_applicable - gated.keys())
        if unexcused:
            warnings.append(self._warning("not_applicable_not_excused", _UNEXCUSED, unexcused))
        return Form(
            values, scores, form.not_applicable, frozenset(excluded), gated, warnings, form.answered
        )

    def _warning(self, code: str, detail: str, positions: list[int]) -> dict[str, Any]:
        items = [self._instrument.items[position].id for position in positions]
        return {"code": code, "detail": detail, "items": items}


_REPLACED = (
    "These items were answered although an earlier answer means that they do not apply; "
    "the form's rule was used instead."
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
