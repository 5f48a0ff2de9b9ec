"""What the cells of a column are worth, whatever type holds them."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.batch.engine.cells import Cells, read_cells
from service.batch.engine.items import ItemTable, Tally, count_answered
from service.scoring.instrument import Item, ResponseOption, ResponseSet

WIDTHS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"]


def make_item(answers: list[int], reverse: bool = False) -> Item:
    options = tuple(ResponseOption(value, value) for value in answers)
    return Item("1", ResponseSet("any", min(answers), max(answers), options), reverse=reverse)


@st.composite
def columns(draw: st.DrawFn) -> tuple[Item, list[int | None], np.dtype, int]:
    """Return an item, cells of which some are its answers, their type, and an offset."""
    low = draw(st.integers(-200, 300))
    answers = list(range(low, low + draw(st.integers(1, 120)) + 1))
    if draw(st.booleans()):
        answers = answers[::2]
    item = make_item(answers, draw(st.booleans()))
    dtype = np.dtype(draw(st.sampled_from(WIDTHS)))
    held = np.iinfo("i4") if dtype.kind == "f" else np.iinfo(dtype)
    whole = st.integers(held.min, held.max)
    near = whole.map(lambda v: min(max(low + v % 300 - 90, held.min), held.max))
    wrapped = (
        st.sampled_from(answers).map(lambda v: v + 256).filter(lambda v: held.min <= v <= held.max)
    )
    values = draw(st.lists(st.none() | near | whole | wrapped, min_size=1, max_size=40))
    return item, values, dtype, draw(st.integers(0, min(11, len(values) - 1)))


@given(columns())
def test_a_cell_is_worth_what_its_item_says(
    drawn: tuple[Item, list[int | None], np.dtype, int],
) -> None:
    item, values, dtype, start = drawn
    under_null = min(item.score_of)  # what stands where a column is null has no meaning
    filled = [under_null if value is None else value for value in values]
    hidden = np.array(filled).astype(dtype)
    column = pa.array(hidden, mask=np.array([value is None for value in values]))[start:]
    tally = Tally(min(item.score_of.values()) - 2, (len(item.score_of) * 2 + 2,))
    table = ItemTable(item, tally)
    worth = table.worth(read_cells(column))
    low, high = min(item.score_of), max(item.score_of)
    for at, value in enumerate(values[start:]):
        value = value if value is None or dtype.kind != "f" else int(dtype.type(value))
        allowed = value in item.score_of
        assert (worth.answered is None or worth.answered[at]) == (value is not None)
        assert (worth.refused is not None and worth.refused[at]) == (
            value is not None and not allowed
        )
        if value is None:
            assert worth.scores[at] == 0
        elif allowed:
            keyed = low + high - value if item.reverse else value
            assert worth.scores[at] == keyed - tally.lowest


def test_nan_is_no_answer_and_what_is_not_whole_is_refused() -> None:
    item = make_item([0, 1, 2, 3])
    table = ItemTable(item, Tally(0, (3,)))
    worth = table.worth(Cells(np.array([3.0, np.nan, 1.5, np.inf, -np.inf, 1e300, -0.0])))
    assert worth.answered is not None
    assert worth.refused is not None
    assert worth.answered.tolist() == [True, False, True, True, True, True, True]
    assert worth.refused.tolist() == [False, False, True, True, True, True, False]
    assert worth.scores[[0, 1, 6]].tolist() == [3, 0, 0]


def test_answers_between_whole_numbers_are_worth_what_the_item_says() -> None:
    """0, 0.5, 1, 1.5 and 2, reversed; 9 says that nothing is known."""
    halves = tuple(ResponseOption(n / 2 if n % 2 else n // 2, n * 10) for n in range(5))
    options = (*halves, ResponseOption(9, 0, missing=True))
    item = Item("1", ResponseSet("halves", 0, 2, options), reverse=True)
    table = ItemTable(item, Tally(0, (40,)))
    cells = Cells(np.array([0, 0.5, 1, 1.5, 2, 0.25, 9, np.nan]))
    worth = table.worth(cells)
    assert worth.scores[:5].tolist() == [40, 30, 20, 10, 0]
    assert worth.answered is not None
    assert worth.refused is not None
    assert worth.answered.tolist() == [*[True] * 6, False, False]
    assert worth.refused.tolist() == [*[False] * 5, True, False, False]
    assert len(set(table.codes(cells)[:5].tolist())) == 5


def test_masks_that_say_nothing_are_left_out() -> None:
    table = ItemTable(make_item([1, 2, 3]), Tally(0, (3,)))
    assert table.worth(Cells(np.array([1, 2, 3]), np.array([True] * 3)))[1:] == (None, None)


@pytest.mark.parametrize("n_items", [3, 300])
def test_answers_are_counted_over_columns(n_items: int) -> None:
    """300 columns are more than a byte counts to."""
    table = ItemTable(make_item([0, 1]), Tally(0, (1,)))
    whole = table.worth(Cells(np.array([0, 1])))
    partly = table.worth(Cells(np.array([0, 1]), np.array([True, False])))
    n_always, n_more = count_answered([whole, None, *[partly] * n_items], 2)
    assert (n_always, n_more.tolist()) == (1, [n_items, 0])
