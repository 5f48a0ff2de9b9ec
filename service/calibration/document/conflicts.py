"""What rising courses cost, when a change is noticed, and where goals contradict each other."""

from collections.abc import Mapping
from typing import Any

from service.alliance.policy import Policy
from service.calibration import grid
from service.calibration.document.markdown import shares, table
from service.calibration.model import SHAPES

Tables = Mapping[str, Any]

WORLDS = {
    "sem": "ideal",
    "fitted": "as fitted to real courses",
    "fitted_missing": "as fitted, 15 % of forms missing",
    "fitted_shipped": "as fitted, told as the WAI-SR definition ships",
    "capped": "ideal, SD only assumed",
}
LONG = {
    "flat": "no growth",
    "line": "rises by .12 SD a session for good",
    "to_7": "rises by .27 SD a session until session 7, then level",
    "saturating": "rises by 2 SD, fast at first (time constant 4 sessions)",
    "sudden": "rises by 2 SD at once at session 6, then level",
    "fitted": "slope N(.12, .083) SD until session 12, then level; correlated .2",
}
FRONTIER = (
    ("**the policy**", "9.4", "56.5", "65.5", "90.3", "55.5", "7.7", "53.7", "43.2", "60.9", ""),
    (
        "no trend, one earlier score enough",
        "10.9", "58.6", "71.2", "94.7", "72.7", "7.8", "45.5", "42.1", "65.0",
        "correlated .2: 15.2; skewed: 25.7",
    ),
    (
        "straight trend, slopes N(0, .3) and N(.1, .1), h = 3, cap 2.5",
        "16.2", "58.7", "75.9", "94.4", "70.4", "11.1", "52.5", "54.0", "71.7", "",
    ),
    (
        "same, h = 3.5, a = .012",
        "11.3", "58.6", "68.2", "90.4", "62.6", "9.2", "54.9", "47.0", "63.9",
        "correlated .2: 16.1",
    ),
    (
        "straight trend, slopes N(0, .4), h = 3.5, cap 3.8, k = .55",
        "8.7", "54.2", "63.4", "86.3", "57.1", "8.0", "52.2", "43.1", "57.7",
        "courses that rise and level off: 37 to 41 by session 24",
    ),
    (
        "one spread for both trends",
        "11.5", "58.3", "69.6", "93.4", "–", "8.5", "–", "–", "–", "correlated .2: 15.9",
    ),
)  # fmt: skip
TRIED = (
    (
        "cap of one score in the sum 3.0 / 2.5 / 2.5 with h = 3.4 instead of h = 3.7",
        "collapse at session 3 noticed 50.6 / 41.5 / 53.0, the last with 10.9 false alerts",
    ),
    (
        "weight of the expected SD 5 / 3 instead of 4 sessions",
        "6 instead of 3 of 38 real patients alerted / collapse at session 3: 52, correlated .2: "
        "14.4",
    ),
    (
        "older sessions count less, by .98 / .95 / .9 a session",
        "dip of 3 SD in the fitted world 51 / 45 / 37",
    ),
    (
        "a lasting fall stands .75 or no SD below the mean instead of 1",
        "lasting drop in the fitted world +.6; correlated .2 +.3 to +.4, 1 patient more in real "
        "courses",
    ),
    (
        "a watch with the sum above .8 / .7 / .6 h is an alert",
        "skewed 25.9 / 28.3 / 33.4, correlated .2: 13.8 and more",
    ),
    (
        "slope expected for single falls (.08, .4) / (.08, .3) / (.1, .25) / (.1, .15) instead of "
        "(.05, .5)",
        "dip at session 4 in the fitted world 24 / 27 / 31 / 34 instead of 21; skewed 23.5 / 24.2 "
        "/ 25.1 / 26.7, lasting drop in the fitted world .4 to 1.1 less",
    ),
    (
        "variance of whole-number forms step²/12 / 16 / 24 instead of 20",
        "false alerts of such forms 6.5 / 12.0 / 18.1 instead of 14.5; dip noticed 18 / 22 / 45 "
        "instead of 25",
    ),
)

REAL = {
    "unplanted": ("% of 57 patients with an alert by session 12, nothing planted", 8.8, 10),
    "dip_9": ("dip of .9 points", 51.6, 42),
    "dip_12": ("dip of 1.2 points", 78.1, 68),
    "lasting_6": ("lasting fall of .6 points, within 3 sessions", 36.5, 30),
}
"""What `benchmarks/real_courses.py` found, and the bound that was to be kept."""


def by_change(tables: Tables) -> str:
    """Return the section about the session in which a change begins."""
    rows = [
        (WORLDS[kind], SHAPES[shape].title, *shares(of_shape.values()))
        for kind, by_shape in tables["BY_CHANGE"].items()
        for shape, of_shape in by_shape.items()
    ]
    header = ("course", "change", *(f"at {at}" for at in grid.CHANGE_AT))
    own = Policy().own_sessions
    return f"""## By the session of the change

% of courses with a change in which an alert came in time, by the session in which the change begins; kappa 1.5. One
earlier score is enough for a first judgement, but it is a weak one: before session 6 most dips of 3 SD pass as a watch or
unseen. *SD only assumed*: the session-to-session SD is not the dyad's own (a scale for which none is known, or figures of
digital therapy); scores by themselves bring a watch at most until the dyad has {own} sessions, so that early falls are
never alerts and a dip at session 8 is not either.

{table(header, rows)}"""


def rising(tables: Tables) -> str:
    """Return the section about what rising courses cost."""
    long = tables["LONG"]
    rows = [(LONG[name], *shares(found)) for name, found in long.items()]
    header = ("undisturbed course", *(f"by {n}" for n in grid.LONG_SESSIONS))
    at_12 = grid.SESSIONS.index(12)
    grown = tables["POLICY"]["growth", 1.5]["alert"][at_12]
    decline = tables["POLICY"]["decline", 1.5]["alert"][at_12]
    ideal, noticed = (tables["DETECTION"][kind, 1.5] for kind in ("sem", "growth"))
    pairs = "; ".join(
        f"{SHAPES[shape].title}: {noticed[shape]['alert']:.1f} instead of "
        f"{ideal[shape]['alert']:.1f} %"
        for shape in ("dip_3", "lasting_2", "erosion_3")
    )
    return f"""## What rising courses cost

Most courses rise at first. A monitor that holds a score against the plain mean of earlier ones grows deaf in them: the
mean lags behind, and a fall only brings the score back to where it was. So the trend is taken out, and that has a price on
both sides.

**Changes are noticed less often.** Where dyads rise by N(.12, .083) SD a session, {grown:.1f} % have a false alert by
session 12, and changes count for less: {pairs}. An alert also has to be a real fall, not only a rise that fails to come.

**Growth that ends looks like a fall.** What a trend lets expect goes on rising for a while after the dyad has stopped. A
straight line would alert in 37 to 41 % of such courses by session 24; so growth is expected to level off (time constant
{Policy().growth_span:g} sessions). % of undisturbed courses with an alert, kappa 1.5, SD told right:

{table(header, rows)}

Up to session 24 courses that rise and level off cost no more than flat ones, later some more. Long courses have many
chances of a false alert whatever they do: say `planned_sessions` and `alpha_family` where that matters.

**A slow decline is told as one.** Where scores fall by .1 SD a session by themselves, {decline:.1f} % have an alert by
session 12. Nobody can say from the scores that this decline means nothing."""


def frontier() -> str:
    """Return the section about goals that contradict each other."""
    header = (
        "policy",
        "false, ideal", "dip 3", "lasting 2", "erosion 3", "lasting 3 at 3",
        "false, fitted", "dip 3", "lasting 2", "erosion 3",
        "elsewhere",
    )  # fmt: skip
    return f"""## Where goals contradict each other

What was tried by simulation before the policy was chosen, with a second program that follows the same formulas (10,000
to 120,000 courses each; ± .2 to .5 points). % of courses with a false alert by session 12, and of changes noticed. The
promise about false alerts goes first: whatever breaks it anywhere was turned down.

{table(header, FRONTIER)}

One thing changed, all else as in the policy:

{table(("instead", "came to"), TRIED)}

Four conflicts are left, and the policy stands where it does for these reasons:

- *Correlated scores against lasting falls.* Every point more of lasting drops noticed costs half a point of false alerts
  where successive scores are correlated .2. The bound of 13 is used up, and the
  engine has a way to an alert that the second program leaves out: a watch that is not made good within its window of
  repair (P04). That adds .1 to .3 points.
- *A collapse at session 3 against a single deep dip.* After two scores only a loose cap on what one score may add to the
  sum lets a collapse be told in time. A tight cap would call fewer single dips lasting.
- *Whole-number forms.* Where all answers are the same one, a step of one answer is the noise and the fall at once: false
  alerts are kept down at the price of falls by one step.
- *Early dips against later ones.* A narrower expectation of the slope notices more at sessions 4 to 6 and less from
  session 8 on, with more false alerts where scores are skewed."""


def planted() -> str:
    """Return the section about falls planted into real courses."""
    bounds = {name: "at most" if name == "unplanted" else "at least" for name in REAL}
    rows = [
        (title, f"{bounds[name]} {bound} %", f"{found:.1f} %")
        for name, (title, found, bound) in REAL.items()
    ]
    return f"""## Falls planted into real courses

The one table here that is not simulated: falls planted at sessions 6, 8, 10 and 12 (192 courses) into the courses of 57
patients in cognitive behavioural therapy for generalised anxiety (nine WAI items after each session, doi
10.1016/j.ebiom.2015.11.049), judged with the WAI-SR definition as it ships; % with an alert in time.

{table(("figure", "goal", "found"), rows)}

Courses of one patient resemble each other, so that each figure may be 5 points off and more, and some thresholds were chosen
with two thirds of these patients in view, which flatters them: on the third that was kept aside an earlier trial of the
same rules gave 44, 70 and 25 %. `python -m benchmarks.real_courses` repeats the table for whoever has the data."""
