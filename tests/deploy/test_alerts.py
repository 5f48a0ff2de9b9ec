"""Alert rules, what they are tested with, and the pages about them hold to each other."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.app import Service

REPOSITORY = Path(__file__).resolve().parents[2]
RULES = REPOSITORY / "deploy/prometheus/rules/questionnaire-scoring.yml"
TESTS = sorted(Path(__file__).parent.glob("alerts*.yml"))
RUNBOOK = REPOSITORY / "docs/runbook"
EVERY: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
]
ALERTS = {rule["alert"]: rule for rule in EVERY if "alert" in rule}
SEVERITIES = {"critical": "Critical.", "warning": "Warning.", "info": "Information."}
SECTIONS = [
    "## What it means",
    "## First look",
    "## Likely causes",
    "## Mend",
    "## Whom to wake",
]
SYNTAX = {"and", "or", "on", "by", "offset", "group_left", "sum", "count", "rate", "increase"}
SYNTAX |= {"histogram_quantile", "absent", "hour", "day_of_week"}


def metrics_in(expression: str) -> set[str]:
    """Return the names of metrics, recorded ones too, in an expression of our rules."""
    bare = re.sub(
        r"\{[^}]*\}|\[[^]]*\]|\b(by|on|group_left) ?\([^)]*\)|(?<![\w:])\d\w*", " ", expression
    )
    return set(re.findall(r"[a-z_:]+\w*", bare)) - SYNTAX


def families_of(exposition: str) -> set[str]:
    """Return the names of all series that the metrics of a scrape can have."""
    found = re.findall(r"^# TYPE (\w+) (\w+)$", exposition, re.MULTILINE)
    names = {name for name, _ in found}
    parts = ("bucket", "sum", "count")
    return names | {
        f"{name}_{part}" for name, kind in found if kind == "histogram" for part in parts
    }


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_each_alert_fires_when_it_should_and_not_otherwise() -> None:
    checked = subprocess.run(
        ["promtool", "test", "rules", *TESTS], capture_output=True, text=True, timeout=120
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_has_a_test_that_fires_and_one_that_does_not(alert: str) -> None:
    tried = [
        bool(case["exp_alerts"])
        for file in TESTS
        for test in yaml.safe_load(file.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["alertname"] == alert
    ]
    assert {True, False} <= set(tried)


def test_every_metric_of_a_rule_is_one_of_the_service(app: Service) -> None:
    known = families_of(app.metrics.exposition().decode()) | {"up"}
    known |= {rule["record"] for rule in EVERY if "record" in rule}
    used = {name for rule in EVERY for name in metrics_in(rule["expr"])}
    assert {"scoring_definitions_rejected", "scoring_http_requests_total", "up"} <= used
    assert used <= known


def test_each_alert_has_a_page_and_each_page_an_alert() -> None:
    assert {page.stem for page in RUNBOOK.glob("*.md")} == ALERTS.keys()


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_leads_to_its_page_which_says_all_that_it_should(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["annotations"]["runbook_url"] == f"docs/runbook/{alert}.md"
    lines = (RUNBOOK / f"{alert}.md").read_text().splitlines()
    assert lines[0] == f"# {alert}"
    assert lines[2].endswith(SEVERITIES[rule["labels"]["severity"]])
    assert [line for line in lines if line.startswith("## ")] == SECTIONS
    bodies = "\n".join(lines).split("\n## ")[1:]
    assert all(len(body.splitlines()) > 2 for body in bodies)


def test_every_metric_that_a_page_names_is_one_of_the_service(app: Service) -> None:
    known = families_of(app.metrics.exposition().decode())
    for page in RUNBOOK.glob("*.md"):
        named = re.findall(r"\b(?:scoring|process)_\w+", page.read_text())
        assert set(named) <= known, page.name
