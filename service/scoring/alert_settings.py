"""What a definition says of how its scores are watched. The engine only carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.scoring.rules import Operator

Number = int | float


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """Items by which something is said outright, by their positions, and from which answer on: in
    any of them, or only in `every` one.
    """

    items: tuple[int, ...]
    op: Operator
    value: Number
    every: bool = False


@dataclass(frozen=True, slots=True)
class ScaleAlerts:
    """What watches one scale: a fall by a fixed number of points, a floor of single keyed answers,
    and the system of the cut-offs that mark a poor score (None: all).
    """

    fixed_drop: Number | None = None
    item_floor: Number | None = None
    cutoff: str | None = None


NOTHING_OF_ITS_OWN = ScaleAlerts()


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The settings of one alliance form: the scales that are watched, what watches each, and the
    items that report tension or its resolution. With `only_direct` nothing else is read from the
    form: its score is no level that could be said to fall.
    """

    watch: tuple[str, ...] = ("total",)
    scales: Mapping[str, ScaleAlerts] = field(default_factory=dict)
    tension: DirectAnswer | None = None
    resolution: DirectAnswer | None = None
    only_direct: bool = False

    def of_scale(self, scale_id: str) -> ScaleAlerts:
        """Return what watches a scale."""
        return self.scales.get(scale_id, NOTHING_OF_ITS_OWN)
