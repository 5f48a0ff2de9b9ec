"""Columns of categories, of decimals and without rows say what plain columns say."""

from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

import questionnaire_scoring as qs
from questionnaire_scoring import UnusableTable

FORM = [str(number) for number in range(1, 10)]


def categories(places: list[int | None], kind: Any, values: Any) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(places, kind), values)


def as_many_as_fit(kind: Any, first: list[Any], other: Any) -> list[Any]:
    """Return so many values that the number of them is beyond what a type holds."""
    return [*first, *[other] * (np.iinfo(kind.to_pandas_dtype()).max + 1 - len(first))]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint8()], ids=str)
def test_an_empty_cell_of_a_full_list_of_categories_is_no_answer(kind: Any) -> None:
    cells = categories([0, None, 1], kind, pa.array(as_many_as_fit(kind, [3, 0], 99), pa.int64()))
    table = pa.table({item: [1, 1, 1] for item in FORM} | {"4": cells})
    scored = qs.score(table, "phq-9")
    assert scored["problem"].to_pylist() == [None] * 3
    assert scored["total.value"].to_pylist() == [8 + 3, None, 8]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint8()], ids=str)
def test_an_empty_cell_of_a_full_list_of_categories_is_no_sex(kind: Any) -> None:
    sex = categories([0, None, 1], kind, as_many_as_fit(kind, ["female", "f"], "none"))
    table = pa.table({item: [1, 1, 1] for item in FORM} | {"sex": sex})
    scored = qs.score(table, "phq-9", sex="sex")
    assert [problem is None for problem in scored["problem"].to_pylist()] == [True, True, False]


@pytest.mark.parametrize("column", ["who", "item"])
def test_an_empty_cell_of_a_full_list_of_categories_is_no_person_and_no_item(column: str) -> None:
    kind = pa.int8()
    told = {"who": [*["a"] * 9, None], "item": [*FORM, None], "answer": [1] * 10}
    first = ["a"] if column == "who" else FORM
    filled = [f"other {n}" for n in range(128 - len(first))]
    places = [None if one is None else first.index(one) for one in told[column]]  # type: ignore[arg-type]
    told["who" if column == "item" else "item"][9] = "a" if column == "item" else "1"
    full = pa.table(told | {column: categories(places, kind, [*first, *filled])})
    plain = pa.table(told)
    scored, expected = (
        qs.score(table, "phq-9", by="who", item="item", value="answer").to_pylist()
        for table in (full, plain)
    )
    assert scored == expected
    assert len(scored) == (2 if column == "who" else 1)


def test_a_sex_that_a_list_of_categories_leaves_open_is_not_told() -> None:
    sex = categories([0, 1, None], pa.int8(), pa.array(["female", None]))
    table = pa.table({item: [1, 1, 1] for item in FORM} | {"sex": sex})
    assert qs.score(table, "phq-9", sex="sex")["problem"].to_pylist() == [None] * 3


def test_lists_of_words_are_no_sex() -> None:
    table = pa.table({item: [1] for item in FORM} | {"sex": [["female"]]})
    with pytest.raises(UnusableTable, match=r"Column sex \(the sex\) holds no text"):
        qs.score(table, "phq-9", sex="sex")


DECIMALS = [
    pa.decimal64(5, 2),
    pa.decimal128(5, 2),
    pa.decimal128(30, 4),
    pa.decimal256(50, 2),
    pa.dictionary(pa.int16(), pa.decimal128(5, 2)),
]


@pytest.mark.parametrize("kind", DECIMALS, ids=str)
def test_decimals_are_the_numbers_that_one_form_would_hold(kind: Any) -> None:
    """Four lines of 10 cm: a sum of doubles starts from those that the decimals are written as."""
    lines = [Decimal(n).scaleb(-2) for n in range(1001)]
    cells = pa.array([*lines, None], getattr(kind, "value_type", kind))
    cells = cells.dictionary_encode() if pa.types.is_dictionary(kind) else cells
    zeros = [0] * len(cells)
    table = pa.table({"1": cells, "2": zeros, "3": zeros, "4": zeros})
    scored = qs.score(table, "ors")
    assert scored["problem"].to_pylist() == [None] * len(cells)
    assert scored["total.value"].to_pylist() == [*map(float, lines), None]


@pytest.mark.parametrize("extras", [(), ("bands", "criteria", "linked", "risks")])
@pytest.mark.parametrize("instrument", ["phq-9", "ors", "psqi"])
def test_a_long_table_without_rows_has_the_columns_all_the_same(
    instrument: str, extras: tuple[str, ...]
) -> None:
    answer = pa.string() if instrument == "psqi" else pa.float64()
    empty = {"who": pa.array([], pa.string()), "item": pa.array([], pa.string())}
    table = pa.table(empty | {"answer": pa.array([], answer)})
    scored = qs.score(
        table, instrument, by="who", item="item", value="answer", extras=extras, text=True
    )
    assert scored.num_rows == 0
    assert "problem" in scored.column_names


def test_a_type_that_arrow_does_not_know_is_told_in_a_sentence() -> None:
    frame = pl.DataFrame({item: [1] for item in FORM}).cast({"4": pl.Int128})
    with pytest.raises(UnusableTable, match="a type that Arrow does not know"):
        qs.score(frame, "phq-9")
