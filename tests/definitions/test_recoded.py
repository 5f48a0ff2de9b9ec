"""Recodings in steps, ratios and clock times: what a definition may say of them, and what of it is
refused. The edits are of the PSQI, which has them all.
"""

# ruff: noqa: E501 - a row for each case

import copy
import json
from pathlib import Path

import pytest

from service.definitions.check import check_definition, check_for_author
from service.definitions.checks.attainable import AttainableScores
from service.definitions.checks.parts import Parts
from service.definitions.glance import glance
from service.definitions.limits import form_work
from service.scoring.recoding.steps import Step, Steps
from tests.builders import SITE, make_definition
from tests.definitions.edits import REMOVED, edited

PSQI = json.loads((Path(__file__).parents[2] / "instruments/psqi.json").read_text("utf-8"))
PLACES = {scale["id"]: f"/scales/{place}" for place, scale in enumerate(PSQI["scales"])}
QUALITY, LATENCY, DURATION = (
    PLACES[name] for name in ("subjective-sleep-quality", "sleep-latency", "sleep-duration")
)
EFFICIENCY, PERCENT, TOTAL = (
    PLACES[name] for name in ("habitual-sleep-efficiency", "sleep-efficiency", "total")
)
MINUTES = "/response_sets/minutes"
SOURCED = {"source": "pitt-scoring", "verification": "one-source"}
COMPARED = {"compare": {"item": "1", "op": "==", "value": 3}}
WATCHED = {"watch": ["total"]}


def faults_of(document):
    return [(fault.pointer, fault.code) for fault in check_definition(document).faults]


REFUSED = [
    ("a clock of another format", {"/response_sets/clock/clock": "HH:MM:SS"}, "/response_sets/clock/clock", "not_allowed"),
    ("a clock with a range", {"/response_sets/clock/min": 0}, "/response_sets/clock/clock", "unknown_member"),
    ("one step alone", {f"{MINUTES}/recode": [{"worth": 0}]}, f"{MINUTES}/recode", "wrong_length"),
    ("a first step with a limit", {f"{MINUTES}/recode/0/at_least": 0}, f"{MINUTES}/recode/0/at_least", "not_allowed"),
    ("a step without a limit", {f"{MINUTES}/recode/1/above": REMOVED}, f"{MINUTES}/recode/1", "wrong_shape"),
    ("a step with two limits", {f"{MINUTES}/recode/1/at_least": 15}, f"{MINUTES}/recode/1", "wrong_shape"),
    ("steps that do not ascend", {f"{MINUTES}/recode/2/above": 15}, f"{MINUTES}/recode/2/above", "wrong_order"),
    ("a step beyond the range", {f"{MINUTES}/max": 60}, f"{MINUTES}/recode/3", "out_of_range"),
    ("a step that begins where the range ends", {f"{MINUTES}/recode/3": {"above": 1440, "worth": 3}}, f"{MINUTES}/recode/3", "out_of_range"),
    ("a step before the range", {f"{MINUTES}/min": 15.5}, f"{MINUTES}/recode/0", "out_of_range"),
    ("a limit that changes nothing", {f"{MINUTES}/recode/1/worth": 0}, f"{MINUTES}/recode/1/worth", "never_decides"),
    ("a recoding of listed answers", {f"{MINUTES}/step": 1, f"{MINUTES}/max": 100}, f"{MINUTES}/recode", "not_allowed"),
    ("steps between two sums", {f"{LATENCY}/transform/steps/1/at_least": 3.2, f"{LATENCY}/transform/steps/2/at_least": 3.8}, f"{LATENCY}/transform/steps/1", "out_of_range"),
    ("steps of a ratio on a sum", {f"{DURATION}/transform/of": "ratio"}, f"{DURATION}/transform/of", "metric_mismatch"),
    ("steps of a sum on a ratio", {f"{EFFICIENCY}/transform/of": "sum"}, f"{EFFICIENCY}/transform/of", "metric_mismatch"),
    ("a ratio transformed otherwise", {f"{EFFICIENCY}/transform": {"type": "linear", "of": "sum", "factor": 2, "offset": 0, **SOURCED}}, f"{EFFICIENCY}/transform/type", "metric_mismatch"),
    ("no source of the steps", {f"{LATENCY}/transform/source": REMOVED}, f"{LATENCY}/transform/source", "required"),
    ("a ratio with items beside it", {f"{PERCENT}/items": ["4"]}, f"{PERCENT}/items", "not_allowed"),
    ("a ratio without its parts", {f"{PERCENT}/ratio": REMOVED}, f"{PERCENT}/ratio", "required"),
    ("the parts of a ratio on a sum", {f"{QUALITY}/ratio": PSQI["scales"][3]["ratio"]}, f"{QUALITY}/ratio", "not_allowed"),
    ("a ratio as a sum", {f"{PERCENT}/metric": "sum"}, f"{PERCENT}/metric", "metric_mismatch"),
    ("a ratio without an end", {f"{PERCENT}/ratio/at_most": REMOVED}, f"{PERCENT}/ratio/at_most", "required"),
    ("a ratio without a source", {f"{PERCENT}/ratio/source": REMOVED}, f"{PERCENT}/ratio/source", "required"),
    ("a ratio of an item that is not there", {f"{PERCENT}/ratio/of": "99"}, f"{PERCENT}/ratio/of", "unknown_item"),
    ("hours to an item that is not there", {f"{PERCENT}/ratio/to/hours_between/1": "99"}, f"{PERCENT}/ratio/to/hours_between/1", "unknown_item"),
    ("hours between three times", {f"{PERCENT}/ratio/to/hours_between": ["1", "3", "4"]}, f"{PERCENT}/ratio/to/hours_between", "wrong_length"),
    ("hours from a time to itself", {f"{PERCENT}/ratio/to/hours_between": ["1", "1"]}, f"{PERCENT}/ratio/to/hours_between/1", "repeated_item"),
    ("hours to a number", {f"{PERCENT}/ratio/to/hours_between": ["1", "2"]}, f"{PERCENT}/ratio/to/hours_between/1", "no_clock_time"),
    ("a ratio of a clock time", {f"{PERCENT}/ratio/of": "1", f"{PERCENT}/ratio/to": "4", f"{PERCENT}/missing/min_answered": 2}, f"{PERCENT}/ratio/of", "clock_time"),
    ("a ratio of numbers below 0", {"/response_sets/hours/min": -1}, f"{PERCENT}/ratio/of", "out_of_range"),
    ("a ratio with fewer answers than it has items", {f"{PERCENT}/missing/min_answered": 2}, f"{PERCENT}/missing/min_answered", "missing_rule"),
    ("a ratio of blanks filled in", {f"{PERCENT}/missing": {"min_answered": 2, "method": "prorate", **SOURCED}}, f"{PERCENT}/missing/method", "missing_rule"),
    ("weights of a ratio", {f"{PERCENT}/weights": {"4": 2}}, f"{PERCENT}/weights", "not_allowed"),
    ("a clock time in a sum", {f"{QUALITY}/items": ["6", "1"], f"{QUALITY}/missing/min_answered": 2}, f"{QUALITY}/items/1", "clock_time"),
    ("a clock time in a group", {f"{QUALITY}/items": ["6", {"max_of": ["1", "7"]}], f"{QUALITY}/missing/min_answered": 2}, f"{QUALITY}/items/1/max_of/0", "clock_time"),
    ("a clock time in a rule", {"/criteria": [{"id": "c", "title": "t", "kind": "boolean", "rule": COMPARED, **SOURCED}]}, "/criteria/0/rule/compare/item", "clock_time"),
    ("a clock time behind a gate", {"/gates/0/items": ["1"]}, "/gates/0/items/0", "clock_time"),
    ("a clock time that raises a flag", {"/risks": [{"id": "r", "item": "1", "op": ">=", "value": 1, "severity": "low", "message": "m", **SOURCED}]}, "/risks/0/item", "clock_time"),
    ("a clock time that is reversed", {"/items/0/reverse": True}, "/items/0/reverse", "clock_time"),
    ("a clock time in mirrored print", {"/items/0/mirrored": True}, "/items/0/mirrored", "clock_time"),
    ("alerts on a form with clock times", {"/alerts": WATCHED}, "/alerts", "clock_time"),
    ("an example with no clock time", {"/examples/0/answers/0": "24:00"}, "/examples/0/answers/0", "wrong_format"),
    ("an example with a number for a clock time", {"/examples/0/answers/0": 22}, "/examples/0/answers/0", "example_wrong_type"),
    ("a cut-off beyond a ratio", {f"{PERCENT}/cutoffs": [{"system": "s", "op": ">=", "value": 101, "marks": "better", **SOURCED}]}, f"{PERCENT}/cutoffs/0/value", "out_of_range"),
    ("a cut-off beyond steps", {f"{EFFICIENCY}/cutoffs": [{"system": "s", "op": ">=", "value": 4, **SOURCED}]}, f"{EFFICIENCY}/cutoffs/0/value", "out_of_range"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "pointer", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_cannot_be_scored_is_refused_where_it_stands(edits, pointer, code):
    assert (pointer, code) in faults_of(edited(PSQI, edits))


ACCEPTED = [
    ("a ratio over another item", {f"{PERCENT}/ratio/to": "2", f"{PERCENT}/missing/min_answered": 2}),
    ("steps that go up and down", {f"{DURATION}/transform/steps/0/worth": 1, f"{DURATION}/transform/steps/2/worth": 0, f"{DURATION}/transform/steps/3/worth": 2}),
    ("an ending on the limit", {f"{MINUTES}/recode/3": {"at_least": 1440, "worth": 3}}),
]  # fmt: skip


@pytest.mark.parametrize("edits", [row[1] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_what_can_be_scored_is_accepted(edits):
    found = faults_of(edited(PSQI, edits))
    assert [one for one in found if one[1] != "example_differs"] == []


UNNOTICED = [
    ("a limit moved up", {f"{DURATION}/transform/steps/1/at_least": 5.2}, f"{DURATION}/transform/steps/1"),
    ("a limit between two answers", {f"{MINUTES}/recode/1": {"above": 15.2, "worth": 1}}, f"{MINUTES}/recode/1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "pointer"), [row[1:] for row in UNNOTICED], ids=[row[0] for row in UNNOTICED]
)
def test_a_limit_that_no_example_stands_on_is_told(edits, pointer):
    """Each such definition scores every one of its examples as before."""
    document = edited(PSQI, edits)
    if faults_of(document):
        examples = [
            one
            for one in document["examples"]
            if not faults_of({**document, "examples": [one, one]})
        ]
        document = {**document, "examples": examples}
    told = [(one.pointer, one.code) for one in check_for_author(document).faults]
    assert (pointer, "limit_unnoticed") in told


def test_clock_times_that_could_be_exchanged_are_told():
    """From 00:00 to 12:00 is as long as from 12:00 to 00:00."""
    _, minutes, _, _, *rest = PSQI["examples"][2]["answers"]
    example = copy.deepcopy(PSQI["examples"][2]) | {
        "answers": ["00:00", minutes, "12:00", 12, *rest]
    }
    example["expect"]["sums"]["sleep-duration"] = 12
    document = edited(PSQI, {"/examples": [example, example], "/examples/0/source": "vo-be"})
    assert faults_of(document) == []
    told = [(one.pointer, one.code) for one in check_for_author(document).faults]
    assert (f"{PERCENT}/ratio/to", "term_unnoticed") in told


def test_what_steps_and_ratios_can_come_to_is_known():
    attainable = AttainableScores(Parts(PSQI))
    assert attainable.of_item("2").values == (0, 1, 2, 3)
    assert (attainable.submitted("2").low, attainable.submitted("2").high) == (0, 1440)
    assert attainable.of_item("1") is None
    assert attainable.headline("sleep-latency").values == (0, 1, 2, 3)
    assert attainable.headline("habitual-sleep-efficiency").values == (0, 1, 2, 3)
    percent = attainable.headline("sleep-efficiency")
    assert (percent.low, percent.high, percent.values) == (0, 100, None)
    assert attainable.headline("total").values == tuple(range(22))


def test_the_ranges_of_the_engine_are_those_of_the_check():
    scorer = check_definition(PSQI).scorer
    attainable = AttainableScores(Parts(PSQI))
    for name, limits in scorer.ranges.items():
        scores = attainable.headline(name)
        assert limits == (scores.low, scores.high)


def test_a_recoded_line_can_be_reversed():
    """0 to 10 in steps of 0, 1 and 3: turned round 3, 2 and 0."""
    line = {"min": 0, "max": 10, "step": None, "recode": [{"worth": 0}, {"above": 3, "worth": 1}, {"at_least": 7, "worth": 3}]}  # fmt: skip
    document = make_definition(
        response_sets={"line": line},
        items=[{"id": "1", "response_set": "line", "reverse": True}],
        scales=[
            {
                **{"id": "total", "title": "t", "items": ["1"], "aggregation": "mean"},
                "metric": "transformed",
                "transform": {
                    **{"type": "steps", "of": "mean", **SITE},
                    "steps": [
                        {"worth": 5},
                        {"at_least": 2, "worth": 4},
                        {"above": 2.5, "worth": 6},
                    ],
                },
                "missing": {"min_answered": 1, "method": "none"},
                "direction": "higher_is_worse",
            }
        ],
        gates=[],
        norms=[],
        criteria=[],
        risks=[],
        examples=[
            {
                **{"title": f"{answer}", "answers": [answer], "source": "arithmetic"},
                "expect": {"scores": {"total": value}, "means": {"total": mean}},
                "working": "w",
            }
            for answer, mean, value in ((3, 3, 6), (3.01, 2, 4), (7, 0, 5))
        ],
    )
    checked = check_definition(document)
    assert [(one.pointer, one.code, one.detail) for one in checked.faults] == []
    item = checked.instrument.items[0]
    assert (item.lowest, item.highest) == (0, 3)
    assert item.response_set.steps == Steps(0, (Step(3, 1, above=True), Step(7, 3)))


def test_a_clock_time_has_no_words_to_lack():
    only_lines = edited(
        PSQI,
        {
            f"/response_sets/{name}": {"clock": "HH:MM"}
            for name in ("frequency", "quality", "problem")
        },
    )
    assert glance(only_lines)["labels"] == "line"


def test_steps_count_as_work():
    """Eleven steps in each form more are eleven comparisons more."""
    steps = [{"worth": 0}, *({"above": n, "worth": n % 2 + 1} for n in range(1, 12))]
    more = edited(PSQI, {f"{MINUTES}/recode": steps})
    assert form_work(Parts(more)) - form_work(Parts(PSQI)) == len(steps) - 4


@pytest.mark.parametrize(
    "edits",
    [
        {f"{PERCENT}/ratio/to": 4},
        {f"{PERCENT}/ratio/of": ["4"]},
        {f"{PERCENT}/ratio/to/hours_between": ["1", "3", "4"]},
        {"/items/0/response_set": "unheard-of"},
    ],
    ids=str,
)
def test_nothing_is_concluded_from_what_is_not_sound(edits):
    """Neither a number of items that a broken ratio seems to have, nor what an item asks for."""
    found = {one.code for one in check_for_author(edited(PSQI, edits)).faults}
    assert len(found) == 1
    assert not found & {"no_clock_time", "out_of_range"}
