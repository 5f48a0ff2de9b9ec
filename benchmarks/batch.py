"""What it costs to score whole tables: beside hand-written NumPy, narwhals on lazy polars, a loop
of orjson, and in Spark beside its own expressions; file to file, and in how much memory.

Run `python -m benchmarks.batch`. Spark is measured where it is installed (requirements-spark.txt).
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import narwhals as nw
import numpy as np
import orjson
import polars as pl
import pyarrow as pa
from pyarrow import parquet

from benchmarks.forms import load_scorer
from benchmarks.measuring import cpu_in_turns, paired_ratio, print_goal, print_table
from service.batch.engine.columns import Columns
from service.batch.engine.engine import Asked, BatchScorer
from service.batch.files.csv_file import open_csv
from service.batch.files.ndjson_file import open_ndjson
from service.batch.files.parquet_file import open_parquet
from service.batch.files.results import CsvSink, NdjsonSink, ParquetSink
from service.batch.files.run import Job, run
from service.scoring.instrument import Instrument
from service.scoring.report import Scorer

ROWS = 1_000_000
GOAL_NUMPY, GOAL_NARWHALS, GOAL_ROWS, GOAL_LINES, GOAL_MEGABYTES = 1.5, 2.0, 1_000_000, 0.5, 250
NORM = "total.{}.z"

# Of its own memory: what the parent held before is counted by other figures.
PEAK = """
import re, sys, time
from service.__main__ import main
assert main(sys.argv[1:]) == 0
print(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1], time.process_time())
"""


def make_table(
    instrument: Instrument, n: int, seed: int = 1, kind: type[np.integer] = np.int8
) -> pa.Table:
    """Return random answers as whole numbers of a kind; one in fifty is blank."""
    chance = np.random.default_rng(seed)
    columns: dict[str, Any] = {"reference": pa.array([f"p{row}" for row in range(n)])}
    for item in instrument.items:
        if not item.optional:
            values = chance.choice([*item.score_of], n).astype(kind)
            columns[item.id] = pa.array(values, mask=chance.random(n) < 0.02)
    return pa.table(columns)


def by_hand(table: pa.Table, instrument: Instrument) -> list[np.ndarray]:
    """Score the only scale of a form column by column, as one writes it for one form: range, key,
    prorating, mean, z. Returns value, sum, mean, z and whether there is a score.
    """
    (scale,) = instrument.scales
    norm = next(norm for norm in instrument.norms if norm.default)
    n = table.num_rows
    total, count = np.zeros(n), np.zeros(n, np.int16)
    fault = np.zeros(n, bool)
    for at in scale.items:
        item = instrument.items[at]
        column = table[item.id].combine_chunks()
        valid = column.is_valid().to_numpy(zero_copy_only=False)
        values = column.fill_null(0).to_numpy()
        low, high = min(item.score_of), max(item.score_of)
        fault |= valid & ((values < low) | (values > high))
        keyed = low + high - values if item.reverse else values
        total += np.where(valid, keyed, 0)
        count += valid
    least = scale.missing.min_answered if scale.missing.method.fill else len(scale.items)
    scored = ~fault & (count >= least)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(scored, total / count, np.nan)
    whole = mean * len(scale.items)
    value = mean if scale.metric == "mean" else whole
    known = norm.scales[scale.id]
    held = mean if known.metric == "mean" or scale.metric == "mean" else whole
    return [value, whole, mean, (held - known.mean) / known.sd, scored]


def in_narwhals(frame: Any, instrument: Instrument) -> Any:
    """Score the same in expressions of the table's engine, written once for all that narwhals
    knows; lazy.
    """
    (scale,) = instrument.scales
    norm = next(norm for norm in instrument.norms if norm.default)
    items = [instrument.items[at] for at in scale.items]
    allowed = {item.id: (min(item.score_of), max(item.score_of)) for item in items}
    keyed = [
        (sum(allowed[item.id]) - nw.col(item.id)) if item.reverse else nw.col(item.id)
        for item in items
    ]
    n_items = len(items)
    least = scale.missing.min_answered if scale.missing.method.fill else n_items
    faulty = nw.any_horizontal(
        *((nw.col(name) < low) | (nw.col(name) > high) for name, (low, high) in allowed.items()),
        ignore_nulls=True,
    )
    known = norm.scales[scale.id]
    total = nw.sum_horizontal(*(one.cast(nw.Int32) for one in keyed))
    count = nw.sum_horizontal(*((~nw.col(item.id).is_null()).cast(nw.Int32) for item in items))
    query = (
        nw.from_native(frame)
        .with_columns(total=total, count=count, fault=faulty)
        .with_columns(scored=~nw.col("fault") & (nw.col("count") >= least))
        .with_columns(mean=nw.when(nw.col("scored")).then(nw.col("total") / nw.col("count")))
        .with_columns(whole=nw.col("mean") * n_items)
        .with_columns(
            z=(
                nw.col("mean" if known.metric == "mean" or scale.metric == "mean" else "whole")
                - known.mean
            )
            / known.sd
        )
        .select("mean", "whole", "z", "scored")
    )
    return query.to_native()


def measure_columns(scorer: Scorer, n: int, rounds: int, kind: type[np.integer]) -> None:
    """Print what a row costs in memory, with answers of so many bytes."""
    instrument = scorer.instrument
    table = make_table(instrument, n, kind=kind).drop_columns(["reference"])
    (batch,) = table.combine_chunks().to_batches()
    lazy = pl.DataFrame(table).lazy()
    norms = tuple(norm.id for norm in instrument.norms if norm.default)[:1]
    engine = BatchScorer(scorer, Columns.named(instrument), table.schema, Asked(norms))
    compare(engine, batch, by_hand(table, instrument), norms[0])
    tasks: dict[str, Callable[[], int]] = {
        "this engine": lambda: sum(one.num_rows for one in engine.score_all(iter([batch]))),
        "NumPy by hand": lambda: len(by_hand(table, instrument)[0]),
        "narwhals, lazy polars": lambda: in_narwhals(lazy, instrument).collect().height,
    }
    figures = cpu_in_turns(tasks, rounds)
    rows = [[name, median(spent), min(spent)] for name, spent in figures.items()]
    header = [f"{instrument.id}, {n} rows, {kind.__name__}", "CPU us a row", "least"]
    print_table("Column by column, in memory", header, rows)
    ours = figures["this engine"]
    print_goal("beside NumPy", paired_ratio(ours, figures["NumPy by hand"]), GOAL_NUMPY)
    ratio = paired_ratio(figures["narwhals, lazy polars"], ours)
    print_goal("faster than narwhals", ratio, GOAL_NARWHALS, "x", at_least=True)


def compare(engine: BatchScorer, batch: Any, expected: list[np.ndarray], norm: str) -> None:
    """Stop where engine and hand-written scores differ by more than the last digits."""
    found = pa.Table.from_batches(engine.score_all(iter([batch])))
    names = ["total.value", "total.sum", "total.mean", NORM.format(norm)]
    for name, values in zip(names, expected, strict=False):
        np.testing.assert_allclose(found[name].to_numpy(), values, rtol=1e-12)


def measure_files(scorer: Scorer, folder: Path, n: int, rounds: int) -> None:
    """Print what a row costs from file to file, start-up left out."""
    table = make_table(scorer.instrument, n)
    parquet.write_table(table, folder / "forms.parquet")
    with (folder / "forms.ndjson").open("wb") as lines:
        lines.writelines(orjson.dumps(row) + b"\n" for row in table.to_pylist())
    jobs = {
        "parquet": job_of(scorer, folder / "forms.parquet"),
        "ndjson": job_of(scorer, folder / "forms.ndjson"),
    }
    tasks: dict[str, Callable[[], int]] = {
        "Parquet to Parquet": lambda: run(jobs["parquet"], folder / "out.parquet", 1).n_rows,
        "NDJSON to NDJSON": lambda: run(jobs["ndjson"], folder / "out.ndjson", 1).n_rows,
        "orjson, loads and dumps": lambda: echo(folder / "forms.ndjson", folder / "echo.ndjson"),
    }
    figures = cpu_in_turns(tasks, rounds)
    rows = [[name, median(spent), min(spent)] for name, spent in figures.items()]
    print_table("File to file", [f"phq-9, {n} rows", "CPU us a row", "least"], rows)
    per_second = 1e6 / median(figures["Parquet to Parquet"])
    print_goal("Parquet rows a CPU second", per_second, GOAL_ROWS, at_least=True)
    ratio = paired_ratio(figures["orjson, loads and dumps"], figures["NDJSON to NDJSON"])
    print_goal("lines beside loads and dumps", ratio, GOAL_LINES, "x", at_least=True)


def job_of(scorer: Scorer, path: Path) -> Job:
    """Return the job that the command makes of a file."""
    instrument = scorer.instrument
    is_text = path.suffix != ".parquet"
    columns = Columns.named(instrument, reference="reference", text=is_text)
    if path.suffix == ".parquet":
        return Job(open_parquet(path, columns), ParquetSink(), scorer, columns, Asked())
    if path.suffix == ".csv":
        return Job(open_csv(path, columns), CsvSink(), scorer, columns, Asked())
    source = open_ndjson(path, columns, instrument.id, instrument.item_ids)
    return Job(source, NdjsonSink(), scorer, columns, Asked())


def echo(path: Path, output: Path) -> int:
    """Parse and write every line of a file; return how many there are."""
    n = 0
    with path.open("rb") as lines, output.open("wb") as file:
        for n, line in enumerate(lines, 1):  # noqa: B007
            file.write(orjson.dumps(orjson.loads(line)) + b"\n")
    return n


def measure_broken(scorer: Scorer, folder: Path, n: int) -> None:
    """Print whether of a large CSV file exactly the broken lines are reported."""
    chance, path, broken = Random(3), folder / "broken.csv", 0
    kinds = ["x,1,1", '"open,1,1,1,1,1,1,1,1,1', "x,1,1,1,1,1,1,1,1,9", 'x,"1"1,1,1,1,1,1,1,1,1']
    with path.open("w") as lines:
        lines.write("reference,1,2,3,4,5,6,7,8,9\n")
        for row in range(n):
            if chance.random() < 0.01:
                broken += 1
                lines.write(chance.choice(kinds) + "\n")
            else:
                answers = ",".join(map(str, chance.choices(range(4), k=9)))
                lines.write(f"p{row},{answers}\n")
    started = time.process_time()
    summary = run(job_of(scorer, path), folder / "broken-out.csv", 1)
    spent = (time.process_time() - started) / n * 1e6
    print(
        f"\nCSV of {n} lines, {broken} broken: {summary.n_rows} rows, {summary.n_problems} with a "
        f"problem, {spent:.1f} CPU us a line"
    )
    assert (summary.n_rows, summary.n_problems) == (n, broken)


def measure_memory(scorer: Scorer, folder: Path, sizes: list[int]) -> None:
    """Print how much memory the command takes at most, by the rows of its input."""
    rows, peaks = [], []
    for n in sizes:
        path = folder / "large.parquet"
        with parquet.ParquetWriter(path, make_table(scorer.instrument, 1).schema) as writer:
            for start in range(0, n, 100_000):
                writer.write_table(make_table(scorer.instrument, min(100_000, n - start), start))
        command = ["score", str(path), "-i", "phq-9", "-o", str(folder / "large-out.parquet")]
        done = subprocess.run(
            [sys.executable, "-c", PEAK, *command], stdout=subprocess.PIPE, check=True, text=True
        )
        peak, seconds = map(float, done.stdout.split())
        peaks.append(peak / 1000)
        rows.append([n, peaks[-1], seconds])
    print_table("The command, Parquet to Parquet", ["rows", "MB at most", "CPU s"], rows)
    print_goal("memory", max(peaks), GOAL_MEGABYTES, " MB")


def measure_spark(folder: Path) -> None:
    """Print what Spark takes with this engine and with its own expressions."""
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        print("\nSpark is not installed (requirements-spark.txt) or Java is missing: not measured.")
        return
    environ = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [sys.executable, "-m", "benchmarks.batch_spark", str(folder / "forms.parquet")]
    subprocess.run(command, env=environ, check=True, stderr=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--largest", type=int, default=10_000_000)
    arguments = parser.parse_args()
    for name in ("phq-9", "core-10"):
        for kind in (np.int64, np.int8):
            measure_columns(load_scorer(name), arguments.rows, arguments.rounds, kind)
    phq_9 = load_scorer("phq-9")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measure_files(phq_9, folder, arguments.rows, arguments.rounds)
        measure_broken(phq_9, folder, arguments.rows)
        measure_spark(folder)
        sizes = [100_000, 1_000_000, 10_000_000]
        measure_memory(phq_9, folder, [n for n in sizes if n <= arguments.largest])


if __name__ == "__main__":
    main()
