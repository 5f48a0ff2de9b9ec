"""Run scenarios under stress and write docs/reliability.md.

Run `make stress`, or `python -m benchmarks.stress --only drain reload --duration 60`.
"""

import argparse
import sys
from datetime import UTC, datetime

from benchmarks.measuring import print_table
from benchmarks.stress import page
from benchmarks.stress.scenario import Row, Scenario, Spent, Stress
from benchmarks.stress.scenarios import SCENARIOS

SIGNS = {True: "reached", False: "MISSED", None: ""}


def main() -> None:
    known = [one.name for one in SCENARIOS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=known, default=[], metavar="NAME")
    parser.add_argument("--duration", type=float, default=Stress().seconds, help="of a load, s")
    parser.add_argument("--rounds", type=int, default=Stress().rounds)
    parser.add_argument("--page", action="store_true", help="only write the page anew")
    chosen = parser.parse_args()
    missed = []
    if not chosen.page:
        stress = Stress(seconds=chosen.duration, rounds=chosen.rounds)
        for one in SCENARIOS:
            if one.name in (chosen.only or known):
                missed += [f"{one.name}: {row.figure}" for row in run(one, stress) if not_met(row)]
    page.PAGE.write_text(page.page(SCENARIOS, page.read_record()))
    if missed:
        sys.exit("Missed:\n" + "\n".join(missed))


def run(one: Scenario, stress: Stress) -> list[Row]:
    """Run a scenario, print its figures and keep them."""
    print(f"\n{one.name}: {one.title} ...", file=sys.stderr, flush=True)
    before = Spent.so_far()
    rows = one.run(stress)
    others = Spent.so_far().by_others_since(before)
    record = page.as_record(rows, datetime.now(UTC).date().isoformat(), others)
    page.write_record({**page.read_record(), one.name: record})
    table = [[row.figure, row.measured, row.goal, SIGNS[row.met]] for row in rows]
    print_table(one.title, ["", "measured", "goal", ""], table)
    return rows


def not_met(row: Row) -> bool:
    """Return whether a figure missed its goal."""
    return row.met is False


if __name__ == "__main__":
    main()
