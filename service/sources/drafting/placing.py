"""Which key is which item: by its LOINC code, or by the number that a set of like keys ends in."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from service.scoring.instrument import Instrument, Item, Scale
from service.sources.drafting.sample import Question

LOINC = "http://loinc.org"
_NUMBERED = re.compile(r"(.*?)(?<![0-9])([0-9]{1,4})([^0-9]*)", re.ASCII | re.DOTALL)
_WORDS = re.compile(r"[^a-z0-9]+")
_FEWEST = 2
"""Keys of a set that bears the instrument's name but is not whole."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Items and scales by key, what has to be confirmed of them, and what could not be placed."""

    items: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, str] = field(default_factory=dict)
    to_confirm: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class _Set(NamedTuple):
    """Keys that are alike but for a number, by that number."""

    prefix: str
    keys: Mapping[int, str]


def place(
    questions: Sequence[Question], instrument: Instrument, *, from_zero: bool = False
) -> Placement:
    """Return the keys of the instrument's items. Two sets of keys that could both be meant are
    placed by nothing but the instrument's name in one of them; numbers that begin with 0 only
    where it is known that the source counts so (`from_zero`).
    """
    by_code = _found(questions, instrument.items)
    if by_code:
        told = "the keys are those of the items, by their LOINC codes"
        return Placement(by_code, _found(questions, instrument.scales), (told,))
    keys = [question.key for question in questions]
    return _by_number(keys, instrument, from_zero=from_zero)


def _found(questions: Iterable[Question], coded: Iterable[Item | Scale]) -> dict[str, str]:
    """Return the items, or scales, of keys that end in, or come with, the LOINC code of one."""
    by_code: dict[str, list[str]] = {}
    for one in coded:
        for code in one.codes:
            if code["system"] == LOINC:
                by_code.setdefault(code["code"], []).append(one.id)
    found: dict[str, str] = {}
    for question in questions:
        told = {*question.codes, question.key.rpartition("/")[2]}
        ids = {name for code in told for name in by_code.get(code, ())}
        if len(ids) == 1 and not ids & set(found.values()):
            (found[question.key],) = ids
    return found


def _by_number(keys: Sequence[str], instrument: Instrument, *, from_zero: bool) -> Placement:
    numbers = {int(item.id): item for item in instrument.items if item.id.isdecimal()}
    needed = {number for number, item in numbers.items() if not item.optional}
    sets = map(_one_higher, _sets(keys)) if from_zero else _sets(keys)
    chosen = _chosen(sets, instrument.id, numbers.keys(), needed)
    if len(chosen) > 1:
        text = f"{len(chosen)} sets of keys could be the items of {instrument.id}: none was placed."
        return Placement(remarks=(text,))
    if not chosen:
        return Placement(remarks=_why(keys, len(needed)))
    (found,) = chosen
    items = {key: numbers[n].id for n, key in found.keys.items() if n in numbers}
    told = "the keys are those of the items, by their numbers"
    if not _names(found.prefix, instrument.id):
        told += f"; nothing in them names {instrument.id}"
    return Placement(items | _beside(found.prefix, keys, instrument), to_confirm=(told,))


def _chosen(
    sets: Iterable[_Set], instrument_id: str, known: Set[int], needed: Set[int]
) -> list[_Set]:
    """Return the sets that are the items as likely as any."""
    ranked = [(_rank(one, instrument_id, known, needed), one) for one in sets]
    best = max((rank for rank, _ in ranked), default=0)
    return [one for rank, one in ranked if rank == best > 0]


def _rank(one: _Set, instrument_id: str, known: Set[int], needed: Set[int]) -> int:
    """Return how likely a set is the items: 3 it is whole and has the instrument's name, 2 it is
    whole and has no other numbers, 1 it has the name and some of the numbers, 0 it is not.
    """
    numbers = one.keys.keys()
    if 0 in numbers:
        return 0
    is_named = _names(one.prefix, instrument_id)
    if needed and needed <= numbers and (is_named or numbers <= known):
        return 3 if is_named else 2
    return int(is_named and len(numbers & known) >= _FEWEST)


def _one_higher(one: _Set) -> _Set:
    if 0 not in one.keys:  # names of its author's, who counted from 1
        return one
    return _Set(one.prefix, {number + 1: key for number, key in one.keys.items()})


def _sets(keys: Iterable[str]) -> list[_Set]:
    """Return the sets of keys that are alike but for their last number; one in which a number comes
    twice is none.
    """
    alike: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for key in keys:
        if parts := _NUMBERED.fullmatch(key):
            prefix, number, suffix = parts.groups()
            alike.setdefault((prefix, suffix), []).append((int(number), key))
    return [
        _Set(prefix, dict(found))
        for (prefix, _), found in alike.items()
        if len(dict(found)) == len(found)
    ]


def _names(prefix: str, instrument_id: str) -> bool:
    """Tell whether what stands before the numbers names the instrument: `phq9_`, `PHQ-9.`, or the
    letters of its name alone, `phq_`.
    """
    words = [word for word in _WORDS.split(prefix.casefold()) if word]
    name = _WORDS.sub("", instrument_id)
    letters = re.match(r"[a-z]*", name)
    return name in "".join(words) or bool(words and letters and words[-1] == letters[0])


def _beside(prefix: str, keys: Iterable[str], instrument: Instrument) -> dict[str, str]:
    """Return the items without a number whose keys are the same prefix and their id."""
    spelt = {_spelling(prefix + item.id): item for item in _without_number(instrument)}
    return {key: item.id for key in keys if (item := spelt.get(_spelling(key))) is not None}


def _without_number(instrument: Instrument) -> list[Item]:
    return [item for item in instrument.items if not item.id.isdecimal()]


def _spelling(key: str) -> str:
    return _WORDS.sub("_", key.casefold())


def _why(keys: Iterable[str], n_needed: int) -> tuple[str, ...]:
    if any(0 in one.keys and len(one.keys) >= n_needed for one in _sets(keys)):
        return ("Keys that are numbered from 0 were not placed: say which is the first item.",)
    return ("No set of keys is numbered like the items.",)
