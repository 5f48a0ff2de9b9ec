"""Rows that differ in their sum, in how many answers make it or in their group are other cases."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from service.batch.engine.cases import Aspect, Output, SumCases
from service.batch.engine.cells import Array
from service.batch.engine.items import Tally, Worth

HIGHEST = 200


class Rows:
    """Rows of two items from 0 to 200 whose report is what they add up to."""

    def __init__(
        self, answers: list[tuple[int | None, int | None]], groups: list[int] | None
    ) -> None:
        self.n = len(answers)
        self.refused: Array | None = None
        self.few: Array | None = None
        self.groups = None if groups is None else np.array(groups)
        self.answers = answers

    def worth(self, position: int) -> Worth:
        """Return the answers to one item."""
        given = [row[position] for row in self.answers]
        answered = np.array([value is not None for value in given])
        scores = np.array([value or 0 for value in given], np.uint8)
        return Worth(scores, None if answered.all() else answered)

    def report(self, row: int) -> Any:
        """Return sum, number of answers and group."""
        given = [value for value in self.answers[row] if value is not None]
        return sum(given), len(given), None if self.groups is None else int(self.groups[row])


ANSWERS = [None, *range(0, HIGHEST + 1, 8)]


@pytest.mark.parametrize("grouped", [False, True])
def test_a_case_is_of_one_sum_one_number_of_answers_and_one_group(grouped: bool) -> None:
    """Two items come to 400, more than a byte holds; a batch in which all are answered and one in
    which some are not have the same cases.
    """
    outputs = tuple(Output(name) for name in ("sum", "answers", "group"))
    cases = SumCases(Aspect(outputs, lambda report: report), [0, 1], Tally(0, (HIGHEST, HIGHEST)))
    every = list(product(ANSWERS, ANSWERS))
    whole = [row for row in every if None not in row]
    for answers in (whole, every):
        groups = [row % 3 for row in range(len(answers))] if grouped else None
        rows = Rows(answers, groups)
        told = [column.to_pylist() for column in cases.meanings.columns(cases.cases(rows))]
        assert list(zip(*told, strict=True)) == [rows.report(row) for row in range(rows.n)]
