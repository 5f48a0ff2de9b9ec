"""The manifest of a set: what it lists, that it can be pinned, and what a difference stops."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from service import __main__ as commands
from service.app import Service, application, create_app
from service.releases.manifest import (
    DEFINITION,
    LANGUAGE,
    MAPPING,
    Manifest,
    ManifestError,
    Part,
    read_manifest,
)
from tests.builders import make_definition

DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64).map("sha256:{}".format)
NAMES = st.text("abc-", min_size=1, max_size=3)
PARTS = st.one_of(
    st.builds(Part, st.just(DEFINITION), NAMES, st.sampled_from(["1.0.0", "1.0.0+site.1"])),
    st.builds(Part, st.sampled_from([MAPPING, LANGUAGE]), NAMES, st.none()),
)
SETS = st.dictionaries(PARTS, DIGESTS, max_size=6)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configured directory: two definitions."""
    place = tmp_path / "site"
    place.mkdir()
    for name in ("one", "two"):
        save(place / f"{name}.json", make_definition(id=name))
    monkeypatch.setenv("INSTRUMENTS_DIR", str(place))
    for variable in ("INSTRUMENTS_EXTRA_DIR", "LANGUAGES_EXTRA_DIR", "DEFINITIONS_MANIFEST"):
        monkeypatch.delenv(variable, raising=False)
    return place


def save(path: Path, document: object) -> None:
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def pinned(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manifest of that directory, which the service is told to hold to."""
    file = tmp_path / "pinned"
    assert commands.main(["manifest", "-o", str(file)]) == 0
    monkeypatch.setenv("DEFINITIONS_MANIFEST", str(file))
    return file


@given(SETS)
def test_what_is_written_is_read_again(tmp_path_factory: Any, digests: dict[Part, str]) -> None:
    file = tmp_path_factory.mktemp("manifest") / "file"
    file.write_text(Manifest(digests).text())
    assert read_manifest(file) == Manifest(digests)


@given(SETS, SETS, st.randoms())
def test_two_sets_have_one_digest_exactly_if_they_are_the_same(
    one: dict[Part, str], other: dict[Part, str], chance: Any
) -> None:
    assert (Manifest(one).digest == Manifest(other).digest) == (one == other)
    shuffled = list(one.items())
    chance.shuffle(shuffled)
    assert Manifest(dict(shuffled)).digest == Manifest(one).digest


@given(SETS, SETS)
def test_a_set_fits_a_manifest_exactly_if_nothing_changed(
    one: dict[Part, str], other: dict[Part, str]
) -> None:
    changes = Manifest(one).changes_since(Manifest(other))
    assert (not any(changes)) == (one == other)
    if one == other:
        Manifest(one).hold_to(Manifest(other))
    else:
        with pytest.raises(ManifestError) as refused:
            Manifest(one).hold_to(Manifest(other))
        assert len(refused.value.lines) == sum(map(len, changes))


def test_it_lists_definitions_mappings_and_languages_a_line_each(
    app: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INSTRUMENTS_DIR", raising=False)
    assert commands.main(["manifest"]) == 0
    text = capsys.readouterr().out
    listed = json.loads(text)
    assert [(one["id"], one["version"], one["digest"]) for one in listed["definitions"]] == [
        (entry.instrument.id, entry.instrument.version, entry.instrument.digest)
        for entry in app.catalog.entries()
    ]
    assert [one["id"] for one in listed["mappings"]] == [one.id for one in app.mappings]
    assert [one["id"] for one in listed["languages"]] == ["de"]
    assert listed["digest"] == app.manifest.digest
    assert len([line for line in text.splitlines() if '"id": ' in line]) == len(
        app.manifest.digests
    )


def test_version_and_metrics_tell_the_digest_of_the_whole_set(
    app: Service, client: FlaskClient
) -> None:
    digest = client.get("/version").get_json()["definitions_digest"]
    assert digest == app.manifest.digest
    shown = f'scoring_definitions_set_info{{digest="{digest.removeprefix("sha256:")[:12]}"}} 1.0'
    assert shown in client.get("/metrics").text


def test_a_service_starts_with_the_set_that_is_pinned(pinned: Path) -> None:
    assert len(create_app(log_fd=None).catalog) == 2


def test_a_start_with_another_set_is_refused_with_a_sentence_for_each_difference(
    pinned: Path, site: Path
) -> None:
    save(site / "one.json", make_definition(id="one", title="Otherwise"))
    save(site / "three.json", make_definition(id="three"))
    (site / "two.json").unlink()
    with pytest.raises(SystemExit) as refused:
        application()
    head, *lines = str(refused.value).splitlines()
    assert head == "The definitions are not those of the manifest:"
    assert lines[0] == "  - three 1.0.0 is loaded and not in the manifest"
    assert lines[1].startswith("  - one 1.0.0 differs: sha256:")
    assert lines[2] == "  - two 1.0.0 is in the manifest and not loaded"
    assert len(lines) == 3


def test_a_language_and_a_mapping_count_too(
    pinned: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = tmp_path / "words"
    words.mkdir()
    save(words / "nl.json", {"texts": {"Total": "Totaal"}})
    monkeypatch.setenv("LANGUAGES_EXTRA_DIR", str(words))
    with pytest.raises(ManifestError, match="language nl is loaded and not in the manifest"):
        create_app(log_fd=None)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda text: "{", "not valid JSON"),
        (lambda text: "[]", "must be an object"),
        (lambda text: text.replace('"languages"', '"tongues"'), "languages"),
        (lambda text: text.replace('"id": "one"', '"id": "uno"'), "it was edited"),
        (lambda text: text.replace("sha256:", "md5:", 1), "/digest"),
    ],
)
def test_a_manifest_that_is_none_stops_the_start(
    pinned: Path, edit: Callable[[str], str], told: str
) -> None:
    pinned.write_text(edit(pinned.read_text()))
    with pytest.raises(ManifestError, match=told):
        create_app(log_fd=None)


def test_a_part_that_a_manifest_lists_twice_stops_the_start(pinned: Path) -> None:
    """Of two digests of one definition a reader would not know which counts."""
    lines = pinned.read_text().splitlines(keepends=True)
    (at,) = [place for place, line in enumerate(lines) if '"id": "one"' in line]
    other = lines[at].rpartition("sha256:")[0] + f'sha256:{"0" * 64}"}},\n'
    pinned.write_text("".join([*lines[:at], other, *lines[at:]]))
    with pytest.raises(ManifestError, match=r"one 1\.0\.0 is listed more than once"):
        create_app(log_fd=None)


def test_what_cannot_be_written_or_loaded_is_said(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    assert commands.main(["manifest", "-o", str(tmp_path / "none" / "file")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    words = tmp_path / "words"
    words.mkdir()
    save(words / "nl.json", [])
    monkeypatch.setenv("LANGUAGES_EXTRA_DIR", str(words))
    assert commands.main(["manifest"]) == 1
    assert "nl.json: The file must hold one JSON object." in capsys.readouterr().err
    save(site / "one.json", {})
    assert commands.main(["manifest"]) == 1
