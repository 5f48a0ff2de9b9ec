"""What a line of a file gives: a course, or a fault that names its line and never its content."""

from typing import NamedTuple

from service.alliance.course import Course
from service.alliance.reading import UnknownForm
from service.definitions.catalog import Catalog, UnknownInstrument, UnknownVersion
from service.scoring.issue import Issue
from service.scoring.report import Scorer


class FaultyLine(NamedTuple):
    """A line that was left out: its number, counted from 1, the code of its first fault, and how
    many faults it has.
    """

    number: int
    code: str
    n_faults: int = 1


Read = Course | FaultyLine


def faulty(number: int, issues: list[Issue]) -> FaultyLine:
    """Return the line with these faults."""
    return FaultyLine(number, issues[0].code, len(issues))


class Finder:
    """Finds the scorers of the forms of a course."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def __call__(self, name: str, version: str | None) -> Scorer:
        """Return the scorer of an instrument. Raises UnknownForm."""
        try:
            return self._catalog.get(name, version).scorer
        except UnknownInstrument:
            detail = "There is no such instrument."
            raise UnknownForm("instrument", "unknown_instrument", detail, None) from None
        except UnknownVersion as unknown:
            detail, known = "The instrument has no such version.", list(unknown.available)
            raise UnknownForm("version", "unknown_version", detail, known) from None
