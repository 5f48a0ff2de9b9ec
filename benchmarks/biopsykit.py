"""PHQ-9 forms scored by this project and by BioPsyKit in one process; `benchmarks.in_process` runs
it.
"""

import sys
from statistics import median

import pandas as pd
from biopsykit.questionnaires import phq

from benchmarks.forms import complete_forms, load_scorer
from benchmarks.measuring import cpu_in_turns, over_all, paired_ratio, print_goal, print_table
from service.scoring.answers import Submission

FORMS = 200
OURS_PER_ROUND = 20
GOAL_RATIO = 15.0
ITEMS = [str(number) for number in range(1, 10)]


def main(rounds: int) -> None:
    """Print both costs of one form and their ratio. The totals have to agree, form by form."""
    scorer = load_scorer("phq-9")
    forms = complete_forms(scorer.instrument, FORMS)
    submissions = [Submission(form) for form in forms]
    # BioPsyKit gets its rows ready-made: making a data frame of one form takes longer than scoring
    # it.
    rows = [pd.DataFrame([[form[item] for item in ITEMS]], columns=ITEMS) for form in forms]
    for submission, row in zip(submissions, rows, strict=True):
        if scorer.score(submission)["scores"]["total"]["value"] != phq(row).loc[0, "PHQ9"]:
            raise ValueError("The two totals differ.")
    tasks = {
        "check, score and report (this project)": over_all(
            submissions * OURS_PER_ROUND, scorer.score
        ),
        "phq, one row (BioPsyKit)": over_all(rows, phq),
    }
    figures = cpu_in_turns(tasks, rounds)
    ours, theirs = figures.values()
    table = [[name, median(of_task), min(of_task)] for name, of_task in figures.items()]
    print_table(
        "PHQ-9, one complete form: CPU us in one process, in turns",
        ["task", "median", "least"],
        table,
    )
    print_goal(
        "BioPsyKit's cost over ours", paired_ratio(theirs, ours), GOAL_RATIO, "x", at_least=True
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
