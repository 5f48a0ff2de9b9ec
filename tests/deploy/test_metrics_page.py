"""The page about metrics tells of each what the service tells of it."""

import re
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry

from service.operations.metrics import Metrics
from service.operations.processes import Processes
from tests.deploy.test_alerts import ALERTS

PAGE = Path(__file__).resolve().parents[2] / "docs/watching.md"


def rows() -> Iterator[str]:
    """Yield a row of the page for each metric: name, type, labels, what it is."""
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    collectors = [one for part in (metrics, metrics.courses) for one in vars(part).values()]
    labels = {
        one.describe()[0].name: one._labelnames for one in collectors if hasattr(one, "_labelnames")
    }
    described = {one.name: one for one in registry.collect()}
    assert described.keys() == labels.keys()
    known = [(one, labels[one.name]) for one in described.values()]
    known += [(one, ("process",)) for one in Processes(None).collect()]
    for one, names in sorted(known, key=lambda each: each[0].name):
        name = f"{one.name}_total" if one.type == "counter" else one.name
        told = ", ".join(f"`{label}`" for label in names)
        yield f"| `{name}` | {one.type} | {told} | {one.documentation} |"


def test_every_metric_stands_in_the_table_and_nothing_else() -> None:
    told = re.findall(r"^\| `(?:scoring|process)_.*$", PAGE.read_text(), re.MULTILINE)
    assert told == list(rows())
    assert len(told) > 25


def test_every_alert_stands_there_with_its_severity() -> None:
    told = re.findall(r"^\| \[(\w+)\]\(runbook/(\w+)\.md\) \| (\w+) \|", PAGE.read_text(), re.M)
    assert told == [(name, name, rule["labels"]["severity"]) for name, rule in ALERTS.items()]
