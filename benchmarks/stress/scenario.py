"""What a scenario is: it drives a real server and returns figures, each beside its goal."""

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple

from benchmarks.server import Server


class Row(NamedTuple):
    """A figure and its goal. `met` is None where nothing was promised."""

    figure: str
    measured: str
    goal: str = ""
    met: bool | None = None


class Stress(NamedTuple):
    """How much of everything: seconds of a steady load, how often something is done to the
    server, how many names, requests or connections there are, and how the server is set.
    """

    seconds: float = 60.0
    rounds: int = 10
    many: int = 10_000
    slow: int = 500
    environ: Mapping[str, str] = {}

    def server(self, **environ: str) -> Server:
        """Start a server as shipped, with two workers."""
        return Server({"WORKERS": "2", **self.environ, **environ})


class Scenario(NamedTuple):
    """A scenario: what it is called on the command line and on the page, and what it does."""

    name: str
    title: str
    does: str
    run: Callable[[Stress], list[Row]]


def told(figure: str, measured: float | str, unit: str = "") -> Row:
    """Return a figure that has no goal."""
    return Row(figure, shown(measured, unit))


def at_most(figure: str, measured: float, goal: float, unit: str = "") -> Row:
    """Return a figure that should be no greater than its goal."""
    return Row(figure, shown(measured, unit), f"≤ {shown(goal, unit)}", measured <= goal)


def at_least(figure: str, measured: float, goal: float, unit: str = "") -> Row:
    """Return a figure that should be no smaller than its goal."""
    return Row(figure, shown(measured, unit), f"≥ {shown(goal, unit)}", measured >= goal)


def exactly(figure: str, measured: float, goal: float) -> Row:
    """Return a figure that should be its goal."""
    return Row(figure, shown(measured), shown(goal), measured == goal)


def shown(number: float | str, unit: str = "") -> str:
    """Return a number with as many digits as it deserves, and its unit."""
    if isinstance(number, str):
        return number
    if isinstance(number, int) or abs(number) >= 1000 or number == int(number):
        text = f"{number:,.0f}"
    else:
        text = f"{number:.1f}" if abs(number) >= 10 else f"{number:.3g}"
    return f"{text} {unit}" if unit else text


def busy() -> float:
    """Return how many processes wanted a core in the last minute, for each core."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)
