"""Courses that are broken, odd or meant to harm, each with its right answer. None of them is an
internal error, and what is odd but right is judged like any other course.
"""

# ruff: noqa: E501 - a row for each course

import copy
import json
import math
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Json = dict[str, Any]
Faults = list[tuple[str, str]]

PATH = "/v1/monitor"
WAI: Json = {"instrument": "wai-sr", "scores": {"total": 4}}
FORM = "/sessions/0/forms/0"
SCALE = "/options/parameters/wai-sr/total"


def one(**members: Any) -> Json:
    """Return a course of one session with a form of the alliance."""
    return {"sessions": [{"number": 1, "forms": [WAI], **members}]}


def form(**members: Any) -> Json:
    """Return a course of one form; what is None is not there."""
    sent = {name: value for name, value in (WAI | members).items() if value is not None}
    return one(forms=[sent])


def scored(*scores: float, instrument: str = "wai-sr", **members: Any) -> Json:
    """Return a course with a total in each session."""
    forms = [[{"instrument": instrument, "scores": {"total": score}}] for score in scores]
    return {"sessions": [{"number": n, "forms": one} for n, one in enumerate(forms, 1)], **members}


def numbered(*numbers: object) -> Json:
    return {"sessions": [{"number": number} for number in numbers]}


def known(**figures: object) -> Json:
    """Return a course for which the caller knows figures of error."""
    return scored(4, options={"parameters": {"wai-sr": {"total": figures}}})


REFUSED: dict[str, tuple[object, Faults]] = {
    "null": (None, [("", "wrong_type")]),
    "an array of courses": ([one()], [("", "wrong_type")]),
    "nothing": ({}, [("/sessions", "required")]),
    "sessions that are null, told once": ({"sessions": None}, [("/sessions", "wrong_type")]),
    "sessions by number": ({"sessions": {"1": {}}}, [("/sessions", "wrong_type")]),
    "no session": ({"sessions": []}, [("/sessions", "wrong_type")]),
    "301 sessions": (numbered(*range(301)), [("/sessions", "too_many_sessions")]),
    "sessions of every wrong type": ({"sessions": [None, 1, "x", [], True, 0.5]}, [(f"/sessions/{n}", "wrong_type") for n in range(6)]),
    "a session without number": ({"sessions": [{}]}, [("/sessions/0/number", "wrong_type")]),
    "a negative number": (numbered(-1), [("/sessions/0/number", "out_of_range")]),
    "a huge number": (numbered(10_001), [("/sessions/0/number", "out_of_range")]),
    "a number beyond 32 bits": (numbered(10**14), [("/sessions/0/number", "out_of_range")]),
    "a fraction": (numbered(1.5), [("/sessions/0/number", "wrong_type")]),
    "numbers of other types": (numbered("1", True, None, [1], {}), [(f"/sessions/{n}/number", "wrong_type") for n in range(5)]),
    "a number twice and one out of order": (numbered(2, 1, 2, 3), [("/sessions/1/number", "unordered_session"), ("/sessions/2/number", "repeated_session")]),
    "two intakes": (numbered(0, 0), [("/sessions/1/number", "repeated_session")]),
    "an intake at the end": (numbered(1, 0), [("/sessions/1/number", "unordered_session")]),
    "a member that a session does not have": (one(note="x"), [("/sessions/0/note", "unknown_member")]),
    "forms as an object": (one(forms=WAI), [("/sessions/0/forms", "wrong_type")]),
    "forms of every wrong type": (one(forms=[None, 1, "wai-sr", [], True]), [(f"/sessions/0/forms/{n}", "wrong_type") for n in range(5)]),
    "21 forms": (one(forms=[WAI] * 21), [("/sessions/0/forms", "too_many_forms")]),
    "a form twice": (one(forms=[WAI, WAI]), [("/sessions/0/forms/1", "repeated_form")]),
    "an empty form": (one(forms=[{}]), [(FORM, "answers_or_scores"), (f"{FORM}/instrument", "wrong_type")]),
    "neither answers nor scores": (form(scores=None), [(FORM, "answers_or_scores")]),
    "answers and scores": (form(answers=[4] * 12), [(FORM, "answers_or_scores")]),
    "no answer at all": (form(scores=None, answers=[None] * 12), [(f"{FORM}/answers", "no_answers")]),
    "an empty form of answers": (form(scores=None, answers={}), [(f"{FORM}/answers", "no_answers")]),
    "answers within answers": (form(scores=None, answers=[[4] * 12]), [(f"{FORM}/answers", "wrong_length"), (f"{FORM}/answers/0", "wrong_type")]),
    "answers as text": (form(scores=None, answers={"1": "4", "2": True}), [(f"{FORM}/answers/1", "wrong_type"), (f"{FORM}/answers/2", "wrong_type")]),
    "a score just above its range": (form(scores={"total": 5.000000000000001}), [(f"{FORM}/scores/total", "out_of_range")]),
    "a score just below its range": (form(scores={"total": 0.9999999999}), [(f"{FORM}/scores/total", "out_of_range")]),
    "a score that no form has": (form(instrument="phq-9", scores={"total": 10.5}), [(f"{FORM}/scores/total", "value_not_allowed")]),
    "scores of other types": (form(scores={"total": "4", "bond": True, "goal": [4], "task": {}}), [(f"{FORM}/scores/{name}", "wrong_type") for name in ("bond", "goal", "task", "total")]),
    "scores that are all null": (form(scores={"total": None}), [(f"{FORM}/scores", "wrong_type")]),
    "scores in order": (form(scores=[4]), [(f"{FORM}/scores", "wrong_type")]),
    "a scale of nobody": (form(scores={"Jane Roe": 4}), [(f"{FORM}/scores", "unknown_scale")]),
    "an encoding of nobody beside scores": (form(encoding="x"), [(f"{FORM}/encoding", "not_allowed")]),
    "wrong types about answers that are not there": (form(not_applicable="1", encoding=[]), [(f"{FORM}/encoding", "not_allowed"), (f"{FORM}/not_applicable", "wrong_type")]),
    "a form of nobody": (form(instrument="../wai-sr"), [(f"{FORM}/instrument", "unknown_instrument")]),
    "a form with its version": (form(instrument="wai-sr@1.1.0"), [(f"{FORM}/instrument", "unknown_instrument")]),
    "a version that never was": (form(version="99.0.0"), [(f"{FORM}/version", "unknown_version")]),
    "an observer of a patient's form": (form(perspective="observer"), [(f"{FORM}/perspective", "wrong_perspective")]),
    "an observer of a form for two": (form(instrument="haq-ii", perspective="observer"), [(f"{FORM}/perspective", "wrong_perspective")]),
    "a rater of nobody": (form(perspective="unknown"), [(f"{FORM}/perspective", "not_allowed")]),
    "a form for two of nobody": (form(instrument="haq-ii"), [(f"{FORM}/perspective", "perspective_needed")]),
    "a time between": (form(timing="during"), [(f"{FORM}/timing", "not_allowed")]),
    "events as text": (one(events="gap"), [("/sessions/0/events", "wrong_type")]),
    "unknown events": (one(events=["gap", "GAP", None, ["gap"], 3]), [(f"/sessions/0/events/{n}", "unknown_event") for n in range(1, 5)]),
    "a therapist of 65 characters": (one(therapist="x" * 65), [("/sessions/0/therapist", "wrong_type")]),
    "a therapist by number": (one(therapist=7), [("/sessions/0/therapist", "wrong_type")]),
    "a 29th of February": (one(date="2026-02-29"), [("/sessions/0/date", "wrong_date")]),
    "a date with a time": (one(date="2026-02-01T10:00:00Z"), [("/sessions/0/date", "wrong_date")]),
    "a date in other digits": (one(date="２０２６-01-01"), [("/sessions/0/date", "wrong_date")]),
    "a year 0": (one(date="0000-01-01"), [("/sessions/0/date", "wrong_date")]),
    "dates that fall": ({"sessions": [{"number": 1, "date": "2026-02-01"}, {"number": 2, "date": "2026-01-31"}]}, [("/sessions/1/date", "unordered_date")]),
    "figures of a scale of nobody": (scored(4, options={"parameters": {"wai-sr": {"trust": {"sem": 0.1}}}}), [("/options/parameters/wai-sr", "unknown_scale")]),
    "figures of a form of nobody": (scored(4, options={"parameters": {"trust": {}}}), [("/options/parameters", "unknown_instrument")]),
    "a figure for a scale": (scored(4, options={"parameters": {"wai-sr": {"total": 0.2}}}), [(SCALE, "wrong_type")]),
    "a figure that is none": (known(see=0.2), [(f"{SCALE}/see", "unknown_member")]),
    "figures as text and truth": (known(sem="0.2", sd=True), [(f"{SCALE}/sd", "wrong_type"), (f"{SCALE}/sem", "wrong_type")]),
    "an error above the SD": (known(sem=0.81, sd=0.8), [(f"{SCALE}/sem", "out_of_range")]),
    "an error above the SD within patients": (known(sem=0.31, within_person_sd=0.3), [(f"{SCALE}/sem", "out_of_range")]),
    "an SD of more than half the range": (known(within_person_sd=2.0001), [(f"{SCALE}/within_person_sd", "out_of_range")]),
    "an SD that vanishes when squared": (known(sem=1e-10), [(f"{SCALE}/sem", "out_of_range")]),
    "too few false alarms": (scored(4, options={"alpha_family": 0.0099}), [("/options/alpha_family", "out_of_range")]),
    "too many false alarms": (scored(4, options={"alpha_family": 0.3001}), [("/options/alpha_family", "out_of_range")]),
    "false alarms as text": (scored(4, options={"alpha_family": "0.05"}), [("/options/alpha_family", "wrong_type")]),
    "one planned session": (scored(4, options={"planned_sessions": 1}), [("/options/planned_sessions", "out_of_range")]),
    "61 planned sessions": (scored(4, options={"planned_sessions": 61}), [("/options/planned_sessions", "out_of_range")]),
    "half a planned session": (scored(4, options={"planned_sessions": 12.5}), [("/options/planned_sessions", "wrong_type")]),
    "all norms and one": (scored(4, norms=["*", "implement-2016-sessions-3-5"]), [("/norms/0", "unknown_norm")]),
    "51 norms": (scored(4, norms=["x"] * 51), [("/norms", "wrong_length")]),
    "an age of 131": (scored(4, respondent={"age": 131}), [("/respondent/age", "out_of_range")]),
    "a member that a course does not have": (scored(4, answers=[]), [("/answers", "unknown_member")]),
}  # fmt: skip


def faults_of(problem: Json) -> Faults:
    return sorted((fault["pointer"], fault["code"]) for fault in problem["errors"])


@pytest.mark.parametrize("name", REFUSED)
def test_a_course_with_faults(client: FlaskClient, refused: Callable[..., Json], name: str) -> None:
    body, expected = REFUSED[name]
    sent = json.dumps(body, ensure_ascii=False).encode()
    response = client.post(PATH, data=sent, content_type="application/json")
    assert faults_of(refused(response, 422, "invalid_request")) == expected
    assert "Jane Roe" not in response.text


UNREADABLE: dict[str, tuple[str, str]] = {
    "a session number that is none": ('{"sessions": [{"number": NaN}]}', "non_finite"),
    "a score without end": ('{"sessions": [{"number": 1, "forms": [{"scores": {"total": 1e999}}]}]}', "non_finite"),
    "a number of 16 digits": ('{"sessions": [{"number": 1000000000000000}]}', "number_too_long"),
    "a number twice in a session": ('{"sessions": [{"number": 1, "number": 2}]}', "duplicate_key"),
    "sessions in sessions": ('{"sessions": ' + "[" * 17 + "]" * 17 + "}", "too_deep"),
    "forms in forms": ('{"forms": [' * 9 + "1" + "]}" * 9, "too_deep"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_course_that_cannot_be_read(
    client: FlaskClient, refused: Callable[..., Json], name: str
) -> None:
    text, code = UNREADABLE[name]
    refused(client.post(PATH, data=text, content_type="application/json"), 400, code)


def judged(client: FlaskClient, body: Json, query: str = "?rules=all") -> Json:
    """Return the report of a course; it holds numbers that JSON has."""
    response = client.post(PATH + query, json=body)
    assert response.status_code == 200, response.text
    check_numbers(response.json)
    report: Json = response.json
    return report


def check_numbers(value: object) -> None:
    if isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            check_numbers(part)


ODD: dict[str, Json] = {
    "a number written with a point": numbered(1.0, 2.0, 10_000.0),
    "null wherever something may be left out": {"reference": None, "respondent": None, "norms": None, "options": None, "sessions": [{"number": 1, "date": None, "events": None, "therapist": None, "forms": [WAI | dict.fromkeys(("version", "perspective", "timing", "answers", "not_applicable", "encoding"))]}]},
    "figures that are null": known(sem=None, within_person_sd=None, sd=None),
    "an intake only": numbered(0),
    "an intake with a form": {"sessions": [{"number": 0, "forms": [WAI]}]},
    "sessions without forms": numbered(*range(300)),
    "a constant score": scored(*[4] * 30),
    "a constant score at the ceiling": scored(*[5] * 30),
    "a constant score at the floor": scored(*[1] * 30),
    "the least false alarms over the most sessions": scored(4, 4, 1, options={"alpha_family": 0.01, "planned_sessions": 60}),
    "the most false alarms over the fewest sessions": scored(4, 4, 1, options={"alpha_family": 0.3, "planned_sessions": 2}),
    "the least figures that there may be": scored(4, 4, 1, options={"parameters": {"wai-sr": {"total": {"sem": 1e-9, "within_person_sd": 1e-9, "sd": 1e-9}}}}),
    "the largest figures that there may be": scored(4, 4, 1, options={"parameters": {"wai-sr": {"total": {"sem": 2, "within_person_sd": 2, "sd": 2}}}}),
    "figures of a form that the course lacks": scored(4, options={"parameters": {"calpas-p": {"total": {"sem": 3}}}}),
    "scores of a form without a public key": scored(100, 1_000_000, -1_000_000, instrument="calpas-p"),
    "another therapist in every session": {"sessions": [{"number": n, "therapist": f"T{n}", "forms": [WAI]} for n in range(1, 301)]},
    "two therapists in turn": {"sessions": [{"number": n, "therapist": "AB"[n % 2], "forms": [WAI]} for n in range(1, 301)]},
    "every event, and one over and over": one(events=["treatment_ended", "therapist_change", "gap", "modality_change", "frequency_change", "termination_announced"] + ["gap"] * 1000),
    "a form of which higher is worse": {"sessions": [{"number": n, "forms": [{"instrument": "gcq-s", "scores": {"conflict": (0.5, 5.5)[n % 2]}}]} for n in range(1, 20)]},
    "what an observer rated": {"sessions": [{"number": n, "forms": [{"instrument": "sdq-teacher", "scores": {"total": 40 * (n % 2)}}]} for n in range(1, 12)]},
    "both timings of one form": one(forms=[WAI | {"timing": timing} for timing in ("pre", "post")]),
    "both raters of one form": one(forms=[{"instrument": "haq-ii", "perspective": rater, "scores": {"total": 4}} for rater in ("client", "therapist")]),
    "gaps of thousands of sessions": {"sessions": [{"number": n, "forms": [WAI]} for n in (1, 2, 5000, 10_000)]},
}  # fmt: skip


@pytest.mark.parametrize("query", ["?rules=all", "?rules=none&sessions=latest", ""])
@pytest.mark.parametrize("name", ODD)
def test_a_course_that_is_odd_but_right(client: FlaskClient, name: str, query: str) -> None:
    report = judged(client, ODD[name], query)
    told = report["sessions"]
    assert len(told) == (1 if "latest" in query else len(ODD[name]["sessions"]))
    chart = client.post(PATH, json=ODD[name], headers={"Accept": "image/svg+xml"})
    assert (chart.status_code, "nan" in chart.text) == (200, False)


@pytest.mark.parametrize(("sem", "notes"), [(0.303, ["sem_above_within_person_sd"]), (0.302, [])])
def test_an_error_above_the_definitions_session_to_session_sd_is_told(
    client: FlaskClient, sem: float, notes: list[str]
) -> None:
    """The WAI-SR's is 0.302; an SEM of 2 would let every fall pass as measurement error."""
    options = {"parameters": {"wai-sr": {"total": {"sem": sem}}}}
    (told,) = judged(client, scored(4, 4.2, 3.9, 1, options=options))["data_quality"]
    assert told["notes"] == notes


RISEN = (2.21, 3, 3.94, 4.81, 5, 5, 2.91, 5, 5)


@pytest.mark.parametrize(("name", "lowest", "step"), [("wai-sr", 1, 1), ("srs", 0, 10)])
def test_what_is_expected_of_a_score_that_rises_lies_on_its_scale(
    client: FlaskClient, name: str, lowest: float, step: float
) -> None:
    """By its trend 5.36 was to be expected of a scale that ends at 5: then no score comes back."""
    scores = [lowest + step * (score - 1) for score in RISEN]
    figures = {name: {"total": {"sem": 0.2 * step, "within_person_sd": 0.25 * step}}}
    body = scored(*scores, instrument=name, options={"parameters": figures})
    (alert,) = judged(client, body)["alerts"]
    best = lowest + step * 4
    assert alert["evidence"]["baseline"] == pytest.approx(best - 0.2 * step)
    assert alert["repair"]["target"] == pytest.approx(best - 0.4 * step)
    assert (alert["opened_session"], alert["status"]) == (7, "repaired")


QUIET = ("a constant score", "an intake with a form", "sessions without forms", "what an observer rated", "another therapist in every session")  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_what_does_not_move_or_is_nobodys_alliance_is_no_signal(
    client: FlaskClient, name: str
) -> None:
    report = judged(client, ODD[name])
    assert report["alerts"] == []
    signals = {signal for session in report["sessions"] for signal in session["signal"].values()}
    assert signals <= {"none", "info"}


def test_without_a_key_answers_are_refused_and_scores_are_not(
    client: FlaskClient, refused: Callable[..., Json]
) -> None:
    keyless = [{"instrument": name, "answers": {"1": 4}} for name in ("calpas-p", "calpas-t")]
    problem = refused(client.post(PATH, json=one(forms=keyless)), 409, "key_required")
    assert faults_of(problem) == [
        (f"/sessions/0/forms/{n}/instrument", "key_required") for n in (0, 1)
    ]


@pytest.mark.parametrize("query", ["rules", "rules=1", "rules=all%00", "rules=alé", "rules=all;sessions=latest", "sessions=", "sessions=all", "sessions=1", "=x", "RULES=all"])  # fmt: skip
def test_a_query_that_asks_for_what_is_not_there(
    client: FlaskClient, refused: Callable[..., Json], query: str
) -> None:
    refused(client.post(f"{PATH}?{query}", json=scored(4)), 422, "invalid_parameter")


TIMED = """
import json, os, time
from service.app import create_app
from service.settings import Settings
from tests.api.test_hostile_courses import LARGEST

client = create_app(Settings(), log_fd=os.open(os.devnull, os.O_WRONLY)).test_client()
found = {}
for name, make in LARGEST.items():
    raw = json.dumps(make(), separators=(",", ":")).encode()
    for query in ("?rules=all", ""):
        started = time.process_time()
        answer = client.post("/v1/monitor" + query, data=raw, content_type="application/json")
        found[name + query] = answer.status_code, time.process_time() - started
print(json.dumps(found))
"""
SHORT = ("sai", "srs", "wai-sr", "wai-srt", "calpas-p", "calpas-t", "ors", "k6", "isi", "brs", "phq-2", "phq-9", "gad-2", "gad-7", "who-5", "wsas", "oasis", "pcl-5", "phq-8", "audit")  # fmt: skip


def at_the_limits(n_sessions: int, n_forms: int) -> Json:
    """Return as many sessions and forms as fit a body, with scores that jump."""
    sessions = []
    for number in range(1, n_sessions + 1):
        scores = {"total": 2 + number % 3}
        forms = [{"instrument": name, "scores": scores} for name in SHORT[:n_forms]]
        sessions.append({"number": number, "forms": forms})
    return {"sessions": sessions}


LARGEST: dict[str, Callable[[], Json]] = {
    "300 sessions of 19 forms": lambda: at_the_limits(300, 19),
    "280 sessions of 20 forms": lambda: at_the_limits(280, 20),
    "another therapist in every session": lambda: ODD["another therapist in every session"],
    "fifteen thousand events": lambda: one(events=["gap"] * 15_000),
}


def limit_time() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))


def test_no_course_buys_more_than_a_second() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TIMED],
        cwd=Path(__file__).parents[2],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        preexec_fn=limit_time,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert {status for status, _ in found.values()} == {200}, found
    assert max(seconds for _, seconds in found.values()) < 1, found


# Drawn courses of shipped forms: of both raters, turned round, for two raters, without a public
# key, and of symptoms.
DRAWN: tuple[tuple[Json, str, float, float], ...] = (
    ({"instrument": "wai-sr"}, "total", 1, 5),
    ({"instrument": "wai-srt"}, "total", 1, 5),
    ({"instrument": "srs"}, "total", 0, 40),
    ({"instrument": "gcq-s"}, "conflict", 0, 6),
    ({"instrument": "haq-ii", "perspective": "client"}, "total", 1, 6),
    ({"instrument": "haq-ii", "perspective": "therapist"}, "total", 1, 6),
    ({"instrument": "calpas-p"}, "total", 0, 168),
    ({"instrument": "wai-sr", "timing": "pre"}, "total", 1, 5),
    ({"instrument": "phq-9"}, "total", 0, 27),
    ({"instrument": "sdq-teacher"}, "total", 0, 40),
)
EVENTS = ("therapist_change", "gap", "treatment_ended", "termination_announced")
some = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def courses(draw: Any, kinds: tuple[tuple[Json, str, float, float], ...] = DRAWN) -> Json:
    """Draw a course of up to 12 sessions with up to four forms, each around a level."""
    chosen = draw(st.lists(st.sampled_from(range(len(kinds))), min_size=1, max_size=4, unique=True))
    number, sessions = draw(st.integers(0, 2)), []
    for _ in range(draw(st.integers(1, 12))):
        forms = []
        for kind in chosen:
            members, scale, low, high = kinds[kind]
            eighths = draw(st.sampled_from([None, 6, 6, 6, 7, 7, 5, 8, 0, 2]))
            if eighths is not None:
                score = low + (high - low) * eighths / 8
                whole = members["instrument"] in ("phq-9", "sdq-teacher")
                forms.append(members | {"scores": {scale: round(score) if whole else score}})
        session: Json = {"number": number, "forms": forms}
        if draw(st.integers(0, 9)) == 0:
            session["events"] = [draw(st.sampled_from(EVENTS))]
        session["therapist"] = draw(st.sampled_from("AAAAAAAAAB"))
        sessions.append(session)
        number += draw(st.sampled_from([1, 1, 1, 3]))
    options = {"alpha_family": draw(st.sampled_from([None, 0.01, 0.3]))}
    return {"sessions": sessions, "options": options}


@some
@given(courses(), st.data())
def test_a_session_more_changes_nothing_that_was_said(
    client: FlaskClient, course: Json, data: st.DataObject
) -> None:
    whole = judged(client, course)["sessions"]
    k = data.draw(st.integers(1, len(whole)))
    part = judged(client, course | {"sessions": course["sessions"][:k]})["sessions"]
    assert part == whole[:k]


@some
@given(courses(), st.randoms(use_true_random=False))
def test_the_order_of_forms_changes_nothing(client: FlaskClient, course: Json, order: Any) -> None:
    turned = copy.deepcopy(course)
    for session in turned["sessions"]:
        order.shuffle(session["forms"])
    ours, theirs = judged(client, course), judged(client, turned)
    assert [one["signal"] for one in ours["sessions"]] == [
        one["signal"] for one in theirs["sessions"]
    ]
    assert [one["scores"] for one in ours["sessions"]] == [
        one["scores"] for one in theirs["sessions"]
    ]
    assert sorted(map(json.dumps, ours["alerts"])) == sorted(map(json.dumps, theirs["alerts"]))


@some
@given(courses((DRAWN[6],)), st.sampled_from([-4096, -64, 1, 8, 512]))
def test_a_constant_added_to_all_scores_changes_no_signal(
    client: FlaskClient, course: Json, constant: int
) -> None:
    """Of a form without norms, cut-offs and known range."""
    figures = {"calpas-p": {"total": {"sem": 5.0001, "within_person_sd": 8.0001}}}
    course = course | {"options": {"parameters": figures}}
    moved = copy.deepcopy(course)
    for session in moved["sessions"]:
        for sent in session["forms"]:
            sent["scores"]["total"] += constant
    ours, theirs = judged(client, course), judged(client, moved)
    for member in ("signal", "number"):
        assert [one[member] for one in ours["sessions"]] == [
            one[member] for one in theirs["sessions"]
        ]
    assert [one["rules"] for one in ours["alerts"]] == [one["rules"] for one in theirs["alerts"]]


JUNK = (None, True, -1, 0, 0.5, 1e14, 1e-300, "", "x", "é", "a" * 70, [], {}, [None], {"x": {}}, "observer", "2026-01-01")  # fmt: skip


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value within a document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for step, part in parts:
        yield (*path, step)
        yield from places(part, (*path, step))


@settings(some, max_examples=150)
@given(courses(), st.data())
def test_a_course_with_a_value_exchanged_is_judged_or_refused(
    client: FlaskClient, course: Json, data: st.DataObject
) -> None:
    damaged: Any = copy.deepcopy(course)
    *above, last = data.draw(st.sampled_from(list(places(damaged))))
    where = damaged
    for step in above:
        where = where[step]
    where[last] = copy.deepcopy(data.draw(st.sampled_from(JUNK)))
    response = client.post(f"{PATH}?rules=all", json=damaged)
    assert response.status_code in (200, 422), response.text
    check_numbers(response.json)
    if response.status_code == 422:
        told = [tuple(fault.items())[:3] for fault in response.json["errors"]]
        assert len(told) == len(set(told)) > 0
