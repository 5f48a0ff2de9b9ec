"""A watched score of one session, the subscale scores beside it, and what was made of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from service.alliance.finding import Finding
from service.alliance.series.series import Point, Series


class Level(NamedTuple):
    """A series' own signal: severity, the rules that made it, whether it was a fall that is unusual
    for the dyad, and whether that made it an alert.
    """

    severity: str
    causes: tuple[str, ...]
    fell: bool
    dropped: bool


NO_LEVEL = Level("none", (), False, False)


@dataclass(slots=True)
class Scored:
    """A watched score of one session and what the rules made of it."""

    point: Point
    series: Series
    findings: dict[str, Finding] = field(default_factory=dict)
    level: Level = NO_LEVEL
