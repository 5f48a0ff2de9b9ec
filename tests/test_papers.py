"""What the papers for a hospital name is there: tests, settings, metrics, paths, pages; and the
commands of the page on privacy show what it says.
"""

import ast
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry

from service.access.tokens import remembering as tokens
from service.api.negotiation import preferred_language
from service.fhir import recognition
from service.operations import log_writer
from service.operations.metrics import Metrics
from service.scoring import remembering
from service.settings import Settings, describe
from service.sources.signature import TOLERANCE
from tests.api.test_privacy import LOGGED
from tests.pasted import run

ROOT = Path(__file__).resolve().parent.parent
PAPERS = {
    name: (ROOT / name).read_text()
    for name in (
        "SECURITY.md",
        "docs/privacy.md",
        "docs/regulatory-notes.md",
        "docs/safety-case.md",
    )
    if (ROOT / name).exists()
}
CODE = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"```.*?```", re.DOTALL)
OTHER_VARIABLES = {"MAPPING_SECRET_…", "PROMETHEUS_MULTIPROC_DIR", "NGINX_SCRATCH"}
"""Variables that are no settings: of webhooks, of the metrics library, of nginx."""

each_paper = pytest.mark.parametrize("paper", PAPERS)


def named(paper: str) -> list[str]:
    """Return what a paper writes as code within its sentences."""
    return CODE.findall(BLOCK.sub("", PAPERS[paper]))


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@each_paper
def test_every_test_that_is_named_exists(paper: str) -> None:
    missing = []
    for name in named(paper):
        if name.startswith("tests/"):
            path, _, test = name.partition("::")
            if not (ROOT / path).is_file() or (test and test not in functions_of(path)):
                missing.append(name)
            assert not test or test.startswith("test_"), name
    assert missing == []


@each_paper
def test_every_setting_that_is_named_exists(paper: str) -> None:
    settings = {row.variable for row in describe(Settings())} | OTHER_VARIABLES
    written = [name.partition("=")[0] for name in named(paper)]
    variables = {name for name in written if re.fullmatch(r"[A-Z]+(_[A-Z…]+)+", name)}
    assert variables <= settings


@each_paper
def test_every_metric_that_is_named_exists(paper: str) -> None:
    registry = CollectorRegistry()
    Metrics(registry)
    metrics = {
        metric.name + ("_total" if metric.type == "counter" else "")
        for metric in registry.collect()
    }
    assert {name for name in named(paper) if name.startswith("scoring_")} <= metrics


@cache
def served() -> frozenset[tuple[str, str]]:
    """Return every method and path of the description."""
    paths = yaml.safe_load((ROOT / "openapi.yaml").read_text())["paths"]
    return frozenset((method, path) for path, methods in paths.items() for method in methods)


@each_paper
def test_every_path_that_is_named_exists(paper: str) -> None:
    asked = {
        (match[1].lower(), match[2])
        for name in named(paper)
        if (match := re.fullmatch(r"(GET|POST) (/\S*)", name))
    }
    assert asked <= served()


@each_paper
def test_every_page_and_file_that_is_named_exists(paper: str) -> None:
    folder = (ROOT / paper).parent
    for target in re.findall(r"\]\(([^)]+)\)", PAPERS[paper]):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        page = folder / path if path else ROOT / paper
        assert page.exists(), target
        if anchor:
            assert anchor in anchors(page.read_text()), target
    files = [name for name in named(paper) if re.match(r"(docs|deploy|service|instruments)/", name)]
    for name in files:
        assert (ROOT / name).exists(), name


def anchors(text: str) -> Iterator[str]:
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        yield re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


SAFETY = PAPERS["docs/safety-case.md"]
ROW = re.compile(r"^\| ([a-z]+) \| (.*) \|$", re.MULTILINE)
PARTS = ["cause", "effect", "severity", "control", "proof", "left"]


def hazards() -> dict[str, dict[str, str]]:
    """Return the parts of each hazard by its number and title."""
    found = re.split(r"^### (H\d\d .*)$", SAFETY.partition("\n## What you")[0], flags=re.MULTILINE)
    return {
        title: dict(ROW.findall(text)) for title, text in zip(found[1::2], found[2::2], strict=True)
    }


@pytest.mark.parametrize("title", hazards())
def test_each_hazard_is_whole_and_names_tests(title: str) -> None:
    parts = hazards()[title]
    assert list(parts) == PARTS
    assert all(parts.values())
    assert parts["severity"] in {"1", "2", "3", "4"}
    proof = [name for name in CODE.findall(parts["proof"]) if "::test_" in name]
    assert len(proof) == len(set(proof)) >= 3


def test_the_list_of_hazards_is_that_of_the_log() -> None:
    listed = re.findall(r"^\| (H\d\d) \| \[(.*)\]\(#.*\) \| (\d) \|$", SAFETY, re.MULTILINE)
    told = [(*title.split(" ", 1), parts["severity"]) for title, parts in hazards().items()]
    assert listed == told
    assert [number for number, _, _ in told] == [f"H{n:02}" for n in range(1, len(told) + 1)]


def test_the_detection_rates_are_those_of_the_calibration() -> None:
    (row,) = re.findall(
        r"^\| \*\*Our policy \(alert\)\*\* \|  \| (.*) \|$",
        (ROOT / "docs" / "calibration.md").read_text(),
        re.MULTILINE,
    )
    _, dip, _, _, drop, deep, _ = row.split(" | ")
    told = hazards()["H12 No alert is taken for all is well"]["left"]
    assert re.findall(r"\d+\.\d", told) == [dip, drop, deep]


PRIVACY = PAPERS["docs/privacy.md"]


def test_the_bounds_on_the_page_of_privacy_are_those_in_force() -> None:
    rows = dict(
        re.findall(r"^\| ([^|]+?) \| [^|]+ \| ([^|]+?) \| [^|]+ \|$", PRIVACY, re.MULTILINE)
    )
    assert rows["remembered scores"].startswith(f"{remembering.MOST_BYTES:,} bytes")
    assert rows["remembered codes"] == f"{recognition._MOST_BYTES:,} bytes"
    assert rows["verified access tokens"] == str(tokens.MOST_VERIFIED)
    assert f"| {tokens.LONGEST_REMEMBERED:.0f} s at most |" in PRIVACY
    assert rows["used tokens of CDS clients"] == f"{tokens.MOST_USED:,}"
    assert rows["languages"] == str(preferred_language.cache_info().maxsize)
    assert (rows["lines of the log"], log_writer.MOST_BYTES) == ("1 MiB", 1 << 20)
    assert f"within {TOLERANCE} s" in PAPERS["SECURITY.md"]


def test_every_member_of_the_log_is_told() -> None:
    told = PRIVACY.partition("## Log")[2].partition("## Metrics")[0]
    cells = re.findall(r"^\| (`.*?) \|", told, re.MULTILINE)
    assert {name for cell in cells for name in CODE.findall(cell)} == {*LOGGED, "exception"}


@pytest.fixture
def logged_service(tmp_path: Path) -> Iterator[str]:
    """Serve with the output in `service.log`, as the page has it; the value is the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "WORKERS": "1"}
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    with (tmp_path / "service.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def test_the_commands_of_the_page_of_privacy_show_what_it_says(
    logged_service: str, tmp_path: Path
) -> None:
    shown = re.findall(r"```sh\n(.*?)```.*?```text\n(.*?)```", PRIVACY, re.DOTALL)
    assert len(shown) == 4
    for command, printed in shown:
        assert run(command, logged_service, tmp_path) == printed
