"""The faults of a course, collected while all of it is read."""

from collections.abc import Iterable, Mapping
from typing import Any

from service.scoring.issue import Issue, Path, path_to_member

Json = Mapping[str, Any]


class Faults:
    """Every fault that was found so far; paths start at the document that holds `sessions`."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def add(self, path: Path, code: str, detail: str, allowed: object = None) -> None:
        """Add one fault."""
        self.issues.append(Issue(path, code, detail, allowed))

    def add_below(self, where: Path, found: Iterable[Issue]) -> None:
        """Add faults whose paths start at a part of the document."""
        for issue in found:
            self.add((*where, *issue.path), issue.code, issue.detail, issue.allowed)

    def add_unknown_members(self, sent: Json, known: frozenset[str], where: Path) -> None:
        """Add a fault for every member that an object does not have."""
        for name in sent:
            if name not in known:
                path = path_to_member(where, name, known)
                self.add(path, "unknown_member", "There is no such member.", sorted(known))
