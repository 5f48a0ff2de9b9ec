"""What it costs to check, score, report and draw one form in process, layer by layer, and against
BioPsyKit.

Run `python -m benchmarks.in_process`. The first time it makes an environment of its own for
BioPsyKit.
"""

import argparse
import subprocess
import sys
from functools import partial
from pathlib import Path
from statistics import median

import orjson

from benchmarks.forms import complete_forms, forms_with_a_blank, load_scorer
from benchmarks.measuring import cpu_in_turns, over_all, print_goal, print_table
from service.api.drawings.score_card import score_card
from service.scoring.answers import Submission, read_form
from service.scoring.form.quality import QualityCheck
from service.scoring.form.submission import SubmissionReader
from service.scoring.instrument import Instrument
from service.scoring.interpretation.criteria import CompiledCriteria, CompiledRisk
from service.scoring.logic import Facts
from service.scoring.remembering import Memory
from service.scoring.report import Scorer
from service.scoring.report_shape import ScoreReport

FORMS = 2000
GOAL_MICROSECONDS = 15.0
CARDS, GOAL_CARD = 50, 2000.0
FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = FOLDER / ".venv-biopsykit"


def measure_forms(scorers: list[Scorer], rounds: int) -> None:
    """Print what one form of each instrument costs: complete, complete with JSON written, and with
    one blank.
    """
    tasks = {}
    for scorer in scorers:
        complete = [Submission(form) for form in complete_forms(scorer.instrument, FORMS)]
        blank = [Submission(form) for form in forms_with_a_blank(scorer.instrument, FORMS)]
        name = scorer.instrument.id
        tasks[f"{name} complete"] = over_all(complete, scorer.score)
        tasks[f"{name} written"] = over_all(complete, partial(_score_and_write, scorer))
        tasks[f"{name} blank"] = over_all(blank, scorer.score)
    figures = cpu_in_turns(tasks, rounds)
    rows = []
    for name in [scorer.instrument.id for scorer in scorers]:
        complete, written, blank = (
            figures[f"{name} {kind}"] for kind in ("complete", "written", "blank")
        )
        rows.append([name, median(complete), min(complete), median(written), median(blank)])
    header = ["one form", "complete", "least", "with JSON", "one blank"]
    print_table(
        f"CPU us to check, score and report ({FORMS} random forms, {rounds} rounds)", header, rows
    )
    print_goal("PHQ-9, complete form", median(figures["phq-9 complete"]), GOAL_MICROSECONDS, " us")


def _score_and_write(scorer: Scorer, submission: Submission) -> bytes:
    return orjson.dumps(scorer.score(submission))


def measure_layers(scorer: Scorer, rounds: int) -> None:
    """Print what each layer of the engine takes of a complete form; the scales and the report are
    what remains.
    """
    instrument = scorer.instrument
    criteria = CompiledCriteria(instrument, Memory())
    risks = [CompiledRisk(risk, instrument).evaluate for risk in instrument.risks]
    submissions = [Submission(form) for form in complete_forms(instrument, FORMS)]
    forms = [read_form(instrument, submission.answers) for submission in submissions]
    facts = [Facts(form.values, lambda _: None) for form in forms]
    layers = {
        "check and key the answers": over_all(submissions, SubmissionReader(instrument).read),
        "criteria": over_all(facts, lambda known: criteria.evaluate(known.values, lambda: known)),
        "risks": over_all(forms, lambda form: [evaluate(form.values) for evaluate in risks]),
        "response quality": over_all(forms, QualityCheck(instrument).assess),
    }
    figures = cpu_in_turns({**layers, "together": over_all(submissions, scorer.score)}, rounds)
    together = figures.pop("together")
    parts = zip(*figures.values(), strict=True)
    figures["scales, digest, report"] = [
        all_ - sum(part) for all_, part in zip(together, parts, strict=True)
    ]
    figures["together"] = together
    rows = [[name, median(of_layer), min(of_layer)] for name, of_layer in figures.items()]
    print_table(f"{instrument.id}: CPU us by layer", ["layer", "median", "least"], rows)


def measure_cards(scorers: list[Scorer], rounds: int) -> None:
    """Print what it costs to draw the score card of a form whose report is there."""
    tasks = {}
    for scorer in scorers:
        forms = complete_forms(scorer.instrument, CARDS)
        scored = [(sent, scorer.score(sent)) for sent in map(Submission, forms)]
        tasks[scorer.instrument.id] = over_all(scored, partial(_draw_card, scorer.instrument))
    figures = cpu_in_turns(tasks, rounds)
    rows = [[name, median(of_form), min(of_form)] for name, of_form in figures.items()]
    print_table(f"CPU us to draw the score card ({CARDS} forms)", ["form", "median", "least"], rows)
    dearest = max(median(of_form) for of_form in figures.values())
    print_goal("the dearest of these cards", dearest, GOAL_CARD, " us")


def _draw_card(instrument: Instrument, scored: tuple[Submission, ScoreReport]) -> str:
    submission, report = scored
    return score_card(instrument, submission, report, "auto")


def compare_with_biopsykit(rounds: int) -> None:
    """Run both engines in one process of BioPsyKit's environment, which is made first if it is
    missing.
    """
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        print(f"\nMaking {ENVIRONMENT.name} for BioPsyKit; this takes a minute, once.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        (ENVIRONMENT / ".gitignore").write_text("*\n")
        requirements = FOLDER / "requirements-biopsykit.txt"
        subprocess.run(
            [python, "-m", "pip", "install", "-qq", "--requirement", requirements], check=True
        )
    subprocess.run(
        [python, "-m", "benchmarks.biopsykit", str(rounds)], check=True, cwd=FOLDER.parent
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--without-biopsykit", action="store_true")
    arguments = parser.parse_args()
    scorers = [load_scorer(name) for name in ("phq-9", "wai-sr", "dass-21", "pcl-5", "rand-36")]
    measure_forms(scorers, arguments.rounds)
    for scorer in scorers[:2]:
        measure_layers(scorer, arguments.rounds)
    measure_cards([*scorers, load_scorer("sdq-self")], arguments.rounds)
    if not arguments.without_biopsykit:
        compare_with_biopsykit(arguments.rounds)


if __name__ == "__main__":
    main()
