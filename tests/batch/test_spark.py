"""The same scores and alerts in Spark, on two local cores, and nothing of anybody in the logs."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None,
        reason="Spark is not installed (requirements-spark.txt)",
    ),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not here"),
]

# In a process of its own: Spark's warnings are its own, and its log is looked at.
SESSION = """
import sys
import pyarrow as pa
from pyspark.sql import SparkSession
import questionnaire_scoring as qs
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false").config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "2")
    .getOrCreate()
)
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    return subprocess.run(
        [sys.executable, "-c", SESSION + code, *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
    )


SCORES = """
import datetime
columns = {str(i): [1, 2, None, 731905264] for i in range(1, 10)}
table = pa.table({"id": ["Mrs Poison", "b", "c", "d"], **columns})
names = ", ".join(f"`{i}` bigint" for i in range(1, 10))
frame = spark.createDataFrame(table.to_pylist() * 3, schema="id string, " + names)
options = {"by": "id", "norms": "default", "extras": ["bands", "risks", "criteria"]}
told = qs.score(frame.repartition(2), "phq-9", **options)
assert type(told).__module__.startswith("pyspark")
got = sorted((tuple(row) for row in told.collect()), key=str)
alone = qs.score(pa.concat_tables([table] * 3), "phq-9", **options)
assert told.columns == alone.column_names
want = sorted((tuple(row.values()) for row in alone.to_pylist()), key=str)
assert got == want, (got, want)
at = told.columns.index("problem")
assert sum(row[at] is not None for row in got) == 6
try:
    qs.score(frame.withColumn("1", frame["id"]), "phq-9")
except qs.UnusableTable as refused:
    assert "holds text" in str(refused)
else:
    raise SystemExit("text was taken")
"""


def test_a_spark_table_is_scored_like_any_other_and_the_log_says_nothing_of_anybody() -> None:
    done = run(SCORES)
    assert done.returncode == 0, done.stderr[-3000:]
    assert " WARN " in done.stderr  # the log is there; an exception of a worker would be too
    assert "731905264" not in done.stdout + done.stderr
    assert "Poison" not in done.stdout + done.stderr


EVERY = """
from concurrent.futures import ThreadPoolExecutor
from tests.batch.test_libraries import asked_of, make_table
from tests.shipped import CATALOG

def compare(name):
    table, asked = make_table(name, "double"), asked_of(name)
    expected = [tuple(row.values()) for row in qs.score(table, name, **asked).to_pylist()]
    frame = spark.createDataFrame(table).coalesce(1)
    assert [tuple(row) for row in qs.score(frame, name, **asked).collect()] == expected, name

scored = [one.instrument.id for one in CATALOG.entries() if not one.instrument.key_required]
with ThreadPoolExecutor(2) as two:
    list(two.map(compare, scored))
print(len(scored))
"""


def test_every_instrument_is_scored_alike_in_spark() -> None:
    """Those among them whose items have a dot in their id, which Spark does not find by it."""
    done = run(EVERY)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) >= 100


COURSES = """
scores = [4.0, 4.17, 4.08, 4.25, 4.17, 3.33, 3.92]
people = (("a", 0.0), ("b", 0.5))
rows = [(who, at, one + lift) for who, lift in people for at, one in enumerate(scores, 1)]
rows += [("twice", 1, 4.0), ("twice", 1, 4.0), ("none", 1, None)]
frame = spark.createDataFrame(rows, "`a person.id` string, session int, `total.value` double")
options = {"by": "a person.id", "session": "session", "scores": {"total.value": "total"}}
got = sorted((tuple(row) for row in qs.monitor(frame, "wai-sr", **options).collect()), key=str)
who, session, total = zip(*rows)
table = pa.table({"a person.id": who, "session": session, "total.value": total})
alone = qs.monitor(table, "wai-sr", **options)
assert got == sorted((tuple(row.values()) for row in alone.to_pylist()), key=str)
assert [row[0] for row in got] == ["a", "b", "twice"]
"""


def test_the_courses_of_a_spark_table_are_watched_person_by_person() -> None:
    done = run(COURSES)
    assert done.returncode == 0, done.stderr[-3000:]


NIGHT = """
import runpy, tempfile, os
forms, scores, alerts = (os.path.join(sys.argv[1], name) for name in ("forms", "scores", "alerts"))
rows = [("p", at, *[4] * 12) for at in range(1, 7)] + [("p", 7, *[2] * 12), ("q", 1, *[9] * 12)]
names = ", ".join(f"`{i}` int" for i in range(1, 13))
spark.createDataFrame(rows, "patient string, session int, " + names).write.parquet(forms)
sys.argv = ["spark_nightly.py", forms, scores, alerts]
runpy.run_path("examples/spark_nightly.py", run_name="__main__")
"""


def test_the_example_of_a_nightly_job_runs(tmp_path: Path) -> None:
    done = run(NIGHT, str(tmp_path))
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "1 forms with a problem, 1 alerts"
