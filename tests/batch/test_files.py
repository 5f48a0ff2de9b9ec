"""`python -m service score`: files in every form, broken lines, spreadsheets, killed processes."""

import csv
import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from service.__main__ import main
from service.batch.files import csv_file, in_place, ndjson_file
from service.settings import Settings

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]

ITEMS = [str(i) for i in range(1, 10)]
HEADER = ",".join(["reference", *ITEMS])


@pytest.fixture(autouse=True)
def few_instruments(few: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command start at once."""
    monkeypatch.setenv("INSTRUMENTS_DIR", str(few.instruments_dir))


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Score a file that is written first; return exit code, rows and what was said."""

    def run(content: bytes | str, *options: str, suffix: str = ".csv", to: str = ".csv") -> Any:
        given, output = tmp_path / f"given{suffix}", tmp_path / f"scores{to}"
        given.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = main(["score", str(given), "-i", "phq-9", "-o", str(output), *options])
        said = capsys.readouterr().err
        return code, rows_of(output) if output.exists() else [], said

    return run


def rows_of(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    if path.suffix == ".parquet":
        return list(parquet.read_table(path).to_pylist())
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def line(name: str, *answers: object) -> str:
    return ",".join([name, *map(str, answers or [1] * 9)])


def test_a_csv_file_is_scored_in_its_order(run: Run) -> None:
    code, rows, said = run("\n".join([HEADER, line("b"), line("a", *range(4), *range(4), "")]))
    assert code == 0
    assert rows == [
        {
            "reference": "b",
            "total.value": "9",
            "total.sum": "9",
            "total.mean": "1",
            "total.status": "complete",
            "problem": "",
        },
        {
            "reference": "a",
            "total.value": "",
            "total.sum": "",
            "total.mean": "",
            "total.status": "missing_items",
            "problem": "",
        },
    ]
    assert "2 rows, 2 read, 0 with a problem" in said
    assert "total: complete 1" in said


@pytest.mark.parametrize("to", [".csv", ".ndjson", ".parquet"])
def test_every_scale_of_a_form_has_its_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    given, output = tmp_path / "given.csv", tmp_path / f"scores{to}"
    names = [str(item) for item in range(1, 13)]
    given.write_text(",".join(names) + "\n" + ",".join(["4"] * 12) + "\n")
    assert main(["score", str(given), "-i", "wai-sr", "-o", str(output)]) == 0
    (row,) = rows_of(output)
    scales = ("goal", "task", "bond", "total")
    assert {float(row[f"{scale}.value"]) for scale in scales} == {4}
    assert float(row["total.sum"]) == 48
    assert next(iter(row)) == "reference"
    assert [*row][-1] == "problem"
    assert len(row) == 18


@pytest.mark.parametrize("suffix", [".csv", ".ndjson", ".parquet"])
@pytest.mark.parametrize("to", [".csv", ".ndjson", ".jsonl", ".parquet"])
def test_every_kind_of_file_makes_every_other(run: Run, suffix: str, to: str) -> None:
    table = pa.table({"reference": ["a", "b"], **{item: [2, None] for item in ITEMS}})
    buffer = io.BytesIO()
    if suffix == ".parquet":
        parquet.write_table(table, buffer)
    elif suffix == ".csv":
        buffer.write(f"{HEADER}\n{line('a', *[2] * 9)}\n{line('b', *[''] * 9)}\n".encode())
    else:
        buffer.write(b"".join(json.dumps(row).encode() + b"\n" for row in table.to_pylist()))
    code, rows, _ = run(buffer.getvalue(), suffix=suffix, to=to)
    assert code == 1
    assert [row["reference"] for row in rows] == ["a", "b"]
    assert str(rows[0]["total.value"]) in ("18", "18.0")
    assert rows[1]["total.value"] in ("", None)
    assert [row["problem"] or None for row in rows] == [None, "answers: no_answers"]


BROKEN = {
    "a cell too few": (line("x")[:-2], "wrong_columns, 9 cells came, 10 are needed"),
    "a cell too many": (line("x") + ",1", "wrong_columns, 11 cells came, 10 are needed"),
    "an open quotation mark": ('"x,1,1,1,1,1,1,1,1,1', "bad_csv"),
    "a mark inside": ('x,"1"2,1,1,1,1,1,1,1,1', "bad_csv"),
    "two marks, one open": ('x"y,"1,1,1,1,1,1,1,1,1', "bad_csv"),
    "an answer that is none": (line("x", 4, *[1] * 8), "item 1: value_not_allowed"),
    "a word": (line("x", "two", *[1] * 8), "item 1: wrong_type"),
    "a decimal comma": (line("x", '"1,0"', *[1] * 8), "item 1: wrong_type"),
    "Latin-1": (line("J\xf6rg"), "bad_encoding, column 2 is not UTF-8"),
    "a null character": (line("x\0y"), "bad_encoding, column 2 is the null character"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_line_spoils_only_itself(run: Run, what: str) -> None:
    broken, code = BROKEN[what]
    lines = [HEADER, line("a"), broken, line("b"), '"c",1,1,1,1,1,1,1,1,1', broken, line("d")]
    status, rows, said = run("\n".join(lines).encode("latin-1"))
    assert status == 1
    assert [row["total.value"] for row in rows] == ["9", "", "9", "9", "", "9"]
    assert [row["reference"] for row in rows if not row["problem"]] == ["a", "b", "c", "d"]
    for number, row in ((3, rows[1]), (6, rows[4])):
        assert code in row["problem"]
        assert row["problem"].startswith((f"line {number}: ", "item 1: "))
        assert "two" not in row["problem"]
    assert "6 rows, 4 read, 2 with a problem" in said


def test_line_breaks_in_quoted_cells_byte_order_marks_and_separators_are_read(run: Run) -> None:
    header = "note;" + HEADER.replace(",", ";")
    rows = ['"first\r\nsecond ""line""";a' + ";1" * 9, "", "plain;b" + ";1" * 9]
    code, scored, _ = run(b"\xef\xbb\xbf" + "\r\n".join([header, *rows]).encode())
    assert code == 0
    assert [row["reference"] for row in scored] == ["a", "b"]
    assert [row["total.value"] for row in scored] == ["9", "9"]


@pytest.mark.parametrize("beside", [line("plain"), line("broken") + ",1"])
def test_a_line_break_in_a_cell_stays_a_line_break(run: Run, beside: str) -> None:
    joined = line('"x"', '"1\n0"', *[1] * 8)  # no 10
    named = [line('"x\ny"'), line('"x\r\ny"'), line("xy")]
    _, rows, _ = run("\n".join([HEADER, *named, joined, beside]), to=".ndjson")
    assert [row["reference"] for row in rows[:3]] == ["x\ny", "x\r\ny", "xy"]
    assert rows[3]["problem"] == "item 1: wrong_type, allowed: 0, 1, 2, 3"
    _, rows, _ = run("\n".join([HEADER, line('"x\ny"'), line("z")]), to=".ndjson")
    assert [row["reference"] for row in rows] == ["x\ny", "z"]


def test_a_mark_that_is_never_closed_does_not_take_the_rest_of_the_file(run: Run) -> None:
    lines = [HEADER, '"open,1,1,1,1,1,1,1,1,1', *(line(f"r{i}") for i in range(3000))]
    _, rows, _ = run("\n".join(lines))
    assert len(rows) == 3001
    assert [bool(row["problem"]) for row in rows] == [True] + [False] * 3000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no header"),
        ((HEADER + "\n").encode("utf-16"), "the file is UTF-16; UTF-8 is needed"),
        ("reference\xe9,1\n".encode("latin-1"), "line 1: bad_encoding, column 10 is not UTF-8"),
        ("reference,1,2\n", "No column holds item 3, 4, 5, 6, 7, 8, 9"),
        (HEADER + ",1\n", "Two columns are named 1"),
        (f"{','.join(ITEMS)},x\r{line('0')}\r", "a line feed is needed"),
    ],
)
def test_an_unusable_file_is_answered_with_a_reason(
    run: Run, content: bytes | str, said: str
) -> None:
    code, rows, told = run(content)
    assert (code, rows) == (2, [])
    assert said in told


def test_formulas_of_spreadsheets_are_harmless_and_numbers_stay(run: Run) -> None:
    names = ["=1+1", "+cmd", "-2", "@x", "-x", '"=a,b"', "plain"]
    _, rows, _ = run("\n".join([HEADER, *map(line, names)]))
    assert [row["reference"] for row in rows] == [
        "'=1+1",
        "'+cmd",
        "-2",
        "'@x",
        "'-x",
        "'=a,b",
        "plain",
    ]


def test_no_cell_begins_where_a_spreadsheet_separates_by_semicolons(
    run: Run, tmp_path: Path
) -> None:
    run("\n".join([HEADER, line("a;=1+1")]))
    assert (tmp_path / "scores.csv").read_bytes().splitlines()[1].startswith(b'"a;=1+1",9,')


@pytest.mark.parametrize(("to", "unknown"), [(".csv", "unknown"), (".ndjson", None)])
def test_a_safety_flag_that_nobody_can_tell_is_no_empty_cell(
    run: Run, to: str, unknown: str | None
) -> None:
    answers = {"raised": 3, "not": 0, "blank": "", "problem": 9}
    lines = [line(name, *[0] * 8, last) for name, last in answers.items()]
    _, rows, _ = run("\n".join([HEADER, *lines]), "--extras", "risks,criteria", to=to)
    no, none = ("false", "") if to == ".csv" else (False, None)
    yes = "true" if to == ".csv" else True
    assert [row["risks.suicidal-ideation"] for row in rows] == [yes, no, unknown, none]
    assert rows[3]["criteria.major-depressive-syndrome"] == none


def body(**members: Any) -> str:
    return json.dumps({"reference": "x", "answers": [1] * 9 + [None], **members})


BROKEN_JSON = {
    "no JSON": ("{", "bad_json"),
    "an array": ("[1]", "wrong_type, an object is needed"),
    "the same member twice": (body()[:-1] + ', "reference": "y"}', "duplicate_key"),
    "the same item twice": ('{"answers": {"1": 1, "1": 2}}', "duplicate_key"),
    "not a number": ('{"answers": {"1": NaN}}', "non_finite"),
    "a null character": (body(reference="x\0"), "bad_string"),
    "less than can be told from 0": ('{"answers": {"1": 1e-400}}', "number_too_long"),
    "an object that names nobody": (body(reference={"x": 1}), "wrong_type, the reference must"),
    "a truth that names nobody": (body(reference=True), "wrong_type, the reference must"),
    "no UTF-8": ('{"reference": "J\xf6rg"}', "bad_encoding, column 17 is not UTF-8"),
    "positions": (body(encoding="position"), "unknown_member"),
    "another instrument": (body(instrument="gad-7"), "wrong_instrument, allowed: phq-9"),
    "an unknown item": ('{"answers": {"77": 1}}', "unknown_item"),
    "a string": (body(answers=["1", *[1] * 8, None]), "item 1: wrong_type"),
    "true": (body(answers=[True, *[1] * 8, None]), "item 1: wrong_type"),
    "a list in an answer": (body(answers=[[1], *[1] * 8, None]), "item 1: wrong_type"),
    "too few": (body(answers=[1, 1]), "wrong_length"),
    "a huge number": (body(answers=[10**30, *[1] * 8, None]), "item 1: "),
}


@pytest.mark.parametrize("what", BROKEN_JSON)
def test_a_broken_json_line_spoils_only_itself(run: Run, what: str) -> None:
    broken, code = BROKEN_JSON[what]
    lines = [body(reference="a"), "", broken, body(reference="b", respondent={"age": 30})]
    status, rows, _ = run("\n".join(lines).encode("latin-1"), suffix=".ndjson", to=".ndjson")
    assert status == 1
    assert [row["total.value"] for row in rows] == [9, None, 9]
    assert [row["reference"] for row in rows][::2] == ["a", "b"]
    assert code in rows[1]["problem"]
    assert rows[1]["problem"].startswith(("line 3: ", "item 1: "))


def test_true_after_a_decimal_is_no_one(run: Run) -> None:
    lines = [json.dumps(dict.fromkeys(ITEMS, value)) + "\n" for value in (1.0, True)]
    _, rows, _ = run("".join(lines), suffix=".ndjson", to=".ndjson")
    assert [row["total.value"] for row in rows] == [9, None]
    assert rows[1]["problem"].startswith("item 1: wrong_type")


def test_the_respondent_of_a_request_is_held_against_the_norms_that_fit(run: Run) -> None:
    lines = [body(respondent={"sex": sex, "age": 30}) for sex in ("female", "male", "f")]
    _, rows, _ = run("\n".join(lines), "--norms", "*", suffix=".ndjson", to=".ndjson")
    women = "total.de-general-population-women.z"
    assert [row[women] is None for row in rows] == [False, True, True]
    assert rows[2]["problem"] == "sex: not_allowed, allowed: female, male, other, unknown"


def test_flat_json_lines_may_have_other_members_and_lack_some(run: Run) -> None:
    flat = {"reference": "a", **dict.fromkeys(ITEMS, 1), "site": "x: y", "tags": [1]}
    lines = [json.dumps(flat), json.dumps({"9": 3, "reference": 7})]
    _, rows, _ = run("\n".join(lines), suffix=".jsonl", to=".ndjson")
    assert [row["total.value"] for row in rows] == [9, None]
    assert [row["reference"] for row in rows] == ["a", "7"]


def test_an_answer_that_a_plain_line_gives_twice_is_a_fault_of_that_line(run: Run) -> None:
    flat = json.dumps({"reference": "a", **dict.fromkeys(ITEMS, 1)})
    lines = [flat, flat.replace('"3": 1', '"3": 0, "3": 3'), flat]
    _, rows, _ = run("\n".join(lines), suffix=".ndjson", to=".ndjson")
    assert [row["total.value"] for row in rows] == [9, None, 9]
    assert rows[1]["problem"] == "line 2: duplicate_key"


@pytest.mark.parametrize(
    ("was", "is_now", "problem"),
    [
        ('"3": 1', '"3": 1e-400', "line 2: number_too_long"),
        ('"a"', '"a\\u0000"', "line 2: bad_string"),
        ('"a"', '["a"]', "line 2: wrong_type, the reference must be a text or a number"),
        ('"3": 1', '"3": 0.0', None),
        (", ", ",\r", None),
    ],
)
def test_among_plain_lines_one_is_read_as_strictly_as_alone(
    run: Run, was: str, is_now: str, problem: str | None
) -> None:
    flat = json.dumps({"reference": "a", **dict.fromkeys(ITEMS, 1), "uuid": "3e-4"})
    lines = [flat, flat.replace(was, is_now), flat]
    _, rows, _ = run("\n".join(lines), suffix=".ndjson", to=".ndjson")
    assert [row["problem"] for row in rows] == [None, problem, None]
    assert (rows[1]["total.value"] is None) == (problem is not None)


def test_plain_lines_are_read_the_short_way_like_any_other(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(1)
    answers = [0, 1, 2, 3, None, 1.0, 4, True, "1", 2.5]
    lines = [
        json.dumps({"reference": f"r,{i}", **{item: chance.choice(answers) for item in ITEMS}})
        for i in range(300)
    ]
    _, short, _ = run("\n".join(lines), suffix=".ndjson", to=".ndjson")
    monkeypatch.setattr(ndjson_file, "_usual", lambda *_: None)
    _, long, _ = run("\n".join(lines), suffix=".ndjson", to=".ndjson")
    assert short == long
    assert len(short) == 300


def many(n: int, seed: int = 2) -> tuple[str, set[int]]:
    """Return a CSV file of which one line in a hundred is broken, and the rows that are."""
    chance = Random(seed)
    lines, broken = [HEADER], set()
    kinds = [one for one, _ in BROKEN.values()]
    for row in range(n):
        if chance.random() < 0.01:
            broken.add(row)
            lines.append(chance.choice(kinds))
        else:
            lines.append(line(f"r{row}", *(chance.randrange(4) for _ in ITEMS)))
    return "\n".join(lines), broken


def test_of_many_lines_exactly_the_broken_ones_are_reported(run: Run) -> None:
    content, broken = many(20_000)
    _, rows, _ = run(content.encode("latin-1"))
    assert len(rows) == 20_000
    assert {at for at, row in enumerate(rows) if row["problem"]} == broken
    for at, (row, given) in enumerate(zip(rows, content.split("\n")[1:], strict=True)):
        if at not in broken:
            name, *answers = given.split(",")
            assert (row["reference"], row["total.value"]) == (name, str(sum(map(int, answers))))


@pytest.mark.parametrize("to", [".csv", ".ndjson", ".parquet"])
def test_the_output_does_not_depend_on_the_number_of_workers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    given = tmp_path / "given.csv"
    given.write_bytes(many(60_000)[0].encode("latin-1"))
    outputs = []
    for workers in ("1", "2"):
        output = tmp_path / f"scores{workers}{to}"
        options = ["-i", "phq-9", "-o", str(output), "--workers", workers, "--norms", "*"]
        assert main(["score", str(given), *options]) == 1
        outputs.append(output.read_bytes())
    assert outputs[0] == outputs[1]


def test_items_norms_ages_and_extras_are_asked_for_by_name(run: Run) -> None:
    header = ",".join(["id", "years", "gender", *(f"phq9_{item}" for item in ITEMS)])
    content = "\n".join([header, "a,30,female" + ",1" * 9, "b,300,female" + ",1" * 9])
    options = ["--items", "phq9_{item}", "--by", "id", "--age", "years", "--sex", "gender"]
    options += ["--norms", "default", "--extras", "bands,criteria,risks"]
    code, rows, _ = run(content, *options)
    assert code == 1
    assert rows[0]["total.de-general-population-women.z"]
    assert rows[0]["total.kroenke-2001.band"] == "mild"
    assert rows[0]["risks.suicidal-ideation"] == "true"
    assert rows[1]["problem"] == "age: out_of_range, allowed: 0 to 130"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--items", "q1=1"], "No column holds item 1, 2"),
        (["--items", "nonsense"], "--items is COLUMN=ITEM"),
        (["--items", "1=1,2=1"], "same item"),
        (["--norms", "moon"], "no such norm group as moon"),
        (["--version", "9.9.9"], "no such version"),
        (["--by", "nowhere"], "There is no column nowhere"),
        (["-i", "phq9"], "Did you mean phq-9"),
        (["-i", "calpas-p"], "key"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    run: Run, options: list[str], said: str
) -> None:
    code, rows, told = run("\n".join([HEADER, line("a")]), *options)
    assert (code, rows) == (2, [])
    assert said in told


def test_the_input_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / "given.csv"
    given.write_text(HEADER)
    assert main(["score", str(given), "-i", "phq-9", "-o", str(given)]) == 2
    assert given.read_text() == HEADER
    for name in ("scores.xlsx", "nowhere/scores.csv"):
        assert main(["score", str(given), "-i", "phq-9", "-o", str(tmp_path / name)]) == 2
    assert main(["score", str(tmp_path / "no.csv"), "-i", "phq-9", "-o", str(given)]) == 2
    assert "No such file" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file must have a name")
@pytest.mark.parametrize("kill", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_killed_run_leaves_the_output_as_it_was_and_nothing_else(
    tmp_path: Path, kill: signal.Signals
) -> None:
    given, output = tmp_path / "given.csv", tmp_path / "scores.csv"
    given.write_text("\n".join([HEADER, *[line("a")] * 10]))
    output.write_text("before")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", HELD, str(given), str(output)]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"written\n"
    process.send_signal(kill)
    process.communicate()
    assert process.returncode == (130 if kill is signal.SIGTERM else -kill)
    assert output.read_text() == "before"
    assert sorted(tmp_path.iterdir()) == [given, output]


HELD = """
import sys, time
from service.__main__ import main
from service.batch.files import csv_file
read = csv_file.CsvSource.read
def held(self, block):
    yield from read(self, block)
    print("written", flush=True)
    time.sleep(60)
csv_file.CsvSource.read = held
given, output = sys.argv[1:]
sys.exit(main(["score", given, "-i", "phq-9", "-o", output]))
"""


@pytest.mark.parametrize("has_names_only", [False, True])
def test_a_result_takes_the_place_that_a_link_leads_to(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_names_only: bool
) -> None:
    if has_names_only:
        monkeypatch.setattr(in_place, "_nameless", lambda _: None)
    place, mask = tmp_path / "elsewhere.csv", os.umask(0o027)
    (tmp_path / "scores.csv").symlink_to(place)
    code, rows, _ = run(f"{HEADER}\n{line('a')}")
    os.umask(mask)
    assert (code, rows[0]["reference"]) == (0, "a")
    assert (tmp_path / "scores.csv").readlink() == place
    assert place.stat().st_mode & 0o777 == 0o640
    assert len([*tmp_path.iterdir()]) == 3


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_neither_read_nor_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None]
) -> None:
    given, other = tmp_path / "given.csv", tmp_path / "other.csv"
    given.write_text(f"{HEADER}\n{line('a')}")
    make(other)
    assert main(["score", str(given), "-i", "phq-9", "-o", str(other)]) == 2
    assert capsys.readouterr().err == f"{other}: what bears this name is no file\n"
    assert main(["score", str(other), "-i", "phq-9", "-o", str(tmp_path / "scores.csv")]) == 2
    assert "A file is needed: this is a folder, a pipe or a device." in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == [given, other]
    assert not other.is_file()


@pytest.mark.parametrize("change", ["", f"{HEADER}\n", "\n".join([HEADER, *[line("b")] * 9])])
def test_a_file_that_changes_while_it_is_read_gives_no_result(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    read = csv_file.CsvSource.read

    def changed(self: Any, block: Any) -> Any:
        yield from read(self, block)
        (tmp_path / "given.csv").write_text(change)

    monkeypatch.setattr(csv_file.CsvSource, "read", changed)
    code, rows, said = run(f"{HEADER}\n{line('a')}")
    assert (code, rows) == (2, [])
    assert "The file was changed while it was read; nothing was written." in said


@pytest.mark.skipif(sys.platform != "linux", reason="there is no full device")
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("options", [["score", "-i", "phq-9"], ["rescore", "phq-9", "phq-9"]])
def test_a_result_is_written_where_nobody_can_be_told(
    tmp_path: Path, stream: str, options: list[str]
) -> None:
    given, output = tmp_path / "given.csv", tmp_path / "scores.csv"
    given.write_text(f"{HEADER}\n{line('a')}")
    command = [sys.executable, "-m", "service", *options, str(given), "-o", str(output)]
    root = Path(__file__).parents[2]
    with open("/dev/full", "wb") as full:
        streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        ended = subprocess.run(command, cwd=root, check=False, **streams | {stream: full})
    assert ended.returncode == 0
    assert b"Traceback" not in (ended.stderr or b"")
    assert output.is_file()
    closed = f'exec {"1" if stream == "stdout" else "2"}>&-; exec "$@"'
    output.unlink()
    ended = subprocess.run(["sh", "-c", closed, "sh", *command], cwd=root, check=False, **streams)
    assert ended.returncode == 0
    assert output.is_file()


def test_a_process_that_is_ended_from_outside_ends_the_run_without_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, output = tmp_path / "given.csv", tmp_path / "scores.csv"
    given.write_bytes(many(60_000)[0].encode("latin-1"))

    def end_one() -> None:
        deadline = time.monotonic() + 60
        while not (children := multiprocessing.active_children()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        children[0].kill()

    ending = Thread(target=end_one)
    ending.start()
    code = main(["score", str(given), "-i", "phq-9", "-o", str(output), "--workers", "2"])
    ending.join()
    assert code == 2
    assert "nothing was written" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == [given]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_no_process_outlives_a_run_that_is_killed(tmp_path: Path) -> None:
    given = tmp_path / "given.csv"
    given.write_bytes(many(400_000)[0].encode("latin-1"))
    options = ["-i", "phq-9", "-o", str(tmp_path / "scores.csv"), "--workers", "2"]
    command = [sys.executable, "-m", "service", "score", str(given), *options]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    of_process = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + 60
    while len(children := of_process.read_text().split()) < 3:  # two, and what tracks resources
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(1)  # so that they have begun
    process.kill()
    process.wait()
    while any(Path("/proc", child).exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("called", "named"),
    [
        ("/usr/bin/questionnaire-scoring", "questionnaire-scoring"),
        ("/x/service/__main__.py", "python -m service"),
    ],
)
def test_the_usage_names_the_command_that_was_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], called: str, named: str
) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    with pytest.raises(SystemExit):
        main(["score", "--help"])
    assert capsys.readouterr().out.startswith(f"usage: {named} score ")


def test_a_parquet_file_that_is_none_is_named(run: Run) -> None:
    code, rows, said = run(b"PAR1 and nothing else", suffix=".parquet")
    assert (code, rows) == (2, [])
    assert "no Parquet file" in said


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    given = tmp_path / "given.csv"
    given.write_text(HEADER)
    output = tmp_path / "nowhere" / "scores.csv"
    assert main(["score", str(given), "-i", "phq-9", "-o", str(output)]) == 2
    assert capsys.readouterr().err == f"{output.parent}: there is no such folder\n"


@pytest.mark.parametrize("suffix", [".csv", ".ndjson"])
def test_codes_for_missing_are_declared_and_counted(run: Run, suffix: str) -> None:
    answers = [1, 1, 1, 1, 1, 1, 1, 1, 99]
    content = f"{HEADER}\n{line('a', *answers)}\n{line('b')}"
    if suffix == ".ndjson":
        forms = {"a": dict(zip(ITEMS, answers, strict=True)), "b": dict.fromkeys(ITEMS, 1)}
        lines = [{"reference": name, "answers": form} for name, form in forms.items()]
        content = "\n".join(map(json.dumps, lines))
    code, (first, second), said = run(content, "--missing=-1,99", suffix=suffix)
    assert (code, first["total.status"], first["declared_missing"]) == (0, "missing_items", "1")
    assert (second["total.value"], second["declared_missing"]) == ("9", "0")
    assert "answers that are codes for missing: 1" in said
    code, _, said = run(content, "--missing=3", suffix=suffix)
    assert code == 2
    assert "Number 1 of the codes is an answer of item 1" in said


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
@pytest.mark.parametrize("to", [".csv", ".parquet"])
def test_a_disk_without_room_is_said_of_the_output_and_leaves_no_file(
    tmp_path: Path, to: str
) -> None:
    given, output = tmp_path / "given.csv", tmp_path / f"scores{to}"
    rows = "\n".join(line(f"person {n}", *[n % 4] * 9) for n in range(20_000))
    given.write_text(f"{HEADER}\n{rows}\n")
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_ROOM, str(given), str(output)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr == f"{output}: File too large\n"
    assert [*tmp_path.iterdir()] == [given]


WITHOUT_ROOM = """
import resource, signal, sys
from service.__main__ import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as on a full disk, an error and no signal
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
given, output = sys.argv[1:]
sys.exit(main(["score", given, "-i", "phq-9", "-o", output]))
"""


@pytest.mark.parametrize("at_a_time", [1 << 16, 1 << 20])
def test_a_line_without_end_is_a_problem_and_is_never_held(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    endless = b"x" * 3_000_000
    monkeypatch.setattr(ndjson_file, "_BLOCK", at_a_time)
    monkeypatch.setattr(csv_file, "MOST_BYTES", at_a_time)
    form = json.dumps({"answers": [1] * 9 + [None], "reference": "a"}).encode()
    rows = [line("a").encode(), endless, line("b").encode(), endless]
    for content, suffix in (
        (b"\n".join([HEADER.encode(), *rows]), ".csv"),
        (b"\n".join([form, endless, form, endless]), ".ndjson"),
    ):
        _, scored, _ = run(content, suffix=suffix)
        first = 2 if suffix == ".csv" else 1
        assert [row["problem"] for row in scored] == [
            "",
            f"line {first + 1}: too_large, at most 262144 bytes are read",
            "",
            f"line {first + 3}: too_large, at most 262144 bytes are read",
        ]
        path = tmp_path / f"given{suffix}"
        of_file = csv_file.open_table(path)[0].blocks if suffix == ".csv" else None
        blocks = of_file() if of_file else ndjson_file.blocks_of(path)
        assert max(block.n_bytes for block in blocks) < 2 * max(at_a_time, 1 << 18)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_last_line_counts_whether_or_not_it_ends(run: Run, end: str) -> None:
    form = json.dumps({"answers": dict.fromkeys(ITEMS, 1)})
    for content, suffix in ((f"{HEADER}\n{line('a')}", ".csv"), (form, ".ndjson")):
        code, rows, _ = run(content + end, suffix=suffix)
        assert (code, [row["total.value"] for row in rows]) == (0, ["9"])


@pytest.mark.parametrize(
    ("content", "suffix", "problem"),
    [
        (f"{HEADER}\n{line('a')}\n{line('b')[:-3]}", ".csv", "line 3: wrong_columns, 9 cells came"),
        (f'{HEADER}\n{line("a")}\n"b,1,1', ".csv", "line 3: bad_csv"),
        ('{"1": 1}\n{"1": 1, "2"', ".ndjson", "line 2: bad_json"),
    ],
)
def test_half_a_last_line_is_a_problem_of_its_own(
    run: Run, content: str, suffix: str, problem: str
) -> None:
    code, rows, _ = run(content, suffix=suffix)
    assert (code, len(rows)) == (1, 2)
    assert rows[1]["problem"].startswith(problem)
    assert rows[0]["total.status"]
