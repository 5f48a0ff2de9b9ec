"""What the scores of one series are held against, before any of them has come."""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple, cast

from service.alliance.course import PERSPECTIVES
from service.alliance.policy import Policy
from service.alliance.series.error_model import ErrorModel
from service.scoring.alert_settings import AlertSettings
from service.scoring.instrument import Cutoff, Instrument, Item, Number, Scale
from service.scoring.interpretation.change import change_rule
from service.scoring.scales import Respondent

STEP_Z = 1.96


class Key(NamedTuple):
    """What makes scores one series. Different timings and forms are never mixed."""

    perspective: str
    instrument: str
    timing: str
    scale: str


class Standard:
    """The error figures, cut-offs and settings of one rater's scale: the same in every course with
    these settings.

    `written` has room for what a report says of it in the same words every time.
    """

    def __init__(
        self,
        key: Key,
        instrument: Instrument,
        scale: Scale,
        model: ErrorModel,
        policy: Policy,
        respondent: Respondent,
    ) -> None:
        self.key = key
        self.instrument = instrument
        self.scale = scale
        self.model = model
        self.policy = policy
        self.sign = 1 if scale.direction == "higher_is_better" else -1
        self.sem = model.sem.value if model.sem is not None else None
        self.within_person_sd = (
            model.within_person_sd.value if model.within_person_sd is not None else None
        )
        self.best = model.limits[self.sign == 1] if model.limits is not None else None
        self.cutoffs = _low_cutoffs(instrument, scale, respondent)
        self.change, _ = change_rule(scale, respondent)
        self.settings = alerts_of(instrument).of_scale(scale.id)
        self.step = _step(instrument, scale, model)
        self.only_direct = alerts_of(instrument).only_direct
        self.answered = _answered(instrument, scale)
        self.step_cutoff = STEP_Z * math.sqrt(2) * self.sem if self.sem is not None else None
        of_dyad = key.perspective in PERSPECTIVES
        self.is_watched = of_dyad and scale.id in watched_scales(instrument)
        # R10 judges a subscale by its SEM.
        self.is_judged = self.is_watched or (of_dyad and self.sem is not None)
        self.plan: Any = None  # which rules can speak of it, see judging.findings.plan
        self.written: dict[Any, Any] = {}

    def __sizeof__(self) -> int:
        """Return about how many bytes all of it takes that it shares with no other, once every rule
        is written: what a memory that it is kept in counts.
        """
        return 48_000 if self.is_watched else 7_000

    def _adopt(self, other: "Standard") -> None:
        """Take over another's members. One by one: a copied dictionary would make every later look
        at them slower.
        """
        self.key = other.key
        self.instrument = other.instrument
        self.scale = other.scale
        self.model = other.model
        self.policy = other.policy
        self.sign = other.sign
        self.sem = other.sem
        self.within_person_sd = other.within_person_sd
        self.best = other.best
        self.cutoffs = other.cutoffs
        self.change = other.change
        self.settings = other.settings
        self.step = other.step
        self.only_direct = other.only_direct
        self.answered = other.answered
        self.step_cutoff = other.step_cutoff
        self.is_watched = other.is_watched
        self.is_judged = other.is_judged
        self.plan = other.plan
        self.written = other.written

    def natural(self, y: float | None) -> float | None:
        """Return an oriented figure as the scale prints it."""
        return None if y is None else self.sign * y or 0.0  # never -0.0


def _answered(instrument: Instrument, scale: Scale) -> tuple[tuple[int, Item, float], ...]:
    """Return the items of a scale with their places, and the change of an answer as submitted below
    which none can be half of the item's range: 0 where answers are recoded. Clock times do not
    fall.
    """
    items = [(place, instrument.items[place]) for place in scale.items]
    return tuple(
        (place, item, _half_range(item)) for place, item in items if not item.response_set.clock
    )


def _half_range(item: Item) -> float:
    if item.response_set.steps is not None:
        return 0.0
    values = sorted(cast("Mapping[Number, Number]", item.score_of))
    plain = all(
        abs(item.score_of[after] - item.score_of[before]) == after - before
        for before, after in pairwise(values)
    )
    return (item.highest - item.lowest) / 2 if plain else 0.0


def _step(instrument: Instrument, scale: Scale, model: ErrorModel) -> float | None:
    """Return how far the score moves where all its answers move by one, None where that cannot be
    told: where answers have no steps, or some are reverse-keyed.
    """
    items = [instrument.items[place] for place in scale.items]
    n_steps = {len(item.score_of) - 1 for item in items}  # below 1: a line, or one answer alone
    if len(n_steps) != 1 or any(item.reverse for item in items):
        return None
    (n,) = n_steps
    if n < 1 or model.limits is None or not scale.is_plain:
        return None
    return (model.limits[1] - model.limits[0]) / n or None


def watched_scales(instrument: Instrument) -> tuple[str, ...]:
    """Return the scales of an alliance form that the rules watch: the total unless its definition
    names others.
    """
    return alerts_of(instrument).watch


def alerts_of(instrument: Instrument) -> AlertSettings:
    """Return how a form is watched; one of symptoms, which has no such settings, by the total."""
    return instrument.alerts or _BY_TOTAL


_BY_TOTAL = AlertSettings()


def _low_cutoffs(instrument: Instrument, scale: Scale, respondent: Respondent) -> list[Cutoff]:
    """Return the cut-offs that mark a poor score, of the system that the definition names or of
    all.
    """
    named = alerts_of(instrument).of_scale(scale.id).cutoff
    poor = ("<", "<=") if scale.direction == "higher_is_better" else (">", ">=")
    return [
        cutoff
        for cutoff in scale.cutoffs
        if cutoff.op in poor
        and named in (None, cutoff.system)
        and cutoff.applies_to.fits(*respondent)
    ]
