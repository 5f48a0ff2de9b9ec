"""The quick reader returns and refuses what the strict reader does."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.strict.quick import quick_loads
from service.strict.reader import UnreadableJSON, loads
from tests.strict.test_reader import ACCEPTED, REFUSED

NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=True),
    st.sampled_from(["1e-400", "1e999", "-0", "-0.0", "1E2", "0.10", "123456789012345678901"]),
)
TEXTS = st.text(st.sampled_from('a:"\\,{}é\u0000 '), max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda below: st.lists(below, max_size=3) | st.lists(st.tuples(TEXTS, below), max_size=4),
    max_leaves=12,
)


def written(value: object, gap: str) -> str:
    """Write a value as JSON, a list of pairs as an object: a name may come twice."""
    if isinstance(value, list):
        if value and isinstance(value[0], tuple):
            pairs = (f"{json.dumps(name)}{gap}:{gap}{written(one, gap)}" for name, one in value)
            return "{" + ",".join(pairs) + "}"
        return "[" + ",".join(written(one, gap) for one in value) + "]"
    if isinstance(value, str) and value[:1] in "-0123456789" and value[1:2] not in ("", " "):
        return value  # a number as it is written
    return json.dumps(value, ensure_ascii=False)


def outcome(read, raw: bytes) -> object:
    try:
        return repr(read(raw))  # tells 1 from 1.0 and from true, and 0.0 from -0.0
    except UnreadableJSON as refused:
        return refused.code, refused.position


@pytest.mark.parametrize("raw", [raw for raw, _ in ACCEPTED] + [raw for _, raw in REFUSED])
def test_it_agrees_on_every_known_case(raw):
    assert outcome(quick_loads, raw) == outcome(loads, raw)
    nested = b'{"a": ' + raw + b"}"
    assert outcome(quick_loads, nested) == outcome(loads, nested)


@given(value=VALUES, gap=st.sampled_from(["", " ", "\n"]))
@example(value=[("a", 1), ("a", 2)], gap=" ")
@example(value=[("a:", 1), ("a", [("a", 2), ("a", 3)])], gap="")
def test_it_agrees_on_any_document(value, gap):
    raw = written(value, gap).encode("utf-8", "surrogatepass")
    assert outcome(quick_loads, raw) == outcome(loads, raw)


@given(st.binary(max_size=12))
def test_it_agrees_on_any_bytes(raw):
    assert outcome(quick_loads, raw) == outcome(loads, raw)


def test_a_member_named_twice_is_refused_however_it_is_spaced():
    for raw in (b'{"a":1,"a":2}', b'{"a":1,"a" :2}', b'{"a":1, "b":{"c":1,"c" : 2}}'):
        with pytest.raises(UnreadableJSON) as refused:
            quick_loads(raw)
        assert refused.value.code == "duplicate_key"
