"""Slips of authors in files that were right before: each is found, at its place and by its code."""

# ruff: noqa: E501 - a row for each slip

import json
from pathlib import Path
from typing import Any

import pytest

from service.definitions.check import check_definition
from service.definitions.checks.codes import is_loinc
from tests.builders import SITE, make_definition
from tests.definitions.edits import REMOVED, edited

INSTRUMENTS = Path(__file__).parents[2] / "instruments"

TOTAL, MEAN = "/scales/0", "/scales/1"
ENTRIES = f"{TOTAL}/transform/tables/0/entries"
NORM = "/norms/0/scales/total"


UNSPOKEN = {
    "title": "An example that expects nothing",
    "answers": {"1": 0},
    "expect": {"scores": {}},
    "source": "arithmetic",
    "working": "-",
}


# The rules were told the SEM of the invented form, 2 sqrt(1 - .91) = .6.
RATES = {
    "sessions": [4, 8],
    "watch": [0.1, 0.2],
    "alert": [0, 0.1],
    "within_person_sd": 1,
    "sem": 0.6,
    "n_simulated": 2000,
    **SITE,
}


def rated(**changes: Any) -> dict[str, Any]:
    """Return the edits that give the total of the invented form simulated rates."""
    rates = {name: value for name, value in (RATES | changes).items() if value is not None}
    return {f"{TOTAL}/within_person_sd": {"value": 1, **SITE}, f"{TOTAL}/expected_rates": rates}


def shipped(name: str) -> Any:
    return json.loads((INSTRUMENTS / f"{name}.json").read_text(encoding="utf-8"))


def converted(*values: float, **more: Any) -> dict[str, Any]:
    """Return the edits that give the total of the invented form (0 to 9) a conversion table."""
    tables = [{"entries": [[raw, value] for raw, value in enumerate(values)]}]
    return {
        f"{TOTAL}/transform": {"type": "lookup", "of": "sum", "tables": tables, **SITE, **more},
        f"{TOTAL}/metric": "transformed",
        **{f"{TOTAL}/{name}": REMOVED for name in ("bands", "cutoffs", "change", "precision")},
        "/norms": [],
        "/examples": [UNSPOKEN, UNSPOKEN],
    }


def bands(*named: tuple[str, float, float]) -> list[dict[str, Any]]:
    listed = [
        {"id": name, "label": name.capitalize(), "min": low, "max": high}
        for name, low, high in named
    ]
    return [{"system": "severity", "bands": listed, **SITE}]


def found(definition: Any) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in check_definition(definition).faults]


NO_BANDS = {f"/examples/{index}/expect/bands": {} for index in (0, 2, 3, 4, 5)}
NO_CUTOFFS = {f"/examples/{index}/expect/cutoffs": {} for index in range(2, 6)}
EVEN = [float(10 + raw) for raw in range(10)]

TABLES = [
    ("two digits changed places, so that the table falls", {f"{ENTRIES}/5/1": 53.7}, f"{ENTRIES}/5/1", "not_monotone"),
    ("a row copied from the one above", {f"{ENTRIES}/5/1": 55.7}, f"{ENTRIES}/5/1", "not_monotone"),
    ("a digit mistyped, the order kept", {f"{ENTRIES}/5/1": 58.6}, f"{ENTRIES}/5/1", "table_jump"),
    ("a decimal point lost", {f"{ENTRIES}/5/1": 573}, f"{ENTRIES}/6/1", "not_monotone"),
    ("a standard error in T points squared", {f"{ENTRIES}": [[raw, 37 + raw, 30] for raw in range(4, 21)]}, f"{ENTRIES}/0/2", "out_of_range"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "pointer", "code"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES]
)
def test_a_slip_in_a_published_table(edits, pointer, code):
    """Raw score 9 of the PROMIS depression form 4a is T 57.3; 8 is 55.7 and 10 is 58.9."""
    definition = edited(shipped("promis-depression-4a"), edits)
    assert (pointer, code) in found(definition)


DIRECTIONS = [
    ("higher is better beside severity bands", shipped("gad-7"), {f"{TOTAL}/direction": "higher_is_better"}, f"{TOTAL}/bands/0/bands/1", "direction_conflict"),
    ("higher is better beside a cut-off from below", shipped("gad-7"), {f"{TOTAL}/direction": "higher_is_better"}, f"{TOTAL}/cutoffs/0/op", "direction_conflict"),
    ("a cut-off turned round", shipped("gad-7"), {f"{TOTAL}/cutoffs/0/op": "<="}, f"{TOTAL}/cutoffs/0/op", "direction_conflict"),
    ("higher is worse on well-being", shipped("who-5"), {f"{TOTAL}/direction": "higher_is_worse"}, f"{TOTAL}/cutoffs/0/op", "direction_conflict"),
    ("two bands with each other's names", shipped("phq-9"), {f"{TOTAL}/bands/0/bands/1/id": "moderate", f"{TOTAL}/bands/0/bands/1/label": "Moderate", f"{TOTAL}/bands/0/bands/2/id": "mild", f"{TOTAL}/bands/0/bands/2/label": "Mild"}, f"{TOTAL}/bands/0/bands/2", "direction_conflict"),
    ("bands listed from the top", shipped("sdq-parent"), {"/scales/0/bands/0/bands/0/label": "Abnormal", "/scales/0/bands/0/bands/0/id": "abnormal", "/scales/0/bands/0/bands/2/label": "Normal", "/scales/0/bands/0/bands/2/id": "normal"}, "/scales/0/bands/0/bands/1", "direction_conflict"),
    ("a remission mark taken for the clinical side", shipped("pdss-sr"), {f"{TOTAL}/change": {"clinical_cutoff": "furukawa-2009-remission"}}, f"{TOTAL}/cutoffs/3/marks", "direction_conflict"),
    ("a remission mark that does not say so", shipped("pdss-sr"), {f"{TOTAL}/cutoffs/3/marks": REMOVED}, f"{TOTAL}/cutoffs/3/op", "direction_conflict"),
    ("an average of the population beyond a cut-off", shipped("phq-9"), {"/norms/0/scales/total/mean": 12.91}, "/norms/0/scales/total/mean", "direction_conflict"),
    ("a total of a scale that points the other way", make_definition(), {f"{MEAN}/direction": "higher_is_better", "/scales/-": {"id": "both", "title": "Both", "aggregation": "composite", "composite": {"of": ["total", "mean"], "method": "sum"}, "metric": "sum", "missing": {"min_answered": 2, "method": "none"}, "direction": "higher_is_worse"}}, "/scales/2/composite/of/1", "direction_conflict"),
    ("a recovery mark as the sign of a poor alliance", make_definition(), {f"{TOTAL}/cutoffs/0": {"system": "half", "op": "<=", "value": 5, "marks": "better", **SITE}, f"{TOTAL}/change": REMOVED, "/alerts": {}}, "/alerts/parameters/total/cutoff", "direction_conflict"),
    ("two tables of opposite sense", make_definition(), {**converted(*EVEN), f"{TOTAL}/transform": {"type": "lookup", "of": "sum", "tables": [{"sex": sex, "entries": [[raw, sign * raw] for raw in range(10)]} for sex, sign in (("female", 1), ("male", -1))], **SITE}}, f"{TOTAL}/transform/tables/1/entries", "not_monotone"),
]  # fmt: skip

FIGURES = [
    ("a norm SD of the sum on the mean's range", shipped("wai-sr"), {"/norms/0/scales/total/sd": 14.5}, "/norms/0/scales/total/sd", "out_of_range"),
    ("a norm SD that no mean near the floor allows", make_definition(), {f"{NORM}/mean": 0.5, f"{NORM}/sd": 3, f"{NORM}/quantiles": [[25, 0], [75, 1]]}, f"{NORM}/sd", "out_of_range"),
    ("SD and mean in each other's place", make_definition(), {f"{NORM}/mean": 1, f"{NORM}/sd": 4, f"{NORM}/quantiles": [[25, 0], [75, 1]]}, f"{NORM}/sd", "out_of_range"),
    ("a norm SD of 0", make_definition(), {f"{NORM}/sd": 0}, f"{NORM}/sd", "out_of_range"),
    ("a negative norm SD", make_definition(), {f"{NORM}/sd": -2}, f"{NORM}/sd", "out_of_range"),
    ("a norm mean of the 1-to-4 coding on 0 to 9", make_definition(), {f"{NORM}/mean": 12}, f"{NORM}/mean", "out_of_range"),
    ("a sample of nobody", make_definition(), {"/norms/0/n": 0}, "/norms/0/n", "out_of_range"),
    ("percentiles as fractions", make_definition(), {f"{NORM}/quantiles": [[0.1, 3], [0.5, 4]]}, f"{NORM}/quantiles", "percentiles_as_fractions"),
    ("value and percentile in each other's place", make_definition(), {f"{NORM}/quantiles": [[3, 25], [4, 50]]}, f"{NORM}/quantiles/0/1", "out_of_range"),
    ("a code that another answer has beside its own", shipped("gad-7"), {"/response_sets/frequency/options/3/other_codes": ["LA18938-3"]}, "/response_sets/frequency/options/3/other_codes/0", "duplicate_value"),
    ("quantiles from the top", make_definition(), {f"{NORM}/quantiles": [[75, 6], [25, 3]]}, f"{NORM}/quantiles/1", "quantiles_not_ascending"),
    ("quantiles of another group", make_definition(), {f"{NORM}/mean": 2, f"{NORM}/sd": 1, f"{NORM}/quantiles": [[50, 4], [75, 5]]}, f"{NORM}/quantiles/0/1", "contradicts_mean"),
    ("a reliable change beyond the range", shipped("gad-7"), {f"{TOTAL}/change/0/reliable_change": 100}, f"{TOTAL}/change/0/reliable_change", "out_of_range"),
    ("a least important difference beyond the range", shipped("phq-9"), {f"{TOTAL}/change/0/mcid/0/value": 30}, f"{TOTAL}/change/0/mcid/0/value", "out_of_range"),
    ("the SD of a change in percent", make_definition(), {f"{TOTAL}/change/sd": 20}, f"{TOTAL}/change/sd", "out_of_range"),
    ("a change rule by which nothing is reliable", make_definition(), {f"{TOTAL}/change/sd": 4.5, f"{TOTAL}/change/reliability": 0.05}, f"{TOTAL}/change", "out_of_range"),
    ("a level in percent", make_definition(), {f"{TOTAL}/change/level": 95}, f"{TOTAL}/change/level", "out_of_range"),
    ("the error probability for the level", make_definition(), {f"{TOTAL}/change/level": 0.05}, f"{TOTAL}/change/level", "out_of_range"),
    ("a reliability in percent", make_definition(), {f"{TOTAL}/reliability/0/value": 91}, f"{TOTAL}/reliability/0/value", "out_of_range"),
    ("a change rule with a reliability of 1", make_definition(), {f"{TOTAL}/change/reliability": 1}, f"{TOTAL}/change/reliability", "out_of_range"),
    ("a precision's SD beyond half the range", make_definition(), {f"{TOTAL}/precision/sd": 5}, f"{TOTAL}/precision/sd", "out_of_range"),
    ("a standard error above the SD", make_definition(), {f"{TOTAL}/precision": {"sem": 2.5, **SITE}}, f"{TOTAL}/precision/sem", "out_of_range"),
    ("a standard error of the sum beside means", make_definition(), {f"{MEAN}/precision": {"sem": 1.9, **SITE}}, f"{MEAN}/precision/sem", "out_of_range"),
    ("a session-to-session SD beyond half the range", make_definition(), {f"{TOTAL}/within_person_sd": {"value": 5, **SITE}}, f"{TOTAL}/within_person_sd/value", "out_of_range"),
    ("a spread of slopes beyond half the range", make_definition(), {f"{TOTAL}/growth": {"mean": 0.1, "sd": 5, **SITE}}, f"{TOTAL}/growth/sd", "out_of_range"),
    ("a fall a session beyond the range", make_definition(), {f"{TOTAL}/growth": {"mean": -50, "sd": 0.1, **SITE}}, f"{TOTAL}/growth/mean", "out_of_range"),
    ("an autocorrelation of 1", make_definition(), {f"{TOTAL}/autocorrelation": {"value": 1, **SITE}}, f"{TOTAL}/autocorrelation/value", "out_of_range"),
    ("an unevenness without degrees of freedom", make_definition(), {f"{TOTAL}/unevenness": {"value": 0, **SITE}}, f"{TOTAL}/unevenness/value", "out_of_range"),
    ("rates in percent", make_definition(), rated(watch=[10, 20]), f"{TOTAL}/expected_rates/watch/0", "out_of_range"),
    ("more sessions than rates", make_definition(), rated(sessions=[4, 8, 12], watch=[0.1, 0.2, 0.3]), f"{TOTAL}/expected_rates/alert", "wrong_length"),
    ("sessions in disorder", make_definition(), rated(sessions=[8, 4]), f"{TOTAL}/expected_rates/sessions/1", "wrong_order"),
    ("a session named twice", make_definition(), rated(sessions=[8, 8]), f"{TOTAL}/expected_rates/sessions/1", "wrong_order"),
    ("signals that are undone later", make_definition(), rated(watch=[0.2, 0.19]), f"{TOTAL}/expected_rates/watch/1", "wrong_order"),
    ("more alerts than signals", make_definition(), rated(alert=[0, 0.21]), f"{TOTAL}/expected_rates/alert/1", "wrong_order"),
    ("more changes alerted than noticed", make_definition(), rated(detection={"dip": {"watch": 0.3, "alert": 0.4}}), f"{TOTAL}/expected_rates/detection/dip/alert", "wrong_order"),
    ("rates of another session-to-session SD", make_definition(), rated(within_person_sd=1.002), f"{TOTAL}/expected_rates/within_person_sd", "out_of_range"),
    ("rates of another SEM", make_definition(), rated(sem=0.602), f"{TOTAL}/expected_rates/sem", "out_of_range"),
    ("rates of rules without the SEM that they have", make_definition(), rated(sem=None), f"{TOTAL}/expected_rates/sem", "required"),
    ("rates of rules with an SEM that they lack", make_definition(), rated() | {f"{TOTAL}/precision": REMOVED}, f"{TOTAL}/expected_rates/sem", "not_allowed"),
    ("rates without a session-to-session SD", make_definition(), {f"{TOTAL}/expected_rates": RATES}, f"{TOTAL}/expected_rates/within_person_sd", "not_allowed"),
    ("a session-to-session SD of nobody", make_definition(), {f"{TOTAL}/within_person_sd": {"value": 1, "n": 0, **SITE}}, f"{TOTAL}/within_person_sd/n", "out_of_range"),
    ("a session-to-session SD of adults without their ages", make_definition(), {f"{TOTAL}/within_person_sd": {"value": 1, "population": "Adults in therapy", **SITE}}, f"{TOTAL}/within_person_sd/age", "required"),
    ("a derived figure that does not say how", make_definition(), {f"{TOTAL}/precision": {"sem": 0.5, "derived": True, **SITE}}, f"{TOTAL}/precision/note", "required"),
    ("a direct report of no item", shipped("risq"), {"/alerts/direct_report/tension/items": REMOVED}, "/alerts/direct_report/tension", "wrong_shape"),
    ("a direct report of one item and of several", shipped("risq"), {"/alerts/direct_report/tension/item": "1"}, "/alerts/direct_report/tension", "wrong_shape"),
    ("every item of one", shipped("risq"), {"/alerts/direct_report/resolution/items": REMOVED, "/alerts/direct_report/resolution/item": "1"}, "/alerts/direct_report/resolution/every", "not_allowed"),
    ("a direct report of an item that is not there", shipped("risq"), {"/alerts/direct_report/tension/items": ["1", "9"]}, "/alerts/direct_report/tension/items/1", "unknown_item"),
    ("a direct report by an answer that is not there", shipped("risq"), {"/alerts/direct_report/tension/value": 2}, "/alerts/direct_report/tension", "out_of_range"),
    ("nothing but a direct report, and none", shipped("risq"), {"/alerts/direct_report": {}}, "/alerts/direct_report", "required"),
    ("a fall beyond the range", shipped("srs"), {"/alerts/parameters/total/fixed_drop/value": 41}, "/alerts/parameters/total/fixed_drop/value", "out_of_range"),
    ("an item floor that every answer is at", make_definition(), {"/alerts": {"parameters": {"total": {"item_floor": {"value": 3, **SITE}}}}}, "/alerts/parameters/total/item_floor/value", "out_of_range"),
    ("an item floor below every answer", make_definition(), {"/alerts": {"parameters": {"total": {"item_floor": {"value": -1, **SITE}}}}}, "/alerts/parameters/total/item_floor/value", "out_of_range"),
    ("ages from old to young", make_definition(), {"/norms/0/age": {"min": 65, "max": 18}}, "/norms/0/age/min", "wrong_order"),
    ("ages in months", make_definition(), {"/norms/0/age": {"min": 216, "max": 780}}, "/norms/0/age/min", "out_of_range"),
    ("a cut-off that everybody meets", make_definition(), {f"{TOTAL}/cutoffs/0/value": 0}, f"{TOTAL}/cutoffs/0/value", "never_decides"),
    ("a cut-off that nobody meets", make_definition(), {f"{TOTAL}/cutoffs/0/op": ">", f"{TOTAL}/cutoffs/0/value": 9}, f"{TOTAL}/cutoffs/0/value", "never_decides"),
    ("bands of the doubled score, as the long form has them", shipped("dass-21"), {f"{TOTAL}/transform": REMOVED, f"{TOTAL}/metric": "sum"}, f"{TOTAL}/bands/0/bands/4", "band_without_scores"),
    ("a band between two scores", make_definition(), {f"{TOTAL}/bands": bands(("low", 0, 3), ("gap", 3.2, 3.8), ("high", 4, 9)), **NO_BANDS}, f"{TOTAL}/bands/0/bands/1", "band_without_scores"),
    ("two bands of one label", make_definition(), {f"{TOTAL}/bands/0/bands/1/label": "low"}, f"{TOTAL}/bands/0/bands/1/label", "duplicate_value"),
    ("a flag that is always raised", make_definition(), {"/risks/0/value": 0}, "/risks/0", "never_decides"),
    ("a flag that is never raised", make_definition(), {"/risks/0/op": ">", "/risks/0/value": 3}, "/risks/0", "never_decides"),
    ("a criterion that every answer meets", make_definition(), {"/criteria/0/rule/count/of/0/each/value": 0}, "/criteria/0/rule/count/of/0/each/items/0", "never_decides"),
    ("a direct report that no answer gives", make_definition(), {"/alerts": {"direct_report": {"tension": {"item": "1", "op": ">=", "value": 4, **SITE}}}}, "/alerts/direct_report/tension", "out_of_range"),
]  # fmt: skip


def in_german(*labels):
    return [{"language": "de", "labels": [*labels], **SITE}]


NAMES = [
    ("two options of one code", shipped("phq-9"), {"/response_sets/frequency/options/2/code": "LA6569-3"}, "/response_sets/frequency/options/2/code", "duplicate_value"),
    ("two options of one label", make_definition(), {"/response_sets/yes-no/options/1/label": "No "}, "/response_sets/yes-no/options/1/label", "duplicate_value"),
    ("two labels of a range alike", make_definition(), {"/response_sets/often/labels/2": "seldom"}, "/response_sets/often/labels/2", "duplicate_value"),
    ("two labels alike in another language", make_definition(), {"/response_sets/yes-no/translations": in_german("Nein", "nein ")}, "/response_sets/yes-no/translations/0/labels/1", "duplicate_value"),
    ("a label less than answers in another language", make_definition(), {"/response_sets/often/translations": in_german("nie", "selten", "oft")}, "/response_sets/often/translations/0/labels", "wrong_length"),
    ("a language twice", make_definition(), {"/response_sets/yes-no/translations": in_german("Nein", "Ja") * 2}, "/response_sets/yes-no/translations/1/language", "duplicate_value"),
    ("labels of a line", shipped("srs"), {"/response_sets/line/translations": in_german("Nein", "Ja")}, "/response_sets/line/translations", "not_allowed"),
    ("labels in a language without a source", make_definition(), {"/response_sets/yes-no/translations": [{**in_german("Nein", "Ja")[0], "source": "nowhere"}]}, "/response_sets/yes-no/translations/0/source", "unknown_source"),
    ("labels of a source that is not listed", make_definition(), {"/label_sources": {"sources": ["nowhere"], "verification": "site"}}, "/label_sources/sources/0", "unknown_source"),
    ("codes of two sources that are one", shipped("gad-7"), {"/code_sources": {"sources": ["spitzer-2006"], "verification": "two-sources"}}, "/code_sources/sources", "confirmation_missing"),
    ("codes of no source", shipped("gad-7"), {"/code_sources": {"sources": [], "verification": "one-source"}}, "/code_sources/sources", "wrong_length"),
    ("two items of one code", shipped("phq-9"), {"/items/1/codes/0/code": "44250-9"}, "/items/1/codes/0/code", "duplicate_code"),
    ("a LOINC code with two digits changed", shipped("phq-9"), {"/items/0/codes/0/code": "44520-9"}, "/items/0/codes/0/code", "wrong_check_digit"),
    ("a code of the NCI Thesaurus without its C", shipped("ham-a"), {"/items/0/codes/0/code": "102073"}, "/items/0/codes/0/code", "wrong_shape"),
    ("a LOINC code without its check digit", shipped("phq-9"), {"/items/0/codes/0/code": "44250"}, "/items/0/codes/0/code", "wrong_check_digit"),
    ("one publication under two names", make_definition(), {"/sources/-": {"id": "again", "citation": "Invented for the tests  of this project."}, "/risks/0/verification": "two-sources", "/risks/0/confirmed_by": "again"}, "/sources/1/citation", "duplicate_source"),
    ("one DOI under two names", make_definition(), {"/sources/0/doi": "10.1000/X", "/sources/-": {"id": "again", "citation": "The same.", "doi": "10.1000/x"}, "/risks/0/verification": "two-sources", "/risks/0/confirmed_by": "again"}, "/sources/1/doi", "duplicate_source"),
    ("a source that nothing uses", make_definition(), {"/sources/-": {"id": "unread", "citation": "Never opened."}}, "/sources/1", "unused_source"),
    ("a DOI with its address", make_definition(), {"/sources/0/doi": "https://doi.org/10.1000/x"}, "/sources/0/doi", "wrong_format"),
]  # fmt: skip

SLIPS = [*DIRECTIONS, *FIGURES, *NAMES]


@pytest.mark.parametrize(
    ("definition", "edits", "pointer", "code"),
    [row[1:] for row in SLIPS],
    ids=[row[0] for row in SLIPS],
)
def test_a_slip_is_found(definition, edits, pointer, code):
    assert (pointer, code) in found(edited(definition, edits))


ODD = [
    ("a table that falls throughout", make_definition(), converted(*[-value for value in EVEN])),
    ("a table with ties and the reason", make_definition(), converted(50, 50, 50, 51, 53, 55, 58, 61, 65, 70, monotone="with-ties", monotone_note="The manual cuts T off at 50.")),
    ("a table with a fall and the reason", make_definition(), converted(50, 49, 50, 51, 53, 55, 58, 61, 65, 70, monotone="no", monotone_note="So printed.")),
    ("whole T scores, rounded", make_definition(), converted(38, 42, 46, 49, 52, 56, 59, 63, 67, 73)),
    ("a cut-off of recovery", make_definition(), {f"{TOTAL}/cutoffs/-": {"system": "well", "op": "<", "value": 2, "marks": "better", **SITE}}),
    ("bands of well-being", make_definition(), {f"{TOTAL}/direction": "higher_is_better", f"{TOTAL}/cutoffs": [], f"{TOTAL}/change": REMOVED, f"{TOTAL}/bands": bands(("severe", 0, 2), ("moderate", 3, 4), ("mild", 5, 6), ("none", 7, 9)), **NO_BANDS, **NO_CUTOFFS}),
    ("bands without a word for how bad they are", make_definition(), {f"{TOTAL}/bands": bands(("north", 0, 3), ("south", 4, 9)), **NO_BANDS}),
    ("as much variation as the range allows", make_definition(), {f"{NORM}/mean": 4.5, f"{NORM}/sd": 4.5, "/norms/0/percentile_model": None, f"{NORM}/quantiles": REMOVED}),
    ("clinical norms beyond the cut-off", make_definition(), {"/norms/0/population": "Patients", f"{NORM}/mean": 7, f"{NORM}/quantiles": [[25, 5], [75, 9]]}),
    ("a change as large as the range", make_definition(), {f"{TOTAL}/change": {"reliable_change": 9, "level": None, **SITE}}),
    ("a level of 0.8", make_definition(), {f"{TOTAL}/change/level": 0.8}),
    ("a band of one score", make_definition(), {f"{TOTAL}/bands": bands(("none", 0, 0), ("mild", 1, 8), ("severe", 9, 9)), **NO_BANDS}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("definition", "edits"), [row[1:] for row in ODD], ids=[row[0] for row in ODD]
)
def test_what_is_odd_but_right_is_accepted(definition, edits):
    assert found(edited(definition, edits)) == []


def test_the_row_that_is_out_of_line_is_named_with_what_its_neighbours_give():
    """55.7 and 58.9 around it, 53.9 and 60.5 beyond: (4 (55.7 + 58.9) - 53.9 - 60.5) / 6 = 57.3."""
    definition = edited(shipped("promis-depression-4a"), {f"{ENTRIES}/5/1": 58.6})
    [fault] = check_definition(definition).faults
    assert "57.3" in fault.detail


@pytest.mark.parametrize("code", ["44249-1", "44250-9", "44261-6", "69737-5", "70274-6"])
def test_the_check_digit_of_loinc(code):
    """Codes of the PHQ-9 and GAD-7 as loinc.org has them."""
    assert is_loinc(code)
    assert not is_loinc(code[:-1] + str((int(code[-1]) + 1) % 10))
    assert not is_loinc(code.replace("-", ""))
