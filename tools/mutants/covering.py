"""Which tests run a line of the engine, so that a mutant meets first those that look closest at it.

Measured by coverage.py, and anew when a file that tests rest on is newer than what was measured. It
only decides the order: whatever these tests leave alive meets all the others as well.
"""

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from coverage import CoverageData

MOST_TESTS = 40
MOST_CASES = 3
"""Of one parametrised test: what one case leaves alive, its like mostly do too."""

LONGEST_STATEMENT = 20  # lines


class Covering:
    """The ids of tests by module and line, those that run the fewest lines first."""

    def __init__(self, by_line: dict[tuple[str, int], tuple[str, ...]]) -> None:
        self._by_line = by_line

    def closest(self, module: str, line: int) -> tuple[str, ...]:
        """Return the tests that look closest at a line; none for what is done at the import."""
        for first in range(line, line - LONGEST_STATEMENT, -1):
            if (module, first) in self._by_line:
                return self._by_line[module, first]
        return ()


def covering(root: Path, packages: Sequence[str], tests: Sequence[str]) -> Covering:
    """Return which tests run each line of some packages."""
    record = root / "build" / "tests-by-line.coverage"
    if not record.exists() or record.stat().st_mtime < max(_changed(root)):
        _measure(root, record, packages, tests)
    return _read(root, record)


def _changed(root: Path) -> Iterator[float]:
    """Yield when each file that tests rest on was changed."""
    for pattern in ("service/**/*.py", "tests/**/*.py", "instruments/*.json"):
        yield from (path.stat().st_mtime for path in root.glob(pattern))


def _measure(root: Path, record: Path, packages: Sequence[str], tests: Sequence[str]) -> None:
    record.parent.mkdir(exist_ok=True)
    asked = ["coverage", "run", f"--data-file={record}", f"--source={','.join(packages)}"]
    pytest = ["pytest", "-q", "-p", "no:cacheprovider", "-p", "tools.mutants.contexts", *tests]
    words = [sys.executable, "-m", *asked, "-m", *pytest]
    subprocess.run(words, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _read(root: Path, record: Path) -> Covering:
    data = CoverageData(str(record))
    data.read()
    found: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    n_lines = Counter[str]()
    for path in data.measured_files():
        module = Path(path).relative_to(root).as_posix()
        for line, ids in data.contexts_by_lineno(path).items():
            found[module, line].update(filter(None, ids))
            n_lines.update(ids)
    return Covering(
        {
            place: tuple(few_of_each(sorted(ids, key=lambda test: (n_lines[test], test))))
            for place, ids in found.items()
        }
    )


def few_of_each(ids: Sequence[str]) -> Iterator[str]:
    """Yield the first ids, few of each test and not too many of all."""
    n_cases, n_tests = Counter[str](), 0
    for test in ids:
        name = test.partition("[")[0]
        if n_cases[name] < MOST_CASES and n_tests < MOST_TESTS:
            n_cases[name] += 1
            n_tests += 1
            yield test
