"""No text of a definition or of a file can become markup of a card."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cds.markdown import plain, table


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("PHQ-9, item 9 (b)", "PHQ-9, item 9 (b)"),
        ("a | b", "a \\| b"),
        ("<b>bold</b> & more", "&lt;b&gt;bold&lt;/b&gt; &amp; more"),
        ("*a* _b_ `c` ~d~", "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~"),
        ("[a](https://x)", "\\[a\\](https://x)"),
        ("a\\b", "a\\\\b"),
        ("two\nlines\tand\r\nmore", "two lines and more"),
    ],
)
def test_signs_with_a_meaning_lose_it(text: str, written: str):
    assert plain(text) == written


@given(st.text())
def test_plain_text_is_one_line_without_html_or_cells(text: str):
    written = plain(text)
    assert not re.search(r"[<>\n\r]", written)
    assert not re.search(r"(?<!\\)(\\\\)*\|", written)


def test_a_table_has_a_dash_where_nothing_is_known():
    assert table(("A", "B"), [("1", ""), ("|", "2")]) == (
        "| A | B |\n| --- | --- |\n| 1 | – |\n| \\| | 2 |"
    )
