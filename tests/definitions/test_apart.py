"""Definitions are checked in processes of their own, and that changes nothing of the result."""

import json
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from service.app import application
from service.definitions import apart
from service.definitions.apart import check_apart
from service.definitions.catalog import Catalog, DefinitionError, load_catalog
from service.definitions.check import Checked, check_definition
from service.scoring.answers import Submission
from tests.builders import make_definition
from tests.shipped import CATALOG

SHIPPED = Path(__file__).parents[2] / "instruments"


def told(catalog: Catalog) -> list[Any]:
    return [(one.instrument, one.body, one.summary, one.extends) for one in catalog.entries()]


@pytest.mark.parametrize("n_processes", [1, 2, 3])
def test_the_catalogue_is_the_same_from_any_number_of_processes(n_processes: int) -> None:
    assert told(load_catalog(SHIPPED, n_processes=n_processes)) == told(CATALOG)


def test_what_came_from_a_process_scores_alike() -> None:
    form = Submission([0, 1, 2, 3, 0, 1, 2, 3, 1], age=30, sex="female", norms=("*",))
    theirs = load_catalog(SHIPPED, n_processes=2).get("phq-9").scorer
    assert theirs.score(form) == CATALOG.get("phq-9").scorer.score(form)


def test_faults_come_in_the_order_of_the_files_and_overlays_find_their_bases(
    tmp_path: Path,
) -> None:
    for name in ("a", "b", "c", "d", "e"):
        document = make_definition(id=name, title="" if name in "bd" else name)
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    overlay = {"extends": "a@1.0.0", "version": "1.0.0+site.1", "title": "Ours"}
    (tmp_path / "overlay.json").write_text(json.dumps(overlay))
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(DefinitionError) as here:
        load_catalog(tmp_path)
    with pytest.raises(DefinitionError) as apart_:
        load_catalog(tmp_path, n_processes=2)
    assert len(here.value.lines) == 3
    assert apart_.value.lines == here.value.lines
    for faulty in ("b", "d", "broken"):
        (tmp_path / f"{faulty}.json").unlink()
    assert told(load_catalog(tmp_path, n_processes=2)) == told(load_catalog(tmp_path))
    assert load_catalog(tmp_path, n_processes=2).get("a").extends == "a@1.0.0"


def test_more_processes_than_definitions_and_none_to_check() -> None:
    document = make_definition()
    (found,) = check_apart(check_definition, [document], 4)
    assert found is not None
    assert found.instrument == check_definition(document).instrument
    assert found.scorer is None
    assert check_apart(check_definition, [], 2) == []


def ended_from_outside(content: object) -> Checked | None:
    """Check a content, but not in a process of its own: that is killed."""
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return check_definition(content)


def refuses_to_fork(*_: object) -> None:
    raise BlockingIOError("no process can be begun")


def no_fork() -> list[str]:
    return ["spawn"]


def test_what_a_process_cannot_bring_is_checked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [make_definition(id=name) for name in ("a", "b", "c")]
    expected = [check_definition(content).instrument for content in contents]

    def found(check: apart.Check) -> list[object]:
        return [one and one.instrument for one in check_apart(check, contents, 2)]

    assert found(ended_from_outside) == expected
    assert multiprocessing.active_children() == []
    with monkeypatch.context() as patch:
        patch.setattr(os, "fork", refuses_to_fork)
        assert found(check_definition) == expected
    monkeypatch.setattr(apart, "get_all_start_methods", no_fork)
    assert found(check_definition) == expected


@pytest.mark.parametrize(("cores", "expected"), [(1, 1), (8, 2)])
def test_the_server_begins_with_a_process_for_each_of_two_cores_and_leaves_none(
    monkeypatch: pytest.MonkeyPatch, cores: int, expected: int
) -> None:
    monkeypatch.setattr("service.app.available_cpus", lambda: cores)
    app = application()
    assert app.n_loaders == expected
    assert told(app.catalog) == told(CATALOG)
    assert multiprocessing.active_children() == []
