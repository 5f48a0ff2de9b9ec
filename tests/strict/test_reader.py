"""What the strict reader takes, what it refuses and under which code."""

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.strict.reader import DETAILS, StrictReader, UnreadableJSON, loads, read_limited


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def nested_objects(levels: int) -> bytes:
    return ('{"a":' * (levels - 1) + "{}" + "}" * (levels - 1)).encode()


ACCEPTED = [
    (b'{"answers": {"1": 4, "2": null}}', {"answers": {"1": 4, "2": None}}),
    (b" [1, 2.0, -3, true, false, null] \r\n\t", [1, 2.0, -3, True, False, None]),
    (b"5", 5),
    (b'"text"', "text"),
    (b"999999999999999", 999_999_999_999_999),
    (b"-999999999999999", -999_999_999_999_999),
    (b"1e5", 100_000.0),
    (b"0.0", 0.0),
    (b"0e-400", 0.0),
    (b"0.1000000000000000055511151231257827021181583404541015625", 0.1),
    ('"é€😀"'.encode(), "é€😀"),
    (rb'"\u00e9\ud83d\ude00"', "é😀"),
    (rb'"\\u0000"', "\\u0000"),
    (rb'"\\ud800"', "\\ud800"),
    (b'{"a": {"a": 1}, "b": {"a": 1}}', {"a": {"a": 1}, "b": {"a": 1}}),
    (b'"' + b"[" * 40 + b'"', "[" * 40),
    (b"[" + b"[]," * 40 + b"[]]", [[]] * 41),
    (b'"1234567890123456"', "1234567890123456"),
]

REFUSED = [
    ("bad_encoding", b'"\xff"'),
    ("bad_encoding", b'"\xc0\x80"'),  # the null character in an overlong form
    ("bad_encoding", b'"\xed\xa0\x80"'),  # a surrogate encoded as if it were a character
    ("bad_encoding", b"\xef\xbb\xbf{}"),
    ("bad_encoding", "{}".encode("utf-16")),
    ("bad_encoding", "{}".encode("utf-16-le")),
    ("bad_encoding", "{}".encode("utf-16-be")),
    ("bad_encoding", "{}".encode("utf-32")),
    ("bad_encoding", "é".encode("latin-1")),
    ("bad_json", b""),
    ("bad_json", b" "),
    ("bad_json", b"{"),
    ("bad_json", b"{} {}"),
    ("bad_json", b"{'a': 1}"),
    ("bad_json", b"[1,]"),
    ("bad_json", b"01"),
    ("bad_json", b"+1"),
    ("bad_json", b".5"),
    ("bad_json", b"0x10"),
    ("bad_json", b"1_000"),
    ("bad_json", "١".encode()),
    ("bad_json", b'"a\nb"'),
    ("bad_json", b'"before \0 after"'),
    ("bad_json", b"\xc2\xa0{}"),
    ("duplicate_key", b'{"1": 1, "1": 2}'),
    ("duplicate_key", b'{"a": {"1": 1, "1": 1}}'),
    ("duplicate_key", rb'{"a": 1, "\u0061": 2}'),
    ("non_finite", b"NaN"),
    ("non_finite", b"[Infinity]"),
    ("non_finite", b'{"a": -Infinity}'),
    ("non_finite", b"1e999"),
    ("non_finite", b"-1e999"),
    ("number_too_long", b"1000000000000000"),
    ("number_too_long", b"-1000000000000000"),
    ("number_too_long", b"9" * 5000),
    ("number_too_long", b"0." + b"1" * 63),
    ("number_too_long", b"1e-400"),
    ("number_too_long", b"-0.5e-999"),
    ("too_deep", nested(17)),
    ("too_deep", nested_objects(17)),
    ("too_deep", nested(100_000)),
    ("too_deep", nested_objects(100_000)),
    ("bad_string", rb'"\u0000"'),
    ("bad_string", rb'{"a": ["\ud800"]}'),
    ("bad_string", rb'"\ude00\ud83d"'),
    ("bad_string", rb'{"\udfff": 1}'),
    ("bad_string", rb'{"a\u0000b": 1}'),
    ("bad_string", rb'[[[{"a": {"b": ["\uDBFF"]}}]]]'),
]


@pytest.mark.parametrize(("raw", "value"), ACCEPTED)
def test_valid_json_is_read(raw: bytes, value: object) -> None:
    assert loads(raw) == value


@pytest.mark.parametrize(("code", "raw"), REFUSED, ids=lambda value: repr(value)[:40])
def test_refused_with_its_code(code: str, raw: bytes) -> None:
    with pytest.raises(UnreadableJSON) as refused:
        loads(raw)
    assert refused.value.code == code
    assert refused.value.detail == DETAILS[code]


def test_every_code_of_a_text_is_reached_by_a_case_above() -> None:
    assert {code for code, _ in REFUSED} == DETAILS.keys() - {"incomplete_body"}


def test_sixteen_levels_are_allowed() -> None:
    assert json.dumps(loads(nested(16))).encode() == nested(16)
    assert loads(nested_objects(16)) == json.loads(nested_objects(16))


def test_whole_numbers_stay_integers_and_others_become_floats() -> None:
    assert [type(value) for value in loads(b"[2, 2.0, 2e0]")] == [int, float, float]  # type: ignore[union-attr]


def test_neither_the_refusal_nor_its_causes_quote_the_input() -> None:
    for _, raw in REFUSED:
        canary = raw + b" Jane Roe"
        with pytest.raises(UnreadableJSON) as refused:
            loads(canary)
        assert "Jane" not in f"{refused.value} {refused.value.detail}"
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_limits_are_parameters() -> None:
    reader = StrictReader(max_depth=2, max_digits=3, max_number_length=5)
    assert reader.loads(b"[[999, -999, 1.125]]") == [[999, -999, 1.125]]
    for raw, code in [
        (b"[[[]]]", "too_deep"),
        (b"1000", "number_too_long"),
        (b"1.1255", "number_too_long"),
    ]:
        with pytest.raises(UnreadableJSON) as refused:
            reader.loads(raw)
        assert refused.value.code == code
    with pytest.raises(UnreadableJSON, match="number_too_long"):
        StrictReader(max_number_length=5).loads(b"1.1255")


PIECES = [
    *(b"{", b"}", b"[", b"]", b",", b":", b'"a":', b'"b":', b'{"a":1', b'"', b"\\", b"\\u0061"),
    *(b"0", b"-0", b"1", b"12345678", b"1.5", b"1.0", b"1e3", b"1E400", b"1e-400", b"1e16"),
    *(
        b"NaN",
        b"null",
        b"true",
        b" ",
        b"\xc3\xa9",
        b"\xff",
        b"\xed\xa0\x80",
        b"\0",
        b"\xef\xbb\xbf",
    ),
]


def outcome_of(read: Callable[[bytes], object], raw: bytes) -> str:
    """Return what came of reading, with the types of numbers, or the code of the refusal."""
    try:
        return repr(read(raw))
    except UnreadableJSON as refused:
        return refused.code


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15) + 1, 10**15 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner
        )
    ),
    max_leaves=15,
)


@given(json_values, st.booleans())
def test_whatever_is_within_the_limits_reads_as_the_standard_reader_reads_it(
    value: object, escaped: bool
) -> None:
    raw = json.dumps(value, ensure_ascii=escaped).encode()
    assert loads(raw) == json.loads(raw)


@given(json_values)
def test_a_text_without_spaces_reads_as_one_with_spaces(value: object) -> None:
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    spaced = json.dumps(value, ensure_ascii=False, indent=1).encode()
    assert repr(loads(raw)) == repr(loads(spaced))


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_the_quick_way_refuses_and_reads_as_the_strict_way_does(raw: bytes) -> None:
    assert outcome_of(loads, raw) == outcome_of(loads, raw + b"\n")


@given(st.binary(max_size=60) | st.text('{}[]":,\\u0d8eE+-.19aN \0', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused_never_anything_else(raw: bytes) -> None:
    value, code = None, None
    try:
        value = loads(raw)
    except UnreadableJSON as refused:
        code = refused.code
    assert code in DETAILS if code else value == json.loads(raw)


class Dripping(io.BytesIO):
    """Returns one byte at a time, as a chunked body may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 1))


class Broken(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise ConnectionResetError("Jane Roe went away")


@pytest.mark.parametrize("stream", [io.BytesIO, Dripping])
@pytest.mark.parametrize(
    ("length", "whole"), [(0, True), (1, True), (10, True), (11, False), (5000, False)]
)
def test_a_body_is_read_up_to_the_limit(stream: type[io.BytesIO], length: int, whole: bool) -> None:
    content = b"x" * length
    assert read_limited(stream(content), 10) == (content if whole else None)


def test_at_most_one_byte_more_than_the_limit_is_taken() -> None:
    stream = io.BytesIO(b"x" * 100)
    assert read_limited(stream, 10) is None
    assert stream.tell() == 11


def test_a_failing_stream_is_an_incomplete_body() -> None:
    with pytest.raises(UnreadableJSON) as refused:
        read_limited(Broken(), 10)
    assert refused.value.code == "incomplete_body"
    assert refused.value.__suppress_context__


POSITIONS = [
    ("a comma too many", b'{\n  "a": 1,\n}', (3, 1)),
    ("a comma too few", b'{\n  "a": 1\n  "b": 2}', (3, 3)),
    ("the end is missing", b'{"a": [1', (1, 9)),
    ("nothing at all", b"", (1, 1)),
    ("single quotes", b"[\n\n {'a': 1}]", (3, 3)),
    ("a comment", b'{"a": 1, // one\n"b": 2}', (1, 10)),
    ("a line break in a text", b'["a\nb"]', (1, 4)),
    ("a member named twice", b'{"a": {"b": 1,\n "c": 2,\n "b": 3}}', (3, 2)),
    ("a member named twice in another spelling", b'{"a": 1,\n "\\u0061": 2}', (2, 2)),
    ("a member named in three objects", b'[{"a": 1}, {"a": 1},\n{"a": 1, "a": 1}]', (2, 10)),
    ("a text like a member", b'{"a": "{\\"b\\": 1, \\"b\\": 1}", "c": 1,\n"c": 2}', (2, 1)),
    ("not a number", b'{"a": 1,\n"b": NaN}', (2, 6)),
    ("a number out of all measure", b'[1,\n1e999]', (2, 1)),
    ("a number too long", b'[1, "1000000000000000",\n  1000000000000000]', (2, 3)),
    ("a number too small", b"[1.5, 1e-400]", (1, 7)),
    ("a level too many", b"[" * 16 + b"\n[" + b"]" * 17, (2, 1)),
    ("the null character", b'{"a": ["b",\n "c\\u0000"]}', (2, 2)),
    ("half of a pair", b'{"a": ["b",\n {"\\ud800": 1}]}', (2, 3)),
    ("a letter in another encoding", '{"a": "ä",\n "b": "ö'.encode() + b'\xfc"}', (2, 9)),
    ("a byte order mark", b"\xef\xbb\xbf{}", (1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "position"), [row[1:] for row in POSITIONS], ids=[row[0] for row in POSITIONS]
)
def test_a_refusal_says_where(raw: bytes, position: tuple[int, int]) -> None:
    with pytest.raises(UnreadableJSON) as refused:
        loads(raw)
    assert refused.value.position == position
    assert refused.value.sentence.endswith(f" (line {position[0]}, column {position[1]}).")


@pytest.mark.parametrize(("code", "raw"), REFUSED, ids=lambda value: repr(value)[:40])
def test_every_refused_text_has_a_position(code: str, raw: bytes) -> None:
    with pytest.raises(UnreadableJSON) as refused:
        loads(raw)
    line, column = refused.value.position or (0, 0)
    assert line == 1
    assert 1 <= column <= len(raw) + 1
