"""Lines of text that fit their column."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.chart.svg import plain, width_of
from service.chart.text import wrap


@given(st.text(max_size=300), st.floats(30, 500))
@example("AAAAaaaaaaaaaa", 50.0)
def test_no_line_is_wider_than_its_column_and_no_letter_is_lost(text: str, width: float):
    lines = wrap(text, width)
    assert all(width_of(line) <= width + 1e-6 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "width"), [("aaaa", 4 * 5.94), ("AA", 2 * 7.7), ("aA", 5.94 + 7.7), ("漢", 11.0)]
)
def test_capitals_are_wider_than_small_letters_and_han_is_as_wide_as_high(text: str, width: float):
    """At 11 px, 0.54, 0.7 and 1 of it."""
    assert width_of(text) == pytest.approx(width)


@given(st.text(max_size=60))
def test_what_stands_between_tags_has_no_markup(text: str):
    assert not {"<", ">", '"'} & set(plain(text))
