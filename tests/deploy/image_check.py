"""Really build the image and run it: `make image-check`, as root, with buildah and debootstrap.

The base is a Debian system that `debootstrap` makes (kept by buildah for the next time), since no
registry is asked. The container is a mount namespace and a process namespace around `chroot`, with
a root that cannot be written and without a shell: what Docker's --read-only and --user give.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
BASE = "localhost/questionnaire-scoring-base:bookworm"
IMAGE = "localhost/questionnaire-scoring:checked"
TRACED = "localhost/questionnaire-scoring-packages:otel"
"""The packages of an image that can trace, and no more of it."""
MEGABYTE = 1_000_000
NEEDED = ("buildah", "debootstrap", "unshare", "nsenter", "setpriv")


def hindrance() -> str | None:
    """Say why an image cannot be built and run here, if so."""
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        return f"not installed: {', '.join(missing)}"
    if os.geteuid() != 0:
        return "only root can make a base system"
    for tried in (["unshare", "--mount", "--pid", "--ipc", "--fork", "true"], ["buildah", "info"]):
        if subprocess.run(tried, capture_output=True).returncode != 0:
            return f"not allowed here: {' '.join(tried)}"
    return None


HINDRANCE = hindrance()
pytestmark = pytest.mark.skipif(HINDRANCE is not None, reason=str(HINDRANCE))


def run(*command: object, **options: Any) -> str:
    """Return what a command prints; fail with all that it said."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=600, **options
    )
    assert done.returncode == 0, f"{command[:3]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout.strip()


@pytest.fixture(scope="session")
def base() -> str:
    """The name of the base image with its digest, as an operator pins it."""
    if not run("buildah", "images", "--quiet", "--filter", f"reference={BASE}"):
        container = run("buildah", "from", "scratch")
        root = run("buildah", "mount", container)
        packages = "--include=ca-certificates,python3,python3-venv"
        with_python = ["debootstrap", "--variant=minbase", packages, "bookworm", root]
        made = subprocess.run(with_python, capture_output=True, text=True, timeout=900)
        if made.returncode != 0:
            run("buildah", "rm", container)
            pytest.skip(f"debootstrap made no base: {made.stdout.splitlines()[-1:]}")
        (Path(root) / "usr/bin/python").symlink_to("python3")
        for unused in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale"):
            shutil.rmtree(Path(root) / unused)  # as the slim images do
        run("buildah", "commit", "--rm", container, BASE)
    digest = run("buildah", "images", "--format", "{{.Digest}}", BASE)
    return f"{BASE.split(':')[0]}@{digest}"


@pytest.fixture(scope="session")
def image(base: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The configuration of the image, built from wheels that are held ready: pip asks no index."""
    folder = tmp_path_factory.mktemp("image")
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes")
    only = ("--only-binary=:all:", "--python-version=3.11", f"--dest={folder}/wheels")
    for needed in ("requirements-otel.txt", "requirements-docs.txt"):
        run(*pip, *only, f"--requirement={needed}", cwd=REPOSITORY)
    (folder / "pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n")
    build(folder, base, "--build-arg=REVISION=checked", f"--tag={IMAGE}")
    build(folder, base, "--build-arg=EXTRAS=otel", "--target=packages", f"--tag={TRACED}")
    described = json.loads(run("buildah", "inspect", "--type=image", IMAGE))
    configuration: dict[str, Any] = described["Docker"]["config"]
    return configuration


def build(folder: Path, base: str, *asked: str) -> None:
    run(
        *("buildah", "build", "--isolation=chroot", "--format=docker"),
        *(f"--volume={folder}/wheels:/wheels:ro", f"--volume={folder}/pip.conf:/etc/pip.conf:ro"),
        *(f"--build-arg=PYTHON_IMAGE={base}", *asked, REPOSITORY),
    )


@pytest.fixture(scope="session")
def root(image: dict[str, Any]) -> Iterator[Path]:
    """The image's files."""
    with mounted(IMAGE) as files:
        yield files


@contextlib.contextmanager
def mounted(image: str) -> Iterator[Path]:
    container = run("buildah", "from", image)
    yield Path(run("buildah", "mount", container))
    run("buildah", "rm", container)


PREPARE = """
set -eu
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount -t proc proc "$1/proc"
mount -t tmpfs -o size=64m tmpfs "$1/dev"
mkdir -m 1777 "$1/dev/shm"
for device in null zero urandom; do
    touch "$1/dev/$device"
    mount --bind "/dev/$device" "$1/dev/$device"
done
for shell in sh bash dash; do mount --bind /dev/null "$1/bin/$shell"; done
mount -o remount,ro,size=64m "$1/dev"
mount -t tmpfs -o size=64m,mode=1777 tmpfs "$1/dev/shm"
root=$1; shift
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec env -i PATH=$PATH setpriv --no-new-privs \\
    chroot --userspec=10001:10001 --groups= "$root" /usr/bin/env "$@"
"""


class Container(NamedTuple):
    """A container that runs."""

    process: subprocess.Popen[bytes]
    root: Path
    port: int
    environment: list[str]

    @property
    def first(self) -> int:
        """The process that is the first one inside."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[0])

    @property
    def inside(self) -> Path:
        """The root of the file system as the processes inside see it."""
        return Path("/proc", str(self.first), "root")

    def healthy(self, command: list[str]) -> int:
        """Return the exit code of the image's health check, run inside."""
        assert command[0] == "CMD"
        inside = ["nsenter", "--mount", "--pid", f"--target={self.first}", "chroot"]
        user = ["--userspec=10001:10001", "--groups=", str(self.root)]
        words = [*inside, *user, "/usr/bin/env", "-i", *self.environment, *command[1:]]
        return subprocess.run(words, capture_output=True, timeout=5).returncode

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(connection):
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
        return response.status, json.loads(content) if content.startswith(b"{") else content


@pytest.fixture(scope="session")
def container(image: dict[str, Any], root: Path) -> Iterator[Container]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chosen = ["ALLOW_ANONYMOUS=true", f"PORT={port}", "WORKERS=2"]
    environment = [*image["Env"], *chosen]
    isolated = ["unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child"]
    inside = [f"--chdir={image['WorkingDir']}", *environment, *image["Cmd"]]
    process = subprocess.Popen([*isolated, "sh", "-c", PREPARE, "sh", str(root), *inside])
    running = Container(process, root, port, environment)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if running.ask("GET", "/readyz")[0] == 200:
                    break
            time.sleep(0.05)
        yield running
    finally:
        process.kill()
        process.wait()


def test_the_image_says_what_it_is_and_starts_without_rights(image: dict[str, Any], base: str):
    prefix = "org.opencontainers.image."
    labels = {name.removeprefix(prefix): text for name, text in image["Labels"].items()}
    assert labels["revision"] == "checked"
    assert labels["base.name"] == base
    assert {"title", "description", "version", "licenses"} <= labels.keys()
    assert (image["User"], image["Cmd"]) == ("10001:10001", ["gunicorn"])
    assert not any(setting.startswith("ALLOW_ANONYMOUS") for setting in image["Env"])


def test_all_code_is_compiled(root: Path):
    sources = [*(root / "app/service").rglob("*.py"), *(root / "opt/venv/lib").rglob("*.py")]
    uncompiled = [
        source
        for source in sources
        if not list(source.parent.glob(f"__pycache__/{source.stem}.*.pyc"))
    ]
    assert len(sources) > 500
    assert uncompiled == []


def test_the_list_of_parts_is_what_is_installed(root: Path):
    installed = compared_with_its_list(root)
    assert not any("opentelemetry" in name for name in installed)
    with mounted(TRACED) as traced:
        more = compared_with_its_list(traced)
    assert more > installed
    assert any(name.startswith("opentelemetry-sdk-") for name in more)


def compared_with_its_list(root: Path) -> set[str]:
    """Return the packages of an image, which are those that its list names."""
    listed = json.loads((root / "app/sbom.cdx.json").read_text())["components"]
    installed = {
        re.sub(r"[-_.]+", "-", name).lower()
        for found in (root / "opt/venv/lib").glob("*/site-packages/*.dist-info")
        for name in [found.name.removesuffix(".dist-info")]
    }
    named = (f"{part['name']}-{part['version']}" for part in listed)
    assert installed == {re.sub(r"[-_.]+", "-", name).lower() for name in named}
    return installed


def test_the_service_user_can_write_nothing_that_the_image_holds(root: Path):
    for path in [*(root / "app").rglob("*"), *(root / "opt/venv").rglob("*")]:
        status = path.lstat()
        assert status.st_uid == 0
        assert path.is_symlink() or not status.st_mode & 0o022, path


def test_a_form_is_scored(container: Container):
    answers = {"answers": [1, 2, 0, 3, 1, 0, 2, 1, 0]}
    status, report = container.ask("POST", "/v1/instruments/phq-9/score", answers)
    assert status == 200, report
    assert report["scores"]["total"]["value"] == 10
    assert container.ask("GET", "/version")[1]["revision"] == "checked"


def test_it_runs_as_10001_without_capabilities_on_a_root_that_cannot_be_written(
    container: Container,
):
    status = Path(f"/proc/{container.first}/status").read_text()
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert facts["Uid"].split() == facts["Gid"].split() == ["10001"] * 4
    assert (int(facts["CapEff"], 16), int(facts["CapPrm"], 16)) == (0, 0)
    assert facts["NoNewPrivs"] == "1"
    assert facts["NSpid"].split()[-1] == "1"
    for place in ("app", "opt/venv", "tmp", "var"):
        with pytest.raises(OSError, match="Read-only file system"):
            (container.inside / place / "new").touch()


def test_no_shell_is_needed(container: Container):
    assert (container.inside / "bin/sh").read_bytes() == b""
    assert container.ask("GET", "/readyz")[0] == 200


def test_the_health_check_tells_a_service_that_answers(container: Container, image: dict[str, Any]):
    check = image["Healthcheck"]["Test"]
    assert container.healthy(check) == 0
    os.kill(container.first, signal.SIGSTOP)  # so that it starts no more workers
    workers = _children(container.first)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        assert container.healthy(check) == 1
    finally:
        for process in (*workers, container.first):
            os.kill(process, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children]


def test_it_is_no_larger_than_it_may_be(base: str, image: dict[str, Any], tmp_path: Path):
    run("buildah", "push", "--format=oci", IMAGE, f"oci-archive:{tmp_path}/image.tar")
    with tarfile.open(tmp_path / "image.tar") as archive:
        sizes = [entry.size for entry in archive if entry.name.startswith("blobs/")]
    layers = sorted(sizes, reverse=True)
    print(f"compressed: {sum(sizes) / MEGABYTE:.1f} MB, the largest layers {layers[:3]}")
    assert sum(sizes) <= 120 * MEGABYTE


def test_told_to_stop_it_ends_with_0(container: Container):
    os.kill(container.first, signal.SIGTERM)
    assert container.process.wait(timeout=30) == 0
