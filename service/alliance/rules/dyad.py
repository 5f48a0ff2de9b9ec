"""Rules about the two sides of the relationship: how far apart they are, and whether one sees what
the other feels.
"""

from collections.abc import Iterable, Iterator, Mapping

from service.alliance.finding import STRAINED, Finding, shared, unknown
from service.alliance.policy import Policy
from service.alliance.rules.drop import RELIABLE_BASELINE, RELIABLE_PREVIOUS
from service.alliance.rules.hearing import Hearing, Rater
from service.alliance.rules.rule import PairRule, Role, SideRule
from service.alliance.series.pair import Pair
from service.alliance.series.scored import Scored
from service.alliance.series.series import Series
from service.scoring.sums import meets

PAIRS_NEEDED = 2
NOT_JOINED = shared(Finding(False))
NOT_FALLEN = shared(Finding(False, evidence={"rules": []}))


def discrepancy(pair: Pair, client: Scored, _: Scored) -> Finding:
    """Ask for an unusual gap G = D / SD in two paired sessions running, in either direction."""
    policy = client.series.policy
    if pair.pooled_sd is None:
        return unknown("no_sd" if pair.has_ranges else "no_range")
    if pair.gap is None or pair.gap_before is None:
        return unknown("too_few_paired_sessions")
    standardised, earlier = pair.gap / pair.pooled_sd, pair.gap_before / pair.pooled_sd
    now, then = _side(standardised, policy), _side(earlier, policy)
    evidence = {
        "gap_percent": pair.gap,
        "standardised_gap": standardised,
        "previous_standardised_gap": earlier,
        "higher": "client" if pair.gap > 0 else "therapist" if pair.gap < 0 else None,
        "expected": policy.expected_gap,
    }
    threshold = policy.gap_low if standardised < policy.expected_gap else policy.gap_high
    return Finding(now is not None and now == then, None, standardised, threshold, None, evidence)


def _side(standardised: float, policy: Policy) -> str | None:
    if meets(standardised, "<=", policy.gap_low):
        return "therapist"
    return "client" if meets(standardised, ">=", policy.gap_high) else None


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
        both = joined(rater, hearing.signal, other, hearing.other_signal)
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


def joined(rater: Rater, now: str, other: Rater, theirs_now: str) -> Finding:
    """Tell whether two raters' signals both reached watch within one session of each other, the
    other's not by a low level alone.

    Where only the patient's session before did, the finding is about that session.
    """
    fell, fell_before = now in STRAINED, rater.signal in STRAINED
    if theirs_now in STRAINED and not other.only_low and (fell or fell_before):
        both = {"client_signal": now if fell else rater.signal, "therapist_signal": theirs_now}
        about = None if fell else rater.session
        return Finding(True, None, None, None, None, both, None, about)
    if fell and other.signal in STRAINED and not other.was_only_low:
        earlier = {
            "client_signal": now,
            "therapist_signal": other.signal,
            "therapist_session": rater.session,
        }
        return Finding(True, None, None, None, None, earlier)
    return NOT_JOINED


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
        roles=frozenset({Role.ECHO, Role.LIFTS_ALERT}),
        figures=("sem",),
        evaluate=divergence,
    ),
    SideRule(
        id="R15",
        name="therapist.drop",
        title="The therapist's score fell",
        formula="therapist: any of R03 to R09 on the therapist's form; patient: both sides reached "
        "watch within one session of each other, the therapist's not by a low level alone, which "
        "makes a patient's watch an alert (told in the later session, about the patient's)",
        minimum_data="as R03 to R09; for the patient on both sides, in this session or the one "
        "before",
        severity="info",
        provenance="engineering",
        sources=("zilcha-mano-2019",),
        roles=frozenset({Role.ECHO, Role.LIFTS_WATCH}),
        evaluate=therapist_drop,
    ),
)
