"""What is to be known of this service itself: who wrote it, who paid, since when it is there."""

from service import __version__
from service.attributes.shape import Attributes, known, unknown, use

AUTHORS = "the questionnaire-scoring authors"
FUNDER: str | None = None
"""Who pays for the service; None: the project names nobody."""

RELEASED: str | None = None
"""Day of the release of this version as in CHANGELOG.md; None: it is not released yet."""

REVISED: str | None = None
"""Day of the release before it was revised; None: there was none."""

_NOT_RELEASED = f"Version {__version__} is the first, and has not been released yet."


def implementation(what: str) -> Attributes:
    """Return who turned publications into this service's `what` (instrument or rule), who paid for
    it, and since when it is there.
    """
    told = known("developer_of_implementation", f"{AUTHORS}, who wrote this {what}")
    told |= _or_reason("funding", FUNDER, "The project names nobody who pays for it.")
    told |= _or_reason("release_of_implementation", RELEASED, _NOT_RELEASED)
    return told | _or_reason("revision_of_implementation", REVISED, _NOT_RELEASED)


def _or_reason(name: str, value: str | None, reason: str) -> Attributes:
    return unknown(name, reason) if value is None else known(name, value)


def never_used() -> Attributes:
    """Return the data that no route of the service takes."""
    told: Attributes = {}
    for name in ("race", "ethnicity", "sexual_orientation"):
        told |= use(name, False, f"No {name.replace('_', ' ')} is asked for or taken.")
    how = (
        "No gender identity is asked for or taken; whoever is neither `female` nor `male` gets no "
    )
    return told | use("gender_identity", False, how + "number that is for one sex.")
