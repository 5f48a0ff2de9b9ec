"""What each rule tells beside its verdict, every member of it, worked out by hand."""

import math

import pytest

from service.alliance.course import Errors
from tests.alliance.courses import alliance_form, cutoff, finding, judged, norm, policy
from tests.alliance.rules.test_subscale import answered
from tests.alliance.series.test_symptoms import MOOD, with_symptoms


def about(value):
    return pytest.approx(value, abs=1e-6)


def evidence(*args, rule, number=None, **members):
    return finding(judged(*args, **members), rule, number).evidence


LINES = (cutoff("<", 3.6, "below"), cutoff("<=", 3.2, "at-most"))
NORMED = alliance_form(norms=(norm(4, 0.8),))  # z = -1 is 3.2


@pytest.mark.parametrize(
    ("score", "met"), [(3.7, []), (3.4, ["below"]), (3.2, ["below", "at-most"])]
)
def test_r01_tells_every_cut_off_and_which_are_met(score, met):
    """The threshold is that of the first that is met, else of the first."""
    form = alliance_form(total={"cutoffs": LINES})
    found = finding(judged([score], form=form), "R01")
    assert (found.fired, found.statistic, found.threshold) == (bool(met), score, 3.6)
    assert found.evidence == {
        "cutoffs": [
            {
                "system": name,
                "op": op,
                "value": value,
                "label": None,
                "met": name in met,
                "source": "bond/invented",
            }
            for name, op, value in (("below", "<", 3.6), ("at-most", "<=", 3.2))
        ]
    }


def test_r01_shows_the_first_cut_off_that_is_met():
    form = alliance_form(total={"cutoffs": (cutoff("<", 2, "low"), cutoff("<", 3.6, "high"))})
    assert [finding(judged([score], form=form), "R01").threshold for score in (4, 3, 1)] == [
        2,
        3.6,
        2,
    ]


def test_r03_to_r06_tell_what_a_score_was_compared_with():
    """After 3.5, 4, 4.5: mean 4, s = .5, s_p = sqrt((4 x .09 + 2 x .25) / 6)."""
    monitor = judged([3.5, 4, 4.5, None, 3.1])
    assert finding(monitor, "R03").evidence == {
        "previous_session": 3,
        "previous": 4.5,
        "drop": about(1.4),
        "s_diff": about(0.2 * math.sqrt(2)),
        "gap": 2,
    }
    assert finding(monitor, "R04").evidence == {
        "baseline": 4,
        "m": 3,
        "drop": about(0.9),
        "error": about(0.2 * math.sqrt(4 / 3)),
    }
    unusual = finding(monitor, "R06")
    assert unusual.evidence == {
        "baseline": 4,
        "expected": 4,
        "m": 3,
        "s": about(0.5),
        "s_p": about(0.378594),
        "df": 6,
        "level": None,
    }
    # T = .9 / (.378594 x sqrt(4/3)) = 2.0587; between the printed t(.05; 6) = 1.943 and t(.025; 6)
    assert 0.025 < unusual.p < 0.05


def test_r05_tells_the_fall_in_points():
    fixed = {"parameters": {"total": {"fixed_drop": {"value": 1, "source": "invented"}}}}
    found = finding(judged([4.5, 3], form=alliance_form(alerts=fixed)), "R05")
    assert found.evidence == {"previous_session": 1, "previous": 4.5, "drop": 1.5}
    assert (found.fired, found.statistic, found.threshold) == (True, 1.5, 1)


@pytest.mark.parametrize("turned", [False, True])
def test_r07_and_r08_tell_their_figures_as_the_scale_prints_them(turned):
    """After 4, 4.4, 4, 4.4, 4: mean 4.16, ranges .4, limit 4.16 - 3 x .4 / 1.128379; squares .192,
    s_p = sqrt((.36 + .192) / 8) = .2626785, T = 1.16 / (s_p sqrt(1.2)) = 4.031279. The fifth score,
    after a mean of 4.2 and squares .16, has T = .2 / sqrt(.52 / 7 x 1.25) = .656330: C = .156330.
    """
    form = alliance_form(direction="higher_is_worse" if turned else "higher_is_better")

    def shown(score):
        return 6 - score if turned else score

    monitor = judged([shown(one) for one in (4, 4.4, 4, 4.4, 4, 3)], form=form)
    assert finding(monitor, "R07").evidence == {
        "baseline": about(shown(4.16)),
        "mean_moving_range": about(0.4),
        "lower_control_limit": about(shown(3.096528)),
        "floor_used": False,
    }
    assert finding(monitor, "R08").evidence == {
        "before": about(0.156330),
        "t": about(4.031279),
        "expected": about(shown(4.16)),
        "fall_in_sds": about(1.16 / 0.3),
    }


def test_r09_tells_no_falls_where_they_do_not_run():
    assert evidence([4, 3.9, 3.9, 3.4], rule="R09") == {"since_session": 1, "falls_in_a_row": None}


def test_r10_tells_every_side_with_its_own_limit():
    """After 4, 4, 4: T = .6 / sqrt(.08) = 2.121320, the fall .6 / (.2 sqrt(2)) as well."""
    form = {"total": 4, "bond": 4}
    found = finding(judged([form, form, form, {"total": 4, "bond": 3.4}]), "R10")
    (side,) = found.evidence["subscales"]
    assert side == {
        "scale": "bond",
        "value": 3.4,
        "rci": about(2.121320),
        "t": about(2.121320),
        "threshold": pytest.approx(3.143, abs=5e-4),  # t(.01; 6) as tables print it
        "fired": False,
    }
    assert found.evidence["fell"] == []
    assert found.evidence.keys() == {"subscales", "fell"}
    assert 0.025 < found.p < 0.05  # t(.05; 6) = 1.943, t(.025; 6) = 2.447


def test_r12_tells_which_scores_it_took_and_its_limits():
    """Mean of 3.4 and 3 is 3.2, z = -1; below 3.4 is one of them."""
    form = alliance_form(norms=(norm(4, 0.8),), total={"cutoffs": (cutoff("<", 3.4),)})
    assert evidence([4, 4, 3.4, 3], rule="R12", form=form) == {
        "sessions": [3, 4],
        "mean": about(3.2),
        "z": about(-1),
        "below_cutoff": [4],
        "cutoff": {"system": "line", "op": "<", "value": 3.4},
        "norm": {"id": "adults", "limit": about(3.2)},
        "provisional": False,
    }


@pytest.mark.parametrize(("gap", "higher"), [(0.02, "client"), (-0.02, "therapist"), (0, None)])
def test_r13_and_r25_tell_who_rated_higher_however_little(gap, higher):
    """.02 of 1 to 5 are half a percent; an SD of .8 is 20 percent."""
    errors = Errors(sem=0.2, within_person_sd=0.3, sd=0.8)
    monitor = judged([3, 3, 3 + gap], [3, 3.4, 3], errors=errors)
    assert finding(monitor, "R13").evidence == {
        "gap_percent": about(25 * gap),
        "standardised_gap": about(25 * gap / 20),
        "previous_standardised_gap": about(-0.5),
        "higher": higher,
        "expected": 0.41,
    }
    lasting = finding(monitor, "R25")
    assert lasting.evidence == {
        "gaps_percent": about([0, -10, 25 * gap]),
        "higher": higher,
        "n_paired": 3,
    }
    assert lasting.threshold == (37.5 if gap > 0 else -25)


def test_r14_tells_both_changes():
    assert evidence([4, 3.4], [4, 3.95], rule="R14") == {
        "client_change": about(-0.6),
        "therapist_change": about(-0.05),
    }


def test_r16_tells_how_the_symptoms_changed_where_none_worsened():
    found = finding(with_symptoms([4] * 3, [10, 11, 9]), "R16")
    assert (found.fired, found.statistic, found.threshold) == (False, -2, 6)
    assert found.evidence == {
        "symptoms": [
            {
                "instrument": "mood",
                "scale": "total",
                "since_session": 2,
                "previous": 11,
                "value": 9,
                "method": "fixed",
                "threshold": 6,
            }
        ],
        "n_scales": 1,
    }


def test_r21_tells_the_low_scores_of_those_it_looked_at():
    """Ten scores, of which the last eight count and seven of these are low."""
    assert evidence([3] * 5 + [4] + [3] * 4, rule="R21", form=NORMED) == {
        "low_sessions": [3, 4, 5, 7, 8, 9, 10],
        "n_scores": 8,
        "cutoff": None,
        "norm": {"id": "adults", "limit": about(3.2)},
        "target": None,
    }


def test_r22_tells_the_answers_before_and_after():
    found = answered((5, 4, 4), (1, 4, 4))
    assert (found.fired, found.statistic, found.threshold) == (True, 1, 0.75)
    assert found.evidence == {
        "previous_session": 1,
        "items": [{"item": "1", "before": 5, "after": 1, "size": 4, "share_of_range": 1}],
    }


def test_r23_tells_first_best_and_latest_score():
    """From 16 to 4 is an improvement by 12, from there to 13 a relapse by 9."""
    found = finding(with_symptoms([4] * 4, [16, 4, 8, 13]), "R23")
    assert (found.statistic, found.threshold) == (9, 6)
    assert found.evidence == {
        "instrument": "mood",
        "scale": "total",
        "kind": "relapse",
        "since_session": 2,
        "previous": 4,
        "best_session": 2,
        "best": 4,
        "value": 13,
        "threshold": 6,
        "n_scales": 1,
    }


def test_r24_tells_the_run_and_each_worsening():
    monitor = judged([5] * 4, symptoms=[10, 10, 10, 16], symptom_form=MOOD)
    found = finding(monitor, "R24")
    assert (found.fired, found.statistic, found.threshold, found.severity) == (True, 4, 3, None)
    assert found.evidence.keys() == {"scores_at_best_in_a_row", "symptoms", "agreeableness"}
    assert found.evidence["symptoms"] == [finding(monitor, "R23").evidence]


@pytest.mark.parametrize(
    ("mean", "kind"), [(3.9, "weaker"), (3.0, "weaker"), (4.1, "stronger"), (5.0, "stronger")]
)
def test_r26_tells_both_levels_and_which_is_weaker_however_little(mean, kind):
    """Five of 4 before, two after: SEM sqrt(1/2 + 1/5) = .2 x .836660."""
    found = finding(judged([4] * 5 + [mean] * 2, events={6: ["therapist_change"]}), "R26")
    assert found.evidence == {
        "mean_before": 4,
        "n_before": 5,
        "mean": about(mean),
        "n": 2,
        "error": about(0.2 * math.sqrt(0.7)),
        "kind": kind,
    }
    assert (found.statistic, found.threshold) == (about((mean - 4) / (0.2 * math.sqrt(0.7))), 1.96)


def test_r26_does_not_call_the_same_level_weaker():
    found = finding(judged([4] * 6, events={6: ["therapist_change"]}), "R26")
    assert (found.fired, found.statistic) == (False, 0)
    assert found.evidence["kind"] != "weaker"


def test_r28_is_the_smaller_of_two_ratios():
    """4, 2.8, 4, 2.8, 4: s = sqrt(1.728 / 4) = .657267; mean range 1.2 / 1.128379 = 1.063473."""
    found = finding(judged([4, 2.8] * 3, rules=policy(leave_out_alerts=False)), "R28")
    assert found.statistic == about(0.657267 / 0.3)
    # 2, 3, 4, 5, 5 has an SD of 1.303840 and a mean range of .75: 0.664670.
    found = finding(judged([2, 3, 4, 5, 5, 5], rules=policy(leave_out_alerts=False)), "R28")
    assert (found.statistic, found.threshold) == (about(0.75 * math.sqrt(math.pi) / 2 / 0.3), 2)
