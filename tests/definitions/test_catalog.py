"""The catalogue holds every definition that was loaded, and starts with all of them right or not at
all.
"""

import json
import os
from pathlib import Path

import orjson
import pytest

from service.definitions.catalog import (
    DefinitionError,
    UnknownInstrument,
    UnknownVersion,
    load_catalog,
)
from service.definitions.files import LARGEST_FILE, check_files, definition_files
from tests.builders import make_definition, make_key_overlay, make_keyless_definition
from tests.definitions.edits import edited


def write(directory: Path, **documents: object) -> Path:
    directory.mkdir(exist_ok=True)
    for name, document in documents.items():
        (directory / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return directory


def refusal(*directories: Path) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        load_catalog(*directories)
    sentences = [f"  - {line}" for line in refused.value.lines]
    assert str(refused.value).splitlines() == ["The definitions cannot be loaded:", *sentences]
    return list(refused.value.lines)


def test_an_entry_has_the_instrument_its_document_and_a_scorer(tmp_path):
    catalog = load_catalog(write(tmp_path, form=make_definition()))
    entry = catalog.get("invented-form", "1.0.0")
    assert entry.document == make_definition()
    assert orjson.loads(entry.body) == make_definition()
    assert entry.scorer.instrument is entry.instrument
    assert entry.extends is None
    assert {name: entry.summary[name] for name in ("id", "version", "n_items", "key", "risks")} == {
        "id": "invented-form",
        "version": "1.0.0",
        "n_items": 4,
        "key": "included",
        "risks": ["third"],
    }
    assert entry.summary["digest"] == entry.instrument.digest


def test_every_shipped_definition_is_without_fault_and_its_examples_come_out_as_expected():
    results = check_files(definition_files(Path(__file__).parents[2] / "instruments"))
    assert [line for result in results for line in result.lines()] == []
    assert all(result.checked.instrument for result in results)


def test_versions_stand_side_by_side_and_the_highest_is_the_default(tmp_path):
    versions = ["1.10.0", "1.9.0", "2.0.0-rc.1", "1.9.0+site.1"]
    documents = {
        f"v{index}": make_definition(version=version) for index, version in enumerate(versions)
    }
    catalog = load_catalog(write(tmp_path, **documents))
    assert catalog.versions("invented-form") == ("1.9.0", "1.9.0+site.1", "1.10.0", "2.0.0-rc.1")
    assert catalog.get("invented-form").instrument.version == "2.0.0-rc.1"
    assert catalog.get("invented-form", "1.9.0").instrument.version == "1.9.0"


def test_a_sites_overlay_outranks_the_release_it_extends(tmp_path):
    shipped = write(tmp_path / "shipped", keyless=make_keyless_definition(), form=make_definition())
    site = write(tmp_path / "site", key=make_key_overlay())
    catalog = load_catalog(shipped, site)
    assert catalog.get("invented-keyless").instrument.version == "1.0.0+site.1"
    assert catalog.get("invented-keyless").extends == "invented-keyless@1.0.0"
    assert catalog.get("invented-keyless", "1.0.0").instrument.key_required
    assert [(entry.instrument.id, entry.instrument.version) for entry in catalog.entries()] == [
        ("invented-form", "1.0.0"),
        ("invented-keyless", "1.0.0"),
        ("invented-keyless", "1.0.0+site.1"),
    ]
    assert set(catalog.documents()) == {
        "invented-form@1.0.0",
        "invented-keyless@1.0.0",
        "invented-keyless@1.0.0+site.1",
    }


def test_an_overlay_may_extend_an_overlay(tmp_path):
    again = {
        "extends": "invented-keyless@1.0.0+site.1",
        "version": "1.0.0+site.2",
        "title": "Again",
    }
    directory = write(
        tmp_path, again=again, key=make_key_overlay(), keyless=make_keyless_definition()
    )
    assert load_catalog(directory).get("invented-keyless").instrument.title == "Again"


def test_an_unknown_id_is_answered_with_the_nearest(tmp_path):
    catalog = load_catalog(
        write(tmp_path, form=make_definition(), keyless=make_keyless_definition())
    )
    with pytest.raises(UnknownInstrument) as unknown:
        catalog.get("invented-from")
    assert unknown.value.suggestions[0] == "invented-form"
    with pytest.raises(UnknownInstrument) as far:
        catalog.get("zzz")
    assert far.value.suggestions == ()
    assert catalog.versions("zzz") == ()


def test_an_unknown_version_is_answered_with_those_there_are(tmp_path):
    catalog = load_catalog(write(tmp_path, form=make_definition()))
    with pytest.raises(UnknownVersion) as unknown:
        catalog.get("invented-form", "1.0.1")
    assert unknown.value.available == ("1.0.0",)


def test_the_start_fails_with_every_fault_of_every_file(tmp_path):
    directory = write(
        tmp_path,
        a=edited(make_definition(), {"/title": 3, "/scales/0/cutoffs/0/value": 10}),
        b=make_definition(id="invented-b"),
        c=edited(make_definition(), {"/risks/0/source": "hearsay"}),
    )
    assert refusal(directory) == [
        f"{directory}/a.json: /title: must be a string",
        (
            f"{directory}/a.json: /scales/0/cutoffs/0/value: must lie between 0 and 9, the "
            "scores of "
            "this scale"
        ),
        f'{directory}/c.json: /risks/0/source: there is no source "hearsay"',
    ]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"id": 1, "id": 2}', "An object names the same member twice (line 1, column 11)."),
        (b'{"id": NaN}', "A number is not finite (line 1, column 8)."),
        (b"\xff", "The text is not UTF-8 without a byte order mark (line 1, column 1)."),
        (b"{\n  'id'", "The text is not valid JSON (line 2, column 3)."),
        (b" " * (LARGEST_FILE + 1), f"the file must have at most {LARGEST_FILE} bytes"),
        (b"[]", "must be an object"),
    ],
)
def test_an_unreadable_file_stops_the_start(tmp_path, raw, reason):
    write(tmp_path, form=make_definition())
    (tmp_path / "bad.json").write_bytes(raw)
    assert refusal(tmp_path) == [f"{tmp_path}/bad.json: (document): {reason}"]


def test_one_version_may_come_only_once(tmp_path):
    shipped = write(tmp_path / "shipped", form=make_definition())
    site = write(tmp_path / "site", other=make_definition(title="Another form of the same name"))
    text = f"invented-form 1.0.0 is also in {shipped}/form.json"
    assert refusal(shipped, site) == [f"{site}/other.json: /version: {text}"]


def test_an_overlay_without_its_base_stops_the_start(tmp_path):
    directory = write(tmp_path, key=make_key_overlay())
    text = 'there is no definition "invented-keyless@1.0.0"'
    assert refusal(directory) == [f"{directory}/key.json: /extends: {text}"]


def test_overlays_that_extend_each_other_stop_the_start(tmp_path):
    one = {"extends": "x@1.0.0+b", "version": "1.0.0+a"}
    two = {"extends": "x@1.0.0+a", "version": "1.0.0+b"}
    assert len(refusal(write(tmp_path, one=one, two=two))) == 2


def test_the_faults_of_a_base_are_not_repeated_for_its_overlay(tmp_path):
    directory = write(
        tmp_path, base=edited(make_keyless_definition(), {"/title": 3}), key=make_key_overlay()
    )
    assert refusal(directory) == [
        f"{directory}/base.json: /title: must be a string",
        f"{directory}/key.json: /extends: invented-keyless@1.0.0 has faults; correct them first",
    ]


def test_what_is_no_json_is_passed_over(tmp_path):
    write(tmp_path, form=make_definition())
    write(tmp_path / "mappings", mapping={"not": "a definition"})
    write(tmp_path / "..2026_01_01", form=make_definition())
    (tmp_path / "instrument.schema.json").write_text("{}")
    (tmp_path / "README.md").write_text("no definition")
    (tmp_path / "notes").mkdir()
    assert len(load_catalog(tmp_path)) == 1


@pytest.mark.parametrize("name", ["WAI-SR.JSON", "Form.Json", ".form.json", "form.v2.json"])
def test_a_definition_is_loaded_whatever_the_case_of_its_suffix(tmp_path, name):
    (tmp_path / name).write_text(json.dumps(make_definition()))
    assert len(load_catalog(tmp_path)) == 1


def test_a_link_to_a_definition_is_loaded(tmp_path):
    elsewhere = write(tmp_path / "elsewhere", form=make_definition())
    place = write(tmp_path / "place")
    (place / "link.json").symlink_to(elsewhere / "form.json")
    assert len(load_catalog(place)) == 1


@pytest.mark.parametrize(
    "name", ["wai.json5", "wai.JSONC", "wai.json.bak", "wai.json~", "wai.json.txt", ".wai.json.swp"]
)
def test_what_looks_like_a_definition_but_is_not_loaded_stops_the_start(tmp_path, name):
    write(tmp_path, form=make_definition())
    (tmp_path / name).write_text(json.dumps(make_definition(id="invented-other")))
    text = "is not loaded: the name of a definition file ends in .json"
    assert refusal(tmp_path) == [f"{tmp_path}/{name}: (document): {text}"]


def test_folders_and_links_that_hide_a_definition_stop_the_start(tmp_path):
    write(tmp_path, form=make_definition())
    write(tmp_path / "alliance", other=make_definition(id="invented-other"))
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.json")
    text = "holds JSON files that are not loaded: definitions lie in the directory itself"
    assert refusal(tmp_path) == [
        f"{tmp_path}/alliance: (document): {text}",
        f"{tmp_path}/folder.json: (document): is a directory, not a file",
        f"{tmp_path}/gone.json: (document): the file cannot be read: No such file or directory",
        f"{tmp_path}/pipe.json: (document): is not a file",
    ]


def test_a_directory_that_is_missing_or_empty_stops_the_start(tmp_path):
    assert refusal(tmp_path / "none") == [
        f"{tmp_path}/none: (document): the directory cannot be read: No such file or directory"
    ]
    assert refusal(tmp_path) == [f"{tmp_path}: (document): the directory holds no definition"]


def test_a_site_directory_may_be_empty(tmp_path):
    shipped, site = write(tmp_path / "shipped", form=make_definition()), write(tmp_path / "site")
    assert len(load_catalog(shipped, site)) == 1
