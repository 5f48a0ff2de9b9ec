"""Scenarios that are commands: tests of the suite that break something around a real server, and
whatever else ends with an exit code.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from xml.etree import ElementTree

from benchmarks.server import REPOSITORY
from benchmarks.stress.scenario import Row, Stress, at_most, exactly, told

REPORT = REPOSITORY / "build" / "stress-tests.xml"


def run(
    command: Sequence[str], environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's directory; its output can be read afterwards."""
    known = {**os.environ, **(environ or {})}
    return subprocess.run(command, cwd=REPOSITORY, env=known, capture_output=True, text=True)


def command(figure: str, words: Sequence[str]) -> Callable[[Stress], list[Row]]:
    """Return a scenario that runs a command: its exit code should be 0.

    Further programs take their place among the scenarios by this.
    """

    def scenario(stress: Stress) -> list[Row]:
        return [exactly(f"{figure}: exit code", run(words).returncode, 0)]

    return scenario


def of_tests(
    *names: str, slowest: float | None = None, **environ: str
) -> Callable[[Stress], list[Row]]:
    """Return a scenario that runs tests, and tells how many passed, failed and were left out.
    `environ`: variables that they read.

    Where tests print `the slowest of N took S s`, it should be at most `slowest`.
    """

    def scenario(stress: Stress) -> list[Row]:
        REPORT.parent.mkdir(exist_ok=True)
        words = ["-q", "-rA", "-p", "no:cacheprovider", "-o", "timeout=0", f"--junitxml={REPORT}"]
        output = run([sys.executable, "-m", "pytest", *words, *names], environ).stdout
        suite = ElementTree.parse(REPORT).getroot().find("testsuite")
        assert suite is not None
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        left_out = int(suite.get("skipped", 0))
        rows = [
            told("tests", int(suite.get("tests", 0))),
            exactly("failed", failed, 0),
            exactly("left out, because something is missing here", left_out, 0),
        ]
        if slowest is not None:
            for number, seconds in re.findall(r"the slowest of (\d+) took ([\d.]+) s", output):
                rows.append(at_most(f"slowest of {number} answers", float(seconds), slowest, "s"))
        return rows

    return scenario
