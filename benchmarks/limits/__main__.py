"""Run `python -m benchmarks.limits`: it prints what the worst requests cost, and leaves with 1
where one costs more than it may. With all kinds it takes some minutes.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from benchmarks.limits import batches, courses, forms, reading
from benchmarks.limits.calls import Call
from benchmarks.limits.cost import Cost, cost_of
from benchmarks.measuring import print_table
from service.app import Service, create_app
from service.definitions.catalog import Catalog
from service.operations.garbage import settle_collector
from service.settings import Settings

MOST_SECONDS = 1.0
MOST_MEGABYTES = 64.0
Kind = Callable[[], Iterator[tuple[str, Call]]]


def kinds_of(catalog: Catalog) -> Mapping[str, Kind]:
    """Return what requests there are, by kind."""
    return {
        "forms": partial(forms.forms, catalog),
        "faulty forms": partial(forms.faulty_forms, catalog),
        "definitions": forms.definitions,
        "mappings": forms.mappings,
        "courses": partial(courses.monitored, catalog),
        "fhir": partial(courses.fhir, catalog),
        "hooks": partial(courses.hooks, catalog),
        "lines": partial(batches.lines, catalog),
        "whole batches": partial(batches.wholes, catalog),
        "headers": reading.headers,
        "addresses": partial(reading.addresses, catalog),
    }


def is_within(kind: str, cost: Cost) -> bool:
    """Tell whether a call costs no more than it may: a batch's time is that of its lines."""
    in_time = cost.seconds <= MOST_SECONDS or kind == "whole batches"
    return in_time and cost.megabytes <= MOST_MEGABYTES and 200 <= cost.status < 500


def measure(app: Service, kind: str, calls: Kind, shown: int) -> bool:
    """Print the dearest calls of a kind, and return whether all are within the limits."""
    costs = [(name, call, cost_of(app, call)) for name, call in calls()]
    slowest = sorted(costs, key=lambda one: -one[2].seconds)[:shown]
    largest = sorted(costs, key=lambda one: -one[2].megabytes)[:shown]
    beyond = [one for one in costs if not is_within(kind, one[2])]
    rows = {name: _row(name, call, cost) for name, call, cost in [*slowest, *largest, *beyond]}
    header = ["request", "CPU s", "MB", "status", "MB sent", "kB body"]
    print_table(f"{kind}: {len(costs)} requests", header, rows.values())
    print(f"beyond {MOST_SECONDS:g} s or {MOST_MEGABYTES:g} MB: {len(beyond)}", flush=True)
    return not beyond


def _row(name: str, call: Call, cost: Cost) -> list[object]:
    sent = len(call.body) / 1000
    return [name[:70], cost.seconds, cost.megabytes, cost.status, cost.answered, sent]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", action="append", help="only this kind; may be repeated")
    parser.add_argument("--shown", type=int, default=4, help="dearest requests shown of each kind")
    arguments = parser.parse_args()
    app = create_app(Settings(), log_fd=os.open(os.devnull, os.O_WRONLY))
    kinds = kinds_of(app.catalog)
    settle_collector()
    wanted = arguments.kind or list(kinds)
    results = [measure(app, kind, kinds[kind], arguments.shown) for kind in wanted]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
