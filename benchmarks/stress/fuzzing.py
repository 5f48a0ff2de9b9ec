"""Inputs made up by a fuzzer that is guided by coverage (`tests/fuzz/`), each target in a process
of its own.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.server import REPOSITORY
from benchmarks.stress.scenario import Row, Stress, at_least, at_most, exactly, told

SHARES = {"form": 0.45, "resource": 0.35, "course": 0.15, "definition": 0.05}
"""Of all inputs, so that each target has about as much time."""

INPUTS_A_SECOND = 1_000_000 / 60
"""Of the duration: a million in a minute's."""

SEED = 1
MOST_SECONDS = 1.0


def fuzz(stress: Stress) -> list[Row]:
    """Send inputs to every target; whatever breaks a claim ends the process that sends."""
    if find_spec("atheris") is None:
        return [exactly("left out, because atheris is missing here", 1, 0)]
    rows = [told("seed", SEED)]
    for name, share in SHARES.items():
        rows += _target(name, round(share * stress.seconds * INPUTS_A_SECOND))
    return rows


def _target(name: str, n_inputs: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures")
        words = [f"--runs={n_inputs}", f"--seed={SEED}", f"--figures={figures}"]
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz", name, *words],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode:
            print(done.stderr[-4000:], file=sys.stderr)
        found: dict[str, Any] = json.loads(figures.read_text()) if figures.exists() else {}
    answers = found.get("answers", {})
    reached = re.findall(r" cov: (\d+) ", done.stderr)
    return [
        at_least(f"{name}: inputs", found.get("runs", 0), n_inputs),
        exactly(f"{name}: claims broken", int(done.returncode != 0), 0),
        told(f"{name}: answered with 200", answers.get("200", 0)),
        told(f"{name}: refused", sum(answers.values()) - answers.get("200", 0)),
        told(f"{name}: edges of the code that were reached", int(reached[-1]) if reached else 0),
        at_most(
            f"{name}: processor time of the slowest, watched code included",
            found.get("slowest", 0.0),
            MOST_SECONDS,
            "s",
        ),
    ]
