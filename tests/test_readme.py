"""The README is executed: a stranger who pastes its commands gets what it shows."""

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
BLOCKS = re.findall(r"```(sh|json)\n(.*?)```", README, re.DOTALL)
SHOWN = [
    (code, answer)
    for (kind, code), (next_kind, answer) in pairwise(BLOCKS)
    if (kind, next_kind) == ("sh", "json")
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.mark.parametrize(("command", "answer"), SHOWN)
def test_each_answer_that_the_readme_shows_is_what_the_service_answers(
    command: str, answer: str, address: str
) -> None:
    assert_shows(json.loads(answer), json.loads(run(command, address)))


def test_the_readme_shows_an_alliance_form_and_a_symptom_form() -> None:
    commands = " ".join(command for command, _ in SHOWN)
    assert "wai-sr/score" in commands
    assert "phq-9/score" in commands
    assert len(SHOWN) >= 5


@pytest.mark.parametrize(
    "path", re.findall(rf"^curl -s http://{SERVED}(/\S+)$", README, re.MULTILINE)
)
def test_each_probe_in_the_readme_answers(path: str, address: str) -> None:
    assert run(f"curl -sf http://{SERVED}{path}", address)


def test_every_other_command_of_the_readme_works() -> None:
    """`make serve` itself is what the other tests stand for; it runs the gunicorn that they
    start.
    """
    targets = {
        target
        for kind, code in BLOCKS
        if kind == "sh"
        for target in re.findall(r"^make (\S+)", code, re.MULTILINE)
    }
    assert targets == {"serve", "check", "settings"}
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
        assert row in README
    assert README.count("\n| `") - len(
        re.findall(r"^\| `(?:GET|POST) ", README, re.MULTILINE)
    ) == len(rows)


def test_the_line_of_a_key_in_the_readme_is_one_that_the_file_takes() -> None:
    (shown,) = re.findall(r"```text\n(# client .*?)```", README, re.DOTALL)
    (key,) = read_keys(shown).keys
    (command,) = re.findall(r"^python -m service (new-key .*)$", README, re.MULTILINE)
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
