"""Files of courses are read as strictly as requests; what is left out is named by line and code."""

import json

import pytest

from service.alliance.course import Course
from service.learning.gathering import Key, Pair, gather
from service.learning.reading import ndjson
from service.learning.reading.lines import FaultyLine, Finder
from service.learning.reading.ndjson import read_ndjson
from service.learning.reading.table import read_table
from tests.learning.sites import body
from tests.shipped import CATALOG

HEAD = "patient,session,instrument,perspective,scale,value"
TOTAL = Key("wai-sr", "", "client", "post", "total")


@pytest.fixture(scope="module")
def find():
    return Finder(CATALOG)


def series_of(courses, instrument, scale="total"):
    """Return the only series of a form's scale."""
    found = gather(courses).series
    (one,) = [s for key, s in found.items() if (key.instrument, key.scale) == (instrument, scale)]
    return one


def one_form(**members):
    return {"sessions": [{"number": 1, "forms": [{"instrument": "wai-sr", **members}]}]}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"sessions": [', "bad_json"),
        (b'{"sessions": [], "sessions": []}', "duplicate_key"),
        (b"[]", "wrong_type"),
        (b"{}", "required"),
        (json.dumps({**one_form(scores={"total": 4}), "name": "Otto"}).encode(), "unknown_member"),
        (json.dumps(one_form(scores={"total": 5.1})).encode(), "out_of_range"),
        (json.dumps(one_form(answers=[6] * 12)).encode(), "value_not_allowed"),
        (json.dumps(one_form(answers=["4"] * 12)).encode(), "wrong_type"),
        (json.dumps(one_form()).encode(), "answers_or_scores"),
        (b"\xff", "bad_encoding"),
    ],
)
def test_a_broken_line_is_left_out_and_the_next_one_read(find, line, code):
    good = json.dumps(body(1)).encode()
    read = list(read_ndjson([b"\n", line, good], find))
    assert isinstance(read[0], FaultyLine)
    assert (read[0].number, read[0].code) == (2, code)
    assert isinstance(read[1], Course)


def test_unknown_instruments_and_versions_are_faults(find):
    for form, code in [
        ({"instrument": "otto", "scores": {"total": 4}}, "unknown_instrument"),
        ({"instrument": "wai-sr", "version": "9.9.9", "scores": {"total": 4}}, "unknown_version"),
    ]:
        line = json.dumps({"sessions": [{"number": 1, "forms": [form]}]}).encode()
        ((_, found, n),) = read_ndjson([line], find)
        assert (found, n) == (code, 1)


def test_a_line_without_end_is_left_out(find, monkeypatch):
    line = json.dumps(body(1)).encode()
    monkeypatch.setattr(ndjson, "LONGEST_LINE", len(line))
    assert isinstance(next(read_ndjson([line], find)), Course)
    assert next(read_ndjson([line + b" "], find)) == FaultyLine(1, "too_large")


def test_answers_are_scored_and_kept_by_item(find):
    (course,) = read_ndjson([json.dumps(one_form(answers=[3, 4, 5] * 4)).encode()], find)
    total = series_of([course], "wai-sr")
    assert total.patients[0].values == (4.0,)
    assert total.forms == [[(1, (3, 4, 5) * 4)]]
    assert series_of([course], "wai-sr", "bond").forms[0][0][1] == (5, 4, 3, 5)  # 3, 5, 7, 9


def test_a_form_with_a_blank_has_no_answers_to_learn_from(find):
    (course,) = read_ndjson([json.dumps(one_form(answers=[None, *[4] * 11])).encode()], find)
    found = {key.scale: one for key, one in gather([course]).series.items()}
    assert "total" not in found  # item 1 is missing, and it is of the task scale
    assert found["bond"].forms == [[(1, (4, 4, 4, 4))]]


def test_only_the_first_therapist_counts_and_the_intake_does_not(find):
    def session(number, score, **members):
        forms = [{"instrument": "wai-sr", "scores": {"total": score}}]
        return {"number": number, "forms": forms, **members}

    courses = [
        [session(0, 1), session(1, 3), session(2, 4, events=["therapist_change"]), session(3, 5)],
        [session(1, 3, therapist="A"), session(2, 3.5), session(4, 5, therapist="B")],
        [session(2, 3), session(5, 3.5)],
    ]
    lines = [json.dumps({"sessions": one}).encode() for one in courses]
    total = series_of(read_ndjson(lines, find), "wai-sr")
    assert [one.values for one in total.patients] == [(3.0,), (3.0, 3.5), (3.0, 3.5)]
    assert total.held == [1, 2, 4]  # sessions 3 and 4 of the third are missing


def test_both_raters_make_a_dyad(find):
    (course,) = read_ndjson([json.dumps(body(3, 4)).encode()], find)
    gathered = gather([course])
    (pair,) = gathered.dyads
    assert isinstance(pair, Pair)
    assert (pair.client.instrument, pair.therapist.instrument) == ("wai-sr", "wai-srt")
    ours, theirs = series_of([course], "wai-sr"), series_of([course], "wai-srt")
    expected = [
        a - b for a, b in zip(ours.patients[0].values, theirs.patients[0].values, strict=True)
    ]
    assert gathered.dyads[pair] == [pytest.approx(expected)]


def test_a_table_gives_what_the_same_course_gives(find):
    course = body(5)
    rows, items = [HEAD], [HEAD.replace("scale", "item")]
    for session in reversed(course["sessions"]):
        ours, theirs = session["forms"]
        at = session["number"]
        rows.append(f"otto,{at},wai-srt,,total,{theirs['scores']['total']}")
        items += [f"otto,{at},wai-sr,,{k},{v}" for k, v in enumerate(ours["answers"], 1)]
    (sent,) = read_ndjson([json.dumps(course).encode()], find)
    (scores,), (answers,) = read_table(rows, find), read_table(items, find)
    assert series_of([scores], "wai-srt") == series_of([sent], "wai-srt")
    assert series_of([answers], "wai-sr") == series_of([sent], "wai-sr")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("p,1,wai-sr,,total", "wrong_columns"),
        ("p,1,wai-sr,,total,4,0", "wrong_columns"),
        ("p,1,wai-sr,,total,four", "wrong_type"),
        ("p,1,wai-sr,,total,nan", "wrong_type"),
        ("p,1,wai-sr,,total,1e0", "wrong_type"),
        ("p,one,wai-sr,,total,4", "wrong_type"),
        (",1,wai-sr,,total,4", "required"),
        ("p,7,wai-sr,,total,4", "repeated_value"),
        ("p,1,wai-sr,,total,5.01", "out_of_range"),
        ("p,1,wai-sr,,all,4", "unknown_scale"),
        ("p,1,otto,,total,4", "unknown_instrument"),
        ("p,1,wai-sr,therapist,total,4", "wrong_perspective"),
        ("p,1,arm-5,,total,4", "perspective_needed"),
        ("p,10001,wai-sr,,total,4", "out_of_range"),
    ],
)
def test_a_broken_row_is_left_out_and_the_patients_others_read(find, row, code):
    read = list(read_table([HEAD, "p,7,wai-sr,,total,3.5", row], find))
    (fault,) = [one for one in read if isinstance(one, FaultyLine)]
    assert (fault.number, fault.code) == (3, code)
    (course,) = [one for one in read if isinstance(one, Course)]
    assert series_of([course], "wai-sr").patients[0].values == (3.5,)


def test_an_empty_value_is_not_given(find):
    assert list(read_table([HEAD, "p,7,wai-sr,,total,"], find)) == []


@pytest.mark.parametrize(
    "head", ["", "patient,session", HEAD + ",item", HEAD + ",value", HEAD.replace("scale", "x")]
)
def test_a_table_with_other_columns_is_refused_as_a_whole(find, head):
    read = list(read_table([head, "p,7,wai-sr,,total,3.5"], find))
    assert read == [FaultyLine(1, "wrong_columns")]
