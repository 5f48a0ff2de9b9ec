"""Mappings are loaded at the start, all or none, and no two of them claim one form."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from service import __main__ as commands
from service.app import create_app
from service.definitions.catalog import DefinitionError
from service.sources.catalogue import load_mappings
from tests.sources.mappings import flat, linked


@pytest.fixture
def folder(tmp_path):
    """The folder of a site's mappings."""
    made = tmp_path / "mappings"
    made.mkdir()
    return made


def save(path: Path, document: object) -> Path:
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def refused(places, catalog) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        load_mappings(places, catalog)
    return list(error.value.lines)


def test_mappings_lie_beside_the_definitions_of_the_service_and_of_a_site(folder, catalog):
    save(folder / "one.json", flat())
    save(folder / "mapping.schema.json", "{}")
    save(folder / "notes.txt", "nothing")
    shipped = Path(__file__).parents[2] / "instruments"
    found = load_mappings((shipped, folder.parent), catalog)
    assert {"flat-phq-9", "mii-phq-9"} <= {one.id for one in found}
    assert found.get("flat-phq-9") is not None
    assert found.get("nothing") is None


def test_a_site_needs_no_mappings(tmp_path, catalog):
    assert list(load_mappings((tmp_path, None), catalog)) == []


def test_every_fault_of_every_file_stops_the_start(folder, few):
    first = save(folder / "a.json", flat(title=3, items={"q1": "11"}))
    second = save(folder / "b.json", '{"id": "x",\n "id": "y"}')
    third = save(folder / "c.JSON.txt", flat())
    with pytest.raises(DefinitionError) as error:
        create_app(replace(few, instruments_extra_dir=folder.parent), log_fd=None)
    assert list(error.value.lines) == [
        f"{first}: /title: must be a string",
        f"{first}: /items/q1: is no item of the instrument",
        f"{second}: (document): An object names the same member twice (line 2, column 2).",
        f"{third}: (document): is not loaded: the name must end in .json",
    ]


def test_two_mappings_may_not_have_one_id_or_claim_one_form(folder, catalog):
    code = {"system": "urn:local", "code": "A"}
    fhir = {"questionnaires": ["Questionnaire/1", "Questionnaire/2"], "codes": [code]}
    first = save(folder / "a.json", linked(fhir=fhir))
    save(folder / "b.json", linked(fhir={"questionnaires": ["Questionnaire/2"], "codes": [code]}))
    save(folder / "c.json", linked(id="other", fhir={"questionnaires": ["Questionnaire/2|1.0"]}))
    assert refused([folder.parent], catalog) == [
        f"{folder / 'b.json'}: /id: is also in {first}",
        f"{folder / 'b.json'}: /fhir/questionnaires/0: is also in {first}",
        f"{folder / 'b.json'}: /fhir/codes/0: is also in {first}",
    ]


def test_check_looks_at_mappings_too(folder, monkeypatch, capsys, few):
    monkeypatch.setenv("INSTRUMENTS_DIR", str(few.instruments_dir))
    monkeypatch.delenv("INSTRUMENTS_EXTRA_DIR", raising=False)
    bad = save(folder / "bad.json", flat(items={"q1": "11"}))
    good = save(folder.parent / "draft.json", flat(items={"q1": "1"}))
    assert commands.main(["check", str(folder.parent)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{bad}: /items/q1: is no item of the instrument"
    assert any(line.startswith(f"{good}: /items: warning: maps no key to 2, 3,") for line in lines)
    assert lines[-1] == "2 file(s) checked, 1 with faults, 1 fault(s)"
    assert commands.main(["check", str(good)]) == 0
