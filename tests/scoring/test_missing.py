"""A rule for blank answers is one record: everything that is said of it anywhere follows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from service.scoring.answers import Submission
from service.scoring.instrument import MissingRule
from service.scoring.missing import MISSING_METHODS, NONE, PRORATE, ZERO, method_named
from service.scoring.report import Scorer
from tests.builders import make_definition
from tests.scoring.forms import instrument, items, scale, score

ROOT = Path(__file__).parents[2]

ANOTHER = """
import json, sys
from service.scoring import missing

def repeat(terms):
    filled = []
    for score, weight in terms:
        filled.append((filled[-1][0] if score is None and filled else score, weight))
    return filled

missing.MISSING_METHODS = (*missing.MISSING_METHODS, missing.MissingMethod(
    name="repeat", reason="too_few_answered", reported="answer_repeated",
    in_working="not answered: the answer before it stands for it", on_page="the answer before it",
    aggregations=frozenset({"sum"}), fill=repeat, by_count_alone=False))

from service.definitions.catalog import Entry
from service.definitions.check import check_definition
from service.description.json_schema import definition_schema
from service.definitions.catalog import Catalog
from service.description.pages.library import pages
from service.description.answer_schemas import AnswerWriter
from service.scoring.report_shape import ScaleScore
from service.scoring.answers import Submission

definition = json.load(sys.stdin)
rule = definition["scales"][0]["missing"]
checked = check_definition(definition)
assert checked.scorer, checked.faults
reports = [checked.scorer.score(Submission(answers), working=True) for answers in
           ([1, None, 3, 1], [None, 1, 3, 1], [1, None, 3, 1])]
definition["scales"][1]["missing"] = {**rule, "min_answered": 1}
writer = AnswerWriter("#/", {})
writer.reference(ScaleScore)
written = pages(Catalog([Entry(checked.instrument, checked.document, checked.scorer)]))
print(json.dumps({
    "scores": [report["scores"]["total"] for report in reports],
    "faults": [fault.detail for fault in check_definition(definition).faults],
    "page": written["invented-form.md"],
    "schema": json.dumps(definition_schema()),
    "reported": writer.found["ScaleScore"]["properties"]["missing_rule"],
}))
"""


def test_another_rule_is_one_record():
    """A rule that depends on which item is blank, added through the tuple before anything else is
    loaded.
    """
    definition = make_definition()
    total = definition["scales"][0]
    total["missing"]["method"] = "repeat"
    definition["examples"] = definition["examples"][:1] * 2  # without a blank
    run = subprocess.run(
        [sys.executable, "-c", ANOTHER],
        input=json.dumps(definition),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    shown = json.loads(run.stdout)
    # 1, 1 again and 3 are 5. With nothing before it the first blank stays blank: 2 (1 reversed)
    # and 3, prorated to three items.
    assert [entry["value"] for entry in shown["scores"]] == [5, 7.5, 5]
    assert {entry["missing_rule"] for entry in shown["scores"]} == {"answer_repeated"}
    rules = {row["rule"] for entry in shown["scores"] for row in entry["working"]["items"]}
    assert "not answered: the answer before it stands for it" in rules
    assert "must not be repeat with aggregation mean" in shown["faults"]
    assert "a blank counts as the answer before it" in shown["page"]
    assert '"repeat"' in shown["schema"]
    assert "answer_repeated" in shown["reported"]["enum"]


@pytest.mark.parametrize("method", MISSING_METHODS, ids=lambda method: method.name)
def test_every_rule_has_a_row_in_the_documentation(method):
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    assert f"\n| `{method.name}` |" in text
    assert f'"{method.name}"' in (ROOT / "docs" / "definition-format.md").read_text("utf-8")


WITH_BLANK = [(3, 1), (None, 2), (0, 1)]


@pytest.mark.parametrize(
    ("method", "name", "reason", "reported", "aggregations", "filled", "may_round"),
    [
        (
            NONE,
            "none",
            "missing_items",
            None,
            {"sum", "mean", "max", "count", "composite", "ratio"},
            None,
            False,
        ),
        (
            PRORATE,
            "prorate",
            "too_few_answered",
            "prorated",
            {"sum", "mean", "composite"},
            WITH_BLANK,
            True,
        ),
        (
            ZERO,
            "zero",
            "too_few_answered",
            "blank_as_zero",
            {"sum", "mean", "max", "count"},
            [(3, 1), (0, 2), (0, 1)],
            False,
        ),
    ],
)
def test_what_each_rule_does_with_a_blank_and_what_it_is_called(
    method, name, reason, reported, aggregations, filled, may_round
):
    """What may be prorated has a mean; the highest and a count have none to stand for a blank."""
    assert (method.name, method.reason, method.reported) == (name, reason, reported)
    assert method.aggregations == aggregations
    assert (method.fill and list(method.fill(WITH_BLANK))) == filled
    assert (method.may_round, method.by_count_alone) == (may_round, True)


def test_what_a_blank_counts_as_is_said_on_a_page():
    said = {method.name: method.on_page for method in (NONE, PRORATE, ZERO)}
    assert said == {"none": "nothing", "prorate": "the mean of those answered", "zero": "0"}


def test_names_of_rules_differ():
    assert len({method.name for method in MISSING_METHODS}) == len(MISSING_METHODS)
    assert [method_named(method.name) for method in MISSING_METHODS] == list(MISSING_METHODS)


def test_without_a_rule_nothing_is_filled_in_whatever_number_is_asked_for():
    form = instrument(items(3), scale(missing=MissingRule(1, NONE)))
    assert score(form, [1, 2, None])["scores"]["total"]["reason"] == "missing_items"


def test_a_rule_that_depends_on_the_item_is_never_remembered_for_another():
    """The first blank counts as 3, any other as 0: 1 + 1 with one blank is 5 or 2."""

    def by_place(terms):
        return [
            (score if score is not None else 0 if i else 3, w) for i, (score, w) in enumerate(terms)
        ]

    method = type(PRORATE)(
        name="by-place",
        reason="too_few_answered",
        reported="by_place",
        in_working="-",
        on_page="-",
        aggregations=frozenset({"sum"}),
        fill=by_place,
        by_count_alone=False,
    )
    scorer = Scorer(instrument(items(3), scale(missing=MissingRule(2, method))))
    forms = ([None, 1, 1], [1, None, 1], [None, 1, 1], [1, 1, None])
    values = [scorer.score(Submission(form))["scores"]["total"]["value"] for form in forms]
    assert values == [5, 2, 5, 2]
