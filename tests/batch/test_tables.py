"""Tables of several libraries, wide and long, hostile ones too, and what is told of them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import questionnaire_scoring as qs
from questionnaire_scoring import UnusableTable
from service.api.envelopes import RespondentEnvelope
from service.batch.engine.respondents import OLDEST, SEXES
from tests.shipped import CATALOG, document

ITEMS = {f"phq{i}": str(i) for i in range(1, 10)}

# Totals by hand: 1 x 9; blank; 0+1+2+3+0+1+2+3+0.
COLUMNS: dict[str, list[Any]] = {
    "id": ["a", "b", "c"],
    **{f"phq{i}": [1, None if i == 4 else 0, (i - 1) % 4] for i in range(1, 10)},
}
TOLD = {
    "reference": ["a", "b", "c"],
    "total.value": [9, None, 12],
    "total.sum": [9, None, 12],
    "total.mean": [1, None, 12 / 9],
    "total.status": ["complete", "missing_items", "complete"],
    "problem": [None, None, None],
}


def tables() -> dict[str, Any]:
    table = pa.table(COLUMNS)
    return {
        "pandas": table.to_pandas(),
        "pandas with nullable numbers": table.to_pandas().convert_dtypes(),
        "pandas on Arrow": table.to_pandas(types_mapper=pd.ArrowDtype),
        "polars": pl.DataFrame(table),
        "pyarrow": table,
        "record batch": table.combine_chunks().to_batches()[0],
        "reader": table.to_reader(),
        "DuckDB": duckdb.connect().from_arrow(table),
    }


def arrow_of(table: Any) -> pa.Table:
    """Return a table of any library as one of Arrow."""
    if isinstance(table, pd.DataFrame):
        return pa.Table.from_pandas(table, preserve_index=False)
    if isinstance(table, pl.DataFrame):
        return table.to_arrow()
    if isinstance(table, pa.RecordBatchReader):
        return table.read_all()
    assert isinstance(table, pa.Table)
    return table


def columns_of(table: Any) -> dict[str, list[Any]]:
    return dict(arrow_of(table).to_pydict())


@pytest.mark.parametrize("kind", tables())
def test_tables_of_every_library_are_scored_alike(kind: str) -> None:
    scored = qs.score(tables()[kind], "phq-9", items=ITEMS, by="id")
    assert columns_of(scored) == TOLD


@pytest.mark.parametrize(
    ("kind", "returned"),
    [
        ("pandas", pd.DataFrame),
        ("polars", pl.DataFrame),
        ("reader", pa.RecordBatchReader),
        ("pyarrow", pa.Table),
        ("DuckDB", pa.Table),
    ],
)
def test_the_same_kind_of_table_comes_back(kind: str, returned: type) -> None:
    assert isinstance(qs.score(tables()[kind], "phq-9", items=ITEMS, by="id"), returned)


def test_scores_join_the_pandas_table_that_they_are_of() -> None:
    frame = pd.DataFrame(COLUMNS, index=[30, 10, 20])
    scored = qs.score(frame, "phq-9", items=ITEMS)
    assert frame.join(scored)["total.value"].to_dict()[20] == 12
    assert list(scored.index) == [30, 10, 20]


def test_a_reader_is_read_as_it_is_asked_for() -> None:
    table = pa.table(COLUMNS)
    read = []

    def batches() -> Any:
        for _ in range(3):
            read.append(1)
            yield from table.to_batches()

    reader = pa.RecordBatchReader.from_batches(table.schema, batches())
    scored = qs.score(reader, "phq-9", items=ITEMS, by="id")
    assert read == []
    scored.read_next_batch()
    assert len(read) == 1
    assert scored.read_all().num_rows == 6


@pytest.mark.parametrize("item_type", [pa.string(), pa.dictionary(pa.int8(), pa.string())])
def test_a_long_table_is_scored_like_the_wide_one(item_type: Any) -> None:
    frame = pd.DataFrame(COLUMNS).melt("id", var_name="item", value_name="answer")
    long = pa.Table.from_pandas(frame, preserve_index=False)
    long = long.set_column(1, "item", long["item"].cast(item_type))
    scored = qs.score(long, "phq-9", by="id", item="item", value="answer", items=ITEMS)
    assert columns_of(scored) == TOLD


def test_numbered_items_of_a_long_table_need_no_mapping() -> None:
    table = pa.table({"id": [7] * 9, "item": range(1, 10), "answer": [3] * 9})
    scored = qs.score(table, "phq-9", by="id", item="item", value="answer")
    assert scored["total.value"].to_pylist() == [27]
    assert scored["reference"].to_pylist() == [7]


def test_a_long_table_names_repeated_and_unknown_items_and_answers_of_nobody() -> None:
    rows = [(who, str(i), 1) for who in ("twice", "other", None, "fine") for i in range(1, 10)]
    rows += [("twice", "3", 1), ("other", "77", 1)]
    who, item, answer = zip(*rows, strict=True)
    table = pa.table({"id": who, "item": item, "answer": answer})
    scored = qs.score(table, "phq-9", by="id", item="item", value="answer").to_pylist()
    assert [(row["reference"], row["total.value"], row["problem"]) for row in scored] == [
        ("twice", None, "item 3: repeated_item"),
        ("other", None, "answers: unknown_item"),
        (None, None, "reference: required"),
        ("fine", 9, None),
    ]


def test_a_mapping_passes_over_what_it_does_not_name() -> None:
    rows = [("a", f"q{i}", 1) for i in range(1, 10)] + [("a", "gad_1", 3)]
    who, item, answer = zip(*rows, strict=True)
    table = pa.table({"id": who, "item": item, "answer": answer})
    items = {f"q{i}": str(i) for i in range(1, 10)}
    scored = qs.score(table, "phq-9", by="id", item="item", value="answer", items=items)
    assert scored["problem"].to_pylist() == [None]
    assert scored["total.value"].to_pylist() == [9]


def wide(n: int = 3, **columns: Any) -> pa.Table:
    return pa.table({str(i): columns.get(f"_{i}", [1] * n) for i in range(1, 10)})


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (pa.array([1, None, 3], pa.int64()).dictionary_encode(), [1, None, 3]),
        (pa.array([1.0, np.nan, 3.0]), [1, None, 3]),
        (pa.array([1, 2, 3], pa.uint64()), [1, 2, 3]),
        (pa.array([1, 2, 3], pa.float32()), [1, 2, 3]),
        (pa.array([1, 2, 3], pa.float16()), [1, 2, 3]),
        (pa.array([1, 2, 3]).cast(pa.decimal128(25, 2)), [1, 2, 3]),
        (pa.nulls(3), [None, None, None]),
        (pa.array([0, 1, 2, 3])[1:], [1, 2, 3]),
        (pa.array([0, None, 2, 3])[1:], [None, 2, 3]),
    ],
    ids=str,
)
def test_numbers_of_every_type_are_the_numbers_that_they_are(cells: Any, values: list[Any]) -> None:
    scored = qs.score(wide(_4=cells), "phq-9")
    assert scored["total.value"].to_pylist() == [None if v is None else 8 + v for v in values]
    assert scored["problem"].to_pylist() == [None] * 3


NARROW = [pa.float32(), pa.float16(), pa.dictionary(pa.int8(), pa.float32())]


@pytest.mark.parametrize("kind", NARROW, ids=str)
def test_numbers_of_less_precision_are_the_decimals_that_they_were(kind: Any) -> None:
    """5.1 of 6 hours is 85 %, worth 0; as a single it would be 84.99999841 %, worth 1."""
    example = document("psqi")["examples"][0]["answers"]
    told = dict(zip(CATALOG.get("psqi").instrument.item_ids, example, strict=True))
    columns = {item: [answer] * 4 for item, answer in told.items()}
    hours = pa.array([5.1, 3.9, None, np.nan], pa.float64())
    plain = hours.cast(getattr(kind, "value_type", kind))
    hours = plain.dictionary_encode() if plain.type != kind else plain
    columns |= {"1": ["23:00"] * 4, "3": ["05:00"] * 4, "4": hours}
    scored = qs.score(pa.table(columns), "psqi")
    assert scored["sleep-efficiency.value"].to_pylist() == [
        pytest.approx(85, abs=1e-9),
        pytest.approx(65, abs=1e-9),
        None,
        None,
    ]
    assert scored["habitual-sleep-efficiency.value"].to_pylist() == [0, 2, None, None]
    assert scored["problem"].to_pylist() == [None] * 4


@pytest.mark.parametrize(
    "fault",
    [
        1.5,
        -1,
        4,
        257,
        2**32 + 1,
        2**63 - 1,
        -(2**63),
        2**64 - 1,
        1e300,
        float("inf"),
        -float("inf"),
        2.0000001,
    ],
)
def test_a_fault_is_its_rows_alone_and_is_not_repeated(fault: float) -> None:
    kind = pa.float64() if isinstance(fault, float) else pa.uint64()
    kind = pa.int64() if fault in (-1, 4, 257, 2**63 - 1, -(2**63)) else kind
    cells = pa.array([1, fault, 3], kind)
    scored = qs.score(wide(_4=cells), "phq-9")
    assert scored["total.value"].to_pylist() == [9, None, 11]
    assert scored["total.status"].to_pylist() == ["complete", None, "complete"]
    code = "wrong_step" if 0 < fault < 3 else "value_not_allowed"
    assert scored["problem"].to_pylist() == [None, f"item 4: {code}, allowed: 0, 1, 2, 3", None]


@pytest.mark.parametrize(
    ("cells", "held"),
    [
        (["1", "2", "3"], "text"),
        ([True, False, True], "true and false"),
        (pa.array(["1", "2", "3"]).dictionary_encode(), "text"),
        (pa.array([1, 2, 3], pa.timestamp("s")), "neither numbers nor text"),
        ([[1], [2], [3]], "neither numbers nor text"),
    ],
)
def test_a_column_that_holds_no_numbers_is_refused_by_name(cells: Any, held: str) -> None:
    with pytest.raises(UnusableTable) as refused:
        qs.score(wide(_4=cells), "phq-9")
    assert refused.value.faults == (f"Column 4 (item 4) holds {held}; numbers are needed.",)


def test_declared_text_is_read_as_numbers() -> None:
    cells = pa.array(["3", " 2.0 ", "", None, "two", "1e0", "True"])
    scored = qs.score(wide(7, _4=cells), "phq-9", text=True)
    assert scored["total.value"].to_pylist() == [11, 10, None, None, None, None, None]
    refused = "item 4: wrong_type, allowed: 0, 1, 2, 3"
    assert scored["problem"].to_pylist() == [None, None, None, None, refused, refused, refused]


def test_a_pandas_column_of_many_kinds_is_refused_without_its_values() -> None:
    frame = wide().to_pandas().assign(**{"4": [1, "Mrs Smith", None]})
    with pytest.raises(UnusableTable, match="Column 4 holds values of more than one kind") as no:
        qs.score(frame, "phq-9")
    assert "Smith" not in str(no.value)


@pytest.mark.parametrize("true", [True, np.True_])
@pytest.mark.parametrize("number", [1, 1.0])
def test_true_among_the_numbers_of_a_pandas_column_is_no_one(number: float, true: Any) -> None:
    frame = wide().to_pandas().assign(**{"4": pd.Series([number, true, None], dtype=object)})
    with pytest.raises(UnusableTable, match="Column 4 holds values of more than one kind"):
        qs.score(frame, "phq-9")


def test_two_pandas_columns_of_one_name_are_refused() -> None:
    frame = pd.concat([wide().to_pandas(), pd.DataFrame({"4": [3, 3, 3]})], axis=1)
    with pytest.raises(UnusableTable, match="Two columns are named 4"):
        qs.score(frame, "phq-9")


def test_a_person_whom_a_dictionary_lists_twice_is_one() -> None:
    names = pa.DictionaryArray.from_arrays(pa.array([0] * 5 + [1] * 4), pa.array(["a", "a"]))
    table = pa.table({"who": names, "item": [str(i) for i in range(1, 10)], "answer": [1] * 9})
    scored = qs.score(table, "phq-9", by="who", item="item", value="answer")
    assert scored.select(["reference", "total.value"]).to_pylist() == [
        {"reference": "a", "total.value": 9}
    ]


def test_all_faults_of_a_table_are_named_at_once() -> None:
    table = wide().drop_columns(["3", "7"])
    with pytest.raises(UnusableTable) as refused:
        qs.score(table, "phq-9", by="id", age="years", norms=["moon"], extras=["colours"])
    assert len(refused.value.faults) == 5
    for part in ("3, 7", "no column id", "no column years", "moon", "colours"):
        assert part in str(refused.value)


def test_an_optional_item_needs_no_column_and_a_rater_is_asked_for() -> None:
    assert qs.score(wide(), "phq-9")["problem"].to_pylist() == [None] * 3
    table = pa.table({str(i): [5] for i in range(1, 6)})
    with pytest.raises(UnusableTable, match="say which one"):
        qs.score(table, "arm-5")
    assert qs.score(table, "arm-5", perspective="client")["problem"].to_pylist() == [None]


def test_unknown_instruments_and_lazy_tables_are_answered_with_what_to_do() -> None:
    with pytest.raises(UnusableTable, match="Did you mean phq-9"):
        qs.score(wide(), "phq9")
    with pytest.raises(UnusableTable, match=r"it has 1\.0\.0"):
        qs.score(wide(), "phq-9", version="9.9.9")
    with pytest.raises(UnusableTable, match="collect a lazy one"):
        qs.score(pl.DataFrame(wide()).lazy(), "phq-9")
    with pytest.raises(UnusableTable, match="all of by, item and value"):
        qs.score(wide(), "phq-9", item="item")


def test_ages_and_sexes_beyond_what_is_allowed_are_faults_of_their_row() -> None:
    table = wide(5)
    table = table.append_column("age", pa.array([30, -1, 131, None, 30]))
    table = table.append_column("sex", pa.array(["female", "male", None, "", "f"]))
    scored = qs.score(table, "phq-9", age="age", sex="sex")
    assert scored["problem"].to_pylist() == [
        None,
        "age: out_of_range, allowed: 0 to 130",
        "age: out_of_range, allowed: 0 to 130",
        None,
        "sex: not_allowed, allowed: female, male, other, unknown",
    ]


def test_ages_and_sexes_are_those_of_a_request() -> None:
    fields = RespondentEnvelope().fields
    assert (fields["age"].at_least, fields["age"].at_most) == (0, OLDEST)  # type: ignore[attr-defined]
    assert fields["sex"].choices == SEXES  # type: ignore[attr-defined]


def test_norm_groups_are_columns_that_say_nothing_of_those_who_do_not_fit() -> None:
    table = wide(2).append_column("sex", pa.array(["female", "male"]))
    scored = qs.score(table, "phq-9", sex="sex", norms="*").to_pylist()
    women = "total.de-general-population-women.z"
    assert scored[0][women] is not None
    assert scored[1][women] is None
    assert scored[1]["total.value"] == 9


def test_what_is_told_of_no_scale_stands_after_the_problem() -> None:
    told = qs.score(wide(), "phq-9", extras=("risks", "bands", "criteria"), missing=(99,))
    assert told.column_names == [
        "reference",
        "total.value",
        "total.sum",
        "total.mean",
        "total.status",
        "total.kroenke-2001.band",
        "problem",
        "criteria.major-depressive-syndrome",
        "criteria.other-depressive-syndrome",
        "risks.suicidal-ideation",
        "declared_missing",
    ]


def test_a_table_without_rows_has_the_columns_all_the_same() -> None:
    scored = qs.score(wide(0), "phq-9")
    assert scored.num_rows == 0
    assert scored.column_names == list(TOLD)


def test_instruments_lists_ids_and_items() -> None:
    known = {one["id"]: one for one in qs.instruments()}
    assert known["phq-9"]["items"][:3] == ["1", "2", "3"]


@pytest.mark.parametrize("name", ["questionnaire_scoring"])
def test_scoring_tables_loads_no_web_framework(name: str) -> None:
    code = f"import sys, {name}; print({{'flask', 'werkzeug', 'gunicorn'}} & sys.modules.keys())"
    assert run(code) == "set()"


def test_the_service_loads_nothing_for_tables() -> None:
    code = (
        "import sys, service.app, service.__main__; service.app.create_app(log_fd=None);"
        "print({'numpy', 'pyarrow', 'pandas', 'polars'} & sys.modules.keys())"
    )
    assert run(code) == "set()"


def run(code: str) -> str:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("kind", ["whole", "decimal", "text", "categories"])
def test_codes_for_missing_are_empty_cells_and_counted(kind: str) -> None:
    coded = {str(n): [1, 99, 2] if n > 3 else [1, -1, 2] for n in range(1, 10)}
    blank = {name: [1, None, 2] for name in coded}
    coded["9"], blank["9"] = [1, 2, 99], [1, 2, None]
    given = pa.table(coded)
    if kind == "decimal":
        given = given.cast(pa.schema([(name, pa.float64()) for name in coded]))
    elif kind != "whole":
        given = given.cast(pa.schema([(name, pa.string()) for name in coded]))
    if kind == "categories":
        given = pa.table({name: given[name].dictionary_encode() for name in coded})
    found = qs.score(given, "phq-9", missing=(99, "-1"), text=True)
    assert found["declared_missing"].to_pylist() == [0, 8, 1]
    assert found.drop_columns("declared_missing") == qs.score(pa.table(blank), "phq-9")
    assert found["total.status"].to_pylist() == ["complete", "missing_items", "missing_items"]


def test_a_code_that_is_not_declared_stays_a_problem() -> None:
    given = pa.table({str(n): [99] for n in range(1, 10)})
    assert qs.score(given, "phq-9", missing=-1)["problem"].to_pylist() != [None]
    with pytest.raises(qs.UnusableTable) as refused:
        qs.score(given, "phq-9", missing=(99, 3))
    assert "Number 2 of the codes is an answer of item 1" in str(refused.value)
