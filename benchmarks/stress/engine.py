"""Scenarios about the tests of the engine: that they take every branch of it, and notice errors."""

import json
import math
import os
import sys
from collections import Counter

from benchmarks.server import REPOSITORY
from benchmarks.stress.commands import run
from benchmarks.stress.scenario import Row, Stress, at_least, exactly, told
from tools.mutants.covering import covering
from tools.mutants.run import GOAL, MEASURED, PACKAGES, Fate, judge, noticed, sample

TESTS = ("tests/scoring", "tests/alliance")
MEASURES_MEMORY = (
    "tests/scoring/test_remembering.py"
    "::test_what_is_remembered_stays_within_its_bytes_over_all_instruments"
)
"""Coverage.py takes memory itself."""
RECORD = REPOSITORY / "build" / "branches.coverage"
REPORT = REPOSITORY / "build" / "branches.json"
SEED = 1130
"""Of the errors that are put in."""


def branches(stress: Stress) -> list[Row]:
    """Run the tests of the engine, and say which of its statements and branches they take."""
    RECORD.parent.mkdir(exist_ok=True)
    coverage = [sys.executable, "-m", "coverage"]
    measured = ["--branch", f"--data-file={RECORD}", f"--source={','.join(PACKAGES)}"]
    pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    pytest += ["--deselect", MEASURES_MEMORY, *TESTS]
    code = run([*coverage, "run", *measured, *pytest]).returncode
    run([*coverage, "json", f"--data-file={RECORD}", "-o", str(REPORT)])
    totals = json.loads(REPORT.read_text())["totals"]
    return [
        exactly("exit code of the tests", code, 0),
        told("statements", totals["num_statements"]),
        exactly("statements that no test runs", totals["missing_lines"], 0),
        told("branches", totals["num_branches"]),
        exactly("branches that no test takes", totals["missing_branches"], 0),
        at_least(
            "statements and branches that tests take", tenths(totals["percent_covered"]), 100.0, "%"
        ),
    ]


def mutants(stress: Stress) -> list[Row]:
    """Put errors into copies of the engine, one at a time, and say how many the tests notice."""
    drawn = sample(PACKAGES, round(stress.seconds), SEED)
    jobs = len(os.sched_getaffinity(0))
    counts: Counter[Fate] = Counter()
    for result in judge(drawn, jobs, covering(REPOSITORY, PACKAGES, MEASURED)):
        counts[result.fate] += 1
        if result.fate == "survived":
            print(f"no test notices {result.mutant}", file=sys.stderr, flush=True)
    return [
        told("seed of the draw", str(SEED)),
        told("errors put in", len(drawn)),
        told("made a test fail", counts["killed"]),
        told("never came to an end", counts["timed out"]),
        told("not noticed", counts["survived"]),
        told("change nothing that anybody sees", counts["equivalent"]),
        at_least(
            "of those that make a difference, noticed",
            tenths(100 * noticed(counts)),
            100 * GOAL,
            "%",
        ),
    ]


def tenths(share: float) -> float:
    """Return a share in percent down to a tenth, so that only all is 100."""
    return math.floor(10 * share) / 10
