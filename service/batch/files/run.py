"""Score a file: blocks in order, in this process or in several, and the result in one piece."""

import gc
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from service.batch.engine.columns import Columns
from service.batch.engine.engine import Asked, BatchScorer, Judged
from service.batch.files.block import Source
from service.batch.files.results import Sink, put_in_place
from service.scoring.report import Scorer


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a process needs to score blocks of a file."""

    source: Source
    sink: Sink
    scorer: Scorer
    columns: Columns
    asked: Asked

    def engine(self) -> BatchScorer:
        """Return what scores the rows. Raises UnusableTable."""
        return BatchScorer(self.scorer, self.columns, self.source.schema, self.asked)


class Done(NamedTuple):
    """A part of the output, and what it has: rows, rows with a problem, and by column why there is
    no score.
    """

    rendered: Any
    n_rows: int
    n_problems: int
    statuses: Counter[tuple[str, str]]


@dataclass(slots=True)
class Summary:
    """What a whole file came to."""

    n_rows: int = 0
    n_problems: int = 0
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, done: "Done | Summary") -> None:
        """Count a part."""
        self.n_rows += done.n_rows
        self.n_problems += done.n_problems
        self.statuses.update(done.statuses)


def run(
    job: Job, output: Path, workers: int, progress: Callable[[int, int], object] | None = None
) -> Summary:
    """Score a file and put the result in place; the same bytes whatever the number of workers.

    `progress` is told the rows and the bytes of each block. Raises UnusableTable, OSError.
    """
    engine, summary = job.engine(), Summary()
    with (
        _uncollected(),
        put_in_place(output) as beside,
        job.sink.open(beside, engine.schema) as file,
    ):
        for block, parts in _scored(job, engine, workers):
            rows = 0
            for done in parts:
                file.write(done.rendered)
                summary.add(done)
                rows += done.n_rows
            if progress is not None:
                progress(rows, block.n_bytes)
    return summary


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rest the garbage collector, which would look at every row and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _scored(
    job: Job, engine: BatchScorer, workers: int
) -> Iterator[tuple[Any, Iterator[Done] | list[Done]]]:
    """Yield every block with the parts of its result, in order."""
    blocks = job.source.blocks()
    if workers == 1:
        for block in blocks:
            yield block, _parts(job, engine, block)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (job,)) as pool:
        waiting: deque[tuple[Any, Future[list[Done]]]] = deque()
        for block in blocks:
            waiting.append((block, pool.submit(_work, block)))
            if len(waiting) > 2 * workers:
                first, future = waiting.popleft()
                yield first, future.result()
        for last, future in waiting:
            yield last, future.result()


_of_process: list[tuple[Job, BatchScorer]] = []


def _begin(job: Job) -> None:
    gc.disable()
    Thread(target=_end_with_parent, daemon=True).start()
    _of_process.append((job, job.engine()))


def _end_with_parent() -> None:
    """End this process when the one that began it is gone, which cannot always say so."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(block: Any) -> list[Done]:
    job, engine = _of_process[0]
    return list(_parts(job, engine, block))


def _parts(job: Job, engine: BatchScorer, block: Any) -> Iterator[Done]:
    for part in job.source.read(block):
        judged = engine.judge(part.batch, part.broken)
        yield Done(job.sink.render(judged), judged.n_rows, len(judged.problems), _statuses(judged))


def _statuses(judged: Judged) -> Counter[tuple[str, str]]:
    """Count what the status columns say."""
    found: Counter[tuple[str, str]] = Counter()
    for numbers, meanings in judged.cases:
        for name, status, count in meanings.statuses(numbers):
            found[name, status] += count
    return found
