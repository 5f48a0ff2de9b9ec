"""What it costs to judge a course of treatment in process: patient, therapist and symptoms in every
session.

Run `python -m benchmarks.monitor`.
"""

import argparse
import random
from collections.abc import Callable
from statistics import median
from typing import Any

import orjson

from benchmarks.forms import complete_forms
from benchmarks.measuring import cpu_in_turns, over_all, paired_ratio, print_goal, print_table
from service.alliance.judging.monitor import Monitor
from service.alliance.policy import policy_for
from service.alliance.reading import read_course
from service.alliance.report.report import Rules, judge_course, write_report
from service.chart.course import draw_course
from service.definitions.catalog import Catalog, load_catalog
from service.operations.garbage import settle_collector
from service.scoring.answers import Submission
from service.scoring.report import Scorer
from service.settings import REPOSITORY

FORMS = ("wai-sr", "wai-srt", "phq-9")
ERRORS = {name: {"total": {"sem": 0.2, "within_person_sd": 0.3}} for name in FORMS[:2]}
LEVELS = {
    "wai-sr": ((3, 4, 4, 5), (2, 3, 3, 4)),
    "wai-srt": ((3, 4, 4, 5), (3, 4, 4, 4)),
    "phq-9": ((0, 1, 1, 2), (1, 2, 2, 3)),
}
"""Usual answers and those of a low session."""
SHORT, LONG = 12, 300
GOAL_SHORT, GOAL_LONG, GOAL_CHART = 2000.0, 60_000.0, 2000.0

Sessions = list[dict[str, Any]]


def make_courses(catalog: Catalog, n_sessions: int, n_courses: int) -> list[Sessions]:
    """Make courses of a patient who answers about one level from session to session, and lower in
    every eighth.
    """
    draw = random.Random(1)
    return [
        [
            {
                "number": number + 1,
                "forms": [
                    {"instrument": name, "answers": _answers(catalog, name, number % 8 == 7, draw)}
                    for name in FORMS
                ],
            }
            for number in range(n_sessions)
        ]
        for _ in range(n_courses)
    ]


def _answers(catalog: Catalog, name: str, is_low: bool, draw: random.Random) -> dict[str, int]:
    usual, low = LEVELS[name]
    return {
        item.id: draw.choice(low if is_low else usual)
        for item in catalog.get(name).instrument.items
    }


def find_in(catalog: Catalog) -> Callable[[str, str | None], Scorer]:
    """Return what finds the forms of a course in a catalogue."""
    return lambda name, version: catalog.get(name, version).scorer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    catalog = load_catalog(REPOSITORY / "instruments")
    policy = policy_for()
    find = find_in(catalog)

    def judge(sessions: Sessions) -> dict[str, Any]:
        return write_report(judge_course(read_course(sessions, find, policy)), "fired")

    def judge_with_errors(sessions: Sessions) -> dict[str, Any]:
        course = read_course(sessions, find, policy, errors=ERRORS)
        return write_report(judge_course(course), "fired")

    def judge_telling_all(sessions: Sessions) -> dict[str, Any]:
        return write_report(judge_course(read_course(sessions, find, policy)), "all")

    def written(rules: Rules) -> Callable[[Monitor], dict[str, Any]]:
        return lambda monitor: write_report(monitor, rules)

    short, long = make_courses(catalog, SHORT, 20), make_courses(catalog, LONG, 1)
    read = [read_course(sessions, find, policy) for sessions in short]
    judged = [judge(sessions) for sessions in short]
    settle_collector()  # as the server does
    phq_9 = catalog.get("phq-9").scorer
    forms = [Submission(form) for form in complete_forms(phq_9.instrument, 300)]
    monitors = [judge_course(course) for course in read]
    figures = cpu_in_turns(
        {
            "one PHQ-9, for comparison": over_all(forms, phq_9.score),
            "12 sessions": over_all(short, judge),
            "12 sessions, SEM known: all rules": over_all(short, judge_with_errors),
            "12 sessions, every result told": over_all(short, judge_telling_all),
            "12 sessions, rules judged only": over_all(read, judge_course),
            "12 sessions, report only, rules that fired": over_all(monitors, written("fired")),
            "12 sessions, report only, every result": over_all(monitors, written("all")),
            "12 sessions, report only, no rules": over_all(monitors, written("none")),
            "12 sessions, JSON written": over_all(judged, orjson.dumps),
            "12 sessions, chart drawn": over_all(judged, draw_course),
            "300 sessions": over_all(long, judge),
            "300 sessions, SEM known: all rules": over_all(long, judge_with_errors),
            "300 sessions, every result told": over_all(long, judge_telling_all),
        },
        rounds,
    )
    rows = [[name, median(of_task), min(of_task)] for name, of_task in figures.items()]
    print_table(
        "CPU us a course of patient, therapist and symptoms", ["task", "median", "least"], rows
    )
    print_goal("12 sessions of 3 forms", median(figures["12 sessions"]), GOAL_SHORT, " us")
    print_goal("300 sessions of 3 forms", median(figures["300 sessions"]), GOAL_LONG, " us")
    print_goal(
        "chart of 12 sessions", median(figures["12 sessions, chart drawn"]), GOAL_CHART, " us"
    )
    in_forms = paired_ratio(figures["12 sessions"], figures["one PHQ-9, for comparison"])
    print(f"\n12 sessions of 3 forms / check, score and report of one PHQ-9: {in_forms:.0f}")
    saved = paired_ratio(figures["12 sessions"], figures["12 sessions, every result told"])
    print(f"12 sessions, rules that fired / every result: {saved:.2f}")
    growth = paired_ratio(figures["300 sessions"], figures["12 sessions"]) / (LONG / SHORT)
    print(f"\nCPU per session, 300 against 12 sessions: {growth:.2f} (1: linear)")


if __name__ == "__main__":
    main()
