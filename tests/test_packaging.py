"""What the project promises about its installation: floors, locked hashes, no registries, a clean
Dockerfile.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

REPOSITORY = Path(__file__).resolve().parent.parent
LOCK_FILES = [
    "requirements.txt",
    "requirements-jwt.txt",
    "requirements-dev.txt",
    "requirements-batch.txt",
    "requirements-spark.txt",
]
OTEL = "requirements-otel.txt"
DOCS = "requirements-docs.txt"
"""Of an environment of its own, which shares nothing with the service."""

SPARK_ALONE = {"pyspark", "py4j"}

# Earlier releases have faults that matter here: request smuggling in gunicorn, and the floors of
# what was tested.
FLOORS = {"gunicorn": "26.0", "marshmallow": "4.1.2", "flask": "3.1.3"}


def text(name: str) -> str:
    return (REPOSITORY / name).read_text()


def locked(name: str) -> dict[str, str]:
    """Return the locked version of each package."""
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ \\]+)", text(name), re.MULTILINE))


def project() -> dict[str, list[Requirement]]:
    """Return the declared requirements by lock file."""
    declared = tomllib.loads(text("pyproject.toml"))
    runtime = [Requirement(entry) for entry in declared["project"]["dependencies"]]
    extras = declared["project"]["optional-dependencies"]
    tokens, spans, batch, spark = (
        list(map(Requirement, extras[name])) for name in ("jwt", "otel", "batch", "spark")
    )
    development = [Requirement(entry) for entry in declared["dependency-groups"]["dev"]]
    return {
        "requirements.txt": runtime,
        "requirements-jwt.txt": runtime + tokens,
        "requirements-dev.txt": runtime + tokens + spans + development,
        OTEL: runtime + tokens + spans,
        "requirements-batch.txt": runtime + batch,
        "requirements-spark.txt": runtime + spark,
        DOCS: list(map(Requirement, declared["dependency-groups"]["docs"])),
    }


def every_requirement() -> list[list[Requirement]]:
    """Return the requirements of the service, of each of its extras, and of its tests."""
    declared = tomllib.loads(text("pyproject.toml"))
    lists = [
        declared["project"]["dependencies"],
        *declared["project"]["optional-dependencies"].values(),
        *declared["dependency-groups"].values(),
    ]
    return [list(map(Requirement, entries)) for entries in lists]


@pytest.mark.parametrize("name", LOCK_FILES)
@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_locked_versions_are_at_or_above_their_floor(name: str, package: str, floor: str) -> None:
    assert Version(locked(name)[package]) >= Version(floor)


@pytest.mark.parametrize("name", [*LOCK_FILES, OTEL, DOCS])
def test_the_lock_files_hold_what_is_declared(name: str) -> None:
    versions = locked(name)
    for requirement in project()[name]:
        assert requirement.specifier.contains(versions[requirement.name.lower()]), requirement.name


def test_tests_run_with_the_versions_that_are_served() -> None:
    runtime, tokens, development, batch, spark = (locked(name).items() for name in LOCK_FILES)
    assert runtime < tokens < development
    assert tokens < locked(OTEL).items() < development
    assert spark - development == {(name, locked(LOCK_FILES[4])[name]) for name in SPARK_ALONE}
    assert runtime < batch < spark
    assert batch <= development


@pytest.mark.parametrize("name", [*LOCK_FILES, OTEL, DOCS])
def test_every_locked_package_has_hashes_and_no_source_is_named(name: str) -> None:
    entries = re.split(r"\n(?=[a-z])", text(name).strip())
    assert len(entries) == len(locked(name)) > 10
    for entry in entries:
        assert re.fullmatch(r"[^\\]+\\\n(    --hash=sha256:[0-9a-f]{64}( \\\n)?)+", entry), entry
    assert "://" not in text(name)


def test_the_node_lock_file_has_hashes_and_no_source_is_named() -> None:
    packages = json.loads(text("package-lock.json"))["packages"]
    assert (
        packages.pop("")["devDependencies"] == json.loads(text("package.json"))["devDependencies"]
    )
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert "resolved" not in text("package-lock.json")
    assert "://" not in text("package-lock.json")


def test_every_dependency_has_a_reason() -> None:
    entries = re.findall(
        r'^    "[a-z-]+(?:\[[a-z]+\])?(?:==|>=)[0-9.b]+(?:,<[0-9.]+)?(?:; [^"]+)?",(.*)$',
        text("pyproject.toml"),
        re.MULTILINE,
    )
    assert len(entries) == sum(map(len, every_requirement()))
    assert all(re.match(r" +# \w", rest) for rest in entries)


def test_the_dockerfile_is_clean() -> None:
    checked = subprocess.run(
        [Path(sys.executable).parent / "hadolint", "Dockerfile"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_image_leaves_anonymous_access_to_its_operator_and_runs_without_rights() -> None:
    instructions = [line for line in text("Dockerfile").splitlines() if not line.startswith("#")]
    assert "ALLOW_ANONYMOUS" not in "\n".join(instructions)
    assert "USER 10001:10001" in instructions


def test_what_the_dockerfile_copies_is_sent_to_the_build_and_nothing_else() -> None:
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", text("Dockerfile"), re.MULTILINE)
    assert re.findall(r"^COPY --from=build (\S+) (\S+)$", text("Dockerfile"), re.MULTILINE) == [
        ("/opt/venv", "/opt/venv"),
        ("/app", "/app"),
    ]
    sent = re.findall(r"^!(\S+)$", text(".dockerignore"), re.MULTILINE)
    names = {
        name.replace("${EXTRAS}", extras)
        for names in copied
        for name in names.split()
        for extras in EXTRAS
    }
    assert sorted(names) == sorted(sent)
    assert all((REPOSITORY / name).exists() for name in sent)


EXTRAS = {"jwt": {"pyjwt", "cryptography"}, "otel": {"pyjwt", "opentelemetry-sdk"}}
"""What may be chosen for an image, with packages that it is chosen for."""


@pytest.mark.parametrize("extras", EXTRAS)
def test_the_image_can_verify_tokens_and_on_request_trace(extras: str) -> None:
    assert "\nARG EXTRAS=jwt\n" in text("Dockerfile")
    assert EXTRAS[extras] <= locked(f"requirements-{extras}.txt").keys()


def test_the_image_bears_the_version_of_the_project() -> None:
    labels = dict(re.findall(r'org\.opencontainers\.image\.([a-z.]+)="(.*)"', text("Dockerfile")))
    declared = tomllib.loads(text("pyproject.toml"))["project"]
    assert labels["version"] == declared["version"]
    assert labels["licenses"] == declared["license"]
    assert labels["description"] == declared["description"]


@pytest.mark.parametrize("extras", EXTRAS)
def test_the_list_of_parts_is_what_the_image_installs(extras: str) -> None:
    """`make sbom` writes it. The licence of protobuf (BSD, 3 clauses) stands in its metadata in
    other words than the list knows.
    """
    parts = json.loads(text(f"deploy/image/sbom-{extras}.cdx.json"))
    named = {re.sub(r"[-_.]+", "-", part["name"]).lower(): part for part in parts["components"]}
    installed = {name: part["version"] for name, part in named.items()}
    assert installed == locked(f"requirements-{extras}.txt")
    unnamed = {name for name, part in named.items() if not part.get("licenses")}
    assert unnamed == ({"protobuf"} if extras == "otel" else set())
    assert parts["metadata"]["component"]["name"] == "questionnaire-scoring"


def test_the_licence_is_the_apache_licence() -> None:
    licence = text("LICENSE")
    assert licence.split()[:5] == ["Apache", "License", "Version", "2.0,", "January"]
    assert "Copyright 2026 the questionnaire-scoring authors" in licence
    assert len(licence.splitlines()) == 201


def run_make(*arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    environ = {
        key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "PYTHON"))
    }
    search = os.pathsep.join([str(path), "/usr/bin", "/bin"])
    return subprocess.run(
        ["make", "--dry-run", *arguments],
        cwd=REPOSITORY,
        env={**environ, "PATH": search},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def interpreters(tmp_path: Path) -> Path:
    """A directory in which `python3` and its like are all too old."""
    for name in ("python", "python3", *(f"python3.{minor}" for minor in range(11, 15))):
        old = tmp_path / name
        old.write_text('#!/bin/sh\necho "SyntaxError" >&2; exit 1\n')
        old.chmod(0o755)
    return tmp_path


def test_make_takes_the_first_interpreter_that_is_new_enough(interpreters: Path) -> None:
    new = interpreters / "python3.12"
    new.unlink()
    new.symlink_to(sys.executable)
    planned = run_make("setup", f"ENVIRONMENT={interpreters}/new", path=interpreters)
    assert f"python3.12 -m venv {interpreters}/new" in planned.stdout


def test_make_says_so_when_every_interpreter_is_too_old(interpreters: Path) -> None:
    environ = {**os.environ, "PATH": os.pathsep.join([str(interpreters), "/usr/bin", "/bin"])}
    made = subprocess.run(
        ["make", "setup", f"ENVIRONMENT={interpreters}/new"],
        cwd=REPOSITORY,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert made.returncode != 0
    assert "Python 3.11 or newer is needed" in made.stderr
    assert not (interpreters / "new").exists()


def test_serving_needs_only_the_runtime_lock_file(interpreters: Path) -> None:
    (interpreters / "python3").unlink()
    (interpreters / "python3").symlink_to(sys.executable)
    planned = run_make("serve", f"ENVIRONMENT={interpreters}/new", path=interpreters).stdout
    assert "--require-hashes -r requirements.txt" in planned
    assert "requirements-dev.txt" not in planned
    assert planned.splitlines()[-1].endswith("bin/gunicorn")


def test_tables_have_one_command_that_installs_what_is_locked(interpreters: Path) -> None:
    (interpreters / "python3").unlink()
    (interpreters / "python3").symlink_to(sys.executable)
    planned = run_make("tables", f"ENVIRONMENT={interpreters}/new", path=interpreters).stdout
    assert "--require-hashes -r requirements-batch.txt" in planned
    assert "--no-deps --editable ." in planned


USED = """
import questionnaire_scoring
from service.__main__ import main
from service.api.console_routes.files import console_routes
assert "/installed/" in questionnaire_scoring.__file__
assert "phq-9" in {one["id"] for one in questionnaire_scoring.instruments()}
assert len(console_routes("none")) == 3
raise SystemExit(main(["check"]))
"""


def test_an_installed_package_finds_its_instruments(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    (entry_points,) = installed.glob("*.dist-info/entry_points.txt")
    assert "questionnaire-scoring = service.__main__:main" in entry_points.read_text()
    done = subprocess.run(
        [sys.executable, "-c", USED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "0 with faults" in done.stdout
    (notice,) = installed.glob("*.dist-info/licenses/NOTICE")
    assert notice.read_text() == text("NOTICE")


def test_the_notice_of_others_goes_into_the_image() -> None:
    assert re.search(r"^COPY .*\bNOTICE\b.* /app/$", text("Dockerfile"), re.MULTILINE)
    assert "!NOTICE" in text(".dockerignore").splitlines()
