"""Instruments and scorers travel to other processes: pools of workers, Spark."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import Random

import pytest

from service.scoring.answers import Submission
from service.scoring.report import Scorer
from tests.scoring.definitions_drawn import random_answers
from tests.scoring.test_oracle import SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_every_instrument_scores_alike_after_a_journey(catalog, name):
    entry, chance = catalog.get(name), Random(name)
    instrument = pickle.loads(pickle.dumps(entry.instrument))
    assert instrument == entry.instrument
    there = pickle.loads(pickle.dumps(entry.scorer))
    rater = next(iter(instrument.perspectives), None)
    for _ in range(20):
        answers = random_answers(entry.document, chance)
        form = Submission(answers, perspective=rater, age=chance.randint(0, 99))
        assert there.score(form) == entry.scorer.score(form) == Scorer(instrument).score(form)


def test_a_pool_of_processes_scores_with_a_scorer(catalog):
    scorer = catalog.get("phq-9").scorer
    forms = [Submission([answer % 4] * 9) for answer in range(4)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(scorer.score, forms)) == [scorer.score(form) for form in forms]
