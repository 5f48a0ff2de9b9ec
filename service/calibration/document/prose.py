"""The words before and after the tables of docs/calibration.md."""

from collections.abc import Mapping
from typing import Any

from service.alliance.policy import Policy
from service.calibration.document.goals import standard_error

Tables = Mapping[str, Any]


def introduction(tables: Tables) -> str:
    """Return the title, what was simulated, and how to read the tables."""
    series, policy = tables["SERIES"], Policy()
    main, usual = standard_error(10, series["main"]), standard_error(10, series["usual"])
    return f"""# How often the alert rules are wrong, and how often right

Written by `python -m service calibrate`; do not edit. `--check` simulates a small part again and compares.

![Alerts on stable courses by session, and what other methods notice at the same rate](calibration.svg)

We know of no published rates of false alarms for rules like these. So the courses are simulated, and the engine that
judges real ones judges them. All figures are simulated, none is clinical evidence: they say what chance alone does to
the rules, not how often an alert is a rupture. Rules (R03 ...), signals and symbols are those of [methods](methods.md).

**Stable dyad.** In the *ideal* world a patient's scores are mu + e, with one level mu and e normal, mean 0 and SD 1:
every figure is in units of the session-to-session SD of dyads. *kappa* is that SD over the standard error of measurement
(SEM). A *false alert* is any alert in a course in which nothing happens.

**Other worlds**, one difference at a time, SD told right on average:

- *As fitted to real courses* (57 patients of one trial, WAI-SR): level N(4, .5) at mid-course, slope N(.036, .025) points
  a session for twelve sessions and level afterwards, successive deviations correlated .2, variances of dyads scaled
  inverse chi-square (4.3, .245²), scores in twelfths from 1 to 5; told an SEM of .20 and an SD of .30. *Told as the WAI-SR
  definition ships*: an SEM of .197 and an SD of .302.
- *Growth*: slopes N(.12, .083) SD a session, without end. *Decline*: −.1 SD a session.
- *Dyads' SDs differ widely*: variances scaled inverse chi-square with 4.3 degrees of freedom and mean 1, so that the SD of
  one dyad in ten is 2.6 times that of another one in ten.
- *15 % of forms missing*, by chance. *Scores in twelfths*: one SD is .30 points. *Near the ceiling*: the same form, levels
  N(4.6, .35), nothing above 5. *One answer throughout*: the same form, levels N(4, .5), whole numbers only.
- *Left-skewed*: deviations of a mirrored gamma distribution, skewness −1.4. *Correlated*: an autoregressive process.
- *SD only assumed*: the engine takes the SD from a digital cohort's, or as a share of the scale's range, and holds alerts
  back; *form of 0 to 40*: level N(36, 3), SD 2, assumed 3.2.

**What the rules are told.** The engine is given an SEM and an expected session-to-session SD. *SD told right* means
both are the true ones. *True SD half as large again*: the dyad varies 1.5 times as much as the engine was told, from an
SEM that is right for the SD told; kappa is the one assumed, the true one is 1.5 times it.

**Change.** A dip in session 8 alone (noticed: in session 8), a lasting drop from session 8 on (noticed: in sessions 8
to 10), or an erosion that reaches its depth in equal steps over sessions 5 to 12 (noticed: in those sessions), in an
otherwise stable course. A signal in those sessions counts whatever caused it.

**Counting.** Every share is of courses, those with at least one such signal (or firing) by the session named, in all
courses of its kind. A session in which a rule cannot say, because there are too few earlier scores or no form, counts
as one in which it did not fire.

**Policy.** z = {policy.z_reliable}, a = {policy.a_watch} / {policy.a_alert} / {policy.a_strong} for watch, alert and
strong, weight of the expected SD {policy.prior_df} sessions, cumulative sum k = {policy.cusum_slack}, h =
{policy.cusum_limit:g}; slopes expected of a dyad {policy.own_trend.mean:g} (SD {policy.own_trend.sd:g}) for single
scores, {policy.growth.mean:g} (SD {policy.growth.sd:g}) for the sum. Unless said otherwise: one watched scale of the
patient, a form at every session, no norm and no cut-off.

{_example(tables)}

**Numbers.** Seed {tables["SEED"]}; each batch of courses has its own generator, so the number of processes changes
nothing. {series["usual"]:,} courses for each condition, {series["main"]:,} where a goal is near (ideal, as fitted,
correlated .2: stable, and for the changes that goals are about; the collapse at session 3), {series["comparison"]:,}
in the comparison with other methods, {series["limits"]:,} for the limits of `alpha_family` and {series["verified"]:,}
to try each of them. Monte Carlo standard error of a share of 10 %: {usual:.2f} points with {series["usual"]:,} courses,
{main:.2f} with {series["main"]:,}; of 50 %: {standard_error(50, series["usual"]):.2f} and
{standard_error(50, series["main"]):.2f}."""


def _example(tables: Tables) -> str:
    ours, ruptures = tables["COMPARISON"]["policy"], 25
    right, wrong = ruptures * ours["dip_3"] / 100, (100 - ruptures) * ours["stable"] / 100
    return f"""**How to read it.** 9 in a column "by 12" means: of 100 patients with whom nothing happens, 9 get at
least one such signal in their first 12 sessions. Longer courses have more. What an alert means for one patient depends
on how common ruptures are, too. Suppose that {ruptures} of 100 courses have one, a dip of 3 SD, of which
{ours["dip_3"]:.1f} % are noticed, and that {ours["stable"]:.1f} % of the others alert by chance by session 12: then
{right:.0f} alerts are right and {wrong:.0f} are not."""


def left_out() -> str:
    """Return what no table can say."""
    return """## What the figures leave out

- Even the fitted world is one trial's, and changes in one clean step are simpler than people. Expect more false alerts
  where scores drift downwards by themselves, are correlated more than .3 or fall far lower than they rise.
- kappa of real instruments is known from one trial only (WAI-SR: 1.5 for the total, 1.0 to 1.4 for its subscales). Where
  a definition or the caller gives no session-to-session SD, it is derived, and the figures for "half as large again" are
  the ones to keep in mind.
- The thresholds of watch, alert and urgent are engineering choices set by these simulations. We know of no study that
  tested them with patients.
- One watched scale of one rater. Two watched scales, or both raters, give more signals.
- How likely an alert is to be a real rupture depends on how common ruptures are, which no simulation knows."""
