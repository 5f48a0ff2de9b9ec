"""One response with its score report: what the resources are written from."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.definitions.catalog import Entry
from service.fhir.reading.goal import Goal
from service.fhir.reading.response import Circumstances
from service.scoring.instrument import Answer, Number
from service.scoring.report_shape import ScaleScore, ScoreReport


@dataclass(frozen=True, slots=True)
class ScoredForm:
    """A form that was scored, with what surrounds it.

    `untold` are the scales that rest on an answer which could not be read: whatever the report
    says of them, they have no score. `identity` tells this form from every other of the request;
    `references` are the addresses of the Observations of its scales, `answers` the submitted
    numbers by item id.
    """

    entry: Entry
    about: Circumstances
    report: ScoreReport
    identity: str
    references: Mapping[str, str]
    answers: Mapping[str, Answer]
    age: Number | None = None
    sex: str | None = None
    untold: frozenset[str] = frozenset()
    goals: tuple[Goal, ...] = ()

    def reason(self, scale: str) -> str | None:
        """Return why a scale has no score, None where it has one."""
        if scale in self.untold:
            return "answer_not_read"
        return self.report["scores"][scale]["reason"]

    def score(self, scale: str) -> ScaleScore | None:
        """Return the score of a scale, None where it has none."""
        entry = self.report["scores"][scale]
        return None if entry["value"] is None or scale in self.untold else entry
