"""What is known of an episode, before anything is put into words: how it began, what was beside it,
and where it stands.

Most tests change one member of an episode that a course brought about, so that each claim stands
alone.
"""

from dataclasses import replace

import pytest

from service.alliance.report import story
from service.alliance.rules.battery import BATTERY, Battery
from service.alliance.rules.rule import ScoreRule
from service.scoring.instrument import Cutoff
from tests.alliance.courses import (
    BOND,
    OPENED,
    alliance_form,
    cutoff,
    episodes,
    judged,
    rating,
)
from tests.alliance.rules.records import RECORDS


def only(*args, **members):
    """Return the one episode of a course."""
    (found,) = episodes(judged(*args, **members))
    return found


FALL = only(OPENED)
"""Opened in session 6 by 3.2 after five scores of 4, with an SEM of 0.2."""


def firing(*rules, session=6, episode=FALL, **members):
    """Return the episode as if these rules, and no others, had fired in a session of it."""
    return replace(episode, rules={rule: [session] for rule in rules}, **members)


def at_opening(episode=FALL, **members):
    """Return the episode with another opening score."""
    return replace(episode, opened=replace(episode.opened, **members))


def later(*scores, episode=FALL, **members):
    """Return the episode with these scores since, from session 7 on."""
    points = [
        replace(episode.opened, session=session, value=score, y=score)
        for session, score in enumerate(scores, 7)
    ]
    return replace(episode, later=points, **members)


WITHOUT_SEM = only(OPENED, errors=None, rules=replace(FALL.series.policy, own_sessions=1))
LOW_TWICE = only([4, 4, 4, 3.35, 3.2])
"""The mean of the first four is 3.8375: 3.35 and 3.2 are below, and the 4 before is not."""


def test_the_episodes_of_this_module_are_what_they_are_called():
    assert (FALL.opened_session, FALL.opened.unusual, FALL.series.sem) == (6, "alert", 0.2)
    assert (WITHOUT_SEM.opened_session, WITHOUT_SEM.series.sem) == (6, None)
    assert WITHOUT_SEM.opened.unusual is not None
    assert (LOW_TWICE.opened_session, LOW_TWICE.baseline) == (5, pytest.approx(3.8375))


@pytest.mark.parametrize(
    ("rules", "kind"),
    [
        (["R03"], "fall.unusual"),
        (["R04"], "fall.unusual"),
        (["R03", "R08", "R09", "R10", "R07"], "fall.unusual"),
        (["R06", "R07"], "fall.range"),  # unusual, and not beyond measurement error
        (["R07", "R10"], "fall.part"),
        (["R07", "R10", "R09"], "fall.decline"),
        (["R07", "R08"], "fall.range"),  # one low score is not several
        (["R08"], "rule"),
        (["R21"], "rule"),
        (["R16"], "signal"),  # stands beside a fall, and is none
        ([], "signal"),
    ],
)
def test_a_fall_is_told_by_the_first_of_these(rules, kind):
    assert story.opening(firing(*rules)) == kind


@pytest.mark.parametrize("rule", ["R03", "R04"])
def test_a_fall_that_is_not_unusual_for_the_dyad_is_not_called_so(rule):
    usual = at_opening(firing(rule, "R09"), unusual=None)
    assert story.opening(usual) == "fall.decline"


def test_without_a_standard_error_a_fall_is_told_as_unusual_only():
    assert story.opening(firing("R06", episode=WITHOUT_SEM)) == "fall.no_sem"
    assert story.opening(firing("R03", episode=WITHOUT_SEM)) == "fall.unusual"
    usual = at_opening(firing("R07", episode=WITHOUT_SEM), unusual=None)
    assert story.opening(usual) == "fall.range"


def test_two_scores_running_below_the_level_before_are_several():
    assert story.opening(firing("R08", "R09", "R07", session=5, episode=LOW_TWICE)) == (
        "fall.several"
    )
    assert story.opening(firing("R07", session=5, episode=LOW_TWICE)) == "fall.range"
    without = firing("R08", "R07", session=5, episode=LOW_TWICE, baseline=None)
    assert story.opening(without) == "fall.range"


@pytest.mark.parametrize(
    ("rules", "kind"),
    [
        (["R12", "R20", "R24", "R01"], "level.early"),
        (["R01", "R24", "R20"], "direct.tension"),
        (["R01", "R24"], "ceiling.symptoms"),
        (["R01"], "level.cutoff"),
        (["R03"], "rule"),  # it did not begin with a fall
        (["R18"], "signal"),
    ],
)
def test_what_is_no_fall_is_told_by_the_first_of_these(rules, kind):
    assert story.opening(firing(*rules, opened_by_fall=False)) == kind


def test_only_what_fired_in_the_opening_session_tells_how_it_began():
    after = replace(FALL, rules={"R03": [7, 8], "R07": [5, 6, 7], "R09": [5]})
    assert story.opening_rules(after) == {"R07"}
    assert story.opening(after) == "fall.range"
    assert story.opening_title(after) == "Score below the individuals chart's lower limit"


def ranked(*severities):
    """Return an episode that rules of these severities opened, titled by them."""
    words = dict.fromkeys(("name", "formula", "minimum_data"), "invented")
    rules = tuple(
        ScoreRule(
            id=f"R9{place}",
            title=f"{severity} {place}",
            severity=severity,
            provenance="engineering",
            evaluate=lambda *_: None,
            **words,
        )
        for place, severity in enumerate(severities)
    )
    battery = Battery((*BATTERY.rules, *rules), BATTERY.repairs)
    return firing(*(rule.id for rule in rules), battery=battery)


@pytest.mark.parametrize(
    ("severities", "title"),
    [
        (["info", "watch", "alert"], "alert 2"),
        (["watch", "alert"], "alert 1"),
        (["info", "watch"], "watch 1"),
        (["watch", "info"], "watch 0"),
        (["watch", "watch"], "watch 0"),
        (["info", "info"], "info 0"),
    ],
)
def test_the_most_severe_rule_gives_its_title_the_first_of_equals(severities, title):
    assert story.opening_title(ranked(*severities)) == title


def test_the_title_is_of_the_severity_that_the_raters_word_has():
    """R20 is a watch from the patient and information from the therapist; R11 is information."""
    tension = firing("R11", "R20")
    assert story.opening_title(tension) == "Tension reported outright"
    assert story.opening_title(replace(tension, perspective="therapist")) == (
        "A single answer at or below the definition's floor"
    )


@pytest.mark.parametrize("rule", ["R14", "R15", "R16", "R18", "R19", "R23"])
def test_what_stands_beside_a_score_never_titles_an_alert(rule):
    assert story.opening_title(firing(rule)) is None
    assert story.opening_title(firing(rule, "R11")) == (
        "A single answer at or below the definition's floor"
    )


def test_rules_without_words_of_their_own_are_told_by_their_titles():
    """R01 to R20 and R23 have words; the latest session of those is not asked."""
    everything = replace(FALL, rules={rule: [6, 7] for rule in RECORDS})
    titles = [title for title, session in story.also(everything) if session == 6]
    wordless = ("R21", "R22", *(f"R{number}" for number in range(24, 30)))
    repairs = (rule for rule in RECORDS if rule.startswith("P"))
    assert titles == [BATTERY.rule[rule].title for rule in (*wordless, *repairs)]


def test_the_title_that_tells_how_an_alert_began_is_not_told_again():
    by_title = firing("R21", "R22")
    assert story.opening(by_title) == "rule"
    assert story.also(by_title) == [("A single answer collapsed", 6)]
    at_best = firing("R21", "R24", opened_by_fall=False)
    assert story.opening(at_best) == "ceiling.symptoms"
    assert story.also(at_best) == [("Low for most of the last sessions", 6)]
    weak = firing("R12", "R21", opened_by_fall=False)
    assert story.also(weak) == [("Low for most of the last sessions", 6)]
    fallen = firing("R07", "R22")
    assert story.also(fallen) == [("A single answer collapsed", 6)]


@pytest.mark.parametrize(
    ("line", "n"), [(3.2, 0), (3.21, 1), (3.35, 1), (3.36, 2), (4, 2), (4.01, 5), (None, 0)]
)
def test_scores_below_a_line_are_counted_back_to_the_first_that_is_not(line, n):
    """3.2 and 3.35 before it; a score at the line is not below it."""
    assert story.n_running_below(LOW_TWICE, line) == n


def test_scores_up_to_the_opening_are_those_of_its_phase():
    monitor = judged([4, 4, *OPENED, 3.1, 3], events={3: ["therapist_change"]})
    (opened,) = episodes(monitor)
    assert opened.opened_session == 8
    assert [point.session for point in story.upto_opening(opened)] == [3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("episode", "alone"),
    [
        (FALL, True),
        (later(3.8), True),  # back is 4 - 0.2
        (later(3.8, 3.7), False),
        (later(3.7, 3.8), False),
        (replace(FALL, opened_by_fall=False), False),
        (LOW_TWICE, False),
        (replace(LOW_TWICE, target=3.25), True),  # of the two only the last is below that
        (replace(LOW_TWICE, target=None), False),
        (replace(LOW_TWICE, target=None, baseline=3.25), True),
    ],
)
def test_one_low_score_is_told_from_several(episode, alone):
    assert story.only_one_is_low(episode) is alone


def test_a_fall_after_a_low_start_is_the_first_unusual_one_after_the_opening():
    low = replace(FALL, opened_by_fall=False, rules={"R12": [6], "R06": [5, 6, 8, 9]})
    assert story.later_fall(low) == 8
    assert story.later_fall(replace(low, rules={"R06": [5, 6], "R04": [7]})) is None
    assert story.later_fall(replace(low, opened_by_fall=True)) is None


@pytest.mark.parametrize(
    ("rules", "session"),
    [
        ({"R16": [7, 8], "R23": [8]}, 7),
        ({"R16": [8], "R23": [6, 8]}, 6),
        ({"R23": [9]}, 9),
        ({"R07": [6]}, None),
    ],
)
def test_symptoms_worsened_in_the_first_session_that_says_so(rules, session):
    assert story.symptoms_worsened(replace(FALL, rules=rules)) == session


def test_symptoms_beside_the_ceiling_are_told_by_how_it_began():
    at_best = firing("R23", "R24", opened_by_fall=False)
    assert story.symptoms_worsened(at_best) is None
    assert story.symptoms_worsened(replace(at_best, opened_by_fall=True)) == 6


def test_only_subscales_that_fell_are_named():
    forms = [{"total": 4, "goal": 4, "task": 4, "bond": 4}] * 4
    fallen = only([*forms, {"total": 3.3, "goal": 2, "task": 4, "bond": 2.5}])
    assert story.fallen_sides(fallen) == ["goal", "bond"]
    assert story.fallen_sides(FALL) == []


def test_the_first_cut_off_that_the_score_is_beyond_is_the_one_met():
    lines = cutoff("<", 3), cutoff("<", 3.5), cutoff("<", 3.6, "other")
    form = alliance_form(total={"cutoffs": lines})
    assert story.cutoff_met(only(OPENED, form=form)) == Cutoff("line", "<", 3.5, "invented")
    exactly = only([4, 4, 4, 4, 4, 3], form=alliance_form(total={"cutoffs": lines[:1]}))
    assert story.cutoff_met(exactly) is None


@pytest.mark.parametrize(
    ("scores", "shows"),
    [
        ((3, 4, 3), True),  # mean 3.5: 1 from the previous score is twice the 0.5 below the mean
        ((4, 4, 3), False),  # 1 from both
        ((3.2, 4, 3), False),  # mean 3.6: 1 is less than twice 0.6
        ((2, 3, 3), False),  # above the mean, and no fall from the previous one
        ((2, 3, 3.5), False),
        ((4, 3), False),  # one score before is both
    ],
)
def test_the_previous_score_shows_a_fall_on_a_rising_course(scores, shows):
    *_, point = judged(scores).views[-1].scored[0].series.points
    assert story.fell_from_previous(replace(FALL, opened=point)) is shows


def test_without_a_level_before_or_a_previous_score_none_shows_the_fall():
    *_, point = judged((3, 4, 3)).views[-1].scored[0].series.points
    assert not story.fell_from_previous(replace(FALL, opened=point, baseline=None))
    assert not story.fell_from_previous(replace(FALL, opened=replace(point, previous=None)))
    of_one = replace(point, summary=point.summary._replace(m=1))  # the previous is not that one
    assert not story.fell_from_previous(replace(FALL, opened=of_one))


@pytest.mark.parametrize(
    ("phase", "in_phase", "found"),
    [
        (1, 3, [(5, "gap")]),
        (2, 1, [(6, "therapist_change"), (5, "gap")]),
        (2, 5, [(2, "therapist_change"), (5, "gap")]),
        (2, 6, [(5, "gap")]),
        (3, 2, [(5, "therapist_change"), (5, "gap")]),
    ],
)
def test_a_new_therapist_is_an_event_for_five_sessions(phase, in_phase, found):
    opened = at_opening(phase=phase, in_phase=in_phase)
    assert story.events(replace(opened, events=((5, "gap"),))) == found
    two = story.events(replace(opened, events=((4, "gap"), (5, "gap"))))
    assert two == [*found[:-1], (4, "gap"), (5, "gap")]


def test_a_change_of_therapist_that_was_sent_is_told_once():
    opened = at_opening(phase=2, in_phase=2)
    sent = ((4, "gap"), (5, "therapist_change"))
    assert story.events(replace(opened, events=sent)) == list(sent)


REPAIRED, PROVISIONAL, PARTIAL, UNRESOLVED = "repaired", "provisional", "partial", "unresolved"


@pytest.mark.parametrize(
    ("episode", "standing"),
    [
        (FALL, None),
        (later(3.3, 3.4), ("now", 8, 0, 3.4)),
        (later(3.9, status=PROVISIONAL), ("back once", 7, 0, None)),
        (later(3.9, 3.9, status=REPAIRED, confirmed=8), ("back", 8, 0, None)),
        (replace(FALL, status=UNRESOLVED, closed=6), ("unknown", 0, 0, None)),
        (replace(FALL, status=PROVISIONAL, closed=6), ("unknown", 0, 0, None)),
        (
            later(3.9, 3.1, status=PARTIAL, closed=9, first_back=7),
            ("back, then lower", 8, 7, None),
        ),
        (later(3.6, status=PARTIAL, closed=9), ("half back", 9, 0, None)),
        (later(3.1, status=UNRESOLVED, closed=9), ("not back", 9, 0, None)),
        (later(3.1, status=UNRESOLVED, closed=9, late_return=12), ("back late", 12, 0, None)),
    ],
)
def test_where_an_episode_stands(episode, standing):
    """Name of the wording, session, session of a first return, score."""
    found = story.standing(episode)
    assert (found if found is None else tuple(found)) == standing
    low = story.standing(replace(episode, opened_by_fall=False))
    named = None if standing is None else standing[0].replace("back", "up")
    assert (low and low.kind) == named


def test_the_latest_score_is_told_as_the_scale_prints_it():
    upside_down = alliance_form(direction="higher_is_worse")
    monitor = judged([6 - score for score in (*OPENED, 3.3)], form=upside_down)
    (opened,) = episodes(monitor)
    assert tuple(story.standing(opened)) == ("now", 7, 0, pytest.approx(2.7))


def answered(*forms):
    """Return the fall with these answers to the latest of its scores."""
    points = FALL.series.points
    given = [(4, 4, 4, 4, 4, 3), *forms]
    with_answers = [
        replace(point, rating=rating(BOND, 4, answers=answers))
        for point, answers in zip(points[-len(given) :], given, strict=True)
    ]
    standard = object.__new__(type(FALL.series))
    standard.__dict__.update(FALL.series.__dict__)
    standard.points = [*points[: -len(given)], *with_answers]
    return replace(FALL, series=standard)


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        ((4, 4, 4, 4, 4), (1, 2)),
        ((4, 4, 4, 4, None), (0, 1)),  # four answers are too few to tell
        ((4, 4, 4, 4, 4, None), (1, 2)),
        ((4, 4, 4, 4, 5), (0, 2)),
        ((0, 0, 0, 0, 0), (1, 2)),
        (None, (0, 1)),
    ],
)
def test_forms_of_five_equal_answers_are_counted(answers, counted):
    assert story.straightlined(answered(answers)) == counted
