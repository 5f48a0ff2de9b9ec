"""The trend in the shipped thresholds: four courses whose figures were worked out by another
program, which shares nothing with this one.

SEM 0.20, session-to-session SD 0.30. The program (plain sums, no running updates) was held against
a vectorised third one over 115,330 sessions.
"""

from dataclasses import replace
from statistics import mean

import pytest

from service.alliance.course import Course, Session
from service.alliance.policy import Policy
from tests.alliance.courses import (
    BOND,
    KNOWN,
    alliance_form,
    finding,
    judged,
    rating,
    run,
    signals,
    view,
)
from tests.scoring.forms import items, steps

# session, x; of the dyad's own trend: expected, s_p, T, p; of growth: expected, s_p, T, C
DIP_ROWS = [
    (1, 4.0, None, None, None, None, None, None, None, None),
    (2, 4.17, 4.014274, 0.3, -0.347886, 0.627269, 4.037113, 0.3, -0.312025, 0.0),
    (3, 4.08, 4.127299, 0.272357, 0.125945, 0.452341, 4.138556, 0.271574, 0.174317, 0.0),
    (4, 4.25, 4.123709, 0.249021, -0.375135, 0.639768, 4.148816, 0.248664, -0.346484, 0.0),
    (5, 4.17, 4.212358, 0.233237, 0.137463, 0.447268, 4.205694, 0.23251, 0.13408, 0.0),
    (6, 3.33, 4.218814, 0.218467, 3.167551, 0.006622, 4.22298, 0.217772, 3.633425, 3.133425),
    (7, 3.92, 4.241025, 0.218467, 1.061571, 0.159712, 4.246281, 0.217772, 1.305433, 3.938858),
    (8, 4.17, 4.085114, 0.220002, -0.301819, 0.615176, 4.183329, 0.226131, 0.052137, 0.0),
    (9, 4.25, 4.1199, 0.209766, -0.507663, 0.688651, 4.194378, 0.214559, -0.231927, 0.0),
]
GAP_ROWS = [
    (1, 4.0, None, None, None, None, None, None, None, None),
    (2, 4.17, 4.014274, 0.3, -0.347886, 0.627269, 4.037113, 0.3, -0.312025, 0.0),
    (3, 4.08, 4.127299, 0.272357, 0.125945, 0.452341, 4.138556, 0.271574, 0.174317, 0.0),
    (5, 4.25, 4.14075, 0.249021, -0.28723, 0.608201, 4.176453, 0.248664, -0.247671, 0.0),
    (6, 4.17, 4.231162, 0.232128, 0.194099, 0.425805, 4.22472, 0.231392, 0.20429, 0.0),
    (9, 3.33, 4.259388, 0.21772, 2.985025, 0.008733, 4.273242, 0.217092, 3.703409, 3.7),
    (10, 3.75, 4.274673, 0.21772, 1.601726, 0.073942, 4.290216, 0.217092, 2.086714, 5.286714),
]
LASTING_ROWS = [
    (1, 4.0, None, None, None, None, None, None, None, None),
    (2, 4.17, 4.014274, 0.3, -0.347886, 0.627269, 4.037113, 0.3, -0.312025, 0.0),
    (3, 4.08, 4.127299, 0.272357, 0.125945, 0.452341, 4.138556, 0.271574, 0.174317, 0.0),
    (4, 4.25, 4.123709, 0.249021, -0.375135, 0.639768, 4.148816, 0.248664, -0.346484, 0.0),
    (5, 4.17, 4.212358, 0.233237, 0.137463, 0.447268, 4.205694, 0.23251, 0.13408, 0.0),
    (6, 3.67, 4.218814, 0.218467, 1.955861, 0.043104, 4.22298, 0.217772, 2.250007, 1.750007),
    (7, 3.58, 3.985712, 0.250422, 1.297532, 0.113359, 4.119103, 0.262359, 1.837985, 3.087991),
    (8, 3.5, 3.802792, 0.25884, 0.961179, 0.179563, 4.017065, 0.291893, 1.595699, 4.18369),
    (9, 3.67, 3.657929, 0.257943, -0.039314, 0.515328, 3.917917, 0.311734, 0.720662, 0.220662),
]
STRAIGHT_ROWS = [
    (1, 4.0, None, None, None, None, None, None, None, None),
    (2, 4.0, 4.014274, 0.374166, 0.025568, 0.490413, 4.037113, 0.374166, 0.069871, 0.0),
    (3, 4.0, 4.018014, 0.334691, 0.039033, 0.485187, 4.051742, 0.334868, 0.124919, 0.0),
    (4, 4.0, 4.017756, 0.305577, 0.042982, 0.483555, 4.063383, 0.306168, 0.176279, 0.0),
    (5, 3.0, 4.015183, 0.3, 2.56139, 0.018738, 4.071817, 0.3, 3.1204, 2.6204),
    (6, 3.0, 3.492697, 0.379292, 1.011359, 0.170726, 3.824772, 0.42451, 1.721566, 3.841966),
    (7, 3.0, 3.183017, 0.379773, 0.385958, 0.354247, 3.641573, 0.46854, 1.224798, 0.724798),
]


STEPPED = replace(alliance_form("stepped"), items=items(3, steps(1, 5)))
COURSES = {
    "dip": (DIP_ROWS, BOND),
    "gaps": (GAP_ROWS, BOND),
    "lasting": (LASTING_ROWS, BOND),
    "straight": (STRAIGHT_ROWS, STEPPED),
}


def heard(name):
    rows, form = COURSES[name]
    numbers = [row[0] for row in rows]
    return judged([row[1] for row in rows], rules=Policy(), form=form, numbers=numbers)


@pytest.mark.parametrize("name", COURSES)
def test_every_figure_is_that_of_the_other_program(name):
    monitor = heard(name)
    for session, x, *figures in COURSES[name][0]:
        point = view(monitor, session).scored[0].point
        assert point.value == x
        if figures[0] is None:
            assert (point.prediction, point.growth, point.cusum) == (None, None, None)
            continue
        own, growth = point.prediction, point.growth
        found = (own.expected, own.sd, own.t, own.p, growth.expected, growth.sd, growth.t)
        assert (*found, point.cusum) == pytest.approx(tuple(figures), abs=1e-6), session


def test_the_dip_is_an_alert_and_what_is_above_the_limit_without_a_fall_is_not():
    """At session 7 C = 3.94 > 3.7, but 3.92 stands 0.214 below the mean, less than one SD."""
    monitor = heard("dip")
    assert signals(monitor)[5] == "alert"
    assert [finding(monitor, "R08", session).fired for session in (6, 7, 8)] == [False] * 3


def test_one_score_is_never_called_lasting():
    """At session 9 it fills the sum to its limit; the low one after it completes it."""
    monitor = heard("gaps")
    assert finding(monitor, "R08", 9).statistic == 3.7
    assert [finding(monitor, "R08", session).fired for session in (9, 10)] == [False, True]


def test_a_lasting_fall_is_one_though_no_score_is_unusual():
    monitor = heard("lasting")
    fired = [finding(monitor, "R08", session).fired for session in range(6, 10)]
    assert fired == [False, False, True, False]


def test_whole_number_forms_move_by_whole_steps():
    """The first step down is a watch, though it is 3.3 SDs."""
    assert signals(heard("straight"))[4] == "watch"
    assert signals(judged([4.01] * 4 + [3.01], rules=Policy(), form=STEPPED))[4] == "alert"


@pytest.mark.parametrize(
    "members",
    [
        {"total": {"terms": ()}},  # nobody knows how far one answer moves the score
        {"total": {"weights": (1, 1, 2)}},
    ],
)
def test_a_score_whose_steps_are_not_known_is_not_taken_to_move_by_them(members):
    form = replace(alliance_form("stepped", **members), items=items(3, steps(1, 5)))
    assert signals(judged([4] * 4 + [3], rules=Policy(), form=form))[4] == "alert"


@pytest.mark.parametrize("score", [1, 3.9167, 5])
def test_who_stands_still_is_never_noticed(score):
    """Growth is expected, and its missing alone is no fall."""
    assert set(signals(judged([score] * 60, rules=Policy()))) <= {"none", "info"}


@pytest.mark.parametrize("step", [0.01, 0.05, 0.2])
def test_who_rises_is_never_noticed(step):
    scores = [1 + step * n for n in range(20)]
    assert set(signals(judged(scores, rules=Policy()))) <= {"none", "info"}


def test_a_fall_after_growth_is_measured_from_the_level_reached():
    """2.8 to 4.2 in eight sessions, then 3.3: above the mean of all earlier ones, and an alert."""
    monitor = judged([2.8 + 0.2 * n for n in range(8)] + [3.3], rules=Policy())
    assert signals(monitor)[-1] == "alert"
    (episode,) = monitor.sides["client"].episodes
    assert episode.baseline > 3.9


def fallen(form, answers):
    """Return what R06 says of a form after five whose answers are all 4."""
    marks = [[4, 4, 4]] * 5 + [answers]
    made = tuple(
        Session(number, (rating(form, mean(filter(None, given)), answers=given),))
        for number, given in enumerate(marks, 1)
    )
    return finding(run(Course(made, Policy(), errors={form.id: {"total": KNOWN}})), "R06")


def test_a_mark_on_a_line_moves_by_no_steps():
    """The same mark on all three lines is no whole number: the fall is the one that it looks."""
    assert fallen(BOND, [3, 3, 3]).statistic == fallen(BOND, [3.5, 3, 2.5]).statistic
    assert fallen(BOND, [3, 3, 3]).fired is True


@pytest.mark.parametrize("blank", [[None, 3, 3], [3, None, 3], [3, 3, None], [None, None, 3]])
def test_a_blank_makes_no_form_uneven(blank):
    """Whoever gives one answer throughout moves by whole steps, also with an item left out."""
    assert fallen(STEPPED, blank).statistic == fallen(STEPPED, [3, 3, 3]).statistic
    assert fallen(STEPPED, blank).statistic < fallen(STEPPED, [4, 3, 2]).statistic
