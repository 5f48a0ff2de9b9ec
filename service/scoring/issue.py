"""What is wrong with something that came from outside: one word for it, wherever it is found."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Step = str | int
Path = tuple[Step, ...]
"""The way to a value inside a document: member names and, from 0, places in arrays."""


def pointer_of(path: Path) -> str:
    """Return a path as a JSON Pointer (RFC 6901); the empty path is the whole document, ""."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


# A name that the caller chose may hold anything, a person's name too. It is repeated where it
# looks like an item's number, alone (`12`, `q3b`) or behind a prefix (`phq9_1`, `wai_sr_q12`) …
_ITEM_NUMBER = r"[A-Za-z]{0,3}[0-9]{1,4}[A-Za-z]?"
_PREFIXED_NUMBER = r"(?:[A-Za-z]{1,8}[0-9]{0,2}[_.-]){1,2}(?:q|item|)[0-9]{1,3}[A-Za-z]?"
_LIKE_AN_ITEM = re.compile(f"{_ITEM_NUMBER}|{_PREFIXED_NUMBER}", re.ASCII)
# … or like a member of a program's object: `respondentAge`, `patient_id`.
_LIKE_A_MEMBER = re.compile(r"[a-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
_BETWEEN_WORDS = re.compile(r"[_.-]")


def path_to(parent: Path, key: Step, known: Collection[str] = ()) -> Path:
    """Return the path of an item, scale or element, or its parent's where the key is not one that
    may be repeated.
    """
    if isinstance(key, str) and key not in known and not _LIKE_AN_ITEM.fullmatch(key):
        return parent
    return (*parent, key)


def path_to_member(parent: Path, name: Step, known: Collection[str] = ()) -> Path:
    """Return the path of a member that is named like ours, or its parent's: any other name may hold
    anything.
    """
    if isinstance(name, str) and not _LIKE_A_MEMBER.fullmatch(name):
        spelt = _spelling(name)
        if not any(_spelling(member) == spelt for member in known):
            return path_to(parent, name)
    return (*parent, name)


def _spelling(name: str) -> str:
    """Return a name without what the ways of writing it differ in: `Respondent_Age` is
    `respondentAge`.
    """
    return _BETWEEN_WORDS.sub("", name).lower()


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault: where it stands, a stable code, what is needed in words, and what is allowed."""

    path: Path
    code: str
    detail: str
    allowed: Any = None

    @property
    def pointer(self) -> str:
        """Return the path as a JSON Pointer."""
        return pointer_of(self.path)

    def below(self, *parent: Step) -> "Issue":
        """Return the same fault of a document that stands at `parent` in a larger one."""
        return Issue((*parent, *self.path), self.code, self.detail, self.allowed)


def distinct(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return each fault once: those of members whose names are not repeated may be alike."""
    return tuple({(one.path, one.code, one.detail): one for one in issues}.values())


class InvalidSubmission(ValueError):
    """Raised when a submission cannot be scored as it stands; carries every fault found."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(f"{len(issues)} fault(s)")
        self.issues = distinct(issues)
