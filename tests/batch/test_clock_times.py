"""Clock times in files and tables: text in their columns, and nothing else."""

import csv
import datetime
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from flask.testing import FlaskClient
from pyarrow import parquet

import questionnaire_scoring as qs
from questionnaire_scoring import UnusableTable
from service.__main__ import main
from service.app import create_app
from service.settings import Settings
from tests.shipped import CATALOG, document, score

Json = dict[str, Any]
Run = Callable[..., tuple[int, list[Json], str]]

ITEMS = CATALOG.get("psqi").instrument.item_ids
EXAMPLES = document("psqi")["examples"]
ROWS = [dict(zip(ITEMS, one["answers"], strict=True)) for one in EXAMPLES]
TOTALS = [one["expect"]["scores"]["total"] for one in EXAMPLES]
WITH_TIMES = ("1", "3")
FIRST = ROWS[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a service with one instrument."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(Path(Settings().instruments_dir) / "psqi.json", folder)
    return Settings(instruments_dir=folder)


@pytest.fixture
def run(
    site: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Score a file that is written first; return exit code, rows and what was said."""
    monkeypatch.setenv("INSTRUMENTS_DIR", str(site.instruments_dir))

    def run(content: str | bytes, *options: str, suffix: str = ".csv", command: str = "score"):
        given, output = tmp_path / f"given{suffix}", tmp_path / "scores.ndjson"
        given.write_bytes(content if isinstance(content, bytes) else content.encode())
        output.unlink(missing_ok=True)
        try:
            code = main([command, str(given), "-o", str(output), *options])
        except SystemExit as ended:
            code = int(ended.code or 0)
        text = output.read_text(encoding="utf-8") if output.exists() else ""
        return code, [json.loads(line) for line in text.splitlines()], capsys.readouterr().err

    return run


def as_csv(rows: list[Json]) -> str:
    told = io.StringIO()
    writer = csv.DictWriter(told, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return told.getvalue()


def as_parquet(rows: list[Json]) -> bytes:
    told = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), told)
    return told.getvalue()


def as_ndjson(rows: list[Json]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


KINDS: dict[str, Callable[[list[Json]], str | bytes]] = {
    ".csv": as_csv,
    ".parquet": as_parquet,
    ".ndjson": as_ndjson,
}


@pytest.mark.parametrize("suffix", KINDS)
def test_a_file_of_every_kind_has_the_scores_of_single_forms(run: Run, suffix: str) -> None:
    code, rows, _ = run(KINDS[suffix](ROWS), "-i", "psqi", suffix=suffix)
    assert code == 0
    assert [row["total.value"] for row in rows] == TOTALS
    for row, answers in zip(rows, ROWS, strict=True):
        for name, told in score("psqi", answers)["scores"].items():
            assert row[f"{name}.value"] == told["value"], name
            assert row[f"{name}.sum"] == told["sum"], name
    contradicted = [row["sleep-efficiency.status"] for row in rows][-3:-1]
    assert contradicted == ["impossible_ratio"] * 2


@pytest.mark.parametrize("suffix", [".csv", ".ndjson"])
@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("24:00", "value_not_allowed"),
        ("7:05", "value_not_allowed"),
        ("11:30 pm", "value_not_allowed"),
        ("22:15:00", "value_not_allowed"),
        ("noon", "value_not_allowed"),
        ("22", "wrong_type"),
        ("22.25", "wrong_type"),
    ],
)
def test_a_cell_that_is_no_clock_time_spoils_its_row_alone(
    run: Run, suffix: str, told: str, code: str
) -> None:
    bad: Any = float(told) if suffix == ".ndjson" and code == "wrong_type" else told
    ended, rows, _ = run(KINDS[suffix]([FIRST | {"1": bad}, FIRST]), "-i", "psqi", suffix=suffix)
    assert ended == 1
    assert [row["total.value"] for row in rows] == [None, TOTALS[0]]
    assert code in rows[0]["problem"]
    assert "item 1: " in rows[0]["problem"]
    assert rows[1]["problem"] is None


@pytest.mark.parametrize("bad", [True, [1], {"hour": 22}])
def test_a_line_of_json_with_something_else_is_a_problem(run: Run, bad: object) -> None:
    ended, rows, _ = run(as_ndjson([FIRST | {"3": bad}, FIRST]), "-i", "psqi", suffix=".ndjson")
    assert ended == 1
    assert [row["total.value"] for row in rows] == [None, TOTALS[0]]


@pytest.mark.parametrize("told", ["", None])
def test_an_empty_cell_is_missing(run: Run, told: object) -> None:
    ended, (row,), _ = run(as_csv([FIRST | {"1": told}]), "-i", "psqi")
    assert (ended, row["total.value"], row["problem"]) == (0, None, None)
    assert row["habitual-sleep-efficiency.status"] == "missing_items"


@pytest.mark.parametrize("told", ["-9", "NA", "99:99"])
def test_a_code_for_missing_is_one_in_these_columns_as_well(run: Run, told: str) -> None:
    ended, (row,), _ = run(as_csv([FIRST | {"1": told}]), "-i", "psqi", "--missing", told)
    assert (ended, row["total.value"], row["problem"]) == (0, None, None)


def test_a_column_of_numbers_for_a_clock_time_is_refused_before_anything_is_scored() -> None:
    table = pa.table({name: [FIRST[name]] for name in ITEMS if name != "1"} | {"1": [22.25]})
    with pytest.raises(UnusableTable, match=r"Column 1 \(item 1\) holds no text; a text such as"):
        qs.score(table, "psqi")


def test_a_column_of_times_is_refused_as_well() -> None:
    """What a time of a database stands for, with seconds and fractions, is the caller's to say."""
    table = pd.DataFrame([FIRST | {"1": datetime.time(22, 15)}])
    with pytest.raises(UnusableTable, match="Column 1"):
        qs.score(table, "psqi")


@pytest.mark.parametrize("kind", ["pandas", "category", "polars", "pyarrow", "views"])
def test_tables_of_every_library_are_scored_alike(kind: str) -> None:
    table = pa.Table.from_pylist(ROWS)
    tables: dict[str, Any] = {
        "pandas": table.to_pandas(),
        "category": table.to_pandas().astype(dict.fromkeys(WITH_TIMES, "category")),
        "polars": pl.DataFrame(table),
        "pyarrow": table,
        "views": table.cast(
            pa.schema(
                [
                    field.with_type(pa.string_view()) if field.name in WITH_TIMES else field
                    for field in table.schema
                ]
            )
        ),
    }
    scored: Any = qs.score(tables[kind], "psqi")
    if isinstance(scored, pd.DataFrame):
        scored = pa.Table.from_pandas(scored)
    elif isinstance(scored, pl.DataFrame):
        scored = scored.to_arrow()
    assert scored["total.value"].to_pylist() == TOTALS


def test_a_column_without_any_answer_is_missing() -> None:
    table = pa.Table.from_pylist(ROWS)
    place = table.schema.get_field_index("1")
    found = qs.score(table.set_column(place, "1", pa.nulls(len(ROWS))), "psqi")
    assert {*found["habitual-sleep-efficiency.status"].to_pylist()} == {"missing_items"}


def course(client: FlaskClient, forms: list[Json]) -> Json:
    sessions = [
        {"number": n, "forms": [{"instrument": "psqi", "answers": answers}]}
        for n, answers in enumerate(forms, 1)
    ]
    report: Json = client.post("/v1/monitor", json={"reference": "a", "sessions": sessions}).json
    del report["result_id"]
    return report


@pytest.mark.parametrize("suffix", KINDS)
def test_courses_in_a_file_are_judged_as_over_http(run: Run, site: Settings, suffix: str) -> None:
    client = create_app(site, log_fd=None).test_client()
    forms = [ROWS[0], ROWS[1], ROWS[4]]
    rows = [{"who": "a", "when": n, **answers} for n, answers in enumerate(forms, 1)]
    asked = ("-i", "psqi", "--by", "who", "--session", "when")
    code, (line,), _ = run(KINDS[suffix](rows), *asked, suffix=suffix, command="monitor")
    assert (code, line) == (0, course(client, forms))


def test_a_course_whose_clock_times_are_numbers_is_refused(run: Run) -> None:
    rows = [{"who": "a", "when": 1, **FIRST, "3": 6.5}]
    asked = ("-i", "psqi", "--by", "who", "--session", "when")
    code, lines, said = run(as_parquet(rows), *asked, suffix=".parquet", command="monitor")
    assert (code, lines) == (2, [])
    assert "Column 3 holds no text; texts such as 23:15 are needed." in said


def test_a_mapped_file_has_its_clock_times(run: Run, tmp_path: Path) -> None:
    mapping = {
        "id": "site-psqi",
        "title": "An invented form",
        "tool": "None",
        "instrument": "psqi",
        "answers": {"kind": "map"},
        "items": {f"q{name}": name for name in ITEMS},
        "values": {"numeric": "string"},
    }
    path = tmp_path / "site-psqi.json"
    path.write_text(json.dumps(mapping))
    named = [{f"q{name}": value for name, value in row.items()} for row in ROWS]
    named.append(named[0] | {"q1": "10:15 pm"})
    code, rows, _ = run(as_csv(named), "--mapping", str(path))
    assert code == 1
    assert [row["total.value"] for row in rows] == [*TOTALS, None]
    assert "/q1: value_not_allowed" in rows[-1]["problem"]
