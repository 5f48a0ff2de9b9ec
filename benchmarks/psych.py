"""A table of PHQ-9 beside `psych::scoreItems` of R, the usual tool for it: CPU time a row.

Run: python -m benchmarks.psych [--rows N]. Needs R with psych (Debian: r-cran-psych) and
the extra `batch`. R gives sums over the items that were answered, and more that is not asked for
here (alpha); this project gives sum, mean and a score by the published rule.
"""

import argparse
import shutil
import subprocess
import time

import numpy as np
import pyarrow as pa

import questionnaire_scoring as qs

ROUNDS = 3
SCRIPT = """
suppressMessages(library(psych))
set.seed(20260105)
n <- as.integer(commandArgs(TRUE)[1])
answers <- matrix(sample(c(0:3, NA), n * 9, TRUE, c(rep(.245, 4), .02)), n)
colnames(answers) <- paste0("q", 1:9)
keys <- list(total = colnames(answers))
score <- function() scoreItems(keys, answers, totals = TRUE, missing = TRUE, impute = "none",
                               min = 0, max = 3)
invisible(score())
took <- sapply(1:as.integer(commandArgs(TRUE)[2]), function(i) sum(system.time(score())[1:2]))
cat(min(took))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    n_rows = parser.parse_args().rows
    if shutil.which("Rscript") is None:
        raise SystemExit("Rscript is needed (Debian: r-cran-psych).")
    by_r = float(
        subprocess.run(
            ["Rscript", "-e", SCRIPT, str(n_rows), str(ROUNDS)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    drawn = np.random.default_rng(20260105)
    answers = drawn.integers(0, 4, (n_rows, 9)).astype(float)
    answers[drawn.random((n_rows, 9)) < 0.02] = np.nan
    table = pa.table({str(item): answers[:, item - 1].copy() for item in range(1, 10)})
    qs.score(table, "phq-9")
    by_us = min(_cpu(table) for _ in range(ROUNDS))
    print(f"{n_rows} PHQ-9, 2 % of the answers blank; least of {ROUNDS} rounds")
    for name, seconds in (("psych::scoreItems", by_r), ("questionnaire_scoring", by_us)):
        print(f"{name:24} {seconds / n_rows * 1e6:8.3f} us a row")
    print(f"psych / ours: {by_r / by_us:.1f} (goal >= 15)")


def _cpu(table: object) -> float:
    started = time.process_time()
    qs.score(table, "phq-9")
    return time.process_time() - started


if __name__ == "__main__":
    main()
