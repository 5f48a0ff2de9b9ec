"""Measuring in turns, so that a slow moment of the machine hits every candidate, and printing the
result.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

Rounds = dict[str, list[float]]


def cpu_in_turns(tasks: Mapping[str, Callable[[], int]], rounds: int) -> Rounds:
    """Run every task once per round and return its CPU microseconds per unit of work, a figure for
    each round.

    A task returns how many units it did. One round before the measured ones fills what the tasks
    remember.
    """
    figures: Rounds = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            started = time.process_time()
            units = task()
            spent = time.process_time() - started
            if number:
                figures[name].append(spent / units * 1e6)
    return figures


def over_all(inputs: Sequence[object], function: Callable[..., object]) -> Callable[[], int]:
    """Return a task that calls the function on every input."""

    def task() -> int:
        for each in inputs:
            function(each)
        return len(inputs)

    return task


def paired_ratio(above: Iterable[float], below: Iterable[float]) -> float:
    """Return the median of the ratios of two figures that were measured in the same round."""
    return median(a / b for a, b in zip(above, below, strict=True))


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table with its first column to the left and numbers to the right."""
    cells = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    print(f"\n{title}\n")
    for row in [list(header), ["-" * width for width in widths], *cells]:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join([first.strip().ljust(widths[0]), *others]))


def _shown(cell: object) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return (
        f"{cell:.0f}" if abs(cell) >= 1000 else f"{cell:.2f}" if abs(cell) < 10 else f"{cell:.1f}"
    )


def print_goal(
    what: str, figure: float, goal: float, unit: str = "", *, at_least: bool = False
) -> None:
    """Print a figure beside its goal."""
    reached = figure >= goal if at_least else figure <= goal
    sign = ">=" if at_least else "<="
    print(
        f"\n{what}: {_shown(figure)}{unit} (goal {sign} {goal:g}{unit}: "
        f"{'reached' if reached else 'MISSED'})"
    )
