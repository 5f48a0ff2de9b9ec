"""Symptoms next to the alliance: R16 in the session of a signal and the next."""

import math
from dataclasses import replace

import pytest

from service.alliance.course import Course, Errors, Session
from service.alliance.series.symptoms import SymptomSeries
from service.scoring.applicability import Applicability
from service.scoring.instrument import ChangeRule, Precision
from service.scoring.scales import Respondent
from tests.alliance.courses import (
    BOND,
    KNOWN,
    episodes,
    finding,
    fired,
    judged,
    policy,
    rating,
    run,
    signals,
    view,
)
from tests.scoring.forms import instrument, items, scale, steps


def symptom_form(name="mood", **members):
    """Return a symptom form of nine items from 0 to 3, higher worse, with a published reliable
    change of 6.
    """
    total = {"changes": (ChangeRule("fixed", 6, source="invented"),), **members}
    return instrument(items(9), scale(range(9), **total), id=name, title=name.capitalize())


MOOD = symptom_form()
# After five sessions of 4 the error is sqrt(4 x .09 / 8 x 6/5) = 0.232379 and t(.025; 8) = 2.306,
# t(.01; 8) = 2.896: 3.4 has T = 2.582, a watch (R03: .6 >= .554); 3.2 has T = 3.443, an alert
# (t(.001; 8) = 4.501).
WATCH, ALERT = [4, 4, 4, 4, 4, 3.4], [4, 4, 4, 4, 4, 3.2]


def with_symptoms(alliance, symptoms, form=MOOD, **members):
    return judged(alliance, (), symptoms, symptom_form=form, **members)


def test_the_courses_of_this_module_give_a_watch_and_an_alert():
    assert signals(judged(WATCH)) == ["none"] * 5 + ["watch"]
    assert signals(judged(ALERT)) == ["none"] * 5 + ["alert"]


@pytest.mark.parametrize(("last", "fires"), [(16, True), (15, False), (10, False), (4, False)])
def test_r16_fires_from_the_published_reliable_change(last, fires):
    """From 10 up by 6 is reliable, up by 5 is not; down by 6 is an improvement."""
    monitor = with_symptoms(WATCH, [10] * 5 + [last])
    found = finding(monitor, "R16")
    assert (found.fired, found.statistic, found.threshold) == (fires, last - 10, 6)
    assert signals(monitor)[-1] == ("alert" if fires else "watch")
    (symptom,) = found.evidence["symptoms"]
    assert {name: symptom[name] for name in ("instrument", "scale", "method")} == {
        "instrument": "mood",
        "scale": "total",
        "method": "fixed",
    }
    assert (symptom["since_session"], symptom["previous"], symptom["value"]) == (5, 10, last)


def test_r16_is_about_its_own_session_where_that_has_a_signal():
    monitor = with_symptoms([*WATCH, 3.3], [10] * 6 + [16])
    assert "none" not in signals(judged([*WATCH, 3.3]))[5:]
    assert (finding(monitor, "R16", 7).fired, finding(monitor, "R16", 7).about) == (True, None)


def test_r16_makes_an_alert_urgent():
    monitor = with_symptoms(ALERT, [10] * 5 + [16])
    assert signals(monitor)[-1] == "urgent"
    assert episodes(monitor)[0].rules["R16"] == [6]
    assert episodes(monitor)[0].severity == "urgent"


def test_r16_in_the_next_session_adds_to_the_signal_of_the_session_before():
    """Session 7 itself gives no signal: the finding names session 6."""
    quiet = with_symptoms([*WATCH, 3.7], [10] * 6 + [16])
    found = finding(quiet, "R16", 7)
    assert (found.fired, found.about) == (True, 6)


def test_r16_in_the_next_session_without_an_alliance_form():
    monitor = with_symptoms([*WATCH, None], [10] * 6 + [16])
    assert finding(monitor, "R16", 7).fired is True
    assert signals(monitor)[-1] == "alert"
    assert episodes(monitor)[0].severity == "alert"


def test_r16_does_not_raise_the_signal_while_the_score_is_on_its_way_back():
    """2.9 was an alert; 3.45 is half way back, and still a watch but for that."""
    monitor = with_symptoms([*WATCH[:5], 2.9, 3.45], [10] * 6 + [16], rules=policy(cusum_limit=1e9))
    assert {"R04", "R06", "R16"} <= fired(monitor, 7)
    assert signals(monitor)[5:] == ["alert", "info"]


def test_r16_after_an_episode_that_ended_unresolved_adds_nothing():
    """Its end made session 11 an alert; the symptoms of session 12 come after it."""
    monitor = with_symptoms([*WATCH, *[3.6] * 6], [10] * 11 + [16], rules=policy(cusum_limit=1e9))
    assert signals(monitor)[10:] == ["alert", "info"]
    assert len(episodes(monitor)) == 1


def test_r16_two_sessions_later_is_noted_in_an_open_episode_and_adds_nothing():
    """Repaired in session 8, the episode is open while that session is heard."""
    monitor = with_symptoms([*WATCH, 4, 4], [10] * 7 + [16])
    assert finding(monitor, "R16", 8).fired is True
    assert signals(monitor)[7] == "info"
    assert episodes(monitor)[0].severity == "watch"
    assert episodes(monitor)[0].rules["R16"] == [8]
    assert finding(with_symptoms([*WATCH, 4, 4, 4], [10] * 8 + [16]), "R16", 9).fired is False


def test_r16_changes_nothing_of_the_session_it_is_about():
    early = with_symptoms(WATCH, [10] * 6)
    later = with_symptoms([*WATCH, 3.7], [10] * 6 + [16])
    assert signals(later)[:6] == signals(early)
    assert fired(later, 6) == fired(early, 6)


def test_r16_needs_a_signal():
    monitor = with_symptoms([4] * 6, [10] * 5 + [27])
    assert finding(monitor, "R16").fired is False
    assert signals(monitor) == ["none"] * 5 + ["info"]  # R23: by themselves


def test_r16_needs_two_symptom_scores_and_a_way_to_judge_them():
    assert finding(with_symptoms(WATCH, [None] * 5 + [16]), "R16")[:2] == (
        None,
        "too_few_symptom_scores",
    )
    bare = symptom_form(changes=())
    assert finding(with_symptoms(WATCH, [10] * 5 + [16], bare), "R16")[:2] == (
        None,
        "no_reliable_change_parameters",
    )
    assert "R16" not in {one.rule for one in judged(WATCH).views[-1].judged}


def test_r16_compares_with_the_last_symptom_score_there_is():
    found = finding(with_symptoms(WATCH, [10, 10, None, None, None, 16]), "R16")
    assert found.fired is True
    assert found.evidence["symptoms"][0]["since_session"] == 2


@pytest.mark.parametrize(("last", "fires"), [(15, False), (16, True)])
def test_r16_works_out_the_reliable_change_from_a_standard_error(last, fires):
    """1.96 sqrt(2) x 2 = 5.54: up by 5 is not reliable, by 6 is."""
    form = symptom_form(changes=(), precision=Precision(2.0, 0.9, "retest", "invented"))
    found = finding(with_symptoms(WATCH, [10] * 5 + [last], form), "R16")
    assert (found.fired, found.threshold) == (fires, pytest.approx(1.96 * math.sqrt(2) * 2))


@pytest.mark.parametrize(("rise", "fires"), [(1.959963984540054, False), (1.96, True)])
def test_r16_asks_for_more_than_the_normal_quantile_of_a_published_error(rise, fires):
    """With an error of the difference of 1 the limit is z(.975) = 1.959964 itself, which is not yet
    reliable.
    """
    form = symptom_form(
        changes=(ChangeRule("jacobson_truax", standard_error_of_difference=1.0, level=0.95),)
    )
    found = finding(with_symptoms(WATCH, [10] * 5 + [10 + rise], form), "R16")
    assert (found.fired, found.evidence["symptoms"][0]["method"]) == (fires, "jacobson_truax")


def test_r16_does_not_judge_a_child_by_the_rule_of_adults():
    adults = Applicability(minimum_age=18, of_unknown_age=True)
    form = symptom_form(changes=(ChangeRule("fixed", 6, source="invented", applies_to=adults),))
    for age, deteriorated in ((None, True), (40, True), (15, None)):
        monitor = with_symptoms(WATCH, [10] * 5 + [16], form, respondent=Respondent(age))
        assert finding(monitor, "R16").fired is deteriorated


def test_r16_follows_the_direction_of_the_scale():
    """Of a form where higher is better, a fall by 6 is the deterioration."""
    form = symptom_form("wellbeing", direction="higher_is_better")
    assert finding(with_symptoms(WATCH, [16] * 5 + [10], form), "R16").fired is True
    assert finding(with_symptoms(WATCH, [10] * 5 + [16], form), "R16").fired is False


def test_r16_takes_the_worst_of_several_symptom_forms():
    other = symptom_form("worry")
    made = []
    for number, (bond, mood, worry) in enumerate(
        zip(WATCH, [10] * 6, [10] * 5 + [16], strict=True), 1
    ):
        made.append(Session(number, (rating(BOND, bond), rating(MOOD, mood), rating(other, worry))))
    monitor = run(Course(tuple(made), policy(), errors={"bond": {"total": KNOWN}}))
    found = finding(monitor, "R16")
    assert found.fired is True
    assert [one["instrument"] for one in found.evidence["symptoms"]] == ["worry"]


def test_with_a_total_the_other_scales_of_a_symptom_form_do_not_count():
    change = ChangeRule("fixed", 3, source="invented")
    form = instrument(
        items(9),
        scale(range(9), changes=(change,)),
        scale((0, 1, 2), id="part", changes=(change,)),
        id="two",
    )
    monitor = with_symptoms(
        WATCH, [{"total": 10, "part": 1}] * 5 + [{"total": 12, "part": 9}], form
    )
    assert finding(monitor, "R16").fired is False
    assert [key.scale for key in monitor.tracks.symptoms] == ["total"]


def test_without_a_total_every_scale_of_a_symptom_form_counts():
    part = scale((0, 1), id="part", changes=(ChangeRule("fixed", 3, source="invented"),))
    form = instrument(items(2, steps(0, 9)), part, id="two", title="Two")
    monitor = with_symptoms(WATCH, [{"part": 3}] * 5 + [{"part": 6}], form)
    assert finding(monitor, "R16").fired is True


def test_the_errors_that_the_caller_knows_of_a_symptom_form_are_used():
    """SEM 4 makes 1.96 sqrt(2) x 4 = 11.09 the least reliable change of a form that has none of its
    own.
    """
    form = symptom_form(changes=())
    for last, fires in ((21, False), (22, True)):
        made = [
            Session(number, (rating(BOND, bond), rating(form, mood)))
            for number, (bond, mood) in enumerate(zip(WATCH, [10] * 5 + [last], strict=True), 1)
        ]
        known = {"bond": {"total": KNOWN}, "mood": {"total": Errors(sem=4)}}
        monitor = run(Course(tuple(made), policy(), errors=known))
        assert finding(monitor, "R16").fired is fires
        assert view(monitor, 6).signal["client"] == ("alert" if fires else "watch")


def with_several(k, form, last, errors=KNOWN):
    """Return the course of an alert beside k forms of symptoms of which one rises to `last`."""
    forms = [replace(form, id=f"mood-{n}") for n in range(k)]
    made = []
    for number, score in enumerate(WATCH, 1):
        given = [rating(one, 10 if number < 6 or n else last) for n, one in enumerate(forms)]
        made.append(Session(number, (rating(BOND, score), *given)))
    return run(Course(tuple(made), policy(), errors={"bond": {"total": errors}}))


# z(.05 / k) of a normal distribution (two-sided): 1.960, 2.241 and 2.394 for one, two and three.
@pytest.mark.parametrize(("k", "z"), [(1, 1.95996), (2, 2.24140), (3, 2.39398)])
def test_r16_shares_its_error_among_the_scales_that_are_looked_at(k, z):
    """With S_diff = 2 the limit is 2 z points."""
    rule = ChangeRule(
        "jacobson_truax", standard_error_of_difference=2, level=0.95, source="invented"
    )
    form = symptom_form(changes=(rule,))
    for beyond, fires in ((-0.01, False), (0.01, True)):
        found = finding(with_several(k, form, 10 + 2 * z + beyond), "R16")
        assert (found.fired, found.evidence["n_scales"]) == (fires, k)
        assert found.threshold == pytest.approx(2 * z, abs=1e-4)


def test_r16_keeps_a_published_threshold_and_asks_for_more_than_error_beside_others():
    """6 points stand where nothing is known of the error, however many scales there are; with an
    SEM of 2.5, z(.05 / 2) x sqrt(2) x 2.5 = 7.92 is needed of two.
    """
    assert finding(with_several(3, MOOD, 16), "R16").fired is True
    form = symptom_form(precision=Precision(2.5, 0.9, "retest", "invented"))
    assert finding(with_several(1, form, 16), "R16").fired is True
    assert finding(with_several(2, form, 16), "R16").fired is False
    assert finding(with_several(2, form, 18), "R16").fired is True


def test_a_form_of_personality_does_not_worsen():
    form = replace(MOOD, construct="personality")
    assert "R16" not in {one.rule for one in with_several(1, form, 20).views[-1].judged}


@pytest.mark.parametrize(
    ("scores", "kind", "since", "worse_by"),
    [
        ([8, 8, 14], "deterioration", 1, 6),
        ([8, 8, 13], None, 1, 5),
        ([16, 4, 13], "relapse", 2, 9),
        ([16, 11, 17], None, 1, 1),  # 5 better was no reliable improvement
        ([16, 10, 16], "relapse", 2, 6),
        ([10, 4, 17], "deterioration", 1, 7),
        ([16, 4, 9], None, 2, 5),
    ],
)
def test_r23_tells_deterioration_from_relapse(scores, kind, since, worse_by):
    """Reliable is 6: since the first score, or since the best after an improvement by as much."""
    monitor = with_symptoms([4] * len(scores), scores)
    found = finding(monitor, "R23")
    assert (found.fired, found.statistic) == (kind is not None, worse_by)
    assert found.evidence["since_session"] == since
    if kind:
        assert found.evidence["kind"] == kind
        assert found.evidence["best"] == min(scores[:-1])
        assert signals(monitor)[-1] == "info"
        assert episodes(monitor) == []


def test_r23_shares_its_error_among_scales_as_r16_does():
    form = symptom_form(precision=Precision(2.5, 0.9, "retest", "invented"))
    assert finding(with_several(1, form, 16), "R23").fired is True
    assert {
        one.finding.fired for one in with_several(2, form, 16).views[-1].judged if one.rule == "R23"
    } == {False}


def test_what_was_beside_the_score_is_noted_although_the_signal_did_not_change():
    """Both sides fell: an alert by itself stays one, and the therapist's fall is told."""
    monitor = judged(ALERT, ALERT)
    (episode,) = episodes(monitor)
    assert signals(monitor)[-1] == signals(judged(ALERT))[-1] == "alert"
    assert episode.rules["R15"] == [6]
    (episode,) = episodes(with_symptoms(ALERT, [10] * 5 + [16]))
    assert (episode.rules["R16"], episode.rules["R23"]) == ([6], [6])


def test_r16_is_told_on_the_first_symptoms_that_worsened_and_names_them_all():
    """Of three forms the second rises by 7 and the third by 9."""
    forms = [symptom_form(name) for name in ("mood", "worry", "sleep")]
    made = [
        Session(
            number,
            (
                rating(BOND, bond),
                *(
                    rating(form, 10 + (rise if number == 6 else 0))
                    for form, rise in zip(forms, (0, 7, 9), strict=True)
                ),
            ),
        )
        for number, bond in enumerate(WATCH, 1)
    ]
    monitor = run(Course(tuple(made), policy(), errors={"bond": {"total": KNOWN}}))
    (told,) = (one for one in monitor.views[-1].judged if one.rule == "R16")
    assert (told.series.key.instrument, told.finding.statistic) == ("worry", 7)
    named = [one["instrument"] for one in told.finding.evidence["symptoms"]]
    assert (named, told.finding.evidence["n_scales"]) == (["worry", "sleep"], 3)


def test_r16_is_told_on_the_first_symptoms_where_none_worsened():
    told = [one for one in with_several(3, MOOD, 12).views[-1].judged if one.rule == "R16"]
    assert [one.series.key.instrument for one in told] == ["mood-0"]
    assert told[0].finding.statistic == 2
    assert len(told[0].finding.evidence["symptoms"]) == 3


def heard(series, *scores, first=1):
    """Let a series take scores of sessions that follow one another; return what it found."""
    return [series.arrive(session, score) for session, score in enumerate(scores, first)]


def of_symptoms(form=MOOD, **members):
    """Return a series of symptoms to which nothing has come."""
    (series,) = with_symptoms([4], [10], form, **members).tracks.symptoms.values()
    return SymptomSeries(series)


def test_a_finding_about_symptoms_names_both_scores():
    series = of_symptoms()
    first, _, third = heard(series, 8, 6, 12.5)
    assert tuple(first)[:2] == (None, "too_few_symptom_scores")
    assert (third.fired, third.statistic, third.threshold) == (True, 6.5, 6)
    assert third.evidence == {
        "instrument": "mood",
        "scale": "total",
        "since_session": 2,
        "previous": 6,
        "value": 12.5,
        "method": "fixed",
    }
    assert series.values == [(1, 8), (2, 6), (3, 12.5)]


@pytest.mark.parametrize(
    ("form", "best"),
    [
        (MOOD, [(1, 8), (2, 6), (2, 6), (2, 6), (5, 5)]),
        (
            symptom_form("wellbeing", direction="higher_is_better"),
            [(1, 8), (1, 8), (1, 8), (4, 9), (4, 9)],
        ),
    ],
)
def test_the_best_score_by_each_session_is_the_first_of_equals(form, best):
    series = of_symptoms(form)
    heard(series, 8, 6, 6, 9, 5)
    assert series.best_by == best


def test_a_score_at_intake_is_compared_with_and_begins_no_step():
    series = of_symptoms()
    _, second = heard(series, 8, 14, first=0)
    assert (second.fired, second.evidence["since_session"]) == (True, 0)
    assert series.scores == {1: -14}
    assert series.best_by == [(0, 8), (0, 8)]


@pytest.mark.parametrize(
    ("members", "criterion"),
    [
        ({}, ("fixed", ">=", 6)),
        (
            {"changes": (ChangeRule("jacobson_truax", None, 2.0, 0.9),)},
            ("jacobson_truax", ">", 2 * 1.644854),
        ),
        # a published change is kept before what an error would make
        ({"precision": Precision(1.0, None, None, "invented")}, ("fixed", ">=", 6)),
        (
            {"changes": (), "precision": Precision(1.0, None, None, "invented")},
            ("sem", ">=", 1.96 * 2**0.5),
        ),
        (
            {
                "changes": (ChangeRule("jacobson_truax", None, 2.0, None),),
                "precision": Precision(1.0, None, None, "invented"),
            },
            ("sem", ">=", 1.96 * 2**0.5),
        ),
    ],
)
def test_what_a_reliable_deterioration_reaches(members, criterion):
    series = of_symptoms(symptom_form(**members))
    method, op, threshold = criterion
    assert tuple(series.reliable) == (method, op, pytest.approx(threshold))
    assert series.cutoff == pytest.approx(threshold)
    assert series.among(1) == series.reliable


def test_without_a_rule_or_an_error_nothing_is_reliable():
    series = of_symptoms(symptom_form(changes=()))
    assert (series.reliable, series.cutoff) == (None, None)
    _, second = heard(series, 8, 27)
    assert tuple(second)[:2] == (None, "no_reliable_change_parameters")


@pytest.mark.parametrize(
    ("members", "n", "threshold"),
    [
        # level .9: alpha .1, of two .05, so z = 1.960; of four .025, so z = 2.241
        ({"changes": (ChangeRule("jacobson_truax", None, 2.0, 0.9),)}, 2, 2 * 1.959964),
        ({"changes": (ChangeRule("jacobson_truax", None, 2.0, 0.9),)}, 4, 2 * 2.241403),
        ({}, 3, 6),
        # z(.05 / 2) sqrt(2) 1 = 3.170 is below the published 6, with an SEM of 2 it is 6.340
        ({"precision": Precision(1.0, None, None, "invented")}, 2, 6),
        ({"precision": Precision(2.0, None, None, "invented")}, 2, 2.241403 * 2**0.5 * 2),
        (
            {"changes": (), "precision": Precision(1.0, None, None, "invented")},
            2,
            2.241403 * 2**0.5,
        ),
        # a level that belongs to a published change says nothing of the error
        (
            {
                "changes": (ChangeRule("fixed", 3, level=0.5),),
                "precision": Precision(1.0, None, None, "invented"),
            },
            2,
            2.241403 * 2**0.5,
        ),
    ],
)
def test_the_criterion_is_stricter_among_several_scales(members, n, threshold):
    series = of_symptoms(symptom_form(**members))
    found = series.among(n)
    assert (found.method, found.op) == (series.reliable.method, series.reliable.op)
    assert found.threshold == pytest.approx(threshold, abs=1e-5)
    assert series.among(n) is found


def test_r23_says_what_it_lacks():
    alone = with_symptoms(WATCH, [None] * 5 + [16])
    assert finding(alone, "R23")[:2] == (None, "too_few_symptom_scores")
    bare = with_symptoms(WATCH, [10] * 5 + [16], symptom_form(changes=()))
    assert finding(bare, "R23")[:2] == (None, "no_reliable_change_parameters")
