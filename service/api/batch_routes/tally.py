"""What came of the lines of one batch."""

from collections import Counter
from dataclasses import dataclass, field

from service.api.problems import Problem
from service.operations.metrics import Metrics


@dataclass(slots=True)
class Tally:
    """Counts the lines of one batch; they are told to the metrics together, when it ends."""

    results: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    _scored: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _rejected: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    _malformed: Counter[str] = field(default_factory=Counter)

    def scored(self, instrument: str, version: str, completeness: str) -> None:
        """Count a form that was scored."""
        self.results += 1
        self._scored[instrument, version, completeness] += 1

    def refused(self, problem: Problem, instrument: str | None) -> None:
        """Count a line that has a problem; `instrument` is None where it is not known."""
        self.problems[problem.code] += 1
        if problem.status in (400, 413):
            self._malformed[problem.code] += 1
        else:
            is_listed = problem.code == "invalid_request"
            reason = problem.errors[0].code if is_listed else problem.code
            self._rejected[instrument, reason] += 1

    def summary(self) -> dict[str, object]:
        """Return how many lines gave results and how many problems, and of which codes."""
        n_problems = self.problems.total()
        return {
            "lines": self.results + n_problems,
            "results": self.results,
            "problems": n_problems,
            "problem_codes": dict(sorted(self.problems.items())),
        }

    def tell(self, metrics: Metrics) -> None:
        """Add the counts to the metrics."""
        for (instrument, version, completeness), times in self._scored.items():
            metrics.count_scored(instrument, version, completeness, times)
        for (known, reason), times in self._rejected.items():
            metrics.count_rejected(known, reason, times)
        for code, times in self._malformed.items():
            metrics.count_malformed(code, times)
