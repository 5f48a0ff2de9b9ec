"""Score expressions of FHIRPath beside this project.

Run `python -m benchmarks.fhirpath`. It prints what each way to score makes of forms that are not
whole, fails where that is not what is written in `cases`, and then what a form costs. Needs Node.js
20 or newer. The first time it installs the evaluators, into folders of its own.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from statistics import median
from typing import Any

import orjson

from benchmarks.fhirpath.cases import CASES, NOTHING, OURS, coded, response, with_weights
from benchmarks.fhirpath.evaluators import (
    ALL,
    FHIRPATH_AGGREGATE,
    FHIRPATH_WEIGHT,
    FHIRPATHPY,
    Evaluator,
    Running,
    install,
)
from benchmarks.forms import INSTRUMENTS, complete_forms
from benchmarks.measuring import paired_ratio, print_table
from service.api.fhir_routes.resources import FHIR_DEPTH
from service.definitions.catalog import load_catalog
from service.fhir.canonical import Names
from service.fhir.operation import Asked, ScoreOperation, Unscored
from service.fhir.publishing.questionnaire import write_questionnaire
from service.scoring.answers import Submission
from service.scoring.report import Scorer
from service.strict.reader import StrictReader

FORMS = 200
OURS_PER_ROUND = 20
TIMED = (FHIRPATH_WEIGHT, FHIRPATH_AGGREGATE, FHIRPATHPY)
NAMES = Names("urn:questionnaire-scoring")

Json = dict[str, Any]


def result_of(given: Json) -> str:
    """Return what an evaluator gave, as the table shows it."""
    if "error" in given:
        return f"error: {given['error'].rpartition('Error: ')[2]}"
    if not given["value"]:
        return NOTHING
    return ", ".join(f"{float(one):g}" for one in given["value"])


def our_result(operation: ScoreOperation, sent: Json) -> str:
    """Return what this project gives for a response, as the table shows it."""
    try:
        form = operation.score(sent, Asked()).forms[0]
    except Unscored as unscored:
        return f"refused: {unscored.issues[0].code}"
    score = form.score("total")
    return f"no score: {form.reason('total')}" if score is None else f"{score['value']:g}"


def compare_results(operation: ScoreOperation, questionnaire: Json) -> bool:
    """Print what each way makes of each form; return whether all is as expected."""
    plain = [case.response for case in CASES]
    found: dict[str, list[str]] = {}
    for evaluator in ALL:
        with Running(evaluator) as running:
            results = running.results(_sent_to(evaluator, plain), questionnaire)
        found[evaluator.name] = list(map(result_of, results))
    found[OURS] = [our_result(operation, sent) for sent in plain]
    print("\nThe total of a PHQ-9 whose answers are all worth 3")
    as_expected = True
    for number, case in enumerate(CASES):
        print(f"\n{case.name}")
        for name, shown in found.items():
            expected = case.expected[name]
            differs = shown[number] != expected
            as_expected = as_expected and not differs
            print(f"    {name:32} {shown[number]}{f'   EXPECTED {expected}' if differs else ''}")
    return as_expected


def compare_costs(
    operation: ScoreOperation, scorer: Scorer, questionnaire: Json, rounds: int
) -> None:
    """Print the CPU time of one form: the sum alone of an evaluator, which gets parsed responses,
    beside the report of this project, from the bytes of the body to those of the answer and in
    parts.
    """
    forms = complete_forms(scorer.instrument, FORMS)
    plain = [response([coded(int(form[str(n)])) for n in range(1, 10)]) for form in forms]
    bodies = [orjson.dumps(sent) for sent in plain]
    submissions = [Submission(form) for form in forms]
    read = StrictReader(FHIR_DEPTH).loads
    asked = Asked()

    def whole(body: Any) -> bytes:
        return orjson.dumps(operation.bundle(operation.score(read(body), asked)))  # type: ignore[arg-type]

    with ExitStack() as stack:
        tasks: dict[str, Callable[[], float]] = {
            "this project, bytes to bytes": lambda: _spent(bodies, whole),
            "this project, read and score": lambda: _spent(
                plain, lambda sent: operation.score(sent, asked)
            ),
            "this project, score": lambda: _spent(submissions, scorer.score),
        }
        for evaluator in TIMED:
            running = stack.enter_context(Running(evaluator))
            running.results(_sent_to(evaluator, plain), questionnaire)
            tasks[evaluator.name] = running.microseconds
        figures: dict[str, list[float]] = {name: [] for name in tasks}
        for number in range(rounds + 1):
            for name, task in tasks.items():
                spent = task()
                if number:
                    figures[name].append(spent)
    rows = [[name, median(of_task), min(of_task)] for name, of_task in figures.items()]
    title = "One PHQ-9 of nine coded answers: CPU us, in turns; evaluators give the sum alone"
    print_table(title, ["", "median", "least"], rows)
    ours = list(figures)[: -len(TIMED)]
    print_table(
        "Their cost over ours",
        ["", *(name.removeprefix(f"{OURS}, ") for name in ours)],
        [
            [one.name, *(paired_ratio(figures[one.name], figures[name]) for name in ours)]
            for one in TIMED
        ],
    )


def _sent_to(evaluator: Evaluator, plain: list[Json]) -> list[Json]:
    return list(map(with_weights, plain)) if evaluator.wants_weights else plain


def _spent(inputs: Sequence[Any], task: Callable[[Any], object]) -> float:
    started = time.process_time()
    for _ in range(OURS_PER_ROUND):
        for each in inputs:
            task(each)
    return (time.process_time() - started) / len(inputs) / OURS_PER_ROUND * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--results-only", action="store_true", help="leave out what forms cost")
    arguments = parser.parse_args()
    install()
    catalog = load_catalog(INSTRUMENTS)
    operation = ScoreOperation(catalog, NAMES)
    entry = catalog.get("phq-9")
    questionnaire = write_questionnaire(entry, NAMES)
    as_expected = compare_results(operation, questionnaire)
    if not arguments.results_only:
        compare_costs(operation, entry.scorer, questionnaire, arguments.rounds)
    if not as_expected:
        sys.exit("\nA result is not the one that benchmarks/fhirpath/cases.py expects.")


if __name__ == "__main__":
    main()
