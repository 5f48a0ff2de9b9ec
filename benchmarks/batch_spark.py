"""A Parquet file scored in Spark on two local cores: with this engine by `mapInArrow`, and with
expressions of the JVM; beside both what `mapInArrow` takes to hand the rows to Python and back
unscored. `benchmarks.batch` runs it.
"""

import sys
import tempfile
import time
from functools import reduce
from operator import add
from statistics import median
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

import questionnaire_scoring as qs
from benchmarks.forms import load_scorer
from benchmarks.measuring import paired_ratio, print_goal, print_table

ROUNDS = 4
ITEMS = [str(item) for item in range(1, 10)]


def in_expressions(table: Any) -> Any:
    """Score a PHQ-9 in columns of Spark's own: range, count, sum, mean, status, band, z and T."""
    given = [f.col(item) for item in ITEMS]
    fault = reduce(lambda a, b: a | b, [f.coalesce((c < 0) | (c > 3), f.lit(False)) for c in given])
    count = reduce(add, [f.when(c.isNull(), 0).otherwise(1) for c in given])
    total = reduce(add, [f.coalesce(c, f.lit(0)).cast("double") for c in given])
    scored = ~fault & (count == len(ITEMS))
    value = f.when(scored, total)
    status = f.when(scored, "complete").when(~fault, "missing_items")
    problem = f.when(fault, "an answer is not allowed")
    instrument = load_scorer("phq-9").instrument
    (scale,) = instrument.scales
    compared = []
    for norm in instrument.norms:
        if norm.default and norm.applies_to.sex is None:
            known = norm.scales["total"]
            z = (value - known.mean) / known.sd
            compared += [z.alias(f"{norm.id}-z"), (z * 10 + 50).alias(f"{norm.id}-t")]
    banded = []
    for system in scale.bands:
        band = f.lit(None)
        for one in system.bands:
            band = f.when(value >= one.minimum, one.id).otherwise(band)
        banded.append(band.alias(system.system))
    return table.select(
        *compared,
        *banded,
        f.col("reference"),
        value.alias("value"),
        value.alias("sum"),
        (value / len(ITEMS)).alias("mean"),
        status.alias("status"),
        problem.alias("problem"),
    )


def main(path: str) -> None:
    """Print seconds and their ratio."""
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
        .getOrCreate()
    )
    table = spark.read.parquet(path)
    norms = [
        norm.id
        for norm in load_scorer("phq-9").instrument.norms
        if norm.default and norm.applies_to.sex is None
    ]
    engine = qs.score(table, "phq-9", by="reference", norms=norms, extras="bands")
    asked = table.select("reference", *ITEMS)
    tasks = {
        "this engine": engine,
        "expressions of the JVM": in_expressions(table),
        "rows to Python and back": asked.mapInArrow(lambda batches: batches, asked.schema),
    }
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS + 1):
            for name, task in tasks.items():
                started = time.perf_counter()
                task.write.mode("overwrite").parquet(f"{folder}/out")
                if number:
                    seconds[name].append(time.perf_counter() - started)
    rows = [[name, median(spent), min(spent)] for name, spent in seconds.items()]
    print_table("Spark local[2], Parquet to Parquet", ["seconds", "median", "least"], rows)
    jvm = seconds["expressions of the JVM"]
    print_goal("time beside expressions", paired_ratio(seconds["this engine"], jvm), 1.0)
    handed = paired_ratio(seconds["rows to Python and back"], jvm)
    print(f"rows to Python and back, nothing scored, beside expressions: {handed:.2f}")


if __name__ == "__main__":
    main(sys.argv[1])
