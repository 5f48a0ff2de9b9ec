"""The stand-ins for instruments, and courses of them: what the engine is given."""

from collections.abc import Sequence
from functools import lru_cache

from service.alliance.course import Course, Errors, Rating, Session
from service.alliance.policy import WITHIN_SHARE, Policy
from service.calibration.worlds import World
from service.scoring.alert_settings import AlertSettings
from service.scoring.instrument import (
    ChangeRule,
    Direction,
    Instrument,
    Item,
    MissingRule,
    NormGroup,
    NormScale,
    Number,
    Precision,
    ResponseOption,
    ResponseSet,
    Scale,
    Term,
)

TOTAL = "total"
PARTS = ("goal", "task", "bond")
NORM_SD = 1 / WITHIN_SHARE
SYMPTOM_CHANGE = 6
N_ITEMS = 12
SOURCE = "simulation"


def _scale(
    name: str,
    change: ChangeRule | None = None,
    n_items: int = 0,
    precision: Precision | None = None,
) -> Scale:
    direction: Direction = "higher_is_better" if change is None else "higher_is_worse"
    return Scale(
        id=name,
        title=name.capitalize(),
        aggregation="mean",
        metric="mean",
        direction=direction,
        missing=MissingRule(1),
        terms=tuple(Term((place,)) for place in range(n_items)),
        changes=() if change is None else (change,),
        precision=precision,
    )


def _norm(sd: float, *, digital: bool) -> NormGroup:
    scales = {TOTAL: NormScale(0, sd, "value")}
    return NormGroup("simulated", "simulated dyads", None, True, digital, "normal", scales, SOURCE)


def _form(
    scales: tuple[Scale, ...], norm: NormGroup | None = None, items: tuple[Item, ...] = ()
) -> Instrument:
    return Instrument(
        "alliance",
        "1",
        "",
        "Simulated alliance form",
        items,
        scales,
        norms=() if norm is None else (norm,),
        alerts=AlertSettings(watch=(TOTAL,)),
    )


_ANSWERS = ResponseSet(
    "answers",
    1,
    5,
    tuple(ResponseOption(value, value) for value in range(1, 6)),
)
_ITEMS = tuple(Item(str(number), _ANSWERS) for number in range(1, N_ITEMS + 1))
ALLIANCE = _form((_scale(TOTAL),))
WITH_PARTS = _form((_scale(TOTAL), *map(_scale, PARTS)), _norm(NORM_SD, digital=False))
SYMPTOMS = Instrument(
    "symptoms",
    "1",
    "",
    "Simulated symptom form",
    (),
    (_scale(TOTAL, ChangeRule("fixed", SYMPTOM_CHANGE)),),
)


@lru_cache(maxsize=64)
def form_of(world: World) -> Instrument:
    """Return the form that a world's patients fill in.

    Where the session-to-session SD is only assumed, the form brings it: as the share of a digital
    cohort's SD that varies from session to session.
    """
    items = _ITEMS if world.form is not None and world.form.has_answers else ()
    if not (items or world.assumed):
        return ALLIANCE
    if not world.assumed:
        return _form((_scale(TOTAL, n_items=len(items)),), items=items)
    sem, within = world.errors.sem, world.errors.within_person_sd
    assert within is not None
    precision = Precision(sem, None, None, SOURCE) if sem is not None else None
    norm = _norm(within / WITHIN_SHARE, digital=True)
    return _form((_scale(TOTAL, n_items=len(items), precision=precision),), norm, items)


def course(scores: Sequence[float | None], world: World, policy: Policy) -> Course:
    """Return a course of one patient's form; None is a session without one."""
    form = form_of(world)
    sessions = tuple(
        Session(number, (rating(form, "client", {TOTAL: score}),) if score is not None else ())
        for number, score in enumerate(scores, 1)
    )
    told = Errors() if world.assumed else world.errors
    return Course(sessions, policy, norms=(), errors={form.id: {TOTAL: told}})


def rating(instrument: Instrument, perspective: str | None, values: dict[str, float]) -> Rating:
    """Return one form of one session, by its scores."""
    scores: dict[str, Number | None] = dict(values)
    return Rating(instrument, perspective, "post", scores, {})
