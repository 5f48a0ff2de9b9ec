"""One answer: what is listed is what it is, a number only as the mapping says, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sources.answer import AnswerKey, Given, NotRead, token_of
from tests.sources.mappings import FREQUENCY

TOKENS = {token_of(text): number for text, number in FREQUENCY.items()}


@pytest.fixture(scope="session")
def item(catalog):
    """The first item of the PHQ-9: 0, 1, 2 or 3."""
    return catalog.get("phq-9").instrument.items[0]


@pytest.fixture(scope="session")
def line(catalog):
    """A line of the Session Rating Scale: any number from 0 to 10."""
    return catalog.get("srs").instrument.items[0]


@pytest.mark.parametrize(
    "text",
    [
        "Several days",
        "several DAYS",
        "  Several\t\n days ",
        "Several\u00a0days",
        "Ｓｅｖｅｒａｌ ｄａｙｓ",
    ],
)
def test_a_label_is_told_whatever_its_case_and_white_space(item, text):
    assert AnswerKey(item, TOKENS, numeric="none").read(text) == Given(1)


@pytest.mark.parametrize(
    "text", ["Several day", "Severaldays", "several days.", "Mehrere Tage", ""]
)
def test_a_label_that_is_not_listed_is_never_guessed(item, text):
    with pytest.raises(NotRead) as refused:
        AnswerKey(item, TOKENS, numeric="string").read(text)
    assert refused.value.code == "unknown_token"
    assert refused.value.allowed == {"tokens": sorted(TOKENS)}


@pytest.mark.parametrize(
    ("numeric", "value", "code"),
    [
        ("as-is", True, "unknown_token"),
        ("as-is", "1", "unknown_token"),
        ("as-is", 1.5, "wrong_step"),
        ("as-is", 4, "value_not_allowed"),
        ("as-is", -1, "value_not_allowed"),
        ("as-is", [1], "wrong_type"),
        ("as-is", {"value": 1}, "wrong_type"),
        ("string", "1 ", "unknown_token"),
        ("string", "+1", "unknown_token"),
        ("string", "1e0", "unknown_token"),
        ("string", "١", "unknown_token"),  # a digit, but not of ASCII
        ("string", "1,0", "unknown_token"),
        ("string", False, "unknown_token"),
        ("string", "1.5", "wrong_step"),
        ("string", "4", "value_not_allowed"),
        ("position", "0", "unknown_token"),
        ("position", 0.5, "wrong_type"),
        ("none", 1, "unknown_token"),
    ],
)
def test_nothing_is_made_a_number_that_the_mapping_does_not_say_is_one(item, numeric, value, code):
    with pytest.raises(NotRead) as refused:
        AnswerKey(item, {}, numeric=numeric).read(value)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("numeric", "offset", "value", "number"),
    [
        ("as-is", 0, 2, 2),
        ("as-is", 0, 2.0, 2),
        ("string", 0, "2", 2),
        ("string", 0, "2.0", 2),
        ("string", 0, 2, 2),
        ("position", 0, 2, 2),
        ("position", -1, 3, 2),
    ],
)
def test_a_number_is_read_as_the_mapping_says(item, numeric, offset, value, number):
    read = AnswerKey(item, {}, numeric=numeric, offset=offset).read(value)
    assert read == Given(number)
    assert type(read.value) is int


def test_a_line_takes_any_number_within_its_ends(line):
    key = AnswerKey(line, {}, numeric="string")
    assert key.read("7.3") == Given(7.3)
    with pytest.raises(NotRead):
        key.read("10.1")


def test_a_token_goes_before_the_number_that_it_is_written_like(item):
    """A source that counts from 1 sends 1 as a text or as a number, and a table with gaps has it as
    1.0: all are the first answer.
    """
    key = AnswerKey(item, {"1": 0, "2": 1, "3": 2, "4": 3}, numeric="string")
    sent = ("1", 1, 1.0, "1.0", "01", "4", 4, "4.00")
    assert [key.read(value).value for value in sent] == [0, 0, 0, 0, 0, 3, 3, 3]


def test_a_text_is_no_number_for_a_token_where_texts_are_none(item):
    with pytest.raises(NotRead) as refused:
        AnswerKey(item, {"1": 0, "2": 1}, numeric="none").read("2.0")
    assert refused.value.code == "unknown_token"


def test_a_code_for_missing_is_missing_however_its_number_is_written(item):
    key = AnswerKey(item, {}, frozenset({"99", "-1"}), numeric="string")
    assert [key.read(value) for value in ("99.0", "099", "-1.0")] == [Given(None)] * 3


def test_a_boolean_is_an_answer_where_it_is_listed(catalog):
    item = catalog.get("mdq").instrument.items[0]
    key = AnswerKey(item, {"true": 1, "false": 0})
    assert [key.read(value).value for value in (True, False)] == [1, 0]


@pytest.mark.parametrize("value", [-99, "-99", -99.0, "N/A", " n/a", ""])
def test_what_is_declared_as_missing_is_missing_and_nothing_else_is(item, value):
    declared = frozenset({"-99", "n/a", ""})
    assert AnswerKey(item, {}, declared).read(value) == Given(None)
    with pytest.raises(NotRead):
        AnswerKey(item, {}).read(value)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=400),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@given(value=ANYTHING, numeric=st.sampled_from(["as-is", "string", "position", "none"]))
def test_whatever_comes_is_an_allowed_answer_missing_or_refused(item, value, numeric):
    key = AnswerKey(item, TOKENS, frozenset({"99"}), numeric)
    try:
        number = key.read(value).value
    except NotRead:
        return
    assert number in (None, 0, 1, 2, 3)
    assert type(number) is not bool
