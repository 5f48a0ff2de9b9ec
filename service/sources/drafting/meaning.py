"""What answers mean, as far as it is certain: where codes or official labels agree exactly."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.scoring.instrument import Instrument, Item, Number, ResponseOption
from service.sources.answer import is_allowed, number_of, token_of
from service.sources.drafting.sample import Choice, Question

Tokens = Mapping[str, Number]
TO_FILL_IN = "TODO what stands for %s"


@dataclass(frozen=True, slots=True)
class Meaning:
    """The member `values` of a mapping, what has to be confirmed of it, and what is left open."""

    values: Mapping[str, Any]
    to_confirm: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


NO_MEANING = Meaning({"numeric": "none"})


@dataclass(slots=True)
class _Found:
    """What is known so far: tokens by item, items whose numbers are the form's (`unseen`: of which
    none came), items left open.
    """

    tokens: dict[str, Tokens] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


def meaning_of(
    questions: Iterable[Question],
    items: Mapping[str, str],
    instrument: Instrument,
    *,
    counts_places: bool,
) -> Meaning:
    """Return what the answers of the placed keys mean."""
    if not items:
        return _of_no_key(questions, instrument)
    found = _Found()
    for question in questions:
        if question.key in items and items[question.key] not in instrument.clock_items:
            item = instrument.items[instrument.position[items[question.key]]]
            _look(question, item, found, counts_places=counts_places)
    return _told(found, instrument)


def _of_no_key(questions: Iterable[Question], instrument: Instrument) -> Meaning:
    """Return the labels of the form where those of a question are among them, else what is to be
    filled in: which key is which item is not known.
    """
    item = next((one for one in instrument.items if one.response_set.options), instrument.items[0])
    came = (_labels_that_came(question.answers, item) for question in questions)
    tokens = next((one for one in came if one is not None), None) or _to_fill_in(item)
    return Meaning({"numeric": "none", "tokens": dict(tokens)})


def _look(question: Question, item: Item, found: _Found, *, counts_places: bool) -> None:
    tokens: Tokens | None
    if question.choices:
        # A place is no code: where the labels do not say which answer it is, nothing does.
        is_told = not counts_places or are_official(question.choices, item)
        tokens = offered(question.choices, item) if is_told else None
        if tokens is not None and not are_official(question.choices, item):
            found.unlabelled.append(item.id)
    else:
        tokens = _labels_that_came(question.answers, item)
        if tokens is None and not counts_places:
            kind = _numbers_that_came(question.answers, item)
            if not (question.answers or item.response_set.options):  # any number, such as hours
                found.unseen.append(item.id)
                kind = "string"
            if kind is not None:
                found.numbers[item.id] = kind
                return
    if tokens is None:
        found.open.append(item.id)
        tokens = _to_fill_in(item)
    found.tokens[item.id] = tokens


def offered(choices: Sequence[Choice], item: Item) -> Tokens | None:
    """Return the tokens of what a question offers: each by its official label or code, where all
    have one; else each by its number, where the numbers are just those of the item and no label is
    that of another answer. None: neither.
    """
    by_label = _by_label(choices, item)
    numbers: list[Number | None]
    if are_official(choices, item):
        numbers = [None if one is None else one.value for one in by_label]
    else:
        numbers = [number_of(_token(one.code)) for one in choices]
        offered = {option.value for option in item.response_set.options}
        contradicts = any(
            one is not None and one.value != number
            for one, number in zip(by_label, numbers, strict=True)
        )
        if set(numbers) != offered or contradicts:
            return None
    return _tokens_of(choices, numbers)


def _by_label(choices: Sequence[Choice], item: Item) -> list[ResponseOption | None]:
    official = _official(item)
    return [official.get(_token(one.label)) or official.get(_token(one.code)) for one in choices]


def are_official(choices: Sequence[Choice], item: Item) -> bool:
    """Tell whether every choice has an official label or code of an item's answers."""
    return None not in _by_label(choices, item)


def _tokens_of(choices: Sequence[Choice], numbers: Sequence[Number | None]) -> Tokens | None:
    """Return the tokens of codes and labels, None where one would stand for two answers."""
    tokens: dict[str, Number] = {}
    meant: dict[str, Number] = {}
    for choice, number in zip(choices, numbers, strict=True):
        for text in (choice.code, choice.label):
            if not text or number is None:
                continue
            if meant.setdefault(_token(text), number) != number:
                return None
            if _token(text) not in map(_token, tokens):
                tokens[text] = number
    return tokens if len(set(numbers)) == len(numbers) else None


def _official(item: Item) -> dict[str, ResponseOption]:
    """Return the options of an item by the tokens of their labels and codes."""
    told: dict[str, ResponseOption] = {}
    for option in item.response_set.options:
        for text in (option.label, option.code, *option.other_codes):
            if text:
                told[_token(text)] = option
    for language in _languages(item.response_set.options):
        translated = {_token(one.translations[language]): one for one in item.response_set.options}
        if all(told.get(text, option) is option for text, option in translated.items()):
            told.update(translated)
    return told


def _languages(options: Sequence[ResponseOption]) -> list[str]:
    return sorted(set[str]().union(*(option.translations for option in options)))


def _labels_that_came(answers: Sequence[object], item: Item) -> Tokens | None:
    """Return the official labels, or codes, of all answers where every one that came is one."""
    if not answers or not all(isinstance(answer, str) for answer in answers):
        return None
    texts = set(map(_token, answers))
    options = item.response_set.options
    labels = {option.label: option.value for option in options if option.label}
    codes = {option.code: option.value for option in options if option.code}
    translated = [
        {option.translations[language]: option.value for option in options}
        for language in _languages(options)
    ]
    known = (labels, codes, *translated)
    return next((one for one in known if texts <= set(map(_token, one))), None)


def _numbers_that_came(answers: Sequence[object], item: Item) -> str | None:
    """Return how numbers are meant where every answer that came is one that the item allows."""
    kinds = {type(answer) for answer in answers}
    numbers = [number_of(_token(answer)) for answer in answers]
    are_allowed = all(number is not None and is_allowed(item, number) for number in numbers)
    if not kinds or bool in kinds or not are_allowed:
        return None
    return "string" if str in kinds else "as-is"


def _to_fill_in(item: Item) -> Tokens:
    options = item.response_set.options
    values = [option.value for option in options] or [item.response_set.minimum]
    return {TO_FILL_IN % value: value for value in values}


def _told(found: _Found, instrument: Instrument) -> Meaning:
    kinds = set(found.numbers.values())
    numeric = "none" if not kinds else "as-is" if kinds == {"as-is"} else "string"
    values: dict[str, Any] = {"numeric": numeric}
    spelt = {name: tuple(tokens.items()) for name, tokens in found.tokens.items()}
    usual = dict(Counter(spelt.values()).most_common(1)[0][0]) if spelt else {}
    if usual and not found.numbers:
        values["tokens"] = usual
    else:
        usual = {}
    own = {name: dict(tokens) for name, tokens in found.tokens.items() if dict(tokens) != usual}
    if own:
        values["by_item"] = own
    return Meaning(values, tuple(_to_confirm(found, instrument)), tuple(_left_open(found.open)))


def _to_confirm(found: _Found, instrument: Instrument) -> Iterable[str]:
    seen = [name for name in found.numbers if name not in found.unseen]
    if seen:
        yield (
            "numbers are taken for those of the form, as one response cannot show that it counts "
            f"otherwise; the form has {_ranges(seen, instrument)}"
        )
    if found.unseen:
        yield (
            f"item {', '.join(found.unseen)} is asked in the numbers of the form, "
            f"{_ranges(found.unseen, instrument)}"
        )
    if found.unlabelled:
        yield (
            f"the codes of item {', '.join(found.unlabelled)} are those of the form; their labels "
            "could not be compared"
        )


def _ranges(items: Iterable[str], instrument: Instrument) -> str:
    sets = [instrument.items[instrument.position[name]].response_set for name in items]
    return ", ".join(dict.fromkeys(f"{one.minimum} to {one.maximum}" for one in sets))


def _left_open(items: Sequence[str]) -> Iterable[str]:
    if items:
        yield (
            f"What the answers of item {', '.join(items[:20])} mean is left to you: neither codes "
            "nor labels are just those of the form."
        )


def _token(text: object) -> str:
    return token_of(text) or ""
