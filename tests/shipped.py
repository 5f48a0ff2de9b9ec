"""The shipped instruments, scored without the HTTP service, and forms to score."""

from pathlib import Path
from typing import Any

import pytest

from service.definitions.catalog import load_catalog
from service.scoring.answers import Submission
from service.scoring.issue import InvalidSubmission
from service.scoring.report_shape import ScoreReport

CATALOG = load_catalog(Path(__file__).parents[1] / "instruments")


def document(instrument: str) -> Any:
    return CATALOG.get(instrument).document


def scales(instrument: str) -> set[str]:
    return set(CATALOG.get(instrument).instrument.scale)


def score(instrument: str, answers: Any, **submitted: Any) -> ScoreReport:
    return CATALOG.get(instrument).scorer.score(Submission(answers, **submitted))


def values(instrument: str, answers: Any, **submitted: Any) -> dict[str, Any]:
    return {
        name: entry["value"]
        for name, entry in score(instrument, answers, **submitted)["scores"].items()
    }


def sums(instrument: str, answers: Any, **submitted: Any) -> dict[str, Any]:
    return {
        name: entry["sum"]
        for name, entry in score(instrument, answers, **submitted)["scores"].items()
    }


def bands(instrument: str, answers: Any, scale: str = "total") -> dict[str, str]:
    return {
        found["system"]: found["id"]
        for found in score(instrument, answers)["scores"][scale]["bands"]
    }


def cutoffs(
    instrument: str, answers: Any, scale: str = "total", **submitted: Any
) -> dict[str, bool | None]:
    found = score(instrument, answers, **submitted)["scores"][scale]["cutoffs"]
    return {cutoff["system"]: cutoff["met"] for cutoff in found}


def criterion(instrument: str, answers: Any, name: str = "positive", **submitted: Any) -> Any:
    return score(instrument, answers, **submitted)["criteria"][name]["value"]


def faults(instrument: str, answers: Any, **submitted: Any) -> set[tuple[str, str]]:
    with pytest.raises(InvalidSubmission) as refused:
        score(instrument, answers, **submitted)
    return {(issue.pointer, issue.code) for issue in refused.value.issues}


def but(count: int, answer: int, **others: int | None) -> dict[str, int | None]:
    """Return the same answer to every item but some: `but(9, 0, i9=1)`."""
    form: dict[str, int | None] = {str(number): answer for number in range(1, count + 1)}
    return form | {name[1:]: other for name, other in others.items()}


def only(count: int, items: tuple[int, ...], answer: int) -> dict[str, int]:
    """Return an answer to some items and 0 to the rest."""
    return {str(item): answer if item in items else 0 for item in range(1, count + 1)}


def ramp(count: int, low: int, high: int) -> list[int]:
    """Return low, low + 1 ... high, low ... by item number."""
    return [low + number % (high - low + 1) for number in range(count)]


def spread(count: int, total: int) -> list[int]:
    """Return answers that add up to a total, as even as possible."""
    return [total // count + (index < total % count) for index in range(count)]


def band_at(value: int, starts: dict[int, str]) -> str:
    """Return the band of a table {lowest value: band} that a value falls into."""
    return [name for start, name in starts.items() if value >= start][-1]
