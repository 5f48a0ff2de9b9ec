"""Two validators of FHIR that others wrote: the models of `fhir.resources` (R4B) and npm's
`@medplum/core` with its definitions of R4. A third, of the profiles, is `checker.py`.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SCRIPT = Path(__file__).with_name("medplum.mjs")
_MODULES = SCRIPT.parents[2] / "node_modules"


def missing_medplum() -> str | None:
    """Return why Medplum's validator cannot run here, None where it can."""
    if shutil.which("node") is None:
        return "Node.js is not installed"
    if not (_MODULES / "@medplum" / "definitions").is_dir():
        return "the checks of package.json are not installed (npm ci)"
    return None


def medplum_faults(resources: Sequence[Json]) -> list[list[str]]:
    """Return what Medplum's validator finds wrong with each resource: one process for all.

    It does not ask the constraints of a resource in a Bundle of its own: each is asked alone too.
    """
    asked = [[whole, *_within(whole)] for whole in map(_resolved, resources)]
    lines = "".join(f"{json.dumps(one)}\n" for group in asked for one in group)
    done = subprocess.run(
        ["node", SCRIPT],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    answers = iter(done.stdout.splitlines())
    found = [[fault for _ in group for fault in json.loads(next(answers))] for group in asked]
    assert next(answers, None) is None
    return found


def _within(resource: Json) -> list[Json]:
    return [entry["resource"] for entry in resource.get("entry", ())]


def _resolved(resource: Json) -> Json:
    """Return a transaction with its references as a server stores them: the validator takes no
    address of an entry for a reference.
    """
    text = json.dumps(resource)
    for entry in resource.get("entry", ()):
        url, kind = entry.get("fullUrl", ""), entry["resource"].get("resourceType")
        stored = {"reference": f"{kind}/{url.removeprefix('urn:uuid:')}"}
        text = text.replace(json.dumps({"reference": url}), json.dumps(stored))
    found: Json = json.loads(text)
    return found


def model_faults(resource: Json) -> list[str]:
    """Return what the models of R4B find wrong with a resource."""
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        return [str(fault["loc"]) for fault in error.errors()]
    except KeyError as unknown:  # a type of resource that is none
        return [str(unknown)]
    return []
