"""What an alert says: what was seen, how sure that is, and nothing that a score cannot know."""

import re

import pytest

from service.alliance.course import Course, Errors, Session
from service.alliance.report.messages import Chance, describe, shown
from service.alliance.report.report import report_course
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
from tests.alliance.rules.test_direct import DIRECT
from tests.alliance.series.test_symptoms import MOOD

WATCH = [4, 4, 4, 4, 4, 3.4]
DROPPED = (
    "The alliance score dropped by more than measurement error and more than usual for this dyad"
)
CHECK_IN = "Consider a check-in about how you are working together."
NORMED = alliance_form(norms=(norm(4, 0.8),))
LINED = alliance_form(total={"cutoffs": (cutoff("<", 3.6),)})
WORSE = alliance_form(direction="higher_is_worse")
SUM = alliance_form("session", low=0, high=40, metric="sum")


def alerts(*args, **members):
    return report_course(course(*args, **members))["alerts"]


def message(*args, **members):
    """Return the message of the only alert."""
    (alert,) = alerts(*args, **members)
    return alert["message"]


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
    "fall after others": alerts([4, 4, 4, 3.34946, 3.2566]),  # C = 1.8, then T = 1.67 and C = 2.97
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
    "before the session": before(),
    "both, then unseen": alerts([*WATCH, 2.8], [*WATCH, 4])[:1],
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
    assert (CHECK_IN in alert["message"]) == (alert["status"] != "repaired")
    assert "score" in text


def test_a_fall_is_told_in_these_words():
    text = message(OPENED)
    assert text.startswith(
        "At session 6 the patient's score on Bond was 3.2, 0.8 below the mean of 5 earlier "
        "sessions (4). "
        f"{DROPPED} (one-sided p = 0.004)."
    )
    assert text.endswith(
        f"{CHECK_IN} The score does not say why, and one low session is not a pattern."
    )


@pytest.mark.parametrize("kind", ["sum that adds up", "partial", "unresolved"])
def test_several_low_sessions_are_not_called_one(kind):
    (alert,) = EVERY_KIND[kind]
    assert "one low session" not in alert["message"]
    assert "The score does not say why." in alert["message"]


def test_a_very_small_p_is_not_called_zero():
    """T = 2.8 / .2324 = 12 with 8 degrees of freedom."""
    assert "(one-sided p < 0.001)" in message([4, 4, 4, 4, 4, 1.2])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("therapist", "the therapist's score on Bond-t"),
        ("open, later", "At session 7 it was 3.3."),
        ("provisional", "At session 7 the score was back at the earlier level, once so far."),
        ("repaired", "By session 8 two scores running were back at the earlier level."),
        ("repaired", "this does not show that anything was mended"),
        ("partial", "By session 11 the score had come part of the way back."),
        ("unresolved", "By session 11 the score had not come back."),
        ("unseen", "The therapist's own rating does not share the fall."),
        ("both", "The therapist's score fell too."),
        ("symptoms", "Symptoms worsened reliably at the same time."),
        ("silent", "No form came at session 7, right after a signal."),
        ("no standard error", "its measurement error is not known"),
        ("assumed", "How much this score moves by itself is assumed, not known."),
        ("sum that adds up", "lower than usual for this dyad over several sessions"),
        (
            "fall after others",
            "dropped by more than measurement error, after others lower than usual for this dyad",
        ),
        ("chart", "below the range in which this dyad's scores have moved"),
        ("decline", "fell three times in a row, together by more than measurement error"),
        ("one side", "One side of the alliance dropped by more than measurement error"),
        ("one side", "was 4, the same as the mean of 3 earlier sessions (4)"),
        ("weak start", "had been low in the early sessions, compared with the norm or cut-off"),
        ("cut-off", "was 3.5, beyond the published cut-off"),
        ("direct", "the patient reported tension in the relationship"),
        (
            "direct, mended",
            "At session 2 the patient reported tension as resolved. At session 2 the score was 4.",
        ),
        ("sums", "was 30, 6 below the mean of 5 earlier sessions (36)"),
        ("upside down", "was 2.8, 0.8 above the mean of 5 earlier sessions (2)"),
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
            "The score rose three times in a row, together by more than measurement error.",
        ),
        (
            "upside down, sum",
            "The scores have been worse than usual for this dyad over several sessions",
        ),
        ("family", "at most 10 of 100 steady courses give an alert"),
        ("odd family", "at most 2.5 of 100 steady courses give an alert"),
        ("easily unusual", "One side of the alliance dropped by more than measurement error"),
        ("weak start, risen", "By session 6 two scores running were no longer so low."),
        (
            "weak start, risen",
            "Scores rise by chance too, so this does not show that anything was mended.",
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
        (
            "both, then unseen",
            "The therapist's score fell too, but did not share the fall at session 7.",
        ),
        (
            "before the session",
            "the patient's score on Bond, filled in before the session, was 3.2",
        ),
    ],
)
def test_what_else_was_seen_is_said(kind, words):
    assert words in EVERY_KIND[kind][0]["message"]


def test_a_relapse_says_so():
    first, second = EVERY_KIND["relapse"]
    follows = "It follows soon after an earlier drop from which the score had come back."
    assert (follows in second["message"], follows in first["message"]) == (True, False)


@pytest.mark.parametrize("kind", ["weak start", "cut-off", "direct"])
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
    assert "at most 10 of 100 steady courses give an alert within 6 sessions." in planned["message"]


@pytest.mark.parametrize(
    ("rate", "is_limit", "words"),
    [
        (0.0625, False, "Of 100 steady courses, about 6 would show such an alert within 12"),
        (0.0099, False, "Of 100 steady courses, fewer than 1 would show such an alert within 12"),
        (0.01, False, "Of 100 steady courses, about 1 would show such an alert within 12"),
        (0.0625, True, "so that at most 6.25 of 100 steady courses give an alert within 12"),
    ],
)
def test_a_share_of_false_alarms_is_told_as_so_many_of_100(rate, is_limit, words):
    (episode,) = episodes(judged(OPENED))
    assert words in describe(episode, Chance("alert", 12, "", rate, is_limit=is_limit))


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
    assert "the patient's score on Bond, scale bond was 3," in message(
        [{"bond": 4}] * 5 + [{"bond": 3}], form=form
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4, "4"),
        (3.5, "3.5"),
        (3.333333, "3.33"),
        (100.0, "100"),
        (0.0, "0"),
        (-1.25, "-1.25"),
        (40, "40"),
    ],
)
def test_scores_have_two_decimals_at_most(value, text):
    assert shown(value) == text


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
    ],
)
def test_nothing_is_said_that_the_data_do_not_show(kind, words):
    assert words not in EVERY_KIND[kind][0]["message"]
