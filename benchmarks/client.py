"""How long Python takes to start and import the client, as a ratio to starting alone.

Run `python -m benchmarks.client`.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.measuring import print_goal, print_table

CLIENT = Path(__file__).resolve().parent.parent / "clients" / "python"
CODES = {"nothing": "pass", "the client": "import questionnaire_scoring_client"}
GOAL_RATIO = 3.0
GOAL_MILLISECONDS = 50.0


def seconds(code: str) -> float:
    """Return how long an interpreter runs for a piece of code."""
    started = perf_counter()
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
    return perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=41)
    rounds = parser.parse_args().rounds
    path = f"import sys; sys.path.insert(0, {str(CLIENT)!r}); "
    times: dict[str, list[float]] = {name: [] for name in CODES}
    for _ in range(rounds):
        for name, code in CODES.items():
            times[name].append(1000 * seconds(path + code))
    medians = {name: median(taken) for name, taken in times.items()}
    rows = [[name, medians[name], max(taken)] for name, taken in times.items()]
    print_table(f"Start of Python, {rounds} times, ms", ["", "median", "most"], rows)
    alone, imported = medians.values()
    print_goal("Start with the client to start alone", imported / alone, GOAL_RATIO, "")
    print_goal("Import of the client", imported - alone, GOAL_MILLISECONDS, " ms")


if __name__ == "__main__":
    main()
