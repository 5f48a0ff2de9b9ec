"""Reading the languages: one file each, named by its tag, checked before anything is said with it.

A file has what it translates and nothing else: an unknown name, a wording that takes other facts
than the English one, or one that would not fit on a card, is a fault, and the service does not
start with it.
"""

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from service.alliance.report.messages import LONGEST_MESSAGE, LONGEST_SUMMARY
from service.languages.english import IN_ENGLISH, PAGE, WORDINGS, Languages
from service.languages.lengths import longest_opening, longest_summary
from service.scoring.wording.words import ENGLISH, NUMBERS, Words
from service.strict.reader import UnreadableJSON, loads

FOLDER = Path(__file__).resolve().parent
LARGEST_FILE = 1_048_576
"""Bytes of the longest file of a language."""
SUFFIX = ".json"
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_MEMBERS = ("wordings", "texts", "page", "decimal", "numbers", "lowers_titles")
_PLACE = re.compile(r"\{\w+\}")


class LanguageError(ValueError):
    """Languages cannot be loaded; `lines` holds every fault of every file."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(
            "\n".join(["The languages cannot be loaded:", *(f"  - {line}" for line in lines)])
        )
        self.lines = tuple(lines)


def load_languages(*folders: Path | None) -> Languages:
    """Return English and the language of every file; one of a later folder takes the place of the
    same language of an earlier one. Raises LanguageError with every fault.
    """
    found = Languages({ENGLISH: IN_ENGLISH})
    paths, faults = _files(folders)
    for path in paths:
        document, wrong = _read(path)
        wrong = wrong or list(_faults(path.stem.lower(), document))
        words = None if wrong else _words(path.stem.lower(), document)
        if words is None or (wrong := list(_too_long(words))):
            faults += [f"{path}: {fault}" for fault in wrong]
        else:
            found[words.language] = words
            found.pages.pop(words.language, None)
            if "page" in document:
                found.pages[words.language] = document["page"]
    if faults:
        raise LanguageError(faults)
    return found


def language_files(*folders: Path | None) -> dict[str, Path]:
    """Return by its tag the file that each language is read from."""
    return {path.stem.lower(): path for path in _files(folders)[0]}


def _files(folders: Iterable[Path | None]) -> tuple[list[Path], list[str]]:
    """Return every file that is meant as a language, and why some of them cannot be: nothing that
    is meant as one is passed over.
    """
    found: list[Path] = []
    faults: list[str] = []
    for folder in filter(None, folders):
        try:
            paths = sorted(path for path in folder.iterdir() if SUFFIX in path.name.casefold())
        except OSError as error:
            faults.append(f"{folder}: the directory cannot be read: {error.strerror}")
            continue
        by_tag: dict[str, Path] = {}
        for path in paths:
            first = by_tag.setdefault(path.stem.lower(), path)
            if path.suffix.casefold() != SUFFIX:
                faults.append(f"{path}: is not loaded: the name of a language ends in {SUFFIX}")
            elif first is not path:
                faults.append(f"{path}: is the same language as {first.name}")
            else:
                found.append(path)
    return found, faults


def _read(path: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return {}, ["This is not a file."]
        if status.st_size > LARGEST_FILE:
            return {}, [f"The file must have at most {LARGEST_FILE} bytes."]
        document = loads(path.read_bytes())
    except UnreadableJSON as unreadable:
        return {}, [unreadable.sentence]
    except OSError:
        return {}, ["The file cannot be read."]
    if not isinstance(document, dict):
        return {}, ["The file must hold one JSON object."]
    return document, []


def _faults(tag: str, document: Mapping[str, Any]) -> Iterator[str]:
    if _TAG.fullmatch(tag) is None or tag == ENGLISH:
        yield "The name must be the tag of a language other than English, as de or pt-br."
    for name in document:
        if name not in _MEMBERS:
            yield f"{name}: there is no such member; there are {', '.join(_MEMBERS)}."
    yield from _faults_of_numbers(document)
    for member, faults_of in (
        ("wordings", _faults_of_wordings),
        ("texts", _faults_of_texts),
        ("page", _faults_of_page),
    ):
        said = document.get(member, {})
        if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
            yield f"{member}: an object of texts is needed."
        else:
            yield from faults_of(said)


def _faults_of_numbers(document: Mapping[str, Any]) -> Iterator[str]:
    if document.get("decimal", ".") not in (".", ","):
        yield "decimal: a point or a comma is needed."
    if not isinstance(document.get("lowers_titles", True), bool):
        yield "lowers_titles: true or false is needed."
    numbers = document.get("numbers", list(NUMBERS))
    is_list = isinstance(numbers, list) and len(numbers) == len(NUMBERS)
    if not is_list or not all(isinstance(one, str) and one for one in numbers):
        yield f"numbers: {len(NUMBERS)} words are needed, from none to twelve."


def _faults_of_texts(said: Mapping[str, str]) -> Iterator[str]:
    yield from (f"texts: {english!r}: a text is needed." for english in said if not said[english])


def _faults_of_page(said: Mapping[str, str]) -> Iterator[str]:
    for key, text in said.items():
        english = PAGE.get(key)
        if english is None:
            yield f"page: {key}: the console has no such text."
        elif not text.strip():
            yield f"page: {key}: a text is needed."
        elif (wanted := {*_PLACE.findall(english)}) != {*_PLACE.findall(text)}:
            listed = ", ".join(sorted(wanted)) or "nothing in braces"
            yield f"page: {key}: it must take the same facts as in English: {listed}."


def _faults_of_wordings(said: Mapping[str, str]) -> Iterator[str]:
    for name, template in said.items():
        english = WORDINGS.get(name)
        if english is None:
            yield f"wordings: {name}: there is no such wording."
            continue
        places, wanted = _places(template), _places(english)
        if places != wanted:
            listed = ", ".join(f"{{{one}}}" for one in sorted(wanted or ())) or "nothing in braces"
            yield f"wordings: {name}: it must take the same facts as in English: {listed}."


def _places(template: str) -> frozenset[str] | None:
    """Return the facts that a template takes; None where it is none, or does more than take
    them.
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return None
    plain = all(not spec and not turned for _, name, spec, turned in parts if name is not None)
    names = [name for _, name, _, _ in parts if name is not None]
    return frozenset(names) if plain and all(map(str.isidentifier, names)) else None


def _words(tag: str, document: Mapping[str, Any]) -> Words:
    return Words(
        {**WORDINGS, **document.get("wordings", {})},
        tag,
        document.get("texts", {}),
        document.get("decimal", "."),
        tuple(document.get("numbers", NUMBERS)),
        document.get("lowers_titles", True),
    )


def _too_long(words: Words) -> Iterator[str]:
    """Yield what would not fit: a summary, or a message that has to begin with what was seen."""
    card, opening = longest_summary(words), longest_opening(words)
    if len(card) > LONGEST_SUMMARY:
        yield f"wordings: a summary has at most {LONGEST_SUMMARY} characters, not {card!r}."
    if len(opening) > LONGEST_MESSAGE:
        yield f"wordings: a message has at most {LONGEST_MESSAGE} characters, not {opening!r}."
