"""Whether the alert rules hold in real courses: falls planted into them, judged as shipped.

The data are not part of the project: a long table with one row for each patient and session. The
goals were set for the nine WAI items that 57 patients of one trial rated after each session (doi
10.1016/j.ebiom.2015.11.049). Run `python -m benchmarks.real_courses RATINGS.csv`.
"""

import argparse
import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measuring import print_goal
from service.alliance.policy import policy_for
from service.alliance.reading import read_course
from service.alliance.report.report import report_course
from service.definitions.catalog import Catalog, load_catalog
from service.settings import REPOSITORY

INSTRUMENT = "wai-sr"
AT = (6, 8, 10, 12)
"""Sessions that falls are planted at."""
LAST = 12
SOON = 3
LOWEST = 1.0
STRONG = ("alert", "urgent")
MOST_UNPLANTED = 10.0

Course = Mapping[int, float]
"""One patient's scores by session."""


class Fall(NamedTuple):
    """A fall to plant: points on a scale of 1 to 5, whether it lasts, and the share (%) wanted."""

    title: str
    points: float
    lasts: bool
    goal: float

    def planted(self, course: Course, at: int) -> Course:
        """Return a course with the fall from a session on, or in that session alone."""
        return {
            session: max(LOWEST, score - self.points)
            if session == at or (self.lasts and session > at)
            else score
            for session, score in course.items()
        }

    def is_in_time(self, alerted: Iterable[int], at: int) -> bool:
        """Tell whether one of the sessions with an alert is soon enough: at once, or within three
        where it lasts.
        """
        return any(at <= session < at + (SOON if self.lasts else 1) for session in alerted)


FALLS = (
    Fall("dip of .9 points", 0.9, False, 42.0),
    Fall("dip of 1.2 points", 1.2, False, 68.0),
    Fall("lasting fall of .6 points, within three sessions", 0.6, True, 30.0),
)

Judge = Callable[[Course], list[int]]


def read_courses(path: Path, column: str) -> list[Course]:
    """Return each patient's scores by session, from the columns patient, session and a score."""
    courses: dict[str, dict[int, float]] = {}
    with path.open(newline="", encoding="utf-8") as table:
        for row in csv.DictReader(table):
            if row[column]:
                scores = courses.setdefault(row["patient"], {})
                scores[int(row["session"])] = float(row[column])
    return [dict(sorted(scores.items())) for scores in courses.values()]


def judge_with(catalog: Catalog) -> Judge:
    """Return what tells the sessions with an alert in a course, as shipped."""

    def alerted(course: Course) -> list[int]:
        sent = [
            {"number": session, "forms": [{"instrument": INSTRUMENT, "scores": {"total": score}}]}
            for session, score in course.items()
        ]
        read = read_course(
            sent, lambda name, version: catalog.get(name, version).scorer, policy_for()
        )
        report: dict[str, Any] = report_course(read)
        return [
            session["number"]
            for session in report["sessions"]
            if session["signal"]["client"] in STRONG
        ]

    return alerted


def unplanted(courses: Iterable[Course], judge: Judge) -> float:
    """Return the share of patients (%) with an alert by session 12 where nothing was planted."""
    met = [any(session <= LAST for session in judge(course)) for course in courses]
    return 100 * sum(met) / len(met)


def noticed(courses: Iterable[Course], fall: Fall, judge: Judge) -> tuple[float, int]:
    """Return the share (%) of planted falls that brought an alert in time, and of how many: one in
    each course that has a score in the session, for every session that falls are planted at.
    """
    met = [
        fall.is_in_time(judge(fall.planted(course, at)), at)
        for course in courses
        for at in AT
        if at in course
    ]
    return 100 * sum(met) / len(met), len(met)


def main() -> None:
    """Print each figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ratings", type=Path, metavar="RATINGS.csv")
    parser.add_argument("--column", default="wai9_mean", help="score of 1 to 5 (wai9_mean)")
    options = parser.parse_args()
    courses = read_courses(options.ratings, options.column)
    judge = judge_with(load_catalog(REPOSITORY / "instruments"))
    share = unplanted(courses, judge)
    print_goal(
        f"Unplanted, alert by session 12, {len(courses)} patients", share, MOST_UNPLANTED, " %"
    )
    for fall in FALLS:
        share, n = noticed(courses, fall, judge)
        what = f"Planted at sessions 6, 8, 10 and 12, {fall.title}, {n} courses"
        print_goal(what, share, fall.goal, " %", at_least=True)


if __name__ == "__main__":
    main()
