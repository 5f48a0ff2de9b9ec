"""Score the forms of a day and watch the courses, in Spark; for a nightly job.

    spark-submit examples/spark_nightly.py FORMS.parquet SCORES.parquet ALERTS.parquet

FORMS has the columns `patient`, `session` and `1` to `12`, the answers to a WAI-SR. Every node
needs the package with its extra `spark`: pip install '.[spark]' in a clone, or the wheel of it.
"""

import sys

from pyspark.sql import SparkSession

import questionnaire_scoring as qs


def main(forms: str, scores: str, alerts: str) -> None:
    """Read FORMS, write scores and alerts."""
    spark = SparkSession.builder.appName("questionnaire scoring").getOrCreate()
    table = spark.read.parquet(forms)
    qs.score(table, "wai-sr", by="patient").write.mode("overwrite").parquet(scores)
    watched = qs.monitor(table, "wai-sr", by="patient", session="session")
    watched.write.mode("overwrite").parquet(alerts)
    with_problem = spark.read.parquet(scores).where("problem IS NOT NULL").count()
    raised = spark.read.parquet(alerts).where("problem IS NULL").count()
    print(f"{with_problem} forms with a problem, {raised} alerts")


if __name__ == "__main__":
    main(*sys.argv[1:])
