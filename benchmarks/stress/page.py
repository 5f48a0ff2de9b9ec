"""docs/reliability.md, written from the record of the last run of every scenario."""

import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.server import REPOSITORY
from benchmarks.stress.scenario import Row, Scenario

RECORD = Path(__file__).with_name("results.json")
PAGE = REPOSITORY / "docs" / "reliability.md"
BUSY = 0.1  # of all cores, that others have
Record = dict[str, Any]

HEAD = """# Proof under stress

What a real gunicorn with the shipped settings and two workers did when it was loaded, disturbed
and killed, and what the application said to input that was made up. `make stress` runs every
scenario on the machine at hand and writes this page;
`make stress ONLY="drain reload" DURATION=600` runs some of them, and longer. Client and service
share the machine, so that latency and throughput are those of both. A figure that misses its goal
is marked **missed**, and none is left out for what it says. The goals are for two cores that do
nothing else. The last two scenarios start no server: they say what the tests of the engine are
worth.
"""


def as_record(rows: Sequence[Row], day: str, others: float) -> Record:
    """Return what is kept of one scenario: when and where it ran, which part of all cores other
    things had meanwhile, and the figures.
    """
    return {
        "date": day,
        "machine": machine(),
        "others": round(others, 2),
        "rows": [row._asdict() for row in rows],
    }


def machine() -> str:
    """Return processor, cores, system and Python of this machine in one line."""
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    processor = found[1] if found else platform.machine()
    cores = len(os.sched_getaffinity(0))
    return f"{processor}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def read_record() -> dict[str, Record]:
    """Return what was measured so far, by scenario."""
    records: dict[str, Record] = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    return records


def write_record(records: dict[str, Record]) -> None:
    """Keep what was measured."""
    RECORD.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n")


def page(scenarios: Iterable[Scenario], records: dict[str, Record]) -> str:
    """Return the text of the page."""
    known = [one for one in scenarios if one.name in records]
    return "\n".join([HEAD, *_missed(known, records), *(_section(one, records) for one in known)])


def rows_of(record: Record) -> list[Row]:
    """Return the figures of a scenario."""
    return [Row(**row) for row in record["rows"]]


def _missed(scenarios: Sequence[Scenario], records: dict[str, Record]) -> list[str]:
    every = [(one, row) for one in scenarios for row in rows_of(records[one.name])]
    promised = [(one, row) for one, row in every if row.met is not None]
    missed = [(one, row) for one, row in promised if not row.met]
    lines = [f"**{len(promised) - len(missed)} of {len(promised)} goals reached.**"]
    for one, row in missed:
        lines.append(f"- Missed in “{one.title}”: {row.figure} {row.measured}, goal {row.goal}.")
    return [*lines[:1], *([""] if missed else []), *lines[1:], ""]


def _section(one: Scenario, records: dict[str, Record]) -> str:
    record = records[one.name]
    beside = (
        f"; **the machine was busy**: other things took {100 * record['others']:.0f} % of all cores"
        if record["others"] >= BUSY
        else ""
    )
    lines = [
        f"## {one.title}",
        "",
        one.does,
        "",
        f"`make stress ONLY={one.name}` on {record['date']}, {record['machine']}{beside}.",
        "",
        "| figure | measured | goal | |",
        "| --- | ---: | ---: | --- |",
    ]
    said = {True: "reached", False: "**missed**", None: ""}
    for row in rows_of(record):
        lines.append(f"| {row.figure} | {row.measured} | {row.goal} | {said[row.met]} |")
    return "\n".join([*lines, ""])
