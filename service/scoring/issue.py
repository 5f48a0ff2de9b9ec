"""What is wrong with something that came from outside: one word for it, wherever it is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Step = str | int
Path = tuple[Step, ...]
"""The way to a value inside a document: member names and, from 0, places in arrays."""


def pointer_of(path: Path) -> str:
    """Return a path as a JSON Pointer (RFC 6901); the empty path is the whole document, ""."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


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


class InvalidSubmission(ValueError):
    """Raised when a submission cannot be scored as it stands; carries every fault found."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(f"{len(issues)} fault(s)")
        self.issues = tuple(issues)
