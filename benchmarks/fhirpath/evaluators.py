"""The evaluators of FHIRPath that forms are scored with elsewhere, each in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, Self

FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = FOLDER / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"

WITH_WEIGHT = "item.where(linkId != '10').answer.weight().sum()"
"""As LHC-Forms has it in its PHQ-9 (LHNCBC/lforms,
test/data/R4/calc-weight/phq9-with-the-weight-function.json): the weights are in the Questionnaire.
"""
WITH_AGGREGATE = (
    "item.where(linkId != '10').answer.value.extension"
    ".where(url = 'http://hl7.org/fhir/StructureDefinition/itemWeight')"
    ".value.aggregate($this + $total, 0)"
)
"""For evaluators without `weight()`: the weights have to be in the answers."""


class Evaluator(NamedTuple):
    """A library with the expression that it is given."""

    name: str
    command: tuple[str, ...]
    expression: str

    @property
    def wants_weights(self) -> bool:
        """Whether the answers have to carry their weights."""
        return self.expression == WITH_AGGREGATE


_NODE = ("node", "engine.mjs")
FHIRPATH_WEIGHT = Evaluator("fhirpath 5.2.2, weight()", (*_NODE, "fhirpath"), WITH_WEIGHT)
FHIRPATH_AGGREGATE = Evaluator("fhirpath 5.2.2, aggregate", (*_NODE, "fhirpath"), WITH_AGGREGATE)
FHIRPATHPY = Evaluator("fhirpathpy 2.2.4, aggregate", (str(PYTHON), "engine.py"), WITH_AGGREGATE)
MEDPLUM = Evaluator("@medplum/core 4.5.2, weight()", (*_NODE, "medplum"), WITH_WEIGHT)
MEDPLUM_AGGREGATE = Evaluator("@medplum/core 4.5.2, aggregate", (*_NODE, "medplum"), WITH_AGGREGATE)
ALL = (FHIRPATH_WEIGHT, FHIRPATH_AGGREGATE, FHIRPATHPY, MEDPLUM, MEDPLUM_AGGREGATE)


def install() -> None:
    """Make the environments of the evaluators, where they are missing."""
    if not PYTHON.exists():
        print(f"Making {ENVIRONMENT.relative_to(FOLDER.parent)}, once.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        (ENVIRONMENT / ".gitignore").write_text("*\n")
        install_with = [PYTHON, "-m", "pip", "install", "-qq", "--require-hashes", "-r"]
        subprocess.run([*install_with, FOLDER / "requirements.txt"], check=True)
    if not (FOLDER / "node_modules").exists():
        print("Installing the packages of package-lock.json, once.", flush=True)
        install_with = ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(install_with, check=True, cwd=FOLDER)


class Running:
    """An evaluator with its expression compiled; leaving the context ends it."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._expression = evaluator.expression
        self._process = subprocess.Popen(
            evaluator.command,
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def results(self, responses: list[Any], questionnaire: Any) -> list[dict[str, Any]]:
        """Return what the expression gives for each response: a `value` or an `error`."""
        asked = {
            "expression": self._expression,
            "responses": responses,
            "questionnaire": questionnaire,
        }
        found: list[dict[str, Any]] = self._ask(asked)
        return found

    def microseconds(self) -> float:
        """Evaluate the same responses again; return the CPU us of one."""
        spent: float = self._ask({})
        return spent

    def _ask(self, asked: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
