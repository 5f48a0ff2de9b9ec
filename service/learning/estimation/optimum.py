"""Finding minima and roots of smooth functions of a few parameters."""

from collections.abc import Callable, Sequence

Function = Callable[[Sequence[float]], float]

MOST_STEPS = 400
TOLERANCE = 1e-9


def minimum(of: Function, start: Sequence[float], steps: Sequence[float]) -> list[float]:
    """Return where a function is least, by the simplex method (Nelder and Mead 1965).

    `steps` are the sizes of the first simplex along each parameter. It ends when the values at
    its corners differ by less than 1e-9 of their size and it has been begun anew once, as a
    simplex may collapse early.
    """
    found = list(start)
    for size in (1.0, 0.25):
        found = _descend(of, found, [size * step for step in steps])
    return found


def _descend(of: Function, start: Sequence[float], steps: Sequence[float]) -> list[float]:
    corners = [list(start)]
    for at, step in enumerate(steps):
        corners.append([*start[:at], start[at] + step, *start[at + 1 :]])
    simplex = sorted((of(corner), corner) for corner in corners)
    for _ in range(MOST_STEPS):
        least, most = simplex[0][0], simplex[-1][0]
        if most - least <= TOLERANCE * (1 + abs(least)):
            break
        simplex = sorted(_step(of, simplex))
    return simplex[0][1]


_Simplex = list[tuple[float, list[float]]]


def _step(of: Function, simplex: _Simplex) -> _Simplex:
    """Move the worst corner through the middle of the others, or draw all towards the best."""
    *others, (worst, corner) = simplex
    middle = [sum(column) / len(others) for column in zip(*(c for _, c in others), strict=True)]

    def tried(factor: float) -> tuple[float, list[float]]:
        point = [m + factor * (c - m) for m, c in zip(middle, corner, strict=True)]
        return of(point), point

    reflected = tried(-1.0)
    if reflected[0] < simplex[0][0]:
        return [*others, min(reflected, tried(-2.0))]
    if reflected[0] < others[-1][0]:
        return [*others, reflected]
    contracted = tried(-0.5 if reflected[0] < worst else 0.5)
    if contracted[0] < min(worst, reflected[0]):
        return [*others, contracted]
    best = simplex[0][1]
    drawn = [[(b + c) / 2 for b, c in zip(best, one, strict=True)] for _, one in simplex[1:]]
    return [simplex[0], *((of(point), point) for point in drawn)]


def root(of: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function crosses zero between two places of different sign, by bisection."""
    rising = of(low) < 0
    for _ in range(60):
        middle = (low + high) / 2
        if (of(middle) < 0) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def gradients(
    of: Callable[[Sequence[float]], Sequence[float]],
    at: Sequence[float],
    steps: Sequence[float],
) -> list[list[float]]:
    """Return, for each parameter, the slopes of several functions there, by central differences."""
    rows = []
    for index, step in enumerate(steps):
        above, below = list(at), list(at)
        above[index] += step
        below[index] -= step
        rows.append([(a - b) / (2 * step) for a, b in zip(of(above), of(below), strict=True)])
    return rows
