"""`python -m service score --mapping`: what `POST /v1/batch?mapping=` makes of the same file."""

import csv
import io
import json
import string
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.__main__ import main
from service.app import create_app
from service.batch.files.block import MOST_BYTES
from service.settings import Settings
from tests.api.batch.test_payloads import RAMP, as_csv, qualtrics, redcap, response
from tests.sources.mappings import NINE, flat, listed

Json = dict[str, Any]
Run = Callable[..., tuple[int, list[Json], str]]

KEPT = ("redcap-phq-9", "qualtrics-csv-phq-9", "typeform-phq-9")
"""Shipped mappings, and on the next lines those of a site."""
OWN = [
    flat(id="totals", scores={"sum": "total"}, missing=[99]),
    listed(),
    flat(
        id="raters",
        instrument="wai-sr",
        items={f"q{n}": str(n) for n in range(1, 13)},
        meta={"rater": {"at": "/who", "values": {"patient": "client", "other": "observer"}}},
        ignore=["who"],
    ),
    flat(
        id="boxes",
        items={f"q{n}": n for n in NINE if n != "1"},
        boxes={
            "ticked": [1],
            "unticked": [0],
            "keys": {f"q1___{n}": {"item": "1", "value": n} for n in range(4)},
        },
        values={"numeric": "string"},
    ),
]


@pytest.fixture(scope="module")
def place(few: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a site, with mappings."""
    found = tmp_path_factory.mktemp("site")
    (found / "mappings").mkdir()
    documents = [*OWN]
    for name in KEPT:
        shipped = Settings().instruments_dir / "mappings" / f"{name}.json"
        documents.append(json.loads(shipped.read_text(encoding="utf-8")))
    for document in documents:
        path = found / "mappings" / f"{document['id']}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
    return found


@pytest.fixture
def run(
    few: Settings,
    place: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Score a file that is written first; return exit code, rows and what was said."""
    monkeypatch.setenv("INSTRUMENTS_DIR", str(few.instruments_dir))
    monkeypatch.setenv("INSTRUMENTS_EXTRA_DIR", str(place))

    def run(content: str, mapping: str, *options: str, suffix: str = ".csv", to: str = ".ndjson"):
        given, output = tmp_path / f"given{suffix}", tmp_path / f"scores{to}"
        given.write_text(content, encoding="utf-8", newline="")
        output.unlink(missing_ok=True)
        try:
            code = main(["score", str(given), "--mapping", mapping, "-o", str(output), *options])
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr().err
        if not output.exists():
            return code, [], said
        text = output.read_text(encoding="utf-8")
        if to == ".csv":
            return code, [*csv.DictReader(io.StringIO(text))], said
        return code, [json.loads(line) for line in text.splitlines()], said

    return run


@pytest.fixture(scope="module")
def client(few: Settings, place: Path) -> FlaskClient:
    """Return a service with the same mappings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAPPING_SECRET_TYPEFORM", "secret")
        settings = replace(few, instruments_extra_dir=place)
        return create_app(settings, log_fd=None).test_client()


def over_http(client: FlaskClient, content: str, query: str, kind: str) -> list[Json]:
    """Return what each line comes to: a report or a problem."""
    response = client.post(
        f"/v1/batch?mapping={query}",
        data=content.encode(),
        headers={"Content-Type": kind, "Accept": "application/x-ndjson"},
    )
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.data.splitlines()][:-1]


ROWS = [
    redcap("1", RAMP, redcap_repeat_instance="2"),
    redcap("2", [*RAMP[:8], "7"]),
    redcap("3", RAMP, phq9_complete="0"),
    redcap("4", [*RAMP[:7], "", 1]),
    redcap("5", ["Not at all", "several  DAYS", "nearly every day", *RAMP[3:]]),
    redcap("6", ["never", *RAMP[1:]]),
    redcap("7", [""] * 9),
    redcap("8", [1, 2, 3, 3, 1, 2, 3, 3, 1], phq9_complete="Complete"),
    redcap("9", [*RAMP[:8], "88"]),
]
EXPORT = qualtrics(
    response("R_1", RAMP),
    response("R_2", RAMP, "0"),
    response("R_3", [*RAMP[:8], -99]),
    response("R_4", [*RAMP[:8], "never"]),
)
LINES = "\n".join(
    json.dumps({f"q{n}": value for n, value in zip(NINE, answers, strict=False)} | more)
    for answers, more in [
        (RAMP, {"sum": 13}),
        (RAMP, {"sum": 12}),
        ([*RAMP[:8], 99], {"sum": 12}),
        (RAMP, {"comment": "text"}),
        ([1.5, *RAMP[1:]], {}),
        ([True, *RAMP[1:]], {}),
        ([1, 2, 3, 4, 1, 2, 3, 4, 1], {}),
        ([], {}),
    ]
)
BOXES = "\n".join(
    [
        ",".join([*(f"q1___{n}" for n in range(4)), *(f"q{n}" for n in NINE[1:])]),
        *(f"{boxes},{','.join(['1'] * 8)}" for boxes in ("0,0,1,0", "1,0,0,0", "0,0,0,0")),
        f"0,1,0,1,{','.join(['1'] * 8)}",
        f"0,1,0,no,{','.join(['1'] * 8)}",
    ]
)
FILES = {
    "REDCap rows": (as_csv(ROWS), "redcap-phq-9", "", ".csv"),
    "partial ones too": (as_csv(ROWS), "redcap-phq-9", "allow_partial=true", ".csv"),
    "a further code": (as_csv(ROWS), "redcap-phq-9", "missing=88,-1", ".csv"),
    "separated by semicolons": (as_csv(ROWS, ";"), "redcap-phq-9", "", ".csv"),
    "records as lines": ("\n".join(map(json.dumps, ROWS)), "redcap-phq-9", "", ".ndjson"),
    "three header rows": (EXPORT, "qualtrics-csv-phq-9", "", ".csv"),
    "a column for each answer": (BOXES, "boxes", "", ".csv"),
    "lines": (LINES, "totals", "", ".ndjson"),
    "lines, strictly": (LINES, "totals", "strict=true", ".jsonl"),
}
OPTIONS = {
    "": [],
    "allow_partial=true": ["--allow-partial"],
    "missing=88,-1": ["--missing=88,-1"],
    "strict=true": ["--strict"],
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_the_results_of_the_route(run: Run, client: FlaskClient, name: str) -> None:
    content, mapping, query, suffix = FILES[name]
    kind = "text/csv" if suffix == ".csv" else "application/x-ndjson"
    expected = over_http(client, content, f"{mapping}&{query}".rstrip("&"), kind)
    code, rows, said = run(content, mapping, *OPTIONS[query], suffix=suffix)
    assert len(rows) == len(expected) >= 4
    for row, report in zip(rows, expected, strict=True):
        assert (row["problem"] is not None) == ("problem" in report), row
        if "problem" in report:
            assert row["total.value"] is row["total.status"] is None
            for error in report["problem"]["errors"]:
                assert error["code"] in row["problem"]
                if error["code"] != "no_answers":
                    assert f"{error['pointer'] or 'payload'}: " in row["problem"]
            continue
        total = report["scores"]["total"]
        assert row["reference"] == report["reference"]
        assert [row[f"total.{one}"] for one in ("value", "sum", "mean")] == [
            total[one] for one in ("value", "sum", "mean")
        ]
        assert row["declared_missing"] == len(report["source"]["declared_missing"])
        told = {one["code"] for one in report["warnings"]} & SAID
        assert set((row["warnings"] or "").split()) == told
    n_problems = sum("problem" in one for one in expected)
    assert code == (1 if n_problems else 0)
    assert f"{len(rows)} rows, {len(rows) - n_problems} read, {n_problems} with" in said


@pytest.mark.parametrize("name", FILES)
def test_a_csv_file_has_the_cells_of_the_csv_of_the_route(
    run: Run, client: FlaskClient, tmp_path: Path, name: str
) -> None:
    content, mapping, query, suffix = FILES[name]
    kind = "text/csv" if suffix == ".csv" else "application/x-ndjson"
    asked, head = f"mapping={mapping}&{query}".rstrip("&"), {"Accept": "text/csv"}
    answer = client.post(f"/v1/batch?{asked}", data=content, content_type=kind, headers=head)
    run(content, mapping, *OPTIONS[query], "--extras", "risks", suffix=suffix, to=".csv")
    given, *told = csv.reader(io.StringIO(answer.text))
    written = (tmp_path / "scores.csv").read_text(encoding="utf-8")
    header, *rows = csv.reader(io.StringIO(written))
    assert header == given
    assert [cells(row, header) for row in rows] == [cells(row, header) for row in told]


def cells(row: list[str], header: list[str]) -> list[object]:
    """Return the cells of a row, numbers as such; where there is a problem, only that."""
    named = dict(zip(header, row, strict=True))
    if named["problem"]:
        return ["problem", named["reference"], named["total.value"], named["total.status"]]
    return [
        float(cell) if cell and name.endswith((".value", ".sum", ".mean")) else cell
        for name, cell in named.items()
    ]


SAID = {
    "unknown_key",
    "looks_shifted",
    "declared_missing",
    "supplied_total_mismatch",
    "supplied_total_without_score",
}
"""Warnings of how a payload was read; others are of the form."""


def test_what_has_to_be_said_of_rows_is_counted_at_the_end(run: Run) -> None:
    code, rows, said = run(LINES, "totals", suffix=".ndjson", to=".csv")
    assert code == 1
    assert rows[1]["warnings"] == "supplied_total_mismatch"
    assert "answers that are codes for missing: 1" in said
    assert "rows with the warning unknown_key: 1" in said
    assert "text" not in said


def test_a_nested_payload_is_read_and_csv_of_it_refused(run: Run) -> None:
    answers = [{"question": f"q{n}", "answer": 2} for n in NINE]
    code, (row,), _ = run(json.dumps({"answers": answers}), "listed-phq-9", suffix=".ndjson")
    assert (code, row["total.value"]) == (0, 18)
    code, rows, said = run("q1\n1\n", "listed-phq-9")
    assert (code, rows) == (2, [])
    assert "use NDJSON" in said


def test_each_row_is_scored_for_its_rater(run: Run) -> None:
    answers = {f"q{n}": "3" for n in range(1, 13)}
    lines = [{**dict.fromkeys(answers, 3), "who": who} for who in ("patient", "x", "patient")]
    lines[1]["who"] = "other"
    content = "\n".join(map(json.dumps, lines))
    code, rows, _ = run(content, "raters", "--norms", "*", suffix=".ndjson")
    assert code == 1
    assert [row["total.value"] for row in rows] == [3, None, 3]
    assert rows[1]["problem"] == "/perspective: wrong_perspective, allowed: client"


def test_the_bytes_do_not_depend_on_the_number_of_workers(run: Run, tmp_path: Path) -> None:
    header, _, rows = as_csv(ROWS).partition("\r\n")
    given, output = tmp_path / "given.csv", tmp_path / "scores.csv"
    given.write_text(f"{header}\r\n{rows * 4000}", newline="")
    assert given.stat().st_size > MOST_BYTES  # so that there are several blocks
    found = set()
    for workers in ("1", "2"):
        options = ["--mapping", "redcap-phq-9", "-o", str(output), "--workers", workers]
        assert main(["score", str(given), *options]) == 1
        found.add(output.read_bytes())
    assert len(found) == 1


def test_lines_that_cannot_be_read_spoil_no_other(run: Run) -> None:
    good = json.dumps({f"q{n}": 1 for n in NINE})
    content = "\n".join([good, '{"q1": 1, "q1": 2}', "[1]", "{", good[:-9]])
    code, rows, _ = run(content, "totals", suffix=".ndjson")
    assert code == 1
    assert rows[0]["total.value"] == 9
    assert [row["problem"] for row in rows[1:]] == [
        "line 2: duplicate_key",
        "line 3: wrong_type, an object is needed",
        "line 4: bad_json",
        "line 5: bad_json",
    ]


def test_a_mapping_may_be_a_file_and_is_checked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(flat(id="mine", values={"numeric": "string"})))
    content = ",".join(f"q{n}" for n in NINE) + "\n" + ",".join(["2"] * 9)
    code, (row,), _ = run(content, str(path))
    assert (code, row["total.value"]) == (0, 18)
    path.write_text(json.dumps(flat(id="mine", items={"q1": "17"})))
    code, rows, said = run(content, str(path))
    assert (code, rows) == (2, [])
    assert "/items/q1" in said


@pytest.mark.parametrize(
    ("content", "mapping", "options", "said"),
    [
        (as_csv(ROWS), "nowhere", [], "redcap-phq-9"),
        (as_csv(ROWS), "nowhere.json", [], "No such file"),
        (as_csv(ROWS), "redcap-phq-9", ["-i", "phq-9", "--by", "x"], "leave out --instrument"),
        (as_csv(ROWS), "redcap-phq-9", ["--missing=3"], "is an answer of item"),
        (as_csv(ROWS), "redcap-phq-9", ["--norms", "moon"], "no such norm group as moon"),
        ("a,b\n1,2\n", "redcap-phq-9", [], "No column is a key"),
        ("phq9_1,phq9_1\n1,2\n", "redcap-phq-9", [], "Column 2 comes twice"),
        ("Q1_1\nx\n", "qualtrics-csv-phq-9", [], "fewer than 3 rows"),
        ("Q1_1\nx\ny\n1\n", "qualtrics-csv-phq-9", [], "Row 3 is not the last of the 3"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    run: Run, content: str, mapping: str, options: list[str], said: str
) -> None:
    code, rows, told = run(content, mapping, *options)
    assert (code, rows) == (2, [])
    assert said in told


def test_a_header_of_many_columns_costs_no_more_than_reading_it(run: Run) -> None:
    """62,000 names are as many as the longest header holds."""
    letters = string.ascii_letters + string.digits
    others = ["".join(three) for three in islice(product(letters, repeat=3), 62_000)]
    names = [*(f"phq9_{n}" for n in NINE), *others]
    start = time.process_time()
    _, rows, _ = run(f"{','.join(names)}\n{','.join('1' * len(names))}\n", "redcap-phq-9")
    assert len(rows) == 1
    assert time.process_time() - start < 10


def test_options_of_a_mapping_need_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["-i", "phq-9", "--strict"], []):
        with pytest.raises(SystemExit):
            main(["score", "given.csv", "-o", str(tmp_path / "scores.csv"), *options])
    said = capsys.readouterr().err
    assert "leave out --strict: it is for --mapping only" in said
    assert "-i ID or --mapping NAME is needed" in said
