"""docs/calibration.md, written from the tables."""

from collections.abc import Mapping
from typing import Any

from service.alliance.policy import Policy
from service.alliance.rules.battery import BATTERY
from service.calibration import model
from service.calibration.document.conflicts import by_change, frontier, planted, rising
from service.calibration.document.goals import CLEAR, goals, standard_error
from service.calibration.document.markdown import shares, table
from service.calibration.document.prose import introduction, left_out
from service.calibration.forms import SYMPTOM_CHANGE
from service.calibration.methods import METHODS, SRS_MOST
from service.calibration.model import SHAPES
from service.calibration.tally import SEVERITIES

Tables = Mapping[str, Any]

CELLS = {
    "sem": "SD told right (ideal)",
    "no_sem": "SD told right, no SEM known",
    "fitted": "as fitted to real courses",
    "fitted_missing": "as fitted, 15 % of forms missing",
    "fitted_shipped": "as fitted, told as the WAI-SR definition ships",
    "fitted_capped": "as fitted, SD only assumed",
    "capped": "SD only assumed, and right",
    "capped_no_sem": "SD only assumed, and right, no SEM known",
    "of_40": "form of 0 to 40, SD assumed 1.6 times the true one, no SEM known",
    "growth": "growth N(.12, .083) SD a session",
    "decline": "decline of .1 SD a session",
    "uneven": "dyads' SDs differ widely",
    "missing": "15 % of sessions without a form",
    "discrete": "scores in twelfths",
    "ceiling": "near the ceiling",
    "straight": "one answer throughout",
    "skewed": "left-skewed scores (−1.4)",
    "correlated_2": "successive scores correlated .2",
    "autocorrelated": "successive scores correlated .3",
    "half_again": "true SD half as large again as told",
    "capped_half_again": "SD only assumed, the true one half as large again",
    "parts": "SD told right, with three subscales and a norm",
}
DYADS = {
    "patient": "patient's form alone",
    "therapist_independent": "patient's and therapist's, independent of each other",
    "therapist_correlated": "patient's and therapist's, correlated .36",
    "symptoms": "patient's and a symptom form",
    "therapist_correlated_symptoms": "all three, patient and therapist correlated .36",
}


def page(tables: Tables) -> str:
    """Return the whole page."""
    parts = [
        introduction(tables),
        _goals(tables),
        _policy(tables),
        _detection(tables),
        by_change(tables),
        rising(tables),
        frontier(),
        planted(),
        _rules(tables),
        _dyads(tables),
        _comparison(tables),
        _alpha(tables),
        _repair(tables),
        left_out(),
    ]
    return "\n\n".join(parts) + "\n"


def _goals(tables: Tables) -> str:
    rows = []
    for goal in goals(tables):
        bound = f"{'at most' if goal.at_most else 'at least'} {goal.bound:g} %"
        rows.append((goal.title, bound, f"{goal.value:.1f} % (± {goal.error:.1f})", goal.verdict))
    return f"""## Goals

What the thresholds were set to reach, at kappa 1.5 with the SD told right; ± is one standard error. *Within chance*: by at
most {CLEAR:g} standard errors.

{table(("figure", "goal", "found", ""), rows)}"""


def _policy(tables: Tables) -> str:
    rows = [
        (CELLS[kind], f"{kappa:g}", severity, *shares(by_severity[severity]))
        for (kind, kappa), by_severity in tables["POLICY"].items()
        for severity in SEVERITIES
    ]
    header = ("stable course", "kappa", "signal", *(f"by {n}" for n in tables["SESSIONS"]))
    at = tables["SESSIONS"].index(12)
    at_12 = {
        kind: tables["POLICY"][kind, 1.5]["alert"][at]
        for kind in ("sem", "half_again", "autocorrelated", "skewed", "capped")
    }
    return f"""## False signals of the whole policy

% of stable courses with at least one signal of that severity or worse by a session. An alert's `false_alarm` gives the
share for "SD told right" (or "no SEM known", or "SD only assumed") and, beside it, for a true SD half as large again.

{table(header, rows)}

What matters most is the session-to-session SD that the engine is told: at kappa 1.5, {at_12["sem"]:.1f} % of stable
courses have an alert by session 12 if it is right and {at_12["half_again"]:.1f} % if the true one is half as large
again. Where successive scores are correlated .3 there are {at_12["autocorrelated"]:.1f} %, where single scores fall far
lower than they rise (skewness −1.4) {at_12["skewed"]:.1f} %. An assumed SD holds alerts back, {at_12["capped"]:.1f} %. With
subscales and a norm R10 and R12 add watches. A start that was weak in the norm and is still weak when its window of repair
ends stays a watch: that a level lasts is nothing new."""


def _detection(tables: Tables) -> str:
    rows = [
        (
            CELLS[kind],
            f"{kappa:g}",
            SHAPES[shape].title,
            f"{found['watch']:.1f}",
            f"{found['alert']:.1f}",
        )
        for (kind, kappa), by_shape in tables["DETECTION"].items()
        for shape, found in by_shape.items()
    ]
    header = ("course", "kappa", "change", "watch or worse", "alert or worse")
    return (
        "## Changes noticed\n\n% of courses with a change in which it was noticed in "
        f"time.\n\n{table(header, rows)}"
    )


def _rules(tables: Tables) -> str:
    sessions = tables["SESSIONS"]
    rows = [
        (_named(rule), f"{kappa:g}", *shares(percentages))
        for rule, by_kappa in tables["RULES"].items()
        for kappa, percentages in by_kappa.items()
    ]
    elsewhere = [
        (_named(rule), CELLS[kind], *shares(percentages))
        for kind, by_rule in tables["RULES_ELSEWHERE"].items()
        for rule, percentages in by_rule.items()
    ]
    elsewhere.sort(key=lambda row: row[0])
    noticed = [
        (_named(rule), *shares(by_shape.values()))
        for rule, by_shape in tables["RULE_DETECTION"].items()
    ]
    return f"""## Single rules

% of stable courses in which the rule fired at least once by a session, SD told right. Of these rules only R08 makes an
alert alone. R06 is counted at a = {Policy().a_watch}. R10 and R12 come from courses with three subscales (a dyad's
scores on two of them correlated {model.PARTS_CORRELATION:g}) and a norm to which the dyad belongs; R12 is counted
once it is final: before, its findings are information only. It fires for those who are low in the norm: that is no
error, but it is a signal.

{table(("rule", "kappa", *(f"by {n}" for n in sessions)), rows)}

The same where something else holds, kappa 1.5:

{table(("rule", "stable course", *(f"by {n}" for n in sessions)), elsewhere)}

% of courses with a change in which the rule fired in time, kappa 1.5, SD told right. R10 and R12 were not tried with
changes. R17 reports a step one or two sessions after the first session that follows it, so it cannot speak of a dip
within session 8; what is shown there is chance.

{table(("rule", *(shape.title for shape in SHAPES.values())), noticed)}

Not simulated one by one: R01 and R02 (with the true mean d SDs above a cut-off, 1 − Φ(d)ⁿ of courses fall below it in n
sessions), R05 and R11 (set by a definition), R13, R18, R19 and R20 (they depend on what people do)."""


def _dyads(tables: Tables) -> str:
    names = (*SEVERITIES, "R14", "R15", "R16")
    rows = [
        (DYADS[name], *shares(found[of] for of in names)) for name, found in tables["DYADS"].items()
    ]
    return f"""## What therapist and symptoms add

% of courses in which everything is stable that have such a signal about the patient, or in which the rule fired, by
session 12; kappa 1.5. The same patients' scores in every row. Symptoms: whole points of 0 to {model.SYMPTOM_MOST},
mean {model.SYMPTOM_MEAN}, session-to-session SD {model.SYMPTOM_SD}, reliable change {SYMPTOM_CHANGE} points. R14
(the therapist's score does not share the fall) turns an alert urgent; R15 (the therapist's side reached watch as well,
in the same session or a neighbouring one) turns a watch into an alert; R16 (symptoms worsened reliably) does either.

{table(("forms", *names), rows)}"""


def _comparison(tables: Tables) -> str:
    header = ("method", "limit", "false alarm by 12", *(shape.title for shape in SHAPES.values()))
    courses, limits = tables["COMPARED_COURSES"], tables["COMPARISON_LIMITS"]
    equal = [
        (
            METHODS[name].title if name in METHODS else "**Our policy (alert)**",
            f"{limits[name]:.2f}" if name in limits else "",
            *shares(by_shape.values()),
        )
        for name, by_shape in tables["COMPARISON"].items()
    ]
    usual = [
        (METHODS[name].title, f"{METHODS[name].usual:g}", *shares(by_shape.values()))
        for name, by_shape in tables["AT_USUAL_LIMITS"].items()
    ]
    ratios = [
        (SHAPES[shape].title, f"{ratio:.3f}", f"{error:.3f}", METHODS[best].title)
        for shape, (ratio, error, best) in tables["RATIO_TO_BEST"].items()
    ]
    return f"""## Beside other methods

% of courses. The same {courses["stable"]:,} courses of 12 sessions for all, kappa 1.5, SD told right: left stable, and
with each change ({courses["dip_2"]:,} of them with all changes). Methods differ in how often
they raise a false alarm, so each one's limit is set to give as many stable courses with a false alarm by session 12 as
our policy gives with an alert. In the PCOMS-style rule the limit widens both parts: 1 is "more than one point down, or
below 36", of scores that end at {SRS_MOST:g}. (Were the cut-off widened alone it would be the limit that knows the
true mean, because these dyads share one mean.) The last four know the dyad's true mean and SD and watch from session
1, which nobody can: they show what is possible. A cumulative sum starts again after an alarm, as R08 does.

{table(header, equal)}

What our policy notices over what the best detector that knows mean and SD notices (standard error over batches of
courses; that of the limits is left out):

{table(("change", "ratio", "standard error", "best detector"), ratios)}

The same methods with the limits in customary use:

{table(header, usual)}"""


def _alpha(tables: Tables) -> str:
    alphas = tables["CUSUM_ALPHAS"]
    rows = [
        (str(n), *(f"{limit:.2f}" for limit in row)) for n, row in tables["CUSUM_LIMITS"].items()
    ]
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

A caller may say which share of stable courses may have an alert over n planned sessions. R06 then alerts at
a = 1 − (1 − alpha)^(1/n), at most .1, and the limit h of the cumulative sum (R08) takes what that leaves of alpha.
Limits h by planned sessions (rows) and wanted share (columns), kappa 1.5, SD told right, rounded up to .05 with one
standard error to spare:

{table(("planned sessions", *(f"{100 * alpha:g} %" for alpha in alphas)), rows)}

Between rows and columns h is interpolated in the logarithms. Tried with the whole engine, on stable courses of that
many sessions:

{table(("planned sessions", "wanted", "with an alert", "standard error"), reached)}"""


def _repair(tables: Tables) -> str:
    kappas = tuple(tables["CHANCE_REPAIR"])
    found = [
        ("stable: a chance fall that came back", tables["CHANCE_REPAIR"], tables["CHANCE_EPISODES"])
    ]
    found += [
        (
            f"lasting drop of {SHAPES[shape].depth} SD: wrongly taken for repaired",
            shares,
            tables["WRONG_EPISODES"][shape],
        )
        for shape, shares in tables["WRONG_REPAIR"].items()
    ]
    rows = [
        (title, *(f"{shares[at]:.1f} of {n[at]:,}" for at in kappas)) for title, shares, n in found
    ]
    return f"""## Repair by chance

% of so many episodes (opened by a watch or worse) that meet the rule for a confirmed repair (P02) within its window of
{Policy().repair_window} sessions. Of stable courses, the episodes of 24 sessions whose window ends before the course
does; of lasting drops, the first episode opened in sessions 8 to 10.

{table(("course", *(f"kappa {kappa:g}" for kappa in kappas)), rows)}

Coming back tells most passing dips from lasting drops. It cannot tell a mended relationship from a chance dip."""


def _named(rule: str) -> str:
    return f"{rule} {BATTERY.rule[rule].title}"
