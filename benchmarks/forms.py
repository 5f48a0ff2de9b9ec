"""Shipped instruments ready to score, with random completed forms: the same in every run, and many
different ones.
"""

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service.definitions.check import check_definition
from service.scoring.instrument import Answer, Instrument, Item, Number
from service.scoring.report import Scorer
from service.strict.reader import loads

SEED = 20_260_105
INSTRUMENTS = Path(__file__).resolve().parent.parent / "instruments"
FEW = (
    *(
        "wai-sr",
        "wai-srt",
        "wai-s-client",
        "wai-client",
        "calpas-p",
        "srs",
        "phq-9",
        "gad-7",
        "core-10",
        "pcl-5",
    ),
    *("audit-c", "swemwbs", "dass-21", "rand-36"),
)


@contextmanager
def fourteen() -> Iterator[Path]:
    """Make a directory with the fourteen definitions only."""
    with tempfile.TemporaryDirectory() as folder:
        for name in FEW:
            shutil.copy(INSTRUMENTS / f"{name}.json", folder)
        yield Path(folder)


def load_scorer(instrument_id: str) -> Scorer:
    """Return the scorer of a shipped definition."""
    scorer = check_definition(loads((INSTRUMENTS / f"{instrument_id}.json").read_bytes())).scorer
    if scorer is None:
        raise ValueError(f"The definition of {instrument_id} has faults.")
    return scorer


def complete_forms(instrument: Instrument, count: int) -> list[dict[str, Number]]:
    """Return forms in which every item is answered, each answer drawn from those that the item
    allows.
    """
    draw = random.Random(SEED)
    return [random_form(instrument, draw) for _ in range(count)]


def random_form(instrument: Instrument, draw: random.Random) -> dict[str, Any]:
    """Return a form in which every item is answered."""
    return {item.id: _answer(item, draw) for item in instrument.items}


def forms_with_a_blank(instrument: Instrument, count: int) -> list[dict[str, Any]]:
    """Return such forms, each with one scored item left unanswered."""
    draw = random.Random(SEED)
    scored = [item.id for item in instrument.items if item.scored]
    return [{**form, draw.choice(scored): None} for form in complete_forms(instrument, count)]


def _answer(item: Item, draw: random.Random) -> Answer:
    options = item.response_set.options
    if options:
        return draw.choice(options).value
    if item.response_set.clock:
        return draw.choice([*item.score_of])
    return round(draw.uniform(item.response_set.minimum, item.response_set.maximum), 1)
