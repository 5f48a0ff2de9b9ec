"""The commands for authors: what they print and how they exit."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service import __main__ as commands
from service.settings import REPOSITORY
from tests.builders import make_definition, make_key_overlay, make_keyless_definition
from tests.definitions.edits import edited


@pytest.fixture
def directory(tmp_path, monkeypatch):
    """A configured directory with one definition without faults."""
    monkeypatch.setenv("INSTRUMENTS_DIR", str(tmp_path / "configured"))
    monkeypatch.delenv("INSTRUMENTS_EXTRA_DIR", raising=False)
    place = tmp_path / "configured"
    place.mkdir()
    save(place / "keyless.json", make_keyless_definition())
    return place


def save(path: Path, document: object) -> str:
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def test_check_is_content_with_the_configured_directory(directory, capsys):
    assert commands.main(["check"]) == 0
    assert capsys.readouterr().out == "1 file(s) checked, 0 with faults, 0 fault(s)\n"


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ({"/norms/0/collected": 1999, "/norms/0/published": 2001}, "asked 1999, published 2001, "),
        ({"/norms/0/published": 1999}, "published 1999, "),
        ({"/norms/0/collected": 1999, "/norms/0/published": 2000}, "asked 1999, published 2000, "),
        ({"/norms/0/collected": 2000, "/norms/0/published": 2003}, None),
        ({}, "its year is not known"),
    ],
)
def test_check_lists_norms_that_are_older_than_a_site_wants(
    directory, tmp_path, capsys, years, said
):
    file = save(tmp_path / "a.json", edited(make_definition(), years))
    assert commands.main(["check", "--norms-since", "2000", file]) == 0
    *lines, _ = capsys.readouterr().out.splitlines()
    before = "before 2000" if years else ""
    norm = make_definition()["norms"][0]["id"]
    first = [f"{file}: norm {norm}: {said}{before}"] if said else []
    assert lines[: len(first)] == first
    assert [line for line in lines if f"norm {norm}:" in line] == first


def test_check_lists_every_fault_of_every_file_and_exits_with_1(directory, tmp_path, capsys):
    first = save(tmp_path / "a.json", edited(make_definition(), {"/title": 3, "/risks/0/value": 4}))
    second = save(tmp_path / "b.json", [])
    assert commands.main(["check", first, second]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{first}: /title: must be a string",
        f'{first}: /risks/0: is compared with 4, but item "3" goes from 0 to 3',
        f"{second}: (document): must be an object",
        "2 file(s) checked, 2 with faults, 3 fault(s)",
    ]


def test_check_resolves_an_overlay_against_the_configured_definitions(directory, tmp_path, capsys):
    assert commands.main(["check", save(tmp_path / "key.json", make_key_overlay())]) == 0
    assert capsys.readouterr().out.startswith("1 file(s) checked")


def test_check_resolves_an_overlay_against_the_given_files(directory, tmp_path, capsys):
    (tmp_path / "site").mkdir()
    save(tmp_path / "site" / "base.json", make_definition())
    save(
        tmp_path / "site" / "more.json",
        {"extends": "invented-form@1.0.0", "version": "1.0.0+a", "title": "More"},
    )
    assert commands.main(["check", str(tmp_path / "site")]) == 0
    assert capsys.readouterr().out.startswith("2 file(s) checked")


def test_check_refuses_an_overlay_on_a_faulty_configured_definition(directory, tmp_path, capsys):
    save(directory / "keyless.json", edited(make_keyless_definition(), {"/title": 3}))
    assert commands.main(["check", save(tmp_path / "key.json", make_key_overlay())]) == 1
    assert "has faults; correct them first" in capsys.readouterr().out


def test_check_of_a_file_that_is_not_there_is_a_fault(directory, tmp_path, capsys):
    assert commands.main(["check", str(tmp_path / "none.json")]) == 1
    assert "none.json: (document): the file cannot be read" in capsys.readouterr().out


def test_check_of_nothing_is_no_success(directory, tmp_path):
    (tmp_path / "empty").mkdir()
    assert commands.main(["check", str(tmp_path / "empty")]) == 1


def test_settings_that_cannot_be_used_exit_with_2(monkeypatch, capsys):
    monkeypatch.setenv("PORT", "many")
    assert commands.main(["check"]) == 2
    assert "PORT" in capsys.readouterr().err


def test_settings_are_shown_by_variable(directory, capsys):
    assert commands.main(["settings"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("INSTRUMENTS_DIR ") and str(directory) in line for line in lines)


def test_the_schema_command_compares_and_writes(monkeypatch, tmp_path):
    monkeypatch.setattr(commands, "REPOSITORY", tmp_path)
    (tmp_path / "instruments").mkdir()
    assert commands.main(["schema", "--check"]) == 1
    assert commands.main(["schema"]) == 0
    assert commands.main(["schema", "--check"]) == 0
    for name in ("instrument.schema.json", "mappings/mapping.schema.json"):
        assert commands.main(["schema"]) == 0
        (tmp_path / "instruments" / name).write_text("{}")
        assert commands.main(["schema", "--check"]) == 1


def test_the_module_runs_as_a_command(directory, tmp_path):
    bad = save(tmp_path / "bad.json", edited(make_definition(), {"/extra": 1}))
    done = subprocess.run(
        [sys.executable, "-m", "service", "check", bad],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == f"{bad}: /extra: is not a member of this object"


def start(tmp_path, *command: str) -> subprocess.CompletedProcess[str]:
    """Start something with a site's directory in which two files have faults."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.json").write_text('{"id": "x",\n "id": "y"}', encoding="utf-8")
    save(site / "b.json", edited(make_definition(), {"/title": 3}))
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=REPOSITORY,
        env={
            **os.environ,
            "INSTRUMENTS_DIR": str(tmp_path / "configured"),
            "INSTRUMENTS_EXTRA_DIR": str(site),
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
            "PORT": "18499",
        },
    )


SERVERS = [
    ("gunicorn", [sys.executable, "-m", "gunicorn"]),
    ("another server", [sys.executable, "-c", "from service.app import application as a; a()"]),
]


@pytest.mark.parametrize("command", [row[1] for row in SERVERS], ids=[row[0] for row in SERVERS])
def test_a_start_with_faulty_definitions_ends_with_a_sentence_for_each(
    directory, tmp_path, command
):
    done = start(tmp_path, *command)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    told = [line for line in (done.stdout + done.stderr).splitlines() if "site" in line]
    duplicate = "An object names the same member twice (line 2, column 2)."
    assert told == [
        f"  - {tmp_path}/site/a.json: (document): {duplicate}",
        f"  - {tmp_path}/site/b.json: /title: must be a string",
    ]


def test_commands_that_need_every_definition_say_what_is_wrong_with_them(
    monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(commands, "REPOSITORY", tmp_path)
    (tmp_path / "instruments").mkdir()
    save(tmp_path / "instruments" / "a.json", edited(make_definition(), {"/title": 3}))
    assert commands.main(["pages", "--check"]) == 1
    assert "a.json: /title: must be a string" in capsys.readouterr().err
