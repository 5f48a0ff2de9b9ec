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

from service.batch.engine.columns import Columns, UnusableOther, UnusableTable
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
        tell(f"  {part}: {count} results")
    if changes.n_problems:
        tell(f"  rows with a problem in both: {changes.n_problems}; the command score tells which")
    return SOME_CHANGED if changes.n_changed or changes.n_problems else FINE


def guarded(options: Namespace, work: Callable[[Path], None]) -> int:
    """Do some work on a file, which writes to the path that it is given; say what cannot be used,
    and return the exit code.
    """
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        if options.output.exists() and options.output.samefile(options.input):
            raise UnusableTable(["The output is the input; name another file."])
        with put_in_place(options.output) as output, unchanged(options.input):
            work(output)
    except KeyboardInterrupt:
        warn("\nInterrupted; nothing was written.")
        return INTERRUPTED
    except UnusableTable as unusable:
        where = "" if isinstance(unusable, UnusableOther) else f"{options.input}: "
        for fault in unusable.faults:
            warn(f"{where}{fault}")
        return UNUSABLE
    except pa.ArrowException:
        warn(f"{options.input}: a part of the file cannot be read.")
        return UNUSABLE
    except (ProcessEnded, MemoryError):
        warn("Memory ran out or a process was ended; nothing was written.")
        return UNUSABLE
    except OSError as error:
        warn(f"{error.filename or options.input}: {error.strerror}")
        return UNUSABLE
    finally:
        signal.signal(signal.SIGTERM, before)
    return FINE


def _named(name: str, catalog: Catalog, shipped: Sequence[Path]) -> Scorer:
    """Return the scorer of `id`, of `id@version`, or of a definition file."""
    if not name.endswith(SUFFIX):
        instrument, _, version = name.partition("@")
        return find_scorer(catalog, instrument, version or None)
    Path(name).open("rb").close()  # says so where there is none
    files = check_files([Path(name)], shipped)
    faults = [fault for file in files for fault in file.lines()]
    if faults:
        raise UnusableOther(faults)
    (entry,) = catalog_of(files).entries()
    return entry.scorer


def find_scorer(catalog: Catalog, instrument: str, version: str | None) -> Scorer:
    """Return the scorer of an instrument. Raises UnusableTable with what there is instead."""
    try:
        return catalog.get(instrument, version).scorer
    except UnknownInstrument as unknown:
        near = ", ".join(unknown.suggestions)
        hint = f" Did you mean {near}?" if near else ""
        raise UnusableTable([f"There is no such instrument.{hint}"]) from None
    except UnknownVersion as unknown:
        known = ", ".join(unknown.available)
        raise UnusableTable([f"The instrument has no such version; it has {known}."]) from None


def _job(options: Namespace, scorer: Scorer) -> Job:
    sink = _sink(options.output)
    instrument = scorer.instrument
    items = items_of(options.items, instrument)
    columns = Columns.named(
        instrument, items, options.by, options.age, options.sex, text=_is_text(options.input)
    )
    source, columns = open_table(options.input, columns, instrument.id, instrument.item_ids)
    asked = Asked(
        _list(options.norms), _list(options.extras), options.perspective, _codes(options.missing)
    )
    return Job(source, sink, scorer, columns, asked)


def _mapped_job(options: Namespace, mapping: SourceMapping, scorer: Scorer) -> Job:
    """Return the job of a file that a mapping reads. Raises UnusableTable."""
    sink = _sink(options.output)
    leads_to = mapping.entry.instrument
    if leads_to.id != scorer.instrument.id or not are_comparable(leads_to, scorer.instrument):
        raise UnusableTable([f"The mapping leads to {leads_to.id} {leads_to.version}."])
    mapping = with_codes(mapping, options.missing)
    source = MappedSource(
        open_payloads(options.input, mapping), mapping, options.strict, options.allow_partial
    )
    asked = source.asked(Asked(_list(options.norms), _list(options.extras)))
    return Job(source, sink, scorer, source.columns, asked)


def with_codes(mapping: SourceMapping, codes: str | None) -> SourceMapping:
    """Return a mapping with further codes for missing. Raises UnusableTable."""
    if codes is None:
        return mapping
    tokens, faults = missing_codes(codes, list(mapping.answers.values()))
    if faults:
        raise UnusableTable([f"--missing: {fault.detail}" for fault in faults])
    return mapping.also_missing(tokens)


def named_mapping(
    named: str, catalog: Catalog, directories: Sequence[Path | None]
) -> SourceMapping:
    """Return the mapping of an id, or of a file. Raises UnusableTable."""
    if named.endswith(SUFFIX):
        Path(named).open("rb").close()  # says so where there is none
        (file,) = check_mapping_files([Path(named)], catalog)
        if file.checked.mapping is None:
            raise UnusableOther(file.lines())
        return file.checked.mapping
    try:
        mappings = load_mappings(directories, catalog)
    except DefinitionError as unusable:
        raise UnusableOther(unusable.lines) from None
    mapping = mappings.get(named)
    if mapping is None:
        known = ", ".join(one.id for one in mappings)
        raise UnusableTable(
            [f"There is no such mapping; there are {known}, and files that end in {SUFFIX}."]
        )
    return mapping


def _sink(output: Path) -> Sink:
    sink = SINKS.get(output.suffix.lower())
    if sink is None:
        raise UnusableTable([f"The name of the output must end in one of {SUFFIXES}."])
    return sink


def open_table(
    path: Path, columns: Columns, instrument: str, item_ids: tuple[str, ...]
) -> tuple[Source, Columns]:
    """Return the input and its columns; one named `reference` is one where none was named. A body
    of a request may be a line where it is of the instrument. Raises UnusableTable.
    """
    suffix = path.suffix.lower()
    if suffix in (".ndjson", ".jsonl"):
        columns = replace(
            _by_default(columns, ("reference",)),
            age=columns.age or "respondent.age",
            sex=columns.sex or "respondent.sex",
        )
        return open_ndjson(path, columns, instrument, item_ids), columns
    if suffix not in SINKS:
        raise UnusableTable([f"The name of the input must end in one of {SUFFIXES}."])
    open_file: Any = open_csv if suffix == ".csv" else open_parquet
    source = open_file(path, _by_default(columns, ("reference",)))
    return source, _by_default(columns, source.wanted)


def _by_default(columns: Columns, there: Sequence[str]) -> Columns:
    if columns.reference is None and "reference" in there:
        return replace(columns, reference="reference")
    return columns


def _is_text(path: Path) -> bool:
    return path.suffix.lower() != ".parquet"


def items_of(given: str | None, instrument: Instrument) -> dict[str, str] | None:
    """Read `phq9_{item}`, a pattern for all columns, or `q1=1,q2=2`, a column for each item."""
    if given is None:
        return None
    if "{item}" in given:
        return {given.replace("{item}", item): item for item in instrument.item_ids}
    return pairs_of(given, "--items", "ITEM", " or a pattern with {item}")


def pairs_of(given: str, option: str, named: str, otherwise: str = "") -> dict[str, str]:
    """Read `COLUMN=NAME,COLUMN=NAME`; `named` is what the names are of. Raises UnusableTable."""
    pairs = [_PAIR.fullmatch(part.strip()) for part in given.split(",")]
    if not all(pairs):
        raise UnusableTable([f"{option} is COLUMN={named},COLUMN={named},…{otherwise}."])
    return {pair[1].strip(): pair[2].strip() for pair in pairs if pair}


def _list(given: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in given.split(",") if part.strip()) if given else ()


def _codes(given: str | None) -> tuple[str, ...]:
    return () if given is None else tuple(given.split(","))


def _print_summary(summary: Summary, output: Path) -> None:
    good = summary.n_rows - summary.n_problems
    told = f"{summary.n_rows} rows, {good} read, {summary.n_problems} with a problem"
    warn(f"{output} written: {told}")
    for (scale, status), count in sorted(summary.statuses.items()):
        warn(f"  {scale}: {status} {count}")
    if summary.n_declared:
        warn(f"  answers that are codes for missing: {summary.n_declared}")
    for code, count in sorted(summary.warnings.items()):
        warn(f"  rows with the warning {code}: {count}")


def _stop(*_: object) -> None:
    """End as an interrupt does, so that what was begun is put away."""
    raise KeyboardInterrupt


class _Progress:
    """Says on a terminal how much of the file is done, on one line that is written over."""

    def __init__(self, size: int) -> None:
        self._size = size or 1
        self._rows = self._bytes = 0

    def advance(self, rows: int, n_bytes: int) -> None:
        """Count a block."""
        self._rows += rows
        self._bytes += n_bytes
        if not is_watched():
            return
        share = min(100, 100 * self._bytes // self._size)
        ends = "\n" if share == 100 else ""
        warn(f"\r{self._rows} rows, {share} %", end=ends)
