"""What every alert keeps to, whatever the course and the form: length, words, numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.alliance.course import EVENTS
from service.alliance.policy import policy_for
from service.alliance.report.words import (
    IN_ENGLISH,
    TEMPLATES,
    fitted,
    listed,
    short_name,
    shown,
    spelled,
    uncapitalised,
)
from service.scoring.wording.words import Words
from tests.alliance.report.told import FORMS, KINDS, Kind, everything, reported, template

FORBIDDEN = re.compile(
    r"rupture|detect|\bp\s*[=<]|\bSD\b|standard deviation|sigma|significan|\bpro(of|ve)|diagnos"
    r"|lasting|certain|failed",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"\bR[0-9]{2}\b|\bP0[1-6]\b|\b(client|therapist)-[0-9]+\b")
NUMBER = re.compile(r"(?:(?<![\w-])-)?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")
IDENTITY = ("instrument", "perspective", "timing", "scale")
SEEN = re.compile(
    r"^At session (?P<session>[0-9]+) the (?:patient|therapist)'s .+? was (?P<score>-?[0-9.]+)"
    r"(?: on a scale of (?P<low>[0-9.]+) to (?P<high>[0-9.]+?)(?:, higher is worse)?)?"
    r"(?: \((?P<against>[^)]*)\))?\. "
)


def numbers(text):
    return NUMBER.findall(text)


def judge(alert, title):
    """Hold an alert against everything that its words promise."""
    _lengths(alert)
    for text in (alert["summary"], alert["message"], alert["note"] or ""):
        assert not FORBIDDEN.search(text), text
        assert not REFERENCE.search(text), text
        assert "None" not in text
    assert set(numbers(alert["summary"])) == {str(alert["opened_session"])}
    assert ("check-in" in alert["message"]) == (alert["closed_session"] is None)
    _rate(alert)
    if alert["instrument"] != "risq":
        _score(alert, title)


def _lengths(alert):
    assert 0 < len(alert["summary"]) <= 140
    assert 0 < len(alert["message"]) <= 400
    assert alert["note"] is None or 0 < len(alert["note"]) <= 400


def _score(alert, title):
    found = SEEN.match(alert["message"].replace(short_name(title), "FORM"))
    assert found, alert["message"]
    evidence = alert["evidence"]
    assert int(found["session"]) == alert["opened_session"]
    assert found["score"] == shown(evidence["score"])
    (series,) = (
        one
        for one in alert["report"]["series"]
        if all(one[name] == alert[name] for name in IDENTITY)
    )
    limits = series["minimum"], series["maximum"]
    if limits == (None, None):
        assert found["low"] is None
    else:
        assert (found["low"], found["high"]) == tuple(map(shown, limits))
    if found["against"] is None:
        assert evidence["baseline"] is None
    else:
        *_, value = numbers(found["against"])
        previous = found["against"].startswith("session")
        assert value == shown(evidence["previous" if previous else "baseline"])
    _after_the_score(alert, alert["message"].replace(short_name(title), "FORM")[found.end() :])


def _after_the_score(alert, rest):
    """Every number is a session, a figure of the evidence, or of the rate."""
    last = alert["report"]["sessions"][-1]["number"]
    evidence, repair = alert["evidence"], alert["repair"]
    line = evidence["cutoff"]
    known = {str(number) for number in range(1, last + 1)}
    known |= {shown(line["value"])} if line else set()
    latest = repair["latest_score"]
    known |= {shown(latest)} if latest is not None else set()
    assert set(numbers(re.sub(r"[^.]*[0-9.]+ of 100[^.]*\.", "", rest))) <= known, rest
    for session, score in re.findall(r"At session ([0-9]+) the score was ([0-9.]+)\.", rest):
        assert int(session) == repair["latest_session"]
        assert score == shown(latest)


def _rate(alert):
    label = alert["false_alarm"]
    quoted = re.findall(
        r"(?:at most |About |Fewer than )([0-9.]+) of 100 [a-z ]+?(?: within ([0-9]+) sessions)?\.",
        alert["message"],
    )
    assert len(quoted) == alert["message"].count("of 100") <= 1
    assert (label["family_rate"] is None) == (label["reason"] is not None)
    for count, n_sessions in quoted:
        share = 100 * label["family_rate"]
        assert abs(float(count) - share) <= (1 if share < 1 else 0.5)
        assert n_sessions in ("", str(label["n_sessions"]))


@pytest.fixture(scope="module")
def told(catalog):
    return list(everything(catalog))


def test_every_kind_of_course_on_every_form_keeps_to_it(told, catalog):
    assert len(told) > 400
    for _, alert in told:
        judge(alert, catalog.get(alert["instrument"]).instrument.title)


def test_every_kind_of_course_brings_an_alert(told):
    """Symptoms that worsen by themselves, and beside scores at the ceiling, raise none yet."""
    silent = KINDS.keys() - {kind for kind, _ in told}
    assert silent <= {"symptoms alone", "ceiling, symptoms worse", "second score"}


def test_each_wording_is_read_with_its_numbers_blotted_out():
    assert template("the WAI-SR score was 3.2", "Inventory (WAI-SR)") == "the FORM score was #"


LEVELS = st.none() | st.floats(0, 1).map(lambda level: round(level, 2))


@st.composite
def kinds(draw):
    """Draw a course: mostly near one level, with falls, gaps, a therapist, symptoms, events."""
    n = draw(st.integers(2, 16))
    usual = draw(st.floats(0.3, 1).map(lambda level: round(level, 2)))
    near = st.sampled_from([0, 0, 0.02, -0.02, 0.05, -0.05, -0.3, -0.6])
    scores = st.one_of(near.map(lambda off: min(1.0, max(0.0, usual + off))), LEVELS)
    events = st.sampled_from(sorted(EVENTS))
    return Kind(
        draw(st.lists(scores, min_size=n, max_size=n)),
        draw(st.lists(scores, max_size=n)),
        draw(st.lists(st.none() | st.integers(0, 27), max_size=n)),
        draw(st.dictionaries(st.integers(1, n), events, max_size=2)),
        draw(st.sampled_from(["post", "pre"])),
        draw(st.booleans()),
    )


@given(
    kind=kinds(),
    form=st.sampled_from(FORMS),
    known=st.booleans(),
    alpha=st.sampled_from([None, 0.01, 0.1]),
    seed=st.integers(0, 99),
)
def test_no_course_brings_words_that_break_the_promise(catalog, kind, form, known, alpha, seed):
    report = reported(catalog, form, kind, known, policy_for(alpha, alpha and 12), seed)
    for alert in report["alerts"]:
        title = catalog.get(alert["instrument"]).instrument.title
        judge({**alert, "report": report}, title)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4, "4"),
        (3.5, "3.5"),
        (3.333333, "3.33"),
        (100.0, "100"),
        (0.0, "0"),
        (-1.25, "-1.25"),
        (-0.001, "0"),
        (40, "40"),
        (1e300, "1.00e+300"),
    ],
)
def test_scores_have_two_decimals_at_most(value, text):
    assert shown(value) == text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Working Alliance Inventory, Short Revised, client form (WAI-SR)", "WAI-SR"),
        ("Working Alliance Inventory, therapist form (WAI-SRT, 10 items)", "WAI-SRT"),
        ("Working Alliance Inventory, client form (36 items)", "Working Alliance Inventory"),
        ("Helping Alliance Questionnaire, revised (HAq-II)", "HAq-II"),
        ("Bond", "Bond"),
        ("(x)", "(x)"),
        ("A" * 50, "A" * 39 + "…"),
    ],
)
def test_a_form_is_called_by_its_abbreviation(title, name):
    assert short_name(title) == name


@pytest.mark.parametrize(
    ("given_names", "phrase"),
    [
        ([], ""),
        (["Bond"], "Bond"),
        (["Bond", "Task"], "Bond and Task"),
        (["Bond", "Task", "Goal"], "Bond and others"),
    ],
)
def test_many_sides_are_told_as_one_and_others(given_names, phrase):
    assert listed(given_names, IN_ENGLISH) == phrase


def test_a_title_on_a_card_has_no_digit():
    assert (
        spelled("Low in 6 of the last 12 sessions", IN_ENGLISH)
        == "Low in six of the last twelve sessions"
    )
    assert not any(letter.isdigit() for letter in spelled("13 and 99", IN_ENGLISH))
    assert spelled("0 1 2 3 4 5 6 7 8 9 10 11 12 13", IN_ENGLISH) == (
        "none one two three four five six seven eight nine ten eleven twelve …"
    )


@pytest.mark.parametrize(("text", "small"), [("Low again", "low again"), ("SRS low", "SRS low")])
def test_a_title_goes_on_in_small_letters(text, small):
    assert uncapitalised(text, IN_ENGLISH) == small


def test_what_fits_is_what_ranks_first_in_the_order_given():
    """12 characters: `aaaa` and `dddd` with a blank are 9, `cc` makes 12; `bbbb` ranks last."""
    sentences = [(0, "aaaa"), (3, "bbbb"), (2, "cc"), (1, "dddd")]
    assert fitted(sentences, 12) == "aaaa cc dddd"
    assert fitted(sentences, 11) == "aaaa dddd"
    assert fitted(sentences, 17) == "aaaa bbbb cc dddd"
    assert fitted(sentences, 3) == "cc"


def test_a_wording_without_its_fact_is_a_fault():
    with pytest.raises(KeyError):
        IN_ENGLISH.say("note.few")


def test_a_title_stands_as_it_is_in_a_language_that_writes_it_so():
    in_german = Words(TEMPLATES, lowers_titles=False)
    assert uncapitalised("Wieder niedrig", in_german) == "Wieder niedrig"
