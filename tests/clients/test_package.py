"""The Python client can be installed alone."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from service import __version__
from service.settings import REPOSITORY

SOURCE = REPOSITORY / "clients" / "python"
USED = """
import sys
from questionnaire_scoring_client import Client, Problem
import questionnaire_scoring_client.types
assert "/installed/" in questionnaire_scoring_client.__file__
assert "service" not in sys.modules
"""


def test_it_has_the_version_of_the_service_and_needs_nothing():
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__
    assert project["dependencies"] == []


def test_it_is_installed_without_the_service(tmp_path: Path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=SOURCE, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    (typed,) = installed.glob("*/py.typed")
    assert typed.parent.name == "questionnaire_scoring_client"
    done = subprocess.run(
        [sys.executable, "-S", "-c", USED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


WRONG = """
from questionnaire_scoring_client import Client
service = Client("http://127.0.0.1:8000")
report = service.score_form("phq-9", {"answer": [1]})
report["score"]
service.list_instruments(perspective="nobody")
right = service.score_form("phq-9", {"answers": {"1": 2, "2": None}})
value: float | None = right["scores"]["total"]["value"]
"""


def test_a_misspelt_member_is_found_before_anything_is_sent(tmp_path: Path):
    (tmp_path / "wrong.py").write_text(WRONG)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, "wrong.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(SOURCE)},
        capture_output=True,
        text=True,
    )
    lines = [line.split(":")[1] for line in done.stdout.splitlines() if ": error:" in line]
    assert sorted(set(lines)) == ["4", "5", "6"], done.stdout + done.stderr
