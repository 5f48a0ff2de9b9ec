"""Put errors into copies of the service, one at a time, and see whether a test notices.

Each mutant meets the tests that look closest at its line first, then those of its own module and
those of everything that uses it, until one fails. `tests/recorded` is left out: it notices every
change, without saying what is right.
"""

import argparse
import json
import math
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Literal, get_args

from tools.mutants.covering import Covering, covering
from tools.mutants.equivalent import EQUIVALENT
from tools.mutants.mutations import Mutant, mutants_of, mutated

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("service/scoring", "service/alliance")
GOAL = 0.95
MEASURED = ("tests/scoring", "tests/alliance", "tests/library")
"""The tests of which it is known which lines they run."""

# The tests that a package's mutants meet after those of their module, nearest first.
STAGES: dict[str, tuple[tuple[str, ...], ...]] = {
    "scoring": (
        ("tests/scoring",),
        ("tests/library",),
        ("tests/definitions",),
        ("tests/api/test_scores.py", "tests/api/test_hostile_inputs.py"),
        ("tests/alliance",),
    ),
    "alliance": (
        ("tests/alliance",),
        ("tests/chart", "tests/api/test_monitor.py"),
        ("tests/calibration",),
    ),
}
# Loading the plugins that these tests have no use for takes longer than most of the tests.
ENVIRONMENT = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
STARTER = Path(__file__).with_name("starter.py")
SPARE_SECONDS = 20
SLOWER = 3
"""How many times the processor time that they take without an error tests may take, and more."""

Fate = Literal["killed", "timed out", "survived", "equivalent"]


@dataclass(frozen=True)
class Result:
    """What became of a mutant, and which tests noticed it."""

    mutant: Mutant
    fate: Fate
    by: str = ""


class Copy:
    """A copy of the tree, in which one module at a time has an error."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._starter = subprocess.Popen(
            [sys.executable, str(STARTER)],
            cwd=root,
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, tests: Sequence[str], seconds: float | None = None) -> tuple[int, float]:
        """Run tests; return their exit code, below 0 when stopped, and seconds of processor time.

        They are stopped after so many seconds of it: how busy the machine is makes no difference.
        """
        asked = {"tests": tests, "seconds": None if seconds is None else math.ceil(seconds)}
        assert self._starter.stdin is not None
        assert self._starter.stdout is not None
        print(json.dumps(asked), file=self._starter.stdin, flush=True)
        code, used = json.loads(self._starter.stdout.readline())
        return code, used

    def close(self) -> None:
        """Let go of what starts the tests."""
        self._starter.communicate()

    def with_error(
        self, mutant: Mutant, seconds: dict[tuple[str, ...], float], closest: tuple[str, ...] = ()
    ) -> Result:
        """Return what became of a mutant that meets the closest tests first."""
        module = self.root / mutant.module
        sound = module.read_text("utf-8")
        self._write(module, mutated(self.root, mutant))
        try:
            groups = [closest] if closest else []
            for tests in [*groups, *stages(self.root, mutant.module)]:
                # The closest tests and those named after the module are some of the groups'.
                code, _ = self.run(tests, seconds.get(tests, max(seconds.values())))
                if code != 0:
                    by = "the closest" if tests == closest else " ".join(tests)
                    return Result(mutant, "killed" if code > 0 else "timed out", by)
            return Result(mutant, "survived")
        finally:
            self._write(module, sound)

    def _write(self, module: Path, source: str) -> None:
        module.write_text(source, "utf-8")
        # Python tells whether compiled code is up to date by seconds and size alone.
        for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*"):
            compiled.unlink()


def package_of(module: str) -> str:
    """Return the part of the service that a module belongs to."""
    return Path(module).parts[1]


def stages(root: Path, module: str) -> Iterator[tuple[str, ...]]:
    """Yield a module's tests: those named after it, then those of its package and its users."""
    package = package_of(module)
    named = sorted((root / "tests" / package).rglob(f"test_{Path(module).stem}.py"))
    if named:
        yield tuple(str(path.relative_to(root)) for path in named)
    yield from STAGES[package]


def seconds_allowed(copy: Copy, tests: tuple[str, ...]) -> float:
    """Return how long tests may take. Raises SystemExit when they fail without any error."""
    code, seconds = copy.run(tests)
    if code != 0:
        raise SystemExit(f"These tests fail as it is: {' '.join(tests)}")
    return SPARE_SECONDS + SLOWER * seconds


def sample(paths: Sequence[str], size: int, seed: int) -> list[Mutant]:
    """Return mutants of the modules at some paths, drawn at random."""
    modules = {module for path in paths for module in modules_at(ROOT / path)}
    every = [mutant for module in sorted(modules) for mutant in mutants_of(ROOT, module)]
    return random.Random(seed).sample(every, min(size, len(every)))


def modules_at(path: Path) -> Iterator[Path]:
    """Yield a module, or all of a folder."""
    yield from path.rglob("*.py") if path.is_dir() else [path]


def copy_tree(to: Path) -> None:
    """Copy the files of the project, those that are not committed yet as well."""
    asked = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


class Copies:
    """Copies of the tree, lent to one piece of work at a time."""

    def __init__(self, folder: Path, count: int) -> None:
        self._free: SimpleQueue[Copy] = SimpleQueue()
        self._all = []
        for number in range(count):
            copy_tree(folder / str(number))
            self._all.append(Copy(folder / str(number)))
            self._free.put(self._all[-1])

    @contextmanager
    def one(self) -> Iterator[Copy]:
        """Lend a copy."""
        copy = self._free.get()
        try:
            yield copy
        finally:
            self._free.put(copy)

    def close(self) -> None:
        """Let go of all of them."""
        for copy in self._all:
            copy.close()


def judge(mutants: Sequence[Mutant], jobs: int, known: Covering) -> Iterator[Result]:
    """Yield what becomes of each mutant, as soon as it is known."""
    yield from (Result(one, "equivalent") for one in mutants if one in EQUIVALENT)
    rest = [one for one in mutants if one not in EQUIVALENT]
    groups = dict.fromkeys(
        tests
        for package in sorted(map(package_of, {one.module for one in rest}))
        for tests in STAGES[package]
    )
    with (
        TemporaryDirectory(prefix="mutants-") as folder,
        closing(Copies(Path(folder), jobs)) as copies,
        ThreadPoolExecutor(jobs) as pool,
    ):

        def time_one(tests: tuple[str, ...]) -> float:
            with copies.one() as copy:
                return seconds_allowed(copy, tests)

        def judge_one(mutant: Mutant) -> Result:
            with copies.one() as copy:
                closest = known.closest(mutant.module, mutant.line)
                return copy.with_error(mutant, seconds, closest)

        seconds = dict(zip(groups, pool.map(time_one, groups), strict=True))
        for done in as_completed([pool.submit(judge_one, one) for one in rest]):
            yield done.result()


def noticed(counts: Counter[Fate]) -> float:
    """Return which share of the errors that make a difference tests notice, 0 to 1."""
    killed, survived = counts["killed"] + counts["timed out"], counts["survived"]
    return killed / (killed + survived) if killed + survived else 1.0


def report(counts: Counter[Fate], survivors: Sequence[Mutant]) -> bool:
    """Print what became of all mutants; return whether enough of them were noticed."""
    if survivors:
        print("\nNo test notices these:")
        for mutant in survivors:
            print(f"\n{mutant.module}:{mutant.line}\n{mutant!r}")
    share = noticed(counts)
    print("\n" + ", ".join(f"{counts[fate]} {fate}" for fate in get_args(Fate)))
    print(
        f"{100 * share:.1f} % of what makes a difference is noticed; the goal is {100 * GOAL:g} %"
    )
    return share >= GOAL


def main() -> int:
    """Run mutants as the command line says; return 1 when too many survive."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument(
        "paths", nargs="*", default=PACKAGES, help="modules or folders (default: the engine)"
    )
    parser.add_argument(
        "--size", type=int, default=100, help="how many mutants to draw (default 100)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the draw (default 1)")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="at a time")
    asked = parser.parse_args()
    os.nice(5)
    mutants = sample(asked.paths, asked.size, asked.seed)
    print(f"{len(mutants)} mutants, seed {asked.seed}", flush=True)
    known = covering(ROOT, PACKAGES, MEASURED)
    counts: Counter[Fate] = Counter()
    survivors = []
    for result in judge(mutants, asked.jobs, known):
        counts[result.fate] += 1
        print(f"{result.fate:10} {result.mutant}  {result.by}", flush=True)
        if result.fate == "survived":
            survivors.append(result.mutant)
    return 0 if report(counts, survivors) else 1
