"""What an alert says: what was seen, how sure that is, and nothing that a score cannot know."""

import re
from dataclasses import replace

import pytest

from service.alliance.calibrated import POLICY
from service.alliance.course import Course, Errors, Session
from service.alliance.policy import Policy, policy_for
from service.alliance.rates import family_rate, rate_of_rule
from service.alliance.report.chance import Chance
from service.alliance.report.messages import message as write
from service.alliance.report.messages import summary
from service.alliance.report.report import report_course
from service.alliance.report.words import IN_ENGLISH, TEMPLATES
from service.alliance.rules.rule import Role
from service.scoring.instrument import ExpectedRates, Precision
from service.scoring.wording.words import Words
from tests.alliance.courses import (
    BOND,
    KNOWN,
    OPENED,
    alliance_form,
    course,
    cutoff,
    episodes,
    judged,
    norm,
    policy,
    rating,
)
from tests.alliance.rules.test_battery import with_rule
from tests.alliance.rules.test_direct import DIRECT
from tests.alliance.series.test_symptoms import MOOD

WATCH = [4, 4, 4, 4, 4, 3.4]
DROPPED = (
    "The alliance score dropped by more than measurement error and more than usual for this dyad"
)
CHECK_IN = "; consider a check-in."
NORMED = alliance_form(norms=(norm(4, 0.8),))
LINED = alliance_form(total={"cutoffs": (cutoff("<", 3.6),)})
WORSE = alliance_form(direction="higher_is_worse")
SUM = alliance_form("session", low=0, high=40, metric="sum")


def alerts(*args, **members):
    return report_course(course(*args, **members))["alerts"]


def parts(total, bond):
    return {"total": total, "goal": 4, "task": 4, "bond": bond}


def directly(*later):
    answers = ((5, 4, 1), *later)
    made = tuple(
        Session(number, (rating(DIRECT, 4, answers=one),)) for number, one in enumerate(answers, 1)
    )
    return report_course(Course(made, policy()))["alerts"]


def before():
    forms = [rating(BOND, score, timing="pre") for score in OPENED]
    made = tuple(Session(number, (form,)) for number, form in enumerate(forms, 1))
    return report_course(Course(made, policy(), errors={"bond": {"total": KNOWN}}))["alerts"]


EVERY_KIND = {
    "open": alerts([*OPENED]),
    "open, later": alerts([*OPENED, 3.3]),
    "provisional": alerts([*OPENED, 3.9]),
    "repaired": alerts([*OPENED, 3.9, 3.9]),
    "partial": alerts([*OPENED, 3.3, 3.3, 3.3, 3.3, 3.6]),
    "unresolved": alerts([*OPENED, *[3.3] * 5]),
    "relapse": alerts([*OPENED, 4, 4, 3]),
    "therapist": alerts((), OPENED),
    "both": alerts(WATCH, WATCH),
    "unseen": alerts(OPENED, [4] * 6),
    "symptoms": alerts(WATCH, (), [10] * 5 + [16], symptom_form=MOOD),
    "silent": alerts([*OPENED, None]),
    "no standard error": alerts(OPENED, errors=Errors(within_person_sd=0.3)),
    "assumed": alerts([4] * 5 + [1], errors=None),
    "sum that adds up": alerts([4, 4, 4, 3.35, 3.2]),
    "chart": alerts([4] * 6 + [3.39], errors=Errors(0.2, 0.9)),
    "decline": alerts([4, 4, 4, 4, 3.85, 3.7, 3.5], errors=Errors(0.2, 1.5)),
    "one side": alerts([parts(4, 4)] * 3 + [parts(4, 2)]),
    "weak start": alerts([3] * 4, form=NORMED),
    "cut-off": alerts([3.5], form=LINED, rules=policy(cutoff_alone="watch")),
    "direct": directly(),
    "direct, mended": directly((1, 4, 5)),
    "upside down": alerts([6 - score for score in OPENED], form=WORSE),
    "upside down, chart": alerts([2] * 6 + [2.61], form=WORSE, errors=Errors(0.2, 0.9)),
    "upside down, decline": alerts(
        [2, 2, 2, 2, 2.15, 2.3, 2.5], form=WORSE, errors=Errors(0.2, 1.5)
    ),
    "upside down, sum": alerts([2, 2, 2, 2.65, 2.8], form=WORSE),
    "sums": alerts([36] * 5 + [30], form=SUM, errors=Errors(1, 2)),
    "family": alerts(OPENED, rules=policy(alpha_family=0.1, planned_sessions=12)),
    "odd family": alerts(OPENED, rules=policy(alpha_family=0.025, planned_sessions=12)),
    "easily unusual": alerts([parts(4, 4)] * 3 + [parts(3.6, 2)], rules=policy(a_watch=0.25)),
    "weak start, risen": alerts([3] * 4 + [4, 4], form=NORMED),
    "weak start, risen once": alerts([3] * 4 + [4, 3, 3, 3, 3], form=NORMED),
    "weak start, still weak": alerts([3] * 9, form=NORMED),
    "back once, then lower": alerts([*OPENED, 3.9, 3, 3, 3, 2.9]),
    "ended at once": alerts(OPENED, events={6: ["treatment_ended"]}),
    "symptoms later": alerts([*WATCH, 4], (), [10] * 6 + [16], symptom_form=MOOD),
    "symptoms before": alerts(WATCH, (), [10] + [16] * 5, symptom_form=MOOD),
    "ceiling, symptoms worse": alerts([5] * 6, (), [10] * 5 + [16], symptom_form=MOOD),
    "before the session": before(),
    "both, then unseen": alerts([*WATCH, 2.8], [*WATCH, 4])[:1],
    "watch, raised": alerts(WATCH, WATCH)[:1],
    "after a gap": alerts(OPENED, events={5: ["gap"]}),
    "after two events": alerts(OPENED, events={5: ["gap"], 6: ["modality_change"]}),
    "gap long ago": alerts(OPENED, events={3: ["gap"]}),
    "ending announced long ago": alerts(OPENED, events={2: ["termination_announced"]}),
    "new therapist": alerts([*[4] * 6, 1], events={4: ["therapist_change"]}),
    "new therapist by name": alerts([*[4] * 6, 1], names={1: "a", 4: "b"}),
    "new therapist long ago": alerts([*[4] * 8, 1], names={1: "a", 4: "b"}),
    "late return": alerts([*OPENED, *[3.3] * 5, 4, 4]),
    "silent for long": alerts([*OPENED, None, None]),
    "rise, then a fall": report_course(
        course([3, 3.2, 3.4, 4.8, 2.9], errors=None), with_rule(roles=frozenset({Role.DROP}))
    )["alerts"],
    "at the ceiling": alerts([5] * 5 + [4]),
    "weak start, then a fall": alerts([3.1] * 6 + [1], form=NORMED),
    "told by its title": report_course(
        course([4, 2.9]), with_rule(title="Low in 2 of 99 ways at ABC")
    )["alerts"],
    "told of a first score": report_course(course([2.9]), with_rule(roles=frozenset({Role.DROP})))[
        "alerts"
    ],
    "told beside": report_course(
        course([*OPENED, 2.9]), with_rule(title="Below three", severity="watch")
    )["alerts"],
}
EVERY_ALERT = [
    pytest.param(alert, id=f"{kind} {alert['id']}")
    for kind, found in EVERY_KIND.items()
    for alert in found
]


@pytest.mark.parametrize("found", EVERY_KIND.values(), ids=EVERY_KIND)
def test_every_kind_gives_an_alert(found):
    assert found


@pytest.mark.parametrize("alert", EVERY_ALERT)
def test_every_message_is_made_of_plain_whole_sentences(alert):
    text = alert["message"]
    sentences = re.split(r"(?<=\.) ", text)
    assert all(re.fullmatch(r"[A-Z][^!?]*[a-z0-9)]\.", sentence) for sentence in sentences), text
    assert len(set(sentences)) == len(sentences)
    for odd in (
        "  ",
        "None",
        "nan",
        " ,",
        "..",
        "p = 0.000",
        "1 earlier sessions",
        " 0 below",
        " 0 above",
        "()",
        "{",
    ):
        assert odd not in text


@pytest.mark.parametrize("alert", EVERY_ALERT)
def test_no_message_claims_what_a_score_cannot_know(alert):
    text = alert["message"].casefold()
    for claim in ("rupture", "detect", "diagnos", "failed", "fault", "broke"):
        assert claim not in text
    assert (CHECK_IN in alert["message"]) == (alert["closed_session"] is None)
    assert "score" in text


def test_a_fall_is_told_in_these_words():
    (alert,) = EVERY_KIND["open"]
    assert alert["summary"] == (
        "Alliance (patient): fell more than usual at session 6; no later score"
    )
    assert alert["message"].startswith(
        "At session 6 the patient's Bond score was 3.2 on a scale of 1 to 5 (mean of 5 earlier "
        f"sessions: 4). {DROPPED}; consider a check-in."
    )
    assert alert["message"].endswith(
        "The score does not say why, and one low session is not a pattern."
    )
    assert alert["note"] is None


GROWN = (2.83, 3.08, 3.25, 3.42, 3.67, 3.83, 4, 4.17)


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (3.33, "was 3.33 on a scale of 1 to 5 (session 8: 4.17)."),
        (2.5, "was 2.5 on a scale of 1 to 5 (after 8 earlier sessions at least 3.9"),
    ],
)
def test_a_level_that_a_rise_led_to_is_never_called_a_mean(last, words):
    """The mean of the eight is 28.25 / 8 = 3.53; the fall is measured from where they led."""
    (alert,) = alerts((*GROWN, last), rules=Policy())
    assert words in alert["message"]
    assert "mean of" not in alert["message"]


@pytest.mark.parametrize("kind", ["symptoms", "symptoms before", "ceiling, symptoms worse"])
def test_symptoms_are_told_once(kind):
    (alert,) = EVERY_KIND[kind]
    assert alert["message"].casefold().count("symptoms") == 1
    assert alert["summary"].count("symptoms") == 1


@pytest.mark.parametrize("kind", ["sum that adds up", "open, later"])
def test_several_low_sessions_are_not_called_one(kind):
    (alert,) = EVERY_KIND[kind]
    assert "one low session" not in alert["message"]
    assert "The score does not say why." in alert["message"]


@pytest.mark.parametrize("kind", ["partial", "unresolved", "ended at once", "repaired"])
def test_a_closed_episode_brings_no_advice(kind):
    (alert,) = EVERY_KIND[kind]
    assert "check-in" not in alert["message"]
    assert "does not say why" not in alert["message"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("therapist", "the therapist's Bond-t score"),
        ("open, later", "At session 7 the score was 3.3."),
        ("provisional", "At session 7 the score was back at the earlier level, once so far."),
        ("repaired", "By session 8 two scores running were back at the earlier level."),
        ("repaired", "Chance dips mostly come back too, so this shows no repair."),
        ("partial", "By session 11 the score had come part of the way back."),
        ("unresolved", "By session 11 the score had not come back."),
        ("unseen", "The therapist's own rating does not share the fall."),
        ("both", "The therapist's score fell too."),
        ("symptoms", "Symptoms worsened reliably at the same time."),
        ("symptoms before", "Symptoms worsened reliably by session 6."),
        (
            "ceiling, symptoms worse",
            "The scores have been the best possible while symptoms worsened reliably, so they may "
            "not tell how the patient sees it; consider a check-in.",
        ),
        ("silent", "No form came at session 7, right after a signal."),
        ("sum that adds up", "lower than usual for this dyad over several sessions"),
        ("chart", "below the range in which this dyad's scores have moved"),
        ("decline", "fell three times in a row, together by more than measurement error"),
        ("one side", "Bond, part of the alliance, dropped by more than measurement error"),
        ("one side", "was 4 on a scale of 1 to 5 (mean of 3 earlier sessions: 4)"),
        ("weak start", "The scores of the early sessions were low, compared with other patients"),
        ("cut-off", "was 3.5 on a scale of 1 to 5. That is beyond the published cut-off"),
        ("cut-off", "(cut-off: below 3.6)"),
        ("direct", "The patient reported tension in the relationship; consider a check-in."),
        (
            "direct, mended",
            "At session 2 the patient reported tension as resolved. At session 2 the score was 4.",
        ),
        ("sums", "was 30 on a scale of 0 to 120 (mean of 5 earlier sessions: 36)"),
        (
            "upside down",
            "was 2.8 on a scale of 1 to 5, higher is worse (mean of 5 earlier sessions: 2)",
        ),
        (
            "upside down",
            (
                "The alliance score worsened by more than measurement error and more than usual "
                "for "
                "this dyad"
            ),
        ),
        (
            "upside down, chart",
            "The score lies above the range in which this dyad's scores have moved",
        ),
        (
            "upside down, decline",
            "The score rose three times in a row, together by more than measurement error;",
        ),
        (
            "upside down, sum",
            "The scores have been worse than usual for this dyad over several sessions",
        ),
        ("family", "at most 10 of 100 steady patients show such an alert within 12 sessions."),
        ("odd family", "at most 2.5 of 100 steady patients show such an alert"),
        ("easily unusual", "Bond, part of the alliance, dropped by more than measurement error"),
        ("weak start, risen", "By session 6 two scores running were no longer so low."),
        (
            "weak start, risen",
            "Scores rise by chance too, so this shows no repair.",
        ),
        (
            "weak start, risen once",
            "At session 5 the score was no longer so low, but at session 9 it was low again.",
        ),
        ("weak start, still weak", "By session 9 the score was still low."),
        (
            "back once, then lower",
            "At session 7 the score was back at the earlier level, but at session 11 no longer.",
        ),
        ("ended at once", "No later score tells whether it came back."),
        ("symptoms later", "Symptoms worsened reliably by session 7."),
        ("after a gap", "There was a gap at session 5."),
        ("ending announced long ago", "The ending was announced at session 2."),
        ("new therapist", "A new therapist took over at session 4."),
        ("new therapist by name", "A new therapist took over at session 4."),
        (
            "late return",
            "By session 13, later than expected, two scores running were back at the earlier "
            "level.",
        ),
        ("rise, then a fall", "was 2.9 on a scale of 1 to 5 (session 4: 4.8)."),
        (
            "weak start, then a fall",
            "At session 7 the score fell more than usual for this dyad. At session 7 the score "
            "was 1.",
        ),
        ("told by its title", "Low in 2 of 99 ways at ABC; consider a check-in."),
        ("told beside", "Below three (session 7)."),
        (
            "both, then unseen",
            "The therapist's score fell too, but did not share the fall at session 7.",
        ),
        (
            "before the session",
            "the patient's Bond score, filled in before the session, was 3.2",
        ),
    ],
)
def test_what_else_was_seen_is_said(kind, words):
    assert words in EVERY_KIND[kind][0]["message"]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("open, later", "fell more than usual at session 6; not back yet"),
        ("repaired", "fell more than usual at session 6; back since"),
        ("late return", "fell more than usual at session 6; back late"),
        ("silent", "fell more than usual at session 6; no form since"),
        ("symptoms", "fell more than usual at session 6, symptoms worse; no later score"),
        ("both", "fell more than usual at session 6, therapist's score too; no later score"),
        ("after a gap", "fell more than usual at session 6, after a gap; no later score"),
        (
            "after two events",
            "fell more than usual at session 6, after a change of setting; no later score",
        ),
        ("upside down", "worsened more than usual at session 6; no later score"),
        ("weak start, still weak", "low in the early sessions up to session 4; still low"),
        ("direct, mended", "tension reported at session 1; since reported as resolved"),
        ("told by its title", "low in two of … ways at ABC (session 2)"),
        (
            "weak start, then a fall",
            "low in the early sessions up to session 4, then fell more than usual; not up yet",
        ),
    ],
)
def test_a_card_says_in_a_line_what_was_seen_and_where_it_stands(kind, line):
    assert EVERY_KIND[kind][0]["summary"] == f"Alliance (patient): {line}"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("no standard error", "The measurement error of this score is not known."),
        ("assumed", "How much this score moves by itself is assumed, not known."),
        ("assumed", "Until this dyad has 8 earlier scores, a fall alone counts as a watch"),
        ("sum that adds up", "This rests on 4 earlier scores only."),
        ("at the ceiling", "5 of 6 scores up to session 6 were the best possible"),
    ],
)
def test_what_the_data_cannot_bear_is_a_note(kind, words):
    assert words in EVERY_KIND[kind][0]["note"]


@pytest.mark.parametrize(
    "kind", ["open", "weak start", "upside down", "repaired", "gap long ago", "direct"]
)
def test_there_is_no_note_without_need(kind):
    assert EVERY_KIND[kind][0]["note"] is None


def test_an_alert_that_an_assumed_variation_held_back_quotes_the_rate_of_such_courses():
    """Eight scores of 4 at an assumed SD of 0.08 x 4: the ninth may be more than a watch. By then
    fewer steady courses have such an alert than where the SD is the dyad's own.
    """
    (held,) = alerts([4] * 8 + [1], errors=None)
    told, known = held["false_alarm"], EVERY_KIND["no standard error"][0]["false_alarm"]
    assert held["severity"] == "alert"
    assert told["family_rate"] == family_rate("alert", 9, 1.5, False, True).rate
    assert 0 < told["family_rate"] < family_rate("alert", 9, 1.5, False).rate
    assert told["reason"] is None
    assert "taken over or assumed" in told["assumption"]
    assert "taken over or assumed" not in known["assumption"]
    assert "of 100 steady patients" in held["message"]
    (watch,) = EVERY_KIND["assumed"]
    assert (watch["severity"], watch["false_alarm"]["reason"]) == ("watch", None)


def test_an_alert_that_others_made_of_a_watch_quotes_no_rate_of_scores_alone():
    (raised,) = EVERY_KIND["watch, raised"]
    assert (raised["severity"], raised["false_alarm"]["family_rate"]) == ("alert", None)
    assert raised["false_alarm"]["reason"] == "raised_by_others"
    assert EVERY_KIND["unseen"][0]["false_alarm"]["reason"] is None


def test_a_relapse_says_so():
    first, second = EVERY_KIND["relapse"]
    follows = "It follows soon after an earlier drop from which the score had come back."
    assert (follows in second["message"], follows in first["message"]) == (True, False)


@pytest.mark.parametrize(
    ("scores", "rules", "severity", "place", "n_sessions"),
    [
        (OPENED, policy(), "alert", 1, 6),
        ([*OPENED, 3.3, 3.3], policy(), "alert", 2, 8),
        (WATCH, policy(), "watch", 1, 6),
        ([4, 4, 1], policy_for(), "alert", 0, 4),
    ],
)
def test_the_rate_is_that_of_the_table(scores, rules, severity, place, n_sessions):
    """Columns of the simulated rates are 4, 6, 8, … sessions; there is none for fewer than 4."""
    (alert,) = alerts(scores, rules=rules)
    label = alert["false_alarm"]
    assert (label["severity"], label["n_sessions"]) == (severity, n_sessions)
    assert label["family_rate"] == pytest.approx(POLICY["sem", 1.5][severity][place] / 100)


RATES = ExpectedRates(
    sessions=(4, 8, 12),
    by_severity={"watch": (0.1, 0.2, 0.4), "alert": (0.02, 0.04, 0.09)},
    detection={"dip_3": {"watch": 0.7, "alert": 0.5}},
    within_person_sd=0.3,
    sem=0.2,
    source="site-courses",
)
OF_SITE = alliance_form(
    total={
        "within_person_sd": 0.3,
        "precision": Precision(0.2, None, None, "site-courses"),
        "expected_rates": RATES,
    },
    sources={"site-courses": {"citation": "Courses of this site"}},
)


@pytest.mark.parametrize(
    ("scores", "rules", "rate", "n_sessions"),
    [
        (OPENED, policy(), 0.03, 6),  # half way from .02 at 4 to .04 at 8
        (WATCH, policy(), 0.15, 6),
        ([4, 4, 1], policy_for(), 0.02, 4),  # of fewer nothing was simulated
        (OPENED, policy(planned_sessions=12), 0.09, 12),
        (OPENED, policy(planned_sessions=16), 0.09, 12),  # nor of more
    ],
)
def test_a_site_is_told_its_own_rate(scores, rules, rate, n_sessions):
    answer = report_course(course(scores, form=OF_SITE, errors=None, rules=rules))
    (alert,) = answer["alerts"]
    label = alert["false_alarm"]
    assert label["family_rate"] == pytest.approx(rate)
    assert (label["n_sessions"], label["reason"]) == (n_sessions, None)
    assert label["detection"] == {"dip_3": {"watch": 0.7, "alert": 0.5}[label["severity"]]}
    assert label["rate_if_sd_half_again"] is None
    assert label["assumption"].startswith("Simulated from this site's courses")
    assert label["source"] == "bond/site-courses"
    assert answer["sources"]["bond/site-courses"] == {"citation": "Courses of this site"}
    said = f"About {100 * rate:.0f} of 100 steady patients show such"
    assert said in alert["message"]
    assert f"within {n_sessions} sessions." in alert["message"]


def test_own_figures_and_an_own_share_of_false_alarms_go_before_the_rate_of_the_site():
    (told,) = alerts(OPENED, form=OF_SITE, errors=KNOWN)
    assert told["false_alarm"]["family_rate"] == pytest.approx(POLICY["sem", 1.5]["alert"][1] / 100)
    assert (told["false_alarm"]["source"], told["false_alarm"]["detection"]) == (None, None)
    asked = policy(alpha_family=0.1, planned_sessions=12)
    (limited,) = alerts(OPENED, form=OF_SITE, errors=None, rules=asked)
    assert (limited["false_alarm"]["family_rate"], limited["false_alarm"]["source"]) == (0.1, None)


def test_what_was_not_simulated_has_no_rate_at_a_site_either():
    form = replace(OF_SITE, id="at-site")
    (raised,) = alerts(WATCH, symptoms=[8] * 5 + [16], form=form, errors=None, symptom_form=MOOD)
    assert raised["false_alarm"]["reason"] == "raised_by_others"
    assert (raised["false_alarm"]["family_rate"], raised["false_alarm"]["source"]) == (None, None)


def test_a_start_that_is_low_in_a_norm_has_the_rate_of_that_rule():
    (alert,) = EVERY_KIND["weak start"]
    label = alert["false_alarm"]
    assert (label["family_rate"], label["reason"]) == (rate_of_rule("R12", 4), None)
    share = (
        f"About {100 * label['family_rate']:.0f} of 100 patients of the norm group start so low."
    )
    assert share in alert["message"]
    (fallen,) = EVERY_KIND["weak start, then a fall"]
    assert fallen["false_alarm"]["family_rate"] is None


@pytest.mark.parametrize("kind", ["weak start, then a fall", "cut-off", "direct"])
def test_a_rate_of_false_alarms_is_named_for_falls_only(kind):
    """The rates were simulated for scores that fall by chance; a low level or a report is no such
    thing.
    """
    (alert,) = EVERY_KIND[kind]
    assert "of 100" not in alert["message"].casefold()
    assert alert["false_alarm"]["family_rate"] is None
    assert "of 100" in EVERY_KIND["open"][0]["message"].casefold()
    assert 0 <= EVERY_KIND["open"][0]["false_alarm"]["family_rate"] <= 1


def test_the_share_of_alerts_that_was_asked_for_says_nothing_of_a_watch():
    rules = policy(alpha_family=0.1, planned_sessions=12)
    (watch,) = alerts(WATCH, rules=rules)
    assert (watch["severity"], watch["false_alarm"]["family_rate"]) == ("watch", None)
    assert "of 100" not in watch["message"]
    assert EVERY_KIND["family"][0]["false_alarm"]["family_rate"] == 0.1


def test_a_course_that_outlasts_its_plan_is_promised_no_share_of_false_alarms():
    """The alert comes with the sixth score; thresholds were set for five sessions, then for six."""
    (longer,) = alerts(OPENED, rules=policy(alpha_family=0.1, planned_sessions=5))
    assert (longer["false_alarm"]["family_rate"], longer["false_alarm"]["n_sessions"]) == (None, 6)
    assert "this course is longer" in longer["false_alarm"]["assumption"]
    assert "of 100" not in longer["message"]
    (planned,) = alerts(OPENED, rules=policy(alpha_family=0.1, planned_sessions=6))
    assert (planned["false_alarm"]["family_rate"], planned["false_alarm"]["n_sessions"]) == (0.1, 6)
    assert "at most 10 of 100 steady patients show such an alert within 6" in planned["message"]


@pytest.mark.parametrize(
    ("rate", "is_limit", "words"),
    [
        (0.025, False, "About 3 of 100 steady patients show such an alert within 12 sessions."),
        (0.0625, False, "About 6 of 100 steady patients show such an alert within 12 sessions."),
        (0.0099, False, "Fewer than 1 of 100 steady patients show such an alert within 12"),
        (0.01, False, "About 1 of 100 steady patients show such an alert within 12 sessions."),
        (0.0625, True, "so that at most 6.25 of 100 steady patients show such an alert within 12"),
    ],
)
def test_a_share_of_false_alarms_is_told_as_so_many_of_100(rate, is_limit, words):
    (episode,) = episodes(judged(OPENED))
    assert words in write(episode, Chance("alert", 12, "", rate, is_limit=is_limit), IN_ENGLISH)


@pytest.mark.parametrize("kind", ["weak start", "cut-off", "direct"])
def test_how_often_chance_falls_return_is_said_of_falls_only(kind):
    assert EVERY_KIND[kind][0]["repair"]["returns_by_chance"] is None
    assert 0 < EVERY_KIND["open"][0]["repair"]["returns_by_chance"] < 1


def test_neither_reference_nor_therapist_is_named():
    given = course(OPENED, names={1: "Dr-Smith"})._replace(reference="patient-4711")
    (alert,) = report_course(given)["alerts"]
    assert "Smith" not in repr(alert)
    assert "4711" not in repr(alert)


def test_a_scale_that_is_watched_for_itself_is_named():
    form = alliance_form(alerts={"watch": ["bond"]})
    (alert,) = alerts([{"bond": 4}] * 5 + [{"bond": 3}], form=form)
    assert "the patient's Bond score (bond) was 3 on" in alert["message"]
    assert alert["summary"].startswith("Alliance (patient, bond): fell")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("weak start", "one low session"),
        ("direct", "one low session"),
        ("cut-off", "one low session"),
        ("weak start, risen", "earlier level"),
        ("weak start, risen", "dips"),
        ("back once, then lower", "part of the way back"),
        ("easily unusual", "not known"),
        ("both, then unseen", "does not share"),
        ("upside down", "dropped"),
        ("gap long ago", "gap"),
        ("new therapist long ago", "therapist"),
        ("late return", "had not come back"),
        ("ended at once", "check-in"),
    ],
)
def test_nothing_is_said_that_the_data_do_not_show(kind, words):
    assert words not in EVERY_KIND[kind][0]["message"]


def test_a_card_that_is_too_long_leaves_out_what_stands_beside():
    (episode,) = episodes(judged(WATCH, (), [10] * 5 + [16], symptom_form=MOOD))
    told = "Alliance (patient): fell more than usual at session 6{}; no later score"
    assert summary(episode, IN_ENGLISH) == told.format(", symptoms worse")
    wordy = Words({**TEMPLATES, "card.symptoms": f", and {80 * 'w'} worse"})
    assert summary(episode, wordy) == told.format("")
