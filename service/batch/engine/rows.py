"""The rows of one batch, as the cases look at them."""

from collections.abc import Mapping, Sequence

import numpy as np

from service.batch.engine.cells import Array, Cells
from service.batch.engine.items import ItemTable, Worth, count_answered
from service.batch.engine.problems import AGE, SEX, problem_of
from service.batch.engine.respondents import People
from service.scoring.answers import Answers, Submission
from service.scoring.issue import InvalidSubmission
from service.scoring.report import Scorer
from service.scoring.report_shape import ScoreReport


class BatchRows:
    """The rows of one batch: what their answers add up to, and the report of any of them.

    `cells` holds the column of each item, None where the table has none, `broken` what is wrong
    with rows that could not be read at all, `asked` what every form is compared with. `refused`
    tells which rows cannot be scored, `few` which of the others have fewer answers than the form
    needs; None where no row is so.
    """

    def __init__(
        self,
        scorer: Scorer,
        tables: Sequence[ItemTable],
        cells: Sequence[Cells | None],
        people: People,
        broken: Mapping[int, str],
        asked: Submission,
        n: int,
    ) -> None:
        self.n = n
        self.people = people
        self.groups = people.groups
        self._scorer = scorer
        self._tables = tables
        self._cells = cells
        self._broken = broken
        self._asked = asked
        self._worths = [
            None if held is None else table.worth(held)
            for table, held in zip(tables, cells, strict=True)
        ]
        self._reports: dict[int, ScoreReport] = {}
        n_always, n_more = count_answered(self._worths, n)
        self.refused = self._refused(n_always, n_more)
        self.few: Array | None = None
        least = scorer.instrument.min_answered
        if least > n_always:
            few = n_more < least - n_always
            if self.refused is not None:
                few &= ~self.refused
            self.few = few if few.any() else None

    def worth(self, position: int) -> Worth | None:
        """Return what the answers to an item are worth, None where the table does not have it."""
        return self._worths[position]

    def codes(self, position: int) -> Array:
        """Return a number for every row that tells the answers to an item apart."""
        cells = self._cells[position]
        if cells is None:
            return np.zeros(self.n, np.uint8)
        return self._tables[position].codes(cells)

    def report(self, row: int) -> ScoreReport:
        """Return the report of one row. Raises InvalidSubmission where it cannot be scored."""
        found = self._reports.get(row)
        if found is None:
            age, sex = self.people.respondent(row)
            answers = self._answers(np.array([row]))[0]
            submission = self._asked._replace(answers=answers, age=age, sex=sex)
            found = self._reports[row] = self._scorer.score(submission)
        return found

    def problems(self) -> dict[int, str]:
        """Return what is wrong with each row that cannot be scored."""
        if self.refused is None:
            return {}
        rows = np.array([at for at in np.flatnonzero(self.refused) if at not in self._broken])
        answers = self._answers(rows) if rows.size else []
        return dict(self._broken) | {
            row: "; ".join(filter(None, (self._of_answers(given), *self._of_person(row))))
            for row, given in zip(rows.tolist(), answers, strict=True)
        }

    def _of_answers(self, answers: Answers) -> str | None:
        try:
            self._scorer.score(self._asked._replace(answers=answers))
        except InvalidSubmission as invalid:
            return problem_of(invalid.issues)
        return None

    def _of_person(self, row: int) -> list[str]:
        refused = ((self.people.refused_ages, AGE), (self.people.refused_sexes, SEX))
        return [what for mask, what in refused if mask is not None and mask[row]]

    def _answers(self, rows: Array) -> list[dict[str, object]]:
        """Return the answers of some rows as one form would hold them."""
        columns = {
            item.id: cells.python(rows)
            for item, cells in zip(self._scorer.instrument.items, self._cells, strict=True)
            if cells is not None
        }
        return [
            dict(zip(columns, answers, strict=True))
            for answers in zip(*columns.values(), strict=True)
        ]

    def _refused(self, n_always: int, n_more: Array) -> Array | None:
        """Return which rows have an answer, age or sex that is not allowed, have no answer at all,
        or could not be read.
        """
        refused = np.zeros(self.n, bool) if n_always else n_more == 0
        of_answers = [worth.refused for worth in self._worths if worth is not None]
        for mask in (*of_answers, self.people.refused_ages, self.people.refused_sexes):
            if mask is not None:
                refused |= mask
        refused[list(self._broken)] = True
        return refused if refused.any() else None
