"""The check finds each kind of fault, says where it is, and finds them all at once."""

# ruff: noqa: E501 - a row for each fault

import copy
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from service.definitions.check import check_definition
from tests.builders import SITE, make_definition, make_keyless_definition
from tests.definitions.edits import REMOVED, edited

FIRST, SECOND = "/scales/0", "/scales/1"
LINEAR = {"type": "linear", "of": "sum", "factor": 2, "offset": 1, **SITE}
LINE = {"min": 0, "max": 10, "step": None}
OTHER_SOURCE = {"id": "other", "citation": "Another invented source."}


def table(entries, **more):
    return {"type": "lookup", "of": "sum", "tables": [{"entries": entries}], **SITE, **more}


def composite(scale_id, *components):
    return {
        "id": scale_id,
        "title": scale_id,
        "aggregation": "composite",
        "composite": {"of": list(components), "method": "sum"},
        "metric": "sum",
        "missing": {"min_answered": len(components), "method": "none"},
        "direction": "higher_is_worse",
    }


def aggregated(aggregation):
    return {f"{SECOND}/aggregation": aggregation, f"{SECOND}/metric": aggregation}


def system(*bands, **group):
    named = [
        {"id": name, "label": name, "min": low, "max": high}
        for name, (low, high) in zip(("low", "high"), bands, strict=True)
    ]
    return {"system": "thirds", "bands": named, **SITE, **group}


def compare(**members):
    return {"compare": {"op": ">=", "value": 1, **members}}


def faults_of(document):
    return [(fault.pointer, fault.code) for fault in check_definition(document).faults]


SHAPE = [
    ("a missing member", {"/title": REMOVED}, "/title", "required"),
    ("a member the format does not have", {"/items/0/revers": True}, "/items/0/revers", "unknown_member"),
    ("a string for a number", {"/scales/0/cutoffs/0/value": "5"}, "/scales/0/cutoffs/0/value", "wrong_type"),
    ("a boolean for a number", {"/norms/0/n": True}, "/norms/0/n", "wrong_type"),
    ("a fraction for a whole number", {"/norms/0/n": 100.5}, "/norms/0/n", "wrong_type"),
    ("a number for a flag", {"/items/1/reverse": 1}, "/items/1/reverse", "wrong_type"),
    ("infinity", {"/norms/0/scales/total/mean": float("inf")}, "/norms/0/scales/total/mean", "wrong_type"),
    ("null where nothing is unknown", {"/title": None}, "/title", "wrong_type"),
    ("an empty text", {"/title": " "}, "/title", "wrong_length"),
    ("a name not in the list", {"/submitted_as": "points"}, "/submitted_as", "not_allowed"),
    ("an id in capitals", {"/id": "Invented"}, "/id", "wrong_format"),
    ("an id with a line break after it", {"/id": "invented-form\n"}, "/id", "wrong_format"),
    ("a version that is no semantic version", {"/version": "1.0"}, "/version", "wrong_format"),
    ("a leading zero in a version", {"/version": "01.0.0"}, "/version", "wrong_format"),
    ("a standard deviation of zero", {f"{FIRST}/precision/sd": 0}, f"{FIRST}/precision/sd", "out_of_range"),
    ("a reliability above 1", {f"{FIRST}/reliability/0/value": 1.01}, f"{FIRST}/reliability/0/value", "out_of_range"),
    ("a weight of zero", {f"{FIRST}/weights": {"1": 0}}, f"{FIRST}/weights/1", "out_of_range"),
    ("a level of 1", {f"{FIRST}/change/level": 1}, f"{FIRST}/change/level", "out_of_range"),
    ("min above max", {"/response_sets/yes-no": {"min": 3, "max": 0}}, "/response_sets/yes-no/min", "wrong_order"),
    ("a step that misses max", {"/response_sets/often/step": 2}, "/response_sets/often/step", "step_misfit"),
    ("too few labels", {"/response_sets/often/labels": ["a", "b"]}, "/response_sets/often/labels", "wrong_length"),
    ("a repeated option", {"/response_sets/yes-no/options/1/value": 0}, "/response_sets/yes-no/options/1/value", "duplicate_value"),
    ("a score on one option only", {"/response_sets/yes-no/options/0/score": 5}, "/response_sets/yes-no/options/1/score", "required"),
    ("neither range nor options", {"/response_sets/often": {"labels": []}}, "/response_sets/often", "wrong_shape"),
    ("no source for a cut-off", {f"{FIRST}/cutoffs/0/source": REMOVED}, f"{FIRST}/cutoffs/0/source", "required"),
    ("prorating without a source", {f"{FIRST}/missing/source": REMOVED}, f"{FIRST}/missing/source", "required"),
    ("an unknown transform", {f"{FIRST}/transform": {"type": "square"}, f"{FIRST}/metric": "transformed"}, f"{FIRST}/transform", "not_allowed"),
    ("two subjects", {"/criteria/0/rule": compare(item="1", scale="total")}, "/criteria/0/rule/compare", "wrong_shape"),
    ("sex as a number", {"/criteria/0/rule": compare(respondent="sex")}, "/criteria/0/rule/compare/value", "wrong_type"),
    ("sex compared by size", {"/criteria/0/rule": compare(respondent="sex", value="male")}, "/criteria/0/rule/compare/op", "not_allowed"),
    ("an age range without ends", {"/norms/0/age": {"min": None}}, "/norms/0/age", "wrong_shape"),
    ("an age range upside down", {"/norms/0/age": {"min": 65, "max": 18}}, "/norms/0/age/min", "wrong_order"),
    ("a step too fine to list", {"/response_sets/yes-no": {"min": 0, "max": 1, "step": 0.001}}, "/response_sets/yes-no/step", "out_of_range"),
    ("rounding where nothing is prorated", {f"{SECOND}/missing/round": True}, f"{SECOND}/missing/round", "not_allowed"),
    ("a transform that makes all scores equal", {f"{FIRST}/transform": {**LINEAR, "factor": 0}, f"{FIRST}/metric": "transformed"}, f"{FIRST}/transform/factor", "out_of_range"),
    ("a table of one row", {f"{FIRST}/transform": table([[0, 1]]), f"{FIRST}/metric": "transformed"}, f"{FIRST}/transform/tables/0/entries", "wrong_shape"),
    ("a table row of one number", {f"{FIRST}/transform": table([[0, 1], [1]]), f"{FIRST}/metric": "transformed"}, f"{FIRST}/transform/tables/0/entries/1", "wrong_shape"),
    ("a string in a table", {f"{FIRST}/transform": table([[0, 1], [1, "2"]]), f"{FIRST}/metric": "transformed"}, f"{FIRST}/transform/tables/0/entries/1/1", "wrong_type"),
    ("a change rule that says nothing", {f"{FIRST}/change": {}}, f"{FIRST}/change", "wrong_shape"),
    ("arithmetic not written out", {"/examples/0/working": REMOVED}, "/examples/0/working", "required"),
    ("a single example", {"/examples": [make_definition()["examples"][0]]}, "/examples", "wrong_length"),
    ("more than 500 items", {"/items": [{"id": str(n), "response_set": "often"} for n in range(501)]}, "/items", "wrong_length"),
]  # fmt: skip

REFERENCES = [
    ("a repeated item", {"/items/-": {"id": "3", "response_set": "often"}}, "/items/4/id", "duplicate_id"),
    ("a repeated scale", {"/scales/-": make_definition()["scales"][1]}, "/scales/2/id", "duplicate_id"),
    ("a repeated band", {f"{FIRST}/bands/0/bands/1/max": 8, f"{FIRST}/bands/0/bands/-": {"id": "low", "label": "x", "min": 9, "max": 9}}, f"{FIRST}/bands/0/bands/2/id", "duplicate_id"),
    ("no such response set", {"/items/0/response_set": "never"}, "/items/0/response_set", "unknown_response_set"),
    ("no such item in a scale", {f"{SECOND}/items/1": "9"}, f"{SECOND}/items/1", "unknown_item"),
    ("no such item in a gate", {"/gates/0/items/0": "9"}, "/gates/0/items/0", "unknown_item"),
    ("no such item in a gate's rule", {"/gates/0/when/compare/item": "9"}, "/gates/0/when/compare/item", "unknown_item"),
    ("no such item in a risk", {"/risks/0/item": "9"}, "/risks/0/item", "unknown_item"),
    ("no such item in an example", {"/examples/1/answers/9": 1}, "/examples/1/answers/9", "unknown_item"),
    ("no such item counted", {"/criteria/0/rule/count/of/0/each/items/0": "9"}, "/criteria/0/rule/count/of/0/each/items/0", "unknown_item"),
    ("no such scale in a norm", {"/norms/0/scales/rest": {"mean": 1, "sd": 1, "metric": "value", "quantiles": [[5, 1], [9, 2]]}}, "/norms/0/scales/rest", "unknown_scale"),
    ("no such scale to watch", {"/alerts": {"watch": ["bond"]}}, "/alerts/watch/0", "unknown_scale"),
    ("no such scale in a rule", {"/criteria/0/rule": compare(scale="rest")}, "/criteria/0/rule/compare/scale", "unknown_scale"),
    ("no such scale in an example", {"/examples/0/expect/scores/rest": 1}, "/examples/0/expect/scores/rest", "unknown_scale"),
    ("no such criterion in an example", {"/examples/0/expect/criteria/rest": True}, "/examples/0/expect/criteria/rest", "unknown_criterion"),
    ("no such risk in an example", {"/examples/0/expect/risks/rest": True}, "/examples/0/expect/risks/rest", "unknown_risk"),
    ("no such band in an example", {"/examples/0/expect/bands/total/thirds": "mid"}, "/examples/0/expect/bands/total/thirds", "unknown_band"),
    ("no such cut-off system", {f"{FIRST}/change/clinical_cutoff": "third"}, f"{FIRST}/change/clinical_cutoff", "unknown_cutoff"),
    ("no such source", {"/risks/0/source": "hearsay"}, "/risks/0/source", "unknown_source"),
    ("no such source of the key", {"/key_sources/sources/0": "hearsay"}, "/key_sources/sources/0", "unknown_source"),
    ("a source nothing refers to", {"/sources/-": OTHER_SOURCE}, "/sources/1", "unused_source"),
    ("no source of the key", {"/key_sources/sources": []}, "/key_sources/sources", "wrong_length"),
    ("two sources claimed, one named", {"/risks/0/verification": "two-sources"}, "/risks/0/confirmed_by", "confirmation_missing"),
    ("a source that confirms itself", {"/risks/0/verification": "two-sources", "/risks/0/confirmed_by": "invented"}, "/risks/0/confirmed_by", "confirmation_not_independent"),
    ("a confirmation of one source", {"/risks/0/confirmed_by": "other", "/sources/-": OTHER_SOURCE}, "/risks/0/confirmed_by", "confirmation_unexpected"),
    ("one key source for two", {"/key_sources/verification": "two-sources"}, "/key_sources/sources", "confirmation_missing"),
]  # fmt: skip

ITEMS = [
    ("an item of no scale", {"/items/3/scored": True}, "/items/3", "item_in_no_scale"),
    ("an unscored item in a scale", {"/items/2/scored": False}, f"{FIRST}/items/2", "item_not_scored"),
    ("a reversed item of a form of scores", {"/submitted_as": "scores"}, "/items/1/reverse", "reverse_unexpected"),
    ("a mirrored line", {"/response_sets/line": LINE, "/items/3/mirrored": True, "/items/3/response_set": "line"}, "/items/3/mirrored", "mirrored_line"),
    ("text without licence", {"/items/0/text": "Invented"}, "/items/0/text", "text_not_licensed"),
    ("more answers needed than items", {"/min_answered": {"items": 5, **SITE}}, "/min_answered/items", "out_of_range"),
    ("a gate's score beyond its item", {"/gates/0/treat_as": 4}, "/gates/0/treat_as", "out_of_range"),
    ("a gate on a scale", {"/gates/0/when": compare(scale="total")}, "/gates/0/when/compare/scale", "scale_in_gate"),
    ("a risk no answer reaches", {"/risks/0/value": 4}, "/risks/0", "out_of_range"),
    ("equal to what is no answer", {"/criteria/0/rule": compare(item="1", op="==", value=1.5)}, "/criteria/0/rule/compare/item", "out_of_range"),
    ("a score no form reaches", {"/criteria/0/rule": compare(scale="total", value=10)}, "/criteria/0/rule/compare/scale", "out_of_range"),
    ("more to count than there is", {"/criteria/0/rule/count/at_least": 3}, "/criteria/0/rule/count/at_least", "out_of_range"),
    ("at most fewer than at least", {"/criteria/0/rule/count/at_most": 1}, "/criteria/0/rule/count/at_most", "wrong_order"),
    ("one perspective beside several", {"/perspectives": ["client", "therapist"]}, "/perspective", "perspective_conflict"),
    ("a perspective named twice", {"/perspectives": ["client", "client"], "/perspective": None}, "/perspectives", "duplicate_value"),
    ("its own counterpart", {"/counterpart": "invented-form"}, "/counterpart", "not_allowed"),
]  # fmt: skip

SCALES = [
    ("an item twice in a scale", {f"{SECOND}/items/1": "1"}, f"{SECOND}/items/1", "repeated_item"),
    ("items missing", {f"{SECOND}/items": REMOVED}, f"{SECOND}/items", "required"),
    ("items empty", {f"{SECOND}/items": []}, [(f"{SECOND}/items", "wrong_length"), (f"{SECOND}/missing/min_answered", "out_of_range")]),
    ("a mean reported as a sum", {f"{SECOND}/metric": "sum"}, f"{SECOND}/metric", "metric_mismatch"),
    ("transformed without transform", {f"{SECOND}/metric": "transformed"}, f"{SECOND}/transform", "required"),
    ("a transform without its metric", {f"{SECOND}/transform": LINEAR}, f"{SECOND}/transform", "not_allowed"),
    ("none with items to spare", {f"{SECOND}/missing/min_answered": 1}, f"{SECOND}/missing/min_answered", "missing_rule"),
    ("more answers needed than terms", {f"{FIRST}/missing/min_answered": 4}, f"{FIRST}/missing/min_answered", "out_of_range"),
    ("no answer needed", {f"{FIRST}/missing/min_answered": 0}, f"{FIRST}/missing/min_answered", "out_of_range"),
    ("a rounded mean", {f"{SECOND}/missing": {"min_answered": 2, "method": "prorate", "round": True, **SITE}}, f"{SECOND}/missing/round", "missing_rule"),
    ("a prorated maximum", {**aggregated("max"), f"{SECOND}/missing/method": "prorate", f"{SECOND}/missing/source": "invented", f"{SECOND}/missing/verification": "site"}, f"{SECOND}/missing/method", "missing_rule"),
    ("a count without threshold", aggregated("count"), f"{SECOND}/count", "required"),
    ("a threshold without count", {f"{SECOND}/count": {"at_least": 1}}, f"{SECOND}/count", "not_allowed"),
    ("a threshold short of an item", {**aggregated("count"), f"{SECOND}/count": {"at_least": {"1": 1}}}, f"{SECOND}/count/at_least/2", "required"),
    ("a weight of an item elsewhere", {f"{SECOND}/weights": {"3": 2}}, f"{SECOND}/weights/3", "unknown_item"),
    ("a weighted maximum", {**aggregated("max"), f"{SECOND}/weights": {"1": 2}}, f"{SECOND}/weights", "not_allowed"),
    ("a weight inside a group", {f"{SECOND}/items": ["1", {"max_of": ["2", "3"]}], f"{SECOND}/weights": {"2": 2}}, f"{SECOND}/weights/2", "not_allowed"),
    ("more answers needed than a group has", {f"{SECOND}/items/1": {"max_of": ["2", "3"], "min_answered": 3}}, f"{SECOND}/items/1/min_answered", "out_of_range"),
    ("a count of groups", {**aggregated("count"), f"{SECOND}/items/1": {"max_of": ["2", "3"]}, f"{SECOND}/count": {"at_least": 1}}, f"{SECOND}/items/1", "not_allowed"),
    ("a threshold of an item elsewhere", {**aggregated("count"), f"{SECOND}/count": {"at_least": {"1": 1, "2": 1, "3": 1}}}, f"{SECOND}/count/at_least/3", "unknown_item"),
    ("blank components as zero", {"/scales/-": {**composite("sub", "total", "mean"), "missing": {"min_answered": 1, "method": "zero", **SITE}}}, "/scales/2/missing/method", "missing_rule"),
    ("a composite that contains itself", {"/scales/-": composite("sub", "total", "sub")}, "/scales/2/composite/of", "composite_cycle"),
    ("no such component", {"/scales/-": composite("sub", "total", "rest")}, "/scales/2/composite/of/1", "unknown_scale"),
    ("items of a composite", {"/scales/-": {**composite("sub", "total", "mean"), "items": ["1"]}}, "/scales/2/items", "not_allowed"),
]  # fmt: skip

NUMBERS = [
    ("a gap between bands", {f"{FIRST}/bands/0": system((0, 2), (4, 9))}, f"{FIRST}/bands/0/bands", "band_gap"),
    ("bands that stop short", {f"{FIRST}/bands/0": system((0, 3), (4, 8))}, f"{FIRST}/bands/0/bands", "band_gap"),
    ("bands that overlap", {f"{FIRST}/bands/0": system((0, 4), (4, 9))}, f"{FIRST}/bands/0/bands/1", "band_overlap"),
    ("a band upside down", {f"{FIRST}/bands/0/bands/0/min": 4}, f"{FIRST}/bands/0/bands/0/min", "wrong_order"),
    ("one system twice for one person", {f"{FIRST}/bands/-": system((0, 3), (4, 9), sex="female")}, f"{FIRST}/bands/1", "overlapping_groups"),
    ("a cut-off out of range", {f"{FIRST}/cutoffs/0/value": 10}, f"{FIRST}/cutoffs/0/value", "out_of_range"),
    ("a norm published before it was collected", {"/norms/0/collected": 2020, "/norms/0/published": 2019}, "/norms/0/collected", "out_of_range"),
    ("a year of two digits", {"/norms/0/published": 19}, "/norms/0/published", "out_of_range"),
    ("a digital default", {"/norms/0/digital": True}, "/norms/0/default", "digital_default"),
    ("a norm mean out of range", {"/norms/0/scales/total/mean": 9.5}, "/norms/0/scales/total/mean", "out_of_range"),
    ("a sum norm on a mean's range", {"/norms/0/scales/total/metric": "mean"}, "/norms/0/scales/total/mean", "out_of_range"),
    ("a sum norm of a count", {**aggregated("count"), f"{SECOND}/count": {"at_least": 1}, "/norms/0/scales/mean": {"mean": 1, "sd": 1, "metric": "sum", "quantiles": [[5, 1], [9, 2]]}}, "/norms/0/scales/mean/metric", "metric_mismatch"),
    ("a normal curve without SD", {"/norms/0/percentile_model": "normal", "/norms/0/scales/total/sd": None, "/norms/0/scales/total/quantiles": REMOVED}, "/norms/0/scales/total/sd", "required"),
    ("a standard error of zero", {f"{FIRST}/transform": table([[0, 0, 0], *([n, n, 1] for n in range(1, 10))]), f"{FIRST}/metric": "transformed"}, f"{FIRST}/transform/tables/0/entries/0/2", "out_of_range"),
    ("a continuous scale with bands from above its lowest", {"/response_sets/often": {"min": 0, "max": 3, "step": None}, f"{FIRST}/bands/0": system((1, 3), (3, 9))}, f"{FIRST}/bands/0/bands/0/min", "band_gap"),
    ("a continuous scale with bands to below its highest", {"/response_sets/often": {"min": 0, "max": 3, "step": None}, f"{FIRST}/bands/0": system((0, 3), (3, 8))}, f"{FIRST}/bands/0/bands/1/max", "band_gap"),
    ("a continuous scale with bands that overlap", {"/response_sets/often": {"min": 0, "max": 3, "step": None}, f"{FIRST}/bands/0": system((0, 4), (3, 9))}, f"{FIRST}/bands/0/bands/1/min", "band_overlap"),
    ("no quantiles for their model", {"/norms/0/scales/total/quantiles": REMOVED}, "/norms/0/scales/total/quantiles", "required"),
    ("quantiles for no model", {"/norms/0/percentile_model": None}, "/norms/0/scales/total/quantiles", "not_allowed"),
    ("quantiles that fall", {"/norms/0/scales/total/quantiles/2/1": 3}, "/norms/0/scales/total/quantiles/2", "quantiles_not_ascending"),
    ("a percentile of 100", {"/norms/0/scales/total/quantiles/2/0": 100}, "/norms/0/scales/total/quantiles/2/0", "out_of_range"),
    ("a table short of a raw score", {f"{FIRST}/transform": table([[n, n] for n in range(9)]), f"{FIRST}/metric": "transformed"}, f"{FIRST}/transform/tables/0/entries", "lookup_gap"),
    ("a raw score twice", {f"{FIRST}/transform": table([*([n, n] for n in range(10)), [3, 3]]), f"{FIRST}/metric": "transformed"}, f"{FIRST}/transform/tables/0/entries/10/0", "duplicate_value"),
    ("a raw score no form has", {f"{FIRST}/transform": table([[n, n] for n in range(10)] + [[10, 9]]), f"{FIRST}/metric": "transformed"}, f"{FIRST}/transform/tables/0/entries/10/0", "out_of_range"),
]  # fmt: skip

NO_BANDS = {f"/examples/{index}/expect/bands": {} for index in (0, 2, 3, 4, 5)}
FIXED = {"reliable_change": 2, "level": None, **SITE}
RESPONDENTS = [
    *(
        (f"{words} of no age", {"/norms/0/age": None, "/norms/0/population": words}, "/norms/0/age", "required")
        for words in ("Adults", "older caregivers", "British children", "Adolescent inpatients", "a youth sample", "School pupils", "Boys", "Young people", "the elderly", "Teenagers")
    ),
    ("a cut-off for adults of no age", {f"{FIRST}/cutoffs/0/label": "Clinical range, adults"}, f"{FIRST}/cutoffs/0/age", "required"),
    ("a cut-off system of adults and no age", {f"{FIRST}/cutoffs/0/system": "adult-5", f"{FIRST}/change/clinical_cutoff": "adult-5"}, f"{FIRST}/cutoffs/0/age", "required"),
    ("bands of children of no age", {f"{FIRST}/bands/0/system": "child-norms", **NO_BANDS}, f"{FIRST}/bands/0/age", "required"),
    ("a reliability of older people of no age", {f"{FIRST}/reliability/0/sample": "31 older people"}, f"{FIRST}/reliability/0/age", "required"),
    ("two rules of change for everybody", {f"{FIRST}/change": [FIXED, FIXED]}, f"{FIRST}/change/1", "overlapping_groups"),
    ("two rules of change for somebody of 18", {f"{FIRST}/change": [{**FIXED, "age": {"max": 18}}, {**FIXED, "age": {"min": 18}}]}, f"{FIRST}/change/1", "overlapping_groups"),
    ("no rule of change", {f"{FIRST}/change": []}, f"{FIRST}/change", "wrong_length"),
    ("a rule of change that says only for whom it is", {f"{FIRST}/change": {"age": {"min": 18}}}, f"{FIRST}/change", "wrong_shape"),
    ("a second rule of change with an unknown cut-off", {f"{FIRST}/change": [{**FIXED, "age": {"max": 17}}, {**FIXED, "age": {"min": 18}, "clinical_cutoff": "x"}]}, f"{FIRST}/change/1/clinical_cutoff", "unknown_cutoff"),
    ("a difference of another direction", {f"{FIRST}/change/mcid": [{"name": "m", "value": 1, "direction": "up", **SITE}]}, f"{FIRST}/change/mcid/0/direction", "not_allowed"),
    ("assumed ages without ends", {"/assumed_age": {}}, "/assumed_age", "wrong_shape"),
    ("assumed ages that are null", {"/assumed_age": None}, "/assumed_age", "wrong_type"),
    ("another way to leave an item out", {"/gates/0/treat_as": "ignored"}, "/gates/0/treat_as", "not_allowed"),
]  # fmt: skip

BROKEN = [*SHAPE, *REFERENCES, *ITEMS, *SCALES, *NUMBERS, *RESPONDENTS]


@pytest.mark.parametrize(
    ("edits", "expected"), [(row[1], row[2:]) for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_each_fault_is_found_at_its_place_and_nothing_else(edits, expected):
    expected = expected[0] if isinstance(expected[0], list) else [expected]
    # Expected results of the two worked cases would differ as well, but are only looked at when all else is right.
    assert faults_of(edited(make_definition(), edits)) == expected


def test_a_definition_without_faults_gives_an_instrument():
    checked = check_definition(make_definition())
    assert checked.faults == ()
    assert checked.instrument is not None
    assert (checked.instrument.id, checked.instrument.version) == ("invented-form", "1.0.0")


def test_faults_of_every_kind_are_found_at_once_in_document_order():
    edits = {
        "/title": 3,
        "/items/2/reverse": "yes",
        "/scales/0/cutoffs/0/value": 10,
        "/scales/1/items/1": "9",
        "/norms/0/digital": True,
        "/risks/0/source": "hearsay",
        "/extra": 1,
    }
    assert faults_of(edited(make_definition(), edits)) == [
        ("/title", "wrong_type"),
        ("/items/2/reverse", "wrong_type"),
        ("/scales/0/cutoffs/0/value", "out_of_range"),
        ("/scales/1/items/1", "unknown_item"),
        ("/norms/0/default", "digital_default"),
        ("/risks/0/source", "unknown_source"),
        ("/extra", "unknown_member"),
    ]


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ({"/submitted_as": "points"}, 'must be one of "codes", "scores"'),
        ({f"{FIRST}/reliability/0/value": -0.1}, "must be at least 0"),
        ({f"{FIRST}/cutoffs/0/value": 10}, "must lie between 0 and 9, the scores of this scale"),
        (
            {f"{FIRST}/bands/0": system((0, 2), (4, 9))},
            "must cover every score that a form can have; 3 lies in no band",
        ),
    ],
)
def test_a_reason_says_what_is_allowed(edits, reason):
    (fault,) = check_definition(edited(make_definition(), edits)).faults
    assert fault.detail == reason


@pytest.mark.parametrize("document", [None, 3, "definition", [], [make_definition()]])
def test_what_is_no_object_is_one_fault_of_the_whole(document):
    assert faults_of(document) == [("", "wrong_type")]


ACCEPTED = [
    ("two for a number of any kind", {"/scales/0/cutoffs/0/value": 5.0}),
    ("item text a site adds", {"/items/0/text": "Invented", "/version": "1.0.0+site.1"}),
    ("separate bands for women and men", {f"{FIRST}/bands": [system((0, 3), (4, 9), sex=sex) for sex in ("female", "male")], **NO_BANDS}),
    ("separate bands by age", {f"{FIRST}/bands": [system((0, 3), (4, 9), age={"min": low, "max": high}) for low, high in ((None, 17), (18, None))], **NO_BANDS}),
    ("bands of a continuous scale that touch", {"/response_sets/often": {"min": 0, "max": 3, "step": None}, f"{FIRST}/bands/0": system((0, 3), (3, 9)), **NO_BANDS}),
    ("only clinical change", {f"{FIRST}/change": {"clinical_cutoff": "half"}}),
    ("a published fixed change", {f"{FIRST}/change": {"reliable_change": 2, "level": None, **SITE}}),
    ("a confirmed number", {"/risks/0/verification": "two-sources", "/risks/0/confirmed_by": "other", "/sources/-": OTHER_SOURCE}),
    ("a null that says unknown", {"/norms/0/scales/total/sd": None}),
    ("rules of change by age", {f"{FIRST}/change": [{**FIXED, "age": {"max": 17}}, {**FIXED, "age": {"min": 18}, "clinical_cutoff": "half"}]}),
    ("rules of change by sex", {f"{FIRST}/change": [{**FIXED, "sex": sex} for sex in ("female", "male")]}),
    ("a difference for one direction", {f"{FIRST}/change/mcid": [{"name": "m", "value": 1, "direction": "either", "age": {"min": 18}, **SITE}]}),
    ("an item that is not asked", {"/gates/0/treat_as": "unasked"}),
    ("ages of those who do not say theirs", {"/assumed_age": {"min": 4, "max": 17}}),
    ("adulthood without adults", {"/norms/0/age": None, "/norms/0/population": "Members of the Childers family"}),
]  # fmt: skip


@pytest.mark.parametrize("edits", [row[1] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_what_the_format_allows_is_accepted(edits):
    assert faults_of(edited(make_definition(), edits)) == []


def test_continuous_bands_that_do_not_touch_are_refused():
    edits = {"/response_sets/often": {"min": 0, "max": 3, "step": None}}
    assert faults_of(edited(make_definition(), edits)) == [
        (f"{FIRST}/bands/0/bands/1/min", "band_gap")
    ]


def test_a_continuous_scale_cannot_be_looked_up():
    edits = {
        "/response_sets/often": {"min": 0, "max": 3, "step": None},
        f"{FIRST}/transform": table([[n, n] for n in range(10)]),
        f"{FIRST}/metric": "transformed",
        f"{FIRST}/bands": [],
    }
    assert (f"{FIRST}/transform", "lookup_continuous") in faults_of(
        edited(make_definition(), edits)
    )


EXAMPLES = [
    ("scores", {"/examples/0/expect/scores/total": 5.000001}, "/examples/0/expect/scores/total"),
    ("not scored", {"/examples/1/expect/scores/mean": 0.5}, "/examples/1/expect/scores/mean"),
    (
        "scored after all",
        {"/examples/1/expect/scores/total": None},
        "/examples/1/expect/scores/total",
    ),
    ("sums", {"/examples/0/expect/sums/mean": 1}, "/examples/0/expect/sums/mean"),
    ("means", {"/examples/0/expect/means/total": 1.6667}, "/examples/0/expect/means/total"),
    (
        "bands",
        {"/examples/0/expect/bands/total/thirds": "low"},
        "/examples/0/expect/bands/total/thirds",
    ),
    (
        "criteria",
        {"/examples/0/expect/criteria/two-often": True},
        "/examples/0/expect/criteria/two-often",
    ),
    ("risks", {"/examples/0/expect/risks/third": False}, "/examples/0/expect/risks/third"),
]


@pytest.mark.parametrize(
    ("edits", "pointer"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES]
)
def test_an_example_with_another_result_is_a_fault(edits, pointer):
    assert faults_of(edited(make_definition(), edits)) == [(pointer, "example_differs")]


RANGE = "/response_sets/often"


@pytest.mark.parametrize(
    "edits",
    [
        {f"{RANGE}/min": 9},
        {f"{RANGE}/min": 3},
        {f"{RANGE}/step": 0.7},
        {f"{RANGE}/step": None, f"{RANGE}/min": 9},
    ],
)
def test_from_a_range_that_cannot_be_nothing_is_concluded_beside_a_faulty_label(edits):
    """Labels of a wrong type keep the range from being looked at with its shape."""
    labels = {f"{RANGE}/labels/0": 7}
    assert faults_of(edited(make_definition(), {**edits, **labels})) == [
        (f"{RANGE}/labels/0", "wrong_type")
    ]


@pytest.mark.parametrize(
    "edits",
    [
        {"/scales/0/aggregation": REMOVED},
        {"/scales/0/aggregation": 7, "/scales/0/missing/round": True},
        {"/examples/0/expect/bands/total/thirds": {}},
    ],
)
def test_of_a_value_with_a_fault_nothing_else_is_said(edits):
    (first, *_) = edits
    (fault,) = check_definition(edited(make_definition(), edits)).faults
    assert fault.pointer == first
    assert "object at" not in fault.detail


def test_a_wrong_key_is_caught_by_the_examples():
    """Item 2 no longer reversed: 1 + 2 + 3 = 6 where the example says 5."""
    (fault, *_) = check_definition(edited(make_definition(), {"/items/1/reverse": False})).faults
    assert (fault.pointer, fault.code, fault.detail) == (
        "/examples/0/expect/scores/total",
        "example_differs",
        "the file expects 5, the engine finds 6",
    )


def test_an_example_that_cannot_be_submitted_is_a_fault():
    found = faults_of(edited(make_definition(), {"/examples/0/answers/0": 4}))
    assert found == [("/examples/0/answers/0", "example_value_not_allowed")]


def test_a_definition_whose_key_is_missing_needs_instructions_but_no_examples():
    assert faults_of(make_keyless_definition()) == []
    without = edited(make_keyless_definition(), {"/key_instructions": REMOVED})
    assert faults_of(without) == [("/key_instructions", "required")]
    claimed = edited(make_keyless_definition(), {"/key": REMOVED})
    assert ("/examples", "wrong_length") in faults_of(claimed)


def test_examples_are_refused_while_the_key_is_missing():
    """Nobody could run them, so a wrong one would pass."""
    definition = {**make_keyless_definition(), "examples": [make_definition()["examples"][1]]}
    assert ("/examples", "key_still_required") in faults_of(definition)


def test_composites_nest_two_levels_and_no_deeper():
    scales = [
        *make_definition()["scales"],
        composite("a", "total", "mean"),
        composite("b", "a", "mean"),
    ]
    assert faults_of(make_definition(scales=scales)) == []
    deeper = [*scales, composite("c", "b", "total")]
    assert faults_of(make_definition(scales=deeper)) == [
        ("/scales/4/composite/of/0", "composite_too_deep")
    ]


def places(value: Any, pointer: str = "") -> Iterator[str]:
    members = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, member in members:
        yield f"{pointer}/{step}"
        yield from places(member, f"{pointer}/{step}")


JUNK = [None, -1, 0.5, "x", [], {"x": {}}]


@pytest.mark.parametrize("start", range(len(JUNK)))
def test_no_value_anywhere_makes_the_check_fail_itself(start):
    definition = make_definition(
        scales=[*make_definition()["scales"], composite("both", "total", "mean")]
    )
    definition["scales"][0]["transform"] = table([[n, n, 1] for n in range(10)])
    definition["scales"][0]["metric"] = "transformed"
    definition["examples"][1]["expect"]["scores"]["total"] = (
        None  # the prorated 1.5 is no row of the table
    )
    assert check_definition(definition).faults == ()
    before = copy.deepcopy(definition)
    edits = list(zip(list(places(definition))[start::3], itertools.cycle(JUNK)))
    results = [check_definition(edited(definition, {pointer: junk})) for pointer, junk in edits]
    assert all((checked.instrument is None) == bool(checked.faults) for checked in results)
    assert sum(bool(checked.faults) for checked in results) > len(results) / 2
    assert definition == before
