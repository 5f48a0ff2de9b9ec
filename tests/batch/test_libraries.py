"""Every shipped instrument comes out alike in the tables of every library; test_agreement.py holds
those of pyarrow against one form at a time.
"""

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import questionnaire_scoring as qs
from tests.batch.test_agreement import IDS, column, draw_rows
from tests.batch.test_tables import arrow_of
from tests.shipped import CATALOG

SEED = 20_261_130
ROWS = 24


def make_table(name: str, kind: str) -> pa.Table:
    """Return drawn forms of an instrument, with blanks, faults and whose they are; numbers of a
    kind of `column`.
    """
    instrument = CATALOG.get(name).instrument
    rows = [row for at in range(8) for row in draw_rows(instrument, SEED + at)][:ROWS]
    answers = {
        item: column([row[item] for row in rows], kind, clock=item in instrument.clock_items)
        for item in instrument.item_ids
    }
    people = {"age": pa.array([row["age"] for row in rows], pa.float64())}
    people["sex"] = pa.array([row["sex"] for row in rows], pa.string())
    return pa.table({"who": [f"p{at}" for at in range(len(rows))], **answers, **people})


def asked_of(name: str) -> dict[str, Any]:
    raters = CATALOG.get(name).instrument.perspectives
    return {
        "by": "who",
        "age": "age",
        "sex": "sex",
        "norms": "*",
        "extras": ["bands", "criteria", "linked", "risks"],
        "perspective": raters[0] if raters else None,
    }


def rows_of(table: Any) -> list[Any]:
    return list(arrow_of(table).to_pylist())


@pytest.mark.parametrize("name", IDS)
def test_every_instrument_is_scored_alike_in_tables_of_every_library(name: str) -> None:
    if CATALOG.get(name).instrument.key_required:
        pytest.skip("the key of this form is not public")
    asked, whole, doubles = asked_of(name), make_table(name, "whole"), make_table(name, "double")
    expected = rows_of(qs.score(whole, name, **asked))
    assert any(row["problem"] is None for row in expected)
    given = {
        "pyarrow, doubles": doubles,
        "reader": whole.to_reader(5),
        "pandas": doubles.to_pandas(),
        "pandas with nullable numbers": whole.to_pandas(types_mapper=pd.ArrowDtype),
        "polars": pl.DataFrame(whole),
        "polars, a part": pl.concat([pl.DataFrame(whole)] * 2, rechunk=True)[ROWS:],
        "DuckDB": duckdb.connect().from_arrow(whole),
    }
    for library, table in given.items():
        assert rows_of(qs.score(table, name, **asked)) == expected, library
