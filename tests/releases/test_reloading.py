"""Loading a set anew: whole or not at all, as it stood at one moment, told in one line."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.app import Service, create_app
from service.definitions.catalog import DefinitionError
from service.releases.reloading import MOST_TOLD, Disturbed, refusal_of, undisturbed
from service.settings import Settings
from tests.builders import make_definition


def save(folder: Path, name: str, **changes: Any) -> None:
    """Put a definition in place at once, as one does it beside a running service."""
    (folder / "beside").write_text(json.dumps(make_definition(id=name, **changes)))
    (folder / "beside").rename(folder / f"{name}.json")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    place = tmp_path / "site"
    place.mkdir()
    save(place, "one")
    save(place, "two")
    return place


@pytest.fixture
def running(site: Path) -> Service:
    return create_app(Settings(instruments_dir=site), log_fd=None)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return the one line that was logged since the last look."""
    caplog.set_level(logging.INFO, "gunicorn.error")

    def told() -> str:
        (record,) = caplog.records
        caplog.clear()
        return f"{record.levelname} {record.getMessage()}"

    return told


def metric(app: Service, name: str) -> float:
    (line,) = [
        line for line in app.metrics.exposition().decode().splitlines() if line.startswith(name)
    ]
    return float(line.rpartition(" ")[2])


def test_a_reload_serves_what_is_there_now_and_says_what_that_changed(
    running: Service, site: Path, told: Callable[[], str]
) -> None:
    save(site, "one", title="Otherwise")
    save(site, "three")
    (site / "two.json").unlink()
    fresh = running.load_anew()
    assert told() == (
        f"INFO Definitions reloaded ({fresh.manifest.digest}): "
        "added three 1.0.0; changed one 1.0.0; removed two 1.0.0"
    )
    assert [entry.instrument.id for entry in fresh.catalog.entries()] == ["one", "three"]
    assert fresh.metrics is running.metrics
    assert metric(fresh, 'scoring_definitions_reloads_total{outcome="loaded"}') == 1
    assert fresh.loaded_at > running.loaded_at
    answered = fresh.test_client().get("/version").json["definitions_digest"]
    assert answered == fresh.manifest.digest != running.manifest.digest


def test_a_reload_of_the_same_files_says_that_nothing_changed(
    running: Service, told: Callable[[], str]
) -> None:
    fresh = running.load_anew()
    assert told().endswith(": nothing changed")
    assert fresh.manifest == running.manifest


def test_a_fault_keeps_the_whole_set_in_force_and_is_told(
    running: Service, site: Path, told: Callable[[], str]
) -> None:
    save(site, "one", title=7)
    save(site, "two", construct=7)
    save(site, "three")
    assert running.load_anew() is running
    line = told()
    assert line.startswith("ERROR Definitions not reloaded, those in force stay. The definitions")
    assert f"{site}/one.json: /title: must be a string; {site}/two.json: /construct: " in line
    assert "\n" not in line
    running.on_worker_start()
    assert metric(running, "scoring_definitions_rejected") == 2
    assert metric(running, 'scoring_definitions_reloads_total{outcome="refused"}') == 1
    assert metric(running, "scoring_definitions_loaded") == 2
    for name in ("one", "two"):
        save(site, name)
    fresh = running.load_anew()
    fresh.on_worker_start()
    assert metric(fresh, "scoring_definitions_rejected") == 0
    assert metric(fresh, "scoring_definitions_loaded") == 3


def test_a_folder_that_is_gone_keeps_the_set_in_force(
    running: Service, site: Path, told: Callable[[], str]
) -> None:
    site.rename(site.with_name("elsewhere"))
    assert running.load_anew() is running
    assert "the directory cannot be read" in told()


def test_a_manifest_is_asked_again(site: Path, tmp_path: Path, told: Callable[[], str]) -> None:
    pinned = tmp_path / "pinned"
    settings = Settings(instruments_dir=site)
    pinned.write_text(create_app(settings, log_fd=None).manifest.text())
    running = create_app(Settings(instruments_dir=site, definitions_manifest=pinned), log_fd=None)
    save(site, "three")
    assert running.load_anew() is running
    assert "three 1.0.0 is loaded and not in the manifest" in told()
    pinned.write_text(create_app(settings, log_fd=None).manifest.text())
    assert len(running.load_anew().catalog) == 3


def test_a_failure_of_the_service_itself_keeps_the_set_in_force(
    running: Service, told: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError("of a value that nobody may see")

    monkeypatch.setattr("service.app.load_catalog", fail)
    assert running.load_anew() is running
    assert told() == "ERROR Definitions not reloaded, those in force stay: the service failed"
    assert metric(running, 'scoring_definitions_reloads_total{outcome="refused"}') == 1


def test_a_volume_that_is_turned_over_meanwhile_is_read_again(tmp_path: Path) -> None:
    """A ConfigMap is mounted as links through `..data`, which is turned to a new folder."""
    for generation in ("old", "new"):
        (tmp_path / f"..{generation}").mkdir()
        for name in ("a.json", "b.json"):
            (tmp_path / f"..{generation}" / name).write_text(generation)
    for name in ("a.json", "b.json"):
        (tmp_path / name).symlink_to(f"..data/{name}")
    (tmp_path / "..data").symlink_to("..old")
    tries = []

    def load() -> list[str]:
        first = (tmp_path / "a.json").read_text()
        if not tries:
            (tmp_path / "..turned").symlink_to("..new")
            (tmp_path / "..turned").rename(tmp_path / "..data")
        tries.append(first)
        return [first, (tmp_path / "b.json").read_text()]

    assert undisturbed(load, [tmp_path, None]) == ["new", "new"]
    assert tries == ["old", "new"]


def test_a_fault_of_files_that_are_just_being_written_is_none(tmp_path: Path) -> None:
    tries = []

    def load() -> str:
        tries.append(None)
        if len(tries) == 1:
            (tmp_path / "a.json").write_text("whole")
            raise DefinitionError(["a.json: it was half there"])
        return "loaded"

    assert undisturbed(load, [tmp_path]) == "loaded"


def test_files_that_never_come_to_rest_are_not_taken_over(tmp_path: Path) -> None:
    tries = []

    def load() -> str:
        tries.append(None)
        (tmp_path / "a.json").write_text("x" * len(tries))
        return "loaded"

    with pytest.raises(Disturbed):
        undisturbed(load, [tmp_path])
    assert len(tries) == 3


def test_a_fault_at_rest_is_raised_at_the_first_try(tmp_path: Path) -> None:
    tries = []

    def load() -> None:
        tries.append(None)
        raise DefinitionError(["a.json: /title: is missing"])

    with pytest.raises(DefinitionError):
        undisturbed(load, [tmp_path])
    assert len(tries) == 1


def test_very_many_faults_make_no_endless_line() -> None:
    refused = refusal_of(DefinitionError([f"{n}.json: /a: wrong" for n in range(MOST_TOLD + 5)]))
    assert refused.n_refused == MOST_TOLD + 5
    assert refused.sentence.endswith(f"{MOST_TOLD - 1}.json: /a: wrong; and 5 more")
    exactly = refusal_of(DefinitionError([f"{n}.json: /a: wrong" for n in range(MOST_TOLD)]))
    assert exactly.sentence.endswith(f"{MOST_TOLD - 1}.json: /a: wrong")
