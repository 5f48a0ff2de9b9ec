"""Rules about the two sides of the relationship: how far apart they are, and whether one sees what
the other feels.
"""

from collections.abc import Iterable, Iterator, Mapping

from service.alliance.finding import STRAINED, Finding, shared, unknown
from service.alliance.rules.drop import RELIABLE_BASELINE, RELIABLE_PREVIOUS
from service.alliance.rules.hearing import Hearing, Rater
from service.alliance.rules.rule import PairRule, Role, ScoreRule, SideRule
from service.alliance.series.baseline import CHART_SESSIONS, D2, RANGES_NEEDED
from service.alliance.series.pair import Pair
from service.alliance.series.scored import Scored
from service.alliance.series.series import Point, Series
from service.scoring.sums import meets

PAIRS_NEEDED = 2
NOT_JOINED = shared(Finding(False))
NO_GROUNDS = shared(Finding(False))
GAPS_NEEDED = 3
GROUNDS_NEEDED = 2
NOT_FALLEN = shared(Finding(False, evidence={"rules": []}))


def discrepancy(pair: Pair, client: Scored, _: Scored) -> Finding:
    """Ask for an unusual gap G = D / SD in two paired sessions running, in either direction."""
    policy = client.series.policy
    if pair.pooled_sd is None:
        return unknown("no_sd" if pair.has_ranges else "no_range")
    if pair.gap is None or pair.gap_before is None:
        return unknown("too_few_paired_sessions")
    standardised, earlier = pair.gap / pair.pooled_sd, pair.gap_before / pair.pooled_sd
    both = standardised, earlier
    is_low = all(meets(gap, "<=", policy.gap_low) for gap in both)
    is_high = all(meets(gap, ">=", policy.gap_high) for gap in both)
    evidence = {
        "gap_percent": pair.gap,
        "standardised_gap": standardised,
        "previous_standardised_gap": earlier,
        "higher": "client" if pair.gap > 0 else "therapist" if pair.gap < 0 else None,
        "expected": policy.expected_gap,
    }
    threshold = policy.gap_low if standardised < policy.expected_gap else policy.gap_high
    return Finding(is_low or is_high, None, standardised, threshold, None, evidence)


def divergence(pair: Pair, client: Scored, therapist: Scored) -> Finding:
    """Ask for a reliable fall of the patient's score that the therapist's score does not share."""
    ours, theirs = client.point, therapist.point
    if theirs.previous is None or ours.previous is None or pair.n_paired < PAIRS_NEEDED:
        return unknown("too_few_paired_sessions")
    since_last = client.findings[RELIABLE_PREVIOUS.id]
    below_mean = client.findings[RELIABLE_BASELINE.id]
    sem = pair.therapist.sem
    if sem is None or (since_last.fired is None and below_mean.fired is None):
        return unknown("no_sem")
    before, theirs_before = ours.previous.y, theirs.previous.y
    if below_mean.fired and not since_last.fired and theirs.summary.m:
        # low as before: compare with earlier means
        before, theirs_before = ours.summary.mean, theirs.summary.mean
    change = theirs.y - theirs_before
    threshold = -client.series.policy.unmoved_therapist * sem
    evidence = {"client_change": ours.y - before, "therapist_change": change}
    fell = since_last.fired or below_mean.fired
    return Finding(
        bool(fell) and meets(change, ">=", threshold), None, change, threshold, None, evidence
    )


def therapist_drop(hearing: Hearing) -> Iterator[tuple[Series | None, Finding]]:
    """Tell of a therapist's scores whether any drop rule fired; of the patient, whether both sides
    reached watch within one session of each other.
    """
    rater, other = hearing.rater, hearing.other
    if rater.perspective == "therapist":
        for one in rater.scored:
            yield one.series, any_drop(one.findings, hearing.drops)
    elif other.seen or other.scored:
        both = joined(rater, hearing.signal, other, hearing.other_signal, hearing.is_open)
        if not both.fired and not (rater.could_judge and other.could_judge):
            both = unknown("one_side_not_judged")
        yield hearing.lead, both


def any_drop(findings: Mapping[str, Finding], drops: Iterable[str]) -> Finding:
    """Tell whether any drop rule fired on a form."""
    fired = [rule for rule in drops if findings[rule].fired]
    if fired:
        return Finding(True, None, None, None, None, {"rules": fired})
    if can_judge_fall(findings, drops):
        return NOT_FALLEN
    return unknown(next((findings[rule].reason for rule in drops), None) or "")


def can_judge_fall(findings: Mapping[str, Finding], drops: Iterable[str]) -> bool:
    """Tell whether any drop rule can say something."""
    return any(findings[rule].fired is not None for rule in drops)


def joined(rater: Rater, now: str, other: Rater, theirs_now: str, is_open: bool = False) -> Finding:
    """Tell whether two raters' signals both reached watch within one session of each other, or the
    other's while the patient's episode is open; the other's not by a low level alone.

    Where only the patient's session before did, the finding is about that session.
    """
    fell, fell_before = now in STRAINED, rater.signal in STRAINED
    theirs_fell = theirs_now in STRAINED and not other.only_low
    if theirs_fell and (fell or fell_before):
        both = {"client_signal": now if fell else rater.signal, "therapist_signal": theirs_now}
        about = None if fell else rater.session
        return Finding(True, None, None, None, None, both, None, about)
    if theirs_fell and is_open:
        later = {"client_signal": now, "therapist_signal": theirs_now, "in_open_episode": True}
        return Finding(True, None, None, None, None, later)
    if fell and other.fell_before:
        earlier = {
            "client_signal": now,
            "therapist_signal": other.signal,
            "therapist_session": rater.session,
        }
        return Finding(True, None, None, None, None, earlier)
    return NOT_JOINED


def lasting_gap(pair: Pair, client: Scored, _: Scored) -> Finding:
    """Ask for a gap in percent of the maximum possible, in one direction for three paired sessions
    running. It needs no SD.
    """
    policy = client.series.policy
    if not pair.has_ranges:
        return unknown("no_range")
    if len(pair.gaps) < GAPS_NEEDED:
        return unknown("too_few_paired_sessions")
    gaps = list(pair.gaps)
    low, high = policy.lasting_gap_low, policy.lasting_gap_high
    fired = all(meets(gap, "<=", low) for gap in gaps) or all(
        meets(gap, ">=", high) for gap in gaps
    )
    side = "client" if gaps[-1] > 0 else "therapist" if gaps[-1] < 0 else None
    evidence = {"gaps_percent": gaps, "higher": side, "n_paired": pair.n_paired}
    threshold = high if gaps[-1] > 0 else low
    return Finding(fired, None, gaps[-1], threshold, None, evidence)


def variable(point: Point, series: Series) -> Finding:
    """Ask whether the dyad's earlier scores vary far more than expected: by their SD and, so that
    no trend or lasting step counts, by their moving ranges.
    """
    summary, expected = point.summary, series.within_person_sd
    if expected is None:
        return unknown("no_within_person_sd")
    if summary.m < CHART_SESSIONS or summary.n_ranges < RANGES_NEEDED:
        return unknown("baseline_too_short")
    assert summary.sd is not None
    assert summary.mean_range is not None
    ratio = min(summary.sd, summary.mean_range / D2) / expected
    evidence = {"m": summary.m, "s": summary.sd, "mean_moving_range": summary.mean_range}
    needed = series.policy.variable_ratio
    return Finding(meets(ratio, ">=", needed), None, ratio, needed, None, evidence)


def fit_review(hearing: Hearing) -> Iterator[tuple[Series | None, Finding]]:
    """Sum up once, in the session in which a second ground is met, what speaks for looking at the
    fit. A question to raise, and no verdict.
    """
    if not hearing.rater.scored:
        return
    grounds = hearing.rater.grounds
    if not grounds:
        yield hearing.lead, NO_GROUNDS
        return
    met = sorted(grounds.values())
    complete = len(met) >= GROUNDS_NEEDED and met[GROUNDS_NEEDED - 1] == hearing.session
    evidence = {"grounds": dict(grounds)}
    yield hearing.lead, Finding(complete, None, len(met), GROUNDS_NEEDED, None, evidence)


RULES = (
    PairRule(
        id="R13",
        name="dyad.discrepancy",
        title="Unusual gap between patient and therapist",
        formula="G = D / SD <= gap_low or >= gap_high in two paired sessions running, D = patient "
        "- therapist in percent of the maximum possible; patients are expected to rate higher "
        "(expected_gap)",
        minimum_data="2 paired sessions and both SDs",
        severity="info",
        provenance="engineering",
        settings=("gap_low", "gap_high", "expected_gap"),
        sources=("lev-ari-2025", "tryon-2007"),
        figures=("sd",),
        evaluate=discrepancy,
    ),
    PairRule(
        id="R14",
        name="dyad.divergence",
        title="The therapist's score does not share the patient's fall",
        formula="R03 or R04 on the patient's form while the therapist's score changes by >= "
        "-unmoved_therapist * SEM, since the previous score or, for R04 alone, from the mean of "
        "the earlier ones; makes an alert urgent",
        minimum_data="2 paired sessions and an SEM",
        severity="info",
        provenance="engineering",
        settings=("unmoved_therapist",),
        sources=("chen-2018",),
        roles=frozenset({Role.ECHO, Role.LIFTS_ALERT, Role.NOTED}),
        figures=("sem",),
        evaluate=divergence,
    ),
    SideRule(
        id="R15",
        name="therapist.drop",
        title="The therapist's score fell",
        formula="therapist: any of R03 to R09 on the therapist's form; patient: both sides reached "
        "watch within one session of each other, the therapist's not by a low level alone, which "
        "makes a patient's watch an alert (told in the later session, about the patient's); "
        "later in the patient's open episode it is noted and adds no level",
        minimum_data="as R03 to R09; for the patient on both sides, in this session or the one "
        "before",
        severity="info",
        provenance="engineering",
        sources=("zilcha-mano-2019",),
        roles=frozenset({Role.ECHO, Role.LIFTS_WATCH, Role.NOTED}),
        evaluate=therapist_drop,
    ),
    PairRule(
        id="R25",
        name="dyad.lasting_gap",
        title="A lasting gap between patient and therapist",
        formula="D <= lasting_gap_low or >= lasting_gap_high in three paired sessions running, D = "
        "patient - therapist in percent of the maximum possible",
        minimum_data="3 paired sessions on scales with a range",
        severity="info",
        provenance="engineering",
        settings=("lasting_gap_low", "lasting_gap_high"),
        sources=("lev-ari-2025", "tryon-2007"),
        evaluate=lasting_gap,
    ),
    SideRule(
        id="R27",
        name="fit.review",
        title="Several things speak for looking at the fit",
        formula="two of: a final R12; from session 8 of the phase on the mean of the last three "
        "scores no better than that of the first three, and not above the norm's mean; two "
        "episodes of the phase unresolved; told once",
        minimum_data="2 of the grounds",
        severity="info",
        provenance="engineering",
        evaluate=fit_review,
    ),
    ScoreRule(
        id="R28",
        name="dyad.variable",
        title="Very variable from session to session",
        formula="s and mR / d2 >= variable_ratio * s0, over 5 or more earlier scores with 4 or "
        "more moving ranges",
        minimum_data="5 earlier scores",
        severity="info",
        provenance="engineering",
        settings=("variable_ratio",),
        figures=("within_person_sd",),
        evaluate=variable,
    ),
)
