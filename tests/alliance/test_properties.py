"""What holds for any course of treatment."""

import json
import math
import re
from dataclasses import replace
from itertools import pairwise

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.alliance.course import Course, Errors, Session
from service.alliance.finding import RANK
from service.alliance.policy import policy_for
from service.alliance.report.report import report_course
from tests.alliance.courses import (
    BOND,
    BOND_T,
    alliance_form,
    course,
    episodes,
    policy,
    rating,
    run,
)
from tests.alliance.plans import MOOD, PLAIN, Plan, Planned, Ruler, figures, plans, told, told_of

some = settings(max_examples=40, deadline=None)


@some
@given(plans(), st.data())
def test_a_later_session_never_changes_what_was_said_of_earlier_ones(plan, data):
    whole = report_course(PLAIN.course(plan))["sessions"]
    k = data.draw(st.integers(1, len(plan.sessions)))
    assert report_course(PLAIN.course(plan.upto(k)))["sessions"] == whole[:k]


@some
@given(plans(), st.integers(-1000, 1000))
def test_adding_a_constant_to_all_scores_changes_nothing(plan, constant):
    plain, shifted = run(PLAIN.course(plan)), run(Ruler(shift=constant).course(plan))
    assert told(shifted) == told(plain)
    assert figures(shifted) == pytest.approx(figures(plain), rel=1e-6, abs=1e-6)


@some
@given(plans(), st.sampled_from([2.0**power for power in (-6, -1, 1, 3, 9)]))
def test_other_units_change_nothing(plan, factor):
    """Scores, errors, norms, cut-offs and range, all times a constant."""
    plain, scaled = run(PLAIN.course(plan)), run(Ruler(factor=factor).course(plan))
    assert told(scaled) == told(plain)
    assert figures(scaled) == pytest.approx(figures(plain), rel=1e-12)


@some
@given(plans())
def test_a_form_turned_upside_down_tells_the_same(plan):
    """Every score mirrored, and higher is worse."""
    plain, mirrored = run(PLAIN.course(plan)), run(Ruler(sign=-1).course(plan))
    assert told(mirrored) == told(plain)
    assert figures(mirrored) == figures(plain)


@some
@given(plans())
def test_the_rules_of_one_series_do_not_ask_who_rated_it(plan):
    course = PLAIN.course(plan, only=["client"])
    swapped = PLAIN.course(plan, only=["client"], swap=True)
    patient = told(run(course), "client")
    therapist = told(run(swapped), "therapist", without=["R15"])
    assert json.dumps(patient).replace("client", "therapist") == json.dumps(therapist)


@some
@given(plans())
def test_what_is_said_of_the_therapist_does_not_rest_on_the_patient(plan):
    together, alone = PLAIN.course(plan), PLAIN.course(plan, only=["therapist"])
    assert told(run(together), "therapist") == told(run(alone), "therapist")


# Scores needed, the latest included, before a rule on one series may say yes or no.
NEEDED = {"R03": 2, "R04": 4, "R05": 2, "R06": 4, "R07": 6, "R08": 4, "R09": 4, "R17": 4, "R18": 3}


@some
@given(plans())
def test_too_few_data_are_unknown_with_a_reason_and_never_no(plan):
    monitor = run(PLAIN.course(plan))
    earlier = dict.fromkeys(("R04", "R06", "R08"), plan.rules.baseline_needed + 1)
    needed = NEEDED | earlier
    counts = {}
    symptoms = pairs = 0
    phase = 1
    for view in monitor.views:
        if view.phase != phase:
            phase, counts, pairs = view.phase, {}, 0
        raters = [one.perspective for one in view.session.ratings if one.instrument is not MOOD]
        symptoms += len(view.session.ratings) - len(raters)
        pairs += len(raters) == 2
        for rater in raters:
            counts[rater] = counts.get(rater, 0) + 1
        for one in view.judged:
            finding = one.finding
            assert (finding.fired is None) == (finding.reason is not None)
            if one.rule in needed and counts.get(one.perspective, 0) < needed[one.rule]:
                assert finding.fired is None, one.rule
            if one.rule in ("R13", "R14") and pairs < 2:
                assert finding.fired is None, one.rule
            if one.rule == "R16" and symptoms < 2:
                assert finding.fired is None


@some
@given(plans(bare=True), st.integers(0, 31))
def test_a_constant_score_is_never_a_signal(plan, step):
    """Whatever the therapist rates and the symptoms do, below the ceiling (R24)."""
    steady = tuple(
        replace(one, client=step if one.client is not None else None) for one in plan.sessions
    )
    monitor = run(PLAIN.course(replace(plan, sessions=steady)))
    assert all(RANK[view.signal["client"]] <= RANK["info"] for view in monitor.views)
    assert episodes(monitor) == []


@some
@given(plans(bare=True))
def test_a_score_on_its_way_back_never_raises_the_signal(plan):
    """Risen since the last score, and at least half of the fall regained; only an unresolved end
    may say more.
    """
    monitor = run(PLAIN.course(plan))
    signals = {view.session.number: view.signal for view in monitor.views}
    unresolved = {
        (view.session.number, outcome.episode.id)
        for view in monitor.views
        for outcome in view.outcomes
        if outcome.state == "P04"
    }
    for rater in ("client", "therapist"):
        for episode in episodes(monitor, rater):
            low = episode.opened.y
            for point in episode.later:
                low = min(low, point.y)
                if episode.baseline is None or (point.session, episode.id) in unresolved:
                    continue
                half = low + (episode.baseline - low) / 2
                if point.y > point.previous.y and point.y > half + 1e-9:
                    assert RANK[signals[point.session][rater]] <= RANK["info"]


@some
@given(plans())
def test_one_open_episode_per_rater_and_none_that_overlap(plan):
    monitor = run(PLAIN.course(plan))
    for rater in ("client", "therapist"):
        stories = episodes(monitor, rater)
        for earlier, later in pairwise(stories):
            assert earlier.closed is not None
            assert earlier.closed <= later.opened_session
        assert len({one.id for one in stories}) == len(stories)
        for one in stories:
            assert one.opened_session <= one.updated
            assert len(one.later) <= 5


def finite(found):
    """Tell whether every number in a report can be written down."""
    if isinstance(found, dict):
        return all(map(finite, found.values()))
    if isinstance(found, list | tuple):
        return all(map(finite, found))
    return not isinstance(found, float) or math.isfinite(found)


@some
@given(plans())
def test_a_report_can_be_written_down_and_is_the_same_every_time(plan):
    report = report_course(PLAIN.course(plan))
    assert finite(report)
    written = orjson.dumps(report)
    assert orjson.dumps(report_course(PLAIN.course(plan))) == written
    assert json.loads(written)["sessions"][0]["number"] == plan.sessions[0].number


FIGURE = st.none() | st.floats(1e-9, 1e6)
KEYLESS = alliance_form("keyless", total={"terms": ()})
SCORE = st.one_of(
    st.none(), st.floats(-1e6, 1e6), st.sampled_from([0, -1_000_000, 1_000_000, 5e-324])
)
POLICIES = st.one_of(
    st.just(policy()),
    st.builds(
        policy_for,
        alpha_family=st.none() | st.floats(0.001, 0.5),
        planned_sessions=st.none() | st.integers(2, 60),
        assumed_kappa=st.floats(1, 3),
        cutoff_alone=st.sampled_from(["info", "watch"]),
    ),
)


@some
@given(
    st.lists(
        st.tuples(SCORE, st.none() | st.floats(1, 5), st.none() | st.floats(1, 5)),
        min_size=1,
        max_size=14,
    ),
    st.builds(Errors, FIGURE, FIGURE, FIGURE),
    POLICIES,
)
def test_no_course_however_odd_breaks_anything(scores, errors, rules):
    """Errors from a billionth to a million, scores up to a million where the range is not known."""
    made = [
        Session(
            number,
            tuple(
                rating(form, score, rater)
                for form, score, rater in (
                    (KEYLESS, odd, "client"),
                    (BOND, ours, "client"),
                    (BOND_T, theirs, "therapist"),
                )
                if score is not None
            ),
        )
        for number, (odd, ours, theirs) in enumerate(scores, 1)
    ]
    known = {name: {"total": errors} for name in ("keyless", "bond", "bond-t")}
    report = report_course(Course(tuple(made), rules, errors=known))
    assert finite(report)
    assert len(report["sessions"]) == len(scores)
    orjson.dumps(report)


def test_a_course_without_any_form_is_a_course():
    report = report_course(Course((Session(1, ()), Session(4, (), ("treatment_ended",))), policy()))
    assert [session["signal"] for session in report["sessions"]] == [
        {"client": "none", "therapist": "none"}
    ] * 2
    assert (report["series"], report["alerts"], report["change"], report["data_quality"]) == (
        [],
        [],
        [],
        [],
    )


def test_the_plans_reach_what_the_properties_are_about():
    """A plan that falls opens an episode, so that the properties above are not empty."""
    falls = [24, 24, 24, 24, 24, 4, 4, 18, 24]
    sessions = tuple(
        Planned(n, step, None, None, None, (), None) for n, step in enumerate(falls, 1)
    )
    plan = Plan(sessions, (2001, 3001, None), False, False)
    assert [one[2]["client"] for one in told_of(PLAIN.course(plan))][5:] == [
        "alert",
        "urgent",
        "info",
        "none",
    ]


def test_no_figure_is_a_negative_zero():
    """Where nothing changed, the change is 0, whichever way the scale points."""
    worse = alliance_form(low=0, direction="higher_is_worse")
    symptoms = [10.0] * 5
    for form, scores in ((BOND, [4.0] * 5), (worse, [0.0] * 5)):
        given = course(scores, [4.0] * 5, symptoms, form=form, symptom_form=MOOD)
        written = orjson.dumps(report_course(given)).decode()
        assert re.findall(r'"\w+":-0\.0', written) == []
