"""Codes that a request declares as missing, beside those that a mapping declares."""

from collections.abc import Sequence

from service.scoring.instrument import Instrument
from service.scoring.issue import Issue
from service.scoring.recoding.clock import clock_of
from service.sources.answer import LONGEST_TOKEN, AnswerKey, is_allowed, number_of, token_of

MOST_CODES = 50


def missing_codes(text: str, keys: Sequence[AnswerKey]) -> tuple[frozenset[str], list[Issue]]:
    """Return the tokens that a text such as `99,-1,NA` lists, and what is wrong with it: a code
    that is empty, too long, or an answer of an item. `keys` say what is an answer.
    """
    return declared_codes(text.split(","), keys)


def declared_codes(
    codes: Sequence[object], keys: Sequence[AnswerKey]
) -> tuple[frozenset[str], list[Issue]]:
    """Return the tokens of codes, texts or numbers, and what is wrong with them."""
    faults: list[Issue] = []
    tokens: list[str] = []
    if len(codes) > MOST_CODES:
        return frozenset(), [Issue((), "wrong_length", f"At most {MOST_CODES} codes are declared.")]
    for place, code in enumerate(codes, 1):
        token = token_of(code)
        if not token:
            detail = f"Number {place} of the codes is not 1 to {LONGEST_TOKEN} characters."
            faults.append(Issue((), "wrong_format", detail))
            continue
        item = next((key.item.id for key in keys if is_answer(token, key)), None)
        if item is not None:
            told = f"is an answer of item {item}: it cannot mean missing."
            detail = f"Number {place} of the codes {told}"
            faults.append(Issue((), "contradictory_token", detail))
        tokens.append(token)
    return frozenset(tokens), faults


def is_answer(token: str, key: AnswerKey) -> bool:
    """Tell whether a token is an answer of an item: one that is listed, a clock time of an item
    that asks for one, or a number that counts.
    """
    if token in key.tokens:
        return True
    if key.item.response_set.clock:
        return clock_of(token) is not None
    number = number_of(token)
    if number is None or key.numeric == "none":
        return False
    return repr(number) in key.tokens or is_allowed(key.item, number + key.offset)


def numbers_of(instrument: Instrument) -> list[AnswerKey]:
    """Return what answers mean that are the numbers of the form themselves."""
    return [AnswerKey(item, {}) for item in instrument.items]
