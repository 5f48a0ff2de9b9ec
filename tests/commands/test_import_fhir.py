"""`python -m service import-fhir FILE`."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.__main__ import main
from service.commands import files
from tests.fhir.importing.forms import choice, confirmed, form, options

WHOLE = form(choice("a"), choice("b"), title="Invented form")
PARTLY = form(choice("a"), choice("b", options(0, 0.5)))


def written(folder: Path, content: Any) -> str:
    file = folder / "form.json"
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    file.write_bytes(raw)
    return str(file)


def test_a_draft_is_printed_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["import-fhir", written(tmp_path, WHOLE)]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["id"] == "invented-form"
    assert err.splitlines() == [
        "the draft: replace every text that begins with TODO, then: python -m service check FILE"
    ]


def test_what_is_left_to_the_author_is_told_apart_and_in_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = written(tmp_path, PARTLY)
    assert main(["import-fhir", file, "--id", "mine"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["id"] == "mine"
    assert err.splitlines()[0] == (
        f"{file}: /item/1/answerOption/1/valueCoding: The weight of this answer is no whole "
        "number, or too large: it is left to you."
    )


def test_the_check_takes_the_draft_once_it_is_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    made = tmp_path / "made.json"
    assert main(["import-fhir", written(tmp_path, WHOLE), "-o", str(made)]) == 0
    assert main(["check", str(made)]) == 1
    assert "still stands as in the skeleton or draft" in capsys.readouterr().out
    made.write_text(json.dumps(confirmed(json.loads(made.read_text()))))
    assert main(["check", str(made)]) == 0


def test_wording_comes_along_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    worded = form(choice("a", text="How are you?"), copyright="Free.")
    file = written(tmp_path, worded)
    main(["import-fhir", file])
    assert "How are you?" not in capsys.readouterr().out
    main(["import-fhir", file, "--with-text"])
    assert "How are you?" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "cannot be read: The text is not valid JSON"),
        (b'{"a": 1, "a": 2}', "cannot be read: An object names the same member twice"),
        (b"[" * 65 + b"]" * 65, "cannot be read: Objects and arrays are nested too deeply"),
        (b"\xff", "cannot be read: The text is not UTF-8"),
        (b" " * 3001, "cannot be read: it has more than "),
        (form(choice("a"), choice("a"), {"type": "choice"}), "/item/2: An item needs a linkId."),
        ([], "(document): The file holds neither a Questionnaire nor a Bundle with one."),
    ],
)
def test_a_file_that_is_none_is_told_in_sentences(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    content: Any,
    said: str,
):
    monkeypatch.setattr(files, "LONGEST_FILE", 3000)
    file = written(tmp_path, content)
    assert main(["import-fhir", file]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert all(line.startswith(f"{file}: ") for line in err.splitlines())


def test_a_file_that_is_not_there_and_one_that_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["import-fhir", str(tmp_path / "none.json")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err
    file = written(tmp_path, WHOLE)
    before = Path(file).read_bytes()
    assert main(["import-fhir", file, "-o", file]) == 2
    assert "cannot be written: File exists" in capsys.readouterr().err
    assert Path(file).read_bytes() == before


@pytest.mark.parametrize("name", ["", "Upper", "-x", "a b", "x" * 65])
def test_an_id_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
):
    assert main(["import-fhir", written(tmp_path, WHOLE), f"--id={name}"]) == 2
    assert "lower case letters" in capsys.readouterr().err
