"""The columnar engine says what the engine for one form says, for every shipped instrument."""

import math
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.api.batch_routes.writing import status_of
from service.batch.engine.columns import Columns
from service.batch.engine.engine import Asked, BatchScorer
from service.scoring.answers import Submission
from service.scoring.instrument import Answer, Instrument, Item
from service.scoring.issue import InvalidSubmission
from service.scoring.report import Scorer
from tests.shipped import CATALOG

IDS = [entry.instrument.id for entry in CATALOG.entries()]
AGES = [None, 0, 7, 13.5, 17, 18, 24, 39.999, 40, 65, 130]
SEXES = [None, "female", "male", "other", "unknown"]
HUGE = [1e300, math.inf]
FAULTS = [-1, 4.5, 99, -32768, 2**40, *HUGE]
NO_TIMES = ["24:00", "7:05", "07:60", "11:30 pm", "noon", "2330"]

KINDS = ["small", "unsigned", "whole", "double", "nan", "category", "text"]

Row = dict[str, Any]


def draw_answer(item: Item, chance: Random) -> Answer:
    """Return an answer that an item allows, on a line often one of its ends."""
    if item.score_of:
        return chance.choice([*item.score_of])
    low, high = item.response_set.minimum, item.response_set.maximum
    return chance.choice([low, high, round(chance.uniform(low, high), 3)])


def draw_rows(instrument: Instrument, seed: int) -> list[Row]:
    """Return rows in which some answers are blank and some are faults; some rows are alike."""
    chance = Random(seed)
    faults = chance.choice([0, 0, 0.02, 0.3])
    blanks = chance.choice([0, 0.05, 0.2, 0.7])

    def cell(item: Item) -> Answer | None:
        luck = chance.random()
        if luck < faults:
            return chance.choice(NO_TIMES if item.response_set.clock else FAULTS)
        if luck < faults + blanks:
            return chance.choice([None, *item.not_known])
        return draw_answer(item, chance)

    rows = [
        {
            **{item.id: cell(item) for item in instrument.items},
            "age": chance.choice(AGES),
            "sex": chance.choice(SEXES),
        }
        for _ in range(chance.randint(1, 30))
    ]
    return [chance.choice(rows) for _ in range(len(rows) + 5)]


def column(values: list[Any], kind: str, *, clock: bool = False) -> Any:
    """Return answers as a column of one of the kinds that tables have, of the least that holds
    them.
    """
    if clock:
        found = pa.array(values, pa.string())
        return found.dictionary_encode() if kind == "category" else found
    if kind == "text":
        return pa.array([None if v is None else repr(v) for v in values], pa.string())
    if kind == "nan":
        return pa.array(np.array([np.nan if v is None else v for v in values], np.float64))
    whole = all(v is None or (v == v // 1 and abs(v) < 2**62) for v in values)
    if kind == "double" or not whole:
        return pa.array(values, pa.float64())
    found = pa.array([None if v is None else int(v) for v in values], pa.int64())
    if kind == "category":
        return found.dictionary_encode()
    least = {"small": (-128, 127, pa.int8()), "unsigned": (0, 255, pa.uint8())}.get(kind)
    if least is None or not all(v is None or least[0] <= v <= least[1] for v in values):
        return found
    return found.cast(least[2])


def expected(scorer: Scorer, row: Row, norms: tuple[str, ...], rater: Any) -> Any:
    answers = {item: row[item] for item in scorer.instrument.item_ids}
    try:
        return scorer.score(
            Submission(answers, age=row["age"], sex=row["sex"], norms=norms, perspective=rater)
        )
    except InvalidSubmission as invalid:
        return invalid


def check_row(scored: Row, report: Any, instrument: Instrument, norms: tuple[str, ...]) -> None:
    told = dict(scored)
    if isinstance(report, InvalidSubmission):
        problem = told.pop("problem")
        assert set(told.values()) == {None}
        for issue in report.issues:
            assert issue.code in problem
            assert len(issue.path) == 1 or f"item {issue.path[-1]}: " in problem
        return
    assert told.pop("problem") is told.pop("reference") is None
    for scale, score in report["scores"].items():
        assert [told.pop(f"{scale}.{name}") for name in ("value", "sum", "mean")] == [
            score[name] for name in ("value", "sum", "mean")
        ]
        assert told.pop(f"{scale}.status") == status_of(score)
        compared = {norm["id"]: norm for norm in score["norms"]}
        bands = {band["system"]: band["id"] for band in score["bands"]}
        for norm in instrument.norms:
            if norm.id in norms and scale in norm.scales:
                for name in ("z", "t", "percentile"):
                    figure = compared[norm.id][name] if norm.id in compared else None
                    assert told.pop(f"{scale}.{norm.id}.{name}") == figure
        for system in {one.system for one in instrument.scale[scale].bands}:
            assert told.pop(f"{scale}.{system}.band") == bands.get(system)
    for name, criterion in report["criteria"].items():
        assert told.pop(f"criteria.{name}") == criterion["value"]
    for risk in report["risks"]:
        assert told.pop(f"risks.{risk['id']}") == risk["raised"]
    assert told == {}


@pytest.mark.parametrize("name", IDS)
def test_every_row_has_what_the_form_alone_would_have(name: str) -> None:
    scorer = CATALOG.get(name).scorer
    instrument = scorer.instrument
    if instrument.key_required:
        pytest.skip("the key of this form is not public")
    norms = tuple(norm.id for norm in instrument.norms)
    rater = instrument.perspectives[0] if instrument.perspectives else None

    @settings(max_examples=10)
    @given(st.integers(0, 2**32), st.booleans(), st.sampled_from(KINDS))
    def check(seed: int, with_person: bool, kind: str) -> None:
        rows = draw_rows(instrument, seed)
        text = kind == "text"
        if text:  # huge numbers are not written out in digits
            rows = [{name: 99 if v in HUGE else v for name, v in row.items()} for row in rows]
        columns = {
            item: column([row[item] for row in rows], kind, clock=item in instrument.clock_items)
            for item in instrument.item_ids
        }
        if with_person:
            columns["age"] = pa.array([row["age"] for row in rows], pa.float64())
            columns["sex"] = pa.array([row["sex"] for row in rows], pa.string())
        batch = pa.record_batch(columns)
        person = {"age": "age", "sex": "sex"} if with_person else {}
        engine = BatchScorer(
            scorer,
            Columns.named(instrument, text=text, **person),
            batch.schema,
            Asked(("*",), ("bands", "criteria", "risks"), rater),
        )
        half = len(rows) // 2
        scored = [
            row
            for part in (batch.slice(0, half), batch.slice(half))
            for row in engine.score(part).to_pylist()
        ]
        assert len(scored) == len(rows)
        for row, told in zip(rows, scored, strict=True):
            known = row if with_person else {**row, "age": None, "sex": None}
            if text:  # in a file, figures alone are a number
                known = {name: 2330 if v == "2330" else v for name, v in known.items()}
            check_row(told, expected(scorer, known, norms, rater), instrument, norms)

    check()
