"""Threads that score with one engine at once have what each alone would have."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pyarrow as pa
import pytest

from service.batch.engine.columns import Columns
from service.batch.engine.engine import Asked, BatchScorer
from tests.shipped import CATALOG

N_THREADS = 8


@pytest.fixture
def frequent_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def batch_of(seed: int) -> pa.RecordBatch:
    chance = np.random.default_rng(seed)
    columns = {str(item): pa.array(chance.integers(0, 3, 300)) for item in range(1, 16)}
    return pa.record_batch(columns | {"sex": pa.array(chance.choice(["female", "male"], 300))})


@pytest.mark.usefixtures("frequent_turns")
def test_threads_share_an_engine() -> None:
    scorer = CATALOG.get("phq-15").scorer
    columns = Columns.named(scorer.instrument, sex="sex")
    asked = Asked(("*",), ("bands", "criteria"))
    batches = [batch_of(seed) for seed in range(N_THREADS)]
    made = [BatchScorer(scorer, columns, batches[0].schema, asked) for _ in range(N_THREADS)]
    alone = [one.score(batch) for one, batch in zip(made, batches, strict=True)]
    start = Barrier(N_THREADS)

    def score(engine: BatchScorer, batch: pa.RecordBatch) -> pa.RecordBatch:
        start.wait()
        return engine.score(batch)

    with ThreadPoolExecutor(N_THREADS) as threads:
        for _ in range(5):
            engine = BatchScorer(scorer, columns, batches[0].schema, asked)
            together = threads.map(score, [engine] * N_THREADS, batches)
            assert [one.equals(other) for one, other in zip(together, alone, strict=True)] == [
                True
            ] * N_THREADS
