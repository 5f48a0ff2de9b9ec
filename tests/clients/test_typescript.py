"""The TypeScript client against the service: every operation, every problem, and its types and
size. After `npm ci`; left out without it.
"""

import base64
import gzip
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from service import __version__
from service.settings import REPOSITORY
from tests.clients.calls import CALLS, OPERATIONS, PROBLEMS, Call
from tests.clients.conftest import KEYS

TYPESCRIPT = REPOSITORY / "clients" / "typescript"
TOOLS = REPOSITORY / "node_modules" / ".bin"
NODE = Path(__file__).parent / "typescript"
MOST_BYTES = 5_000  # compressed by gzip, with everything that it needs
WANTED = ["tsc", "esbuild", "openapi-typescript"]

pytestmark = pytest.mark.skipif(
    not all((TOOLS / name).exists() for name in WANTED), reason="needs `npm ci`"
)


def run(*command: str | Path, sent: str | None = None, **environ: str) -> str:
    """Return what a command writes; it must succeed."""
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env={**os.environ, **environ},
        input=sent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def bundled(source: str, folder: Path) -> Path:
    """Return the file of a module with everything that it needs."""
    target = folder / f"{Path(source).stem}.mjs"
    options = ["--bundle", "--minify", "--format=esm", f"--outfile={target}"]
    run(TOOLS / "esbuild", TYPESCRIPT / source, *options)
    return target


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundled("src/index.ts", tmp_path_factory.mktemp("bundled"))


def written(call: Call, services: dict[str, str]) -> dict[str, Any]:
    """Return a call as the script reads it."""
    verb, template, operation = OPERATIONS[call.operation]
    contents = operation["responses"]["200"]["content"].keys() - {"application/x-ndjson"}
    as_bytes = isinstance(call.body, bytes)
    return {
        "address": services[call.service],
        "key": call.key and KEYS[call.key],
        "verb": verb,
        "template": template,
        "path": dict(call.path),
        "query": dict(call.query),
        "headers": dict(call.headers),
        "bytes": base64.b64encode(call.body).decode() if as_bytes else None,
        "body": None if as_bytes else call.body,
        "parse_as": "json" if any(kind.endswith("json") for kind in contents) else "text",
    }


Results = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def results(client: Path, services: dict[str, str]) -> Results:
    """Return what came of every call, by operation or by code of a problem."""
    calls = {call.operation: call for call in CALLS}
    calls |= {code: call for code, (_, call) in PROBLEMS.items()}
    sent = json.dumps([written(call, services) for call in calls.values()])
    answered = json.loads(run("node", NODE / "calls.mjs", client, sent=sent))
    return dict(zip(calls, answered, strict=True))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_answers(results: Results, operation: str):
    assert results[operation]["status"] == 200
    assert results[operation]["answer"]


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_read_with_its_code(results: Results, code: str):
    result = results[code]
    assert (result["status"], result["code"]) == (PROBLEMS[code][0], code)
    assert not result["answer"]


def test_it_is_as_written_in_the_tests_of_its_behaviour(client: Path, services: dict[str, str]):
    script = NODE / "behaviour.test.mjs"
    run("node", "--test", script, CLIENT=str(client), SERVICE=services["sound"])


def test_the_types_accept_what_is_right_and_refuse_what_is_wrong():
    run(TOOLS / "tsc", "--project", TYPESCRIPT)


def test_the_types_are_those_of_the_description():
    """`make clients` writes them anew."""
    schema = TYPESCRIPT / "src" / "schema.d.ts"
    run(TOOLS / "openapi-typescript", "openapi.yaml", "--output", schema, "--check")


def test_it_is_small(client: Path):
    assert len(gzip.compress(client.read_bytes(), 9)) <= MOST_BYTES


def test_the_example_says_what_the_page_shows(tmp_path: Path, services: dict[str, str]):
    module = bundled("example.ts", tmp_path)
    code = "const { example } = await import(process.env.MODULE);"
    code += "for (const line of await example(process.env.SERVICE)) console.log(line);"
    shown = run(
        "node", "--input-type=module", "--eval", code, MODULE=str(module), SERVICE=services["sound"]
    )
    assert shown.splitlines() == ["PHQ-9: 8", "Session 2: info", "422 invalid_request"]


def test_the_package_has_the_version_of_the_service_and_the_locked_library():
    package = json.loads((TYPESCRIPT / "package.json").read_text())
    locked = json.loads((REPOSITORY / "package.json").read_text())["devDependencies"]
    assert package["version"] == __version__
    assert package["dependencies"] == {"openapi-fetch": locked["openapi-fetch"]}
