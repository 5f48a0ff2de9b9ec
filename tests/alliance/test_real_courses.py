"""Falls planted into real courses: what is planted, and what comes of it as shipped."""

from pathlib import Path

import pytest

from benchmarks.real_courses import (
    FALLS,
    MOST_UNPLANTED,
    judge_with,
    noticed,
    read_courses,
    unplanted,
)
from service.calibration.document.conflicts import REAL

RATINGS = Path(__file__).parents[3] / "shared" / "data" / "implement_wai.csv"
DIP, _, LASTING = FALLS


def test_a_dip_is_one_session_and_a_lasting_fall_goes_on_but_never_below_the_scale():
    course = {5: 4.0, 6: 4.5, 7: 1.5, 9: 3.0}
    assert DIP.planted(course, 6) == pytest.approx({5: 4.0, 6: 3.6, 7: 1.5, 9: 3.0})
    assert LASTING.planted(course, 6) == pytest.approx({5: 4.0, 6: 3.9, 7: 1.0, 9: 2.4})


@pytest.mark.parametrize(
    ("session", "dip", "lasting"), [(7, 0, 0), (8, 1, 1), (10, 0, 1), (11, 0, 0)]
)
def test_a_dip_is_told_at_once_and_a_lasting_fall_within_three_sessions(session, dip, lasting):
    assert (DIP.is_in_time([session], 8), LASTING.is_in_time([session], 8)) == (dip, lasting)


def test_shares_are_of_patients_and_of_planted_courses(tmp_path):
    table = tmp_path / "ratings.csv"
    rows = ["a,1,4", "a,8,3", "b,1,4", "b,6,", "b,8,4", "b,13,1"]
    table.write_text("\n".join(["patient,session,score", *rows]), encoding="utf-8")
    courses = read_courses(table, "score")
    assert courses == [{1: 4.0, 8: 3.0}, {1: 4.0, 8: 4.0, 13: 1.0}]

    def low(course):
        return [session for session, score in course.items() if score < 3.05]

    assert unplanted(courses, low) == 50  # the score of session 13 comes too late
    assert noticed(courses, DIP, low) == (50, 2)  # 3 - .9, but 4 - .9 is not that low


@pytest.mark.skipif(not RATINGS.exists(), reason="the ratings are not part of the project")
def test_real_courses_as_shipped(catalog):
    courses, judge = read_courses(RATINGS, "wai9_mean"), judge_with(catalog)
    assert len(courses) == 57
    share = unplanted(courses, judge)
    assert share <= MOST_UNPLANTED
    found = [share]
    for fall in FALLS:
        share, n = noticed(courses, fall, judge)
        assert (n, share >= fall.goal) == (192, True), fall.title
        found.append(share)
    told = [figure for _, figure, _ in REAL.values()]
    assert found == pytest.approx(told, abs=0.05)


def test_the_page_tells_the_goals_of_the_benchmark():
    bounds = [bound for _, _, bound in REAL.values()]
    assert bounds == [MOST_UNPLANTED, *(fall.goal for fall in FALLS)]
