"""What was found wrong, or worth saying, in the resources of one request."""

from typing import Any

from service.scoring.issue import Issue, Path

MOST_FINDINGS = 500
"""Faults, and warnings, that one answer lists; a body full of them says no more."""


class Findings:
    """Errors and warnings, each with its place in the body.

    `strict`: what we do not know (a linkId, a coding) is an error and not a warning, as
    `Prefer: handling=strict` asks.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.errors: list[Issue] = []
        self.warnings: list[Issue] = []

    def error(self, path: Path, code: str, detail: str, allowed: Any = None) -> None:
        """Note what keeps the request from being answered."""
        if len(self.errors) < MOST_FINDINGS:
            self.errors.append(Issue(path, code, detail, allowed))

    def warn(self, path: Path, code: str, detail: str) -> None:
        """Note what the reader of the scores has to know."""
        if len(self.warnings) < MOST_FINDINGS:
            self.warnings.append(Issue(path, code, detail))

    def unknown(self, path: Path, code: str, detail: str) -> None:
        """Note something that is not known here: an error or a warning, as the caller prefers."""
        if self.strict:
            self.error(path, code, detail)
        else:
            self.warn(path, code, detail)
