"""The worked cases of a definition, scored and compared with the values that their sources give."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from service.scoring.answers import Submission
from service.scoring.instrument import Instrument
from service.scoring.issue import InvalidSubmission, Issue, Path
from service.scoring.report import Scorer

RELATIVE_TOLERANCE = 1e-9

Json = dict[str, Any]


def check_examples(scorer: Scorer, examples: list[Json]) -> Iterator[Issue]:
    """Yield a fault for every value of a worked case that does not come out as expected."""
    for index, example in enumerate(examples):
        yield from _check_example(scorer, example, ("examples", index))


def submission_of(instrument: Instrument, example: Json) -> Submission:
    """Return what a worked case submits."""
    respondent = example.get("respondent", {})
    return Submission(
        answers=example["answers"],
        not_applicable=tuple(example["not_applicable"]),
        encoding=example["encoding"],
        perspective=example.get("perspective") or next(iter(instrument.perspectives), None),
        age=respondent.get("age"),
        sex=respondent.get("sex"),
    )


def _check_example(scorer: Scorer, example: Json, where: Path) -> Iterator[Issue]:
    try:
        report = scorer.score(submission_of(scorer.instrument, example))
    except InvalidSubmission as invalid:
        for issue in invalid.issues:
            yield Issue((*where, *issue.path), "example_" + issue.code, issue.detail)
        return
    for path, expected, found in _compared(report, example["expect"]):
        if not is_equal(expected, found):
            text = f"the file expects {_shown(expected)}, the engine finds {_shown(found)}"
            yield Issue((*where, "expect", *path), "example_differs", text)


def _compared(
    report: Mapping[str, Any], expect: Json
) -> Iterator[tuple[tuple[str, ...], object, object]]:
    """Yield path, expected and found value for everything an example expects."""
    for member, reported in (("scores", "value"), ("sums", "sum"), ("means", "mean")):
        for scale, expected in expect[member].items():
            yield (member, scale), expected, report["scores"][scale][reported]
    for scale, systems in expect["bands"].items():
        found = {band["system"]: band["id"] for band in report["scores"][scale]["bands"]}
        for system, expected in systems.items():
            yield ("bands", scale, system), expected, found.get(system)
    for scale, systems in expect["cutoffs"].items():
        met = {cutoff["system"]: cutoff["met"] for cutoff in report["scores"][scale]["cutoffs"]}
        for system, expected in systems.items():
            yield ("cutoffs", scale, system), expected, met.get(system)
    for name, expected in expect["criteria"].items():
        yield ("criteria", name), expected, report["criteria"][name]["value"]
    raised = {risk["id"]: risk["raised"] for risk in report["risks"]}
    for name, expected in expect["risks"].items():
        yield ("risks", name), expected, raised[name]


def is_equal(expected: object, found: object) -> bool:
    """Tell whether two values agree: numbers to 1e-9 of their size, anything else exactly and in
    type.
    """
    numbers = (int, float)
    if type(expected) in numbers and type(found) in numbers:
        return math.isclose(expected, found, rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-12)  # type: ignore[arg-type]
    return type(expected) is type(found) and expected == found


def _shown(value: object) -> str:
    names = {None: "null (not scored or not decided)", True: "true", False: "false"}
    return names[value] if value is None or isinstance(value, bool) else str(value)
