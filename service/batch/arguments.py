"""What the commands for whole tables take. Loads nothing that they need to run."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOST_WORKERS = 256


def add_score(commands: Any, run: Callable[[Namespace], int]) -> None:
    """Add the command that scores a file."""
    scoring = commands.add_parser(
        "score", help="score a file of forms: CSV, NDJSON or Parquet, by the end of its name"
    )
    scoring.add_argument("input", type=Path, metavar="INPUT", help="a row or line for each form")
    named = "of the catalogue, such as phq-9"
    scoring.add_argument("-i", "--instrument", required=True, metavar="ID", help=named)
    output = "a file; its name may end otherwise than the input's"
    scoring.add_argument("-o", "--output", type=Path, required=True, metavar="OUTPUT", help=output)
    for name, metavar, what in (
        ("--version", "VERSION", "of the instrument; default: the highest"),
        ("--items", "MAP", "columns: phq9_{item}, or q1=1,q2=2,…; default: named like the items"),
        ("--by", "COLUMN", "becomes `reference`; default: a column of that name, if there is one"),
        ("--age", "COLUMN", "years"),
        ("--sex", "COLUMN", "female, male, other or unknown"),
        ("--perspective", "RATER", "whose answers they are, where two raters use one form"),
        ("--norms", "IDS", "norm groups, joined by commas; default, or * for all that fit"),
        ("--extras", "NAMES", "of bands, criteria, risks, joined by commas"),
    ):
        scoring.add_argument(name, metavar=metavar, help=what)
    processes = "processes (default 1); the output is the same"
    scoring.add_argument("--workers", type=_whole, default=1, metavar="N", help=processes)
    scoring.set_defaults(run=run)


def _whole(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise ArgumentTypeError(f"a whole number from 1 to {MOST_WORKERS} is needed")
    return int(text)
