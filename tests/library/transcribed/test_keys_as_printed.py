"""Keys of forms of routine care, typed from their public sources and not from the definitions:
every item moves the scales of its key by what its answers are worth there, and no other.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from tests.library.shipped import document, score


class Key(NamedTuple):
    """A printed key: scales with their items, items that are turned round, what the answers are
    worth (of all items, or of one), and whether a scale is the sum or the mean of its items.
    """

    scales: dict[str, tuple[int, ...]]
    count: int
    worth: dict[int, int]
    turned: tuple[int, ...] = ()
    apart: Mapping[int, dict[int, int]] = MappingProxyType({})
    mean: bool = False

    def of(self, item: int, answer: int) -> int:
        """Return what an answer of an item is worth."""
        worth = self.apart.get(item, self.worth)
        if item in self.turned:
            return min(worth.values()) + max(worth.values()) - worth[answer]
        return worth[answer]

    def answers(self, item: int) -> list[int]:
        """Return the answers of an item, those worth least first."""
        return sorted(self.apart.get(item, self.worth), key=lambda answer: self.of(item, answer))


def steps(low: int, high: int, by: int = 1) -> dict[int, int]:
    return {answer: answer for answer in range(low, high + 1, by)}


def total(count: int) -> dict[str, tuple[int, ...]]:
    return {"total": tuple(range(1, count + 1))}


KEYS = {
    "smfq": Key(total(13), 13, steps(0, 2)),
    "smfq-parent": Key(total(13), 13, steps(0, 2)),
    "asrm": Key(total(5), 5, steps(0, 4)),
    "cage": Key(total(4), 4, steps(0, 1)),
    "fast": Key(total(4), 4, steps(0, 4), apart={4: steps(0, 4, 2)}),
    "pgsi": Key(total(9), 9, steps(0, 3)),
    "cudit-r": Key(total(8), 8, steps(0, 4), apart={8: steps(0, 4, 2)}),
}


def values(instrument: str, answers: dict[str, Any]) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in score(instrument, answers)["scores"].items()}


@pytest.mark.parametrize("instrument", KEYS)
def test_every_answer_is_worth_what_the_key_says(instrument: str) -> None:
    """Beside the lowest answers to all other items, in every scale."""
    key = KEYS[instrument]
    assert [item["id"] for item in document(instrument)["items"]] == [
        str(item) for item in range(1, key.count + 1)
    ]
    lowest = {str(item): key.answers(item)[0] for item in range(1, key.count + 1)}
    for item in range(1, key.count + 1):
        for answer in key.answers(item):
            answers = {**lowest, str(item): answer}
            found = values(instrument, answers)
            for scale, items in key.scales.items():
                worth = sum(key.of(one, answers[str(one)]) for one in items)
                expected = Fraction(worth, len(items) if key.mean else 1)
                assert found[scale] == pytest.approx(float(expected)), (item, answer, scale)


@pytest.mark.parametrize("instrument", KEYS)
def test_no_scale_beside_those_of_the_key(instrument: str) -> None:
    assert {scale["id"] for scale in document(instrument)["scales"]} == set(KEYS[instrument].scales)


# Worked cases that other programs publish as their tests.
CASES = [
    ("pgsi", [0, 1, 2, 3, 0, 1, 2, 3, 3], {"total": 15}),
    ("cudit-r", [4, 3, 0, 0, 0, 0, 0, 0], {"total": 7}),
    ("cudit-r", [4, 4, 3, 0, 0, 0, 0, 0], {"total": 11}),
    ("cudit-r", [4, 4, 4, 4, 4, 4, 4, 4], {"total": 32}),
]


@pytest.mark.parametrize(("instrument", "answers", "expected"), CASES)
def test_worked_cases_of_other_programs(
    instrument: str, answers: list[int], expected: dict[str, float]
) -> None:
    found = score(instrument, answers)["scores"]
    assert {scale: found[scale]["value"] for scale in expected} == expected


@pytest.mark.parametrize(
    ("answers", "positive"),
    [
        ({"1": 0}, False),
        ({"1": 3}, True),
        ({"1": 4, "2": 0}, True),
        ({"1": 1}, None),
        ({"1": 1, "2": 1, "3": 0, "4": 0}, False),
        ({"1": 1, "2": 1, "3": 1, "4": 0}, True),
        ({"1": 2, "2": 0, "3": 0, "4": 0}, False),
        ({"1": 2, "2": 1}, True),
        ({"1": 0, "2": 2, "3": 2, "4": 4}, False),
    ],
)
def test_fast_is_decided_by_its_first_question(
    answers: dict[str, int], positive: bool | None
) -> None:
    assert score("fast", answers)["criteria"]["positive"]["value"] is positive
