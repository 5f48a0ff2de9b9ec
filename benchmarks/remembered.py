"""What scoring remembers: memory after random forms of all instruments, and what it saves.

Run `python -m benchmarks.remembered`; a million forms of all ages take some minutes.
"""

import argparse
import os
import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.forms import INSTRUMENTS, SEED, random_form
from benchmarks.measuring import cpu_in_turns, over_all, paired_ratio, print_goal, print_table
from service.definitions.catalog import Catalog, load_catalog
from service.scoring.answers import Submission
from service.scoring.remembering import MOST_BYTES, Memory
from service.scoring.report import Scorer

PAGE = os.sysconf("SC_PAGE_SIZE")
GOAL_MEGABYTES = 2 * MOST_BYTES / 1e6
SEXES = ("female", "male", None)


def resident_megabytes() -> float:
    """Return what this process holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def random_submissions(catalog: Catalog, count: int) -> Iterator[tuple[Scorer, Submission]]:
    """Yield forms of respondents of all ages, now and then with a blank."""
    draw = random.Random(SEED)
    entries = [entry for entry in catalog.entries() if not entry.instrument.key_required]
    for _ in range(count):
        entry = draw.choice(entries)
        answers = random_form(entry.instrument, draw)
        if draw.random() < 0.2:
            answers[draw.choice(entry.instrument.item_ids)] = None
        yield (
            entry.scorer,
            Submission(
                answers,
                perspective=next(iter(entry.instrument.perspectives), None),
                age=round(draw.uniform(5, 95), 1),
                sex=draw.choice(SEXES),
                norms=draw.choice((None, (), ("*",))),
            ),
        )


def measure_growth(count: int) -> None:
    """Print how a process grows while it scores."""
    catalog = load_catalog(INSTRUMENTS)
    before, rows = resident_megabytes(), []
    for number, (scorer, form) in enumerate(random_submissions(catalog, count), 1):
        scorer.score(form)
        if number in (count // 100, count // 10, count):
            rows.append([f"{number}", resident_megabytes() - before])
    print_table("Growth of the process, MB", ["forms", "MB"], rows)
    print_goal("Growth", float(rows[-1][1]), GOAL_MEGABYTES, " MB")


def measure_allocated(count: int) -> None:
    """Print what is allocated and not freed, as the interpreter counts it."""
    catalog = load_catalog(INSTRUMENTS)
    forms = list(random_submissions(catalog, count))
    tracemalloc.start()
    for scorer, form in forms:
        scorer.score(form)
    allocated = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    print_goal(f"Allocated after {count} forms", allocated, MOST_BYTES / 1e6, " MB")


def measure_gain(rounds: int) -> None:
    """Print how much slower forms are scored without remembering anything."""
    catalog = load_catalog(INSTRUMENTS)
    tasks = {}
    names = ("phq-9", "wai-sr", "dass-21", "pcl-5", "sdq-parent")
    for name in names:
        draw = random.Random(SEED)
        instrument = catalog.get(name).instrument
        forms = [Submission(random_form(instrument, draw)) for _ in range(1000)]
        tasks[f"{name} remembered"] = over_all(forms, catalog.get(name).scorer.score)
        tasks[f"{name} worked out"] = over_all(forms, Scorer(instrument, Memory(0)).score)
    figures = cpu_in_turns(tasks, rounds)
    rows = []
    for name in names:
        short, long = figures[f"{name} remembered"], figures[f"{name} worked out"]
        rows.append([name, median(short), median(long), paired_ratio(long, short)])
    print_table("CPU us a form", ["instrument", "remembered", "worked out", "ratio"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    measure_growth(arguments.forms)  # first: afterwards the process would hold freed memory
    measure_allocated(max(1, arguments.forms // 20))
    measure_gain(arguments.rounds)


if __name__ == "__main__":
    main()
