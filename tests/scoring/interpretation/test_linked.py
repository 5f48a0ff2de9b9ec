"""Scores in the metric of other measures: the printed tables, and why there is no estimate."""

import pytest

from service.definitions.check import check_definition
from service.scoring.applicability import Applicability
from service.scoring.instrument import LinkedTable, Sample
from service.scoring.interpretation.linked import CAUTION, linked_scores
from service.scoring.interpretation.score import Comparison, interpret
from service.scoring.scales import ANYBODY, Aggregate, Respondent
from tests.builders import SITE, make_definition
from tests.scoring.forms import scale
from tests.shipped import document, score, spread

# Typed from the expressions of the German PRO module's questionnaires of PHQ-9 and GAD-7.
PHQ9 = [
    *(37.4, 42.7, 45.9, 48.3, 50.5, 52.5, 54.2, 55.8, 57.2, 58.6, 59.9, 61.1, 62.3, 63.5),
    *(64.7, 65.8, 66.9, 68.0, 69.2, 70.3, 71.5, 72.7, 74.0, 75.3, 76.7, 78.3, 80.0, 82.3),
]
GAD7 = [
    *(33.8, 40.3, 44.0, 46.8, 49.2, 51.3, 53.2, 54.9, 56.6, 58.1, 59.6),
    *(61.0, 62.3, 63.5, 64.8, 66.0, 67.2, 68.5, 69.8, 71.2, 72.8, 75.7),
]


def linked(instrument, answers, **told):
    (one,) = score(instrument, answers, **told)["scores"]["total"]["linked"]
    return one


@pytest.mark.parametrize(
    ("instrument", "target", "n_items", "printed", "n"),
    [
        ("phq-9", "promis-depression", 9, PHQ9, 1120),
        ("gad-7", "promis-anxiety", 7, GAD7, 748),
    ],
)
def test_every_sum_has_the_printed_t_score(instrument, target, n_items, printed, n):
    for total, expected in enumerate(printed):
        answers = {str(i + 1): value for i, value in enumerate(spread(n_items, total))}
        one = linked(instrument, answers)
        assert (one["target"], one["value"], one["reason"]) == (target, expected, None)
        assert (one["standard_error"], one["n"], one["unit"]) == (None, n, "T score")
        assert one["note"].startswith(CAUTION)


def test_the_score_itself_stays_what_it_was():
    report = score("phq-9", {str(i): 1 for i in range(1, 10)})["scores"]["total"]
    assert (report["value"], report["metric"]) == (9, "sum")
    assert report["bands"][0]["id"] == "mild"


def test_an_incomplete_form_has_no_estimate_and_says_why():
    one = linked("gad-7", {str(i): 3 for i in range(1, 7)})
    assert (one["value"], one["standard_error"], one["reason"]) == (None, None, "not_scored")


def test_a_table_of_adults_is_not_for_a_known_child():
    one = linked("phq-9", {str(i): 1 for i in range(1, 10)}, age=15)
    assert (one["value"], one["reason"]) == (None, "other_age")


def test_only_scales_with_a_table_have_the_member():
    assert "linked" not in score("phq-2", [1, 1])["scores"]["total"]


def invented(entries, **members):
    """Return the invented form with its total (0 to 9) linked to another measure."""
    made = make_definition()
    total = next(scale for scale in made["scales"] if scale["id"] == "total")
    table = {"target": "other", "title": "Other", "unit": "T score", "method": "none"}
    total["linked"] = [{**table, "entries": entries, **SITE, **members}]
    return made


FULL = [[raw, 30 + 2 * raw, 3] for raw in range(10)]


def test_a_table_may_have_standard_errors():
    checked = check_definition(invented(FULL))
    assert not checked.faults
    (table,) = checked.instrument.scale["total"].linked
    assert table.values[9] == (48, 3)


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        (FULL[:-1], "lookup_gap"),
        ([*FULL, [10, 50, 3]], "out_of_range"),
        ([*FULL[:-1], [9, 40, 3]], "not_monotone"),
        ([*FULL[:-1], [9, 48]], "wrong_shape"),
        ([[0, 30, 3], *FULL], "duplicate_value"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(entries, code):
    assert code in {fault.code for fault in check_definition(invented(entries)).faults}


def test_a_table_is_for_sums_and_once_for_each_target():
    made = invented(FULL)
    total = next(scale for scale in made["scales"] if scale["id"] == "total")
    mean = next(scale for scale in made["scales"] if scale["id"] == "mean")
    mean["linked"] = total["linked"]
    total["linked"] = total["linked"] * 2
    codes = [fault.code for fault in check_definition(made).faults]
    assert sorted(codes) == ["duplicate_value", "not_allowed"]


def test_the_definition_cites_what_it_was_copied_from():
    for instrument in ("phq-9", "gad-7"):
        (table,) = document(instrument)["scales"][0]["linked"]
        assert table["verification"] == "one-source"
        assert "PROsetta Stone" in table["method"]


TABLE = LinkedTable(
    "other",
    "Other measure",
    "T score",
    "equipercentile",
    {0: (30, 4), 3: (41.5, 2.5)},
    "src",
    Applicability(minimum_age=18, of_unknown_age=True),
    Sample(500, "Adults", "In German."),
)
COMPLETE = Aggregate(1, 3, 1, 3, 3, False, None)


def test_an_estimate_is_told_whole_by_the_raw_sum():
    told = {
        "target": "other",
        "title": "Other measure",
        "value": 41.5,
        "standard_error": 2.5,
        "unit": "T score",
        "reason": None,
        "method": "equipercentile",
        "n": 500,
        "population": "Adults",
        "note": f"{CAUTION} In German.",
        "source": "src",
    }
    assert linked_scores(scale(linked=(TABLE,)), COMPLETE, ANYBODY, None) == [told]
    entry = interpret(scale(linked=(TABLE,)), COMPLETE, Comparison(ANYBODY, (), None), (0, 9))
    assert entry["linked"] == [told]
    assert "linked" not in interpret(scale(), COMPLETE, Comparison(ANYBODY, (), None), (0, 9))


@pytest.mark.parametrize(
    ("found", "respondent", "note", "reason"),
    [
        (COMPLETE, ANYBODY, "not_scored", "not_scored"),
        (COMPLETE, Respondent(17), None, "other_age"),
        (COMPLETE, Respondent(17), "items_not_applicable", "items_not_applicable"),
        (COMPLETE._replace(missing_rule="blank_as_zero"), ANYBODY, None, "answers_filled_in"),
        (COMPLETE._replace(prorated=True), ANYBODY, None, "answers_filled_in"),
        (COMPLETE._replace(total=2), ANYBODY, None, "raw_score_not_in_table"),
        (COMPLETE._replace(total=None), ANYBODY, None, "raw_score_not_in_table"),
    ],
)
def test_why_a_table_makes_no_estimate(found, respondent, note, reason):
    [told] = linked_scores(scale(linked=(TABLE,)), found, respondent, note)
    assert (told["value"], told["standard_error"], told["reason"]) == (None, None, reason)
    assert (told["target"], told["n"], told["population"]) == ("other", 500, "Adults")


def test_a_sum_of_0_has_an_estimate_too():
    [told] = linked_scores(scale(linked=(TABLE,)), COMPLETE._replace(total=0), ANYBODY, None)
    assert (told["value"], told["standard_error"], told["reason"]) == (30, 4, None)


def test_an_estimate_of_a_sample_without_a_note_has_the_caution_alone():
    plain = LinkedTable("other", "Other", "points", "none", {3: (1, None)}, "src")
    [told] = linked_scores(scale(linked=(plain,)), COMPLETE, ANYBODY, None)
    assert (told["note"], told["n"], told["population"]) == (CAUTION, None, None)
