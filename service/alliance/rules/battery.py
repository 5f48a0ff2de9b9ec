"""The alert rules in words: formula, parameters, least data, severity, where each comes from. What
GET /v1/rules says.

`provenance`: published (the formula is in the source), vendor (a product's rule) or engineering
(set by simulation). No rule claims to be a published study's rupture criterion: the thresholds of
those studies could not be read.
"""

from dataclasses import dataclass
from typing import Literal

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the battery. `settings` names the members of the policy that it uses."""

    id: str
    name: str
    title: str
    formula: str
    minimum_data: str
    severity: Literal["info", "watch", "alert"]
    provenance: Literal["published", "vendor", "engineering"]
    settings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


SOURCES: dict[str, dict[str, str]] = {
    "jacobson-truax-1991": {
        "citation": "Jacobson & Truax 1991, Journal of Consulting and Clinical Psychology 59: 12",
        "doi": "10.1037/0022-006X.59.1.12",
    },
    "gumz-2012": {
        "citation": "Gumz, Brähler, Geyer & Erices 2012, BMC Medical Research Methodology 12: 10",
        "doi": "10.1186/1471-2288-12-10",
    },
    "eubanks-carter-2012": {
        "citation": "Eubanks-Carter, Gorman & Muran 2012, Psychotherapy Research",
        "doi": "10.1080/10503307.2012.693772",
    },
    "crits-christoph-2011": {
        "citation": "Crits-Christoph, Gibbons, Hamilton, Ring-Kurtz & Gallop 2011, Journal of "
        "Consulting and Clinical "
        "Psychology 79: 267-278 (abstract and discussion: dependability .77 of a single alliance "
        "score)",
        "doi": "10.1037/a0023668",
    },
    "fluckiger-2018": {
        "citation": "Flückiger, Del Re, Wampold & Horvath 2018, Psychotherapy (295 studies)",
        "doi": "10.1037/pst0000172",
    },
    "fluckiger-2020": {
        "citation": "Flückiger and others 2020, Journal of Consulting and Clinical Psychology "
        "(17 data sets, 5,350 "
        "patients)",
        "doi": "10.1037/ccp0000594",
    },
    "lev-ari-2025": {
        "citation": (
            "Lev Ari and others 2025, Journal of Psychotherapy Integration 35: 180-195 "
            "(40 studies: g = 0.41)"
        ),
        "doi": "10.1037/int0000355",
    },
    "tryon-2007": {
        "citation": (
            "Tryon, Blackwell & Hammel 2007, Psychotherapy Research 17 (53 studies: d = "
            "0.63, r = .36)"
        ),
    },
    "chen-2018": {
        "citation": (
            "Chen, Atzil-Slonim, Bar-Kalifa, Hasson-Ohayon & Refaeli 2018, Psychotherapy Research"
        ),
        "doi": "10.1080/10503307.2016.1227104",
    },
    "zilcha-mano-2019": {"citation": "Zilcha-Mano, Eubanks & Muran 2019, PMC6533161"},
    "tang-derubeis-1999": {
        "citation": "Tang & DeRubeis 1999, Journal of Consulting and Clinical Psychology 67: 894",
        "doi": "10.1037/0022-006X.67.6.894",
    },
    "muran-2009": {
        "citation": "Muran, Safran, Gorman, Samstag, Eubanks-Carter & Winston 2009",
        "doi": "10.1037/a0016085",
    },
    "meier-2022": {
        "citation": "Meier 2022, Frontiers in Psychology (ceiling effects)",
        "doi": "10.3389/fpsyg.2022.949326",
    },
    "simulation": {"citation": "Simulated for this service: docs/calibration.md"},
}

RULES: tuple[Rule, ...] = (
    Rule(
        "R01",
        "level.cutoff",
        "Score beyond a published cut-off",
        "x op cut-off, with the operator and value of the instrument's definition",
        "1 score and a cut-off",
        "info",
        "vendor",
    ),
    Rule(
        "R02",
        "level.norm_low",
        "Score low in its norm group",
        "z <= z_low, in a norm group of human therapy",
        "1 score and a norm",
        "info",
        "engineering",
        ("z_low",),
    ),
    Rule(
        "R03",
        "drop.reliable_previous",
        "Fall since the previous score beyond measurement error",
        "x[t-1] - x[t] >= z_reliable * sqrt(2) * SEM",
        "2 scores and an SEM",
        "info",
        "published",
        ("z_reliable",),
        ("jacobson-truax-1991",),
    ),
    Rule(
        "R04",
        "drop.reliable_baseline",
        "Fall below the earlier sessions' mean beyond measurement error",
        "b - x[t] >= z_reliable * SEM * sqrt(1 + 1/m), b the mean of m earlier scores",
        "3 earlier scores and an SEM",
        "info",
        "engineering",
        ("z_reliable",),
        ("jacobson-truax-1991",),
    ),
    Rule(
        "R05",
        "drop.fixed",
        "Fall by a fixed number of points",
        "x[t-1] - x[t] >= d, with d of the instrument's definition; off without one",
        "2 scores",
        "info",
        "vendor",
    ),
    Rule(
        "R06",
        "drop.unusual_for_dyad",
        "Score unusually low for this dyad",
        "T = (b - x[t]) / (s_p * sqrt(1 + 1/m)) > t(1 - a; prior_df + m - 1), "
        "s_p = max(margin, sqrt((prior_df * s0^2 + (m - 1) * s^2) / (prior_df + m - 1))), s0 the "
        "session-to-session SD "
        "and margin the SEM, or s0 / assumed_kappa where it is not known",
        "3 earlier scores",
        "info",
        "engineering",
        ("a_watch", "a_alert", "a_strong", "prior_df"),
        ("gumz-2012", "crits-christoph-2011", "simulation"),
    ),
    Rule(
        "R07",
        "chart.individuals",
        "Score below the individuals chart's lower limit",
        "x[t] < b - chart_limit * max(mean moving range / 1.1284, margin), margin as in R06",
        "5 earlier scores with 4 moving ranges of adjacent sessions",
        "watch",
        "engineering",
        ("chart_limit",),
        ("eubanks-carter-2012", "simulation"),
    ),
    Rule(
        "R08",
        "shift.cusum",
        "Scores lower for several sessions",
        "C[t] = max(0, C[t-1] + T - cusum_slack) > cusum_limit; C starts anew after a signal",
        "3 earlier scores",
        "alert",
        "engineering",
        ("cusum_slack", "cusum_limit", "prior_df"),
        ("simulation",),
    ),
    Rule(
        "R09",
        "trend.decline",
        "Three falls in a row",
        "x[t-3] > x[t-2] > x[t-1] > x[t] and x[t-3] - x[t] >= trend_z * sqrt(2) * SEM",
        "4 adjacent sessions and an SEM",
        "info",
        "engineering",
        ("trend_z",),
        ("gumz-2012", "simulation"),
    ),
    Rule(
        "R10",
        "subscale.drop",
        "One side of the alliance fell",
        "R03 and R06 at a_alert / k on any of k subscales",
        "3 earlier scores and an SEM, by subscale",
        "watch",
        "engineering",
        ("a_alert", "prior_df", "z_reliable"),
        ("simulation",),
    ),
    Rule(
        "R11",
        "item.low",
        "A single answer at or below the definition's floor",
        "any answer, keyed, <= floor; off unless the definition gives a floor",
        "1 form with answers",
        "info",
        "vendor",
    ),
    Rule(
        "R12",
        "early.weak",
        "Weak alliance in sessions 3 to 5",
        "mean of the scores of sessions 3 to 5 has z <= early_z, or two of them are beyond a "
        "cut-off; before two such "
        "scores, and from sessions 1 and 2, provisional (info)",
        "1 score (provisional) and a norm, or 2 scores and a cut-off",
        "watch",
        "engineering",
        ("early_z",),
        ("fluckiger-2018",),
    ),
    Rule(
        "R13",
        "dyad.discrepancy",
        "Unusual gap between patient and therapist",
        "G = D / SD <= gap_low or >= gap_high in two paired sessions running, D = patient - "
        "therapist in percent of "
        "the maximum possible; patients are expected to rate higher (expected_gap)",
        "2 paired sessions and both SDs",
        "info",
        "engineering",
        ("gap_low", "gap_high", "expected_gap"),
        ("lev-ari-2025", "tryon-2007"),
    ),
    Rule(
        "R14",
        "dyad.divergence",
        "The therapist's score does not share the patient's fall",
        "R03 or R04 on the patient's form while the therapist's score changes by >= "
        "-unmoved_therapist * SEM, since "
        "the previous score or, for R04 alone, from the mean of the earlier ones; makes an alert "
        "urgent",
        "2 paired sessions and an SEM",
        "info",
        "engineering",
        ("unmoved_therapist",),
        ("chen-2018",),
    ),
    Rule(
        "R15",
        "therapist.drop",
        "The therapist's score fell",
        "therapist: any of R03 to R09 on the therapist's form; patient: both sides reached watch "
        "within one session of "
        "each other, which makes a patient's watch an alert (told in the later session, about "
        "the patient's)",
        "as R03 to R09; for the patient on both sides, in this session or the one before",
        "info",
        "engineering",
        (),
        ("zilcha-mano-2019",),
    ),
    Rule(
        "R16",
        "outcome.co_deterioration",
        "Symptoms worsened reliably with the alliance",
        "patient's watch or alert in session t, and a reliable deterioration of symptoms in "
        "session t or the next; one "
        "level more",
        "2 symptom scores",
        "info",
        "engineering",
        (),
        ("fluckiger-2020", "jacobson-truax-1991"),
    ),
    Rule(
        "R17",
        "retro.sudden_drop",
        "Sudden loss between two sessions, seen later",
        "step >= 1.96 * sqrt(2) * SEM, and the means of up to 3 sessions before and after differ "
        "by more than "
        "t(.975) * pooled SD; reported with the session that completes it",
        "2 scores before and 2 after the step, and an SEM",
        "info",
        "published",
        (),
        ("tang-derubeis-1999",),
    ),
    Rule(
        "R18",
        "data.ceiling",
        "Scores at the ceiling",
        "the last ceiling_run scores are the best possible",
        "3 scores",
        "info",
        "engineering",
        ("ceiling_run",),
        ("meier-2022",),
    ),
    Rule(
        "R19",
        "data.silent_after_drop",
        "No form in the session after a signal",
        "no form of this perspective in the next session after a watch or alert",
        "1 session after a signal",
        "watch",
        "engineering",
    ),
    Rule(
        "R20",
        "direct.rupture_report",
        "Tension reported outright",
        (
            "answer op threshold on the item that the definition names; watch from the patient, "
            "info "
            "from the therapist"
        ),
        "1 form with answers",
        "watch",
        "engineering",
        (),
        ("muran-2009",),
    ),
)

REPAIRS: tuple[Rule, ...] = (
    Rule(
        "P01",
        "repair.provisional",
        "Back once",
        "the first score >= b - margin within repair_window scores, b frozen when the episode "
        "opened, margin as in "
        "R06; after a weak start the first score that is not low any more",
        "1 score after the opening",
        "info",
        "engineering",
        ("repair_window",),
        ("simulation",),
    ),
    Rule(
        "P02",
        "repair.confirmed",
        "Back twice running",
        "two consecutive scores as in P01 within repair_window scores",
        "2 scores after the opening",
        "info",
        "engineering",
        ("repair_window",),
        ("simulation",),
    ),
    Rule(
        "P03",
        "repair.partial",
        "Half way back at the end of the window",
        "x >= x[opening] + (b - x[opening]) / 2 at the end of the window, without P01",
        "the window, or the end of the phase",
        "info",
        "engineering",
        ("repair_window",),
    ),
    Rule(
        "P04",
        "rupture.unresolved",
        "Still low at the end of the window",
        "window, phase or treatment ended without P01 or P03; one level more",
        "the window, or the end of the phase",
        "info",
        "engineering",
        ("repair_window",),
        ("simulation",),
    ),
    Rule(
        "P05",
        "rupture.relapse",
        "Fell again soon after a confirmed repair",
        "a new watch or alert by a drop within relapse_window sessions of P02",
        "1 score after a repair",
        "info",
        "engineering",
        ("relapse_window",),
    ),
    Rule(
        "P06",
        "repair.reported",
        "Resolution reported outright",
        "answer op threshold on the item that the definition names",
        "1 form with answers",
        "info",
        "engineering",
        (),
        ("muran-2009",),
    ),
)

RULE = {rule.id: rule for rule in (*RULES, *REPAIRS)}
