"""Score a file: blocks in order, in this process or in several."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from service.batch.engine.columns import Columns
from service.batch.engine.engine import DECLARED, WARNINGS, Asked, BatchScorer, Judged
from service.batch.files.block import Source
from service.batch.files.processes import in_processes
from service.batch.files.results import Sink
from service.scoring.instrument import Perspective
from service.scoring.report import Scorer


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a process needs to score blocks of a file."""

    source: Source
    sink: Sink
    scorer: Scorer
    columns: Columns
    asked: Asked

    def engines(self) -> "Engines":
        """Return what scores the rows. Raises UnusableTable."""
        return Engines(self)


class Engines:
    """What scores the rows of a job: an engine for each rater that the file names."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.usual = self._made(job.asked)
        self._by_rater = {job.asked.perspective: self.usual}

    def of(self, perspective: Perspective | None) -> BatchScorer:
        """Return the engine for what a rater answered; None: the one that the job names."""
        if perspective is None:
            return self.usual
        if perspective not in self._by_rater:
            asked = replace(self._job.asked, perspective=perspective)
            self._by_rater[perspective] = self._made(asked)
        return self._by_rater[perspective]

    def _made(self, asked: Asked) -> BatchScorer:
        return BatchScorer(self._job.scorer, self._job.columns, self._job.source.schema, asked)


class Done(NamedTuple):
    """A part of the output, and what it has: rows, rows with a problem, by column why there is no
    score, codes for missing, and by their codes the rows of which something has to be said.
    """

    rendered: Any
    n_rows: int
    n_problems: int
    statuses: Counter[tuple[str, str]]
    n_declared: int
    warnings: Counter[str]


@dataclass(slots=True)
class Summary:
    """What a whole file came to."""

    n_rows: int = 0
    n_problems: int = 0
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    n_declared: int = 0
    warnings: Counter[str] = field(default_factory=Counter)

    def add(self, done: "Done | Summary") -> None:
        """Count a part."""
        self.n_rows += done.n_rows
        self.n_problems += done.n_problems
        self.statuses.update(done.statuses)
        self.n_declared += done.n_declared
        self.warnings.update(done.warnings)


def run(
    job: Job, output: Path, workers: int, progress: Callable[[int, int], object] | None = None
) -> Summary:
    """Score a file and write the result; the same bytes whatever the number of workers.

    `progress` is told the rows and the bytes of each block. Raises UnusableTable, OSError.
    """
    engines, summary = job.engines(), Summary()
    with _uncollected(), job.sink.open(output, engines.usual.schema) as file:
        for block, parts in _scored(job, engines, workers):
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
    job: Job, engines: Engines, workers: int
) -> Iterator[tuple[Any, Iterator[Done] | list[Done]]]:
    """Yield every block with the parts of its result, in order."""
    blocks = job.source.blocks()
    if workers == 1:
        for block in blocks:
            yield block, _parts(job, engines, block)
        return
    yield from in_processes(workers, partial(_begin, job), blocks)


def _begin(job: Job) -> Callable[[Any], list[Done]]:
    engines = job.engines()
    return lambda block: list(_parts(job, engines, block))


def _parts(job: Job, engines: Engines, block: Any) -> Iterator[Done]:
    for part in job.source.read(block):
        judged = engines.of(part.perspective).judge(part.batch, part.broken)
        yield Done(
            job.sink.render(judged),
            judged.n_rows,
            len(judged.problems),
            _statuses(judged),
            *_remarks(judged),
        )


def _remarks(judged: Judged) -> tuple[int, Counter[str]]:
    """Count the codes for missing, and the rows of which something has to be said."""
    declared, warnings = (judged.noted.get(name) for name in (DECLARED, WARNINGS))
    n_declared = 0 if declared is None else sum(declared.to_pylist())
    said = [] if warnings is None else [one for one in warnings.to_pylist() if one is not None]
    return n_declared, Counter(code for one in said for code in one.split())


def _statuses(judged: Judged) -> Counter[tuple[str, str]]:
    """Count what the status columns say."""
    found: Counter[tuple[str, str]] = Counter()
    for numbers, meanings in judged.scales:
        for name, status, count in meanings.statuses(numbers):
            found[name, status] += count
    return found
