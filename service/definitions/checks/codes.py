"""Checks of codes, labels and sources: each names one thing, and nothing is mistyped."""

import re
from collections.abc import Iterable, Iterator

from service.definitions.checks.parts import Json, objects
from service.definitions.notices import LOINC, NCIT
from service.scoring.issue import Issue, Path

_LOINC = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)
_NCIT = re.compile(r"C[1-9][0-9]{3,6}", re.ASCII)


def check_codes(document: Json) -> Iterator[Issue]:
    """Yield a fault for every code or label that two things have, and every code of LOINC or the
    NCI Thesaurus that is none.
    """
    yield from _terminology(document)
    for where, response_set in objects(document, "response_sets"):
        yield from _ambiguous_answers(response_set, where)
    yield from _same_publication(document)


def _terminology(document: Json) -> Iterator[Issue]:
    seen: dict[tuple[str, str], Path] = {}
    for where, part in (((), document), *objects(document, "items"), *objects(document, "scales")):
        for place, code in objects(part, "codes", where):
            system, value = code.get("system"), code.get("code")
            if not isinstance(system, str) or not isinstance(value, str):
                continue
            if (system, value) in seen:
                text = "is also the code of another item, scale or of the instrument"
                yield Issue((*place, "code"), "duplicate_code", text)
            seen.setdefault((system, value), place)
            if system == LOINC and not is_loinc(value):
                text = "is no LOINC code: digits, a hyphen and the right check digit"
                yield Issue((*place, "code"), "wrong_check_digit", text)
            if system == NCIT and not _NCIT.fullmatch(value):
                text = "is no code of the NCI Thesaurus: C and four to seven digits"
                yield Issue((*place, "code"), "wrong_shape", text)


def is_loinc(code: str) -> bool:
    """Tell whether a code has the form and the check digit (Luhn, modulus 10) of LOINC."""
    if not _LOINC.fullmatch(code):
        return False
    number, _, check = code.partition("-")
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return (total + int(check)) % 10 == 0


def _ambiguous_answers(response_set: Json, where: Path) -> Iterator[Issue]:
    """Two answers with one label or code could not be told apart where answers come as such."""
    named: list[tuple[Path, str, object]] = []
    for place, option in objects(response_set, "options", where):
        named += [((*place, member), member, option.get(member)) for member in ("label", "code")]
        others = option.get("other_codes")
        for index, code in enumerate(others if isinstance(others, list) else ()):
            named.append(((*place, "other_codes", index), "code", code))
    labels = response_set.get("labels")
    for index, label in enumerate(labels if isinstance(labels, list) else ()):
        named.append(((*where, "labels", index), "label", label))
    yield from _repeated(named)
    for place, translated in objects(response_set, "translations", where):
        labels = translated.get("labels")
        yield from _repeated(
            ((*place, "labels", index), "label", label)
            for index, label in enumerate(labels if isinstance(labels, list) else ())
        )


def _repeated(named: Iterable[tuple[Path, str, object]]) -> Iterator[Issue]:
    seen = set()
    for place, member, text in named:
        if not isinstance(text, str):
            continue
        key = member, " ".join(text.casefold().split())
        if key in seen:
            yield Issue(place, "duplicate_value", f"is the {member} of another answer as well")
        seen.add(key)


def _same_publication(document: Json) -> Iterator[Issue]:
    """One publication under two ids could confirm itself."""
    seen = set()
    for where, source in objects(document, "sources"):
        for member in ("doi", "citation"):
            text = source.get(member)
            if not isinstance(text, str):
                continue
            key = member, " ".join(text.casefold().split())
            if key in seen:
                told = f"is the {member} of another source as well: one publication needs one id"
                yield Issue((*where, member), "duplicate_source", told)
            seen.add(key)
