"""What a scenario is: it drives a real server and returns figures, each beside its goal."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Self

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


class Spent(NamedTuple):
    """Seconds of CPU time so far: of all processes of the machine, and of this one with those
    that it started and that have ended; and the time of day.
    """

    all_processes: float
    ours: float
    now: float

    @classmethod
    def so_far(cls) -> Self:
        """Look at the clocks."""
        user, nice, system, _, _, irq, softirq, steal, *_ = map(
            int, Path("/proc/stat").read_text().split("\n")[0].split()[1:]
        )
        ticks = user + nice + system + irq + softirq + steal
        return cls(ticks / os.sysconf("SC_CLK_TCK"), sum(os.times()[:4]), time.perf_counter())

    def by_others_since(self, before: "Spent") -> float:
        """Return which part of all cores others had since then, between 0 and 1."""
        others = self.all_processes - before.all_processes - (self.ours - before.ours)
        cores = os.cpu_count() or 1
        return min(1.0, max(0.0, others / cores / (self.now - before.now)))
