"""Where in a JSON text the reader's rules are broken: looked for only after it has been refused."""

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_COLON = re.compile(r"\s*:")


class Position(NamedTuple):
    """A line and a character of it, both counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


def position_at(text: str, offset: int) -> Position:
    """Return the position of a character of a text."""
    before = text[:offset]
    return Position(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


def position_of_bad_byte(raw: bytes) -> Position:
    """Return the position of the first byte that is not UTF-8."""
    sound = raw.decode("utf-8", "ignore")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        sound = raw[: error.start].decode("utf-8")
    return position_at(sound, len(sound))


class _Token(NamedTuple):
    offset: int
    text: str
    depth: int
    """How many objects and arrays are open, with the one that this token opens."""
    repeats: bool
    """Whether it is a member name that its object has already."""


def first_offset(
    text: str, code: str, *, code_of_number: Callable[[str], str | None], max_depth: int
) -> int | None:
    """Return where a text first breaks the rule of a code, None where that cannot be said.

    `code_of_number` returns the code with which the reader refuses a number.
    """
    breaks: dict[str, Callable[[_Token], bool]] = {
        "duplicate_key": lambda token: token.repeats,
        "too_deep": lambda token: token.depth > max_depth,
        "bad_string": lambda token: token.text[0] == '"' and _is_bad_string(token.text),
        "non_finite": lambda token: code_of_number(token.text) == "non_finite",
        "number_too_long": lambda token: code_of_number(token.text) == "number_too_long",
    }
    is_broken = breaks.get(code)
    if is_broken is None:
        return None
    return next((token.offset for token in _tokens(text) if is_broken(token)), None)


def _tokens(text: str) -> Iterator[_Token]:
    names: list[set[str]] = []  # of every open object, and an empty set for every open array
    for match in _TOKEN.finditer(text):
        token, repeats = match[0], False
        if token in "{[":
            names.append(set())
        elif token in "}]":
            if names:
                names.pop()
        elif token[0] == '"' and names and _COLON.match(text, match.end()):
            name = _unescaped(token)
            repeats = name in names[-1]
            names[-1].add(name)
        yield _Token(match.start(), token, len(names), repeats)


def _unescaped(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token


def _is_bad_string(token: str) -> bool:
    text = _unescaped(token)
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
