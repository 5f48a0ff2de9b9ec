"""An item that asks for a clock time: what a tool sends for it, and what is never guessed."""

import pytest

from service.sources.answer import AnswerKey, Given, NotRead
from service.sources.check import check_mapping
from service.sources.declared import missing_codes, numbers_of
from service.sources.reading import read_payload
from tests.shipped import CATALOG, document
from tests.sources.mappings import Json, flat

INSTRUMENT = CATALOG.get("psqi").instrument
LISTED = {"Not during the past month": 0, "Less than once a week": 1, "Once": 2, "Often": 3}
TITLES = ("5a", "5b", "5c", "5d", "5e", "5f", "5g", "5h", "5i", "5j", "6", "7", "8", "9")
ANSWERS = dict(zip(INSTRUMENT.item_ids, document("psqi")["examples"][0]["answers"], strict=True))


def mapped(**members: object) -> Json:
    items = {f"q{name}": name for name in INSTRUMENT.item_ids}
    return flat(id="site-psqi", instrument="psqi", items=items) | members


@pytest.fixture(scope="module", params=["as-is", "string"])
def mapping(request):
    document = mapped(values={"numeric": request.param}, missing=[-9])
    checked = check_mapping(document, CATALOG)
    assert checked.faults == ()
    return checked.mapping


@pytest.mark.parametrize("numeric", ["as-is", "string", "none"])
@pytest.mark.parametrize("text", ["22:15", "22:15:00", " 22:15 "])
def test_a_text_is_a_clock_time_whatever_is_said_of_numbers(numeric, text):
    assert AnswerKey(INSTRUMENT.items[0], {}, numeric=numeric).read(text) == Given("22:15")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("10:15 pm", "value_not_allowed"),
        ("24:00", "value_not_allowed"),
        ("22:15:30", "value_not_allowed"),
        ("9:15", "value_not_allowed"),
        ("2215", "value_not_allowed"),
        ("", "value_not_allowed"),
        (2215, "wrong_type"),
        (22.25, "wrong_type"),
        (True, "wrong_type"),
        ([22, 15], "wrong_type"),
    ],
)
def test_nothing_else_is(value, code):
    with pytest.raises(NotRead) as refused:
        AnswerKey(INSTRUMENT.items[0], {}, numeric="as-is").read(value)
    assert refused.value.code == code


def test_a_payload_is_read(mapping):
    text = mapping.document["values"]["numeric"] == "string"
    sent = {f"q{name}": str(value) if text else value for name, value in ANSWERS.items()}
    read = read_payload(mapping, sent)
    assert read.faults == []
    assert read.answers == ANSWERS


@pytest.mark.parametrize("blank", [None, -9, "-9"])
def test_a_time_may_be_missing(mapping, blank):
    text = mapping.document["values"]["numeric"] == "string"
    sent = {f"q{name}": str(value) if text else value for name, value in ANSWERS.items()}
    read = read_payload(mapping, sent | {"q1": blank})
    assert read.faults == []
    assert "1" not in read.answers


def test_a_time_that_is_none_is_a_fault_at_its_place(mapping):
    text = mapping.document["values"]["numeric"] == "string"
    sent = {f"q{name}": str(value) if text else value for name, value in ANSWERS.items()}
    read = read_payload(mapping, sent | {"q3": "6:30 am"})
    assert [(fault.pointer, fault.code) for fault in read.faults] == [("/q3", "value_not_allowed")]


def test_tokens_for_all_items_are_not_for_clock_times():
    """They would be refused as answers that the item does not allow."""
    items = {f"q{name}": name for name in ("1", "3", *TITLES)}
    checked = check_mapping(
        mapped(items=items, values={"numeric": "none", "tokens": LISTED}), CATALOG
    )
    assert checked.faults == ()
    read = read_payload(checked.mapping, {"q1": "23:00", "q6": "once"})
    assert read.answers == {"1": "23:00", "6": 2}
    read = read_payload(checked.mapping, {"q1": "Once"})
    assert [fault.code for fault in read.faults] == ["value_not_allowed"]


@pytest.mark.parametrize("code", ["00:00", "00:00:00", " 23:59 ", "２３：００"])
@pytest.mark.parametrize("numeric", ["as-is", "string", "none"])
def test_a_clock_time_cannot_mean_missing(code, numeric):
    """It would empty the answers of people who went to bed at that time."""
    tokens = {"Never": 0} if numeric == "none" else {}
    checked = check_mapping(
        mapped(values={"numeric": numeric, "tokens": tokens}, missing=["24:00", code]), CATALOG
    )
    found = [(fault.pointer, fault.code) for fault in checked.faults]
    assert found == [("/missing/1", "contradictory_token")]
    _, faults = missing_codes(f"24:00,{code}", numbers_of(INSTRUMENT))
    assert [(fault.code, fault.detail[:43]) for fault in faults] == [
        ("contradictory_token", "Number 2 of the codes is an answer of item ")
    ]
