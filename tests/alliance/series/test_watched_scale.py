"""What a scale's scores are held against before any has come."""

import math
from dataclasses import replace

import pytest

from service.alliance.course import Errors
from service.scoring.applicability import Applicability
from service.scoring.instrument import Precision
from service.scoring.recoding.steps import Step, Steps
from service.scoring.scales import Respondent
from tests.alliance.courses import BOND, alliance_form, cutoff, judged
from tests.scoring.forms import clock, instrument, items, line, listed, recoded, scale, steps


def named(item, name):
    """Return an item with another id."""
    return replace(item, id=name)


def standard(form=BOND, name="total", rater="client", **members):
    """Return what a scale is held against, from a course of one form."""
    scores = [{one.id: 3 for one in form.scales}]
    sides = (scores, ()) if rater == "client" else ((), scores)
    forms = {"form": form, "therapist_form": form}
    monitor = judged(*sides, **forms, **members)
    (found,) = (one for key, one in monitor.tracks.series.items() if key.scale == name)
    return found


def test_the_key_of_a_series_is_rater_form_time_and_scale():
    assert tuple(standard().key) == ("client", "bond", "post", "total")
    assert tuple(standard(rater="therapist").key) == ("therapist", "bond", "post", "total")


@pytest.mark.parametrize(
    ("direction", "sign", "best"), [("higher_is_better", 1, 5), ("higher_is_worse", -1, 1)]
)
def test_the_best_score_is_the_highest_or_the_lowest(direction, sign, best):
    found = standard(alliance_form(direction=direction))
    assert (found.sign, found.best) == (sign, best)
    assert found.natural(2.5) == sign * 2.5
    assert found.natural(None) is None
    assert math.copysign(1, found.natural(0)) == 1  # never -0


def test_a_scale_without_a_range_has_no_best_score():
    assert standard(alliance_form(total={"terms": ()})).best is None


def test_a_step_that_counts_as_sudden_exceeds_measurement_error():
    """1.96 sqrt(2) x 0.2."""
    assert standard().step_cutoff == pytest.approx(0.554372, abs=1e-6)
    without = standard(errors=None)
    assert (without.sem, without.step_cutoff) == (None, None)


def test_the_error_figures_are_at_hand():
    assert (standard().sem, standard().within_person_sd) == (0.2, 0.3)
    bare = standard(alliance_form(total={"terms": ()}), errors=None)
    assert (bare.sem, bare.within_person_sd) == (None, None)


@pytest.mark.parametrize(
    ("watch", "name", "errors", "found"),
    [
        (["total"], "total", None, (True, True)),
        (["total"], "goal", None, (False, False)),
        (["total"], "goal", Errors(sem=0.2), (False, True)),  # R10 asks for an SEM
        (["goal", "task"], "total", None, (False, False)),
        (["goal", "task"], "task", None, (True, True)),
    ],
)
def test_the_scales_that_are_watched_and_those_that_are_judged_beside_them(
    watch, name, errors, found
):
    one = standard(alliance_form(alerts={"watch": watch}), name, errors=errors)
    assert (one.is_watched, one.is_judged) == found


LINES = {
    "higher_is_better": (cutoff("<", 3), cutoff("<=", 2), cutoff(">", 4), cutoff(">=", 4.5)),
    "higher_is_worse": (cutoff(">", 3), cutoff(">=", 4), cutoff("<", 2), cutoff("<=", 1.5)),
}


@pytest.mark.parametrize("direction", LINES)
def test_only_cut_offs_that_mark_a_poor_score_are_kept(direction):
    form = alliance_form(direction=direction, total={"cutoffs": LINES[direction]})
    assert tuple(standard(form).cutoffs) == LINES[direction][:2]


def test_of_cut_offs_those_of_the_named_system_for_the_respondent_are_kept():
    women = replace(cutoff("<", 3, "b"), applies_to=Applicability(sex="female"))
    lines = cutoff("<", 2), cutoff("<", 2.5, "b"), women
    form = alliance_form(total={"cutoffs": lines})
    assert tuple(standard(form).cutoffs) == lines[:2]
    woman = Respondent(None, "female")
    assert tuple(standard(form, respondent=woman).cutoffs) == lines
    named = alliance_form(
        total={"cutoffs": lines}, alerts={"parameters": {"total": {"cutoff": "b"}}}
    )
    assert tuple(standard(named, respondent=woman).cutoffs) == lines[1:]


def of_items(answers, *, reverse=(), metric="mean", **members):
    """Return a watched form of three items with these answers."""
    form = alliance_form(metric=metric, low=1, high=5, **members)
    return replace(form, items=items(3, answers, reverse=reverse))


@pytest.mark.parametrize(
    ("form", "step"),
    [
        (of_items(steps(1, 5)), 1),  # a mean from 1 to 5 in four steps
        (of_items(steps(1, 5), metric="sum"), 3),  # a sum from 3 to 15
        (of_items(steps(0, 1)), 1),
        (of_items(listed(1, 3, 5)), 2),
        (of_items(line(1, 5)), None),
        (of_items(listed(3)), None),
        (of_items(steps(1, 5), reverse=(2,)), None),
        (of_items(steps(1, 5), total={"weights": (1, 1, 2)}), None),
    ],
)
def test_the_step_of_a_score_is_where_all_answers_move_by_one(form, step):
    assert standard(form).step == step


def test_without_a_range_or_with_uneven_items_there_is_no_step():
    assert standard(replace(of_items(steps(1, 5)), items=MIXED)).step is None
    assert standard(alliance_form(total={"terms": ()})).step is None


MIXED = (*items(2, steps(1, 5)), named(items(1, steps(1, 4))[0], "3"))


@pytest.mark.parametrize(
    ("answers", "reverse", "least"),
    [
        (steps(1, 5), (), 2),
        (steps(0, 3), (), 1.5),
        (steps(1, 5), (1, 2, 3), 2),  # reversed, answers move as far
        (line(0, 10), (), 5),
        (listed(1, 3, 5), (), 2),
        (recoded(v0=0, v1=50, v2=100), (), 0),  # an answer may be worth any change
        (recoded(v1=1, v2=1, v3=3), (), 0),
        (recoded(v1=1, v2=2, v3=4), (), 0),
    ],
)
def test_half_the_range_is_the_least_change_of_an_answer_that_is_looked_at(answers, reverse, least):
    found = standard(of_items(answers, reverse=reverse)).answered
    assert [(place, item.id) for place, item, _ in found] == [(0, "1"), (1, "2"), (2, "3")]
    assert [change for *_, change in found] == [least] * 3


def test_numbers_that_are_worth_steps_are_always_looked_at():
    worth = replace(line(0, 10), steps=Steps(0, (Step(5, 1),)))
    assert {change for *_, change in standard(of_items(worth)).answered} == {0}


def test_clock_times_do_not_fall():
    form = replace(
        alliance_form(), items=(*items(2, steps(1, 5)), named(items(1, clock())[0], "3"))
    )
    assert [place for place, *_ in standard(form).answered] == [0, 1]


def test_a_form_of_symptoms_is_watched_by_its_total_and_says_nothing_outright():
    form = instrument(items(3), scale(precision=Precision(1.0, None, None, "invented")))
    monitor = judged([4], symptoms=[5], symptom_form=form)
    (found,) = monitor.tracks.symptoms.values()
    assert (found.only_direct, found.is_watched, found.sem) == (False, True, 1)
    assert (found.settings.fixed_drop, found.settings.item_floor) == (None, None)


def test_what_is_kept_counts_by_what_a_report_writes_of_it():
    """In bytes: a watched scale has all rules written, any other next to nothing."""
    watched, beside = standard(), standard(name="goal")
    assert (type(watched).__mro__[1].__sizeof__(watched), beside.__sizeof__()) == (48_000, 7_000)
