"""What each output rests on, so that rows which cannot differ in it are one case."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from service.batch.engine.cases import Aspect, Cases, RowCases, SumCases
from service.batch.engine.cells import Array
from service.batch.engine.items import Tally, answer_codes
from service.scoring.instrument import Instrument, Number, Scale
from service.scoring.interpretation.criteria import CompiledCriterion
from service.scoring.logic import comparisons_in
from service.scoring.rules import Criterion, Gate, Risk, Rule

if TYPE_CHECKING:
    from service.batch.engine.rows import BatchRows

MOST_KEYS = 1 << 20
"""Sums and counts of a scale that a table is kept for."""


class Dependence:
    """What the outputs of one instrument rest on."""

    def __init__(self, instrument: Instrument, tally: Tally) -> None:
        self._instrument = instrument
        self._tally = tally
        self._behind_gates = sorted({at for gate in instrument.gates for at in _items_of(gate)})
        self._by_scale: dict[str, SumCases] = {}

    def of_scale(self, scale: Scale, aspect: Aspect) -> Cases:
        """Return the cases of a scale; its components must have been asked for before."""
        beneath = self._instrument.items_beneath[scale.id]
        if set(beneath).isdisjoint(self._behind_gates):
            if self._is_sum(scale):
                cases = SumCases(aspect, scale.items, self._tally)
                self._by_scale[scale.id] = cases
                return cases
            components = [self._by_scale.get(name) for name in scale.components]
            summed = [cases for cases in components if cases is not None]
            if components and len(summed) == len(components):
                return RowCases(aspect, lambda rows: [cases.cases(rows) for cases in summed])
        return self._rows(aspect, beneath)

    def of_criterion(self, criterion: Criterion, aspect: Aspect) -> Cases:
        """Return the cases of a criterion."""
        compiled = CompiledCriterion(criterion, self._instrument)
        items = compiled.items
        if compiled.has_few_cases and not self._instrument.gates:
            tables = [self._alike(*one) for one in zip(items, compiled.alike, strict=True)]
            each = list(zip(items, tables, strict=True))
            return RowCases(aspect, lambda rows: [table[rows.codes(at)] for at, table in each])
        asks = any(asks_respondent(rule) for _, rule in criterion.levels)
        return self._rows(aspect, items, asks)

    def of_risk(self, risk: Risk, aspect: Aspect) -> Cases:
        """Return the cases of a safety flag, which looks at the answer as it was sent."""
        return RowCases(aspect, lambda rows: [rows.codes(risk.item)])

    def _alike(self, position: int, alike: Mapping[Number | None, Number | None]) -> Array:
        """Return for the code of each answer to an item that of one which a criterion treats
        alike.
        """
        codes = answer_codes(self._instrument.items[position])
        found = np.zeros(len(codes) + 1, np.uint16)
        for value, code in codes.items():
            found[code] = codes[alike[value]]  # type: ignore[index]
        return found

    def _is_sum(self, scale: Scale) -> bool:
        """Tell whether a scale depends on its sum and on how many answers make it, and a table can
        be kept of both.
        """
        items = self._instrument.items
        return (
            scale.is_plain
            and scale.missing.method.by_count_alone
            and self._tally.n_sums(scale.items) * len(scale.items) < MOST_KEYS
            and all(items[at].score_of for at in scale.items)
            and all(type(key) is int for at in scale.items for key in items[at].score_of.values())
        )

    def _rows(self, aspect: Aspect, items: Iterable[int], asks: bool = False) -> RowCases:
        """Return cases of rows with the same answers to some items, and to all that a gate may look
        at; with `asks` also of the same age and sex.
        """
        looked_at = sorted({*items, *self._behind_gates})
        rules = [gate.when for gate in self._instrument.gates if gate.when is not None]
        return RowCases(aspect, _parts(looked_at, asks or any(map(asks_respondent, rules))))


def asks_respondent(rule: Rule) -> bool:
    """Tell whether a rule looks at the respondent's age or sex."""
    return any(part.kind == "respondent" for part in comparisons_in(rule))


def _parts(items: Sequence[int], asks: bool) -> Callable[["BatchRows"], list[Array]]:
    def parts(rows: "BatchRows") -> list[Array]:
        """Return answers, whom they are held against, and whether the form has too few of them."""
        people = rows.people
        of_person = (people.groups, *((people.ages, people.sexes) if asks else ()), rows.few)
        answers = [rows.codes(at) for at in items] or [np.zeros(rows.n, np.uint8)]
        return answers + [part for part in of_person if part is not None]

    return parts


def _items_of(gate: Gate) -> set[int]:
    asked = comparisons_in(gate.when) if gate.when is not None else ()
    return {*gate.items, *(int(part.subject) for part in asked if part.kind == "item")}
