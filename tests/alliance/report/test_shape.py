"""The answer to a course has every member that its shape names, and no other."""

import pytest

from service.alliance.report.report import judge_course, write_report
from service.alliance.report.report_shape import CourseReport
from tests.alliance.courses import (
    DIP,
    OPENED,
    alliance_form,
    course,
    cutoff,
    norm,
)
from tests.alliance.series.test_symptoms import MOOD
from tests.shapes import faults, validator

FORM = alliance_form(
    norms=(norm(4, 0.8),), total={"cutoffs": (cutoff("<", 3.6),)}, counterpart="bond-t"
)
SHAPE = validator(CourseReport)
COURSES = {
    "one score": course([4]),
    "a dip": course(DIP, DIP, symptoms=[10, 10, 17, 10, 10, 16, 4, 4, 4], symptom_form=MOOD),
    "a weak start": course([3] * 9, [4] * 9, form=FORM),
    "sides": course(
        [{"total": 4, "goal": 4, "task": 4, "bond": 4}] * 4 + [{"total": 4, "bond": 1}]
    ),
    "nothing known": course([*OPENED, None, None, 4, 4], errors=None),
    "another therapist": course([*DIP, *DIP], events={7: ["therapist_change"], 12: ["gap"]}),
    "from intake on": course([4, *OPENED], numbers=range(7)),
}


@pytest.mark.parametrize("given", COURSES.values(), ids=COURSES)
def test_an_answer_has_the_members_of_its_shape(given):
    monitor = judge_course(given)
    for rules in ("all", "fired", "none"):
        for latest in (False, True):
            written = write_report(monitor, rules, latest=latest)
            assert [*faults(written, SHAPE)] == []
