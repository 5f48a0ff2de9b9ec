"""What it costs to draw: the score card of a form, and a course of patient, therapist and symptoms
as a chart, in percentile ranks, in SDs and item by item.

Run `python -m benchmarks.drawings`. What is drawn was judged before; a chart words its report anew.
"""

import argparse
from statistics import median

from benchmarks.forms import complete_forms
from benchmarks.measuring import cpu_in_turns, over_all, print_goal, print_table
from benchmarks.monitor import SHORT, find_in, make_courses
from service.alliance.judging.monitor import Monitor
from service.alliance.policy import policy_for
from service.alliance.reading import read_course
from service.alliance.report.report import judge_course
from service.api.drawings.course_chart import Metric, course_chart
from service.api.drawings.items import answers_of
from service.api.drawings.score_card import score_card
from service.chart.items import draw_items
from service.definitions.catalog import load_catalog
from service.languages.english import IN_ENGLISH
from service.operations.garbage import settle_collector
from service.scoring.answers import Submission
from service.scoring.report import Scorer
from service.settings import REPOSITORY

CARDS = ("phq-9", "wai-sr", "core-om", "rand-36")
GOAL = 2000.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    catalog = load_catalog(REPOSITORY / "instruments")

    def chart(metric: Metric, monitor: Monitor) -> str:
        return course_chart(monitor, metric, "auto", IN_ENGLISH)

    def items(monitor: Monitor) -> str:
        return draw_items(answers_of(monitor.course, IN_ENGLISH))

    tasks = {}
    for name in CARDS:
        scorer = catalog.get(name).scorer
        forms = [Submission(form) for form in complete_forms(scorer.instrument, 20)]
        scored = [(form, scorer.score(form)) for form in forms]

        def card(form: tuple, scorer: Scorer = scorer) -> str:
            return score_card(scorer.instrument, *form, "auto")

        tasks[f"score card, {name}"] = over_all(scored, card)
    courses = make_courses(catalog, SHORT, 10)
    find, policy = find_in(catalog), policy_for()
    judged = [judge_course(read_course(sessions, find, policy)) for sessions in courses]
    for metric in ("raw", "percentile", "sd"):
        tasks[f"chart of {SHORT} sessions, {metric}"] = over_all(
            judged, lambda monitor, metric=metric: chart(metric, monitor)
        )
    tasks[f"items of {SHORT} sessions"] = over_all(judged, items)
    settle_collector()  # as the server does
    figures = cpu_in_turns(tasks, rounds)
    rows = [[name, median(spent), min(spent)] for name, spent in figures.items()]
    print_table("CPU us a drawing", ["drawing", "median", "least"], rows)
    for name, spent in figures.items():
        print_goal(name, median(spent), GOAL, " us")


if __name__ == "__main__":
    main()
