"""`python -m service monitor`: the courses in a file, each judged as `POST /v1/monitor` does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from flask.testing import FlaskClient
from pyarrow import parquet

from service.__main__ import main
from service.app import create_app
from service.settings import Settings
from tests.sources.mappings import flat

Json = dict[str, Any]
Run = Callable[..., tuple[int, list[Json], str]]


@pytest.fixture(scope="module")
def client(few: Settings) -> FlaskClient:
    return create_app(few, log_fd=None).test_client()


@pytest.fixture
def run(
    few: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Judge the courses of a file that is written first; return exit code, lines and what was
    said.
    """
    monkeypatch.setenv("INSTRUMENTS_DIR", str(few.instruments_dir))

    def run(content: str | pa.Table, *options: str, suffix: str = ".csv") -> Any:
        given, output = tmp_path / f"given{suffix}", tmp_path / "courses.ndjson"
        if isinstance(content, str):
            given.write_text(content, encoding="utf-8")
        else:
            parquet.write_table(content, given)
        output.unlink(missing_ok=True)
        try:
            code = main(["monitor", str(given), "-o", str(output), *options])
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = "".join(capsys.readouterr())
        text = output.read_text(encoding="utf-8") if output.exists() else ""
        return code, [json.loads(line) for line in text.splitlines()], said

    return run


def over_http(client: FlaskClient, reference: str, forms: dict[int, list[Json]]) -> Json:
    """Return the report of a course, without the id of the result."""
    sessions = [{"number": number, "forms": held} for number, held in sorted(forms.items())]
    answer = client.post("/v1/monitor", json={"reference": reference, "sessions": sessions})
    assert answer.status_code == 200, answer.text
    report: Json = answer.json
    del report["result_id"]
    return report


SCORES = {1: 4.5, 2: 4.6, 3: 4.4, 4: 4.5, 5: 2.0}
SYMPTOMS = {1: 15, 2: 14, 3: 13, 4: 13, 5: 18}


def test_courses_of_scores_of_two_instruments_are_judged_as_over_http(
    run: Run, client: FlaskClient
) -> None:
    rows = ["person,session,alliance,symptoms"]
    for person in ("b", "a"):  # people are mixed, and their sessions are in no order
        rows += [f"{person},{n},{SCORES[n]},{SYMPTOMS[n]}" for n in (2, 1, 5, 4, 3)]
    rows += ["c,1,,", "c,2,4,"]
    told = "alliance=wai-sr:total,symptoms=phq-9:total"
    options = ["--by", "person", "--session", "session", "--scores", told]
    code, lines, said = run("\n".join(rows), *options)
    assert (code, [line["reference"] for line in lines]) == (0, ["b", "a", "c"])
    assert "3 courses, 0 with a problem" in said
    scored = {
        n: [
            {"instrument": "wai-sr", "scores": {"total": SCORES[n]}},
            {"instrument": "phq-9", "scores": {"total": SYMPTOMS[n]}},
        ]
        for n in SCORES
    }
    for line in lines[:2]:
        assert line == over_http(client, line["reference"], scored)
        assert line["alerts"]
    assert not lines[2]["alerts"]


@pytest.mark.parametrize("suffix", [".csv", ".ndjson", ".parquet"])
def test_courses_of_answers_are_judged_as_over_http(
    run: Run, client: FlaskClient, suffix: str
) -> None:
    answers = {n: {str(item): (n + item) % 5 + 1 for item in range(1, 13)} for n in range(1, 4)}
    rows = [{"who": "a", "when": n, **given} for n, given in answers.items()]
    content: Any = pa.Table.from_pylist(rows)
    if suffix == ".ndjson":
        content = "\n".join(map(json.dumps, rows)) + "\n"
    elif suffix == ".csv":
        content = "\n".join(",".join(map(str, row)) for row in [rows[0], *map(dict.values, rows)])
    code, (line,), _ = run(
        content, "-i", "wai-sr", "--by", "who", "--session", "when", suffix=suffix
    )
    forms = {n: [{"instrument": "wai-sr", "answers": given}] for n, given in answers.items()}
    assert (code, line) == (0, over_http(client, "a", forms))


def test_courses_are_read_through_a_mapping(run: Run, client: FlaskClient, tmp_path: Path) -> None:
    mapping = flat(
        id="rows",
        instrument="wai-sr",
        items={f"q{n}": str(n) for n in range(1, 13)},
        values={"numeric": "string"},
        meta={"response_id": "/record", "session": "/visit"},
        ignore=["clinic"],
    )
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(mapping))
    header = ",".join(["record", "visit", "clinic", *mapping["items"]])
    rows = [",".join(["7", str(n), "x", *["3"] * 12]) for n in (1, 2)]
    rows += [",".join(["8", "1", "x", *["9"] * 12]), ",".join(["9", "", "x", *["3"] * 12])]
    code, lines, _ = run("\n".join([header, *rows]), "--mapping", str(path))
    forms = {
        n: [{"instrument": "wai-sr", "answers": {str(item): 3 for item in range(1, 13)}}]
        for n in (1, 2)
    }
    assert code == 1
    assert lines[0] == over_http(client, "7", forms)
    assert lines[1]["problem"].startswith("/q1: value_not_allowed, allowed: 1, 2, 3, 4, 5; /q2")
    assert lines[2] == {
        "reference": "9",
        "problem": "session: wrong_type, a whole number is needed",
    }
    _, lines, _ = run("\n".join([header, *rows]), "--mapping", str(path), "--missing=9,NA")
    assert "value_not_allowed" not in json.dumps(lines), "9 is declared as missing"
    code, lines, said = run("\n".join([header, *rows]), "--mapping", str(path), "--missing=3")
    assert (code, lines) == (2, [])
    assert "--missing: Number 1 of the codes is an answer of item 1:" in said
    code, (line, *_), _ = run("\n".join([header, *rows]), "--mapping", str(path), "--by", "clinic")
    assert line["reference"] == "x"
    del mapping["meta"]
    path.write_text(json.dumps(mapping))
    code, lines, said = run("\n".join([header, *rows]), "--mapping", str(path))
    assert (code, lines) == (2, [])
    assert "which session" in said


def test_rows_of_other_forms_are_no_sessions(run: Run, client: FlaskClient, tmp_path: Path) -> None:
    """REDCap exports forms that repeat beside a row of those that do not, in which they are blank.
    What has an answer, a session or the mark of a finished form is never passed over.
    """
    meta = {
        "response_id": "/record",
        "session": "/visit",
        "finished": {"at": "/done", "values": [2]},
    }
    mapping = flat(
        id="rows",
        instrument="wai-sr",
        items={f"q{n}": str(n) for n in range(1, 13)},
        values={"numeric": "string"},
        meta=meta,
        missing=[""],
    )
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(mapping))
    header = ",".join(["record", "visit", "done", *mapping["items"]])

    def row(record: str, visit: str, done: str, answer: str) -> str:
        return ",".join([record, visit, done, *[answer] * 12])

    rows = [row("7", "", "", ""), row("7", "1", "2", "3"), row("8", "", "0", "")]
    rows += [row("9", "1", "0", ""), row("10", "", "0", "3"), row("11", "", "2", "")]
    code, lines, _ = run("\n".join([header, *rows]), "--mapping", str(path))
    form = {"instrument": "wai-sr", "answers": {str(item): 3 for item in range(1, 13)}}
    assert code == 1
    assert lines[0] == over_http(client, "7", {1: [form]})
    assert [(one["reference"], one["problem"]) for one in lines[1:]] == [
        ("9", "/done: not_finished"),
        ("10", "/done: not_finished"),
        ("11", "session: wrong_type, a whole number is needed"),
    ]


def test_a_fault_is_of_its_own_course(run: Run) -> None:
    rows = ["who,when,total", "a,1,4", "b,1.5,4", "c,1,7", "d,2,4,5", ",1,4", ",2,2", "a,2,4"]
    options = ["-i", "wai-sr", "--by", "who", "--session", "when", "--scores", "total=total"]
    code, lines, said = run("\n".join(rows), *options)
    assert code == 1
    assert "4 courses, 3 with a problem" in said
    by_person = {line["reference"]: line.get("problem") for line in lines}
    assert by_person["a"] is None
    assert by_person["b"] == "session: wrong_type, a whole number is needed"
    assert by_person["c"].startswith("session 1, item total: ")
    # whose a broken line is cannot be told, nor whose rows without a name are
    assert "line 5: wrong_columns" in by_person[None]
    assert "do not say whose they are" in by_person[None]
    assert "d" not in by_person


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-i", "wai-sr", "--session", "when"], "--by COLUMN and --session COLUMN are needed"),
        (["-i", "wai-sr", "--by", "who", "--session", "x"], "There is no column x"),
        (["--by", "who", "--session", "when"], "-i ID is needed"),
        (["--by", "who", "--session", "when", "--scores", "total=total"], "name the instrument"),
        (["--by", "who", "--session", "when", "--scores", "total"], "--scores is COLUMN"),
        (["--by", "who", "--session", "when", "--scores", "total=wai-sr:x"], "no scale x"),
        (["--mapping", "nowhere", "--session", "x"], "leave out --session"),
        (["--missing=9"], "leave out --missing"),
        (["--mapping", "nowhere"], "There is no such mapping"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    run: Run, options: list[str], said: str
) -> None:
    code, lines, told = run("who,when,total\na,1,4\n", *options)
    assert (code, lines) == (2, [])
    assert said in told
