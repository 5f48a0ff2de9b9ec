"""Age and sex of the rows: what is allowed, and which rows are held against the same numbers."""

from typing import Any, NamedTuple

import numpy as np

from service.batch.engine.cells import Array, Cells, read_words
from service.scoring.applicability import Misfit
from service.scoring.instrument import Instrument
from service.scoring.scales import ANYBODY, Respondent

OLDEST = 130
"""Years, as in a request for one form."""
SEXES = ("female", "male", "other", "unknown")

_NOT_TOLD = len(SEXES)
_REFUSED = _NOT_TOLD + 1
_SEXES: tuple[str | None, ...] = (*SEXES, None, None)


class People(NamedTuple):
    """The respondents of a batch: ages (NaN where not told), sexes as places in a list, the number
    of the group that each is held against, and which ages and sexes are not allowed.

    All are None where nothing is told of anybody.
    """

    ages: Array | None = None
    sexes: Array | None = None
    groups: Array | None = None
    refused_ages: Array | None = None
    refused_sexes: Array | None = None

    def respondent(self, row: int) -> Respondent:
        """Return what is known of one respondent."""
        age = None if self.ages is None or np.isnan(self.ages[row]) else float(self.ages[row])
        if age is not None and age.is_integer():
            age = int(age)
        return Respondent(age, None if self.sexes is None else _SEXES[self.sexes[row]])


NOBODY = People()


class RespondentReader:
    """Reads the respondents of batches; a group has the same number in all of them."""

    def __init__(self, instrument: Instrument) -> None:
        self._misfits = instrument.misfits
        self._groups: dict[tuple[Misfit | None, ...], int] = {}
        self._group_of(ANYBODY)

    def read(self, age: Cells | None, sex: Any, n_rows: int) -> People:
        """Return the respondents of a batch; `sex` is an Arrow array of text."""
        if _is_empty(age) and (sex is None or sex.null_count == n_rows):
            return NOBODY
        ages, refused_ages = _ages(age, n_rows)
        sexes = _sexes(sex, n_rows)
        distinct, places = np.unique(ages, return_inverse=True)
        table = np.array(
            [
                [self._group_of(Respondent(_known(one), known)) for known in _SEXES]
                for one in distinct.tolist()
            ],
            np.int64,
        ).reshape(-1, len(_SEXES))
        return People(ages, sexes, table[places, sexes], refused_ages, sexes == _REFUSED)

    @property
    def n_groups(self) -> int:
        """How many groups there were so far."""
        return len(self._groups)

    def _group_of(self, respondent: Respondent) -> int:
        return self._groups.setdefault(self._misfits(*respondent), len(self._groups))


def _is_empty(cells: Cells | None) -> bool:
    return cells is None or (cells.given is not None and not cells.given.any())


def _known(age: float) -> float | None:
    return None if age != age else age


def _ages(cells: Cells | None, n_rows: int) -> tuple[Array, Array]:
    """Return ages as doubles, NaN where not told, and which are not allowed."""
    if cells is None:
        return np.full(n_rows, np.nan), np.zeros(n_rows, bool)
    if cells.distinct is not None:
        values = [-1.0 if isinstance(v, str) else v for v in cells.distinct]
        ages = np.array(values, np.float64).take(cells.numbers)  # None is NaN
    else:
        ages = cells.numbers.astype(np.float64)
        if cells.given is not None:
            ages[~cells.given] = np.nan
    refused = (ages < 0) | (ages > OLDEST)
    ages[refused] = np.nan
    return ages, refused


def _sexes(column: Any, n_rows: int) -> Array:
    """Return the place of every sex in the list; text that is none of them has the last one."""
    if column is None or column.null_count == n_rows:
        return np.full(n_rows, _NOT_TOLD, np.uint8)
    known: dict[object, int] = {name: place for place, name in enumerate(SEXES)}
    known |= {"": _NOT_TOLD, None: _NOT_TOLD}
    cells = read_words(column)
    table = np.array([known.get(word, _REFUSED) for word in cells.distinct or ()], np.uint8)
    return table.take(cells.numbers)
