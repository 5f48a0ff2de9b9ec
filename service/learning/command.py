"""`python -m service learn`: read courses, estimate, simulate, and write what was found."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from service.calibration import grid
from service.calibration.progress import Progress
from service.definitions.catalog import Catalog
from service.learning import expectation
from service.learning.figures import SiteFigures, site_figures
from service.learning.gathering import Gathered, Key, Series
from service.learning.output.estimates import estimates_text
from service.learning.output.overlay import overlays
from service.learning.output.plot import plot
from service.learning.output.report import report
from service.learning.reading.lines import FaultyLine, Finder, Read
from service.learning.reading.ndjson import read_ndjson
from service.learning.reading.table import read_table

MOST_NAMED = 20
"""Faulty lines that are named one by one; the others are only counted."""


def learn(courses: Path, catalog: Catalog, n_series: int, processes: int, output: Path) -> int:
    """Learn from a file of courses and write a directory; return 1 where nothing could be read.

    Raises OSError where a file cannot be read or written.
    """
    gathered, faults = _gather(courses, catalog)
    print(f"{gathered.n_courses} courses read, {sum(faults.values())} lines left out")
    if not gathered.series:
        print("No scores to learn from.", file=sys.stderr)
        return 1
    progress = Progress(sum(one.n_scores for one in gathered.series.values()))
    figures = site_figures(gathered, progress.advance)
    worlds = _worlds(figures, gathered.series)
    rates = _simulated(worlds, n_series, processes)
    _write(output, documents(catalog, figures, faults, rates))
    return 0


def read(courses: Path, catalog: Catalog) -> Iterator[Read]:
    """Yield what the lines of a file give: a table where its name ends in .csv, else NDJSON."""
    find = Finder(catalog)
    if courses.suffix.lower() == ".csv":
        with courses.open(encoding="utf-8-sig", newline="") as table:
            yield from read_table(table, find)
    else:
        with courses.open("rb") as lines:
            yield from read_ndjson(lines, find)


def _gather(courses: Path, catalog: Catalog) -> tuple[Gathered, Counter[str]]:
    gathered, faults = Gathered(), Counter[str]()
    for one in read(courses, catalog):
        if not isinstance(one, FaultyLine):
            gathered.add(one)
            continue
        faults[one.code] += 1
        named = sum(faults.values())
        if named <= MOST_NAMED:
            more = f", {one.n_faults - 1} more" if one.n_faults > 1 else ""
            print(f"line {one.number} left out: {one.code}{more}", file=sys.stderr)
        elif named == MOST_NAMED + 1:
            print("More lines are left out; they are counted.", file=sys.stderr)
    return gathered, faults


def _worlds(figures: SiteFigures, series: dict[Key, Series]) -> dict[Key, expectation.SiteWorld]:
    """Return the worlds of the series that the alert rules watch."""
    found = {}
    for one in figures.series:
        alerts = series[one.key].instrument.alerts
        if alerts is None or one.key.scale not in alerts.watch:
            continue
        world = expectation.site_world(one, series[one.key])
        if world is not None:
            found[one.key] = world
    return found


Rates = dict[Key, dict[str, object]]


def _simulated(worlds: dict[Key, expectation.SiteWorld], n_series: int, processes: int) -> Rates:
    tasks = expectation.tasks(worlds, n_series)
    if not tasks:
        return {}
    progress = Progress(sum(task.n_series for task in tasks))
    found = grid.run(tasks, processes, progress)
    return {key: expectation.rates(key, found) for key in worlds}


def documents(
    catalog: Catalog, figures: SiteFigures, faults: Counter[str], rates: Rates
) -> dict[str, str]:
    """Return the texts of all files by their path within the directory."""
    texts = {
        f"overlays/{name}": text for name, text in overlays(catalog, figures.series, rates).items()
    }
    texts["estimates.json"] = estimates_text(figures, rates)
    plots = {}
    for one in figures.series:
        drawn = plot(one)
        if drawn is not None:
            plots[one.key] = f"{_file_name(one.key)}.svg"
            texts[plots[one.key]] = drawn
    texts["report.md"] = report(figures, faults, rates, plots)
    return texts


def _file_name(key: Key) -> str:
    before = "pre" if key.timing == "pre" else None
    parts = (key.instrument, key.version.replace("+", "_"), key.perspective, before, key.scale)
    return "-".join(part for part in parts if part)


def _write(output: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path} written")
