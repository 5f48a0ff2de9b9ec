"""The guides are executed: every command, in order, and what they show is what comes."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.pasted import ROOT, assert_shows, run, serving

GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "docs" / "guides").glob("*.ipynb"))
BLOCKS = re.compile(r"```(sh|json|text)\n(.*?)```", re.DOTALL)
SERVE = re.compile(r"((?:[A-Z_]+=\S+ )*)make serve\n")
OMITTED = "...\n"
"""A line that stands for any others."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as address:
        yield address


def assert_prints(shown: str, printed: str) -> None:
    before, is_cut, after = shown.partition(OMITTED)
    if is_cut:
        assert printed.startswith(before)
        assert printed.endswith(after)
    else:
        assert printed.strip() == shown.strip()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_line_of_a_guide_does_what_it_shows(
    guide: Path, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    printed = None
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # as if the package were installed
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    if "spark" in guide.stem:
        pytest.importorskip("pyspark", reason="PySpark is not installed: requirements-spark.txt")
        if not shutil.which("java"):
            pytest.skip("there is no Java")
    with ExitStack() as servers:
        for kind, text in BLOCKS.findall(guide.read_text()):
            if kind == "sh" and (serve := SERVE.fullmatch(text)):
                printed = None
                if serve[1]:  # without settings, the server is the one that runs for all guides
                    settings = serve[1].replace("$PWD", str(tmp_path)).split()
                    own = dict(setting.split("=", 1) for setting in settings)
                    address = servers.enter_context(serving(own))
            elif kind == "sh":
                printed = run(text, address, tmp_path)
            elif kind == "json":
                assert printed is not None
                assert_shows(json.loads(text), json.loads(printed))
            else:
                assert printed is not None
                assert_prints(text, printed)
    for picture in tmp_path.glob("*.svg"):
        assert picture.read_text() == (guide.parent / picture.name).read_text(), picture.name


@pytest.mark.parametrize("guide", [*GUIDES, *NOTEBOOKS], ids=lambda guide: guide.stem)
def test_what_a_guide_refers_to_is_there(guide: Path):
    for target in re.findall(r"\]\(([^)#]+)", guide.read_text()):
        assert (guide.parent / target).is_file(), target
    assert f"guides/{guide.name}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_every_cell_of_a_notebook_gives_what_it_shows(notebook: Path, tmp_path: Path):
    run_again = tmp_path / notebook.name
    run_again.write_bytes(notebook.read_bytes())
    execute = Path(sys.executable).parent / "jupyter-execute"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "1"}
    done = subprocess.run(
        [execute, "--inplace", run_again],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    shown, found = outputs(notebook), outputs(run_again)
    assert found == shown
    assert sum(map(len, shown)) >= 5


def outputs(notebook: Path) -> list[list[str]]:
    """Return what each cell of a notebook shows, as text."""
    return [
        ["".join(output.get("data", {}).get("text/plain", "no text")) for output in cell["outputs"]]
        for cell in json.loads(notebook.read_text())["cells"]
        if cell["cell_type"] == "code"
    ]
