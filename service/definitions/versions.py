"""Semantic versions and their order."""

SEMVER = (
    r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})"
    r"(-(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?"
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
)
"""A semantic version (semver.org 2.0.0)."""

Precedence = tuple[object, ...]


def precedence(version: str) -> Precedence:
    """Return the sort key of a semantic version.

    As semver.org 2.0.0, section 11, except that a build suffix, which marks a site's overlay, ranks
    above the release that it extends.
    """
    release, _, build = version.partition("+")
    numbers, _, prerelease = release.partition("-")
    core = tuple(int(number) for number in numbers.split("."))
    return core, not prerelease, _identifiers(prerelease), _identifiers(build)


def release_of(version: str) -> str:
    """Return a version without its build suffix."""
    return version.partition("+")[0]


def _identifiers(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Return the sort key of dotted identifiers: numbers by size, before names."""
    parts = text.split(".") if text else []
    return tuple(
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts
    )
