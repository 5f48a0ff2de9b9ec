"""From counts to the tables that the service and the page quote, and their source text."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from service.calibration import grid, limits
from service.calibration.comparison import Trial, limit_for, ratio_to_best
from service.calibration.methods import METHODS
from service.calibration.model import SHAPES
from service.calibration.progress import Progress
from service.calibration.tally import RULES, SEVERITIES, Tally, by_session

Tables = dict[str, Any]
Found = Mapping[Any, list[Any]]
WIDTH = 100
SINGLE_KAPPAS = (1.0, 1.5, 2.0)
QUOTED = frozenset(
    {
        "SESSIONS",
        "CUSUM_ALPHAS",
        "CUSUM_LIMITS",
        "POLICY",
        "RULES",
        "CHANCE_REPAIR",
        "DETECTION",
        "RULE_DETECTION",
        "DYADS",
    }
)
"""Tables that `service.alliance.rates` looks up: the label of an alert and GET /v1/rules quote
them.
"""
FROM_PARTS = ("R10", "R12")
"""Rules that need subscales or a norm."""
RULES_ELSEWHERE = ("half_again", "autocorrelated", "ceiling", "missing")
"""Other stable courses at kappa 1.5 that single rules are counted in."""


def simulate(series: int, processes: int) -> Tables:
    """Run the whole grid and return every table by the name of its constant."""
    first, second = grid.tasks(series), grid.compared(series * grid.TIMES["comparison"])
    n_verified = series * grid.TIMES["verified"]
    work = sum(task.n_series for task in first) + 2 * sum(task.n_series for task in second)
    progress = Progress(work + n_verified * len(grid.VERIFIED))
    found = grid.run(first, processes, progress)
    tables = {
        "SEED": grid.SEED,
        "SERIES": series_of(series),
        "SESSIONS": grid.SESSIONS,
        **limit_tables([path for part in found[("limits",)] for path in part]),
        **stable_tables(found),
        **changed_tables(found),
        "DYADS": {name: _dyads(grid.total(found["dyads", name])) for name in grid.DYADS},
    }
    again = grid.verification_tasks(n_verified, tables["CUSUM_LIMITS"])
    reached = grid.run(again, processes, progress)
    tables["ALPHA_REACHED"] = {
        (planned, alpha): _rounded(
            by_session(grid.total(reached["alpha", planned, alpha]), "alert", planned)
        )
        for planned, alpha in grid.VERIFIED
    }
    trials: list[Trial] = found[("comparison",)]
    tables |= comparison_tables(trials, series * grid.TIMES["comparison"], processes, progress)
    return tables


def series_of(series: int) -> dict[str, int]:
    """Return how many series each kind of cell has."""
    return {"usual": series, **{name: times * series for name, times in grid.TIMES.items()}}


def limit_tables(paths: Sequence[float]) -> Tables:
    """Return the limits of the cumulative sum by planned sessions and alpha."""
    table = {
        planned: tuple(round(limits.limit(paths, planned, alpha), 2) for alpha in limits.ALPHAS)
        for planned in limits.PLANNED
    }
    return {"CUSUM_ALPHAS": limits.ALPHAS, "CUSUM_LIMITS": table}


def stable_tables(found: Found) -> Tables:
    """Return the shares of stable courses with a false signal by session, and of false alerts that
    came back.
    """
    tallies = {cell: grid.total(found["stable", cell]) for cell in grid.STABLE}
    policy = {
        cell: {severity: _shares(tally, severity) for severity in SEVERITIES}
        for cell, tally in tallies.items()
    }
    rules: Tables = {}
    for rule in RULES:
        kind, kappas = ("parts", (1.5,)) if rule in FROM_PARTS else ("sem", SINGLE_KAPPAS)
        rules[rule] = {kappa: _shares(tallies[kind, kappa], rule) for kappa in kappas}
    elsewhere = {
        kind: {rule: _shares(tallies[kind, 1.5], rule) for rule in RULES if rule not in FROM_PARTS}
        for kind in RULES_ELSEWHERE
    }
    of_sem = {kappa: tallies["sem", kappa] for kappa in SINGLE_KAPPAS}
    returned = {kappa: _share_repaired(tally) for kappa, tally in of_sem.items()}
    followed = {kappa: tally["episodes", 0] for kappa, tally in of_sem.items()}
    return {
        "POLICY": policy,
        "RULES": rules,
        "RULES_ELSEWHERE": elsewhere,
        "CHANCE_REPAIR": returned,
        "CHANCE_EPISODES": followed,
    }


def changed_tables(found: Found) -> Tables:
    """Return the shares of changes that were noticed, and of lasting drops that were taken for
    repaired.
    """
    tallies = {
        (cell, shape): grid.total(found["changed", cell, shape])
        for cell in grid.CHANGED
        for shape in SHAPES
    }
    detection = {
        cell: {
            shape: {name: _at_once(tallies[cell, shape], name) for name in ("watch", "alert")}
            for shape in SHAPES
        }
        for cell in grid.CHANGED
    }
    rules = {
        rule: {shape: _at_once(tallies[grid.MAIN, shape], rule) for shape in SHAPES}
        for rule in RULES
        if rule not in FROM_PARTS
    }
    lasting = {
        shape: {kappa: tallies[("sem", kappa), shape] for kappa in SINGLE_KAPPAS}
        for shape in ("lasting_2", "lasting_3")
    }
    return {
        "DETECTION": detection,
        "RULE_DETECTION": rules,
        "WRONG_REPAIR": {
            shape: {k: _share_repaired(tally) for k, tally in of.items()}
            for shape, of in lasting.items()
        },
        "WRONG_EPISODES": {
            shape: {k: tally["episodes", 0] for k, tally in of.items()}
            for shape, of in lasting.items()
        },
    }


def comparison_tables(
    trials: Sequence[Trial], n_series: int, processes: int, progress: Progress | None
) -> Tables:
    """Tune every method to the policy's rate of false alerts, and try it on the same courses."""
    ours = grid.total(trial.policy for trial in trials)
    rate = ours["alert", 0] / ours["stable", 0]
    equal = {
        name: limit_for((top for one in trials for top in one.highest[name]), rate)
        for name in METHODS
    }
    usual = {name: method.usual for name, method in METHODS.items() if method.usual is not None}
    passes = [
        *grid.method_tasks(n_series, "equal", equal),
        *grid.method_tasks(n_series, "usual", usual),
    ]
    found = grid.run(passes, processes, progress)
    n_courses = {
        "stable": ours["stable", 0],
        **{shape: ours[f"{shape}_courses", 0] for shape in SHAPES},
    }
    by_method = {
        kind: {name: _detected(grid.total(found[kind]), f"{name}:", n_courses) for name in at}
        for kind, at in (("equal", equal), ("usual", usual))
    }
    policy = {"stable": _percent(ours["alert", 0], n_courses["stable"])}
    policy |= {shape: _percent(ours[shape, 0], n_courses[shape]) for shape in SHAPES}
    ratios = {}
    for shape in SHAPES:
        ratio = ratio_to_best([trial.policy for trial in trials], found["equal"], shape)
        ratios[shape] = (round(ratio.value, 4), round(ratio.error, 4), ratio.best)
    return {
        "COMPARED_COURSES": n_courses,
        "COMPARISON": {"policy": policy, **by_method["equal"]},
        "COMPARISON_LIMITS": {name: round(value, 4) for name, value in equal.items()},
        "AT_USUAL_LIMITS": by_method["usual"],
        "RATIO_TO_BEST": ratios,
    }


def _detected(tally: Tally, prefix: str, n_courses: Mapping[str, int]) -> dict[str, float]:
    return {what: _percent(tally[prefix + what, 0], n) for what, n in n_courses.items()}


def _dyads(tally: Tally) -> dict[str, float]:
    names = (*SEVERITIES, "R14", "R15", "R16")
    return {name: _rounded(by_session(tally, name, grid.DYAD_SESSIONS)) for name in names}


def _shares(tally: Tally, name: str) -> tuple[float, ...]:
    return tuple(_rounded(by_session(tally, name, session)) for session in grid.SESSIONS)


def _at_once(tally: Tally, name: str) -> float:
    return _rounded(100 * tally[name, 0] / tally["series", 0])


def _share_repaired(tally: Tally) -> float:
    return _rounded(100 * tally["repaired", 0] / max(tally["episodes", 0], 1))


def _rounded(percentage: float) -> float:
    return round(percentage, 1)


def _percent(count: int, of: int) -> float:
    return round(100 * count / of, 2)


def source(tables: Mapping[str, Any], *, quoted: bool) -> str:
    """Return the text of a generated module, laid out as the formatter does.

    `quoted`: the tables that the service quotes; else those that only the page does.
    """
    title = "Simulated rates" if quoted else "Rates of docs/calibration.md alone"
    lines = [f'"""{title}. Written by `python -m service calibrate`; do not edit."""', ""]
    lines += [
        f"{name} = {_literal(value, len(name) + 3, 0)}"
        for name, value in tables.items()
        if (name in QUOTED) == quoted
    ]
    return "\n".join(lines) + "\n"


def _literal(value: Any, used: int, indent: int) -> str:
    """Return a value as source text: on one line where it fits, else one member per line."""
    flat = _flat(value)
    if used + len(flat) <= WIDTH or not isinstance(value, dict | tuple):
        return flat
    inner = " " * (indent + 4)
    if isinstance(value, dict):
        members = []
        for key, member in value.items():
            start = f"{inner}{_flat(key)}: "
            members.append(start + _literal(member, len(start) + 1, indent + 4))
        return "{\n" + ",\n".join(members) + ",\n" + " " * indent + "}"
    members = [inner + _literal(member, len(inner) + 1, indent + 4) for member in value]
    return "(\n" + ",\n".join(members) + ",\n" + " " * indent + ")"


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_flat(key)}: {_flat(member)}" for key, member in value.items()) + "}"
        )
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_flat, value)) + ("," if len(value) == 1 else "") + ")"
    return json.dumps(value) if isinstance(value, str) else repr(value)
