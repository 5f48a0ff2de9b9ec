"""From counts to the tables that the service and the page quote, and their source text."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.calibration import grid, limits
from service.calibration.comparison import Trial, limit_for, ratio_to_best
from service.calibration.methods import METHODS
from service.calibration.model import CHANGE, SHAPES
from service.calibration.progress import Progress
from service.calibration.tally import RULES, SEVERITIES, Tally, by_session

Tables = dict[str, Any]
ByKappa = dict[float, Any]
Found = Mapping[Any, list[Any]]
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
OF_SCORES = tuple(rule for rule in RULES if rule not in FROM_PARTS)
LASTING = ("lasting_2", "lasting_3")
RULES_ELSEWHERE = (
    "fitted",
    "half_again",
    "correlated_2",
    "ceiling",
    "missing",
    "growth",
    "decline",
)
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
        "BY_CHANGE": by_change_table(found),
        "LONG": {
            name: _at(grid.total(found["long", name]), "alert", grid.LONG_SESSIONS)
            for name in grid.LONG
        },
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
    of_sem = {kappa: tallies["sem", kappa] for kappa in SINGLE_KAPPAS}
    return {
        "POLICY": {
            cell: {severity: _shares(tally, severity) for severity in SEVERITIES}
            for cell, tally in tallies.items()
        },
        "RULES": {rule: _false_by_kappa(tallies, rule) for rule in RULES},
        "RULES_ELSEWHERE": {
            kind: {rule: _shares(tallies[kind, 1.5], rule) for rule in OF_SCORES}
            for kind in RULES_ELSEWHERE
        },
        "CHANCE_REPAIR": _repaired(of_sem),
        "CHANCE_EPISODES": _episodes(of_sem),
    }


def _false_by_kappa(tallies: Mapping[Any, Tally], rule: str) -> ByKappa:
    kind, kappas = ("parts", (1.5,)) if rule in FROM_PARTS else ("sem", SINGLE_KAPPAS)
    return {kappa: _shares(tallies[kind, kappa], rule) for kappa in kappas}


def changed_tables(found: Found) -> Tables:
    """Return the shares of changes that were noticed, and of lasting drops that were taken for
    repaired.
    """
    tallies = {
        cell: {shape: grid.total(found["changed", cell, shape]) for shape in SHAPES}
        for cell in grid.CHANGED
    }
    main = tallies[grid.MAIN]
    lasting = {
        shape: {kappa: tallies["sem", kappa][shape] for kappa in SINGLE_KAPPAS} for shape in LASTING
    }
    return {
        "DETECTION": {cell: _noticed(of_shape) for cell, of_shape in tallies.items()},
        "RULE_DETECTION": {
            rule: {shape: _at_once(tally, rule) for shape, tally in main.items()}
            for rule in OF_SCORES
        },
        "WRONG_REPAIR": {shape: _repaired(by_kappa) for shape, by_kappa in lasting.items()},
        "WRONG_EPISODES": {shape: _episodes(by_kappa) for shape, by_kappa in lasting.items()},
    }


def by_change_table(found: Found) -> Tables:
    """Return the share of changes that an alert told of, by the session in which they began."""
    cells = {
        (kind, shape, at): ("changed", (kind, 1.5), shape)
        if at == CHANGE
        else ("by_change", kind, shape, at)
        for kind in grid.BY_CHANGE_IN
        for shape in grid.BY_CHANGE
        for at in grid.CHANGE_AT
    }
    return {
        kind: {
            shape: {
                at: _at_once(grid.total(found[cells[kind, shape, at]]), "alert")
                for at in grid.CHANGE_AT
            }
            for shape in grid.BY_CHANGE
        }
        for kind in grid.BY_CHANGE_IN
    }


def _noticed(of_shape: Mapping[str, Tally]) -> Tables:
    return {
        shape: {name: _at_once(tally, name) for name in ("watch", "alert")}
        for shape, tally in of_shape.items()
    }


def _repaired(by_kappa: Mapping[float, Tally]) -> ByKappa:
    return {kappa: _share_repaired(tally) for kappa, tally in by_kappa.items()}


def _episodes(by_kappa: Mapping[float, Tally]) -> ByKappa:
    return {kappa: tally["episodes", 0] for kappa, tally in by_kappa.items()}


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
    return {
        "COMPARED_COURSES": n_courses,
        "COMPARISON": {"policy": _of_policy(ours, n_courses), **by_method["equal"]},
        "COMPARISON_LIMITS": {name: round(value, 4) for name, value in equal.items()},
        "AT_USUAL_LIMITS": by_method["usual"],
        "RATIO_TO_BEST": _ratios([trial.policy for trial in trials], found["equal"]),
    }


def _of_policy(ours: Tally, n_courses: Mapping[str, int]) -> dict[str, float]:
    stable = _percent(ours["alert", 0], n_courses["stable"])
    return {"stable": stable} | {
        shape: _percent(ours[shape, 0], n_courses[shape]) for shape in SHAPES
    }


def _ratios(policy: list[Tally], equal: list[Any]) -> Tables:
    """Return what the policy notices of each change over what the best detector does, with the
    error of that.
    """
    ratios = {shape: ratio_to_best(policy, equal, shape) for shape in SHAPES}
    return {
        shape: (round(ratio.value, 4), round(ratio.error, 4), ratio.best)
        for shape, ratio in ratios.items()
    }


def _detected(tally: Tally, prefix: str, n_courses: Mapping[str, int]) -> dict[str, float]:
    return {what: _percent(tally[prefix + what, 0], n) for what, n in n_courses.items()}


def _dyads(tally: Tally) -> dict[str, float]:
    names = (*SEVERITIES, "R14", "R15", "R16")
    return {name: _rounded(by_session(tally, name, grid.DYAD_SESSIONS)) for name in names}


def _shares(tally: Tally, name: str) -> tuple[float, ...]:
    return _at(tally, name, grid.SESSIONS)


def _at(tally: Tally, name: str, sessions: Sequence[int]) -> tuple[float, ...]:
    return tuple(_rounded(by_session(tally, name, session)) for session in sessions)


def _at_once(tally: Tally, name: str) -> float:
    return _rounded(100 * tally[name, 0] / tally["series", 0])


def _share_repaired(tally: Tally) -> float:
    return _rounded(100 * tally["repaired", 0] / max(tally["episodes", 0], 1))


def _rounded(percentage: float) -> float:
    return round(percentage, 1)


def _percent(count: int, of: int) -> float:
    return round(100 * count / of, 2)
