"""What the FHIR face costs beside the native route: the same forms over HTTP, and layer by layer in
process.

Run `python -m benchmarks.fhir`. Needs wrk.
"""

import argparse
from statistics import median

import orjson

from benchmarks.forms import INSTRUMENTS, complete_forms, load_scorer
from benchmarks.load import (
    CONNECTIONS,
    Choice,
    figures_of,
    load_fresh_servers,
    need_wrk,
    print_loads,
    written_bodies,
)
from benchmarks.measuring import cpu_in_turns, over_all, paired_ratio, print_goal, print_table
from benchmarks.responses import as_response
from service.api.fhir_routes.resources import FHIR_DEPTH
from service.definitions.catalog import load_catalog
from service.fhir.canonical import Names
from service.fhir.operation import Asked, ScoreOperation
from service.scoring.answers import Submission
from service.strict.reader import StrictReader

FORMS = 500
INSTRUMENT = "phq-9"
NATIVE = f"/v1/instruments/{INSTRUMENT}/score"
FHIR = "/fhir/QuestionnaireResponse/$score"
BASE = "urn:questionnaire-scoring"
ONE_WORKER = {"WORKERS": "1"}
GOAL_THROUGHPUT = 0.60


def compare_over_http(rounds: int, seconds: int) -> None:
    """Print the figures of both routes and the ratios of the same round.

    One worker: how the connections fall to several workers is chance, and more than what is to be
    seen.
    """
    instrument = load_scorer(INSTRUMENT).instrument
    forms = complete_forms(instrument, FORMS)
    responses = [as_response(instrument, form) for form in forms]
    with (
        written_bodies({"answers": form} for form in forms) as native,
        written_bodies(responses) as fhir,
    ):
        choices = {
            "native": Choice(NATIVE, native, environ=ONE_WORKER),
            "$score": Choice(FHIR, fhir, environ=ONE_WORKER),
        }
        loaded = load_fresh_servers(choices, rounds, seconds)
    print_loads(
        f"PHQ-9, one worker, {CONNECTIONS} connections, {rounds} turns of {seconds} s", loaded
    )
    ours, theirs = loaded["native"], loaded["$score"]
    for name, what in (("p50", "p50"), ("p99", "p99"), ("cpu", "worker CPU per request")):
        ratio = paired_ratio(figures_of(theirs, name), figures_of(ours, name))
        print(f"\n$score / native, {what}: {ratio:.2f}")
    ratio = paired_ratio(figures_of(theirs, "rate"), figures_of(ours, "rate"))
    print_goal("$score / native, requests per second", ratio, GOAL_THROUGHPUT, at_least=True)


def measure_layers(rounds: int) -> None:
    """Print what each layer takes of a form, from the bytes of the body to those of the answer."""
    operation = ScoreOperation(load_catalog(INSTRUMENTS), Names(BASE))
    scorer = load_scorer(INSTRUMENT)
    forms = complete_forms(scorer.instrument, FORMS)
    bodies = [orjson.dumps(as_response(scorer.instrument, form)) for form in forms]
    read = StrictReader(FHIR_DEPTH).loads
    documents = [read(body) for body in bodies]
    asked = Asked()
    results = [operation.score(document, asked) for document in documents]
    bundles = [operation.bundle(result) for result in results]
    submissions = [Submission(form) for form in forms]
    layers = {
        "JSON of the body": over_all(bodies, read),
        "reading and scoring": over_all(documents, lambda one: operation.score(one, asked)),
        "(of which scoring)": over_all(submissions, scorer.score),
        "writing the Bundle": over_all(results, operation.bundle),
        "JSON of the answer": over_all(bundles, orjson.dumps),
    }
    figures = cpu_in_turns(layers, rounds)
    rows = [[name, median(of_layer), min(of_layer)] for name, of_layer in figures.items()]
    print_table("PHQ-9 by $score: CPU us by layer", ["layer", "median", "least"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="turns of each server")
    parser.add_argument("--seconds", type=int, default=4, help="length of a turn")
    arguments = parser.parse_args()
    need_wrk()
    measure_layers(arguments.rounds)
    compare_over_http(arguments.rounds, arguments.seconds)


if __name__ == "__main__":
    main()
