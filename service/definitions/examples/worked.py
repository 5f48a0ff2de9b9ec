"""A worked case as it was scored, beside what it expects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.definitions.checks.parts import Json
from service.scoring.answers import Form
from service.scoring.instrument import Number, Scale
from service.scoring.logic import Facts
from service.scoring.scales import Aggregate, Respondent, aggregate


@dataclass(frozen=True)
class Worked:
    """One example: its form as keyed, its report, and what it expects."""

    form: Form
    respondent: Respondent
    facts: Facts
    report: Mapping[str, Any]
    expect: Json
    _aggregates: dict[str, Aggregate] = field(default_factory=dict)

    def before(self, scale: Scale) -> Aggregate:
        """Return the aggregate of a scale of items as it is."""
        if scale.id not in self._aggregates:
            found = aggregate(scale, self.form, {}, self.respondent)
            self._aggregates[scale.id] = found
        return self._aggregates[scale.id]

    def value(self, scale: str) -> Number | None:
        """Return the headline value of a scale that this example expects."""
        value: Number | None = self.report["scores"][scale]["value"]
        return value if scale in self.expect["scores"] else None
