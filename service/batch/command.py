"""`python -m service score`: a file of forms in, a file of scores out."""

import re
import signal
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from service.batch.engine.columns import Columns, UnusableTable
from service.batch.engine.engine import Asked
from service.batch.files.block import Source
from service.batch.files.csv_file import open_csv
from service.batch.files.in_place import put_in_place, unchanged
from service.batch.files.mapped import MappedSource, open_payloads
from service.batch.files.ndjson_file import open_ndjson
from service.batch.files.parquet_file import open_parquet
from service.batch.files.processes import ProcessEnded
from service.batch.files.results import (
    CsvSink,
    NdjsonSink,
    ParquetSink,
    Sink,
    render_rows,
)
from service.batch.files.run import Job, Summary, run
from service.batch.rescore import SCHEMA, Changes, Rescorer
from service.batch.saying import is_watched, tell, warn
from service.definitions.catalog import (
    Catalog,
    DefinitionError,
    UnknownInstrument,
    UnknownVersion,
    catalog_of,
)
from service.definitions.differing import are_comparable
from service.definitions.files import SUFFIX, check_files, definition_files
from service.scoring.instrument import Instrument, Perspective
from service.scoring.report import Scorer
from service.sources.catalogue import check_mapping_files, load_mappings
from service.sources.declared import missing_codes
from service.sources.mapping import SourceMapping

SINKS: dict[str, Sink] = {
    ".csv": CsvSink(),
    ".ndjson": NdjsonSink(),
    ".jsonl": NdjsonSink(),
    ".parquet": ParquetSink(),
}
SUFFIXES = ", ".join(SINKS)

FINE, SOME_PROBLEMS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
SOME_CHANGED = 1

_PAIR = re.compile(r"([^=]+)=([^=]+)")


def score(options: Namespace, catalog: Catalog, directories: Sequence[Path | None]) -> int:
    """Score a file. `directories` are those of definitions, beside which mappings lie.

    Return 0 where every row could be read, 1 where some have a problem, 2 where the file or what is
    asked cannot be used; then there is no output.
    """
    summary = Summary()

    def work(output: Path) -> None:
        """Score the file."""
        if options.mapping:
            mapping = named_mapping(options.mapping, catalog, directories)
            job = _mapped_job(options, mapping, mapping.entry.scorer)
        else:
            job = _job(options, find_scorer(catalog, options.instrument, options.version))
        summary.add(run(job, output, options.workers, _Progress(job.source.size).advance))

    code = guarded(options, work)
    if code != FINE:
        return code
    _print_summary(summary, options.output)
    return SOME_PROBLEMS if summary.n_problems else FINE


def rescore(options: Namespace, catalog: Catalog, directories: Sequence[Path | None]) -> int:
    """Compare what two versions of a definition make of a file. Return 0 where every row comes out
    alike, 1 where some do not or cannot be scored, 2 where the file or the definitions cannot be
    used.
    """
    changes = Changes()

    def work(output: Path) -> None:
        """Score the file twice."""
        shipped = [path for folder in directories if folder for path in definition_files(folder)]
        old, new = (_named(name, catalog, shipped) for name in (options.old, options.new))
        if options.mapping:
            mapping = named_mapping(options.mapping, catalog, directories)
            job = _mapped_job(options, mapping, old)
        else:
            job = _job(options, old)

        @cache
        def of_rater(perspective: Perspective | None) -> Rescorer:
            """Return what compares the forms of a rater; None: of the one that is asked for."""
            asked = replace(job.asked, perspective=perspective or job.asked.perspective)
            return Rescorer(old, new, job.columns, job.source.schema, asked, changes)

        differing = ", ".join(of_rater(None).differing)
        tell(f"The definitions differ in: {differing or 'nothing that counts'}")
        with job.sink.open(output, SCHEMA) as file:
            for block in job.source.blocks():
                for part in job.source.read(block):
                    compared = of_rater(part.perspective).compare(part.batch, part.broken)
                    file.write(render_rows(job.sink, compared))

    code = guarded(options, work)
    if code != FINE:
        return code
    tell(
        f"{options.output} written: of {changes.n_rows} rows {changes.n_changed} come out otherwise"
    )
    for part, count in changes.reasons.most_common():
