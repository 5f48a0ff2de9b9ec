"""How high a score stands: cut-offs (R01), norms (R02), single answers (R11) and the early sessions
(R12).
"""

from dataclasses import replace

import pytest

from service.alliance.course import Session
from service.alliance.rules.level import early_target
from tests.alliance.courses import (
    Course,
    alliance_form,
    cutoff,
    episodes,
    finding,
    judged,
    norm,
    policy,
    rating,
    run,
)
from tests.scoring.forms import items, steps

LINES = (cutoff("<", 3.6, "below"), cutoff("<=", 3.6, "at-most"))


@pytest.mark.parametrize(
    ("op", "score", "fires"),
    [("<", 3.6, False), ("<", 3.59, True), ("<=", 3.6, True), ("<=", 3.61, False)],
)
def test_r01_takes_operator_and_value_from_the_definition(op, score, fires):
    form = alliance_form(total={"cutoffs": (cutoff(op, 3.6),)})
    found = finding(judged([score], form=form), "R01")
    assert (found.fired, found.statistic, found.threshold) == (fires, score, 3.6)


def test_r01_judges_every_system_or_the_one_that_the_definition_names():
    form = alliance_form(total={"cutoffs": LINES})
    found = finding(judged([3.6], form=form), "R01")
    assert (found.fired, found.threshold) == (True, 3.6)
    assert [(one["system"], one["met"]) for one in found.evidence["cutoffs"]] == [
        ("below", False),
        ("at-most", True),
    ]
    chosen = alliance_form(
        total={"cutoffs": LINES}, alerts={"parameters": {"total": {"cutoff": "below"}}}
    )
    assert finding(judged([3.6], form=chosen), "R01").fired is False


def test_r01_ignores_cut_offs_that_mark_a_good_score():
    form = alliance_form(total={"cutoffs": (cutoff(">=", 4.5),)})
    assert finding(judged([4.8], form=form), "R01")[:2] == (None, "no_cutoff")
    worse = alliance_form(
        direction="higher_is_worse", total={"cutoffs": (cutoff(">=", 4.5), cutoff("<", 2))}
    )
    assert finding(judged([4.5], form=worse), "R01").fired is True
    assert finding(judged([1.5], form=worse), "R01").fired is False


def test_r01_needs_a_cut_off():
    assert finding(judged([1]), "R01")[:2] == (None, "no_cutoff")


# z = (x - 4) / 0.8: -1.5 at 2.8.
@pytest.mark.parametrize(
    ("score", "z", "fires"), [(2.8, -1.5, True), (2.81, -1.4875, False), (4.8, 1, False)]
)
def test_r02_fires_from_one_and_a_half_sds_below_the_norm(score, z, fires):
    found = finding(judged([score], form=alliance_form(norms=(norm(4, 0.8),))), "R02")
    assert (found.fired, found.statistic, found.threshold) == (fires, pytest.approx(z), -1.5)
    assert found.evidence == {
        "norm": "adults",
        "population": "Adults",
        "n": 100,
        "digital": False,
        "z": pytest.approx(z),
        "t": pytest.approx(50 + 10 * z),
        "source": "invented",
    }


def test_r02_turns_z_round_where_higher_is_worse():
    form = alliance_form(direction="higher_is_worse", norms=(norm(2, 0.8),))
    assert finding(judged([3.2], form=form), "R02").statistic == pytest.approx(-1.5)
    assert finding(judged([3.2], form=form), "R02").fired is True
    assert finding(judged([1], form=form), "R02").fired is False


@pytest.mark.parametrize(
    "group", [norm(4, None), norm(4, 0.8, digital=True), norm(4, 0.8, default=False)]
)
def test_r02_needs_a_norm_of_human_therapy(group):
    """A norm without SD, a digital cohort, or one that nobody asked for is none."""
    found = finding(judged([1], form=alliance_form(norms=(group,))), "R02")
    assert found[:2] == (None, "no_norm_of_human_therapy")


FLOOR = alliance_form(
    alerts={"parameters": {"total": {"item_floor": {"value": 2, "source": "invented"}}}}
)


def answered(answers, form=FLOOR):
    forms = (rating(form, 4, answers=answers),)
    return finding(run(Course((Session(1, forms),), policy())), "R11")


@pytest.mark.parametrize(
    ("answers", "fires", "low", "lowest"),
    [
        ((5, 2, 4), True, {"2": 2}, 2),
        ((5, 2.1, 4), False, {}, 2.1),
        ((1, 5, 2), True, {"1": 1, "3": 2}, 1),
        ((5, None, 4), False, {}, 4),
        ((None, None, None), False, {}, None),
    ],
)
def test_r11_names_the_items_at_or_below_the_floor(answers, fires, low, lowest):
    found = answered(answers)
    assert (found.fired, found.evidence, found.threshold) == (fires, {"items": low}, 2)
    assert found.statistic == lowest


def test_r11_turns_reverse_keyed_items_first():
    """Item 2 is reverse-keyed: 5 of 1 to 5 is worth 1, and 1 is worth 5."""
    turned = replace(FLOOR, items=items(3, steps(1, 5), reverse=[2]))
    assert answered((5, 5, 4), turned).evidence == {"items": {"2": 1}}
    assert answered((5, 1, 4), turned).fired is False


def test_r11_needs_a_floor_and_answers():
    assert answered((1, 1, 1), alliance_form())[:2] == (None, "not_configured")
    assert finding(judged([1], form=FLOOR), "R11")[:2] == (None, "no_answers")


NORMED = alliance_form(norms=(norm(4, 0.8),))


# Mean of sessions 3 to 5 at z = -1: 4 - 0.8 = 3.2.
@pytest.mark.parametrize(
    ("scores", "fires", "z"),
    [
        ([4, 4, 3.1, 3.3], True, -1),
        ([4, 4, 3.1, 3.32], False, -0.9875),
        ([4, 4, 3, 3, 3.6], True, -1),
        ([1, 1, 4, 4, 4], False, 0),
    ],
)
def test_r12_judges_the_mean_of_sessions_3_to_5(scores, fires, z):
    found = finding(judged(scores, form=NORMED), "R12")
    assert (found.fired, found.statistic, found.threshold) == (fires, pytest.approx(z), -1)
    assert found.evidence["sessions"] == list(range(3, len(scores) + 1))
    assert (found.evidence["provisional"], found.severity) == (False, None)


@pytest.mark.parametrize(
    ("scores", "used"), [([3], [1]), ([3, 3.4], [1, 2]), ([4, 4, 3], [3]), ([None, 3], [2])]
)
def test_r12_is_provisional_before_two_of_them(scores, used):
    """All have a mean of 3.2 or less. A provisional finding is information only."""
    monitor = judged(scores, form=NORMED)
    found = finding(monitor, "R12")
    assert (found.fired, found.severity) == (True, "info")
    assert (found.evidence["sessions"], found.evidence["provisional"]) == (used, True)
    assert monitor.views[-1].signal["client"] == "info"


def test_r12_is_a_watch_once_it_is_final():
    monitor = judged([3, 3, 3, 3], form=NORMED)
    assert [one.signal["client"] for one in monitor.views] == ["info", "info", "info", "watch"]


@pytest.mark.parametrize(
    ("scores", "fires"),
    [([4, 4, 3.5, 3.5], True), ([4, 4, 3.5, 4], False), ([4, 4, 3.6, 3.5], False)],
)
def test_r12_counts_two_scores_beyond_a_cut_off(scores, fires):
    form = alliance_form(total={"cutoffs": (cutoff("<", 3.6),)})
    found = finding(judged(scores, form=form), "R12")
    assert (found.fired, found.statistic) == (fires, None)


@pytest.mark.parametrize("scores", [[3], [5], [5, 5, 3], [None, 3]])
def test_r12_needs_two_scores_where_only_a_cut_off_is_known(scores):
    """One score is never two beyond a cut-off: that is not yet known, not false."""
    form = alliance_form(total={"cutoffs": (cutoff("<", 3.6),)})
    assert finding(judged(scores, form=form), "R12")[:2] == (None, "too_few_scores")


def test_r12_is_for_sessions_1_to_5():
    assert finding(judged([3] * 6, form=NORMED), "R12")[:2] == (None, "outside_early_window")
    assert finding(judged([3]), "R12")[:2] == (None, "no_norm_or_cutoff")


def test_r12_goes_by_session_numbers_not_by_forms():
    """The first form comes in session 4: one of sessions 3 to 5, not a first session."""
    found = finding(judged([3, 3], form=NORMED, numbers=[4, 5]), "R12")
    assert found.evidence["sessions"] == [4, 5]
    assert found.evidence["provisional"] is False


@pytest.mark.parametrize(
    ("chosen", "line", "fires"),
    [(None, ("below", "<", 3.6), False), ("at-most", ("at-most", "<=", 3.6), True)],
)
def test_r12_uses_the_primary_cut_off_and_names_it(chosen, line, fires):
    """Of several systems the one that the definition names, else the first. 3.6 is not below
    3.6.
    """
    alerts = {"parameters": {"total": {"cutoff": chosen}}} if chosen else None
    form = alliance_form(total={"cutoffs": LINES}, alerts=alerts)
    found = finding(judged([4, 4, 3.6, 3.6], form=form), "R12")
    assert found.fired is fires
    assert found.evidence["cutoff"] == dict(zip(("system", "op", "value"), line, strict=True))
    assert found.evidence["norm"] is None


def test_r12_names_the_score_that_is_its_limit_in_the_norm():
    """z = -1 in a norm of 4 and 0.8 is 3.2; where higher is worse, in one of 2 and 0.8, 2.8."""
    found = finding(judged([3, 3, 3], form=NORMED), "R12")
    assert found.evidence["norm"] == {"id": "adults", "limit": pytest.approx(3.2)}
    assert found.evidence["cutoff"] is None
    worse = alliance_form(direction="higher_is_worse", norms=(norm(2, 0.8),))
    found = finding(judged([3, 3, 3], form=worse), "R12")
    assert found.evidence["norm"]["limit"] == pytest.approx(2.8)


def test_a_cut_off_that_is_not_the_primary_one_is_no_watch_alone():
    """3.6 is at most 3.6 and not below: said, as information."""
    form = alliance_form(total={"cutoffs": LINES})
    monitor = judged([3.6, 3.59], form=form, rules=policy(cutoff_alone="watch"))
    assert [one.signal["client"] for one in monitor.views] == ["info", "watch"]


@pytest.mark.parametrize(
    ("scores", "fires"),
    [
        ([3.2] * 6, True),
        ([3.2] * 5 + [3.3, 3.2], True),
        ([3.3, 3.3] + [3.2] * 6, True),
        ([3.3, 3.3, 3.3] + [3.2] * 5, False),
        ([3.2] * 7 + [3.3], False),  # not low now
    ],
)
def test_r21_asks_for_six_low_scores_of_the_last_eight(scores, fires):
    """z = -1 is 3.2 in a norm of 4 and 0.8."""
    found = finding(judged(scores, form=NORMED), "R21")
    assert found.fired is fires
    if fires:
        assert (found.statistic, found.threshold) == (6, 6)
        assert found.evidence["norm"]["limit"] == pytest.approx(3.2)


def test_r21_needs_six_scores_of_the_phase_and_something_to_be_low_by():
    assert finding(judged([1] * 5, form=NORMED), "R21")[:2] == (None, "too_few_scores")
    later = judged([1] * 10, form=NORMED, events={6: ["therapist_change"]})
    assert finding(later, "R21")[:2] == (None, "too_few_scores")
    assert finding(judged([3] * 8), "R21")[:2] == (None, "no_norm_or_cutoff")


def test_r21_counts_scores_below_a_fall_that_was_not_made_good():
    """From 4 to 3.3 with an SEM of 0.2: back from 3.8. Said on and on, and no more after a return
    of two.
    """
    monitor = judged([4] * 5 + [3.3] * 10 + [3.9, 3.9, 3.3])
    said = [finding(monitor, "R21", number).fired for number in range(10, 19)]
    assert said[1:6] == [True] * 5
    assert finding(monitor, "R21", 11).evidence["target"] == pytest.approx(3.8)
    assert said[6:8] == [False, False]
    assert finding(monitor, "R21", 18)[0] is not True


# Five of 4, then n scores of the next phase: 1.96 x 0.2 x sqrt(1/n + 1/5) is .4294, .3280, .2862.
@pytest.mark.parametrize(("n", "limit"), [(1, 0.4294), (2, 0.3280), (3, 0.2862)])
@pytest.mark.parametrize("sign", [-1, 1])
def test_r26_compares_the_first_scores_of_a_phase_with_the_phase_before(n, limit, sign):
    for beyond, fires in ((-0.001, False), (0.001, True)):
        scores = [4] * 5 + [4 + sign * (limit + beyond)] * n
        found = finding(judged(scores, events={6: ["therapist_change"]}), "R26")
        assert found.fired is fires
        assert found.evidence["kind"] == ("weaker" if sign < 0 else "stronger")
        assert (found.evidence["mean_before"], found.evidence["n"]) == (4, n)


def test_r26_speaks_of_the_first_three_scores_of_a_later_phase():
    monitor = judged([4] * 5 + [2] * 4, events={6: ["therapist_change"]})
    assert finding(monitor, "R26", 5)[:2] == (None, "no_earlier_phase")
    assert finding(monitor, "R26", 9)[:2] == (None, "beyond_first_scores")


def test_r21_remembers_a_deep_fall_until_a_score_makes_that_one_good():
    """From 4.8 to 4, where it stays; then from 4 to 3, and back to 4 only."""
    monitor = judged([4.8] * 5 + [4] * 9 + [3, 3.95, 3.95])
    assert [one.status for one in episodes(monitor)] == ["unresolved", "repaired"]
    found = finding(monitor, "R21")
    assert found.fired is True
    assert found.evidence["target"] == pytest.approx(4.6)  # 4.8 less the standard error


def test_no_level_is_a_target_where_neither_norm_nor_cut_off_is_known():
    assert early_target(judged([4]).views[-1].scored[0].series) is None


@pytest.mark.parametrize(
    ("cutoff_at", "group", "worse", "target"),
    [
        (3.6, None, False, 3.6),
        (3.6, norm(4, 0.8), False, 3.6),  # z = -1 is 3.2
        (3.0, norm(4, 0.8), False, 3.2),
        (None, norm(4, 0.8), False, 3.2),
        (2.4, norm(2, 0.8), True, -2.4),  # z = -1 is 2.8: the better of both is 2.4
        (3.0, norm(2, 0.8), True, -2.8),
    ],
)
def test_the_target_after_a_low_level_is_the_stricter_of_norm_and_cut_off(
    cutoff_at, group, worse, target
):
    """Higher always better: a score of a form where higher is worse counts negative."""
    form = alliance_form(
        direction="higher_is_worse" if worse else "higher_is_better",
        total={"cutoffs": (cutoff(">" if worse else "<", cutoff_at),) if cutoff_at else ()},
        norms=(group,) if group else (),
    )
    series = judged([3], form=form).views[-1].scored[0].series
    assert early_target(series) == pytest.approx(target)
