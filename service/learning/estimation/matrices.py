"""Small matrices as lists of rows."""

from collections.abc import Sequence

Matrix = list[list[float]]


class Singular(ArithmeticError):
    """A matrix has no inverse: the data do not determine what was asked."""


def inverse(of: Sequence[Sequence[float]]) -> Matrix:
    """Return the inverse of a square matrix by elimination with pivots. Raises Singular."""
    size = len(of)
    rows = [
        [*map(float, row), *(float(at == column) for column in range(size))]
        for at, row in enumerate(of)
    ]
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        if not abs(rows[pivot][at]) > 0:
            raise Singular
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(size):
            if row != at:
                factor = rows[row][at]
                rows[row] = [x - factor * y for x, y in zip(rows[row], rows[at], strict=True)]
    return [row[size:] for row in rows]


def product(left: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> Matrix:
    """Return the product of two matrices."""
    columns = list(zip(*right, strict=True))
    return [[sum(map(_times, row, column)) for column in columns] for row in left]


def symmetric(of: Sequence[Sequence[float]]) -> Matrix:
    """Return the mean of a square matrix and its transpose."""
    size = range(len(of))
    return [[(of[row][column] + of[column][row]) / 2 for column in size] for row in size]


def _times(x: float, y: float) -> float:
    return x * y
