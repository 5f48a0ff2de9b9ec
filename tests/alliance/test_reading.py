"""Reading a course as it was sent: what is accepted, and every fault with its place and code."""

from copy import deepcopy
from dataclasses import replace

import pytest

from service.alliance import reading
from service.alliance.course import EVENTS, Errors
from service.alliance.reading import (
    LARGEST_ERROR,
    LARGEST_SESSION,
    MOST_FORMS,
    MOST_SESSIONS,
    RATERS,
    SMALLEST_ERROR,
    TIMINGS,
    UnknownForm,
    read_course,
    read_errors,
)
from service.definitions.catalog import UnknownInstrument, UnknownVersion
from service.scoring.issue import InvalidSubmission
from service.scoring.report import Scorer
from service.scoring.scales import Respondent
from tests.alliance.courses import policy

FOURS = {str(item): 4 for item in range(1, 13)}


@pytest.fixture
def find(catalog):
    """Return the scorer of a shipped instrument."""

    def find(name, version):
        try:
            return catalog.get(name, version).scorer
        except UnknownInstrument:
            raise UnknownForm("instrument", "unknown_instrument", "No.", ["wai-sr"]) from None
        except UnknownVersion:
            raise UnknownForm("version", "unknown_version", "No.", ["1.1.0"]) from None

    return find


@pytest.fixture
def read(find):
    """Read a course of shipped instruments."""

    def read(sessions, **members):
        return read_course(sessions, find, policy(), **members)

    return read


@pytest.fixture
def faults(read):
    """Return pointer and code of every fault."""

    def faults(sessions, **members):
        with pytest.raises(InvalidSubmission) as caught:
            read(sessions, **members)
        return [(issue.pointer, issue.code) for issue in caught.value.issues]

    return faults


FORM = {"scores": {"total": 4}}


def form(name="wai-sr", **members):
    """Return a form with a total of 4 unless it has other members."""
    return {"instrument": name} | (members or {"scores": {"total": 4}})


def one(*forms, **members):
    """Return a course of one session."""
    return [{"number": 1, "forms": list(forms), **members}]


def test_the_limits_of_a_course():
    """As the page of the interface tells them; those of error figures let no square vanish."""
    limits = (MOST_SESSIONS, MOST_FORMS, LARGEST_SESSION, SMALLEST_ERROR, LARGEST_ERROR)
    assert limits == (300, 20, 10_000, 1e-9, 1_000_000)
    assert (TIMINGS, RATERS) == (("pre", "post"), ("client", "therapist", "observer"))


def test_what_reading_offers_is_there():
    assert {name for name in reading.__all__ if not hasattr(reading, name)} == set()


def test_a_course_is_read_and_scored(read):
    """Twelve answers of 4 have a mean of 4."""
    sent = [
        {
            "number": 3,
            "date": "2024-02-29",
            "therapist": "A",
            "events": ["gap", "therapist_change"],
            "forms": [form(answers=FOURS), form("wai-srt", scores={"total": 3.9}, timing="pre")],
        },
        {"number": 7},
    ]
    course = read(sent, respondent=Respondent(34, "female"), reference="r", norms=[], errors={})
    first, second = course.sessions
    assert (first.number, first.date, first.therapist, first.events) == (
        3,
        "2024-02-29",
        "A",
        ("gap", "therapist_change"),
    )
    patient, therapist = first.ratings
    assert (patient.values["total"], patient.perspective, patient.timing) == (4, "client", "post")
    assert patient.answers == (4,) * 12
    assert (therapist.values, therapist.perspective, therapist.timing) == (
        {"total": 3.9},
        "therapist",
        "pre",
    )
    assert therapist.answers is None
    assert (second.number, second.ratings, second.events) == (7, (), ())
    assert (course.reference, course.norms, course.respondent) == (
        "r",
        (),
        Respondent(34, "female"),
    )


def test_answers_that_do_not_make_a_score_leave_its_reason(read):
    (session,) = read(one(form(answers={"1": 4}))).sessions
    (rating,) = session.ratings
    assert rating.values["total"] is None
    assert rating.reasons["total"] == "missing_items"


def test_null_members_are_as_good_as_none(read):
    bare = dict.fromkeys(("events", "therapist", "date", "forms"))
    course = read(
        [
            {"number": 1, **bare},
            {"number": 2, "forms": [form(scores={"total": 4}, answers=None, version=None)]},
        ]
    )
    assert [len(session.ratings) for session in course.sessions] == [0, 1]


def test_one_form_may_come_from_two_raters_and_at_two_times(read):
    made = [
        form("arm-5", scores={"total": 5}, perspective=rater, timing=timing)
        for rater in ("client", "therapist")
        for timing in ("pre", "post")
    ]
    (session,) = read(one(*made)).sessions
    assert len({(rating.perspective, rating.timing) for rating in session.ratings}) == 4


def test_scores_of_a_form_without_public_key_are_accepted(read):
    (session,) = read(one(form("calpas-p", scores={"total": 100}))).sessions
    assert session.ratings[0].values == {"total": 100}


def test_what_the_caller_knows_is_read_by_instrument_and_scale(read):
    known = read(
        one(form()),
        errors={"wai-sr": {"total": {"sem": 0.2, "sd": None}, "bond": {"within_person_sd": 1}}},
    )
    assert known.errors == {
        "wai-sr": {"total": Errors(sem=0.2), "bond": Errors(within_person_sd=1)}
    }


SESSION_FAULTS = [
    (None, "/sessions", "wrong_type"),
    ([], "/sessions", "wrong_type"),
    ({}, "/sessions", "wrong_type"),
    ("1", "/sessions", "wrong_type"),
    ([{"number": n} for n in range(1, MOST_SESSIONS + 2)], "/sessions", "too_many_sessions"),
    (["one"], "/sessions/0", "wrong_type"),
    ([{}], "/sessions/0/number", "wrong_type"),
    ([{"number": "1"}], "/sessions/0/number", "wrong_type"),
    ([{"number": 1.5}], "/sessions/0/number", "wrong_type"),
    ([{"number": True}], "/sessions/0/number", "wrong_type"),
    ([{"number": -1}], "/sessions/0/number", "out_of_range"),
    ([{"number": 1}, {"number": 0}], "/sessions/1/number", "unordered_session"),
    ([{"number": -3}], "/sessions/0/number", "out_of_range"),
    ([{"number": 10_001}], "/sessions/0/number", "out_of_range"),
    ([{"number": 2}, {"number": 2}], "/sessions/1/number", "repeated_session"),
    ([{"number": 2}, {"number": 3}, {"number": 2}], "/sessions/2/number", "repeated_session"),
    ([{"number": 2}, {"number": 1}], "/sessions/1/number", "unordered_session"),
    ([{"number": 1, "nummer": 2}], "/sessions/0/nummer", "unknown_member"),
    ([{"number": 1, "Jane Roe": 2}], "/sessions/0", "unknown_member"),
    ([{"number": 1, "events": "gap"}], "/sessions/0/events", "wrong_type"),
    ([{"number": 1, "events": ["gap", "holiday"]}], "/sessions/0/events/1", "unknown_event"),
    ([{"number": 1, "events": [["gap"]]}], "/sessions/0/events/0", "unknown_event"),
    ([{"number": 1, "therapist": 7}], "/sessions/0/therapist", "wrong_type"),
    ([{"number": 1, "therapist": ""}], "/sessions/0/therapist", "wrong_type"),
    ([{"number": 1, "therapist": "x" * 65}], "/sessions/0/therapist", "wrong_type"),
    ([{"number": 1, "therapist": "a\nb"}], "/sessions/0/therapist", "wrong_type"),
    ([{"number": 1, "forms": {}}], "/sessions/0/forms", "wrong_type"),
    ([{"number": 1, "forms": [7]}], "/sessions/0/forms/0", "wrong_type"),
    ([{"number": 1, "forms": [form()] * (MOST_FORMS + 1)}], "/sessions/0/forms", "too_many_forms"),
]


@pytest.mark.parametrize(("sessions", "pointer", "code"), SESSION_FAULTS)
def test_faults_of_sessions(faults, sessions, pointer, code):
    assert faults(sessions) == [(pointer, code)]


@pytest.mark.parametrize("number", [0, 1, 10_000])
def test_the_ends_of_the_range_of_session_numbers(read, number):
    assert read([{"number": number}]).sessions[0].number == number


def test_as_many_sessions_and_forms_as_are_allowed(read):
    assert len(read([{"number": n} for n in range(1, MOST_SESSIONS + 1)]).sessions) == MOST_SESSIONS
    names = (
        "wai-sr",
        "srs",
        "sai",
        "tasc-r",
        "gcq-s",
        "wai-s-client",
        "phq-9",
        "gad-7",
        "isi",
        "brs",
    )
    scores = {"gcq-s": {"engaged": 3}, "tasc-r": {"total": 40}}
    made = [
        form(name, scores=scores.get(name, {"total": 3}), timing=t)
        for name in names
        for t in ("pre", "post")
    ]
    assert len(made) == MOST_FORMS
    assert len(read(one(*made)).sessions[0].ratings) == MOST_FORMS


@pytest.mark.parametrize(
    "date",
    ["2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-5", "26-01-05",
     "2026-01-05T00:00", "0000-01-01",
     "２０２６-01-05", "", 20260105, True, ["2026-01-05"]],
)  # fmt: skip
def test_dates_that_are_none(faults, date):
    assert faults([{"number": 1, "date": date}]) == [("/sessions/0/date", "wrong_date")]


@pytest.mark.parametrize(
    "date",
    ["2026-12-31", "2026-01-01", "0001-01-01", "9999-11-30", "2026-02-28", "2024-02-29"],
)
def test_the_first_and_last_days_of_months_are_dates(read, date):
    assert read([{"number": 1, "date": date}]).sessions[0].date == date


@pytest.mark.parametrize("name", ["x", "x" * 64, "Dr. Ä"])
def test_a_therapist_has_a_name_of_1_to_64_characters(read, name):
    assert read([{"number": 1, "therapist": name}]).sessions[0].therapist == name


MEMBERS_OF_A_FORM = [
    *("answers", "encoding", "instrument", "not_applicable"),
    *("perspective", "scores", "timing", "version"),
]
KNOWN_EVENTS = [
    *("frequency_change", "gap", "modality_change"),
    *("termination_announced", "therapist_change", "treatment_ended"),
]


@pytest.mark.parametrize(
    ("session", "allowed"),
    [
        ({"number": "1"}, {"minimum": 0, "maximum": 10_000}),
        ({"number": 10_001}, {"minimum": 0, "maximum": 10_000}),
        ({"number": 1, "day": 2}, ["date", "events", "forms", "number", "therapist"]),
        ({"number": 1, "events": ["holiday"]}, KNOWN_EVENTS),
        ({"number": 1, "events": "gap"}, None),
        ({"number": 1, "therapist": 7}, {"minimum": 1, "maximum": 64}),
        ({"number": 1, "date": "soon"}, None),
        ({"number": 1, "forms": [form()] * 21}, {"maximum": 20}),
        ({"number": 1, "forms": [form(colour=1, **FORM)]}, MEMBERS_OF_A_FORM),
        ({"number": 1, "forms": [form(timing="during", **FORM)]}, ["pre", "post"]),
        (
            {"number": 1, "forms": [form(perspective="mother", **FORM)]},
            ["client", "therapist", "observer"],
        ),
        ({"number": 1, "forms": [form("no-such-form")]}, ["wai-sr"]),
        ({"number": 1, "forms": [form(version="9.9.9", **FORM)]}, ["1.1.0"]),
        ({"number": 1, "forms": [form(encoding="letters", **FORM)]}, ["value", "position"]),
        (
            {"number": 1, "forms": [form(scores={"total": 6})]},
            {"minimum": 1, "maximum": 5, "metric": "mean"},
        ),
        (
            {"number": 1, "forms": [form(scores={"trust": 4})]},
            ["goal", "task", "bond", "total"],
        ),
        ({"number": 1, "forms": [form(), form()]}, None),
    ],
)
def test_a_fault_says_what_is_allowed(read, session, allowed):
    assert allowed_by(read, [session]) == [allowed]


@pytest.mark.parametrize(
    ("figures", "allowed"),
    [
        ({"no-such-form": {}}, ["wai-sr", "wai-srt"]),
        ({"wai-sr": 0.2}, None),
        ({"wai-sr": {"trust": {}}}, ["goal", "task", "bond", "total"]),
        ({"wai-sr": {"total": 0.2}}, ["sd", "sem", "within_person_sd"]),
        ({"wai-sr": {"total": {"see": 0.2}}}, ["sd", "sem", "within_person_sd"]),
        ({"wai-sr": {"total": {"sem": "0.2"}}}, {"minimum": 1e-9, "maximum": 2}),
        ({"calpas-p": {"total": {"sem": 2e6}}}, {"minimum": 1e-9, "maximum": 1e6}),
    ],
)
def test_a_fault_of_error_figures_says_what_is_allowed(read, figures, allowed):
    sent = one(form("wai-srt"), form())
    assert allowed_by(read, sent, errors=figures) == [allowed]


def test_too_many_sessions_and_unknown_norms_say_what_is_allowed(read):
    many = [{"number": number} for number in range(301)]
    assert allowed_by(read, many) == [{"maximum": 300}]
    (norms,) = allowed_by(read, one(form()), norms=["martians"])
    assert norms == sorted(norms)
    assert "wysa-2022" in norms


def allowed_by(read, sessions, **members):
    with pytest.raises(InvalidSubmission) as caught:
        read(sessions, **members)
    return [issue.allowed for issue in caught.value.issues]


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_every_event_is_known(read, event):
    assert read([{"number": 1, "events": [event]}]).sessions[0].events == (event,)


HERE = "/sessions/0/forms/0"
FORM_FAULTS = [
    ({"scores": {"total": 4}}, "/instrument", "wrong_type"),
    ({"instrument": 7, "scores": {"total": 4}}, "/instrument", "wrong_type"),
    ({"instrument": ["wai-sr"], "answers": FOURS}, "/instrument", "wrong_type"),
    (form("no-such-form"), "/instrument", "unknown_instrument"),
    (form(version="9.9.9", scores={"total": 4}), "/version", "unknown_version"),
    (form(version=1, scores={"total": 4}), "/version", "wrong_type"),
    (form(timing="during", scores={"total": 4}), "/timing", "not_allowed"),
    (form(timing=["post"], scores={"total": 4}), "/timing", "not_allowed"),
    (form(perspective="mother", scores={"total": 4}), "/perspective", "not_allowed"),
    (form(perspective={}, scores={"total": 4}), "/perspective", "not_allowed"),
    (form(perspective="therapist", scores={"total": 4}), "/perspective", "wrong_perspective"),
    (form(perspective="therapist", answers=FOURS), "/perspective", "wrong_perspective"),
    (form("arm-5", scores={"total": 4}), "/perspective", "perspective_needed"),
    (form(colour="red", scores={"total": 4}), "/colour", "unknown_member"),
    (form(answers=FOURS, scores={"total": 4}), "", "answers_or_scores"),
    (form(version="1.1.0"), "", "answers_or_scores"),
    (form(answers=4), "/answers", "wrong_type"),
    (form(answers="4444"), "/answers", "wrong_type"),
    (form(answers={"1": 9}), "/answers/1", "value_not_allowed"),
    (form(answers={"1": "4"}), "/answers/1", "wrong_type"),
    (form(answers={"1": True}), "/answers/1", "wrong_type"),
    (form(answers={}), "/answers", "no_answers"),
    (form(answers=FOURS, encoding="letters"), "/encoding", "not_allowed"),
    (form(answers=FOURS, not_applicable="12"), "/not_applicable", "wrong_type"),
    (form(scores={"total": 4}, encoding="letters"), "/encoding", "not_allowed"),
    (form(scores={"total": 4}, not_applicable="12"), "/not_applicable", "wrong_type"),
    (form(scores=4), "/scores", "wrong_type"),
    (form(scores=[4]), "/scores", "wrong_type"),
    (form(scores={}), "/scores", "wrong_type"),
    (form(scores={"trust": 4}), "/scores", "unknown_scale"),
    (form(scores={"total": 5.01}), "/scores/total", "out_of_range"),
    (form(scores={"total": 0.99}), "/scores/total", "out_of_range"),
    (form(scores={"total": float("nan")}), "/scores/total", "out_of_range"),
    (form(scores={"total": "4"}), "/scores/total", "wrong_type"),
    (form(scores={"total": None}), "/scores", "wrong_type"),
    (form(scores={"total": False}), "/scores/total", "wrong_type"),
    (form("calpas-p", answers={"1": 4}), "/instrument", "key_required"),
]


@pytest.mark.parametrize(("sent", "below", "code"), FORM_FAULTS)
def test_faults_of_forms(faults, sent, below, code):
    assert faults(one(sent)) == [(HERE + below, code)]


@pytest.mark.parametrize("score", [1e300, -1e300, 10**400, float("inf"), float("nan"), 1_000_001])
def test_a_score_without_known_range_has_to_be_a_sensible_number(faults, score):
    """The key of this form is not public, so its range is not known; arithmetic must not
    overflow.
    """
    assert faults(one(form("calpas-p", scores={"total": score}))) == [
        (HERE + "/scores/total", "out_of_range")
    ]


@pytest.mark.parametrize("score", [1, 5])
def test_the_ends_of_a_scales_range(read, score):
    assert read(one(form(scores={"total": score}))).sessions[0].ratings[0].values == {
        "total": score
    }


def test_a_form_twice_from_one_rater_at_one_time(faults):
    assert faults(one(form(), form("srs"), form())) == [("/sessions/0/forms/2", "repeated_form")]


def test_a_faulty_form_is_repeated_all_the_same(faults):
    faulty = form(answers={"1": 9})
    assert faults(one(faulty, form())) == [
        ("/sessions/0/forms/0/answers/1", "value_not_allowed"),
        ("/sessions/0/forms/1", "repeated_form"),
    ]


def test_forms_of_raters_who_are_not_named_are_not_taken_for_one(faults):
    unnamed = {"instrument": "haq-ii", "scores": {"total": 4}}
    assert [code for _, code in faults(one(unnamed, unnamed))] == ["perspective_needed"] * 2


def test_what_a_later_form_says_beside_its_answers_is_heeded(read, faults):
    """The first form has nothing but answers; the second says more."""

    def twice(**members):
        return [
            {"number": 1, "forms": [form(answers=FOURS)]},
            {"number": 2, "forms": [form(answers=FOURS, **members)]},
        ]

    assert [one.ratings[0].timing for one in read(twice(timing="pre")).sessions] == ["post", "pre"]
    assert faults(twice(colour="red")) == [("/sessions/1/forms/0/colour", "unknown_member")]
    assert faults(twice(perspective="therapist")) == [
        ("/sessions/1/forms/0/perspective", "wrong_perspective")
    ]


def test_a_key_is_needed_for_answers_also_after_scores(faults):
    sent = [
        {"number": 1, "forms": [{"instrument": "calpas-p", "scores": {"total": 5}}]},
        {"number": 2, "forms": [{"instrument": "calpas-p", "answers": {"1": 5}}]},
    ]
    assert faults(sent) == [("/sessions/1/forms/0/instrument", "key_required")]


def test_two_versions_do_not_make_one_series(catalog):
    """The second version is an invented later one of the same form."""
    old = catalog.get("wai-sr").scorer
    new = Scorer(replace(old.instrument, version="2.0.0"))

    def find(name, version):
        return new if version == "2.0.0" else old

    sent = [
        {"number": 1, "forms": [form()]},
        {"number": 2, "forms": [form(version="2.0.0", scores={"total": 4})]},
    ]
    with pytest.raises(InvalidSubmission) as caught:
        read_course(sent, find, policy())
    (issue,) = caught.value.issues
    assert (issue.pointer, issue.code, issue.allowed) == (
        "/sessions/1/forms/0/version",
        "two_versions",
        ["1.1.0"],
    )
    sent[1]["forms"][0]["timing"] = "pre"
    assert len(read_course(sent, find, policy()).sessions) == 2


PARAMETERS = "/options/parameters"
ERROR_FAULTS = [
    ({"no-such-form": {}}, PARAMETERS, "unknown_instrument"),
    ({"wai-sr": 0.2}, f"{PARAMETERS}/wai-sr", "wrong_type"),
    ({"wai-sr": {"trust": {}}}, f"{PARAMETERS}/wai-sr", "unknown_scale"),
    ({"wai-sr": {"total": 0.2}}, f"{PARAMETERS}/wai-sr/total", "wrong_type"),
    ({"wai-sr": {"total": {"see": 0.2}}}, f"{PARAMETERS}/wai-sr/total/see", "unknown_member"),
    ({"wai-sr": {"total": {"Jane Roe": 0.2}}}, f"{PARAMETERS}/wai-sr/total", "unknown_member"),
    *[
        ({"wai-sr": {"total": {"sem": value}}}, f"{PARAMETERS}/wai-sr/total/sem", "wrong_type")
        for value in ("0.2", True, [])
    ],
    *[
        ({"wai-sr": {"total": {"sem": value}}}, f"{PARAMETERS}/wai-sr/total/sem", "out_of_range")
        for value in (
            0,
            -0.2,
            float("nan"),
            float("inf"),
            2.01,  # half of the range from 1 to 5
            1e-10,
            5e-324,
            10**400,
        )
    ],
    (
        {"wai-sr": {"bond": {"within_person_sd": 0}}},
        f"{PARAMETERS}/wai-sr/bond/within_person_sd",
        "out_of_range",
    ),
]


@pytest.mark.parametrize(("errors", "pointer", "code"), ERROR_FAULTS)
def test_faults_of_error_figures(faults, errors, pointer, code):
    assert faults(one(form()), errors=errors) == [(pointer, code)]


@pytest.mark.parametrize("value", [1e-9, 2])
def test_the_ends_of_the_range_of_error_figures(read, value):
    assert (
        read(one(form()), errors={"wai-sr": {"total": {"sd": value}}}).errors["wai-sr"]["total"].sd
        == value
    )


def test_unknown_norms_are_refused_where_no_form_of_the_course_has_them(faults, read):
    assert faults(one(form()), norms=["woebot-2021", "martians"]) == [("/norms/1", "unknown_norm")]
    for norms in (None, [], ["*"], ["wysa-2022"]):
        assert read(one(form()), norms=norms).norms == (None if norms is None else tuple(norms))


def test_all_faults_come_at_once(faults):
    sent = [
        {
            "number": 2,
            "date": "soon",
            "forms": [form(scores={"total": 9}), form(answers={"1": 0, "2": 9})],
        },
        {"number": 2, "events": ["holiday"], "forms": [form("no-such-form"), form(), form(), 3]},
        {
            "number": 1,
            "therapist": 4,
            "forms": [form(timing="never", perspective="mother", colour=1)],
        },
        "nothing",
    ]
    untouched = deepcopy(sent)
    found = faults(
        sent,
        errors={"wai-sr": {"total": {"sem": 0}, "trust": {}}, "no-form": {}},
        norms=["martians"],
    )
    assert sorted(found) == sorted(
        [
            ("/sessions/0/date", "wrong_date"),
            ("/sessions/0/forms/0/scores/total", "out_of_range"),
            ("/sessions/0/forms/1/answers/1", "value_not_allowed"),
            ("/sessions/0/forms/1/answers/2", "value_not_allowed"),
            ("/sessions/0/forms/1", "repeated_form"),
            ("/sessions/1/number", "repeated_session"),
            ("/sessions/1/events/0", "unknown_event"),
            ("/sessions/1/forms/0/instrument", "unknown_instrument"),
            ("/sessions/1/forms/2", "repeated_form"),
            ("/sessions/1/forms/3", "wrong_type"),
            ("/sessions/2/number", "unordered_session"),
            ("/sessions/2/therapist", "wrong_type"),
            ("/sessions/2/forms/0/colour", "unknown_member"),
            ("/sessions/2/forms/0/timing", "not_allowed"),
            ("/sessions/2/forms/0/perspective", "not_allowed"),
            ("/sessions/2/forms/0", "answers_or_scores"),
            ("/sessions/3", "wrong_type"),
            ("/options/parameters/wai-sr/total/sem", "out_of_range"),
            ("/options/parameters/wai-sr", "unknown_scale"),
            ("/options/parameters", "unknown_instrument"),
            ("/norms/0", "unknown_norm"),
        ]
    )
    assert sent == untouched


def test_no_fault_repeats_what_was_sent(read):
    """A name in the wrong place must not come back."""
    name = "Mary Smith"
    forms = [form(name), form(version=name, answers={name: name}), form(scores={name: name})]
    sent = [
        {
            "number": name,
            "date": name,
            "events": [name],
            "therapist": [name],
            name: 1,
            "forms": forms,
        }
    ]
    with pytest.raises(InvalidSubmission) as caught:
        read(sent, norms=[name], errors={name: {}, "wai-sr": {name: {}}})
    assert name not in repr(
        [(issue.pointer, issue.code, issue.detail, issue.allowed) for issue in caught.value.issues]
    )


def test_whole_numbers_may_be_written_as_decimals(read):
    assert [one.number for one in read([{"number": 1.0}, {"number": 2}]).sessions] == [1, 2]


def test_members_that_are_null_are_not_given(read):
    """Every optional member of a form: the rest is as if it were absent."""
    bare = dict.fromkeys(
        ("version", "perspective", "timing", "answers", "not_applicable", "encoding")
    )
    sent = form(**bare, scores={"total": 4, "bond": None})
    assert read(one(sent)) == read(one(form(scores={"total": 4})))
    answered = {"instrument": "wai-sr", "answers": FOURS, "scores": None, **{"timing": None}}
    assert read(one(answered)) == read(one(form(answers=FOURS)))


@pytest.mark.parametrize(
    ("dates", "faulty"),
    [
        (["2026-01-05", "2026-01-05", "2026-01-06"], []),
        (["2026-01-05", None, "2026-01-04"], [2]),
        (["2026-03-30", "2026-03-23", "2026-03-16"], [1, 2]),
        (["2026-01-05", "2025-01-12", "2026-01-19"], [1]),
    ],
)
def test_dates_ascend_with_the_session_numbers(read, dates, faulty):
    sent = [{"number": number, "date": date} for number, date in enumerate(dates, 1)]
    try:
        read(sent)
        found = []
    except InvalidSubmission as invalid:
        found = [(issue.pointer, issue.code) for issue in invalid.issues]
    assert found == [(f"/sessions/{index}/date", "unordered_date") for index in faulty]


@pytest.mark.parametrize(
    ("figures", "pointer", "allowed"),
    [
        # Those of the sum from 12 to 60, given for a mean from 1 to 5.
        ({"sem": 2.4, "within_person_sd": 3.6}, "sem", {"minimum": 1e-9, "maximum": 2.0}),
        ({"sem": 0.4, "within_person_sd": 0.3}, "sem", {"maximum": 0.3}),
        ({"sem": 0.4, "sd": 0.3}, "sem", {"maximum": 0.3}),
    ],
)
def test_error_figures_that_cannot_be_are_refused(read, figures, pointer, allowed):
    with pytest.raises(InvalidSubmission) as caught:
        read(one(form()), errors={"wai-sr": {"total": figures}})
    first = caught.value.issues[0]
    assert (first.pointer, first.code) == (
        f"/options/parameters/wai-sr/total/{pointer}",
        "out_of_range",
    )
    assert first.allowed == allowed


def test_what_the_caller_knows_of_a_form_that_the_course_lacks_is_taken(read):
    assert read(one(form()), errors={"srs": {"total": {"sem": 2}}}).errors["srs"]


@pytest.mark.parametrize("rater", [None, "client"])
def test_a_form_that_names_no_rater_is_the_patients_own(read, rater):
    own = {"instrument": "phq-9", "scores": {"total": 9}, "perspective": rater}
    (session,) = read(one(own)).sessions
    assert session.ratings[0].perspective is None


def test_scores_of_fewer_items_are_not_compared_and_hide_no_others(read):
    """Item 1 of the WSAS does not apply to who does not work: 0 to 32 instead of 0 to 40."""
    retired = {"instrument": "wsas", "answers": [None, 8, 8, 8, 8], "not_applicable": ["1"]}
    whole = {"instrument": "wsas", "answers": [8] * 5}
    sent = [
        {"number": number, "forms": [sent]}
        for number, sent in enumerate((retired, whole, whole, retired), 1)
    ]
    found = [session.ratings[0] for session in read(sent).sessions]
    assert [one.values["total"] for one in found] == [None, 40, 40, None]
    assert found[0].reasons["total"] == "items_not_applicable"


def test_an_item_that_is_listed_once_and_left_out_once_is_the_same(read):
    """Item 4 of the PHQ-15 is not asked of men, whether or not the caller says so."""
    answers = {str(number): 1 for number in range(1, 16) if number != 4}
    sent = [
        {"number": 1, "forms": [form("phq-15", answers=answers, not_applicable=["4"])]},
        {"number": 2, "forms": [form("phq-15", answers=answers)]},
    ]
    course = read(sent, respondent=Respondent(40, "male"))
    assert [session.ratings[0].values["total"] for session in course.sessions] == [14, 14]


def test_no_answers_give_a_fraction_of_a_sum(faults):
    assert faults(one(form("phq-9", scores={"total": 10.5}))) == [
        ("/sessions/0/forms/0/scores/total", "value_not_allowed")
    ]


def test_a_fault_in_the_answers_of_a_later_form_is_named_in_its_place(faults):
    sent = [
        {"number": 1, "forms": [form(answers=FOURS)]},
        {"number": 2, "forms": [form(answers=FOURS | {"3": 9})]},
    ]
    assert faults(sent) == [("/sessions/1/forms/0/answers/3", "value_not_allowed")]


def test_figures_of_errors_that_are_null_are_not_given(read):
    assert read(one(form()), errors={"wai-sr": None}).errors == {}


def test_what_is_known_of_errors_is_read_without_a_course(find):
    assert read_errors({"srs": {"total": {"sem": 2}}}, find) == {"srs": {"total": Errors(sem=2)}}
    with pytest.raises(InvalidSubmission) as caught:
        read_errors({"srs": {"total": {"sem": -2}}, "wai-sr": []}, find)
    assert [issue.pointer for issue in caught.value.issues] == [
        "/options/parameters/srs/total/sem",
        "/options/parameters/wai-sr",
    ]


@pytest.mark.parametrize("name", ["sd", "within_person_sd"])
def test_an_error_may_be_all_of_the_variation(read, name):
    figures = {"sem": 0.3, name: 0.3}
    known = read(one(form()), errors={"wai-sr": {"total": figures}}).errors
    assert known == {"wai-sr": {"total": Errors(**figures)}}


def test_a_form_without_public_key_says_where_its_key_is(read, catalog):
    told = catalog.get("calpas-p").instrument.key_instructions
    with pytest.raises(InvalidSubmission) as caught:
        read(one(form("calpas-p", answers={"1": 4})))
    assert told
    assert [issue.detail for issue in caught.value.issues] == [told]


def test_a_form_that_comes_again_is_read_as_before_and_looked_up_once(find):
    """Answers and nothing else: what holds for the first form holds for the others."""
    looked_up = []

    def counting(name, version):
        looked_up.append((name, version))
        return find(name, version)

    sent = [{"number": number, "forms": [form(answers=FOURS)]} for number in range(1, 5)]
    (first,), *later = (one.ratings for one in read_course(sent, counting, policy()).sessions)
    assert looked_up == [("wai-sr", None)]
    assert (first.perspective, first.timing) == ("client", "post")
    assert later == [(first,)] * 3


def test_a_form_that_said_more_is_looked_up_again(find):
    looked_up = []

    def counting(name, version):
        looked_up.append((name, version))
        return find(name, version)

    sent = [
        {"number": 1, "forms": [form(answers=FOURS, version="1.1.0")]},
        {"number": 2, "forms": [form(answers=FOURS)]},
        {"number": 3, "forms": [form(answers=FOURS, timing="pre")]},
    ]
    read_course(sent, counting, policy())
    assert looked_up == [("wai-sr", "1.1.0"), ("wai-sr", None), ("wai-sr", None)]


def test_reading_goes_on_after_what_is_faulty_or_null(faults, read):
    forms = [7, form(timing="never", **FORM), form(colour=1, **FORM)]
    assert faults(one(*forms)) == [
        ("/sessions/0/forms/0", "wrong_type"),
        ("/sessions/0/forms/1/timing", "not_allowed"),
        ("/sessions/0/forms/2/colour", "unknown_member"),
    ]
    assert faults(["nothing", {"number": -1}, {"number": 10_001}]) == [
        ("/sessions/0", "wrong_type"),
        ("/sessions/1/number", "out_of_range"),
        ("/sessions/2/number", "out_of_range"),
    ]
    assert faults([{"number": 1, "events": [7, "gap", "holiday"]}]) == [
        ("/sessions/0/events/0", "unknown_event"),
        ("/sessions/0/events/2", "unknown_event"),
    ]
    figures = {"wai-sr": None, "srs": {"total": None}, "haq-ii": {"total": {"sem": 0.1}}}
    assert read(one(form()), errors=figures).errors == {
        "srs": {},
        "haq-ii": {"total": Errors(sem=0.1)},
    }
    figures = {"no-form": {}, "wai-sr": 1, "srs": {"total": 1, "no-scale": 1}}
    assert [code for _, code in faults(one(form()), errors=figures)] == [
        *("unknown_instrument", "wrong_type", "wrong_type", "unknown_scale"),
    ]


@pytest.mark.parametrize(("encoding", "total"), [(None, 9), ("value", 9), ("position", 0)])
def test_answers_are_read_as_they_are_encoded(read, encoding, total):
    """Nine answers of 1 on a form from 0 to 3, or nine in the first of its columns."""
    sent = form("phq-9", answers=dict.fromkeys(map(str, range(1, 10)), 1), encoding=encoding)
    (session,) = read(one(sent)).sessions
    assert session.ratings[0].values == {"total": total}
