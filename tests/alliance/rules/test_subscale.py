"""A fall on one side of the alliance: R10."""

import math
from dataclasses import replace

import pytest

from service.alliance.course import Course, Errors, Session
from service.scoring.instrument import Item, ResponseSet
from service.scoring.recoding.ratio import Ratio
from service.scoring.recoding.steps import Step, Steps
from tests.alliance.courses import (
    KNOWN,
    alliance_form,
    finding,
    judged,
    policy,
    rating,
    run,
    sessions,
)
from tests.scoring.forms import clock, items, line, recoded, scale, steps


def forms(total, **parts):
    return {"total": total, "goal": 4, "task": 4, "bond": 4} | parts


STEADY = [forms(4)] * 3


# Three subscales: a = .01 / 3. After 4, 4, 4 the error is sqrt(0.08) and df = 6. The printed
# t(.005; 6) = 3.707 and t(.0025; 6) = 4.317 lie on either side of the limit, about 4.02.
@pytest.mark.parametrize(("t", "fires"), [(3.9, False), (4.4, True)])
def test_r10_asks_more_of_each_of_three_subscales(t, fires):
    monitor = judged([*STEADY, forms(4, bond=4 - t * math.sqrt(0.08))])
    found = finding(monitor, "R10")
    assert (found.fired, found.statistic) == (fires, pytest.approx(t))
    assert 3.707 < found.threshold < 4.317
    judged_parts = {one["scale"]: one["fired"] for one in found.evidence["subscales"]}
    assert judged_parts == {"goal": False, "task": False, "bond": fires}
    assert monitor.views[-1].signal["client"] == ("watch" if fires else "none")


def test_r10_shares_the_error_rate_among_the_subscales_of_the_form():
    """One subscale alone keeps .01: t(.01; 6) = 3.143 is exceeded by 3.2."""
    scores = [{"total": 4, "bond": 4}] * 3 + [{"total": 4, "bond": 4 - 3.2 * math.sqrt(0.08)}]
    assert finding(judged(scores), "R10").fired is True


def test_r10_counts_the_subscales_that_it_cannot_judge():
    """Only the bond has an SEM, but three have scores: 3.5 exceeds t(.01; 6) = 3.143 and not
    t(.0033; 6), 4.4 does.
    """
    known = {"bond": {"total": KNOWN, "bond": KNOWN}}
    for t, said in ((3.5, (None, "no_sem")), (4.4, (True, None))):
        made = sessions([*STEADY, forms(4, bond=4 - t * math.sqrt(0.08))])
        assert finding(run(Course(made, policy(), errors=known)), "R10")[:2] == said


def test_r10_needs_a_reliable_fall_from_the_score_before():
    """The bond has been low for two sessions: the second time it did not fall."""
    low = forms(4, bond=2.5)
    monitor = judged([*STEADY, low, low], rules=policy(a_alert=0.2))
    assert finding(monitor, "R10", 4).fired is True
    assert finding(monitor, "R10", 5).fired is False


def test_r10_needs_scores_errors_and_a_baseline():
    assert finding(judged([4]), "R10")[:2] == (None, "no_subscale_scores")
    assert finding(judged([forms(4)]), "R10")[:2] == (None, "no_previous_score")
    assert finding(judged([forms(4), forms(4, bond=1)]), "R10")[:2] == (None, "baseline_too_short")
    assert finding(judged([*STEADY, forms(4, bond=1)], errors=Errors()), "R10")[:2] == (
        None,
        "no_sem",
    )


def test_r10_is_unknown_where_one_side_could_not_be_judged_and_no_other_fell():
    """The task has a score for the first time."""
    without = {"total": 4, "goal": 4, "bond": 4}
    assert finding(judged([without] * 3 + [forms(4)]), "R10")[:2] == (None, "no_previous_score")
    found = finding(judged([without] * 3 + [forms(4, bond=2)]), "R10")
    assert found.fired is True
    assert [one["scale"] for one in found.evidence["subscales"]] == ["goal", "bond"]


@pytest.mark.parametrize(("bond", "fires"), [(4 - 4.4 * math.sqrt(0.08), True), (3.9, False)])
def test_a_subscale_that_fell_is_seen_although_the_total_could_not_be_scored(bond, fires):
    """Too few answers for the total: the fall of the bond must not pass in silence. There is no
    score to follow.
    """
    monitor = judged([*STEADY, {"total": None, "goal": None, "task": 4, "bond": bond}], [4] * 4)
    (found,) = (
        one for one in monitor.views[-1].judged if one.rule == "R10" and one.perspective == "client"
    )
    assert (found.finding.fired, found.series.key.instrument) == (fires, "bond")
    assert monitor.views[-1].signal == {"client": "watch" if fires else "none", "therapist": "none"}
    assert monitor.sides["client"].episodes == []


def test_a_subscale_that_fell_without_a_total_adds_to_an_open_alert():
    bare = {"total": None, "goal": 4, "task": 4}
    monitor = judged([*STEADY, forms(3), bare | {"bond": 1}])
    (episode,) = monitor.sides["client"].episodes
    assert (episode.opened_session, episode.rules["R10"]) == (4, [5])


def test_subscales_are_watched_on_their_own_where_the_definition_says_so():
    form = alliance_form(alerts={"watch": ["bond"]})
    monitor = judged([forms(4)] * 5 + [forms(4, bond=2.5)], form=form)
    (one,) = monitor.views[-1].scored
    assert one.series.key.scale == "bond"
    assert monitor.views[-1].signal["client"] in ("alert", "urgent")


def watching(*watched):
    return alliance_form(alerts={"watch": list(watched)})


def test_a_subscale_beside_two_watched_scales_has_each_session_once():
    monitor = judged([forms(4)] * 3, form=watching("total", "goal"))
    counts = {key.scale: series.summary().m for key, series in monitor.tracks.series.items()}
    assert counts == {"total": 3, "goal": 3, "task": 3, "bond": 3}


@pytest.mark.parametrize("watched", [("total",), ("total", "goal"), ("goal", "total")])
def test_a_session_that_was_an_alert_leaves_the_baseline_of_its_subscales_too(watched):
    """The total of session 6 is an alert: what its sides were then is not usual for the dyad."""
    monitor = judged([forms(4)] * 5 + [forms(3.2)] + [forms(4)], form=watching(*watched))
    counts = {key.scale: series.summary().m for key, series in monitor.tracks.series.items()}
    assert (counts["total"], counts["task"], counts["bond"]) == (6, 6, 6)


def test_a_subscale_counts_in_sessions_whose_total_could_not_be_scored():
    monitor = judged(
        [{"total": None, "goal": 4, "task": 4, "bond": 4}] * 4 + [forms(4), forms(4, bond=2)]
    )
    counts = {key.scale: series.summary().m for key, series in monitor.tracks.series.items()}
    assert counts == {"total": 2, "goal": 6, "task": 6, "bond": 6}
    assert finding(monitor, "R10").fired is True


def test_r10_names_the_sides_that_fell():
    monitor = judged([*STEADY, forms(4, bond=4 - 4.4 * math.sqrt(0.08))])
    assert finding(monitor, "R10").evidence["fell"] == ["bond"]


def answered(before, now, form=None, scores=(4, 4)):
    form = form or alliance_form()
    made = [
        Session(number, (rating(form, score, answers=answers),))
        for number, (score, answers) in enumerate(zip(scores, (before, now), strict=True), 1)
    ]
    return finding(run(Course(tuple(made), policy())), "R22")


# Of 1 to 5 the upper third begins at 1 + 8/3 = 3.67, and three quarters are 3 points.
@pytest.mark.parametrize(
    ("then", "now", "fires"),
    [(5, 2, True), (5, 2.1, False), (4, 1, True), (3.7, 1, True), (3.6, 1, False), (1, 5, False)],
)
def test_r22_asks_for_a_fall_to_the_end_or_by_three_quarters(then, now, fires):
    found = answered((4, 4, then), (4, 4, now))
    assert found.fired is fires
    if fires:
        (item,) = found.evidence["items"]
        assert (item["item"], item["before"], item["after"]) == ("3", then, now)
        assert item["size"] == pytest.approx(then - now)


def test_r22_keys_answers_first_and_turns_with_the_scale():
    turned = replace(alliance_form(), items=items(3, steps(1, 5), reverse=[2]))
    assert answered((4, 1, 4), (4, 5, 4), turned).evidence["items"][0]["item"] == "2"
    worse = alliance_form(direction="higher_is_worse")
    assert answered((1, 1, 1), (1, 1, 5), worse).fired is True
    assert answered((5, 5, 5), (5, 5, 1), worse).fired is False


def test_r22_sees_a_fall_that_only_the_key_makes_large():
    """From 3 to 2 as submitted, from 6 to 1 as keyed: 5 of 6 points."""
    form = replace(alliance_form("keyed"), items=items(3, recoded(v1=0, v2=1, v3=6)))
    assert answered((3, 3, 3), (3, 3, 2), form).fired is True
    assert answered((2, 2, 2), (2, 2, 1), form).fired is False


def test_r22_needs_to_know_the_items_of_a_scale():
    unknown = alliance_form(total={"terms": ()})
    assert finding(judged([4, 4], form=unknown), "R22")[:2] == (None, "no_items")


def test_r22_needs_two_forms_with_answers():
    assert finding(judged([4]), "R22")[:2] == (None, "no_previous_score")
    assert finding(judged([4, 4]), "R22")[:2] == (None, "no_answers")
    assert answered((5, 5, None), (5, 5, 1)).fired is False


def test_r22_tells_every_answer_that_fell_and_the_largest_fall():
    found = answered((5, 5, 4), (2, 1, 1))
    assert [one["item"] for one in found.evidence["items"]] == ["1", "2", "3"]
    assert [one["share_of_range"] for one in found.evidence["items"]] == [0.75, 1, 0.75]
    assert found.statistic == 1


def test_r22_sees_no_fall_where_every_answer_counts_the_same():
    form = replace(alliance_form("level"), items=items(3, recoded(v1=2, v2=2, v3=2)))
    assert answered((3, 3, 3), (1, 1, 1), form).fired is False


def test_r22_judges_a_number_in_steps_by_what_it_is_worth():
    """8 and more is worth 3, 4 and more 1, less 0: from 8 to 3.9 an answer falls to its end."""
    stepped = ResponseSet("stepped", 0, 100, steps=Steps(0, (Step(4, 1), Step(8, 3))))
    form = replace(alliance_form("stepped"), items=items(3, stepped))
    assert answered((8, 8, 8), (8, 8, 3.9), form).fired is True
    assert answered((100, 8, 8), (8, 8, 8), form).fired is False
    assert answered((8, 8, 7), (8, 8, 0), form).fired is False
    near = ResponseSet("near", 0, 10, steps=Steps(0, (Step(4, 1), Step(4.5, 3))))
    form = replace(alliance_form("near"), items=items(3, near))
    assert answered((8, 8, 4.5), (8, 8, 3.9), form).fired is True  # 0.6, from the best to the worst


def test_r22_sees_no_fall_of_a_clock_time():
    """Only the hours that were slept fall, from all of the time in bed to none."""
    night = (Item("1", clock()), Item("2", clock()), Item("3", line(0, 24)))
    members = {"metric": "ratio", "ratio": Ratio(2, (0, 1), 100, 100)}
    whole = scale((2, 0, 1), "ratio", direction="higher_is_better", **members)
    form = replace(alliance_form("night"), items=night, scales=(whole,))
    assert answered(("23:00", "07:00", 8), ("00:00", "06:00", 8), form).fired is False
    found = answered(("23:00", "07:00", 24), ("00:00", "06:00", 0), form)
    assert [one["item"] for one in found.evidence["items"]] == ["3"]


@pytest.mark.parametrize(
    ("bond", "statistic"),
    [(3.9, 0.1 / math.sqrt(0.08)), (4.1, 0), (4 - 1.2, 1.2 / math.sqrt(0.08))],
)
def test_r10_shows_the_side_that_fell_most(bond, statistic):
    """The other two stayed as they were."""
    assert finding(judged([*STEADY, forms(4, bond=bond)]), "R10").statistic == pytest.approx(
        statistic
    )


def test_r10_shows_the_largest_of_several_falls():
    low = {part: 4 - t * math.sqrt(0.08) for part, t in (("goal", 4.4), ("task", 5), ("bond", 4.6))}
    found = finding(judged([*STEADY, forms(4, **low)]), "R10")
    assert (found.statistic, found.evidence["fell"]) == (pytest.approx(5), ["goal", "task", "bond"])


def test_r10_shows_a_side_that_fell_before_one_that_is_lower_and_did_not():
    """The bond went from 2 to 1.5, less than 1.96 errors of a difference (.554): T = 2 /
    sqrt(3.36 / 7 x 1.25) = 2.582. The goal fell by .56: T = .56 / sqrt(.36 / 7 x 1.25) = 2.209.
    """
    scores = [*STEADY, forms(4, bond=2), forms(4, goal=3.44, bond=1.5)]
    found = finding(judged(scores, rules=policy(a_alert=0.2)), "R10")
    assert (found.fired, found.evidence["fell"]) == (True, ["goal"])
    assert found.statistic == pytest.approx(2.209, abs=1e-3)
    assert found.evidence["subscales"][2]["t"] == pytest.approx(2.582, abs=1e-3)


@pytest.mark.parametrize(
    ("then", "now", "fires"), [(2.3, 5, True), (2.4, 5, False), (2.3, 4.9, False)]
)
def test_r22_finds_the_worst_answer_above_where_higher_is_worse(then, now, fires):
    """Of 1 to 5 the best third ends at 5 - 8/3 = 2.33."""
    worse = alliance_form(direction="higher_is_worse")
    found = answered((1, 1, then), (1, 1, now), worse)
    assert found.fired is fires
    if fires:
        (item,) = found.evidence["items"]
        assert item["share_of_range"] == pytest.approx((now - then) / 4)
        assert item["size"] == pytest.approx(now - then)


def test_r22_reads_answers_below_nothing():
    form = replace(alliance_form("around"), items=items(3, steps(-2, 2)))
    assert answered((2, 0, 0), (-2, 0, 0), form).statistic == 1
    assert answered((1, 0, 0), (-1, 0, 0), form).fired is False


def test_r10_is_not_told_apart_by_how_high_sides_stand():
    """None moved, each on a level of its own."""
    steady = {"total": 4, "goal": 3, "task": 4, "bond": 5}
    found = finding(judged([steady] * 4), "R10")
    assert (found.fired, found.statistic) == (False, 0)
    assert [one["value"] for one in found.evidence["subscales"]] == [3, 4, 5]
