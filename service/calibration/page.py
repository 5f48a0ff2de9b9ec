"""docs/calibration.md, written from the tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.alliance.policy import Policy
from service.calibration import model
from service.calibration.goals import goals, standard_error
from service.calibration.methods import METHODS
from service.calibration.model import SHAPES
from service.calibration.tally import SEVERITIES

Tables = Mapping[str, Any]

CELLS = {
    "sem": "SD told right",
    "no_sem": "no SEM known, SD told right",
    "half_again": "true SD half as large again as told",
    "sem_as_sd": "told the SEM as SD",
    "autocorrelated": "successive scores correlated .3, SD told right",
    "autocorrelated_sem_as_sd": "correlated .3, told the SEM as SD",
    "ceiling": "near the ceiling (1 to 5 in twelfths, mean 4.8, SD .35)",
    "missing": "15 % of sessions without a form",
    "parts": "with three subscales and a norm (R10, R12, R02)",
}
DYADS = {
    "patient": "patient's form alone",
    "therapist_independent": "and the therapist's, independent",
    "therapist_correlated": "and the therapist's, correlated .36",
    "symptoms": "patient's form and a stable symptom form",
    "therapist_correlated_symptoms": "all three, therapist correlated .36",
}


def page(tables: Tables) -> str:
    """Return the whole page."""
    parts = [_introduction(tables), _goals(tables), _policy(tables), _detection(tables), _rules(tables)]
    parts += [_dyads(tables), _comparison(tables), _alpha(tables), _repair(tables), _limits()]
    return "\n\n".join(parts) + "\n"


def _introduction(tables: Tables) -> str:
    series, policy = tables["SERIES"], Policy()
    main, usual = standard_error(10, series["main"]), standard_error(10, series["usual"])
    return f"""# How often the alert rules are wrong, and how often right

Written by `python -m service calibrate`; do not edit. `--check` simulates a small part again and compares.

![Alerts on stable courses by session, and what other methods notice at the same rate](calibration.svg)

Nobody has published how often rules like these raise a false alarm. So the courses are simulated, and the engine that
judges real ones judges them. All figures are simulated, none is clinical evidence: they say what chance alone does to
the rules, not how often an alert is a rupture.

**Stable dyad.** x = mu + e, e normal with SD 1 and no trend: every figure is in units of the dyad's true
session-to-session SD. *kappa* is that SD over the standard error of measurement. A *false alert* is any alert in such a
course; every share is of courses with at least one by the session named, not of sessions.

**Change.** In session 8 of an else stable course: a dip of one session (noticed: in that session), a lasting drop
(noticed: in sessions 8 to 10), or an erosion that reaches its depth in equal steps over sessions 5 to 12 (noticed: in
those sessions). A signal in the window counts whatever caused it.

**Policy.** z = {policy.z_reliable}, a = {policy.a_watch} / {policy.a_alert} / {policy.a_strong}, weight of the expected
SD {policy.prior_df} sessions, cumulative sum k = {policy.cusum_slack}, h = {policy.cusum_limit:g} (or
{100 * policy.cusum_fall_share:g} % of it where the score fell by more than measurement error).
One watched scale, a form at every session, no norm and no cut-off unless said.

**How to read it.** 9 in a column "by 12" means: of 100 patients with whom nothing happens, 9 get at least one such
signal in their first 12 sessions. Longer courses have more. What an alert means for one patient depends on how often
ruptures happen, too: where 25 of 100 courses have one, 60 % of them are noticed and 9 % of the others alert by chance,
15 alerts are right and 7 are not.

**Numbers.** Seed {tables["SEED"]}; each batch of courses has its own generator, so the number of processes changes
nothing. {series["usual"]:,} courses a cell, {series["main"]:,} for kappa 1.5 with the SD told right,
{series["comparison"]:,} in the comparison with other methods, {series["limits"]:,} for the limits. Monte Carlo standard
error of a share of 10 %: {usual:.2f} points with {series["usual"]:,} courses, {main:.2f} with {series["main"]:,}; of
50 %: {standard_error(50, series["usual"]):.2f} and {standard_error(50, series["main"]):.2f}."""


def _goals(tables: Tables) -> str:
    rows = []
    for goal in goals(tables):
        bound = f"{'at most' if goal.at_most else 'at least'} {goal.bound:g}{goal.unit}"
        if goal.bound == 0:
            bound = "above 0"
        figure = f"{goal.value:.1f}{goal.unit} (± {goal.error:.1f})"
        rows.append((goal.title, bound, figure, "reached" if goal.reached else "**not reached**"))
    return (
        f"## Goals\n\nkappa 1.5, SD told right; ± is one standard error.\n\n{_table(('', 'goal', 'found', ''), rows)}"
    )


def _policy(tables: Tables) -> str:
    rows = [
        (CELLS[kind], f"{kappa:g}", severity, *_shares(by_severity[severity]))
        for (kind, kappa), by_severity in tables["POLICY"].items()
        for severity in SEVERITIES
    ]
    header = ("stable course", "kappa", "signal", *(f"by {n}" for n in tables["SESSIONS"]))
    return f"""## False signals of the whole policy

% of stable courses with at least one signal of that severity or worse. The label of an alert (`false_alarm`) looks up
"SD told right" (or "no SEM known"), and "true SD half as large again" beside it; there *kappa* is the assumed one.

{_table(header, rows)}

The one number that matters most is the session-to-session SD: too small a value, or scores that hang together from
session to session, double the false alerts."""


def _detection(tables: Tables) -> str:
    rows = [
        (CELLS[kind], f"{kappa:g}", SHAPES[shape].title, f"{found['watch']:.1f}", f"{found['alert']:.1f}")
        for (kind, kappa), by_shape in tables["DETECTION"].items()
        for shape, found in by_shape.items()
    ]
    return f"## Changes noticed\n\n% of courses.\n\n{_table(('course', 'kappa', 'change', 'watch', 'alert'), rows)}"


def _rules(tables: Tables) -> str:
    sessions = tables["SESSIONS"]
    rows = [
        (rule, f"{kappa:g}", *_shares(percentages))
        for rule, by_kappa in tables["RULES"].items()
        for kappa, percentages in by_kappa.items()
    ]
    noticed = [(rule, *_shares(by_shape.values())) for rule, by_shape in tables["RULE_DETECTION"].items()]
    return f"""## Single rules

% of stable courses in which the rule fired at least once by a session, SD told right; no rule alerts on the strength of
these alone, save R08. R06 is counted at a = {Policy().a_watch}. R10 and R12 come from courses with three subscales
(single scores correlated {model.PARTS_CORRELATION:g}) and a norm to which the dyad belongs. R12 fires for those who
are low in that norm: that is no error, but it is a signal. R17 speaks of an earlier session.

{_table(("rule", "kappa", *(f"by {n}" for n in sessions)), rows)}

% of changes in whose window the rule fired, kappa 1.5:

{_table(("rule", *(shape.title for shape in SHAPES.values())), noticed)}

Not simulated: R01 and R02 (with the true mean d SDs above a cut-off, 1 − Φ(d)ⁿ of courses fall below it in n sessions),
R05 and R11 (set by a definition), R13, R18, R19 and R20 (they depend on people, not on chance alone)."""


def _dyads(tables: Tables) -> str:
    names = (*SEVERITIES, "R14", "R15", "R16")
    rows = [(DYADS[name], *_shares(found[of] for of in names)) for name, found in tables["DYADS"].items()]
    return f"""## What therapist and symptoms add

% of courses by session 12 in which everything is stable, kappa 1.5. The same patients' scores in every row. Symptoms:
whole points of 0 to 27, mean {model.SYMPTOM_MEAN}, session-to-session SD {model.SYMPTOM_SD}, reliable change
{model.SYMPTOM_CHANGE} points. R14 turns an alert urgent, R15 a watch into an alert, R16 either.

{_table(("forms", *names), rows)}"""


def _comparison(tables: Tables) -> str:
    header = ("method", "limit", "stable, by 12", *(shape.title for shape in SHAPES.values()))
    courses, limits = tables["COMPARED_COURSES"], tables["COMPARISON_LIMITS"]
    equal = [
        (
            METHODS[name].title if name in METHODS else "**Our policy (alert)**",
            f"{limits[name]:.2f}" if name in limits else "",
            *_shares(by_shape.values()),
        )
        for name, by_shape in tables["COMPARISON"].items()
    ]
    usual = [
        (METHODS[name].title, f"{METHODS[name].usual:g}", *_shares(by_shape.values()))
        for name, by_shape in tables["AT_USUAL_LIMITS"].items()
    ]
    ratios = [
        (SHAPES[shape].title, f"{ratio:.3f}", f"{error:.3f}", METHODS[best].title)
        for shape, (ratio, error, best) in tables["RATIO_TO_BEST"].items()
    ]
    return f"""## Beside other methods

The same {courses["stable"]:,} stable courses for all, kappa 1.5, SD told right ({courses["dip_2"]:,} of them with the
changes that no goal is about). Methods differ in how often they raise a false alarm, so each one's limit is set to give
as many courses with a false alarm by session 12 as our policy gives with an alert. In the PCOMS-style rule the limit
widens both parts: 1 is "one point down, or below 36". The last four know the dyad's true mean and SD and watch from
session 1, which nobody can: they show what is possible. A cumulative sum starts again after an alarm, as R08 does.

{_table(header, equal)}

The policy's share of the best detector that knows mean and SD (standard error over batches of courses, which leaves out
that of the common rate of false alarms):

{_table(("change", "ratio", "standard error", "best"), ratios)}

The same methods with the limits in use:

{_table(header, usual)}"""


def _alpha(tables: Tables) -> str:
    alphas = tables["CUSUM_ALPHAS"]
    rows = [(str(n), *(f"{limit:.2f}" for limit in row)) for n, row in tables["CUSUM_LIMITS"].items()]
    reached = [
        (
            str(planned),
            f"{100 * alpha:g} %",
            f"{found:.1f} %",
            f"{standard_error(found, tables['SERIES']['verified']):.1f}",
        )
        for (planned, alpha), found in tables["ALPHA_REACHED"].items()
    ]
    return f"""## A wanted share of false alerts (`alpha_family`)

a = 1 − (1 − alpha)^(1/n) over n planned sessions, at most .1, for the rule about drops; the limit h of the cumulative
sum takes what that leaves. kappa 1.5, SD told right, rounded up to .05 with one standard error to spare.

{_table(("planned sessions", *(f"{100 * alpha:g} %" for alpha in alphas)), rows)}

Between the columns and rows h is interpolated (in the logarithms). Tried with the whole engine:

{_table(("planned sessions", "wanted", "found", "standard error"), reached)}"""


def _repair(tables: Tables) -> str:
    kappas = tuple(tables["CHANCE_REPAIR"])
    rows = [("false signals in stable courses that come back", *_shares(tables["CHANCE_REPAIR"].values()))]
    rows += [
        (f"{SHAPES[shape].title}: wrongly taken for repaired", *_shares(by_kappa.values()))
        for shape, by_kappa in tables["WRONG_REPAIR"].items()
    ]
    return f"""## Repair by chance

% of episodes that meet the rule for a confirmed repair (P02) within its window, by kappa. Of the lasting drops,
episodes that were opened in sessions 8 to 10.

{_table(("", *(f"kappa {kappa:g}" for kappa in kappas)), rows)}

Coming back tells a passing dip from a lasting drop. It cannot tell a mended relationship from a chance dip."""


def _limits() -> str:
    return """## Limits

- Normal scores about one level, and changes in one clean step, are simpler than people. Scores that drift, or hang
  together more than .3, give more false alerts.
- kappa of real instruments is hardly known. Where a definition or the caller gives no session-to-session SD, it is
  derived, and the figures for "half as large again" are the ones to keep in mind.
- The levels watch, alert and urgent were set by these simulations. No study has tested them with patients.
- One watched scale of one rater. Two watched scales, or both raters, give more signals.
- How likely an alert is to be a real rupture depends on how common ruptures are, which no simulation knows."""


def _shares(percentages: Iterable[float]) -> tuple[str, ...]:
    return tuple(f"{percentage:.1f}" for percentage in percentages)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
