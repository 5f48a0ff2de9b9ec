"""Rules about how high a score stands, whatever it was before.

Each is asked only of scales that have what it needs (its record's `lacking`).
"""

import math
from typing import Any

from service.alliance.finding import Finding, shared, unknown
from service.alliance.rules.rule import Role, ScoreRule, without_sem
from service.alliance.series.series import EARLY_CORE, EARLY_SESSIONS, Point, Series
from service.alliance.series.watched_scale import Standard
from service.scoring.instrument import Answer, Cutoff, Item, Number
from service.scoring.sums import meets

EARLY_NEEDED = 2
FIRST_SCORES = 3
NOT_PERSISTENT = shared(Finding(False))


def cutoff(point: Point, series: Series) -> Finding:
    """Compare the score with the published cut-offs that mark a poor one."""
    met = [one for one in series.cutoffs if meets(point.value, one.op, one.value)]
    shown = met[0] if met else series.cutoffs[0]
    evidence = {
        "cutoffs": [
            {
                "system": one.system,
                "op": one.op,
                "value": one.value,
                "label": one.label,
                "met": one in met,
                "source": f"{series.instrument.id}/{one.source}",
            }
            for one in series.cutoffs
        ]
    }
    # a watch only beyond the primary cut-off
    severity = series.policy.cutoff_alone if is_beyond_cutoff(point, series) else None
    return Finding(bool(met), None, point.value, shown.value, None, evidence, severity)


def norm_low(point: Point, series: Series) -> Finding:
    """Compare the score's z in a norm group of human therapy with a low limit."""
    norm = series.model.norm
    assert norm is not None
    z = oriented_z(point.value, series)
    evidence = {
        "norm": norm.id,
        "population": norm.population,
        "n": norm.n,
        "digital": norm.digital,
        "z": z,
        "t": 50 + 10 * z,
        "source": norm.source,
    }
    return Finding(
        meets(z, "<=", series.policy.z_low), None, z, series.policy.z_low, None, evidence
    )


def oriented_z(value: float, series: Series) -> float:
    """Return z in the series' norm, with higher always better."""
    norm = series.model.norm
    assert norm is not None
    return series.sign * (value - norm.mean) / norm.sd


def item_low(point: Point, series: Series) -> Finding:
    """Look for an answer, keyed, at or below the definition's floor. Evidence names items, never
    their texts.
    """
    floor = series.settings.item_floor
    assert floor is not None
    if point.rating.answers is None:
        return unknown("no_answers")
    items, answers = series.instrument.items, point.rating.answers
    given = {
        items[place].id: score
        for place in series.scale.items
        if (score := keyed(items[place], answers[place])) is not None
    }
    low = {name: score for name, score in given.items() if score <= floor}
    lowest = min(given.values(), default=None)
    return Finding(bool(low), None, lowest, floor, None, {"items": low})


def keyed(item: Item, answer: Answer | None) -> Number | None:
    """Return an answer as the scale counts it, None where none was given."""
    if answer is None:
        return None
    return item.score_of.get(answer) if item.score_of else item.key_continuous(answer)


def early_weak(point: Point, series: Series) -> Finding:
    """Judge sessions 3 to 5 of a phase: a mean of low z, or two scores beyond the form's primary
    cut-off.

    Before that sessions 1 and 2 are judged provisionally. Provisional findings, from one score or
    from the first two sessions, are information only.
    """
    if point.in_phase not in EARLY_SESSIONS:
        return unknown("outside_early_window")
    used, provisional = _early_scores(series)
    if series.model.norm is None and len(used) < EARLY_NEEDED:
        return unknown("too_few_scores")
    mean = sum(one.value for one in used) / len(used)
    z, low = _early_z(mean, series)
    below = [one.session for one in used if is_beyond_cutoff(one, series)]
    evidence = {
        "sessions": [one.session for one in used],
        "mean": mean,
        "z": z,
        "below_cutoff": below,
        **_early_limits(series),
        "provisional": provisional,
    }
    threshold = series.policy.early_z if z is not None else None
    severity = "info" if provisional else None
    return Finding(low or len(below) >= EARLY_NEEDED, None, z, threshold, None, evidence, severity)


def _early_scores(series: Series) -> tuple[list[Point], bool]:
    """Return the scores of sessions 3 to 5, or before those of sessions 1 and 2, and whether they
    are provisional.
    """
    core = [one for one in series.early if one.in_phase in EARLY_CORE]
    return core or series.early, len(core) < EARLY_NEEDED


def _early_z(mean: float, series: Series) -> tuple[float | None, bool]:
    """Return the z of a mean in the norm and whether it is low; without a norm neither is known."""
    if series.model.norm is None:
        return None, False
    z = oriented_z(mean, series)
    return z, meets(z, "<=", series.policy.early_z)


def _early_limits(series: Series) -> dict[str, Any]:
    """Return what the early scores are held against, each with its value as the scale prints it."""
    line, norm, limit = primary_cutoff(series), series.model.norm, _norm_limit(series)
    return {
        "cutoff": {"system": line.system, "op": line.op, "value": line.value} if line else None,
        "norm": {"id": norm.id, "limit": series.natural(limit)} if norm is not None else None,
    }


def primary_cutoff(standard: Standard) -> Cutoff | None:
    """Return the cut-off that counts where one score is held against one line: of the system that
    the definition names, else of the first that it lists.
    """
    return standard.cutoffs[0] if standard.cutoffs else None


def is_beyond_cutoff(point: Point, series: Series) -> bool:
    """Tell whether a score is beyond the form's primary cut-off."""
    line = primary_cutoff(series)
    return line is not None and meets(point.value, line.op, line.value)


def is_low(point: Point, series: Series) -> bool:
    """Tell whether a score alone is weak: beyond the primary cut-off, or of a z at the early limit
    or below.
    """
    if series.model.norm is not None and meets(
        oriented_z(point.value, series), "<=", series.policy.early_z
    ):
        return True
    return is_beyond_cutoff(point, series)


def early_target(series: Series) -> float | None:
    """Return the score, higher always better, above which (or at which, see `is_low`) none is weak
    any more.
    """
    line, limit = primary_cutoff(series), _norm_limit(series)
    targets = [series.sign * line.value] if line is not None else []
    return max(targets if limit is None else [*targets, limit], default=None)


def _norm_limit(series: Series) -> float | None:
    """Return the score, higher always better, whose z is the early limit."""
    norm = series.model.norm
    return None if norm is None else series.sign * norm.mean + series.policy.early_z * norm.sd


def is_no_better_than_average(value: float, series: Series) -> bool:
    """Tell whether a level is not above the norm's mean or, without a norm, beyond the primary
    cut-off; where neither is known, any is taken to be.
    """
    if series.model.norm is not None:
        return meets(oriented_z(value, series), "<=", 0)
    line = primary_cutoff(series)
    return line is None or meets(value, line.op, line.value)


def persistent(point: Point, series: Series) -> Finding:
    """Ask whether the score is low now and was in most of the last ones: weak (see `is_low`), or
    below the target of a fall that it has not come back from.
    """
    policy, n = series.policy, series.own_scores + 1
    if _without_norm_and_cutoff(series) and series.not_yet_back is None:
        return unknown("no_norm_or_cutoff")
    if n < policy.persistent_low:
        return unknown("too_few_scores")
    if not _is_low_or_fallen(point, series):
        return NOT_PERSISTENT
    last = series.points[-min(n, policy.persistent_window) :]
    low = [one.session for one in last if _is_low_or_fallen(one, series)]
    evidence = {
        "low_sessions": low,
        "n_scores": len(last),
        **_early_limits(series),
        "target": series.natural(series.not_yet_back),
    }
    needed = policy.persistent_low
    return Finding(len(low) >= needed, None, len(low), needed, None, evidence)


def _is_low_or_fallen(point: Point, series: Series) -> bool:
    target = series.not_yet_back
    return (target is not None and not meets(point.y, ">=", target)) or is_low(point, series)


def phase_level(_: Point, series: Series) -> Finding:
    """Compare the mean of a phase's first scores with that of the phase before, by z SEM √(1/n +
    1/m).
    """
    before, n = series.before, series.own_scores + 1
    if before is None:
        return unknown("no_earlier_phase")
    if n > FIRST_SCORES:
        return unknown("beyond_first_scores")
    assert series.sem is not None
    mean = sum(one.y for one in series.points[-n:]) / n
    error = series.sem * math.sqrt(1 / n + 1 / before.m)
    z, threshold = (mean - before.mean) / error, series.policy.z_reliable
    evidence = {
        "mean_before": series.natural(before.mean),
        "n_before": before.m,
        "mean": series.natural(mean),
        "n": n,
        "error": error,
        "kind": "weaker" if z < 0 else "stronger",
    }
    return Finding(meets(abs(z), ">=", threshold), None, z, threshold, None, evidence)


def _without_cutoff(standard: Standard) -> str | None:
    return None if standard.cutoffs else "no_cutoff"


def _without_norm(standard: Standard) -> str | None:
    return None if standard.model.norm is not None else "no_norm_of_human_therapy"


def _without_item_floor(standard: Standard) -> str | None:
    return "not_configured" if standard.settings.item_floor is None else None


def _without_norm_and_cutoff(standard: Standard) -> str | None:
    known = standard.cutoffs or standard.model.norm is not None
    return None if known else "no_norm_or_cutoff"


EARLY_WEAK = ScoreRule(
    id="R12",
    name="early.weak",
    title="Weak alliance in sessions 3 to 5",
    formula="mean of the scores of sessions 3 to 5 has z <= early_z, or two of them are"
    " beyond the primary cut-off; before two such scores, and from sessions 1 and 2, "
    "provisional (info); stays a watch however long it lasts",
    minimum_data="1 score (provisional) and a norm, or 2 scores and a cut-off",
    severity="watch",
    provenance="engineering",
    settings=("early_z",),
    sources=("fluckiger-2018",),
    roles=frozenset({Role.LEVEL}),
    evaluate=early_weak,
    lacking=_without_norm_and_cutoff,
)
RULES = (
    ScoreRule(
        id="R01",
        name="level.cutoff",
        title="Score beyond a published cut-off",
        formula="x op cut-off, with the operator and value of the instrument's definition",
        minimum_data="1 score and a cut-off",
        severity="info",
        provenance="vendor",
        roles=frozenset({Role.LOW, Role.LEVEL}),
        evaluate=cutoff,
        lacking=_without_cutoff,
    ),
    ScoreRule(
        id="R02",
        name="level.norm_low",
        title="Score low in its norm group",
        formula="z <= z_low, in a norm group of human therapy",
        minimum_data="1 score and a norm",
        severity="info",
        provenance="engineering",
        settings=("z_low",),
        roles=frozenset({Role.LOW}),
        evaluate=norm_low,
        lacking=_without_norm,
    ),
    ScoreRule(
        id="R11",
        name="item.low",
        title="A single answer at or below the definition's floor",
        formula="any answer, keyed, <= floor; off unless the definition gives a floor",
        minimum_data="1 form with answers",
        severity="info",
        provenance="vendor",
        evaluate=item_low,
        lacking=_without_item_floor,
    ),
    EARLY_WEAK,
    ScoreRule(
        id="R21",
        name="level.persistent",
        title="Low for most of the last sessions",
        formula="the score is low, and so were at least persistent_low of the last "
        "persistent_window scores of the phase: as R12 counts a single score, or below the target "
        "of a fall that it has not come back from",
        minimum_data="6 scores, and a norm, a cut-off or an earlier fall",
        severity="info",
        provenance="engineering",
        settings=("persistent_low", "persistent_window", "early_z"),
        evaluate=persistent,
    ),
    ScoreRule(
        id="R26",
        name="phase.level",
        title="Another level with another therapist",
        formula="|mean of the first n scores of the phase - b| >= z_reliable * SEM * sqrt(1/n + "
        "1/m), n up to 3, b the mean of m scores that the phase before ended on",
        minimum_data="1 score after a change of therapist, 1 before, and an SEM",
        severity="info",
        provenance="engineering",
        settings=("z_reliable",),
        sources=("jacobson-truax-1991",),
        figures=("sem",),
        evaluate=phase_level,
        lacking=without_sem,
    ),
)
