"""A scenario about the tests of the engine: that they take every branch of it."""

import json
import math
import sys

from benchmarks.server import REPOSITORY
from benchmarks.stress.commands import run
from benchmarks.stress.scenario import Row, Stress, at_least, exactly, told
from tools.mutants.run import PACKAGES

TESTS = ("tests/scoring", "tests/alliance")
MEASURES_MEMORY = (
    "tests/scoring/test_remembering.py"
    "::test_what_is_remembered_stays_within_its_bytes_over_all_instruments"
)
"""Coverage.py takes memory itself."""
RECORD = REPOSITORY / "build" / "branches.coverage"
REPORT = REPOSITORY / "build" / "branches.json"


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
    share = math.floor(10 * totals["percent_covered"]) / 10  # never rounded to 100
    return [
        exactly("exit code of the tests", code, 0),
        told("statements", totals["num_statements"]),
        exactly("statements that no test runs", totals["missing_lines"], 0),
        told("branches", totals["num_branches"]),
        exactly("branches that no test takes", totals["missing_branches"], 0),
        at_least("statements and branches that tests take", share, 100.0, "%"),
    ]
