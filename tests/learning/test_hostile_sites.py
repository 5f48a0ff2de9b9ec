"""Files of courses that are broken, odd or meant to harm: what is left out is counted by line, the
rest is learnt from, and nobody is named.
"""

# ruff: noqa: E501 - a row for each file

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.__main__ import main
from service.settings import Settings
from tests.learning.sites import REFERENCE, THERAPIST, body

HEAD = "patient,session,instrument,perspective,scale,value\n"
PRIVATE = (REFERENCE, THERAPIST, "Otto", "Erika")


def rows(n_patients: int = 3, n_sessions: int = 6, name: str = REFERENCE) -> str:
    """Return rows of a form that no rule watches, so that nothing is simulated."""
    return "".join(
        f"{name} {patient},{session},phq-9,,total,{(7 * patient + 3 * session) % 9 + 4}\n"
        for patient in range(n_patients)
        for session in range(1, n_sessions + 1)
    )


def course(**members: Any) -> str:
    return json.dumps(body(1, 4) | members)


# Name, content, exit code, what is told on standard output, and what on standard error.
FILES: dict[str, tuple[str, bytes, int, str, list[str]]] = {
    "noise as a table": ("noise.csv", bytes(range(256)) * 20, 2, "", ["is not UTF-8"]),
    "noise as lines": ("noise.ndjson", b"\xff\xfe\n" * 3, 1, "0 courses read, 3 lines", ["line 3 left out: bad_encoding"]),
    "an empty table": ("none.csv", b"", 1, "0 courses read, 1 lines", ["line 1 left out: wrong_columns"]),
    "no line": ("none.ndjson", b"", 1, "0 courses read, 0 lines", ["No scores to learn from."]),
    "a table without its head": ("headless.csv", rows().encode(), 1, "0 courses read, 1 lines", ["line 1 left out: wrong_columns"]),
    "a head alone": ("head.csv", HEAD.encode(), 1, "0 courses read, 0 lines", ["No scores to learn from."]),
    "semicolons": ("semicolons.csv", (HEAD + rows()).replace(",", ";").encode(), 1, "0 courses read, 1 lines", ["line 1 left out: wrong_columns"]),
    "a column too many": ("names.csv", (HEAD.replace("value", "value,name") + f"p,1,phq-9,,total,4,{REFERENCE}\n").encode(), 1, "0 courses read, 1 lines", ["line 1 left out: wrong_columns"]),
    "a column too few": ("short.csv", HEAD.replace(",perspective", "").encode(), 1, "0 courses read, 1 lines", ["line 1 left out: wrong_columns"]),
    "Latin-1": ("latin.csv", (HEAD + rows(name="Müller")).encode("latin-1"), 2, "", ["is not UTF-8"]),
    "UTF-16": ("utf16.csv", (HEAD + rows()).encode("utf-16"), 2, "", ["is not UTF-8"]),
    "one patient": ("one.csv", (HEAD + rows(1)).encode(), 0, "1 courses read, 0 lines", []),
    "scores that never change": ("flat.csv", (HEAD + "".join(f"p{n},{k},phq-9,,total,7\n" for n in range(25) for k in range(1, 7))).encode(), 0, "25 courses read, 0 lines", []),
    "scores at either end": ("ends.csv", (HEAD + "".join(f"p{n},{k},phq-9,,total,{27 * ((n + k) % 2)}\n" for n in range(45) for k in range(1, 7))).encode(), 0, "45 courses read, 0 lines", []),
    "one session of many patients": ("first.csv", (HEAD + rows(60, 1)).encode(), 0, "60 courses read, 0 lines", []),
    "the intake only": ("intake.csv", (HEAD + "".join(f"p{n},0,phq-9,,total,7\n" for n in range(60))).encode(), 1, "60 courses read, 0 lines", ["No scores to learn from."]),
    "every session twice": ("twice.csv", (HEAD + rows(1) + rows(1)).encode(), 0, "1 courses read, 6 lines", ["line 8 left out: repeated_value"]),
    "499 sessions": ("long.csv", (HEAD + rows(1, 499) + "p,1,phq-9,,total,4\n").encode(), 0, "1 courses read, 1 lines", ["line 2 left out: too_many_sessions"]),
    "a cell of 10 MB": ("wide.csv", (HEAD + "p,1,phq-9,,total," + "9" * 10_000_000 + "\n" + rows()).encode(), 0, "3 courses read, 1 lines", ["line 2 left out: too_large"]),
    "a line of 10 MB": ("wide.ndjson", b'{"reference": "' + b"x" * 10_000_000 + b'"}\n' + course().encode(), 0, "1 courses read, 1 lines", ["line 1 left out: too_large"]),
    "a mark that is never closed": ("open.csv", (HEAD + 'p,1,phq-9,,total,"4\n' + rows()).encode(), 0, "3 courses read, 1 lines", ["line 2 left out: bad_csv"]),
    "a name with a mark": ("mark.csv", (HEAD + f'"{REFERENCE}" junior,1,phq-9,,total,4\n' + rows()).encode(), 0, "3 courses read, 1 lines", ["line 2 left out: bad_csv"]),
    "a head with a mark": ("markhead.csv", ('"' + HEAD + rows()).encode(), 1, "0 courses read, 1 lines", ["line 1 left out: wrong_columns"]),
    "null characters": ("null.csv", (HEAD + "p,1,phq\x00-9,,total,4\n" + rows()).encode(), 0, "3 courses read, 1 lines", ["line 2 left out: unknown_instrument"]),
    "names in every column": ("names.csv", (HEAD + f"{REFERENCE},1,{REFERENCE},,total,4\n{REFERENCE},2,phq-9,{REFERENCE},total,4\n{REFERENCE},3,phq-9,,{REFERENCE},4\n{REFERENCE},4,phq-9,,total,{REFERENCE}\n{REFERENCE},{REFERENCE},phq-9,,total,4\n" + rows()).encode(), 0, "3 courses read, 5 lines", ["line 2 left out: unknown_instrument", "line 3 left out: not_allowed", "line 4 left out: unknown_scale", "line 5 left out: wrong_type", "line 6 left out: wrong_type"]),
    "a name that is a formula": ("formula.csv", (HEAD + rows(name="=cmd|' /C otto'!A0")).encode(), 0, "3 courses read, 0 lines", []),
    "a mark of byte order and lines of Windows": ("windows.csv", b"\xef\xbb\xbf" + (HEAD + rows()).replace("\n", "\r\n").encode(), 0, "3 courses read, 0 lines", []),
    "a suffix in capitals": ("TABLE.CSV", (HEAD + rows()).encode(), 0, "3 courses read, 0 lines", []),
    "courses that hold names as members": ("names.ndjson", (course(Otto=1) + "\n" + course(sessions=[{"number": 1, "Erika": 2}]) + "\n" + course(sessions=[]) + "\n" + course()).encode(), 0, "1 courses read, 3 lines", ["line 1 left out: unknown_member", "line 2 left out: unknown_member", "line 3 left out: wrong_type"]),
    "repeated and unordered sessions": ("order.ndjson", "\n".join(course(sessions=[{"number": n} for n in numbers]) for numbers in ((1, 1), (2, 1), (1.5,), ("1",), (None,))).encode(), 1, "0 courses read, 5 lines", ["line 1 left out: repeated_session", "line 2 left out: unordered_session", "line 3 left out: wrong_type"]),
}  # fmt: skip


@pytest.fixture
def learn(tmp_path: Path, few: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], int]:
    monkeypatch.setenv("INSTRUMENTS_DIR", str(few.instruments_dir))

    def learn(courses: Path) -> int:
        options = ["-o", str(tmp_path / "learned"), "--series", "5", "--processes", "1"]
        return main(["learn", str(courses), *options])

    return learn


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_a_site(
    learn: Callable[[Path], int], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file_name, content, code, out, err = FILES[name]
    file = tmp_path / file_name
    file.write_bytes(content)
    assert learn(file) == code
    told = capsys.readouterr()
    assert out in told.out
    for sentence in err:
        assert sentence in told.err
    assert "left out" in "".join(err) or "left out" not in told.err
    written = [path for path in (tmp_path / "learned").rglob("*") if path.is_file()]
    assert bool(written) == (code == 0)
    for text in (told.out, told.err, *(path.read_text(encoding="utf-8") for path in written)):
        assert not any(private in text for private in (*PRIVATE, "Müller", "=cmd"))
        assert "NaN" not in text
        assert "Infinity" not in text


def test_what_is_no_file_is_said_in_a_sentence(
    learn: Callable[[Path], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    for courses in (folder, tmp_path / "nowhere.ndjson"):
        assert learn(courses) == 2
    (tmp_path / "courses.csv").write_text(HEAD + rows())
    (tmp_path / "learned").write_text("a file where a directory is needed")
    assert learn(tmp_path / "courses.csv") == 2
    told = [line for line in capsys.readouterr().err.splitlines() if str(tmp_path) in line]
    assert len(told) == 3
    assert os.strerror(21) in told[0]
