"""The one reader of JSON from outside: request bodies and definition files.

The standard library's reader accepts duplicate keys, NaN, numbers that overflow and lone
surrogates; each of these can change the meaning of an answer on its way in. Here they are refused,
with a code from a closed list.
"""

import json
import math
import re
from typing import Any, NoReturn, Protocol, TypeAlias

import orjson

from service.strict.position import Position, first_offset, position_at, position_of_bad_byte

JSONValue: TypeAlias = "dict[str, JSONValue] | list[JSONValue] | str | int | float | bool | None"

MAX_DEPTH = 16
"""Levels of objects and arrays that a document of ours needs at most, and more."""

_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)

_ALL_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_LONGEST_WRITTEN = 25
"""Characters of a number as the quicker library writes it, at most."""
_NOT_PLAIN = (b'": ', b"\n", b"\\u")
"""What no text holds that is written again as it came and has no character to look into."""

DETAILS = {
    "bad_encoding": "The text is not UTF-8 without a byte order mark.",
    "bad_json": "The text is not valid JSON.",
    "duplicate_key": "An object names the same member twice.",
    "non_finite": "A number is not finite.",
    "number_too_long": (
        "A number has more digits, or a smaller magnitude, than can be read exactly enough."
    ),
    "too_deep": "Objects and arrays are nested too deeply.",
    "bad_string": "A string or member name contains a lone surrogate or the null character.",
    "incomplete_body": "The body ended early or was wrongly framed.",
}
"""Every code with its fixed sentence; the sentence never quotes the input."""


class UnreadableJSON(ValueError):
    """The input was refused; `code` is a key of `DETAILS`, `detail` its sentence, `position` where
    the fault stands, if that can be said.
    """

    def __init__(self, code: str, position: Position | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = DETAILS[code]
        self.position = position

    def in_line(self, number: int) -> "UnreadableJSON":
        """Return the same of a text that is one line of a longer one."""
        position = self.position and self.position._replace(line=number)
        return UnreadableJSON(self.code, position)

    @property
    def sentence(self) -> str:
        """Return the detail with the position."""
        if self.position is None:
            return self.detail
        return f"{self.detail.removesuffix('.')} ({self.position})."


class ByteStream(Protocol):
    """Anything with `read(n)`, which may return fewer bytes than asked for."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""


def read_limited(stream: ByteStream, limit: int) -> bytes | None:
    """Read a whole body of at most `limit` bytes, or return None when it is longer.

    Never takes more than `limit + 1` bytes from the stream and trusts no declared length, so
    chunked bodies are limited like any other. Raises UnreadableJSON `incomplete_body` when the
    stream fails (a broken chunk, a caller that went away).
    """
    wanted = limit + 1
    parts = []
    try:
        while wanted and (part := stream.read(wanted)):
            parts.append(part)
            wanted -= len(part)
    except (
        Exception
    ):  # each server has its own errors for a broken chunk or a caller that went away
        raise UnreadableJSON("incomplete_body") from None
    if not wanted:
        return None
    return parts[0] if len(parts) == 1 else b"".join(parts)


class StrictReader:
    """A reader with its limits: nesting levels, digits of an integer, characters of any other
    number.
    """

    def __init__(
        self, max_depth: int = MAX_DEPTH, max_digits: int = 15, max_number_length: int = 64
    ) -> None:
        self._max_depth = max_depth
        self._max_digits = max_digits
        self._max_number_length = max_number_length
        self._too_many_digits = b"0" * (max_digits + 1)
        self._decode = json.JSONDecoder(
            object_pairs_hook=_unique_members,
            parse_int=self._integer,
            parse_float=self._number,
            parse_constant=_refuse_constant,
        ).decode

    def loads(self, raw: bytes) -> JSONValue:
        """Parse UTF-8 JSON text of any top-level type.

        Integers of up to 15 digits become int, other numbers float. Raises UnreadableJSON.
        """
        value = self._read_plain(raw)
        if value is not None:
            return value
        text = _decoded(raw)
        try:
            return self._read(text)
        except UnreadableJSON as refused:
            raise UnreadableJSON(refused.code, self._position(text, refused)) from None

    def _read_plain(self, raw: bytes) -> JSONValue:
        """Return what the quicker library finds in a text that it writes again byte for byte: then
        no member came twice and no number lost a digit. None where only the standard library's
        reader can tell.
        """
        if self._max_number_length < _LONGEST_WRITTEN or any(sign in raw for sign in _NOT_PLAIN):
            return None
        if self._too_many_digits in raw.translate(_ALL_ZEROS):
            return None
        try:
            value: JSONValue = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return None
        if self._is_too_deep(value, raw.count(b"{") + raw.count(b"[")):
            return None
        return value if orjson.dumps(value) == raw else None

    def _is_too_deep(self, value: JSONValue, n_brackets: int) -> bool:
        """Tell whether a value is too deep; only a text with more brackets than levels can be."""
        return n_brackets > self._max_depth and _depth_exceeds(value, self._max_depth)

    def _read(self, text: str) -> JSONValue:
        try:
            value: JSONValue = self._decode(text)
        except UnreadableJSON:
            raise
        except RecursionError:
            raise UnreadableJSON("too_deep") from None
        except json.JSONDecodeError as error:
            raise UnreadableJSON("bad_json", Position(error.lineno, error.colno)) from None
        if self._is_too_deep(value, text.count("{") + text.count("[")):
            raise UnreadableJSON("too_deep")
        # Only an escape can bring in a bad character: bytes that decode as UTF-8 hold no surrogate,
        # and the decoder refuses raw control characters.
        if "\\u" in text:
            _refuse_bad_strings(value)
        return value

    def _position(self, text: str, refused: UnreadableJSON) -> Position | None:
        """Return where the fault stands; the decoder itself only knows that of its own faults."""
        if refused.position is not None:
            return refused.position
        offset = first_offset(
            text, refused.code, code_of_number=self._code_of, max_depth=self._max_depth
        )
        return None if offset is None else position_at(text, offset)

    def _code_of(self, token: str) -> str | None:
        """Return the code with which a number is refused, None for any other token."""
        if token in ("NaN", "Infinity", "-Infinity"):
            return "non_finite"
        if not _NUMBER.fullmatch(token):
            return None
        try:
            (self._integer if _INTEGER.fullmatch(token) else self._number)(token)
        except UnreadableJSON as refused:
            return refused.code
        return None

    def _integer(self, digits: str) -> int:
        if len(digits) > self._max_digits and len(digits.lstrip("-")) > self._max_digits:
            raise UnreadableJSON("number_too_long")
        return int(digits)

    def _number(self, digits: str) -> float:
        if len(digits) > self._max_number_length:
            raise UnreadableJSON("number_too_long")
        value = float(digits)
        if not math.isfinite(value):
            raise UnreadableJSON("non_finite")
        if value == 0 and digits.lower().partition("e")[0].strip("-0."):
            # 1e-400 would silently become a zero, which is an answer.
            raise UnreadableJSON("number_too_long")
        return value


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableJSON("bad_encoding", position_of_bad_byte(raw)) from None
    # ASCII text in UTF-16 or UTF-32 is valid UTF-8 full of null characters.
    if text.startswith("\ufeff") or "\0" in text[:4]:
        raise UnreadableJSON("bad_encoding", Position(1, 1))
    return text


def _unique_members(pairs: list[tuple[str, JSONValue]]) -> dict[str, JSONValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise UnreadableJSON("duplicate_key")
    return members


def _refuse_constant(_name: str) -> NoReturn:
    raise UnreadableJSON("non_finite")


def _children(values: list[JSONValue]) -> list[JSONValue]:
    children: list[JSONValue] = []
    for value in values:
        if isinstance(value, dict):
            children.extend(value.values())
        elif isinstance(value, list):
            children.extend(value)
    return children


def _depth_exceeds(value: JSONValue, limit: int) -> bool:
    level: list[Any] = [[value]]
    for _ in range(limit + 1):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


def _refuse_bad_strings(value: JSONValue) -> None:
    level = [value]
    while level:
        for member in level:
            if isinstance(member, str):
                _refuse_bad_string(member)
            elif isinstance(member, dict):
                for name in member:
                    _refuse_bad_string(name)
        level = _children(level)


def _refuse_bad_string(text: str) -> None:
    if "\0" in text:
        raise UnreadableJSON("bad_string")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnreadableJSON("bad_string") from None


loads = StrictReader().loads
