"""One answer of a payload as what is submitted: by a token that the mapping lists, as a number
where the mapping says how numbers are meant, or as the clock time that a text is.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args
from unicodedata import normalize

from service.scoring.answers import allowed_answers
from service.scoring.instrument import Answer, Item, Number
from service.scoring.recoding.clock import clock_of
from service.scoring.sums import whole

Numeric = Literal["as-is", "string", "position", "none"]
NUMERIC: tuple[Numeric, ...] = get_args(Numeric)
LONGEST_TOKEN = 300
"""Characters of the longest text that may be an answer; a longer one is not compared."""

_DIGITS = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


def token_of(value: object) -> str | None:
    """Return a value as the token that stands for it: a text after Unicode NFKC, without regard to
    case and to how much white space is in it; true, false or a number as JSON writes it (2.0 is
    2). None: nothing that can be one.
    """
    if isinstance(value, str):
        if len(value) > LONGEST_TOKEN:
            return None
        folded = normalize("NFKC", normalize("NFKC", value).casefold())
        return " ".join(folded.split())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(_shortest(value))
    return None


def tokens_of(value: object) -> list[str]:
    """Return the tokens that a value goes by: its own, and that of its number where it is a text of
    digits.
    """
    own, number = token_of(value), number_of(value) if isinstance(value, str) else None
    return [*([] if own is None else [own]), *([] if number is None else [repr(number)])]


class NotRead(Exception):
    """An answer that is there and cannot be read: a code, a sentence, and what is allowed."""

    def __init__(self, code: str, detail: str, allowed: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.allowed = allowed


class Given(NamedTuple):
    """What came for an item: its answer, or None where the mapping declares it as missing."""

    value: Answer | None


class AnswerKey(NamedTuple):
    """What the answers of one item mean: numbers by token, tokens that mean missing, and how
    numbers are meant. `offset` is added to a position.
    """

    item: Item
    tokens: Mapping[str, Number]
    missing: frozenset[str] = frozenset()
    numeric: Numeric = "as-is"
    offset: int = 0

    def look_up(self, value: object) -> Given | None:
        """Return what a token means, None where the mapping does not list it. A text that is a
        number goes by the token of that number as well: "1.0" is 1, as the number is.
        """
        token = token_of(value)
        given = None if token is None else self._listed(token)
        if given is not None or self.numeric != "string" or not isinstance(value, str):
            return given
        number = number_of(value)
        return None if number is None else self._listed(repr(number))

    def _listed(self, token: str) -> Given | None:
        if token in self.missing:
            return Given(None)
        number = self.tokens.get(token)
        return None if number is None else Given(number)

    def read(self, value: object) -> Given:
        """Return the answer that a value other than null is. Raises NotRead."""
        return self.look_up(value) or Given(self.untold(value))

    def untold(self, value: object) -> Answer:
        """Return the answer that a value is which no token stands for: a clock time, or the
        submitted number that a number of the payload is. Raises NotRead.
        """
        if self.item.response_set.clock:
            return self.clock_time(value)
        number = self.meant(value)
        self.check(number)
        return number

    def clock_time(self, value: object) -> str:
        """Return the clock time that a text is, "HH:MM" or "HH:MM:00". Raises NotRead."""
        found = clock_of(value.strip()) if isinstance(value, str) else None
        if found is None:
            code = "value_not_allowed" if isinstance(value, str) else "wrong_type"
            detail = 'A clock time of 24 hours is needed, such as "23:15".'
            raise NotRead(code, detail, allowed_answers(self.item))
        return found

    def check(self, number: Number) -> None:
        """Raise NotRead unless the item allows a number."""
        if is_allowed(self.item, number):
            return
        inside = self.item.response_set.minimum <= number <= self.item.response_set.maximum
        code = "wrong_step" if inside else "value_not_allowed"
        detail = "The number is not one of the answers that this item allows."
        raise NotRead(code, detail, allowed_answers(self.item))

    def meant(self, value: object) -> Number:
        """Return the number that a number of the payload means, allowed or not. Raises NotRead."""
        if isinstance(value, dict | list):
            detail = "An array or object came; one answer is needed."
            raise NotRead("wrong_type", detail)
        if isinstance(value, str) and self.numeric == "string" and _DIGITS.fullmatch(value):
            return _shortest(float(value))
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or self.numeric == "none":
            detail = "The mapping does not say what this answer means."
            raise NotRead("unknown_token", detail, {"tokens": sorted(self.tokens)})
        number = _shortest(value)  # type: ignore[arg-type]
        if self.numeric != "position":
            return number
        if not isinstance(number, int):
            raise NotRead("wrong_type", "A position is a whole number.")
        return number + self.offset


def is_allowed(item: Item, number: Answer) -> bool:
    """Tell whether an item allows a submitted answer."""
    return item.allows(number)


def number_of(token: str) -> Number | None:
    """Return the number that a token is written like, None where it is none."""
    return _shortest(float(token)) if _DIGITS.fullmatch(token) else None


def _shortest(number: Number) -> Number:
    as_whole = whole(number)
    return number if as_whole is None else as_whole
