"""The two sides of the relationship: R13 to R15."""

import pytest

from service.alliance.course import Errors, Session
from tests.alliance.courses import (
    BOND,
    BOND_T,
    KNOWN,
    Course,
    alliance_form,
    cutoff,
    episodes,
    finding,
    fired,
    judged,
    norm,
    policy,
    rating,
    run,
    sessions,
    signals,
    view,
)

SPREAD = Errors(sem=0.2, within_person_sd=0.3, sd=0.8)
"""SD 0.8 on a scale from 1 to 5 is 20 % of the maximum possible."""


# G = D / 20 %, D in percent: one point of 1 to 5 is 25 %. Limits: -1 is 0.8 points, +2.5 is 2
# points.
@pytest.mark.parametrize(
    ("client", "therapist", "gap", "fires"),
    [
        (3.2, 4.0, -1.0, True),
        (3.3, 4.0, -0.875, False),
        (4.0, 4.0, 0.0, False),
        (4.5, 2.6, 2.375, False),
        (4.5, 2.5, 2.5, True),
    ],
)
def test_r13_fires_from_one_sd_below_or_two_and_a_half_above(client, therapist, gap, fires):
    monitor = judged([client] * 2, [therapist] * 2, errors=SPREAD)
    found = finding(monitor, "R13")
    assert (found.fired, found.statistic) == (fires, pytest.approx(gap))
    assert found.evidence["gap_percent"] == pytest.approx(20 * gap)
    assert found.evidence["higher"] == ("client" if gap > 0 else "therapist" if gap < 0 else None)
    assert found.threshold == (-1.0 if gap < 0.41 else 2.5)


@pytest.mark.parametrize("client", [2.1, 2.2, 2.4, 2.6, 2.7, 3.1, 3.4, 3.6, 3.9, 4.1])
def test_r13_counts_decimals_as_they_are_written(client):
    """0.8 below is one SD below wherever on the scale it lies."""
    monitor = judged([client] * 2, [round(client + 0.8, 1)] * 2, errors=SPREAD)
    assert finding(monitor, "R13").fired is True


def test_r13_needs_two_paired_sessions_running_on_one_side():
    assert finding(judged([2], [4], errors=SPREAD), "R13")[:2] == (None, "too_few_paired_sessions")
    assert finding(judged([2, 4], [4, 4], errors=SPREAD), "R13").fired is False
    assert (
        finding(judged([2, 4.9], [4, 1.1], errors=SPREAD), "R13").fired is False
    )  # from one side to the other
    assert finding(judged([2, 4, 2], [4, 4, 4], errors=SPREAD), "R13").fired is False


def test_r13_passes_over_sessions_that_only_one_side_rated():
    monitor = judged([2, 2, 2], [4, None, 4], errors=SPREAD)
    assert finding(monitor, "R13").fired is True
    assert "R13" not in {one.rule for one in view(monitor, 2).judged}


def test_r13_starts_anew_with_another_therapist():
    monitor = judged([2, 2, 2], [4, 4, 4], errors=SPREAD, events={2: ["therapist_change"]})
    assert finding(monitor, "R13", 2)[:2] == (None, "too_few_paired_sessions")
    assert finding(monitor, "R13", 3).fired is True


def test_r13_pools_the_sds_of_both_forms():
    """15 % and 25 %: sqrt((225 + 625) / 2) = 20.6155; D = -20.6 % is less than one of it, -20.7 %
    is more.
    """
    wide = alliance_form("bond-t", counterpart="bond", low=0, high=100)
    known = {"bond": {"total": Errors(0.2, 0.3, 0.6)}, "bond-t": {"total": Errors(2, 3, 25)}}
    for therapist, fires in ((70.6, False), (70.7, True)):
        made = sessions([3, 3], [therapist] * 2, therapist_form=wide)
        assert finding(run(Course(made, policy(), errors=known)), "R13").fired is fires


def test_r13_turns_a_form_round_where_higher_is_worse():
    """Both 80 %: the therapist's 1.8 on a form where 1 is best."""
    form = alliance_form("bond-t", counterpart="bond", direction="higher_is_worse")
    assert finding(
        judged([4.2] * 2, [1.8] * 2, therapist_form=form, errors=SPREAD), "R13"
    ).statistic == pytest.approx(0)


def test_r13_needs_ranges_and_sds():
    without_range = alliance_form("bond-t", counterpart="bond", total={"terms": ()})
    assert finding(judged([2] * 2, [4] * 2, therapist_form=without_range, errors=SPREAD), "R13")[
        :2
    ] == (
        None,
        "no_range",
    )
    assert finding(judged([2] * 2, [4] * 2), "R13")[:2] == (None, "no_sd")


@pytest.mark.parametrize(
    ("therapist", "timing"),
    [("bond-x", "post"), ("bond-t", "pre")],
    ids=["another form", "another time"],
)
def test_only_counterparts_at_the_same_time_are_compared(therapist, timing):
    form = alliance_form(therapist)
    made = [
        Session(number, (rating(BOND, 4), rating(form, 3, "therapist", timing)))
        for number in (1, 2)
    ]
    assert all(
        "R13" not in {one.rule for one in seen.judged}
        for seen in run(Course(tuple(made), policy())).views
    )


def test_one_form_for_both_raters_is_its_own_counterpart():
    form = alliance_form("both")
    assert (
        finding(
            judged([2] * 2, [4] * 2, form=form, therapist_form=form, errors=SPREAD), "R13"
        ).fired
        is True
    )


# R14: the patient falls by 0.6 (reliable with SEM 0.2); the therapist's limit is -0.5 x 0.2 = -0.1.
@pytest.mark.parametrize(
    ("therapist", "fires"),
    [((4, 4), True), ((4, 3.9), True), ((4, 3.89), False), ((3.8, 4.4), True), ((4.1, 4.0), True)],
)
def test_r14_fires_where_the_therapist_stays_within_half_an_error(therapist, fires):
    found = finding(judged([4, 3.4], therapist), "R14")
    assert (found.fired, found.threshold) == (fires, pytest.approx(-0.1))
    assert found.evidence["client_change"] == pytest.approx(-0.6)
    assert found.evidence["therapist_change"] == pytest.approx(therapist[1] - therapist[0])


def test_r14_needs_a_reliable_fall_of_the_patient():
    assert finding(judged([4, 3.5], [4, 4]), "R14").fired is False


@pytest.mark.parametrize(
    ("therapist", "change"), [([4] * 6, 0), ([4, 4, 4, 4, 3, 3], -1), ([4, 4, 4, 4, 3, 3.1], -0.9)]
)
def test_r14_holds_a_lasting_fall_against_the_therapists_own_earlier_sessions(therapist, change):
    """At session 6 the patient's score is low as at session 5: it has not fallen since, nor has the
    therapist's.
    """
    found = finding(judged([4, 4, 4, 4, 3, 3], therapist), "R14")
    assert (found.fired, found.statistic) == (change == 0, pytest.approx(change))
    assert found.evidence["client_change"] == pytest.approx(-1)


def test_r14_holds_a_fall_since_the_last_session_against_that_session():
    """The patient has fallen since session 5 and below the mean; the therapist only before it."""
    found = finding(judged([4, 4, 4, 4, 4, 3], [4, 4, 4, 4, 3.5, 3.5]), "R14")
    assert (found.fired, found.statistic) == (True, 0)
    assert found.evidence == {"client_change": -1, "therapist_change": 0}


def test_r14_needs_two_pairs_and_errors():
    assert finding(judged([4], [4]), "R14")[:2] == (None, "too_few_paired_sessions")
    assert finding(judged([4, 3], [None, 4]), "R14")[:2] == (None, "too_few_paired_sessions")
    # Each has rated twice, but only once in one session.
    assert finding(judged([4, None, 3], [None, 4, 4]), "R14")[:2] == (
        None,
        "too_few_paired_sessions",
    )
    assert finding(judged([4, None, 4, 3], [None, 4, 4, 4]), "R14").fired is True
    assert finding(judged([4, 3], [4, 4], errors=Errors()), "R14")[:2] == (None, "no_sem")


@pytest.mark.parametrize("known", ["bond", "bond-t"])
def test_r14_needs_the_errors_of_both_sides(known):
    errors = {known: {"total": KNOWN}}
    monitor = run(Course(sessions([4, 3], [4, 4]), policy(), errors=errors))
    assert finding(monitor, "R14")[:2] == (None, "no_sem")


def test_r14_counts_pairs_anew_with_another_therapist():
    """With the second therapist each has rated twice, but only session 4 is a pair."""
    monitor = judged([4, 4, None, 3], [4, None, 4, 4], events={2: ["therapist_change"]})
    assert finding(monitor, "R14", 4)[:2] == (None, "too_few_paired_sessions")


@pytest.mark.parametrize(
    ("scores", "rules"),
    [
        ([4, 3.4], {"R03"}),
        ([4, 4, 4, 3.8, 3.5], {"R04"}),
        ([4, 3.8, 3.6, 3.5], {"R09"}),
        ([4, 3.9], set()),
    ],
)
def test_r15_is_any_fall_of_the_therapists_score(scores, rules):
    found = finding(judged((), scores), "R15", perspective="therapist")
    assert found.fired is bool(rules)
    assert rules <= set(found.evidence["rules"])


def test_r15_counts_a_fall_by_fixed_points():
    """Nothing is known of errors, so that no other rule can speak of two scores."""
    fixed = alliance_form(
        alerts={"parameters": {"total": {"fixed_drop": {"value": 1, "source": "invented"}}}}
    )
    found = finding(
        judged((), [4, 3], therapist_form=fixed, errors=Errors()), "R15", perspective="therapist"
    )
    assert (found.fired, found.evidence) == (True, {"rules": ["R05"]})


def test_r15_needs_what_the_rules_of_a_fall_need():
    assert finding(judged((), [4]), "R15", perspective="therapist")[:2] == (
        None,
        "no_previous_score",
    )
    # With two scores R03 can say no, although the others cannot say yet.
    assert finding(judged((), [4, 4]), "R15", perspective="therapist").fired is False


def test_r15_says_nothing_while_no_therapist_has_rated():
    assert "R15" not in {one.rule for seen in judged([4, 3]).views for one in seen.judged}


LOW = [4] * 5 + [3.42]  # T = .58 / sqrt(.045 x 1.2) = 2.496: a watch


@pytest.mark.parametrize(
    ("client", "therapist", "about", "evidence"),
    [
        (LOW, LOW, None, {"client_signal": "watch", "therapist_signal": "watch"}),
        ([*LOW, None], [4, *LOW], 6, {"client_signal": "watch", "therapist_signal": "watch"}),
        ([*LOW, 4], [4, *LOW], 6, {"client_signal": "watch", "therapist_signal": "watch"}),
        (
            [4, *LOW],
            [*LOW, 4],
            None,
            {"client_signal": "watch", "therapist_signal": "watch", "therapist_session": 6},
        ),
    ],
    ids=[
        "together",
        "therapist later, no form of the patient",
        "therapist later, patient back",
        "therapist earlier",
    ],
)
def test_r15_names_the_patients_session_that_a_therapists_fall_adds_to(
    client, therapist, about, evidence
):
    found = finding(judged(client, therapist), "R15")
    assert (found.fired, found.about, found.evidence) == (True, about, evidence)


def test_a_therapists_fall_two_sessions_later_is_noted_in_an_open_episode_and_adds_nothing():
    """Back at 4 and 4 the episode of session 6 is over by session 8; at 3.5 it is open."""
    monitor = judged([*LOW, 4, 4], [4, 4, *LOW])
    assert [finding(monitor, "R15", number).fired for number in (6, 7)] == [False, False]
    monitor = judged([*LOW, 3.7, 3.7], [4, 4, *LOW])
    found = finding(monitor, "R15", 8)
    assert (found.fired, found.evidence["in_open_episode"]) == (True, True)
    assert signals(monitor)[7] == "info"
    (episode,) = episodes(monitor)
    assert episode.rules["R15"] == [8]


def test_r15_does_not_say_no_for_a_side_that_cannot_be_judged():
    """With an SEM the second score can be judged, and the session after it still rests on that."""
    monitor = judged([4, 4, 4, 4], [4, 4, None, None])
    said = [finding(monitor, "R15", number)[:2] for number in (1, 2, 3, 4)]
    assert said == [
        (None, "one_side_not_judged"),
        (False, None),
        (False, None),
        (None, "one_side_not_judged"),
    ]


def test_r15_knows_nothing_yet_with_another_therapist():
    monitor = judged([4] * 4, [4] * 4, events={4: ["therapist_change"]})
    assert finding(monitor, "R15", 3)[:2] == (False, None)
    assert finding(monitor, "R15", 4)[:2] == (None, "one_side_not_judged")


def test_a_fall_on_the_therapists_form_is_the_therapists_signal():
    monitor = judged([4] * 5, [4] * 4 + [2.5])
    assert signals(monitor) == ["none"] * 5
    assert signals(monitor, "therapist")[-1] in ("alert", "urgent")
    assert {"R03", "R04", "R06", "R15"} <= fired(monitor, 5, "therapist")
    assert monitor.sides["client"].episodes == []
    assert monitor.sides["therapist"].episodes[0].series.key.instrument == BOND_T.id


# Of 1 to 5: 25 percent of the maximum are 1 point, 37.5 are 1.5.
@pytest.mark.parametrize(
    ("ours", "theirs", "fires"),
    [
        ([3, 3, 3], [4, 4, 4], True),
        ([3, 3, 3], [4, 4, 3.9], False),
        ([3, 3], [4, 4], None),
        ([4.5, 4.5, 4.5], [3, 3, 3], True),
        ([4.4, 4.5, 4.5], [3, 3, 3], False),
        ([2, 4.5, 2], [4, 3, 4], False),
        ([3, 3, 3, 3], [4, None, 4, 4], True),
    ],
)
def test_r25_asks_for_a_gap_that_lasts_for_three_paired_sessions(ours, theirs, fires):
    """Without any SD, which R13 needs."""
    monitor = judged(ours, theirs, errors=Errors())
    found = finding(monitor, "R25")
    assert found.fired is fires
    assert finding(monitor, "R13").fired is None
    if fires:
        assert found.evidence["higher"] == ("client" if ours[0] > 3 else "therapist")


def test_r25_needs_three_paired_sessions_and_ranges():
    assert finding(judged([3, 3], [4, 4]), "R25")[:2] == (None, "too_few_paired_sessions")
    apart = judged([3, 3, None, 3], [4, 4, 4, None])
    assert finding(apart, "R25", 2)[:2] == (None, "too_few_paired_sessions")
    unknown = alliance_form("bond-t", counterpart="bond", total={"terms": ()})
    monitor = judged([3] * 3, [4] * 3, therapist_form=unknown)
    assert finding(monitor, "R25")[:2] == (None, "no_range")


def test_r25_tells_the_gap_of_the_session_at_hand():
    found = finding(judged([3, 2.9, 2.8], [4, 4, 4], errors=Errors()), "R25")
    assert found.evidence["gaps_percent"] == pytest.approx([-25, -27.5, -30])
    assert (found.statistic, found.threshold) == (pytest.approx(-30), -25)
    turned = finding(judged([3, 3, 4], [4, 4, 3], errors=Errors()), "R25")
    assert (turned.fired, turned.evidence["higher"], turned.threshold) == (False, "client", 37.5)
    turned = finding(judged([3, 4, 3], [4, 3, 4], errors=Errors()), "R25")
    assert (turned.evidence["higher"], turned.threshold) == ("therapist", -25)
    assert finding(judged([3, 3, 4], [4, 4, 4], errors=Errors()), "R25").evidence["higher"] is None


# Swings of 1.2 have s = .657 and a mean range of 1.2, over d2 1.063: 2 x .3 = .6 lies below both.
@pytest.mark.parametrize(
    ("scores", "fires"),
    [
        ([4, 2.8] * 3, True),
        ([4, 2.8, 4, 2.8, 4], None),
        ([4, 3.5] * 3, False),
        ([4, 4, 4, 2.5, 2.5, 2.5, 2.5], False),  # one lasting step: s .82, ranges .3
    ],
)
def test_r28_tells_of_a_dyad_that_swings(scores, fires):
    rules = policy(leave_out_alerts=False)
    assert finding(judged(scores, rules=rules), "R28").fired is fires


def test_r28_tells_what_it_rests_on_or_that_no_variation_is_known():
    """4, 2.8, 4, 2.8, 4 have a mean of 3.52; the squares of what they differ by sum to 1.728."""
    found = finding(judged([4, 2.8] * 3, rules=policy(leave_out_alerts=False)), "R28")
    assert found.evidence == {
        "m": 5,
        "s": pytest.approx((1.728 / 4) ** 0.5),
        "mean_moving_range": pytest.approx(1.2),
    }
    form = alliance_form(total={"terms": ()})
    unsaid = finding(judged([4, 2.8] * 3, form=form, errors=Errors()), "R28")
    assert unsaid[:2] == (None, "no_within_person_sd")
    for scores in ([4, 2.8, 4, 2.8, 4], [4, None, 2.8, 4, 2.8, 4, 2.8]):  # four, and three ranges
        assert finding(judged(scores), "R28")[:2] == (None, "baseline_too_short")


def test_r27_sums_up_once_when_a_second_ground_is_met():
    """A weak start at session 4, and no rise by session 8; z = -1 in a norm of 4 and 0.8 is 3.2."""
    form = alliance_form(norms=(norm(4, 0.8),))
    monitor = judged([3] * 10, form=form)
    said = [finding(monitor, "R27", number).fired for number in range(1, 11)]
    assert said == [False] * 7 + [True, False, False]
    assert finding(monitor, "R27", 8).evidence == {"grounds": {"weak_start": 4, "no_rise": 8}}
    assert signals(monitor)[7] == "info"
    rising = judged([3, 3, 3, 3, 3, 3, 3.2, 3.2], form=form)
    assert finding(rising, "R27").fired is False
    high = judged([4.5] * 8, form=form)
    assert finding(high, "R27").evidence == {}


def test_r27_asks_for_a_rise_only_where_six_scores_can_tell():
    """The first three and the last three of a phase, from its session 8 on."""
    five = judged([4] * 5, numbers=[1, 3, 5, 7, 9])
    assert finding(five, "R27").evidence == {}
    six = judged([4] * 6, numbers=[1, 2, 3, 5, 7, 9])
    assert finding(six, "R27").evidence == {"grounds": {"no_rise": 9}}


def test_r27_counts_two_unresolved_episodes():
    """The first ends at session 11, the second at session 21 or later, all below session 1."""
    scores = [4.8] * 5 + [4] * 9 + [3] * 8
    monitor = judged(scores)
    assert [one.status for one in episodes(monitor)] == ["unresolved"] * 2
    found = [finding(monitor, "R27", number) for number in range(1, len(scores) + 1)]
    assert [one.fired for one in found].count(True) == 1
    at = [one.fired for one in found].index(True)
    grounds = found[at].evidence["grounds"]
    ends = [one.closed for one in episodes(monitor)]
    assert grounds["unresolved_twice"] == ends[1] + 1  # told with the next session
    assert grounds.keys() == {"no_rise", "unresolved_twice"}


def test_r13_holds_a_gap_as_it_is_expected_against_the_upper_limit():
    for expected, threshold in ((0, 2.5), (0.01, -1)):
        rules = policy(expected_gap=expected)
        found = finding(judged([4, 4], [4, 4], errors=SPREAD, rules=rules), "R13")
        assert (found.statistic, found.threshold) == (0, threshold)


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ({"norms": (norm(4, 0.8),)}, True),
        ({"norms": (norm(4.01, 0.8),)}, True),
        ({"norms": (norm(3.99, 0.8),)}, False),
        ({"total": {"cutoffs": (cutoff("<=", 4),)}}, True),
        ({"total": {"cutoffs": (cutoff("<", 4),)}}, False),
        ({}, True),
    ],
    ids=["at the mean", "below it", "above it", "beyond a cut-off", "not beyond it", "not known"],
)
def test_r27_asks_for_a_rise_where_the_level_is_not_known_to_be_above_average(level, told):
    """Eight sessions of 4, which have not risen."""
    grounds = finding(judged([4] * 8, form=alliance_form(**level)), "R27").evidence
    assert ("no_rise" in grounds.get("grounds", {})) is told
