"""What the `scope` of an access token grants: our own names, and those of SMART App Launch."""

import re
from collections.abc import Iterator

from service.access.caller import SCOPES, Scope

_SMART = re.compile(
    r"(?:system|user|patient)/([A-Za-z]+|\*)\.(read|write|\*|(?=[cruds])c?r?u?d?s?)", re.ASCII
)
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
"""What the suffixes of SMART 1 mean in those of SMART 2 (SMART App Launch 2.2, Scopes)."""

_NEEDED: dict[Scope, tuple[str, str]] = {
    "score": ("QuestionnaireResponse", "r"),
    "monitor": ("QuestionnaireResponse", "r"),
    "definitions": ("Questionnaire", "rs"),
}
"""The resource, and the interactions with it, whose scope grants one of ours."""


def granted(claim: str) -> frozenset[Scope]:
    """Return what a `scope` claim grants: names with a space between (RFC 6749, section 3.3).

    A scope that is narrowed by search parameters (`?…`) grants nothing: it cannot be honoured.
    """
    return frozenset(scope for name in claim.split(" ") for scope in _granted_by(name))


def _granted_by(name: str) -> Iterator[Scope]:
    yield from (scope for scope in SCOPES if scope == name)
    match = _SMART.fullmatch(name)
    if match:
        resource, suffix = match.groups()
        interactions = _VERSION_1.get(suffix, suffix)
        for scope, (wanted, needed) in _NEEDED.items():
            if resource in ("*", wanted) and set(needed) <= set(interactions):
                yield scope
