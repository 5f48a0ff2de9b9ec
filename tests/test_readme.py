"""README and manual are executed: a stranger who pastes their commands gets what they show."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from service.access.keys import read_keys
from service.settings import Settings, describe
from tests.pasted import SERVED, assert_shows, run, serving

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
ACCESS = (ROOT / "docs" / "access.md").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PAGES = (
    "scoring",
    "courses",
    "drawings",
    "http-batches",
    "fhir",
    "cds-hooks",
    "survey-tools",
    "source-attributes",
)
"""Pages of the manual whose commands are run like those of the README; guides have tests of their
own.
"""


def blocks(text: str) -> list[tuple[str, str]]:
    return re.findall(r"```(sh|json|text)\n(.*?)```", text, re.DOTALL)


BLOCKS = blocks(README)
SHOWN = [
    (code, kind, answer)
    for text in (README, *((ROOT / "docs" / f"{page}.md").read_text() for page in PAGES))
    for (first, code), (kind, answer) in pairwise([*blocks(text), ("", "")])
    if first == "sh" and (kind == "json" or "curl" in code) and not code.startswith("make")
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.mark.parametrize(("command", "kind", "answer"), SHOWN)
def test_each_response_that_a_page_shows_is_what_the_service_answers(
    command: str, kind: str, answer: str, address: str
) -> None:
    printed = run(command, address)
    if kind == "json":
        assert_shows(json.loads(answer), json.loads(printed))
    elif kind == "text":
        assert printed.strip() == answer.strip()
    else:
        assert printed.startswith("<svg")


def test_the_readme_shows_a_form_and_the_manual_a_course_and_a_symptom_form() -> None:
    assert "wai-sr/score" in README
    commands = " ".join(command for command, _, _ in SHOWN)
    assert "phq-9/score" in commands
    assert "/v1/monitor" in commands
    assert len(SHOWN) >= 12


def test_the_readme_stays_short_and_leads_to_every_page() -> None:
    assert README.count("\n") <= 150
    for target in re.findall(r"\]\(([^)#:]+)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize(
    "path", re.findall(rf"^curl -s http://{SERVED}(/\S+)$", OPERATIONS, re.MULTILINE)
)
def test_each_probe_in_the_readme_answers(path: str, address: str) -> None:
    assert run(f"curl -sf http://{SERVED}{path}", address)


def test_every_other_command_of_the_readme_works() -> None:
    """`make serve` itself is what the other tests stand for; it runs the gunicorn that they
    start.
    """
    targets = {
        target
        for kind, code in BLOCKS + blocks(OPERATIONS)
        if kind == "sh"
        for target in re.findall(r"^make (\S+)", code, re.MULTILINE)
    }
    assert targets == {"serve", "settings"}
    makefile = (ROOT / "Makefile").read_text()
    for target in targets | set(re.findall(r"`make ([a-z-]+)`", README)):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target
    for command in ("check", "settings"):
        done = subprocess.run(
            [sys.executable, "-m", "service", command],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_settings_table_is_the_settings() -> None:
    rows = [
        f"| `{row.variable}` | {f'`{row.default}`' if row.default else ''} | {row.description} |"
        for row in describe(Settings())
    ]
    for row in rows:
        assert row in OPERATIONS
    assert OPERATIONS.count("\n| `") == len(rows)


def test_the_line_of_a_key_on_the_page_is_one_that_the_file_takes() -> None:
    (shown,) = re.findall(r"```text\n(# client .*?)```", ACCESS, re.DOTALL)
    (key,) = read_keys(shown).keys
    (command,) = re.findall(r"^python -m service (new-key .*)$", ACCESS, re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-m", "service", *command.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    (printed,) = read_keys(done.stdout.splitlines()[-1]).keys
    assert printed.caller == key.caller
    assert printed.digest != key.digest


def test_the_readme_promises_no_more_instruments_than_are_shipped() -> None:
    shipped = {path.stem for path in (ROOT / "instruments").glob("*.json")} - {"instrument.schema"}
    promised = re.search(r"Over (\d+) are shipped", README)
    assert promised is not None
    assert int(promised[1]) < len(shipped)
